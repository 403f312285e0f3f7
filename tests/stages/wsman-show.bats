#!/usr/bin/env bats
# slow
# once
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

# Every recorded reply, read twice: by wsman_decode and by xmllint.

# The elements below the body's first one, as wsman-show prints them, taken
# from xmllint's own indentation.  Of an enumeration only what is in Items.
seen_by_xmllint() {
	tr '\r\n' '  ' <"$1" | xmllint --noblanks - | xmllint --format - | awk '
		/^  <[A-Za-z]*:?Body[ >\/]/ { body = 1; next }
		!body || !/^    / { next }
		{
			match($0, /^ */)
			depth = RLENGTH / 2
			line = substr($0, RLENGTH + 1)
		}
		line ~ /^<\// { if (depth == 3) items = 0; next }
		{
			name = line
			sub(/^<[^ :>\/]*:/, "", name)
			sub(/^</, "", name)
			sub(/[ >\/].*/, "", name)
		}
		depth == 2 {
			enumeration = name == "PullResponse" || name == "EnumerateResponse"
			next
		}
		enumeration && depth == 3 { items = name == "Items"; next }
		enumeration && !items { next }
		{
			value = ""
			if (line ~ /<\/[^>]*>$/) {
				value = line
				sub(/^<[^>]*>/, "", value)
				sub(/<\/[^>]*>$/, "", value)
				gsub(/^[ \t]+|[ \t]+$/, "", value)
			}
			# the prefix of a qualified name is not kept
			if (name == "Value" && value ~ /:/)
				sub(/^[^:]*:/, "", value)
			printf "%*s%s\t%s\n", depth - (enumeration ? 4 : 3), "", name, value
		}' | sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g'
}

head_by_xmllint() {
	local nl=$'\n'
	xmllint --xpath "concat(
		local-name(/*/*[local-name()='Body']/*[1]), '$nl',
		namespace-uri(/*/*[local-name()='Body']/*[1]), '$nl',
		normalize-space(/*/*[local-name()='Header']/*[local-name()='Action']), '$nl',
		normalize-space(/*/*[local-name()='Header']/*[local-name()='RelatesTo']))" "$1"
}

# A chunk of n bytes follows its size; the sizes are four digits and CR LF.
unchunk() {
	local at=1 size
	while size=$((16#$(tail -c "+$at" "$1" | head -c 4 | tr -cd 0-9A-F))) && [ "$size" != 0 ]; do
		tail -c "+$((at + 6))" "$1" | head -c "$size"
		at=$((at + 6 + size + 2))
	done
}

# both_see FILE REPLY: REPLY is FILE without its chunks
both_see() {
	{
		head_by_xmllint "$2"
		seen_by_xmllint "$2"
	} >"$BATS_TEST_TMPDIR/expected"
	wsman-show "$1" | tail -n +2 >"$BATS_TEST_TMPDIR/got"
	diff -u "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/got" || {
		echo "$1"
		return 1
	}
}

@test "of our own replies every item is what xmllint sees" {
	for f in get enumerate pull return fault empty-body; do
		both_see "$AMT_TEST_ROOT/tests/corpus/wsman/$f" "$AMT_TEST_ROOT/tests/corpus/wsman/$f"
	done
}

@test "of every recorded reply class, Action, RelatesTo and items are what xmllint sees" {
	[ -n "$AMT_VECTORS" ] || skip "AMT_VECTORS is empty"
	n=0
	while read -r f; do
		reply=$BATS_TEST_TMPDIR/reply.xml
		case $f in
		*.xml) cp "$f" "$reply" ;;
		*.chunked) unchunk "$f" >"$reply" ;;
		esac
		both_see "$f" "$reply"
		n=$((n + 1))
	done < <(find "$AMT_VECTORS/wsman/responses" -name '*.xml' ! -path '*/malformed/*' \
		-o -name '*.chunked' ! -path '*/malformed/*')
	[ "$n" -ge 200 ]
}

@test "a malformed reply is refused with the line that xmllint names" {
	[ -n "$AMT_VECTORS" ] || skip "AMT_VECTORS is empty"
	for f in "$AMT_VECTORS"/wsman/responses/malformed/*.xml; do
		line=$(xmllint --noout "$f" 2>&1 | sed -n '1s/^[^:]*:\([0-9]*\):.*/\1/p')
		run -65 --separate-stderr wsman-show "$f"
		[ "$output" = "" ]
		[[ $stderr == "wsman-show: $f:$line: not well-formed XML: "* ]]
	done
}

@test "a web server's page in place of a reply is refused" {
	[ -n "$AMT_VECTORS" ] || skip "AMT_VECTORS is empty"
	for f in "$AMT_VECTORS"/wsman/responses/rps/http.response40?.http; do
		run -65 --separate-stderr wsman-show "$f"
		[[ $stderr == "wsman-show: $f:1: "* ]]
	done
}
