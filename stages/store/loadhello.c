#include "store/load.h"

#include <arpa/inet.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "store/heard.h"
#include "lib/stage.h"
#include "base/text.h"
#include "base/uuid.h"

/* hello.h: eight characters on the wire; what is not printable is escaped. */
#define PID_SHOWN 32
/* Room for the texts of hellos that are kept together. */
#define TEXT_CAP (1024 * 1024)

struct crowd {
	struct store *store;
	size_t n;
	struct heard heard[HEARD_MAX];
	size_t len;
	char text[TEXT_CAP]; /* what they borrow */
};

/* A link-local one has its link, as a number: fe80::1%2. */
static bool
is_address(const char *text)
{
	const char *zone = strchr(text, '%');
	size_t n = zone != NULL ? (size_t)(zone - text) : strlen(text);
	uint8_t to[sizeof(struct in6_addr)];
	char host[INET6_ADDRSTRLEN];
	uint64_t link;

	if (n >= sizeof(host))
		return false;
	*(char *)mempcpy(host, text, n) = '\0';
	if (zone != NULL)
		return text_number(&link, zone + 1, UINT32_MAX) == 0 &&
		    inet_pton(AF_INET6, host, to) == 1;
	return inet_pton(AF_INET, host, to) == 1 ||
	    inet_pton(AF_INET6, host, to) == 1;
}

static int
check_hello(struct record *r, struct heard *h, struct fault *f)
{
	char **field = r->field;
	uint8_t uuid[UUID_LEN];

	h->address = field[HELLO_ADDRESS];
	h->pid = field[HELLO_PID];
	h->hashes = field[HELLO_HASHES];
	if (text_untime(&h->received, field[HELLO_RECEIVED]) == -1)
		return fault_set(f, 0,
		    "hello without a time (expected such "
		    "as 2026-11-22T14:20:00Z)");
	if (!is_address(h->address))
		return fault_set(f, 0,
		    "hello without an address: nobody could call the machine "
		    "back");
	if (uuid_parse(uuid, field[HELLO_UUID], strlen(field[HELLO_UUID]), f) ==
	    -1)
		return -1;
	uuid_format(h->uuid, uuid);
	if (text_number(&h->version, field[HELLO_VERSION], 3) == -1 ||
	    h->version < 2)
		return fault_set(f, 0, "hello version is not 2 or 3");
	if (text_number(&h->creds_set, field[HELLO_CREDS_SET], 1) == -1)
		return fault_set(f, 0, "creds_set is not 0 or 1");
	if (text_number(&h->retries, field[HELLO_RETRIES], UINT32_MAX) == -1)
		return fault_set(f, 0, "retries is not a number");
	if (h->version == 2 && h->pid[0] == '\0')
		return fault_set(f, 0, "hello version 2 without a PID");
	if (strlen(h->pid) > (h->version == 2 ? PID_SHOWN : 0))
		return fault_set(f, 0, "PID where none can be");
	return 0;
}

/* In a transaction of its own. */
static void
keep_crowd(void *arg, struct load_count *count)
{
	struct crowd *c = arg;

	heard_keep(c->store, c->heard, c->n, count);
	c->n = 0;
	c->len = 0;
}

static const char *
keep_text(struct crowd *c, const char *text)
{
	size_t n = strlen(text) + 1;
	char *to = c->text + c->len;

	memcpy(to, text, n);
	c->len += n;
	return to;
}

static void
crowd_add(struct crowd *c, const struct heard *h)
{
	struct heard *to = &c->heard[c->n++];

	*to = *h;
	to->address = keep_text(c, h->address);
	to->pid = keep_text(c, h->pid);
	to->hashes = keep_text(c, h->hashes);
	to->place = keep_text(c, h->place);
}

static enum load_verdict
take_hello(void *arg, struct stream_in *in, struct record *r,
    struct load_count *count)
{
	struct crowd *c = arg;
	char place[LOAD_PLACE];
	struct heard h = { .place = place };
	struct fault f;

	load_place(in, r->field[HELLO_FROM], place);
	if (check_hello(r, &h, &f) == -1) {
		stage_refuse(place, 0, "%s", f.why);
		return LOAD_REFUSED;
	}
	if (c->n == HEARD_MAX ||
	    sizeof(c->text) - c->len < RECORD_LINE_MAX + LOAD_PLACE)
		keep_crowd(c, count);
	crowd_add(c, &h);
	return LOAD_LATER;
}

int
load_hello(struct store *s, struct stream_in *in)
{
	struct crowd *c = malloc(sizeof(*c));
	int got;

	if (c == NULL)
		err(EX_OSERR, "%s", in->name);
	c->store = s;
	c->n = c->len = 0; /* the rest, a megabyte, is written before read */
	got = load_journal(s, in, take_hello, keep_crowd, c);
	free(c);
	return got;
}
