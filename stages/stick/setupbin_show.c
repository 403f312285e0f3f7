#include "stick/setupbin_show.h"

#include <inttypes.h>
#include <string.h>

#include "lib/outputs.h"
#include "stick/setupbin_vars.h"
#include "lib/stage.h"

void
setupbin_show_header(FILE *f, const char *name, const struct setupbin_header *h)
{
	(void)fprintf(f, "%s: setup.bin version %u.%u\n", name, h->major,
	    h->minor);
	(void)fprintf(f, "%8d  file flags        %u (%s)\n", 26, h->flags,
	    h->flags & SETUPBIN_KEEP
	        ? "records are kept: each serves every machine"
	        : "records are consumed: each serves one machine");
	(void)fprintf(f, "%8d  records           %u\n", 28, h->nrecords);
	(void)fprintf(f, "%8d  records consumed  %u\n", 32, h->nconsumed);
	(void)fprintf(f, "%8d  modules          ", 40);
	for (size_t i = 0; i < h->nmodules; i++)
		(void)fprintf(f, " %u", h->modules[i]);
	(void)fputs(h->nmodules == 0 ? " none\n" : "\n", f);
}

void
setupbin_show_record(FILE *f, const struct setupbin_record *r, bool reveal)
{
	char text[SETUPBIN_VAR_TEXT_MAX];

	(void)fprintf(f, "%8zu  record %u: %s%s%s\n",
	    SETUPBIN_RECORD_AT(r->number), r->number,
	    r->valid ? "valid" : "consumed", r->wiped ? ", wiped" : "",
	    r->scrambled ? ", scrambled" : "");
	for (size_t i = 0; i < r->nentries; i++) {
		const struct setupbin_entry *e = &r->entry[i];
		const struct setupbin_var *v =
		    setupbin_var_find(e->module, e->id);

		setupbin_var_format(text, sizeof(text), v, r->body + e->at,
		    e->len, reveal);
		(void)fprintf(f, "%8zu    %u/%-3u %-32s %s\n",
		    setupbin_entry_at(r, e), e->module, e->id,
		    v != NULL ? v->name : "unknown variable", text);
	}
	explicit_bzero(text, sizeof(text));
}

static const char *
setupbin_show_truth(bool is)
{
	return is ? "true" : "false";
}

void
setupbin_show_json_begin(FILE *f, const char *name,
    const struct setupbin_header *h)
{
	(void)fputs("{\"file\": ", f);
	output_json(f, name);
	(void)fprintf(f,
	    ", \"version\": \"%u.%u\", \"kept\": %s, \"records\": %" PRIu32
	    ", \"consumed\": %" PRIu32 ", \"modules\": [",
	    h->major, h->minor, setupbin_show_truth(h->flags & SETUPBIN_KEEP),
	    h->nrecords, h->nconsumed);
	for (size_t i = 0; i < h->nmodules; i++)
		(void)fprintf(f, "%s%u", i == 0 ? "" : ", ", h->modules[i]);
	(void)fputs("], \"record\": [", f);
}

static void
json_place(FILE *f, uint32_t number, bool more)
{
	(void)fprintf(f, "%s\n {\"number\": %" PRIu32 ", \"offset\": %zu, ",
	    more ? "," : "", number, SETUPBIN_RECORD_AT(number));
}

/*
 * A text as it is: what people are shown has \xHH in it, and a program would
 * take that for a part of the password.  Each byte is the character of its
 * code, so that none is lost when it is no ASCII.
 */
static void
json_text(FILE *f, const uint8_t *text, size_t len)
{
	(void)fputc('"', f);
	for (size_t i = 0; i < len; i++)
		if (text[i] == '"' || text[i] == '\\')
			(void)fprintf(f, "\\%c", text[i]);
		else if (text[i] < 0x20 || text[i] > 0x7e)
			(void)fprintf(f, "\\u%04x", text[i]);
		else
			(void)fputc(text[i], f);
	(void)fputc('"', f);
}

