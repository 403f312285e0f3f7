/*
 * setupbin-make - @keys on stdin, setup.bin with one record a key on stdout.
 *
 * The header comes first and counts the records, and a broken stream must not
 * leave a file that looks good: so keys are kept (108 bytes each, never more
 * than a stick may have) and nothing is written before the last one was
 * checked.  setupbin-dump reads what comes out.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "setupbin.h"
#include "setuppsk.h"
#include "stage.h"
#include "stream.h"
#include "text.h"

/* A PID is eight symbols: its bytes serve as their own hash.  Twice as many
 * places as keys, a power of two. */
#define SEEN (1U << 18)
_Static_assert(SEEN >= 2 * SETUPBIN_RECORDS_MAX, "PIDs need room");

struct keys {
	struct setuppsk *psk;
	uint32_t n;
	uint32_t *seen; /* index + 1 into psk by PID, 0 free */
	struct setupbin_header header;
};

/* Could another machine have this key?  Then it belongs on no stick. */
static bool
is_unused(const char *state)
{
	return strcmp(state, "new") == 0 || strcmp(state, "issued") == 0;
}

static uint32_t
slot(const char pid[PID_LEN])
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (size_t i = 0; i < PID_LEN; i++)
		h = (h ^ (uint8_t)pid[i]) * UINT64_C(1099511628211);
	return (uint32_t)(h >> 40) & (SEEN - 1);
}

/* Remembers the newest key's PID; false when another key has it. */
static bool
is_new_pid(struct keys *keys)
{
	const char *pid = keys->psk[keys->n].pid;
	uint32_t i = slot(pid);

	for (; keys->seen[i] != 0; i = (i + 1) & (SEEN - 1))
		if (strcmp(keys->psk[keys->seen[i] - 1].pid, pid) == 0)
			return false;
	keys->seen[i] = keys->n + 1;
	return true;
}

/* Refuses it by its PID and the place it came from. */
static void
refuse(const struct stream_in *s, const struct record *r, const char *why)
{
	char pid[40], from[200];

	text_show(pid, sizeof(pid), r->field[KEYS_PID],
	    strlen(r->field[KEYS_PID]));
	text_show(from, sizeof(from), r->field[KEYS_FROM],
	    strlen(r->field[KEYS_FROM]));
	stage_refuse(s->name, s->line, "key %s%s%s: %s", pid,
	    from[0] != '\0' ? " from " : "", from, why);
}

static void
take_key(struct keys *keys, const struct stream_in *s, const struct record *r)
{
	struct setuppsk *psk = &keys->psk[keys->n];
	struct fault f;

	if (setuppsk_take(psk, r->field[KEYS_PID], r->field[KEYS_PPS],
	        r->field[KEYS_MEBX_NOW], r->field[KEYS_MEBX_NEXT], &f) == -1)
		refuse(s, r, f.why);
	else if (!is_unused(r->field[KEYS_STATE]))
		refuse(s, r,
		    "a machine may have it already (expected state "
		    "new or issued)");
	else if (!is_new_pid(keys))
		refuse(s, r, "another key of this stick has its PID");
	else
		keys->n++;
}

static void
take_input(int fd, const char *name, void *arg)
{
	struct keys *keys = arg;
	struct stream_in s;
	struct record r;
	int more;

	stream_open(&s, fd, name);
	while ((more = stream_header(&s)) == 1) {
		if (s.kind != &kind_keys)
			stage_fail(EX_DATAERR, name, s.line,
			    "wrong kind of stream (got @%s, expected @keys)",
			    s.kind->name);
		while ((more = stream_next(&s, &r)) == 1) {
			if (keys->n == SETUPBIN_RECORDS_MAX)
				stage_fail(EX_DATAERR, name, s.line,
				    "more keys than a stick may have (expected "
				    "at most %d)",
				    SETUPBIN_RECORDS_MAX);
			take_key(keys, &s, &r);
		}
		if (more == -1)
			break;
		if (s.refused != 0)
			stage_say(name, s.line,
			    "%llu keys were refused before they came here",
			    (unsigned long long)s.refused);
	}
	stream_close(&s);
	if (more == -1)
		exit(EX_DATAERR); /* said by the reader */
}

static void
put(const uint8_t chunk[SETUPBIN_CHUNK])
{
	if (fwrite(chunk, SETUPBIN_CHUNK, 1, stdout) != 1)
		err(EX_IOERR, "standard output");
}

static void
write_file(const struct keys *keys)
{
	struct setupbin_header h = keys->header;
	struct setupbin_record r;
	struct fault f;
	uint8_t chunk[SETUPBIN_CHUNK];

	(void)setvbuf(stdout, NULL, _IOFBF, 128 * SETUPBIN_CHUNK);
	h.nrecords = keys->n;
	if (setupbin_header_encode(chunk, &h, &f) == -1)
		errx(EX_SOFTWARE, "%s", f.why);
	put(chunk);
	for (uint32_t i = 0; i < keys->n; i++) {
		if (setuppsk_put(&r, &h, i + 1, &keys->psk[i], &f) == -1 ||
		    setupbin_record_encode(chunk, &r, &h, &f) == -1)
			errx(EX_SOFTWARE, "key %s: %s", keys->psk[i].pid,
			    f.why);
		put(chunk);
	}
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(chunk, sizeof(chunk));
}

int
main(int argc, char *argv[])
{
	struct keys keys = {
		.header = { .major = 2, .nmodules = 2, .modules = { 1, 2 } }
	};
	int ch;

	stage_begin("[-V 1|2] [file ...]", MAY_READ_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "V:", NULL)) != -1)
		switch (ch) {
		case 'V':
			keys.header.major =
			    (uint8_t)stage_number("-V", optarg, 1, 2);
			break;
		default:
			stage_usage();
		}
	if (isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "setup.bin is binary and holds secrets; it "
		    "does not go to a terminal");
	/* Touched as keys come: a small stick costs a small part of it. */
	keys.psk = calloc(SETUPBIN_RECORDS_MAX, sizeof(*keys.psk));
	keys.seen = calloc(SEEN, sizeof(*keys.seen));
	if (keys.psk == NULL || keys.seen == NULL)
		err(EX_OSERR, "keys");
	stage_confine();
	stage_each_input(argc, argv, take_input, &keys);
	if (stage_refused() != 0)
		warnx("nothing written: %llu of %llu keys were refused",
		    (unsigned long long)stage_refused(),
		    (unsigned long long)(stage_refused() + keys.n));
	else if (keys.n == 0)
		errx(EX_DATAERR, "no keys");
	else
		write_file(&keys);
	explicit_bzero(keys.psk, keys.n * sizeof(*keys.psk));
	free(keys.psk);
	free(keys.seen);
	return stage_end();
}
