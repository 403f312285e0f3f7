#include "setup/job.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "setup/setup_way.h"

static const char *const rungs[] = {
	[SETUP_TLS_BEST] = "1.2",
	[SETUP_TLS_1_1] = "1.1",
	[SETUP_TLS_1_0] = "1.0",
};

/* A fault in a column, by the column's name. */
static int
job_bad(struct fault *f, int column, const char *why)
{
	return fault_set(f, 0, "%s: %s", kind_jobs.columns[column].name, why);
}

static int
job_copy(char *to, size_t cap, const struct record *r, int column, bool needed,
    struct fault *f)
{
	size_t len = strlen(r->field[column]);

	if (needed && len == 0)
		return job_bad(f, column, "is empty");
	if (len >= cap)
		return job_bad(f, column, "is too long");
	memcpy(to, r->field[column], len + 1);
	return 0;
}

/* A PID and its PPS; other ways in have something else. */
static bool
job_has_key(const struct setup_job *s)
{
	return s->way == &setup_way_psk;
}

/* The passwords to try, comma-joined. */
static int
job_read_tries(struct setup_job *s, const char *text, struct fault *f)
{
	if (s->certified && *text == '\0')
		return 0;
	for (;;) {
		size_t len = strcspn(text, ",");

		if (len == 0)
			return job_bad(f, JOBS_ADMIN_NOW,
			    "has an empty password");
		if (len > SETUP_PASSWORD_MAX)
			return job_bad(f, JOBS_ADMIN_NOW,
			    TEXT_WITH("has a password of more than ",
			        SETUP_PASSWORD_MAX, " characters"));
		if (s->ntries == SETUP_TRIES_MAX)
			return job_bad(f, JOBS_ADMIN_NOW,
			    TEXT_WITH("has more than ", SETUP_TRIES_MAX,
			        " passwords to try"));
		memcpy(s->tries[s->ntries], text, len);
		s->tries[s->ntries++][len] = '\0';
		if (text[len] == '\0')
			return 0;
		text += len + 1;
	}
}

static int
job_read_secrets(struct job *job, const struct record *r, struct fault *f)
{
	struct setup_job *s = &job->setup;
	struct fault why;

	if (job_has_key(s) &&
	    pps_parse(job->pps, r->field[JOBS_PPS], strlen(r->field[JOBS_PPS]),
	        &why) == -1)
		return job_bad(f, JOBS_PPS, why.why);
	memcpy(s->pps, job->pps, sizeof(s->pps));
	if (job_read_tries(s, r->field[JOBS_ADMIN_NOW], f) == -1 ||
	    job_copy(s->admin_next, sizeof(s->admin_next), r, JOBS_ADMIN_NEXT,
	        true, f) == -1)
		return -1;
	return job_copy(s->mebx_next, sizeof(s->mebx_next), r, JOBS_MEBX_NEXT,
	    false, f);
}

/* With its link, where it has one: fe80::1%2, as address.h of stages/lib writes
 * it. */
