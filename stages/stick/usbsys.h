#ifndef USBSYS_H
#define USBSYS_H

/*
 * usbsys - what the running system knows about a USB stick, from sysfs and
 * /proc, without touching it: names, size, and what uses it.
 *
 * To take a stick from its driver while it is mounted is possible and silent,
 * and loses what the kernel has yet to write: so this is asked before.  Seen
 * are mounts (of our mount namespace), swap, and whatever holds a device for
 * itself, as device mapper and md do.  usbsys_hold sees the rest.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where they stand; tests have trees of their own. */
struct usbsys_roots {
	const char *sys, *proc, *dev;
};
extern const struct usbsys_roots usbsys_live;

#define USBSYS_NAME 32
#define USBSYS_TEXT 128
#define USBSYS_WHERE 256
#define USBSYS_DISKS 8 /* slots of a card reader */
#define USBSYS_USES 16

struct usbsys_use {
	char device[USBSYS_NAME]; /* "sda1" */
	char how[USBSYS_WHERE];   /* "mounted on /media/a b" */
};

/* Texts are printable ASCII; what a stick says otherwise is escaped. */
struct usbsys_stick {
	char port[USBSYS_NAME]; /* "1-3.2"; "" when sysfs does not know it */
	char vendor[USBSYS_TEXT], product[USBSYS_TEXT], serial[USBSYS_TEXT];
	uint16_t vendor_id, product_id;
	unsigned speed; /* Mb/s */
	size_t ndisks;
	char disk[USBSYS_DISKS][USBSYS_NAME]; /* "sda" */
	/* of the first disk: */
	uint64_t size;  /* bytes */
	uint32_t block; /* bytes of one */
	bool removable, write_protected;
	/* of all its disks and their partitions: */
	size_t nuses; /* there may be more than are listed */
	struct usbsys_use use[USBSYS_USES];
};

/* 0, or -1 when sysfs or /proc cannot be read: then nothing is known about
 * what uses it. */
int usbsys_look(struct usbsys_stick *s, const struct usbsys_roots *roots,
    uint8_t bus, uint8_t address);

/* The device file of each disk and partition on USB, for who will open them. */
void usbsys_disks(const struct usbsys_roots *roots,
    void (*fn)(const char *path));

/*
 * Opens its disks for ourselves alone, as mount does: until usbsys_let_go
 * nobody can mount them.  -1 when somebody has one already, be it in another
 * mount namespace.  Disks that we have no permission to open are left out.
 */
int usbsys_hold(const struct usbsys_stick *s, const struct usbsys_roots *roots,
    int fds[USBSYS_DISKS]);
void usbsys_let_go(int fds[USBSYS_DISKS]);

/* One open for reading, or -1 with errno. */
int usbsys_open(const struct usbsys_stick *s, const struct usbsys_roots *roots);

#endif
