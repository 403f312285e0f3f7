/*
 * What the site knows and other checks need: @facts.
 */
#include "check/site_check.h"

#include <stdio.h>
#include <string.h>

#include "amt/suffix.h"
#include "base/domain.h"
#include "base/text.h"
#include "lib/stream.h"

/* Who has more domains asks for the largest. */
#define FACTS_MAX 64

struct facts {
	size_t n;
	char value[FACTS_MAX][DOMAIN_TEXT];
};

static struct facts zones, names;
static int64_t swept, until;

static void
fact_add(struct facts *f, const char *value)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->value[i], value) == 0)
			return;
	if (f->n < FACTS_MAX)
		(void)snprintf(f->value[f->n++], DOMAIN_TEXT, "%s", value);
}

void
site_zone_add(const char *zone)
{
	fact_add(&zones, zone);
}

bool
site_name_add(const char *name)
{
	fact_add(&names, name);
	for (size_t i = 0; i < zones.n; i++)
		if (suffix_match(name, zones.value[i], SUFFIX_TABLE) !=
		    SUFFIX_NONE)
			return true;
	return zones.n == 0;
}

void
site_swept_set(int64_t at)
{
	swept = at;
}

void
site_until_add(int64_t end)
{
	if (until == 0 || end < until)
		until = end;
}

static void
fact_time_put(struct stream_out *out, const char *fact, int64_t at)
{
	char value[TEXT_TIME];
	const char *const fields[FACTS_NCOLUMNS] = {
		[FACTS_FACT] = fact,
		[FACTS_VALUE] = value,
	};

	if (at == 0)
		return;
	text_time(value, at);
	stream_write(out, fields);
}

static void
facts_put(struct stream_out *out, const struct facts *f, const char *fact)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *const fields[FACTS_NCOLUMNS] = {
			[FACTS_FACT] = fact,
			[FACTS_VALUE] = f->value[i],
		};

		stream_write(out, fields);
	}
}

void
site_facts_write(void)
{
	struct stream_out out;

	stream_begin(&out, &kind_facts, false);
	facts_put(&out, &zones, "zone");
	facts_put(&out, &names, "name");
	fact_time_put(&out, "swept", swept);
	fact_time_put(&out, "until", until);
	stream_end(&out, 0);
}
