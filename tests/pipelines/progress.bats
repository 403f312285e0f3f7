# What takes over two seconds says how far it is: on a terminal, never in a pipe.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
	keys-make -b lab7 -n 2200 >made.keys
	# A bundle passes on 4 MB at a time.
	awk -F'\t' -v OFS=, 'BEGIN { for (i = 0; i < 4000; i++) pad = pad "x"; print "pid,pps,remark" }
		/^[^@]/ { print $1, $2, pad }' made.keys >keys.csv
}

# Two parts with more than two seconds between; each is more than a buffer.
slowly() {
	head -n 1100 "$1"
	sleep 2.4
	tail -n +1101 "$1"
}

@test "an import shows on a terminal how far it is, and clears that line" {
	export -f slowly
	script -qefc 'slowly keys.csv | amt-import -b lab7 -' /dev/null </dev/null >screen
	grep -q $'\rstore-load: <stdin>: [0-9]* records read\033\\[K' screen
	tail -n 1 screen | grep -q $'\r\033\\[Kstore-load: <stdin>: keys: 2200 new'
}

@test "packing an export shows it too" {
	export -f slowly
	script -qefc 'slowly made.keys | keys-pack --format csv -o packed.csv' /dev/null </dev/null >screen
	grep -q $'\rkeys-pack: <stdin>: [0-9]* records read\033\\[K' screen
	[ "$(wc -l <packed.csv)" = 2201 ]
}

@test "in a pipe there is none" {
	slowly keys.csv | amt-import -b lab7 - >out 2>&1
	run -1 grep -e $'\r' -e 'records read' out
	slowly made.keys | keys-pack --format csv -o packed.csv >out 2>&1
	run -1 grep . out
}
