#include "keys/keylist.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/encoding.h"
#include "base/filekind.h"
#include "keys/keyscsv.h"
#include "keys/keysps.h"
#include "keys/keysxml.h"
#include "base/rowdecor.h"
#include "base/rows.h"
#include "plan/keystate.h"
#include "stick/setupbin.h"
#include "stick/setupbin_psk.h"
#include "stick/setupbin_vars.h"
#include "lib/stage.h"
#include "base/text.h"

/* --- the forms ------------------------------------------------------------ */

#define ROWS                                                                   \
	.count = "", .refused = "rows", .none = "no keys below the header row"

const struct keylist_form keylist_columns = { .name = "columns by header",
	ROWS };
static const struct keylist_form two_columns = { .name = "two columns", ROWS };
/* One more form whose lines are keys is one more row. */
static const struct keylist_form row_forms[] = {
	{ .name = "six columns of SCS",
	    .is = keysps_row,
	    .read = keysps_read,
	    ROWS },
};
#define NROW_FORMS (sizeof(row_forms) / sizeof(row_forms[0]))

/* keylist_read knows these by their first bytes. */
const struct keylist_form keylist_xml = { .name = "XML",
	.count = "",
	.refused = "keys",
	.none = "no keys in it (expected elements <key> with pid and pps)" };
static const struct keylist_form setupbin = { .name = "setup.bin",
	.count = "record ",
	.refused = "keys",
	.none = "no records in it" };
static const struct keylist_form no_list = { .name = "no key list, skipped",
	.count = "",
	.refused = "keys",
	.skipped = true };

/* --- input ---------------------------------------------------------------- */

size_t
keylist_more(struct keylist_input *in)
{
	in->len = members_read(in->m, in->buf, sizeof(in->buf));
	if (in->digest != NULL)
		digest_add(in->digest, in->buf, in->len);
	return in->len;
}

void
keylist_pass_over(struct keylist *l, size_t line, const char *why)
{
	l->form = &no_list;
	/* filekind.h says "is a PDF: ..." */
	stage_say(l->name, line, "notice: skipped: %s",
	    strncmp(why, "is ", 3) == 0 ? why + 3 : why);
}

/* --- CSV ------------------------------------------------------------------ */

/* A row that stands before the header: "sep=;", of Excel. */
static bool
is_prelude(const struct row *row)
{
	return text_same(row->field[0], "sep=") &&
	    (row->nfields == 1 ||
	        (row->nfields == 2 && row->field[1][0] == '\0'));
}

static void
tell_lost(const struct keylist *l, const struct row *row)
{
	const char *name = keyscsv_lost(row);
	char shown[48];

	if (name == NULL)
		return;
	text_show(shown, sizeof(shown), name, strlen(name));
	stage_say(l->name, row->line,
	    "notice: column \"%s\" has no meaning here and is not taken "
	    "(keyscsv(5) has the names)",
	    shown);
}

static void
find_form(struct keylist *l, const struct row *row)
{
	static const char why[] =
	    "not a key list (expected a header row with the columns pid and "
	    "pps, or the six columns "
	    "id,pid,pps,current_password,admin_password,used)";
	struct fault f;

	switch (keyscsv_header(&l->heading, row, &f)) {
	case 1:
		tell_lost(l, row);
		l->form = &keylist_columns;
		return;
	case -1:
		stage_fail(EX_DATAERR, l->name, f.at, "%s", f.why);
	}
	if (keyscsv_pair(&l->heading, row))
		l->form = &two_columns;
	for (size_t i = 0; l->form == NULL && i < NROW_FORMS; i++)
		if (row_forms[i].is(row))
			l->form = &row_forms[i];
	if (l->form != NULL)
		return;
	if (l->in_bundle)
		keylist_pass_over(l, row->line, why);
	else
		stage_fail(EX_DATAERR, l->name, row->line, "%s%s", why,
		    rowdecor_foreign(row));
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct keylist *l = arg;
	struct keyrow k;
	struct fault f;
	int ok;

	if (l->form == NULL) {
		if (bad != NULL)
			stage_fail(EX_DATAERR, l->name, bad->at, "%s",
			    bad->why);
		if (is_prelude(row))
			return;
		find_form(l, row);
		if (l->form == &keylist_columns)
			return;
	}
	if (l->form->skipped)
		return;
	ok = l->form->read != NULL ? l->form->read(&k, row, &f)
	                           : keyscsv_read(&k, &l->heading, row, &f);
	if (bad != NULL || ok == -1)
		l->refused(l->arg, k.pid, bad != NULL ? bad : &f);
	else
		l->took(l->arg, &k, key_state_name(k.used ? KEY_USED : KEY_NEW),
		    row->line);
	explicit_bzero(&k, sizeof(k));
}

