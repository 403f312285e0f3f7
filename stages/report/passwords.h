#ifndef PASSWORDS_H
#define PASSWORDS_H

/*
 * passwords - a file of one kind of passwords, for a console: as CSV or JSON,
 * and for its owner alone.
 */
#include "base/record.h"
#include "lib/outfile.h"
#include "store/sink.h"

struct passwords {
	struct outfile o; /* o.f is NULL: none is wanted */
	int column;       /* of @passwords */
	struct sink to;
};

/* Column is PASSWORDS_ADMIN or PASSWORDS_MEBX.  Ends the program when the file
 * cannot be made; it is open while the stream is read. */
void passwords_open(struct passwords *p, const char *path, int column,
    enum sink_form form);
/* One record of @passwords; nothing when it has no such password. */
void passwords_row(struct passwords *p, const struct record *rec);
/* Puts the file in place. */
void passwords_commit(struct passwords *p);

#endif
