#ifndef SETTING_H
#define SETTING_H

/*
 * setting - everything that a machine can be given, one row each, in the order
 * in which it is given.
 *
 * profile.xml, the settings stream and the conversation all follow this table:
 * an element of the profile has the name of its row, and holds what its type
 * allows.  One more setting is one more row.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "amt/message.h"
#include "base/fault.h"
#include "setup/setup.h"

#define SETTING_VALUE_MAX 255

/* A release of the firmware; 0 is any. */
#define SETTING_RELEASE(major, minor) ((major)*256 + (minor))

enum setting_type {
	SETTING_SWITCH = 1, /* keep, off or on; of the machine a boolean */
	SETTING_NUMBER,     /* decimal, at most .most */
	SETTING_TEXT,       /* printable ASCII, 1 to SETTING_VALUE_MAX */
	SETTING_PASSWORD,
	SETTING_CLOCK, /* the server's */
};

/* When a text of the machine is what is wanted.  Switches and numbers are
 * compared by what they mean. */
enum setting_equality {
	SETTING_SAME_BYTES,
	SETTING_SAME_NAME, /* DNS: case does not matter */
};

/* Reads, compares, writes and reads back s->row and those of its group:
 * setup_property, setup_call, setup_list, or a way of its own. */
typedef enum setup_next setting_apply_fn(struct setup *s);

struct setting {
	const char *name;
	enum setting_type type;
	setting_apply_fn *apply;
	/* A machine's own, "" for none; NULL: the profile has it. */
	const char *(*own)(const struct setup_job *job);
	uint32_t most;
	/* In the names of its steps.  Properties with one group are written
	 * with one request: of one class and key. */
	const char *group;
	const char *class;
	struct message_pair key; /* the instance's selector; none: no name */
	const char *property;    /* of a list, the one that has the value */
	const char *item;        /* of a list, the one that has the item */
	const char *call;        /* the method that sets it; of a list, adds */
	const char *call_change, *call_remove; /* of a list */
	const char *param; /* of call; NULL: as the property */
	const char *only;  /* the way in that has it; NULL: each */
	uint16_t from, to; /* releases that have it */
	/* The setting before it without which it means nothing: where the
	 * release lacks that one, this is left out too. */
	const char *needs;
	enum setting_equality equality;
	bool secret;                    /* never read back, never quoted */
	bool commit;                    /* takes effect with a commit */
	bool verified;                  /* and must be so after it */
	enum setup_milestone milestone; /* once it is so; 0 none */
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

/* wanted as the machine has it: "true" for on. */
const char *setting_text(const struct setting *row, const char *wanted);
/* Need it not be written?  have: the machine's, never NULL. */
bool setting_identical(const struct setting *row, const char *have,
    const char *wanted);
/* Is it what was asked for, if perhaps in other letters? */
bool setting_equal(const struct setting *row, const char *have,
    const char *wanted);

/* release: SETTING_RELEASE, 0 unknown: then everything is tried. */
bool setting_in_release(const struct setting *row, unsigned release);

#endif
