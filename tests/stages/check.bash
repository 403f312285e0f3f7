# shellcheck shell=bash disable=SC2034
# What tests of the checks share: a site, findings, and what is looked at.
bats_require_minimum_version 1.5.0
load "$AMT_TEST_ROOT/tests/pipelines/common.bash"
load "$AMT_TEST_ROOT/tests/stages/certs.bash"
load "$AMT_TEST_ROOT/tests/ports.bash"

setup_file() {
	pushd "$BATS_FILE_TMPDIR" || return
	certs_make
	popd || return
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
	site_here
	# shellcheck disable=SC2034 # certs.bash reads it
	site=$PWD/site
	certs=$BATS_FILE_TMPDIR
}

teardown() {
	children_end
}

# found CODE COMMAND...: it finds this, and the words that come first are in
# $found
found() {
	local code=$1
	shift
	"$@" >checks 2>complaint || { cat checks complaint; return 1; }
	[ ! -s complaint ] || { cat complaint; return 1; }
	found=$(awk -F'\t' -v code="$code" '$3 == code { print $4 }' checks)
	[ -n "$found" ] || { cat checks; return 1; }
	tail -n 1 checks | grep -q '^@end'
}

# passes CHECK COMMAND...: its finding is in $found
passes() {
	local check=$1
	shift
	"$@" >checks
	found=$(awk -F'\t' -v check="$check" '$1 == check { print $2 ": " $4 }' checks)
	[[ "$found" = "pass: "* ]] || { cat checks; return 1; }
}

# heartbeat STATE AT [TROUBLE]
heartbeat() {
	mkdir -p site/spool
	printf '@listener/1\tprocess\tstate\tsince\tat\tlast_hello\ttaken\trefused\twaiting\topen\ttrouble\n' >site/spool/listener
	printf '1\t%s\t2026-11-20T00:00:00Z\t%s\t\t7\t0\t3\t0\t%s\n@end\t1\t0\n' "$1" "$2" "${3-}" >>site/spool/listener
}

now() {
	date -u +%Y-%m-%dT%H:%M:%SZ
}

# expected MACHINES: so many in the map, machines 1, 2 ... of lab7.example.com
expected() {
	local fqdns=() i
	for ((i = 1; i <= $1; i++)); do fqdns+=("pc-$i.lab7.example.com"); done
	names "${fqdns[@]}"
}

# port_open: something that takes connections; $port
port_open() {
	local n
	for n in {1..20}; do
		free_port
		socat TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork /dev/null 2>/dev/null 3>&- &
		children+=($!)
		for _ in {1..400}; do
			! grep -qi ": 0100007F:$(printf %04X $port) 00000000:0000 0A" /proc/net/tcp || return 0
			kill -0 $! 2>/dev/null || break
			sleep 0.05
		done
	done
	return 1
}

# dns DNSMASQ-OPTION...: a name server on 127.0.0.1:$dns
dns() {
	local n port
	for n in {1..20}; do
		free_port
		dns=$port
		dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --no-daemon --pid-file= --user=root \
			--port=$dns --listen-address=127.0.0.1 --bind-interfaces --local=/example.com/ "$@" \
			2>dnsmasq.log 3>&- &
		children+=($!)
		for _ in {1..400}; do
			! grep -qi ": 0100007F:$(printf %04X $dns) " /proc/net/udp || return 0
			kill -0 $! 2>/dev/null || break
			sleep 0.05
		done
	done
	cat dnsmasq.log
	return 1
}

# With a clock that the kernel says is right, whatever it is here.
in_time() {
	ASAN_OPTIONS=detect_leaks=0 strace -f -o trace -e trace=adjtimex,clock_adjtime \
		-e inject=adjtimex,clock_adjtime:retval="${clock-0}" "$@"
}
