/*
 * props-run - asks the site's own program for the names of machines, many at a
 * time; what it answers is map, and why it did not, lookups.
 */
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "map/child.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/privilege.h"
#include "lib/profilefile.h"
#include "map/props.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"
#include "map/mapentry.h"
#include "base/uuid.h"

/* As an export: where the two differ, a person settles it. */
#define MACHINES_MAX 1000000
#define DETAIL 256
#define ANSWER_MAX 4096

struct machine {
	char uuid[UUID_TEXT], address[48], version[4];
	enum { WAITS, ASKED, NAMED, FAILED } what;
	enum reason_id reason;
	int64_t at;
	char *text; /* the name, or the detail; its own */
	char *told; /* what the program said besides the name; or NULL */
};

struct props_run {
	const char *program, *profile_path;
	unsigned seconds; /* for one */
	int64_t run_seconds;
	int64_t again; /* seconds until one is asked for again */
	size_t at_once;
	int64_t deadline_ms;
	/* The names of the site's profiles; empty without -p. */
	char (*profiles)[SETTINGS_PROFILE];
	size_t nprofiles;
	struct machine *machines;
	size_t nmachines, cap;
	struct child *children;
	size_t *of; /* which machine each child is for */
	size_t nrunning;
	uint64_t refused_before;
	size_t left;
};

static volatile sig_atomic_t told_to_end;

static void
on_term(int sig)
{
	(void)sig;
	told_to_end = 1;
}

/* --- whom to ask for ----------------------------------------------------- */

/* Asked for lately, and nothing new was heard since. */
static bool
was_asked(const struct props_run *r, const struct record *rec, int64_t now)
{
	int64_t asked, stirred;

	if (text_untime(&asked, rec->field[UNNAMED_ASKED]) == -1 ||
	    asked + r->again <= now || asked > now)
		return false;
	return text_untime(&stirred, rec->field[UNNAMED_STIRRED]) == -1 ||
	    stirred <= asked;
}

static void
add_machine(struct props_run *r, const struct record *rec, const char *place,
    int64_t now)
{
	struct machine m = { 0 };
	uint8_t uuid[UUID_LEN];
	const char *text = rec->field[UNNAMED_UUID];
	struct fault f;

	if (uuid_parse(uuid, text, strlen(text), &f) == -1) {
		stage_refuse(place, 0, "%s", f.why);
		return;
	}
	/* It names no machine, and so has no name. */
	if (uuid_bad(uuid) != NULL || was_asked(r, rec, now))
		return;
	uuid_format(m.uuid, uuid);
	(void)snprintf(m.address, sizeof(m.address), "%s",
	    rec->field[UNNAMED_ADDRESS]);
	(void)snprintf(m.version, sizeof(m.version), "%s",
	    rec->field[UNNAMED_VERSION]);
	if (r->nmachines == MACHINES_MAX)
		stage_fail(EX_DATAERR, place, 0, "too many machines");
	if (r->nmachines == r->cap) {
		r->cap = r->cap + r->cap / 2 + 64;
		r->machines =
		    reallocarray(r->machines, r->cap, sizeof(*r->machines));
		if (r->machines == NULL)
			err(EX_OSERR, "memory");
	}
	r->machines[r->nmachines++] = m;
}

static void
read_input(int fd, const char *name, void *arg)
{
	const struct kind *wanted = &kind_unnamed;
	struct props_run *r = arg;
	int64_t now = clock_seconds();
	struct stream_in in;
	struct record rec;
	char place[512];
	int got, more;

	stream_open(&in, fd, name);
	while ((got = stream_header(&in)) == 1) {
		stream_require(&in, &wanted, 1);
		while ((more = stream_next(&in, &rec)) == 1) {
			stream_place(&in, place, sizeof(place));
			add_machine(r, &rec, place, now);
		}
		r->refused_before += in.refused;
		if (more == -1)
			got = -1;
		if (got == -1)
			break;
	}
	if (got == -1)
		exit(stage_status(EX_DATAERR)); /* said by the reader */
	stream_close(&in);
}

