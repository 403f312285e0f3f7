#include "hello/hello.h"

#include <stdio.h>
#include <string.h>

#include "base/cursor.h"

static const struct {
	const char *name;
	uint8_t type;
	uint8_t len;
} types[] = {
	{ "sha1", HELLO_SHA1, 20 },
	{ "sha256", HELLO_SHA256, 32 },
	{ "sha384", HELLO_SHA384, 48 },
};

#define NTYPES (sizeof(types) / sizeof(types[0]))

static int
check_flag(unsigned flag, struct fault *f)
{
	if (flag <= 1)
		return 0;
	return fault_set(f, 0,
	    "not a hello: the first word, admin credentials set, is neither 0 "
	    "nor 1 (got 0x%04x)",
	    flag);
}

static int
check_version(unsigned version, struct fault *f)
{
	if (version == HELLO_PSK || version == HELLO_PKI)
		return 0;
	return fault_set(f, 2,
	    "interface version is not supported (got %u, expected 2 for PSK "
	    "or 3 for PKI)",
	    version);
}

static int
take_header(struct hello *h, struct cursor *c, struct fault *f)
{
	unsigned flag = cursor_u16le(c);

	if (c->why == NULL && check_flag(flag, f) == -1)
		return -1;
	h->creds_set = flag == 1;
	h->version = cursor_u16le(c);
	if (c->why == NULL && check_version(h->version, f) == -1)
		return -1;
	h->retries = cursor_u32le(c);
	cursor_copy(c, h->uuid, sizeof(h->uuid));
	return cursor_check(c, f);
}

/*
 * The check character is not looked at: a PID that no key list has is the
 * planner's matter.  But it must be text to be looked up, and shown, at all.
 */
static bool
is_pid(const char *pid)
{
	for (size_t i = 0; i < HELLO_PID_LEN; i++)
		if (pid[i] <= 0x20 || pid[i] >= 0x7f)
			return false;
	return true;
}

static int
take_pid(struct hello *h, struct cursor *c, struct fault *f)
{
	cursor_copy(c, h->pid, HELLO_PID_LEN);
	h->pid[HELLO_PID_LEN] = '\0';
	if (cursor_check(c, f) == -1)
		return -1;
	if (is_pid(h->pid))
		return 0;
	return fault_set(f, c->at - HELLO_PID_LEN,
	    "PID has bytes that are not characters (got 0x%02x%02x%02x%02x"
	    "%02x%02x%02x%02x)",
	    (uint8_t)h->pid[0], (uint8_t)h->pid[1], (uint8_t)h->pid[2],
	    (uint8_t)h->pid[3], (uint8_t)h->pid[4], (uint8_t)h->pid[5],
	    (uint8_t)h->pid[6], (uint8_t)h->pid[7]);
}

static int
take_hashes(struct hello *h, struct cursor *c, struct fault *f)
{
	size_t n = cursor_u8(c);
	size_t start = c->at;

	for (h->nhashes = 0; c->why == NULL && h->nhashes < n; h->nhashes++) {
		(void)cursor_u8(c); /* the type: whatever it is */
		(void)cursor_take(c, cursor_u8(c));
		if (c->why != NULL)
			return fault_set(f, c->why_at,
			    "count of hashes is larger than the hashes "
			    "present (got %zu, count says %zu)",
			    h->nhashes, n);
	}
	if (cursor_check(c, f) == -1)
		return -1;
	if (c->at > HELLO_MAX)
		return fault_set(f, HELLO_MAX, "longer than %d bytes",
		    HELLO_MAX);
	h->list_len = c->at - start;
	memcpy(h->list, c->base + start, h->list_len);
	return 0;
}

int
hello_decode(struct hello *h, const uint8_t *buf, size_t len, struct fault *f)
{
	struct cursor c = { .base = buf, .len = len };
	int rc;

	h->pid[0] = '\0';
	h->nhashes = 0;
	h->list_len = 0;
	if (take_header(h, &c, f) == -1)
		return -1;
	if (h->version == HELLO_PSK)
		rc = take_pid(h, &c, f);
	else
		rc = take_hashes(h, &c, f);
	h->trailing = cursor_left(&c);
	return rc;
}

/* Refuses at the first byte that cannot be: a scanner's "GET" is gone with
 * its first segment, however short. */
