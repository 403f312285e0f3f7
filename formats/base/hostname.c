#include "base/hostname.h"

#include <idn2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* What the mapping would drop or change without a trace, or what spreadsheets
 * make of a hyphen: Unicode character names. */
static const struct {
	uint32_t first, last;
	const char *name;
} unseen[] = {
	{ 0x0000, 0x001f, "control character" },
	{ 0x0020, 0x0020, "space" },
	{ 0x007f, 0x009f, "control character" },
	{ 0x00a0, 0x00a0, "no-break space" },
	{ 0x00ad, 0x00ad, "soft hyphen" },
	{ 0x034f, 0x034f, "combining grapheme joiner" },
	{ 0x180b, 0x180e, "Mongolian separator" },
	{ 0x2000, 0x200a, "wide or thin space" },
	{ 0x200b, 0x200b, "zero width space" },
	{ 0x200c, 0x200c, "zero width non-joiner" },
	{ 0x200d, 0x200d, "zero width joiner" },
	{ 0x200e, 0x200f, "direction mark" },
	{ 0x2010, 0x2010, "hyphen that is not ASCII's" },
	{ 0x2011, 0x2011, "non-breaking hyphen" },
	{ 0x2012, 0x2015, "dash" },
	{ 0x2024, 0x2024, "one dot leader" },
	{ 0x2028, 0x202e, "line or direction mark" },
	{ 0x202f, 0x202f, "narrow no-break space" },
	{ 0x205f, 0x205f, "mathematical space" },
	{ 0x2060, 0x206f, "word joiner or direction mark" },
	{ 0x2212, 0x2212, "minus sign" },
	{ 0x3000, 0x3000, "ideographic space" },
	{ 0xfe00, 0xfe0f, "variation selector" },
	{ 0xfeff, 0xfeff, "zero width no-break space" },
	{ 0xfffd, 0xfffd, "replacement for what could not be read" },
	{ 0xe0000, 0xe0fff, "tag" },
};

static const char *
unseen_name(uint32_t c)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (c >= unseen[i].first && c <= unseen[i].last)
			return unseen[i].name;
	return NULL;
}

/* The character of n bytes at s, which is UTF-8. */
static uint32_t
hostname_decode(const char *s, size_t *n)
{
	const uint8_t *p = (const uint8_t *)s;

	if (p[0] < 0x80) {
		*n = 1;
		return p[0];
	}
	*n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	switch (*n) {
	case 2:
		return (uint32_t)(p[0] & 31) << 6 | (p[1] & 63u);
	case 3:
		return (uint32_t)(p[0] & 15) << 12 |
		    (uint32_t)(p[1] & 63) << 6 | (p[2] & 63u);
	default:
		return (uint32_t)(p[0] & 7) << 18 |
		    (uint32_t)(p[1] & 63) << 12 | (uint32_t)(p[2] & 63) << 6 |
		    (p[3] & 63u);
	}
}

/* Every character is one that can be seen. */
static int
check_seen(const char *text, size_t len, struct fault *f)
{
	size_t nth = 1, n;

	for (size_t at = 0; at < len; at += n, nth++) {
		uint32_t c = hostname_decode(text + at, &n);
		const char *name = unseen_name(c);
		char bytes[16] = "";

		if (name == NULL)
			continue;
		for (size_t i = 0; i < n; i++)
			(void)snprintf(bytes + 3 * i, 4, " %02x",
			    (unsigned)(uint8_t)text[at + i]);
		return fault_set(f, at,
		    "name has a %s (U+%04X, bytes%s) as character %zu", name,
		    (unsigned)c, bytes, nth);
	}
	return 0;
}

static bool
is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((uint8_t)text[i] >= 0x80)
			return false;
	return true;
}

/* Has it a label that says it is an A-label? */
static bool
has_alabel(const char *fqdn)
{
	for (const char *p = fqdn; p != NULL; p = strchr(p, '.')) {
		p += *p == '.';
		if (strncmp(p, "xn--", 4) == 0)
			return true;
	}
	return false;
}

