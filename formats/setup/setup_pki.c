/*
 * setup_pki - what is different where a certificate of ours is the login:
 * remote configuration.
 *
 * Calls and their order: Intel AMT Implementation and Reference Guide, "Remote
 * Setup and Configuration Flow"; class definitions of IPS_TLSProvisioningRecord
 * and IPS_HostBasedSetupService.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "setup/chains.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"
#include "setup/setup_line.h"
#include "setup/setup_want.h"
#include "setup/setup_way.h"

#define HOST_BASED "IPS_HostBasedSetupService"
#define RECORD "IPS_TLSProvisioningRecord"

#define MODE_ADMIN 2 /* CurrentControlMode */
#define RECORD_PKI 1 /* ProvisioningTLSMode */
#define ROOT_LEN 32  /* SHA-256 */
#define HASH_MAX 64  /* of any algorithm that firmware knows */
#define REALM_DIGITS 32

static enum setup_next took_control(struct setup *s, struct message *r);
static bool control_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next record_begin(struct setup *s);
static enum setup_next took_record(struct setup *s, struct message *r);
static enum setup_next record_lost(struct setup *s);
static bool record_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

static const struct setup_step pki_read_control = { .name = "verify-control",
	.class = HOST_BASED,
	.expect = EXPECT_INSTANCE,
	.own_pace = true,
	.ask = ask_get,
	.took = took_control,
	.lost = setup_lost_verify,
	.refused = control_refused };
static const struct setup_step pki_list_record = { .name = "verify-records",
	.class = RECORD,
	.expect = EXPECT_BEGUN,
	.own_pace = true,
	.ask = ask_enumerate,
	.took = took_record,
	.lost = setup_lost_verify,
	.refused = record_refused };
static const struct setup_step pki_pull_record = { .name = "verify-record",
	.class = RECORD,
	.expect = EXPECT_LISTED,
	.own_pace = true,
	.relist = record_begin,
	.ask = ask_pull,
	.took = took_record,
	.lost = record_lost,
	.refused = record_refused };

/* --- whom to trust -------------------------------------------------------- */

/* "Digest:" and 32 hexadecimal digits, on every release that speaks
 * WS-Management. */
static bool
realm_fits(const char *realm)
{
	static const char start[] = "Digest:";
	const char *digits = realm + sizeof(start) - 1;

	return strncmp(realm, start, sizeof(start) - 1) == 0 &&
	    strlen(digits) == REALM_DIGITS &&
	    strspn(digits, "0123456789abcdefABCDEF") == REALM_DIGITS;
}

/* The oldest version of TLS that a release speaks (versions.md, 1): whoever
 * claims to be newer and speaks an older one is not what he says. */
static enum setup_tls
release_tls(unsigned release)
{
	if (release >= SETTING_RELEASE(16, 0))
		return SETUP_TLS_BEST;
	return release >= SETTING_RELEASE(12, 0) ? SETUP_TLS_1_1
	                                         : SETUP_TLS_1_0;
}

static enum setup_next
pki_trusts(struct setup *s, const char *realm)
{
	static const char *const versions[] = { "1.2", "1.1", "1.0" };
	char shown[64];

	if (!realm_fits(realm))
		return setup_end(s, REASON_HTTP_STATUS,
		    "no realm of a machine, no password sent (got %s, expected "
		    "Digest: and 32 hexadecimal digits)",
		    setup_quote(s, shown, sizeof(shown), realm));
	if (s->tls_met > release_tls(s->release))
		return setup_end(s, REASON_TLS_DOWNGRADED,
		    "firmware %s, and TLS %s (expected %s or later)",
		    s->firmware, versions[s->tls_met],
		    versions[release_tls(s->release)]);
	setup_note_realm(s, realm);
	return SETUP_ASK;
}

/* --- passwords ------------------------------------------------------------ */

/* Where one is wanted though the certificate was taken: what an earlier setup
 * may have left there (pki-setup.md, 5). */
static void
pki_logins(struct setup *s)
{
	trial_add(s, s->admin);
	for (size_t i = 0; i < s->job.ntries; i++)
		trial_add(s, pool_add(s, s->job.tries[i]));
	trial_add(s, s->mebx);
	trial_add(s, pool_add(s, "admin"));
	trial_add(s, pool_add(s, ""));
}

/* --- the commit ----------------------------------------------------------- */

/* Unknown: everything is looked at. */
static bool
from_release(const struct setup *s, unsigned release)
{
	return s->release == 0 || s->release >= release;
}

/*
 * CommitChanges answers 2057 alike for a clock that is not set, a name that is
 * missing and, from 19.0 on, the factory's MEBx password (pki-setup.md, 6).
 * All are looked at again, and what is not so is set.
 */
static enum setup_next
pki_examine(struct setup *s)
{
	s->commit_wants_admin = s->admin_sends == 0;
	setup_keep_instance(s, NULL, NULL, NULL);
	if (!s->mebx_done && s->job.mebx_next[0] == '\0' &&
	    from_release(s, SETTING_RELEASE(19, 0))) {
		memcpy(s->job.mebx_next, s->job.admin_next,
		    sizeof(s->job.mebx_next));
		s->mebx = s->admin;
		setup_reached(s, SETUP_MEBX_WANTED);
		setup_note(s,
		    "the commit wanted a MEBx password: it is the "
		    "admin's now");
	}
	return setup_apply(s);
}

/*
 * From 16.1 on machines stay on TLS, with a certificate of their own; before,
 * 16992 is open.  What did not ask for a certificate where setup is talked is
 * likelier to be one of the former.
 */
