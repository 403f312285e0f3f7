/*
 * stick-labels - labels for sticks, and lists to tick off, as a page to print.
 *
 * @sticks and @records in, HTML out.  Nothing on it is secret.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/outfile.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "stick/stick_name.h"

#define STICKS_MAX 10000
#define NAMES_MAX 256

struct label {
	char *name, *batch, *records, *made;
	bool any; /* its record is for any number of machines */
	struct target *first, *last; /* records with a machine */
};

struct target {
	char *record, *machine;
	struct target *next;
};

struct labels {
	const char *names[NAMES_MAX]; /* those wanted; none: all */
	size_t nnames;
	struct label *label; /* STICKS_MAX of them */
	size_t n;
};

static char *
labels_copy(const char *s)
{
	char *to = strdup(s);

	if (to == NULL)
		err(EX_OSERR, "labels");
	return to;
}

static bool
is_wanted(const struct labels *l, const char *name)
{
	for (size_t i = 0; i < l->nnames; i++)
		if (strcasecmp(l->names[i], name) == 0)
			return true;
	return l->nnames == 0;
}

/* --- what comes in ------------------------------------------------------- */

static void
take_stick(struct labels *l, const struct stream_in *s, const struct record *r)
{
	if (!is_wanted(l, r->field[STICKS_STICK]))
		return;
	if (l->n == STICKS_MAX)
		stage_fail(EX_DATAERR, s->name, s->line,
		    "too many sticks (expected at most %d)", STICKS_MAX);
	l->label[l->n++] = (struct label){
		.name = labels_copy(r->field[STICKS_STICK]),
		.batch = labels_copy(r->field[STICKS_BATCH]),
		.records = labels_copy(r->field[STICKS_RECORDS]),
		.made = labels_copy(r->field[STICKS_MADE]),
	};
}

/* Records come in the order of their sticks: look at the last one first. */
static void
take_record(struct labels *l, const struct record *r)
{
	struct label *k = NULL;
	struct target *t;

	if (r->field[RECORDS_MACHINE][0] == '\0')
		return;
	for (size_t i = l->n; i > 0 && k == NULL; i--)
		if (strcmp(l->label[i - 1].name, r->field[RECORDS_STICK]) == 0)
			k = &l->label[i - 1];
	if (k == NULL)
		return;
	if (strcmp(r->field[RECORDS_MACHINE], STICK_NAME_ANY) == 0) {
		k->any = true;
		return;
	}
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		err(EX_OSERR, "labels");
	t->record = labels_copy(r->field[RECORDS_RECORD]);
	t->machine = labels_copy(r->field[RECORDS_MACHINE]);
	if (k->first == NULL)
		k->first = t;
	else
		k->last->next = t;
	k->last = t;
}

static void
take_one(const struct stream_in *s, const struct record *r, void *arg)
{
	if (s->kind == &kind_sticks)
		take_stick(arg, s, r);
	else
		take_record(arg, r);
}

static void
take_input(int fd, const char *name, void *arg)
{
	const struct kind *kinds[] = { &kind_sticks, &kind_records };
	struct stream_in s;

	stream_open(&s, fd, name);
	(void)stream_each(&s, kinds, 2, take_one, arg);
	stream_close(&s);
}

/* --- the page ------------------------------------------------------------ */

