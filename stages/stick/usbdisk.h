#ifndef USBDISK_H
#define USBDISK_H

/*
 * usbdisk - USB mass storage interfaces that speak bulk-only transport, as
 * libusb gives them: the only file that knows libusb.
 *
 * All of them are opened by usbdisk_begin, so that a program can then give up
 * opening anything.  Opening disturbs nobody; only usbdisk_claim takes one
 * away from the kernel's driver.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stick/botdisk.h"

#define USBDISK_MAX 64

struct usbdisk; /* one interface */

/*
 * Looks and opens.  From here on SIGINT, SIGTERM, SIGHUP and SIGQUIT set the
 * flag that usbdisk_stopped shows, SIGPIPE is ignored; an end of the program by
 * exit(3) gives every claimed interface back to its driver.  Ends the program
 * with 71 when libusb does not start.
 */
void usbdisk_begin(void);
size_t usbdisk_count(void);
struct usbdisk *usbdisk_at(size_t i);

/* As the kernel numbers them. */
uint8_t usbdisk_bus(const struct usbdisk *u);
uint8_t usbdisk_address(const struct usbdisk *u);

/* Why it could not be opened, or NULL. */
const char *usbdisk_trouble(const struct usbdisk *u);

/* Does a driver of the kernel hold it? */
bool usbdisk_driven(const struct usbdisk *u);

/* Takes it from the driver.  0, or -1 with *f filled and nothing changed.
 * WARNING: what is mounted from it is lost; see usbsys. */
int usbdisk_claim(struct usbdisk *u, struct fault *f);

/* Gives it back.  -1 with *f filled when the driver does not take it. */
int usbdisk_release(struct usbdisk *u, struct fault *f);

/* How botdisk reaches it; arg is the struct usbdisk. */
extern const struct botpipe usbdisk_pipe;

/* How long a command may take; 30 seconds unless it is set. */
void usbdisk_set_timeout(int seconds);

/* 0, or the signal that told us to stop. */
int usbdisk_stopped(void);

/* Waits that long, or until a signal tells us to stop. */
void usbdisk_pause(int ms);

#endif
