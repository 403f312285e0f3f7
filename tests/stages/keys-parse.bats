#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

header=$'@keys/2\tpid\tpps\tmebx_now\tmebx_next\tbatch\torigin\tstate\tnote\tfrom'
bad_list='not a key list (expected a header row with the columns pid and pps, or the six columns id,pid,pps,current_password,admin_password,used)'

@test "a list with a header row becomes a stream of new keys" {
	run -0 --separate-stderr keys-parse -b lab7 keys/lab7.csv
	[ "$stderr" = "" ]
	[ "${#lines[@]}" = 66 ]
	[ "${lines[0]}" = "$header" ]
	[ "${lines[1]}" = $'LAB7WFOU\t23O01ARGVVEPNJPGXGXVUILI8PX8NRED\tadmin\tvr%6QPSdj6sW\tlab7\tlab7.csv\tnew\t\tkeys/lab7.csv:2' ]
	[ "${lines[65]}" = $'@end\t64\t0' ]
}

@test "the same list from stdin says so in its places" {
	run -0 --separate-stderr keys-parse -b lab7 <keys/plain.csv
	[ "${lines[1]}" = $'PLAQFV24\tB2NE6MEKZNJQB9RPXGPN0808YST4Q02Z\t\t\tlab7\t<stdin>\tnew\t\t<stdin>:2' ]
	[ "${lines[4]}" = $'@end\t3\t0' ]
}

@test "-o names the origin, and several lists make one stream" {
	run -0 --separate-stderr keys-parse -b lab7 -o 'OEM order 17' keys/plain.csv keys/scs.csv
	[ "$(grep -c 'OEM order 17' <<<"$output")" = 11 ]
	[ "${lines[12]}" = $'@end\t11\t0' ]
}

@test "the six columns of SCS need no header, and used keys say so" {
	run -0 --separate-stderr keys-parse -v -b old keys/scs.csv
	[ "$stderr" = "keys-parse: keys/scs.csv: six columns of SCS; keys: 8; of them used: 2; rows refused: 0" ]
	[ "${lines[1]}" = $'SCS5EGW9\tY8O84VERBUUKBTXM3W28W0Q0FOF3TN82\tadmin\todvMEM3C!5cq\told\tscs.csv\tnew\t\tkeys/scs.csv:1' ]
	[ "$(cut -f 7 <<<"$output" | tail -n +2 | head -n 8 | tr '\n' ' ')" = "new new used new new used new new " ]
}

@test "BOM, semicolons, CRLF, lower case and quoted line ends are read, and unknown columns named once with -v" {
	run -0 --separate-stderr keys-parse -v -b lab7 keys/excel.csv
	[ "${stderr_lines[0]}" = 'keys-parse: keys/excel.csv: columns ignored: "Remark"' ]
	[ "${stderr_lines[1]}" = "keys-parse: keys/excel.csv: columns by header; keys: 3; of them used: 0; rows refused: 0" ]
	[ "${#stderr_lines[@]}" = 2 ]
	[ "${lines[1]}" = $'XLSFLCS3\t3OAF5KUX1HUQ53O3MBDVT022L3DF79UH\t\tiqQk!vQ49pSV\tlab7\texcel.csv\tnew\tserial=SN-0001\tkeys/excel.csv:2' ]
	[ "$(cut -f 9 <<<"${lines[3]}")" = keys/excel.csv:5 ]
}