static size_t
pki_after(const struct setup *s, enum setup_route to[SETUP_AFTER_MAX])
{
	bool on_tls = s->release == 0 ? s->best.reason == REASON_CERT_NOT_ASKED
	                              : s->release >= SETTING_RELEASE(16, 1);

	to[0] = on_tls ? SETUP_TLS_OWN : SETUP_PLAIN;
	to[1] = on_tls ? SETUP_PLAIN : SETUP_TLS_OWN;
	return s->release == 0 ? 2 : 1;
}

/* --- what must be so after it --------------------------------------------- */

static enum setup_next
record_begin(struct setup *s)
{
	s->npulls = 0;
	return setup_enter(s, &pki_list_record);
}

/* Both came with 6.2. */
static enum setup_next
pki_confirm(struct setup *s)
{
	return from_release(s, SETTING_RELEASE(6, 2))
	    ? setup_enter(s, &pki_read_control)
	    : setup_confirmed(s);
}

static enum setup_next
differs(struct setup *s, const char *what, const char *got,
    const char *expected)
{
	char shown[SETUP_CHAIN_ROOT + 8];

	return setup_end(s,
	    s->found ? REASON_ALREADY_SET_UP : REASON_VERIFY_FAILED,
	    "%s (got %s, expected %s)", what,
	    setup_quote(s, shown, sizeof(shown), got), expected);
}

static enum setup_next
took_control(struct setup *s, struct message *r)
{
	const char *text = message_value(r->items, "CurrentControlMode");
	uint32_t mode;

	if (text != NULL &&
	    (message_number(&mode, r->items, "CurrentControlMode") != 0 ||
	        mode != MODE_ADMIN))
		return differs(s, "CurrentControlMode", text, "2");
	return record_begin(s);
}

/* Firmware that has none, or does not show it. */
static bool
control_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)no;
	*next = record_begin(s);
	return true;
}

/* An empty part that comes after the lost one is not the record's absence. */
static enum setup_next
record_lost(struct setup *s)
{
	return s->dropped && setup_may_relist(s, true) ? record_begin(s)
	                                               : setup_lost_verify(s);
}

static bool
record_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)no;
	*next = setup_confirmed(s);
	return true;
}

/* Base64 of the root's hash; false where it is of another algorithm than the
 * one that we know our roots by. */
static bool
record_root(const struct message_node *items, char hex[SETUP_CHAIN_ROOT])
{
	const char *text = message_value(items, "SelectedHashData");
	unsigned char bytes[HASH_MAX + 3];
	size_t len = text == NULL ? 0 : strlen(text);
	int n;

	if (len == 0 || len % 4 != 0 || len > (sizeof(bytes) / 3) * 4)
		return false;
	n = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len);
	n -= (text[len - 1] == '=') + (text[len - 2] == '=');
	if (n != ROOT_LEN)
		return false;
	text_hex(hex, bytes, ROOT_LEN);
	return true;
}

/* Any of the job's: an earlier run may have begun with another. */
static bool
is_ours(const struct setup *s, const char *cn, const char *root)
{
	for (size_t i = 0; i < s->job.nchains; i++) {
		const struct setup_chain *c = s->job.chains[i];

		if ((cn == NULL || text_same(c->cn, cn)) &&
		    (root == NULL || text_same(c->root, root)))
			return true;
	}
	return false;
}

/* What the machine wrote down of its setup: whose certificate that was. */
static enum setup_next
record_judge(struct setup *s, const struct message_node *items)
{
	const char *cn = message_value(items, "ProvServerFQDN");
	const char *valid = message_value(items, "IsTimeValid");
	const struct setup_chain *c = s->job.chains[s->chain];
	char root[SETUP_CHAIN_ROOT];
	bool has_root = record_root(items, root);
	uint32_t mode;

	if (message_number(&mode, items, "ProvisioningTLSMode") == 0 &&
	    mode != RECORD_PKI)
		return differs(s, "ProvisioningTLSMode of the record",
		    message_value(items, "ProvisioningTLSMode"), "1");
	if (cn != NULL && *cn == '\0')
		cn = NULL;
	if (!is_ours(s, cn, NULL))
		return differs(s, "the record's certificate", cn, c->cn);
	if (!is_ours(s, cn, has_root ? root : NULL))
		return differs(s, "the record's root", root, c->root);
	if (valid != NULL && strcmp(valid, "false") == 0)
		setup_note(s, "by its clock our certificate was out of date");
	return setup_confirmed(s);
}

static enum setup_next
took_record(struct setup *s, struct message *r)
{
	if (r->items != NULL)
		return record_judge(s, r->items->first);
	if (r->end || *r->context == '\0' || s->npulls++ != 0 ||
	    strlen(r->context) >= sizeof(s->context))
		return setup_confirmed(s);
	(void)snprintf(s->context, sizeof(s->context), "%s", r->context);
	return setup_enter(s, &pki_pull_record);
}

/* --- the way -------------------------------------------------------------- */

const struct setup_way setup_way_pki = { .name = "pki",
	.route = SETUP_TLS_PKI,
	.first = &setup_step_state,
	.bare = true,
	.logins = pki_logins,
	.login_pause_ms = 20000, /* pki-setup.md, 5 */
	.closed_times = 3,
	.closed_ms = 10000,
	.trusts = pki_trusts,
	.after = pki_after,
	.examine = pki_examine,
	.confirm = pki_confirm };
