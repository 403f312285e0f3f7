load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
}

lab7() {
	store-load -d "$site" store/lab7.keys store/lab7.map store/lab7.hello
}

@test "every machine that was heard or is expected has one row" {
	lab7
	run -0 --separate-stderr store-dump -d "$site"
	[ "$stderr" = "" ]
	[ "${#lines[@]}" = 8 ]
	[ "${lines[1]}" = $'7ab70000-0000-4000-8000-000000000001\tpc-0001.lab7.example.com\t127.7.0.1\tlab7\tLAB7001B\theard\tQUEUED\t\t0\t\t\t2026-11-22T14:01:00Z\t2026-11-22T14:01:00Z\t\t1\t2026-11-22T20:01:00Z\t\t\t\t\t\t' ]
	[ "${lines[6]}" = $'7ab70000-0000-4000-8000-000000000006\tpc-0006.lab7.example.com\t\t\t\texpected\tHELLO-NONE\tin machines.csv:7\t0\t\t\t\t\t\t0\t\t\t\t\t\t\t' ]
	[ "${lines[7]}" = $'@end\t6\t0' ]
}

@test "an empty site dumps empty streams" {
	for kind in devices batches keys map hello results drift certificates passwords; do
		run -0 store-dump -d "$site" -k $kind
		[ "${#lines[@]}" = 2 ]
		[[ "${lines[0]}" = "@$kind/"* ]]
		[ "${lines[1]}" = $'@end\t0\t0' ]
	done
}

@test "several kinds come one after the other" {
	lab7
	run -0 store-dump -d "$site" -k batches -k map
	[ "$(grep '^@' <<<"$output" | cut -f 1 | xargs)" = "@batches/1 @end @map/2 @end" ]
}

@test "secrets are masked unless asked for, an unknown one stays empty" {
	lab7
	run -0 store-dump -d "$site" -k keys
	[[ "$output" != *SEC3RETJ* ]]
	[[ "$output" != *Mebx-* ]]
	[ "${lines[1]}" = $'LAB7001B\t********\t********\t********\tlab7\tkeys.csv\tseen\t\tkeys.csv:2' ]
	[ "${lines[8]}" = $'LAB7008I\t********\t********\t\tlab7\tkeys.csv\tnew\t\tkeys.csv:9' ]
	run -0 store-dump -d "$site" -k keys --reveal
	[[ "${lines[1]}" = $'LAB7001B\tSEC3RETJ01MUADEMUPFJORLLAB76XYZF\tadmin\tLab7-Mebx-1\t'* ]]
}

@test "what was dumped can be loaded into another site" {
	lab7
	store-dump -d "$site" --reveal -k keys -k map -k hello >"$BATS_TEST_TMPDIR/all"
	store-init -d "$site.2"
	store-load -d "$site.2" "$BATS_TEST_TMPDIR/all"
	[ "$(store-dump -d "$site.2" --reveal -k keys -k map -k hello -k devices)" = \
		"$(store-dump -d "$site" --reveal -k keys -k map -k hello -k devices)" ]
}

@test "CSV has a header and quotes what needs it" {
	lab7
	sed -e 's/\tlab7\t/\tlab, "7"\t/' -e 's/LAB7001B/LAB7009J/' store/lab7.keys >"$BATS_TEST_TMPDIR/keys"
	store-load -d "$site" "$BATS_TEST_TMPDIR/keys"
	run -0 store-dump -d "$site" --csv -k batches
	[ "$output" = 'batch,new,issued,consumed,seen,used,revoked
"lab, ""7""",1,0,0,0,0,0
lab7,4,0,0,4,0,0' ]
}

@test "JSON is an array of objects" {
	run -0 store-dump -d "$site" --json
	[ "$(jq -c . <<<"$output")" = '[]' ]
	lab7
	run -0 store-dump -d "$site" --json
	[ "$(jq length <<<"$output")" = 6 ]
	[ "$(jq -r '.[0].fqdn' <<<"$output")" = pc-0001.lab7.example.com ]
	[ "$(jq -r '.[0] | keys | length' <<<"$output")" = 22 ]
}

@test "JSON has numbers and flags as such, and times in one form" {
	lab7
	typed() {
		store-dump -d "$site" --json -k "$1" | jq -c ".[0] | $2"
	}
	[ "$(typed devices '[.hellos, .attempts, .last_heard, .set_up]')" = '[1,0,"2026-11-22T14:01:00Z",""]' ]
	[ "$(typed hello '[.version, .creds_set, .retries, .pid]')" = '[2,false,0,"LAB7001B"]' ]
	[ "$(typed batches '[.batch, .new, .seen]')" = '["lab7",4,4]' ]
	[ "$(typed map '[.trust, .seen]')" = '[50,"2026-11-20"]' ]
	[ "$(typed strangers '.callers | type')" = '"number"' ]
	[ "$(typed keys .pps)" = '"********"' ]
	# every column of every kind, by the types of the first rows
	for kind in devices callers strangers batches map hello results keys passwords keystates history \
		settlements sticks records unnamed lookups drift certificates; do
		store-dump -d "$site" --json -k $kind | jq -e --arg kind $kind 'map(to_entries[] |
			select((.value | type) != "string") | .key) - ["hellos", "attempts", "version", "creds_set",
			"retries", "tries", "trust", "callers", "dropped", "new", "issued", "consumed", "seen", "used",
			"revoked", "number", "record", "records", "taken"] == []'
	done
}

