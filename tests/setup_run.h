#ifndef SETUP_RUN_H
#define SETUP_RUN_H

/*
 * setup_run - plays a whole conversation between setup.c and the machine of
 * setup_device.h, for cmocka tests; include it after cmocka.h.
 */
#include "setup/settings.h"
#include "setup/setup_way.h"
#include "setup_device.h"

#define FACTORY_WORD "admin"
#define OLD "Old-Passw0rd"
#define NEXT "N3xt&<Admin>"
#define MEBX "Mebx-Passw0rd"

static const uint8_t uuid[UUID_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	13, 14, 15, 16 };

/* One conversation, and what came of it. */
struct outcome {
	enum reason_id reason;
	char detail[SETUP_DETAIL_MAX];
	char firmware[32];
	char milestones[128]; /* in order, a blank after each */
	char steps[4096];     /* names of the steps asked */
	unsigned asks;
	int64_t waited_ms;
	enum setup_tls tls; /* of the last request */
	enum setup_route route;
	char realm[SETUP_REALM_MAX + 1];
	char findings[1024]; /* "changed ping", comma and blank after each */
	bool proved;         /* GetUuid was answered under the key */
};

#define REALM "Digest:A4000000000000000000000000000001" /* of device() */

/* Seconds by which our clock is set after this step. */
static int64_t clock_step;
static const char *clock_step_at = "commit";

static inline struct setup_job
job(void)
{
	struct setup_job j = { .host = "pc-0001",
		.domain = "example.com",
		.ntries = 1,
		.tries = { OLD },
		.admin_next = NEXT,
		.attempt = 1 };

	memcpy(j.uuid, uuid, sizeof(uuid));
	return j;
}

/* What the profile of the job asks for; freed with it. */
static struct settings profile;

static inline void
asks_for(struct setup_job *j, const char *setting, const char *value)
{
	struct fault f;

	j->settings = &profile;
	for (size_t i = 0; i < profile.n; i++)
		if (strcmp(profile.list[i].setting, setting) == 0)
			settings_free(&profile);
	assert_int_equal(settings_add(&profile, setting, "", value, &f), 0);
}

static inline struct device
device(void)
{
	struct device d;

	device_init(&d, uuid, OLD);
	return d;
}

static inline void
no_secret(const struct setup_job *j, const char *text)
{
	for (size_t i = 0; i < j->ntries; i++)
		if (strcmp(j->tries[i], FACTORY_WORD) != 0)
			assert_null(strstr(text, j->tries[i]));
	assert_null(strstr(text, j->admin_next));
	if (j->mebx_next[0] != '\0')
		assert_null(strstr(text, j->mebx_next));
}

static inline void
collect(struct setup *s, struct outcome *o)
{
	enum setup_milestone m;
	const struct setup_finding *f;

	while ((f = setup_finding(s)) != NULL)
		(void)snprintf(o->findings + strlen(o->findings),
		    sizeof(o->findings) - strlen(o->findings), "%s %s %s->%s, ",
		    setup_finding_name(f->kind), f->setting, f->found,
		    f->wanted);
	while ((m = setup_milestone(s)) != SETUP_NO_MILESTONE)
		(void)snprintf(o->milestones + strlen(o->milestones),
		    sizeof(o->milestones) - strlen(o->milestones), "%s ",
		    setup_milestone_name(m));
}

/* A machine that is found set up is put right; else nothing is set where no key
 * proves who listens. */
static bool adopts;

/* What holds for every request, whatever the machine does. */
static inline void
check_ask(const struct setup_job *j, const struct outcome *o,
    const struct device *d, const struct setup_ask *ask)
{
	enum setup_route home = j->certified ? SETUP_TLS_PKI : SETUP_TLS_PSK;

	if (j->wish == SETUP_PROVE)
		assert_true(
		    ask->route == home && strncmp(ask->step, "read-", 5) == 0);
	/* A certificate of ours tells nothing of who asks for a login. */
	if (ask->route == SETUP_TLS_PKI && ask->password != NULL)
		assert_string_equal(ask->realm == NULL ? "none" : ask->realm,
		    d->realm);
	if (j->way == &setup_way_managed) {
		assert_non_null(ask->password);
		assert_string_equal(ask->realm, j->realm);
		return;
	}
	if (ask->route == home)
		return;
	assert_non_null(ask->password);
	/* Nothing is asked where no key ever proved who listens. */
	assert_true(adopts || strncmp(ask->step, "read-", 5) == 0 ||
	    strncmp(ask->step, "list-", 5) == 0 ||
	    strncmp(ask->step, "pull-", 5) == 0 ||
	    strncmp(ask->step, "verify-", 7) == 0);
	assert_true(o->proved || j->realm[0] != '\0');
	assert_non_null(ask->realm);
	assert_string_equal(ask->realm, o->proved ? d->realm : j->realm);
}

