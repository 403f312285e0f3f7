/* A key list as XML from raw bytes, in two pieces: every key that comes out
 * keeps the rules, and the pieces change nothing. */
#include "keys/keysxml.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	size_t nkeys, nrefused;
};

static void
promise(bool kept)
{
	if (!kept)
		abort();
}

static void
take(void *arg, const struct keyrow *k, size_t line, const struct fault *bad)
{
	struct seen *s = arg;
	char pid[PID_LEN + 1], pps[PPS_LEN + 1];

	promise(line > 0);
	if (bad != NULL) {
		promise(k->pps[0] == '\0' && k->mebx_next[0] == '\0');
		promise(bad->why[0] != '\0');
		s->nrefused++;
		return;
	}
	s->nkeys++;
	promise(pid_parse(pid, k->pid, strlen(k->pid), NULL) == 0);
	promise(pps_parse(pps, k->pps, strlen(k->pps), NULL) == 0);
	promise(k->mebx_now[0] == '\0' ||
	    password_check_now(k->mebx_now, strlen(k->mebx_now), NULL) == 0);
	promise(k->mebx_next[0] == '\0' ||
	    password_check(k->mebx_next, strlen(k->mebx_next), NULL) == 0);
	promise(strlen(k->note) <= KEYROW_NOTE_MAX);
}

static int
read_in_pieces(struct seen *s, const uint8_t *data, size_t size, size_t first)
{
	struct keysxml *x = keysxml_new(take, s);
	struct fault f = { 0 };
	int ok;

	if (x == NULL)
		exit(1);
	ok = keysxml_feed(x, data, first, &f);
	if (ok == 0)
		ok = keysxml_feed(x, data + first, size - first, &f);
	if (ok == 0)
		ok = keysxml_end(x, &f);
	promise(ok == 0 || f.why[0] != '\0');
	keysxml_free(x);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole = { 0 }, cut = { 0 };
	int ok = read_in_pieces(&whole, data, size, size);

	if (ok == 0) {
		promise(read_in_pieces(&cut, data, size, size / 2) == 0);
		promise(
		    cut.nkeys == whole.nkeys && cut.nrefused == whole.nrefused);
	}
	return 0;
}