@test "CSV has every field as the stream has it, when it is no formula" {
	lab7
	store-dump -d "$site" -k hello | sed '1s/^[^\t]*\t//; $d' | tr '\t' ',' >"$BATS_TEST_TMPDIR/stream"
	store-dump -d "$site" -k hello --csv | tr -d '"' | diff "$BATS_TEST_TMPDIR/stream" -
}

@test "CSV and JSON hold one kind" {
	run -64 --separate-stderr store-dump -d "$site" --csv -k keys -k map
	[ "$stderr" = "store-dump: -k: CSV and JSON hold one kind (got 2)" ]
}

@test "machines are limited to those that fit best, and events to the one that fits" {
	lab7
	run -0 store-dump -d "$site" -m pc-0002 -k devices -k events
	[ "$(cut -f 2 <<<"${lines[1]}")" = pc-0002.lab7.example.com ]
	[ "${lines[2]}" = $'@end\t1\t0' ]
	[ "${lines[3]}" = $'@events/1\tat\twhat\treason\ttext' ]
	[ "$(cut -f 2 <<<"$output" | sed '1,/^1$/d' | paste -sd ' ')" = "at name hello key key 4" ]
	# a name in full, and not those of which it is a part
	sed 's/pc-0005/pc-000/' store/lab7.map | store-load -d "$site"
	run -0 store-dump -d "$site" -m pc-000 -k devices
	[ "${#lines[@]}" = 3 ]
	run -0 store-dump -d "$site" -m lab7. -k devices -k events
	[ "$(tail -n 1 <<<"$output")" = $'@end\t0\t0' ]
	[ "$(grep -c '^7ab7' <<<"$output")" = 6 ]
	run -64 store-dump -d "$site" -k events
	# An inventory's serial number.
	sql "UPDATE map SET serial = '5CG0417XYZ' WHERE uuid LIKE '%0002'"
	run -0 store-dump -d "$site" -m 5cg0417xyz -k devices
	[ "$(grep -c ^7ab7 <<<"$output")" = 1 ]
	[[ "$output" = *$'\n'7ab70000-0000-4000-8000-000000000002$'\t'* ]]
	# It is shown, and what two inventories say of the model.
	sql "UPDATE map SET model = 'ExampleDesk 8' WHERE serial <> ''"
	printf '@map/2\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\tmodel\tserial\n%s\n@end\t1\t0\n' \
		$'7ab70000-0000-4000-8000-000000000002\tpc-0002.lab7.example.com\tcmdb\t2026-11-22\t1\tcmdb.csv:2\tExampleDesk 9\t5CG0417XYZ' |
		store-load -d "$site"
	run -0 bash -c 'store-dump -d "$1" -m 5cg0417xyz -k devices -k events | machine-show' - "$site"
	[ "$(grep -E '^  (Model|Serial)' <<<"$output")" = "  Model                   ExampleDesk 8 by machines.csv
  Model                   ExampleDesk 9 by cmdb
  Serial number           5CG0417XYZ by cmdb, machines.csv" ]
	run -0 store-dump -d "$site" -m 0417 -k devices
	[ "$(grep -c ^7ab7 <<<"$output")" = 1 ]
	run -64 store-dump -d "$site" -m pc-0002 -k map
	run -64 store-dump -d "$site" -p LAB7001B -k devices
}

@test "an unknown kind, and one that is not kept, are told" {
	run -64 --separate-stderr store-dump -d "$site" -k toys
	[[ "$stderr" = 'store-dump: -k: no such kind (got "toys", expected devices, batches, '* ]]
	run -64 --separate-stderr store-dump -d "$site" -k jobs
	[ "$stderr" = "store-dump: -k: jobs are not kept in the store" ]
}

@test "an unwritable output is told" {
	lab7
	run -74 bash -c "store-dump -d '$site' >/dev/full"
	run -74 bash -c "store-dump -d '$site' --csv >/dev/full"
}

@test "no site there is told" {
	run -66 --separate-stderr store-dump -d "$BATS_TEST_TMPDIR/none"
	[ "$stderr" = "store-dump: $BATS_TEST_TMPDIR/none/site.db: No such file or directory" ]
}

@test "masked secrets may go to a terminal" {
	lab7
	run -0 script -qec "store-dump -d '$site' -k keys" /dev/null
	[[ "$output" = *"********"* ]]
}

@test "a dump sees one moment while others write" {
	lab7
	for _ in 1 2 3; do
		store-load -d "$site" store/lab7.hello &
		run -0 store-dump -d "$site" -k devices -k hello
		[ "${#lines[@]}" = 14 ]
		wait
	done
}