/* --- what came of it ------------------------------------------------------ */

static void
props_settle(struct machine *m, enum reason_id id, const char *text)
{
	m->what = id == REASON_NONE ? NAMED : FAILED;
	m->reason = id;
	m->text = strdup(text);
	if (m->text == NULL)
		err(EX_OSERR, "memory");
	if (id != REASON_NONE && stage_verbose())
		stage_say(m->uuid, 0, "%s: %s", reason_get(id)->code, text);
}

static bool
profile_known(const struct props_run *r, const char *name)
{
	for (size_t i = 0; i < r->nprofiles; i++)
		if (strcmp(r->profiles[i], name) == 0)
			return true;
	return false;
}

static void
profile_describe(char detail[DETAIL], const struct props_run *r,
    const char *name)
{
	if (r->nprofiles > 1)
		(void)snprintf(detail, DETAIL,
		    "profile %s; the site has %s and %zu more", name,
		    r->profiles[0], r->nprofiles - 1);
	else
		(void)snprintf(detail, DETAIL, "profile %s; the site's is %s",
		    name, r->nprofiles == 0 ? "not known" : r->profiles[0]);
}

static void
read_answer(struct props_run *r, struct machine *m, const struct child *c)
{
	struct props p;
	struct fault f;
	enum reason_id id = props_decode(&p, c->answer, c->nanswer, &f);
	char detail[DETAIL], told[PROPS_TOLD_MAX];

	if (id != REASON_NONE) {
		(void)snprintf(detail, sizeof(detail), "line %zu: %s", f.at,
		    f.why);
		props_settle(m, id, detail);
	} else if (p.profile[0] != '\0' && !profile_known(r, p.profile)) {
		profile_describe(detail, r, p.profile);
		props_settle(m, REASON_PROPS_PROFILE, detail);
	} else if (p.fqdn[0] == '\0') {
		(void)snprintf(detail, sizeof(detail), "UUID %s", m->uuid);
		props_settle(m, REASON_PROPS_NO_NAME, detail);
	} else {
		props_settle(m, REASON_NONE, p.fqdn);
		if (props_told(told, &p) != 0 &&
		    (m->told = strdup(told)) == NULL)
			err(EX_OSERR, "memory");
	}
}

/* "status 3, and it said: no such host" */
static void
tell_exit(struct machine *m, const struct child *c)
{
	char detail[DETAIL], said[CHILD_SAID + 16];
	size_t n = 0;

	while (n < c->nsaid && c->said[n] != '\n')
		n++;
	text_show(said, sizeof(said), c->said, n);
	(void)snprintf(detail, sizeof(detail), "%s %d%s%s",
	    c->end == CHILD_EXITED ? "status" : "ended by signal", c->code,
	    n != 0 ? ", and it said: " : "", said);
	props_settle(m, REASON_PROPS_EXIT, detail);
}

static void
take_end(struct props_run *r, struct machine *m, const struct child *c)
{
	char detail[DETAIL];

	switch (c->end) {
	case CHILD_NOT_STARTED:
		(void)snprintf(detail, sizeof(detail), "%.150s: %s", r->program,
		    strerror(c->code));
		props_settle(m, REASON_PROPS_MISSING, detail);
		break;
	case CHILD_TIMED_OUT:
		(void)snprintf(detail, sizeof(detail), "no answer in %u s",
		    r->seconds);
		props_settle(m, REASON_PROPS_TIMEOUT, detail);
		break;
	case CHILD_TOO_LONG:
		(void)snprintf(detail, sizeof(detail), "more than %d bytes",
		    ANSWER_MAX);
		props_settle(m, REASON_PROPS_LONG, detail);
		break;
	case CHILD_EXITED:
		if (c->code == 0) {
			read_answer(r, m, c);
			break;
		}
		tell_exit(m, c);
		break;
	default:
		tell_exit(m, c);
	}
}

