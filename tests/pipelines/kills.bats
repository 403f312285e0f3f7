# Imports, exports and sweeps that are killed: a few rounds of what tests/kill-import,
# tests/kill-export, tests/kill-sweep and tests/kill-rotation do a hundred times, with
# more; AMT_KILLS says how often.  tests/kill-sign comes with AMT_KILLS alone.
# slow
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	few=2 some=3 many=10
}

@test "kill -9 at any moment of an import: all keys or none, and the next goes in" {
	# So many that they go in without the log.
	run -0 "$AMT_TEST_ROOT/tests/kill-import" "$AMT_TEST_BUILD" "${AMT_KILLS:-$few}" 20000
	[[ "$output" = *"0 between" ]]
}

@test "kill -9 at any moment of a sealed export: no key issued without its file" {
	run -0 "$AMT_TEST_ROOT/tests/kill-export" "$AMT_TEST_BUILD" "${AMT_KILLS:-$few}" 2000
	[[ "$output" = *"0 between" ]]
}

@test "a kill of any script or of one of its parts: no status is 0 without its work" {
	run -0 "$AMT_TEST_ROOT/tests/kill-scripts" "$AMT_TEST_BUILD" "${AMT_KILLS:-$many}"
	[[ "$output" = *"0 false, 0 unsound" ]]
}

@test "kill -9 of any part of a sweep: no machine is lost, set up twice or has a password of its own" {
	run -0 "$AMT_TEST_ROOT/tests/kill-sweep" "$AMT_TEST_BUILD" "${AMT_KILLS:-$few}"
	[[ "$output" = *" 0 machines lost" ]]
}

@test "kill -9 of any part of a rotation: no machine has a password that is not known" {
	run -0 "$AMT_TEST_ROOT/tests/kill-rotation" "$AMT_TEST_BUILD" "${AMT_KILLS:-$some}" 10
	[[ "$output" = *" 0 machines with an unknown password" ]]
}

@test "kill -9 of who asks for certificates: every machine gets one, that is its own and known" {
	[ -n "${AMT_KILLS-}" ] || skip "signed.bats kills a few; with AMT_KILLS=100 it is a hundred"
	run -0 "$AMT_TEST_ROOT/tests/kill-sign" "$AMT_TEST_BUILD" "$AMT_KILLS"
	[[ "$output" = *" 0 machines harmed" ]]
}
