bats_require_minimum_version 1.5.0

# A @keys stream of the lines given as arguments, tabs as |.
keys() {
	printf '@keys/2|pid|pps|mebx_now|mebx_next|batch|origin|state|note|from\n' | tr '|' '\t'
	local line
	for line; do
		printf '%s\n' "$line" | tr '|' '\t'
	done
	printf '@end\t%d\t0\n' $#
}

one='LAB7001B|T0Y5SU445W4CXZARICYDWBXPLH2IAC99|admin|Lab7!One|lab7|lab7.csv|issued||lab7.csv:2'
two='LAB7002C|36S8DSRH1CWNXXM194UE9I64A9DAXZYF||Lab7!Two|lab7|lab7.csv|new||lab7.csv:3'

@test "a stream of keys becomes the sample file of version 1" {
	setupbin-make -V 1 stick/keys.tsv >"$BATS_TEST_TMPDIR/out"
	cmp "$BATS_TEST_TMPDIR/out" stick/v1.bin
}

@test "version 2 is the default, and a consumed record differs from it in two bytes only" {
	setupbin-make <stick/keys.tsv >"$BATS_TEST_TMPDIR/out"
	run -1 cmp -l "$BATS_TEST_TMPDIR/out" stick/v2.bin
	[ "$(awk '{ print $1 - 1 ":" $2 ":" $3 }' <<<"$output" | tr '\n' ' ')" = "32:0:1 516:1:0 " ]
}

@test "several streams become one file" {
	keys "$one" >"$BATS_TEST_TMPDIR/1"
	keys "$two" >"$BATS_TEST_TMPDIR/2"
	setupbin-make "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2" >"$BATS_TEST_TMPDIR/out"
	run -0 setupbin-dump "$BATS_TEST_TMPDIR/out"
	[ "$(cut -f1,3 <<<"${lines[1]}")" = $'LAB7001B\tadmin' ]
	[ "$(cut -f1,3 <<<"${lines[2]}")" = $'LAB7002C\tadmin' ]
	[ "${lines[3]}" = $'@end\t2\t0' ]
}

@test "writes the shared vectors byte for byte from their keys" {
	[ -n "$AMT_VECTORS" ] || skip "no AMT_VECTORS"
	for v in v1-psk-1 v1-psk-3 v1-psk-100 v2-psk-1; do
		jq -r --arg file $v.bin '
			def value(m; i): [.variables_in_input_order[] |
				select(.module == m and .variable == i) | .value_text][0];
			.cases[] | select(.file == $file) | .input.records[] |
			[value(2;1), value(2;2), value(1;1), value(1;2), "", "", "new", "", ""] |
			join("|")' "$AMT_VECTORS/setupbin/manifest.json" >"$BATS_TEST_TMPDIR/rows"
		mapfile -t rows <"$BATS_TEST_TMPDIR/rows"
		keys "${rows[@]}" >"$BATS_TEST_TMPDIR/$v.tsv"
		setupbin-make -V "${v:1:1}" "$BATS_TEST_TMPDIR/$v.tsv" >"$BATS_TEST_TMPDIR/out"
		cmp "$BATS_TEST_TMPDIR/out" "$AMT_VECTORS/setupbin/$v.bin"
	done
	echo "# vectors: 4" >&3
}

@test "a key without a next MEBx password is refused by its PID and place, and nothing is written" {
	keys "$one" "${two/Lab7!Two/}" >"$BATS_TEST_TMPDIR/in"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/in"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "setupbin-make: $BATS_TEST_TMPDIR/in:3: key LAB7002C from lab7.csv:3: no next MEBx password (a stick has to set one)" ]
	[ "${stderr_lines[1]}" = "setupbin-make: nothing written: 1 of 2 keys were refused" ]
}

