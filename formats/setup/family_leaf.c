/*
 * family_leaf - the certificate that the machine serves TLS with (profile.md,
 * 4.1 and 4.4; maintenance.md, 4).
 *
 * Keys and certificates belong together by their bytes, never by their places;
 * what an earlier run has left is used: a key without a certificate, a
 * certificate that nothing serves yet.
 */
#include "setup/family_leaf.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "setup/family_net.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

/* Each reading of it ends; so do they all. */
#define READS_MAX 40
/* As clients are known to write it; the firmware shows it with a blank. */
#define COLLECTION "TLSProtocolEndpointInstances Collection"

static enum setup_next leaf_read_keys(struct setup *s);
static enum setup_next leaf_read_context(struct setup *s);
static enum setup_next context_took(struct setup *s, struct message *r);
static enum setup_next context_lost(struct setup *s);
static bool context_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

/* --- what there is -------------------------------------------------------- */

/* 0, or -1 when it is longer than we take, or no base64. */
int
leaf_decode(struct machinecert_der *to, const char *base64)
{
	size_t len = strcspn(base64, " \t\r\n"), pad = 0;
	int n;

	to->len = 0;
	if (len == 0 || len % 4 != 0 || len / 4 * 3 > sizeof(to->at))
		return -1;
	n = EVP_DecodeBlock(to->at, (const unsigned char *)base64, (int)len);
	while (pad < 2 && base64[len - 1 - pad] == '=')
		pad++;
	if (n <= 0)
		return -1;
	to->len = (size_t)n - pad;
	return 0;
}

static bool
says(const struct message_node *p, const char *name)
{
	const char *value = message_value(p, name);

	return value != NULL && strcmp(value, "true") == 0;
}

static bool
cert_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct leaf_work *work = s->work;
	struct leaf_store *store = &work->store;
	const char *id = message_value(p, "InstanceID");
	const char *bytes = message_value(p, "X509Certificate");
	struct leaf_cert c = { .root = says(p, "TrustedRootCertficate"),
		.fixed = says(p, "ReadOnlyCertificate") };
	struct machinecert_der der;

	(void)class;
	if (id == NULL || bytes == NULL || leaf_decode(&der, bytes) == -1 ||
	    machinecert_read(&c.is, der.at, der.len, work->fqdn) == -1)
		return true;
	if (store->ncert == LEAF_MAX || strlen(id) >= sizeof(c.id))
		return false;
	(void)snprintf(c.id, sizeof(c.id), "%s", id);
	store->cert[store->ncert++] = c;
	return true;
}

static bool
key_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct leaf_work *work = s->work;
	struct leaf_store *store = &work->store;
	const char *id = message_value(p, "InstanceID");
	const char *bytes = message_value(p, "DERKey");
	struct leaf_key *k;

	(void)class;
	if (id == NULL || bytes == NULL)
		return true;
	if (store->nkey == LEAF_MAX || strlen(id) >= LEAF_ID)
		return false;
	k = &store->key[store->nkey];
	if (leaf_decode(&k->der, bytes) == -1)
		return true;
	(void)snprintf(k->id, sizeof(k->id), "%s", id);
	if (EVP_Digest(k->der.at, k->der.len, k->sha256, NULL, EVP_sha256(),
	        NULL) == 1)
		store->nkey++;
	return true;
}

static bool
context_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct leaf_store *store = &((struct leaf_work *)s->work)->store;

	(void)class;
	store->context = true;
	(void)family_refers(p, "ElementInContext", LEAF_CERTIFICATE,
	    "InstanceID", store->current);
	return true;
}

static enum setup_next
leaf_was_read(struct setup *s)
{
	return ((struct leaf_work *)s->work)->then(s);
}

static enum setup_next
leaf_read_context(struct setup *s)
{
	return setup_items(s, LEAF_CONTEXT, context_each, leaf_was_read,
	    leaf_was_read);
}

static enum setup_next
leaf_read_keys(struct setup *s)
{
	return setup_items(s, LEAF_KEY, key_each, leaf_read_context,
	    leaf_read_context);
}

