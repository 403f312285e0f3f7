#ifndef SIM_H
#define SIM_H

/*
 * sim - a fleet, its site and its sweeps in one process, under a clock and a
 * network that follow from one number, the seed.
 *
 * Planning (planner_plan), the conversation with all that sweep does around it,
 * and loading (load_hello, load_results) are the programs' own code; the
 *streams between them are real ones.  In their places are, instead of the real
 *ones:
 *
 *	simnet.c    lib/clock.h and sweep/device.h: the clock, and the network
 *	simbox.c    the machines, which setup_device.h makes
 *	simrandom.c lib/random.h
 *
 * and around them:
 *
 *	simfault.c  what goes wrong where, and what has gone wrong
 *	simworld.c  the fleet: keys, names, hellos, what happens between sweeps
 *	simsweep.c  a round of amt-sweep, as bin/sweep-round.sh has it
 *	simrule.c   what must hold
 *	simulate.c  the seeds, the shortest history of one that fails
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "keys/pidpps.h"
#include "plan/planner.h"
#include "setup/job.h"
#include "setup/setup.h"
#include "store/store.h"

#define SIM_MACHINES 16
#define SIM_ADDRESS 20                /* text of an address */
#define SIM_EPOCH INT64_C(2000000000) /* its clocks are in 2033 */

/* --- simfault ------------------------------------------------------------ */

enum sim_fault {
	SIM_FINE,
	/* of a request: place is the machine, turn the number of its request */
	SIM_CUT_BEFORE,   /* reset, and it was not carried out */
	SIM_CUT_AFTER,    /* carried out, and the connection was reset */
	SIM_LOST_REQUEST, /* neither carried out nor answered */
	SIM_LOST_REPLY,   /* carried out, not answered */
	SIM_ERROR_PAGE,   /* HTTP 500, not carried out */
	SIM_ERROR_AFTER,  /* HTTP 500, carried out */
	SIM_OLD_REPLY,    /* carried out; what comes belongs to another one */
	SIM_REPEATED,     /* carried out twice; the second reply comes */
	SIM_REBOOT,       /* from here on nothing connects for a minute or so */
	/* of a round: place is the round, turn the request or 0 */
	SIM_KILL,    /* the sweep, before this reply reaches it */
	SIM_STOP,    /* the loader, within the results */
	SIM_SHORT,   /* the sweep has some seconds only */
	SIM_PAUSE,   /* it hangs longer than its lease, and another begins */
	SIM_UNSWEPT, /* planned, and killed before it began */
	/* between sweeps: place is the machine, turn the round */
	SIM_MOVE,  /* it has another address from now on */
	SIM_SWAP,  /* with its neighbour, its address */
	SIM_HELLO, /* it says hello once more */
	SIM_TWICE, /* its hello is loaded twice */
	/* place is 0 */
	SIM_CLOCK_BACK,
	SIM_CLOCK_AHEAD,
	SIM_PROFILE, /* the site's profile becomes another one */
	SIM_DAY,     /* a day goes by: passwords get old */
	SIM_FAULTS
};

/* What goes wrong, by its kind, its place and its turn there: the same whatever
 * else does. */
struct sim_key {
	enum sim_fault kind;
	unsigned place, turn;
};

struct sim_fired {
	struct sim_key key;
	int64_t ms;
};

#define SIM_FIRED 4096

/* In memory that outlives whoever ends in the middle of it. */
struct sim_history {
	struct sim_fired list[SIM_FIRED];
	size_t n;
	const char *queries[STORE_QUERIES]; /* that it prepared */
};

struct sim_faults {
	uint64_t seed;
	unsigned permille[SIM_FAULTS];
	/* NULL: as drawn; else these and no others */
	const struct sim_key *only;
	size_t nonly;
	struct sim_history *fired;
};

const char *sim_fault_name(enum sim_fault kind);
/* "kill 2 17"; -1: not one. */
int sim_key_read(struct sim_key *k, const char *text);
/* A number that follows from the seed and these. */
uint64_t sim_draw(const struct sim_faults *f, unsigned what, unsigned place,
    unsigned turn);
void sim_faults_init(struct sim_faults *f, uint64_t seed);
/* Does it go wrong here?  It is noted. */
bool sim_goes_wrong(struct sim_faults *f, enum sim_fault kind, unsigned place,
    unsigned turn, int64_t ms);

/* --- simbox -------------------------------------------------------------- */

struct sim_box;  /* an AMT machine */
struct sim_line; /* a connection to one */

struct sim_box *sim_box_new(const uint8_t uuid[UUID_LEN], const char *password,
    unsigned number);
void sim_box_free(struct sim_box *b);
void sim_box_key(struct sim_box *b, const char *pid, const char *pps);
struct sim_line *sim_line_new(void);
void sim_line_free(struct sim_line *l);
void sim_line_close(struct sim_line *l);
/* One request.  What the reply points to lives until the next one. */
struct setup_reply sim_box_talk(struct sim_box *b, struct sim_line *l,
    const struct setup_ask *ask, const struct job *job, int64_t now,
    enum sim_fault fault);
bool sim_box_set_up(const struct sim_box *b);
unsigned sim_box_commits(const struct sim_box *b);
unsigned sim_box_writes(const struct sim_box *b);
bool sim_box_opens(const struct sim_box *b, const char *password);
/* Its password's hash: another one after each change. */
const char *sim_box_hash(const struct sim_box *b);
/* Does it answer a ping? */
bool sim_box_pings(const struct sim_box *b);
void sim_box_name(const struct sim_box *b, char to[DOMAIN_TEXT]);

