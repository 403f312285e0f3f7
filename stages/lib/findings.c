#include "lib/findings.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/kinds.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"

static const char *const words[NFINDINGS] = {
	[FINDING_FILE] = "file",
	[FINDING_SIGNED] = "signed",
	[FINDING_CERT] = "certificate",
	[FINDING_EXPIRED] = "expired",
	[FINDING_ENCRYPTED] = "encrypted",
	[FINDING_LIST] = "list",
	[FINDING_REFUSED] = "refused",
	[FINDING_FAILED] = "failed",
	[FINDING_NEW] = "new",
	[FINDING_SAME] = "same",
	[FINDING_CHANGED] = "changed",
	[FINDING_STORED] = "stored",
	[FINDING_TRIED] = "tried",
};

static FILE *file;            /* NULL: nobody asks */
static struct stream_out out; /* to NULL: nothing found yet */

enum finding
finding_find(const char *word)
{
	enum finding i = 0;

	while (i < NFINDINGS && strcmp(words[i], word) != 0)
		i++;
	return i;
}

/* Records are UTF-8; names of files need not be. */
static const char *
findings_legal(const char *text, char shown[1024])
{
	size_t len = strlen(text);

	if (text_utf8(text, len, NULL) == 0)
		return text;
	text_show(shown, 1024, text, len);
	return shown;
}

static void
add(enum finding what, const char *place, const char *pid, uint64_t number,
    const char *text)
{
	char digits[24], shown[2][1024];
	const char *const fields[FINDINGS_NCOLUMNS] = {
		[FINDINGS_WHAT] = words[what],
		[FINDINGS_PLACE] = findings_legal(place, shown[0]),
		[FINDINGS_PID] = pid,
		[FINDINGS_NUMBER] = digits,
		[FINDINGS_TEXT] = findings_legal(text, shown[1]),
	};

	if (file == NULL)
		return;
	if (out.to == NULL)
		stream_begin_to(&out, &kind_findings, file);
	(void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	stream_write(&out, fields);
}

static void
findings_heard(bool whole, const char *pid, const char *place, const char *why,
    uint64_t n)
{
	add(whole ? FINDING_FAILED : FINDING_REFUSED, place, pid,
	    whole || n == 1 ? 0 : n, why);
	if (whole)
		findings_end();
}

void
findings_begin(const char *path)
{
	if (path == NULL)
		return;
	file = fopen(path, "we");
	if (file == NULL)
		err(EX_CANTCREAT, "%s", path);
	stage_listen(findings_heard);
}

bool
findings_wanted(void)
{
	return file != NULL;
}

void
findings_add(enum finding what, const char *place, uint64_t number,
    const char *text)
{
	add(what, place, "", number, text);
}

void
findings_end(void)
{
	if (file == NULL)
		return;
	stage_tell_rest();
	if (out.to != NULL)
		stream_end(&out, 0);
	if (fclose(file) != 0)
		err(EX_IOERR, "findings");
	file = NULL;
}
