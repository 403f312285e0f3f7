#include "keys/packfiles.h"

#include <err.h>
#include <string.h>
#include <sysexits.h>

#include "keys/keysxml_write.h"
#include "lib/outputs.h"
#include "lib/stage.h"

/* Key i of a list is written. */
static void
packfiles_told(uint32_t i)
{
	stage_progress("list", i + 1, "keys written");
}

void
pack_csv(FILE *f, const struct pack *p)
{
	(void)fputs("pid,pps,mebx_now,mebx_next,note\n", f);
	for (uint32_t i = 0; i < p->n; i++) {
		const struct setupbin_psk *k = &p->keys[i].psk;
		const char *note = p->keys[i].note;

		/* A password has no comma and no quote. */
		(void)fprintf(f, "%s,%s,", k->pid, k->pps);
		output_csv(f, k->mebx_now);
		(void)fputc(',', f);
		output_csv(f, k->mebx_next);
		(void)fputc(',', f);
		output_csv(f, note != NULL ? note : "");
		(void)fputc('\n', f);
		packfiles_told(i);
	}
}

static void
packfiles_flush(FILE *f, struct writer *w)
{
	if (writer_done(w) == -1)
		errx(EX_SOFTWARE, "a line of XML is longer than its ceiling");
	(void)fwrite(w->base, 1, w->len, f);
	w->len = 0;
}

void
pack_xml(FILE *f, const struct pack *p)
{
	uint8_t line[KEYSXML_LINE_MAX];
	struct writer w = { .base = line, .cap = sizeof(line) };

	keysxml_put_head(&w, p->batch);
	packfiles_flush(f, &w);
	for (uint32_t i = 0; i < p->n; i++) {
		const struct setupbin_psk *k = &p->keys[i].psk;
		const struct keyrow_text t = { .pid = k->pid,
			.pps = k->pps,
			.mebx_now = k->mebx_now,
			.mebx_next = k->mebx_next,
			.note = p->keys[i].note };

		keysxml_put_key(&w, &t);
		packfiles_flush(f, &w);
		packfiles_told(i);
	}
	keysxml_put_tail(&w);
	packfiles_flush(f, &w);
	explicit_bzero(line, sizeof(line));
}

void
pack_setupbin(FILE *f, const struct pack *p)
{
	const struct setupbin_header h = { .major = 2,
		.nmodules = 2,
		.modules = { 1, 2 },
		.nrecords = p->n };
	struct setupbin_record r;
	struct fault why;
	uint8_t chunk[SETUPBIN_CHUNK];

	if (setupbin_header_encode(chunk, &h, &why) == -1)
		errx(EX_SOFTWARE, "%s", why.why);
	(void)fwrite(chunk, sizeof(chunk), 1, f);
	for (uint32_t i = 0; i < p->n; i++) {
		const struct setupbin_psk *k = &p->keys[i].psk;

		if (setupbin_psk_put(&r, &h, i + 1, k, &why) == -1 ||
		    setupbin_record_encode(chunk, &r, &h, &why) == -1)
			errx(EX_SOFTWARE, "key %s: %s", k->pid, why.why);
		(void)fwrite(chunk, sizeof(chunk), 1, f);
		packfiles_told(i);
	}
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(chunk, sizeof(chunk));
}

/* --- the sheet --------------------------------------------------------- */

/*
 * No card is broken over two pages, no line leaves its card, and 0 is another
 * sign than O in each of the fonts; nothing is fetched from anywhere.
 */
static const char sheet_head[] =
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<style>\n"
    "@page { size: A4; margin: 12mm }\n"
    "body { font: 10pt sans-serif; margin: 0 }\n"
    "h1 { font-size: 13pt }\n"
    ".card { border: 0.3mm solid #000; padding: 3mm 4mm; margin: 0 0 4mm;\n"
    "  break-inside: avoid; page-break-inside: avoid }\n"
    ".card h2 { font-size: 10pt; font-weight: normal; margin: 0 0 2mm }\n"
    "table { border-collapse: collapse }\n"
    "th { font-weight: normal; text-align: left; vertical-align: top;\n"
    "  width: 46mm; padding: 0.3mm 0; white-space: nowrap }\n"
    "td { font: 12pt Consolas, Menlo, \"DejaVu Sans Mono\",\n"
    "  \"Liberation Mono\", monospace; padding: 0.3mm 0;\n"
    "  white-space: pre-wrap; overflow-wrap: anywhere }\n"
    "td.note { font: 10pt sans-serif }\n"
    ".tick { margin: 2mm 0 0 }\n"
    ".tick span { margin-right: 5mm; white-space: nowrap }\n"
    "</style>\n</head>\n<body>\n";

static void
put_cell(FILE *f, const char *name, const char *style, const char *value)
{
	(void)fprintf(f, "<tr><th>%s</th><td%s>", name, style);
	output_html(f, value);
	(void)fputs("</td></tr>\n", f);
}

static void
put_row(FILE *f, const char *name, const char *value)
{
	put_cell(f, name, "", value);
}

static void
put_card(FILE *f, const struct pack *p, uint32_t i)
{
	const struct pack_key *k = &p->keys[i];
	char pid[PID_DASHED], pps[PPS_DASHED];

	pid_format(pid, k->psk.pid);
	pps_format(pps, k->psk.pps);
	(void)fprintf(f, "<section class=\"card\">\n<h2>%u of %u, batch ",
	    i + 1, p->n);
	output_html(f, p->batch);
	(void)fputs("</h2>\n<table>\n", f);
	if (k->note != NULL && k->note[0] != '\0')
		put_cell(f, "Machine", " class=\"note\"", k->note);
	else
		put_row(f, "Name or serial",
		    "________________________________");
	put_row(f, "MEBx password of now", k->psk.mebx_now);
	put_row(f, "New MEBx password", k->psk.mebx_next);
	put_row(f, "PID", pid);
	put_row(f, "PPS", pps);
	(void)fputs("</table>\n<p class=\"tick\"><span>&#9744; password set"
	            "</span> <span>&#9744; PID typed</span> "
	            "<span>&#9744; PPS typed</span> "
	            "<span>&#9744; restarted, on the network</span></p>\n"
	            "</section>\n",
	    f);
	explicit_bzero(pps, sizeof(pps));
}

void
pack_sheet(FILE *f, const struct pack *p)
{
	(void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	            "<meta charset=\"utf-8\">\n<title>Keys of batch ",
	    f);
	output_html(f, p->batch);
	(void)fputs("</title>\n", f);
	(void)fputs(sheet_head, f);
	(void)fputs("<h1>Keys to type into the MEBx: batch ", f);
	output_html(f, p->batch);
	(void)fputs("</h1>\n<p>Each card is good for one machine. PID and "
	            "PPS have capital letters and digits, and may have both O "
	            "and 0. Destroy this sheet when the last box is "
	            "ticked.</p>\n",
	    f);
	for (uint32_t i = 0; i < p->n; i++)
		put_card(f, p, i);
	(void)fputs("</body>\n</html>\n", f);
}
