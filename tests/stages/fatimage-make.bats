bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export MTOOLS_SKIP_CHECK=0 MTOOLSRC=/dev/null SOURCE_DATE_EPOCH=1795357230
	export TZ=UTC
	cd "$BATS_TEST_TMPDIR" || exit
	samples=$AMT_TEST_BUILD/samples/stick
}

# A setup.bin of that many records: the sample's second one, numbered.
records() {
	local n=$1 i first rest
	first=$(xxd -p -c 512 -s 512 -l 20 "$samples/v1.bin")
	rest=$(xxd -p -c 512 -s 536 -l 488 "$samples/v1.bin")
	le() { printf '%02x%02x%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24)); }
	{
		xxd -p -c 512 -l 28 "$samples/v1.bin"
		le "$n"
		xxd -p -c 512 -s 32 -l 480 "$samples/v1.bin"
		for ((i = 1; i <= n; i++)); do
			printf %s "$first"
			le "$i"
			echo "$rest"
		done
	} | xxd -r -p
}

@test "fsck.fat, mdir, mcopy and mshowfat agree with images of several sizes" {
	for mb in 5 16 17 32 128 129 256 257 512; do
		fatimage-make -s $mb -o stick.img "$samples/v1.bin"
		[ "$(stat -c %s stick.img)" = $((mb << 20)) ]
		run -0 fsck.fat -n stick.img
		[[ "$output" == *": 1 files, "* ]]
		run -0 mdir -b -i stick.img ::
		[ "$output" = "::/SETUP.BIN" ]
		mcopy -n -i stick.img ::SETUP.BIN - | cmp - "$samples/v1.bin"
		run -0 mshowfat -i stick.img ::SETUP.BIN
		[[ "$output" =~ ^::/SETUP.BIN\ \<2(-3)?\>\ *$ ]]
		fatimage-read stick.img | cmp - "$samples/v1.bin"
	done
}

# What stands at stick.img$1 by other people's tools: the file, alone, whole.
peers_agree() { # OFFSET LABEL
	run -0 mdir -b -i "stick.img$1" ::
	[ "$output" = "::/SETUP.BIN" ]
	run -0 mdir -i "stick.img$1" ::
	[[ "$output" == *"Volume in drive : is $2 "* ]]
	mcopy -n -i "stick.img$1" ::SETUP.BIN - | cmp - "$samples/v1.bin"
	run -0 mshowfat -i "stick.img$1" ::SETUP.BIN
	[[ "$output" =~ ^::/SETUP.BIN\ \<[23](-[0-9]+)?\>\ *$ ]]
	fatimage-read stick.img | cmp - "$samples/v1.bin"
}

@test "FAT16 and FAT32 of every size, with a label, please fsck.fat and mtools" {
	for shape in 16:5 16:16 16:31 16:64 16:512 16:1024 16:2048 32:33 32:64 32:260 32:261 32:512 32:2048; do
		fatimage-make -F "${shape%:*}" -s "${shape#*:}" -l lab7-1 -o stick.img "$samples/v1.bin"
		[ "$(stat -c %s stick.img)" = $((${shape#*:} << 20)) ]
		run -0 fsck.fat -n stick.img
		peers_agree "" LAB7-1
		run -0 blkid -p -o value -s LABEL -s VERSION stick.img
		[ "$output" = "LAB7-1
FAT${shape%:*}" ]
	done
}

@test "the same in the one partition of an MBR, which fdisk reads without a word" {
	for shape in 16:6:4 16:32:4 16:34:6 16:64:6 16:512:6 32:34:b 32:64:b 32:512:b; do
		IFS=: read -r bits mb type <<<"$shape"
		fatimage-make -F "$bits" -m -s "$mb" -l lab7-2 -o stick.img "$samples/v1.bin"
		run -0 --separate-stderr fdisk -l -o Start,Sectors,Id stick.img
		[ -z "$stderr" ]
		read -r start sectors id <<<"${lines[-1]}"
		[ "$start $id" = "2048 $type" ]
		# All of it, but for the few clusters that FAT16 must not have.
		[ "$sectors" = $(((mb - 1) * 2048)) ]
		sfdisk -q -V stick.img
		dd if=stick.img of=volume.img bs=1M skip=1 conv=sparse status=none
		truncate -s $((sectors * 512)) volume.img
		fsck.fat -n volume.img
		peers_agree @@1M LAB7-2
	done
}

@test "a pipe gets the bytes that a file gets" {
	for shape in "-F 16" "-F 16 -m" "-F 32" "-F 32 -m -l x"; do
		# shellcheck disable=SC2086 # words on purpose
		fatimage-make $shape -i 12345678 -s 40 -o 1.img "$samples/v2.bin"
		# shellcheck disable=SC2086
		cat "$samples/v2.bin" | fatimage-make $shape -i 12345678 -s 40 | cmp - 1.img
		# Into a file by the shell: holes there too.
		# shellcheck disable=SC2086
		fatimage-make $shape -i 12345678 -s 40 "$samples/v2.bin" >2.img
		cmp 1.img 2.img
		[ "$(($(stat -c '%b * %B' 2.img)))" -lt 100000 ]
		# Not where something stood before.
		head -c 50000000 /dev/urandom >3.img
		# shellcheck disable=SC2086
		fatimage-make $shape -i 12345678 -s 40 "$samples/v2.bin" 1<>3.img
		cmp -n $((40 << 20)) 1.img 3.img
	done
}

@test "setup.bin is contiguous from the first cluster with any number of records" {
	for n in 0 1 2 7 1000; do
		records $n >setup.bin
		for mb in 5 32; do
			[ $n = 1000 ] || [ $mb = 5 ] || continue
			fatimage-make -s $mb -o stick.img setup.bin
			fsck.fat -n stick.img
			run -0 mshowfat -i stick.img ::SETUP.BIN
			[[ "$output" =~ ^::/SETUP.BIN\ \<2(-[0-9]+)?\>\ *$ ]]
			mcopy -n -i stick.img ::SETUP.BIN - | cmp - setup.bin
			fatimage-read stick.img | cmp - setup.bin
			fatimage-read <stick.img | cmp - setup.bin
			fatimage-make -s $mb setup.bin | fatimage-read | cmp - setup.bin
		done
	done
}

@test "the largest setup.bin fits on 64 MB and not on 32" {
	# Only its header is looked at here: 100,000 records of zeroes.
	{
		head -c 28 "$samples/v1.bin"
		printf '\240\206\001\000'
		tail -c +33 "$samples/v1.bin" | head -c 480
		head -c 51200000 /dev/zero
	} >setup.bin
	run -65 --separate-stderr fatimage-make -o stick.img setup.bin
	[ "$stderr" = "fatimage-make: setup.bin: file does not fit into an image of 32 MB (it has 51200512 bytes)" ]
	[ ! -e stick.img ]
	fatimage-make -s 64 -o stick.img setup.bin
	fsck.fat -n stick.img
	fatimage-read stick.img | cmp - setup.bin
	fatimage-read <stick.img | cmp - setup.bin
	cat stick.img | fatimage-read | cmp - setup.bin
}

@test "the same input, time and id give the same bytes, on stdout and in a file" {
	fatimage-make -i 12345678 -o 1.img "$samples/v2.bin"
	fatimage-make -i 12345678 <"$samples/v2.bin" >2.img
	cmp 1.img 2.img
	run -0 mdir -i 1.img ::
	[[ "$output" == *"1234-5678"* ]]
	[[ "$output" == *"2048 2026-11-22  14:20"* ]]
	SOURCE_DATE_EPOCH=1795357290 fatimage-make -i 12345678 -o 2.img "$samples/v2.bin"
	run -1 cmp 1.img 2.img
}

@test "a file is made with mode 0600 and holes, and replaces another as a whole" {
	(umask 0; fatimage-make -s 2048 -o stick.img "$samples/v1.bin")
	[ "$(stat -c %a stick.img)" = 600 ]
	[ "$(($(stat -c '%b * %B' stick.img)))" -lt 2000000 ]
	fatimage-make -o stick.img "$samples/v2.bin"
	fatimage-read stick.img | cmp - "$samples/v2.bin"
	[ "$(find . -name '*stick.img*')" = ./stick.img ]
}

@test "a cut, longer, other or empty file gives no image" {
	for n in 0 1 511 512 2047; do
		head -c $n "$samples/v1.bin" >short.bin
		run -65 --separate-stderr fatimage-make -o stick.img short.bin
		[ -n "$stderr" ]
		run -65 --separate-stderr fatimage-make short.bin
		[ -z "$output" ]
	done
	[ "$stderr" = "fatimage-make: short.bin:2047: setup.bin has the wrong length (got 2047 bytes, expected 2048 for 3 records)" ]
	cat "$samples/v1.bin" "$samples/v1.bin" >long
	run -65 --separate-stderr fatimage-make -o stick.img long
	[ "$stderr" = "fatimage-make: long:2048: setup.bin has the wrong length (got 4096 bytes, expected 2048 for 3 records)" ]
	head -c 1024 /dev/zero >other
	run -65 --separate-stderr fatimage-make -o stick.img other
	[ "$stderr" = "fatimage-make: other: not a setup.bin: file type GUID is unknown" ]
	# A pipe tells its length at its end: what came out is no complete image.
	run -65 --separate-stderr bash -c "cat short.bin | fatimage-make | fatimage-read | wc -c; exit \${PIPESTATUS[1]}"
	[[ "$stderr" == *"fatimage-make: <stdin>:2047: setup.bin has the wrong length (got 2047 bytes, expected 2048 for 3 records)"* ]]
	[[ "$stderr" == *"fatimage-read: <stdin>:"*"image ends early"* ]]
	run -65 --separate-stderr bash -c "cat long | fatimage-make -o stick.img"
	[ "$stderr" = "fatimage-make: <stdin>:2048: setup.bin has the wrong length (got 2049 bytes or more, expected 2048 for 3 records)" ]
	[ ! -e stick.img ]
}

@test "a failed one before it leaves no image" {
	run -65 bash -c "head -c 90 '$samples/keys.tsv' | setupbin-make | fatimage-make -o stick.img"
	[[ "$output" == *"fatimage-make: <stdin>: no setup.bin: empty input"* ]]
	[ ! -e stick.img ]
}

@test "unwritable outputs are told, and a device is not replaced" {
	run -74 --separate-stderr bash -c "fatimage-make '$samples/v1.bin' >/dev/full"
	[ "$stderr" = "fatimage-make: standard output: No space left on device" ]
	run -73 --separate-stderr fatimage-make -o /dev/full "$samples/v1.bin"
	[ "$stderr" = "fatimage-make: /dev/full: not a regular file; write an image and copy it" ]
	[ -c /dev/full ]
	run -73 fatimage-make -o no/such/folder.img "$samples/v1.bin"
}

@test "wrong usage is told, and a terminal gets nothing" {
	run -64 fatimage-make -s 4 "$samples/v1.bin"
	run -64 fatimage-make -s 2049 "$samples/v1.bin"
	run -64 fatimage-make -F 12 "$samples/v1.bin"
	run -64 fatimage-make -F 24 "$samples/v1.bin"
	run -64 --separate-stderr fatimage-make -l 123456789012 "$samples/v1.bin"
	[ "$stderr" = "fatimage-make: -l: volume label is too long (has 12 characters, expected at most 11)" ]
	run -64 fatimage-make -l a.b "$samples/v1.bin"
	run -65 --separate-stderr fatimage-make -F 32 -m -s 33 "$samples/v1.bin"
	[[ "$stderr" == *"image size is out of range (got 33 MB, expected 34 to 2048 for FAT32 with an MBR)" ]]
	run -64 fatimage-make -i 1234 "$samples/v1.bin"
	run -64 fatimage-make "$samples/v1.bin" "$samples/v2.bin"
	run -66 fatimage-make no-such-file
	run -64 script -qec "fatimage-make '$samples/v1.bin'" typescript
	[[ "$output" == *"does not go to a terminal"* ]]
}
