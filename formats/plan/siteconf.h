#ifndef SITECONF_H
#define SITECONF_H

/*
 * siteconf - the settings of a site, as site.conf has them: site(5).
 *
 * What a value may be is in one table; the options that take the same
 * value, and the man page, follow it.  Written as people know it from the
 * shell, NAME=value with quotes, comments and $site, but nothing is carried
 * out: what sh would do more with is a fault.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define SITECONF_MAX 65536  /* bytes of a file */
#define SITECONF_VALUE 1024 /* bytes of a value, with its NUL */
#define SITECONF_LISTEN_MAX 16

/* Machines at once; the limit of open files may be less (sweep.c). */
#define SITECONF_FLIGHT_MAX 60000

enum siteconf_id {
	SITECONF_LISTEN,
	SITECONF_PSK_WINDOW_HOURS,
	SITECONF_PKI_WINDOW_HOURS,
	SITECONF_HELLO_SCHEDULE,
	SITECONF_MAP_DAYS,
	SITECONF_PROPS,
	SITECONF_PROPS_SECONDS,
	SITECONF_PROPS_AT_ONCE,
	SITECONF_SIGNER,
	SITECONF_SIGNER_SECONDS,
	SITECONF_SIGNER_AT_ONCE,
	SITECONF_CA_DAYS,
	SITECONF_SWEEP_SECONDS,
	SITECONF_IN_FLIGHT,
	SITECONF_MAX_PER_SUBNET,
	SITECONF_RUN_DAYS,
	SITECONF_DEVICE_CERTIFICATE,
	SITECONF_STICK_VERSION,
	SITECONF_REQUIRE_SIGNED,
	SITECONF_SITE_NAME,
	SITECONF_SITE_CERT,
	SITECONF_SITE_KEY,
	SITECONF_BUNDLE_KEY,
	SITECONF_BUNDLE_CERT,
	SITECONF_NSETTINGS,
};

enum siteconf_type {
	SITECONF_NUMBER,    /* min to max */
	SITECONF_CHOICE,    /* one of choices */
	SITECONF_ADDRESSES, /* 1 to SITECONF_LISTEN_MAX, with ports */
	SITECONF_SCHEDULE,  /* hellotime_parse */
	SITECONF_PROGRAM,   /* an absolute path */
	SITECONF_TEXT,      /* 1 to max bytes of UTF-8 */
};

struct siteconf_setting {
	const char *name;
	enum siteconf_type type;
	const char *usual; /* when it is not set, or set to nothing */
	uint32_t min, max;
	const char *choices; /* separated by blanks */
};

struct siteconf {
	char value[SITECONF_NSETTINGS][SITECONF_VALUE];
};

const struct siteconf_setting *siteconf_setting(enum siteconf_id id);

/* What a value of it may be, in words: "1 to 255". */
#define SITECONF_RANGE 128
void siteconf_range(char to[SITECONF_RANGE], const struct siteconf_setting *s);

/* May it be this value, which is not empty?  Numbers lose leading zeros.  0, or
 * -1 with *f filled but for its line. */
int siteconf_check(char *value, enum siteconf_id id, struct fault *f);

/* Every setting as if the file were empty. */
void siteconf_usual(struct siteconf *c);

/*
 * The whole of a file; site is what $site stands for.  Numbers come out
 * without leading zeros, and of a name that is there twice the last one
 * counts.  0, or -1 with *f filled (at is the line) and *c of no use.
 */
int siteconf_decode(struct siteconf *c, const char *text, size_t len,
    const char *site, struct fault *f);

/*
 * One setting for a shell to evaluate: NAME='value' and a line end, with
 * nothing in the quotes that means anything to it.  The length, or 0 when cap
 * is too small; SITECONF_LINE always does.
 */
#define SITECONF_LINE (4 * SITECONF_VALUE + 64)
size_t siteconf_line(char *to, size_t cap, const struct siteconf *c,
    enum siteconf_id id);

#endif
