/*
 * family_wired - 802.1X of the wired port.  There are two generations of it,
 * which classes that can be read tell apart: IPS_IEEE8021xSettings, or else
 * AMT_8021XProfile (profile.md, 5).
 *
 * A switch that refuses it cuts the way to the machine: that is said apart.
 */
#include "setup/family_net.h"

#include <stdio.h>
#include <string.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define NEW "IPS_IEEE8021xSettings"
#define OLD "AMT_8021XProfile"

struct wired_work {
	struct family_certs certs; /* first */
	bool old;
	bool contexts; /* the machine says what it uses: */
	bool root_same, own_same, other;
	uint8_t sends;
	struct family_diffs now, was;
};

static const struct family_eap wired_news = { "wired-802.1x", "", 1 };
static const struct family_eap wired_olds = { "wired-802.1x", "", 0 };

static enum setup_next wired_took_put(struct setup *s, struct message *r);
static enum setup_next wired_took_check(struct setup *s, struct message *r);
static enum setup_next wired_lost(struct setup *s);
static enum setup_next wired_lost_check(struct setup *s);
static bool wired_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next wired_compare(struct setup *s);

static const struct family_eap *
wired_eap(const struct setup *s)
{
	return ((struct wired_work *)s->work)->old ? &wired_olds : &wired_news;
}

static bool
wired_is_wanted(const struct setup *s)
{
	return strcmp(setup_wanted(s, s->row), "on") == 0;
}

/* The machine's certificate, when that logs in; NULL: it does not, or there is
 * none. */
static const struct family_cert *
wired_own(const struct setup *s)
{
	return wired_is_wanted(s) && family_eap_certified(s, wired_eap(s))
	    ? family_own_cert(s->work)
	    : NULL;
}

static const struct family_cert *
wired_root(const struct setup *s)
{
	return wired_is_wanted(s) ? family_eap_root(s, wired_eap(s), s->work)
	                          : NULL;
}

/* --- the requests --------------------------------------------------------- */

#define REFS_MAX 2

struct wired_refs {
	struct message_pair key[REFS_MAX];
	struct message_ref ref[REFS_MAX];
};

static size_t
wired_refs(const struct setup *s, struct wired_refs *r, const char *address,
    struct message_pair to[REFS_MAX])
{
	const struct family_cert *certs[REFS_MAX] = { wired_root(s),
		wired_own(s) };
	static const char *const names[] = { "ServerCertificateIssuer",
		"ClientCertificate" };
	size_t n = 0;

	for (size_t i = 0; i < REFS_MAX; i++) {
		if (certs[i] == NULL)
			continue;
		r->key[i] = (struct message_pair){ .name = "InstanceID",
			.value = certs[i]->id };
		r->ref[i] = (struct message_ref){ "AMT_PublicKeyCertificate",
			&r->key[i], 1, address };
		to[n++] = (struct message_pair){ .name = names[i],
			.ref = &r->ref[i] };
	}
	return n;
}

static void
ask_put_settings(struct setup *s, struct writer *w)
{
	const struct wired_work *work = s->work;
	const char *pxe = setup_item_value(s, "wired-802.1x-pxe", "");
	const char *s0 = setup_item_value(s, "wired-802.1x-s0", "");
	struct message_pair to[FAMILY_EAP_MAX + 6];
	struct wired_refs refs;
	bool on = wired_is_wanted(s);
	char match[4];
	size_t n = on ? family_eap_parts(s, wired_eap(s), to, match) : 0;

	to[n++] = (struct message_pair){ "Enabled",
		.value =
		    work->old ? (on ? "true" : "false") : (on ? "2" : "3") };
	if (on && work->old)
		n += wired_refs(s, &refs, NULL, to + n);
	if (on && pxe != NULL)
		to[n++] = (struct message_pair){ "PxeTimeout", .value = pxe };
	if (on && s0 != NULL)
		to[n++] = (struct message_pair){ work->old ? "ActiveInS0"
			                                   : "AvailableInS0",
			.value = strcmp(s0, "on") == 0 ? "true" : "false" };
	family_sort(to, n);
	ask_put(s, w, to, n);
}

