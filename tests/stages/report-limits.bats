#!/usr/bin/env bats
bats_require_minimum_version 1.5.0
# Reports of some of the machines: of a batch, since a time.

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	cd "$BATS_TEST_TMPDIR"
	{
		printf '@devices/2\tuuid\tfqdn\taddress\tbatch\tpid\tstate\treason\tdetail\tattempts\tnot_before\tfirmware\tfirst_heard\tlast_heard\tset_up\thellos\tcloses\n'
		row 1 lab7 verified '' 2026-11-01T08:00:00Z 2026-11-21T00:00:00Z
		row 2 lab7 verified '' 2026-11-20T23:59:59Z 2026-11-20T23:59:59Z
		row 3 lab8 delayed CONNECT-TIMEOUT 2026-11-22T13:00:00Z ''
		row 4 '' expected HELLO-NONE '' ''
		row 5 '<b>&"' refused KEY-UNKNOWN 2026-11-21T13:00:00Z ''
		printf '@end\t5\t0\n@batches/1\tbatch\tnew\tissued\tconsumed\tseen\tused\trevoked\n'
		printf '%s\t9\t2\t0\t4\t8\t0\n' lab7 lab8 '<b>&"'
		printf '@end\t3\t0\n@callers/1\tuuid\tfqdn\taddress\tversion\tpid\treason\tdetail\tfirst_heard\tlast_heard\thellos\ttries\n'
		for n in 1 3; do
			printf '%s\tpc-%s\t192.0.2.%s\t2\tLAB70101\tHELLO-UNPROVEN\t\t2026-11-22T13:00:00Z\t2026-11-22T13:00:00Z\t4\t1\n' "$(uuid $n)" $n $n
		done
		printf '@end\t2\t0\n@strangers/1\tcallers\tdropped\n9\t77\n@end\t1\t0\n'
	} >all
}

uuid() {
	printf '%08d-0000-4000-8000-0002b3000000' "$1"
}

# row N BATCH STATE REASON HEARD SET_UP
row() {
	printf '%s\tpc-%s\t10.0.0.%s\t%s\tLAB7%04d\t%s\t%s\t\t1\t\t9.1.40\t%s\t%s\t%s\t1\t\n' "$(uuid "$1")" "$1" "$1" "$2" "$1" "$3" "$4" "$5" "$5" "$6"
}

# of OPTION...: the machines of a report with these
of() {
	rm -rf out
	mkdir out
	report -o out "$@" all
	rm -f out/health.json
	[ "$(ls out | paste -sd ' ')" = "report.csv report.html report.json report.txt totals.csv" ]
	jq -r '[.machines[].fqdn] | join(" ")' out/report.json >json
	[ "$(tail -n +2 out/report.csv | cut -d , -f 2 | paste -sd ' ')" = "$(cat json)" ]
	grep -q "<title>amtbatch: [0-9]* of $(wc -w <json) machines set up</title>" out/report.html
	cat json
}

@test "a batch, a time, and both, are in all files, with what else is known of their machines" {
	[ "$(of -b lab7)" = "pc-1 pc-2" ]
	[ "$(jq -c '[(.batches | length), (.unproven | length), .dropped_callers]' out/report.json)" = "[1,1,0]" ]
	[ "$(of -b lab8)" = "pc-3" ]
	[ "$(of -s yesterday)" = "pc-1 pc-3 pc-5" ]
	[ "$(jq -c '[(.batches | length), (.unproven | length)]' out/report.json)" = "[3,2]" ]
	[ "$(of -s today)" = "pc-3" ]
	[ "$(of -s 2)" = "pc-1 pc-2 pc-3 pc-5" ]
	[ "$(of -s 2026-11-20T23:59:59)" = "pc-1 pc-2 pc-3 pc-5" ]
	[ "$(of -s '2026-11-21 00:00')" = "pc-1 pc-3 pc-5" ]
	# Longer ago than times have been counted.
	[ "$(of -s 36500)" = "pc-1 pc-2 pc-3 pc-5" ]
	[ "$(of -s 1970-01-01)" = "pc-1 pc-2 pc-3 pc-5" ]
	grep -q '^Only machines heard or set up since 1970-01-01 00:00 UTC' out/report.txt
	[ "$(of -b lab7 -s yesterday)" = "pc-1" ]
	[ "$(of -b lab7 -s today)" = "" ]
}

