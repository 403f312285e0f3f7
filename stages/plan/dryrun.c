/*
 * dryrun - what a plan would do, for a person or another program: first the
 * jobs in their order, then every other machine and why it has none.
 */
#include "plan/planner.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/outputs.h"
#include "setup/settings.h"
#include "store/dump.h"
#include "store/localca.h"

#define NAME_WIDTH 36
#define RULE_TEXT 512
#define CERTIFICATE_TEXT (SETUP_CHAINS_MAX * (DOMAIN_TEXT + 2))

struct dryrun_machine {
	char *field[DEVICES_NCOLUMNS]; /* in the memory of field[0] */
	bool planned;                  /* it has a job */
};

struct dryrun {
	const struct planner *p;
	struct dryrun_machine *list; /* by UUID */
	size_t n, cap;
	size_t lacking[REASON_COUNT]; /* jobs */
	bool has_ca;
	struct sink out;
};

/* --- machines of the store ------------------------------------------------ */

static void
dryrun_add(void *arg, const char *const *fields)
{
	struct dryrun *d = arg;
	struct dryrun_machine *m;
	size_t len = 0;
	char *at;

	if (d->n == d->cap) {
		d->cap = d->cap == 0 ? 64 : 2 * d->cap;
		d->list = reallocarray(d->list, d->cap, sizeof(*d->list));
		if (d->list == NULL)
			err(EX_OSERR, "machines");
	}
	for (size_t i = 0; i < DEVICES_NCOLUMNS; i++)
		len += strlen(fields[i]) + 1;
	at = malloc(len);
	if (at == NULL)
		err(EX_OSERR, "machines");
	m = &d->list[d->n++];
	m->planned = false;
	for (size_t i = 0; i < DEVICES_NCOLUMNS; i++) {
		m->field[i] = at;
		at = stpcpy(at, fields[i]) + 1;
	}
}

static void
dryrun_read(struct dryrun *d, struct store *s, int64_t now)
{
	const struct dump_only all = { 0 };
	struct sink to = { .form = SINK_CALLS, .fn = dryrun_add, .arg = d };

	if (!dump_kind(s, &kind_devices, &to, now, &all))
		errx(EX_SOFTWARE, "no dump of %s", kind_devices.name);
}

static int
dryrun_compare(const void *uuid, const void *m)
{
	return strcmp(uuid, ((const struct dryrun_machine *)m)->field[0]);
}

static struct dryrun_machine *
dryrun_find(const struct dryrun *d, const char *uuid)
{
	struct dryrun_machine *m =
	    bsearch(uuid, d->list, d->n, sizeof(*m), dryrun_compare);

	if (m == NULL)
		errx(EX_SOFTWARE, "%s: a job of no machine", uuid);
	return m;
}

static void
dryrun_free(struct dryrun *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->list[i].field[0]);
	free(d->list);
}

/* --- a job ---------------------------------------------------------------- */

static void
job_rule(const struct planned_job *job, char rule[RULE_TEXT])
{
	char conditions[RULE_TEXT - 64];

	rule[0] = '\0';
	if (job->chosen)
		(void)snprintf(rule, RULE_TEXT,
		    "chosen by the site's own program");
	if (job->rule == NULL)
		return;
	assign_describe(conditions, sizeof(conditions), job->rule);
	(void)snprintf(rule, RULE_TEXT, "line %zu: %s", job->rule->line,
	    conditions);
}

/* The names of the setup certificates that it may be shown, in their order. */
static void
job_certificates(const struct planner *p, const struct planned_job *job,
    char names[CERTIFICATE_TEXT])
{
	char chains[sizeof(job->job.chains)], *left = chains, *name;
	size_t n = 0;

	names[0] = '\0';
	memcpy(chains, job->job.chains, sizeof(chains));
	while ((name = strsep(&left, ",")) != NULL) {
		const struct setup_chain *c =
		    chains_find(&p->chains.used, name);

		if (c != NULL && n < CERTIFICATE_TEXT)
			n += (size_t)snprintf(names + n, CERTIFICATE_TEXT - n,
			    "%s%s", n == 0 ? "" : ", ", c->cn);
	}
}

/* What its profile wants and the site does not have.  The machine itself may
 * have other roots and names than the profile, so CONSOLE-REFUSED is not
 * foretold; nor is it whether one that is set up needs a new certificate. */
