/*
 * The kind that store-plan says its dry run in.
 */
#include "base/kinds.h"

#include "base/kindcolumn.h"

const struct kind kind_dryrun = {
	.name = "dryrun",
	.version = 2,
	.whole = true,
	.ncolumns = DRYRUN_NCOLUMNS,
	.columns = {
		[DRYRUN_UUID] = TEXT("uuid"),
		[DRYRUN_FQDN] = TEXT("fqdn"),
		[DRYRUN_ADDRESS] = TEXT("address"),
		[DRYRUN_WISH] = TEXT("wish"),
		[DRYRUN_PID] = TEXT("pid"),
		[DRYRUN_CERTIFICATE] = TEXT("certificate"),
		[DRYRUN_PROFILE] = TEXT("profile"),
		[DRYRUN_RULE] = TEXT("rule"),
		[DRYRUN_DUE] = TEXT("due"),
		[DRYRUN_STATE] = TEXT("state"),
		[DRYRUN_REASON] = TEXT("reason"),
		[DRYRUN_DETAIL] = TEXT("detail"),
		[DRYRUN_NOT_BEFORE] = TIME("not_before"),
		[DRYRUN_LACKS] = TEXT("lacks"), /* from version 2 on */
	},
};