/* --- simworld ------------------------------------------------------------ */

/* What is not as it should be with a machine, from the beginning. */
enum sim_flaw {
	SIM_GOOD,
	SIM_UNNAMED,    /* the map has no name for it */
	SIM_NAMESAKE,   /* the one before it has the same name */
	SIM_KEY_TWIN,   /* the one before it has the same key */
	SIM_UUID_TWIN,  /* the one before it has the same UUID */
	SIM_WRONG_PPS,  /* the store has another PPS */
	SIM_KEY_MISSED, /* the store has no such PID */
	SIM_DEAD,       /* says hello, and then nothing */
	SIM_LOCKED_OUT, /* has a password that nobody knows */
	SIM_FLAWS
};

struct sim_machine {
	bool exists;
	enum sim_flaw flaw;
	bool twin; /* the one behind it is its namesake, or has its key or UUID
	            */
	uint8_t uuid[UUID_LEN];
	char text[UUID_TEXT];
	char pid[PID_LEN + 1], pps[PPS_LEN + 1];
	char fqdn[DOMAIN_TEXT];
	unsigned address;
	bool roams;           /* it had another one when it said hello before */
	const char *password; /* that it came with */
	struct sim_box *box;
	unsigned requests; /* over all sweeps */
	unsigned setups;   /* commits of setups */
	struct sim_visit {
		char job[JOB_ID_MAX + 1];
		unsigned commits, lost; /* replies */
		bool wrote;
		bool setup; /* of a machine that was in setup when it began */
	} visit;            /* the last job */
	unsigned hellos;    /* taken */
	int64_t down_ms;    /* nothing connects until then */
};

/* What the site's profile is by turns: bits. */
#define SIM_PING 1 /* on */
#define SIM_DAYS 2 /* passwords get old in a day */
#define SIM_PROFILES 4

struct sim {
	struct sim_faults faults;
	struct profiles profiles[SIM_PROFILES];
	unsigned profile; /* in force */
	struct planner planner;
	struct sim_machine machine[SIM_MACHINES];
	size_t n;
	unsigned round;
	bool quiet;    /* from here on nothing goes wrong any more */
	bool paused;   /* and hangs */
	bool follow;   /* say what happens */
	int planted;   /* enum sim_plant */
	FILE *journal; /* of results, or NULL: it is not there */
};

extern struct sim sim;

void sim_world_make(uint64_t exists);
/* Another profile is the site's. */
void sim_world_profile(unsigned profile);
/* Time goes by, hellos come. */
void sim_world_turn(void);
/* Whoever has that address, or NULL. */
struct sim_machine *sim_world_at(const char *address);
void sim_address(char to[SIM_ADDRESS], unsigned address);
/* A line of the history, with -v. */
void sim_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* --- simnet -------------------------------------------------------------- */

void sim_clock_pass(int64_t ms);
void sim_clock_step(
    int64_t seconds); /* of the server's clock, from the right one */
/* Calls fn and answers false when the sweep was killed meanwhile. */
bool sim_net_survives(void (*fn)(void *arg), void *arg);

/* --- simsweep ------------------------------------------------------------ */

/* A FILE of no name. */
FILE *sim_file(void);
void sim_round(void);
/* Somebody begins another one while a sweep hangs. */
void sim_second_sweep(void);
/* How many jobs the last plan had. */
size_t sim_planned(void);

/* --- simrule ------------------------------------------------------------- */

/* Ends this history: a rule is broken. */
_Noreturn void sim_broken(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
/* Around each request that reached a machine. */
struct sim_asked {
	const struct job *job;
	enum sim_fault fault;
	char hash[40];            /* of its password, before */
	unsigned commits, writes; /* before */
};
void sim_rule_asks(struct sim_asked *a, const struct sim_machine *m);
void sim_rule_answered(const struct sim_asked *a, struct sim_machine *m);
/* Before a sweep, after it, and whenever something was loaded. */
void sim_rule_round(void);
/* Is each machine that is set up verified? */
bool sim_rule_settled(void);
/* When all has been quiet for long enough. */
void sim_rule_end(void);

/* Faults planted into what is tested, each of which a rule has to find. */
enum sim_plant {
	PLANT_NOTHING,
	PLANT_NO_JOURNAL, /* results of a killed sweep are thrown away */
	PLANT_NO_LOCK, /* a second sweep takes over leases of one that lives */
	PLANT_SEND_FIRST,   /* passwords are forgotten before they are sent */
	PLANT_LOSE_HELLO,   /* one in some is acknowledged and not loaded */
	PLANT_COMMIT_TWICE, /* a commit is sent again when its reply was lost */
	PLANT_NAME_TWICE,   /* the map's conflicts are not known */
	PLANT_GIVE_UP,      /* what failed once is not planned again */
	PLANT_WRONG_REASON, /* another reason than the true one */
	PLANT_RENEW_FIRST,  /* a visit's new password is not in the store */
	PLANT_NO_VISIT,     /* what is set up is not visited */
	PLANT_COMMIT_IDLE,  /* visits commit without a cause */
	PLANTS
};
const char *sim_plant_name(int plant);

#endif
