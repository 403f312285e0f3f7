#ifndef PROPS_H
#define PROPS_H

/*
 * props - what the site's own program is asked about a machine, and what it
 * answers: lines of key=value, UTF-8, LF or CR LF; empty lines are
 * skipped.  props(5) describes both.
 */
#include <stddef.h>

#include "base/domain.h"
#include "base/fault.h"
#include "base/reason.h"

#define PROPS_ANSWER_MAX 4096

struct props {
	char fqdn[DOMAIN_TEXT]; /* "": it knows no name */
	char profile[64];       /* "": as the site's rules say */
	char ou[256];           /* place in the directory; "": not told */
};

/*
 * Reads an answer of len bytes.  REASON_NONE, or a PROPS reason with *f filled
 * (at is the line) and *p of no use: LONG beyond PROPS_ANSWER_MAX, KEY for an
 * unknown key, OU for a place that is too long, else ANSWER.
 */
enum reason_id props_decode(struct props *p, const char *text, size_t len,
    struct fault *f);

/*
 * What an answer says besides the name, as lines of it that props_decode takes;
 * "" when it says nothing.  The length.
 */
#define PROPS_TOLD_MAX 400
size_t props_told(char to[PROPS_TOLD_MAX], const struct props *p);

/*
 * The question: uuid, address and version as lines of key=value.  The length,
 * at most PROPS_QUESTION_MAX.  The arguments are checked texts of a stream.
 */
#define PROPS_QUESTION_MAX 256
size_t props_encode(char to[PROPS_QUESTION_MAX], const char *uuid,
    const char *address, const char *version);

#endif