@test "a wrong check character, a simple password, a used key and a PID that comes twice are refused" {
	keys "${one/LAB7001B/LAB7001C}" "${one/T0Y5/T0Y6}" "${one/Lab7!One/lab7one}" \
		"${one/issued/consumed}" "${one/issued/used}" "$one" "$one" >"$BATS_TEST_TMPDIR/in"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/in"
	[ -z "$output" ]
	[[ "${stderr_lines[0]}" == *":2: key LAB7001C from lab7.csv:2: PID LAB7001C: its check character"* ]]
	[[ "${stderr_lines[1]}" == *":3: key LAB7001B from lab7.csv:2: PPS group 1 of 8"* ]]
	[[ "${stderr_lines[2]}" == *":4: key LAB7001B from lab7.csv:2: password is"* ]]
	[[ "${stderr_lines[3]}" == *":5: key LAB7001B from lab7.csv:2: a machine may have it already"* ]]
	[[ "${stderr_lines[4]}" == *":6: key LAB7001B from lab7.csv:2: a machine may have it already"* ]]
	[[ "${stderr_lines[5]}" == *":8: key LAB7001B from lab7.csv:2: another key of this stick has its PID" ]]
	[ "${#stderr_lines[@]}" = 7 ]
	# No message has a secret in it.
	[[ "$stderr" != *T0Y5* && "$stderr" != *T0Y6* && "$stderr" != *Lab7!* && "$stderr" != *lab7one* ]]
}

@test "no keys give no file" {
	keys >"$BATS_TEST_TMPDIR/in"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/in"
	[ -z "$output" ]
	[ "$stderr" = "setupbin-make: no keys" ]
	run -65 --separate-stderr setupbin-make </dev/null
	[ "$stderr" = "setupbin-make: no keys" ]
}

@test "a stream cut anywhere gives no file" {
	size=$(stat -c %s stick/keys.tsv)
	for ((n = 1; n < size; n += 7)); do
		head -c $n stick/keys.tsv >"$BATS_TEST_TMPDIR/cut"
		run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/cut"
		[ -z "$output" ]
		[ -n "$stderr" ]
	done
	head -c $((size - 1)) stick/keys.tsv >"$BATS_TEST_TMPDIR/cut"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/cut"
	[ -z "$output" ]
}

@test "a stream of another kind is refused" {
	run -65 --separate-stderr setupbin-make <<<$'@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n@end\t0\t0'
	[ "$stderr" = "setupbin-make: <stdin>:1: wrong kind of stream (got @map, expected @keys)" ]
}

@test "100,000 keys fit on a stick and one more does not" {
	awk 'BEGIN {
		a = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		for (i = 0; i < 36; i++) code[substr(a, i + 1, 1)] = i < 10 ? 48 + i : 55 + i
		OFS = "\t"
		print "@keys/2", "pid", "pps", "mebx_now", "mebx_next", "batch", "origin", "state", "note", "from"
		for (n = 0; n <= 100000; n++) {
			pid = sprintf("%07d", n); sum = 0
			for (i = 1; i <= 7; i++) sum += code[substr(pid, i, 1)]
			print pid substr(a, sum % 36 + 1, 1), "00000000000000000000000000000000", "admin", "Lab7!One", "", "", "new", "", ""
		}
		print "@end", 100001, 0
	}' >"$BATS_TEST_TMPDIR/keys"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/keys"
	[ -z "$output" ]
	[ "$stderr" = "setupbin-make: $BATS_TEST_TMPDIR/keys:100002: more keys than a stick may have (expected at most 100000)" ]
	sed -e '100002d' -e '$s/.*/@end\t100000\t0/' "$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/fits"
	setupbin-make "$BATS_TEST_TMPDIR/fits" >"$BATS_TEST_TMPDIR/out"
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/out")" = 51200512 ]
	[ "$(setupbin-dump "$BATS_TEST_TMPDIR/out" | tail -n 1)" = $'@end\t100000\t0' ]
}

@test "an unwritable output is told" {
	run -74 --separate-stderr bash -c 'setupbin-make stick/keys.tsv >/dev/full'
	[[ "$stderr" == "setupbin-make: standard output: No space left on device" ]]
}

@test "a terminal gets nothing" {
	run -64 script -qec 'setupbin-make stick/keys.tsv' "$BATS_TEST_TMPDIR/typescript"
	[[ "$output" == *"does not go to a terminal"* ]]
	[[ "$output" != *LAB7001B* ]]
}

@test "wrong usage is told" {
	run -64 setupbin-make -V 3 stick/keys.tsv
	run -64 setupbin-make -x
	run -66 setupbin-make no-such-file
	run -0 setupbin-make --help
}
