#include "report/schema.h"

#include "lib/outputs.h"

static void
schema_member(FILE *f, const char *name, const char *value)
{
	(void)fprintf(f, "\"%s\": ", name);
	output_json(f, value);
	(void)fputs(",\n", f);
}

void
schema_begin(FILE *f, const char *name, const char *what, const char *command)
{
	(void)fputs("{\n", f);
	schema_member(f, "$schema",
	    "https://json-schema.org/draft/2020-12/schema");
	(void)fprintf(f, "\"$id\": \"urn:amtbatch:%s\",\n", name);
	schema_member(f, "title", what);
	(void)fprintf(f,
	    "\"description\": \"Written by %s; see report(5).\",\n", command);
}

void
schema_end(FILE *f)
{
	(void)fputs("}\n", f);
}

void
schema_type(FILE *f, enum column_type type)
{
	switch (type) {
	case COLUMN_NUMBER:
		(void)fputs("{\"type\": [\"integer\", \"null\"], "
		            "\"minimum\": 0}",
		    f);
		break;
	case COLUMN_FLAG:
		(void)fputs("{\"type\": [\"boolean\", \"null\"]}", f);
		break;
	case COLUMN_TIME:
		(void)fputs("{\"type\": \"string\", \"pattern\": "
		            "\"^([0-9]{4}-[0-9]{2}-[0-9]{2}T"
		            "[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$\"}",
		    f);
		break;
	case COLUMN_TEXT:
	case COLUMN_SECRET:
		(void)fputs("{\"type\": \"string\"}", f);
		break;
	}
}

static void
schema_choice(FILE *f, const char *column, schema_words *words)
{
	const char *word;

	(void)fputs("{\"enum\": [", f);
	for (size_t i = 0; (word = words(column, i)) != NULL; i++) {
		(void)fputs(i == 0 ? "" : ", ", f);
		output_json(f, word);
	}
	(void)fputs("]}", f);
}

/* What uses a stick: the only column that is an array. */
static void
schema_uses(FILE *f)
{
	static const struct column use[] = {
		{ .name = "device", .type = COLUMN_TEXT },
		{ .name = "how", .type = COLUMN_TEXT },
	};

	(void)fputs("{", f);
	schema_rows(f, use, sizeof(use) / sizeof(use[0]), NULL);
	(void)fputs("}", f);
}

void
schema_object(FILE *f, const struct column *columns, size_t n,
    schema_words *words)
{
	(void)fputs("\"type\": \"object\",\n\"properties\": {", f);
	for (size_t i = 0; i < n; i++) {
		const struct column *c = &columns[i];

		(void)fprintf(f, "%s\"%s\": ", i == 0 ? "\n" : ",\n", c->name);
		if (c == &kind_usb_list.columns[USBLIST_USES])
			schema_uses(f);
		else if (words != NULL && words(c->name, 0) != NULL)
			schema_choice(f, c->name, words);
		else
			schema_type(f, c->type);
	}
	(void)fputs("},\n\"required\": [", f);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(f, "%s\"%s\"", i == 0 ? "" : ", ",
		    columns[i].name);
	(void)fputs("],\n\"additionalProperties\": false", f);
}

void
schema_rows(FILE *f, const struct column *columns, size_t n,
    schema_words *words)
{
	(void)fputs("\"type\": \"array\",\n\"items\": {", f);
	schema_object(f, columns, n, words);
	(void)fputs("}", f);
}

void
schema_list(FILE *f, const struct list *list)
{
	schema_begin(f, list->name, list->what, list->command);
	schema_rows(f, list->kind->columns, list->kind->ncolumns, NULL);
	(void)fputs("\n", f);
	schema_end(f);
}
