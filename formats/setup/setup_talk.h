#ifndef SETUP_TALK_H
#define SETUP_TALK_H

/*
 * setup_talk - what the parts of the conversation share: what is known of the
 * machine, the passwords on trial, and the ways to go on or to end.
 *
 * The engine, which knows no class of AMT:
 *
 *	setup.c        what is asked and heard, and what is reported
 *	setup_line.c   the connection: versions of TLS, logins, lost replies
 *	setup_steps.c  what an answer to a step means
 *	setup_ask.c    requests, in the dialect's words
 *	setup_apply.c  settings: read, compare, write, read back;
 *	               setup_call.c and setup_list.c for those two sorts
 *	setup_items.c  instances of a class, and what families of settings share
 *	setup_pass.c   the table once more without writing, before and after
 *
 * And what is asked in which order:
 *
 *	setup_way.c    ways in: who is it, what has it been through
 *	setup_pki.c    what is different with a certificate of ours
 *	setup_managed.c  and on a machine that is set up
 *	setup_want.c   what is wanted of it, with the commit and the look after
 *	setup_keep.c, setup_unprovision.c  what is wanted of one that is set up
 *	setup_adopt.c  and of one that an earlier try has set up
 *	setup_own.c    settings that are set in a way of their own
 *	setting.c      what a row of the table means
 *	setting_table.c  the table of all settings
 *	setup_sign.h   a certificate is asked for, and comes
 *	family_*.c     settings that belong together and need calls of their own
 *
 * Nobody else includes this.
 */
#include "amt/message.h"
#include "base/writer.h"
#include "setup/setting.h"
#include "setup/setup.h"
#include "setup/setup_dialect.h"
#include "setup/setup_items.h"

#define SETUP_LIMIT_MS 15000
/* Of what writes much flash, or signs: 30 s were seen (profile.md, 4.4). */
#define SETUP_SLOW_MS 60000
/* Steps of one conversation that were lost or waited for. */
#define SETUP_COUNTS_MAX 128
#define SETUP_COUNTS_FEW 8
#define SETUP_LIST_MAX 32      /* entries of a list; AMT's users are the most */
#define SETUP_FINDINGS_MAX 256 /* more than anybody reads */
#define SETUP_FINDINGS_FEW 8
#define SETUP_SELECTORS_MAX 4

/* ProvisioningState and ProvisioningMode, as the device numbers them. */
#define STATE_PRE 0
#define STATE_IN 1
#define STATE_POST 2
#define MODE_CLIENT 4
/* PasswordModel: does the MEBx's password change with the network's? */
#define MODEL_COUPLED 0
#define MODEL_SEPARATE 1

/* All passwords of a conversation: the tries, mebx_next and admin_next, the
 * factory's and none at all. */
#define POOL_MAX (SETUP_TRIES_MAX + 4)
#define PASSWORD_NONE SIZE_MAX /* no login is sent */

/* Passwords in the order in which to offer them, while it is not known which
 * one is right.  Each phase of the conversation has its own. */
struct setup_trial {
	size_t order[POOL_MAX + 1]; /* indices into the pool */
	size_t n;
	size_t at;
	bool good;   /* order[at] was accepted */
	bool again;  /* and then refused: offered once more */
	bool paused; /* all were refused, and are offered again later */
};

#define SETUP_DIGEST 25 /* base64 of 16 bytes, with its NUL */

struct setup_sign;

struct setup_why {
	enum reason_id reason;
	char detail[SETUP_DETAIL_MAX];
};

/* An answer that says no: a method's code, or a fault. */
struct setup_refusal {
	const struct message_fault *fault; /* NULL: a code */
	uint32_t code;
	const char *what; /* in words */
};

/* What the answer's body must be. */
enum setup_expect {
	EXPECT_ANYTHING,
	EXPECT_INSTANCE, /* of the step's class */
	EXPECT_OUTPUT,   /* of its method */
	EXPECT_RETURN,   /* the same, with a ReturnValue */
	EXPECT_BEGUN,    /* an enumeration */
	EXPECT_LISTED,   /* its next part */
};

