#include "hello/hellotext.h"

#include <stdio.h>

#include "base/text.h"
#include "lib/clock.h"

static void
print_window(const struct hellotext *t, const struct hello *h)
{
	unsigned hours = hellotime_window(t->timing, h->version);
	char until[TEXT_TIME];
	int64_t closes, left;

	if (t->received < 0) {
		(void)printf("window   unknown: the capture has no time\n");
		return;
	}
	closes =
	    hellotime_closes(t->timing, h->version, t->received, h->retries);
	left = closes - clock_seconds();
	text_time(until, closes);
	if (left > 0)
		(void)printf("window   closes about %s (%u h), %lld h %02lld "
		             "min from now\n",
		    until, hours, (long long)(left / 3600),
		    (long long)(left / 60 % 60));
	else
		(void)printf("window   closed about %s (%u h)\n", until, hours);
}

static void
print_hashes(const struct hello *h)
{
	struct hello_hash hash;
	size_t at = 0;

	(void)printf("hashes   %zu\n", h->nhashes);
	while (hello_hash(h, &at, &hash)) {
		const char *name = hello_hash_name(&hash);
		char hex[2 * UINT8_MAX + 1];

		text_hex(hex, hash.bytes, hash.len);
		if (name != NULL)
			(void)printf("  %-7s %s\n", name, hex);
		else
			(void)printf("  type%-3u %s\n", (unsigned)hash.type,
			    hex);
	}
}

void
hellotext_print(const struct hellotext *t, const char *from,
    const struct hello *h)
{
	const char *odd = uuid_bad(h->uuid);
	char uuid[UUID_TEXT], received[TEXT_TIME];

	uuid_format(uuid, h->uuid);
	text_time(received, t->received);
	(void)printf("from     %s\nreceived %s\n", from, received);
	if (t->address[0] != '\0')
		(void)printf("address  %s\n", t->address);
	(void)printf("uuid     %s%s%s%s\n", uuid, odd != NULL ? " (" : "",
	    odd != NULL ? odd : "", odd != NULL ? ")" : "");
	(void)printf("version  %u (%s)\n", (unsigned)h->version,
	    h->version == HELLO_PSK ? "PSK" : "PKI");
	(void)printf("password %s\n",
	    h->creds_set ? "was changed" : "factory default");
	(void)printf("retries  %lu", (unsigned long)h->retries);
	if (h->retries > HELLO_RETRIES_USUAL)
		(void)printf(" (more than the usual %d)", HELLO_RETRIES_USUAL);
	(void)putchar('\n');
	print_window(t, h);
	if (h->version == HELLO_PSK)
		(void)printf("pid      %s\n", h->pid);
	else
		print_hashes(h);
	if (h->trailing != 0)
		(void)printf("trailing %zu byte%s after the end\n", h->trailing,
		    h->trailing == 1 ? "" : "s");
	(void)printf("\n");
}
