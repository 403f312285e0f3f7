# shellcheck shell=bash disable=SC2154
# setup(5) has every step that a result can name: a verb with a dash for those of a group of
# settings, and each group.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$AMT_TEST_ROOT/formats/setup" || return
	page=$BATS_TEST_TMPDIR/page
	# what the page calls by name
	sed -n 's/^[.]\(It \)\{0,1\}Li //p' setup.5 | tr -d ',.' | tr ' ' '\n' | sort -u >"$page"
}

@test "each step's name is in setup(5)" {
	cat ./*.c | tr '\n' ' ' | grep -oE 'struct setup_step [a-z_]+ = \{\s*\.name = "[^"]+' | cut -d '"' -f 2 | sort -u >"$BATS_TEST_TMPDIR/names"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/names")" -ge 35 ]
	run -0 comm -23 "$BATS_TEST_TMPDIR/names" "$page"
	[ "$output" = "" ]
}

@test "each group that a step is named after is in setup(5)" {
	grep -ohE '[.]group = "[^"]+' setting_*.c setting_*.def | cut -d '"' -f 2 | sort -u | tr -d . >"$BATS_TEST_TMPDIR/names"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/names")" -ge 28 ]
	run -0 comm -23 "$BATS_TEST_TMPDIR/names" "$page"
	[ "$output" = "" ]
}
