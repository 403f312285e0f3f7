# What the tests of setup.bin's readers share: a file with faults.
bats_require_minimum_version 1.5.0

# The sample with bytes at an offset changed: patched OFFSET HEX...
patched() {
	cp stick/v2.bin "$BATS_TEST_TMPDIR/patched.bin"
	chmod u+w "$BATS_TEST_TMPDIR/patched.bin"
	while [ $# -ge 2 ]; do
		xxd -r -p <<<"$2" | dd of="$BATS_TEST_TMPDIR/patched.bin" bs=1 seek="$1" conv=notrunc status=none
		shift 2
	done
}
