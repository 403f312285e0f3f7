#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup_file() {
	pushd "$BATS_FILE_TMPDIR" || return
	for who in site other; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout $who.key -out $who.pem \
			-subj "/CN=$who" 2>/dev/null
	done
	popd || return
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795356000
	certs=$BATS_FILE_TMPDIR
	out=$BATS_TEST_TMPDIR/out
}

made() {
	receipt -b lab7 -s 'Example Ltd' -o "$out" "$@"
}

# The sender's check: FILE by WHO
verified() {
	openssl cms -verify -binary -inform DER -in "$1.p7s" -content "$1" -CAfile "$certs/$2.pem" \
		-out /dev/null 2>/dev/null
}

@test "findings become a text and JSON, as the samples show them" {
	run -0 made receipt/lab7.findings
	[ "$output" = "" ]
	cmp "$out.txt" receipt/lab7.txt
	cmp "$out.json" receipt/lab7.json
	[ "$(ls "$BATS_TEST_TMPDIR")" = $'out.json\nout.txt' ]
	[ "$(jq '.counts | .new + .there_before + .changed + .refused == .records' "$out.json")" = true ]
	[ "$(jq '.counts.refused == (.refused | length)' "$out.json")" = true ]
}

@test "the order of the streams, and in how many files they come, does not matter" {
	awk -v to="$BATS_TEST_TMPDIR/" '/^@findings/ { n++ } { print >(to "9" 9 - n) }' receipt/lab7.findings
	made "$BATS_TEST_TMPDIR"/9?
	diff <(jq -S . "$out.json") <(jq -S . receipt/lab7.json)
}

@test "text and JSON are signed, each for itself, and openssl sees a change of either" {
	SOURCE_DATE_EPOCH=$(date +%s)
	made --sign "$certs/site.pem" --key "$certs/site.key" receipt/lab7.findings
	for end in txt json; do
		verified "$out.$end" site
		run ! verified "$out.$end" other
		sed -i 's/lab7/lab8/' "$out.$end"
		run ! verified "$out.$end" site
	done
}

@test "the passphrase of the key comes by descriptor, and a wrong one makes no receipt" {
	SOURCE_DATE_EPOCH=$(date +%s)
	openssl rsa -aes256 -in "$certs/site.key" -passout pass:secret -out "$BATS_TEST_TMPDIR/locked.key" 2>/dev/null
	sign=(--sign "$certs/site.pem" --key "$BATS_TEST_TMPDIR/locked.key")
	run -65 --separate-stderr made "${sign[@]}" --passphrase-fd 4 receipt/lab7.findings 4<<<wrong
	[[ "$stderr" = *"no private key in PEM form, or its passphrase is another" ]]
	[ ! -e "$out.txt" ]
	receipt --check -o "$out" "${sign[@]}"
	made "${sign[@]}" --passphrase-fd 4 receipt/lab7.findings 4<<<secret
	verified "$out.txt" site
}

@test "a check writes nothing, and finds what a receipt would fail of" {
	SOURCE_DATE_EPOCH=$(date +%s)
	receipt --check -o "$out" --sign "$certs/site.pem" --key "$certs/site.key"
	[ -z "$(ls "$BATS_TEST_TMPDIR")" ]
	run -66 receipt --check -o "$out" --sign missing.pem --key "$certs/site.key"
	run -65 receipt --check -o "$out" --sign "$certs/site.pem" --key "$certs/other.key"
	[[ "$output" = *"not the private key of"* ]]
	run -73 receipt --check -o "$BATS_TEST_TMPDIR/no/out"
	: >"$out.json"
	run -73 receipt --check -o "$out"
	[ "$output" = "receipt: $out.json: is there already, and a receipt is not replaced" ]
}

@test "a receipt that is there is not replaced, and none is half made" {
	echo mine >"$out.txt"
	run -73 made receipt/lab7.findings
	[ "$(cat "$out.txt")" = mine ]
	[ ! -e "$out.json" ]
}

