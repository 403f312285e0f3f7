#include "peer/digest.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/text.h"

#define NONCE_BYTES 24

struct answer {
	char username[128], realm[128], nonce[128], uri[160], response[40];
	char qop[16], nc[16], cnonce[128], algorithm[16];
	bool nc_quoted;
};

const char *
digest_nonce(struct machine *m, int64_t now_ms)
{
	struct nonce *n = &m->nonces[m->next_nonce++ % MACHINE_NONCES];
	uint8_t random[NONCE_BYTES];

	if (RAND_bytes(random, sizeof(random)) != 1)
		errx(EX_OSERR, "no random bytes");
	memset(n, 0, sizeof(*n));
	EVP_EncodeBlock((unsigned char *)n->text, random, sizeof(random));
	n->made_ms = now_ms;
	return n->text;
}

static struct nonce *
nonce_find(struct machine *m, const char *text)
{
	for (size_t i = 0; i < MACHINE_NONCES; i++)
		if (text[0] != '\0' && strcmp(m->nonces[i].text, text) == 0)
			return &m->nonces[i];
	return NULL;
}

/* name=value or name="value" with \ escapes; moves *p behind it. */
static bool
parse_pair(const char **p, char name[32], char value[160], bool *quoted)
{
	size_t n = 0;

	*p += strspn(*p, " \t,");
	for (; (isalnum((unsigned char)**p) || **p == '-') && n < 31; (*p)++)
		name[n++] = **p;
	name[n] = '\0';
	if (n == 0 || **p != '=')
		return false;
	(*p)++;
	*quoted = **p == '"';
	if (*quoted)
		(*p)++;
	for (n = 0; **p != '\0' && n < 159; (*p)++) {
		if (*quoted ? **p == '"' : strchr(", \t", **p) != NULL)
			break;
		if (*quoted && **p == '\\' && (*p)[1] != '\0')
			(*p)++;
		value[n++] = **p;
	}
	value[n] = '\0';
	if (*quoted && **p != '"')
		return false;
	if (*quoted)
		(*p)++;
	return true;
}

static bool
take_pair(struct answer *a, const char *name, const char *value, bool quoted)
{
	struct {
		const char *name;
		char *to;
		size_t cap;
	} const fields[] = {
		{ "username", a->username, sizeof(a->username) },
		{ "realm", a->realm, sizeof(a->realm) },
		{ "nonce", a->nonce, sizeof(a->nonce) },
		{ "uri", a->uri, sizeof(a->uri) },
		{ "response", a->response, sizeof(a->response) },
		{ "qop", a->qop, sizeof(a->qop) },
		{ "nc", a->nc, sizeof(a->nc) },
		{ "cnonce", a->cnonce, sizeof(a->cnonce) },
		{ "algorithm", a->algorithm, sizeof(a->algorithm) },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcasecmp(fields[i].name, name) != 0)
			continue;
		if (strlen(value) >= fields[i].cap)
			return false;
		strcpy(fields[i].to, value);
		if (fields[i].to == a->nc)
			a->nc_quoted = quoted;
	}
	return true;
}

static const char *
parse_answer(struct answer *a, const char *p)
{
	char name[32], value[160];
	bool quoted;

	memset(a, 0, sizeof(*a));
	if (strncasecmp(p, "Digest ", 7) != 0)
		return "Authorization is not Digest";
	for (p += 7; p[strspn(p, " \t,")] != '\0';) {
		if (!parse_pair(&p, name, value, &quoted))
			return "Authorization is malformed";
		if (!take_pair(a, name, value, quoted))
			return "a value in Authorization is too long";
	}
	if (strcmp(a->qop, "auth") != 0)
		return "qop is not auth";
	if (a->nc[0] == '\0' || a->cnonce[0] == '\0')
		return "nc or cnonce is missing";
	if (a->algorithm[0] != '\0' && strcmp(a->algorithm, "MD5") != 0)
		return "algorithm is not MD5";
	return NULL;
}

void
digest_user(char to[128], const struct http_request *rq)
{
	struct answer a;

	parse_answer(&a, rq->authorization);
	snprintf(to, 128, "%s", a.username);
}

static void
md5_hex(char hex[33], const char *text)
{
	uint8_t digest[16];

	if (EVP_Digest(text, strlen(text), digest, NULL, EVP_md5(), NULL) != 1)
		errx(EX_SOFTWARE, "no MD5");
	text_hex(hex, digest, sizeof(digest));
}

/* RFC 2617 3.2.2.1 */
static bool
response_right(const struct answer *a, const struct credential *cred,
    const struct http_request *rq)
{
	char text[1024], ha1[33], ha2[33], want[33];

	text_hex(ha1, cred->ha1, HA1_LEN);
	snprintf(text, sizeof(text), "%s:%s", rq->method, a->uri);
	md5_hex(ha2, text);
	snprintf(text, sizeof(text), "%s:%s:%s:%s:%s:%s", ha1, a->nonce, a->nc,
	    a->cnonce, a->qop, ha2);
	md5_hex(want, text);
	return strlen(a->response) == 32 &&
	    CRYPTO_memcmp(want, a->response, 32) == 0;
}

static const char *
answer_wrong(const struct machine *m, const struct answer *a,
    const struct credential *cred, const struct http_request *rq)
{
	if (strcmp(a->username, cred->user) != 0)
		return "unknown user";
	if (strcmp(a->realm, m->realm) != 0)
		return "realm is not ours";
	if (strcmp(a->uri, rq->path) != 0)
		return "uri is not the request's";
	if (!response_right(a, cred, rq))
		return "wrong password";
	return NULL;
}

static bool
nonce_good(struct machine *m, const struct nonce *n, int64_t now_ms)
{
	const struct faults *f = &m->faults;

	if (n == NULL || now_ms - n->made_ms > f->nonce_seconds * 1000)
		return false;
	if (f->nonce_uses > 0 && n->uses >= f->nonce_uses)
		return false;
	/* the Nth request: used up by its first failure, so it passes when
	 * it comes again with the new nonce */
	return f->stale == 0 || n->uses == 0 ||
	    (m->requests + 1) % f->stale != 0;
}

enum digest_result
digest_check(struct machine *m, const struct credential *cred,
    const struct http_request *rq, int64_t now_ms, const char **why)
{
	struct answer a;
	struct nonce *n;
	unsigned long nc;

	*why = NULL;
	if (rq->authorization[0] == '\0')
		return DIGEST_NONE;
	*why = parse_answer(&a, rq->authorization);
	if (*why == NULL)
		*why = answer_wrong(m, &a, cred, rq);
	if (*why != NULL)
		return DIGEST_BAD;
	n = nonce_find(m, a.nonce);
	if (!nonce_good(m, n, now_ms))
		return DIGEST_STALE;
	nc = strtoul(a.nc, NULL, 16);
	if (nc <= n->nc) {
		*why = "nc did not grow";
		return DIGEST_STALE;
	}
	if (strlen(a.nc) != 8 || a.nc_quoted)
		*why = "nc is not 8 bare digits";
	n->nc = (uint32_t)nc;
	n->uses++;
	return DIGEST_OK;
}
