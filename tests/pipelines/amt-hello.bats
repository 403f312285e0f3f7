# Hellos from the network into the store, whatever is killed, full or locked.
# slow

bats_require_minimum_version 1.5.0
load "$AMT_TEST_ROOT/tests/ports.bash"

U=0001-4000-8000-6c6162377063

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	export AMT_SITE=$PWD/site
	amt-init >/dev/null
	hello='' others=''
}

teardown() {
	[ -z "$hello" ] || { kill -TERM "$hello" && wait "$hello"; } 2>/dev/null || true
	for pid in $others; do kill -9 "$pid" 2>/dev/null || true; done
}

# Starts amt-hello on a free port, which becomes $port.
begin() {
	rm -f log # of one before, whose listener file tells the next one of its clock
	before=$(stat -c %i site/spool/listener 2>/dev/null) || before=
	amt-hello -v -l 127.0.0.1:0 "$@" >log 2>&1 3>&- &
	hello=$!
	until_is 1 grep -c 'listening on 127\.0\.0\.1:' log
	port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' log | head -n 1)
	# its loader is ready
	until_is 1 listener_is_new
}

# 1: another one than before.
listener_is_new() {
	[ "$(stat -c %i site/spool/listener)" != "$before" ] && grep -c '^@end' site/spool/listener
}

# until_is N COMMAND...: until the command says at least N; at most 30 s.
until_is() {
	local want=$1 got
	shift
	for _ in $(seq 600); do
		got=$("$@" 2>/dev/null) || true
		[ "${got:-0}" -lt "$want" ] || return 0
		sleep 0.05
	done
	echo "$*: $got, not $want"
	cat log
	return 1
}

end() {
	local status=0
	kill -TERM "$hello"
	wait "$hello" || status=$?
	hello=''
	return "$status"
}

# child NAME: the process of amt-hello's that is this program
child() {
	local pid
	for pid in $(pgrep -x "$1"); do
		! grep -qsz -- "$AMT_SITE" "/proc/$pid/cmdline" || echo "$pid"
	done | tail -n 1
}

sql() {
	sqlite3 -cmd '.timeout 20000' site/site.db "$@"
}

machines() {
	sql 'SELECT count(*) FROM machines'
}

# fleet FROM TO: a stream with a hello of each of these machines
fleet() {
	awk -v a="$1" -v b="$2" -v u=$U 'BEGIN {
		print "@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom"
		for (i = a; i <= b; i++)
			printf "\t127.3.%d.%d\t%08x-%s\t2\t0\t0\tLAB7000A\t\t\n", i / 250, i % 250 + 1, i, u
		print "@end\t" b - a + 1 "\t0" }'
}

send() {
	fleet "$1" "$2" | hello-send -j "${3:-8}" -f - "127.0.0.1:$port"
}

# Every hello that the listener said it took is in the store.  The last line of
# one that was killed may be cut.
all_said_are_kept() {
	sed -n 's/.* hello of \([0-9a-f-]*\), .*/\1/p' log | sort -u >said
	sql 'SELECT uuid FROM machines' | sort >kept
	[ -s said ]
	comm -23 said kept >lost
	[ ! -s lost ] || { cat lost; ls -l site/spool; tail log; false; }
}

@test "hellos are in the store within moments, and the spool is empty again" {
	begin
	send 1 300
	until_is 300 machines
	end
	[ "$(find site/spool -name '[!.]*.hello*' | wc -l)" = 0 ]
	grep -q '^hello-listen: 300 hellos taken, 0 connections refused$' log
	[ "$(sql 'SELECT count(DISTINCT address) FROM callers')" = 300 ]
}

@test "machines powered on together lose no hello beside connections that say nothing" {
	begin
	hellopeer idle "$port" 500 >idle 3>&- &
	idlers=$!
	for retry in $(seq 0 14); do
		fleet 1 150 | sed "s/\t0\tLAB7000A/\t$retry\tLAB7000A/"
	done | hello-send -j 200 -f - "127.0.0.1:$port"
	until_is $((15 * 150)) sql 'SELECT count(*) FROM hellos'
	[ "$(sql 'SELECT count(*), min(hellos), max(hellos), max(retries) FROM callers')" = "150|15|15|14" ]
	[ "$(awk '/^VmHWM/ { print $2 }' "/proc/$(child hello-listen)/status")" -lt 65536 ] ||
		[ "$(basename "$AMT_TEST_BUILD")" != release ]
	end
	wait "$idlers" || true
	grep -q '^hello-listen: 2250 hellos taken, ' log
}