static enum reason_id
job_lacks(const struct dryrun *d, const struct job *j)
{
	const struct profile *profile =
	    profiles_find(&d->p->profiles, j->profile);
	const struct settings *s = profile == NULL ? NULL : &profile->settings;

	if (s == NULL || j->setup.wish == SETUP_PROVE)
		return REASON_NONE;
	if (j->setup.wish == SETUP_SET_UP &&
	    ((!d->has_ca && settings_ask(s, "certificate", "local")) ||
	        (!d->p->has_signer &&
	            settings_ask(s, "certificate", "signer"))))
		return REASON_SIGNER_MISSING;
	return j->console[0] == '\0' && settings_ask(s, "tls", "mutual")
	    ? REASON_CONSOLE_NONE
	    : REASON_NONE;
}

static void
job_row(struct dryrun *d, const struct planned_job *planned)
{
	const struct job *j = &planned->job;
	struct dryrun_machine *m = dryrun_find(d, j->uuid);
	char rule[RULE_TEXT], certificates[CERTIFICATE_TEXT];
	const bool proof = j->setup.wish == SETUP_PROVE;
	const enum reason_id lacks = job_lacks(d, j);
	const char *fields[DRYRUN_NCOLUMNS] = {
		[DRYRUN_UUID] = j->uuid,
		[DRYRUN_FQDN] = j->fqdn,
		[DRYRUN_ADDRESS] = j->address,
		[DRYRUN_WISH] = setup_wish_name(j->setup.wish),
		[DRYRUN_PID] = j->pid,
		[DRYRUN_CERTIFICATE] = certificates,
		/* A proof sets nothing: whose it is, is not known yet. */
		[DRYRUN_PROFILE] = proof ? "" : j->profile,
		[DRYRUN_RULE] = proof ? "" : rule,
		[DRYRUN_DUE] = due_text(planned->due),
		[DRYRUN_STATE] = m->field[DEVICES_STATE],
		[DRYRUN_REASON] = m->field[DEVICES_REASON],
		[DRYRUN_DETAIL] = m->field[DEVICES_DETAIL],
		[DRYRUN_LACKS] = reason_get(lacks)->code,
	};

	job_rule(planned, rule);
	job_certificates(d->p, planned, certificates);
	d->lacking[lacks]++;
	m->planned = true;
	sink_row(&d->out, fields);
}

static void
machine_row(struct dryrun *d, const struct dryrun_machine *m)
{
	const char *fields[DRYRUN_NCOLUMNS] = {
		[DRYRUN_UUID] = m->field[DEVICES_UUID],
		[DRYRUN_FQDN] = m->field[DEVICES_FQDN],
		[DRYRUN_ADDRESS] = m->field[DEVICES_ADDRESS],
		[DRYRUN_PID] = m->field[DEVICES_PID],
		[DRYRUN_STATE] = m->field[DEVICES_STATE],
		[DRYRUN_REASON] = m->field[DEVICES_REASON],
		[DRYRUN_DETAIL] = m->field[DEVICES_DETAIL],
		[DRYRUN_NOT_BEFORE] = m->field[DEVICES_NOT_BEFORE],
	};

	sink_row(&d->out, fields);
}

/* --- as text -------------------------------------------------------------- */

static void
text_padded(const char *s, size_t width)
{
	output_plain(stdout, s);
	for (size_t n = output_width(s); n < width; n++)
		(void)putchar(' ');
}

static void
text_more(const char *before, const char *s)
{
	if (s[0] == '\0')
		return;
	(void)printf("  %s", before);
	output_plain(stdout, s);
}

/* The rows of jobs, a heading for each wish. */
static void
text_job(void *arg, const char *const *fields)
{
	static const struct {
		const char *wish, *title;
	} titles[] = { { "set-up", "WOULD BE SET UP" },
		{ "prove", "WOULD BE ASKED TO PROVE WHO THEY ARE" },
		{ "keep", "WOULD BE VISITED" },
		{ "check", "WOULD BE LOOKED AT" } };
	char *last = arg;
	const char *name = fields[DRYRUN_FQDN];

	if (fields[DRYRUN_WISH][0] == '\0')
		return;
	if (strcmp(last, fields[DRYRUN_WISH]) != 0)
		for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
			if (strcmp(titles[i].wish, fields[DRYRUN_WISH]) == 0)
				(void)printf("\n%s\n", titles[i].title);
	(void)snprintf(last, 16, "%s", fields[DRYRUN_WISH]);
	(void)fputs("  ", stdout);
	text_padded(name[0] == '\0' ? fields[DRYRUN_UUID] : name, NAME_WIDTH);
	(void)fputs("  ", stdout);
	text_padded(fields[DRYRUN_ADDRESS], 15);
	text_more("key ", fields[DRYRUN_PID]);
	text_more("certificate ", fields[DRYRUN_CERTIFICATE]);
	text_more("profile ", fields[DRYRUN_PROFILE]);
	text_more("by ", fields[DRYRUN_RULE]);
	text_more("because ", fields[DRYRUN_DUE]);
	text_more("but ", fields[DRYRUN_LACKS]);
	(void)putchar('\n');
}

