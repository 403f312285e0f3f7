/*
 * stick-words - the sticks of a plan, as words for a shell that makes them one
 * after the other.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/kinds.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"

struct words {
	char **serial; /* of sticks on USB, borrowed */
	size_t nserials;
	char *text; /* none of it is written before the end was seen */
	size_t len;
	FILE *to;
	size_t nsticks;
	uint64_t nrecords; /* of those before */
};

static void
write_quoted(FILE *to, const char *word)
{
	(void)fputs(" '", to);
	for (; *word != '\0'; word++)
		if (*word == '\'')
			(void)fputs("'\\''", to);
		else
			(void)fputc(*word, to);
	(void)fputc('\'', to);
}

static void
add_stick(const struct stream_in *s, const struct record *r, void *arg)
{
	struct words *w = arg;
	const char *records = r->field[STICKS_RECORDS];
	char first[24];
	uint64_t n;

	if (text_number(&n, records, UINT32_MAX) == -1 || n == 0)
		stage_fail(EX_DATAERR, s->name, s->line,
		    "not a number of records (got \"%s\")", records);
	(void)snprintf(first, sizeof(first), "%" PRIu64, w->nrecords + 1);
	write_quoted(w->to, r->field[STICKS_STICK]);
	write_quoted(w->to, records);
	write_quoted(w->to, first);
	write_quoted(w->to, r->field[STICKS_IMAGE]);
	write_quoted(w->to,
	    w->nsticks < w->nserials ? w->serial[w->nsticks] : "");
	w->nsticks++;
	w->nrecords += n;
}

static void
read_plan(struct words *w)
{
	static const struct kind *const kinds[] = { &kind_sticks };
	struct stream_in in;

	w->to = open_memstream(&w->text, &w->len);
	if (w->to == NULL)
		err(EX_OSERR, "memory");
	stream_open(&in, STDIN_FILENO, "<stdin>");
	(void)stream_each(&in, kinds, 1, add_stick, w);
	stream_close(&in);
	if (fclose(w->to) != 0)
		err(EX_OSERR, "memory");
}

static void
parse_args(struct words *w, int argc, char *argv[])
{
	int ch;

	while ((ch = stage_getopt(argc, argv, "a:", NULL)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		default:
			stage_usage();
		}
	w->serial = argv + optind;
	w->nserials = (size_t)(argc - optind);
}

int
main(int argc, char *argv[])
{
	struct words w = { 0 };

	stage_begin("[-a name] [serial ...]", 0);
	parse_args(&w, argc, argv);
	stage_confine();
	read_plan(&w);
	if (w.nserials != 0 && w.nserials != w.nsticks)
		errx(EX_USAGE,
		    "%zu sticks are needed, %zu were named with --usb; no key "
		    "issued",
		    w.nsticks, w.nserials);
	(void)fwrite(w.text, 1, w.len, stdout);
	(void)putchar('\n');
	free(w.text);
	return stage_end();
}
