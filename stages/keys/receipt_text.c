#include "keys/receipt_parts.h"

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>

#include "lib/outputs.h"
#include "lib/rowfile.h"

/* As openssl x509 -fingerprint shows it. */
static void
text_fingerprint(FILE *f, const char *hex)
{
	for (size_t i = 0; hex[i] != '\0'; i++)
		(void)fprintf(f, "%s%c", i != 0 && i % 2 == 0 ? ":" : "",
		    text_upper(hex[i]));
	(void)fputc('\n', f);
}

static void
text_file(FILE *f, const struct receipt_file *file)
{
	(void)fputs("\nFile     ", f);
	output_plain(f, rowfile_base(file->name));
	(void)fprintf(f, "\n         %" PRIu64 " bytes\n         SHA-256 %s\n",
	    file->size, file->sha256);
	if (file->encrypted)
		(void)fputs("         encrypted\n", f);
	if (file->signer == NULL) {
		(void)fputs("         not signed\n", f);
		return;
	}
	(void)fputs("         signed by ", f);
	output_plain(f, file->signer);
	(void)fprintf(f, "%s\n         certificate SHA-256\n         ",
	    file->expired ? " (certificate has expired)" : "");
	text_fingerprint(f, file->cert);
}

static void
text_outcome(FILE *f, const struct receipt *r)
{
	char *what = NULL;
	int ok = 0;

	switch (r->outcome) {
	case RECEIPT_TAKEN:
		ok = r->nrefused == 0
		    ? asprintf(&what, "taken: all %" PRIu64 " keys",
		          r->nrecords)
		    : asprintf(&what,
		          "taken, but for %" PRIu64 " of %" PRIu64
		          " records, which are refused",
		          r->nrefused, r->nrecords);
		break;
	case RECEIPT_TRIAL:
		ok = asprintf(&what,
		    "tried, nothing was stored: %" PRIu64 " of %" PRIu64
		    " records would be refused",
		    r->nrefused, r->nrecords);
		break;
	case RECEIPT_REFUSED:
		ok = asprintf(&what,
		    "refused as a whole, nothing was stored: %s", r->why);
		break;
	case RECEIPT_UNKNOWN:
		ok = asprintf(&what,
		    "not known: the import came to no end; send the same "
		    "again");
	}
	if (ok == -1)
		err(EX_OSERR, "receipt");
	output_wrapped(f, "Outcome  ", what);
	free(what);
}

static bool
has_counts(const struct receipt *r)
{
	return r->outcome == RECEIPT_TAKEN || r->outcome == RECEIPT_TRIAL;
}

static void
text_counts(FILE *f, const struct receipt *r)
{
	(void)fprintf(f, "\nRecords  %" PRIu64 " in all\n", r->nrecords);
	if (has_counts(r))
		(void)fprintf(f,
		    "         %" PRIu64 " new\n"
		    "         %" PRIu64 " there before\n"
		    "         %" PRIu64
		    " there before, and more is known now\n",
		    r->count[FINDING_NEW], r->count[FINDING_SAME],
		    r->count[FINDING_CHANGED]);
	(void)fprintf(f, "         %" PRIu64 " refused\n", r->nrefused);
}

void
receipt_text_head(FILE *f, const struct receipt *r)
{
	(void)fprintf(f, "Receipt of PID/PPS keys\n\nTime     %s\nSite     ",
	    r->made_at);
	output_plain(f, r->site);
	(void)fprintf(f, "\nBatch    %s\n", r->batch);
	text_outcome(f, r);
	for (size_t i = 0; i < r->nfiles; i++)
		text_file(f, &r->files[i]);
	if (r->nlists != 0)
		(void)fputc('\n', f);
	for (size_t i = 0; i < r->nlists; i++) {
		(void)fputs("List     ", f);
		output_plain(f, receipt_place(r, r->lists[i].place));
		(void)fprintf(f, ": %s, %" PRIu64 " records\n",
		    r->lists[i].form, r->lists[i].nrecords);
	}
	text_counts(f, r);
	if (r->nrefused != 0)
		(void)fputs("\nRefused records\n", f);
}

void
receipt_text_refused(FILE *f, const struct receipt *r, char *const *field)
{
	const char *pid = field[FINDINGS_PID];
	uint64_t more = receipt_more(field);

	(void)fprintf(f, "  %-8s  ", pid[0] != '\0' ? pid : "no PID");
	output_plain(f, receipt_place(r, field[FINDINGS_PLACE]));
	(void)fputs(": ", f);
	if (more != 0)
		(void)fprintf(f, "and %" PRIu64 " more like it: ", more);
	output_plain(f, field[FINDINGS_TEXT]);
	(void)fputc('\n', f);
}
