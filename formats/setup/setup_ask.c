#include "setup/setup_ask.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "amt/wsman.h"

static void
wsman_go_on(struct writer *w, const struct message_to *to, const char *context)
{
	if (context == NULL)
		wsman_enumerate(w, to);
	else
		wsman_pull(w, to, context);
}

const struct setup_dialect setup_wsman = { .name = "WS-Management",
	.get = wsman_get,
	.put = wsman_put,
	.create = wsman_create,
	.delete = wsman_delete,
	.call = wsman_call,
	.enumerate = wsman_go_on,
	.decode = wsman_decode,
	.output = "_OUTPUT",
	.begun = "EnumerateResponse",
	.listed = "PullResponse" };

/* An instance of the row's, when the step has no class of its own. */
static struct message_to
ask_to(const struct setup *s)
{
	struct message_to to = { .class = setup_class(s), .id = s->id };

	if (s->step->chooses) {
		to.selectors = s->selectors;
		to.nselectors = s->nselectors;
	} else if (s->step->class == NULL && s->row->key.name != NULL) {
		to.selectors = &s->row->key;
		to.nselectors = 1;
	}
	return to;
}

void
ask_get(struct setup *s, struct writer *w)
{
	const struct message_to to = ask_to(s);

	s->rules.dialect->get(w, &to);
}

void
ask_call(struct setup *s, struct writer *w, const struct message_pair *params,
    size_t nparams)
{
	const struct message_to to = ask_to(s);

	s->rules.dialect->call(w, &to, setup_method(s), params, nparams);
}

void
ask_plain_call(struct setup *s, struct writer *w)
{
	ask_call(s, w, NULL, 0);
}

void
ask_call_params(struct setup *s, struct writer *w)
{
	ask_call(s, w, s->params, s->params[1].name == NULL ? 1 : 2);
}

void
ask_enumerate(struct setup *s, struct writer *w)
{
	const struct message_to to = ask_to(s);

	s->rules.dialect->enumerate(w, &to, NULL);
}

void
ask_items(struct setup *s, struct writer *w)
{
	const struct message_to to = { .class = s->items.class, .id = s->id };

	s->rules.dialect->enumerate(w, &to,
	    s->context[0] == '\0' ? NULL : s->context);
}

void
ask_pull(struct setup *s, struct writer *w)
{
	const struct message_to to = ask_to(s);

	s->rules.dialect->enumerate(w, &to, s->context);
}

void
ask_put(struct setup *s, struct writer *w, const struct message_pair *changes,
    size_t nchanges)
{
	const struct message_to to = ask_to(s);

	s->rules.dialect->put(w, &to, s->instance.items, changes, nchanges);
}

void
ask_create(struct setup *s, struct writer *w,
    const struct message_pair *properties, size_t nproperties)
{
	const struct message_to to = ask_to(s);

	s->rules.dialect->create(w, &to, properties, nproperties);
}

void
ask_delete(struct setup *s, struct writer *w)
{
	const struct message_to to = ask_to(s);

	s->rules.dialect->delete (w, &to);
}

/*
 * The device adds half of (Tm1 - Ta0) + (Tm2 - Ta3), Ta3 being its own time
 * when this arrives: Tm1 belongs to the moment Ta0 was heard, Tm2 is now.
 * Both are of the clock as it is now: it may have been set in between.
 */
void
ask_set_clock(struct setup *s, struct writer *w)
{
	int64_t heard = s->unix_now - (s->now_ms - s->ta0_ms) / 1000;
	char ta0[12], tm1[12], tm2[12];
	const struct message_pair params[] = { { .name = "Ta0", .value = ta0 },
		{ .name = "Tm1", .value = tm1 },
		{ .name = "Tm2", .value = tm2 } };

	(void)snprintf(ta0, sizeof(ta0), "%u", (unsigned)s->ta0);
	(void)snprintf(tm1, sizeof(tm1), "%u", (unsigned)(uint32_t)heard);
	(void)snprintf(tm2, sizeof(tm2), "%u", (unsigned)(uint32_t)s->unix_now);
	ask_call(s, w, params, 3);
}

/* The longest that may be asked for: a window that is longer anyway must not
 * become shorter (hello.md, 3). */
void
ask_extend(struct setup *s, struct writer *w)
{
	const struct message_pair param = { .name = "Duration", .value = "24" };

	ask_call(s, w, &param, 1);
}

void
ask_set_mebx(struct setup *s, struct writer *w)
{
	const struct message_pair param = { .name = "Password",
		.value = s->job.mebx_next };

	ask_call(s, w, &param, 1);
}

int
setup_digest(const struct setup *s, const char *realm, char to[SETUP_DIGEST])
{
	char text[512];
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	int n = snprintf(text, sizeof(text), "admin:%s:%s", realm,
	    s->job.admin_next);
	int ok = n > 0 && (size_t)n < sizeof(text) &&
	    EVP_Digest(text, (size_t)n, md, &len, EVP_md5(), NULL) == 1 &&
	    len == 16;

	if (ok)
		(void)EVP_EncodeBlock((unsigned char *)to, md, 16);
	explicit_bzero(text, sizeof(text));
	explicit_bzero(md, sizeof(md));
	return ok ? 0 : -1;
}

void
ask_set_admin(struct setup *s, struct writer *w)
{
	const struct message_pair params[] = { { .name = "Username",
		                                   .value = "admin" },
		{ .name = "DigestPassword", .value = s->ha1 } };

	if (s->ha1[0] == '\0')
		w->full = true; /* setup_keep_realm has seen to it */
	ask_call(s, w, params, 2);
}