static int
check_start(const uint8_t *buf, size_t len, struct fault *f)
{
	unsigned flag = len > 0 ? buf[0] : 0;
	unsigned version = HELLO_PSK;

	if (len > 1)
		flag |= (unsigned)buf[1] << 8;
	if (check_flag(flag, f) == -1)
		return -1;
	if (len > 2)
		version = buf[2];
	if (len > 3)
		version |= (unsigned)buf[3] << 8;
	return check_version(version, f);
}

/* Where the list that follows the PKI header ends, as far as it is here. */
static enum hello_so_far
list_end(const uint8_t *buf, size_t len, size_t *end, struct fault *f)
{
	for (unsigned left = buf[HELLO_PKI_MIN - 1]; left > 0; left--) {
		if (*end + 2 <= len)
			*end += 2U + buf[*end + 1];
		else
			*end += 2;
		if (*end > HELLO_MAX) {
			(void)fault_set(f, HELLO_MAX, "longer than %d bytes",
			    HELLO_MAX);
			return HELLO_NOISE;
		}
		if (*end > len)
			return HELLO_MORE;
	}
	return HELLO_WHOLE;
}

enum hello_so_far
hello_complete(const uint8_t *buf, size_t len, size_t *n, struct fault *f)
{
	enum hello_so_far so_far = HELLO_WHOLE;
	size_t end = HELLO_PKI_MIN;

	if (check_start(buf, len, f) == -1)
		return HELLO_NOISE;
	if (len > 2 && buf[2] == HELLO_PSK)
		end = HELLO_PSK_LEN;
	if (len < end)
		return HELLO_MORE;
	if (buf[2] == HELLO_PKI)
		so_far = list_end(buf, len, &end, f);
	if (so_far == HELLO_WHOLE)
		*n = end;
	return so_far;
}

void
hello_encode(struct writer *w, const struct hello *h)
{
	writer_u16le(w, h->creds_set ? 1 : 0);
	writer_u16le(w, h->version);
	writer_u32le(w, h->retries);
	writer_bytes(w, h->uuid, sizeof(h->uuid));
	if (h->version == HELLO_PSK) {
		writer_bytes(w, h->pid, HELLO_PID_LEN);
		return;
	}
	writer_u8(w, (uint8_t)h->nhashes);
	writer_bytes(w, h->list, h->list_len);
}

bool
hello_hash(const struct hello *h, size_t *at, struct hello_hash *hash)
{
	if (*at >= h->list_len)
		return false;
	hash->type = h->list[*at];
	hash->len = h->list[*at + 1];
	hash->bytes = h->list + *at + 2;
	*at += 2U + hash->len;
	return true;
}

const char *
hello_hash_name(const struct hello_hash *hash)
{
	for (size_t i = 0; i < NTYPES; i++)
		if (types[i].type == hash->type && types[i].len == hash->len)
			return types[i].name;
	return NULL;
}

void
hello_hashes_format(char text[HELLO_HASHES_TEXT], const struct hello *h)
{
	struct writer w = { .base = (uint8_t *)text, .cap = HELLO_HASHES_TEXT };
	struct hello_hash hash;
	size_t at = 0;

	while (hello_hash(h, &at, &hash)) {
		const char *name = hello_hash_name(&hash);
		char number[8], hex[2 * UINT8_MAX + 1];

		(void)snprintf(number, sizeof(number), "type%u",
		    (unsigned)hash.type);
		text_hex(hex, hash.bytes, hash.len);
		if (w.len != 0)
			writer_u8(&w, ',');
		writer_text(&w, name != NULL ? name : number);
		writer_u8(&w, ':');
		writer_text(&w, hex);
	}
	writer_u8(&w, '\0');
}

/* The type of hash that has this name of n characters; -1 if not found.  *len
 * is the length that it demands, or 0 for any. */
static int
type_of(const char *name, size_t n, size_t *len)
{
	char digits[4];
	uint64_t type;

	*len = 0;
	for (size_t i = 0; i < NTYPES; i++)
		if (strlen(types[i].name) == n &&
		    memcmp(types[i].name, name, n) == 0) {
			*len = types[i].len;
			return types[i].type;
		}
	if (n < 5 || n > 7 || memcmp(name, "type", 4) != 0)
		return -1;
	memcpy(digits, name + 4, n - 4);
	digits[n - 4] = '\0';
	return text_number(&type, digits, UINT8_MAX) == 0 ? (int)type : -1;
}

/* One "sha256:HEX" of n characters, at offset at of the whole text. */
static int
parse_hash(struct hello *h, const char *text, size_t n, size_t at,
    struct fault *f)
{
	const char *colon = memchr(text, ':', n);
	char hex[2 * UINT8_MAX + 1];
	uint8_t *entry = h->list + h->list_len;
	size_t room = HELLO_LIST_MAX - h->list_len;
	size_t name, want, len;
	int type;

