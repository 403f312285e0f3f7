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

#define SETTING_VALUE_MAX 255 /* unless the row has .most */
#define SETTING_LONG_MAX 8192 /* of any; a certificate is the longest */

/* A release of the firmware; 0 is any. */
#define SETTING_RELEASE(major, minor) ((major)*256 + (minor))

enum setting_type {
	SETTING_SWITCH = 1, /* keep, off or on; of the machine a boolean */
	SETTING_NUMBER,     /* decimal, .least to .most */
	SETTING_TEXT, /* printable ASCII, .least (1) to .most characters */
	SETTING_PASSWORD,
	SETTING_CLOCK,  /* the server's */
	SETTING_CHOICE, /* one of the words of .choices, or keep */
	SETTING_WORDS,  /* words with blanks between, in any order; of .choices
	                 * where the row has them */
	SETTING_BASE64, /* bytes; profile.xml may have PEM or line ends in it */
};

/* A word of the profile, and what the machine says for it. */
struct setting_choice {
	const char *word, *value;
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

struct setting;

/* What else must be so of a value; 0, or -1 with *f filled.  No secret is
 * quoted. */
typedef int setting_check_fn(const struct setting *row, const char *value,
    struct fault *f);

struct settings;

/* What else must be so of a profile that has the setting, of a list's entry
 * item; 0, or -1 with *f filled. */
typedef int setting_fits_fn(const struct settings *s, const char *item,
    struct fault *f);

struct setting {
	const char *name;
	enum setting_type type;
	/* A field of each entry of this list, and named so: LIST-FIELD.
	 * list-others says what becomes of entries that the profile lacks. */
	const char *list;
	bool required; /* each entry of the list must have it */
	/* Its value, or each of its words, is the name of an entry of this
	 * list of the profile; NULL: it is not. */
	const char *refers;
	const struct setting_choice *choices; /* the last has no word */
	setting_check_fn *check;              /* besides the type; or NULL */
	setting_fits_fn *fits;                /* or NULL */
	/* NULL: it goes with another row, or is for the planner alone. */
	setting_apply_fn *apply;
	/* A machine's own, "" for none; NULL: the profile has it. */
	const char *(*own)(const struct setup_job *job);
	const char *preset; /* what it is when left out, for reports; or NULL */
	uint32_t least, most;
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
	bool secret;   /* never read back, never quoted */
	bool hidden;   /* no secret, but there are releases that do not read it
	                * back: what was accepted is remembered */
	bool commit;   /* takes effect with a commit */
	bool verified; /* and must be so after it */
	enum setup_milestone milestone; /* once it is so; 0 none */
};

/* What becomes of a list's entries that the profile lacks: keep or remove. */
extern const struct setting_choice setting_others[];

extern const struct setting setting_table[];
extern const size_t setting_count;

/* The row of a profile's element; NULL if not found. */
const struct setting *setting_of_profile(const char *name);

/* Is this the name of a list that rows have fields of? */
bool setting_is_list(const char *list);

/* Whether value can be one of this setting's.  0, or -1 with *f filled; a
 * secret is not quoted. */
int setting_check(const struct setting *row, const char *value,
    struct fault *f);

/* What is expected in its place, for messages. */
const char *setting_expected(const struct setting *row);

/* Is it among words with blanks between? */
bool setting_has_word(const char *words, const char *word);

/* The machine's value for a word of the row's choices; NULL if it has no such
 * word. */
const char *setting_choice(const struct setting *row, const char *word);

/* The profile's word for what the machine has, as "on" for true and the word of
 * a choice; have itself where the profile has no word for it. */
const char *setting_word(const struct setting *row, const char *have);

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