static void
ask_certificates(struct setup *s, struct writer *w)
{
	struct message_pair to[REFS_MAX];
	struct wired_refs refs;
	size_t n = wired_refs(s, &refs, "default", to);

	ask_call(s, w, to, n);
}

static const struct setup_step step_put = { .name = "put-",
	.of_items = true,
	.ask = ask_put_settings,
	.took = wired_took_put,
	.lost = wired_lost,
	.refused = wired_refused };
static const struct setup_step step_certificates = { .name = "certify-",
	.class = NEW,
	.method = "SetCertificates",
	.own_codes = true,
	.expect = EXPECT_RETURN,
	.ask = ask_certificates,
	.took = wired_took_put,
	.lost = wired_lost,
	.refused = wired_refused };
static const struct setup_step step_check = { .name = "check-",
	.of_items = true,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = wired_took_check,
	.lost = wired_lost_check };

/* --- the machine's certificates for it ------------------------------------ */

static bool
context_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct wired_work *work = s->work;
	const struct family_cert *root = wired_root(s), *own = wired_own(s);
	char id[FAMILY_ID];

	(void)class;
	if (!family_refers(p, "ElementInContext", "AMT_PublicKeyCertificate",
	        "InstanceID", id))
		return true;
	if (root != NULL && strcmp(root->id, id) == 0)
		work->root_same = true;
	else if (own != NULL && strcmp(own->id, id) == 0)
		work->own_same = true;
	else
		work->other = true;
	return true;
}

static enum setup_next
context_lacks(struct setup *s)
{
	((struct wired_work *)s->work)->contexts = false;
	return wired_compare(s);
}

/* What s->instance has is compared once they are read. */
static enum setup_next
wired_read_contexts(struct setup *s)
{
	struct wired_work *work = s->work;

	work->contexts = wired_is_wanted(s);
	work->root_same = work->own_same = work->other = false;
	if (wired_root(s) == NULL && wired_own(s) == NULL) {
		work->contexts = false;
		return wired_compare(s);
	}
	return setup_items(s,
	    work->old ? "AMT_8021xCredentialContext"
	              : "IPS_8021xCredentialContext",
	    context_each, wired_compare, context_lacks);
}

/* --- compared ------------------------------------------------------------- */

static void
wired_compare_property(const struct setup *s, const char *setting,
    const char *property, struct family_diffs *d)
{
	const struct setting *row = family_row(s, setting);
	const char *wanted = setup_item_value(s, setting, "");
	const char *have = message_value(s->instance.items, property);

	if (wanted != NULL && have != NULL &&
	    !setting_identical(row, have, wanted))
		family_diff(d, row, have);
}

static void
wired_differences(struct setup *s, struct family_diffs *d)
{
	const struct wired_work *work = s->work;
	const struct message_node *p = s->instance.items;
	const char *enabled = message_value(p, "Enabled");
	bool on = enabled != NULL &&
	    (work->old
	            ? strcmp(enabled, "true") == 0
	            : strcmp(enabled, "2") == 0 || strcmp(enabled, "6") == 0);

	d->n = 0;
	if (on != wired_is_wanted(s))
		family_diff(d, s->row, on ? "on" : "off");
	if (!wired_is_wanted(s))
		return;
	family_eap_compare(s, wired_eap(s), p, false, d);
	wired_compare_property(s, "wired-802.1x-pxe", "PxeTimeout", d);
	wired_compare_property(s, "wired-802.1x-s0",
	    work->old ? "ActiveInS0" : "AvailableInS0", d);
	family_eap_secrets(s, wired_eap(s), d);
	if (work->contexts && wired_root(s) != NULL && !work->root_same)
		family_diff(d, family_row(s, "wired-802.1x-root"), NULL);
	if (work->contexts && wired_own(s) != NULL && !work->own_same)
		family_diff(d, family_row(s, "wired-802.1x-eap"), NULL);
}

