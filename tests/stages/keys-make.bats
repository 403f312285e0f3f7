#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

@test "new keys are new, start from the factory password and have one of their own" {
	run -0 --separate-stderr keys-make -b lab7 -n 3
	[ "$stderr" = "" ]
	[ "${#lines[@]}" = 5 ]
	[ "${lines[0]}" = $'@keys/2\tpid\tpps\tmebx_now\tmebx_next\tbatch\torigin\tstate\tnote\tfrom' ]
	for i in 1 2 3; do
		[[ "${lines[i]}" =~ ^[0-9A-Z]{8}$'\t'[0-9A-Z]{32}$'\t'admin$'\t'[A-Xa-x2-9!$%]{16}$'\t'lab7$'\t'keys-make$'\t'new$'\t\t'keys-make:$i$ ]]
	done
	[ "${lines[4]}" = $'@end\t3\t0' ]
}

@test "what is made is a key list that keys-parse takes" {
	keys-make -b lab7 -n 500 | sed '1s/^[^\t]*\t//; $d; s/\t/,/g' >"$BATS_TEST_TMPDIR/made.csv"
	run -0 --separate-stderr keys-parse -b lab8 "$BATS_TEST_TMPDIR/made.csv"
	[ "$stderr" = "" ]
	[ "${lines[501]}" = $'@end\t500\t0' ]
}

@test "no two runs and no two keys agree" {
	keys-make -b lab7 -n 1000 >"$BATS_TEST_TMPDIR/a"
	keys-make -b lab7 -n 1000 >"$BATS_TEST_TMPDIR/b"
	for column in 1 2 4; do
		cat "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" | grep -v ^@ | cut -f $column >"$BATS_TEST_TMPDIR/c"
		[ "$(sort -u "$BATS_TEST_TMPDIR/c" | wc -l)" = 2000 ]
	done
}

@test "-o names the origin" {
	run -0 --separate-stderr keys-make -b lab7 -o 'second shelf' -n 1
	[ "$(cut -f 6 <<<"${lines[1]}")" = "second shelf" ]
}

@test "unwritable output ends with 74" {
	run -74 --separate-stderr bash -c 'keys-make -b lab7 -n 5 >/dev/full'
	[ "$stderr" = "keys-make: standard output: No space left on device" ]
}

@test "a batch and a count are needed, and nothing else is taken" {
	for args in "-b lab7" "-n 3" "-b lab7 -n 3 file"; do
		run -64 --separate-stderr keys-make $args
		[ "$stderr" = "usage: keys-make [-r] -b batch [-o origin] -n count" ]
		[ "$output" = "" ]
	done
	run -64 --separate-stderr keys-make -b lab7 -n 0
	[ "$stderr" = 'keys-make: -n: not in range (got "0", expected 1 to 10000000)' ]
}

@test "secrets do not go to a terminal" {
	run -64 script -qec 'keys-make -b lab7 -n 1' /dev/null
	[[ "$output" != *keys-make:1* ]]
	run -0 script -qec 'keys-make --reveal -b lab7 -n 1' /dev/null
	[[ "$output" == *keys-make:1* ]]
}
