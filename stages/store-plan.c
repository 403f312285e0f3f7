/*
 * store-plan - which machines can be set up now, as jobs; of the others, why
 * not.
 *
 * Everything is decided and committed in one transaction before the first job
 * is written: the passwords of a machine are in the store before any program
 * could send them, and a machine has at most one run that works on it.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "byteorder.h"
#include "clock.h"
#include "names.h"
#include "option.h"
#include "plan.h"
#include "profilefile.h"
#include "random.h"
#include "stage.h"
#include "store.h"
#include "stream.h"
#include "text.h"
#include "uuid.h"

/* One plan's jobs are in memory until they are committed: 1 kB each. */
#define JOBS_MAX 100000

enum { OPT_TAKE_OVER = 1 };

struct job {
	char id[64], uuid[UUID_TEXT], fqdn[256], address[48], pid[16];
	char pps[STORE_SECRET];
	char admin_now[PLAN_TRIES * STORE_SECRET];
	char admin_next[STORE_SECRET], mebx_next[STORE_SECRET];
	int64_t attempt;
};

struct planner {
	struct store store;
	const char *dir, *profile_path;
	struct profile profile;
	char settings[PROFILE_SETTINGS_MAX];
	int64_t now, not_after;
	struct hellotime timing;
	int64_t map_days; /* older entries of the map are stale; 0: never */
	char cutoff[CLAIMS_SEEN];
	bool take_over; /* leases of runs before are void */
	bool reveal;
	size_t max;
	struct job *jobs;
	size_t njobs, capjobs;
	uint64_t nrefused;
};

/*
 * A machine as the big query has it.  Texts are borrowed from its row, which
 * the sorter keeps until the next one.
 */
enum {
	M_UUID,
	M_ADDRESS,
	M_VERSION,
	M_CREDS_SET,
	M_PID,
	M_PLACE,
	M_LAST_HEARD,
	M_CLOSES,
	M_FQDN,
	M_LIFE,
	M_JOBS,
	M_ATTEMPTS,
	M_COMMITTED,
	M_FAILED_AT,
	M_STIRRED,
	M_STATE,
	K_PID,
	K_STATE,
	K_USED_BY,
	K_SEALED,
	K_CHANGED
};

/*
 * What is not set up, not with another run, not waiting for its time: one that
 * was set by a clock that was set back since counts for nothing.  First whose
 * window closes first; those whose window has closed cost no time.
 */
static const char sql_machines[] =
    "SELECT m.uuid, address, version, creds_set, m.pid, m.place, last_heard, "
    "closes(version, last_heard, retries) AS closes, fqdn, life, jobs, "
    "attempts, committed_at, failed_at, stirred_at, "
    "m.state, k.pid, k.state, k.used_by, k.sealed, changed "
    "FROM machines m LEFT JOIN keys k ON k.pid = m.pid "
    "WHERE m.state <> 'verified' AND ifnull(lease, 0) <= ?1 "
    "AND (ifnull(not_before, 0) <= ?1 OR stirred_at > failed_at "
    "  OR failed_at > ?2) "
    "ORDER BY closes, m.uuid";

/* Another machine that announced the PID and still listens. */
static const char sql_shared[] =
    "SELECT uuid, place FROM machines WHERE pid = ?1 AND uuid <> ?2 AND "
    "closes(version, last_heard, retries) > ?3 "
    "ORDER BY last_heard DESC, uuid DESC LIMIT 1";

/* This life's first, then what was set before, newest first, then the rest. */
static const char sql_secrets[] =
    "SELECT id, kind, life, sealed FROM secrets WHERE uuid = ?1 "
    "ORDER BY life = ?2 DESC, set_at IS NOT NULL DESC, set_at DESC, id DESC";

/* --- facts ------------------------------------------------------------- */

/* Texts that a second query answers must outlive it. */
struct texts {
	struct names names;
	char fqdn[DOMAIN_TEXT];
	char asked_detail[PLAN_DETAIL];
	char shared[UUID_TEXT], shared_place[512];
};

