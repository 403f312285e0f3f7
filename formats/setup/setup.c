#include "setup/setup.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "setup/setup_line.h"
#include "setup/setup_steps.h"
#include "setup/setup_want.h"
#include "setup/setup_way.h"

/* A new connection and its TLS handshake come on top of a request's limit. */
#define CONNECT_MS 5000

/* --- new and free -------------------------------------------------------- */

/* As long as it is, and only while it is out: machines that wait, and most
 * that are asked, need a tenth of the largest. */
static bool
setup_keep_request(struct setup *s, const struct writer *w)
{
	s->body = malloc(w->len + 1);
	if (s->body == NULL)
		return false;
	memcpy(s->body, w->base, w->len);
	s->body[w->len] = '\0';
	s->len = w->len;
	return true;
}

static void
setup_forget_request(struct setup *s)
{
	if (s->body != NULL)
		explicit_bzero(s->body, s->len);
	free(s->body);
	s->body = NULL;
	s->len = 0;
}

struct setup *
setup_new_by(const struct setup_job *job, const struct setup_rules *rules)
{
	struct setup *s = calloc(1, sizeof(*s));

	assert(!rules->way->bare || job->nchains != 0);
	if (s == NULL)
		return NULL;
	s->rules = *rules;
	s->job = *job;
	message_clear(&s->instance);
	for (size_t i = 0; i < job->ntries && i < SETUP_TRIES_MAX; i++)
		trial_add(s, pool_add(s, job->tries[i]));
	s->admin = pool_add(s, job->admin_next);
	s->mebx = POOL_MAX;
	if (job->mebx_next[0] != '\0')
		s->mebx = pool_add(s, job->mebx_next);
	if (!rules->way->by_realm && (job->attempt > 1 || s->trial.n == 0)) {
		trial_add(s, s->admin);
		trial_add(s, s->mebx);
	}
	s->commit_due = job->commit && rules->want->writes;
	memcpy(s->realm, job->realm, sizeof(s->realm));
	s->home = rules->way->home != NULL ? rules->way->home(job)
	                                   : rules->way->route;
	setup_go_to(s, s->home);
	setup_ladder_begin(s);
	s->seen_state = UINT32_MAX;
	(void)setup_enter(s, rules->way->first);
	return s;
}

struct setup *
setup_new(const struct setup_job *job)
{
	const struct setup_rules rules = { .dialect = &setup_wsman,
		.way = job->way != NULL ? job->way : &setup_way_psk,
		.want = &setup_wants[job->wish],
		.table = setting_table,
		.count = setting_count };

	return setup_new_by(job, &rules);
}

void
setup_free(struct setup *s)
{
	if (s == NULL)
		return;
	setup_forget_request(s);
	message_free(&s->instance);
	free(s->list);
	free(s->counts_many);
	setup_items_free(s);
	(void)setup_work(s, 0);
	setup_findings_wipe(&s->findings);
	setup_findings_wipe(&s->held);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

/* --- what is reported ---------------------------------------------------- */

enum setup_milestone
setup_milestone(struct setup *s)
{
	return s->queue_at < s->nqueue ? s->queue[s->queue_at++]
	                               : SETUP_NO_MILESTONE;
}

const char *
setup_milestone_name(enum setup_milestone m)
{
	static const char *const names[] = { "", "reached", "proved",
		"clock-set", "mebx-wanted", "mebx-set", "admin-set", "named",
		"committed", "verified", "in-order", "unprovisioning",
		"unprovisioned" };

	return names[m];
}

const char *
setup_finding_name(enum setup_finding_kind kind)
{
	static const char *const names[] = { "differs", "changed", "lacks",
		"sent", "differs" };

	return names[kind];
}

enum reason_id
setup_reason(const struct setup *s)
{
	return s->end.reason;
}

const char *
setup_detail(const struct setup *s)
{
	return s->end.detail;
}

const char *
setup_realm(const struct setup *s)
{
	return s->named_realm ? s->realm : "";
}

const char *
setup_firmware(const struct setup *s)
{
	return s->firmware;
}

/* The Server header names the version, on a 401 too; newer builds leave the
 * number out.  What the machine says when asked goes above it. */
static void
note_server(struct setup *s, const char *server)
{
	static const char product[] = "Active Management Technology ";
	const char *at = server == NULL ? NULL : strstr(server, product);

	if (at != NULL && !s->version_known)
		(void)setup_version(s, at + sizeof(product) - 1);
}

/* --- replies ------------------------------------------------------------- */

/* A page of the web server itself begins with one of these. */
static bool
is_html(const struct setup_reply *in)
{
	static const char *const starts[] = { "<!DOCTYPE HTML", "<HTML" };
	size_t at = 0;

	while (at < in->len && strchr(" \t\r\n", in->body[at]) != NULL)
		at++;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t n = 0;

		while (starts[i][n] != '\0' && at + n < in->len &&
		    text_upper(in->body[at + n]) == starts[i][n])
			n++;
		if (starts[i][n] == '\0')
			return true;
	}
	return false;
}

