load hello-listen

@test "a hello becomes a record with the connection's address" {
	begin
	hello-send -u $U -p LAB7000A -r 3 -c -s 127.0.0.77 "127.0.0.1:$port"
	wait_for LAB7000A "$out"
	end
	[ "$(rows | cut -f 2-8)" = "127.0.0.77	$U	2	1	3	LAB7000A	" ]
	[[ "$(rows | cut -f 1)" =~ ^20[0-9-]+T[0-9:]+Z$ ]]
	[[ "$(rows | cut -f 9)" =~ ^127\.0\.0\.77:[0-9]+$ ]]
	[ "$(tail -n 1 "$out")" = $'@end\t1\t0' ]
}

@test "a PKI hello is queued like a PSK one" {
	begin
	say hello/mixed.bin
	say hello/psk.bin
	wait_for '^20' "$out" 2
	end
	[ "$(rows | cut -f 4 | sort | tr '\n' ' ')" = "2 3 " ]
	grep -q 'sha1:[0-9a-f]*,sha384:[0-9a-f]*,type9:beef' "$out"
	grep -q ': 3 bytes after the hello$' "$err"
}

@test "IPv6 is taken, and IPv4 through an IPv6 port is shown as IPv4" {
	[ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
	begin -l '[::]:0'
	six=$(sed -n 's/.*listening on \[::\]:\([0-9]*\)$/\1/p' "$err")
	hello-send -u $U -p LAB7000A "[::1]:$six"
	wait_for '^20' "$out"
	kill -TERM "$listener"
	wait "$listener"
	rm "$out" "$err" # of the one before
	hello-listen -v -l '[::]:0' >"$out" 2>"$err" 3>&- &
	listener=$!
	wait_for 'listening' "$err"
	port=$(sed -n 's/.*listening on \[::\]:\([0-9]*\)$/\1/p' "$err")
	hello-send -u $U -p LAB7000A -s 127.0.0.5 "127.0.0.1:$port"
	hello-send -u $U -p LAB7000A "[::1]:$port"
	wait_for '^20' "$out" 2
	end
	[ "$(rows | cut -f 2 | sort | tr '\n' ' ')" = "127.0.0.5 ::1 " ]
}

@test "two ports are listened on at once, the wildcards of both families too" {
	begin -l 127.0.0.2:0
	second=$(sed -n 's/.*listening on 127\.0\.0\.2:\([0-9]*\)$/\1/p' "$err")
	hello-send -u $U -p LAB7000A "127.0.0.1:$port"
	hello-send -u $U -p LAB7001B "127.0.0.2:$second"
	wait_for '^20' "$out" 2
	end
	[ "$(rows | wc -l)" = 2 ]
	[ -e /proc/net/if_inet6 ] || return 0
	# Somebody else may have the port by now.
	for _ in 1 2 3 4 5; do
		run hello-listen -t 1 -l "0.0.0.0:$port" -l "[::]:$port"
		[ "$status" = 69 ] || break
		port=$((port + 101))
	done
	[ "$status" = 0 ]
}

@test "a hello cut at any byte into two segments is taken once and whole" {
	begin
	hellopeer cuts "$port" hello/psk.bin hello/pki.bin hello/mixed.bin
	cuts=$(($(cat hello/psk.bin hello/pki.bin hello/mixed.bin | wc -c) - 3))
	wait_for '^20' "$out" "$cuts"
	end
	[ "$(rows | cut -f 3-8 | sort | uniq -c | awk '{ print $1 }' | sort -n | tr '\n' ' ')" = \
		"$(for f in psk pki mixed; do echo $(($(wc -c <hello/$f.bin) - 1)); done | sort -n | tr '\n' ' ')" ]
	[ "$(tail -n 1 "$out")" = "@end	$cuts	0" ]
}

@test "every shared vector comes over TCP as it comes from its file, whole and cut" {
	[ -n "$AMT_VECTORS" ] || skip "the shared vectors are not here"
	dir=$BATS_TEST_TMPDIR/v
	mkdir "$dir"
	for f in "$AMT_VECTORS"/hello-captured/*.hex; do
		xxd -r -p "$f" >"$dir/$(basename "$f" .hex)"
	done
	jq -r '.cases[] | select(.expect.result == "ok").file' "$AMT_VECTORS/hello/manifest.json" |
		while read -r f; do cp "$AMT_VECTORS/hello/$f" "$dir"; done
	begin
	n=0
	for f in "$dir"/*; do
		say "$f"
		n=$((n + $(wc -c <"$f")))
	done
	hellopeer cuts "$port" "$dir"/*
	wait_for '^20' "$out" "$n"
	for f in "$AMT_VECTORS"/hello/bad-*.bin; do
		say "$f"
	done
	wait_for 'closed after' "$err" 2
	end
	[ "$(tail -n 1 "$out")" = "@end	$n	2" ]
	# once whole and once for each cut: as often as it has bytes
	for f in "$dir"/*; do
		hello-dump "$f" | sed '1d;$d' | cut -f 3-8 |
			sed "s/^/$(wc -c <"$f") /"
	done | sort >"$BATS_TEST_TMPDIR/want"
	rows | cut -f 3-8 | sort | uniq -c | sed 's/^ *//' | sort |
		diff - "$BATS_TEST_TMPDIR/want"
	echo "# vectors: $(($(find "$dir" -type f | wc -l) + 2))" >&3
}

@test "noise is refused with what it said and does not fail the run" {
	begin
	say hello/http.bin
	say hello/version-1.bin
	say hello/short.bin
	say hello/count.bin
	say /dev/null
	printf '\x16\x03\x01' >/dev/tcp/127.0.0.1/"$port"
	hellopeer reset "$port" 1
	say hello/psk.bin
	wait_for LAB7000A "$out"
	wait_for '^hello-listen: 127.*:' "$err" 8
	end
	grep -q '^hello-listen: 127.0.0.1:[0-9]*: not a hello (got "GET / HTTP/1.0' "$err"
	grep -q '^hello-listen: 127.0.0.1:[0-9]*: not a hello (got "\\x16\\x03\\x01")$' "$err"
	grep -q ': byte 2: interface version is not supported (got 1, ' "$err"
	grep -q ': closed after 18 bytes: byte 8: input ends early$' "$err"
	grep -q ': closed after 93 bytes: byte 93: count of hashes is larger ' "$err"
	grep -q ': closed without a byte$' "$err"
	grep -q ': Connection reset by peer without a byte$' "$err"
	grep -q '^hello-listen: 1 hello taken, 7 connections refused$' "$err"
	[ "$(tail -n 1 "$out")" = $'@end\t1\t7' ]
}

@test "a scanner gets 20 lines a minute of the log, then it is only counted" {
	begin_quiet
	for _ in $(seq 50); do
		say hello/http.bin
	done
	say hello/psk.bin
	wait_for LAB7000A "$out"
	end
	[ "$(grep -c 'not a hello' "$err")" = 20 ]
	grep -qx 'hello-listen: 30 more such messages were left out' "$err"
	[ "$(tail -n 1 "$out")" = $'@end\t1\t50' ]
}

@test "1,000 machines connected at once are all taken, each with its address" {
	begin
	hellopeer crowd "$port" 1000 hello/psk.bin
	wait_for '^20' "$out" 1000
	end
	[ "$(rows | cut -f 2 | sort -u | wc -l)" = 1000 ]
	[ "$(rows | cut -f 3 | sort -u | wc -l)" = 1000 ]
	[ "$(tail -n 1 "$out")" = $'@end\t1000\t0' ]
}

@test "more callers than -c allows still all get through when their hellos are there" {
	begin -c 8
	awk 'BEGIN { for (i = 0; i < 500; i++)
		printf "\t127.0.%d.%d\t%08x-0001-4000-8000-6c6162377063\t2\t0\t0\tLAB7000A\t\t\n", 1 + i / 250, 1 + i % 250, i }' |
		{ sed -n 1p "$out"; cat; printf '@end\t500\t0\n'; } >"$BATS_TEST_TMPDIR/fleet"
	hello-send -j 8 -f "$BATS_TEST_TMPDIR/fleet" "127.0.0.1:$port"
	wait_for '^20' "$out" 500
	end
	[ "$(rows | cut -f 2,3 | sort -u | wc -l)" = 500 ]
}

