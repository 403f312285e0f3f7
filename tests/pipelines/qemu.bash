# What the tests share that start a machine in QEMU, once for a file: each test
# looks at its part of what the machine said.
bats_require_minimum_version 1.5.0

# Sets $QEMU_DIR and goes there; $QEMU_SKIP says why there can be no machine,
# $kernel is a folder of qemu-kernel.
qemu_begin() {
	local reason
	export QEMU_SKIP='' QEMU_DIR=$BATS_FILE_TMPDIR
	kernel=$AMT_TEST_ROOT/build/qemu
	cd "$QEMU_DIR" || return
	if [ "$(basename "$AMT_TEST_BUILD")" != release ]; then
		QEMU_SKIP="programs with sanitizers do not go into a guest"
	elif ! command -v qemu-system-x86_64 >/dev/null; then
		QEMU_SKIP="no qemu-system-x86_64"
	elif ! command -v busybox >/dev/null || ! command -v cpio >/dev/null; then
		QEMU_SKIP="no busybox or cpio"
	elif ! reason=$("$AMT_TEST_ROOT/tests/peer/qemu-kernel" "$kernel" 2>&1); then
		QEMU_SKIP="no kernel: $reason"
	fi
}

# qemu_initrd INIT FILE...: the file initrd; INIT is one of tests/peer.
qemu_initrd() {
	local init=$AMT_TEST_ROOT/tests/peer/$1
	shift
	"$AMT_TEST_ROOT/tests/peer/qemu-initrd" "$kernel" "$init" "$@" >initrd
}

# qemu_run QEMU-OPTION...: to the end.  What the machine said is in the file
# said, QEMU's own words in qemu.  Where much else runs the guest's timer comes
# too late for the kernel's test of it, which panics.
qemu_run() {
	timeout 600 qemu-system-x86_64 -accel tcg -m 512 -nodefaults \
		-display none -no-reboot -kernel "$kernel/vmlinuz" -initrd initrd \
		-append "console=ttyS0 quiet panic=-1 no_timer_check" -serial file:console \
		"$@" </dev/null >qemu 2>&1 3>&- || true
	tr -d '\r' <console >said
}

qemu_setup() {
	[ -z "$QEMU_SKIP" ] || skip "$QEMU_SKIP"
	cd "$QEMU_DIR" || return
}

# Sets $output to that part, without its status, which goes to $status.
part() {
	output=$(awk -v name="$1" '/^== / { on = $2 == name; next } on' said)
	status=$(sed -n '$s/^exit //p' <<<"$output")
	output=$(sed '$d' <<<"$output")
	if [ -z "$status" ]; then
		tail -n 30 said qemu >&3
		return 1
	fi
}
