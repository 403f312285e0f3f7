#ifndef STICK_H
#define STICK_H

/*
 * stick - the USB sticks of this machine: which there are, which one is meant,
 * and its blocks.  What usb-list, usb-write and usb-read share.
 *
 * A stick that the kernel has a disk for is looked at through sysfs and that
 * disk; only one without is asked over USB.  So to list sticks takes no mounted
 * one away.
 */
#include <stdbool.h>
#include <stdint.h>

#include "stick/botdisk.h"
#include "stick/layout.h"
#include "stick/usbdisk.h"
#include "stick/usbsys.h"

/* What is larger is hardly a stick for setup.bin, and often somebody's backup.
 * "64 GB" sticks have up to 2^36 bytes. */
#define STICK_LARGE (UINT64_C(1) << 36)

/* What is wanted with it. */
#define STICK_WRITE 1u /* write-protected ones are refused */
#define STICK_LARGE_OK 2u

struct stick {
	struct usbdisk *usb;
	struct usbsys_stick sys;
	/* Its serial; "@" and its port when it has none. */
	char name[USBSYS_TEXT];
	char vendor[USBSYS_TEXT], product[USBSYS_TEXT];
	uint64_t size;  /* bytes; 0 unknown */
	uint32_t block; /* bytes of one; 0 unknown */
	bool removable, write_protected;
	char layout[LAYOUT_TEXT];
	/* Not counted when a program looks for the one that is meant. */
	bool no_candidate;
	char refused[USBSYS_WHERE + 96]; /* why; "" when it may be used */
	struct botdisk disk; /* between stick_take and stick_give_back */
};

/* The option -t: seconds that a command to a stick may take, 1 to 600. */
void stick_timeout(const char *arg);

/*
 * Looks at every stick, in the order of their names.  After usbdisk_begin; the
 * array lives as long as the program.
 */
struct stick *stick_list(unsigned want, size_t *n);

/*
 * The one whose serial, or "@" and port, is name; with name NULL the only
 * candidate.  Ends the program with 69 and a message when there is none,
 * several, or it is refused.
 */
struct stick *stick_choose(const char *name, unsigned want);

/*
 * Looks again whether it is in use, takes it from its driver and starts it.
 * Ends the program when it is in use, has changed, or does not start.  An end
 * of any kind but kill -9 gives it back.
 */
void stick_take(struct stick *s, unsigned want);

/* Ends the program with 74 when the driver does not take it. */
void stick_give_back(struct stick *s);

/*
 * Whole blocks; any length.  End the program with a message that names the
 * block: 74, or 76 when the stick does not keep to the protocol.  A signal
 * ends it too, as that signal.  outcome tells what that means for the user.
 */
void stick_read(struct stick *s, uint64_t at, void *buf, size_t len,
    const char *outcome);
void stick_write(struct stick *s, uint64_t at, const void *buf, size_t len,
    const char *outcome);
void stick_sync(struct stick *s, const char *outcome);

/* "64.0 MB", in powers of ten, as sticks are sold. */
#define STICK_SIZE_TEXT 32
void stick_size_text(char to[STICK_SIZE_TEXT], uint64_t bytes);

/* The same reads for fatimage and layout, through a window of its own. */
struct stick_window {
	struct stick *stick;
	const char *outcome;
	uint64_t at;
	size_t len; /* 0: empty */
	uint8_t buf[BOTDISK_CHUNK];
};
int stick_read_at(void *window, uint64_t at, void *buf, size_t len);

#endif
