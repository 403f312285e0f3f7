/*
 * The settings that there are, and what each may be.
 */
#include "plan/siteconf.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "hello/hellotime.h"
#include "base/text.h"
#include "base/writer.h"

#define TEXT_BYTES 255

/* A name of a certificate's holder, or of a file, is longer than most texts. */
#define PATH_BYTES (SITECONF_VALUE - 1)

#define STR_(n) #n
#define STR(n) STR_(n)

static const struct siteconf_setting settings[SITECONF_NSETTINGS] = {
	[SITECONF_LISTEN] = { "LISTEN", SITECONF_ADDRESSES, "0.0.0.0:9971", 1,
	    SITECONF_LISTEN_MAX, NULL },
	[SITECONF_PSK_WINDOW_HOURS] = { "PSK_WINDOW_HOURS", SITECONF_NUMBER,
	    STR(HELLOTIME_PSK_HOURS), 1, HELLOTIME_HOURS_MAX, NULL },
	[SITECONF_PKI_WINDOW_HOURS] = { "PKI_WINDOW_HOURS", SITECONF_NUMBER,
	    STR(HELLOTIME_PKI_HOURS), 1, HELLOTIME_HOURS_MAX, NULL },
	[SITECONF_HELLO_SCHEDULE] = { "HELLO_SCHEDULE", SITECONF_SCHEDULE,
	    HELLOTIME_SCHEDULE, 1, HELLOTIME_STEPS, NULL },
	/* A hundred years; 0 is never. */
	[SITECONF_MAP_DAYS] = { "MAP_DAYS", SITECONF_NUMBER, "0", 0, 36500,
	    NULL },
	[SITECONF_PROPS] = { "PROPS", SITECONF_PROGRAM, "", 1, PATH_BYTES,
	    NULL },
	/* 0 would let every program end before it answers. */
	[SITECONF_PROPS_SECONDS] = { "PROPS_SECONDS", SITECONF_NUMBER, "180", 1,
	    3600, NULL },
	[SITECONF_PROPS_AT_ONCE] = { "PROPS_AT_ONCE", SITECONF_NUMBER, "10", 1,
	    100, NULL },
	[SITECONF_SIGNER] = { "SIGNER", SITECONF_PROGRAM, "", 1, PATH_BYTES,
	    NULL },
	[SITECONF_SIGNER_SECONDS] = { "SIGNER_SECONDS", SITECONF_NUMBER, "60",
	    1, 3600, NULL },
	[SITECONF_SIGNER_AT_ONCE] = { "SIGNER_AT_ONCE", SITECONF_NUMBER, "10",
	    1, 100, NULL },
	/* One that ends within 30 days is due already. */
	[SITECONF_CA_DAYS] = { "CA_DAYS", SITECONF_NUMBER, "365", 60, 3650,
	    NULL },
	/* In less there is no time for a report. */
	[SITECONF_SWEEP_SECONDS] = { "SWEEP_SECONDS", SITECONF_NUMBER, "300", 5,
	    86400, NULL },
	[SITECONF_IN_FLIGHT] = { "IN_FLIGHT", SITECONF_NUMBER, "64", 1,
	    SITECONF_FLIGHT_MAX, NULL },
	/* 0: as many as there are. */
	[SITECONF_MAX_PER_SUBNET] = { "MAX_PER_SUBNET", SITECONF_NUMBER, "0", 0,
	    SITECONF_FLIGHT_MAX, NULL },
	/* A year, and what it is compared with. */
	[SITECONF_RUN_DAYS] = { "RUN_DAYS", SITECONF_NUMBER, "400", 1, 36500,
	    NULL },
	[SITECONF_DEVICE_CERTIFICATE] = { "DEVICE_CERTIFICATE", SITECONF_CHOICE,
	    "record", 0, 0, "record on-die" },
	[SITECONF_STICK_VERSION] = { "STICK_VERSION", SITECONF_CHOICE, "2", 0,
	    0, "1 1.0 2 2.0 2.1 3 3.0 4 4.0" },
	[SITECONF_REQUIRE_SIGNED] = { "REQUIRE_SIGNED", SITECONF_CHOICE, "no",
	    0, 0, "yes no" },
	[SITECONF_SITE_NAME] = { "SITE_NAME", SITECONF_TEXT, "", 1, TEXT_BYTES,
	    NULL },
	[SITECONF_SITE_CERT] = { "SITE_CERT", SITECONF_TEXT, "", 1, PATH_BYTES,
	    NULL },
	[SITECONF_SITE_KEY] = { "SITE_KEY", SITECONF_TEXT, "", 1, PATH_BYTES,
	    NULL },
	[SITECONF_BUNDLE_KEY] = { "BUNDLE_KEY", SITECONF_TEXT, "", 1,
	    PATH_BYTES, NULL },
	[SITECONF_BUNDLE_CERT] = { "BUNDLE_CERT", SITECONF_TEXT, "", 1,
	    PATH_BYTES, NULL },
};