@test "-t ends it with everything in the store, also when the loader has yet to start" {
	# Two seconds are enough where not much else runs.
	for t in 2 5 20; do
		begin -t "$t"
		sent=0
		send 1 50 || sent=$?
		wait "$hello"
		hello=''
		[ "$sent" != 0 ] || break
	done
	[ "$sent" = 0 ]
	[ "$(machines)" = 50 ]
}

@test "on a terminal it says where it listens and how to stop it, elsewhere nothing" {
	run -0 script -qec "amt-hello -t 1 -l 127.0.0.1:0" /dev/null
	[[ "${lines[0]}" = "amt-hello: listening on 127.0.0.1:"* ]]
	[ "${lines[1]}" = $'amt-hello: to stop it, press Ctrl-C\r' ]
	run -0 amt-hello -t 1 -l 127.0.0.1:0
	[ "$output" = "" ]
}

@test "no hello that was counted is lost when listener or loader is killed with -9" {
	begin
	send 1 2000 2 3>&- &
	sender=$!
	for who in hello-listen store-load hello-listen store-load; do
		until_is 1 child $who
		kill -9 "$(child $who)" || true
		sleep 0.3
	done
	wait "$sender" # the ports outlive the listener: nobody was refused
	grep -q 'the listener ended with status 137; starting another one' log
	grep -q 'the loader ended with status 137; hellos wait in ' log
	send 2001 2010
	until_is 10 sql "SELECT count(*) FROM machines WHERE uuid >= '000007d1'"
	end
	all_said_are_kept
	[ "$(find site/spool -name '[!.]*.hello*' | wc -l)" = 0 ]
}

@test "killing what begins the loader stops nothing and leaves nothing behind" {
	begin
	loader=$(child store-load)
	# shellcheck disable=SC2046 # a word
	kill -9 $(ps -o ppid= -p "$loader")
	until_is 1 grep -c 'amt-hello: the loader was ended; it is restarted' log
	until_is 1 sh -c "grep -qs . /proc/$loader/cmdline || echo 1"
	send 1 50
	until_is 50 machines
	again=$(child store-load)
	end
	[ -z "$(tr -d "\0" 2>/dev/null <"/proc/$again/cmdline")" ]
}

@test "no hello that was counted is lost when everything is killed at once" {
	begin
	send 1 1000 4 3>&- &
	sender=$!
	until_is 50 machines
	loader=$(child store-load)
	keeper=$(ps -o ppid= -p "$loader")
	listener=$(child hello-listen)
	# the scripts first, so that they start nothing again
	# shellcheck disable=SC2086 # words
	kill -9 "$hello" $keeper $loader $listener
	wait "$hello" || true
	hello=''
	wait "$sender" || true
	# the kernel ends them one after the other, the lock with the last
	until_is 1 sh -c 'store-load -d site -s site/spool; ls site/spool/*.hello >/dev/null 2>&1 || echo 1'
	all_said_are_kept
}

# Another program writes to the store, until unlock_store.
lock_store() {
	mkfifo lock
	sqlite3 site/site.db 3>&- >/dev/null <lock &
	others=$!
	exec 7>lock
	echo 'BEGIN IMMEDIATE;' >&7
	until_is 1 sh -c "! sqlite3 site/site.db 'BEGIN IMMEDIATE; COMMIT' && echo 1"
}

unlock_store() {
	exec 7>&-
}

@test "while the store is locked hellos wait in the spool, and none is lost" {
	export AMT_LOCK_SECONDS=1
	begin
	lock_store
	send 1 500
	until_is 1 grep -c 'store-load: .*another program has been writing to the store for too long' log
	until_is 1 grep -c 'the loader ended with status 75; hellos wait in .*/site/spool, it restarts in 2 s' log
	until_is 500 sh -c 'grep -c "hello of" log'
	[ "$(machines)" = 0 ]
	unlock_store
	until_is 500 machines
	end
}

