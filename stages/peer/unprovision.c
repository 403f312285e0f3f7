/*
 * PartialUnprovision and Unprovision: what a device forgets and what it keeps.
 * Methods, return values and what is kept: Intel's class reference and
 * implementation guide.  Whether the realm changes in a partial one is not
 * public; here it stays, as the administrator's hash of it does.
 */
#include "peer/unprovision.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/evp.h>

#include "peer/audit.h"
#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/server.h"
#include "peer/service.h"
#include "base/text.h"

/* Initial values but for those of names in keep. */
static void
forget_general(struct machine *m, const char *const *keep)
{
	for (size_t i = 0; i < GENERAL_COUNT; i++) {
		const struct general *g = &general_settings[i];
		size_t k = 0;

		while (keep[k] != NULL && strcmp(keep[k], g->name) != 0)
			k++;
		if (keep[k] != NULL)
			continue;
		free(m->general[i]);
		m->general[i] =
		    strdup(g->initial != NULL ? g->initial : m->realm);
		if (m->general[i] == NULL)
			err(EX_OSERR, NULL);
	}
}

/* What both ways end with. */
static void
forget(struct machine *m, const char *way)
{
	instances_free(m);
	m->user_handles += 100;
	m->acl_epoch++;
	m->clock_set = false;
	m->control_mode = 0;
	memset(&m->record, 0, sizeof(m->record));
	memset(&m->seen, 0, sizeof(m->seen));
	memset(m->contexts, 0, sizeof(m->contexts));
	m->hellos = 0;
	m->unprovisions++;
	journal(m, "unprovisioned", "%s", way);
	journal(m, "state", "%d", m->state);
}

static void
enter_setup(struct machine *m)
{
	m->state = STATE_IN;
	if (m->faults.pki)
		m->window_ms = now_ms() + m->faults.window * 1000;
}

static unsigned
partial(struct call *c)
{
	static const char *const keep[] = { "HostName", "DomainName", NULL };
	struct machine *m = c->m;

	if (m->state != STATE_POST || m->control_mode == 1)
		return RETURN_NOT_PERMITTED;
	if (audit_blocks(m))
		return RETURN_BLOCKED;
	forget_general(m, keep);
	m->creds_set = true; /* as the next hello says */
	enter_setup(m);
	forget(m, "partial");
	return RETURN_OK;
}

/* A new one each time, and the same in each run of a test. */
static void
change_realm(struct machine *m)
{
	char text[80], hex[2 * HA1_LEN + 1];
	uint8_t digest[HA1_LEN];

	snprintf(text, sizeof(text), "%s%u", m->realm, m->unprovisions);
	if (EVP_Digest(text, strlen(text), digest, NULL, EVP_md5(), NULL) != 1)
		errx(EX_SOFTWARE, "no MD5");
	text_hex(hex, digest, sizeof(digest));
	for (char *p = hex; *p != '\0'; p++)
		*p = text_upper(*p);
	snprintf(m->realm, sizeof(m->realm), "Digest:%s", hex);
}

/* The factory's administrator, no keys, no hashes of roots that somebody
 * added; the MEBx password stays, and from 12.0 on the suffix. */
static void
forget_all(struct machine *m)
{
	static const char *const keep[] = { NULL };
	uint8_t ha1[HA1_LEN];

	change_realm(m);
	forget_general(m, keep);
	machine_ha1(ha1, "admin", m->realm, "admin");
	machine_set_admin(m, "admin", ha1);
	m->admin_default = true;
	m->creds_set = false;
	m->pid[0] = '\0';
	m->roots_lost = true;
	if (m->major < 12)
		m->faults.suffix[0] = '\0';
}

/* Modes 0 to 3 are legal; from 6.0 on only 1 has an effect. */
static unsigned
full(struct call *c)
{
	struct machine *m = c->m;
	uint64_t mode;

	if (!call_number(c, "ProvisioningMode", 3, &mode) ||
	    (m->major >= 6 && mode != 1))
		return RETURN_PARAMETER;
	if (audit_blocks(m))
		return RETURN_BLOCKED;
	forget_all(m);
	m->state = STATE_PRE;
	m->closed = true;
	if (m->faults.back) {
		enter_setup(m);
		m->closed = false;
	}
	forget(m, "full");
	return RETURN_OK;
}

static unsigned
blocking(struct call *c)
{
	if (audit_blocks(c->m))
		soap_element(c->out, 'g', "Component", "1");
	return RETURN_OK;
}

const struct method unprovision_methods[] = {
	{ .name = "PartialUnprovision", .handle = partial },
	{ .name = "Unprovision",
	    .params = { "ProvisioningMode" },
	    .handle = full },
	{ .name = "GetUnprovisionBlockingComponents", .handle = blocking },
	{ .name = NULL },
};