@test "at the cap the one idle for longest goes and a good hello gets in" {
	begin -c 4 -i 20
	hellopeer idle "$port" 4 >"$BATS_TEST_TMPDIR/idle" 3>&- &
	idlers=$!
	for _ in $(seq 100); do
		[ "$(find "/proc/$listener/fd" -lname 'socket:*' | wc -l)" -lt 5 ] || break
		sleep 0.05
	done
	hello-send -u $U -p LAB7000A "127.0.0.1:$port"
	wait_for LAB7000A "$out"
	end
	wait "$idlers"
	grep -q 'dropped: 4 connections are open and this was idle for longest' "$err"
	grep -q '3 connections without a whole hello yet closed' "$err"
	[ "$(tail -n 1 "$out")" = $'@end\t1\t1' ]
}

@test "SIGTERM takes the hellos that are here and ends the stream" {
	begin
	kill -STOP "$listener"
	for i in $(seq 30); do
		hello-send -u "$(printf '%08x' "$i")${U#????????}" -p LAB7000A "127.0.0.1:$port"
	done
	kill -TERM "$listener"
	kill -CONT "$listener"
	wait "$listener"
	listener=
	[ "$(tail -n 1 "$out")" = $'@end\t30\t0' ]
	[ "$(rows | wc -l)" = 30 ]
}