struct planned {    /* of this life, newest */
	int64_t id; /* 0: none */
	char text[STORE_SECRET];
};

struct secrets {
	struct plan_known known;
	struct planned admin, mebx;
	bool damaged;
};

static void
copy(char *to, size_t cap, const char *from)
{
	(void)snprintf(to, cap, "%s", from);
}

/* Runs q, which answers a UUID and a place, into two texts. */
static void
get_party(struct query *q, char uuid[UUID_TEXT], char place[512])
{
	if (query_row(q)) {
		copy(uuid, UUID_TEXT, query_get_text(q, 0));
		copy(place, 512, query_get_text(q, 1));
	}
	query_reset(q);
}

static void
get_names(struct planner *p, struct plan_facts *f, struct texts *t)
{
	const struct claims *c = &t->names.claims;

	names_get(&p->store, f->uuid, p->cutoff, &t->names);
	f->nnames = c->nnames;
	for (size_t i = 0; i < c->nnames; i++) {
		f->name[i] = c->name[i].fqdn;
		f->name_place[i] = c->name[i].place;
	}
	f->name_seen = c->stale ? c->name[0].seen : "";
	f->name_owner = t->names.owner;
	f->owner_place = t->names.owner_place;
}

/* What the site's own program was met with; for a day, in case that it is
 * asked no more. */
static const char sql_asked[] =
    "SELECT reason, detail FROM lookups WHERE uuid = ?1 AND at > ?2";

static void
get_asked(struct planner *p, struct plan_facts *f, struct texts *t)
{
	struct query *q = store_query(&p->store, sql_asked);
	enum reason_id id;

	f->asked_detail = t->asked_detail;
	query_text(q, 0, f->uuid);
	query_number(q, 1, p->now - 86400);
	if (query_row(q)) {
		id = reason_find(query_get_text(q, 0));
		f->asked = id == REASON_COUNT ? REASON_NONE : id;
		copy(t->asked_detail, sizeof(t->asked_detail),
		    query_get_text(q, 1));
	}
	query_reset(q);
}

/* What a machine took stays its name, whatever the map has come to say. */
static void
keep_name(struct plan_facts *f, struct texts *t, const char *fqdn)
{
	copy(t->fqdn, sizeof(t->fqdn), fqdn);
	f->nnames = 1;
	f->name[0] = t->fqdn;
	f->name_place[0] = "as it was set up";
	f->name_seen = f->name_owner = f->owner_place = "";
}

static void
get_sharing(struct planner *p, struct plan_facts *f, struct texts *t)
{
	struct query *q = store_query(&p->store, sql_shared);

	if (f->pid[0] == '\0')
		return;
	query_text(q, 0, f->pid);
	query_text(q, 1, f->uuid);
	query_number(q, 2, p->now);
	get_party(q, t->shared, t->shared_place);
}

static void
keep_secret(struct secrets *s, const char *kind, bool this_life, int64_t id,
    const char *text)
{
	struct plan_known *k = &s->known;
	bool admin = strcmp(kind, "admin") == 0;
	struct planned *newest = admin ? &s->admin : &s->mebx;

	if (this_life && id > newest->id) {
		newest->id = id;
		copy(newest->text, STORE_SECRET, text);
	}
	if (admin && k->nearlier < PLAN_TRIES)
		copy(k->earlier[k->nearlier++], STORE_SECRET, text);
	if (!admin && k->nmebx_planned < 2)
		copy(k->mebx_planned[k->nmebx_planned++], STORE_SECRET, text);
}

static void
get_secrets(struct planner *p, struct query *m, struct secrets *s)
{
	struct query *q = store_query(&p->store, sql_secrets);
	const char *uuid = query_get_text(m, M_UUID);
	int64_t life = query_get_number(m, M_LIFE);
	char text[STORE_SECRET];

	query_text(q, 0, uuid);
	query_number(q, 1, life);
	while (query_row(q)) {
		const char *kind = query_get_text(q, 1);
		bool this_life = query_get_number(q, 2) == life;

		if (store_get_sealed(&p->store, q, 3, "secrets", uuid, kind,
		        text) == 0)
			keep_secret(s, kind, this_life, query_get_number(q, 0),
			    text);
		else if (this_life)
			s->damaged = true;
	}
	explicit_bzero(text, sizeof(text));
}