struct setup_step {
	const char *name;   /* "read-" and so on: the row's group follows */
	const char *class;  /* NULL: the row's */
	const char *method; /* NULL unless it calls one */
	bool calls;         /* the one in s->method */
	bool chooses;       /* the instance of s->selectors */
	bool of_items;      /* its class is that of s->items */
	enum setup_expect expect;
	/* Its refusals are not waited for, as others' are: it comes again. */
	bool own_pace;
	/* Its ReturnValues are a small table of its own, no PT_STATUS. */
	bool own_codes;
	/* What it waits for may take minutes: making keys. */
	bool patient;
	/* It asks for a part of a list: begins that again.  See
	 * setup_part_lost. */
	enum setup_next (*relist)(struct setup *s);
	int64_t limit_ms; /* until the answer is in; 0: SETUP_LIMIT_MS */
	void (*ask)(struct setup *s, struct writer *w);
	enum setup_next (*took)(struct setup *s, struct message *r);
	/* No answer, or none that can be read: s->why says what came. */
	enum setup_next (*lost)(struct setup *s);
	/* A refusal that means something else here; false: what it means
	 * everywhere.  May be NULL. */
	bool (*refused)(struct setup *s, const struct setup_refusal *no,
	    enum setup_next *next);
	/* A password was refused, and the next is due.  NULL: at once. */
	enum setup_next (*next_try)(struct setup *s);
};

#define SETUP_AFTER_MAX 2

struct setup_way {
	const char *name; /* as the jobs stream says */
	enum setup_route route;
	const struct setup_step *first;
	/* The connection is a login: none is sent until one is asked for. */
	bool bare;
	/* Nothing tells who listens but the realm of the job: there is no
	 * login for another, and no password is tried but the job's. */
	bool by_realm;
	/* Where this job's machine is looked for first; NULL: at route. */
	enum setup_route (*home)(const struct setup_job *job);
	/* The passwords to offer, in their order. */
	void (*logins)(struct setup *s);
	/* Between two that were refused, each being offered once; 0: at once,
	 * and all of them again later. */
	int64_t login_pause_ms;
	/* How often, and how much later, a connection that is only closed is
	 * begun anew. */
	unsigned closed_times;
	int64_t closed_ms;
	/* Before a secret goes out to whoever names this realm: SETUP_ASK, or
	 * the end.  May be NULL. */
	enum setup_next (*trusts)(struct setup *s, const char *realm);
	/* Where a machine may be after its commit, the likeliest first. */
	size_t (*after)(const struct setup *s,
	    enum setup_route to[SETUP_AFTER_MAX]);
	/* The commit lacks something and does not say what: looks for it and
	 * goes on to another commit.  May be NULL. */
	enum setup_next (*examine)(struct setup *s);
	/* What else must be so after the commit; ends with setup_confirmed.
	 * May be NULL. */
	enum setup_next (*confirm)(struct setup *s);
};

struct setup_want {
	bool writes; /* else settings are only read, and what differs told */
	/* Of a machine that is set up: its setup's milestones are past. */
	bool keeps;
	/* Everything is read again before verified is called. */
	bool looks_again;
	enum setup_next (*arrived)(struct setup *s);  /* the right machine */
	enum setup_next (*applied)(struct setup *s);  /* all settings are so */
	enum setup_next (*verified)(struct setup *s); /* and read back */
	/* Of a machine that is set up: its control mode is known. */
	enum setup_next (*controlled)(struct setup *s);
	/* On a later attempt neither port talks; NULL: that is the end. */
	enum setup_next (*gone)(struct setup *s);
};

/* What a conversation goes by. */
struct setup_rules {
	const struct setup_dialect *dialect;
	const struct setup_way *way;
	const struct setup_want *want;
	const struct setting *table;
	size_t count;
};

struct setup_count {
	const struct setup_step *step;
	unsigned lost, waits;
};

struct setup_findings {
	struct setup_finding *at;
	size_t n, cap;
};

struct setup_entry { /* of a list, as the machine has it */
	char item[64];
	char value[SETTING_VALUE_MAX + 1];
};

struct setup {
	struct setup_rules rules;
	struct setup_job job;
	char pool[POOL_MAX][SETUP_PASSWORD_MAX + 1];
	size_t npool;
	size_t admin; /* index of admin_next in the pool */
	size_t mebx;  /* of mebx_next; npool if it is not there */
	struct setup_trial trial;

	const struct setup_step *step;
	char step_name[40];
	int64_t unix_now;
	int64_t now_ms;
	int64_t wait_ms;
	uint32_t id; /* MessageID of the request that is out */
	char *body;  /* it, NULL while none is */
	size_t len;