	name = colon != NULL ? (size_t)(colon - text) : n;
	type = colon != NULL ? type_of(text, name, &want) : -1;
	if (type == -1)
		return fault_set(f, at,
		    "not a hash (expected sha1:, sha256:, sha384: or typeN: "
		    "and hexadecimal digits)");
	n -= name + 1;
	if (n >= sizeof(hex) || n / 2 + 2 > room || h->nhashes == UINT8_MAX)
		return fault_set(f, at,
		    "too many or too long hashes for a hello");
	memcpy(hex, colon + 1, n);
	hex[n] = '\0';
	if (text_unhex(entry + 2, UINT8_MAX, &len, hex) == -1 ||
	    (want != 0 && len != want))
		return fault_set(f, at,
		    "hash is not %s%zu hexadecimal digits (got %zu characters)",
		    want != 0 ? "" : "an even number up to ",
		    want != 0 ? 2 * want : (size_t)2 * UINT8_MAX, n);
	entry[0] = (uint8_t)type;
	entry[1] = (uint8_t)len;
	h->list_len += 2 + len;
	h->nhashes++;
	return 0;
}

int
hello_hashes_parse(struct hello *h, const char *text, struct fault *f)
{
	const char *p = text;

	h->nhashes = 0;
	h->list_len = 0;
	while (*p != '\0') {
		size_t n = strcspn(p, ",");

		if (parse_hash(h, p, n, (size_t)(p - text), f) == -1)
			return -1;
		p += n;
		if (*p == ',' && *++p == '\0')
			return fault_set(f, (size_t)(p - text),
			    "nothing after the last comma");
	}
	return 0;
}

void
hello_put(struct hello_text *t, const char *fields[HELLO_NCOLUMNS],
    const struct hello *h)
{
	uuid_format(t->uuid, h->uuid);
	(void)text_decimal(t->version, h->version);
	(void)text_decimal(t->creds_set, h->creds_set);
	(void)text_decimal(t->retries, h->retries);
	memcpy(t->pid, h->pid, sizeof(t->pid));
	hello_hashes_format(t->hashes, h);
	fields[HELLO_UUID] = t->uuid;
	fields[HELLO_VERSION] = t->version;
	fields[HELLO_CREDS_SET] = t->creds_set;
	fields[HELLO_RETRIES] = t->retries;
	fields[HELLO_PID] = t->pid;
	fields[HELLO_HASHES] = t->hashes;
}

static int
get_pid(struct hello *h, const char *pid, struct fault *f)
{
	size_t n = strlen(pid);

	h->pid[0] = '\0';
	if (h->version == HELLO_PKI)
		return n == 0 ? 0
		              : fault_set(f, 0, "a version 3 hello has no PID");
	if (n != HELLO_PID_LEN || !is_pid(pid))
		return fault_set(f, 0,
		    "PID is not 8 characters without space (got %zu)", n);
	memcpy(h->pid, pid, HELLO_PID_LEN + 1);
	return 0;
}

int
hello_get(struct hello *h, const struct record *r, struct fault *f)
{
	const char *uuid = r->field[HELLO_UUID];
	uint64_t n;

	h->trailing = 0;
	if (uuid_parse(h->uuid, uuid, strlen(uuid), f) == -1)
		goto unnumbered;
	if (text_number(&n, r->field[HELLO_VERSION], HELLO_PKI) == -1 ||
	    n < HELLO_PSK)
		return fault_set(f, 0, "version is neither 2 nor 3");
	h->version = (uint16_t)n;
	if (text_number(&n, r->field[HELLO_CREDS_SET], 1) == -1)
		return fault_set(f, 0, "creds_set is neither 0 nor 1");
	h->creds_set = n == 1;
	if (text_number(&n, r->field[HELLO_RETRIES], UINT32_MAX) == -1)
		return fault_set(f, 0, "retries is not a number of 32 bits");
	h->retries = (uint32_t)n;
	if (get_pid(h, r->field[HELLO_PID], f) == -1)
		return -1;
	if (hello_hashes_parse(h, r->field[HELLO_HASHES], f) == -1)
		goto unnumbered;
	if (h->version == HELLO_PSK && h->nhashes != 0)
		return fault_set(f, 0, "a version 2 hello has no hashes");
	return 0;
unnumbered:
	if (f != NULL)
		f->at = 0; /* an offset in a column is no place in a stream */
	return -1;
}
