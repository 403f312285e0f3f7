bats_require_minimum_version 1.5.0
load "$AMT_TEST_ROOT/tests/ports.bash"

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	tmp=$BATS_TEST_TMPDIR
	children=()
	export SOURCE_DATE_EPOCH=1795359600 # 2026-11-22T15:00:00Z
}

teardown() {
	local child
	for child in "${children[@]}"; do
		kill "$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
	done
}

uuid() {
	echo "7ab70000-0000-4000-8000-00000000000$1"
}

# unnamed N=ADDRESS...: a stream of machines
unnamed() {
	local pair
	printf '@unnamed/1\tuuid\taddress\tversion\tstirred\tasked\n'
	for pair; do
		printf '%s\t%s\t2\t2026-11-22T14:00:00Z\t\n' "$(uuid "${pair%%=*}")" "${pair#*=}"
	done
	printf '@end\t%s\t0\n' $#
}

# bound PORT: does anybody have this UDP port of 127.0.0.1?
bound() {
	grep -qi ": 0100007F:$(printf %04X "$1") " /proc/net/udp
}

# server OPTION...: dnsmasq with these records alone, on $port
server() {
	for _ in 1 2 3 4 5; do
		free_port
		dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts \
			--no-daemon --pid-file= --port="$port" --listen-address=127.0.0.1 \
			--bind-interfaces --local=/example.com/ --local=/in-addr.arpa/ \
			--local=/ip6.arpa/ "$@" 2>"$tmp/dnsmasq.log" 3>&- &
		children+=($!)
		for _ in {1..600}; do
			! bound "$port" || return 0
			kill -0 "${children[-1]}" 2>/dev/null || break
			sleep 0.05
		done
	done
	cat "$tmp/dnsmasq.log"
	return 1
}

lookup() {
	local at=127.0.0.1:$port
	dns-lookup --server "$at" "$@"
}