@test "the text and the page say what they are limited to; the health file is the whole site's" {
	of -b lab7 -s yesterday
	head -n 4 out/report.txt | paste -sd ' ' >head
	grep -q 'Only machines with a key of batch lab7, and heard or set up since 2026-11-21 00:00 UTC;' head
	grep -q '<p class="notice">Only machines with a key of batch lab7, and heard' out/report.html
	touch out/health.json
	report -o out -b lab8 all
	[ ! -s out/health.json ]
	run ! grep -q 'Only machines' < <(report all)
}

@test "the JSON says what it is limited to, and has the sweeps, but of one batch" {
	printf '@runs/1\trun\tbegan\tended\tplanned\tdone\tfailed\tput_off\tvisits\tdrift\tstatus\twhy\n' >>all
	printf '%s\t2026-11-%sT10:00:00Z\t2026-11-%sT10:05:00Z\t3\t2\t1\t0\t0\t0\t0\t%s\n' 7 20 20 'its <time> ran out' 8 22 22 '' >>all
	printf '9\t2026-11-22T14:00:00Z\t\t\t\t\t\t\t\t\t\n@end\t3\t0\n' >>all
	report-schema report >schema.json
	of_json() {
		of "$@" >/dev/null
		/usr/bin/python3 "$AMT_TEST_ROOT/tests/peer/validate.py" schema.json out/report.json
		jq -c '[.limits, [.runs[].run]]' out/report.json
	}
	[ "$(of_json)" = '[{"batch":"","since":""},[7,8]]' ]
	[ "$(jq -c '.runs[0] | del(.run, .visits, .drift)' out/report.json)" = \
		'{"began":"2026-11-20T10:00:00Z","ended":"2026-11-20T10:05:00Z","planned":3,"done":2,"failed":1,"put_off":0,"status":0,"why":"its <time> ran out"}' ]
	[ "$(of_json -s yesterday)" = '[{"batch":"","since":"2026-11-21T00:00:00Z"},[8]]' ]
	[ "$(of_json -b '<b>&"')" = '[{"batch":"<b>&\"","since":""},[]]' ]
}

@test "a batch of any name is one, and its name is text" {
	[ "$(of -b '<b>&"')" = "pc-5" ]
	grep -q 'of batch &lt;b&gt;&amp;&quot;\|of batch &lt;b&gt;&amp;"' out/report.html
	run ! grep -q '<b>&"' out/report.html
}

@test "no such batch and what is no time are refused, with what is expected" {
	mkdir out
	run -65 --separate-stderr report -o out -b lab9 all
	[ "$stderr" = 'report: -b: there is no batch of this name (got "lab9")' ]
	run -65 --separate-stderr report -o out -b $'lab\e[31m' all
	[ "$stderr" = 'report: -b: there is no batch of this name (got "lab\x1b[31m")' ]
	for when in 'last week' 0 -3 2026-13-01 22.11.2026 ''; do
		run -64 --separate-stderr report -o out -s "$when" all
		[ "$stderr" = "report: -s: is no time (got \"$when\", expected today, yesterday, a number of days from 1 to 36500, 2026-11-22, or 2026-11-22T14:20, in UTC)" ]
	done
	run -64 --separate-stderr report -o out -s 2026-11-23 all
	[[ $stderr = 'report: -s: is in the future (got "2026-11-23", '* ]]
	[ "$(ls out)" = "" ]
}
