#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	tmp=$BATS_TEST_TMPDIR
}

# hostile MESSAGE: what is in $tmp/bad.xml is refused whole with that, in a
# second and 64 MB; sanitizers need more of both.
hostile() {
	local limits='ulimit -t 1 -v 65536'
	! grep -qa __asan_init "$(command -v keys-parse)" || limits=:
	run -65 --separate-stderr bash -c "$limits; keys-parse -b lab7 <'$tmp/bad.xml'"
	[ "$stderr" = "keys-parse: <stdin>:$1" ]
	[[ "$output" != *@end* ]]
}

@test "a list of our own schema becomes keys with their notes" {
	run -0 --separate-stderr keys-parse -v -b lab7 keys/lab7.xml
	[ "$stderr" = "keys-parse: keys/lab7.xml: XML; keys: 3; of them used: 1; keys refused: 0" ]
	[ "${lines[1]}" = $'XMLA001J\t23O01ARGVVEPNJPGXGXVUILI8PX8NRED\tadmin\tP@ssw0rd-1\tlab7\tlab7.xml\tnew\tserial=SN-0001\tkeys/lab7.xml:3' ]
	[ "$(cut -f 7,8 <<<"${lines[2]}")" = $'used\t' ]
	[ "$(cut -f 8 <<<"${lines[3]}")" = "serial=SN-0003; order=17" ]
}

@test "the schema that is shipped accepts the sample and not the loose one" {
	xmllint --noout --relaxng "$AMT_TEST_ROOT/formats/keys/keysxml.rng" keys/lab7.xml
	run -3 xmllint --noout --relaxng "$AMT_TEST_ROOT/formats/keys/keysxml.rng" keys/loose.xml
}