static void
json_value(FILE *f, const struct setupbin_var *v, const uint8_t *value,
    size_t len, bool reveal)
{
	char text[SETUPBIN_VAR_TEXT_MAX];

	if (v != NULL && v->type == SETUPBIN_VAR_TEXT &&
	    (reveal || !v->secret)) {
		json_text(f, value, len);
		return;
	}
	setupbin_var_format(text, sizeof(text), v, value, len, reveal);
	output_json(f, text);
	explicit_bzero(text, sizeof(text));
}

static void
json_variable(FILE *f, const struct setupbin_record *r,
    const struct setupbin_entry *e, bool reveal)
{
	const struct setupbin_var *v = setupbin_var_find(e->module, e->id);

	(void)fprintf(f,
	    "{\"id\": \"%u/%u\", \"offset\": %zu, \"name\": ", e->module, e->id,
	    setupbin_entry_at(r, e));
	output_json(f, v != NULL ? v->name : "");
	if (v != NULL && v->type == SETUPBIN_VAR_NUMBER && e->len == v->len_max)
		(void)fprintf(f, ", \"number\": %" PRIu32,
		    setupbin_var_number(r->body + e->at, e->len));
	(void)fputs(", \"value\": ", f);
	json_value(f, v, r->body + e->at, e->len, reveal);
	(void)fputc('}', f);
}

void
setupbin_show_json_record(FILE *f, const struct setupbin_record *r, bool reveal,
    bool more)
{
	json_place(f, r->number, more);
	(void)fprintf(f,
	    "\"valid\": %s, \"wiped\": %s, \"scrambled\": %s, \"variables\": [",
	    setupbin_show_truth(r->valid), setupbin_show_truth(r->wiped),
	    setupbin_show_truth(r->scrambled));
	for (size_t i = 0; i < r->nentries; i++) {
		(void)fputs(i == 0 ? "\n  " : ",\n  ", f);
		json_variable(f, r, &r->entry[i], reveal);
	}
	(void)fputs(r->nentries == 0 ? "]}" : "\n ]}", f);
}

void
setupbin_show_json_refused(FILE *f, uint32_t number, const char *why, bool more)
{
	json_place(f, number, more);
	(void)fputs("\"refused\": ", f);
	output_json(f, why);
	(void)fputc('}', f);
}

void
setupbin_show_json_end(FILE *f)
{
	(void)fputs("\n]}", f);
}

void
setupbin_show_notes(const char *name, const struct setupbin_notes *notes)
{
	size_t n =
	    notes->n < SETUPBIN_NOTES_MAX ? notes->n : SETUPBIN_NOTES_MAX;

	for (size_t i = 0; i < n; i++)
		stage_say(name, notes->note[i].at, "warning: %s",
		    notes->note[i].why);
	if (notes->n > n)
		stage_say(name, notes->note[n - 1].at,
		    "warning: and %zu more of its kind", notes->n - n);
}

void
setupbin_show_variables(FILE *f)
{
	char word[SETUPBIN_VAR_WORD], range[SETUPBIN_VAR_TEXT_MAX], rules[256];
	const struct setupbin_var *v;

	(void)fprintf(f, "%-5s %-5s %s\n", "id", "since", "name");
	for (size_t i = 0; (v = setupbin_var_at(i)) != NULL; i++) {
		char since[16] = "-";

		setupbin_var_word(word, v);
		setupbin_var_range(range, sizeof(range), v);
		setupbin_var_rules(rules, sizeof(rules), v);
		if (v->since_major != 0)
			(void)snprintf(since, sizeof(since), "%u.%u",
			    v->since_major, v->since_minor);
		(void)fprintf(f, "%u/%-3u %-5s %-33s %s%s%s%s\n", v->module,
		    v->id, since, word, range, rules[0] != '\0' ? " (" : "",
		    rules, rules[0] != '\0' ? ")" : "");
	}
}
