#ifndef SETUP_TALK_H
#define SETUP_TALK_H

/*
 * setup_talk - what the parts of the conversation share: what is known of the
 * machine, the passwords on trial, and the ways to go on or to end.
 *
 *	setup.c        the connection: versions of TLS, lost and foreign replies
 *	setup_steps.c  the steps: what an answer means, and what comes next
 *	setup_ask.c    the requests
 *
 * Each uses those below it, and all of them this.  Nobody else includes it.
 */
#include "setup/setup.h"
#include "amt/wsman.h"

enum setup_state {
	READ_STATE,
	READ_UUID,
	READ_GUID,
	LIST_VERSION,
	PULL_VERSION,
	READ_SETTINGS,
	READ_CLOCK,
	SET_CLOCK,
	SET_MEBX,
	CHECK_MEBX,
	SET_ADMIN,
	CHECK_ADMIN,
	PUT_NAMES,
	COMMIT,
	VERIFY_STATE,
	VERIFY_NAMES,
	STATES
};

/* ProvisioningState and ProvisioningMode, as the device numbers them. */
#define STATE_IN 1
#define STATE_POST 2
#define MODE_CLIENT 4

/* All passwords of a conversation: the tries, mebx_next and admin_next. */
#define POOL_MAX (SETUP_TRIES_MAX + 2)

/* Passwords in the order in which to offer them, while it is not known which
 * one is right.  Each phase of the conversation has its own. */
struct trial {
	size_t order[POOL_MAX + 1]; /* indices into the pool */
	size_t n;
	size_t at;
	bool good;   /* order[at] was accepted */
	bool again;  /* and then refused: offered once more */
	bool paused; /* all were refused, and are offered again later */
};

#define SETUP_DIGEST 25 /* base64 of 16 bytes, with its NUL */

struct why {
	enum reason_id reason;
	char detail[SETUP_DETAIL_MAX];
};

struct setup {
	const struct step *steps; /* STATES of them */
	struct setup_job job;
	char pool[POOL_MAX][SETUP_PASSWORD_MAX + 1];
	size_t npool;
	size_t admin; /* index of admin_next in the pool */
	size_t mebx;  /* of mebx_next; npool when there is none */
	struct trial trial;

	enum setup_state state;
	int64_t unix_now;
	int64_t now_ms;
	int64_t wait_ms;
	uint32_t id; /* MessageID of the request that is out */
	char body[SETUP_BODY_MAX];
	size_t len;

	/* the connection */
	enum setup_route route;
	enum setup_tls tls;
	bool tls_works;  /* this rung of the ladder has worked */
	bool fresh;      /* the next request needs a new connection */
	bool dropped;    /* the last one ended by a closed connection */
	struct why why;  /* what went wrong last */
	struct why best; /* what says most of the ladder's failures */
	/* The only one answered at the plain port: the job's, until the
	 * machine names its own under the key. */
	char realm[SETUP_REALM_MAX + 1];
	bool named_realm; /* it has */
	bool proved;      /* by the key, here and now, with the right UUID */
	unsigned pauses;  /* after refused logins */
	unsigned lost[STATES];
	unsigned waits[STATES];

	/* what the machine said */
	char firmware[32];
	bool version_known;
	bool version_old;
	uint32_t machine_state;
	uint32_t machine_mode;
	char context[80]; /* of the enumeration */
	unsigned npulls;
	struct message settings; /* AMT_GeneralSettings as last read */
	/* MD5(admin:realm:admin_next) in base64 and hexadecimal, once known */
	char ha1[SETUP_DIGEST];
	char ha1_hex[33];
	uint32_t ta0;   /* the clock's, see ask_set_clock */
	int64_t ta0_ms; /* when it was heard */

	/* how far it is */
	bool looking;   /* on 16992, for what an earlier run left there */
	size_t looks;   /* at both ports, after the first */
	bool found;     /* set up already when we came */
	bool mebx_lost; /* SetMEBxPassword was sent and never answered */
	unsigned mebx_sends, admin_sends, commits; /* answered or lost */
	bool commit_sure; /* CommitChanges was answered with success */
	size_t round;     /* of the verification */
	int64_t verify_from_ms;
	uint32_t seen_state;          /* by the verification, or UINT32_MAX */
	char noted[SETUP_DETAIL_MAX]; /* how it was found, for a good end */

	enum setup_milestone queue[SETUP_VERIFIED];
	size_t nqueue, queue_at;
	bool ended;
	struct why end;
};

struct step {
	const char *name;
	const char *class;
	const char *method; /* NULL unless it calls one */
	const char *expect; /* local name of the answer's body; NULL any */
	int64_t limit_ms;
	bool must_return; /* an answer without ReturnValue is none */
	void (*ask)(struct setup *s, struct writer *w);
	enum setup_next (*took)(struct setup *s, struct message *r);
	/* No answer, or none that can be read: s->why says what came. */
	enum setup_next (*lost)(struct setup *s);
};

static inline const struct step *
setup_now(const struct setup *s)
{
	return &s->steps[s->state];
}

enum setup_next setup_enter(struct setup *s, enum setup_state state);
enum setup_next setup_end(struct setup *s, enum reason_id reason,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Says in s->why what came instead of an answer. */
void setup_went_wrong(struct setup *s, enum reason_id reason, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
enum setup_next setup_give_up(struct setup *s); /* with s->why */
enum setup_next setup_not_ready(struct setup *s, const char *what);
enum setup_next setup_again_once(struct setup *s);
/* Does a text of the machine repeat a secret?  See echo.h. */
bool setup_repeats(const struct setup *s, const char *text);
void setup_reached(struct setup *s, enum setup_milestone m);
bool setup_version(struct setup *s, const char *text);
size_t setup_password(const struct setup *s); /* index of the one in use */
void trial_begin(struct setup *s);
void trial_add(struct setup *s, size_t password);

#endif
