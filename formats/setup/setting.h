#ifndef SETTING_H
#define SETTING_H

/*
 * setting - everything that a machine can be given, one row each, in the order
 * in which it is given.
 *
 * profile.xml, the settings stream and the conversation all follow this table:
 * an element of the profile has the name of its row, and holds what its type
 * allows.  One more setting of a class that is read already is one more row.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define SETTING_VALUE_MAX 255

enum setting_type {
	SETTING_SWITCH = 1, /* keep, off or on */
	SETTING_NUMBER,     /* decimal, at most .most */
	SETTING_TEXT,       /* printable ASCII, 1 to SETTING_VALUE_MAX */
	SETTING_NAME,       /* a DNS name: case does not matter */
	SETTING_PASSWORD,
	SETTING_CLOCK, /* the server's */
};

struct setting {
	const char *name;
	enum setting_type type;
	bool of_job; /* each machine's job has its own, the profile has none */
	uint32_t most;
};

extern const struct setting setting_table[];
extern const size_t setting_count;

/* The row of a profile's element; NULL when there is none of this name. */
const struct setting *setting_of_profile(const char *name);

/* Whether value can be one of this setting's.  0, or -1 with *f filled; a
 * secret is not quoted. */
int setting_check(const struct setting *row, const char *value,
    struct fault *f);

/* What is expected in its place, for messages. */
const char *setting_expected(const struct setting *row);

#endif
