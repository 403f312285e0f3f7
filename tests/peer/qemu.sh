# What the inits of QEMU guests share.  Sourced as /bin/qemu.sh.
# shellcheck shell=sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
# Nothing of the kernel's own is in between.
dmesg -n 1

# part NAME COMMAND...: "== NAME", what the command said, its status.  Not
# straight to the console: on a terminal programs show their progress.
part() {
	echo "== $1"
	shift
	"$@" >/tmp/said 2>&1
	status=$?
	cat /tmp/said
	echo "exit $status"
}