enum setup_next
leaf_read(struct setup *s, setup_then_fn *then)
{
	struct leaf_work *work = s->work;

	if (work->reads++ == READS_MAX)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "the machine's certificates change all the time");
	work->then = then;
	memset(&work->store, 0, sizeof(work->store));
	return setup_items(s, LEAF_CERTIFICATE, cert_each, leaf_read_keys,
	    NULL);
}

enum setup_next
leaf_read_fresh(struct setup *s, setup_then_fn *then)
{
	s->fresh = true;
	return leaf_read(s, then);
}

const struct leaf_cert *
leaf_cert_of(const struct leaf_store *store, const char *id)
{
	for (size_t i = 0; i < store->ncert; i++)
		if (strcmp(store->cert[i].id, id) == 0)
			return &store->cert[i];
	return NULL;
}

bool
leaf_has_key(const struct leaf_store *store, const uint8_t sha256[32])
{
	for (size_t i = 0; i < store->nkey; i++)
		if (memcmp(store->key[i].sha256, sha256, 32) == 0)
			return true;
	return false;
}

/* --- what is wanted ------------------------------------------------------- */

static bool
leaf_is_own(const struct leaf_store *store, const struct leaf_cert *c)
{
	return c != NULL && !c->root && leaf_has_key(store, c->is.key);
}

/* A CA before the site's present one has issued it. */
static bool
leaf_is_of_before(const struct setup *s, const struct leaf_cert *c)
{
	char sum[SETUP_LEAF];

	text_hex(sum, c->is.sha256, sizeof(c->is.sha256));
	return strstr(s->job.replace, sum) != NULL;
}

bool
leaf_is_good(const struct setup *s, const struct leaf_store *store,
    const struct leaf_cert *c)
{
	return leaf_is_own(store, c) && !c->is.self && c->is.named &&
	    c->is.until > s->unix_now + LEAF_RENEW && !leaf_is_of_before(s, c);
}

static bool
leaf_by_device(const struct setup *s)
{
	return strcmp(setup_wanted(s, s->row), "device") == 0;
}

static bool
leaf_will_do(const struct setup *s, const struct leaf_store *store,
    const struct leaf_cert *c)
{
	if (leaf_by_device(s))
		return leaf_is_own(store, c) && c->is.self;
	return leaf_is_good(s, store, c);
}

/* Why it is not: for the report. */
static void
leaf_describe(const struct setup *s, const struct leaf_store *store, char *to,
    size_t cap)
{
	const struct leaf_cert *c = leaf_cert_of(store, store->current);

	if (!leaf_is_own(store, c))
		(void)snprintf(to, cap, "none");
	else if (leaf_by_device(s))
		(void)snprintf(to, cap, "issued by a CA");
	else if (c->is.self)
		(void)snprintf(to, cap, "self-signed");
	else if (!c->is.named)
		(void)snprintf(to, cap, "for another name");
	else if (leaf_is_of_before(s, c))
		(void)snprintf(to, cap, "of another CA");
	else
		(void)snprintf(to, cap, "ends in %lld days",
		    (long long)((c->is.until - s->unix_now) / 86400));
}

/* --- the context ---------------------------------------------------------- */

/* Put takes the same body as Create, and no selector (profile.md, 4.4). */
static void
ask_context(struct setup *s, struct writer *w)
{
	const struct leaf_work *work = s->work;
	const struct message_pair cert = { .name = "InstanceID",
		.value = work->chosen };
	const struct message_pair name = { .name = "ElementName",
		.value = COLLECTION };
	const struct message_ref in = { .class = LEAF_CERTIFICATE,
		.selectors = &cert,
		.nselectors = 1 };
	const struct message_ref by = { .class =
		                            "AMT_TLSProtocolEndpointCollection",
		.selectors = &name,
		.nselectors = 1 };
	const struct message_pair properties[] = {
		{ .name = "ElementInContext", .ref = &in },
		{ .name = "ElementProvidingContext", .ref = &by },
	};

	if (work->store.context)
		ask_put(s, w, properties, 2);
	else
		ask_create(s, w, properties, 2);
}

static const struct setup_step step_context = { .name = "choose-",
	.class = LEAF_CONTEXT,
	.limit_ms = SETUP_SLOW_MS,
	.ask = ask_context,
	.took = context_took,
	.lost = context_lost,
	.refused = context_refused };