@test "SIGINT ends it the same way" {
	# A shell starts its background jobs with SIGINT ignored.
	begin
	kill -INT "$listener"
	wait "$listener"
	listener=
	[ "$(tail -n 1 "$out")" = $'@end\t0\t0' ]
}

@test "an address in use is named" {
	begin
	run -69 --separate-stderr hello-listen -l "127.0.0.1:$port"
	[ "$stderr" = "hello-listen: cannot listen on 127.0.0.1:$port: Address already in use" ]
	[ "$output" = "" ]
	run -69 --separate-stderr hello-listen -l 192.0.2.1:0
	[ "$stderr" = "hello-listen: cannot listen on 192.0.2.1:0: Cannot assign requested address" ]
}

@test "wrong usage is 64" {
	run -64 --separate-stderr hello-listen
	run -64 --separate-stderr hello-listen -l 9971
	[[ "$stderr" == "hello-listen: -l: not an address with a port (got \"9971\""* ]]
	run -64 --separate-stderr hello-listen -l ::1:9971
	[[ "$stderr" == *"must be in brackets"* ]]
	run -64 --separate-stderr hello-listen -l 127.0.0.1:65536
	run -64 --separate-stderr hello-listen -l pc-0001.example.com:9971
	run -64 --separate-stderr hello-listen -t 0 -l 127.0.0.1:0
	run -64 --separate-stderr hello-listen -l 127.0.0.1:0 more
}

@test "an output that cannot be written ends it with 74" {
	run -74 --separate-stderr sh -c 'hello-listen -l 127.0.0.1:0 >/dev/full'
	[[ "$stderr" == "hello-listen: standard output: No space left on device; 0 hellos in hand"* ]]
}

@test "a hello that cannot be passed on is counted in the last message" {
	# 1 KiB, for the file and for the messages too.
	small() {
		ulimit -f 1
		trap '' XFSZ
		exec socket-bind -v -l 127.0.0.1:0 hello-listen
	}
	started small
	hellopeer crowd "$port" 30 hello/pki.bin || true
	status=0
	wait "$listener" || status=$?
	listener=
	[ "$status" = 74 ]
	grep -qE 'standard output: File too large; [1-9][0-9]* hellos? in hand not passed on' "$err"
}

@test "when the reader is gone it ends at once, not at the next hello" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	hello-listen -v -l 127.0.0.1:0 >"$BATS_TEST_TMPDIR/pipe" 2>"$err" 3>&- &
	listener=$!
	head -n 1 <"$BATS_TEST_TMPDIR/pipe" >/dev/null
	status=0
	wait "$listener" || status=$?
	listener=
	[ "$status" = 74 ]
	grep -q 'standard output: \(nobody reads it any more\|Broken pipe\); 0 hellos in hand' "$err"
}

@test "when output is stuck, SIGTERM still ends it" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	exec 9<>"$BATS_TEST_TMPDIR/pipe" # a reader that never reads
	hello-listen -v -l 127.0.0.1:0 >"$BATS_TEST_TMPDIR/pipe" 2>"$err" 3>&- 9>&- &
	listener=$!
	wait_for listening "$err"
	port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$err")
	hellopeer crowd "$port" 900 hello/pki.bin # 300 kB, a pipe has 64
	sleep 0.5
	kill -TERM "$listener"
	status=0
	wait "$listener" || status=$?
	listener=
	exec 9>&-
	[ "$status" = 74 ]
	grep -q 'its output is blocked' "$err"
}

@test "a connection that was closed is a receipt: its hello outlives kill -9" {
	command -v socat >/dev/null || skip "no socat"
	mkdir "$BATS_TEST_TMPDIR/spool"
	for n in $(seq 12); do
		: >"$err" # where the one before listened
		hello-listen -v -l 127.0.0.1:0 -s "$BATS_TEST_TMPDIR/spool" >"$out" 2>"$err" 3>&- &
		listener=$!
		wait_for 'listening on' "$err"
		port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$err")
		# Ends its side, and returns when the listener has closed.
		socat -t 10 - "TCP:127.0.0.1:$port" <"$AMT_TEST_BUILD/samples/hello/psk.bin"
		kill -9 "$listener"
		wait "$listener" || true
		listener=
		[ "$(cat "$BATS_TEST_TMPDIR"/spool/*.hello | grep -c "$U")" = "$n" ]
	done
}