	/* the connection */
	enum setup_route route;
	enum setup_route home; /* where setup is talked: the way's */
	bool bare;             /* no login is sent */
	bool login_asked;      /* at home, though the way needs none */
	size_t chain;          /* that is offered; of the job's */
	bool chain_works;      /* the machine has taken it */
	size_t console;        /* that is shown; of the job's */
	bool console_shown;    /* on the connection of the last answer */
	bool console_refused;  /* each of them, since the commit */
	bool plain_open;       /* port 16992 is, while mutual TLS is tried */
	size_t place;          /* of those where it may be after its commit */
	unsigned closed;       /* connections begun anew, see the way */
	enum setup_tls tls;
	unsigned tls_tried;     /* bits of the rungs that failed */
	enum setup_tls tls_met; /* lowest version that was answered on */
	bool tls_works;         /* this rung of the ladder has worked */
	bool fresh;             /* the next request needs a new connection */
	bool dropped;           /* the last one ended by a closed connection */
	struct setup_why why;   /* what went wrong last */
	struct setup_why best;  /* what says most of the ladder's failures */
	struct setup_why first_port; /* where neither port talks */
	/* The certificate that is asked for instead of the job's, once the
	 * machine was given another; "" none. */
	char leaf[SETUP_LEAVES + SETUP_LEAF]; /* or one of the job's */
	char leaf_next[SETUP_LEAF]; /* that one, until the commit is out */
	/* TLS at its ports from the commit on, as it was set or found. */
	enum {
		SETUP_SERVES_UNKNOWN,
		SETUP_SERVES_TLS,
		SETUP_SERVES_PLAIN
	} serves;
	const struct setup_sign *signing; /* SETUP_SIGN waits for this */
	/* What is done once everything was read back, before verified; NULL:
	 * nothing. */
	setup_then_fn *tidy;
	/* What follows a commit within the settings, once the machine is seen
	 * again; NULL: they are read back. */
	setup_then_fn *after_commit;
	unsigned commits_before;     /* it */
	bool mutual_done;            /* mutual TLS is as it can be */
	bool mutual_off;             /* it was turned off, to add roots */
	struct setup_why mutual_why; /* it cannot be turned on */
	bool client_mode;            /* an agent on the machine has set it up */
	/* The only one answered at the plain port: the job's, until the
	 * machine names its own under the key. */
	char realm[SETUP_REALM_MAX + 1];
	bool named_realm; /* it has */
	bool proved;      /* by the key, here and now, with the right UUID */
	unsigned pauses;  /* after refused logins */
	struct setup_count counts_few[SETUP_COUNTS_FEW];
	struct setup_count *counts_many; /* NULL: few are enough */
	size_t ncounts, counts_cap;      /* of many */

	/* what the machine said */
	char firmware[32];
	unsigned release; /* SETTING_RELEASE; 0 unknown */
	bool version_known;
	bool version_old;
	uint32_t password_model;
	uint32_t machine_state;
	uint32_t machine_mode;
	char context[80]; /* of the enumeration */
	unsigned npulls;
	/* The instance that was read last, and of which class and key; class
	 * NULL: none, or written since. */
	struct message instance;
	const char *instance_class, *instance_key;
	/* MD5(admin:realm:admin_next) in base64 and hexadecimal, once known */
	char ha1[SETUP_DIGEST];
	char ha1_hex[33];
	int radio;      /* 1: it has WiFi, -1: it has not, 0: not asked yet */
	uint32_t ta0;   /* the clock's, see ask_set_clock */
	int64_t ta0_ms; /* when it was heard */

	/* the settings */
	const struct setting *row; /* the one that is applied or verified */
	const char *method;        /* of a step that calls */
	struct message_pair params[2];
	struct setup_entry *list; /* SETUP_LIST_MAX of them, once needed */
	size_t nlist;
	/* Of a step that chooses its instance; what they point to is the
	 * family's. */
	struct message_pair selectors[SETUP_SELECTORS_MAX];
	size_t nselectors;
	struct setup_items items; /* see setup_items.h */
	struct message *parts;    /* of that list so far, once needed */
	size_t nparts;
	unsigned relists; /* how often a list was begun again */
	bool parts_apart; /* then: on a connection each, as it may close them */
	void *work; /* what a family of settings remembers, see setup_work */
	size_t work_size;
	/* Writes nothing, though the want does: reads everything back, */
	bool checking;
	bool surveying; /* or looks for what the release lacks */
	bool applying;  /* row is of the table, and at work */
	/* What was written, to be reported once it is read back. */
	struct setup_findings held;
	size_t nlooked; /* findings before everything was read back */
	struct setup_findings findings;
	size_t findings_at;
	bool read_back;  /* of a call or a list: it was written */
	bool commit_due; /* something was written that needs one */

