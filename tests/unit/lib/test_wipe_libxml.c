/* libxml2 without memory. */
#include "lib/wipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <libxml/xmlmemory.h>

#include <cmocka.h>

/* So that a request for too much fails there too, as malloc(3) says. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* Who ends with what it has leaks nothing that counts. */
int __lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
	return 1;
}

static volatile size_t most = SIZE_MAX / 4;

/* How a program ends that asks for it. */
static int
ends(bool again)
{
	int status;
	pid_t child = fork();

	assert_int_not_equal(child, -1);
	if (child == 0) {
		void *block = NULL;

		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(2);
		if (again)
			block = xmlRealloc(xmlMalloc(10), most);
		else
			block = xmlMalloc(most);
		_exit(block == NULL ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
who_has_no_memory_for_it_ends(void **state)
{
	(void)state;
	wipe_libxml();
	assert_int_equal(ends(false), EX_OSERR);
	assert_int_equal(ends(true), EX_OSERR);
}

static void
zero_bytes_free_as_before(void **state)
{
	(void)state;
	wipe_libxml();
	assert_null(xmlRealloc(xmlMalloc(10), 0));
	xmlFree(xmlStrdup((const xmlChar *)"text"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_no_memory_for_it_ends),
		cmocka_unit_test(zero_bytes_free_as_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
