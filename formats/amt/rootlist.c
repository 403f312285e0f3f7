#include "amt/rootlist.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"

static const struct {
	const char *name;
	size_t len;
} kinds[] = { { "sha1:", 20 }, { "sha256:", 32 }, { "sha384:", 48 } };

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

/* One word of len characters. */
static bool
entry_read(struct rootlist_entry *e, const char *word, size_t len)
{
	char hex[2 * ROOTS_SUM_MAX + 1];

	for (size_t i = 0; i < NKINDS; i++) {
		size_t n = strlen(kinds[i].name);

		if (len != n + 2 * kinds[i].len ||
		    memcmp(word, kinds[i].name, n) != 0)
			continue;
		memcpy(hex, word + n, len - n);
		hex[len - n] = '\0';
		return text_unhex(e->sum, sizeof(e->sum), &e->len, hex) == 0;
	}
	return false;
}

bool
rootlist_next(const char **at, struct rootlist_entry *e)
{
	while (**at != '\0') {
		const char *word = *at;
		size_t len = strcspn(word, ",");

		*at += word[len] == ',' ? len + 1 : len;
		if (entry_read(e, word, len))
			return true;
	}
	return false;
}

int
rootlist_rank(const X509 *root, void *list)
{
	const EVP_MD *const digests[NKINDS] = { EVP_sha1(), EVP_sha256(),
		EVP_sha384() };
	uint8_t sums[NKINDS][EVP_MAX_MD_SIZE];
	const char *at = list;
	struct rootlist_entry e;
	int rank = 0;

	for (size_t i = 0; i < NKINDS; i++)
		if (X509_digest(root, digests[i], sums[i], NULL) != 1)
			return 0;
	while (rootlist_next(&at, &e))
		for (size_t i = 0; i < NKINDS; i++)
			if (e.len == kinds[i].len && rank < (int)i + 1 &&
			    memcmp(e.sum, sums[i], e.len) == 0)
				rank = (int)i + 1;
	return rank;
}

uint64_t
rootlist_public(const char *list, size_t *unknown)
{
	struct rootlist_entry e;
	uint64_t set = 0;
	size_t n = 0;

	while (rootlist_next(&list, &e)) {
		const struct root *root = roots_find(e.sum, e.len);
		size_t i = root != NULL ? (size_t)(root - roots_row(0)) : 0;

		if (root != NULL && i < ROOTLIST_ROWS_MAX)
			set |= UINT64_C(1) << i;
		else
			n++;
	}
	if (unknown != NULL)
		*unknown = n;
	return set;
}