static enum setup_next
context_read_back(struct setup *s)
{
	return leaf_read(s, leaf_decide);
}

static enum setup_next
context_took(struct setup *s, struct message *r)
{
	(void)r;
	return context_read_back(s);
}

static enum setup_next
context_lost(struct setup *s)
{
	if (setup_counted(s, &step_context)->lost++ != 0)
		return setup_give_up(s);
	return leaf_read_fresh(s, leaf_decide);
}

/* The factory's context may be there though it was not listed: then the old
 * certificate goes on serving unless it is put (rpc-go, 572). */
static bool
context_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct leaf_work *work = s->work;

	if (no->fault == NULL || work->store.context ||
	    strcmp(no->fault->subcode, "AlreadyExists") != 0)
		return false;
	work->store.context = true;
	*next = setup_enter(s, &step_context);
	return true;
}

enum setup_next
leaf_choose(struct setup *s, const struct leaf_cert *c)
{
	struct leaf_work *work = s->work;

	if (work->creates++ == 3)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "the certificate was chosen for TLS and another one stays");
	memcpy(work->chosen, c->id, sizeof(work->chosen));
	setup_keep_instance(s, NULL, NULL, NULL);
	return setup_enter(s, &step_context);
}

/* --- what is due ---------------------------------------------------------- */

/* What the handshake after the commit must show. */
static void
leaf_remember(struct setup *s, const struct leaf_cert *c)
{
	text_hex(s->leaf_next, c->is.sha256, sizeof(c->is.sha256));
}

static enum setup_next
leaf_is_chosen(struct setup *s, const struct leaf_cert *c)
{
	struct leaf_work *work = s->work;

	if (setup_writes(s)) {
		s->tidy = leaf_tidy;
		if (work->creates != 0) {
			s->commit_due = true;
			leaf_remember(s, c);
			setup_changed(s, s->row, "", work->found);
		}
	}
	return setup_applied(s);
}

static enum setup_next
leaf_lacks(struct setup *s)
{
	setup_lacks(s, s->row, "");
	return setup_apply_from(s, s->row + 1);
}

/* One that the machine has and does not serve. */
static const struct leaf_cert *
leaf_find(const struct setup *s, const struct leaf_store *store)
{
	for (size_t i = 0; i < store->ncert; i++)
		if (leaf_will_do(s, store, &store->cert[i]))
			return &store->cert[i];
	return NULL;
}

/* GenerateKeyPair is of 6.2 (versions.md 3), and no sweep sends a key without
 * TLS: what cannot be mended is no drift. */
static bool
leaf_gets_no_key(const struct setup *s)
{
	return s->route == SETUP_PLAIN && s->release != 0 &&
	    s->release < SETTING_RELEASE(6, 2);
}

enum setup_next
leaf_decide(struct setup *s)
{
	struct leaf_work *work = s->work;
	struct leaf_store *store = &work->store;
	const struct leaf_cert *c = leaf_cert_of(store, store->current);

	if (leaf_will_do(s, store, c))
		return leaf_is_chosen(s, c);
	if (work->found[0] == '\0')
		leaf_describe(s, store, work->found, sizeof(work->found));
	c = leaf_find(s, store);
	if (c == NULL && leaf_by_device(s))
		return leaf_lacks(s);
	if (!setup_writes(s) && c == NULL && leaf_gets_no_key(s))
		return leaf_without_key(s);
	if (!setup_writes(s)) {
		setup_differs(s, s->row, "", work->found);
		return setup_apply_from(s, s->row + 1);
	}
	return c != NULL && work->chain.n == 0 ? leaf_choose(s, c)
	                                       : leaf_make(s);
}

void
leaf_name(const struct setup *s, struct leaf_work *work)
{
	(void)snprintf(work->fqdn, sizeof(work->fqdn), "%s.%s", s->job.host,
	    s->job.domain);
}

enum setup_next
family_leaf(struct setup *s)
{
	struct leaf_work *work = setup_work(s, sizeof(*work));

	if (work == NULL)
		return family_no_memory(s);
	leaf_name(s, work);
	setup_counted(s, &step_context)->lost = 0;
	return leaf_read(s, leaf_decide);
}
