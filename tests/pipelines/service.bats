# amtbatch as a service: what make install gives to systemd, cron and logrotate,
# and that make uninstall takes it away.
# slow
bats_require_minimum_version 1.5.0

setup_file() {
	export ROOT=$BATS_FILE_TMPDIR/root
	make_install "DESTDIR=$ROOT" PREFIX=/usr
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	units=$ROOT/usr/lib/systemd/system
}

make_install() {
	make -s -C "$AMT_TEST_ROOT" V="$(basename "$AMT_TEST_BUILD")" B="$AMT_TEST_BUILD" \
		"$@" install >"$BATS_FILE_TMPDIR/said"
}

# in_namespace SCRIPT WORD...: root's shell, whose /etc, /usr/local and /var/lib
# and /var/log are copies
in_namespace() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	unshare -m true || skip "no namespace of mounts"
	cp -a /etc etc
	mkdir local lib log
	# shellcheck disable=SC2016 # for the shell inside
	unshare -m bash -euc '
		mount --make-rprivate /
		mount --bind etc /etc
		mount --bind local /usr/local
		mount --bind lib /var/lib
		mount --bind log /var/log
		export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		unset AMT_LIBEXEC AMT_SITE
		'"$1" bash "${@:2}"
}

# as_cron FILE: the command of its line as cron runs it: the user, the shell and
# nothing on its PATH but /usr/bin and /bin
as_cron() {
	local user command
	user=$(awk '/^\*/ { print $6 }' "$1")
	command=$(sed -nE 's/^\*([^ ]+ +){6}//p' "$1")
	[ -n "$command" ]
	setpriv --reuid="$user" --regid="$user" --init-groups --inh-caps=-all \
		env -i PATH=/usr/bin:/bin HOME=/ LOGNAME="$user" SHELL=/bin/sh /bin/sh -c "$command"
}

