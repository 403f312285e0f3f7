#ifndef LOOKUPS_H
#define LOOKUPS_H

/*
 * lookups - why the site's own program gave a machine no name, when it was
 * asked last.
 */
#include "base/reason.h"
#include "store/store.h"

/* Since then; REASON_NONE and "" when there is nothing. */
enum reason_id lookups_last(struct store *s, const char *uuid, int64_t since,
    char *detail, size_t cap);

#endif