/* The key's part; false when its secrets do not open. */
static bool
get_key(struct planner *p, struct query *m, struct plan_known *k,
    char pps[STORE_SECRET])
{
	struct key_secrets all;
	int rc = store_get_key(&p->store, m, K_SEALED, query_get_text(m, M_PID),
	    &all);

	copy(pps, STORE_SECRET, all.text[KEY_PPS]);
	copy(k->mebx_now, sizeof(k->mebx_now), all.text[KEY_MEBX_NOW]);
	copy(k->mebx_next, sizeof(k->mebx_next), all.text[KEY_MEBX_NEXT]);
	explicit_bzero(&all, sizeof(all));
	return rc == 0;
}

static void
get_facts(struct planner *p, struct query *m, struct plan_facts *f,
    struct texts *t)
{
	uint8_t uuid[UUID_LEN];

	memset(t, 0, sizeof(*t));
	*f = (struct plan_facts){
		.now = p->now,
		.uuid = query_get_text(m, M_UUID),
		.version = (unsigned)query_get_number(m, M_VERSION),
		.last_heard = query_get_number(m, M_LAST_HEARD),
		.closes = query_get_number(m, M_CLOSES),
		.pid = query_get_text(m, M_PID),
		.place = query_get_text(m, M_PLACE),
		.committed = !query_is_null(m, M_COMMITTED),
		.key_known = !query_is_null(m, K_PID),
		.key_state = (enum key_state)query_get_number(m, K_STATE),
		.used_by = query_get_text(m, K_USED_BY),
		.shared_with = t->shared,
		.shared_place = t->shared_place,
	};
	if (uuid_parse(uuid, f->uuid, strlen(f->uuid), NULL) == 0)
		f->uuid_bad = uuid_bad(uuid);
	if (f->committed && query_get_text(m, M_FQDN)[0] != '\0')
		keep_name(f, t, query_get_text(m, M_FQDN));
	else
		get_names(p, f, t);
	if (f->nnames == 0)
		get_asked(p, f, t);
	get_sharing(p, f, t);
}

/* --- verdicts ---------------------------------------------------------- */

static void
refuse(struct planner *p, const char *uuid, enum reason_id id,
    const char *detail)
{
	struct query *q = store_query(&p->store,
	    "UPDATE machines SET state = 'refused', reason = ?2, detail = ?3, "
	    "lease = NULL, failed_at = NULL, not_before = NULL "
	    "WHERE uuid = ?1 AND NOT (state = 'refused' AND reason = ?2 AND "
	    "detail = ?3)");

	p->nrefused++;
	query_text(q, 0, uuid);
	query_text(q, 1, reason_get(id)->code);
	query_text(q, 2, detail);
	query_run(q);
}

/*
 * The password of this life: the one planned before, so that a machine which
 * took it from a run that was cut is not locked out; unless the profile has
 * come to name another one.  Answers its row.
 */
static int64_t
choose(struct planner *p, struct query *m, const char *kind,
    struct planned *old, const char *fixed)
{
	const char *uuid = query_get_text(m, M_UUID);
	uint8_t sealed[STORE_SEALED];
	struct query *q;

	if (old->id != 0 && (fixed[0] == '\0' || strcmp(fixed, old->text) == 0))
		return old->id;
	if (fixed[0] != '\0')
		copy(old->text, STORE_SECRET, fixed);
	else
		random_password(old->text);
	q = store_query(&p->store,
	    "INSERT INTO secrets (uuid, kind, life, sealed, planned_at) "
	    "VALUES (?, ?, ?, ?, ?) RETURNING id");
	query_text(q, 0, uuid);
	query_text(q, 1, kind);
	query_number(q, 2, query_get_number(m, M_LIFE));
	store_bind_sealed(&p->store, q, 3, old->text, "secrets", uuid, kind,
	    sealed);
	query_number(q, 4, p->now);
	if (query_row(q))
		old->id = query_get_number(q, 0);
	query_run(q);
	return old->id;
}