const struct siteconf_setting *
siteconf_setting(enum siteconf_id id)
{
	return &settings[id];
}

/* The next word of *list, or NULL. */
static const char *
next_word(const char **list, size_t *len)
{
	const char *word = *list + strspn(*list, " \t");

	*len = strcspn(word, " \t");
	*list = word + *len;
	return *len != 0 ? word : NULL;
}

/* The choices with a word between them. */
static void
join_choices(char *to, size_t cap, const char *choices, const char *between)
{
	struct writer w = { .base = (uint8_t *)to, .cap = cap - 1 };
	const char *word;
	size_t len;

	while ((word = next_word(&choices, &len)) != NULL) {
		if (w.len != 0)
			writer_text(&w, between);
		writer_bytes(&w, word, len);
	}
	to[w.len] = '\0';
}

void
siteconf_range(char to[SITECONF_RANGE], const struct siteconf_setting *s)
{
	switch (s->type) {
	case SITECONF_NUMBER:
		(void)snprintf(to, SITECONF_RANGE, "%u to %u", s->min, s->max);
		break;
	case SITECONF_CHOICE:
		join_choices(to, SITECONF_RANGE, s->choices, " or ");
		break;
	case SITECONF_ADDRESSES:
		(void)snprintf(to, SITECONF_RANGE,
		    "%u to %u addresses with ports", s->min, s->max);
		break;
	case SITECONF_SCHEDULE:
		(void)snprintf(to, SITECONF_RANGE, "%u to %u steps", s->min,
		    s->max);
		break;
	case SITECONF_PROGRAM:
		(void)snprintf(to, SITECONF_RANGE,
		    "an absolute path of up to %u bytes", s->max);
		break;
	case SITECONF_TEXT:
		(void)snprintf(to, SITECONF_RANGE, "up to %u bytes", s->max);
	}
}

void
siteconf_usual(struct siteconf *c)
{
	memset(c, 0, sizeof(*c));
	for (int i = 0; i < SITECONF_NSETTINGS; i++)
		(void)snprintf(c->value[i], SITECONF_VALUE, "%s",
		    settings[i].usual);
}

/* --- what a value may be -------------------------------------------------- */

static int
check_number(char *value, const struct siteconf_setting *s, struct fault *f)
{
	char shown[64];
	uint64_t n;

	if (text_number(&n, value, s->max) == 0 && n >= s->min) {
		/* A shell takes 010 for 8. */
		(void)text_decimal(value, n);
		return 0;
	}
	text_show(shown, sizeof(shown), value, strlen(value));
	return fault_set(f, 0,
	    "%s is not a number in its range (got \"%s\", expected %u to %u)",
	    s->name, shown, s->min, s->max);
}

static int
check_choice(const char *value, const struct siteconf_setting *s,
    struct fault *f)
{
	const char *list = s->choices, *word;
	char shown[64], all[SITECONF_RANGE];
	size_t len;

