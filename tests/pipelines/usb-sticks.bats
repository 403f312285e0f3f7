load common
load ../stages/usb

# The whole way with sticks on USB, made of files.

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	usb_setup
	export AMT_SITE=$PWD/site
	amt-init >/dev/null
	truncate -s 40M red.img blue.img
	red=red.img,serial=RED1 blue=blue.img,serial=BLUE2
}

sql() {
	sqlite3 site/site.db "$@"
}

@test "two sticks are written, used, collected and wiped" {
	run -0 with $red $blue -- amt-sticks -b lab7 -g -n 7 -m 4 --yes --usb RED1 --usb BLUE2
	[[ "$output" == *"LAB7-1: written to RED1, and read back
LAB7-2: written to BLUE2, and read back"* ]]
	bios -n 3 red.img >/dev/null
	bios -z -n 1 blue.img >/dev/null
	run -0 --separate-stderr with $red $blue -- amt-sticks --collect --usb RED1 --usb BLUE2
	[ "$(grep -v '^not taken' <<<"$output")" = "LAB7-1: 4 records, 3 taken by machines (3 new), 1 not taken
LAB7-2: 3 records, 1 taken by machines (1 new), 2 not taken" ]
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 2')" = 4 ]
	store-dump -d site -k keys --reveal | awk -F'\t' '!/^@/ { print $2; print $4 }' >secrets
	run -0 grep -qaFf secrets red.img
	run -0 with $red $blue -- amt-sticks --wipe --yes --usb RED1
	[[ "$output" == *"RED1: SETUP.BIN overwritten and read back"* ]]
	run -1 grep -qaFf secrets red.img
	run -0 grep -qaFf secrets blue.img
	run -0 with $red $blue -- amt-sticks --collect --usb RED1
	[[ "$output" == *"SETUP.BIN is wiped: no record is left"* ]]
	[ -z "$(find site/sticks -name '.*')" ]
}

@test "a stick that has other partitions is collected and wiped, and they stay as they are" {
	run -0 with $red -- amt-sticks -b lab7 -g -n 3 --yes --usb RED1 -o lab7.img -s 16
	rm -f red.img && truncate -s 48M red.img
	printf 'label: gpt\nstart=2048, size=16384, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\nstart=18432, size=32768, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\nstart=51200, size=40960\n' | sfdisk -q red.img
	noise theirs 8M
	dd if=theirs of=red.img bs=1M seek=1 conv=notrunc status=none
	dd if=theirs of=red.img bs=1M seek=26 conv=notrunc status=none
	dd if=lab7.img of=red.img bs=1M seek=9 conv=notrunc status=none
	cp red.img before.img
	run -0 with $red -- amt-sticks --collect --usb RED1
	[[ "$output" == *"LAB7-1: 3 records, 0 taken by machines (0 new), 3 not taken"* ]]
	cmp red.img before.img
	run -0 with $red -- amt-sticks --wipe --yes --usb RED1
	[[ "$output" == *"RED1: SETUP.BIN overwritten and read back"* ]]
	stick-wipe before.img
	cmp red.img before.img
	[ "$(fatimage-read red.img | tr -d '\0' | wc -c)" = 0 ]
}

@test "what fails on USB changes no key: the image is there, and goes onto another" {
	run -74 with red.img,serial=RED1,gone:20 -- amt-sticks -b lab7 -g -n 3 --yes --usb RED1 -o lab7.img
	[[ "$output" == *"not on its stick; the image is there: usb-write -s SERIAL"* ]]
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 1')" = 3 ]
	run -0 with $blue -- usb-write -s BLUE2 --yes lab7.img
	fatimage-read blue.img | cmp - <(fatimage-read lab7.img)
	# Reading fails: nothing is known, nothing changes.
	run ! with blue.img,serial=BLUE2,gone:10 -- amt-sticks --collect --usb BLUE2
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 1')" = 3 ]
	# Protected: collected, not wiped.
	run -74 with blue.img,serial=BLUE2,protected -- amt-sticks --wipe --yes --usb BLUE2
	[ -z "$(find site/sticks -name '.*')" ]
	fatimage-read blue.img | cmp - <(fatimage-read lab7.img)
}

@test "as many sticks as are needed have to be named, before a key is issued" {
	run -64 --separate-stderr with $red -- amt-sticks -b lab7 -g -n 7 -m 4 --yes --usb RED1
	[[ "$stderr" == *"2 sticks are needed, 1 were named with --usb; no key issued"* ]]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
	run -64 amt-sticks -b lab7 -g -n 7 some.img
}
