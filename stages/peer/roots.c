#include "peer/pki.h"

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/pem.h>

#include "base/text.h"

#define OWN_MAX 8

/*
 * Public roots in firmware, by release: five SHA-1 hashes at first, more of
 * them from 6.0, only SHA-256 from 11, another set from 14.  Fingerprints of
 * the certificates in Mozilla's bundles.
 */
static const struct public_root {
	const char *sha1, *sha256;
	unsigned from, to; /* major releases */
} public_roots[] = {
	/* VeriSign Class 3 Public Primary CA (G1, older copy) */
	{ "742c3192e607e424eb4549542be1bbc53e6174e2",
	    "e7685634efacf69ace939a6b255b7b4fabef42935b50a265acb5cb6027e44e70",
	    2, 11 },
	/* VeriSign Class 3 Public Primary CA (G1, re-signed) */
	{ "a1db6393916f17e4185509400415c70240b0ae6b",
	    "a4b6b3996fc2f306b3fd8681bd63413d8c5009cc4fa329c2ccf0e2fa1b140305",
	    6, 11 },
	/* VeriSign Class 3 Public Primary CA - G2 */
	{ "85371ca6e550143dce2803471bde3a09e8f8770f",
	    "83ce3c1229688a593d485f81973c0f9195431eda37cc5e36430e79c7a888638b",
	    6, 11 },
	/* VeriSign Class 3 Public Primary CA - G3 */
	{ "132d0d45534b6997cdb2d5c339e25576609b5cc6",
	    "eb04cf5eb1f39afa762f2bb120f296cba520c1b97db1589565b81cb9a17b7244",
	    2, 13 },
	/* VeriSign Class 3 Public Primary CA - G5 */
	{ "4eb6d578499b1ccf5f581ead56be3d9b6744a5e5",
	    "9acfab7e43c8d880d06b262a94deeee4b4659989c3d0caf19baf6405e41ab7df",
	    6, 99 },
	/* VeriSign Universal Root CA */
	{ "3679ca35668772304d30a5fb873b0fa77bb70d54",
	    "2399561127a57125de8cefea610ddf2fa078b5c8067f4e828290bfb860e84b3c",
	    6, 99 },
	/* Go Daddy Class 2 CA */
	{ "2796bae63f1801e277261ba0d77770028f20eee4",
	    "c3846bf24b9e93ca64274c0ec67c1ecc5e024ffcacd2d74019350e81fe546ae4",
	    2, 99 },
	/* Go Daddy Root CA - G2 */
	{ "47beabc922eae80e78783462a79f45c254fde68b",
	    "45140b3247eb9cc8c5b4f0d7b53091f73292089e6e5a63e2749dd3aca9198eda",
	    11, 99 },
	/* Comodo AAA Certificate Services */
	{ "d1eb23a46d17d68fd92564c2f1f1601764d8e349",
	    "d7a7a0fb5d7e2731d771e9484ebcdef71d5f0c3e0a2948782bc83ee0ea699ef4",
	    2, 99 },
	/* Starfield Class 2 CA */
	{ "ad7e1c28b064ef8f6003402014c3d0e3370eb58a",
	    "1465fa205397b876faa6f0a9958e5590e40fcc7faa4fb7c2c8677521fb5fb658",
	    2, 99 },
	/* Starfield Root CA - G2 */
	{ "b51c067cee2b0c3df855ab2d92f4fe39d4e70f0e",
	    "2ce1cb0bf9d2f9e102993fbe215152c3b2dd0cabde1c68e5319b839154dbb7f5",
	    11, 99 },
	/* GTE CyberTrust Global Root */
	{ "97817950d81c9670cc34d809cf794431367ef474",
	    "a53125188d2110aa964b02c7b7c6da3203170894e5fb71fffb6667d5e6810a36",
	    6, 13 },
	/* Baltimore CyberTrust Root */
	{ "d4de20d05e66fc53fe1a50882c78db2852cae474",
	    "16af57a9f676b0ab126095aa5ebadef22ab31119d644ac95cd4b93dbf3f26aeb",
	    6, 99 },
	/* Cybertrust Global Root */
	{ "5f43e5b1bff8788cac1cc7ca4a9ac6222bcc34c6",
	    "960adf0063e96356750c2965dd0a0867da0b9cbd6e77714aeafb2349ab393da3",
	    6, 99 },
	/* Entrust.net CA (2048) */
	{ "503006091d97d4f5ae39f7cbe7927d7d652d3431",
	    "6dc47172e01cbcb0bf62580d895fe2b8ac9ad4f873801e0c10b9c837d21eb177",
	    6, 99 },
	/* Entrust Root CA */
	{ "b31eb1b740e36c8402dadc37d44df5d4674952f9",
	    "73c176434f1bc6d5adf45b0e76e727287c8de57616c1e6e6141a2b2cbc7d8e4c",
	    6, 99 },
	/* Entrust Root CA - G2 */
	{ "8cf427fd790c3ad166068de81e57efbb932272d4",
	    "43df5774b03e7fef5fe40d931a7bedf1bb2e6b42738c4e6d3841103d3aa7f339",
	    11, 99 },
	/* AffirmTrust Premium */
	{ "d8a6332ce0036fb185f6634f7d6a066526322827",
	    "70a73f7f376b60074248904534b11482d5bf0e698ecc498df52577ebf2e93b9a",
	    11, 99 },
	/* DigiCert Global Root CA */
	{ "a8985d3a65e5e5c4b2d7d66d40c6dd2fb19c5436",
	    "4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161",
	    14, 99 },
	/* DigiCert Global Root G2 */
	{ "df3c24f9bfd666761b268073fe06d1cc8d4f82a4",
	    "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f",
	    14, 99 },
	/* DigiCert Global Root G3 */
	{ "7e04de896a3e666d00e687d33ffad93be83d349e",
	    "31ad6648f8104138c738f39ea4320133393e3a18cc02296ef97c2ac9ef6731d0",
	    14, 99 },
	/* DigiCert Trusted Root G4 */
	{ "ddfb16cd4931c973a2037d3fc83a4d7d775d05e4",
	    "552f7bdcf1a7af9e6ce672017f4f12abf77240c78e761ac203d1d9d20ac89988",
	    14, 99 },
	/* GlobalSign Root R3 */
	{ "d69b561148f01c77c54578c10926df5b856976ad",
	    "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b",
	    14, 99 },
	/* GlobalSign ECC Root R5 */
	{ "1f24c630cda418ef2069ffad4fdd5f463a1b69aa",
	    "179fbc148a3dd00fd24ea13458cc43bfa7f59c8182d783a513f6ebec100c8924",
	    14, 99 },
	/* GlobalSign Root R6 */
	{ "8094640eb5a7a1ca119c1fddd59f810263a7fbd1",
	    "2cabeafe37d06ca22aba7391c0033d25982952c453647349763a3ab5ad6ccf69",
	    14, 99 },
	/* Verizon Global Root CA, as its hash is believed to be */
	{ "",
	    "68ad50909b04363c605ef13581a939ff2c96372e3f12325b0a6861e1d59f6603",
	    11, 99 },
	/* seen in hellos, of unknown certificates */
	{ "",
	    "67540a47aa5b9f34570a99723cfefa96a96ee3f0d9b8bf4def9440b8065d665d",
	    14, 99 },
	{ "",
	    "7224395222cd588c4f2683716922addb41e39b581ac34fa87b39efa896fbb39e",
	    14, 99 },
	{ "",
	    "a267c480b0b29056eb5e8aa7c93add804f5a7df516e969e77bcacafe8d456079",
	    14, 99 },
};
#define NPUBLIC (sizeof(public_roots) / sizeof(public_roots[0]))

