# Sticks that break, lie or go away while they are written, and programs that are
# told to stop.
# slow
load usb

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	usb_setup
	fatimage-make -s 5 -o image "$samples/v2.bin"
	noise stick.img 6M
}

write() {
	with "$@" -- usb-write --yes image
}

is_right() {
	with stick.img -- usb-read | fatimage-read | cmp - "$samples/v2.bin"
}

@test "what goes wrong once is done again, at any command, and the stick is right" {
	for words in attention=1 attention=8 starting=3 stall:{2,9,14,20,30} stallcbw:{1,13,27} \
		stallcsw:{1,12,28} short:{1,11,26} residue:{10,22,40} tag:{1,11,31} \
		signature:12 phase:{6,29} zerocsw:15; do
		noise stick.img 6M
		run -0 --separate-stderr write "stick.img,log=log,$words"
		[ -z "$stderr" ]
		[ "$(logged driver)" = yes ]
		cmp -n 1048576 image stick.img
	done
}

@test "unplugged at any command it is told, and never ends well" {
	noise image 200k
	noise noise.img 400k
	for nth in $(seq 100); do
		cp noise.img stick.img
		run --separate-stderr with "stick.img,log=log,gone:$nth" -- usb-write --yes image
		[ "$status" != 0 ] || break
		[ "$status" = 74 ] || [ "$status" = 69 ]
		[[ "$stderr" == *unplugged* ]]
		[ "$(logged written)" = 0 ] ||
			[[ "$stderr" == *"unplugged; it is incomplete now, do not use it" ]]
	done
	# It ended well where it had given no more commands.
	[ "$nth" = $(($(logged commands) + 1)) ]
	[ "$nth" -gt 30 ]
}

@test "a stick that was cut short has no filesystem" {
	write stick.img
	is_right
	run -74 write stick.img,gone:30
	with stick.img -- usb-list | grep -v FAT
}

@test "a block that cannot be written is named" {
	run -74 --separate-stderr write stick.img,log=log,ioerror=77
	[ "$stderr" = "usb-write: 0123456789AB: writing at LBA 77: write error (sense 3/0c/00); it is incomplete now, do not use it" ]
	[ "$(logged driver)" = yes ]
	run -74 --separate-stderr write stick.img,ioerror=77,nolba
	[[ "$stderr" == *"writing at LBA 77: write error"* ]]
}

@test "a stick that keeps other bytes than it was given is found out" {
	run -74 --separate-stderr write stick.img,flip=33
	[ "$stderr" = "usb-write: 0123456789AB: verifying at LBA 33: it differs from what was written; it is incomplete now, do not use it" ]
	run -74 --separate-stderr write stick.img,flip=0
	[[ "$stderr" == *"verifying at LBA 0: "* ]]
}

@test "a stick that is smaller than it says is found out before anybody trusts it" {
	run -74 --separate-stderr write stick.img,capacity=1000000
	[[ "$stderr" == *"at LBA 997952: block address out of range (sense 5/21/00)"* ]]
}

@test "what stays broken is an end with its reason: 76 for the protocol, 74 for silence" {
	for words in tag:20+ signature:20+ phase:20+ stallcbw:20+ residue:20+ short:20+; do
		run -76 --separate-stderr write "stick.img,log=log,$words"
		[[ "$stderr" == *"at LBA "*": it breaks the protocol: "* ]]
		[ "$(logged driver)" = yes ]
	done
	run -74 --separate-stderr write stick.img,log=log,stall:20+
	[[ "$stderr" == *"at LBA "*": command aborted (sense b/00/00)"* ]]
	run -74 --separate-stderr with stick.img,log=log,hang:20+ -- usb-write -t 1 --yes image
	[[ "$stderr" == *"at LBA "*": no answer in time; "* ]]
	[ "$(logged driver)" = yes ]
	run -0 with stick.img,hang:20 -- usb-write -t 1 --yes image
	is_right
}

@test "a signal ends it as a signal does, with the stick back at its driver" {
	cat >kill-later <<-'END'
		#!/bin/sh
		usb-write --yes image &
		pid=$!
		# It has begun, and the stick will not answer any more.
		while ! cmp -s -n 512 stick.img /dev/zero; do sleep 0.1; done
		kill -TERM $pid
		wait $pid
	END
	chmod +x kill-later
	run -143 --separate-stderr with stick.img,log=log,hang:20+ -- ./kill-later
	[ "${stderr_lines[0]}" = "usb-write: 0123456789AB: stopped by a signal; it is incomplete now, do not use it" ]
	[ "$(logged driver)" = yes ]
}

@test "all of its threads are confined before the stick is asked anything" {
	[ "$(basename "$AMT_TEST_BUILD")" = release ] || skip "programs with sanitizers are not confined"
	cat >look-inside <<-'END'
		#!/bin/sh
		usb-list -t 600 >/dev/null &
		pid=$!
		# libusb has a thread of its own; the first question hangs.
		until grep -q '^Seccomp:.*2' /proc/$pid/status; do sleep 0.1; done
		grep -h '^Seccomp:' /proc/$pid/task/*/status >seccomp
		kill -TERM $pid
		wait $pid
	END
	chmod +x look-inside
	with stick.img,hang:1+ -- ./look-inside || true
	[ "$(wc -l <seccomp)" -ge 2 ]
	[ "$(awk '{ print $2 }' seccomp | sort -u)" = 2 ]
}

@test "wrong usage is told" {
	run -64 usb-write --yes a b
	run -64 usb-write -t 0 a
}

@test "memory stays the same however large the stick is" {
	[ "$(basename "$AMT_TEST_BUILD")" = release ] || skip "sanitizers need memory of their own"
	truncate -s 24M stick.img
	noise image 4M
	with stick.img -- /usr/bin/time -f %M -o small usb-write --yes image
	noise image 24M
	with stick.img -- /usr/bin/time -f %M -o large usb-write --yes image
	[ "$(cat large)" -lt $(($(cat small) + 2048)) ]
}

@test "valgrind finds nothing in writing and reading" {
	[ "$(basename "$AMT_TEST_BUILD")" = release ] || skip "it cannot run sanitized programs"
	command -v valgrind >/dev/null || skip "no valgrind"
	# It does not know seccomp, so the cage stays open; nor that umockdev fills
	# in what an ioctl leaves, so it does not look at what is undefined.
	gcc -shared -fPIC -xc -o open.so - <<-'END'
		int seccomp_attr_set(void *c) { return c == 0; }
		int seccomp_load(void *c) { return c == 0; }
	END
	cat >v <<-'END'
		#!/bin/sh
		LD_PRELOAD=$PWD/open.so:$LD_PRELOAD exec valgrind -q --error-exitcode=99 \
			--undef-value-errors=no --leak-check=full "$@"
	END
	chmod +x v
	run -0 --separate-stderr with stick.img,stall:12,tag:20,attention=2 -- ./v usb-write --yes image
	[[ "$stderr" != *"=="* ]]
	run -0 --separate-stderr with stick.img,stallcsw:9 -- ./v usb-read -o back
	[[ "$stderr" != *"=="* ]]
	cmp image back
}
