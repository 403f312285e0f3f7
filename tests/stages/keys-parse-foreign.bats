# Lists as others write them: what is taken, and what no list hides behind.
bats_require_minimum_version 1.5.0

pid=0000-037M
pps=NKLD-G5DC-RRNQ-E9YZ-ZIJL-7LFL-VJED-69XJ

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
}

# The keys of standard output without @lines: pid, passwords, state and note.
keys() {
	sed '/^@/d' <<<"$output" | cut -f 1,3,4,7,8
}

@test "a setup.bin's passwords are held to the MEBx's rules, record by record" {
	printf 'pid,pps,new password\n%s,%s,P@ssw0rd\nABCDEFG8,%s,Good-w0rd\n' \
		$pid $pps $pps >two.csv
	keys-parse -b lab7 two.csv | setupbin-make >good.bin
	LC_ALL=C sed 's/P@ssw0rd/password/' good.bin >weak.bin
	run -0 keys-parse -b lab7 good.bin
	run -65 --separate-stderr keys-parse -b lab7 weak.bin
	[[ "$stderr" == "keys-parse: weak.bin:512: record 1: PID 0000037M: new MEBx password "* ]]
	[ "$(keys)" = $'ABCDEFG8\tadmin\tGood-w0rd\tnew\t' ]
	[ -n "$AMT_VECTORS" ] || return 0
	run -65 --separate-stderr keys-parse -b lab7 "$AMT_VECTORS/setupbin/v2-utf8-password.bin"
	[[ "$stderr" == *"new MEBx password has a character that is not printable ASCII" ]]
}

@test "columns have the names that such lists give them" {
	local names
	for names in 'AMT_PID;AMT-PPS;Factory Password;New MEBx Password' \
		'PID (Provisioning ID);PPS (Provisioning Passphrase);MEBx;admin_password' \
		'TLS-PSK PID;TLS PSK PPS;Password;NEW_PASSWORD' \
		'psk pid;PSK.PPS;Initial password;New Password'; do
		printf '%s\n%s;%s;admin;P@ssw0rd\n' "$names" $pid $pps >list
		run -0 --separate-stderr keys-parse -b lab7 list
		[ -z "$stderr" ]
		[ "$(keys)" = $'0000037M\tadmin\tP@ssw0rd\tnew\t' ]
	done
}

@test "a column of passwords that nobody knows is told without -v, others are not" {
	printf 'pid,pps,colour\n%s,%s,red\n' $pid $pps >quiet.csv
	run -0 --separate-stderr keys-parse -b lab7 quiet.csv
	[ -z "$stderr" ]
	printf 'pid,colour,pps,BIOS Passwd\n%s,red,%s,P@ssw0rd\n' $pid $pps >lost.csv
	run -0 --separate-stderr keys-parse -b lab7 lost.csv
	[ "$stderr" = 'keys-parse: lost.csv:1: notice: column "BIOS Passwd" has no meaning here and is not taken (keyscsv(5) has the names)' ]
	[ "$(keys)" = $'0000037M\t\t\tnew\t' ]
}

@test "PID and PPS alone need no header, and each row is checked" {
	printf '%s;%s\n0000-037N;%s\nabcdefg8;%s\n' $pid $pps $pps "${pps//-/}" >pairs
	run -65 --separate-stderr keys-parse -b lab7 pairs
	[[ "$stderr" == "keys-parse: pairs:2: "*"check"* ]]
	[ "$(keys | cut -f 1 | xargs)" = "0000037M ABCDEFG8" ]
	printf 'lab,seven\n%s,%s\n' $pid $pps >other
	run -65 keys-parse -b lab7 other
}

@test "what spreadsheets add is no harm: sep=, and separators at the end of rows" {
	printf 'sep=;\r\npid;pps;used\r\n%s;%s;no;;\r\nABCDEFG8;%s;yes;;x\r\n' \
		$pid $pps $pps >excel.csv
	run -65 --separate-stderr keys-parse -b lab7 excel.csv
	[[ "$stderr" == *"excel.csv:4: "*"row has the wrong number of fields (got 5, expected 3)" ]]
	[ "$(keys)" = $'0000037M\t\t\tnew\t' ]
}

@test "beside the lists of a bundle, letters and what a Mac leaves are skipped with a notice" {
	mkdir __MACOSX
	printf 'pid,pps\n%s,%s\n' $pid $pps >keys.csv
	printf 'Dear customer,\nhere are your keys, as ordered.' >readme.txt
	printf '\0\5\26\7\0\2\0\0Mac OS X' >__MACOSX/._keys.csv
	printf '\0\0\0\1Bud1\0\0' >.DS_Store
	printf '%%PDF-1.4\n\0\1\2' >order.pdf
	printf '<html><body>PID</body></html>' >page.html
	zip -q oem.zip readme.txt keys.csv __MACOSX/._keys.csv .DS_Store order.pdf page.html
	bundle-open oem.zip >tar
	run -0 --separate-stderr keys-parse -b lab7 tar
	[ "$(keys)" = $'0000037M\t\t\tnew\t' ]
	[ "$(grep -c 'notice: skipped: ' <<<"$stderr")" = 5 ]
	[[ "$stderr" == *"oem.zip:readme.txt:1: notice: skipped: not a key list"* ]]
	[[ "$stderr" == *"oem.zip:page.html: notice: skipped: a web page (HTML)"* ]]
}

@test "a bundle without any list, and one with a damaged list, are refused whole" {
	printf 'Dear customer, no keys today.\n' >readme.txt
	zip -q none.zip readme.txt
	bundle-open none.zip >tar
	run -65 --separate-stderr keys-parse -b lab7 tar
	[[ "$stderr" == *"keys-parse: none.zip: there is no key list in it" ]]
	[[ "$output" != *@end* ]]
	printf 'pid,pps\n%s,%s\n' $pid $pps >keys.csv
	iconv -t UTF-16 keys.csv >second.csv
	zip -q damaged.zip keys.csv second.csv
	bundle-open damaged.zip >tar
	run -65 --separate-stderr keys-parse -b lab7 tar
	[[ "$stderr" == *"damaged.zip:second.csv:1: file is UTF-16"* ]]
	[[ "$output" != *@end* ]]
}

@test "XML may have a key for its root, and values as attributes of elements" {
	local list
	for list in "<key pid='$pid' pps='$pps' mebx-now='admin'/>" \
		"<Machine><PID>$pid</PID><PPS>$pps</PPS><Password>admin</Password></Machine>" \
		"<keys order='4711'><note>list</note><key><pid value='$pid'/><pps Value=' $pps '/><mebx value='admin'/></key></keys>" \
		"<s:keys xmlns:s='urn:x'><s:entry s:default_password='admin'><s:Psk s:Pid='$pid' s:Pps='$pps'/></s:entry></s:keys>"; do
		echo "$list" >list.xml
		run -0 --separate-stderr keys-parse -b lab7 list.xml
		[ -z "$stderr" ]
		[ "$(keys)" = $'0000037M\tadmin\t\tnew\t' ]
	done
	# A list without any end of its keys is one key with two values.
	echo "<keys><pid>$pid</pid><pps>$pps</pps><pid>$pid</pid><pps>$pps</pps></keys>" >flat.xml
	run -65 --separate-stderr keys-parse -b lab7 flat.xml
	[[ "$stderr" == *"a key has two values of one meaning"* ]]
}
