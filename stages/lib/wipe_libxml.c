/* A file of its own: who has no libxml2 is not linked with it. */
#include <err.h>
#include <libxml/xmlmemory.h>
#include <sysexits.h>

#include "lib/wipe.h"

/*
 * libxml2 2.9 goes on without memory: it calls good input malformed, or reads
 * by a pointer that is not there.
 */
static void *
libxml_has(void *block)
{
	if (block == NULL)
		errx(EX_OSERR, "no memory for XML");
	return block;
}

static void *
libxml_malloc(size_t n)
{
	return libxml_has(wipe_malloc(n));
}

static void *
libxml_realloc(void *old, size_t n)
{
	void *moved = wipe_realloc(old, n);

	return n == 0 ? moved : libxml_has(moved);
}

static char *
libxml_strdup(const char *text)
{
	return libxml_has(wipe_strdup(text));
}

void
wipe_libxml(void)
{
	if (xmlMemSetup(wipe_free, libxml_malloc, libxml_realloc,
	        libxml_strdup) != 0)
		errx(EX_SOFTWARE, "libxml2 refuses wipe_libxml");
}
