/*
 * simrandom - the programs' own random.c, on a generator that follows from the
 * seed.
 */
#include <string.h>
#include <sys/random.h>

#include "sim.h"

static ssize_t
random_of_seed(void *to, size_t len, unsigned flags)
{
	static unsigned turn;
	uint8_t *p = to;

	(void)flags;
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)sim_draw(&sim.faults, 2000, 0, turn++);
	return (ssize_t)len;
}

#define getrandom random_of_seed
#include "../../stages/lib/random.c"
