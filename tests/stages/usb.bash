# What the tests of usb-list, usb-write and usb-read share: sticks made of
# files.
bats_require_minimum_version 1.5.0

usb_setup() {
	export MTOOLS_SKIP_CHECK=1 MTOOLSRC=/dev/null
	cd "$BATS_TEST_TMPDIR" || exit
	# shellcheck disable=SC2034 # the tests read it
	samples=$AMT_TEST_BUILD/samples/stick
}

# with [STICK...] -- program [argument...]: see memdisk.c.  No test runs a
# program without it that could reach this machine's own sticks.  umockdev's library
# comes before the sanitizer's, which is told not to mind.
#
# umockdev's sockets are files that outlive a program.  The next one with the
# same descriptor would have to remove it, which it must not: each USB program
# begins without.
with() {
	local program
	if [ ! -d libexec ]; then
		mkdir libexec
		ln -s "$AMT_LIBEXEC"/* libexec
		for program in usb-list usb-read usb-write; do
			rm libexec/$program
			# shellcheck disable=SC2016 # for the script that it writes
			printf '#!/bin/sh\nrm -f "$UMOCKDEV_DIR"/event*\nexec "%s" "$@"\n' \
				"$AMT_LIBEXEC/$program" >libexec/$program
			chmod 755 libexec/$program
		done
	fi
	AMT_LIBEXEC=$PWD/libexec ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
		timeout --foreground 120 umockdev-wrapper memdisk "$@"
}

# noise FILE BYTES: what a stick may have held before.  The same every time.
noise() {
	openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff \
		-iv 00000000000000000000000000000000 -in /dev/zero 2>/dev/null |
		head -c "$2" >"$1"
}

# logged WORD: of the log that the word log=log asks for
logged() {
	sed -n "s/^$1 //p" log
}