static enum setup_next
wired_compare(struct setup *s)
{
	struct wired_work *work = s->work;

	s->items.class = work->old ? OLD : NEW; /* that s->instance is of */
	wired_differences(s, &work->now);
	if (work->now.n == 0) {
		family_tell(s, &work->was, "", true);
		return setup_applied(s);
	}
	if (!setup_writes(s)) {
		family_tell(s, &work->now, "", false);
		return setup_apply_from(s, s->row + 1);
	}
	if (work->sends++ == 2)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "%s was written and stays another", work->now.row[0]->name);
	if (work->was.n == 0)
		work->was = work->now;
	return setup_enter(s, &step_put);
}

/* Without its root or its own certificate the machine would lock itself out. */
static bool
wired_lacks_certificate(struct setup *s)
{
	const char *field = NULL;

	if (!wired_is_wanted(s))
		return false;
	if (family_eap_value(s, wired_eap(s), "root") != NULL &&
	    wired_root(s) == NULL)
		field = "root";
	else if (family_eap_certified(s, wired_eap(s)) && wired_own(s) == NULL)
		field = "eap";
	if (field != NULL)
		setup_differs(s, family_eap_row(s, wired_eap(s), field), "",
		    "no certificate");
	return field != NULL;
}

/* --- read ----------------------------------------------------------------- */

static enum setup_next
wired_found(struct setup *s)
{
	if (wired_lacks_certificate(s))
		return setup_apply_from(s, s->row + 1);
	return wired_read_contexts(s);
}

static enum setup_next
wired_try_old(struct setup *s)
{
	((struct wired_work *)s->work)->old = true;
	return setup_read(s, OLD, wired_found, NULL);
}

static enum setup_next
wired_read(struct setup *s)
{
	return setup_read(s, NEW, wired_found, wired_try_old);
}

static enum setup_next
wired_read_keys(struct setup *s)
{
	return family_keys_read(s, wired_read);
}

enum setup_next
family_wired(struct setup *s)
{
	if (setup_work(s, sizeof(struct wired_work)) == NULL)
		return family_no_memory(s);
	s->nselectors = 0;
	setup_counted(s, &step_put)->lost = 0;
	setup_counted(s, &step_certificates)->lost = 0;
	if (wired_is_wanted(s) &&
	    (family_eap_value(s, &wired_news, "root") != NULL ||
	        family_eap_certified(s, &wired_news)))
		return family_certs_read(s, wired_read_keys);
	return wired_read(s);
}

/* --- written -------------------------------------------------------------- */

static enum setup_next
wired_check(struct setup *s)
{
	struct wired_work *work = s->work;

	s->items.class = work->old ? OLD : NEW;
	setup_counted(s, &step_check)->lost = 0;
	return setup_enter(s, &step_check);
}

static enum setup_next
wired_took_put(struct setup *s, struct message *r)
{
	const struct wired_work *work = s->work;

	(void)r;
	if (s->step == &step_certificates || !wired_is_wanted(s))
		return wired_check(s);
	family_eap_sent(s, wired_eap(s));
	if (!work->old && (wired_root(s) != NULL || wired_own(s) != NULL))
		return setup_enter(s, &step_certificates);
	return wired_check(s);
}

static enum setup_next
wired_lost(struct setup *s)
{
	return setup_write_lost(s, wired_check);
}

static enum setup_next
wired_lost_check(struct setup *s)
{
	if (setup_counted(s, &step_check)->lost++ == 0)
		return setup_enter_fresh(s, &step_check);
	return setup_end(s, s->why.reason,
	    "not reached since 802.1X was written; does the switch take it? "
	    "(%s)",
	    s->why.detail);
}

static enum setup_next
wired_took_check(struct setup *s, struct message *r)
{
	setup_keep_instance(s, s->items.class, NULL, r);
	return wired_read_contexts(s);
}

static bool
wired_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	const struct wired_work *work = s->work;

	setup_note(s, no->what);
	family_tell(s, &work->was, "", false);
	*next = setup_apply_from(s, s->row + 1);
	return true;
}
