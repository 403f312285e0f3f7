/*
 * report-schema - prints the JSON Schema of report.json, or of a list that a
 * command writes with --json.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/stage.h"
#include "report/schema.h"

enum { OPT_LIST = 1 };

/* Of all schemas, one a line. */
static void
print_names(void)
{
	(void)puts("report");
	for (size_t i = 0; i < nlists; i++)
		(void)puts(lists[i].name);
}

static void
print_schema(const char *name)
{
	const struct list *list = list_find(name);
	char shown[64];

	if (strcmp(name, "report") == 0) {
		schema_report(stdout);
	} else if (list != NULL) {
		schema_list(stdout, list);
	} else {
		text_show(shown, sizeof(shown), name, strlen(name));
		stage_fail(EX_USAGE, shown, 0,
		    "no such list (--list names all)");
	}
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "list", no_argument, NULL, OPT_LIST },
		{ NULL, 0, NULL, 0 },
	};
	bool names = false;
	int ch;

	stage_begin("[--list | name]", 0);
	while ((ch = stage_getopt(argc, argv, "", longopts)) != -1)
		switch (ch) {
		case OPT_LIST:
			names = true;
			break;
		default:
			stage_usage();
		}
	if (argc - optind > (names ? 0 : 1))
		stage_usage();
	stage_confine();
	if (names)
		print_names();
	else
		print_schema(optind < argc ? argv[optind] : "report");
	return stage_end();
}
