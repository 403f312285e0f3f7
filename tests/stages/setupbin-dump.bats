load setupbin

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

@test "the records become keys, issued or consumed, each with its place" {
	run -0 --separate-stderr setupbin-dump stick/v2.bin
	[ -z "$stderr" ]
	[ "${lines[0]}" = $'@keys/2\tpid\tpps\tmebx_now\tmebx_next\tbatch\torigin\tstate\tnote\tfrom' ]
	[ "${lines[1]}" = $'LAB7001B\tT0Y5SU445W4CXZARICYDWBXPLH2IAC99\tadmin\tLab7!One\t\tstick/v2.bin\tconsumed\t\tstick/v2.bin:record 1' ]
	[ "${lines[2]}" = $'LAB7002C\t36S8DSRH1CWNXXM194UE9I64A9DAXZYF\tadmin\tLab7!Two\t\tstick/v2.bin\tissued\t\tstick/v2.bin:record 2' ]
	[ "${lines[3]}" = $'LAB7003D\t7V3CAH6BIFP74TALSU9991K1A8YUR4T2\tBefore#33\tLab7!Three\t\tstick/v2.bin\tissued\t\tstick/v2.bin:record 3' ]
	[ "${lines[4]}" = $'@end\t3\t0' ]
	run -0 --separate-stderr setupbin-dump <stick/v1.bin
	[[ "${lines[1]}" == *$'\t<stdin>\tissued\t\t<stdin>:record 1' ]]
}

@test "as text it names every field and masks the secrets" {
	run -0 --separate-stderr setupbin-dump -t stick/v2.bin
	[ -z "$stderr" ]
	[ "${lines[0]}" = "stick/v2.bin: setup.bin version 2.0" ]
	[[ "$output" == *"      32  records consumed  1"* ]]
	[[ "$output" == *"     512  record 1: consumed"* ]]
	[[ "$output" == *"     552    1/2   new MEBx password                ********"* ]]
	[[ "$output" == *"     580    2/1   PID                              LAB7001B"* ]]
	[[ "$output" != *"Lab7!"* && "$output" != *"T0Y5"* && "$output" != *admin* ]]
	run -0 setupbin-dump -t --reveal stick/v2.bin
	[[ "$output" == *"     552    1/2   new MEBx password                Lab7!One"* ]]
	[[ "$output" == *"T0Y5SU445W4CXZARICYDWBXPLH2IAC99"* ]]
}

@test "a wiped record is refused by its number, and the others still come out" {
	patched 0 96b28158
	head -c 488 /dev/zero | dd of="$BATS_TEST_TMPDIR/patched.bin" bs=1 seek=536 conv=notrunc status=none
	run -65 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/patched.bin"
	[ "$stderr" = "setupbin-dump: $BATS_TEST_TMPDIR/patched.bin:512: record 1 is consumed and wiped: which key it was is gone" ]
	[ "$(cut -f1 <<<"${lines[1]}")" = LAB7002C ]
	[ "${lines[3]}" = $'@end\t2\t1' ]
	# Wiped together with its header.
	head -c 512 /dev/zero | dd of="$BATS_TEST_TMPDIR/patched.bin" bs=1 seek=512 conv=notrunc status=none
	run -65 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/patched.bin"
	[ "${stderr_lines[0]}" = "setupbin-dump: $BATS_TEST_TMPDIR/patched.bin:512: warning: record 1 is all zero" ]
	[ "${lines[3]}" = $'@end\t2\t1' ]
	run -0 setupbin-dump -t "$BATS_TEST_TMPDIR/patched.bin"
	[[ "$output" == *"record 1: consumed, wiped"* ]]
}

@test "a bad record among good ones is refused with its offset" {
	patched 1052 ffff 1620 59
	run -65 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/patched.bin"
	[ "${stderr_lines[0]}" = "setupbin-dump: $BATS_TEST_TMPDIR/patched.bin:1052: variable 1/1 runs over the end of its record (got length 65535, 480 bytes are left)" ]
	[ "${stderr_lines[1]}" = "setupbin-dump: $BATS_TEST_TMPDIR/patched.bin:1627: record 3: PID YAB7003D: its check character is wrong (got D, expected Q)" ]
	[ "${#stderr_lines[@]}" = 2 ]
	[ "${lines[2]}" = $'@end\t1\t2' ]
}

@test "a record with a PID and no PPS is refused" {
	patched 598 0900
	run -65 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/patched.bin"
	[[ "$stderr" == *":588: record 1: record has a PID but no PPS"* ]] || {
		echo "$stderr"
		false
	}
	[ "${lines[3]}" = $'@end\t2\t1' ]
}

@test "counters that disagree are a warning" {
	patched 32 03
	run -0 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/patched.bin"
	[ "$stderr" = "setupbin-dump: $BATS_TEST_TMPDIR/patched.bin:32: warning: header counts 3 records as consumed (1 have no valid flag)" ]
	[ "${lines[4]}" = $'@end\t3\t0' ]
}

