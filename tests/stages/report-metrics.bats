#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	tmp=$BATS_TEST_TMPDIR
}

# Its streams of kind $1 of the sample.
stream() {
	awk -v kind="@$1/" 'index($0, kind) == 1 { on = 1 } on { print } on && /^@end/ { exit }' report/devices.tsv
}

# none KIND: a stream without a record
none() {
	stream "$1" | head -n 1
	printf '@end\t0\t0\n'
}

# sum METRIC: the sum of its lines
sum() {
	awk -v name="$1" 'index($1, name "{") == 1 || $1 == name { n += $NF } END { print n + 0 }' "$tmp/metrics"
}

@test "each machine is counted once by state and by group, as the report counts them" {
	stream devices >"$tmp/devices"
	{ cat "$tmp/devices"; stream batches; } | report-metrics >"$tmp/metrics"
	all=$(sed '1d;$d' "$tmp/devices" | wc -l)
	[ "$all" -gt 1 ]
	[ "$(sum amtbatch_machines)" = "$all" ]
	[ "$(sum amtbatch_machines_group)" = "$all" ]
	for column in state:6 reason:7; do
		sed '1d;$d' "$tmp/devices" | cut -f "${column#*:}" | grep . | sort | uniq -c >"$tmp/counts"
		[ -s "$tmp/counts" ]
		while read -r n value; do
			grep -qE "^amtbatch_machines(_reason)?\{${column%:*}=\"$value\"\} $n$" "$tmp/metrics" || { echo "$value $n"; return 1; }
		done <"$tmp/counts"
	done
}

@test "states, groups and reasons without a machine are 0, so that an alert ends" {
	{ none devices; none batches; } | report-metrics >"$tmp/metrics"
	grep -qxF 'amtbatch_machines{state="verified"} 0' "$tmp/metrics"
	grep -qxF 'amtbatch_machines_reason{reason="MAP-NONE"} 0' "$tmp/metrics"
	[ "$(sum amtbatch_machines_reason)" = 0 ]
	# One type a metric, before its lines.
	[ "$(grep '^# TYPE' "$tmp/metrics" | sort | uniq -d)" = "" ]
	awk '/^# TYPE/ { type = $3 } /^[^#]/ { split($1, a, "{"); if (a[1] != type) exit 1 }' "$tmp/metrics"
}

@test "keys by batch and state, with what a label must have escaped" {
	{
		none devices
		stream batches | head -n 1
		# the stream writes a backslash as two
		stream batches | head -n 1 | awk -F '\t' -v OFS='\t' '{
			for (i = 2; i <= NF; i++)
				printf("%s%s", i == 2 ? "" : OFS, $i == "batch" ? "a\"b\\\\c" : $i == "new" ? 7 : 0)
			print ""
		}'
		printf '@end\t1\t0\n'
	} | report-metrics >"$tmp/metrics"
	grep -qxF 'amtbatch_keys{batch="a\"b\\c",state="new"} 7' "$tmp/metrics"
	[ "$(sum amtbatch_keys)" = 7 ]
}

@test "what is incomplete, or without devices or batches, is 65 and gives no numbers" {
	stream devices | sed '$d' >"$tmp/cut"
	run -65 --separate-stderr report-metrics "$tmp/cut"
	[ -z "$output" ]
	[[ "$stderr" = "report-metrics: $tmp/cut"* ]]
	stream devices >"$tmp/devices"
	run -65 --separate-stderr report-metrics "$tmp/devices"
	[ -z "$output" ]
	[ "$stderr" = "report-metrics: $tmp/devices: no stream @batches" ]
	run -65 --separate-stderr report-metrics store/lab7.keys
	[ -z "$output" ]
}
