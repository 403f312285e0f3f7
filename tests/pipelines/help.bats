# --help of every command: its options, a line each.
bats_require_minimum_version 1.5.0
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
}

# pages: each program's page
pages() {
	ls "$AMT_TEST_ROOT"/bin/*.1 "$AMT_TEST_ROOT"/stages/*/*.1
}

# options_of SOURCE: what a program's or script's source says that it takes, one
# a line
options_of() {
	case $1 in
	*.c) options_of_c "$1" ;;
	*) awk -v q="'" '
		sub("^[ \\t]*options " q, "") { on = 1 }
		on { on = !sub(q ".*", ""); print }' "$1" | tr ' \t' '\n\n' |
		sed -nE 's/^([A-Za-z0-9,-]+)[:=].*/\1/p' | tr , '\n' |
		sed -E 's/^.$/-&/; t; s/^/--/' ;;
	esac
}

options_of_c() {
	tr -d '\n' <"$1" | grep -oE 'stage_getopt\([^;{]*' | grep -oE '"[^"]*"' | head -n 1 |
		tr -d '"+:-' | grep -o . | sed 's/^/-/'
	grep -oE '\{ "[a-z0-9-]+", (no|required|optional)_argument' "$1" | sed -E 's/.*"(.*)".*/--\1/'
}

@test "each option that a command takes has its line in --help, and -h is --help" {
	seen=0
	for page in $(pages); do
		name=$(basename "$page" .1)
		"$name" --help >help
		"$name" -h | diff help -
		source=${page%.1}
		[ -e "$source" ] || source=$source.c
		for option in $(options_of "$source" | sort -u); do
			# On a line of the list, which begins with two blanks.
			grep -qE "^  ([^ ].*, )?$option([ ,]|\$)" help || echo "$name: $option"
			seen=$((seen + 1))
		done
	done >missing
	[ ! -s missing ] || { cat missing; false; }
	[ "$seen" -gt 250 ]
}

@test "a line is an option and what it does, and fits a wide terminal" {
	count=0
	for page in $(pages); do
		name=$(basename "$page" .1)
		"$name" --help >help
		[ "$(wc -L <"$AMT_TEST_BUILD/share/amtbatch/help/$name")" -le 132 ]
		[ "$(tail -n 1 help)" = "See $name(1)." ]
		sed -n '/^$/,$p' help | grep '^  [^ ]' >lines || continue
		run ! grep -nE '^  [^ ]+$|\\|\.[A-Z][a-z] ' lines
		[ "$(grep -cE '^  (-[^ ]|[a-z]+ ).{22,}' lines)" = "$(wc -l <lines)" ]
		count=$((count + $(wc -l <lines)))
	done
	[ "$count" -gt 250 ]
	run -0 amt-report -h
	[[ "$output" = *$'\n'"  -o dir                   Where the reports go; made when missing; default reports in the site"$'\n'* ]]
}

@test "no sentence is cut: what does not fit goes on below" {
	wrapped=0
	for page in $(pages); do
		# The table of completion has it on one line.
		awk -v table=1 -f "$AMT_TEST_ROOT/stages/lib/options.awk" "$page" |
			tr -s ' \t\n' ' ' >whole
		tr -s ' \n' ' ' <"$AMT_TEST_BUILD/share/amtbatch/help/$(basename "$page" .1)" |
			sed 's/^ //' | cmp - whole || { echo "$page"; false; }
		! grep -q '^ \{27\}[^ ]' "$AMT_TEST_BUILD/share/amtbatch/help/$(basename "$page" .1)" ||
			wrapped=$((wrapped + 1))
	done
	[ "$wrapped" -gt 10 ]
}

@test "a command's command has help too, and wins over what is missing" {
	run -0 amt-cert check --help
	[[ "$output" = *$'\n'"  --domain domain          The machines' DNS suffix"$'\n'* ]]
	run -0 amt-profile show -h
	run -0 amt-hello --import -h
	run -0 --separate-stderr amt-export -h
	[ "$stderr" = "" ]
}
