/* A file of its own: who has no libxml2 is not linked with it. */
#include <err.h>
#include <libxml/xmlmemory.h>
#include <sysexits.h>

#include "lib/wipe.h"

void
wipe_libxml(void)
{
	if (xmlMemSetup(wipe_free, wipe_malloc, wipe_realloc, wipe_strdup) != 0)
		errx(EX_SOFTWARE, "libxml2 refuses wipe_libxml");
}
