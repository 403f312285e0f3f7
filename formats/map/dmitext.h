#ifndef DMITEXT_H
#define DMITEXT_H

/*
 * dmitext - what dmidecode(8) printed, of one machine or many one after
 * another, as UUID and name.
 *
 * A machine's dump begins with "# dmidecode" or, where that is missing (-q,
 * -t), with "System Information" (DSP0134 7.2), whose "UUID:" counts. dmidecode
 * does not know the machine's name, so a line above the dump must say it:
 *
 *	Hostname: pc-0001          or host, host name, computer name, FQDN, ...
 *	==> pc-0001.txt <==        as head(1) and tail(1) put above each file
 *	pc-0001 | CHANGED | rc=0   as Ansible does
 *
 * A name below a dump that has none may belong to that dump or to the next:
 * the whole text is then refused, for nobody can tell which.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define DMITEXT_VALUE 256 /* with its NUL; longer ones are cut */

struct dmitext_machine {
	size_t line;              /* where it begins, from 1 */
	char uuid[DMITEXT_VALUE]; /* as printed; "" none */
	size_t uuid_line;         /* 0 none */
	char name[DMITEXT_VALUE]; /* "" none */
	size_t name_line;         /* 0 none */
	/* of its System Information, as printed; "" none */
	char model[DMITEXT_VALUE], serial[DMITEXT_VALUE];
};

typedef void dmitext_fn(void *arg, const struct dmitext_machine *m);

struct dmitext;

/* Do these first bytes of a text look like it? */
bool dmitext_looks(const char *text, size_t len);

/* Calls fn for each machine.  NULL when out of memory. */
struct dmitext *dmitext_new(dmitext_fn *fn, void *arg);
void dmitext_free(struct dmitext *d);

/* The next bytes, and that there are no more.  0, or -1 with *f filled: then
 * nothing that fn got holds, and only dmitext_free may follow. */
int dmitext_feed(struct dmitext *d, const char *text, size_t len,
    struct fault *f);
int dmitext_end(struct dmitext *d, struct fault *f);

#endif