	/* how far it is */
	bool looking; /* on 16992, for what an earlier run left there */
	size_t looks; /* at both ports, after the first */
	bool found;   /* set up already when we came */
	const struct setup_way *adopted_from; /* see setup_adopt */
	bool mebx_lost;     /* SetMEBxPassword was sent and never answered */
	bool mebx_done;     /* no more is to be done about it */
	bool mebx_refused;  /* because it cannot be changed from here */
	unsigned mebx_seen; /* mebx_sends when the admin's was set last */
	bool admin_sure;    /* SetAdminAclEntryEx was answered with success */
	bool window_held;   /* ExtendProvisioningPeriod was asked for */
	bool examined;      /* after a commit that lacked something */
	unsigned mebx_sends, admin_sends, commits; /* answered or lost */
	bool commit_sure;        /* CommitChanges was answered with success */
	bool commit_wants_admin; /* as the network's own, though it opens */
	size_t round;            /* of the verification */
	size_t shut, shut_looks; /* of the look after an unprovisioning: ports
	                          * that do not talk, and how often running */
	int64_t verify_from_ms;
	uint32_t seen_state;          /* by the verification, or UINT32_MAX */
	char noted[SETUP_DETAIL_MAX]; /* how it was found, for a good end */

	enum setup_milestone queue[SETUP_MILESTONES];
	size_t nqueue, queue_at;
	bool ended;
	struct setup_why end;
};

/* As setup_new, with rules of one's own: a dialect or a table of a test. */
struct setup *setup_new_by(const struct setup_job *job,
    const struct setup_rules *rules);

/* To another port, or to this one anew. */
void setup_go_to(struct setup *s, enum setup_route route);
/* Away from where setup is talked: nothing tells who listens there but the
 * realm. */
bool setup_is_away(const struct setup *s);
/* What setup_ask.leaf says. */
const char *setup_leaf(const struct setup *s);
/* So it is there, or everywhere on this way. */
bool setup_is_by_realm(const struct setup *s);
const char *setup_port(const struct setup *s); /* "16993" */
/* Where it may be after its commit, see the way. */
size_t setup_places(const struct setup *s,
    enum setup_route to[SETUP_AFTER_MAX]);

/* Of the step that is due. */
const char *setup_class(const struct setup *s);
const char *setup_method(const struct setup *s); /* NULL: it calls none */
struct setup_count *setup_counted(struct setup *s,
    const struct setup_step *step);
/* NULL when nothing was counted for it. */
struct setup_count *setup_count_of(struct setup *s,
    const struct setup_step *step);

enum setup_next setup_enter(struct setup *s, const struct setup_step *step);
/* On a connection of its own: a kept one may be closed by now. */
enum setup_next setup_enter_fresh(struct setup *s,
    const struct setup_step *step);
enum setup_next setup_end(struct setup *s, enum reason_id reason,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Says in s->why what came instead of an answer. */
void setup_went_wrong(struct setup *s, enum reason_id reason, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
enum setup_next setup_give_up(struct setup *s); /* with s->why */
enum setup_next setup_bad_answer(struct setup *s, const char *what);
enum setup_next setup_not_ready(struct setup *s, const char *what);
enum setup_next setup_again_once(struct setup *s);
/* The answer to a write got lost: reads what became of it, on a new
 * connection.  The second time in a row it is the end. */
enum setup_next setup_write_lost(struct setup *s, setup_then_fn *read);
/* The answer with a part of a list got lost. */
enum setup_next setup_part_lost(struct setup *s);
/* May its list be begun again, with its parts on connections of their own?
 * Counts how often. */
bool setup_may_relist(struct setup *s, bool apart);
/* How it was found, for the detail of a good end. */
void setup_note(struct setup *s, const char *text);
/* Does a text of the machine repeat a secret?  See echo.h. */
bool setup_repeats(const struct setup *s, const char *text);
void setup_reached(struct setup *s, enum setup_milestone m);
bool setup_version(struct setup *s, const char *text);
/* Takes *r; NULL forgets the one that was kept. */
void setup_keep_instance(struct setup *s, const char *class, const char *key,
    struct message *r);
/* Index of the one in use, or PASSWORD_NONE. */
size_t setup_password(const struct setup *s);
size_t pool_add(struct setup *s, const char *password);
void trial_begin(struct setup *s);
void trial_add(struct setup *s, size_t password);

#endif
