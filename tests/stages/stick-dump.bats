bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	tmp=$BATS_TEST_TMPDIR
	setupbin-make stick/keys.tsv >"$tmp/setup.bin"
	fatimage-make -l lab7-9 -o "$tmp/stick.img" "$tmp/setup.bin"
}

@test "a stick's records, with its label, from a file and from a pipe" {
	bios -n 1 "$tmp/stick.img" >/dev/null
	run -0 --separate-stderr stick-dump "$tmp/stick.img"
	[ "$stderr" = "" ]
	[ "${lines[0]}" = "@records/1	stick	record	pid	machine	state	from" ]
	[ "${lines[1]}" = "LAB7-9	1	$(sed -n 2p stick/keys.tsv | cut -f 1)		consumed	$tmp/stick.img:record 1" ]
	[[ "${lines[2]}" = "LAB7-9	2	"*"	issued	$tmp/stick.img:record 2" ]]
	[ "$(stick-dump <"$tmp/stick.img" | cut -f 1-5)" = "$(cut -f 1-5 <<<"$output")" ]
	[ "$(cat "$tmp/stick.img" | stick-dump | cut -f 1-5)" = "$(cut -f 1-5 <<<"$output")" ]
}

@test "no secret comes out, even to a terminal" {
	run -0 script -qec "stick-dump '$tmp/stick.img'" /dev/null
	setupbin-dump "$tmp/setup.bin" | grep -v '^@' | cut -f 2,4 | tr '\t' '\n' >"$tmp/secrets"
	[ -s "$tmp/secrets" ]
	run -1 grep -Ff "$tmp/secrets" <<<"$output"
}

@test "a setup.bin alone has no label; vectors of every version are read" {
	run -0 --separate-stderr stick-dump "$tmp/setup.bin"
	[[ "${lines[1]}" = "	1	"* ]]
	cat "$tmp/setup.bin" | stick-dump >"$tmp/out"
	[ "$(grep -vc '^@' "$tmp/out")" = $(($(wc -l <stick/keys.tsv) - 2)) ]
	[ -n "$AMT_VECTORS" ] || skip "the shared vectors are not here"
	n=0
	for file in "$AMT_VECTORS"/setupbin/*.bin; do
		stick-dump "$file" >"$tmp/out" 2>"$tmp/err"
		# The other reader, record by record.
		setupbin-dump --records "$file" 2>/dev/null | cut -f 2,3,5 >"$tmp/peer"
		cut -f 2,3,5 "$tmp/out" | diff "$tmp/peer" -
		n=$((n + 1))
	done
	echo "# vectors: $n" >&3
}

@test "wiped records are known by their number; a torn one is not taken" {
	bios -z -n 1 "$tmp/stick.img" >/dev/null
	stick-dump "$tmp/stick.img" | sed -n 2p | grep -q $'^LAB7-9\t1\t\t\tconsumed\t'
	bios -Z -n 1 "$tmp/stick.img" >/dev/null
	stick-dump "$tmp/stick.img" | sed -n 3p | grep -q $'^LAB7-9\t2\t\t\tconsumed\t'
	# The same bytes, but the header does not know of it.
	dd if=/dev/zero of="$tmp/setup.bin" bs=512 seek=2 count=1 conv=notrunc status=none
	run -65 --separate-stderr stick-dump "$tmp/setup.bin"
	[[ "$stderr" = *"setup.bin:1024: record 2 is all zero, and the header does not count it as consumed (it counts 0, 1 are not valid)"* ]]
	[ "$(tail -n 1 <<<"$output")" = $'@end\t'"$(($(wc -l <stick/keys.tsv) - 3))"$'\t1' ]
}

@test "a wiped, cut, foreign or empty input is told" {
	stick-wipe "$tmp/stick.img"
	run -0 --separate-stderr stick-dump "$tmp/stick.img"
	[ "$stderr" = "stick-dump: $tmp/stick.img: SETUP.BIN is wiped: no record is left" ]
	[ "$(tail -n 1 <<<"$output")" = $'@end\t0\t0' ]
	fatimage-make -o "$tmp/stick.img" "$tmp/setup.bin"
	for n in 0 1 511 512 100000 1000000; do
		head -c "$n" "$tmp/stick.img" >"$tmp/cut.img"
		run -65 --separate-stderr stick-dump "$tmp/cut.img"
		[ -n "$stderr" ]
		[[ "$output" != *"@end"* ]]
		run -65 bash -c "cat '$tmp/cut.img' | stick-dump"
		[[ "$output" != *"@end"* ]]
	done
	head -c 700 "$tmp/setup.bin" >"$tmp/cut.bin"
	run -65 --separate-stderr stick-dump "$tmp/cut.bin"
	[[ "$stderr" = *"cut.bin:512: setup.bin is cut (expected 512 bytes more)" ]]
	# What is smaller than a sector is named too, from a file and from a pipe.
	printf '{ "machines": [] }\n' >"$tmp/list.json"
	run -65 --separate-stderr stick-dump "$tmp/list.json"
	[ "$stderr" = "stick-dump: $tmp/list.json: is JSON: export the same as CSV" ]
	run -65 --separate-stderr bash -c "cat '$tmp/list.json' | stick-dump"
	[ "$stderr" = "stick-dump: <stdin>: is JSON: export the same as CSV" ]
	run -66 stick-dump nosuch
	run -64 stick-dump a b
	run -74 bash -c "stick-dump '$tmp/setup.bin' >/dev/full"
}
