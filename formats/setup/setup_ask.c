#include "setup/setup_ask.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "setup/settings.h"

static struct message_to
to_class(const struct setup *s)
{
	return (struct message_to){ .class = setup_now(s)->class, .id = s->id };
}

void
ask_get(struct setup *s, struct writer *w)
{
	const struct message_to to = to_class(s);

	wsman_get(w, &to);
}

static void
call(struct setup *s, struct writer *w, const struct message_pair *params,
    size_t nparams)
{
	const struct message_to to = to_class(s);

	wsman_call(w, &to, setup_now(s)->method, params, nparams);
}

void
ask_plain_call(struct setup *s, struct writer *w)
{
	call(s, w, NULL, 0);
}

void
ask_enumerate(struct setup *s, struct writer *w)
{
	const struct message_to to = to_class(s);

	wsman_enumerate(w, &to);
}

void
ask_pull(struct setup *s, struct writer *w)
{
	const struct message_to to = to_class(s);

	wsman_pull(w, &to, s->context);
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
	const struct message_pair params[] = { { "Ta0", ta0 }, { "Tm1", tm1 },
		{ "Tm2", tm2 } };

	(void)snprintf(ta0, sizeof(ta0), "%u", (unsigned)s->ta0);
	(void)snprintf(tm1, sizeof(tm1), "%u", (unsigned)(uint32_t)heard);
	(void)snprintf(tm2, sizeof(tm2), "%u", (unsigned)(uint32_t)s->unix_now);
	call(s, w, params, 3);
}

void
ask_set_mebx(struct setup *s, struct writer *w)
{
	const struct message_pair param = { "Password", s->job.mebx_next };

	call(s, w, &param, 1);
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
	const char *realm = message_value(s->settings.items, "DigestRealm");
	char digest[SETUP_DIGEST] = "";
	const struct message_pair params[] = { { "Username", "admin" },
		{ "DigestPassword", digest } };

	if (realm == NULL || setup_digest(s, realm, digest) != 0)
		w->full = true; /* took_settings has seen to it */
	call(s, w, params, 2);
	explicit_bzero(digest, sizeof(digest));
}

static bool
differs(const struct setup *s, const char *name, const char *wanted)
{
	const char *value = message_value(s->settings.items, name);

	return value == NULL || strcmp(value, wanted) != 0;
}

/* A switch that the firmware does not have cannot be set. */
static const char *
switch_wanted(const struct setup *s, const char *name, const char *setting)
{
	const char *value = message_value(s->settings.items, name);
	const char *wanted = settings_value(s->job.settings, setting);
	bool on;

	if (value == NULL || wanted == NULL)
		return NULL;
	on = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
	if (on == (strcmp(wanted, "on") == 0))
		return NULL;
	return on ? "false" : "true";
}

size_t
setup_changes(const struct setup *s, struct message_pair to[SETUP_CHANGES_MAX])
{
	const struct message_pair switches[] = {
		{ "PingResponseEnabled",
		    switch_wanted(s, "PingResponseEnabled", "ping") },
		{ "RmcpPingResponseEnabled",
		    switch_wanted(s, "RmcpPingResponseEnabled", "rmcp-ping") },
	};
	size_t n = 0;

	if (differs(s, "HostName", s->job.host))
		to[n++] = (struct message_pair){ "HostName", s->job.host };
	if (differs(s, "DomainName", s->job.domain))
		to[n++] = (struct message_pair){ "DomainName", s->job.domain };
	for (size_t i = 0; i < 2; i++)
		if (switches[i].value != NULL)
			to[n++] = switches[i];
	return n;
}

void
ask_put_names(struct setup *s, struct writer *w)
{
	const struct message_to to = to_class(s);
	struct message_pair changes[SETUP_CHANGES_MAX];
	size_t n = setup_changes(s, changes);

	wsman_put(w, &to, s->settings.items, changes, n);
}
