bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
	export SOURCE_DATE_EPOCH=1795359600 # 2026-11-22T15:00:00Z
}

# Two sources that call the machine of sample 1 by two names.
two_names() {
	store-load -d "$site" store/lab7.map
	sed -e '3,$d' -e 's/pc-0001/pc-1001/;s/machines/other/g' store/lab7.map >"$BATS_TEST_TMPDIR/other"
	printf '@end\t1\t0\n' >>"$BATS_TEST_TMPDIR/other"
	store-load -d "$site" "$BATS_TEST_TMPDIR/other"
}

@test "an empty site has no conflict, in every form" {
	run -0 --separate-stderr conflicts-show -d "$site"
	[ "$output$stderr" = "0 conflicts" ]
	[ "$(conflicts-show -d "$site" --csv)" = number,reason,uuid,fqdn,source,seen,trust,counts,state,from ]
	[ "$(conflicts-show -d "$site" --json | jq length)" = 0 ]
	[ "$(conflicts-show -d "$site" --stream | tail -n 1)" = $'@end\t0\t0' ]
}

@test "a map without a contradiction has none" {
	store-load -d "$site" store/lab7.map
	[ "$(conflicts-show -d "$site")" = "0 conflicts" ]
}

@test "JSON and the stream have what the text has" {
	two_names
	[ "$(conflicts-show -d "$site" --json | jq -c '.[] | [.number, .reason, .fqdn, .counts]')" = \
		'[1,"MAP-AMBIGUOUS","pc-0001.lab7.example.com",true]
[1,"MAP-AMBIGUOUS","pc-1001.lab7.example.com",true]' ]
	[ "$(conflicts-show -d "$site" --stream | cut -f 1-2,4,5 | sed -n 2p)" = \
		$'1\tMAP-AMBIGUOUS\tpc-0001.lab7.example.com\tmachines.csv' ]
	run -0 conflicts-show -d "$site"
	[ "${lines[-1]}" = "1 conflict" ]
}

@test "-m leaves out what is stale beside fresh entries" {
	two_names
	sqlite3 "$site/site.db" "UPDATE map SET seen = '2026-01-01' WHERE source = 'other.csv'"
	[ "$(conflicts-show -d "$site" | tail -n 1)" = "1 conflict" ]
	[ "$(conflicts-show -d "$site" -m 30)" = "0 conflicts" ]
}

@test "nothing is changed by looking, and an unwritable stdout is 74" {
	two_names
	before=$(sqlite3 "$site/site.db" .dump | cksum)
	conflicts-show -d "$site" >/dev/null
	[ "$(sqlite3 "$site/site.db" .dump | cksum)" = "$before" ]
	run -74 sh -c "conflicts-show -d '$site' >/dev/full"
	run -64 conflicts-show
	run -64 conflicts-show -d "$site" more
	run -66 conflicts-show -d "$site/none"
}

@test "ten times the names of one machine take about ten times as long" {
	# named COUNT: seconds of work for one UUID with that many names
	named() {
		rm -rf "$BATS_TEST_TMPDIR/named"
		store-init -d "$BATS_TEST_TMPDIR/named"
		awk -v n="$1" 'BEGIN {
			print "@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom"
			for (i = 1; i <= n; i++)
				print "7ab70000-0000-4000-8000-000000000001\tpc-" i ".example.com\ta.csv\t2026-11-20\t50\ta.csv:" i
			print "@end\t" n "\t0" }' | store-load -d "$BATS_TEST_TMPDIR/named"
		/usr/bin/time -f %U -o "$BATS_TEST_TMPDIR/time" sh -c 'conflicts-show -d "$1/named" &&
			store-dump -d "$1/named" -k devices' - "$BATS_TEST_TMPDIR" >/dev/null
		cat "$BATS_TEST_TMPDIR/time"
	}
	few=$(named 1000)
	many=$(named 10000)
	# Quadratic it would be a hundred times; 40 leaves room for a busy machine.
	awk -v few="$few" -v many="$many" 'BEGIN { exit !(many < 40 * (few + 0.01)) }'
}