	while ((word = next_word(&list, &len)) != NULL)
		if (strlen(value) == len && memcmp(value, word, len) == 0)
			return 0;
	text_show(shown, sizeof(shown), value, strlen(value));
	join_choices(all, sizeof(all), s->choices, " nor ");
	return fault_set(f, 0, "\"%s\" for %s is neither %s", shown, s->name,
	    all);
}

/* A number, not a name: nobody is asked for it when the site begins.  A
 * link-local address has its link behind a percent sign. */
static bool
is_address(const char *host, size_t len)
{
	char plain[64];
	struct in6_addr any;
	size_t n = len;

	if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
		const char *link = memchr(host, '%', len);

		n = (link != NULL ? (size_t)(link - host) : len - 1) - 1;
		if (n >= sizeof(plain) || link == host + len - 2)
			return false;
		memcpy(plain, host + 1, n);
		plain[n] = '\0';
		return inet_pton(AF_INET6, plain, &any) == 1;
	}
	if (len >= sizeof(plain))
		return false;
	memcpy(plain, host, len);
	plain[len] = '\0';
	return inet_pton(AF_INET, plain, &any) == 1;
}

static bool
is_endpoint(const char *word, size_t len)
{
	char port[8];
	size_t host = len, n;
	uint64_t number;

	while (host > 0 && word[host - 1] != ':')
		host--;
	n = len - host;
	if (host == 0 || n >= sizeof(port))
		return false;
	memcpy(port, word + host, n);
	port[n] = '\0';
	return is_address(word, host - 1) &&
	    text_number(&number, port, UINT16_MAX) == 0;
}

static int
check_addresses(const char *value, const struct siteconf_setting *s,
    struct fault *f)
{
	const char *word;
	char shown[64];
	uint32_t n = 0;
	size_t len;

	for (; (word = next_word(&value, &len)) != NULL; n++) {
		if (is_endpoint(word, len))
			continue;
		text_show(shown, sizeof(shown), word, len);
		return fault_set(f, 0,
		    "%s has no address with a port in \"%s\" (expected such as "
		    "192.0.2.1:9971 or [::1]:9971)",
		    s->name, shown);
	}
	if (n >= s->min && n <= s->max)
		return 0;
	return fault_set(f, 0, "%s has %u addresses (expected %u to %u)",
	    s->name, n, s->min, s->max);
}

static int
check_schedule(const char *value, const struct siteconf_setting *s,
    struct fault *f)
{
	struct hellotime t;
	struct fault inner;
	char shown[48];

	hellotime_usual(&t);
	if (hellotime_parse(&t, value, &inner) == 0)
		return 0;
	text_show(shown, sizeof(shown), value, strlen(value));
	return fault_set(f, 0, "%s (got \"%s\"): character %zu: %s", s->name,
	    shown, inner.at + 1, inner.why);
}

static int
check_text(const char *value, const struct siteconf_setting *s, struct fault *f)
{
	size_t len = strlen(value);

	if (len > s->max)
		return fault_set(f, 0,
		    "%s is too long (got %zu bytes, expected up to %u)",
		    s->name, len, s->max);
	if (s->type == SITECONF_PROGRAM && value[0] != '/')
		return fault_set(f, 0,
		    "%s is not an absolute path: it begins without /", s->name);
	return 0;
}

int
siteconf_check(char *value, enum siteconf_id id, struct fault *f)
{
	const struct siteconf_setting *s = &settings[id];

	switch (s->type) {
	case SITECONF_NUMBER:
		return check_number(value, s, f);
	case SITECONF_CHOICE:
		return check_choice(value, s, f);
	case SITECONF_ADDRESSES:
		return check_addresses(value, s, f);
	case SITECONF_SCHEDULE:
		return check_schedule(value, s, f);
	default:
		return check_text(value, s, f);
	}
}
