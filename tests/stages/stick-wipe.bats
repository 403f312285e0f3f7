bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	tmp=$BATS_TEST_TMPDIR
	setupbin-make stick/keys.tsv >"$tmp/setup.bin"
	setupbin-dump "$tmp/setup.bin" | grep -v '^@' | cut -f 1,2 | tr '\t' '\n' >"$tmp/secrets"
}

@test "SETUP.BIN is zero to the end of its clusters, and nothing else is touched" {
	for shape in "-F 16" "-F 16 -m" "-F 32" "-F 32 -m"; do
		# shellcheck disable=SC2086 # options
		fatimage-make $shape -i 12345678 -s 40 -l lab7-1 -o "$tmp/stick.img" "$tmp/setup.bin"
		cp "$tmp/stick.img" "$tmp/before.img"
		run -0 --separate-stderr stick-wipe "$tmp/stick.img"
		[ "$output$stderr" = "" ]
		run -1 grep -aFf "$tmp/secrets" "$tmp/stick.img"
		# What differs is the file alone.
		len=$(stat -c %s "$tmp/setup.bin")
		[ "$(cmp -l "$tmp/before.img" "$tmp/stick.img" | awk '$3 != "0" { n++ } END { print n + 0, NR }')" = \
			"0 $(tr -d '\0' <"$tmp/setup.bin" | wc -c)" ]
		fatimage-read "$tmp/stick.img" | cmp - <(head -c "$len" /dev/zero)
		# The filter says the same.
		stick-wipe <"$tmp/before.img" | cmp - "$tmp/stick.img"
		cat "$tmp/before.img" | stick-wipe | cmp - "$tmp/stick.img"
		# Into a new file: with holes.
		stick-wipe <"$tmp/before.img" >"$tmp/new.img"
		cmp "$tmp/new.img" "$tmp/stick.img"
		[ "$(($(stat -c '%b * %B' "$tmp/new.img")))" -lt 1000000 ]
	done
}

@test "what stood behind the file in its last cluster goes, too" {
	# Clusters of 8 KB, of which it has 2.
	fatimage-make -s 512 -o "$tmp/stick.img" "$tmp/setup.bin"
	at=$(grep -abo "$(head -n 1 "$tmp/secrets")" "$tmp/stick.img" | cut -d : -f 1)
	end=$(((at / 512 - 1) * 512 + $(stat -c %s "$tmp/setup.bin")))
	printf 'OLD SECRET' | dd of="$tmp/stick.img" bs=1 seek=$end conv=notrunc status=none
	grep -q 'OLD SECRET' "$tmp/stick.img"
	stick-wipe -v "$tmp/stick.img"
	run -1 grep -q 'OLD SECRET' "$tmp/stick.img"
}

@test "a file in pieces, in an image of other tools, goes piece by piece" {
	mkfs.fat -F 16 -s 1 -C "$tmp/stick.img" 8192 >/dev/null
	head -c 512 /dev/urandom >"$tmp/x"
	mcopy -i "$tmp/stick.img" "$tmp/x" ::A
	mcopy -i "$tmp/stick.img" "$tmp/x" ::B
	mdel -i "$tmp/stick.img" ::A
	mcopy -i "$tmp/stick.img" "$tmp/setup.bin" ::SETUP.BIN
	stick-wipe "$tmp/stick.img"
	run -1 grep -aFf "$tmp/secrets" "$tmp/stick.img"
	mcopy -n -i "$tmp/stick.img" ::B - | cmp - "$tmp/x"
	fsck.fat -n "$tmp/stick.img"
}

@test "a setup.bin alone is zero from end to end" {
	len=$(stat -c %s "$tmp/setup.bin")
	stick-wipe "$tmp/setup.bin"
	cmp "$tmp/setup.bin" <(head -c "$len" /dev/zero)
}

@test "what has no complete SETUP.BIN is not touched" {
	fatimage-make -o "$tmp/stick.img" "$tmp/setup.bin"
	head -c 1000000 "$tmp/stick.img" >"$tmp/cut.img"
	head -c 600 "$tmp/setup.bin" >"$tmp/cut.bin"
	head -c 100000 /dev/urandom >"$tmp/noise"
	for file in cut.img noise; do
		cp "$tmp/$file" "$tmp/before"
		run -65 stick-wipe "$tmp/$file"
		cmp "$tmp/before" "$tmp/$file"
		run -65 bash -c "stick-wipe <'$tmp/$file' | cat; exit \${PIPESTATUS[0]}"
	done
	run -66 stick-wipe "$tmp/nosuch"
	# What cannot be written is told.
	run -74 bash -c "stick-wipe <'$tmp/stick.img' >/dev/full"
	run -64 script -qec "stick-wipe <'$tmp/stick.img'" /dev/null
}