/* --- the loop ------------------------------------------------------------- */

static void
props_start(struct props_run *r, size_t i)
{
	struct machine *m = &r->machines[i];
	struct child *c = &r->children[r->nrunning];
	char question[PROPS_QUESTION_MAX];
	const struct child_wish wish = { .path = r->program,
		.question = question,
		.len = props_encode(question, m->uuid, m->address, m->version),
		.seconds = r->seconds,
		.answer_max = ANSWER_MAX };

	m->what = ASKED;
	m->at = clock_seconds();
	child_start(c, &wish, clock_ms());
	if (c->end != CHILD_RUNS)
		take_end(r, m, c);
	else
		r->of[r->nrunning++] = i;
}

/* One round of waiting, until something happens or a time is over. */
static void
props_turn(struct props_run *r, struct pollfd *fds)
{
	int64_t now = clock_ms(), next = r->deadline_ms;

	for (size_t i = 0; i < r->nrunning; i++) {
		child_watch(&r->children[i], &fds[i * CHILD_FDS]);
		if (r->children[i].deadline_ms < next)
			next = r->children[i].deadline_ms;
	}
	if (poll(fds, r->nrunning * CHILD_FDS,
	        next > now ? (int)(next - now) : 0) == -1)
		memset(fds, 0, r->nrunning * CHILD_FDS * sizeof(*fds));
	now = clock_ms();
	/* From the last on: the one that takes a place has had its turn. */
	for (size_t i = r->nrunning; i-- > 0;) {
		if (!child_turn(&r->children[i], &fds[i * CHILD_FDS], now))
			continue;
		take_end(r, &r->machines[r->of[i]], &r->children[i]);
		r->nrunning--;
		r->children[i] = r->children[r->nrunning];
		r->of[i] = r->of[r->nrunning];
	}
}

static void
ask_all(struct props_run *r)
{
	struct pollfd *fds =
	    calloc(r->at_once * CHILD_FDS, sizeof(struct pollfd));
	size_t next = 0;

	r->children = calloc(r->at_once, sizeof(*r->children));
	r->of = calloc(r->at_once, sizeof(*r->of));
	if (fds == NULL || r->children == NULL || r->of == NULL)
		err(EX_OSERR, "memory");
	while ((next < r->nmachines || r->nrunning != 0) && !told_to_end &&
	    clock_ms() < r->deadline_ms) {
		while (next < r->nmachines && r->nrunning < r->at_once)
			props_start(r, next++);
		if (r->nrunning != 0)
			props_turn(r, fds);
	}
	/* Whose time was not over is not to blame: it is asked for again. */
	for (size_t i = 0; i < r->nrunning; i++)
		child_kill(&r->children[i]);
	child_end_strays();
	r->left = r->nmachines - next + r->nrunning;
	free(fds);
	free(r->children);
	free(r->of);
}

/* --- output --------------------------------------------------------------- */

static void
emit_names(struct props_run *r)
{
	char day[MAPENTRY_DAY];
	struct mapentry_text text;
	struct stream_out out;

	stream_begin(&out, &kind_map, false);
	for (size_t i = 0; i < r->nmachines; i++) {
		struct machine *m = &r->machines[i];
		const struct mapentry entry = { .uuid = m->uuid,
			.fqdn = m->text,
			.source = "props",
			.seen = day,
			.trust = MAPENTRY_TRUST,
			.from = r->program };

		if (m->what != NAMED)
			continue;
		mapentry_day(day, m->at);
		mapentry_put(&text, &entry);
		stream_write(&out, text.field);
	}
	stream_end(&out, r->refused_before);
}

