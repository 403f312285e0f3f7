# shellcheck shell=bash disable=SC2154
# What each program may still do once it is confined: asked from inside, by
# tests/confine/probe.c.  design.md, section 6.
# once: programs with sanitizers are not confined
bats_require_minimum_version 1.5.0
load usb

# Every program has a row: its name, its arguments, and after the bar what it may
# do of all that is tried.  @X is words that several have.  A program whose row
# is "-" says why.
rows() {
	cat <<'END'
amtpeer -f fleet.tsv -t 1 -P 0 -p 0 | accept
amtpeer -f fleet.tsv -t 1 -P 0 -p 0 -s 127.0.0.1:26071 --state out/state | accept tport:26071 socket:2,1 bport:0 @out
bundle-open in | read:in
cert-add -d site in | read:in @store
cert-ca -d site make --cn CA -o out/ca | @store @out
cert-check in | read:in
cert-console -d site export -o out/pfx | @store @out
cert-crl -d site -o out/crl | @store @out
cert-list -d site | @store
cert-plan -d site | @store
cert-request -d site --cn prov.example.com -o out/csr | @store @out
cert-root -d site --cn root --name prov.example.com -o out/root | @store @out
cert-stick -d site | @store
check-dhcp --dhcp lo in | read:in socket:2,1 socket:2,2 bport:0
check-net -l 127.0.0.1:26071 --server 127.0.0.1:26053 in | read:in socket:2,1 socket:2,2 tport:26053 tport:26071 bport:0
check-show in | read:in
check-site -d site | @store
cms-open -s certs -k own.key -c own.pem in | read:in read:own.key read:own.pem read:certs/one.pem list:certs
conflicts-show -d site | @store
dns-lookup --server 127.0.0.1:26053 in | read:in socket:2,1 socket:2,2 tport:26053 bport:0
fatimage-make -o out/image in | read:in @out
fatimage-read in | read:in
handover -t csv -o out/file in | read:in @out
hello-dump in | read:in
hello-keep - it starts programs, which confine themselves
hello-listen -l 127.0.0.1:0 -s spool | make:spool/new change:spool/one read:spool/one list:spool accept
hello-send -u 03020100-0504-0706-0809-0a0b0c0d0e0f -p LAB7000A 127.0.0.1:26071 | tport:26071 socket:2,1 bport:0
keys-make -b lab -n 1 | 
keys-pack -o out/keys in | read:in @out
keys-parse -b lab in | read:in
keys-revoke in | read:in
machine-find -d site | @store
machine-show in | read:in
map-parse in | read:in
map-settle -d site --by me --prefer one | @store
profile-check in | read:in
profile-schema |
profile-show -d site -p profile.xml --for pc-1.example.com | read:profile.xml @store
props-run - what it runs is the site's: files and ports are its matter (props-run.bats)
reason-explain KEY-UNKNOWN |
receipt -b lab -s site -o out/receipt in | read:in @out
report-metrics in | read:in
report -o out -l spool/one in | read:in read:spool/one @out
report-schema keys |
setupbin-dump in | read:in
setupbin-lint in | read:in
setupbin-make --csv list.csv --root sha256:own.pem in | read:in read:list.csv read:own.pem
sign-run - it becomes a sweep, which confines itself, and runs what is the site's (sign-run.bats)
site-backup -d site -o spool -k out/key | list:spool make:spool/new change:spool/one read:spool/one @out @store
site-complete -d site | @store
site-lock - it becomes another program, which confines itself
site-open -d site spool | list:site
site-restore -d out -k own.key certs | read:own.key read:certs/one.pem list:certs list:out make:out/new change:out/old read:out/old
socket-bind - it becomes another program, which confines itself
stick-dump in | read:in
stick-labels -o out/labels in | read:in @out
stick-wipe in | read:in change:in
stick-words |
store-collect -d site in | read:in @store
store-dump -d site | @store
store-init -d new-site | make:new-site/new change:new-site/new read:new-site/new
store-issue -d site -b lab -n 1 -s lab-1 -p profile.xml | read:profile.xml @store
store-load -d site in | read:in @store
store-load -d site -s spool | make:spool/new change:spool/one read:spool/one list:spool @store
store-plan -d site -p profile.xml -t 60 | read:profile.xml @store
store-rehearse -d site | @store
store-run -d site -b | @store
store-settle -d site | @store
store-sticks -d site -b lab -c list.csv -o /tmp/x.img -p profile.xml | read:profile.xml read:list.csv @store
sweep -t 5 -c on-die -P 26993 -p 26992 in | read:in tport:26993 tport:26992 socket:2,1 bport:0
sweep-summary in | read:in
unprovision-show -d site | @store
usb-list | @usb
usb-read -o out/image | @usb @out
usb-write --yes image | read:image @usb
END
}

