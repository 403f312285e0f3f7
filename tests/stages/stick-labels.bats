bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

@test "a card for each stick, and a list to tick off where machines are named" {
	stick-labels stick/sticks.tsv >"$BATS_TEST_TMPDIR/l.html"
	run -0 cat "$BATS_TEST_TMPDIR/l.html"
	[ "$(grep -c '^<section class="card">' <<<"$output")" = 2 ]
	[[ "$output" = *"<h2>LAB7-1</h2>"*"<b>3 records, one machine each</b>"*"for pc-0001.example.com to R&amp;D &lt;lab&gt;, in the order of the list"* ]]
	[[ "$output" = *"<h2>LAB7-2</h2>"*"Batch lab7, made 2026-11-22<br>"*"<b>50 records"* ]]
	[ "$(grep -c '^<section class="list">' <<<"$output")" = 1 ]
	[[ "$output" = *"<tr><td>2</td><td>pc-0002.example.com</td><td>&#9744;</td></tr>"* ]]
	# One page, sound, from nowhere else.
	xmllint --html --noout "$BATS_TEST_TMPDIR/l.html" 2>"$BATS_TEST_TMPDIR/err" || :
	run ! grep -v 'Tag section invalid\|^<section\|^ *^$' "$BATS_TEST_TMPDIR/err"
	run -1 grep -Ei 'src=|href=|url\(' "$BATS_TEST_TMPDIR/l.html"
}

@test "only the sticks that were named, into a file" {
	stick-labels -k lab7-2 -o "$BATS_TEST_TMPDIR/l.html" stick/sticks.tsv
	run -0 grep -c '<section class="card">' "$BATS_TEST_TMPDIR/l.html"
	[ "$output" = 1 ]
	run -65 --separate-stderr stick-labels -k LAB7-3 stick/sticks.tsv
	[ "$stderr" = "stick-labels: no such stick" ]
}

@test "cut streams, other kinds and unwritable outputs are told" {
	head -n 2 stick/sticks.tsv >"$BATS_TEST_TMPDIR/cut"
	run -65 stick-labels -o "$BATS_TEST_TMPDIR/l.html" "$BATS_TEST_TMPDIR/cut"
	[ ! -e "$BATS_TEST_TMPDIR/l.html" ]
	run -65 --separate-stderr stick-labels store/lab7.keys
	[ "$stderr" = "stick-labels: store/lab7.keys:1: wrong kind of stream (got @keys, expected @sticks or @records)" ]
	run -65 stick-labels </dev/null
	run -74 bash -c "stick-labels stick/sticks.tsv >/dev/full"
	run -73 stick-labels -o no/such/folder.html stick/sticks.tsv
	run -64 stick-labels -x
}
