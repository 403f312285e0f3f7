/*
 * simworld - the fleet of a simulation: its keys, its names, its hellos.
 */
#include "sim.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "lib/clock.h"
#include "lib/random.h"
#include "store/load.h"

struct sim sim;

#define DOMAIN "lab7.example.com"
#define KNOWN "Known-Passw0rd"

void
sim_say(const char *fmt, ...)
{
	char text[TEXT_TIME];
	va_list ap;

	if (!sim.follow)
		return;
	text_time(text, clock_seconds());
	va_start(ap, fmt);
	(void)fprintf(stderr, "%s.%03d ", text, (int)(clock_ms() % 1000));
	(void)vfprintf(stderr, fmt, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
}

void
sim_address(char to[SIM_ADDRESS], unsigned address)
{
	(void)snprintf(to, SIM_ADDRESS, "10.7.%u.%u", address / 256,
	    address % 256);
}

struct sim_machine *
sim_world_at(const char *address)
{
	char text[SIM_ADDRESS];

	for (size_t i = 0; i < sim.n; i++) {
		sim_address(text, sim.machine[i].address);
		if (sim.machine[i].exists && strcmp(text, address) == 0)
			return &sim.machine[i];
	}
	return NULL;
}

/* --- what the store is told ----------------------------------------------- */

static void
world_load(FILE *f, int (*load)(struct store *s, struct stream_in *in))
{
	struct stream_in in;

	if (fflush(f) != 0 || lseek(fileno(f), 0, SEEK_SET) == -1)
		sim_broken("a stream cannot be written");
	stream_open(&in, fileno(f), "stream");
	while (stream_header(&in) == 1)
		if (load(&sim.planner.store, &in) == -1)
			sim_broken("a stream of ours is refused");
	stream_close(&in);
}

static void
world_load_keys(void)
{
	const char *field[KEYS_NCOLUMNS];
	FILE *f = sim_file();
	struct stream_out out;

	stream_begin_to(&out, &kind_keys, f);
	for (size_t i = 0; i < sim.n; i++) {
		const struct sim_machine *m = &sim.machine[i];

		if (m->flaw == SIM_KEY_TWIN || m->flaw == SIM_KEY_MISSED)
			continue;
		for (size_t k = 0; k < KEYS_NCOLUMNS; k++)
			field[k] = "";
		field[KEYS_PID] = m->pid;
		field[KEYS_PPS] = m->pps;
		if (strcmp(m->password, KNOWN) == 0)
			field[KEYS_MEBX_NEXT] = m->password;
		field[KEYS_BATCH] = "one";
		field[KEYS_ORIGIN] = "oem";
		field[KEYS_STATE] = "new";
		field[KEYS_FROM] = "sim:1";
		stream_write(&out, field);
	}
	stream_end(&out, 0);
	world_load(f, load_keys);
	(void)fclose(f);
}

static void
world_load_map(void)
{
	const char *field[MAP_NCOLUMNS];
	FILE *f = sim_file();
	struct stream_out out;

	stream_begin_to(&out, &kind_map, f);
	for (size_t i = 0; i < sim.n; i++) {
		const struct sim_machine *m = &sim.machine[i];

		if (m->flaw == SIM_UNNAMED || m->flaw == SIM_UUID_TWIN)
			continue;
		for (size_t k = 0; k < MAP_NCOLUMNS; k++)
			field[k] = "";
		field[MAP_UUID] = m->text;
		field[MAP_FQDN] = m->fqdn;
		field[MAP_SOURCE] = "inventory";
		field[MAP_SEEN] = "2033-01-01";
		field[MAP_TRUST] = "50";
		field[MAP_FROM] = "sim:1";
		stream_write(&out, field);
	}
	stream_end(&out, 0);
	world_load(f, load_map);
	(void)fclose(f);
}

/* One hello. */
static void
world_hello(struct sim_machine *m, struct stream_out *out)
{
	const char *field[HELLO_NCOLUMNS];
	char at[TEXT_TIME], address[SIM_ADDRESS], retries[16];

	for (size_t k = 0; k < HELLO_NCOLUMNS; k++)
		field[k] = "";
	text_time(at, clock_seconds());
	sim_address(address, m->address);
	/* From 0 on it has been unplugged: so a person says that he has done
	 * what was to be done. */
	(void)snprintf(retries, sizeof(retries), "%u",
	    sim.quiet ? sim.round % 5 : m->hellos % 15);
	field[HELLO_RECEIVED] = at;
	field[HELLO_ADDRESS] = address;
	field[HELLO_UUID] = m->text;
	field[HELLO_VERSION] = "2";
	field[HELLO_CREDS_SET] = "0";
	field[HELLO_RETRIES] = retries;
	field[HELLO_PID] = m->pid;
	field[HELLO_FROM] = "sim:1";
	m->hellos++;
	sim_say("%s hello from %s", m->fqdn, address);
	if (sim.planted != PLANT_LOSE_HELLO || m->hellos % 3 != 0)
		stream_write(out, field);
}

/* --- the fleet -------------------------------------------------------------
 */

/* Half of all have none. */
static enum sim_flaw
world_flaw(unsigned i)
{
	uint64_t n = sim_draw(&sim.faults, 4000, i, 0);
	enum sim_flaw flaw = (enum sim_flaw)(n / 2 % SIM_FLAWS);
	bool pair = flaw == SIM_NAMESAKE || flaw == SIM_KEY_TWIN ||
	    flaw == SIM_UUID_TWIN;

	if (n % 2 == 0)
		return SIM_GOOD;
	/* Two of a kind are enough, and the first one is good else. */
	if (pair && (i == 0 || sim.machine[i - 1].flaw != SIM_GOOD))
		return SIM_GOOD;
	return flaw;
}

static void
world_machine(unsigned i)
{
	struct sim_machine *m = &sim.machine[i], *before = i == 0 ? m : m - 1;
	char wrong[PPS_LEN + 1], pid[PID_LEN + 1];

	m->exists = true;
	m->flaw = world_flaw(i);
	m->address = 10 + i;
	random_bytes(m->uuid, sizeof(m->uuid));
	random_pidpps(m->pid, m->pps);
	m->password =
	    sim_draw(&sim.faults, 4001, i, 0) % 2 == 0 ? "admin" : KNOWN;
	(void)snprintf(m->fqdn, sizeof(m->fqdn), "pc-%04u." DOMAIN, i);
	if (m->flaw == SIM_NAMESAKE)
		(void)snprintf(m->fqdn, sizeof(m->fqdn), "%s", before->fqdn);
	if (m->flaw == SIM_UUID_TWIN)
		memcpy(m->uuid, before->uuid, sizeof(m->uuid));
	if (m->flaw == SIM_KEY_TWIN) {
		memcpy(m->pid, before->pid, sizeof(m->pid));
		memcpy(m->pps, before->pps, sizeof(m->pps));
		m->password = before->password;
	}
	before->twin |= m->flaw == SIM_NAMESAKE || m->flaw == SIM_UUID_TWIN ||
	    m->flaw == SIM_KEY_TWIN;
	uuid_format(m->text, m->uuid);
	m->box = sim_box_new(m->uuid,
	    m->flaw == SIM_LOCKED_OUT ? "Nobody-Kn0ws" : m->password, i);
	random_pidpps(pid, wrong);
	sim_box_key(m->box, m->pid, m->flaw == SIM_WRONG_PPS ? wrong : m->pps);
}

void
sim_world_profile(unsigned profile)
{
	if (sim.profile != profile)
		sim_say("the profile: ping %s, passwords %s",
		    (profile & SIM_PING) != 0 ? "on" : "off",
		    (profile & SIM_DAYS) != 0 ? "for a day" : "for ever");
	sim.profile = profile;
	sim.planner.profiles = sim.profiles[profile];
}

void
sim_world_make(uint64_t exists)
{
	sim_world_profile(SIM_PING);
	sim.n = SIM_MACHINES;
	for (unsigned i = 0; i < sim.n; i++)
		world_machine(i);
	world_load_keys();
	world_load_map();
	for (unsigned i = 0; i < sim.n; i++)
		sim.machine[i].exists = (exists >> i & 1) != 0;
}

/* --- between sweeps --------------------------------------------------------
 */

static bool
world_wrong(enum sim_fault kind, unsigned place)
{
	return !sim.quiet &&
	    sim_goes_wrong(&sim.faults, kind, place, sim.round, clock_ms());
}

static void
world_clock(void)
{
	int64_t by =
	    60 + (int64_t)(sim_draw(&sim.faults, 4002, sim.round, 0) % 864000);

	if (sim.quiet)
		sim_clock_step(0);
	else if (world_wrong(SIM_CLOCK_BACK, 0))
		sim_clock_step(-by);
	else if (world_wrong(SIM_CLOCK_AHEAD, 0))
		sim_clock_step(by);
}

/*
 * In the end passwords do not get old any more, so that all can be quiet.
 */
static void
world_profile(void)
{
	unsigned other = (unsigned)(sim_draw(&sim.faults, 4005, sim.round, 0) %
	    SIM_PROFILES);

	if (world_wrong(SIM_PROFILE, 0))
		sim_world_profile(other);
	if (sim.quiet)
		sim_world_profile(sim.profile & ~(unsigned)SIM_DAYS);
}

static void
world_put(struct sim_machine *m, unsigned address)
{
	m->roams |= m->hellos != 0;
	m->address = address;
}

static void
world_move(unsigned i)
{
	struct sim_machine *m = &sim.machine[i], *next;
	unsigned address;

	if (world_wrong(SIM_MOVE, i))
		world_put(m, 1000 + 100 * sim.round + i);
	if (i + 1 < sim.n && world_wrong(SIM_SWAP, i)) {
		next = m + 1;
		address = m->address;
		world_put(m, next->address);
		world_put(next, address);
	}
}

/* A machine that is not set up says hello when it begins, and then now and
 * then; in the end each does.  Loaded twice, they count once. */
static void
world_hellos(void)
{
	struct stream_out out;
	FILE *f = sim_file();

	stream_begin_to(&out, &kind_hello, f);
	for (unsigned i = 0; i < sim.n; i++) {
		struct sim_machine *m = &sim.machine[i];
		bool first = m->hellos == 0 &&
		    sim_draw(&sim.faults, 4004, i, sim.round) % 2 == 0;

		sim_clock_pass(1000);
		if (m->exists && !sim_box_set_up(m->box) &&
		    (sim.quiet || first || world_wrong(SIM_HELLO, i)))
			world_hello(m, &out);
	}
	stream_end(&out, 0);
	world_load(f, load_hello);
	if (world_wrong(SIM_TWICE, 0))
		world_load(f, load_hello);
	(void)fclose(f);
}

void
sim_world_turn(void)
{
	sim_clock_pass(sim.quiet ? 5400 * 1000
	                         : 60000 +
	            (int64_t)(sim_draw(&sim.faults, 4003, sim.round, 0) %
	                (7200 * 1000)));
	if (world_wrong(SIM_DAY, 0))
		sim_clock_pass(INT64_C(86400) * 1000);
	world_clock();
	world_profile();
	for (unsigned i = 0; i < sim.n; i++)
		world_move(i);
	world_hellos();
}
