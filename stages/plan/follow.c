/*
 * follow - one plan after another, for a sweep that goes on while they are
 * made.
 *
 * Whoever reads the jobs takes them as long as there is room: a write waits
 * until then, and the next plan for the write.  So a machine is leased only
 * when its turn is near, and one that has said hello meanwhile is among those
 * of the next plan.
 */
#include "plan/planner.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"

/* Between two plans there is as long a time as ten of them take, so that others
 * have the store; a second at least. */
#define FOLLOW_LEAST_MS 1000
#define FOLLOW_SHARE 10
/* Whose time to be tried again has come is seen then. */
#define FOLLOW_MOST_MS 15000
#define FOLLOW_LOOK_MS 200

static struct timespec
profile_time(const struct planner *p)
{
	struct stat st;

	return stat(p->profile_path, &st) == -1 ? (struct timespec){ 0 }
	                                        : st.st_mtim;
}

void
planner_follow_begin(struct planner *p, struct planner_follow *f,
    int64_t seconds)
{
	/* After nine tenths of it the sweep begins no machine (sweep.1). */
	*f = (struct planner_follow){ .until_ms = clock_ms() + seconds * 850,
		.profile = profile_time(p) };
}

void
planner_follow_planned(struct planner_follow *f, int64_t began_ms)
{
	f->began_ms = began_ms;
	f->took_ms = clock_ms() - began_ms;
}

/* False once nobody reads the jobs any more. */
static bool
wait_a_moment(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, FOLLOW_LOOK_MS) <= 0 ||
	    (out.revents & (POLLERR | POLLNVAL)) == 0;
}

/* Another profile is read by the next run of this program, not by this one. */
static bool
profile_is_same(const struct planner *p, const struct planner_follow *f)
{
	struct timespec now = profile_time(p);

	return now.tv_sec == f->profile.tv_sec &&
	    now.tv_nsec == f->profile.tv_nsec;
}

bool
planner_follow(struct planner *p, struct planner_follow *f)
{
	int64_t least = f->took_ms * FOLLOW_SHARE;

	if (least < FOLLOW_LEAST_MS)
		least = FOLLOW_LEAST_MS;
	if (p->streams && p->jobs.n >= p->max)
		return clock_ms() < f->until_ms && profile_is_same(p, f);
	if (!p->follows)
		return false;
	while (clock_ms() < f->until_ms && profile_is_same(p, f)) {
		int64_t past = clock_ms() - f->began_ms;

		if (past >= FOLLOW_MOST_MS ||
		    (past >= least && store_changes(&p->store) != p->data))
			return true;
		if (!wait_a_moment())
			return false;
	}
	return false;
}