# What nobody's row has, unless it says so.
tried="read:in read:image read:other read:own.key read:own.pem read:certs/one.pem read:list.csv
read:profile.xml read:spool/one read:site/site.key read:site/site.db read:site/site.conf
read:out/old read:/etc/shadow read:/etc/passwd read:/proc/self/maps read:/proc/self/environ
read:/dev/null list:certs list:site list:spool list:out list:/etc list:.
make:new make:site/new make:spool/new make:out/new make:/tmp/amt-confine-new
change:in change:other change:site/site.db change:site/site.conf change:spool/one change:out/old
tport:26993 tport:26992 tport:26053 tport:26071 tport:25 bport:0 bport:26555
socket:1,1 socket:2,1 socket:2,2 socket:2,3 socket:10,3 socket:16,3 socket:17,3
run map-code make-code kill tgkill sigqueue limits pidfd tiocsti tiocsti-high fionread setown setsig
ptrace read-memory bpf keyctl io_uring userfaultfd memfd perf mount unshare setns personality
prctl setuid truncate chmod symlink listen accept"

store="read:site/site.key read:site/site.db read:site/site.conf list:site make:site/new
change:site/site.db change:site/site.conf"
out="list:out make:out/new change:out/old"
# sysfs and /proc say what a stick is and who uses it.
usb="read:/proc/self/maps read:/proc/self/environ"

setup_file() {
	gcc -shared -fPIC -o "$BATS_FILE_TMPDIR/probe.so" -D_GNU_SOURCE \
		"$AMT_TEST_ROOT/tests/confine/probe.c"
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	usb_setup
	[ "$(basename "$AMT_TEST_BUILD")" = release ] || skip "programs with sanitizers are not confined"
	store-init -d site
	mkdir certs spool out
	echo x >image
	touch in other own.key own.pem certs/one.pem list.csv profile.xml spool/one out/old
	truncate -s 1M stick.img
	printf 'address\tuuid\tpid\tpps\tpassword\tcreds_set\tfirmware\tfault\n%s\t%s\t%s\t%s\tadmin\t0\t5.2.57.1035\thello=0\n' \
		127.1.0.1 01020304-0506-0708-090a-0b0c0d0e0f10 LAB70001 ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 >fleet.tsv
}

# probe WORDS PROGRAM ARGUMENT...: what it may do of them, a line each
probe() {
	local words=$1 run=()
	shift
	rm -rf probed new-site
	case $1 in
	usb-*) run=(with stick.img --) ;;
	esac
	PROBE_TRY=$words PROBE_OUT=$PWD/probed "${run[@]}" \
		bash -c 'LD_PRELOAD=$0${LD_PRELOAD:+:$LD_PRELOAD} exec "$@"' "$BATS_FILE_TMPDIR/probe.so" "$@" \
		</dev/null >output 2>&1 || :
	grep -q '^confined 0$' probed || {
		cat output
		return 1
	}
	if grep '^unknown' probed; then return 1; fi
	sed -n 's/^may //p' probed | sort -u
}

@test "every program has a row" {
	rows | awk '{ print $1 }' | sort -u >have
	(cd "$AMT_LIBEXEC" && ls -- *-* amtpeer handover report receipt sweep) | grep -v "\.sh$" | sort -u >want
	(cd "$AMT_LIBEXEC" && ls) | grep -v "\.sh$" | sort | diff - want
	diff have want
}