static void
write_job(struct planner *p, const struct job *j, int64_t life, int64_t admin,
    int64_t mebx)
{
	struct query *q = store_query(&p->store,
	    "INSERT INTO jobs (job, uuid, life, attempt, fqdn, address, pid, "
	    "profile, admin, mebx, planned_at, not_after) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?)");

	query_text(q, 0, j->id);
	query_text(q, 1, j->uuid);
	query_number(q, 2, life);
	query_number(q, 3, j->attempt);
	query_text(q, 4, j->fqdn);
	query_text(q, 5, j->address);
	query_text(q, 6, j->pid);
	query_text(q, 7, p->profile.name);
	query_number(q, 8, admin);
	query_number(q, 9, mebx);
	query_number(q, 10, p->now);
	query_number(q, 11, p->not_after);
	query_run(q);

	q = store_query(&p->store,
	    "UPDATE machines SET state = 'planned', reason = '', detail = '', "
	    "fqdn = ?2, jobs = jobs + 1, attempts = ?3, lease = ?4, "
	    "failed_at = NULL, not_before = NULL WHERE uuid = ?1");
	query_text(q, 0, j->uuid);
	query_text(q, 1, j->fqdn);
	query_number(q, 2, j->attempt);
	query_number(q, 3, p->not_after);
	query_run(q);
}

/* The next free job.  What moves is wiped where it was. */
static struct job *
next_job(struct planner *p)
{
	size_t cap = p->capjobs == 0 ? 64 : 2 * p->capjobs;
	struct job *grown;

	if (p->njobs == p->capjobs) {
		grown = calloc(cap, sizeof(*grown));
		if (grown == NULL)
			err(EX_OSERR, "jobs");
		if (p->njobs != 0) {
			memcpy(grown, p->jobs, p->njobs * sizeof(*grown));
			explicit_bzero(p->jobs, p->njobs * sizeof(*grown));
		}
		free(p->jobs);
		p->jobs = grown;
		p->capjobs = cap;
	}
	return &p->jobs[p->njobs++];
}

static void
join_passwords(struct job *j, char (*tries)[STORE_SECRET], size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(j->admin_now + len,
		    sizeof(j->admin_now) - len, "%s%s", i == 0 ? "" : ",",
		    tries[i]);
}

static void
plan_job(struct planner *p, struct query *m, const struct plan_facts *f,
    struct secrets *s, char (*tries)[STORE_SECRET], const char *pps)
{
	const struct profile *profile = &p->profile;
	struct job *j = next_job(p);
	int64_t admin, mebx = 0;

	admin = choose(p, m, "admin", &s->admin, profile->admin_fixed);
	if (profile->mebx_mode != PROFILE_MEBX_KEEP)
		mebx = choose(p, m, "mebx", &s->mebx, profile->mebx_fixed);
	(void)snprintf(j->id, sizeof(j->id), "%s.%" PRId64, f->uuid,
	    query_get_number(m, M_JOBS) + 1);
	copy(j->uuid, sizeof(j->uuid), f->uuid);
	copy(j->fqdn, sizeof(j->fqdn), f->name[0]);
	copy(j->address, sizeof(j->address), query_get_text(m, M_ADDRESS));
	copy(j->pid, sizeof(j->pid), f->pid);
	copy(j->pps, sizeof(j->pps), pps);
	join_passwords(j, tries, f->npasswords);
	copy(j->admin_next, sizeof(j->admin_next), s->admin.text);
	if (mebx != 0)
		copy(j->mebx_next, sizeof(j->mebx_next), s->mebx.text);
	j->attempt = query_get_number(m, M_ATTEMPTS) + 1;
	write_job(p, j, query_get_number(m, M_LIFE), admin, mebx);
}

/*
 * A run has met what needs a person and nothing is new since: no restarted
 * hello, no password from a key list, no other name.
 */
