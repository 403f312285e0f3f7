#include "plan/profiles.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "setup/setting.h"

#define BREAKS "breaks the schema"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_profile(const struct profile *p)
{
	struct fault f;

	if (p->name[0] == '\0' ||
	    (p->admin_mode == PROFILE_ADMIN_FIXED) !=
	        (p->admin_fixed[0] != 0) ||
	    (p->admin_mode == PROFILE_ADMIN_DERIVED) !=
	        (p->admin_master[0] != 0) ||
	    (p->mebx_mode == PROFILE_MEBX_FIXED) != (p->mebx_fixed[0] != 0) ||
	    (p->mebx_mode == PROFILE_MEBX_DERIVED) != (p->mebx_master[0] != 0))
		abort();
	/* Every setting is one that the sweep takes. */
	for (size_t i = 0; i < p->settings.n; i++) {
		const struct settings_value *v = &p->settings.list[i];
		const struct setting *row = setting_of_profile(v->setting);

		if (row == NULL || setting_check(row, v->value, &f) == -1 ||
		    (row->list != NULL) != (v->item[0] != '\0'))
			abort();
	}
	if (p->settings.n < 2)
		abort();
}

/* Whatever is known of a machine, the answer is a profile of the file. */
static void
check_rules(const struct profiles *all, const char *text)
{
	const struct assign_facts facts = { .uuid = text,
		.fqdn = text,
		.ou = text,
		.address = text,
		.release = text,
		.batch = text,
		.model = text,
		.chosen = "" };
	const struct assign_rule *rule;
	const struct profile *p = profiles_choose(all, &facts, &rule);

	if (all->ruled != (all->rules.n != 0) ||
	    (p == NULL && (!all->ruled || rule != NULL)))
		abort();
	for (size_t i = 0; i < all->rules.n; i++) {
		const struct assign_rule *r = &all->rules.list[i];

		if (profiles_find(all, r->profile) == NULL)
			abort();
		if (assign_fits(r, &facts)) {
			if (r != rule)
				abort();
			break;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profiles all;
	struct fault f;

	if (profiles_decode(&all, (const char *)data, size, &f) == -1) {
		/* A failure says why and leaves nothing behind.  Where the
		 * reader takes what the schema does not, one of them is wrong,
		 * but for the root's namespace. */
		if (f.why[0] == '\0' || all.list != NULL || all.n != 0)
			abort();
		if (strncmp(f.why, BREAKS, strlen(BREAKS)) == 0 &&
		    memmem(data, size, "xmlns", 5) == NULL)
			abort();
		return 0;
	}
	for (size_t i = 0; i < all.n; i++) {
		check_profile(&all.list[i]);
		check_rules(&all, all.list[i].name);
	}
	check_rules(&all, "");
	check_rules(&all, "10.1.2.3");
	check_rules(&all, "pc-1.lab.example.com");
	profiles_free(&all);
	return 0;
}
