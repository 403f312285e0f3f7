#ifndef LOOKUPS_H
#define LOOKUPS_H

/*
 * lookups - why the site's own program gave a machine no name, when it was
 * asked last; or, without a reason, what it said besides the name.
 */
#include "base/reason.h"
#include "map/props.h"
#include "store/store.h"

/* Since then; REASON_NONE and "" when there is nothing. */
enum reason_id lookups_last(struct store *s, const char *uuid, int64_t since,
    char *detail, size_t cap);

/* The profile and the place in the directory that it said; "" for none. */
void lookups_told(struct store *s, const char *uuid, struct props *told);

#endif