@test "the store is locked for ten seconds while hellos come: it is told, and none is lost" {
	AMT_LOCK_SECONDS=3 begin
	lock_store
	# who has the usual patience just waits
	fleet 501 510 | sed 's/^\t/2026-11-22T14:20:00Z\t/' >late
	store-load -v -d site late 2>late.said 3>&- 7>&- &
	waits=$!
	for n in $(seq 0 9); do
		send $((n * 50 + 1)) $((n * 50 + 50)) 7>&-
		sleep 1 7>&-
	done
	until_is 500 sh -c 'grep -c "hello of" log'
	until_is 1 grep -c 'the loader ended with status 75; hellos wait in .*/site/spool, it restarts in 2 s' log
	grep -q '^store-load: .*/site/site.db: another program has been writing to the store for too long; run this again$' log
	[ "$(machines)" = 0 ]
	kill -0 "$waits"
	unlock_store
	wait "$waits"
	[ "$(cat late.said)" = "store-load: late: hello: 10 new, 0 already there" ]
	until_is 510 machines
	end
	all_said_are_kept
	[ "$(find site/spool -name '[!.]*.hello*' | wc -l)" = 0 ]
	grep -q '^hello-listen: 500 hellos taken, 0 connections refused$' log
}

@test "when the disk is full hellos wait, it is told, and none that was counted is lost" {
	unshare -rm true 2>/dev/null || skip "no mount namespaces here"
	mkdir -p site/spool
	unshare -rm sh -c 'mount -t tmpfs -o size=256k,mode=700 none site/spool &&
		exec amt-hello -v -l 127.0.0.1:0' >log 2>&1 3>&- &
	hello=$!
	until_is 1 grep -c 'listening on' log
	port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' log | head -n 1)
	send 1 20
	until_is 20 machines
	inside() { nsenter -t "$hello" -U --preserve-credentials -m "$@"; }
	inside dd if=/dev/zero of="$PWD/site/spool/fill" 2>/dev/null || true
	send 21 120
	until_is 1 grep -c 'hello-listen: spool: No space left on device; [0-9]* hellos* wait, and will be tried every second' log
	[ "$(machines)" -lt 120 ]
	inside rm "$PWD/site/spool/fill"
	until_is 1 grep -c 'hello-listen: spool: takes hellos again; [0-9]* that waited are kept' log
	until_is 120 machines
	end
	all_said_are_kept
}

@test "a restart by SIGHUP refuses no connection and loses no hello" {
	begin
	send 1 1500 2 3>&- &
	sender=$!
	for _ in 1 2 3 4; do
		sleep 0.2
		before=$(child hello-listen)
		kill -HUP "$hello"
		for _ in $(seq 200); do
			[ "$(child hello-listen)" = "$before" ] || break
			sleep 0.02
		done
	done
	wait "$sender" # 0: every one was connected and sent
	until_is 1500 machines
	[ "$(grep -c 'listening on' log)" = 5 ]
	end
}

@test "a listener that hands over finishes the callers it has" {
	begin
	exec 6<>"/dev/tcp/127.0.0.1/$port"
	head -c 20 "$AMT_TEST_BUILD/samples/hello/psk.bin" >&6
	until_is 1 sh -c "ls -l /proc/$(child hello-listen)/fd | grep -c 'socket:' | awk '{ print (\$1 >= 2) }'"
	kill -HUP "$hello"
	until_is 2 grep -c 'listening on' log
	tail -c +21 "$AMT_TEST_BUILD/samples/hello/psk.bin" >&6
	exec 6>&-
	until_is 1 machines
	end
	[ "$(grep -c 'hello of 00b0a701' log)" = 1 ]
}

