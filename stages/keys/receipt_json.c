#include "keys/receipt_parts.h"

#include <inttypes.h>

#include "lib/outputs.h"
#include "lib/rowfile.h"

static const char *const outcomes[] = { "unknown", "refused", "taken",
	"trial" };

static void
json_text(FILE *f, const char *name, const char *value)
{
	(void)fprintf(f, "\"%s\":", name);
	output_json(f, value);
}

static void
json_file(FILE *f, const struct receipt_file *file)
{
	(void)fputc('{', f);
	json_text(f, "name", rowfile_base(file->name));
	(void)fprintf(f, ",\"size\":%" PRIu64 ",", file->size);
	json_text(f, "sha256", file->sha256);
	(void)fprintf(f, ",\"encrypted\":%s,\"signed\":%s",
	    file->encrypted ? "true" : "false",
	    file->signer != NULL ? "true" : "false");
	if (file->signer != NULL) {
		(void)fputc(',', f);
		json_text(f, "signer", file->signer);
		(void)fputc(',', f);
		json_text(f, "certificate_sha256", file->cert);
		(void)fprintf(f, ",\"certificate_expired\":%s",
		    file->expired ? "true" : "false");
	}
	(void)fputc('}', f);
}

static void
json_list(FILE *f, const struct receipt *r, const struct receipt_list *l)
{
	(void)fputc('{', f);
	json_text(f, "place", receipt_place(r, l->place));
	(void)fputc(',', f);
	json_text(f, "form", l->form);
	(void)fprintf(f, ",\"records\":%" PRIu64 "}", l->nrecords);
}

void
receipt_json_head(FILE *f, const struct receipt *r)
{
	(void)fputs("{\"format\":\"amtbatch-receipt\",\n\"version\":1,\n", f);
	json_text(f, "time", r->made_at);
	(void)fputs(",\n", f);
	json_text(f, "site", r->site);
	(void)fputs(",\n", f);
	json_text(f, "batch", r->batch);
	(void)fputs(",\n", f);
	json_text(f, "outcome", outcomes[r->outcome]);
	(void)fputs(",\n", f);
	json_text(f, "reason", r->why != NULL ? r->why : "");
	(void)fputs(",\n\"files\":[", f);
	for (size_t i = 0; i < r->nfiles; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_file(f, &r->files[i]);
	}
	(void)fputs("],\n\"lists\":[", f);
	for (size_t i = 0; i < r->nlists; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_list(f, r, &r->lists[i]);
	}
	(void)fprintf(f,
	    "],\n\"counts\":{\"records\":%" PRIu64 ",\"new\":%" PRIu64
	    ",\"there_before\":%" PRIu64 ",\"changed\":%" PRIu64
	    ",\"refused\":%" PRIu64 "},\n\"refused\":[",
	    r->nrecords, r->count[FINDING_NEW], r->count[FINDING_SAME],
	    r->count[FINDING_CHANGED], r->nrefused);
}

void
receipt_json_refused(FILE *f, const struct receipt *r, char *const *field)
{
	(void)fputs(r->nwritten != 0 ? ",\n{" : "\n{", f);
	json_text(f, "pid", field[FINDINGS_PID]);
	(void)fputc(',', f);
	json_text(f, "place", receipt_place(r, field[FINDINGS_PLACE]));
	(void)fputc(',', f);
	json_text(f, "reason", field[FINDINGS_TEXT]);
	if (receipt_more(field) != 0)
		(void)fprintf(f, ",\"more\":%" PRIu64, receipt_more(field));
	(void)fputc('}', f);
}
