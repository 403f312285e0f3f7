#include "check/dhcp.h"

#include <string.h>

#include "base/cursor.h"

/* RFC 2131, figure 1: where the fields lie. */
#define BOOTREQUEST 1
#define BOOTREPLY 2
#define SNAME_LEN 64
#define FILE_LEN 128
#define COOKIE 0x63825363u
#define INFORM_LEN 300 /* some relays drop what is shorter: RFC 1542, 2.1 */

enum {
	OPTION_PAD = 0,
	OPTION_DOMAIN = 15,
	OPTION_OVERLOAD = 52,
	OPTION_TYPE = 53,
	OPTION_WANTED = 55,
	OPTION_END = 255,
};
enum { TYPE_ACK = 5, TYPE_INFORM = 8 };
enum { OVERLOAD_FILE = 1, OVERLOAD_SNAME = 2 };

/* What is read of the options. */
struct options {
	uint8_t type, overload;
	size_t len;
	char domain[LEASE_DOMAIN];
};

static void
writer_u32be(struct writer *w, uint32_t v)
{
	const uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
		(uint8_t)(v >> 8), (uint8_t)v };

	writer_bytes(w, b, sizeof(b));
}

int
dhcp_inform_encode(struct writer *w, const struct dhcp_inform *q)
{
	static const uint8_t wanted[] = { OPTION_TYPE, 1, TYPE_INFORM,
		OPTION_WANTED, 3, OPTION_DOMAIN, 6, 1, OPTION_END };

	writer_u8(w, BOOTREQUEST);
	writer_u8(w, 1); /* Ethernet */
	writer_u8(w, sizeof(q->mac));
	writer_u8(w, 0); /* hops */
	writer_u32be(w, q->xid);
	writer_fill(w, 0, 4); /* seconds, flags */
	writer_bytes(w, q->address, sizeof(q->address));
	writer_fill(w, 0, 12);
	writer_bytes(w, q->mac, sizeof(q->mac));
	writer_fill(w, 0, 16 - sizeof(q->mac) + SNAME_LEN + FILE_LEN);
	writer_u32be(w, COOKIE);
	writer_bytes(w, wanted, sizeof(wanted));
	writer_fill(w, OPTION_PAD, INFORM_LEN - 240 - sizeof(wanted));
	return writer_done(w);
}

/* Parts of an option are put together, RFC 3396. */
static void
domain_add(struct options *o, const uint8_t *value, size_t len)
{
	if (value == NULL || len > sizeof(o->domain) - 1 - o->len)
		return;
	memcpy(o->domain + o->len, value, len);
	o->len += len;
}

static void
options_read(struct options *o, struct cursor *c)
{
	while (cursor_left(c) != 0 && c->why == NULL) {
		uint8_t code = cursor_u8(c), len;
		const uint8_t *value;

		if (code == OPTION_PAD)
			continue;
		if (code == OPTION_END)
			return;
		len = cursor_u8(c);
		value = cursor_take(c, len);
		if (code == OPTION_DOMAIN)
			domain_add(o, value, len);
		else if (value != NULL && len == 1 && code == OPTION_TYPE)
			o->type = value[0];
		else if (value != NULL && len == 1 && code == OPTION_OVERLOAD)
			o->overload = value[0];
	}
}

int
dhcp_reply_decode(struct lease *l, const uint8_t *data, size_t len,
    const struct dhcp_inform *q, struct fault *f)
{
	struct cursor c = { .base = data, .len = len }, sname, file;
	struct options o = { .type = 0 };
	uint8_t op = cursor_u8(&c);
	uint32_t xid;

	*l = (struct lease){ .found = false };
	(void)cursor_take(&c, 3);
	xid = cursor_u32be(&c);
	(void)cursor_take(&c, 36);
	sname = cursor_part(&c, SNAME_LEN);
	file = cursor_part(&c, FILE_LEN);
	if (cursor_u32be(&c) != COOKIE)
		cursor_fail(&c, "no message of DHCP (magic cookie)");
	options_read(&o, &c);
	if (o.overload & OVERLOAD_FILE)
		options_read(&o, &file);
	if (o.overload & OVERLOAD_SNAME)
		options_read(&o, &sname);
	if (cursor_check(&c, f) == -1 || cursor_check(&file, f) == -1 ||
	    cursor_check(&sname, f) == -1)
		return -1;
	if (op != BOOTREPLY || xid != q->xid || o.type != TYPE_ACK)
		return 0;
	l->found = true;
	lease_add(l, o.domain, o.len);
	return 1;
}
