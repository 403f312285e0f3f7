load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
	store-load -d "$site" store/lab7.keys
	store-sticks -d "$site" -p "$site/profile.xml" -b lab7 -n 4 -o "$tmp/lab7.img" >/dev/null
	echo image >"$tmp/lab7.img"
	store-settle -d "$site" >/dev/null
}

# records LABEL [PID:STATE ...]: what stick-dump would write
records() {
	local label=$1 n=0
	shift
	printf '@records/1\tstick\trecord\tpid\tmachine\tstate\tfrom\n'
	for row; do
		n=$((n + 1))
		printf '%s\t%d\t%s\t\t%s\tx:record %d\n' "$label" "$n" "${row%:*}" "${row#*:}" "$n"
	done
	printf '@end\t%d\t0\n' "$n"
}

four=(LAB7001B:issued LAB7002C:issued LAB7003D:issued LAB7004E:issued)

@test "what was taken is consumed, with its cause; what was not is listed" {
	sql "UPDATE stick_records SET machine = 'pc-000' || record"
	run -0 --separate-stderr store-collect -d "$site" <<<"$(records LAB7-1 LAB7001B:consumed "${four[@]:1}")"
	[ "$stderr" = "" ]
	[ "$output" = "not taken: record 2, PID LAB7-002C, for pc-0002
not taken: record 3, PID LAB7-003D, for pc-0003
not taken: record 4, PID LAB7-004E, for pc-0004
LAB7-1: 4 records, 1 taken by machines (1 new), 3 not taken" ]
	[ "$(sql "SELECT pid, cause FROM key_history WHERE state = 2")" = "LAB7001B|stick LAB7-1, record 1 for pc-0001, read back" ]
	[ "$(sql "SELECT collected > 0 FROM sticks")" = 1 ]
}

@test "the list as CSV and as JSON, for other people's tools" {
	records "" LAB7001B:consumed "${four[@]:1}" >"$tmp/records"
	run -0 --separate-stderr store-collect -d "$site" --csv "$tmp/records"
	[ "${lines[0]}" = "stick,record,pid,machine,state,from" ]
	[ "${lines[1]}" = "LAB7-1,2,LAB7002C,,issued," ]
	[ "${#lines[@]}" = 4 ]
	[ "$stderr" = "LAB7-1: 4 records, 1 taken by machines (1 new), 3 not taken" ]
	store-collect -d "$site" --json "$tmp/records" 2>/dev/null >"$tmp/json"
	[ "$(jq length "$tmp/json")" = 3 ]
}

@test "a key that was heard of meanwhile keeps its state, and is not waited for" {
	sql "UPDATE keys SET state = 3 WHERE pid = 'LAB7001B'"
	sql "UPDATE keys SET state = 4 WHERE pid = 'LAB7002C'"
	sql "UPDATE keys SET state = 5 WHERE pid = 'LAB7003D'"
	run -0 --separate-stderr store-collect -d "$site" <<<"$(records LAB7-1 LAB7001B:consumed LAB7002C:issued LAB7003D:consumed LAB7004E:issued)"
	[ "$output" = "not taken: record 4, PID LAB7-004E
LAB7-1: 4 records, 2 taken by machines (0 new), 1 not taken" ]
	[ "$stderr" = "store-collect: $site: warning: PID LAB7003D is revoked, and a machine took it (record 3)
store-collect: $site: warning: 1 records are still valid on this stick, and machines have their keys: is it a copy?  Wipe it" ]
	[ "$(sql "SELECT group_concat(state, ' ') FROM (SELECT state FROM keys ORDER BY pid LIMIT 4)")" = "3 4 5 1" ]
}

@test "a stream that is cut changes nothing, and neither does one of another kind" {
	records LAB7-1 LAB7001B:consumed "${four[@]:1}" >"$tmp/records"
	head -n 4 "$tmp/records" >"$tmp/cut"
	run -65 store-collect -d "$site" "$tmp/cut"
	run -65 store-collect -d "$site" store/lab7.keys
	[ "$(sql "SELECT count(*) FROM keys WHERE state = 2")" = 0 ]
	run -66 store-collect -d "$site" nosuch
	run -64 store-collect "$tmp/records"
}

@test "a record in a place that it was not made in: not that stick" {
	run -65 --separate-stderr store-collect -d "$site" <<<"$(records LAB7-1 LAB7002C:consumed LAB7001B:issued "${four[@]:2}")"
	[ "$stderr" = "store-collect: $site: not stick LAB7-1 as it was made: record 1 has PID LAB7002C (expected LAB7001B); nothing changed" ]
	run -65 --separate-stderr store-collect -d "$site" <<<"$(records LAB7-1 "${four[@]:0:3}" :consumed :consumed)"
	[[ "$stderr" = *"it has 5 records (expected 4); nothing changed" ]]
	[ "$(sql "SELECT count(*) FROM keys WHERE state = 2")" = 0 ]
}

@test "a setup.bin that is no stick's is recognised by its keys alone, all of them ours" {
	# As amt-export made it: no list of its records.
	sql "DELETE FROM stick_records; DELETE FROM sticks"
	run -0 --separate-stderr store-collect -d "$site" <<<"$(records "" LAB7001B:consumed LAB7002C:issued)"
	[ "$output" = "not taken: record 2, PID LAB7-002C
setup.bin: 2 records, 1 taken by machines (1 new), 1 not taken" ]
	run -65 --separate-stderr store-collect -d "$site" <<<"$(records "" LAB7002C:consumed 0000000C:consumed)"
	[[ "$stderr" = *"record 2 has PID 0000000C, which is not in the store: not a stick of this site alone; nothing changed" ]]
	[ "$(sql "SELECT count(*) FROM keys WHERE state = 2")" = 1 ]
	run -65 --separate-stderr store-collect -d "$site" <<<"$(records "" LAB7002C:consumed :consumed)"
	[[ "$stderr" = *"record 2 has no PID left, and which key it had is not known"* ]]
	[ "$(sql "SELECT count(*) FROM keys WHERE state = 2")" = 2 ]
}

@test "an empty stream, of a wiped stick, is no news" {
	run -0 --separate-stderr store-collect -d "$site" <<<"$(records LAB7-1)"
	[ "$output$stderr" = "" ]
}