static inline struct outcome
run(const struct setup_job *j, struct device *d)
{
	struct setup *s = setup_new(j);
	struct setup_reply r, *in = NULL;
	struct setup_ask ask;
	struct talk t = { .open = false };
	struct outcome o = { .asks = 0 };
	enum setup_next next;
	int64_t now = 1800000000, now_ms = 5000, wait_ms = 0;

	while ((next = setup_step(s, in, now, now_ms, &ask, &wait_ms)) !=
	    SETUP_END) {
		collect(s, &o);
		in = NULL;
		if (next == SETUP_WAIT) {
			assert_in_range(wait_ms, 1,
			    j->certified || j->way != NULL ? 20000 : 10000);
			o.waited_ms += wait_ms;
			now += wait_ms / 1000;
			now_ms += wait_ms;
			continue;
		}
		assert_true(++o.asks <= 120);
		assert_in_range(ask.limit_ms, 1000, 20000);
		assert_int_equal(strlen(ask.body), ask.len);
		(void)snprintf(o.steps + strlen(o.steps),
		    sizeof(o.steps) - strlen(o.steps), "%s ", ask.step);
		o.tls = ask.tls;
		o.route = ask.route;
		check_ask(j, &o, d, &ask);
		r = device_talk(d, &t, &ask, now);
		if (r.outcome == SETUP_HTTP_TIMEOUT ||
		    r.outcome == SETUP_CONNECT_TIMEOUT) {
			now += ask.limit_ms / 1000;
			now_ms += ask.limit_ms;
		}
		if (strcmp(ask.step, clock_step_at) == 0) {
			now += clock_step;
			d->clock -= clock_step; /* it has not changed */
		}
		o.proved |= (ask.route == SETUP_TLS_PSK ||
		                ask.route == SETUP_TLS_PKI) &&
		    strcmp(ask.step, "read-uuid") == 0 &&
		    r.outcome == SETUP_ANSWERED && r.status == 200;
		in = &r;
	}
	collect(s, &o);
	o.reason = setup_reason(s);
	strcpy(o.detail, setup_detail(s));
	strcpy(o.firmware, setup_firmware(s));
	strcpy(o.realm, setup_realm(s));
	no_secret(j, o.detail);
	assert_int_equal(setup_step(s, NULL, now, now_ms, &ask, &wait_ms),
	    SETUP_END);
	setup_free(s);
	return o;
}

static inline void
opens_with(const struct device *d, const char *password)
{
	char ha1[33];

	device_hash(d, password, ha1);
	assert_string_equal(d->ha1, ha1);
}

static inline void
ends(const struct outcome *o, enum reason_id reason, const char *detail)
{
	assert_string_equal(reason_get(o->reason)->code,
	    reason_get(reason)->code);
	if (strstr(o->detail, detail) == NULL)
		fail_msg("detail is \"%s\", expected in it \"%s\"", o->detail,
		    detail);
}

/* Set up as the job wants it, whatever the way there was. */
static inline void
is_set_up(const struct outcome *o, const struct device *d)
{
	ends(o, REASON_NONE, "");
	assert_int_equal(d->state, 2);
	assert_int_equal(d->commits, 1);
	assert_string_equal(d->host, "pc-0001");
	assert_string_equal(d->domain, "example.com");
	if (strcmp(clock_step_at, "commit") != 0)
		assert_in_range(d->clock + 1, 0, 2);
	else
		assert_in_range(d->clock + clock_step + 1, 0, 2);
	opens_with(d, NEXT);
	assert_non_null(strstr(o->milestones, "reached "));
	assert_non_null(strstr(o->milestones, "admin-set "));
	assert_non_null(strstr(o->milestones, "named committed verified "));
}

#endif