@test "a clock that was set back is told, and what came last is still the newest" {
	now=$(date +%s)
	SOURCE_DATE_EPOCH=$now begin
	send 1 1
	until_is 1 machines
	end
	export SOURCE_DATE_EPOCH=$((now - 7200))
	begin
	fleet 1 1 | sed 's/127\.3\.0\.2/127.9.9.9/' | hello-send -f - "127.0.0.1:$port"
	until_is 2 sql 'SELECT count(*) FROM callers'
	end
	grep -q '^hello-listen: clock: was set back by 7200 seconds; hellos are dated by it$' log
	[ "$(sql 'SELECT address FROM callers ORDER BY heard DESC LIMIT 1')" = 127.9.9.9 ]
	# Who is tried first does not change by it: the first who came.
	[ "$(sql 'SELECT address FROM callers l JOIN machines m ON m.caller = l.id')" = 127.3.0.2 ]
	[ "$(sql 'SELECT count(*) FROM hellos')" = 2 ]
}

@test "-u: the listener is an ordinary user, and its hellos arrive" {
	[ "$(id -u)" = 0 ] || skip "not root"
	id nobody >/dev/null 2>&1 || skip "no user nobody"
	begin -u nobody
	[ "$(awk '/^Uid/ { print $2, $3, $4, $5 }' "/proc/$(child hello-listen)/status" | tr ' ' '\n' | sort -u)" = "$(id -u nobody)" ]
	[ "$(awk '/^Groups/ { print NF }' "/proc/$(child hello-listen)/status")" -le 2 ]
	send 1 20
	until_is 20 machines
	end
	run -67 hello-listen -l 127.0.0.1:0 -u no-such-user
	run -67 hello-listen -l 127.0.0.1:0 -u root
}

@test "several -l, IPv6 among them" {
	grep -qs . /proc/net/if_inet6 || skip "no IPv6 here"
	begin -l '[::1]:0'
	six=$(sed -n 's/.*listening on \[::1\]:\([0-9]*\)$/\1/p' log)
	hello-send -u "00000001-$U" -p LAB7000A "127.0.0.1:$port"
	hello-send -u "00000002-$U" -H "sha256:$(printf %064d 0)" "[::1]:$six"
	until_is 2 machines
	end
	[ "$(sql 'SELECT address FROM callers ORDER BY uuid' | xargs)" = "127.0.0.1 ::1" ]
}

@test "systemd hands the port down" {
	command -v systemd-socket-activate >/dev/null || skip "no systemd-socket-activate"
	free_port
	systemd-socket-activate -l "127.0.0.1:$port" -E PATH -E AMT_SITE -E AMT_LIBEXEC \
		"$(command -v amt-hello)" -v >log 2>&1 3>&- &
	hello=$!
	until_is 1 grep -c 'Listening on' log
	send 1 5
	until_is 5 machines
	end
	run ! grep -q socket-bind log
}

@test "inetd hands over its port (wait) or each caller (nowait)" {
	mkdir -p spool
	free_port
	# shellcheck disable=SC2016 # for the inner shell
	socket-bind -v -l "127.0.0.1:$port" sh -c 'exec env -u LISTEN_PID hello-listen -q 1 -s spool <&3 >&3 3>&-' 2>log 3>&- &
	others=$!
	until_is 1 grep -c 'socket-bind: listening on' log
	send 1 30
	wait "$others" # quiet for a second
	store-load -d site -s spool
	[ "$(machines)" = 30 ]
	command -v socat >/dev/null || skip "no socat for nowait"
	socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" 'EXEC:hello-listen -s spool,nofork' 2>log 3>&- &
	others=$!
	for _ in $(seq 100); do
		! hello-send -u "0000ffff-$U" -p LAB7000A "127.0.0.1:$port" 2>/dev/null || break
		sleep 0.05
	done
	send 31 40 1
	until_is 41 sh -c "store-load -d site -s spool; sqlite3 site/site.db 'SELECT count(*) FROM machines'"
	run -64 --separate-stderr hello-listen </dev/null
}

