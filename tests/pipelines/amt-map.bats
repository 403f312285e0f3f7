load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	samples=$AMT_TEST_BUILD/samples/map
	cp "$samples/inventory.csv" .
	amt-init -d site >/dev/null
}

# The indented lines below <!-- NAME --> of the README.
readme() {
	sed -n "/<!-- $1 -->/,/<!-- end of walk -->/s/^    //p" "$AMT_TEST_ROOT/README.md"
}

entries() {
	store-dump -d site -k map | sed '1d; /^@/d' | cut -f 1-3
}

@test "the map's walk of the README runs as it stands, in three commands" {
	readme "map walk" >walk.sh
	[ "$(grep -vc '^#' walk.sh)" = 3 ]
	# What is wrong with rows is an answer too: 65, and the next one runs.
	run -0 --separate-stderr bash walk.sh
	[ "$(entries | cut -f 2)" = $'xn--bro5-0ra.lab7.example.com\npc-0001.lab7.example.com\npc-0002.lab7.example.com' ]
	[[ "$output$stderr" != *"usage:"* ]]
}

@test "samples show all that amt-map says, and the README some lines of it" {
	run -65 --separate-stderr amt-map -n --domain lab7.example.com inventory.csv
	[ "$output" = "" ]
	printf '%s\n' "$stderr" >said
	diff said "$AMT_TEST_ROOT/samples/walks/map.txt"
	readme 'map says' >shown
	[ "$(wc -l <shown)" -ge 3 ]
	[ "$(grep -cxFf shown said)" = "$(wc -l <shown)" ]
}

@test "-n needs no site and changes none" {
	run -65 --separate-stderr amt-map -n -d none inventory.csv
	[ "$(entries)" = "" ]
	run -65 --separate-stderr amt-map --dry-run -d site --domain a.example inventory.csv
	[ "$(entries)" = "" ]
}

@test "options reach both files, each its own columns" {
	sed 's/Serial No/Inventarnummer/' "$samples/serial-uuid.csv" >a.csv
	run -0 --separate-stderr amt-map -d site -s lab --columns key=Inventarnummer --columns key=2 a.csv "$samples/serial-name.csv"
	[ "$(entries | sort)" = $'6513270e-269e-4d37-b2a7-4de452e6b438\tpc-0001.lab7.example.com\tlab\nd23f0824-128b-4f33-8c5c-7fd0a6a3a450\tpc-0002.lab7.example.com\tlab' ]
	run -64 --separate-stderr amt-map -d site --columns key=1 --columns key=2 --columns key=3 a.csv
	[[ "$stderr" = "usage: amt-map "* ]]
}

@test "standard input is read, in the encoding that is named" {
	tail -c +4 inventory.csv | sed '/000[34]/d' | iconv -f utf-8 -t latin1 >old.csv
	run -0 --separate-stderr amt-map -d site --encoding latin-1 --domain lab7.example.com - <old.csv
	[[ "$stderr" = *"<stdin>: Latin-1, separated by semicolons"* ]]
	[ "$(entries | wc -l)" = 3 ]
}

@test "a wrong value of an option is wrong usage, and told once" {
	printf 'uuid,fqdn\n6513270e-269e-4d37-b2a7-4de452e6b438,pc1.example.com\n' >one.csv
	for words in '--columns foo=1 one.csv' '--encoding ebcdic one.csv' '--domain x_y one.csv' '--dns --server zz'; do
		# shellcheck disable=SC2086 # words
		run -64 --separate-stderr amt-map -d site $words
		[ "${#stderr_lines[@]}" = 1 ]
	done
}

@test "a file that is none, too many files and an unknown option have a status of their own" {
	run -66 --separate-stderr amt-map -d site none.csv
	[ "$stderr" = "amt-map: none.csv: no such file, or not readable" ]
	run -64 --separate-stderr amt-map -d site inventory.csv inventory.csv inventory.csv
	run -64 --separate-stderr amt-map --none inventory.csv
	run -66 --separate-stderr amt-map -d none inventory.csv
	[ "$stderr" = "amt-map: none: no site here; make one with: amt-init -d none" ]
}

@test "files that make no map leave the site as it was" {
	printf 'a,b\n1,2\n' >bad.csv
	run -65 --separate-stderr amt-map -d site bad.csv
	[[ "$stderr" = *"not a map (got columns for: none of them; expected two of UUID, resource and name; --columns says which is which)"* ]]
	[ "$(entries)" = "" ]
}
