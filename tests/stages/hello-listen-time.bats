# hello-listen when time matters: who is dropped when, and when it ends.
# timed
load hello-listen

@test "peers that trickle or say nothing are dropped while good hellos come in" {
	begin -i 1
	hellopeer trickle "$port" 50 300 hello/pki.bin >"$BATS_TEST_TMPDIR/trickle" 3>&- &
	a=$!
	hellopeer idle "$port" 50 >"$BATS_TEST_TMPDIR/idle" 3>&- &
	b=$!
	for i in $(seq 20); do
		hello-send -u "$(printf '%08x' "$i")${U#????????}" -p LAB7000A "127.0.0.1:$port"
		sleep 0.1
	done
	wait "$a"
	wait "$b"
	wait_for '^20' "$out" 20
	end
	# idle for 1 s, at most 3 s in all
	[ "$(grep -c ': gone quiet without a byte$' "$err")" = 50 ]
	[ "$(grep -c ': too slow after [0-9]* bytes: byte ' "$err")" = 50 ]
	read -r n _ _ ms _ <"$BATS_TEST_TMPDIR/idle"
	[ "$n" = 50 ] && [ "$ms" -ge 900 ] && [ "$ms" -lt 2800 ]
	read -r n _ _ ms _ <"$BATS_TEST_TMPDIR/trickle"
	[ "$n" = 50 ] && [ "$ms" -ge 2900 ] && [ "$ms" -lt 6000 ]
	[ "$(tail -n 1 "$out")" = $'@end\t20\t100' ]
}

@test "when files run out it waits instead of spinning, and goes on" {
	ulimit -n 40 # 8 connections and what is its own
	begin
	grep -q 'at most 8 connections at once: RLIMIT_NOFILE is 40' "$err"
	end
	# A lower limit set from outside while it runs: accept itself fails.
	ulimit -Sn 40
	begin -c 8
	command -v prlimit >/dev/null || skip "no prlimit"
	prlimit --pid "$listener" --nofile=8:40
	hellopeer idle "$port" 20 >/dev/null 3>&- &
	idlers=$!
	wait_for 'Too many open files; waiting 100 ms' "$err"
	before=$(awk '{ print $14 + $15 }' "/proc/$listener/stat")
	sleep 1
	after=$(awk '{ print $14 + $15 }' "/proc/$listener/stat")
	[ $((after - before)) -lt 20 ] # of 100 ticks
	hello-send -u $U -p LAB7000A "127.0.0.1:$port"
	wait_for LAB7000A "$out"
	end
	kill "$idlers" 2>/dev/null || true
	wait "$idlers" || true
}

@test "-t ends it, with what it took" {
	start=$(date +%s%N)
	begin -t 2
	hello-send -u $U -p LAB7000A "127.0.0.1:$port"
	wait "$listener"
	listener=
	took=$((($(date +%s%N) - start) / 1000000))
	[ "$took" -ge 1900 ] && [ "$took" -lt 5000 ]
	[ "$(tail -n 1 "$out")" = $'@end\t1\t0' ]
}
