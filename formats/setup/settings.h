#ifndef SETTINGS_H
#define SETTINGS_H

/*
 * settings - what a profile asks for, and its stream (kinds(5), @settings):
 * once a profile, before the jobs that name it.
 *
 * Values may be secret; settings_free wipes them.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/record.h"

/* A profile with every list full has some hundred. */
#define SETTINGS_MAX 1024
#define SETTINGS_PROFILE 64 /* a profile's name with its NUL */
#define SETTINGS_PROFILES_MAX 64

struct settings_value {
	const char *setting; /* name of a row of setting.h: static */
	char *item;          /* which entry of a list; "" of all others */
	char *value;
};

struct settings {
	char profile[SETTINGS_PROFILE];
	struct settings_value *list;
	size_t n, cap;
	bool has_gap; /* a record of them was refused */
};

/* Copies item and value.  0, or -1 with *f filled: too many, out of memory. */
int settings_add(struct settings *s, const char *setting, const char *item,
    const char *value, struct fault *f);
void settings_free(struct settings *s);

/* The value, NULL when the profile does not ask for it or says "keep"; s may
 * be NULL. */
const char *settings_value(const struct settings *s, const char *setting);
/* Does the profile ask for just this? */
bool settings_ask(const struct settings *s, const char *setting,
    const char *value);
/* As settings_value, of an entry of a list. */
const char *settings_item_value(const struct settings *s, const char *setting,
    const char *item);

/* The stream's fields of value number i, borrowed. */
void settings_fields(const struct settings *s, size_t i,
    const char *fields[SETTINGS_NCOLUMNS]);

/* The settings of all profiles that the streams have. */
struct settings_all {
	struct settings profile[SETTINGS_PROFILES_MAX];
	size_t n;
};

/* One record more.  0, or -1 with *f filled. */
int settings_read(struct settings_all *all, const struct record *r,
    struct fault *f);
/* A record was refused, of whichever profile: none of those that came is known
 * to be complete. */
void settings_gap(struct settings_all *all);
/* NULL when no record named the profile. */
const struct settings *settings_of(const struct settings_all *all,
    const char *profile);
void settings_all_free(struct settings_all *all);

#endif
