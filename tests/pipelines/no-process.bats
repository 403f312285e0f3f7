# No status is no success: each script of bin/, when the system has no room for
# one more process at any one place, and when the script cannot be read.
# slow
load common

# A site with keys, names, a stick and hellos in ./base.
setup_file() {
	pushd "$BATS_FILE_TMPDIR" || return
	amt-init -d base >/dev/null
	keys-make -b lab7 -n 30 | store-load -d base
	amt-map -d base "$AMT_TEST_BUILD/samples/map/oob.csv" \
		"$AMT_TEST_BUILD/samples/map/location.csv" 2>/dev/null
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout to.key -out to.pem \
		-subj /CN=to 2>/dev/null
	amt-sticks -d base -b lab7 -n 10 -o "$PWD/made.img" >/dev/null
	popd || return
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	samples=$AMT_TEST_BUILD/samples
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/{to.pem,made.img} .
	export AMT_SITE=$PWD/site AMT_LOCK_SECONDS=5
	commands=0
	renew
}

renew() {
	rm -rf site new out* got*
	cp -r "$BATS_FILE_TMPDIR/base" site
	cp "$BATS_FILE_TMPDIR/made.img" .
}

issued() {
	sql 'SELECT count(*) FROM keys WHERE state = 1'
}

# Keys are issued when their file is there, and only then; also when the script
# that made it did not come to its end.
sound() {
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
	store-settle -d site
	if [ -e out ]; then [ "$(issued)" = 15 ]; else [ "$(issued)" = 10 ]; fi
}

# refused_at N COMMAND...: runs it with the Nth process refused; sets status;
# what it said is in the file complaint, how many it asked for in forks.
#
# A signal while forkfail thinks, as of a child that ends, makes the shell's
# fork fail too.  Then two places failed, and not the one that is looked at:
# the run is repeated.
refused_at() {
	local n=$1 try
	shift
	for try in {1..50}; do
		renew
		status=0
		forkfail "$n" "$@" 3>forks >said 2>complaint </dev/null || status=$?
		[ "$(grep -c 'Cannot fork$' complaint)" -gt 1 ] || return 0
		[ "$status" != 0 ] || break
		sound
	done
	echo "$*: process $n refused, $try times: status $status"
	cat complaint
	return 1
}

# each_fork STATUS COMMAND...: as many runs as it asks for processes, and each
# time another one is refused; after the first, if AMT_TEST_ALL is not set, one of
# three.  Which one differs between commands, as their beginnings are the same.
each_fork() {
	local want=$1 n forks=0 status lines step=3
	shift
	[ -z "${AMT_TEST_ALL-}" ] || step=1
	commands=$((commands + 1))
	for ((n = 1; n < 200; n += n == 1 ? 1 + commands % step : step)); do
		refused_at "$n" "$@" || return
		# None was left to be refused.  A signal while forkfail thinks is an
		# error of fork, too: then it did not end well, as it has to.
		[ "$(cat forks)" -ge "$n" ] || [ "$status" != "$want" ] || break
		forks=$n
		# The shell says that it cannot, the script what that means.
		lines=$(grep -vc '^map-parse: \|: notice: \|: certificate\|: encrypts for \| new, ' complaint) || true
		if [ "$status" = 0 ] || [ "$lines" -lt 1 ] || [ "$lines" -gt 2 ]; then
			echo "$*: process $n refused: status $status"
			cat complaint
			return 1
		fi
		sound
	done
	[ "$status" = "$want" ] || { cat said complaint; echo "$*: status $status"; false; }
	[ "$forks" -gt 0 ]
	echo "# $(basename "$1") ${2-}: $forks processes" >&3
}

@test "no import ends well when one of its processes could not be begun" {
	each_fork 0 amt-init -d new
	each_fork 0 amt-import -b oem "$samples/keys/plain.csv"
	each_fork 0 amt-import -b oem --receipt out.receipt "$samples/keys/plain.csv" "$samples/keys/scs.csv"
	each_fork 0 amt-import -b oem -n "$samples/keys/plain.csv"
	echo "$(sqlite3 "$BATS_FILE_TMPDIR/base/site.db" 'SELECT min(pid) FROM keys')" >revoke
	each_fork 0 amt-import --revoke revoke
}

@test "no map or report ends well when one of its processes could not be begun" {
	each_fork 0 amt-map "$samples/map/oob.csv" "$samples/map/location.csv"
	each_fork 0 amt-map -n "$samples/map/oob.csv" "$samples/map/location.csv"
	each_fork 0 amt-map --conflicts
	each_fork 0 amt-map --set 00000001-0001-4000-8000-6c6162377063 a.example.com
	each_fork 0 amt-map --dns --server 127.0.0.1:1
	each_fork 0 amt-report
	each_fork 0 amt-report --passwords got
	each_fork 0 amt-report --keys -o got
	each_fork 0 amt-explain KEY-UNKNOWN
	each_fork 2 amt-check --server 127.0.0.1:1
}

@test "no stick or export ends well when one of its processes could not be begun" {
	each_fork 0 amt-export -b lab7 -n 5 --to to.pem -o out
	each_fork 0 amt-export -b lab7 -n 5 --format csv -o out
	each_fork 0 amt-sticks -b lab7 -n 5 -o out
	each_fork 0 amt-sticks -b lab7 -n 5 -o out --explain --yes --labels got
	each_fork 0 amt-sticks --labels got
	each_fork 0 amt-sticks --list
	each_fork 0 amt-sticks --records
	each_fork 0 amt-sticks --collect made.img
	each_fork 0 amt-sticks --wipe --yes made.img
}

@test "no hello or sweep ends well when one of its processes could not be begun" {
	each_fork 0 amt-hello --import "$samples/hello/psk.bin" -a 192.0.2.7
	each_fork 0 amt-sweep -t 5
}

@test "a script that cannot be read, from the first byte or to its end, does not end well" {
	local script status
	for script in "$AMT_TEST_ROOT"/bin/amt-*[a-z]; do
		[ -x "$script" ] || continue
		# Nothing of it, by an error of the disk.
		run -74 strace -qqo /dev/null -f -P "$script" -e trace=read \
			-e inject=read:error=EIO "$script" --list
		[ "$output" = "$script: not read to its end" ]
		# Lines of it, and no more.
		for n in 1 5 10 $(($(wc -l <"$script") - 1)); do
			[ "$n" -lt "$(wc -l <"$script")" ] || continue
			head -n "$n" "$script" >cut
			chmod +x cut
			status=0
			timeout 20 ./cut -d nosite >/dev/null 2>complaint </dev/null || status=$?
			[ "$status" != 0 ] || { echo "$script, $n lines: 0"; false; }
			[ -s complaint ]
		done
	done
}

@test "a script whose site.sh cannot be read, wholly or to its end, does not end well" {
	local script status
	mkdir libexec
	ln -s "$AMT_LIBEXEC"/* libexec
	rm libexec/site.sh
	for script in amt-{check,explain,export,hello,import,init,map,report,sticks,sweep}; do
		for n in 0 1 10 50 100 $(($(wc -l <"$AMT_LIBEXEC/site.sh") - 1)); do
			head -n "$n" "$AMT_LIBEXEC/site.sh" >libexec/site.sh
			status=0
			AMT_LIBEXEC=$PWD/libexec timeout 20 "$script" -d nosite >/dev/null 2>complaint </dev/null || status=$?
			[ "$status" != 0 ] || { echo "$script, $n lines of site.sh: 0"; false; }
			[ -s complaint ]
		done
	done
}
