# Sticks on a real xHCI with the kernel's own driver, in QEMU.  The machine is
# started once; each test looks at its part of what it said, or at its sticks.
# slow
load qemu.bash

setup_file() {
	export SOURCE_DATE_EPOCH=1600000000
	qemu_begin || return
	[ -z "$QEMU_SKIP" ] || return 0
	make_sticks
	run_machine
}

# What each stick holds before.
make_sticks() {
	v2=$AMT_TEST_BUILD/samples/stick/v2.bin
	fatimage-make -i 12345678 -s 16 -o image16 "$v2"
	openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff \
		-iv 00000000000000000000000000000000 -in /dev/zero 2>/dev/null |
		head -c 32M >noise
	for stick in AAA BBB FIXED BAD SWAP GONE; do cp noise $stick.img; done
	cp image16 PROTECTED.img
	cp image16 MOUNTED.img
	truncate -s 32M PROTECTED.img MOUNTED.img
	truncate -s 2100M SHAPES.img
	cat >bad.conf <<-END
		[inject-error]
		event = "write_aio"
		errno = "5"
		sector = "1024"
		once = "off"
	END
}

# stick NAME PORT DRIVE-OPTIONS DEVICE-OPTIONS
stick() {
	args+=(-drive "if=none,id=$1,format=raw$3" -device
		"usb-storage,bus=usb.0,port=$2,drive=$1,id=dev$1,serial=$1$4")
}

# The machine; pulls the stick GONE when its first 256 KiB are written, and not
# while they are waited for: that has no block.
run_machine() {
	local args=(-qmp "unix:qmp,server=on,wait=off"
		-device "qemu-xhci,id=usb,p2=15,p3=2")
	qemu_initrd qemu-sticks.init \
		"$AMT_LIBEXEC"/{usb-list,usb-write,usb-read,fatimage-make,fatimage-read} \
		"$AMT_TEST_BUILD/samples/stick/v2.bin"
	# The first two ports are USB 3, the others USB 2.
	stick AAA 1 ,file=AAA.img ,removable=on
	stick BBB 3 ,file=BBB.img ,removable=on
	stick FIXED 4 ,file=FIXED.img ,removable=off
	stick PROTECTED 5 ,file=PROTECTED.img,readonly=on ,removable=on
	stick MOUNTED 6 ,file=MOUNTED.img ,removable=on
	stick SWAP 7 ,file=SWAP.img ,removable=on
	stick SHAPES 2 ,file=SHAPES.img ,removable=on
	stick GONE 8 ,file=GONE.img,throttling.bps-write=100000 ,removable=on
	args+=(-drive "if=none,id=BAD,driver=raw,file.driver=blkdebug,file.config=bad.conf,file.image.driver=file,file.image.filename=BAD.img,werror=report,rerror=report"
		-device "usb-storage,bus=usb.0,port=9,drive=BAD,serial=BAD,removable=on")
	qemu_run "${args[@]}" &
	local machine=$!
	while kill -0 $machine 2>/dev/null; do
		if [ ! -e pulled ] && ! cmp -s -i 262144 -n 512 GONE.img noise; then
			printf '%s\n' '{"execute":"qmp_capabilities"}' \
				'{"execute":"device_del","arguments":{"id":"devGONE"}}' |
				socat -t 2 - UNIX-CONNECT:qmp >pulled 2>&1 3>&-
		fi
		sleep 0.1
	done
	wait $machine
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	qemu_setup
}

@test "the machine went all the way" {
	[ -z "$(cat qemu)" ] || cat qemu >&3
	grep -q '^== end' said
}