static bool
still_needs_person(struct query *m, const struct plan_facts *f)
{
	int64_t failed = query_get_number(m, M_FAILED_AT);

	return strcmp(query_get_text(m, M_STATE), "refused") == 0 &&
	    !query_is_null(m, M_FAILED_AT) &&
	    query_get_number(m, M_STIRRED) <= failed &&
	    query_get_number(m, K_CHANGED) < failed &&
	    (f->nnames != 1 ||
	        strcmp(f->name[0], query_get_text(m, M_FQDN)) == 0);
}

static void
plan_machine(struct planner *p, struct query *m)
{
	char detail[PLAN_DETAIL], pps[STORE_SECRET];
	char tries[PLAN_TRIES][STORE_SECRET];
	struct secrets s = { 0 };
	struct plan_facts f;
	struct texts t;
	enum reason_id id;

	get_facts(p, m, &f, &t);
	if (still_needs_person(m, &f))
		return;
	get_secrets(p, m, &s);
	f.key_damaged = !get_key(p, m, &s.known, pps) || s.damaged;
	s.known.creds_set = query_get_number(m, M_CREDS_SET) != 0;
	f.npasswords = plan_passwords(tries, &s.known);
	id = plan_decide(&f, detail);
	if (id != REASON_NONE)
		refuse(p, f.uuid, id, detail);
	else if (p->njobs < p->max)
		plan_job(p, m, &f, &s, tries, pps);
	explicit_bzero(&s, sizeof(s));
	explicit_bzero(tries, sizeof(tries));
	explicit_bzero(pps, sizeof(pps));
}

/* Runs that did not end their jobs: killed, or their machine went away. */
static void
end_cut_jobs(struct planner *p)
{
	struct query *q = query_new(p->store.db,
	    "UPDATE jobs SET ended_at = ?1, reason = 'RUN-CUT' "
	    "WHERE ended_at IS NULL AND (not_after <= ?1 OR ?2)");

	query_number(q, 0, p->now);
	query_number(q, 1, p->take_over);
	query_run(q);
	query_free(q);
	if (p->take_over)
		db_exec(p->store.db,
		    "UPDATE machines SET lease = NULL "
		    "WHERE lease IS NOT NULL");
}

/*
 * Machines that are set up and that the map has come to call by another name,
 * or no more does.
 */
static const char sql_renamed[] =
    "SELECT uuid, fqdn FROM machines m WHERE state = 'verified' AND "
    "(reason <> '' OR "
    "EXISTS (SELECT 1 FROM map WHERE uuid = m.uuid AND fqdn <> m.fqdn) OR "
    "EXISTS (SELECT 1 FROM settlements WHERE uuid = m.uuid AND "
    "fqdn <> m.fqdn AND undone_at IS NULL))";

/* It is told, and the machine is left alone. */
static void
note_renamed(struct planner *p)
{
	struct query *m = query_new(p->store.db, sql_renamed);
	struct query *q = query_new(p->store.db,
	    "UPDATE machines SET reason = ?2, detail = ?3 WHERE uuid = ?1 "
	    "AND detail <> ?3");

	while (query_row(m)) {
		struct plan_facts f = { .uuid = query_get_text(m, 0) };
		struct texts t;
		char detail[PLAN_DETAIL];
		enum reason_id id;

		get_names(p, &f, &t);
		id = plan_renamed(query_get_text(m, 1), &f, detail);
		query_text(q, 0, f.uuid);
		query_text(q, 1, reason_get(id)->code);
		query_text(q, 2, detail);
		query_run(q);
	}
	query_free(m);
	query_free(q);
}

static void
plan(struct planner *p)
{
	struct query *m;

	db_begin(p->store.db);
	p->now = clock_seconds(); /* after the wait for other writers */
	p->not_after += p->now;
	names_cutoff(p->cutoff, p->now, p->map_days);
	byteorder_settle(&p->store, BYTEORDER_MAP);
	end_cut_jobs(p);
	m = query_new(p->store.db, sql_machines);
	query_number(m, 0, p->now);
	query_number(m, 1, p->now + CLOCKS_APART);
	while (query_row(m))
		plan_machine(p, m);
	query_free(m);
	note_renamed(p);
	db_commit(p->store.db);
}

