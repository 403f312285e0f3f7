/*
 * simulate - fleets and their sweeps under a clock of their own, each from its
 * seed: see sim.h.
 *
 *	simulate [--seeds N] [--from SEED] [--jobs N] [--plant FAULT] [--plain]
 *	simulate [-v] --seed SEED [--machines MASK] [--only "KIND PLACE
 *TURN,..."]
 *
 * The first form runs histories until one breaks a rule, looks for the shortest
 * one that still does, prints it and the command that plays it again, and ends
 * with 1; --plain prints its seed alone.  --jobs: so many at once.  The second
 * form plays one.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/random.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "plan/profiles.h"
#include "sim.h"
#include "store/seal.h"
#include "store/store.h"

#define ROUNDS_NOISY 6
#define ROUNDS_QUIET 14
#define MESSAGE_MAX 512

static const char *const plants[PLANTS] = { "nothing", "no-journal", "no-lock",
	"send-first", "lose-hello", "commit-twice", "name-twice", "give-up",
	"wrong-reason", "renew-first", "no-visit", "commit-idle" };

/* What one history is. */
struct story {
	uint64_t seed, machines;
	struct sim_key only[SIM_FIRED];
	size_t nonly;
	bool drawn; /* not only those */
};

const char *
sim_plant_name(int plant)
{
	return plants[plant];
}

/* --- one history ---------------------------------------------------------- */

static void
story_play(const struct story *t)
{
	sim.faults.only = t->drawn ? NULL : t->only;
	sim.faults.nonly = t->nonly;
	sim_faults_init(&sim.faults, t->seed);
	sim_world_make(t->machines);
	for (; sim.round < ROUNDS_NOISY + ROUNDS_QUIET; sim.round++) {
		sim.quiet = sim.round >= ROUNDS_NOISY;
		sim_world_turn();
		sim_round();
	}
	sim_rule_end();
	for (size_t i = 0; i < STORE_QUERIES; i++)
		sim.faults.fired->queries[i] = sim.planner.store.cached[i].sql;
}

/* What one history prepared those after it have by fork: that is a tenth of
 * their time. */
static void
story_prepare(void)
{
	const char **sql = sim.faults.fired->queries;

	for (size_t i = 0; i < STORE_QUERIES && sql[i] != NULL; i++)
		(void)store_query(&sim.planner.store, sql[i]);
}

/* In a process of its own; true when all rules held.  last is the line that it
 * ended with. */
static bool
story_holds(const struct story *t, bool aloud, char last[MESSAGE_MAX])
{
	FILE *said = sim_file();
	char line[MESSAGE_MAX];
	pid_t pid = fork();
	int status;

	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		if (!aloud && dup2(fileno(said), STDERR_FILENO) == -1)
			_exit(2);
		sim.follow = aloud;
		(void)alarm(120);
		story_play(t);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	(void)snprintf(last, MESSAGE_MAX, "status %d", status);
	rewind(said);
	while (fgets(line, sizeof(line), said) != NULL)
		(void)snprintf(last, MESSAGE_MAX, "%.*s",
		    (int)strcspn(line, "\n"), line);
	(void)fclose(said);
	return status == 0;
}

/* --- the shortest one ------------------------------------------------------
 */

/* The same rule, whatever the numbers and names. */
static bool
message_is_like(const char *a, const char *b)
{
	for (int n = 0; n < 60; n++, a++, b++) {
		a += strspn(a, "0123456789");
		b += strspn(b, "0123456789");
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
	}
	return true;
}

static bool
story_still_fails(const struct story *t, const char *message)
{
	char last[MESSAGE_MAX];

	return !story_holds(t, false, last) && message_is_like(last, message);
}

/* Takes away pieces of n; false when none of them could be spared. */
static bool
story_cut(struct story *t, size_t n, const char *message)
{
	static struct story less;
	bool cut = false;

	for (size_t at = 0; at < t->nonly;) {
		size_t end = at + n < t->nonly ? at + n : t->nonly;

		less = *t;
		memmove(&less.only[at], &less.only[end],
		    (t->nonly - end) * sizeof(t->only[0]));
		less.nonly -= end - at;
		if (story_still_fails(&less, message)) {
			*t = less;
			cut = true;
		} else
			at = end;
	}
	return cut;
}