@test "no program may do what its row does not grant, and each may do what it grants" {
	local bad=0 row words grants want
	while read -r row; do
		[[ "$row" == *"|"* ]] || continue
		grants=${row#*|}
		grants=${grants//@store/$store}
		grants=${grants//@out/$out}
		grants=${grants//@usb/$usb}

		read -ra words <<<"${row%%|*}"
		want=$(printf '%s\n' $grants | sort -u)
		# shellcheck disable=SC2086 # words
		probe "$(echo $tried $grants)" "${words[@]}" >got 2>&1 || bad=1
		diff <(echo "$want") <(sed '$!b; /^$/d' got; [ -s got ] || echo) >difference || {
			echo "# ${words[*]}: < missing, > too much"
			cat difference
			bad=1
		}
	done < <(rows)
	[ "$bad" = 0 ]
}

# Programs whose secrets are nobody else's to see: these read or write some.
secretive="amtpeer bundle-open cert-add cert-ca cert-check cert-console cert-crl cert-list cert-plan cert-request cert-root cert-stick check-site cms-open conflicts-show fatimage-make fatimage-read handover keys-make keys-pack
keys-parse machine-find map-settle profile-check profile-show receipt report site-backup site-complete site-restore setupbin-dump setupbin-lint setupbin-make stick-dump stick-wipe
store-collect store-dump store-init store-issue store-load store-plan store-rehearse store-run store-settle store-sticks sweep
unprovision-show usb-read usb-write"

# asked ROW: what a program with that row said when nothing was tried; each is
# asked once, in asked/NAME, for all the tests.
asked() {
	local words
	read -ra words <<<"${1%%|*}"
	asked=$BATS_FILE_TMPDIR/asked/${1//[!a-z0-9]/_}
	[ ! -e "$asked" ] || return 0
	mkdir -p "${asked%/*}"
	(ulimit -S -c "$(ulimit -H -c)" && probe "" "${words[@]}") >/dev/null || return
	mv probed "$asked"
}

@test "no program leaves a core, nor lets others look into it where it has secrets" {
	local row want
	while read -r row; do
		[[ "$row" == *"|"* ]] || continue
		asked "$row"
		want=1
		[[ " $(echo $secretive) " != *" ${row%% *} "* ]] || want=0
		[ "$(grep -E '^(core|dumpable)' "$asked")" = $'core 0 0\ndumpable '$want ] || {
			echo "$row: $(cat "$asked")"
			return 1
		}
	done < <(rows)
}

@test "a library clears what it frees, where the program has secrets" {
	local row name library
	while read -r row; do
		[[ "$row" == *"|"* ]] || continue
		name=${row%% *}
		[[ " $(echo $secretive) " == *" $name "* ]] || continue
		asked "$row"
		readelf -d "$AMT_LIBEXEC/$name" >needed
		for library in libcrypto libxml2; do
			grep -q "NEEDED.*\[$library\.so" needed || continue
			echo "$name $library" >>looked
			grep -qx "$library wiped" "$asked" || {
				echo "$row: $library: $(cat "$asked")"
				return 1
			}
		done
	done < <(rows)
	[ "$(grep -c libcrypto looked)" -ge 16 ]
	[ "$(grep -c libxml2 looked)" -ge 5 ]
}

# A limit is not enough: where core_pattern is a program, the kernel does not
# look at it.  timeout says what the kernel said.
@test "a program with secrets that is killed by ABRT, SEGV or QUIT leaves no core" {
	local signal words
	ulimit -S -c "$(ulimit -H -c)"
	[ "$(ulimit -c)" != 0 ] || skip "no program may leave a core here"
	mkdir -p killed
	cd killed
	run timeout -s ABRT 0.2 sleep 9
	[[ $output == *"dumped core"* ]] || skip "the kernel writes no cores here"
	rm -f core*
	for signal in ABRT SEGV QUIT; do
		for words in "sweep -t 9" bundle-open "keys-parse -b lab" fatimage-read report \
			"store-load -d ../site" "keys-pack -o keys" "setupbin-dump"; do
			# shellcheck disable=SC2086 # words
			run timeout -s $signal 0.5 $words < <(sleep 2)
			[ "$status" = 124 ] || { echo "$words: $status $output"; return 1; }
			[[ $output != *"dumped core"* ]] || { echo "$words: $output"; return 1; }
		done
	done
	[ -z "$(find . -name 'core*')" ]
}

@test "memory with secrets is locked, and with -v it is said where it is not" {
	local row want
	[ "$(id -u)" = 0 ] || [ "$(ulimit -l)" = unlimited ] || skip "the limit for locked memory is not ours to raise"
	while read -r row; do
		[[ "$row" == *"|"* ]] || continue
		asked "$row"
		want=no
		[[ " $(echo $secretive) " != *" ${row%% *} "* ]] || want=yes
		grep -qx "locked $want" "$asked" || {
			echo "$row: $(cat "$asked")"
			return 1
		}
	done < <(rows)
	run --separate-stderr keys-make -v -b lab -n 1
	[ -z "$stderr" ]
	[ "$(id -u)" = 0 ] || skip "this is root's test"
	chmod 755 .
	run --separate-stderr prlimit --memlock=65536:65536 setpriv --reuid nobody --regid nogroup --clear-groups \
		--bounding-set=-all "$(command -v keys-make)" -v -b lab -n 1
	[[ "$stderr" = "keys-make: confine: memory is locked in part or not at all"* ]]
	[[ "$output" = *$'@end\t1\t0' ]]
}

# Whoever is root in a namespace of users has the capability, and the limit.
@test "a root whose memory is limited all the same gets it, not locked, and -v says so" {
	unshare -Ur true 2>/dev/null || skip "no namespace of users may be made here"
	run -0 --separate-stderr unshare -Ur prlimit --memlock=65536:65536 keys-make -v -b lab -n 1
	[[ "$stderr" = "keys-make: confine: memory is locked in part or not at all"* ]]
	[[ "$output" = *$'@end\t1\t0' ]]
}

@test "of the environment only what our programs read is left" {
	local row words name
	while read -r row; do
		[[ "$row" == *"|"* ]] || continue
		read -ra words <<<"${row%%|*}"
		(
			for name in SSLKEYLOGFILE OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES SSL_CERT_FILE \
				SSL_CERT_DIR CURL_CA_BUNDLE CURL_HOME HOME http_proxy https_proxy HTTPS_PROXY ALL_PROXY \
				SQLITE_TMPDIR GCONV_PATH LOCPATH XML_CATALOG_FILES HOSTALIASES RES_OPTIONS CARES_HOSTS \
				LIBUSB_DEBUG LANG LC_ALL AMTX LISTEN_FDSX BASH_ENV; do
				export "$name=$PWD/planted"
			done
			export SOURCE_DATE_EPOCH=1700000000 AMT_LOCK_SECONDS=3
			probe "" "${words[@]}"
		) >/dev/null
		diff - <(sed -n 's/^env //p' probed | grep -vx -e UMOCKDEV_DIR -e TERM | grep -v -e '^AMT_' | sort) <<-END
			SOURCE_DATE_EPOCH
		END
		grep -qx 'env AMT_LOCK_SECONDS' probed
	done < <(rows)
}

@test "what a library would obey in the environment opens no file" {
	strace -o trace true 2>/dev/null || skip "strace cannot run here"
	printf 'openssl_conf = x\n[x]\nengines = y\n[y]\nz = %s\n' "$PWD/planted" >planted
	printf '@jobs/3\tjob\tuuid\tfqdn\taddress\tauth\tpid\tpps\tadmin_now\tadmin_next\tmebx_next\tprofile\tattempt\tnot_after\twish\trealm\n@end\t0\t0\n' >jobs
	for command in "sweep -t 2 jobs" "keys-parse -b lab in" "cms-open -u in" "store-dump -d site"; do
		# shellcheck disable=SC2086 # words
		SSLKEYLOGFILE=$PWD/planted OPENSSL_CONF=$PWD/planted SSL_CERT_FILE=$PWD/planted GCONV_PATH=$PWD/planted \
			strace -f -e trace=%file -o trace $command >out/log 2>&1 || :
		grep -q execve trace
		run ! grep '/planted' <(grep -v execve trace)
	done
}

@test "a kernel without Landlock, or without its ports, is told with -v" {
	strace -o trace true 2>/dev/null || skip "strace cannot run here"
	old() {
		strace -o trace -e trace=landlock_create_ruleset \
			-e inject=landlock_create_ruleset:"$1" "${@:2}"
	}
	run -0 --separate-stderr old error=ENOSYS reason-explain -v KEY-UNKNOWN
	[ "$stderr" = "reason-explain: confine: this kernel has no Landlock: the program could still open other files than it needs" ]
	run -0 --separate-stderr old error=EOPNOTSUPP reason-explain KEY-UNKNOWN
	[ -z "$stderr" ]
	run -65 --separate-stderr old retval=3:when=1..2 sweep -v -t 1 in
	[[ "$stderr" = "sweep: confine: this kernel's Landlock knows no ports: "* ]]
}

@test "whoever is not root gets its files too, under the same rules" {
	[ "$(id -u)" = 0 ] || skip "this is root's test"
	chmod 755 .
	mkdir -m 777 theirs
	keys-make -b lab -n 3 >keys
	chmod 644 keys
	sh -c 'cd / && cd "$0" && exec setpriv --reuid nobody --regid nogroup --clear-groups "$@"' "$PWD" \
		keys-pack --format csv -o theirs/list keys
	[ "$(wc -l <theirs/list)" = 4 ]
	[ "$(stat -c %U theirs/list)" = nobody ]
}
