/*
 * family_mutual - mutual TLS, on and off: AMT_TLSSettingData.
 * MutualAuthentication and TrustedCN (wsman.md, 5.8; profile.md, 4.4).
 *
 * On: not before the machine has the console's root and the console's name fits
 * (a wrong root locks the server out), in steps that each are read back and
 * committed:
 *
 *	1. mutual, with the names, and port 16992 open
 *	2. a handshake in which the machine asks for the console's certificate;
 *	   fails it, mutual TLS goes off again by way of the console's
 *	   certificate of before, which the machine took, or of port 16992
 *	3. port 16992 shut
 *
 * A machine that cannot open port 16992 (from 16.1 on) has 1 and 2 alone.
 *
 * The alert that refuses a certificate is not authenticated (RFC 5246, 7.2):
 * who is between may send one, and at port 16992 he may change what we say, as
 * Digest protects the password alone.  So we go there only where the profile
 * says that the network is to be trusted (tls-fallback); else the machine stays
 * as it is, with that port open, until it does.
 */
#include "setup/family_mutual.h"

#include <stdio.h>
#include <string.h>

#include "setup/family_console.h"
#include "setup/family_net.h"
#include "setup/setting_names.h"
#include "setup/settings.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"
#include "setup/setup_pass.h"
#include "setup/setup_want.h"

#define CLASS "AMT_TLSSettingData"
#define NAMES_MAX SETTING_DOMAINS_MAX
#define PUTS_MAX 8 /* four are needed, each may get lost once */

struct mutual_work {
	struct family_certs certs;        /* the first member */
	char id[FAMILY_ID];               /* the network's instance */
	char found[24];                   /* as it was at first */
	char text[SETTING_VALUE_MAX + 1]; /* names, each with a NUL */
	struct message_pair changes[NAMES_MAX + 2];
	size_t nchanges;
	unsigned puts;
	bool written; /* since the last commit */
	bool begun;   /* a commit was for this */
	bool proved;  /* a handshake has worked */
	bool failed;  /* or has not, */
	bool before;  /* but one with the certificate of before, */
	bool unasked; /* or one without any */
	bool off;     /* no more is wanted than that it is off */
};

static enum setup_next mutual_read(struct setup *s);
static enum setup_next mutual_next(struct setup *s);

/* --- what is wanted ------------------------------------------------------- */

bool
family_mutual_wanted(const struct setup *s)
{
	return settings_ask(s->job.settings, "tls", "mutual");
}

bool
family_mutual_may_fall_back(const struct setup *s)
{
	return family_mutual_wanted(s) &&
	    settings_ask(s->job.settings, "tls-fallback", "plain");
}

bool
family_mutual_due(const struct setup *s)
{
	return s->rules.want->writes && !s->mutual_done &&
	    family_mutual_wanted(s) &&
	    setting_in_release(family_row(s, "tls"), s->release) &&
	    !setup_has_finding(s, SETUP_LACKS, "tls", "") &&
	    !setup_has_finding(s, SETUP_DIFFERS, "tls", "");
}

/* --- what the instance says ----------------------------------------------- */

static bool
mutual_is_on(const struct setup *s)
{
	return family_says(s, "Enabled", "true") &&
	    family_says(s, "MutualAuthentication", "true");
}

/* What it cannot have it need not shut. */
static bool
plain_is_open(const struct setup *s)
{
	return family_says(s, "AcceptNonSecureConnections", "true") &&
	    !family_says(s, "NonSecureConnectionsSupported", "false");
}

/* The names that the machine has, as one text; where they do not fit, as many
 * as do. */
static size_t
names_had(const struct setup *s, char *text, size_t cap)
{
	size_t n = 0;

	text[0] = '\0';
	for (const struct message_node *i = s->instance.items; i != NULL;
	     i = i->next)
		if (strcmp(i->name, "TrustedCN") == 0 && *i->value != '\0' &&
		    n < cap)
			n += (size_t)snprintf(text + n, cap - n, "%s%s",
			    n == 0 ? "" : " ", i->value);
	return n;
}

/* Is each of these words among those? */
static bool
names_are_among(const char *some, const char *all)
{
	char word[SETTING_VALUE_MAX + 1];
	size_t len;

	for (; *some != '\0'; some += len) {
		some += strspn(some, " ");
		len = strcspn(some, " ");
		(void)snprintf(word, sizeof(word), "%.*s", (int)len, some);
		if (len != 0 && !setting_has_word(all, word))
			return false;
	}
	return true;
}

static bool
names_are_same(const struct setup *s)
{
	const char *wanted = family_console_names(s);
	char had[SETTING_VALUE_MAX + 1];

	return names_had(s, had, sizeof(had)) < sizeof(had) &&
	    names_are_among(had, wanted) && names_are_among(wanted, had);
}

