#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

header=$'@keys/2\tpid\tpps\tmebx_now\tmebx_next\tbatch\torigin\tstate\tnote\tfrom'

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	pids=$BATS_TEST_TMPDIR/pids
}

@test "each PID becomes a key that is revoked, with the cause and its line" {
	printf 'SCS5EGW9\nscs5-o3mp\n' >"$pids"
	run -0 --separate-stderr keys-revoke -c 'board returned' "$pids"
	[ "$stderr" = "" ]
	[ "${lines[0]}" = "$header" ]
	[ "${lines[1]}" = "SCS5EGW9"$'\t\t\t\t\t\trevoked\t\tboard returned'" ($pids:1)" ]
	[ "${lines[2]}" = "SCS5O3MP"$'\t\t\t\t\t\trevoked\t\tboard returned'" ($pids:2)" ]
	[ "${lines[3]}" = $'@end\t2\t0' ]
	run -0 --separate-stderr keys-revoke <"$pids"
	[[ "${lines[1]}" = *$'\trevoked by <stdin>:1' ]]
}

@test "a list's header row, comments, empty lines and further columns are skipped" {
	printf 'PID,pps\n# returned\n\n  "SCS5EGW9","Y8O8"\nSCS5-O3MP;x\r\nSCS57A9V x\n' >"$pids"
	run -0 --separate-stderr keys-revoke "$pids"
	[ "$(cut -f 1 <<<"$output" | xargs)" = "@keys/2 SCS5EGW9 SCS5O3MP SCS57A9V @end" ]
	[[ "$output" != *Y8O8* ]]
}

@test "PIDs are taken by name, and then standard input is left alone" {
	run -0 --separate-stderr keys-revoke -c lost -p SCS5EGW9 -p scs5-o3mp <<<SCS57A9V
	[ "${lines[1]}" = "SCS5EGW9"$'\t\t\t\t\t\trevoked\t\tlost' ]
	[ "${lines[2]}" = "SCS5O3MP"$'\t\t\t\t\t\trevoked\t\tlost' ]
	[ "${lines[3]}" = $'@end\t2\t0' ]
	run -65 --separate-stderr keys-revoke -p SCS5EGW8 -p lab7.txt
	[ "${stderr_lines[0]}" = "keys-revoke: SCS5EGW8: PID SCS5EGW8: its check character is wrong (got 8, expected 9)" ]
	[[ "${stderr_lines[1]}" = "keys-revoke: lab7.txt: neither a file nor a PID: "* ]]
}

@test "a byte order mark before the first PID is skipped" {
	printf '\357\273\277SCS5EGW9\r\n' >"$pids"
	run -0 keys-revoke "$pids"
	[[ "${lines[1]}" = SCS5EGW9* ]]
}

@test "a PID that is wrong is named by its line, the others come out" {
	printf 'SCS5EGW9\nSCS5EGW8\nhello\nSCS5O3MP\n' >"$pids"
	run -65 --separate-stderr keys-revoke "$pids"
	[ "${stderr_lines[0]}" = "keys-revoke: $pids:2: PID SCS5EGW8: its check character is wrong (got 8, expected 9)" ]
	[[ "${stderr_lines[1]}" = "keys-revoke: $pids:3: PID has the wrong length"* ]]
	[ "${lines[3]}" = $'@end\t2\t2' ]
}

@test "a file that is no list of PIDs ends the run, and its stream has no end" {
	{
		echo SCS5EGW9
		head -c 300 /dev/zero | tr '\0' x
		echo
	} >"$pids"
	run -65 --separate-stderr keys-revoke "$pids"
	[ "$stderr" = "keys-revoke: $pids:2: not a list of PIDs: a line is longer than 254 bytes" ]
	[[ "$output" != *@end* ]]
	# As long as a line may be.
	printf 'SCS5EGW9 %0245d\n' 0 >"$pids"
	run -0 keys-revoke "$pids"
}

@test "no PIDs, a missing file, wrong words and a full disk are errors" {
	run -65 --separate-stderr keys-revoke /dev/null
	[ "$stderr" = "keys-revoke: /dev/null: is empty (expected one PID a line)" ]
	[[ "$output" != *@end* ]]
	run -66 keys-revoke missing
	run -64 keys-revoke -c ''
	run -64 keys-revoke -c $'two\nlines' /dev/null
	echo SCS5EGW9 >"$pids"
	run -74 bash -c "keys-revoke '$pids' >/dev/full"
}
