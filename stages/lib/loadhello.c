#include "load.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "stage.h"
#include "text.h"
#include "uuid.h"

/* hello.h: eight characters on the wire; what is not printable is escaped. */
#define PID_SHOWN 32
/* Seconds that two clocks may be apart before one of them is wrong. */
#define CLOCKS_APART 60

struct heard {
	int64_t received;
	const char *address;
	char uuid[UUID_TEXT];
	uint64_t version, creds_set, retries;
	const char *pid, *hashes;
	char place[LOAD_PLACE];
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

/* False when it is there already. */
static bool
keep_hello(struct store *s, const struct heard *h)
{
	struct query *q;

	if (h->hashes[0] != '\0') {
		q = store_query(s,
		    "INSERT INTO hash_lists (hashes) VALUES (?) "
		    "ON CONFLICT DO NOTHING");
		query_text(q, 0, h->hashes);
		query_run(q);
	}
	/* Most have none: then nothing is looked up. */
	q = store_query(s,
	    "INSERT INTO hellos VALUES (?, ?, ?, ?, ?, ?, ?, CASE WHEN ?8 <> "
	    "'' THEN (SELECT id FROM hash_lists WHERE hashes = ?8) END, ?9) "
	    "ON CONFLICT DO NOTHING");
	query_text(q, 0, h->uuid);
	query_number(q, 1, h->received);
	query_text(q, 2, h->address);
	query_number(q, 3, (int64_t)h->version);
	query_number(q, 4, (int64_t)h->creds_set);
	query_number(q, 5, (int64_t)h->retries);
	query_text(q, 6, h->pid);
	query_text(q, 7, h->hashes);
	query_text(q, 8, h->place);
	query_run(q);
	return db_changes(s->db) != 0;
}

/* The first eight parameters of both queries below. */
static void
bind_machine(struct query *q, const struct heard *h)
{
	query_text(q, 0, h->uuid);
	query_text(q, 1, h->address);
	query_number(q, 2, (int64_t)h->version);
	query_number(q, 3, (int64_t)h->creds_set);
	query_number(q, 4, (int64_t)h->retries);
	query_text(q, 5, h->pid);
	query_text(q, 6, h->place);
	query_number(q, 7, h->received);
}

/* Makes or counts.  True when it was there already; *set_up when so. */
static bool
count_machine(struct store *s, const struct heard *h, bool *set_up)
{
	struct query *q = store_query(s,
	    "INSERT INTO machines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, "
	    "?8, 1, 'heard', '', '', '', '', 1, 0, 0, 0, NULL, NULL, NULL, "
	    "NULL, NULL) "
	    "ON CONFLICT DO NOTHING");

	bind_machine(q, h);
	query_run(q);
	if (db_changes(s->db) != 0)
		return false;
	q = store_query(s,
	    "UPDATE machines SET hellos = hellos + 1, "
	    "first_heard = min(first_heard, ?2) WHERE uuid = ?1 "
	    "RETURNING state = 'verified'");
	query_text(q, 0, h->uuid);
	query_number(q, 1, h->received);
	*set_up = query_row(q) && query_get_number(q, 0) != 0;
	query_run(q);
	return true;
}

/*
 * The newest hello tells where the machine is.  One with another content, or
 * that begins a series (its retry count is not higher), says that somebody
 * did something: what a sweep gave up on is looked at again.  A hello from
 * the future was dated by a clock that was set back since: it is not newer
 * than one of now.
 */
static void
keep_machine(struct store *s, const struct heard *h)
{
	struct query *q;
	bool set_up;

	if (!count_machine(s, h, &set_up))
		return;
	q = store_query(s,
	    "UPDATE machines SET "
	    "stirred_at = CASE WHEN ?2 <> address OR ?3 <> version OR "
	    "  ?4 <> creds_set OR ?5 <= retries OR ?6 <> pid "
	    "  THEN ?8 ELSE stirred_at END, "
	    "address = ?2, version = ?3, creds_set = ?4, retries = ?5, "
	    "pid = ?6, place = ?7, last_heard = ?8 "
	    "WHERE uuid = ?1 AND (last_heard <= ?8 OR "
	    "  (last_heard > ?9 AND ?8 <= ?9))");
	bind_machine(q, h);
	query_number(q, 8, clock_seconds() + CLOCKS_APART);
	query_run(q);
	if (set_up)
		store_machine_again(s, h->uuid);
}

static enum load_verdict
take_hello(struct store *s, struct stream_in *in, struct record *r)
{
	struct heard h;
	struct fault f;
	char cause[128];

	load_place(in, r->field[HELLO_FROM], h.place);
	if (check_hello(r, &h, &f) == -1) {
		stage_refuse(h.place, 0, "%s", f.why);
		return LOAD_REFUSED;
	}
	if (!keep_hello(s, &h))
		return LOAD_SAME;
	keep_machine(s, &h);
	if (h.pid[0] == '\0')
		return LOAD_NEW;
	(void)snprintf(cause, sizeof(cause), "hello of %s from %s", h.uuid,
	    h.address);
	(void)store_key_on(s, h.pid, KEY_SEEN, h.received, cause);
	return LOAD_NEW;
}

int
load_hello(struct store *s, struct stream_in *in)
{
	return load_journal(s, in, take_hello);
}
