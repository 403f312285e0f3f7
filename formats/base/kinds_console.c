/*
 * The kinds that other consoles take machines over with.
 */
#include "base/kinds.h"

#include "base/kindcolumn.h"

const struct kind kind_passwords = {
	.name = "passwords",
	.version = 1,
	.whole = true,
	.ncolumns = PASSWORDS_NCOLUMNS,
	.columns = {
		[PASSWORDS_UUID] = TEXT("uuid"),
		[PASSWORDS_FQDN] = TEXT("fqdn"),
		[PASSWORDS_ADMIN] = SECRET("admin"),
		[PASSWORDS_MEBX] = SECRET("mebx"),
	},
};

const struct kind kind_handover = {
	.name = "handover",
	.version = 1,
	.whole = true,
	.ncolumns = HANDOVER_NCOLUMNS,
	.columns = {
		[HANDOVER_UUID] = TEXT("uuid"),
		[HANDOVER_FQDN] = TEXT("fqdn"),
		[HANDOVER_FIRMWARE] = TEXT("firmware"),
		[HANDOVER_STATE] = TEXT("state"),
		[HANDOVER_REASON] = TEXT("reason"),
		[HANDOVER_TLS] = FLAG("over_tls"),
		[HANDOVER_LEAF] = TEXT("leaf"),
		[HANDOVER_ADMIN] = SECRET("admin"),
	},
};