static void
parse_rows(struct keylist *l, struct keylist_input *in)
{
	struct rows *r = rows_new(take_row, l);
	uint8_t last = '\n';
	struct fault f;
	int ok = 0;

	if (r == NULL)
		err(EX_OSERR, "%s", l->name);
	for (; ok == 0 && in->len != 0; (void)keylist_more(in)) {
		ok = rows_feed(r, in->buf, in->len, &f);
		last = in->buf[in->len - 1];
	}
	if (ok == 0)
		ok = rows_end(r, &f);
	rows_free(r);
	if (ok == -1)
		stage_fail(EX_DATAERR, l->name, f.at, "%s", f.why);
	/* A password or a name that lost its end may still keep its rules. */
	if (last != '\n' && last != '\r' &&
	    !(l->form != NULL && l->form->skipped))
		stage_say(l->name, 0,
		    "warning: the last line has no line end; was the file cut "
		    "off?");
	if (l->form == NULL)
		stage_fail(EX_DATAERR, l->name, 0, "file is empty");
}

/* --- XML ------------------------------------------------------------------ */

static void
took_xml(void *arg, const struct keyrow *k, size_t line,
    const struct fault *bad)
{
	struct keylist *l = arg;

	if (bad != NULL)
		l->refused(l->arg, k->pid, bad);
	else
		l->took(l->arg, k, key_state_name(k->used ? KEY_USED : KEY_NEW),
		    line);
}

static void
parse_xml(struct keylist *l, struct keylist_input *in)
{
	struct keysxml *x = keysxml_new(took_xml, l);
	struct fault f;
	int ok = 0;

	if (x == NULL)
		err(EX_OSERR, "%s", l->name);
	l->form = &keylist_xml;
	for (; ok == 0 && in->len != 0; (void)keylist_more(in))
		ok = keysxml_feed(x, in->buf, in->len, &f);
	if (ok == 0)
		ok = keysxml_end(x, &f);
	keysxml_free(x);
	if (ok == -1)
		stage_fail(EX_DATAERR, l->name, f.at, "%s", f.why);
}

/* --- setup.bin ------------------------------------------------------------ */

/* The next chunk of 512 bytes, *len less than that only at the end. */
static void
next_chunk(struct keylist_input *in, size_t *at, uint8_t chunk[SETUPBIN_CHUNK],
    size_t *len)
{
	*len = 0;
	while (*len < SETUPBIN_CHUNK) {
		size_t n = in->len - *at;

		if (n == 0) {
			*at = 0;
			if (keylist_more(in) == 0)
				return;
			continue;
		}
		if (n > SETUPBIN_CHUNK - *len)
			n = SETUPBIN_CHUNK - *len;
		memcpy(chunk + *len, in->buf + *at, n);
		*len += n;
		*at += n;
	}
}

/* Of a record that is refused. */
static void
record_pid(char pid[PID_LEN + 1], const struct setupbin_record *r)
{
	const struct setupbin_entry *e = setupbin_record_find(r, SETUPBIN_PID);

	if (e != NULL)
		pid_as_written(pid, (const char *)r->body + e->at, e->len);
}

static void
take_psk(struct keylist *l, const struct setupbin_record *r)
{
	size_t at = SETUPBIN_RECORD_AT(r->number);
	struct setupbin_psk psk;
	/* Reading a file tells what is there; whether a password is one
	 * that the MEBx takes, is asked as of any other list. */
	const struct keyrow_text text = { .pid = psk.pid,
		.pps = psk.pps,
		.mebx_now = psk.mebx_now,
		.mebx_next = psk.mebx_next };
	struct keyrow k = { 0 };
	struct fault f, why;
	int got;

	if (r->wiped) {
		(void)fault_set(&f, at,
		    "record %u is consumed and wiped: which key it was is gone",
		    r->number);
		l->refused(l->arg, "", &f);
		return;
	}
	got = setupbin_psk_get(&psk, r, &f);
	if (got == 1 && keyrow_read(&k, &text, &why) == -1) {
		(void)fault_set(&f, at, "record %u: %s", r->number, why.why);
		l->refused(l->arg, k.pid, &f);
		goto out;
	}
	if (got != 1) {
		(void)fault_set(&why, got == 0 ? at : f.at, "record %u: %s",
		    r->number, got == 0 ? "has no PID and PPS" : f.why);
		record_pid(k.pid, r);
		l->refused(l->arg, k.pid, &why);
		goto out;
	}
	l->took(l->arg, &k, key_state_name(r->valid ? KEY_NEW : KEY_CONSUMED),
	    r->number);
out:
	explicit_bzero(&psk, sizeof(psk));
	explicit_bzero(&k, sizeof(k));
}

