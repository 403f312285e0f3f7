#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	tmp=$BATS_TEST_TMPDIR
}

# devices "STATE REASON SET-UP"...: a stream of machines
devices() {
	head -n 1 report/devices.tsv
	local n=0 state reason at
	for one; do
		read -r state reason at <<<"$one"
		[ "$reason" != - ] || reason=
		n=$((n + 1))
		awk -F '\t' -v OFS='\t' -v n="$n" -v state="$state" -v reason="$reason" -v at="$at" '
			NR == 1 { for (i = 2; i <= NF; i++) column[$i] = i - 1; next }
			NR == 2 {
				$column["uuid"] = sprintf("7ab70000-0000-4000-8000-%012d", n)
				$column["fqdn"] = "pc-" n ".lab.example.com"
				$column["state"] = state; $column["reason"] = reason
				$column["set_up"] = at
				print
			}' report/devices.tsv
	done
	printf '@end\t%s\t0\n' $#
}

@test "totals, the three reasons that most have, where the report is, and what to do" {
	devices "verified - 2026-11-22T14:10:00Z" "verified - 2026-11-22T13:10:00Z" \
		"refused MAP-NONE" "refused MAP-NONE" "refused MAP-NONE" "refused KEY-UNKNOWN" "refused KEY-UNKNOWN" \
		"delayed CONNECT-TIMEOUT" "delayed CONNECT-TIMEOUT" "delayed CONNECT-TIMEOUT" "delayed CONNECT-TIMEOUT" \
		"delayed HTTP-TIMEOUT" >"$tmp/devices"
	# 14:00
	run -0 --separate-stderr sweep-summary -b 1795356000 -o site/reports "$tmp/devices"
	[ -z "$stderr" ]
	[ "${lines[0]}" = "Set up now: 1.  Of 12 machines 2 are set up, 5 need action, 5 are tried again." ]
	[ "$(grep -o '^ *[0-9]*  [A-Z-]*:' <<<"$output" | xargs)" = "4 CONNECT-TIMEOUT: 3 MAP-NONE: 2 KEY-UNKNOWN:" ]
	[[ "$output" = *"site/reports"* ]]
	# What a person can do, though more have the other reason.
	[[ "$output" = *"Next: MAP-NONE: "* ]]
}

@test "one machine is spoken of as one" {
	devices "verified - 2026-11-22T14:10:00Z" "refused MAP-NONE" "delayed CONNECT-TIMEOUT" >"$tmp/devices"
	run -0 sweep-summary "$tmp/devices"
	[ "${lines[0]}" = "Set up now: 1.  Of 3 machines 1 is set up, 1 needs action, 1 is tried again." ]
	devices "verified - 2026-11-22T14:10:00Z" >"$tmp/devices"
	run -0 sweep-summary "$tmp/devices"
	[ "${lines[0]}" = "Set up now: 1.  Of 1 machine 1 is set up." ]
	[ "${lines[-1]}" = "Next: nothing" ]
}

@test "a sweep that was cut short is to be run again" {
	devices "verified - 2026-11-22T14:10:00Z" >"$tmp/devices"
	run -0 sweep-summary -c "the disk is full" "$tmp/devices"
	[[ "$output" = *"the disk is full"* ]]
	[ "${lines[-1]}" = "Next: run amt-sweep again" ]
}

@test "what is incomplete or no stream of devices is 65, and counts nothing as all there is" {
	devices "verified - 2026-11-22T14:10:00Z" >"$tmp/devices"
	sed '$d' "$tmp/devices" >"$tmp/cut"
	run -65 --separate-stderr sweep-summary "$tmp/cut"
	[[ "$stderr" = "sweep-summary: $tmp/cut"* ]]
	run -65 --separate-stderr sweep-summary store/lab7.keys
	[ -z "$output" ]
	run -66 sweep-summary "$tmp/none"
}

@test "of a rehearsal: who would be set up, who not, and how long the whole queue takes" {
	devices "verified - 2026-11-22T14:10:00Z" "verified - 2026-11-22T14:11:00Z" \
		"delayed CONNECT-TIMEOUT" "delayed RUN-TIME-UP" "heard QUEUED" "refused MAP-NONE" >"$tmp/devices"
	run -0 sweep-summary -b 1795356000 -r 9000 -j 2 -l 150 "$tmp/devices"
	[ "${lines[0]}" = "A sweep would set up 2 machines now.  4 it would not:" ]
	# 2 were set up in 9 seconds, 2 are left.
	grep -q '^The whole queue takes about 18 seconds, .*: 2 set up, 150 ms a reply, 2 at once\.$' <<<"$output"
	grep -q '^Next: MAP-NONE: ' <<<"$output"
	devices "verified - 2026-11-22T14:10:00Z" >"$tmp/devices"
	run -0 sweep-summary -b 1795356000 -r 1000 -j 2 -l 150 "$tmp/devices"
	[ "${lines[0]}" = "A sweep would set up 1 machine now." ]
	grep -q '^The whole queue takes about 1 second, ' <<<"$output"
	[ "${lines[-1]}" = "Next: amt-sweep" ]
	devices "delayed RUN-TIME-UP" "heard QUEUED" >"$tmp/devices"
	run -0 sweep-summary -b 1795356000 -r 1000 -j 2 -l 150 "$tmp/devices"
	grep -qx 'No machine was set up, so it is not known how long the whole queue takes; give more time with -t.' <<<"$output"
}