static struct own_root {
	struct root_hash hash[3]; /* of SHA-1, SHA-256, SHA-384 */
} own[OWN_MAX];
static size_t nown;

static void
own_add(X509 *root)
{
	const EVP_MD *const kinds[] = { EVP_sha1(), EVP_sha256(),
		EVP_sha384() };

	for (unsigned i = 0; i < 3; i++) {
		struct root_hash *h = &own[nown].hash[i];
		unsigned len = 0;

		if (X509_digest(root, kinds[i], h->hash, &len) != 1)
			errx(EX_SOFTWARE, "cannot hash a root");
		h->type = (uint8_t)(HASH_SHA1 + i);
		h->len = (uint8_t)len;
	}
	nown++;
}

void
roots_read(const char *path)
{
	FILE *in = fopen(path, "r");
	X509 *root;

	if (in == NULL)
		err(EX_NOINPUT, "%s", path);
	while ((root = PEM_read_X509(in, NULL, NULL, NULL)) != NULL) {
		if (nown == OWN_MAX)
			errx(EX_DATAERR, "%s: more than %d roots", path,
			    OWN_MAX);
		own_add(root);
		X509_free(root);
	}
	fclose(in);
	if (nown == 0)
		errx(EX_DATAERR, "%s: no certificate in it", path);
}

void
roots_free(void)
{
	nown = 0;
}

static size_t
hash_add(struct root_hash *to, size_t n, const char *hex)
{
	size_t len = strlen(hex) / 2;

	if (n == ROOTS_MAX || len == 0)
		return n;
	to[n].type = len == 20 ? HASH_SHA1
	    : len == 32        ? HASH_SHA256
	                       : HASH_SHA384;
	to[n].len = (uint8_t)len;
	for (size_t i = 0; i < len; i++) {
		unsigned byte = 0;

		sscanf(hex + 2 * i, "%2x", &byte);
		to[n].hash[i] = (uint8_t)byte;
	}
	return n + 1;
}

/* Which algorithm first appears where is not public for SHA-256 before 11;
 * here 6.0, as the table of releases believes. */
static bool
has_type(const struct machine *m, unsigned type)
{
	switch (type) {
	case HASH_SHA1:
		return m->major < 11;
	case HASH_SHA256:
		return m->major >= 6 && m->major < 22;
	default:
		return m->major >= 15;
	}
}

/* HEX+HEX */
static size_t
roots_named(struct root_hash to[ROOTS_MAX], const char *list)
{
	char hex[97];
	size_t n = 0, len;

	for (; *list != '\0'; list += len + (list[len] == '+')) {
		len = strcspn(list, "+");
		snprintf(hex, sizeof(hex), "%.*s", (int)len, list);
		n = hash_add(to, n, hex);
	}
	return n;
}

size_t
roots_list(struct root_hash to[ROOTS_MAX], const struct machine *m)
{
	size_t n = 0;

	if (m->faults.roots[0] != '\0')
		return roots_named(to, m->faults.roots);
	for (size_t i = 0; i < NPUBLIC; i++) {
		const struct public_root *r = &public_roots[i];

		if (m->major < r->from || m->major > r->to)
			continue;
		n = hash_add(to, n, m->major < 11 ? r->sha1 : r->sha256);
	}
	if (m->roots_lost)
		return n;
	if (m->faults.root[0] != '\0')
		return hash_add(to, n, m->faults.root);
	for (size_t i = 0; i < nown; i++)
		for (unsigned k = 0; k < 3 && n < ROOTS_MAX; k++)
			if (has_type(m, own[i].hash[k].type))
				to[n++] = own[i].hash[k];
	return n;
}