@test "chunk counts of 0 are a warning and the file is read" {
	patched 16 0000 36 0000
	run -0 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/patched.bin"
	[ "${#stderr_lines[@]}" = 2 ]
	[[ "${stderr_lines[0]}" == *":16: warning: header chunk count is 0"* ]]
	[[ "${stderr_lines[1]}" == *":36: warning: data record chunk count is 0"* ]]
	[ "${lines[4]}" = $'@end\t3\t0' ]
}

@test "a blank list of modules and variables that nobody knows are read" {
	patched 40 00000000
	run -0 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/patched.bin"
	[[ "${stderr_lines[0]}" == *":18: warning: header byte count does not fit its module list (got 46, expected 42)" ]]
	[[ "$stderr" == *":40: warning: module 1 is used but not listed"* ]]
	[ "${lines[4]}" = $'@end\t3\t0' ]
	patched 554 6300
	run -0 setupbin-dump -t "$BATS_TEST_TMPDIR/patched.bin"
	[[ "$output" == *"     552    1/99  unknown variable                 ********"* ]]
}

@test "every shorter file is refused, without an @end" {
	for n in 0 1 511 512 513 1023 1024 1535 1536 2047; do
		head -c $n stick/v2.bin >"$BATS_TEST_TMPDIR/cut"
		run -65 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/cut"
		[[ "$stderr" == *"input ends early"* ]]
		[[ "$output" != *@end* ]]
		run -65 --separate-stderr setupbin-dump -t "$BATS_TEST_TMPDIR/cut"
		[[ "$stderr" == *"input ends early"* ]]
	done
}

@test "bytes after the last record are refused and the keys still come out" {
	cat stick/v2.bin stick/v1.bin >"$BATS_TEST_TMPDIR/long"
	run -65 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/long"
	[ "$stderr" = "setupbin-dump: $BATS_TEST_TMPDIR/long:2048: bytes left over after the last record (header counts 3 records)" ]
	[ "${lines[4]}" = $'@end\t3\t1' ]
}

@test "what is no setup.bin is refused, and the next file is read" {
	head -c 2048 /dev/zero >"$BATS_TEST_TMPDIR/zero"
	run -65 --separate-stderr setupbin-dump "$BATS_TEST_TMPDIR/zero" stick/v1.bin
	[ "$stderr" = "setupbin-dump: $BATS_TEST_TMPDIR/zero: not a setup.bin: file type GUID is unknown" ]
	[ "${lines[4]}" = $'@end\t3\t1' ]
}

