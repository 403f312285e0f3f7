# slow
# The model is searched completely, and finds each fault that is planted in it.
# once
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

# DEFINE...: searches it; what spin says is in $output.  A fault is found soon:
# compiling takes longer than looking.
search() {
	cd "$BATS_TEST_TMPDIR" || return
	spin "${@/#/-D}" -a "$AMT_TEST_ROOT/tests/model/secrets.pml"
	"${CC:-gcc}" "${optimize:--O0}" -w -DSAFETY -DCOLLAPSE -o pan pan.c
	run timeout 240 ./pan -m20000
}

# DEFINE WHAT...: with that fault, one of these assertions fails.  They contain no blanks.
finds() {
	local fault=$1 what
	shift
	search LOSSES=1 "$fault"
	for what; do
		[[ "$(sed -n 's/^pan:1: assertion violated *//p' <<<"$output" | tr -d ' ')" != *"$what"* ]] || return 0
	done
	echo "$output"
	return 1
}

@test "no history of losses, kills, two sweeps and another profile loses a password, a key or a reason" {
	optimize=-O1
	search
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" = *'errors: 0'* ]]
	# All of it was searched.
	[[ "$output" != *'Search not completed'* && "$output" != *'too small'* && "$output" != *'out of memory'* ]]
	[ "$(sed -n 's/ *\([0-9]*\) states, stored.*/\1/p' <<<"$output")" -gt 1000000 ]
}

@test "spin finds a password that counts as seen before it was" {
	finds PROMOTE_EARLY 'mask&(1<<has['
}

@test "spin finds that the password before was forgotten" {
	finds FORGET_OLD 'has[1]==want' 'has[0]==want' 'reason['
}

@test "spin finds a key that is planned for two machines" {
	finds KEY_TWICE '!((post[(1-'
}

@test "spin finds a password that is sent before it is in the store" {
	finds SEND_FIRST '(planned['
}

@test "spin finds a commit that is repeated without a look" {
	finds COMMIT_BLINDLY '!(post['
}

@test "spin finds a plan that is made before the journal was loaded" {
	finds NO_JOURNAL 'reason['
}

@test "spin finds two sweeps at once" {
	finds NO_LOCK '!(post['
}

@test "spin finds that another password is planned for a machine that may have committed" {
	finds CHANGE_BLINDLY 'reason['
}
