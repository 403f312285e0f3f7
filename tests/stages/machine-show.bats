#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	sample=$PWD/report/machine.tsv
	all=$PWD/report/devices.tsv
	cd "$BATS_TEST_TMPDIR"
}

events=$'@events/1\tat\twhat\treason\ttext\n@end\t0\t0'

@test "one machine is shown with what to do, what is known and what happened" {
	run -0 --separate-stderr machine-show "$sample"
	[ -z "$stderr" ]
	diff - <(echo "$output") <<-'END'
		pc-0018.example.com: action needed

		TLS-KEY-REFUSED
		  The machine does not accept the PPS that the store has for its PID.
		  alert bad_record_mac
		  -> Compare the key list with the label or MEBx of the machine, or give it a
		     new PID and PPS with a stick (amt-sticks).

		  UUID                    10000012-0000-4000-8000-0002b3000012
		  Name                    pc-0018.example.com
		  Model                   ExampleDesk 8 by oob
		  Serial number           5CG0417XYZ by location, oob
		  Address                 127.1.0.18
		  Batch                   lab7
		  PID                     LAB7016H
		  State                   refused
		  Status                  action needed
		  Reason                  TLS-KEY-REFUSED
		  Attempts                1
		  First heard             2026-11-22 08:18 UTC
		  Last heard              2026-11-22 13:18 UTC
		  Hellos                  12
		  Window closes           2026-11-22 17:23 UTC

		What happened (UTC)
		                       name         pc-0018.example.com by oob (oob.csv:19)
		  2026-11-20 09:00:00  key          LAB7016H of batch lab7 from keys.csv:17
		  2026-11-22 08:18:00  hello        first from 127.1.0.18, version 2, PID
		                                    LAB7016H
		  2026-11-22 13:18:00  hello        last of 12 from 127.1.0.18, version 2, PID
		                                    LAB7016H
		  2026-11-22 14:00:02  planned      set-up as pc-0018.example.com at
		                                    127.1.0.18, attempt 1, profile standard
		  2026-11-22 14:00:03  reached
		  2026-11-22 14:00:04  failed       TLS-KEY-REFUSED: alert bad_record_mac
		  2026-11-22 14:00:04  ended        TLS-KEY-REFUSED: set-up
	END
	machine-show <"$sample" | cmp - <(echo "$output")
}

@test "several are listed by name, at most 20 of them, and none is said so" {
	{
		sed '/^@batches/,$d' "$all"
		echo "$events"
	} >many.tsv
	run -65 --separate-stderr machine-show many.tsv
	[ "$stderr" = "machine-show: machine: 21 machines fit: name one of them, by its UUID if need be" ]
	[ "${#lines[@]}" = 21 ]
	[ "${lines[20]}" = "... and 1 more" ]
	grep -qx '10000001-0000-4000-8000-0002b3000001  127.1.0.1        set up         pc-0001.example.com' <<<"$output"
	printf '%s\n@end\t0\t0\n%s\n' "$(head -n 1 "$all")" "$events" >none.tsv
	run -65 --separate-stderr machine-show -a amt-report -m pc-x none.tsv
	[ "$stderr" = "amt-report: pc-x: no machine fits (expected a name, UUID, address, PID or serial number, or a part of one)" ]
	[ -z "$output" ]
}

@test "control characters of strangers do not reach the terminal" {
	sed 's/alert bad_record_mac/a\x1b[31mred\xc2\x9bm/; s/^\(.*\treached\)\t\t/\1\t\t\x1b]0;x/' "$sample" >odd.tsv
	machine-show odd.tsv >shown
	grep -qF 'a?[31mred?m' shown
	grep -qF 'reached      ?]0;x' shown
	run ! grep -qP '[\x00-\x08\x0b-\x1f]' shown
}

@test "a stream that is cut or missing shows nothing, an unwritable output is 74" {
	head -n -1 "$sample" >cut.tsv
	run -65 --separate-stderr machine-show cut.tsv
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "machine-show: cut.tsv:14: stream is cut: it has no @end line" ]
	sed '/^@events/,$d' "$sample" >half.tsv
	run -65 --separate-stderr machine-show half.tsv
	[ -z "$output" ]
	[ "$stderr" = "machine-show: the input is incomplete (expected @devices and @events)" ]
	run -66 machine-show nowhere.tsv
	run -64 machine-show -x
	run -74 --separate-stderr sh -c 'machine-show "$1" >/dev/full' - "$sample"
}

@test "what was typed is shown without its control characters" {
	{
		sed '/^@batches/,$d' "$all"
		echo "$events"
	} >many.tsv
	run -65 --separate-stderr machine-show -m $'pc\e[31m' many.tsv
	[[ "$stderr" = 'machine-show: pc\x1b[31m: '*" machines fit"* ]]
	printf '%s\n@end\t0\t0\n%s\n' "$(head -n 1 many.tsv)" "$events" >none.tsv
	run -65 --separate-stderr machine-show -m $'pc\e[31m' none.tsv
	[[ "$stderr" = 'machine-show: pc\x1b[31m: no machine fits'* ]]
}