@test "every vector is dumped, and its PSK keys are those of the manifest" {
	[ -n "$AMT_VECTORS" ] || skip "no AMT_VECTORS"
	n=0
	for file in "$AMT_VECTORS"/setupbin/*.bin; do
		setupbin-dump "$file" 2>/dev/null | sed '1d;$d' | cut -f1-4,7 >"$BATS_TEST_TMPDIR/got"
		jq -r --arg file "$(basename "$file")" '
			def value(m; i): [.variables_in_input_order[] |
				select(.module == m and .variable == i) | .value_text][0] // "";
			.cases[] | select(.file == $file) | .input.records[] |
			select([.variables_in_input_order[] | select(.module == 2 and .variable == 1)] != []) |
			[(value(2;1) | gsub("-"; "")), (value(2;2) | gsub("-"; "")), value(1;1), value(1;2),
				(if .flags % 2 == 1 then "issued" else "consumed" end)] |
			join("\t")' "$AMT_VECTORS/setupbin/manifest.json" >"$BATS_TEST_TMPDIR/want"
		case $file in
		*v2-utf8-password.bin) # the manifest has hex for that one
			[ "$(cut -f1,2 "$BATS_TEST_TMPDIR/got")" = "$(cut -f1,2 "$BATS_TEST_TMPDIR/want")" ] ;;
		*) diff "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got" ;;
		esac
		setupbin-dump -t "$file" >/dev/null 2>&1
		n=$((n + 1))
	done
	[ $n = 27 ]
	[ "$(setupbin-dump "$AMT_VECTORS/setupbin/v1-psk-100.bin" | tail -n 1)" = $'@end\t100\t0' ]
}

@test "the values of other variables are named" {
	[ -n "$AMT_VECTORS" ] || skip "no AMT_VECTORS"
	run -0 setupbin-dump -t "$AMT_VECTORS/setupbin/v4-acu-default.bin"
	[[ "$output" == *"power package"*"desktop: on in S0, wake in S3, S4-5"* ]]
	[[ "$output" == *"record 1: valid, scrambled"* ]]
	run -0 setupbin-dump -t "$AMT_VECTORS/setupbin/v3-bare-metal.bin"
	[[ "$output" == *"2/18  provisioning server port         9971"* ]]
	[[ "$output" == *"2/28  provisioning                     1 (start)"* ]]
	[[ "$output" == *'2/8   add certificate hash             sha256:'* ]]
}

@test "keys do not go to a terminal unless asked to" {
	run -64 script -qec 'setupbin-dump stick/v2.bin' "$BATS_TEST_TMPDIR/typescript"
	[[ "$output" != *T0Y5* ]]
	run -0 script -qec 'setupbin-dump --reveal stick/v2.bin' "$BATS_TEST_TMPDIR/typescript"
	[[ "$output" == *T0Y5* ]]
	run -0 script -qec 'setupbin-dump -t stick/v2.bin' "$BATS_TEST_TMPDIR/typescript"
	[[ "$output" != *T0Y5* ]]
}

@test "an unwritable output and a missing file are told" {
	run -74 --separate-stderr bash -c 'setupbin-dump stick/v2.bin >/dev/full'
	[ "$stderr" = "setupbin-dump: standard output: No space left on device" ]
	run -74 --separate-stderr bash -c 'setupbin-dump -t stick/v2.bin >/dev/full'
	run -66 setupbin-dump no-such-file
	run -64 setupbin-dump -q
}

@test "as JSON it has every variable, and secrets only when asked" {
	setupbin-dump --json stick/v2.bin stick/v1.bin >"$BATS_TEST_TMPDIR/json"
	[ "$(jq -r '.[] | "\(.file) \(.version) \(.records) \(.consumed) \(.kept)"' "$BATS_TEST_TMPDIR/json")" = \
		$'stick/v2.bin 2.0 3 1 false\nstick/v1.bin 1.0 3 0 false' ]
	[ "$(jq -r '.[0].record[] | "\(.number) \(.offset) \(.valid)"' "$BATS_TEST_TMPDIR/json")" = \
		$'1 512 false\n2 1024 true\n3 1536 true' ]
	[ "$(jq -c '.[0].record[0].variables[2]' "$BATS_TEST_TMPDIR/json")" = \
		'{"id":"1/3","offset":568,"name":"manageability selection","number":1,"value":"1 (AMT)"}' ]
	run grep -cE 'Lab7!|T0Y5|"admin"' "$BATS_TEST_TMPDIR/json"
	[ "$output" = 0 ]
	setupbin-dump --json --reveal stick/v2.bin | jq -e '.[0].record[0].variables[1].value == "Lab7!One"'
	patched 1052 ffff
	run -65 --separate-stderr setupbin-dump --json "$BATS_TEST_TMPDIR/patched.bin"
	jq -e '.[0].record[1].refused | startswith("variable 1/1 runs over")' <<<"$output"
	jq -e '.[0].record[2].valid' <<<"$output"
	run -65 setupbin-dump --json </dev/null
}

@test "as JSON a text is what it is, and raw bytes are all there" {
	long=$(printf 'ab%.0s' {1..400})
	{
		printf 'machine,new-mebx-password,enrolment-passcode,2/19\n'
		printf 'pc-0001,"Lab7!\\One",x\\x41 y,\npc-0002,Lab7!Two,,%s\n' "$long"
	} >"$BATS_TEST_TMPDIR/back.csv"
	setupbin-make --pki --csv "$BATS_TEST_TMPDIR/back.csv" >"$BATS_TEST_TMPDIR/back.bin"
	json=$(setupbin-dump --json --reveal "$BATS_TEST_TMPDIR/back.bin")
	[ "$(jq -r '.[0].record[0].variables[] | select(.id == "1/2").value' <<<"$json")" = 'Lab7!\One' ]
	[ "$(jq -r '.[0].record[0].variables[] | select(.id == "2/33").value' <<<"$json")" = 'x\x41 y' ]
	[ "$(jq -r '.[0].record[1].variables[] | select(.id == "2/19").value' <<<"$json")" = "$long" ]
}

@test "as records it says which were taken, wiped ones and those without a PID too" {
	head -c 488 /dev/zero >"$BATS_TEST_TMPDIR/zero"
	patched 516 00
	dd if="$BATS_TEST_TMPDIR/zero" of="$BATS_TEST_TMPDIR/patched.bin" bs=1 seek=536 conv=notrunc status=none
	run -0 --separate-stderr setupbin-dump --records -s lab7-1 "$BATS_TEST_TMPDIR/patched.bin"
	[ -z "$stderr" ]
	[ "${lines[1]}" = "lab7-1"$'\t1\t\t\tconsumed\t'"$BATS_TEST_TMPDIR/patched.bin:record 1" ]
	[ "${lines[2]}" = "lab7-1"$'\t2\tLAB7002C\t\tissued\t'"$BATS_TEST_TMPDIR/patched.bin:record 2" ]
	[ "${lines[4]}" = $'@end\t3\t0' ]
	run -0 --separate-stderr bash -c 'setupbin-make --pki --csv stick/pki.csv | setupbin-dump --records'
	[ "${lines[1]}" = $'\t1\t\t\tissued\t<stdin>:record 1' ]
	run -64 setupbin-dump -s lab7-1 stick/v2.bin
}

@test "two files are compared by diff of their text" {
	run -1 diff <(setupbin-dump -t <stick/v2.bin) <(setupbin-make stick/keys.tsv | setupbin-dump -t)
	[ "${#lines[@]}" = 8 ]
	[ "${lines[1]}" = "<       32  records consumed  1" ]
	[ "${lines[5]}" = "<      512  record 1: consumed" ]
}
