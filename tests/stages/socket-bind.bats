bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

U=00b0a701-0001-4000-8000-6c6162377063

# A port that nobody has; -v says which one the system chose.
free_port() {
	socket-bind -v -l "$1:0" true 2>&1 | sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p'
}

@test "the command finds the ports from descriptor 3 on, and their number" {
	# shellcheck disable=SC2016 # for the inner shell
	LISTEN_FDNAMES=old run -0 --separate-stderr socket-bind -l 127.0.0.1:0 -l 127.0.0.2:0 \
		sh -c 'echo "$LISTEN_FDS $((LISTEN_PID - $$)) ${LISTEN_FDNAMES-none}"; readlink /proc/$$/fd/3 /proc/$$/fd/4'
	[ "${lines[0]}" = "2 0 none" ]
	[[ "${lines[1]}" == socket:* ]]
	[[ "${lines[2]}" == socket:* ]]
	[ "${lines[1]}" != "${lines[2]}" ]
	[ -z "$stderr" ]
}

@test "a caller who comes before the listener is heard all the same" {
	cd "$BATS_TEST_TMPDIR"
	mkfifo go
	socket-bind -v -l 127.0.0.1:0 sh -c 'read -r _ <go; exec hello-listen -q 1' >out 2>err 3>&- &
	listener=$!
	until port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' err) && [ -n "$port" ]; do
		kill -0 "$listener"
		sleep 0.05
	done
	hello-send -u $U -p LAB7000A "127.0.0.1:$port"
	echo >go
	wait "$listener"
	[ "$(sed '1d;$d' out | cut -f 3,7)" = "$U	LAB7000A" ]
	[ "$(tail -n 1 out)" = "@end	1	0" ]
}

@test "the status is the command's, 69 when there is none" {
	run -7 socket-bind -l 127.0.0.1:0 sh -c 'exit 7'
	run -69 --separate-stderr socket-bind -l 127.0.0.1:0 no-such-command
	[ "$stderr" = "socket-bind: no-such-command: No such file or directory" ]
	run -71 socket-bind -l 127.0.0.1:0 /
}

@test "a port that cannot be had is named, and the command does not run" {
	cd "$BATS_TEST_TMPDIR"
	# The command asks for the port that it was handed.
	cat >again <<-'END'
		port=$(sed -n 's/.*://p' err)
		exec socket-bind -l "127.0.0.1:$port" echo ran
	END
	run -69 bash -c 'socket-bind -v -l 127.0.0.1:0 sh again 2>err; status=$?; tail -n 1 err; exit $status'
	[[ "$output" =~ ^socket-bind:\ cannot\ listen\ on\ 127\.0\.0\.1:[0-9]+:\ Address\ already\ in\ use$ ]]
	run -69 --separate-stderr socket-bind -l 192.0.2.1:0 echo ran
	[ "$stderr" = "socket-bind: cannot listen on 192.0.2.1:0: Cannot assign requested address" ]
	[ -z "$output" ]
}

@test "without the right to a port it is 77" {
	[ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -gt 1 ] || skip "everybody may have every port here"
	less=
	[ "$(id -u)" != 0 ] || less='setpriv --bounding-set=-net_bind_service'
	# shellcheck disable=SC2086 # words
	run -77 --separate-stderr $less socket-bind -l 127.0.0.1:1 echo ran
	[ "$stderr" = "socket-bind: cannot listen on 127.0.0.1:1: Permission denied" ]
	[ -z "$output" ]
}

@test "the IPv6 wildcard leaves IPv4 to a -l of its own" {
	grep -qs . /proc/net/if_inet6 || skip "no IPv6 here"
	port=$(free_port '[::1]')
	run -0 --separate-stderr socket-bind -v -l "[::]:$port" -l "127.0.0.1:$port" true
	[ "$stderr" = "socket-bind: listening on [::]:$port
socket-bind: listening on 127.0.0.1:$port" ]
}

@test "wrong usage is 64" {
	run -64 socket-bind
	run -64 socket-bind true
	run -64 socket-bind -l 127.0.0.1:0
	run -64 --separate-stderr socket-bind -l nowhere true
	[[ "$stderr" == "socket-bind: -l: "* ]]
	many=()
	for _ in $(seq 16); do many+=(-l 127.0.0.1:0); done
	run -0 socket-bind "${many[@]}" true
	run -64 --separate-stderr socket-bind "${many[@]}" -l 127.0.0.1:0 true
	[ "$stderr" = "socket-bind: -l: at most 16" ]
}