@test "systemd has no complaint about the units, and names what they start" {
	command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
	[ "$(find "$units" -type f | wc -l)" = 6 ]
	# Its own copies of what the units name, and of the pages.
	mkdir -p tree/etc tree/bin
	cp -a "$ROOT/usr" tree/usr
	cp -a /usr/lib/systemd/system/*.target tree/usr/lib/systemd/system
	ln -s usr/lib tree/lib
	install -m 755 /bin/true tree/bin/kill
	run -0 env SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no --root="$PWD/tree" \
		amtbatch-hello.service amtbatch-hello.socket amtbatch-sweep.service amtbatch-sweep.timer \
		amtbatch-check.service amtbatch-check.timer
	[ "$output" = "" ]
	# It would have found a program that is not there.
	rm tree/usr/bin/amt-sweep
	run systemd-analyze verify --man=no --root="$PWD/tree" amtbatch-sweep.service
	[[ "$output" = *"/usr/bin/amt-sweep is not executable"* ]]
	# The pages that they name are there.
	sed -n 's/^Documentation=//p' "$units"/* | tr ' ' '\n' | sort -u >pages
	[ "$(wc -l <pages)" -ge 3 ]
	while read -r page; do
		page=${page#man:} section=${page#*\(}
		[ -s "$ROOT/usr/share/man/man${section%)}/${page%(*}.${section%)}" ]
	done <pages
}

@test "the services give up all but what they need" {
	command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
	for unit in hello sweep; do
		# Ten times the exposure that it shows: 9.6 for a unit that says nothing.
		run -0 systemd-analyze security --offline=true --no-pager --threshold=18 \
			"$units/amtbatch-$unit.service"
	done
	# This one is root's, and has few of root's rights.
	run -0 systemd-analyze security --offline=true --no-pager --threshold=35 "$units/amtbatch-check.service"
	printf '[Service]\nExecStart=/bin/true\n' >bare.service
	run ! systemd-analyze security --offline=true --no-pager --threshold=18 bare.service
}

# calls_of UNIT: the system calls that its filter lets through
calls_of() {
	local line word
	systemd-analyze syscall-filter >groups
	expand() {
		awk -v want="$1" '/^@/ { in_it = $1 == want } in_it && /^ +[@a-z]/ { print $1 }' groups |
			while read -r word; do
				case $word in @*) expand "$word" ;; *) echo "$word" ;; esac
			done
	}
	each() {
		for word; do
			case $word in @*) expand "$word" ;; *) echo "$word" ;; esac
		done
	}
	: >refused
	while read -r line; do
		# shellcheck disable=SC2086 # words
		case $line in
		~*) each ${line#\~} >>refused ;;
		*) each $line >allowed ;;
		esac
	done < <(sed -n 's/^SystemCallFilter=//p' "$units/amtbatch-$1.service")
	sort -u allowed | grep -vxFf refused
}

service() {
	setpriv --reuid=4242 --regid=4242 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}

@test "what the services ask of the kernel, their filter lets through" {
	[[ "$AMT_TEST_BUILD" != *asan* ]] || skip "sanitizers ask for more"
	strace -o /dev/null true || skip "no strace here"
	# As root, files are given away: the services are not root's.
	[ "$(id -u)" = 0 ] || skip "needs root and a second user"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
	export AMT_SITE=$PWD/site
	install -d -m 700 -o 4242 -g 4242 site trace
	amt-init >/dev/null
	amt-import -b lab7 "$AMT_TEST_BUILD/samples/keys/lab7.csv"
	sed "s/2026-11-22T14:0.:00Z/$(date -u +%FT%TZ)/" \
		"$AMT_TEST_BUILD/samples/store/lab7.hello" | store-load -d site
	amt-map "$AMT_TEST_BUILD"/samples/map/{oob,location}.csv
	service strace -f -qq -o trace/sweep amt-sweep -t 5 -P 1 -p 1
	: >log
	service strace -f -qq -o trace/hello timeout 60 amt-hello -v -l 127.0.0.1:0 -t 10 2>log 3>&- &
	for _ in {1..200}; do
		port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' log)
		[ -z "$port" ] || break
		sleep 0.05
	done
	hello-send -u 00b0a701-0001-4000-8000-6c616237aaaa -p LAB7000A "127.0.0.1:$port"
	wait $!
	[ "$(sqlite3 site/site.db "SELECT count(*) FROM callers WHERE uuid LIKE '%aaaa'")" = 1 ]
	for unit in sweep hello; do
		sed -nE 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' trace/$unit | sort -u >asked
		[ "$(wc -l <asked)" -gt 40 ]
		calls_of $unit >may
		[ "$(wc -l <may)" -gt 200 ]
		run comm -23 asked may
		[ "$output" = "" ] || { echo "$unit: $output"; false; }
	done
}

@test "root installs it, the service user and root share a site, cron's line runs" {
	# shellcheck disable=SC2016 # for the shell inside
	in_namespace '
		sed -i "/^amtbatch:/d" /etc/passwd /etc/group /etc/shadow /etc/gshadow
		make -s -C "$1" V="$2" B="$3" install >said
		grep -q "man 7 amtbatch-service" said
		id amtbatch
		[ "$(stat -c %U:%a /var/lib/amtbatch)" = amtbatch:700 ]
		amt-init >said
		[ "$(find /var/lib/amtbatch ! -user amtbatch)" = "" ]
		[ -s /usr/local/lib/systemd/system/amtbatch-hello.socket ]
		[ -s /etc/logrotate.d/amtbatch ]
		amt-sweep -t 5
		line=/usr/local/share/amtbatch/samples/cron/amtbatch
		sed -i "s/ -t 540/ -t 5/" $line
		touch /var/lib/amtbatch/reports/report.txt -d 2000-01-01
		'"$(declare -f as_cron)"'
		as_cron $line
		[ /var/lib/amtbatch/reports/report.txt -nt $line ]
		[ "$(stat -c %U /var/log/amtbatch/sweep.log)" = amtbatch ]
		[ ! -s /var/log/amtbatch/sweep.log ]
		amt-report
		[ "$(find /var/lib/amtbatch ! -user amtbatch)" = "" ]
		mkdir -p /var/lib/prometheus/node-exporter
		as_cron /usr/local/share/amtbatch/samples/cron/amtbatch-check
		grep -q "^amtbatch_machines{" /var/lib/prometheus/node-exporter/amtbatch.prom
		[ "$(find /var/lib/amtbatch ! -user amtbatch)" = "" ]
		amt-check >/dev/null || [ $? -le 2 ]
		make -s -C "$1" V="$2" B="$3" uninstall >said
		[ "$(find /usr/local /etc/logrotate.d /etc/cron.d -path "*amt*")" = "" ]
		[ -s /var/lib/amtbatch/site.db ]
		id amtbatch
	' "$AMT_TEST_ROOT" "$(basename "$AMT_TEST_BUILD")" "$AMT_TEST_BUILD"
}

@test "logrotate turns the log, and a sweep goes on in a new one" {
	command -v logrotate >/dev/null || skip "no logrotate"
	# shellcheck disable=SC2016 # for the shell inside
	in_namespace '
		sed -i "/^amtbatch:/d" /etc/passwd /etc/group
		make -s -C "$1" V="$2" B="$3" install >/dev/null
		echo said >/var/log/amtbatch/sweep.log
		chown amtbatch:amtbatch /var/log/amtbatch/sweep.log
		logrotate --force --state state /etc/logrotate.d/amtbatch
		[ "$(cat /var/log/amtbatch/sweep.log.1)" = said ]
		[ ! -e /var/log/amtbatch/sweep.log ]
		echo more | setpriv --reuid=amtbatch --regid=amtbatch --clear-groups tee /var/log/amtbatch/sweep.log
		logrotate --force --state state /etc/logrotate.d/amtbatch
		zgrep -q said /var/log/amtbatch/sweep.log.2.gz
	' "$AMT_TEST_ROOT" "$(basename "$AMT_TEST_BUILD")" "$AMT_TEST_BUILD"
}

@test "uninstall takes away every file of install, and nothing else" {
	make_install "DESTDIR=$PWD/root" PREFIX=/opt/amt
	[ -s root/opt/amt/bin/amt-sweep ]
	[ -s root/opt/amt/etc/logrotate.d/amtbatch ]
	grep -q '^ExecStart=/opt/amt/bin/amt-sweep ' root/opt/amt/lib/systemd/system/amtbatch-sweep.service
	grep -q ' /opt/amt/bin/amt-sweep ' root/opt/amt/share/amtbatch/samples/cron/amtbatch
	grep -q '/opt/amt/libexec/amtbatch' root/opt/amt/share/man/man7/amtbatch.7
	run ! grep -rlE '/usr/local/(bin/amt-|libexec/amtbatch)' root/opt/amt/lib root/opt/amt/share/man \
		root/opt/amt/share/amtbatch/samples/{cron,nagios,icinga}
	grep -q ' /opt/amt/bin/amt-check ' root/opt/amt/share/amtbatch/samples/nagios/amtbatch.cfg
	grep -q '"/opt/amt/bin/amt-check"' root/opt/amt/share/amtbatch/samples/icinga/amtbatch.conf
	echo mine >root/opt/amt/bin/mine
	make -s -C "$AMT_TEST_ROOT" V="$(basename "$AMT_TEST_BUILD")" B="$AMT_TEST_BUILD" \
		DESTDIR="$PWD/root" PREFIX=/opt/amt uninstall >/dev/null
	[ "$(find root ! -type d)" = root/opt/amt/bin/mine ]
	[ ! -e root/opt/amt/share/amtbatch ]
}