/* text by IDNA, which has no NUL. */
static int
to_ascii(char to[4 * DOMAIN_TEXT], const char *text, struct fault *f)
{
	char *made = NULL;
	int rc = idn2_to_ascii_8z(text, &made,
	    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	int n = -1;

	if (rc == IDN2_OK)
		n = snprintf(to, 4 * DOMAIN_TEXT, "%s", made);
	idn2_free(made);
	if (rc != IDN2_OK)
		return fault_set(f, 0, "name breaks IDNA: %s",
		    idn2_strerror(rc));
	if (n < 0 || n >= 4 * DOMAIN_TEXT)
		return fault_set(f, 0, "name is too long");
	return 0;
}

static int
hostname_complete(char fqdn[DOMAIN_TEXT], const char *label, size_t len,
    const char *domain, struct fault *f)
{
	char both[2 * DOMAIN_TEXT];
	int n;

	if (len > 0 && label[len - 1] == '.')
		len--;
	if (len > DOMAIN_MAX)
		len = DOMAIN_MAX;
	n = snprintf(both, sizeof(both), "%.*s.%s", (int)len, label, domain);
	if (domain_parse(fqdn, both, (size_t)n, f) == 0)
		return 0;
	if (f != NULL && f->at > len)
		f->at = len; /* in the domain, which is not of the text */
	return -1;
}

/* ASCII text as a full name. */
static int
hostname_finish(char fqdn[DOMAIN_TEXT], const char *text, size_t len,
    const char *domain, unsigned *how, struct fault *f)
{
	char again[4 * DOMAIN_TEXT];
	struct fault idna;
	size_t label = len;

	if (label > 1 && text[label - 1] == '.')
		label--;
	if (domain != NULL && label != 0 && memchr(text, '.', label) == NULL) {
		*how |= HOSTNAME_COMPLETED;
		if (hostname_complete(fqdn, text, label, domain, f) == -1)
			return -1;
	} else if (domain_parse(fqdn, text, len, f) == -1)
		return -1;
	if (!has_alabel(fqdn))
		return 0;
	if (to_ascii(again, fqdn, &idna) == -1)
		return fault_set(f, 0, "%s", idna.why);
	if (strcmp(again, fqdn) != 0)
		return fault_set(f, 0,
		    "name has an A-label (xn--) that IDNA would not write");
	return 0;
}

int
hostname_read(char fqdn[DOMAIN_TEXT], const char *text, size_t len,
    const char *domain, unsigned *how, struct fault *f)
{
	char plain[4096 + 1], ascii[4 * DOMAIN_TEXT];
	unsigned ignored;

	if (how == NULL)
		how = &ignored;
	*how = 0;
	if (is_ascii(text, len)) {
		if (check_seen(text, len, f) == -1)
			return -1;
		return hostname_finish(fqdn, text, len, domain, how, f);
	}
	if (text_utf8(text, len, f) == -1 || check_seen(text, len, f) == -1)
		return -1;
	if (len >= sizeof(plain))
		return fault_set(f, 0, "name is too long");
	memcpy(plain, text, len);
	plain[len] = '\0';
	if (to_ascii(ascii, plain, f) == -1)
		return -1;
	*how |= HOSTNAME_IDNA;
	if (hostname_finish(fqdn, ascii, strlen(ascii), domain, how, f) == -1) {
		if (f != NULL)
			f->at = 0; /* of the mapped text, not of ours */
		return -1;
	}
	return 0;
}

int
hostname_domain(char domain[DOMAIN_TEXT], const char *text, struct fault *f)
{
	char fqdn[DOMAIN_TEXT];

	text += text[0] == '.';
	if (hostname_read(fqdn, text, strlen(text), NULL, NULL, f) == -1)
		return -1;
	memcpy(domain, fqdn, sizeof(fqdn));
	return 0;
}
