# Good machines among hostile ones: a few of what tests/hostile, by make
# hostile, does with 1,700.
# timed: hostile machines keep a sweep waiting
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

@test "machines are set up among seventeen kinds of hostile ones, each of which has its reason" {
	run -0 "$AMT_TEST_ROOT/tests/hostile" "$AMT_TEST_BUILD" 5 16 100
	echo "$output"
	[[ "$output" = *" 0 problems" ]]
	[ "$(grep -c '^ *[0-9]* [a-z-]* [A-Z-]*$' <<<"$output")" -ge 17 ]
}
