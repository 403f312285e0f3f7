#include "store/sink.h"

#include <stdio.h>

#include "lib/outputs.h"

void
sink_begin(struct sink *s, const struct kind *k)
{
	s->kind = k;
	s->any = false;
	if (s->f == NULL)
		s->f = stdout;
	switch (s->form) {
	case SINK_STREAM:
		stream_begin(&s->stream, k, true); /* masked or asked for */
		break;
	case SINK_CSV:
		for (size_t i = 0; i < k->ncolumns; i++)
			(void)fprintf(s->f, "%s%s", i == 0 ? "" : ",",
			    k->columns[i].name);
		(void)fputc('\n', s->f);
		break;
	case SINK_JSON:
		(void)fputc('[', s->f);
		break;
	case SINK_CALLS:
		break;
	}
}

/* A password has to arrive as it is. */
static void
row_csv(const struct sink *s, const char *const *fields)
{
	for (size_t i = 0; i < s->kind->ncolumns; i++) {
		if (i != 0)
			(void)fputc(',', s->f);
		if (s->kind->columns[i].type == COLUMN_SECRET)
			output_csv(s->f, fields[i]);
		else
			output_csv_guarded(s->f, fields[i]);
	}
	(void)fputc('\n', s->f);
}

static void
row_json(const struct sink *s, const char *const *fields)
{
	(void)fputs(s->any ? ",\n {" : "\n {", s->f);
	for (size_t i = 0; i < s->kind->ncolumns; i++) {
		(void)fprintf(s->f, "%s\"%s\": ", i == 0 ? "" : ", ",
		    s->kind->columns[i].name);
		output_json_field(s->f, s->kind->columns[i].type, fields[i]);
	}
	(void)fputc('}', s->f);
}

void
sink_row(struct sink *s, const char *const *fields)
{
	const char *shown[KIND_COLUMNS_MAX];

	for (size_t i = 0; i < s->kind->ncolumns; i++) {
		shown[i] = fields[i] != NULL ? fields[i] : "";
		if (s->masked && s->kind->columns[i].type == COLUMN_SECRET &&
		    shown[i][0] != '\0')
			shown[i] = "********";
	}
	switch (s->form) {
	case SINK_STREAM:
		stream_write(&s->stream, shown);
		break;
	case SINK_CSV:
		row_csv(s, shown);
		break;
	case SINK_JSON:
		row_json(s, shown);
		break;
	case SINK_CALLS:
		s->fn(s->arg, shown);
		break;
	}
	s->any = true;
}

void
sink_end(struct sink *s)
{
	if (s->form == SINK_STREAM)
		stream_end(&s->stream, 0);
	else if (s->form == SINK_JSON)
		(void)fputs(s->any ? "\n]\n" : "]\n", s->f);
}