static void
emit_lookups(struct props_run *r)
{
	char at[TEXT_TIME];
	struct stream_out out;

	stream_begin(&out, &kind_lookups, false);
	for (size_t i = 0; i < r->nmachines; i++) {
		struct machine *m = &r->machines[i];
		const char *const fields[LOOKUPS_NCOLUMNS] = {
			[LOOKUPS_UUID] = m->uuid,
			[LOOKUPS_AT] = at,
			[LOOKUPS_REASON] = reason_get(m->reason)->code,
			[LOOKUPS_DETAIL] =
			    m->what == FAILED ? m->text : m->told,
		};

		if (m->what != FAILED && m->told == NULL)
			continue;
		text_time(at, m->at);
		stream_write(&out, fields);
	}
	stream_end(&out, 0);
}

/* --- */

/* Who may change the program may do what we may. */
static void
check_program(const char *path)
{
	struct stat st;

	if (path[0] != '/')
		stage_fail(EX_USAGE, "-x", 0,
		    "not an absolute path (got \"%s\")", path);
	if (stat(path, &st) == 0 && (st.st_mode & S_IWOTH) != 0)
		stage_fail(EX_CONFIG, path, 0,
		    "everybody may change this program; take that right away "
		    "(chmod o-w)");
}

/* Only their names: no password is here while programs run. */
static void
read_profiles(struct props_run *r, const char *path)
{
	struct profiles all;

	profile_file(&all, path);
	r->profiles = calloc(all.n, sizeof(*r->profiles));
	if (r->profiles == NULL)
		err(EX_OSERR, "memory");
	for (size_t i = 0; i < all.n; i++)
		memcpy(r->profiles[i], all.list[i].name, SETTINGS_PROFILE);
	r->nprofiles = all.n;
	profiles_free(&all);
}

static void
free_machines(struct props_run *r)
{
	for (size_t i = 0; i < r->nmachines; i++) {
		free(r->machines[i].text);
		free(r->machines[i].told);
	}
	free(r->machines);
}

static void
parse_args(struct props_run *r, int argc, char *argv[])
{
	int ch;

	while ((ch = stage_getopt(argc, argv, "a:j:p:s:t:x:", NULL)) != -1)
		switch (ch) {
		case 'a':
			r->again =
			    (int64_t)stage_number("-a", optarg, 0, 864000);
			break;
		case 'j':
			r->at_once = option_setting(SITECONF_PROPS_AT_ONCE,
			    "-j", optarg);
			break;
		case 'p':
			r->profile_path = optarg;
			break;
		case 's':
			r->seconds =
			    (unsigned)option_setting(SITECONF_PROPS_SECONDS,
			        "-s", optarg);
			break;
		case 't':
			r->run_seconds =
			    (int64_t)stage_number("-t", optarg, 1, 86400);
			break;
		case 'x':
			r->program = optarg;
			break;
		default:
			stage_usage();
		}
	if (r->program == NULL)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct props_run r = { .seconds = 180,
		.run_seconds = 600,
		.again = 3600,
		.at_once = 10 };
	int status;

	stage_begin(
	    "-x program [-v] [-p profile.xml] [-s seconds] [-t seconds] [-j programs]\n"
	    "       [-a seconds] [file ...]",
	    MAY_READ_FILES | MAY_RUN_PROGRAMS);
	parse_args(&r, argc, argv);
	check_program(r.program);
	/* The site names the program: it may do what the site's owner may. */
	privilege_drop_to_site();
	stage_confine();
	if (r.profile_path != NULL)
		read_profiles(&r, r.profile_path);
	(void)signal(SIGTERM, on_term);
	child_begin();
	r.deadline_ms = clock_ms() + r.run_seconds * 1000;
	stage_each_input(argc, argv, read_input, &r);
	ask_all(&r);
	emit_names(&r);
	emit_lookups(&r);
	free_machines(&r);
	free(r.profiles);
	if (r.left != 0)
		stage_say("props", 0, "time is up with %zu machine%s left",
		    r.left, r.left == 1 ? "" : "s");
	status = stage_end();
	return status == 0 && r.left != 0 ? EX_TEMPFAIL : status;
}
