#include "setup/job.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "setup/setup_way.h"

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

/* The passwords to try, comma-joined. */
static int
job_read_tries(struct setup_job *s, const char *text, struct fault *f)
{
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

	if (pps_parse(job->pps, r->field[JOBS_PPS], strlen(r->field[JOBS_PPS]),
	        &why) == -1)
		return job_bad(f, JOBS_PPS, why.why);
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
		return job_bad(f, JOBS_AUTH, "not a way in that we know (psk)");
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
	if (pid_parse(job->pid, r->field[JOBS_PID], strlen(r->field[JOBS_PID]),
	        &why) == -1)
		return job_bad(f, JOBS_PID, why.why);
	if (job_read_rest(job, r, f) == -1)
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
	explicit_bzero(job, sizeof(*job));
	return -1;
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
}
