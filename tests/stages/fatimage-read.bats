bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export MTOOLS_SKIP_CHECK=1 MTOOLSRC=/dev/null
	cd "$BATS_TEST_TMPDIR" || exit
	samples=$AMT_TEST_BUILD/samples/stick
}

# Bytes at an offset of stick.img changed: patch OFFSET HEX.
patch() {
	xxd -r -p <<<"$2" | dd of=stick.img bs=1 seek="$1" conv=notrunc status=none
}

@test "a stick is read back to the keys that went onto it" {
	setupbin-make "$samples/keys.tsv" | fatimage-make | fatimage-read | setupbin-dump >back.tsv
	diff <(cut -f1,2,4,7 "$samples/keys.tsv") <(cut -f1,2,4,7 back.tsv)
}

@test "mkfs.fat's FAT12, FAT16 and FAT32 are read, with long names and labels" {
	for args in "12 1024" "12 2000" "16 9000" "16 20000" "32 70000"; do
		set -- $args
		rm -f stick.img
		mkfs.fat -F "$1" -s 1 -n STICK -C stick.img "$2" >/dev/null
		mcopy -i stick.img "$samples/v2.bin" ::Setup.bin
		fatimage-read -v stick.img 2>stderr | cmp - "$samples/v2.bin"
		[ ! -s stderr ]
		fatimage-read <stick.img | cmp - "$samples/v2.bin"
		cat stick.img | fatimage-read | cmp - "$samples/v2.bin"
	done
}

@test "clusters and sectors of every size are read" {
	for args in "-s 1" "-s 2" "-s 8" "-s 32" "-S 1024 -s 4" "-S 4096 -s 2" "-f 1" "-r 1024" "-R 8"; do
		rm -f stick.img
		# shellcheck disable=SC2086 # words on purpose
		mkfs.fat $args -C stick.img 16384 >/dev/null
		mcopy -i stick.img "$samples/v2.bin" ::SETUP.BIN
		fatimage-read stick.img | cmp - "$samples/v2.bin"
	done
}

@test "the partition of an MBR or GPT is read; of several the first with SETUP.BIN" {
	mkfs.fat -F 32 -s 1 -C part.img 67584 >/dev/null
	mkfs.fat -F 16 -C empty.img 16384 >/dev/null
	mcopy -i part.img "$samples/v2.bin" ::SETUP.BIN
	fat=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7 # of Microsoft
	efi=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
	{
		printf 'dos 34816\nstart=34816, size=135168, type=b\n'
		printf '\ndos 34816\nstart=2048, size=32768, type=6\nstart=34816, size=135168, type=c\n'
		printf '\ndos 34816\nstart=2048, size=32768, type=83\nstart=34816, size=135168, type=b\n'
		printf '\ngpt 34816\nstart=34816, size=135168, type=%s\n' $fat
		printf '\ngpt 34816\nstart=2048, size=32768, type=%s\nstart=34816, size=135168, type=%s\n' $efi $fat
	} >tables
	n=0
	while read -r label at; do
		table=$(while read -r line && [ -n "$line" ]; do echo "$line"; done; echo)
		rm -f stick.img && truncate -s 88M stick.img
		printf 'label: %s\n%s\n' "$label" "$table" | sfdisk -q stick.img
		dd if=empty.img of=stick.img bs=1M seek=1 conv=notrunc,sparse status=none
		dd if=part.img of=stick.img bs=512 seek="$at" conv=notrunc,sparse status=none
		fatimage-read stick.img | cmp - "$samples/v2.bin"
		cat stick.img | fatimage-read | cmp - "$samples/v2.bin"
		n=$((n + 1))
	done <tables
	[ "$n" = 5 ]
	mdel -i stick.img@@17M ::SETUP.BIN
	run -65 --separate-stderr fatimage-read stick.img
	[ "$stderr" = "fatimage-read: stick.img: no SETUP.BIN in the root folder of any partition (2 are FAT)" ]
	printf 'label: dos\nstart=2048, size=32768, type=83\n' | sfdisk -q stick.img 2>/dev/null
	run -65 --separate-stderr fatimage-read stick.img
	[ "$stderr" = "fatimage-read: stick.img:446: MBR has no FAT partition (it has 1)" ]
}

