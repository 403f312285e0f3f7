/*
 * bios - takes records from a stick as a machine's BIOS does at its start: the
 * first valid record of SETUP.BIN loses its valid bit and the header counts one
 * more.
 *
 *	bios [-n machines] [-z | -Z] image
 *
 * -z wipes the bodies of what it took, -Z the whole records.  Prints the
 * numbers of the records.  It is a second reading of the specifications and
 * shares nothing with formats/: fields of the boot sector and of setup.bin by
 * their offsets, the first entry of the root folder, clusters in a row.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fd;
static int wipe_from = 512; /* of a record; 512: nothing */

static void
get(off_t at, uint8_t *to, size_t n)
{
	if (pread(fd, to, n, at) != (ssize_t)n)
		err(1, "read at %lld", (long long)at);
}

static uint32_t
number(off_t at, int bytes)
{
	uint8_t b[4] = { 0 };

	get(at, b, (size_t)bytes);
	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[3] << 24;
}

static void
put(off_t at, uint32_t v)
{
	const uint8_t b[4] = { (uint8_t)v, (uint8_t)(v >> 8),
		(uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	if (pwrite(fd, b, sizeof(b), at) != sizeof(b))
		err(1, "write at %lld", (long long)at);
}

static void
zero(off_t at, size_t n)
{
	static const uint8_t z[512];

	if (pwrite(fd, z, n, at) != (ssize_t)n)
		err(1, "write at %lld", (long long)at);
}

/* Where the first file of the root folder begins; it has to be ours. */
static off_t
find_file(void)
{
	off_t volume = 0, fats, root, data;
	uint8_t name[12];
	uint32_t sector, cluster;

	if (number(0, 1) != 0xeb) /* an MBR: its first partition */
		volume = (off_t)number(454, 4) * 512;
	sector = number(volume + 11, 2);
	fats = number(volume + 22, 2);
	if (fats == 0)
		fats = number(volume + 36, 4); /* FAT32 */
	root = volume +
	    (number(volume + 14, 2) + number(volume + 16, 1) * fats) * sector;
	data = root + (off_t)number(volume + 17, 2) * 32;
	get(root, name, sizeof(name));
	if (memcmp(name, "SETUP   BIN", 11) != 0 || (name[11] & 0x18) != 0)
		errx(1, "SETUP.BIN is not the first entry");
	cluster = number(root + 26, 2) | number(root + 20, 2) << 16;
	return data + (off_t)(cluster - 2) * number(volume + 13, 1) * sector;
}

/* What one machine does; false when no record is left. */
static int
take_one(off_t file)
{
	uint32_t n = number(file + 28, 4), taken = number(file + 32, 4);

	for (uint32_t i = 1; i <= n; i++) {
		off_t record = file + (off_t)i * 512;
		uint32_t flags = number(record + 4, 4);

		if (number(record, 4) != 1 || (flags & 1) == 0)
			continue;
		put(record + 4, flags & ~1U);
		put(file + 32, taken + 1);
		zero(record + wipe_from, (size_t)(512 - wipe_from));
		(void)printf("%u\n", i);
		return 1;
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	long machines = 1;
	off_t file;
	int ch;

	while ((ch = getopt(argc, argv, "n:zZ")) != -1)
		switch (ch) {
		case 'n':
			machines = strtol(optarg, NULL, 10);
			break;
		case 'z':
			wipe_from = 24;
			break;
		case 'Z':
			wipe_from = 0;
			break;
		default:
			errx(1, "usage: bios [-n machines] [-z | -Z] image");
		}
	if (optind + 1 != argc)
		errx(1, "usage: bios [-n machines] [-z | -Z] image");
	fd = open(argv[optind], O_RDWR);
	if (fd == -1)
		err(1, "%s", argv[optind]);
	file = find_file();
	for (long i = 0; i < machines; i++)
		if (!take_one(file))
			errx(1, "no record is available");
	if (close(fd) == -1)
		err(1, "%s", argv[optind]);
	return 0;
}