/* --- output ------------------------------------------------------------ */

static void
emit(const struct planner *p)
{
	char not_after[TEXT_TIME], attempt[24];
	struct stream_out out;

	text_time(not_after, p->not_after);
	stream_begin(&out, &kind_jobs, p->reveal);
	for (size_t i = 0; i < p->njobs; i++) {
		const struct job *j = &p->jobs[i];
		const char *fields[JOBS_NCOLUMNS] = {
			[JOBS_JOB] = j->id,
			[JOBS_UUID] = j->uuid,
			[JOBS_FQDN] = j->fqdn,
			[JOBS_ADDRESS] = j->address,
			[JOBS_AUTH] = "psk",
			[JOBS_PID] = j->pid,
			[JOBS_PPS] = j->pps,
			[JOBS_ADMIN_NOW] = j->admin_now,
			[JOBS_ADMIN_NEXT] = j->admin_next,
			[JOBS_MEBX_NEXT] = j->mebx_next,
			[JOBS_PROFILE] = p->profile.name,
			[JOBS_SETTINGS] = p->settings,
			[JOBS_ATTEMPT] = attempt,
			[JOBS_NOT_AFTER] = not_after,
			[JOBS_WISH] = "set-up",
			[JOBS_REALM] = "",
		};

		(void)snprintf(attempt, sizeof(attempt), "%" PRId64,
		    j->attempt);
		stream_write(&out, fields);
	}
	stream_end(&out, 0);
}

static void
parse_args(struct planner *p, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "take-over", no_argument, NULL, OPT_TAKE_OVER },
		{ "reveal", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:m:n:p:rR:t:w:W:", longopts)) !=
	    -1)
		switch (ch) {
		case 'd':
			p->dir = optarg;
			break;
		case 'm':
			p->map_days =
			    (int64_t)stage_number("-m", optarg, 0, 36500);
			break;
		case 'n':
			p->max = stage_number("-n", optarg, 1, JOBS_MAX);
			break;
		case 'p':
			p->profile_path = optarg;
			break;
		case 't':
			p->not_after =
			    (int64_t)stage_number("-t", optarg, 1, 86400);
			break;
		case 'w':
		case 'W':
		case 'R':
			option_hellotime(&p->timing, ch, optarg);
			break;
		case OPT_TAKE_OVER:
			p->take_over = true;
			break;
		case 'r':
			p->reveal = true;
			break;
		default:
			stage_usage();
		}
	if (p->dir == NULL || p->profile_path == NULL || p->not_after == 0 ||
	    optind != argc)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct planner p = { .max = JOBS_MAX };

	stage_begin("-d site -p profile.xml -t seconds [-w hours] [-W hours] "
	            "[-R schedule] [-m days] [-n max] "
	            "[--take-over] [-rv]",
	    MAY_READ_FILES | MAY_USE_STORE | EMITS_SECRETS);
	hellotime_usual(&p.timing);
	parse_args(&p, argc, argv);
	stage_guard_secrets(p.reveal); /* before anything is leased */
	stage_confine();
	profile_file(&p.profile, p.profile_path);
	if (profile_settings(p.settings, sizeof(p.settings), &p.profile) == -1)
		errx(EX_SOFTWARE, "settings are too long");
	store_open(&p.store, p.dir);
	store_timing(&p.store, &p.timing);
	plan(&p);
	store_close(&p.store);
	emit(&p);
	profile_wipe(&p.profile);
	if (stage_verbose())
		stage_say(p.dir, 0, "%zu planned, %" PRIu64 " cannot be",
		    p.njobs, p.nrefused);
	if (p.njobs != 0)
		explicit_bzero(p.jobs, p.njobs * sizeof(*p.jobs));
	free(p.jobs);
	return stage_end();
}
