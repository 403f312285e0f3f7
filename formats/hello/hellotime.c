#include "hello/hellotime.h"

#include <string.h>

#include "hello/hello.h"
#include "base/text.h"

#define COUNT_MAX 10000
#define SECONDS_MAX 86400

void
hellotime_usual(struct hellotime *t)
{
	t->psk_hours = HELLOTIME_PSK_HOURS;
	t->pki_hours = HELLOTIME_PKI_HOURS;
	(void)hellotime_parse(t, HELLOTIME_SCHEDULE, NULL);
}

/* n characters as a number in 1..max; 0, or -1. */
static int
hellotime_number(uint32_t *to, const char *text, size_t n, uint64_t max)
{
	char digits[8];
	uint64_t value;

	if (n == 0 || n >= sizeof(digits))
		return -1;
	memcpy(digits, text, n);
	digits[n] = '\0';
	if (text_number(&value, digits, max) == -1 || value == 0)
		return -1;
	*to = (uint32_t)value;
	return 0;
}

int
hellotime_parse(struct hellotime *t, const char *text, struct fault *f)
{
	struct hellotime made = *t;
	const char *p = text;

	for (made.nsteps = 0;; made.nsteps++) {
		size_t len = strcspn(p, ","), x = strcspn(p, "x,");

		if (made.nsteps == HELLOTIME_STEPS)
			return fault_set(f, (size_t)(p - text),
			    "more than %d steps", HELLOTIME_STEPS);
		if (p[x] != 'x' ||
		    hellotime_number(&made.step[made.nsteps].count, p, x,
		        COUNT_MAX) == -1 ||
		    hellotime_number(&made.step[made.nsteps].seconds, p + x + 1,
		        len - x - 1, SECONDS_MAX) == -1)
			return fault_set(f, (size_t)(p - text),
			    "not a schedule of hellos (expected count x "
			    "seconds, such as " HELLOTIME_SCHEDULE ")");
		p += len;
		if (*p++ == '\0')
			break;
	}
	made.nsteps++;
	*t = made;
	return 0;
}

/* The step that the pause after this retry count is in; *into is how many
 * pauses of that step came before it. */
static size_t
step_of(const struct hellotime *t, uint32_t retries, uint32_t *into)
{
	size_t i = 0;

	*into = retries;
	while (i + 1 < t->nsteps && *into >= t->step[i].count)
		*into -= t->step[i++].count;
	return i;
}

int64_t
hellotime_elapsed(const struct hellotime *t, uint32_t retries)
{
	uint32_t into;
	size_t last = step_of(t, retries, &into);
	int64_t sum = (int64_t)into * t->step[last].seconds;

	for (size_t i = 0; i < last; i++)
		sum += (int64_t)t->step[i].count * t->step[i].seconds;
	return sum;
}

unsigned
hellotime_window(const struct hellotime *t, unsigned version)
{
	return version == HELLO_PSK ? t->psk_hours : t->pki_hours;
}

int64_t
hellotime_closes(const struct hellotime *t, unsigned version, int64_t received,
    uint32_t retries)
{
	uint32_t into;
	int64_t next = received + t->step[step_of(t, retries, &into)].seconds;
	int64_t closes = received - hellotime_elapsed(t, retries) +
	    (int64_t)hellotime_window(t, version) * 3600;

	return closes > next ? closes : next;
}
