# --help of every command: its options, a line each.
bats_require_minimum_version 1.5.0
load common

# What each program says, in help/NAME of the file's folder.
setup_file() {
	local page name
	set +T
	mkdir "$BATS_FILE_TMPDIR/help"
	for page in $(pages); do
		name=${page##*/} name=${name%.1}
		"$name" --help >"$BATS_FILE_TMPDIR/help/$name"
	done
}

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

# options_missing: commands and options that --help does not have; sets seen.  No
# loop of a test itself, where bats looks at each command.
options_missing() {
	local page name help source option line
	seen=0
	for page in $(pages); do
		name=${page##*/} name=${name%.1}
		help=$(<"$BATS_FILE_TMPDIR/help/$name")
		[ "$("$name" -h)" = "$help" ] || echo "$name -h"
		source=${page%.1}
		[ -e "$source" ] || source=$source.c
		for option in $(options_of "$source" | sort -u); do
			# On a line of the list, which begins with two blanks.
			line=$'\n  ([^ ][^\n]*, )?'$option$'[ ,\n]'
			[[ $'\n'$help$'\n' =~ $line ]] || echo "$name: $option"
			seen=$((seen + 1))
		done
	done
}

@test "each option that a command takes has its line in --help, and -h is --help" {
	options_missing >missing
	[ ! -s missing ] || { cat missing; false; }
	[ "$seen" -gt 250 ]
}

@test "a line is an option and what it does, and fits a wide terminal" {
	pages | sed -E "s|.*/(.*)[.]1|$AMT_TEST_BUILD/share/amtbatch/help/\1|" | xargs wc -L | awk '$1 > 132' >wide
	[ ! -s wide ] || { cat wide; false; }
	(cd "$BATS_FILE_TMPDIR/help" && awk '
		function ended() { if (name != "" && last != "See " name "(1).") print name ": its end: " last }
		FNR == 1 { ended(); name = FILENAME; list = 0 }
		{ last = $0 }
		/^$/ { list = 1 }
		!list || !/^  [^ ]/ { next }
		/^  [^ ]+$/ || /\\/ || /\.[A-Z][a-z] / { print name ": " $0 }
		!match($0, /^  (-[^ ]|[a-z]+ )/) || length($0) < RLENGTH + 22 { print name ": says nothing: " $0 }
		{ count++ }
		END { ended(); if (count <= 250) print "only", count + 0, "lines" }' *) >bad
	[ ! -s bad ] || { cat bad; false; }
	run -0 amt-report -h
	[[ "$output" = *$'\n'"  -o dir                   Where the reports go; made when missing; default reports in the site"$'\n'* ]]
}

# cut_sentences: pages whose help has other words than the table of completion,
# where each option is on one line
cut_sentences() {
	local page name whole words
	for page in $(pages); do
		name=${page##*/} name=${name%.1}
		awk -v table=1 -f "$AMT_TEST_ROOT/stages/lib/options.awk" "$page" >table
		read -rd '' -a whole <table || true
		read -rd '' -a words <"$AMT_TEST_BUILD/share/amtbatch/help/$name" || true
		[ "${whole[*]}" = "${words[*]}" ] || echo "$page"
	done
}

@test "no sentence is cut: what does not fit goes on below" {
	cut_sentences >cut
	[ ! -s cut ] || { cat cut; false; }
	[ "$(grep -l '^ \{27\}[^ ]' "$AMT_TEST_BUILD"/share/amtbatch/help/* | wc -l)" -gt 10 ]
}

@test "a command's command has help too, and wins over what is missing" {
	run -0 amt-cert check --help
	[[ "$output" = *$'\n'"  --domain domain          The machines' DNS suffix"$'\n'* ]]
	run -0 amt-profile show -h
	run -0 amt-hello --import -h
	run -0 --separate-stderr amt-export -h
	[ "$stderr" = "" ]
}
