bats_require_minimum_version 1.5.0

U=00b0a701-0001-4000-8000-6c6162377063
HEADER=$'@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom'

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	hello-listen -v -l 127.0.0.1:0 >"$out" 2>"$err" 3>&- &
	listener=$!
	for _ in $(seq 400); do
		! grep -q '^@hello' "$out" || break
		kill -0 "$listener" || return 1
		sleep 0.05
	done
	port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$err")
}

teardown() {
	[ -z "$listener" ] || kill -9 "$listener" 2>/dev/null || true
}

# Ends the listener and shows what it took, but for time and origin.  Called in
# $(...), where nobody can wait for it: its last line tells.
taken() {
	kill -TERM "$listener"
	for _ in $(seq 400); do
		! grep -q '^@end' "$out" || break
		sleep 0.05
	done
	sed '1d;$d' "$out" | cut -f 2-8
}

@test "every option of one hello arrives" {
	run -0 hello-send -u $U -p lab7-000a -r 14 -c -s 127.3.2.1 "127.0.0.1:$port"
	[ "$output" = "" ]
	hash=$(printf 'lab7 root one' | sha256sum | cut -c1-64)
	run -0 hello-send -u "{${U^^}}" -H "sha256:$hash,type9:beef" "localhost:$port"
	[ "$(taken)" = "127.3.2.1	$U	2	1	14	LAB7000A	
127.0.0.1	$U	3	0	0		sha256:$hash,type9:beef" ]
}

@test "what hello-dump reads is sent again, each from its address" {
	{
		hello-dump -a 127.0.0.11 hello/psk.bin hello/pki.bin
		hello-dump -a 127.0.0.12 -x hello/lab7.txt
	} >"$BATS_TEST_TMPDIR/fleet"
	run -0 hello-send -f "$BATS_TEST_TMPDIR/fleet" "127.0.0.1:$port"
	[ "$(taken | sort)" = "$(sed '/^@/d' "$BATS_TEST_TMPDIR/fleet" | cut -f 2-8 | sort)" ]
	[ "$(sed '1d;$d' "$out" | wc -l)" = 5 ]
}

@test "thousands are sent with many in flight" {
	awk -v head="$HEADER" 'BEGIN { print head; for (i = 0; i < 3000; i++)
		printf "\t127.0.%d.%d\t%08x-0001-4000-8000-6c6162377063\t2\t0\t0\tLAB7000A\t\t\n", 1 + i / 250, 1 + i % 250, i
		print "@end\t3000\t0" }' >"$BATS_TEST_TMPDIR/fleet"
	run -0 hello-send -j 500 -f - "127.0.0.1:$port" <"$BATS_TEST_TMPDIR/fleet"
	[ "$(taken | sort)" = "$(sed '/^@/d' "$BATS_TEST_TMPDIR/fleet" | cut -f 2-8 | sort)" ]
}

@test "a bad record among good ones is refused by its line and the others are sent" {
	{
		echo "$HEADER"
		printf '\t127.0.0.2\t%s\t2\t0\t0\tLAB7000A\t\t\n' $U
		printf '\t127.0.0.2\t%s\t2\t0\t0\tLAB7\t\t\n' $U
		printf '\tpc-0001\t%s\t2\t0\t0\tLAB7000A\t\t\n' $U
		printf '\t\t%s\t2\t0\t0\tLAB7001B\t\t\n' $U
		printf '@end\t4\t0\n'
	} >"$BATS_TEST_TMPDIR/fleet"
	run -65 --separate-stderr hello-send -f "$BATS_TEST_TMPDIR/fleet" "127.0.0.1:$port"
	[ "${stderr_lines[0]}" = "hello-send: $BATS_TEST_TMPDIR/fleet:3: PID is not 8 characters without space (got 4)" ]
	[ "${stderr_lines[1]}" = "hello-send: $BATS_TEST_TMPDIR/fleet:4: not an IPv4 or IPv6 address (got \"pc-0001\")" ]
	[ "$(taken | cut -f 6 | sort | tr '\n' ' ')" = "LAB7000A LAB7001B " ]
}

@test "a cut stream is told, what came before it is sent" {
	{ echo "$HEADER"; printf '\t\t%s\t2\t0\t0\tLAB7000A\t\t\n' $U; } >"$BATS_TEST_TMPDIR/fleet"
	run -65 --separate-stderr hello-send -f "$BATS_TEST_TMPDIR/fleet" "127.0.0.1:$port"
	[[ "$stderr" == *"stream is cut: it has no @end line" ]]
	[ "$(taken | wc -l)" = 1 ]
}

@test "a stream of something else is refused" {
	printf '@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n@end\t0\t0\n' >"$BATS_TEST_TMPDIR/map"
	run -65 --separate-stderr hello-send -f "$BATS_TEST_TMPDIR/map" "127.0.0.1:$port"
	[[ "$stderr" == *":1: wrong kind of stream (got @map, expected @hello)" ]]
}

@test "no input at all sends nothing" {
	run -65 --separate-stderr hello-send -f - "127.0.0.1:$port" </dev/null
	[[ "$stderr" == "hello-send: "*": no stream in it (expected a line such as @"* ]]
	[ "$(taken)" = "" ]
}

@test "nobody there is 69, and says who was not sent" {
	# The port of a listener that has ended may be another's by now.
	run -69 --separate-stderr hello-send -u $U -p LAB7000A 127.0.0.1:1
	[ "${stderr_lines[0]}" = "hello-send: $U: not sent to 127.0.0.1:1: Connection refused" ]
	[ "${stderr_lines[1]}" = "hello-send: 1 of 1 hellos not sent" ]
}

@test "a source address that is not ours is told" {
	run -69 --separate-stderr hello-send -u $U -p LAB7000A -s 192.0.2.9 "127.0.0.1:$port"
	[ "${stderr_lines[0]}" = "hello-send: $U: not sent to 127.0.0.1:$port: Cannot assign requested address" ]
}

@test "wrong usage is 64, a missing file 66" {
	to="127.0.0.1:$port"
	run -64 --separate-stderr hello-send "$to"
	run -64 --separate-stderr hello-send -u $U "$to"
	run -64 --separate-stderr hello-send -u $U -p LAB7000A -H type9:00 "$to"
	run -64 --separate-stderr hello-send -u $U -p LAB7000A
	run -64 --separate-stderr hello-send -u $U -f x "$to"
	run -64 --separate-stderr hello-send -u 123 -p LAB7000A "$to"
	[ "$stderr" = "hello-send: -u: UUID has the wrong length (got 3, expected 32 or 36)" ]
	run -64 --separate-stderr hello-send -u $U -p LAB7 "$to"
	run -64 --separate-stderr hello-send -u $U -H md5:00 "$to"
	run -64 --separate-stderr hello-send -u $U -p LAB7000A 127.0.0.1
	run -66 --separate-stderr hello-send -f /nonexistent "$to"
}