@test "a fragmented file and one that is not the first are read with a warning" {
	mkfs.fat -F 16 -s 1 -C stick.img 8192 >/dev/null
	head -c 512 /dev/zero >small
	for i in 1 2 3 4; do mcopy -i stick.img small ::$i; done
	mdel -i stick.img ::1 ::3
	mcopy -i stick.img "$samples/v2.bin" ::SETUP.BIN
	run -0 mshowfat -i stick.img ::SETUP.BIN
	[[ "$output" =~ ^::/SETUP.BIN\ \<2\>\ \<4\>\ \<6-7\> ]]
	fatimage-read stick.img 2>stderr | cmp - "$samples/v2.bin"
	grep -q 'warning: SETUP.BIN is in 3 pieces' stderr
	rm stick.img
	mkfs.fat -F 16 -s 1 -C stick.img 8192 >/dev/null
	mcopy -i stick.img small ::FIRST.TXT
	mcopy -i stick.img "$samples/v2.bin" ::SETUP.BIN
	fatimage-read stick.img 2>stderr | cmp - "$samples/v2.bin"
	[[ "$(cat stderr)" == *"warning: SETUP.BIN is not the first file (1 before it); a BIOS may not find it" ]]
}

@test "a loop and a crossed chain are refused with their offset and without output" {
	fatimage-make -s 5 -o good.img "$samples/v2.bin"
	cp good.img stick.img
	patch 518 0200 # cluster 3 leads back to 2
	run -65 --separate-stderr fatimage-read stick.img
	[ -z "$output" ]
	[[ "$stderr" == "fatimage-read: stick.img:518: cluster chain of SETUP.BIN does not end with the file (cluster 2 follows its 2): it loops"* ]]
	cp good.img stick.img
	patch 612 0300 # cluster 50 leads to 3
	run -65 --separate-stderr fatimage-read stick.img
	[ -z "$output" ]
	[ "$stderr" = "fatimage-read: stick.img:612: SETUP.BIN is crossed with another file (cluster 50 leads to its cluster 3)" ]
	run -1 fsck.fat -n stick.img
}

@test "every shorter image is refused" {
	fatimage-make -s 5 -o good.img "$samples/v2.bin"
	head=$(((1 + 2 * 20 + 32) * 512))
	for n in 0 1 511 512 513 $((head - 32 * 512)) $((head - 1)) $head $((head + 2047)) $((head + 2048)) $(((5 << 20) - 1)); do
		head -c "$n" good.img >stick.img
		run -65 --separate-stderr fatimage-read stick.img
		[ -z "$output" ]
		[[ "$stderr" == *"image ends early"* || "$stderr" == *"image is cut"* ]]
		run -65 --separate-stderr bash -c 'cat stick.img | fatimage-read >/dev/null'
		[[ "$stderr" == *"image ends early"* || "$stderr" == *"image is cut"* ]]
	done
}

@test "what is no FAT image and one without SETUP.BIN are refused" {
	head -c 4096 /dev/zero >stick.img
	run -65 --separate-stderr fatimage-read stick.img
	[ "$stderr" = "fatimage-read: stick.img: not a FAT image: neither a boot sector nor an MBR" ]
	run -65 --separate-stderr fatimage-read </dev/null
	[ "$stderr" = "fatimage-read: <stdin>: image ends early (expected a sector)" ]
	rm stick.img
	mkfs.fat -F 16 -s 1 -C stick.img 8192 >/dev/null
	mcopy -i stick.img "$samples/v2.bin" ::OTHER.BIN
	run -65 --separate-stderr fatimage-read stick.img
	[[ "$stderr" == *"no SETUP.BIN in the root folder (it has 1 others)" ]]
}

@test "outputs that fail, missing files and wrong usage are told" {
	fatimage-make -s 5 -o stick.img "$samples/v2.bin"
	run -74 --separate-stderr bash -c 'fatimage-read stick.img >/dev/full'
	[ "$stderr" = "fatimage-read: standard output: No space left on device" ]
	run -66 fatimage-read no-such-file
	run -64 fatimage-read -x
	run -64 fatimage-read stick.img stick.img
	run -64 script -qec "fatimage-read stick.img" typescript
	[[ "$output" == *"does not go to a terminal"* ]]
}
