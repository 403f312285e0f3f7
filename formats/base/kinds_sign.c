/*
 * kinds_sign - what sweep and sign-run say to each other.
 */
#include "base/kinds.h"

#include "base/kindcolumn.h"

const struct kind kind_signing = {
	.name = "signing",
	.version = 1,
	.whole = false,
	.ncolumns = SIGNING_NCOLUMNS,
	.columns = {
		[SIGNING_REQUEST_ID] = TEXT("id"),
		[SIGNING_BY] = TEXT("by"),
		[SIGNING_UUID] = TEXT("uuid"),
		[SIGNING_FQDN] = TEXT("fqdn"),
		[SIGNING_REQUEST] = TEXT("request"),
	},
};

const struct kind kind_signed = {
	.name = "signed",
	.version = 1,
	.whole = false,
	.ncolumns = SIGNED_NCOLUMNS,
	.columns = {
		[SIGNED_ID] = TEXT("id"),
		[SIGNED_HOW] = TEXT("how"),
		[SIGNED_NOTE] = TEXT("note"),
		[SIGNED_CHAIN] = TEXT("chain"),
		[SIGNED_KEY] = SECRET("key"),
	},
};
