#include "stick/usbsys.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PCI "devices/pci0000:00/usb1/"
#define SDA PCI "1-3/1-3:1.0/host0/target0:0:0/0:0:0:0/block/sda"

/* A system in a folder: its trees sys, proc and dev. */
static char root[] = "/tmp/usbsys.XXXXXX";
static char sys[64], proc[64], dev[64];
static struct usbsys_roots roots = { sys, proc, dev };

static void
make_folders(char *path)
{
	for (char *p = path + 1; (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		(void)mkdir(path, 0700);
		*p = '/';
	}
}

static void
put(const char *name, const char *text)
{
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	make_folders(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
put_link(const char *name, const char *to)
{
	char path[512], target[512];

	(void)snprintf(path, sizeof(path), "%s/sys/%s", root, name);
	(void)snprintf(target, sizeof(target), "%s/sys/%s", root, to);
	make_folders(path);
	assert_int_equal(symlink(target, path), 0);
}

static void
put_block(const char *name, const char *dir, const char *numbers)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "sys/%s/dev", dir);
	put(path, numbers);
	(void)snprintf(path, sizeof(path), "class/block/%s", name);
	put_link(path, dir);
}

/* Two sticks, 1-3 with sda, sda1 and sda2, 1-30 with sdb; a disk vda. */
static int
make_system(void **state)
{
	(void)state;
	if (mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(sys, sizeof(sys), "%s/sys", root);
	(void)snprintf(proc, sizeof(proc), "%s/proc", root);
	(void)snprintf(dev, sizeof(dev), "%s/dev", root);
	put("sys/" PCI "1-3/busnum", "1\n");
	put("sys/" PCI "1-3/devnum", "7\n");
	put("sys/" PCI "1-3/manufacturer", "Exam\x1bple  \n");
	put("sys/" PCI "1-3/product", "Stick\n");
	put("sys/" PCI "1-3/serial", "0123\n");
	put("sys/" PCI "1-3/idVendor", "46f4\n");
	put("sys/" PCI "1-3/idProduct", "0001\n");
	put("sys/" PCI "1-3/speed", "480\n");
	put("sys/" PCI "1-30/busnum", "1\n");
	put("sys/" PCI "1-30/devnum", "8\n");
	put_link("bus/usb/devices/1-3", PCI "1-3");
	put_link("bus/usb/devices/1-3:1.0", PCI "1-3/1-3:1.0");
	put_link("bus/usb/devices/1-30", PCI "1-30");
	put_block("sda", SDA, "8:0\n");
	put("sys/" SDA "/size", "131072\n");
	put("sys/" SDA "/queue/logical_block_size", "512\n");
	put("sys/" SDA "/removable", "1\n");
	put("sys/" SDA "/ro", "0\n");
	put_block("sda1", SDA "/sda1", "8:1\n");
	put("sys/" SDA "/sda1/partition", "1\n");
	put_block("sda2", SDA "/sda2", "8:2\n");
	put("sys/" SDA "/sda2/partition", "2\n");
	put_block("sdb", PCI "1-30/1-30:1.0/host1/block/sdb", "8:16\n");
	put_block("vda", "devices/virtio/block/vda", "254:0\n");
	put("dev/sda", "first bytes");
	return 0;
}

static int
remove_system(void **state)
{
	char command[64];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

/* What /proc says, and then the stick at bus 1, address 7. */
static void
look(struct usbsys_stick *s, const char *mounts, const char *swaps)
{
	put("proc/self/mountinfo", mounts);
	put("proc/swaps", swaps);
	assert_int_equal(usbsys_look(s, &roots, 1, 7), 0);
}

static void
a_stick_is_found_with_its_names_and_its_disk(void **state)
{
	struct usbsys_stick s;

	(void)state;
	look(&s, "", "Filename Type Size Used Priority\n");
	assert_string_equal(s.port, "1-3");
	assert_string_equal(s.vendor, "Exam\\x1bple");
	assert_string_equal(s.product, "Stick");
	assert_string_equal(s.serial, "0123");
	assert_int_equal(s.vendor_id, 0x46f4);
	assert_int_equal(s.product_id, 1);
	assert_int_equal(s.speed, 480);
	assert_int_equal(s.ndisks, 1);
	assert_string_equal(s.disk[0], "sda");
	assert_int_equal(s.size, 64 << 20);
	assert_int_equal(s.block, 512);
	assert_true(s.removable);
	assert_false(s.write_protected);
	assert_int_equal(s.nuses, 0);
	assert_int_equal(usbsys_look(&s, &roots, 1, 9), -1);
	assert_int_equal(usbsys_look(&s, &roots, 2, 7), -1);
}

static void
mounts_of_its_disk_and_partitions_are_seen(void **state)
{
	struct usbsys_stick s;

	(void)state;
	look(&s,
	    "22 1 254:0 / / rw - ext4 /dev/vda rw\n"
	    "23 22 8:16 / /other rw - vfat /dev/sdb rw\n"
	    "24 22 8:1 / /media/a\\040b rw,relatime shared:1 - vfat "
	    "/dev/sda1 rw\n"
	    "25 22 8:1 /sub /bound rw - vfat /dev/sda1 rw\n"
	    "26 22 8:0 / /whole rw - vfat /dev/sda rw\n",
	    "");
	assert_int_equal(s.nuses, 3);
	for (size_t i = 0; i < 3; i++)
		if (strcmp(s.use[i].device, "sda") == 0)
			assert_string_equal(s.use[i].how, "mounted on /whole");
		else
			assert_string_equal(s.use[i].device, "sda1");
	/* sda1 twice, in the order of the file. */
	if (strcmp(s.use[0].device, "sda1") == 0)
		assert_string_equal(s.use[0].how, "mounted on /media/a b");
}

static void
a_filesystem_with_a_number_of_its_own_is_told_by_its_source(void **state)
{
	struct usbsys_stick s;
	char mounts[160];

	(void)state;
	(void)snprintf(mounts, sizeof(mounts),
	    "30 22 0:45 / /mnt rw - btrfs %s/sda2 rw\n", dev);
	look(&s, mounts, "");
	assert_int_equal(s.nuses, 1);
	assert_string_equal(s.use[0].device, "sda2");
	assert_string_equal(s.use[0].how, "mounted on /mnt");
	/* A name that only begins alike. */
	(void)snprintf(mounts, sizeof(mounts),
	    "30 22 0:45 / /mnt rw - btrfs %s/sda22 rw\n", dev);
	look(&s, mounts, "");
	assert_int_equal(s.nuses, 0);
}

static void
swap_is_seen(void **state)
{
	struct usbsys_stick s;
	char swaps[160];

	(void)state;
	(void)snprintf(swaps, sizeof(swaps),
	    "Filename\tType\t\tSize\tUsed\tPriority\n"
	    "%s/sda2       partition\t1024\t0\t-2\n",
	    dev);
	look(&s, "", swaps);
	assert_int_equal(s.nuses, 1);
	assert_string_equal(s.use[0].device, "sda2");
	assert_string_equal(s.use[0].how, "in use as swap");
}

static void
what_device_mapper_and_md_hold_is_seen(void **state)
{
	struct usbsys_stick s;

	(void)state;
	put("sys/" SDA "/sda2/holders/dm-0/x", "");
	put("sys/class/block/dm-0/dm/name", "luks-home\n");
	look(&s, "", "");
	assert_int_equal(s.nuses, 1);
	assert_string_equal(s.use[0].device, "sda2");
	assert_string_equal(s.use[0].how, "held by dm-0 (luks-home)");
}

static void
more_uses_than_there_is_room_for_are_left_out(void **state)
{
	char mounts[4096] = "";
	struct usbsys_stick s;

	(void)state;
	for (int i = 0; i < USBSYS_USES + 1; i++)
		(void)snprintf(mounts + strlen(mounts),
		    sizeof(mounts) - strlen(mounts),
		    "%d 22 8:0 / /m%d rw - vfat x rw\n", i, i);
	look(&s, mounts, "");
	assert_int_equal(s.nuses, USBSYS_USES);
}

static void
lines_that_make_no_sense_are_no_mounts(void **state)
{
	struct usbsys_stick s;

	(void)state;
	look(&s, "\n8:1\na b 8:1\na b 8:1 d e\n- - 8:1 - - -\n   \n", "\n\n");
	/* Six fields are as few as the kernel writes. */
	assert_int_equal(s.nuses, 1);
	assert_string_equal(s.use[0].how, "mounted on -");
}

static void
nothing_is_known_without_mountinfo(void **state)
{
	struct usbsys_stick s;
	char path[96];

	(void)state;
	look(&s, "", "");
	(void)snprintf(path, sizeof(path), "%s/self/mountinfo", proc);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(usbsys_look(&s, &roots, 1, 7), -1);
}

static void
a_disk_can_be_opened_and_held(void **state)
{
	struct usbsys_stick s;
	int fds[USBSYS_DISKS];
	char text[5];
	int fd;

	(void)state;
	look(&s, "", "");
	fd = usbsys_open(&s, &roots);
	assert_true(fd != -1);
	assert_int_equal(read(fd, text, sizeof(text)), 5);
	assert_memory_equal(text, "first", 5);
	close(fd);
	assert_int_equal(usbsys_hold(&s, &roots, fds), 0);
	assert_true(fds[0] != -1);
	usbsys_let_go(fds);
	assert_int_equal(fds[0], -1);
	s.ndisks = 0;
	assert_int_equal(usbsys_open(&s, &roots), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stick_is_found_with_its_names_and_its_disk),
		cmocka_unit_test(mounts_of_its_disk_and_partitions_are_seen),
		cmocka_unit_test(
		    a_filesystem_with_a_number_of_its_own_is_told_by_its_source),
		cmocka_unit_test(swap_is_seen),
		cmocka_unit_test(a_disk_can_be_opened_and_held),
		cmocka_unit_test(more_uses_than_there_is_room_for_are_left_out),
		cmocka_unit_test(lines_that_make_no_sense_are_no_mounts),
		cmocka_unit_test(nothing_is_known_without_mountinfo),
		cmocka_unit_test(what_device_mapper_and_md_hold_is_seen),
	};

	return cmocka_run_group_tests(tests, make_system, remove_system);
}
