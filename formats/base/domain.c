#include "base/domain.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

#define LABEL_MAX 63

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
check_character(const char *text, size_t at, struct fault *f)
{
	char c = text_lower(text[at]);

	if ((c >= 'a' && c <= 'z') || is_digit(c) || c == '-')
		return 0;
	if (c > ' ' && c <= '~')
		return fault_set(f, at,
		    "name has a character that no host name has (got 0x%02x "
		    "\"%c\" as character %zu)",
		    (unsigned)(unsigned char)c, c, at + 1);
	return fault_set(f, at,
	    "name has a character that no host name has (got 0x%02x as "
	    "character %zu)",
	    (unsigned)(unsigned char)c, at + 1);
}

/* The label text[at..end). */
static int
check_label(const char *text, size_t at, size_t end, struct fault *f)
{
	for (size_t i = at; i < end; i++)
		if (check_character(text, i, f) == -1)
			return -1;
	if (end == at)
		return fault_set(f, at, "name has an empty label");
	if (end - at > LABEL_MAX)
		return fault_set(f, at,
		    "name has a label that is too long (got %zu characters, "
		    "expected at most %d)",
		    end - at, LABEL_MAX);
	if (text[at] == '-' || text[end - 1] == '-')
		return fault_set(f, text[at] == '-' ? at : end - 1,
		    "name has a hyphen at the end of a label");
	return 0;
}

static size_t
label_end(const char *text, size_t at, size_t len)
{
	const char *dot = memchr(text + at, '.', len - at);

	return dot != NULL ? (size_t)(dot - text) : len;
}

static bool
all_digits(const char *text, size_t at, size_t end)
{
	while (at < end && is_digit(text[at]))
		at++;
	return at == end;
}

int
domain_parse(char fqdn[DOMAIN_TEXT], const char *text, size_t len,
    struct fault *f)
{
	size_t at = 0, last, nlabels = 0;

	if (len > 1 && text[len - 1] == '.')
		len--;
	if (len == 0)
		return fault_set(f, 0, "name is empty");
	if (len > DOMAIN_MAX)
		return fault_set(f, DOMAIN_MAX,
		    "name is too long (got %zu characters, expected at most "
		    "%d)",
		    len, DOMAIN_MAX);
	do {
		size_t end = label_end(text, at, len);

		if (check_label(text, at, end, f) == -1)
			return -1;
		nlabels++;
		last = at;
		at = end + 1;
	} while (at <= len);
	if (nlabels < 2)
		return fault_set(f, len,
		    "name has no domain (expected a full name such as "
		    "pc1.example.com)");
	if (all_digits(text, last, len))
		return fault_set(f, last,
		    "name ends in digits only (is this an address?)");
	for (size_t i = 0; i < len; i++)
		fqdn[i] = text_lower(text[i]);
	fqdn[len] = '\0';
	return 0;
}

void
domain_split(char host[DOMAIN_HOST], char domain[DOMAIN_TEXT], const char *fqdn)
{
	size_t n = strcspn(fqdn, ".");

	memcpy(host, fqdn, n);
	host[n] = '\0';
	fqdn += n + (fqdn[n] == '.');
	memcpy(domain, fqdn, strlen(fqdn) + 1);
}
