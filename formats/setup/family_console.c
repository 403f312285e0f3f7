#include "setup/family_console.h"

#include <stdio.h>

#include "amt/consolecert.h"
#include "setup/chains.h"
#include "setup/setting_names.h"
#include "setup/settings.h"

const char *
family_console_names(const struct setup *s)
{
	const char *names = settings_value(s->job.settings, "tls-names");

	return names == NULL ? "" : names;
}

enum reason_id
family_console_unfit(const struct setup *s, char *why, size_t cap)
{
	const struct setup_chain *c = s->job.consoles[0];
	const char *names = family_console_names(s), *wrong;

	if (s->job.nconsoles == 0) {
		(void)snprintf(why, cap,
		    "the site has no certificate of a "
		    "console that can be read");
		return REASON_CONSOLE_NONE;
	}
	wrong = consolecert_wrong(c->certs[0], s->unix_now);
	if (wrong != NULL)
		(void)snprintf(why, cap, "the console's certificate: %s",
		    wrong);
	else if (*names != '\0' && !setting_domain_covered(names, c->cn))
		(void)snprintf(why, cap,
		    "the console's name %.80s is in none of tls-names", c->cn);
	else
		return REASON_NONE;
	return REASON_CONSOLE_REFUSED;
}

/* Those of the chain that the machine has among its roots; are there any? */
static bool
roots_there(bool there[CHAIN_MAX], const struct family_certs *certs,
    const struct setup_chain *c)
{
	bool any = false;

	for (size_t i = 0; i < c->n; i++)
		any |= there[i] = family_root_has(certs, c->certs[i]);
	return any;
}

enum reason_id
family_console_hindered(const struct setup *s, const struct family_certs *certs,
    char *why, size_t cap)
{
	const struct setup_chain *c = s->job.consoles[0];
	enum reason_id unfit = family_console_unfit(s, why, cap);
	bool there[CHAIN_MAX];
	const char *wrong;

	if (unfit != REASON_NONE)
		return unfit;
	if (!roots_there(there, certs, c))
		(void)snprintf(why, cap,
		    "the root of the console's certificate (%.16s...) is not "
		    "among the machine's",
		    c->root);
	/* A machine whose plain port cannot be opened again would let in
	 * nobody. */
	else if ((wrong = consolecert_path_wrong(c->certs, c->n, there,
	              s->unix_now)) != NULL)
		(void)snprintf(why, cap,
		    "the path from the console's certificate to a root of the "
		    "machine: %s",
		    wrong);
	else
		return REASON_NONE;
	return REASON_CONSOLE_REFUSED;
}
