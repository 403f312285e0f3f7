#ifndef CONSOLE_H
#define CONSOLE_H

/*
 * console - the certificate of the site's console: how it comes into the store
 * and out of it; what cert-console and its parts share.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/domain.h"
#include "cert/credfile.h"
#include "lib/outfile.h"
#include "store/consolestore.h"
#include "store/store.h"

#define CONSOLE_DAYS 1095
#define CONSOLE_DAYS_MAX 7300

enum console_command {
	CONSOLE_MAKE,
	CONSOLE_ADD,
	CONSOLE_SHOW,
	CONSOLE_EXPORT,
	CONSOLE_BACK,
	CONSOLE_NCOMMANDS
};

struct console {
	enum console_command command;
	const char *dir, *path;
	char cn[DOMAIN_TEXT]; /* "": not given */
	unsigned bits;
	int64_t days, now;
	int fd;
	bool is_new, without_mac;
	struct store store;
	struct credfile files;
	struct credential credential;
	enum consolestore_end had;
	struct setup_chain before; /* as the store has it */
};

/* Each within a transaction.  0, or EX_DATAERR after a message, with nothing to
 * be stored; what cannot be done at all ends the program. */
int console_make(struct console *c);
int console_add(struct console *c);
int console_back(struct console *c);

/* That the site has one. */
void console_require(const struct console *c);

/* Into the file, which is in place then.  0, or EX_DATAERR. */
int console_export(struct console *c, struct outfile *out);

/* On standard output; what: "new", "in the store". */
void console_show(const struct setup_chain *c, const char *what);

#endif
