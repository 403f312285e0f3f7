/*
 * The console's certificate, as profiles that want mutual TLS need it.
 */
#include "check/site_check.h"

#include <stdio.h>
#include <string.h>

#include <openssl/x509.h>

#include "amt/consolecert.h"
#include "check/checkout.h"
#include "keys/certuse.h"
#include "setup/setting_names.h"
#include "setup/setting_words.h"
#include "store/consolestore.h"

#define DAY INT64_C(86400)
#define ENDING_DAYS 30 /* to make another one, and to sweep with both */

/* --- what profiles want --------------------------------------------------- */

static bool
is_needed(const char *setting)
{
	return strcmp(setting, "tls-names") == 0 ||
	    strcmp(setting, "trusted-root-certificate") == 0;
}

void
site_console_note(struct site_files *files, const struct profile *p)
{
	struct settings *to;
	struct fault f;

	if (!settings_ask(&p->settings, "tls", "mutual") ||
	    files->nmutual == SETTINGS_PROFILES_MAX)
		return;
	to = &files->mutual[files->nmutual++];
	(void)snprintf(to->profile, sizeof(to->profile), "%s", p->name);
	for (size_t i = 0; i < p->settings.n; i++) {
		const struct settings_value *v = &p->settings.list[i];

		if (is_needed(v->setting) &&
		    settings_add(to, v->setting, v->item, v->value, &f) == -1)
			to->has_gap = true;
	}
}

void
site_console_free(struct site_files *files)
{
	while (files->nmutual != 0)
		settings_free(&files->mutual[--files->nmutual]);
}

/* --- the certificate ------------------------------------------------------ */

static bool
dates_check(const struct setup_chain *c, int64_t now)
{
	const char *wrong = consolecert_wrong(c->certs[0], now);
	char date[CERT_DATE];

	cert_date(date, X509_get0_notAfter(c->certs[0]));
	if (wrong != NULL)
		checkout_found(CHECKCODE_CONSOLE_CERT_ENDED, "%s: %s (%s)",
		    c->cn, wrong, date);
	else if (consolecert_wrong(c->certs[0], now + ENDING_DAYS * DAY) !=
	    NULL)
		checkout_found(CHECKCODE_CONSOLE_CERT_ENDING,
		    "%s is valid until %s", c->cn, date);
	else
		return true;
	return false;
}

/* Without names any is let in. */
static bool
name_check(const struct setup_chain *c, const struct settings *s)
{
	const char *names = settings_value(s, "tls-names");

	if (names == NULL || names[0] == '\0' ||
	    setting_domain_covered(names, c->cn))
		return true;
	checkout_found(CHECKCODE_CONSOLE_CERT_NAME,
	    "%s is in none of %s (profile %s)", c->cn, names, s->profile);
	return false;
}

/* Which of the chain are trusted, by this setting, too; is any? */
static bool
roots_trusted(bool trusted[CHAIN_MAX], const struct setup_chain *c,
    const char *base64)
{
	X509 *root = setting_certificate_decode(base64);
	bool found = false;

	for (size_t i = 0; root != NULL && i < c->n; i++)
		if (X509_cmp(c->certs[i], root) == 0)
			found = trusted[i] = true;
	X509_free(root);
	return found;
}

static bool
root_check(const struct setup_chain *c, const struct settings *s, int64_t now)
{
	bool trusted[CHAIN_MAX] = { false }, any = false;
	const char *wrong;
	char root[CERT_NAME];

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i].setting, "trusted-root-certificate") == 0)
			any |= roots_trusted(trusted, c, s->list[i].value);
	wrong =
	    any ? consolecert_path_wrong(c->certs, c->n, trusted, now) : NULL;
	if (any && wrong == NULL)
		return true;
	cert_subject(root, c->certs[c->n - 1]);
	checkout_found(CHECKCODE_CONSOLE_CERT_ROOT,
	    "%s, whose root is %s (profile %s)%s%s", c->cn, root, s->profile,
	    wrong == NULL ? "" : ": ", wrong == NULL ? "" : wrong);
	return false;
}

void
site_console_check(struct store *s, int64_t now, const struct site_files *files)
{
	enum consolestore_end end;
	struct setup_chain c;
	char date[CERT_DATE];
	bool good;

	if (files->nmutual == 0)
		return;
	end = consolestore_read(s, &c);
	if (end != CONSOLESTORE_OK) {
		checkout_found(CHECKCODE_CONSOLE_CERT_NONE, "%sprofile %s",
		    end == CONSOLESTORE_DAMAGED ? "it or its key is damaged; "
		                                : "",
		    files->mutual[0].profile);
		setup_chain_wipe(&c);
		return;
	}
	good = dates_check(&c, now);
	for (size_t i = 0; i < files->nmutual; i++) {
		if (files->mutual[i].has_gap)
			continue;
		good &= name_check(&c, &files->mutual[i]);
		good &= root_check(&c, &files->mutual[i], now);
	}
	cert_date(date, X509_get0_notAfter(c.certs[0]));
	if (good)
		checkout_passed(CHECK_CERT,
		    "the console's, %s, is valid until %s", c.cn, date);
	setup_chain_wipe(&c);
}
