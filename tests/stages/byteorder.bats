#!/usr/bin/env bats
# UUIDs that an inventory has byte-swapped: the machine's hello settles it.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
	SOURCE_DATE_EPOCH=$(date -ud 2026-11-22T15:00:00Z +%s)
	export SOURCE_DATE_EPOCH
	store-load -d "$site" store/lab7.keys
}

U=7ab70000-0000-4000-8000-00000000000
SWAPPED=0000b77a-0000-0040-8000-00000000000

# map SOURCE UUID FQDN...
map() {
	local source=$1
	shift
	{
		printf '@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n'
		while [ $# -gt 0 ]; do
			printf '%s\t%s\t%s\t2026-11-22\t50\t%s:2\n' "$1" "$2" "$source" "$source"
			shift 2
		done
		printf '@end\t0\t0\n'
	} | awk -F '\t' -v OFS='\t' '/^@end/ { $2 = NR - 2 } 1' | store-load -v -d "$site"
}

hello() { # UUID ADDRESS PID
	{
		head -n 1 store/lab7.hello
		printf '2026-11-22T14:55:00Z\t%s\t%s\t2\t0\t0\t%s\t\tport 9971\n' "$2" "$1" "${3:-LAB7001B}"
		printf '@end\t1\t0\n'
	} | store-load -d "$site"
}

plan() {
	store-plan -d "$site" -p "$site/profile.xml" -t 60 -v --reveal >"$BATS_TEST_TMPDIR/jobs"
}

entries() {
	store-dump -d "$site" -k map | sed '1d; /^@/d' | cut -f 1-3
}

@test "an entry whose UUID is swapped becomes that of the machine that was heard" {
	map a.csv ${SWAPPED}1 pc-0001.lab7.example.com
	[ "$(entries)" = "${SWAPPED}1"$'\tpc-0001.lab7.example.com\ta.csv' ]
	hello ${U}1 127.7.0.1
	run -0 --separate-stderr plan
	[[ "$stderr" = *"a.csv:2: UUID ${SWAPPED}1 is that of machine ${U}1 with its bytes swapped: its hello came (such entries: 1)"* ]]
	[ "$(entries)" = "${U}1"$'\tpc-0001.lab7.example.com\ta.csv' ]
	grep -q pc-0001.lab7.example.com "$BATS_TEST_TMPDIR/jobs"
}

@test "the same export read again changes nothing" {
	map a.csv ${SWAPPED}1 pc-0001.lab7.example.com
	hello ${U}1 127.7.0.1
	plan
	run -0 --separate-stderr map a.csv ${SWAPPED}1 pc-0001.lab7.example.com
	[[ "$stderr" != *goes* ]]
	[[ "$stderr" = *"map: 0 new, 1 already there"* ]]
	[ "$(entries)" = "${U}1"$'\tpc-0001.lab7.example.com\ta.csv' ]
}

@test "an export that comes after the hello is settled at once" {
	hello ${U}1 127.7.0.1
	map a.csv ${SWAPPED}1 pc-0001.lab7.example.com ${U}2 pc-0002.lab7.example.com
	[ "$(entries)" = "${U}1"$'\tpc-0001.lab7.example.com\ta.csv\n'"${U}2"$'\tpc-0002.lab7.example.com\ta.csv' ]
}

@test "one source spells it swapped, another does not: what they say is compared" {
	map a.csv ${U}1 pc-0001.lab7.example.com
	map b.csv ${SWAPPED}1 pc-0099.lab7.example.com
	hello ${U}1 127.7.0.1
	plan
	[ "$(entries | cut -f 1 | sort -u)" = "${U}1" ]
	run ! grep -q pc-00 "$BATS_TEST_TMPDIR/jobs"
	store-dump -d "$site" | grep -q MAP-AMBIGUOUS
}

@test "where both readings were heard nothing is changed" {
	map a.csv ${SWAPPED}1 pc-0001.lab7.example.com
	hello ${U}1 127.7.0.1
	hello ${SWAPPED}1 127.7.0.2 LAB7002C
	plan
	[ "$(entries)" = "${SWAPPED}1"$'\tpc-0001.lab7.example.com\ta.csv' ]
	run -0 store-dump -d "$site"
	[[ "$output" = *"${U}1"*MAP-NONE* ]]
}

@test "a machine that its hello shows in the order of the inventory keeps its entry" {
	map a.csv ${U}1 pc-0001.lab7.example.com
	hello ${U}1 127.7.0.1
	run -0 --separate-stderr plan
	[[ "$stderr" != *swapped* ]]
	[ "$(entries)" = "${U}1"$'\tpc-0001.lab7.example.com\ta.csv' ]
}