@test "every bad row is named by file and line, and the good ones come out" {
	run -65 --separate-stderr keys-parse -b lab7 keys/bad.csv
	[ "$stderr" = "keys-parse: keys/bad.csv:3: PID BADLLKT7: its check character is wrong (got 7, expected 6)
keys-parse: keys/bad.csv:4: PID BADSW10Y: PPS group 3 of 8: its check character is wrong
keys-parse: keys/bad.csv:5: PID BADW3JXV: new MEBx password is too simple for the MEBx (lacks an upper-case letter, a special character other than _)
keys-parse: keys/bad.csv:6: PID BADPFFW2: new MEBx password has a character that the MEBx forbids (one of : , \")
keys-parse: keys/bad.csv:7: PID BADIC4N1: current MEBx password is shorter than 8 characters
keys-parse: keys/bad.csv:8: PID BADFNYK7 came before with the same PPS, in keys/bad.csv:2; that one is kept
keys-parse: keys/bad.csv:9: PID BADFNYK7 came before with another PPS, in keys/bad.csv:2; that one is kept
keys-parse: keys/bad.csv:10: PID BADS0VX0: row has the wrong number of fields (got 3, expected 4)
keys-parse: keys/bad.csv:11: PID BADSMEN2: PPS is empty
keys-parse: keys/bad.csv:12: PID BADYTLSR: row has a quote that is never closed
keys-parse: keys/bad.csv:14: PID is empty
keys-parse: keys/bad.csv:13: warning: new MEBx password has a character that HP firmware may refuse (one of ' < > & and space) (keys: 1 of 3)" ]
	[ "$(cut -f 1 <<<"$output")" = $'@keys/2\nBADFNYK7\nBAD2UR62\nBADKD5UC\n@end' ]
	[ "${lines[4]}" = $'@end\t3\t11' ]
}

@test "no message shows a secret of a refused row" {
	run -65 --separate-stderr keys-parse -v -b lab7 keys/bad.csv
	tail -n +2 keys/bad.csv | tr ',"' '\n\n' | grep -E '.{6}' | grep -v '^BAD' |
		while read -r secret; do
			[[ "$stderr" != *"$secret"* ]]
		done
}

@test "a key that is in two files is refused in the second, which names the first" {
	run -65 --separate-stderr keys-parse -b lab7 keys/plain.csv - <keys/plain.csv
	[ "${stderr_lines[0]}" = "keys-parse: <stdin>:2: PID PLAQFV24 came before with the same PPS, in keys/plain.csv:2; that one is kept" ]
	[ "${lines[4]}" = $'@end\t3\t3' ]
}

@test "a row in Latin-1 is refused with its field, the next one is read" {
	run -65 --separate-stderr keys-parse -b lab7 keys/latin1.csv
	[ "$stderr" = "keys-parse: keys/latin1.csv:2: PID LATZCJQX: field 3 is not UTF-8 (byte 2 of it; is this Latin-1? save it as UTF-8)" ]
	[ "${lines[2]}" = $'@end\t1\t1' ]
}

@test "UTF-16 ends the run without @end" {
	run -65 --separate-stderr keys-parse -b lab7 keys/utf16.csv
	[ "$stderr" = 'keys-parse: keys/utf16.csv:1: file is UTF-16 (got its byte order mark, expected UTF-8; save it as "CSV UTF-8")' ]
	[[ "$output" != *@end* ]]
}

@test "an empty file ends the run without @end" {
	run -65 --separate-stderr keys-parse -b lab7 keys/empty.csv
	[ "$stderr" = "keys-parse: keys/empty.csv: file is empty" ]
	[ "$output" = "$header" ]
	run -65 --separate-stderr keys-parse -b lab7 </dev/null
	[ "$stderr" = "keys-parse: <stdin>: file is empty" ]
}

@test "a header row alone ends the run without @end" {
	run -65 --separate-stderr keys-parse -b lab7 keys/header-only.csv
	[ "$stderr" = "keys-parse: keys/header-only.csv: no keys below the header row" ]
	[ "$output" = "$header" ]
}

@test "a file that is no key list ends the run without @end" {
	run -65 --separate-stderr keys-parse -b lab7 keys/no-header.csv
	[ "$stderr" = "keys-parse: keys/no-header.csv:1: $bad_list" ]
	[ "$output" = "$header" ]
}

@test "two columns of one meaning end the run without @end" {
	run -65 --separate-stderr keys-parse -b lab7 keys/twice-named.csv
	[ "$stderr" = 'keys-parse: keys/twice-named.csv:1: two columns mean the same ("Old Password" and "MEBx Password"); remove or rename one' ]
	[ "$output" = "$header" ]
}

@test "a bad second file ends the run without @end, whatever came before" {
	run -65 --separate-stderr keys-parse -b lab7 keys/plain.csv keys/empty.csv
	[ "$stderr" = "keys-parse: keys/empty.csv: file is empty" ]
	[[ "$output" != *@end* ]]
	run -66 --separate-stderr keys-parse -b lab7 keys/plain.csv keys/none.csv
	[ "$stderr" = "keys-parse: keys/none.csv: No such file or directory" ]
	[[ "$output" != *@end* ]]
}

@test "a list cut off within a row gives what is complete and refuses the rest" {
	head -c 120 keys/plain.csv >"$BATS_TEST_TMPDIR/cut.csv"
	cd "$BATS_TEST_TMPDIR"
	run -65 --separate-stderr keys-parse -b lab7 cut.csv
	[ "$stderr" = "keys-parse: cut.csv:4: PID PLABBSYL: PPS has the wrong length (got 19 characters without dashes, expected 32)
keys-parse: cut.csv: warning: the last line has no line end; was the file cut off?" ]
	[ "${lines[3]}" = $'@end\t2\t1' ]
}

@test "a folder instead of a file ends with 74" {
	run -74 --separate-stderr keys-parse -b lab7 keys
	[ "$stderr" = "keys-parse: keys: Is a directory" ]
	[[ "$output" != *@end* ]]
}

@test "unwritable output ends with 74" {
	run -74 --separate-stderr bash -c 'keys-parse -b lab7 keys/lab7.csv >/dev/full'
	[ "$stderr" = "keys-parse: standard output: No space left on device" ]
}

@test "secrets do not go to a terminal" {
	run -64 script -qec 'keys-parse -b lab7 keys/lab7.csv' /dev/null
	[[ "$output" == *"this output has secrets and goes to a terminal; say --reveal if you mean it"* ]]
	[[ "$output" != *LAB7WFOU* ]]
	run -0 script -qec 'keys-parse -r -b lab7 keys/lab7.csv' /dev/null
	[[ "$output" == *LAB7WFOU* ]]
}

@test "a batch is needed, and its name is held to what file names take" {
	run -64 --separate-stderr keys-parse keys/lab7.csv
	[ "$stderr" = "usage: keys-parse [-rv] -b batch [-o origin] [-F file] [file ...]" ]
	run -64 --separate-stderr keys-parse -b ../lab7 keys/lab7.csv
	[ "$stderr" = 'keys-parse: -b: not a batch'"'"'s name (got "../lab7", expected up to 64 letters, digits and . _ - after the first)' ]
	run -64 --separate-stderr keys-parse -b "$(printf 'a%.0s' {1..65})" keys/lab7.csv
	run -0 --separate-stderr keys-parse -b "$(printf 'a%.0s' {1..64})" keys/lab7.csv
	run -64 --separate-stderr keys-parse -b lab7 -o $'a\nb' keys/lab7.csv
	[ "$stderr" = "keys-parse: -o: not a plain text of 1 to 255 bytes of UTF-8" ]
}

# --- setup.bin and bundles -----------------------------------------------

# bundle NAME...: the files named, as bundle-open writes them, on stdout
bundle() {
	local end
	end=$BATS_TEST_TMPDIR/tar
	mkdir -p "$end"
	: >"$end/@end"
	tar --format=pax -cf - "$@" -C "$end" @end
}

# manifest COUNT FILE...
manifest() {
	local count=$1 file files=
	shift
	for file; do
		files="$files${files:+, }\"$file\": \"$(sha256sum <"$file" | cut -d ' ' -f 1)\""
	done
	printf '{"format": "amtbatch-keys", "version": 1, "batch": "lab7", "count": %s, "files": {%s}}\n' \
		"$count" "$files" >manifest.json
}

# The three forms of three keys, and nothing else, in a folder of this test.
three_forms() {
	local samples=$PWD
	mkdir -p "$BATS_TEST_TMPDIR/made"
	cd "$BATS_TEST_TMPDIR/made"
	cp "$samples/keys/plain.csv" keys.csv
	cp "$samples/keys/lab7.xml" keys.xml
	cp "$samples/stick/v2.bin" setup.bin
	chmod u+w ./*
}

@test "a setup.bin becomes keys whatever its name: unused ones new, consumed ones consumed" {
	cp stick/v2.bin "$BATS_TEST_TMPDIR/list.csv"
	run -0 --separate-stderr keys-parse -v -b lab7 "$BATS_TEST_TMPDIR/list.csv"
	[[ "$stderr" == *"list.csv: setup.bin; keys: 3; of them used: 1; keys refused: 0" ]]
	[ "$(cut -f 1,7 <<<"$output" | sed '1d;$d' | xargs)" = "LAB7001B consumed LAB7002C new LAB7003D new" ]
	[[ "${lines[1]}" == *"list.csv:record 1" ]]
}

@test "setup.bin files of every version are read" {
	[ -n "$AMT_VECTORS" ] || skip "no AMT_VECTORS"
	for v in v1-psk-1 v1-psk-3 v1-psk-100 v1-psk-3-one-consumed v2-psk-1 v1-dashed-psk; do
		run -0 --separate-stderr keys-parse -b lab7 "$AMT_VECTORS/setupbin/$v.bin"
		[ "$(cut -f 1,2 <<<"$output" | sed '1d;$d')" = \
			"$(setupbin-dump "$AMT_VECTORS/setupbin/$v.bin" 2>/dev/null | cut -f 1,2 | sed '1d;$d')" ]
	done
	# Records of these have no PID: each is refused by its number.
	for v in v21-network v3-trust-anchor v4-acu-default; do
		run -65 --separate-stderr keys-parse -b lab7 "$AMT_VECTORS/setupbin/$v.bin"
		[[ "$stderr" == *"record 1: has no PID and PPS" ]]
	done
	echo "# vectors: 9" >&3
}

@test "a setup.bin that is cut or too long ends the run" {
	head -c 1000 stick/v2.bin >"$BATS_TEST_TMPDIR/cut.bin"
	run -65 --separate-stderr keys-parse -b lab7 "$BATS_TEST_TMPDIR/cut.bin"
	[[ "$stderr" == *"cut.bin:1000: setup.bin ends early (record 1 of 3)" ]]
	[[ "$output" != *@end* ]]
	cat stick/v2.bin - <<<x >"$BATS_TEST_TMPDIR/long.bin"
	run -65 --separate-stderr keys-parse -b lab7 "$BATS_TEST_TMPDIR/long.bin"
	[[ "$stderr" == *"long.bin:2048: bytes left over after the last record (header counts 3)" ]]
	[[ "$output" != *@end* ]]
}

@test "every list of a bundle is read, with its member in the place" {
	three_forms
	bundle keys.csv keys.xml setup.bin >all.tar
	run -0 --separate-stderr keys-parse -b lab7 all.tar
	[ "${lines[10]}" = $'@end\t9\t0' ]
	[[ "${lines[1]}" == *$'\tall.tar:keys.csv:2' ]]
	[[ "${lines[9]}" == *$'\tall.tar:setup.bin:record 3' ]]
}

@test "a key that is in two members is refused with both places" {
	three_forms
	cp setup.bin again.bin
	bundle setup.bin again.bin >all.tar
	run -65 --separate-stderr keys-parse -b lab7 <all.tar
	[ "${stderr_lines[1]}" = "keys-parse: <stdin>:again.bin:2: PID LAB7002C came before with the same PPS, in <stdin>:setup.bin:record 2; that one is kept" ]
	[ "${lines[4]}" = $'@end\t3\t3' ]
}

@test "of a bundle with a manifest only keys.csv is read, and the others are checked" {
	three_forms
	manifest 3 keys.csv keys.xml setup.bin
	bundle manifest.json keys.csv keys.xml setup.bin >all.tar
	run -0 --separate-stderr keys-parse -b lab7 all.tar
	[ "$(cut -f 1 <<<"$output" | xargs)" = "@keys/2 PLAQFV24 PLASBQTV PLABBSYL @end" ]
	# In another order of the others too.
	bundle manifest.json setup.bin keys.xml keys.csv | keys-parse -b lab7 >out
	[ "$(tail -n 1 out)" = $'@end\t3\t0' ]
}

@test "a manifest is about its folder: bundles and letters come beside each other" {
	keys=$PWD/keys
	cd "$BATS_TEST_TMPDIR" || return
	mkdir one two
	cp "$keys/plain.csv" one/keys.csv
	cp "$keys/scs.csv" two/keys.csv
	for n in one two; do
		count=$([ $n = one ] && echo 3 || echo 8)
		printf '{"format":"amtbatch-keys","version":1,"batch":"x","count":%s,"files":{"keys.csv":"%s"}}' \
			"$count" "$(sha256sum <$n/keys.csv | cut -d ' ' -f 1)" >$n/manifest.json
		(cd $n && zip -q ../$n.zip manifest.json keys.csv)
	done
	echo 'Dear customer' >letter.txt
	zip -q both.zip one.zip letter.txt two.zip
	zip -q folders.zip one/manifest.json one/keys.csv letter.txt two/manifest.json two/keys.csv
	for file in both folders; do
		run -0 --separate-stderr bash -c "bundle-open $file.zip | keys-parse -b x | tail -n 1"
		[ "$output" = $'@end\t11\t0' ]
		[[ "$stderr" = *"letter.txt:1: notice: skipped"* ]]
	done
	# What one says is looked at before the next is.
	sed -i 's/"count":3/"count":4/' one/manifest.json
	zip -q folders.zip one/manifest.json
	run -65 bash -c "bundle-open folders.zip | keys-parse -b x >out"
	[[ "$output" = *"keys.csv has 3 keys, the bundle's manifest says 4" ]]
	run ! grep -q '^@end' out
}

@test "a sealed file within a container is said to be one" {
	keys=$PWD/keys
	cd "$BATS_TEST_TMPDIR" || return
	openssl req -x509 -newkey rsa:2048 -nodes -keyout oem.key -out oem.pem -subj /CN=oem 2>/dev/null
	openssl cms -sign -binary -nodetach -signer oem.pem -inkey oem.key -outform DER -in "$keys/plain.csv" -out keys.p7s
	zip -q oem.zip keys.p7s
	run -65 bash -c "bundle-open oem.zip | keys-parse -b x >out"
	[ "$output" = "keys-parse: oem.zip:keys.p7s: is signed or encrypted within a container that is not: unpack that, and import this file alone" ]
}

@test "a bundle that is not what its manifest says ends the run" {
	three_forms
	manifest 3 keys.csv keys.xml
	refused() {
		run -65 --separate-stderr keys-parse -b lab7 all.tar
		[ "$stderr" = "keys-parse: all.tar:$1" ]
		[[ "$output" != *@end* ]]
	}
	bundle manifest.json keys.csv setup.bin >all.tar
	refused "setup.bin: the bundle's manifest does not name this file"
	bundle manifest.json keys.xml >all.tar
	refused " the bundle's manifest names keys.csv, which is missing"
	bundle keys.csv manifest.json >all.tar
	refused "manifest.json: a manifest that is not the first file of its bundle: the keys would count twice"
	cp manifest.json again.json
	bundle manifest.json again.json keys.csv >all.tar
	refused "again.json: a second manifest"
	sed -i 's/<keys/<keys /' keys.xml
	bundle manifest.json keys.csv keys.xml >all.tar
	refused "keys.xml: is not the file that the bundle's manifest names: its SHA-256 differs"
	manifest 4 keys.csv
	bundle manifest.json keys.csv >all.tar
	refused " keys.csv has 3 keys, the bundle's manifest says 4"
	sed -i 's/"version": 1/"version": 2/' manifest.json
	bundle manifest.json keys.csv >all.tar
	run -65 --separate-stderr keys-parse -b lab7 all.tar
	[[ "$stderr" == *"manifest.json:"*"manifest: another version (expected 1)" ]]
}
