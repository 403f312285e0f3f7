load common

# A day in the lab: sticks for fifty machines, which take records as a BIOS
# does, and the sticks come back.

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
	keys-make -b lab7 -n 60 | store-load -d site
}

states() {
	store-dump -d site -k batches | grep -v '^@' | cut -f 2-
}

# All that the store has, in one hash.
content() {
	sql .dump | sha256sum
}

@test "fifty machines, 37 records taken: states, the list of 13, and twice is once" {
	amt-sticks -b lab7 -n 50 -m 20 -o lab7.img >made
	[ "$(wc -l <made)" = 3 ]
	[ "$(states)" = $'10\t50\t0\t0\t0\t0' ]
	# 20 on the first stick, 17 on the second, none on the third.
	bios -n 20 lab7-1.img >/dev/null
	bios -n 17 lab7-2.img >/dev/null
	run -0 --separate-stderr amt-sticks --collect lab7-1.img lab7-2.img lab7-3.img
	[ -z "$stderr" ]
	[ "$(states)" = $'10\t13\t37\t0\t0\t0' ]
	[ "$(grep -c '^not taken: record ' <<<"$output")" = 13 ]
	[ "$(grep -v '^not taken' <<<"$output")" = "LAB7-1: 20 records, 20 taken by machines (20 new), 0 not taken
LAB7-2: 20 records, 17 taken by machines (17 new), 3 not taken
LAB7-3: 10 records, 0 taken by machines (0 new), 10 not taken" ]
	[[ "$output" == *"not taken: record 18, PID "* ]]
	# Just those whose records were taken, by a reader that is not ours.
	store-dump -d site -k records | awk -F'\t' '!/^@/ && $5 == "consumed" { print $1, $2 }' >taken
	{ seq -f 'LAB7-1 %g' 20; seq -f 'LAB7-2 %g' 17; } | diff - taken
	[ "$(sql "SELECT count(*) FROM key_history WHERE state = 2 AND cause LIKE 'stick LAB7-_, record %, read back'")" = 37 ]
	content >before
	SOURCE_DATE_EPOCH=2000000000 amt-sticks --collect lab7-1.img lab7-2.img lab7-3.img >second
	content | diff before -
	grep -q 'LAB7-1: 20 records, 20 taken by machines (0 new), 0 not taken' second
	# The next day five more.
	bios -n 5 lab7-3.img >/dev/null
	amt-sticks --collect lab7-3.img >third
	[ "$(states)" = $'10\t8\t42\t0\t0\t0' ]
}

@test "records that were wiped when they were taken are known by their number" {
	for how in -z -Z; do
		amt-sticks -b lab7 -n 6 -o "stick$how.img" >/dev/null
		bios $how -n 4 "stick$how.img" >/dev/null
		fsck.fat -n "stick$how.img" >/dev/null
		amt-sticks --collect "stick$how.img" >out
		grep -q ': 6 records, 4 taken by machines (4 new), 2 not taken' out
	done
	[ "$(states)" = $'48\t4\t8\t0\t0\t0' ]
	[ "$(store-dump -d site -k records | awk -F'\t' '$5 == "consumed" { printf "%s ", $2 }')" = "1 2 3 4 1 2 3 4 " ]
	# Even when none is left, by the label of the stick.
	bios -z -n 2 stick-z.img >/dev/null
	amt-sticks --collect stick-z.img >out
	grep -q 'LAB7-1: 6 records, 6 taken by machines (2 new), 0 not taken' out
	# The file alone has no label: then somebody has to say it.
	fatimage-read stick-z.img >setup.bin
	run -65 --separate-stderr amt-sticks --collect setup.bin
	[[ "$stderr" == *"no PID is left on this stick, and its label \"\" is none of ours"* ]]
	run -0 amt-sticks --collect --stick lab7-1 setup.bin
	run -65 --separate-stderr amt-sticks --collect --stick LAB7-2 stick-z.img
	[[ "$stderr" == *"not stick LAB7-2: its label says LAB7-1; nothing changed"* ]]
}

@test "every shape of stick comes back: FAT16 and FAT32, with an MBR and without" {
	local n=0
	for shape in "-F 16" "-F 16 -M" "-F 32" "-F 32 -M -s 100"; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # options
		amt-sticks -b lab7 -n 4 $shape -o "$n.img" >/dev/null
		bios -n 3 "$n.img" >/dev/null
		amt-sticks --collect "$n.img" >out
		[ "$(tail -n 1 out)" = "LAB7-$n: 4 records, 3 taken by machines (3 new), 1 not taken" ]
		amt-sticks --wipe --yes "$n.img" >/dev/null 2>&1
	done
	[ "$(states)" = $'44\t4\t12\t0\t0\t0' ]
}

@test "a FAT12 stick that somebody copied the file to comes back as well" {
	amt-sticks -b lab7 -n 4 -o lab7.img >/dev/null
	fatimage-read lab7.img >setup.bin
	mkfs.fat -F 12 -C other.img 1440 >/dev/null
	mcopy -i other.img setup.bin ::Setup.bin
	amt-sticks --collect other.img >out
	[ "$(tail -n 1 out)" = "LAB7-1: 4 records, 0 taken by machines (0 new), 4 not taken" ]
}

@test "another site's stick, another stick's records and a torn image change nothing" {
	amt-sticks -b lab7 -n 8 -m 4 -o lab7.img >/dev/null
	bios -n 2 lab7-1.img >/dev/null
	bios -n 2 lab7-2.img >/dev/null
	content >before
	# Another site: the same label, other keys.
	amt-init -d there >/dev/null
	keys-make -b lab7 -n 4 | store-load -d there
	amt-sticks -d there -b lab7 -n 4 -o there.img >/dev/null
	bios -n 1 there.img >/dev/null
	run -65 --separate-stderr amt-sticks --collect there.img
	[[ "$stderr" == *"not a stick of this site: none of its 4 PIDs is in the store"*"nothing changed"* ]]
	# One record of the other stick.
	fatimage-read lab7-1.img >1.bin
	fatimage-read lab7-2.img >2.bin
	{ head -c 1024 1.bin; tail -c +1025 2.bin | head -c 512; tail -c +1537 1.bin; } >mixed.bin
	run -65 --separate-stderr amt-sticks --collect mixed.bin
	[[ "$stderr" == *"not stick LAB7-1 as it was made: record 2 has PID "*"nothing changed"* ]]
	# One record less than it was made with.
	{ head -c 28 1.bin; printf '\003'; tail -c +30 1.bin | head -c 2019; } >less.bin
	run -65 --separate-stderr amt-sticks --collect less.bin
	[[ "$stderr" == *"not stick LAB7-1 as it was made: it has 3 records (expected 4)"* ]]
	# Cut, zeroed in the middle, and no stick at all.
	head -c 1000000 lab7-1.img >cut.img
	run -65 amt-sticks --collect cut.img
	head -c 1700 1.bin >cut.bin
	run -65 amt-sticks --collect cut.bin
	head -c 1000000 /dev/zero >zero
	run -65 amt-sticks --collect zero
	content | diff before -
	# A record that a torn write left zero was not taken by anybody; the
	# others count.
	cp 1.bin torn.bin
	dd if=/dev/zero of=torn.bin bs=512 seek=4 count=1 conv=notrunc status=none
	run -65 --separate-stderr amt-sticks --collect torn.bin
	[[ "$stderr" == *"torn.bin:2048: record 4 is all zero, and the header does not count it as consumed (it counts 2, 3 are not valid)"* ]]
	[ "$(states)" = $'52\t6\t2\t0\t0\t0' ]
}

@test "what was collected is wiped, and nothing of it is left" {
	amt-sticks -b lab7 -n 4 -F 32 -M -o lab7.img >/dev/null
	store-dump -d site -k keys --reveal | awk -F'\t' '$7 == "issued" { print $2; print $4 }' >secrets
	[ "$(wc -l <secrets)" = 8 ]
	[ "$(grep -aoFf secrets lab7.img | wc -l)" = 8 ]
	bios -n 1 lab7.img >/dev/null
	# Keys that no machine took are not lost without a word.
	cp lab7.img same.img
	run -75 --separate-stderr amt-sticks --wipe lab7.img </dev/null
	[[ "$output" == *"LAB7-1: 4 records, 1 taken by machines (1 new), 3 not taken" ]]
	[ "$stderr" = "amt-sticks: lab7.img: not wiped, keys on it were not taken; --yes wipes it all the same" ]
	cmp lab7.img same.img
	run -75 --separate-stderr script -qec 'amt-sticks --wipe lab7.img' /dev/null < <(echo n)
	cmp lab7.img same.img
	run -0 --separate-stderr amt-sticks --wipe --yes lab7.img
	[[ "$output" == *"LAB7-1: 4 records, 1 taken by machines (0 new), 3 not taken" ]]
	[[ "$stderr" == *"lab7.img: SETUP.BIN overwritten and read back" ]]
	run -1 grep -aFf secrets lab7.img
	# The volume is sound, and a machine finds nothing to take.
	dd if=lab7.img of=volume.img bs=1M skip=1 conv=sparse status=none
	fsck.fat -n volume.img
	run -1 bios lab7.img
	content >before
	run -0 --separate-stderr amt-sticks --wipe lab7.img
	[[ "$stderr" == *"SETUP.BIN is wiped: no record is left"* ]]
	content | diff before -
	# What cannot be collected is not wiped.
	amt-init -d there >/dev/null
	keys-make -b lab7 -n 4 | store-load -d there
	amt-sticks -d there -b lab7 -n 4 -o there.img >/dev/null
	cp there.img same.img
	run -65 amt-sticks --wipe there.img
	cmp there.img same.img
}
