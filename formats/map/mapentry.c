#include "map/mapentry.h"

#include <stdio.h>
#include <string.h>

void
mapentry_day(char day[MAPENTRY_DAY], int64_t seconds)
{
	char time[TEXT_TIME];

	text_time(time, seconds);
	memcpy(day, time, MAPENTRY_DAY - 1);
	day[MAPENTRY_DAY - 1] = '\0';
}

void
mapentry_put(struct mapentry_text *t, const struct mapentry *e)
{
	(void)text_decimal(t->trust, e->trust);
	t->field[MAP_UUID] = e->uuid;
	t->field[MAP_FQDN] = e->fqdn;
	t->field[MAP_SOURCE] = e->source;
	t->field[MAP_SEEN] = e->seen;
	t->field[MAP_TRUST] = t->trust;
	t->field[MAP_FROM] = e->from;
	t->field[MAP_MODEL] = e->model != NULL ? e->model : "";
	t->field[MAP_SERIAL] = e->serial != NULL ? e->serial : "";
}

static int
get_uuid(uint8_t uuid[UUID_LEN], const char *field, struct fault *f)
{
	char text[UUID_TEXT];
	const char *bad;

	if (uuid_parse(uuid, field, strlen(field), f) == -1)
		return -1;
	bad = uuid_bad(uuid);
	if (bad == NULL)
		return 0;
	uuid_format(text, uuid);
	return fault_set(f, 0, "UUID %s names no machine: %s", text, bad);
}

int
mapentry_get(uint8_t uuid[UUID_LEN], char fqdn[DOMAIN_TEXT], uint64_t *trust,
    const struct record *r, struct fault *f)
{
	char *const *field = r->field;

	if (get_uuid(uuid, field[MAP_UUID], f) == -1 ||
	    domain_parse(fqdn, field[MAP_FQDN], strlen(field[MAP_FQDN]), f) ==
	        -1)
		return -1;
	if (text_number(trust, field[MAP_TRUST], MAPENTRY_TRUST_MAX) == 0)
		return 0;
	return fault_set(f, 0, "trust is not a number up to %d",
	    MAPENTRY_TRUST_MAX);
}

void
mapentry_get_about(struct mapmodel *about, const struct record *r)
{
	mapmodel_read(about->model, r->field[MAP_MODEL]);
	mapmodel_read(about->serial, r->field[MAP_SERIAL]);
}

int
mapentry_get_seen(char seen[MAPENTRY_DAY], const struct record *r, int64_t now,
    struct fault *f)
{
	const char *field = r->field[MAP_SEEN];
	char time[TEXT_TIME];
	int64_t seconds;

	if (field[0] == '\0') {
		mapentry_day(seen, now);
		return 0;
	}
	if (strcmp(field, seen) == 0)
		return 0;
	if (snprintf(time, sizeof(time), "%sT00:00:00Z", field) !=
	        TEXT_TIME - 1 ||
	    text_untime(&seconds, time) == -1)
		return fault_set(f, 0,
		    "seen is not a day (expected such as 2026-11-22)");
	(void)snprintf(seen, MAPENTRY_DAY, "%s", field);
	return 0;
}