static void
story_drop_machines(struct story *t, const char *message)
{
	static struct story less;

	for (unsigned i = 0; i < SIM_MACHINES; i++) {
		less = *t;
		less.machines &= ~(UINT64_C(1) << i);
		if (less.machines != t->machines &&
		    story_still_fails(&less, message))
			*t = less;
	}
}

static void
story_minimise(struct story *t, const char *message)
{
	const struct sim_history *h = sim.faults.fired;
	static struct story exact;

	exact = *t;
	exact.drawn = false;
	exact.nonly = h->n;
	for (size_t i = 0; i < h->n; i++)
		exact.only[i] = h->list[i].key;
	if (!story_still_fails(&exact, message))
		return; /* it does not follow from its faults: never seen */
	*t = exact;
	story_drop_machines(t, message);
	for (size_t n = t->nonly; n > 0; n /= 2)
		while (story_cut(t, n, message) && n == 1)
			;
	story_drop_machines(t, message);
}

static void
story_print(const struct story *t, int plant)
{
	(void)printf("again: build/release/tests/simulate/simulate -v --seed "
	             "%" PRIu64 " --machines %" PRIx64 "%s%s --only \"",
	    t->seed, t->machines, plant == 0 ? "" : " --plant ",
	    plant == 0 ? "" : plants[plant]);
	for (size_t i = 0; i < t->nonly; i++)
		(void)printf("%s%s %u %u", i == 0 ? "" : ",",
		    sim_fault_name(t->only[i].kind), t->only[i].place,
		    t->only[i].turn);
	(void)printf("\"\n");
	(void)fflush(stdout);
}

/* --- the site --------------------------------------------------------------
 */

#define SITE_PROFILE(rest)                                                     \
	"<profile name=\"standard\">"                                          \
	"<admin-password><random/></admin-password>"                           \
	"<mebx-password><keep/></mebx-password>" rest "</profile>"

static const char *const profiles[SIM_PROFILES] = {
	[0] = SITE_PROFILE("<ping>off</ping>"),
	[SIM_PING] = SITE_PROFILE("<ping>on</ping>"),
	[SIM_DAYS] =
	    SITE_PROFILE("<password-days>1</password-days><ping>off</ping>"),
	[SIM_DAYS | SIM_PING] =
	    SITE_PROFILE("<password-days>1</password-days><ping>on</ping>"),
};

static void
site_remove(const char *dir)
{
	static const char *const names[] = { "site.key", "site.db",
		"site.db-wal", "site.db-shm" };
	char path[600];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%.500s/%s", dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
}

