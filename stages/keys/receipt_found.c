#include "keys/receipt_parts.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/rowfile.h"
#include "lib/stage.h"
#include "lib/stream.h"

static void *
array_grow(void *array, size_t n, size_t size)
{
	void *p = reallocarray(array, n + 1, size);

	if (p == NULL)
		err(EX_OSERR, "receipt");
	memset((char *)p + n * size, 0, size);
	return p;
}

static char *
text_copy(const char *s)
{
	char *t = strdup(s);

	if (t == NULL)
		err(EX_OSERR, "receipt");
	return t;
}

/* A place without the folder that a file had here: the sender knows the name
 * alone. */
const char *
receipt_place(const struct receipt *r, const char *place)
{
	for (size_t i = 0; i < r->nfiles; i++) {
		const char *name = r->files[i].name;
		size_t len = strlen(name);

		if (strncmp(place, name, len) == 0 &&
		    (place[len] == ':' || place[len] == '\0'))
			return place + (rowfile_base(name) - name);
	}
	return place;
}

/* How many more there were like a refused record; 0: it is one. */
uint64_t
receipt_more(char *const *field)
{
	uint64_t n = 0;

	(void)text_number(&n, field[FINDINGS_NUMBER], UINT64_MAX);
	return n;
}

static void
take_file(struct receipt *r, const char *name, uint64_t size,
    const char *sha256)
{
	struct receipt_file *f;

	r->files = array_grow(r->files, r->nfiles, sizeof(*r->files));
	f = &r->files[r->nfiles++];
	f->name = text_copy(name);
	f->size = size;
	(void)snprintf(f->sha256, sizeof(f->sha256), "%s", sha256);
}

static void
take_list(struct receipt *r, const char *place, uint64_t n, const char *form)
{
	struct receipt_list *l;

	r->lists = array_grow(r->lists, r->nlists, sizeof(*r->lists));
	l = &r->lists[r->nlists++];
	l->place = text_copy(place);
	l->form = text_copy(form);
	l->nrecords = n;
	r->nrecords += n;
}

/* What is said of a file follows it. */
static void
take_seal(struct receipt *r, enum finding what, const char *text)
{
	struct receipt_file *f;

	if (r->nfiles == 0)
		return;
	f = &r->files[r->nfiles - 1];
	if (what == FINDING_SIGNED) {
		free(f->signer);
		f->signer = text_copy(text);
	} else if (what == FINDING_CERT)
		(void)snprintf(f->cert, sizeof(f->cert), "%s", text);
	else if (what == FINDING_ENCRYPTED)
		f->encrypted = true;
	else
		f->expired = true;
}

static void
take_failure(struct receipt *r, const char *place, const char *why)
{
	if (r->outcome != RECEIPT_UNKNOWN)
		return;
	r->outcome = RECEIPT_REFUSED;
	if (asprintf(&r->why, "%s: %s", receipt_place(r, place), why) == -1)
		err(EX_OSERR, "receipt");
}

void
receipt_add(struct receipt *r, char *const *field)
{
	enum finding what = finding_find(field[FINDINGS_WHAT]);
	const char *place = field[FINDINGS_PLACE], *text = field[FINDINGS_TEXT];
	uint64_t n = 0;

	(void)text_number(&n, field[FINDINGS_NUMBER], UINT64_MAX);
	switch (what) {
	case FINDING_FILE:
		take_file(r, place, n, text);
		break;
	case FINDING_LIST:
		take_list(r, place, n, text);
		break;
	case FINDING_FAILED:
		take_failure(r, place, text);
		break;
	case FINDING_STORED:
	case FINDING_TRIED:
		r->outcome =
		    what == FINDING_STORED ? RECEIPT_TAKEN : RECEIPT_TRIAL;
		break;
	case FINDING_REFUSED:
		r->nrefused += n != 0 ? n : 1;
		break;
	case FINDING_NEW:
	case FINDING_SAME:
	case FINDING_CHANGED:
		r->count[what] += n;
		break;
	case NFINDINGS:
		break; /* of a later version */
	default:
		take_seal(r, what, text);
	}
}

/* One that is cut off was said to be so, and what came of it counts. */
void
receipt_read(int fd, const char *name, void *arg)
{
	const struct kind *wanted = &kind_findings;
	const struct receipt_reading *reading = arg;
	struct stream_in in;
	struct record r;

	stream_open(&in, fd, name);
	/* The file of a program that was killed early may be. */
	in.may_be_empty = fd != STDIN_FILENO;
	while (stream_header(&in) == 1) {
		stream_require(&in, &wanted, 1);
		while (stream_next(&in, &r) == 1)
			reading->each(reading->receipt, r.field);
	}
	if (in.empty)
		exit(stage_status(EX_DATAERR)); /* said by the reader */
	stream_close(&in);
}

void
receipt_free(struct receipt *r)
{
	for (size_t i = 0; i < r->nfiles; i++) {
		free(r->files[i].name);
		free(r->files[i].signer);
	}
	free(r->files);
	for (size_t i = 0; i < r->nlists; i++) {
		free(r->lists[i].place);
		free(r->lists[i].form);
	}
	free(r->lists);
	free(r->why);
}