@test "the reports tell whether hellos are taken" {
	amt-report
	grep -q '^NO HELLOS ARE RECEIVED: amt-hello has not run in this site' site/reports/report.txt
	[ "$(jq -r .listener site/reports/health.json)" = never ]
	begin
	send 1 3
	until_is 3 machines
	amt-report
	grep -q '^Hellos have been received since ' site/reports/report.txt
	[ "$(jq -r .listener site/reports/health.json)" = listening ]
	end
	SOURCE_DATE_EPOCH=$(($(date +%s) + 1200)) amt-report
	grep -q '^NO HELLOS ARE RECEIVED: amt-hello was ended \(19\|20\) minutes ago, at ' site/reports/report.txt
	[ "$(jq -r .listener site/reports/health.json)" = ended ]
	sed -i 's/\tended\t/\tlistening\t/' site/spool/listener
	amt-report
	grep -q '^Hellos have been received since .*: 3 so far, the' site/reports/report.txt
	SOURCE_DATE_EPOCH=$(($(date +%s) + 7300)) amt-report
	tr '\n' ' ' <site/reports/report.txt >line
	grep -q 'UTC  NO HELLOS ARE RECEIVED: amt-hello gave its last sign 2 hours ago, at ' line
	[ "$(jq -r .listener site/reports/health.json)" = silent ]
	SOURCE_DATE_EPOCH=$(($(date +%s) - 86400)) amt-report
	tr '\n' ' ' <site/reports/report.txt >line
	grep -q "MAYBE NO HELLOS ARE RECEIVED: amt-hello's last sign is of [0-9-]* [0-9:]* UTC, 2[34] hours from now: the clock was set back\. " line
	[ "$(jq -r .listener site/reports/health.json)" = silent ]
	SOURCE_DATE_EPOCH=$(($(date +%s) - 30)) amt-report
	grep -q '^Hellos have been received since ' site/reports/report.txt
}

@test "a sweep takes what a dead listener left in the spool" {
	begin
	kill -STOP "$(child store-load)"
	send 1 5
	until_is 5 sh -c 'grep -c "hello of" log'
	loader=$(child store-load)
	keeper=$(ps -o ppid= -p "$loader")
	listener=$(child hello-listen)
	# shellcheck disable=SC2086 # words
	kill -9 "$hello" $keeper $loader $listener
	wait "$hello" || true
	hello=''
	[ "$(machines)" = 0 ]
	amt-sweep -t 10
	[ "$(machines)" = 5 ]
	grep -q KEY-UNKNOWN site/reports/report.txt
}

@test "what is in the spool and is no stream of hellos is put aside, the rest goes in" {
	mkdir -p site/spool
	fleet 1 3 | sed "s/^\t/2026-11-22T14:20:00Z\t/" >site/spool/a.hello
	echo rubbish >site/spool/b.hello
	ln -s /etc/passwd site/spool/c.hello
	mkfifo site/spool/d.hello
	fleet 4 6 | sed "s/^\t/2026-11-22T14:20:00Z\t/; s/\t2\t0\t0\tLAB7000A/\t7\t0\t0\tLAB7000A/3" >site/spool/e.hello
	fleet 7 9 | sed "s/^\t/2026-11-22T14:20:00Z\t/; \$d" >site/spool/f.hello
	: >site/spool/g.hello
	touch -d '1 hour ago' site/spool/.old.hello # begun, and its listener killed
	run -65 --separate-stderr store-load -d site -s site/spool
	[ "$(machines)" = 9 ]
	[ "$(find site/spool -type f -o -type l -o -type p | sort | xargs -n 1 basename | xargs)" = "b.hello.bad c.hello.bad d.hello.bad" ]
	[ ! -e site/spool/.old.hello ]
	[[ "$stderr" == *"c.hello: not a file"* ]]
	[[ "$stderr" == *"f.hello: its listener was killed, or its disk was full; what it had counted as taken is kept"* ]]
}

@test "wrong words are 64, no site 66, no spool 66, a port in use 69" {
	run -64 amt-hello -x
	run -64 amt-hello more
	run -64 amt-hello --import
	run -64 amt-hello -l nowhere
	run -66 amt-hello -d nosite
	run -66 store-load -d site -s nospool
	run -64 store-load -d site -s site -n
	run -64 store-load -d site -f
	run -66 hello-listen -l 127.0.0.1:0 -s nospool
	begin
	run -69 amt-hello -l "127.0.0.1:$port"
	[[ "$output" == "amt-hello: cannot listen on 127.0.0.1:$port: Address already in use" ]]
	end
}

@test "an address of site.conf is no pattern of file names" {
	touch 1:0 :0
	echo 'LISTEN="[::1]:0"' >>site/site.conf
	run -0 timeout 60 amt-hello -v -t 1
	[[ "$output" = *"listening on [::1]:"* ]]
}
