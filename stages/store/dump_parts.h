#ifndef DUMP_PARTS_H
#define DUMP_PARTS_H

/*
 * dump_parts - what the files of dump share: dump.c has the kinds, and
 * dump_devices.c the machines, which take more than one statement.
 */
#include "base/kinds.h"
#include "base/text.h"
#include "store/dump.h"

struct dumping {
	struct store *store;
	struct query *q;
	struct sink *to;
	const struct kind *kind;
	const struct dump_only *only;
};

/* The row of d->q as the kind's columns, none of them sealed. */
void dump_row(struct dumping *d, const char *fields[KIND_COLUMNS_MAX],
    char times[KIND_COLUMNS_MAX][TEXT_TIME]);

/* The one name that counts for this machine, whatever its age: that is left to
 * planning; fqdn if not found.  Valid until the next call. */
const char *dump_name(struct dumping *d, const char *uuid, const char *fqdn);

/* Of kind_devices: the only parameter is now. */
extern const char dump_sql_devices[];
void dump_devices(struct dumping *d);

#endif