/* Firmware answers so where it does not even have the class. */
static bool
setup_refused_by_page(struct setup *s, const struct setup_reply *in,
    enum setup_next *next)
{
	static const struct message_fault none = { .set = true,
		.code = "",
		.subcode = "DestinationUnreachable",
		.subcode_ns = "",
		.reason = "",
		.detail = "" };
	static const struct setup_refusal no = { .fault = &none,
		.what = "HTTP status 400" };

	return in->status == 400 && s->step->refused != NULL &&
	    s->step->refused(s, &no, next);
}

/* Where the answer is no message: the web server speaks for itself with a page
 * or a status, everything else is a bad reply. */
static void
setup_heard_nonsense(struct setup *s, const struct setup_reply *in,
    const struct fault *f)
{
	char why[120];

	if (in->status == 200 && !is_html(in))
		setup_went_wrong(s, REASON_REPLY_BAD, "line %zu: %s", f->at,
		    setup_quote(s, why, sizeof(why), f->why));
	else
		setup_went_wrong(s, REASON_HTTP_STATUS, "HTTP status %d",
		    in->status);
}

/* Whatever the status: 400 comes with faults and with ordinary outputs. */
static enum setup_next
setup_heard_answer(struct setup *s, const struct setup_reply *in)
{
	struct message r;
	struct fault f;
	enum setup_next next;

	s->dropped = false;
	if (s->rules.dialect->decode(&r, in->len == 0 ? "" : in->body, in->len,
	        &f) != 0) {
		if (setup_refused_by_page(s, in, &next))
			return next;
		setup_heard_nonsense(s, in, &f);
		return s->step->lost(s);
	}
	s->trial.good = !s->bare;
	s->trial.again = false;
	next = setup_fits(s, &r) ? setup_answered(s, &r) : s->step->lost(s);
	message_free(&r);
	return next;
}

static enum setup_next
setup_hear(struct setup *s, const struct setup_reply *in)
{
	setup_forget_request(s);
	note_server(s, in->server);
	if (s->version_old)
		return setup_end(s, REASON_VERSION_UNSUPPORTED, "firmware %s",
		    s->firmware);
	if (in->outcome != SETUP_ANSWERED)
		return setup_unanswered(s, in);
	s->console_shown = in->console_shown;
	if (setup_is_foreign(s, in))
		return setup_foreign(s, in);
	if (!setup_is_away(s))
		setup_connected(s, in->tls);
	if (in->status == 401)
		return setup_login_failed(s, in);
	if (!setup_is_away(s))
		setup_note_realm(s, in->realm);
	return setup_heard_answer(s, in);
}

static enum setup_next
setup_say(struct setup *s, struct setup_ask *ask)
{
	char text[SETUP_BODY_MAX];
	struct writer w = { .base = (uint8_t *)text, .cap = sizeof(text) - 1 };
	bool kept;

	s->id++;
	s->step->ask(s, &w);
	kept = writer_done(&w) == 0 && setup_keep_request(s, &w);
	explicit_bzero(text, w.len);
	if (!kept)
		return setup_end(s, REASON_REPLY_BAD,
		    w.full
		        ? "what the machine keeps is too large to be sent back"
		        : "out of memory");
	*ask = (struct setup_ask){ .route = s->route,
		.tls = s->tls,
		.fresh = s->fresh,
		.chain = s->chain,
		.console = s->console,
		.password = s->bare ? NULL : s->pool[setup_password(s)],
		.realm =
		    setup_is_by_realm(s) || s->login_asked ? s->realm : NULL,
		.leaf = setup_leaf(s),
		.step = s->step_name,
		.body = s->body,
		.len = s->len,
		.limit_ms = (s->step->limit_ms != 0 ? s->step->limit_ms
		                                    : SETUP_LIMIT_MS) +
		    (s->fresh ? CONNECT_MS : 0) };
	s->fresh = false;
	return SETUP_ASK;
}

enum setup_next
setup_step(struct setup *s, const struct setup_reply *reply, int64_t unix_now,
    int64_t now_ms, struct setup_ask *ask, int64_t *wait_ms)
{
	enum setup_next next = SETUP_ASK;

	s->unix_now = unix_now;
	s->now_ms = now_ms;
	if (s->ended)
		return SETUP_END;
	if (reply != NULL)
		next = setup_hear(s, reply);
	if (next == SETUP_ASK)
		next = setup_say(s, ask);
	if (next == SETUP_WAIT)
		*wait_ms = s->wait_ms;
	return next;
}
