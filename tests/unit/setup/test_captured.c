/*
 * Replies of real machines drive the readers of the families: a profile that
 * says what the reply says finds nothing to write, and one that says something
 * else finds what the reply has.
 */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "captured_run.h"

static void
finds(const struct family_end *e, const char *profile, const char *found)
{
	if (e->reason != REASON_NONE || strcmp(e->found, found) != 0)
		fail_msg("%s, %.200s:\n\tgot %s (%s)\n\texpected %s\n\t%s",
		    use->file, profile, e->found, e->detail, found,
		    machine.said);
}

static void
a_reply_is_read_for_what_it_says(void **state)
{
	struct family_end e;

	(void)state;
	if (captured_are_absent())
		skip();
	make_certificates();
	for (use = captured_uses; use < captured_uses + NUSES; use++) {
		if (use->same != NULL) {
			e = run_with(use->same, &family_check);
			finds(&e, use->same, "");
		}
		if (use->other != NULL) {
			e = run_with(use->other, &family_check);
			if (use->found != NULL)
				finds(&e, use->other, use->found);
		}
		if (use->writes != NULL) {
			e = run_with(use->writes, &family_set_up);
			finds(&e, use->writes, use->found);
		}
	}
}

/* --- all of them ---------------------------------------------------------- */

static size_t nfiles, ndriven, nbad;
static bool met[NOTHERS];

static const struct captured_other *
other_of(const char *name)
{
	for (size_t i = 0; i < NOTHERS; i++) {
		const char *begin = captured_others[i].name;
		size_t len = strlen(name);

		if (strncmp(name, begin, strlen(begin)) == 0 ||
		    (*begin == '*' && len >= strlen(begin) - 1 &&
		        strcmp(name + len - (strlen(begin) - 1), begin + 1) ==
		            0)) {
			met[i] = true;
			return &captured_others[i];
		}
	}
	return NULL;
}

/* Says which reader it drives, or why none. */
static int
visit(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	const char *name = path + strlen(captured_folder()) + 1;
	const struct captured_other *o;
	size_t uses = 0;

	(void)st;
	(void)ftw;
	if (kind != FTW_F || strstr(path, "MANIFEST") != NULL)
		return 0;
	nfiles++;
	for (size_t i = 0; i < NUSES; i++)
		if (strcmp(captured_uses[i].file, name) == 0) {
			uses++;
			print_message("#   %s: %s\n", name,
			    captured_uses[i].as);
		}
	if (uses != 0) {
		ndriven++;
		return 0;
	}
	o = other_of(name);
	if (o == NULL) {
		print_error("%s: no line says which reader it is for\n", name);
		nbad++;
		return 0;
	}
	ndriven += strncmp(o->why, BY_NONE, strlen(BY_NONE)) != 0;
	print_message("#   %s: %s\n", name, o->why);
	return 0;
}

static void
every_reply_drives_a_reader_or_it_is_known_why_not(void **state)
{
	(void)state;
	if (captured_are_absent())
		skip();
	assert_int_equal(nftw(captured_folder(), visit, 16, FTW_PHYS), 0);
	for (size_t i = 0; i < NOTHERS; i++)
		if (!met[i]) {
			print_error("%s: no file\n", captured_others[i].name);
			nbad++;
		}
	assert_int_equal(nbad, 0);
	print_message("# vectors: %zu\n# of %zu\n", ndriven, nfiles);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_read_for_what_it_says),
		cmocka_unit_test(
		    every_reply_drives_a_reader_or_it_is_known_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
