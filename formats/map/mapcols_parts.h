#ifndef MAPCOLS_PARTS_H
#define MAPCOLS_PARTS_H

/*
 * mapcols_parts - what the files of mapcols have of each other: mapcols.c finds
 * columns by name and by value, mapcols_wish.c as the caller was told,
 * mapcols_pair.c by what two files share; mapcols_tell.c has the messages.
 */
#include "map/mapcols.h"

static inline bool
mapcols_is_used(const struct mapcols *m, int field)
{
	for (size_t i = 0; i < MAPCOL_N; i++)
		if (m->at[i] == field)
			return true;
	return false;
}

static inline void
mapcols_choose(struct mapcols *m, enum mapcol what, int field,
    enum mapcol_how how)
{
	m->at[what] = field;
	m->how[what] = how;
}

/* Three quarters: some rows may be wrong. */
static inline bool
mapcols_mostly(size_t n, size_t nfilled)
{
	return nfilled != 0 && n * 4 >= nfilled * 3;
}

/* Where the rows with values begin. */
static inline size_t
mapcols_first_row(const struct mapcols *m)
{
	return m->header ? 1 : 0;
}

/* A name and a number may mean the same column: 0, or -1 with *f filled.  w may
 * be NULL. */
int mapcols_take_wishes(struct mapcols *m, const struct row *first,
    const struct mapwish *w, struct fault *f);

/* What is not found yet, from the one field of all the files whose values mean
 * it. */
void mapcols_take_values(struct mapcols *m, const struct mapsample *const *s,
    size_t nfiles, enum mapcol what);

#endif