void
family_mutual_compare(struct setup *s)
{
	const struct setting *row = family_row(s, "tls-names");
	char had[SETTING_VALUE_MAX + 1];
	size_t len = names_had(s, had, sizeof(had));

	if (!names_are_same(s))
		setup_differs(s, row, "", len == 0 ? "none" : had);
	if (plain_is_open(s))
		setup_differs(s, s->row, "", "mutual, port 16992 open");
}

/* --- one put -------------------------------------------------------------- */

static void
change_add(struct mutual_work *work, const char *name, const char *value)
{
	work->changes[work->nchanges++] =
	    (struct message_pair){ .name = name, .value = value };
}

/* Each name a change; none: one without a value, which drops them. */
static void
change_names(struct setup *s, bool mutual)
{
	struct mutual_work *work = s->work;
	size_t before = work->nchanges;
	char *at = work->text;

	(void)snprintf(work->text, sizeof(work->text), "%s",
	    mutual ? family_console_names(s) : "");
	while (work->nchanges - before < NAMES_MAX) {
		at += strspn(at, " ");
		if (*at == '\0')
			break;
		change_add(work, "TrustedCN", at);
		at += strcspn(at, " ");
		if (*at != '\0')
			*at++ = '\0';
	}
	if (work->nchanges == before &&
	    message_find(s->instance.items, "TrustedCN") != NULL)
		change_add(work, "TrustedCN", NULL);
}

static void
ask_put_mutual(struct setup *s, struct writer *w)
{
	const struct mutual_work *work = s->work;

	ask_put(s, w, work->changes, work->nchanges);
}

static enum setup_next
mutual_took(struct setup *s, struct message *r)
{
	(void)r;
	return mutual_read(s);
}

static enum setup_next
mutual_lost(struct setup *s)
{
	return setup_write_lost(s, mutual_read);
}

static const struct setup_step step_put = { .name = "put-",
	.class = CLASS,
	.chooses = true,
	.limit_ms = SETUP_SLOW_MS,
	.ask = ask_put_mutual,
	.took = mutual_took,
	.lost = mutual_lost };

/* Puts what differs from this state; false: it is so. */
static bool
mutual_put(struct setup *s, bool mutual, bool plain, enum setup_next *next)
{
	struct mutual_work *work = s->work;
	bool can = !family_says(s, "NonSecureConnectionsSupported", "false");

	work->nchanges = 0;
	if (mutual != mutual_is_on(s))
		change_add(work, "MutualAuthentication",
		    mutual ? "true" : "false");
	if (can && plain != plain_is_open(s))
		change_add(work, "AcceptNonSecureConnections",
		    plain ? "true" : "false");
	if (work->nchanges == 0 && (!mutual || names_are_same(s)))
		return false;
	change_names(s, mutual);
	*next = work->puts++ == PUTS_MAX
	    ? setup_end(s, REASON_VERIFY_FAILED,
	          "AMT_TLSSettingData was put and stays as it was")
	    : setup_enter(s, &step_put);
	work->written = true;
	return true;
}

/* --- step by step --------------------------------------------------------- */

static enum setup_next
mutual_ends(struct setup *s)
{
	s->mutual_done = true;
	s->plain_open = false;
	s->checking = false;
	return s->rules.want->verified(s);
}

/* It stays without, or as it was. */
static enum setup_next
mutual_left(struct setup *s, enum reason_id reason, const char *why)
{
	const struct mutual_work *work = s->work;

	setup_differs(s, family_row(s, "tls"), "", work->found);
	setup_note(s, why);
	s->mutual_why.reason = reason;
	(void)snprintf(s->mutual_why.detail, sizeof(s->mutual_why.detail), "%s",
	    why);
	return mutual_ends(s);
}

/* Seen again, over whichever connection works. */
static enum setup_next
mutual_seen(struct setup *s)
{
	struct mutual_work *work = s->work;

	if (!work->failed && !work->off) {
		bool own = s->route == SETUP_TLS_OWN;

		work->unasked = own && !s->console_shown;
		work->proved = own && !work->unasked && s->console == 0;
		work->before = own && !work->unasked && s->console != 0;
		work->failed = !work->proved;
	}
	return mutual_read(s);
}

static enum setup_next
mutual_commit(struct setup *s)
{
	struct mutual_work *work = s->work;

	s->row = family_row(s, "tls");
	work->written = false;
	work->begun = true;
	if (!work->failed && !work->off)
		s->console = 0;
	s->plain_open = !work->failed && !work->off && plain_is_open(s);
	s->serves = SETUP_SERVES_TLS;
	return setup_commit_then(s, mutual_seen);
}

