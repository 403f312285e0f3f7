#ifndef LISTS_H
#define LISTS_H

/*
 * lists - what commands give as CSV and JSON to other programs, with --csv and
 * --json: report(5).  A list has the columns of a kind.  Its JSON is an array
 * of objects, and report-schema writes the schema from the same table.
 */
#include <stddef.h>

#include "base/kinds.h"

/* These never flow as streams, and kind_find does not know them. */
/* clang-format off */
enum { REASONS_CODE, REASONS_OF, REASONS_CLASS, REASONS_CAUSE, REASONS_REMEDY,
	REASONS_NCOLUMNS };
enum { PASSWORD_UUID, PASSWORD_FQDN, PASSWORD_TEXT, PASSWORD_NCOLUMNS };
enum { USBLIST_NAME, USBLIST_SERIAL, USBLIST_PORT, USBLIST_VENDOR,
	USBLIST_PRODUCT, USBLIST_VENDOR_ID, USBLIST_PRODUCT_ID, USBLIST_SPEED,
	USBLIST_DISK, USBLIST_SIZE, USBLIST_BLOCK, USBLIST_REMOVABLE,
	USBLIST_WRITE_PROTECTED, USBLIST_LAYOUT, USBLIST_USES, USBLIST_REFUSED,
	USBLIST_NCOLUMNS };
/* clang-format on */
extern const struct kind kind_reasons, kind_admin_passwords,
    kind_mebx_passwords, kind_usb_list;

struct list {
	const char *name; /* of its schema, too */
	const struct kind *kind;
	const char *what;    /* is in it; a sentence */
	const char *command; /* that writes it */
};

extern const struct list lists[];
extern const size_t nlists;

/* By name; NULL if not found. */
const struct list *list_find(const char *name);

#endif
