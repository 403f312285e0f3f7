/*
 * profile-schema - prints the RELAX NG schema of profile.xml.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "lib/stage.h"
#include "plan/profile_schema.h"

int
main(int argc, char *argv[])
{
	char *text;
	size_t len;

	stage_begin("", 0);
	while (stage_getopt(argc, argv, "", NULL) != -1)
		stage_usage();
	if (optind != argc)
		stage_usage();
	stage_confine();
	text = profile_schema_make(&len);
	if (text == NULL)
		errx(EX_OSERR, "out of memory");
	(void)fwrite(text, 1, len, stdout); /* stage_end looks */
	free(text);
	return stage_end();
}
