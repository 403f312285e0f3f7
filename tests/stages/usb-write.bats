load usb

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	usb_setup
	fatimage-make -s 16 -o image "$samples/v2.bin"
}

teardown() {
	rm -f "$BATS_TEST_TMPDIR"/*.img "$BATS_TEST_TMPDIR"/image*
}

# The stick's setup.bin is what the image's is, and its volume is sound.
is_right() {
	with stick.img -- usb-read | fatimage-read | cmp - "$samples/v2.bin"
	head -c "$(stat -c %s image)" stick.img >written
	fsck.fat -n written >/dev/null
	rm written
}

@test "an image goes onto a stick, whatever it held before, and comes back" {
	noise stick.img 32M
	run -0 --separate-stderr with stick.img,log=log -- usb-write --yes image
	[ -z "$output$stderr" ]
	[ "$(logged driver)" = yes ]
	is_right
	with stick.img,log=log -- usb-read -o back
	cmp image back
	[ "$(stat -c %a back)" = 600 ]
	[ "$(logged written)" = 0 ]
	[ "$(logged driver)" = yes ]
}

@test "every shape of image is right on a stick of noise, and only what matters is written" {
	mkfs.fat -F 12 -C image12 4096 >/dev/null
	mcopy -i image12 "$samples/v2.bin" ::SETUP.BIN
	fatimage-make -F 32 -s 40 -o image32 "$samples/v2.bin"
	fatimage-make -F 32 -m -s 40 -o imagembr "$samples/v2.bin"
	fatimage-make -s 300 -o imagelarge "$samples/v2.bin"
	noise noise.img 41M
	for image in image12 image32 imagembr imagelarge; do
		cp noise.img stick.img
		[ $image != imagelarge ] || truncate -s 301M stick.img
		run -0 with stick.img,log=log -- usb-write --yes $image
		# Less than 3 MB, in blocks of 512 bytes.
		[ "$(logged written)" -lt 6000 ]
		with stick.img -- usb-read -o back
		cmp back <(head -c "$(stat -c %s back)" $image)
		fatimage-read back | cmp - "$samples/v2.bin"
	done
}

@test "an image with more partitions than one is written whole" {
	truncate -s 24M parts
	noise theirs 4M
	printf 'label: gpt\nstart=2048, size=32768\nstart=34816, size=8192\n' | sfdisk -q parts
	dd if=image of=parts bs=1M seek=1 conv=notrunc status=none
	dd if=theirs of=parts bs=1M seek=17 conv=notrunc status=none
	noise stick.img 32M
	run -0 with stick.img -- usb-write --yes parts
	cmp -n 25165824 parts stick.img
	sed 's/gpt/dos/' <<<$'label: gpt\nstart=2048, size=32768, type=6\nstart=34816, size=8192' | sfdisk -q parts
	run -0 with stick.img -- usb-write --yes parts
	cmp -n 25165824 parts stick.img
}

@test "what a volume does not refer to is kept when told so, on its own stick only" {
	noise stick.img 32M
	run -0 with stick.img -- usb-write --yes image
	noise theirs 2M
	dd if=theirs of=stick.img bs=1M seek=30 conv=notrunc status=none
	cp stick.img before
	with stick.img -- usb-read | stick-wipe >wiped
	run -0 with stick.img -- usb-write --keep --yes wiped
	stick-wipe before
	cmp stick.img before
	fatimage-make -s 16 -l OTHER -o other "$samples/v2.bin"
	run -65 --separate-stderr with stick.img -- usb-write --keep --yes other
	[[ "$stderr" == *"other is no image of this stick: the first block is another; nothing was written" ]]
	head -c 1M /dev/zero >nothing
	run -65 with stick.img -- usb-write --keep --yes nothing
	cmp stick.img before
	run -64 with stick.img -- usb-write --keep --all --yes image
}

@test "marks of other systems do not outlive it: GPT at both ends, ext, a signature" {
	truncate -s 32M stick.img
	mkfs.ext4 -q stick.img 2>/dev/null || skip "no mkfs.ext4"
	echo 'label: gpt' | sfdisk -q --wipe never stick.img 2>/dev/null
	fatimage-make -F 32 -m -s 40 -o image "$samples/v2.bin" && truncate -s 48M stick.img
	echo 'label: gpt' | sfdisk -q stick.img
	run -0 with stick.img,log=log -- usb-write --yes image
	# Nothing but the MBR and the volume is found.
	run -0 wipefs -p stick.img
	[[ "$output" == *",dos,"* || "$output" == *",dos"* ]]
	[[ "$output" != *gpt* && "$output" != *ext* ]]
	# The first write of all took the old table's marks, zeroes at the end too.
	tail -c 1M stick.img | cmp -n 1M - /dev/zero
}

@test "an image through a pipe is written, a cut one is not" {
	truncate -s 32M stick.img
	cat image | with stick.img -- usb-write --yes
	is_right
	fatimage-read image | fatimage-make | with stick.img,log=log -- usb-write --yes -
	with stick.img -- usb-read | fatimage-read | cmp - "$samples/v2.bin"
	run -65 --separate-stderr with stick.img,log=log -- usb-write --yes < <(head -c 10M image)
	[ "$stderr" = "usb-write: <stdin>: cut (its volume ends at 16777216)" ]
	[ "$(logged written)" = 0 ]
}

@test "64 MB that are no filesystem are written whole, verified and read back" {
	noise image 64M
	truncate -s 64M stick.img
	run -0 with stick.img,log=log -- usb-write --yes image
	[ "$(logged written)" = 131073 ] # and the first block once more
	cmp image stick.img
	with stick.img -- usb-read --all | cmp - image
}

@test "--all writes what the filesystem does not refer to, too" {
	noise stick.img 32M
	run -0 with stick.img -- usb-write --yes --all image
	cmp -n 16777216 image stick.img
	noise stick.img 32M
	run -0 with stick.img -- usb-write --yes image
	run -1 cmp -n 16777216 image stick.img
}

@test "a stick that is refused is told why, and nothing is written" {
	truncate -s 32M stick.img
	refused() {
		local want=$1
		shift
		run -69 --separate-stderr with "$@" -- usb-write --yes image
		[ "$stderr" = "$want" ]
		[ "$(logged written)" = 0 ]
		[ "$(logged driver)" = yes ]
	}
	refused "usb-write: S: refused: it is write protected" stick.img,log=log,serial=S,protected
	refused $'usb-write: S: Example Memdisk, 33.5 MB, at @1-1: refused, it is not removable\nusb-write: no stick: none that may be used is plugged in' stick.img,log=log,serial=S,fixed
	refused $'usb-write: S: Example Memdisk, 1.0 TB, at @1-1: refused, it is larger than 64 GB\nusb-write: no stick: none that may be used is plugged in' stick.img,log=log,serial=S,capacity=2000000000
	run -69 --separate-stderr with -- usb-write --yes image
	[ "$stderr" = "usb-write: no stick: none that may be used is plugged in" ]
	run -69 --separate-stderr with stick.img,serial=S,fixed -- usb-write --yes -s S image
	[ "$stderr" = "usb-write: S: refused: it is not removable" ]
}

@test "of two sticks one is named, by its serial or its port" {
	truncate -s 32M a.img b.img
	run -69 --separate-stderr with a.img,serial=A,log=log b.img,serial=B -- usb-write --yes image
	[ "${stderr_lines[2]}" = "usb-write: which stick: there are 2; name one with -s" ]
	[ "$(logged written)" = 0 ]
	run -0 with a.img,serial=A,log=log b.img,serial=B -- usb-write --yes -s B image
	[ "$(logged written)" = 0 ]
	cmp -n 16777216 image b.img
	run -69 --separate-stderr with a.img,serial=A b.img,serial=B -- usb-write --yes -s C image
	[ "${stderr_lines[2]}" = "usb-write: C: no such stick" ]
	# Cheap sticks share a serial.
	run -69 with a.img,serial=A b.img,serial=A -- usb-write --yes -s A image
	run -0 with a.img,serial=A b.img,serial=A,log=log -- usb-write --yes -s @1-2 image
	[ "$(logged written)" != 0 ]
	# A fixed disk is no candidate.
	run -0 with a.img,serial=A b.img,serial=B,fixed,log=log -- usb-write --yes image
	[ "$(logged written)" = 0 ]
}

@test "without a terminal and --yes nothing is written; on one it asks" {
	truncate -s 32M stick.img
	run -64 --separate-stderr with stick.img,log=log -- usb-write image </dev/null
	[ "$stderr" = "usb-write: no terminal to ask whether the stick may be overwritten; say --yes if you mean it" ]
	[ "$(logged written)" = 0 ]
	export -f with
	for answer in no y '' YES; do
		run -75 script -qec "with stick.img,log=log -- usb-write image" /dev/null <<<"$answer"
		[[ "$output" == *"Example Memdisk, serial 0123456789AB, 33.5 MB, at port 1-1"*"holds: empty"* ]]
		[[ "$output" == *"not agreed to; nothing was written"* ]]
		[ "$(logged written)" = 0 ]
		[ "$(logged driver)" = yes ]
	done
	run -0 script -qec "with stick.img,log=log -- usb-write image" /dev/null <<<yes
	[ "$(logged written)" != 0 ]
	# The image may come through a pipe, and the answer from the terminal.
	noise stick.img 32M
	run -0 script -qec "cat image | with stick.img,log=log -- usb-write" /dev/null <<<yes
	cmp -n 1048576 image stick.img
}

@test "images of the wrong size are refused before the stick is touched" {
	truncate -s 15M stick.img
	run -65 --separate-stderr with stick.img,log=log -- usb-write --yes image
	[ "$stderr" = "usb-write: image: larger than the stick (has 16777216 bytes, the stick 15728640)" ]
	truncate -s 32M stick.img
	head -c 10M image >image.cut
	run -65 --separate-stderr with stick.img,log=log -- usb-write --yes image.cut
	[ "$stderr" = "usb-write: image.cut: cut (its volume ends at 16777216)" ]
	printf x >>image
	run -65 --separate-stderr with stick.img,log=log -- usb-write --yes image
	[ "$stderr" = "usb-write: image: has the wrong size (16777217 bytes are no multiple of 512)" ]
	: >image
	run -65 with stick.img,log=log -- usb-write --yes image
	run -66 with stick.img,log=log -- usb-write --yes no-such-image
	run -66 with stick.img,log=log -- usb-write --yes /dev/zero
	[ "$(logged written)" = 0 ]
	# As large as the stick is right.
	fatimage-make -s 32 -o image2 "$samples/v2.bin"
	run -0 with stick.img -- usb-write --yes image2
	with stick.img -- usb-read | fatimage-read | cmp - "$samples/v2.bin"
}

@test "a stick of 4,096-byte blocks takes an image made for them and no other" {
	truncate -s 64M stick.img
	run -65 --separate-stderr with stick.img,block=4096,log=log -- usb-write --yes image
	[ "$stderr" = "usb-write: image: made for blocks of 512 bytes; those of the stick have 4096" ]
	fatimage-make -m -s 40 -o imagembr "$samples/v2.bin"
	run -65 with stick.img,block=4096,log=log -- usb-write --yes imagembr
	[ "$(logged written)" = 0 ]
	mkfs.fat -S 4096 -s 1 -F 16 -C image4k 32768 >/dev/null
	mcopy -i image4k "$samples/v2.bin" ::SETUP.BIN
	noise stick.img 64M
	run -0 with stick.img,block=4096 -- usb-write --yes image4k
	with stick.img,block=4096 -- usb-read | fatimage-read | cmp - "$samples/v2.bin"
	[[ "$(with stick.img,block=4096 -- usb-list)" == *$'\t4096\t'*$'\tFAT16\tready' ]]
}

@test "beyond 2 TiB the end of the stick is reached by 16-byte commands" {
	truncate -s 3T stick.img 2>/dev/null || skip "no sparse files of 3 TB here"
	printf 'EFI PART' | dd of=stick.img bs=1 seek=$(((3 << 40) - 512)) conv=notrunc status=none
	run -69 with stick.img -- usb-write --yes image
	run -0 with stick.img,log=log -- usb-write --yes --large image
	tail -c 1M stick.img | cmp -n 1M - /dev/zero
	with stick.img -- usb-read | fatimage-read | cmp - "$samples/v2.bin"
}
