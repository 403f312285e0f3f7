#include "hello/quota.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/stage.h"

#define MINUTE_MS 60000

void
quota_say(struct quota *q, const char *name, const char *fmt, ...)
{
	char why[512];
	va_list ap;

	if (q->said >= q->lines && !stage_verbose()) {
		q->unsaid++;
		return;
	}
	q->said++;
	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	stage_say(name, 0, "%s", why);
}

void
quota_turn(struct quota *q, int64_t now_ms, bool end)
{
	if (!end && now_ms - q->start_ms < MINUTE_MS)
		return;
	if (q->unsaid != 0)
		(void)fprintf(stderr,
		    "%s: %llu more such messages were left out\n", stage_name(),
		    (unsigned long long)q->unsaid);
	q->said = 0;
	q->unsaid = 0;
	q->start_ms = now_ms;
}

int64_t
quota_deadline(const struct quota *q)
{
	return q->unsaid != 0 ? q->start_ms + MINUTE_MS : INT64_MAX;
}
