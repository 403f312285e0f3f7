#ifndef PLANNER_H
#define PLANNER_H

/*
 * planner - one run of planning, and the machine that it looks at; what the
 * files of store-plan share.  facts.c asks the store, planned.c writes what was
 * decided.
 */
#include <time.h>

#include "lib/profilefile.h"
#include "plan/chainlist.h"
#include "plan/contest.h"
#include "plan/joblist.h"
#include "plan/plan.h"
#include "store/caller.h"
#include "map/props.h"
#include "keys/certuse.h"
#include "store/jobs.h"
#include "store/kept.h"
#include "store/machines.h"
#include "store/names.h"
#include "store/secrets.h"
#include "store/sink.h"
#include "store/store.h"

_Static_assert(STORE_SECRET == PLAN_SECRET, "secrets of one length");

struct planner {
	struct store store;
	const char *dir, *profile_path;
	struct profiles profiles;
	int64_t now, not_after;
	int64_t number; /* of this plan, among what arrives */
	struct hellotime timing;
	int64_t map_days; /* older entries of the map are stale; 0: never */
	char cutoff[CLAIMS_SEEN];
	/* Of what reasons may come from: when it changed last (cause.h). */
	const char *signer; /* the program; NULL: none */
	bool has_signer;    /* which is there, and may be run */
	int64_t conf_at, signer_at;
	struct planner_ca {
		bool read;
		X509 *cert; /* NULL: none */
		char name[CERT_NAME];
		bool twins;
		int64_t since;
	} ca; /* of machines; changes.c */
	struct planner_console {
		bool read;
		/* Of the chains that machines are shown; see struct job. */
		char names[SETUP_CONSOLES_MAX * SETUP_CHAIN_NAME];
	} console;      /* of the site; consoles.c */
	bool take_over; /* leases of runs before are void */
	bool rehearses; /* jobs are for simulated machines, on loopback */
	bool reveal;
	bool dry; /* on a copy: what would be, and nothing is written */
	enum sink_form form; /* in which that is said; SINK_STREAM: as text */
	bool checks;         /* those that are set up are only looked at */
	/* Nothing but these machines, by UUID, which are taken back; or NULL */
	char *const *taken_back;
	enum setup_wish take_back; /* wholly or partly */
	size_t max;
	/* Plan after plan, max jobs each; and when nothing more is due, again
	 * when somebody else has changed the store. */
	bool streams, follows;
	int64_t data; /* state of the store at the last plan: store_changes */
	struct callers_of callers; /* of the machine that is looked at */
	struct joblist jobs;
	struct chainlist chains;
	/* UUID of a machine that was reset, says a person; or NULL */
	const char *again;
	uint64_t nrefused;
};

/* Texts of the facts, which outlive the query that answered them. */
struct plan_texts {
	struct names names;
	char fqdn[DOMAIN_TEXT];
	char asked_detail[PLAN_DETAIL];
	struct props told; /* besides its name, by the site's own program */
};

struct plan_secret { /* of this life, newest */
	int64_t id;  /* 0: not planned yet */
	char text[PLAN_SECRET];
};

struct plan_secrets {
	struct plan_known known;
	struct plan_secret admin, mebx;
	bool damaged;
};

/* A machine, those who call themselves it, and what is known of both. */
struct planning {
	const struct machine_row *row;
	struct plan_facts facts;
	struct plan_texts texts;
	struct plan_secrets secrets;
	struct contest contest;
	/* of each caller, in their order: */
	struct contender contenders[CALLERS_MAX];
	char why[CALLERS_MAX][PLAN_DETAIL];
	/* which certificates it may take; NULL for one with a key */
	const struct certchoice *choice[CALLERS_MAX];
	/* its profile; NULL if no rule fits */
	const struct profile *profile[CALLERS_MAX];
	const struct assign_rule *rule[CALLERS_MAX]; /* that said so, or NULL */
};

/*
 * planner.c: all of it, in one transaction: the jobs are in the list, and in
 * the store, once it returns.  not_after: before it seconds from now on, after
 * it a time.
 */
