# slow
# sanitized
# Lives of machines under a clock and a network of their own, each from a seed, and
# planted faults that the rules have to find.  make simulate runs as many as wanted.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	simulate=$AMT_TEST_BUILD/tests/simulate/simulate
	cd "$BATS_TEST_TMPDIR" || return
}

# FAULT WHAT: some history breaks this rule.
finds() {
	run -1 "$simulate" --seeds 60 --plain --plant "$1"
	echo "$output"
	[[ "$output" = *"$2"* ]]
}

@test "no history breaks a rule" {
	lives=20000
	# Under sanitizers each takes ten times as long.
	case $AMT_TEST_BUILD in */asan | */tsan) lives=320 ;; esac
	run -0 "$simulate" --seeds $((lives / 16)) --jobs 2
	echo "$output"
	[[ "$output" = *"no rule broken"* ]]
}

@test "a history that fails is printed, cut to what it takes, and can be played again" {
	run -1 "$simulate" --seeds 60 --plant send-first
	again=$(sed -n 's/^again: [^ ]* //p' <<<"$output")
	[ -n "$again" ]
	eval "set -- $again"
	run -1 "$simulate" "$@"
	[[ "$output" = *"has a password that the store does not know"* ]]
}

@test "a password that is sent and was not planned is found" {
	finds send-first 'has a password that the store does not know'
}

@test "a hello that was taken and lost is found" {
	finds lose-hello 'hellos were taken'
}

@test "a commit that is repeated is found" {
	finds commit-twice 'was committed twice'
}

@test "results that a killed sweep left behind and nobody loaded are found" {
	finds no-journal 'two machines are set up as'
}

@test "two sweeps at once are found" {
	finds no-lock 'was committed twice'
}

@test "a name on two machines is found" {
	finds name-twice 'two machines are set up as'
}

@test "a machine that is given up is found" {
	finds give-up 'expected verified'
}

@test "a reason that is not the true one is found" {
	finds wrong-reason 'expected ,TLS-KEY-REFUSED,'
}

@test "a visit's new password that the store does not have is found" {
	finds renew-first 'has a password that the store does not know'
}

@test "a machine that is not visited when its profile changes is found" {
	finds no-visit 'is not as the profile says'
}

@test "a visit that commits without a cause is found" {
	finds commit-idle 'was committed, and nothing was changed'
}
