# What keeps the listener and the loader alive, and ends them when it ends.

bats_require_minimum_version 1.5.0
load "$AMT_TEST_ROOT/tests/ports.bash"

U=0001-4000-8000-6c6162377063

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	export AMT_SITE=$PWD/site
	amt-init >/dev/null
	mkdir -p site/spool
	keep='' others=()
	free_port
}

teardown() {
	[ -z "$keep" ] || kill -9 "$keep" 2>/dev/null || true
	for pid in "${others[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
}

# until_true COMMAND...: at most 20 s
until_true() {
	for _ in $(seq 400); do
		! "$@" 2>/dev/null || return 0
		sleep 0.05
	done
	echo "not in 20 s: $*"
	cat log
	return 1
}

# begin [OPTION...]: on $port
begin() {
	rm -f log site/spool/listener # of one before
	socket-bind -l "127.0.0.1:$port" hello-keep -v -d site -s "$PWD/site/spool" "$@" >log 2>&1 3>&- &
	keep=$!
	until_true grep -q 'listening on' log
	until_true grep -q '^@end' site/spool/listener
}

# The processes below one, at any depth.
below() {
	local child
	for child in $(pgrep -P "$1"); do
		echo "$child"
		below "$child"
	done
}

gone() {
	for pid; do
		! grep -qs . "/proc/$pid/cmdline" || return 1
	done
}

closed() {
	! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

send() {
	hello-send -u "$(printf %08x "$1")-$U" -p LAB7000A "127.0.0.1:$port"
}

machines() {
	[ "$(sqlite3 -cmd '.timeout 20000' site/site.db 'SELECT count(*) FROM machines')" = "$1" ]
}

@test "kill -9 of it ends all that it began, closes the port, and another can begin at once" {
	for signal in KILL ABRT; do
		begin
		mapfile -t others < <(below "$keep")
		[ "${#others[@]}" = 3 ] # listener, loader, the loader's keeper
		kill "-$signal" "$keep"
		wait "$keep" || true
		until_true gone "${others[@]}"
		closed
	done
	begin # the same port
	send 1
	until_true machines 1
	kill "$keep"
	wait "$keep"
	keep=''
}

@test "kill -9 of it loses nothing that was taken before" {
	begin
	for n in 1 2 3 4 5; do send "$n"; done
	until_true sh -c '[ "$(grep -c "hello of" log)" = 5 ]'
	mapfile -t others < <(below "$keep")
	kill -9 "$keep"
	wait "$keep" || true
	keep=''
	until_true gone "${others[@]}"
	store-load -d site -s site/spool
	machines 5
}

@test "a listener that became another user ends with it too" {
	[ "$(id -u)" = 0 ] || skip "not root"
	id nobody >/dev/null 2>&1 || skip "no user nobody"
	chown nobody site/spool
	chmod 711 site .
	begin -u nobody
	mapfile -t others < <(below "$keep")
	kill -9 "$keep"
	wait "$keep" || true
	keep=''
	until_true gone "${others[@]}"
	closed
}

@test "kill -9 of the script amt-hello is no different" {
	amt-hello -v -l "127.0.0.1:$port" >log 2>&1 3>&- &
	keep=$!
	until_true grep -q 'listening on' log
	until_true grep -q '^@end' site/spool/listener
	mapfile -t others < <(below "$keep")
	[ "${#others[@]}" = 3 ]
	kill -9 "$keep"
	wait "$keep" || true
	until_true gone "${others[@]}"
	closed
	amt-hello -v -l "127.0.0.1:$port" -t 1 >again 2>&1
	keep=''
}

@test "when the system has no room for the programs, it ends and the port is closed" {
	# 1: the loader's keeper; all from the second on are refused.
	# The sanitizer begins a process to look for leaks.
	export ASAN_OPTIONS=detect_leaks=0
	run -71 forkfail -a 2 socket-bind -l "127.0.0.1:$port" hello-keep -d site -s site/spool
	[[ "$output" = *"the listener could not be started 6 times: the ports are closed"* ]]
	closed
}

@test "a process that is refused once delays, and stops nothing" {
	export ASAN_OPTIONS=detect_leaks=0 # as above
	for n in 1 2 3; do
		rm -f log
		forkfail "$n" socket-bind -l 127.0.0.1:0 hello-keep -v -d site -s "$PWD/site/spool" >log 2>&1 3>/dev/null &
		keep=$!
		until_true grep -q 'listening on' log
		port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' log | head -n 1)
		send "$n"
		until_true machines "$n"
		kill "$(pgrep -P "$keep")"
		wait "$keep"
		keep=''
	done
}

@test "without ports it is a wrong start, and wrong words are wrong usage" {
	run -78 hello-keep -d site -s site/spool
	[ "$output" = "hello-keep: no ports were handed down (LISTEN_FDS and LISTEN_PID; see socket-bind)" ]
	run -64 hello-keep -d site
	run -64 hello-keep -d site -s site/spool more
	run -64 hello-keep -d site -s site/spool -t 0
}
