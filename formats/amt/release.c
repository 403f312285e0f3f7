#include "amt/release.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

static const struct release_pki rows[] = {
#define NO KNOWN_NO
#define MAYBE KNOWN_MAYBE
#define YES KNOWN_YES
#define SHA1 RELEASE_SHA1
#define SHA256 RELEASE_SHA256
#define SHA384 RELEASE_SHA384
#define RELEASE(major, minor, pki, hashes, maybe, min, safe, sha1, domain,     \
    source)                                                                    \
	{ { major, minor }, pki, hashes, maybe, min, safe, sha1, domain,       \
		source },
#include "amt/release.def"
#undef RELEASE
};
#define NROWS (sizeof(rows) / sizeof(rows[0]))

/* One number of a release: 0 and *text behind it, or -1. */
static int
number_read(unsigned *n, const char **text)
{
	const char *p = *text;

	for (*n = 0; *p >= '0' && *p <= '9' && p - *text < 5; p++)
		*n = *n * 10 + (unsigned)(*p - '0');
	if (p == *text)
		return -1;
	*text = p;
	return 0;
}

int
release_parse(struct release *r, const char *text, struct fault *f)
{
	const char *p = text;
	unsigned more;
	char shown[40];
	int ok;

	*r = (struct release){ 0 };
	ok = number_read(&r->major, &p);
	if (ok == 0 && *p == '.') {
		p++;
		ok = number_read(&r->minor, &p);
	}
	while (ok == 0 && *p == '.') {
		p++;
		ok = number_read(&more, &p);
	}
	if (ok == 0 && *p == '\0' && r->major >= 1 && r->major <= 99)
		return 0;
	text_show(shown, sizeof(shown), text, strnlen(text, sizeof(shown)));
	return fault_set(f, 0,
	    "is no AMT release (got \"%s\", expected one like 16.1)", shown);
}

int
release_compare(const struct release *r, unsigned major, unsigned minor)
{
	if (r->major != major)
		return r->major < major ? -1 : 1;
	if (r->minor != minor)
		return r->minor < minor ? -1 : 1;
	return 0;
}

const struct release_pki *
release_pki(const struct release *r)
{
	const struct release_pki *found = NULL;

	for (size_t i = 0; i < NROWS; i++)
		if (release_compare(r, rows[i].from.major,
		        rows[i].from.minor) >= 0)
			found = &rows[i];
	return found;
}

const struct release_pki *
release_pki_row(unsigned i)
{
	return i < NROWS ? &rows[i] : NULL;
}