static enum setup_next
mutual_failed(struct setup *s)
{
	struct mutual_work *work = s->work;
	enum setup_next next;

	/* One that took the certificate of before goes on with that. */
	if (mutual_put(s, work->before, false, &next))
		return next;
	if (work->written)
		return mutual_commit(s);
	return work->unasked
	    ? mutual_left(s, REASON_VERIFY_FAILED,
	          "mutual TLS was committed, and the machine asks for no "
	          "certificate")
	    : mutual_left(s, REASON_CONSOLE_REFUSED,
	          "a handshake with the console's certificate was tried, and "
	          "the machine refuses it");
}

/* Off, for roots: then all of it from the beginning. */
static enum setup_next
mutual_turn_off(struct setup *s)
{
	enum setup_next next;

	if (mutual_put(s, false, plain_is_open(s), &next))
		return next;
	if (((struct mutual_work *)s->work)->written)
		return mutual_commit(s);
	return setup_apply(s);
}

static enum setup_next
mutual_turn_on(struct setup *s)
{
	struct mutual_work *work = s->work;
	char why[SETUP_DETAIL_MAX - 40];
	enum reason_id reason;
	enum setup_next next;

	reason = family_console_hindered(s, &work->certs, why, sizeof(why));
	if (reason != REASON_NONE)
		return mutual_left(s, reason, why);
	if (mutual_put(s, true, !work->proved, &next))
		return next;
	if (work->written || !work->proved)
		return mutual_commit(s);
	if (work->puts == 0)
		return mutual_ends(s); /* see mutual_next */
	if (strcmp(work->found, "mutual") != 0)
		setup_changed(s, family_row(s, "tls"), "", work->found);
	else
		setup_changed(s, family_row(s, "tls-names"), "", NULL);
	return mutual_ends(s);
}

/* Now that it was read. */
static enum setup_next
mutual_next(struct setup *s)
{
	struct mutual_work *work = s->work;

	if (work->found[0] == '\0')
		(void)snprintf(work->found, sizeof(work->found), "%s",
		    mutual_is_on(s) ? "mutual" : "server");
	if (work->off)
		return mutual_turn_off(s);
	if (work->failed)
		return mutual_failed(s);
	/* Where an earlier try has committed the setup, it may have ended
	 * between the last put and its commit: port 16992 may be open still. */
	if (!work->begun && mutual_is_on(s) && !plain_is_open(s) &&
	    names_are_same(s) && s->console == 0 && work->puts == 0)
		return s->found ? mutual_commit(s) : mutual_ends(s);
	return mutual_turn_on(s);
}

/* --- read ----------------------------------------------------------------- */

static enum setup_next
mutual_read(struct setup *s)
{
	struct mutual_work *work = s->work;

	s->selectors[0] =
	    (struct message_pair){ .name = "InstanceID", .value = work->id };
	s->nselectors = 1;
	return setup_read(s, CLASS, mutual_next, NULL);
}

static bool
mutual_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct mutual_work *work = s->work;
	const char *id = message_value(p, "InstanceID");

	(void)class;
	if (id == NULL || strstr(id, "802.3") == NULL)
		return true;
	if (strlen(id) >= sizeof(work->id))
		return false;
	(void)snprintf(work->id, sizeof(work->id), "%s", id);
	return true;
}

static enum setup_next
mutual_listed(struct setup *s)
{
	struct mutual_work *work = s->work;

	if (work->id[0] != '\0')
		return mutual_read(s);
	return work->off ? setup_apply_from(s, s->row + 1) : mutual_ends(s);
}

static enum setup_next
mutual_list(struct setup *s)
{
	return setup_items(s, CLASS, mutual_each, mutual_listed, mutual_listed);
}

enum setup_next
family_mutual(struct setup *s)
{
	if (setup_work(s, sizeof(struct mutual_work)) == NULL)
		return family_no_memory(s);
	s->checking = false;
	s->row = family_row(s, "tls");
	return family_certs_read(s, mutual_list);
}

/* One that could not be turned on again stays on. */
bool
family_mutual_may_turn_off(const struct setup *s)
{
	char why[SETUP_DETAIL_MAX];

	return setup_writes(s) && !s->mutual_off && s->route == SETUP_TLS_OWN &&
	    (!family_mutual_wanted(s) ||
	        family_console_unfit(s, why, sizeof(why)) == REASON_NONE);
}

enum setup_next
family_mutual_off(struct setup *s)
{
	if (setup_work(s, sizeof(struct mutual_work)) == NULL)
		return family_no_memory(s);
	s->mutual_off = true;
	s->row = family_row(s, "tls");
	((struct mutual_work *)s->work)->off = true;
	return mutual_list(s);
}
