#include "sim.h"

#include <string.h>

static const struct {
	const char *name;
	unsigned most; /* permille at the highest level */
} kinds[SIM_FAULTS] = {
	[SIM_FINE] = { "fine", 0 },
	[SIM_CUT_BEFORE] = { "cut-before", 20 },
	[SIM_CUT_AFTER] = { "cut-after", 20 },
	[SIM_LOST_REQUEST] = { "lost-request", 15 },
	[SIM_LOST_REPLY] = { "lost-reply", 15 },
	[SIM_ERROR_PAGE] = { "error-page", 10 },
	[SIM_ERROR_AFTER] = { "error-after", 10 },
	[SIM_OLD_REPLY] = { "old-reply", 10 },
	[SIM_REPEATED] = { "repeated", 10 },
	[SIM_REBOOT] = { "reboot", 5 },
	[SIM_KILL] = { "kill", 15 },
	[SIM_STOP] = { "stop", 300 },
	[SIM_SHORT] = { "short", 200 },
	[SIM_PAUSE] = { "pause", 5 },
	[SIM_UNSWEPT] = { "unswept", 100 },
	[SIM_MOVE] = { "move", 60 },
	[SIM_SWAP] = { "swap", 40 },
	[SIM_HELLO] = { "hello", 200 },
	[SIM_TWICE] = { "twice", 100 },
	[SIM_CLOCK_BACK] = { "clock-back", 60 },
	[SIM_CLOCK_AHEAD] = { "clock-ahead", 60 },
	[SIM_PROFILE] = { "profile", 400 },
	[SIM_DAY] = { "day", 400 },
};

const char *
sim_fault_name(enum sim_fault kind)
{
	return kinds[kind].name;
}

int
sim_key_read(struct sim_key *k, const char *text)
{
	char name[32];

	if (sscanf(text, "%31s %u %u", name, &k->place, &k->turn) != 3)
		return -1;
	for (unsigned i = 0; i < SIM_FAULTS; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			k->kind = (enum sim_fault)i;
			return 0;
		}
	return -1;
}

/* splitmix64's last steps. */
static uint64_t
fault_mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t
sim_draw(const struct sim_faults *f, unsigned what, unsigned place,
    unsigned turn)
{
	return fault_mix(
	    fault_mix(fault_mix(fault_mix(f->seed) + what) + place) + turn);
}

/* Each kind has a level of its own: some histories have none of it, and what is
 * rare together is found where nothing else is in the way. */
void
sim_faults_init(struct sim_faults *f, uint64_t seed)
{
	f->seed = seed;
	f->fired->n = 0;
	for (unsigned kind = 0; kind < SIM_FAULTS; kind++)
		f->permille[kind] = kinds[kind].most *
		    (unsigned)(sim_draw(f, 1000, kind, 0) % 4) / 3;
}

static bool
fault_is_due(const struct sim_faults *f, const struct sim_key *key)
{
	if (f->only == NULL)
		return sim_draw(f, key->kind, key->place, key->turn) % 1000 <
		    f->permille[key->kind];
	for (size_t i = 0; i < f->nonly; i++)
		if (f->only[i].kind == key->kind &&
		    f->only[i].place == key->place &&
		    f->only[i].turn == key->turn)
			return true;
	return false;
}

bool
sim_goes_wrong(struct sim_faults *f, enum sim_fault kind, unsigned place,
    unsigned turn, int64_t ms)
{
	const struct sim_key key = { kind, place, turn };

	if (f->fired->n == SIM_FIRED || !fault_is_due(f, &key))
		return false;
	f->fired->list[f->fired->n++] = (struct sim_fired){ key, ms };
	return true;
}