@test "sticks are listed with their kernel's disks, and why some are refused" {
	part list
	[ "$status" = 0 ]
	grep -q $'^AAA\t33.5 MB\t512\trw\tQEMU QEMU USB HARDDRIVE\tunknown\tready$' <<<"$output"
	grep -q $'^FIXED\t.*\trefused: it is not removable$' <<<"$output"
	grep -q $'^PROTECTED\t33.5 MB\t512\tro\t.*\tFAT16\trefused: it is write protected$' <<<"$output"
	[ "$(wc -l <<<"$output")" = 9 ]
	part json
	[ "$(jq -r '.[] | select(.serial == "AAA") | .speed' <<<"$output")" = 5000 ]
	[ "$(jq -r '.[] | select(.serial == "BBB") | .speed' <<<"$output")" = 480 ]
	[[ "$(jq -r '.[] | select(.serial == "AAA") | .disk' <<<"$output")" == sd? ]]
}

@test "with several sticks one is to be named" {
	part unnamed
	[ "$status" = 69 ]
	[[ "$output" == *"usb-write: which stick: there are 8; name one with -s" ]]
	cmp noise BBB.img
}

@test "what is written is on the stick when the machine is off" {
	part write
	[ "$status" = 0 ]
	[ "$output" = "usb-write: AAA: /tmp/image16 written and verified (1048576 of 16777216 bytes matter)" ]
	cmp -n 1048576 image16 AAA.img
	fatimage-read AAA.img | cmp - "$AMT_TEST_BUILD/samples/stick/v2.bin"
	head -c 16M AAA.img >aaa
	fsck.fat -n aaa
	# The kernel's driver has it back, and sees what is new.
	part again
	grep -q $'^AAA\t.*\tFAT16\tready$' <<<"$output"
}

@test "a stick is read back as it was written" {
	part read
	[ "$status" = 0 ]
	part readprotected
	[ "$status" = 0 ]
}

@test "a fixed disk and a protected stick are refused" {
	part fixed
	[ "$status" = 69 ]
	[ "$output" = "usb-write: FIXED: refused: it is not removable" ]
	cmp noise FIXED.img
	part protected
	[ "$status" = 69 ]
	[ "$output" = "usb-write: PROTECTED: refused: it is write protected" ]
}

@test "an I/O error names its block" {
	part bad
	[ "$status" = 74 ]
	[[ "$output" == "usb-write: BAD: writing at LBA 1024: "*"; it is incomplete now, do not use it" ]]
}

@test "a mounted stick is listed with its place, refused, and stays mounted" {
	part mounted
	[ "$status" = 69 ]
	grep -qE $'^MOUNTED\t.*\trefused: in use: sd. mounted on /mnt$' <<<"$output"
	grep -qE '^usb-write: MOUNTED: refused: it is in use: sd. mounted on /mnt$' <<<"$output"
	grep -qE '^usb-read: MOUNTED: refused: it is in use: sd. mounted on /mnt$' <<<"$output"
	cmp -n 16777216 <(fatimage-read MOUNTED.img) <(fatimage-read image16)
}

@test "one that is mounted in another namespace is refused too" {
	part elsewhere
	[ "$status" = 69 ]
	[[ "$output" == *"usb-write: MOUNTED: refused: it is in use by something that neither /proc/self/mountinfo nor /proc/swaps shows" ]]
}

@test "swap is refused" {
	part swap
	[ "$status" = 69 ]
	[[ "$output" == "usb-write: SWAP: refused: it is in use: sd"?" in use as swap" ]]
}

@test "the kernel's vfat finds SETUP.BIN in every shape of image" {
	local name
	for name in shape16 shape16large shape16mbr shape32 shape32mbr; do
		part $name
		[ "$status" = 0 ] || {
			echo "$name: $output" >&3
			false
		}
		[[ "$output" == *[Ss][Ee][Tt][Uu][Pp].[Bb][Ii][Nn]* ]]
	done
}

@test "unplugged while it is written it is told with its block, and the machine goes on" {
	part unplugged
	echo "$output"
	[ "$status" = 74 ]
	[[ "$output" == *"usb-write: GONE: "*" at LBA "*": unplugged; it is incomplete now, do not use it" ]]
	part afterwards
	[ "$status" = 0 ]
	[[ "$output" != *GONE* ]]
	# Its first block was zeroed before all else.
	cmp -n 512 GONE.img /dev/zero
}
