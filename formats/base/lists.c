#include "base/lists.h"

#include <string.h>

#include "base/kindcolumn.h"

const struct kind kind_reasons = {
	.name = "reasons",
	.version = 1,
	.ncolumns = REASONS_NCOLUMNS,
	.columns = {
		[REASONS_CODE] = TEXT("code"),
		[REASONS_OF] = TEXT("of"),
		[REASONS_CLASS] = TEXT("class"),
		[REASONS_CAUSE] = TEXT("cause"),
		[REASONS_REMEDY] = TEXT("remedy"),
	},
};

/* Consoles know the columns by these names. */
const struct kind kind_admin_passwords = {
	.name = "admin-passwords",
	.version = 1,
	.ncolumns = PASSWORD_NCOLUMNS,
	.columns = {
		[PASSWORD_UUID] = TEXT("uuid"),
		[PASSWORD_FQDN] = TEXT("fqdn"),
		[PASSWORD_TEXT] = SECRET("password"),
	},
};

const struct kind kind_mebx_passwords = {
	.name = "mebx-passwords",
	.version = 1,
	.ncolumns = PASSWORD_NCOLUMNS,
	.columns = {
		[PASSWORD_UUID] = TEXT("uuid"),
		[PASSWORD_FQDN] = TEXT("fqdn"),
		[PASSWORD_TEXT] = SECRET("mebx_password"),
	},
};

const struct kind kind_usb_list = {
	.name = "usb-list",
	.version = 1,
	.ncolumns = USBLIST_NCOLUMNS,
	.columns = {
		[USBLIST_NAME] = TEXT("name"),
		[USBLIST_SERIAL] = TEXT("serial"),
		[USBLIST_PORT] = TEXT("port"),
		[USBLIST_VENDOR] = TEXT("vendor"),
		[USBLIST_PRODUCT] = TEXT("product"),
		[USBLIST_VENDOR_ID] = TEXT("vendor_id"),
		[USBLIST_PRODUCT_ID] = TEXT("product_id"),
		[USBLIST_SPEED] = NUMBER("speed"),
		[USBLIST_DISK] = TEXT("disk"),
		[USBLIST_SIZE] = NUMBER("size"),
		[USBLIST_BLOCK] = NUMBER("block"),
		[USBLIST_REMOVABLE] = FLAG("removable"),
		[USBLIST_WRITE_PROTECTED] = FLAG("write_protected"),
		[USBLIST_LAYOUT] = TEXT("layout"),
		[USBLIST_USES] = TEXT("uses"),
		[USBLIST_REFUSED] = TEXT("refused"),
	},
};

const struct list lists[] = {
	{ "keys", &kind_keystates, "Where every key is in its life.",
	    "amt-report --keys" },
	{ "history", &kind_history, "Every change of a key's state.",
	    "amt-report --history PID" },
	{ "drift", &kind_drift, "Where machines are not as their profile says.",
	    "amt-report --drift" },
	{ "certificates", &kind_certificates,
	    "Certificates that machines were given.",
	    "amt-report --certificates" },
	{ "runs", &kind_runs, "The runs of amt-sweep, and what each did.",
	    "amt-report --runs" },
	{ "admin-passwords", &kind_admin_passwords,
	    "The admin password of every machine that has one.",
	    "amt-report --passwords FILE" },
	{ "mebx-passwords", &kind_mebx_passwords,
	    "The MEBx password of every machine that has one.",
	    "amt-report --mebx-passwords FILE" },
	{ "conflicts", &kind_conflicts,
	    "Where the sources of the inventory contradict each other.",
	    "amt-map --conflicts" },
	{ "settled", &kind_settlements,
	    "What people settled about the inventory.", "amt-map --settled" },
	{ "sticks", &kind_sticks, "The sticks that were planned or made.",
	    "amt-sticks --list" },
	{ "records", &kind_records, "Which key is in which record of a stick.",
	    "amt-sticks --records" },
	{ "usb-list", &kind_usb_list, "The USB sticks of this computer.",
	    "amt-sticks --usb-list" },
	{ "reasons", &kind_reasons,
	    "What each code of a report or of amt-check means.",
	    "amt-explain" },
};
const size_t nlists = sizeof(lists) / sizeof(lists[0]);

const struct list *
list_find(const char *name)
{
	for (size_t i = 0; i < nlists; i++)
		if (strcmp(lists[i].name, name) == 0)
			return &lists[i];
	return NULL;
}