@test "other spellings, values as elements, and prefixes are read as well" {
	run -0 --separate-stderr keys-parse -b lab7 keys/loose.xml
	[ "$(cut -f 1,4,7,8 <<<"$output" | sed '1d;$d')" = $'XMLA001J\tP@ss<w0rd\tnew\tserial=SN-0001
XMLA002K\t\tused\t
XMLA003L\tP@ss<w0rd\tnew\tmac=02:00:00:00:00:01; asset=A-17
XMLA004M\t\tnew\t' ]
	run -0 --separate-stderr keys-parse -b lab7 <<<'<x:keys><x:key x:pid="XMLA001J" PPS="23O01ARGVVEPNJPGXGXVUILI8PX8NRED"/></x:keys>'
	[ "${lines[2]}" = $'@end\t1\t0' ]
}

@test "bad keys are refused by line and PID, the good ones come out" {
	cat >"$tmp/some.xml" <<-'EOF'
	<keys version="1">
	<key pid="XMLA001K" pps="23O01ARGVVEPNJPGXGXVUILI8PX8NRED"/>
	<key pid="XMLA002K"/>
	<key pid="XMLA002K" PID="x" pps="8RDQS5LWKQ8WTNNOQ1PUDRAZ8HQT6I72"/>
	<key pid="XMLA002K" pps="8RDQS5LWKQ8WTNNOQ1PUDRAZ8HQT6I72"/>
	<key pid="XMLA002K" pps="8RDQS5LWKQ8WTNNOQ1PUDRAZ8HQT6I72"/>
	</keys>
	EOF
	run -65 --separate-stderr keys-parse -b lab7 "$tmp/some.xml"
	[ "${stderr//$tmp\//}" = "keys-parse: some.xml:2: PID XMLA001K: its check character is wrong (got K, expected J)
keys-parse: some.xml:3: PID XMLA002K: PPS is empty
keys-parse: some.xml:4: a key has two values of one meaning
keys-parse: some.xml:6: PID XMLA002K came before with the same PPS, in some.xml:5; that one is kept" ]
	[ "${lines[2]}" = $'@end\t1\t4' ]
}

@test "entity bombs, external entities and document types are refused, and nothing is opened" {
	printf '<!DOCTYPE k [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<keys><key pid="&b;"/></keys>' >"$tmp/bad.xml"
	hostile '1: a document type (<!DOCTYPE) is not taken here'
	printf '<?xml version="1.0"?>\n<!DOCTYPE k SYSTEM "file:///etc/passwd">\n<keys/>' >"$tmp/bad.xml"
	hostile '2: a document type (<!DOCTYPE) is not taken here'
	printf '<!DOCTYPE k [<!ENTITY e SYSTEM "/etc/shadow"> %%e; ]><keys>&e;</keys>' >"$tmp/bad.xml"
	hostile '1: a document type (<!DOCTYPE) is not taken here'
	grep -qa __asan_init "$(command -v keys-parse)" || {
		strace -f -e trace=open,openat -o "$tmp/calls" keys-parse -b lab7 "$tmp/bad.xml" >/dev/null 2>&1 || true
		grep -q "bad.xml" "$tmp/calls"
		run -1 grep -e passwd -e shadow -e catalog -e O_WRONLY -e O_RDWR -e O_CREAT "$tmp/calls"
	}
	printf '<keys>\n<key pid="&nbsp;"/></keys>' >"$tmp/bad.xml"
	hostile '2: not XML: a plain & must be written &amp;, and other entities are not taken here'
}

@test "quadratic attributes and name spaces, depth and endless tags are refused early" {
	{ printf '<keys>\n<key '; seq -f 'a%.0f="1"' 1 1000; echo '/></keys>'; } | tr '\n' ' ' >"$tmp/bad.xml"
	hostile '1: an element has too many attributes (expected up to 64)'
	{ printf '<keys>\n<key '; seq -f 'xmlns:a%.0f="1"' 1 900; echo '/></keys>'; } >"$tmp/bad.xml"
	hostile '902: an element has too many attributes (expected up to 64)'
	{ printf '<keys>\n<key '; seq -f 'a%.0f="1"' 1 1000000; } >"$tmp/bad.xml"
	hostile '1750: a tag or text is too long (more than 16384 bytes)'
	{ seq -f '<a%.0f>' 1 100000; } >"$tmp/bad.xml"
	hostile '17: elements are nested too deep (expected up to 16)'
}

@test "a line of 1 GB is refused early, in XML and in CSV" {
	for start in '<keys><key pid="' '<!-- ' '<keys>' 'pid,pps
"' 'pid,pps
'; do
		run -65 --separate-stderr timeout 20 bash -c \
			"{ printf '%s' '$start'; yes aaaaaaaaaaaaaaaa | tr -d '\\n' | head -c 1000000000; } |
			keys-parse -b lab7 2>'$tmp/err' >/dev/null; exit \${PIPESTATUS[1]}"
		cat "$tmp/err"
		grep -q 'keys-parse: <stdin>:[12]: .*\(too long\|longer\|never closed\)' "$tmp/err"
	done
}

@test "NUL bytes, UTF-16, Latin-1 and broken markup are refused with their line" {
	printf '<keys>\n<key \0pid="x"/></keys>' >"$tmp/bad.xml"
	hostile '2: a NUL byte in the file (is it UTF-16? expected UTF-8)'
	iconv -f UTF-8 -t UTF-16LE keys/lab7.xml >"$tmp/bad.xml"
	hostile '1: a NUL byte in the file (is it UTF-16? expected UTF-8)'
	printf '<keys>\n<key note="\344"/></keys>' >"$tmp/bad.xml"
	hostile '2: not XML: the markup is broken, or it is not UTF-8'
	printf '<keys>\n<key></keys>' >"$tmp/bad.xml"
	hostile '2: not XML: the markup is broken, or it is not UTF-8'
	printf '<keys></keys>' >"$tmp/bad.xml"
	hostile ' no keys in it (expected elements <key> with pid and pps)'
}

@test "UTF-16 with its byte order mark is read as UTF-8 is" {
	sed 's/SN-0001/Müller 🖥/' keys/lab7.xml >"$tmp/list.xml"
	keys-parse -b lab7 "$tmp/list.xml" >"$tmp/want"
	grep -q 'Müller 🖥' "$tmp/want"
	cp "$tmp/list.xml" "$tmp/utf8.xml"
	for to in LE:'\xff\xfe' BE:'\xfe\xff'; do
		{
			printf "${to#*:}"
			sed 's/"UTF-8"/"UTF-16"/' "$tmp/utf8.xml" | iconv -f UTF-8 -t "UTF-16${to%%:*}"
		} >"$tmp/list.xml"
		keys-parse -b lab7 "$tmp/list.xml" >"$tmp/got"
		diff "$tmp/want" "$tmp/got"
		# Through a pipe, and without the XML declaration.
		keys-parse -b lab7 <"$tmp/list.xml" | sed 's/<stdin>/list.xml/g' | cut -f 1-8 | diff <(cut -f 1-8 "$tmp/want") -
		{ printf "${to#*:}"; sed 1d "$tmp/utf8.xml" | iconv -f UTF-8 -t "UTF-16${to%%:*}"; } >"$tmp/bare.xml"
		run -0 --separate-stderr keys-parse -b lab7 "$tmp/bare.xml"
		[ "${lines[4]}" = $'@end\t3\t0' ]
	done
}

@test "UTF-16 that is damaged or no list is refused with what is wrong" {
	size=$(iconv -f UTF-8 -t UTF-16 keys/lab7.xml | wc -c)
	for n in 1 2 3 40 401 $((size - 5)) $((size - 1)); do
		iconv -f UTF-8 -t UTF-16 keys/lab7.xml | head -c "$n" >"$tmp/cut.xml"
		run -65 --separate-stderr keys-parse -b lab7 "$tmp/cut.xml"
		[[ "$output" != *@end* ]]
	done
	[ "${stderr//$tmp\//}" = "keys-parse: cut.xml:$(wc -l <keys/lab7.xml): XML ends early (was the file cut off?)" ]
	printf '\xff\xfe<\0k\0>\0\0\xd8<\0/\0k\0>\0' >"$tmp/bad.xml"
	hostile '1: not UTF-16LE: half a character stands alone here or in what follows'
	printf '<keys>\n<key \0pid="x"/></keys>' | iconv -f UTF-8 -t UTF-16 >"$tmp/bad.xml"
	hostile '2: a NUL byte in the file (is it UTF-16? expected UTF-8)'
	printf '<!DOCTYPE k SYSTEM "file:///etc/passwd"><keys/>' | iconv -f UTF-8 -t UTF-16 >"$tmp/bad.xml"
	hostile '1: a document type (<!DOCTYPE) is not taken here'
	printf '<html><table/></html>' | iconv -f UTF-8 -t UTF-16 >"$tmp/bad.xml"
	hostile ' is a web page (HTML): open it and save the table as CSV UTF-8'
}

@test "a list cut at any byte never ends well" {
	size=$(stat -c %s keys/lab7.xml)
	for n in 1 20 100 200 $((size / 2)) $((size - 20)) $((size - 8)) $((size - 2)); do
		head -c "$n" keys/lab7.xml >"$tmp/cut.xml"
		run -65 --separate-stderr keys-parse -b lab7 "$tmp/cut.xml"
		[[ "$output" != *@end* ]]
	done
}
