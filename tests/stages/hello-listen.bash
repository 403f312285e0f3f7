# shellcheck shell=bash disable=SC2034,SC2154 # bats and its files use them
# What the tests of hello-listen share: a listener and its files.
bats_require_minimum_version 1.5.0

U=00b0a701-0001-4000-8000-6c6162377063

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	listener=
}

teardown() {
	[ -z "$listener" ] || kill -9 "$listener" 2>/dev/null || true
}

# Starts a listener on a port the system chooses, which becomes $port.
begin() {
	started hello-listen -v -l 127.0.0.1:0 "$@"
}

# The same without -v, which would show every line of noise: socket-bind says
# which port it is.
begin_quiet() {
	started socket-bind -v -l 127.0.0.1:0 hello-listen "$@"
}

# started COMMAND...: a listener, and its $port
started() {
	# A file of one before would look like one of this listener.
	rm -f "$out" "$err"
	"$@" >"$out" 2>"$err" 3>&- &
	listener=$!
	wait_for '^@hello/1' "$out"
	port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$err")
	[ -n "$port" ]
}

# Until the pattern is in the file, $3 times (once); at most 20 s.
wait_for() {
	for _ in $(seq 400); do
		# 0 where the file is not there yet
		[ "0$(grep -c -- "$1" "$2" 2>/dev/null)" -lt "${3:-1}" ] || return 0
		kill -0 "$listener" || break
		sleep 0.05
	done
	echo "no $1 in $2:"
	tail -n 20 "$2" "$err"
	return 1
}

# Ends it and gives its exit status.
end() {
	local status=0
	kill -TERM "$listener"
	wait "$listener" || status=$?
	listener=
	return "$status"
}

rows() {
	sed '1d;$d' "$out"
}

say() {
	cat "$1" >/dev/tcp/127.0.0.1/"$port"
}
