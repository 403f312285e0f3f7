#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795356000 AMT_SITE=$BATS_TEST_TMPDIR/site
	amt-init >/dev/null
}

imported() {
	amt-import -b lab7 keys/scs.csv 2>/dev/null
}

@test "a dry run says what an import would say and changes nothing" {
	imported
	before=$(store-dump -d "$AMT_SITE" --reveal -k keys -k history -k batches | sha256sum)
	sed 's/SCS5EGW9,Y8O8/SCS5EGW9,B2NE/; s/pps/&/' keys/scs.csv >"$BATS_TEST_TMPDIR/other.csv"
	cat keys/bad.csv >"$BATS_TEST_TMPDIR/bad.csv"
	run -65 --separate-stderr amt-import --dry-run -b lab8 keys/plain.csv "$BATS_TEST_TMPDIR/bad.csv"
	dry=$stderr
	[ "$(store-dump -d "$AMT_SITE" --reveal -k keys -k history -k batches | sha256sum)" = "$before" ]
	[[ "$dry" == *"keys: 6 new, 0 already there"* ]]
	run -65 --separate-stderr amt-import -b lab8 keys/plain.csv "$BATS_TEST_TMPDIR/bad.csv"
	[ "$dry" = "$stderr"$'\nstore-load: <stdin>: only tried: nothing was stored' ]
	[ "$(store-dump -d "$AMT_SITE" -k keys | tail -n 1)" = $'@end\t14\t0' ]
}

@test "a key report has every key with its state, since when and why" {
	imported
	run -0 amt-report --keys
	[ "${lines[0]}" = "pid,batch,origin,note,state,since,cause,used_by" ]
	[ "${#lines[@]}" = 9 ]
	[ "$(grep -c ',used,2026-11-22T' <<<"$output")" = 2 ]
	[[ "$output" == *"SCS5EGW9,lab7,scs.csv,,new,2026-11-22T"*",scs.csv:1,"* ]] ||
		[[ "$output" == *"SCS5EGW9,lab7,scs.csv,,new,2026-11-22T"*"scs.csv:1,"* ]]
	[ "$(amt-report --keys -b lab7)" = "$output" ]
	[[ "$output" != *Y8O84VERBUUKBTXM3W28W0Q0FOF3TN82* ]]
	# The same in a file, which appears whole or not at all.
	amt-report --keys -o "$BATS_TEST_TMPDIR/keys.csv"
	[ "$(cat "$BATS_TEST_TMPDIR/keys.csv")" = "$output" ]
	[ "$(ls "$BATS_TEST_TMPDIR")" = $'keys.csv\nsite' ]
	amt-report --history SCS5EGW9 -o "$BATS_TEST_TMPDIR/keys.csv"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/keys.csv")" = 2 ]
	run -73 amt-report --keys -o "$BATS_TEST_TMPDIR/no/keys.csv"
	run -73 amt-report --keys -o "$BATS_TEST_TMPDIR"
}

@test "a report of keys that are not there says so and makes no file" {
	imported
	run -65 --separate-stderr amt-report --keys -b lab8
	[ "$output" = "" ]
	[ "$stderr" = "store-dump: $AMT_SITE: there is no key of batch lab8" ]
	run -65 --separate-stderr amt-report --keys -b $'lab8\e[31m'
	[ "$stderr" = "store-dump: $AMT_SITE: there is no key of batch lab8\\x1b[31m" ]
	run -65 amt-report --history 0000-037M -o "$BATS_TEST_TMPDIR/none.csv"
	[ "$output" = "store-dump: $AMT_SITE: there is no key of PID 0000037M" ]
	[ ! -e "$BATS_TEST_TMPDIR/none.csv" ]
}

@test "keys are revoked by PID and by file, with a cause, and once" {
	imported
	printf 'pid\n# returned boards\nSCS5-O3MP\n\nscs57a9v,x\n' >"$BATS_TEST_TMPDIR/pids"
	run -0 --separate-stderr amt-import --revoke -c 'board returned' SCS5EGW9 "$BATS_TEST_TMPDIR/pids"
	[[ "$stderr" == *"keys: 0 new, 0 already there, 3 changed" ]]
	[ "$(amt-report --keys | grep -c ',revoked,.*board returned')" = 3 ]
	run -0 --separate-stderr amt-import --revoke SCS5EGW9
	[[ "$stderr" == *"keys: 0 new, 1 already there" ]]
	# Importing the list again does not bring them back.
	imported
	[ "$(amt-report --keys | grep -c ',revoked,')" = 3 ]
}

@test "a PID that is unknown or wrong is refused, the others are revoked" {
	imported
	run -65 --separate-stderr amt-import --revoke SCS5EGW9 PLAQFV24 SCS5EGW8
	[[ "$stderr" == *"SCS5EGW8: its check character is wrong"* ]]
	[[ "$stderr" == *"PID PLAQFV24 is not in the store"* ]]
	[ "$(amt-report --keys | grep -c ',revoked,')" = 1 ]
	run -65 --separate-stderr amt-import --revoke "$BATS_TEST_TMPDIR/pidz"
	[ "${stderr_lines[0]}" = "keys-revoke: $BATS_TEST_TMPDIR/pidz: neither a file nor a PID: PID has a character outside 0-9 A-Z (character 1, got /)" ]
	run -64 amt-import --revoke
	run -64 amt-import --revoke -b lab7 SCS5EGW9
}

@test "a file of PIDs that cannot be read to its end revokes none, not even those before it" {
	imported
	printf 'SCS5O3MP\n' >"$BATS_TEST_TMPDIR/pids"
	# Its first bytes are nobody's memory: reading them fails.
	run -74 amt-import --revoke SCS5EGW9 "$BATS_TEST_TMPDIR/pids" /proc/self/mem
	run ! grep -q ',revoked,' <(amt-report --keys)
	run -0 amt-import --revoke SCS5EGW9 "$BATS_TEST_TMPDIR/pids"
	[ "$(amt-report --keys | grep -c ',revoked,')" = 2 ]
	amt-report --history SCS5EGW9 | grep -q ',revoked,revoked by its name$'
	amt-report --history SCS5O3MP | grep -q "revoked by $BATS_TEST_TMPDIR/pids:1"
}

@test "the history of a key has every change with its time and cause" {
	imported
	SOURCE_DATE_EPOCH=1795359600 amt-import --revoke -c lost SCS59H61 2>/dev/null
	run -0 amt-report --history scs5-9h61
	[ "${#lines[@]}" = 4 ]
	[ "${lines[0]}" = "pid,at,state,cause" ]
	[[ "${lines[1]}" == "SCS59H61,"*Z,new,*scs.csv:3 ]]
	[[ "${lines[2]}" == "SCS59H61,"*Z,used,*scs.csv:3 ]]
	[[ "${lines[3]}" == "SCS59H61,"*Z,revoked,"lost" ]]
	[[ "${lines[2]}" < "${lines[3]}" ]]
	run -0 amt-report --history SCS5O3MP
	[ "${#lines[@]}" = 2 ]
}
