bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357211 # 2026-11-22T14:20:11Z
}

# The records of a stream, without its first and last line.
rows() {
	sed '1d;$d'
}

@test "a PSK hello becomes a record" {
	run -0 --separate-stderr hello-dump -a 127.0.0.9 hello/psk.bin
	[ "${lines[0]}" = $'@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom' ]
	[ "${lines[1]}" = $'2026-11-22T14:20:11Z\t127.0.0.9\t00b0a701-0001-4000-8000-6c6162377063\t2\t0\t0\tLAB7000A\t\thello/psk.bin' ]
	[ "${lines[2]}" = $'@end\t1\t0' ]
	[ "$stderr" = "" ]
}

@test "a PKI hello becomes a record with its hashes in order" {
	run -0 --separate-stderr hello-dump hello/mixed.bin
	hashes=$(cut -f 8 <<<"${lines[1]}")
	[ "$hashes" = "sha1:$(printf 'lab7 root one' | sha1sum | cut -c1-40),sha384:$(printf 'lab7 root two' | sha384sum | cut -c1-96),type9:beef" ]
}

@test "a cut hello is named by file and offset, and the good one still comes out" {
	run -65 --separate-stderr hello-dump hello/short.bin hello/psk.bin
	[ "$stderr" = "hello-dump: hello/short.bin:8: input ends early" ]
	[ "$(rows <<<"$output" | wc -l)" = 1 ]
	[ "${lines[2]}" = $'@end\t1\t1' ]
}

@test "each kind of bad message has its own words" {
	run -65 --separate-stderr hello-dump hello/count.bin hello/http.bin hello/version-1.bin
	[ "${stderr_lines[0]}" = "hello-dump: hello/count.bin:93: count of hashes is larger than the hashes present (got 2, count says 3)" ]
	[ "${stderr_lines[1]}" = "hello-dump: hello/http.bin: not a hello: the first word, admin credentials set, is neither 0 nor 1 (got 0x4547)" ]
	[ "${stderr_lines[2]}" = "hello-dump: hello/version-1.bin:2: interface version is not supported (got 1, expected 2 for PSK or 3 for PKI)" ]
}

@test "without -a the address stays empty: it is not invented" {
	run -0 --separate-stderr hello-dump -r 2026-01-02T03:04:05Z hello/psk.bin
	[[ "${lines[1]}" == $'2026-01-02T03:04:05Z\t\t00b0a701-'* ]]
}

@test "hex of either shape is read: a field a line, or a hello a line" {
	run -0 --separate-stderr hello-dump -x hello/psk.bin.hex hello/lab7.txt
	[ "${lines[4]}" = $'2026-11-22T14:20:11Z\t\t00b0a703-0001-4000-8000-6c6162377063\t2\t0\t0\tLAB7002C\t\thello/lab7.txt:4' ]
	[ "${lines[5]}" = $'@end\t4\t0' ]
}

@test "a bad line of hex is named and the good ones come out" {
	{ cat hello/lab7.txt; echo 00000200; } >"$BATS_TEST_TMPDIR/x"
	run -65 --separate-stderr hello-dump -x "$BATS_TEST_TMPDIR/x"
	[ "$(rows <<<"$output" | wc -l)" = 3 ]
	[ "$stderr" = "hello-dump: $BATS_TEST_TMPDIR/x:5: byte 4: input ends early" ]
}

@test "what is not hex is named by its line" {
	printf '00 00 # fine\n0g\n' >"$BATS_TEST_TMPDIR/x"
	run -65 --separate-stderr hello-dump -x "$BATS_TEST_TMPDIR/x"
	[ "$stderr" = "hello-dump: $BATS_TEST_TMPDIR/x:2: not hexadecimal digits (got \"0g\")" ]
	printf '00 0' >"$BATS_TEST_TMPDIR/x"
	run -65 --separate-stderr hello-dump -x "$BATS_TEST_TMPDIR/x"
	[ "$stderr" = "hello-dump: $BATS_TEST_TMPDIR/x:1: an odd number of hexadecimal digits" ]
}