@test "a name whose two directions agree becomes an entry of the lowest trust" {
	server --host-record=pc-1.example.com,192.0.2.1 \
		--host-record=pc-6.example.com,2001:db8::6
	unnamed 1=192.0.2.1 6=2001:db8::6 >"$tmp/in"
	run -0 --separate-stderr lookup "$tmp/in"
	[ "$(grep -v ^@ <<<"$output" | sort)" = \
		"$(uuid 1)	pc-1.example.com	dns	2026-11-22	10	DNS of 192.0.2.1		
$(uuid 6)	pc-6.example.com	dns	2026-11-22	10	DNS of 2001:db8::6		" ]
	[ "${lines[0]}" = $'@map/2\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\tmodel\tserial' ]
	[ "${lines[-1]}" = $'@end\t2\t0' ]
	[[ "$stderr" = "dns-lookup: DNS: warning: 2 names of the lowest trust; "* ]]
}

@test "each way to disagree is told and gives no name, the good one still comes out" {
	server --host-record=pc-1.example.com,192.0.2.1 \
		--ptr-record=2.2.0.192.in-addr.arpa,pc-1.example.com \
		--ptr-record=3.2.0.192.in-addr.arpa,gone.example.com \
		--ptr-record=4.2.0.192.in-addr.arpa,short \
		--ptr-record=5.2.0.192.in-addr.arpa,a.example.com \
		--ptr-record=5.2.0.192.in-addr.arpa,b.example.com \
		--ptr-record=6.2.0.192.in-addr.arpa,x.localhost
	unnamed 2=192.0.2.2 3=192.0.2.3 4=192.0.2.4 5=192.0.2.5 6=192.0.2.6 7=192.0.2.7 1=192.0.2.1 >"$tmp/in"
	run -65 --separate-stderr lookup "$tmp/in"
	[ "$(grep -v ^@ <<<"$output" | cut -f 2)" = pc-1.example.com ]
	[ "${lines[-1]}" = $'@end\t1\t6' ]
	grep -qx "dns-lookup: 192.0.2.2: UUID $(uuid 2): DNS names it pc-1.example.com, but that name has another address" <<<"$stderr"
	grep -q "^dns-lookup: 192.0.2.3: UUID $(uuid 3): DNS names it gone.example.com, but does not answer for that name: " <<<"$stderr"
	grep -q "^dns-lookup: 192.0.2.4: UUID $(uuid 4): DNS has no full name for it: " <<<"$stderr"
	grep -qx "dns-lookup: 192.0.2.5: UUID $(uuid 5): DNS has several names for it" <<<"$stderr"
	grep -q "^dns-lookup: 192.0.2.6: UUID $(uuid 6): DNS has no full name for it: names every machine itself" <<<"$stderr"
	grep -qx "dns-lookup: 192.0.2.7: UUID $(uuid 7): DNS has no name for it" <<<"$stderr"
}

@test "a server that says nothing costs no more than -t, and what is left is told" {
	free_port
	socat -u "UDP-RECVFROM:$port,bind=127.0.0.1,fork" OPEN:/dev/null 3>&- &
	children+=($!)
	for _ in {1..600}; do
		! bound "$port" || break
		sleep 0.05
	done
	unnamed 1=192.0.2.1 2=192.0.2.2 3=192.0.2.3 >"$tmp/in"
	start=$SECONDS
	run -75 --separate-stderr lookup -t 1 -j 2 "$tmp/in"
	[ $((SECONDS - start)) -le 20 ]
	[ "${lines[-1]}" = $'@end\t0\t0' ]
	[ "$stderr" = "dns-lookup: DNS: time is up with 3 machines left" ]
}

@test "a server that is not there is told for each machine" {
	free_port
	unnamed 1=192.0.2.1 >"$tmp/in"
	run -65 --separate-stderr lookup "$tmp/in"
	[[ "$stderr" = "dns-lookup: 192.0.2.1: UUID $(uuid 1): DNS does not answer: "* ]]
}

@test "many at once, each with its own name" {
	local i records=()
	for i in $(seq 1 200); do
		records+=("--host-record=pc-$i.example.com,192.0.2.$i")
	done
	server "${records[@]}"
	{
		printf '@unnamed/1\tuuid\taddress\tversion\tstirred\tasked\n'
		for i in $(seq 1 200); do
			printf '7ab70000-0000-4000-8000-%012d\t192.0.2.%s\t3\t2026-11-22T14:00:00Z\t\n' "$i" "$i"
		done
		printf '@end\t200\t0\n'
	} >"$tmp/in"
	run -0 --separate-stderr lookup -t 120 -j 50 "$tmp/in"
	[ "$(grep -v ^@ <<<"$output" | sort | sed 's/^.*-0*\([0-9]*\)\tpc-\([0-9]*\)\..*DNS of 192.0.2.\([0-9]*\)\t\t$/\1 \2 \3/' | awk '$1 == $2 && $2 == $3' | wc -l)" = 200 ]
}

@test "without --server those of the system are asked, and no hosts file and no search list" {
	unshare -Urnm true 2>/dev/null || skip "no namespaces of one's own here (unshare -Urnm)"
	printf 'nameserver 127.0.0.1\nsearch example.com\n' >"$tmp/resolv.conf"
	printf '192.0.2.2 pc-2.example.com\n' >"$tmp/hosts"
	unnamed 1=192.0.2.1 2=192.0.2.2 3=192.0.2.3 >"$tmp/in"
	cat >"$tmp/inside" <<-'END'
		ip link set lo up
		mount --bind "$1/resolv.conf" /etc/resolv.conf
		mount --bind "$1/hosts" /etc/hosts
		dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --no-daemon --pid-file= \
			--user=root --port=53 --listen-address=127.0.0.1 --bind-interfaces \
			--local=/example.com/ --local=/org/ --local=/in-addr.arpa/ \
			--host-record=pc-1.example.com,192.0.2.1 \
			--host-record=pc.lab.org.example.com,192.0.2.3 \
			--ptr-record=3.2.0.192.in-addr.arpa,pc.lab.org 3>&- 2>"$1/log" &
		for _ in $(seq 100); do
			! grep -qi ": 0100007F:0035 " /proc/net/udp || break
			sleep 0.05
		done
		dns-lookup "$1/in"
		status=$?
		kill $!
		exit $status
	END
	run -65 --separate-stderr unshare -Urnm sh "$tmp/inside" "$tmp"
	[ "$(grep -v ^@ <<<"$output" | cut -f 2)" = pc-1.example.com ]
	grep -qx "dns-lookup: 192.0.2.2: UUID $(uuid 2): DNS has no name for it" <<<"$stderr"
	grep -q "^dns-lookup: 192.0.2.3: UUID $(uuid 3): DNS names it pc.lab.org, but " <<<"$stderr"
}

@test "a stream without addresses, a cut one and a UUID that is shared are refused" {
	free_port
	run -65 --separate-stderr lookup store/lab7.keys
	[[ "$stderr" = "dns-lookup: store/lab7.keys:1: wrong kind of stream (got @keys, expected @unnamed, @devices or @hello)" ]]
	unnamed 1=192.0.2.1 | head -n 1 >"$tmp/cut"
	run -65 --separate-stderr lookup "$tmp/cut"
	[[ "$output" != *@end* ]]
	unnamed 1=192.0.2.1 | sed "s/$(uuid 1)/03000200-0400-0500-0006-000700080009/" >"$tmp/shared"
	run -65 --separate-stderr lookup "$tmp/shared"
	[[ "$stderr" = *"names no machine: "* ]]
	unnamed >"$tmp/in"
	[ "$(lookup "$tmp/in" | tail -n 1)" = $'@end\t0\t0' ]
	run -64 --separate-stderr dns-lookup --server nonsense "$tmp/in"
	run -66 --separate-stderr lookup "$tmp/none"
	unnamed >"$tmp/in"
	run -74 bash -c "dns-lookup --server 127.0.0.1:$port '$tmp/in' >/dev/full"
}

@test "amt-map --dns names what was heard and has no name, and nothing else" {
	server --host-record=pc-1.example.com,127.7.0.1 --host-record=pc-2.example.com,127.7.0.2
	store-init -d "$tmp/site"
	store-load -d "$tmp/site" store/lab7.keys store/lab7.hello
	sed -e '4,$d' -e 2d store/lab7.map >"$tmp/map"
	printf '@end\t1\t0\n' >>"$tmp/map"
	store-load -d "$tmp/site" "$tmp/map"
	run -65 --separate-stderr amt-map -d "$tmp/site" --dns --server "127.0.0.1:$port"
	[[ "$stderr" = *"warning: 1 name of the lowest trust; "* ]]
	[ "$(grep -c 'DNS has no name for it' <<<"$stderr")" = 2 ]
	[ "$(store-dump -d "$tmp/site" -k map | grep -v ^@ | cut -f 1-3)" = \
		"$(uuid 1)	pc-1.example.com	dns
$(uuid 2)	pc-0002.lab7.example.com	machines.csv" ]
}