static void
text_reason_head(const struct reason *r, size_t n)
{
	(void)printf("\n  %s: %zu\n", r->code, n);
	output_wrapped(stdout, "    ", r->cause);
	output_wrapped(stdout, "    ", r->remedy);
}

/* The rows of its jobs say which machines. */
static void
text_lacking(const struct dryrun *d)
{
	static const struct {
		enum reason_id reason;
		const char *title;
	} titles[] = { { REASON_SIGNER_MISSING,
		           "WOULD BE TRIED, AND COULD NOT BE SET UP" },
		{ REASON_CONSOLE_NONE, "WOULD NOT GET ALL OF THE PROFILE" } };

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		size_t n = d->lacking[titles[i].reason];

		if (n == 0)
			continue;
		(void)printf("\n%s\n", titles[i].title);
		text_reason_head(reason_get(titles[i].reason), n);
	}
}

static void
text_reason(const struct dryrun *d, const struct reason *r)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += !d->list[i].planned &&
		    strcmp(d->list[i].field[DEVICES_REASON], r->code) == 0;
	if (n == 0)
		return;
	text_reason_head(r, n);
	for (size_t i = 0; i < d->n; i++) {
		char *const *field = d->list[i].field;

		if (d->list[i].planned ||
		    strcmp(field[DEVICES_REASON], r->code) != 0)
			continue;
		(void)fputs("      ", stdout);
		text_padded(field[DEVICES_FQDN][0] == '\0'
		        ? field[DEVICES_UUID]
		        : field[DEVICES_FQDN],
		    NAME_WIDTH);
		(void)fputs("  ", stdout);
		text_padded(field[DEVICES_ADDRESS], 15);
		text_more("", field[DEVICES_DETAIL]);
		text_more("not before ", field[DEVICES_NOT_BEFORE]);
		(void)putchar('\n');
	}
}

static void
text_others(const struct dryrun *d)
{
	size_t fine = 0, busy = 0, refused = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct dryrun_machine *m = &d->list[i];

		if (m->planned)
			continue;
		if (m->field[DEVICES_REASON][0] != '\0')
			refused++;
		else if (strcmp(m->field[DEVICES_STATE],
		             machine_state_name(MACHINE_VERIFIED)) == 0)
			fine++;
		else
			busy++;
	}
	if (refused != 0)
		(void)printf("\nNOT TOUCHED, AND WHY\n");
	for (unsigned id = REASON_NONE + 1; id < REASON_COUNT; id++)
		text_reason(d, reason_get(id));
	(void)printf("\n%zu planned, %zu not touched", d->p->jobs.n, refused);
	if (fine != 0)
		(void)printf(", %zu set up with no visit due", fine);
	if (busy != 0)
		(void)printf(", %zu in the hands of another run", busy);
	(void)printf(".\n");
}

/* --- all of it ------------------------------------------------------------ */

static void
dryrun_write(struct dryrun *d, struct planned_job *const *jobs)
{
	sink_begin(&d->out, &kind_dryrun);
	for (size_t i = 0; i < d->p->jobs.n; i++)
		job_row(d, jobs[i]);
	for (size_t i = 0; i < d->n; i++)
		if (!d->list[i].planned)
			machine_row(d, &d->list[i]);
	sink_end(&d->out);
}

void
planner_foretell(struct planner *p)
{
	char heading[16] = "";
	char print[CERTS_PRINT];
	struct dryrun d = { .p = p, .out = { .form = p->form } };
	struct planned_job **jobs = joblist_sorted(&p->jobs);

	if (p->form == SINK_STREAM) {
		d.out.form = SINK_CALLS;
		d.out.fn = text_job;
		d.out.arg = heading;
		(void)printf("Dry run: nothing was written, and no machine was "
		             "asked.\n");
	}
	d.has_ca = localca_print(&p->store, print);
	dryrun_read(&d, &p->store, p->now);
	dryrun_write(&d, jobs);
	if (p->form == SINK_STREAM) {
		text_lacking(&d);
		text_others(&d);
	}
	dryrun_free(&d);
	free(jobs);
}