/* An empty store in memory, which each history gets by fork. */
static void
site_make(void)
{
	const char *tmp = getenv("TMPDIR");
	uint8_t key[SEAL_KEY] = { 1 };
	static char dir[512];
	char path[600];
	struct fault f;
	struct store s = { .db = NULL };

	(void)snprintf(dir, sizeof(dir), "%s/simulate.XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);
	if (mkdtemp(dir) == NULL)
		err(1, "%s", dir);
	(void)snprintf(path, sizeof(path), "%s/site.key", dir);
	if (seal_key_write(path, key) == -1 || store_make(&s, dir, key) == -1)
		err(1, "%s", dir);
	store_close(&s);
	store_open_copy(&sim.planner.store, dir);
	hellotime_usual(&sim.planner.timing);
	store_timing(&sim.planner.store, &sim.planner.timing);
	sim.planner.dir = dir;
	callers_new(&sim.planner.callers);
	sim.planner.max = 100000;
	for (size_t i = 0; i < SIM_PROFILES; i++)
		if (profiles_decode(&sim.profiles[i], profiles[i],
		        strlen(profiles[i]), &f) == -1)
			errx(1, "profile: %s", f.why);
	site_remove(dir);
}

static void
history_make(void)
{
	sim.faults.fired = mmap(NULL, sizeof(*sim.faults.fired),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sim.faults.fired == MAP_FAILED)
		err(1, "mmap");
}

/* --- options ---------------------------------------------------------------
 */

struct options {
	struct story story;
	uint64_t from, seeds, jobs;
	bool one, aloud, plain;
};

static void
read_only(struct story *t, char *text)
{
	t->drawn = false;
	for (char *word; (word = strsep(&text, ",")) != NULL;) {
		if (*word == '\0')
			continue;
		if (t->nonly == SIM_FIRED ||
		    sim_key_read(&t->only[t->nonly++], word) == -1)
			errx(64, "--only: not a fault (got \"%s\")", word);
	}
}

static int
read_plant(const char *name)
{
	for (int i = 0; i < PLANTS; i++)
		if (strcmp(plants[i], name) == 0)
			return i;
	errx(64, "--plant: not known (got \"%s\")", name);
}

static void
read_options(struct options *o, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "seeds", required_argument, NULL, 'n' },
		{ "from", required_argument, NULL, 'f' },
		{ "seed", required_argument, NULL, 's' },
		{ "machines", required_argument, NULL, 'm' },
		{ "only", required_argument, NULL, 'o' },
		{ "plant", required_argument, NULL, 'p' },
		{ "plain", no_argument, NULL, 'P' },
		{ "jobs", required_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = getopt_long(argc, argv, "v", longopts, NULL)) != -1)
		switch (ch) {
		case 'n':
			o->seeds = strtoull(optarg, NULL, 10);
			break;
		case 'f':
			o->from = strtoull(optarg, NULL, 10);
			break;
		case 's':
			o->story.seed = strtoull(optarg, NULL, 10);
			o->one = true;
			break;
		case 'm':
			o->story.machines = strtoull(optarg, NULL, 16);
			break;
		case 'o':
			read_only(&o->story, optarg);
			break;
		case 'p':
			sim.planted = read_plant(optarg);
			break;
		case 'P':
			o->plain = true;
			break;
		case 'j':
			o->jobs = strtoull(optarg, NULL, 10);
			break;
		case 'v':
			o->aloud = true;
			break;
		default:
			exit(64);
		}
}

/* Seeds from, from + step ...; 1 at the first that breaks a rule. */
static int
run_seeds(struct options *o, uint64_t from, uint64_t step)
{
	char last[MESSAGE_MAX];

	for (uint64_t i = from; i < o->seeds; i += step) {
		o->story.seed = o->from + i;
		if (story_holds(&o->story, false, last)) {
			if (i == from)
				story_prepare();
			continue;
		}
		(void)printf("seed %" PRIu64 ": %s\n", o->story.seed, last);
		(void)fflush(stdout);
		if (o->plain)
			return 1;
		story_minimise(&o->story, last);
		(void)story_holds(&o->story, true, last);
		story_print(&o->story, sim.planted);
		return 1;
	}
	return 0;
}

/* Each has its part of the seeds, and a history of faults of its own. */
static int
run_jobs(struct options *o)
{
	int status, worst = 0;

	for (uint64_t i = 0; i < o->jobs; i++) {
		pid_t pid = fork();

		if (pid == -1)
			err(1, "fork");
		if (pid == 0) {
			history_make();
			_exit(run_seeds(o, i, o->jobs));
		}
	}
	while (wait(&status) != -1)
		if (status != 0)
			worst = 1;
	return worst;
}

int
main(int argc, char *argv[])
{
	static struct options o = { .seeds = 100,
		.from = 1,
		.jobs = 1,
		.story = { .machines = UINT64_MAX, .drawn = true } };
	char last[MESSAGE_MAX];

	stage_begin("", MAY_READ_FILES | MAY_USE_STORE);
	read_options(&o, argc, argv);
	/* What is large is cleared by the kernel, and only where it is used. */
	(void)mallopt(M_MMAP_THRESHOLD, 256 << 10);
	(void)mallopt(M_TRIM_THRESHOLD, 512 << 20);
	(void)mallopt(M_TOP_PAD, 8 << 20);
	history_make();
	site_make();
	if (o.one) {
		if (story_holds(&o.story, o.aloud, last))
			return 0;
		puts(last);
		return 1;
	}
	if (run_jobs(&o) != 0)
		return 1;
	(void)printf("%" PRIu64 " histories, %" PRIu64
	             " lives of machines, no rule broken\n",
	    o.seeds, o.seeds * SIM_MACHINES);
	return 0;
}