@test "what was refused as a whole has the first reason, what came to no end none" {
	{
		head -n 1 receipt/lab7.findings
		printf 'failed\t/home/me/oem.p7s:keys.csv:7\t\t0\tnot a key list\n@end\t1\t0\n'
		head -n 1 receipt/lab7.findings
		printf 'failed\t<stdin>\t\t0\tstream is cut\n@end\t1\t0\n'
	} >"$BATS_TEST_TMPDIR/failed"
	{
		head -n 1 receipt/lab7.findings
		printf 'file\t/home/me/oem.p7s\t\t5\tabc\n'
	} >"$BATS_TEST_TMPDIR/cut"
	run -0 --separate-stderr made "$BATS_TEST_TMPDIR/cut" "$BATS_TEST_TMPDIR/failed"
	[[ "$stderr" = *"stream is cut: it has no @end line" ]]
	[ "$(jq -r .outcome,.reason "$out.json")" = $'refused\noem.p7s:keys.csv:7: not a key list' ]
	grep -q '^Outcome  refused as a whole, nothing was stored: oem.p7s:keys.csv:7:' "$out.txt"
	run -1 grep home "$out.txt" "$out.json"
	rm "$out".*
	: >"$BATS_TEST_TMPDIR/nothing"
	made "$BATS_TEST_TMPDIR/nothing"
	[ "$(jq -r .outcome "$out.json")" = unknown ]
}

@test "control characters, quotes and names in other scripts do no harm" {
	{
		head -n 1 receipt/lab7.findings
		printf 'file\tl\xc3\xb6s".csv\t\t5\tabc\n'
		printf 'refused\tl\xc3\xb6s".csv:2\t\t0\ta \\\\ \033[2J \\n b\n@end\t2\t1\n'
	} >"$BATS_TEST_TMPDIR/f"
	made "$BATS_TEST_TMPDIR/f"
	[ "$(jq -r '.files[0].name' "$out.json")" = 'lös".csv' ]
	[ "$(jq -r '.refused[0].reason' "$out.json")" = $'a \\ \033[2J \n b' ]
	grep -q 'lös".csv:2: a \\ ?\[2J ? b' "$out.txt"
}

@test "another kind of stream, wrong words and a place that cannot be written are errors" {
	run -65 made store/lab7.keys
	[[ "$output" = *"wrong kind of stream (got @keys, expected @findings)" ]]
	run -64 made
	run -64 receipt --check -o "$out" receipt/lab7.findings
	run -64 receipt -b lab7 -o "$out" receipt/lab7.findings
	run -64 receipt -b lab7 -s x -o "$out" --key "$certs/site.key" receipt/lab7.findings
	run -66 made missing.findings
	out=$BATS_TEST_TMPDIR/no/out
	run -73 made receipt/lab7.findings
}

@test "findings that cannot be written end each program of an import" {
	amt-init -d "$BATS_TEST_TMPDIR/site" >/dev/null
	no=$BATS_TEST_TMPDIR/no/findings
	run -73 bash -c "cms-open -u -F '$no' keys/plain.csv >/dev/null"
	run -73 bash -c "bundle-open -F '$no' keys/plain.csv >/dev/null"
	run -73 bash -c "keys-parse -F '$no' -b lab7 keys/plain.csv >/dev/null"
	run -73 store-load -F "$no" -d "$BATS_TEST_TMPDIR/site" store/lab7.keys
	run -74 bash -c "cms-open -u -F /dev/full keys/plain.csv >/dev/null"
	run -74 bash -c "keys-parse -F /dev/full -b lab7 keys/bad.csv >/dev/null"
	# The store has its keys by then.
	run -74 store-load -F /dev/full -d "$BATS_TEST_TMPDIR/site" store/lab7.keys
	[ "$(sqlite3 "$BATS_TEST_TMPDIR/site/site.db" 'SELECT count(*) FROM keys')" = 8 ]
}