static void
parse_setupbin(struct keylist *l, struct keylist_input *in)
{
	uint8_t chunk[SETUPBIN_CHUNK];
	struct setupbin_notes notes = { 0 }; /* setupbin-dump tells them */
	struct setupbin_header h;
	struct setupbin_record r;
	struct fault f;
	size_t at = 0, len;

	l->form = &setupbin;
	next_chunk(in, &at, chunk, &len);
	if (setupbin_header_decode(&h, chunk, len, &notes, &f) == -1)
		stage_fail(EX_DATAERR, l->name, f.at, "%s", f.why);
	for (uint32_t n = 1; n <= h.nrecords; n++) {
		next_chunk(in, &at, chunk, &len);
		if (len < SETUPBIN_CHUNK)
			stage_fail(EX_DATAERR, l->name,
			    SETUPBIN_RECORD_AT(n) + len,
			    "setup.bin ends early (record %u of %u)", n,
			    h.nrecords);
		if (setupbin_record_decode(&r, &h, n, chunk, len, &notes, &f) ==
		    -1)
			l->refused(l->arg, "", &f);
		else
			take_psk(l, &r);
	}
	next_chunk(in, &at, chunk, &len);
	if (len != 0)
		stage_fail(EX_DATAERR, l->name,
		    SETUPBIN_RECORD_AT((size_t)h.nrecords + 1),
		    "bytes left over after the last record (header counts %u)",
		    h.nrecords);
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(chunk, sizeof(chunk));
}

/* --- any of them -----------------------------------------------------------
 */

uint8_t
keylist_first(const struct keylist_input *in)
{
	size_t at = 0;

	if (in->len >= 3 && memcmp(in->buf, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (at < in->len && strchr(" \t\r\n", in->buf[at]) != NULL)
		at++;
	return at < in->len ? in->buf[at] : 0;
}

/* A kind of file that is known and is no list: what comes along in a bundle is
 * skipped. */
static bool
is_other(struct keylist *l, enum filekind kind)
{
	const char *why = filekind_refusal(kind, FILEKIND_BIT(FILEKIND_XML));

	if (why == NULL)
		return false;
	if (!l->in_bundle)
		stage_fail(EX_DATAERR, l->name, 0, "%s", why);
	keylist_pass_over(l, 0, why);
	return true;
}

/* UTF-16 by its mark, and XML: as PowerShell's Out-File writes it.  *kind is
 * that of the text. */
static bool
is_xml16(const struct keylist_input *in, enum filekind *kind)
{
	struct encoding_state from = { 0 };
	char text[ENCODING_ROOM(FILEKIND_LOOK)];
	size_t mark, at = 0, len = in->len;
	bool xml;

	if (!encoding_marked(&from.from, &mark, in->buf, len) ||
	    from.from == ENCODING_UTF8)
		return false;
	len -= mark;
	if (len > FILEKIND_LOOK)
		len = FILEKIND_LOOK;
	len = encoding_next(&from, text, in->buf + mark, len);
	*kind = filekind_of((const uint8_t *)text, len);
	while (
	    at < len && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL)
		at++;
	xml = at < len && text[at] == '<';
	explicit_bzero(text, sizeof(text));
	return xml;
}

void
keylist_read(struct keylist *l, struct keylist_input *in)
{
	enum filekind kind = filekind_of(in->buf, in->len);
	bool xml = keylist_first(in) == '<' || is_xml16(in, &kind);

	l->form = NULL;
	if (setupbin_is(in->buf, in->len))
		parse_setupbin(l, in);
	else if (is_other(l, kind))
		return;
	else if (xml)
		parse_xml(l, in);
	else
		parse_rows(l, in);
}
