/*
 * consoles - the certificates that the jobs of a plan show to machines which
 * are set up and ask for one: the site's, and the one before for those that do
 * not take the new one yet (maintenance.md, 4).  One that cannot be read is as
 * good as none: the machine's reason says so, and amt-check.
 *
 * Every visit has them, whatever its profile says by now, as the machine may
 * ask for one since an earlier profile.
 */
#include "plan/planner.h"

#include <stdio.h>
#include <string.h>

#include "store/consolestore.h"

static void
console_add(struct planner *p, enum consolestore_end got, struct setup_chain *c)
{
	char *names = p->console.names;
	size_t n = strlen(names);
	const char *name = NULL;

	if (got == CONSOLESTORE_OK)
		name = chainlist_use_own(&p->chains, c);
	else
		setup_chain_wipe(c);
	if (name != NULL && strstr(names, name) == NULL)
		(void)snprintf(names + n, sizeof(p->console.names) - n, "%s%s",
		    n == 0 ? "" : ",", name);
}

const char *
planner_console(struct planner *p)
{
	struct setup_chain now, before;

	if (p->console.read)
		return p->console.names;
	p->console.read = true;
	p->console.names[0] = '\0';
	console_add(p, consolestore_read(&p->store, &now), &now);
	console_add(p, consolestore_read_before(&p->store, &before), &before);
	return p->console.names;
}
