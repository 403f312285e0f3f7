#ifndef MEMDISK_USBFS_H
#define MEMDISK_USBFS_H

/*
 * usbfs - how libusb reaches the sticks: the ioctls of /dev/bus/usb, as
 * umockdev hands them over.
 */
#include <umockdev.h>

/* The first stick is device 11 of bus 1, and so on. */
#define USBFS_FIRST 11

/* An object of this type answers them for any of the sticks. */
GType usbfs_handler(void);

#endif
