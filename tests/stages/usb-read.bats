load usb

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	usb_setup
	fatimage-make -s 5 -o image "$samples/v2.bin"
	noise stick.img 6M
	dd if=image of=stick.img conv=notrunc status=none
}

@test "what the volume refers to is read, the rest of it is holes" {
	noise noise.img 6M
	# Behind the end of setup.bin, and of the volume.
	dd if=noise.img of=stick.img bs=1M skip=2 seek=2 conv=notrunc status=none
	with stick.img -- usb-read -o back
	cmp image back
	[ "$(stat -c %a back)" = 600 ]
	[ "$(stat -c %b back)" -lt 2048 ] # blocks of 512
	with stick.img -- usb-read | cmp image -
	fatimage-read back | cmp - "$samples/v2.bin"
}

@test "--all reads the stick as it is" {
	with stick.img -- usb-read --all -o back
	cmp stick.img back
	noise stick.img 1M
	with stick.img -- usb-read --all | cmp stick.img -
}

@test "of two sticks one is named, and an image that was there is replaced whole or not at all" {
	noise other.img 6M
	echo old >back
	run -69 --separate-stderr with other.img,serial=A stick.img,serial=B -- usb-read -o back
	[ "${stderr_lines[-1]}" = "usb-read: which stick: there are 2; name one with -s" ]
	[ "$(cat back)" = old ]
	with other.img,serial=A stick.img,serial=B -- usb-read -s B -o back
	cmp image back
}

@test "unplugged at any command it is told, and no image comes about" {
	for nth in $(seq 100); do
		run --separate-stderr with "stick.img,log=log,gone:$nth" -- usb-read -o back
		[ "$status" != 0 ] || break
		[ "$status" = 74 ] || [ "$status" = 69 ]
		[[ "$stderr" == *unplugged* ]]
		[ ! -e back ]
	done
	[ "$nth" = $(($(logged commands) + 1)) ]
	[ "$nth" -gt 10 ]
	fatimage-read back | cmp - "$samples/v2.bin"
}

@test "a block that cannot be read is named" {
	run -74 --separate-stderr with stick.img,ioerror=75,log=log -- usb-read -o back
	[ "$stderr" = "usb-read: 0123456789AB: reading at LBA 75: unrecovered read error (sense 3/11/00)" ]
	[ ! -e back ]
	[ "$(logged driver)" = yes ]
}

@test "who reads it and stops early leaves the stick with its driver" {
	run -74 --separate-stderr with stick.img,log=log -- bash -c \
		'set -o pipefail; usb-read --all | head -c 1 >/dev/null'
	[ "$stderr" = "usb-read: standard output: Broken pipe" ]
	[ "$(logged driver)" = yes ]
}

@test "a protected stick, and one larger than 64 GB, can be read" {
	with stick.img,protected,capacity=200000000 -- usb-read | fatimage-read | cmp - "$samples/v2.bin"
}

@test "stdout and files that fail, no stick, no volume and wrong usage are told" {
	run -74 --separate-stderr with stick.img,log=log -- sh -c 'usb-read >/dev/full'
	[ "$stderr" = "usb-read: standard output: No space left on device" ]
	[ "$(logged driver)" = yes ]
	run -73 with stick.img -- usb-read -o no/such/folder
	run -64 with stick.img -- script -qec usb-read /dev/null
	run -64 usb-read extra
	run -64 usb-read -t 0 -o back
	run -69 --separate-stderr with -- usb-read -o back
	[ "$stderr" = "usb-read: no stick: none that may be used is plugged in" ]
	dd if=/dev/zero of=stick.img bs=512 count=1 conv=notrunc status=none
	run -65 --separate-stderr with stick.img -- usb-read -o back
	[ "$stderr" = "usb-read: 0123456789AB: not a FAT image: neither a boot sector nor an MBR; --all reads it as it is" ]
	[ ! -e back ]
}

@test "a stick with exFAT is named with what to do" {
	printf '\xeb\x76\x90EXFAT   ' | dd of=stick.img conv=notrunc status=none
	head -c 501 /dev/zero | dd of=stick.img bs=1 seek=11 conv=notrunc status=none
	run -65 --separate-stderr with stick.img -- usb-read -o back
	[ "$stderr" = "usb-read: 0123456789AB: is exFAT: the firmware reads FAT only: format the stick as FAT32 (mkfs.fat) and copy setup.bin to it; --all reads it as it is" ]
	[ ! -e back ]
}