@test "-t tells a person what a hello says and how long its window is open" {
	run -0 --separate-stderr hello-dump -t -r 2026-11-22T14:00:11Z hello/psk.bin
	grep -qx "uuid     00b0a701-0001-4000-8000-6c6162377063" <<<"$output"
	grep -qx "version  2 (PSK)" <<<"$output"
	grep -qx "pid      LAB7000A" <<<"$output"
	grep -qx "window   closes about 2026-11-22T20:00:11Z (6 h), 5 h 40 min from now" <<<"$output"
	run -0 --separate-stderr hello-dump -t -w 1 -r 2026-11-22T13:00:11Z hello/psk.bin hello/mixed.bin
	grep -qx "window   closed about 2026-11-22T14:00:11Z (1 h)" <<<"$output"
	grep -qx "hashes   3" <<<"$output"
	grep -qx "  type9   beef" <<<"$output"
	grep -qx "trailing 3 bytes after the end" <<<"$output"
}

@test "a UUID that many boards share is pointed out by -t" {
	printf '00000200 00000000 00000000000000000000000000000000 4c41423730303041' >"$BATS_TEST_TMPDIR/x"
	run -0 --separate-stderr hello-dump -t -x "$BATS_TEST_TMPDIR/x"
	grep -q "^uuid     00000000-0000-0000-0000-000000000000 (all zero" <<<"$output"
}

@test "nothing at all is refused" {
	run -65 --separate-stderr hello-dump </dev/null
	[ "$stderr" = "hello-dump: <stdin>: no hello: empty" ]
	[ "${lines[1]}" = $'@end\t0\t1' ]
}

@test "wrong options, a missing file and a full disk have their exit status" {
	run -64 --separate-stderr hello-dump -a pc-0001.example.com hello/psk.bin
	[ "$stderr" = 'hello-dump: -a: not an IPv4 or IPv6 address (got "pc-0001.example.com")' ]
	run -64 --separate-stderr hello-dump -r yesterday hello/psk.bin
	run -64 --separate-stderr hello-dump -w 0 hello/psk.bin
	run -66 --separate-stderr hello-dump hello/none.bin
	run -74 --separate-stderr sh -c 'hello-dump hello/psk.bin >/dev/full'
	[ "$stderr" = "hello-dump: standard output: No space left on device" ]
}

# What the manifest expects of one file, as the fields of a record.
expected() {
	jq -r --arg f "$1" '.cases[] | select(.file == $f).expect |
		[.uuid, .version, (if .admin_credentials_set then 1 else 0 end),
		 .retry_count, .pid // "",
		 ([.hashes[] | "\(.alg):\(.hex)"] | join(","))] | @tsv' \
		"$AMT_VECTORS/hello/manifest.json"
}

@test "every shared vector is read or refused as its manifest says" {
	[ -n "$AMT_VECTORS" ] || skip "the shared vectors are not here"
	n=0
	while IFS=$'\t' read -r file result trailing; do
		for form in "$AMT_VECTORS/hello/$file" "-x $AMT_VECTORS/hello/${file%.bin}.hex"; do
			if [ "$result" = reject ]; then
				# shellcheck disable=SC2086
				run -65 --separate-stderr hello-dump $form
				[ "${lines[1]}" = $'@end\t0\t1' ]
				continue
			fi
			# shellcheck disable=SC2086
			run -0 --separate-stderr hello-dump -v $form
			[ "$(cut -f 3-8 <<<"${lines[1]}")" = "$(expected "$file")" ]
			[ "$trailing" = 0 ] || [[ "$stderr" == *": $trailing bytes after the end" ]]
		done
		n=$((n + 1))
	done < <(jq -r '.cases[] | [.file, .expect.result, .expect.trailing_bytes // 0] | @tsv' \
		"$AMT_VECTORS/hello/manifest.json")
	[ "$n" = "$(jq .count "$AMT_VECTORS/hello/manifest.json")" ]
	echo "# vectors: $n" >&3
}

@test "captured hellos of real machines are read" {
	[ -n "$AMT_VECTORS" ] || skip "the shared vectors are not here"
	run -0 --separate-stderr hello-dump -x "$AMT_VECTORS"/hello-captured/pki-v3-capture-[12].hex
	[ "$(cut -f 3-6 <<<"${lines[1]}")" = $'939b524b-13d4-1d18-e487-1c697a6b7a2b\t3\t1\t0' ]
	[ "$(cut -f 8 <<<"${lines[1]}" | tr , '\n' | grep -c '^sha256:')" = 23 ]
	[ "$(cut -f 8 <<<"${lines[2]}" | tr , '\n' | grep -c '^sha256:')" = 24 ]
	# the first is the root of Go Daddy class 2
	[[ "$(cut -f 8 <<<"${lines[1]}")" == sha256:c3846bf24b9e93ca64274c0ec67c1ecc5e024ffcacd2d74019350e81fe546ae4,* ]]
	echo "# vectors: 2" >&3
}
