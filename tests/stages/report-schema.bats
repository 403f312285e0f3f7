#!/usr/bin/env bats
# JSON Schemas of report.json and of the lists, by python3-jsonschema.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	samples=$PWD
	cd "$BATS_TEST_TMPDIR"
}

# valid NAME FILE: is it as the schema of that name says?
valid() {
	report-schema "$1" >schema.json
	/usr/bin/python3 "$AMT_TEST_ROOT/tests/peer/validate.py" schema.json "$2"
}

@test "report.json is as its schema says, of many machines, of none, and cut short" {
	report -o . "$samples/report/devices.tsv"
	valid report report.json
	report-schema | diff schema.json -
	report -o . -c "its time ran out" "$samples/report/devices.tsv"
	valid report report.json
	head -n 1 "$samples/report/devices.tsv" >empty.tsv
	printf '@end\t0\t0\n@batches/1\tbatch\tnew\tissued\tconsumed\tseen\tused\trevoked\n@end\t0\t0\n' >>empty.tsv
	report -o . empty.tsv
	valid report report.json
}

@test "what is missing, too much, of another type or no state of ours is not as the schema says" {
	report -o . "$samples/report/devices.tsv"
	for change in 'del(.why)' '.more = 1' 'del(.machines[3].pid)' '.machines[3].more = ""' \
		'.machines[0].attempts = "1"' '.machines[0].attempts = -1' '.machines[0].attempts = 1.5' \
		'.machines[0].state = "lost"' '.machines[0].status = ""' '.machines[0].set_up = "yesterday"' \
		'.batches[0].new = "31"' '.unproven[0].hellos = "240"' '.totals.verified = ""' '.cut_short = 0' \
		'.machines = {}' '.dropped_callers = null' '.by_profile[0].set_up = "1"' 'del(.by_release[0].heard)' \
		'.limits.name = "pc-1"' '.limits.since = "today"' '.runs = [{}]'; do
		jq "$change" report.json >wrong.json
		run ! valid report wrong.json || { echo "$change"; false; }
	done
	# A count that is unknown is null.
	jq '.machines[0].attempts = null' report.json >null.json
	valid report null.json
}

@test "every list has a schema, and report(5) names it and its command" {
	page=$(tr '\n' ' ' <"$AMT_TEST_ROOT/formats/base/report.5")
	for name in $(report-schema --list); do
		report-schema "$name" | jq -e --arg id "urn:amtbatch:$name" '.["$id"] == $id and .title != ""'
		[[ $page = *".It Li $name ."* ]]
		[ "$name" = report ] || {
			command=$(report-schema "$name" | sed -n 's/.*"Written by \(amt-[^;]*\);.*/\1/p')
			[[ $page = *"Ql $command "* ]]
		}
	done
	[ "$(report-schema --list | wc -l)" = 14 ]
}

@test "the reasons are as their schema says, all of them and one" {
	reason-explain --json >all.json
	valid reasons all.json
	[ "$(jq length all.json)" = "$(reason-explain | wc -l)" ]
	[ "$(jq -r '.[].code' all.json)" = "$(reason-explain | awk '{ print $1 }')" ]
	[ "$(jq -r '[.[].class] | unique | join(",")' all.json)" = "action needed,failure,no action,retried,warning" ]
	[ "$(jq -r '[.[].of] | unique | join(",")' all.json)" = machine,site ]
	reason-explain --json key-unknown >one.json
	valid reasons one.json
	[ "$(jq -c 'map([.code, .of, .class])' one.json)" = '[["KEY-UNKNOWN","machine","action needed"]]' ]
	reason-explain --csv KEY-UNKNOWN >one.csv
	[ "$(head -n 1 one.csv)" = code,of,class,cause,remedy ]
	[[ "$(tr -d '\r' <one.csv | tail -n 1)" = "KEY-UNKNOWN,machine,action needed,"* ]]
	# An unknown one does not break the others.
	run -65 --separate-stderr reason-explain --json KEY-UNKNWN MAP-NONE
	[ "$(jq -r '.[].code' <<<"$output")" = MAP-NONE ]
}

@test "another name, wrong words and an unwritable output are told" {
	run -64 --separate-stderr report-schema key
	[ "$stderr" = "report-schema: key: no such list (--list names all)" ]
	run -64 --separate-stderr report-schema keys drift
	run -64 --separate-stderr report-schema --list keys
	run -74 --separate-stderr sh -c 'report-schema >/dev/full'
	run -74 --separate-stderr sh -c 'report-schema --list >/dev/full'
}
