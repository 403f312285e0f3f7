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
	char profile[64];       /* "": the site's */
};

/*
 * Reads an answer of len bytes.  REASON_NONE, or a PROPS reason with *f filled
 * (at is the line) and *p of no use: LONG beyond PROPS_ANSWER_MAX, KEY for an
 * unknown key, OU for one that is known and not supported, else ANSWER.
 */
enum reason_id props_decode(struct props *p, const char *text, size_t len,
    struct fault *f);

/*
 * The question: uuid, address and version as lines of key=value.  The length,
 * at most PROPS_QUESTION_MAX.  The arguments are checked texts of a stream.
 */
#define PROPS_QUESTION_MAX 256
size_t props_encode(char to[PROPS_QUESTION_MAX], const char *uuid,
    const char *address, const char *version);

#endif