void planner_plan(struct planner *p);

/* assigned.c: why no profile is for a machine of these facts. */
void planner_unassigned(char detail[PLAN_DETAIL],
    const struct assign_facts *facts);
/* Its model, in model; "" where no rule asks for it. */
const char *planner_model(struct planner *p, const char *uuid,
    char model[MAPMODEL_TEXT]);
/* The profile of a caller, or in f why it gets none. */
void planner_assign(struct planner *p, struct planning *m,
    const struct caller_row *c, struct plan_facts *f, char detail[PLAN_DETAIL]);

/* changes.c: when what belongs to the site was changed last. */
void planner_changes(struct planner *p);
/* Is the cause of this reason, which the last job at that time met, another one
 * now?  profile: which it would get now. */
struct planner_met {
	enum reason_id met;
	int64_t failed_at;
	const struct job_last *last;
	const struct profile *profile;
	const char *fqdn;
};
bool planner_cause_changed(struct planner *p, const struct planner_met *m);

/* Certificates of a machine that another CA than the site's present one has
 * issued, comma-joined; *since: when that began to issue.  False: it serves
 * none of them. */
bool planner_ca_before(struct planner *p, const struct kept_row *k,
    char to[SETUP_LEAVES], int64_t *since);
/* It is read again when it is asked for next. */
void planner_ca_free(struct planner *p);

/* consoles.c: what is shown to machines that are set up and ask for a
 * certificate: the job's text, "" for none. */
const char *planner_console(struct planner *p);

/* facts.c: all of m but its verdicts, from m->row, and p->callers. */
void planner_facts(struct planner *p, struct planning *m);
/* Of a machine that is set up: is it called by another name now? */
enum reason_id planner_renamed(struct planner *p, const struct machine_row *row,
    char detail[PLAN_DETAIL]);
/* The passwords to try on one caller; how many.  opens: all that is needed. */
size_t planner_tries(struct planner *p, struct planning *m,
    const struct caller_row *c, char tries[PLAN_TRIES][PLAN_SECRET],
    char pps[PLAN_SECRET], bool *opens);

/* planned.c: a new password, given or random (""), goes into the store; its id.
 */
int64_t planner_password(struct planner *p, const char *uuid, int64_t life,
    enum secret_kind kind, const char *given, char text[PLAN_SECRET]);
/* The version of TLS that the machine spoke last is offered first, and it is
 * not met with less. */
void planner_rung(struct setup_job *s, const char *tls);
/* A machine that met this has taken a place for long without an answer, and may
 * do it again. */
bool planner_hung(enum reason_id met);
/* What contest_judge decided of m goes into the store, and its jobs
 * into the list too. */
void planner_keep(struct planner *p, struct planning *m);

/* upkeep.c: of a profile, under the site's key; until the next call. */
const char *planner_digest(struct planner *p, const struct profile *profile);
/* The secrets that a job would send go into the store as hashes; those that the
 * machine has accepted already are answered, for the caller to free. */
char *planner_secrets(struct planner *p, const struct profile *profile,
    const char *uuid, const char *job);
/* A job's part that all visits of a machine that is set up have alike. */
void planner_visit(struct planner *p, struct job *j, const struct kept_row *k,
    enum setup_wish wish);
/* Jobs of the machines that are set up and due, after all others. */
void planner_upkeep(struct planner *p);

/* dryrun.c: what was planned in a copy of the store, and of all other machines
 * why not. */
void planner_foretell(struct planner *p);

/* follow.c: is there another plan to make?  Waits for what calls for one. */
struct planner_follow {
	int64_t until_ms;          /* nothing is planned after that */
	int64_t began_ms, took_ms; /* that plan */
	struct timespec profile;   /* its file's time */
};
void planner_follow_begin(struct planner *p, struct planner_follow *f,
    int64_t seconds);
void planner_follow_planned(struct planner_follow *f, int64_t began_ms);
bool planner_follow(struct planner *p, struct planner_follow *f);

/* unprovision.c: jobs of those that are to be taken back. */
void planner_take_back(struct planner *p);

#endif
