#include "amt/roots.h"

#include <string.h>

#include "base/text.h"

enum {
	FIRST = 1,
	M2010 = 2,
	AMT11 = 4,
	AMT14 = 8,
};

static const struct root rows[] = {
#define UNKNOWN ""
#define MD2 "md2"
#define MD5 "md5"
#define SHA1 "sha1"
#define SHA256 "sha256"
#define SHA384 "sha384"
#define ROOT(name, bits, signature, expires, lists, sha1, sha256, sha384)      \
	{ name, bits, signature, expires, lists, sha1, sha256, sha384 },
#include "amt/roots.def"
#undef ROOT
};
#define NROWS (sizeof(rows) / sizeof(rows[0]))

const struct root *
roots_find(const uint8_t *sum, size_t len)
{
	char hex[2 * ROOTS_SUM_MAX + 1];

	if (len != 20 && len != 32 && len != 48)
		return NULL;
	text_hex(hex, sum, len);
	for (size_t i = 0; i < NROWS; i++)
		if (strcmp(rows[i].sha1, hex) == 0 ||
		    strcmp(rows[i].sha256, hex) == 0 ||
		    strcmp(rows[i].sha384, hex) == 0)
			return &rows[i];
	return NULL;
}

const struct root *
roots_row(size_t i)
{
	return i < NROWS ? &rows[i] : NULL;
}

/* 11.0 dropped SHA-1 hashes, 11.8.65 and 12.0.32 the roots with small keys
 * (IRG, "Root Certificate Hashes"). */
static enum known
known_in_11_to_13(const struct root *root, const struct release *r)
{
	if ((root->lists & AMT11) == 0)
		return (root->lists & AMT14) != 0 ? KNOWN_MAYBE : KNOWN_NO;
	if (root->bits == 0 || root->bits >= 2048)
		return KNOWN_YES;
	return release_compare(r, 12, 0) < 0 ? KNOWN_MAYBE : KNOWN_NO;
}

/* From 15 on desktops and 16 everywhere, roots that are signed with SHA-1 are
 * of no use whatever the table says (the same). */
static enum known
known_from_14(const struct root *root, const struct release *r)
{
	const struct release_pki *pki = release_pki(r);

	if ((root->lists & AMT14) == 0)
		return KNOWN_NO;
	return strcmp(root->signature, SHA1) == 0 ? pki->sha1 : KNOWN_YES;
}

enum known
roots_known(const struct root *root, const struct release *r)
{
	const struct release_pki *pki = release_pki(r);

	if (pki == NULL || pki->pki == KNOWN_NO)
		return KNOWN_NO;
	if (release_compare(r, 14, 0) >= 0)
		return known_from_14(root, r);
	if (release_compare(r, 11, 0) >= 0)
		return known_in_11_to_13(root, r);
	if ((root->lists & FIRST) != 0)
		return KNOWN_YES;
	if ((root->lists & M2010) != 0 || release_compare(r, 6, 0) >= 0)
		return KNOWN_MAYBE;
	return KNOWN_NO;
}
