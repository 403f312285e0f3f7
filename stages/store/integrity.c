#include "store/integrity.h"

#include <stdio.h>
#include <string.h>

/* A damaged file has few of them, or as many as it has pages. */
static void
integrity_faults(struct integrity *i, struct db *db)
{
	struct query *q = query_new(db, "PRAGMA quick_check(100)");

	while (query_row(q)) {
		const char *said = query_get_text(q, 0);

		if (strcmp(said, "ok") == 0)
			continue;
		/* Its first line may be a heading that ends with the rest. */
		if (i->nfaults++ == 0)
			(void)snprintf(i->fault, sizeof(i->fault), "%s", said);
	}
	query_free(q);
}

void
integrity_check(struct integrity *i, const char *dir,
    const uint8_t key[SEAL_KEY])
{
	static struct store s;

	memset(i, 0, sizeof(*i));
	store_open_bare(&s, dir);
	integrity_faults(i, s.db);
	if (i->nfaults == 0) {
		i->fit = upgrade_fit(s.db, &i->version, &i->wanted);
		i->key_fits = key != NULL && i->fit != UPGRADE_FOREIGN &&
		    i->fit != UPGRADE_NEWER && store_key_fits(&s, key);
	}
	db_close(s.db);
	s.db = NULL;
}