static bool
job_is_address(const char *text)
{
	const char *link = strchr(text, '%');
	size_t len = link == NULL ? strlen(text) : (size_t)(link - text);
	char host[JOB_ADDRESS];
	uint8_t bytes[16];
	uint64_t n;

	if (len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (link == NULL && strchr(host, ':') == NULL)
		return inet_pton(AF_INET, host, bytes) == 1;
	return inet_pton(AF_INET6, host, bytes) == 1 &&
	    (link == NULL ||
	        (text_number(&n, link + 1, UINT32_MAX) == 0 && n != 0));
}

static int
job_read_address(struct job *job, const struct record *r, struct fault *f)
{
	const char *text = r->field[JOBS_ADDRESS];
	char shown[64];

	if (job_is_address(text))
		return job_copy(job->address, sizeof(job->address), r,
		    JOBS_ADDRESS, true, f);
	text_show(shown, sizeof(shown), text, strlen(text));
	return fault_set(f, 0,
	    "address: not an IP address (got \"%s\", expected IPv4 or IPv6, "
	    "a link-local one such as fe80::1%%2)",
	    shown);
}

static int
job_read_tls(struct setup_job *s, const char *text, struct fault *f)
{
	for (int i = SETUP_TLS_BEST; i <= SETUP_TLS_1_0; i++)
		if (strcmp(text, rungs[i]) == 0 || *text == '\0') {
			s->tls = (enum setup_tls)i;
			s->tls_known = *text != '\0';
			return 0;
		}
	return job_bad(f, JOBS_TLS, "not a version (1.2, 1.1, 1.0 or empty)");
}

/* Names of settings and entries, and what is between them. */
static int
job_read_known(struct job *job, const char *text, struct fault *f)
{
	for (const char *at = text; *at != '\0';) {
		size_t len = strcspn(at, ",");
		const char *eq = memchr(at, '=', len);

		if (eq == NULL || eq == at)
			return job_bad(f, JOBS_KNOWN,
			    "not a list of setting=item with commas between");
		at += len + (at[len] == ',');
	}
	if (*text == '\0')
		return 0;
	job->known = malloc(strlen(text) + 1);
	if (job->known == NULL)
		return job_bad(f, JOBS_KNOWN, "out of memory");
	memcpy(job->known, text, strlen(text) + 1);
	job->setup.known = job->known;
	return 0;
}

/* Sums, with a comma after each but the last. */
static bool
leaves_are(const char *text, size_t len)
{
	if (len >= SETUP_LEAVES || (len + 1) % SETUP_LEAF != 0)
		return false;
	for (size_t at = 0; at < len; at += SETUP_LEAF) {
		if (strspn(text + at, "0123456789abcdef") != SETUP_LEAF - 1)
			return false;
		if (at + SETUP_LEAF < len && text[at + SETUP_LEAF - 1] != ',')
			return false;
	}
	return true;
}

static int
job_read_leaves(char to[SETUP_LEAVES], const struct record *r, int column,
    struct fault *f)
{
	const char *text = r->field[column];
	size_t len = strlen(text);

	if (len != 0 && !leaves_are(text, len))
		return job_bad(f, column,
		    "not a SHA-256 (64 hexadecimal digits in lower case, up to "
		    "4 with commas between, or empty)");
	memcpy(to, text, len + 1);
	return 0;
}

static int
job_read_commit(struct setup_job *s, const char *text, struct fault *f)
{
	s->commit = strcmp(text, "yes") == 0;
	return s->commit || *text == '\0'
	    ? 0
	    : job_bad(f, JOBS_COMMIT, "neither yes nor empty");
}

/* What another way in has must be empty. */
static int
job_read_key(struct job *job, const struct record *r, struct fault *f)
{
	static const int psk_only[] = { JOBS_PID, JOBS_PPS };
	struct setup_job *s = &job->setup;
	struct fault why;

	if (!s->certified && r->field[JOBS_CHAINS][0] != '\0')
		return job_bad(f, JOBS_CHAINS,
		    job_has_key(s)
		        ? "not empty, and the machine is reached with a PID"
		        : "not empty, and the machine is set up already");
	if (job_has_key(s) &&
	    pid_parse(job->pid, r->field[JOBS_PID], strlen(r->field[JOBS_PID]),
	        &why) == -1)
		return job_bad(f, JOBS_PID, why.why);
	for (size_t i = 0; !job_has_key(s) && i < 2; i++)
		if (r->field[psk_only[i]][0] != '\0')
			return job_bad(f, psk_only[i],
			    s->certified
			        ? "not empty, and the machine is reached with "
			          "a certificate"
			        : "not empty, and the machine is set up "
			          "already");
	if (job_copy(job->chains, sizeof(job->chains), r, JOBS_CHAINS,
	        s->certified, f) == -1)
		return -1;
	if (job_copy(job->console, sizeof(job->console), r, JOBS_CONSOLE, false,
	        f) == -1 ||
	    job_read_leaves(s->leaf, r, JOBS_LEAF, f) == -1 ||
	    job_read_leaves(s->replace, r, JOBS_REPLACE, f) == -1 ||
	    job_read_commit(s, r->field[JOBS_COMMIT], f) == -1 ||
	    job_read_known(job, r->field[JOBS_KNOWN], f) == -1)
		return -1;
	return job_read_tls(s, r->field[JOBS_TLS], f);
}

static int
job_read_rest(struct job *job, const struct record *r, struct fault *f)
{
	struct setup_job *s = &job->setup;
	struct fault why;
	uint64_t n;

	if (domain_parse(job->fqdn, r->field[JOBS_FQDN],
	        strlen(r->field[JOBS_FQDN]), &why) == -1)
		return job_bad(f, JOBS_FQDN, why.why);
	domain_split(s->host, s->domain, job->fqdn);
	s->way = setup_way_find(r->field[JOBS_AUTH]);
	if (s->way == NULL)
		return job_bad(f, JOBS_AUTH,
		    "not a way in that we know (psk, pki)");
	s->certified = s->way->bare;
	if (job_copy(job->profile, sizeof(job->profile), r, JOBS_PROFILE, true,
	        f) == -1)
		return -1;
	if (text_number(&n, r->field[JOBS_ATTEMPT], 1000000) == -1 || n == 0)
		return job_bad(f, JOBS_ATTEMPT, "not a number from 1");
	s->attempt = (unsigned)n;
	if (text_untime(&job->not_after, r->field[JOBS_NOT_AFTER]) == -1)
		return job_bad(f, JOBS_NOT_AFTER,
		    "not a time as 2026-11-22T14:20:00Z");
	if (setup_wish_parse(s, r->field[JOBS_WISH], &why) == -1)
		return job_bad(f, JOBS_WISH, why.why);
	return job_copy(s->realm, sizeof(s->realm), r, JOBS_REALM, false, f);
}

static int
job_read_all(struct job *job, const struct record *r, struct fault *f)
{
	struct fault why;

	if (job_copy(job->id, sizeof(job->id), r, JOBS_JOB, true, f) == -1)
		return -1;
	if (uuid_parse(job->setup.uuid, r->field[JOBS_UUID],
	        strlen(r->field[JOBS_UUID]), &why) == -1)
		return job_bad(f, JOBS_UUID, why.why);
	uuid_format(job->uuid, job->setup.uuid);
	if (job_read_address(job, r, f) == -1)
		return -1;
	if (job_read_rest(job, r, f) == -1 || job_read_key(job, r, f) == -1)
		return -1;
	if (job_read_secrets(job, r, f) == -1)
		return -1;
	return setup_job_check(&job->setup, f);
}

int
job_read(struct job *job, const struct record *r, struct fault *f)
{
	memset(job, 0, sizeof(*job));
	if (job_read_all(job, r, f) == 0)
		return 0;
	job_wipe(job);
	return -1;
}

void
job_wipe(struct job *job)
{
	free(job->known);
	explicit_bzero(job, sizeof(*job));
}

/* One of them; NULL with *f filled. */
static const struct setup_chain *
job_find_chain(const struct chains *all, int column, const char *name,
    size_t len, struct fault *f)
{
	char text[SETUP_CHAIN_NAME], shown[2 * SETUP_CHAIN_NAME];
	const struct setup_chain *found = NULL;

	(void)snprintf(text, sizeof(text), "%.*s", (int)len, name);
	if (len < sizeof(text))
		found = chains_find(all, text);
	text_show(shown, sizeof(shown), name, len);
	if (found == NULL)
		(void)fault_set(f, 0,
		    "%s: no chain \"%s\" came before this job (expected it in "
		    "a chains stream)",
		    kind_jobs.columns[column].name, shown);
	return found;
}

/* Each of the names; max is as many as to has room for. */
static int
job_find_each(const struct setup_chain **to, size_t *n, size_t max, int column,
    const char *at, const struct chains *all, struct fault *f)
{
	for (*n = 0; *at != '\0';) {
		size_t len = strcspn(at, ",");

		if (*n == max)
			return job_bad(f, column,
			    column == JOBS_CHAINS
			        ? TEXT_WITH("more than ", SETUP_CHAINS_MAX,
			              " chains")
			        : TEXT_WITH("more than ", SETUP_CONSOLES_MAX,
			              " chains"));
		to[*n] = job_find_chain(all, column, at, len, f);
		if (to[(*n)++] == NULL)
			return -1;
		at += len + (at[len] == ',');
	}
	return 0;
}

int
job_find_chains(struct job *job, const struct chains *all, struct fault *f)
{
	struct setup_job *s = &job->setup;

	s->nconsoles = 0;
	if (job_find_each(s->chains, &s->nchains, SETUP_CHAINS_MAX, JOBS_CHAINS,
	        job->chains, all, f) == -1)
		return -1;
	return job_find_each(s->consoles, &s->nconsoles, SETUP_CONSOLES_MAX,
	    JOBS_CONSOLE, job->console, all, f);
}

/* --- the other way -------------------------------------------------------- */

static void
job_join_tries(const struct setup_job *s, char *to, size_t cap)
{
	size_t len = 0;

	to[0] = '\0';
	for (size_t i = 0; i < s->ntries; i++)
		len += (size_t)snprintf(to + len, cap - len, "%s%s",
		    i == 0 ? "" : ",", s->tries[i]);
}

void
job_fields(const struct job *job, struct job_texts *texts,
    const char *fields[JOBS_NCOLUMNS])
{
	const struct setup_job *s = &job->setup;

	job_join_tries(s, texts->tries, sizeof(texts->tries));
	(void)snprintf(texts->attempt, sizeof(texts->attempt), "%u",
	    s->attempt);
	text_time(texts->not_after, job->not_after);
	fields[JOBS_JOB] = job->id;
	fields[JOBS_UUID] = job->uuid;
	fields[JOBS_FQDN] = job->fqdn;
	fields[JOBS_ADDRESS] = job->address;
	fields[JOBS_AUTH] = s->way == NULL ? setup_way_psk.name : s->way->name;
	fields[JOBS_PID] = job->pid;
	fields[JOBS_PPS] = job->pps;
	fields[JOBS_ADMIN_NOW] = texts->tries;
	fields[JOBS_ADMIN_NEXT] = s->admin_next;
	fields[JOBS_MEBX_NEXT] = s->mebx_next;
	fields[JOBS_PROFILE] = job->profile;
	fields[JOBS_ATTEMPT] = texts->attempt;
	fields[JOBS_NOT_AFTER] = texts->not_after;
	fields[JOBS_WISH] = setup_wish_name(s->wish);
	fields[JOBS_REALM] = s->realm;
	fields[JOBS_CHAINS] = job->chains;
	fields[JOBS_TLS] =
	    s->tls_known || s->tls != SETUP_TLS_BEST ? rungs[s->tls] : "";
	fields[JOBS_KNOWN] = s->known == NULL ? "" : s->known;
	fields[JOBS_LEAF] = s->leaf;
	fields[JOBS_REPLACE] = s->replace;
	fields[JOBS_CONSOLE] = job->console;
	fields[JOBS_COMMIT] = s->commit ? "yes" : "";
}