/* Cards of 63 x 72 mm, nine on a page; nothing is fetched from anywhere. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<title>Labels of sticks</title>\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<style>\n"
    "@page { size: A4; margin: 10mm }\n"
    "body { font: 8.5pt sans-serif; margin: 0; color: #000;\n"
    "  background: #fff }\n"
    "h1 { font-size: 13pt }\n"
    "h2 { font: bold 19pt \"DejaVu Sans Mono\", \"Liberation Mono\",\n"
    "  monospace; margin: 0 0 1mm }\n"
    ".cards { display: flex; flex-wrap: wrap }\n"
    ".card { box-sizing: border-box; width: 63mm; height: 72mm;\n"
    "  border: 0.2mm dashed #000; padding: 3mm; overflow: hidden;\n"
    "  break-inside: avoid; page-break-inside: avoid }\n"
    ".card p { margin: 0 0 1.2mm }\n"
    ".card ol { margin: 0 0 1.2mm; padding-left: 4mm }\n"
    ".list { break-before: page; page-break-before: always }\n"
    "table { border-collapse: collapse; font-size: 10pt }\n"
    "th, td { border: 0.2mm solid #000; padding: 0.8mm 3mm;\n"
    "  text-align: left }\n"
    "td:first-child { text-align: right }\n"
    "thead { display: table-header-group }\n"
    "tr { break-inside: avoid }\n"
    "</style>\n</head>\n<body>\n<div class=\"cards\">\n";

static void
put_card(FILE *f, const struct label *k)
{
	(void)fputs("<section class=\"card\">\n<h2>", f);
	output_html(f, k->name);
	(void)fputs("</h2>\n<p>Batch ", f);
	output_html(f, k->batch);
	(void)fputs(", made ", f);
	/* The day will do. */
	(void)fprintf(f, "%.10s", k->made[0] != '\0' ? k->made : "(not yet)");
	(void)fputs("<br>\n<b>", f);
	output_html(f, k->records);
	(void)fputs(k->any ? " record, for " STICK_NAME_ANY "</b>"
	                   : " records, one machine each</b>",
	    f);
	if (k->first != NULL) {
		(void)fputs("<br>\nfor ", f);
		output_html(f, k->first->machine);
		(void)fputs(" to ", f);
		output_html(f, k->last->machine);
		(void)fputs(", in the order of the list", f);
	}
	(void)fputs("</p>\n<ol>\n<li>Plug it in, switch the machine on.</li>\n"
	            "<li>Answer Y when it found the key.</li>\n"
	            "<li>Switch off when it says so, take the stick out."
	            "</li>\n</ol>\n"
	            "<p>Passwords and keys are on it in clear: bring it back"
	            " today. No other file on it.</p>\n"
	            "<p>Out: ______________________<br>\n"
	            "&#9744; back &#8195; &#9744; collected &#8195; "
	            "&#9744; wiped</p>\n</section>\n",
	    f);
}

/* Machines take records in order: who comes next gets the next name. */
static void
put_list(FILE *f, const struct label *k)
{
	(void)fputs("<section class=\"list\">\n<h1>Stick ", f);
	output_html(f, k->name);
	(void)
	    fputs("</h1>\n<p>Each machine takes the next record: keep to this "
	          "order.</p>\n<table>\n<thead><tr><th>Record</th>"
	          "<th>Machine</th><th>Done</th></tr></thead>\n<tbody>\n",
	        f);
	for (const struct target *t = k->first; t != NULL; t = t->next) {
		(void)fputs("<tr><td>", f);
		output_html(f, t->record);
		(void)fputs("</td><td>", f);
		output_html(f, t->machine);
		(void)fputs("</td><td>&#9744;</td></tr>\n", f);
	}
	(void)fputs("</tbody>\n</table>\n</section>\n", f);
}

static void
put_page(FILE *f, const struct labels *l)
{
	(void)fputs(head, f);
	for (size_t i = 0; i < l->n; i++)
		put_card(f, &l->label[i]);
	(void)fputs("</div>\n", f);
	for (size_t i = 0; i < l->n; i++)
		if (l->label[i].first != NULL)
			put_list(f, &l->label[i]);
	(void)fputs("</body>\n</html>\n", f);
}

static void
write_path(const char *path, const struct labels *l)
{
	struct outfile o;

	if (outfile_open(&o, path, 0644) == -1)
		errx(EX_CANTCREAT, "%s: %s", path, outfile_why());
	put_page(o.f, l);
	if (outfile_commit(&o) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s", path, outfile_why());
}

static void
free_labels(struct labels *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct label *k = &l->label[i];

		while (k->first != NULL) {
			struct target *t = k->first;

			k->first = t->next;
			free(t->record);
			free(t->machine);
			free(t);
		}
		free(k->name);
		free(k->batch);
		free(k->records);
		free(k->made);
	}
	free(l->label);
}

int
main(int argc, char *argv[])
{
	struct labels l = { 0 };
	const char *path = NULL;
	static const struct option longopts[] = {
		{ "stick", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	stage_begin("[-k stick ...] [-o file] [file ...]",
	    MAY_READ_FILES | MAY_WRITE_FILES);
	while ((ch = stage_getopt(argc, argv, "k:o:", longopts)) != -1)
		switch (ch) {
		case 'k':
			if (l.nnames == NAMES_MAX)
				errx(EX_USAGE, "-k: more than %d sticks",
				    NAMES_MAX);
			l.names[l.nnames++] = optarg;
			break;
		case 'o':
			path = outfile_option(optarg);
			break;
		default:
			stage_usage();
		}
	l.label = calloc(STICKS_MAX, sizeof(*l.label));
	if (l.label == NULL)
		err(EX_OSERR, "labels");
	stage_makes(path);
	stage_confine();
	stage_each_input(argc, argv, take_input, &l);
	if (l.n == 0)
		errx(EX_DATAERR, "no such stick");
	if (path != NULL)
		write_path(path, &l);
	else
		put_page(stdout, &l);
	free_labels(&l);
	return stage_end();
}
