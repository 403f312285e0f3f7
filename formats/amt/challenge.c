#include "amt/challenge.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "base/writer.h"

#define MD5_HEX 33 /* with its NUL */

/* --- reading ------------------------------------------------------------- */

struct scan {
	const char *at, *end;
};

/* One challenge of the field, as far as it was read. */
struct challenge_reading {
	struct challenge c;
	bool digest; /* its scheme */
	bool has_nonce, has_realm;
	bool unusable; /* another algorithm, texts that cannot be */
};

static bool
challenge_skip(struct scan *s, const char *any)
{
	const char *from = s->at;

	while (s->at < s->end && strchr(any, *s->at) != NULL && *s->at != '\0')
		s->at++;
	return s->at != from;
}

/* RFC 9110 5.6.2, and what firmware may put there: up to a delimiter. */
static size_t
challenge_token(struct scan *s, const char **from)
{
	*from = s->at;
	while (s->at < s->end && *s->at != '\0' &&
	    strchr(" \t,=\"", *s->at) == NULL)
		s->at++;
	return (size_t)(s->at - *from);
}

/* False when it is longer than a text can be or has control characters. */
static bool
challenge_add(char to[CHALLENGE_TEXT], size_t *len, char c)
{
	if (*len == CHALLENGE_TEXT - 1 || (uint8_t)c < 0x20 || c == 0x7f)
		return false;
	to[(*len)++] = c;
	return true;
}

/* A token or a quoted string.  False when it is too long or cut off, or
 * has bytes that cannot be sent back. */
static bool
read_value(struct scan *s, char to[CHALLENGE_TEXT])
{
	bool quoted = s->at < s->end && *s->at == '"', fits = true;
	size_t len = 0;

	s->at += quoted;
	for (; s->at < s->end; s->at++) {
		if (quoted ? *s->at == '"' : strchr(" \t,", *s->at) != NULL)
			break;
		if (quoted && *s->at == '\\' && s->at + 1 < s->end)
			s->at++;
		fits = fits && challenge_add(to, &len, *s->at);
	}
	if (quoted && s->at == s->end)
		fits = false; /* cut off */
	s->at += quoted && s->at < s->end;
	to[len] = '\0';
	return fits;
}

static bool
challenge_named(const char *name, size_t len, const char *wanted)
{
	if (len != strlen(wanted))
		return false;
	for (size_t i = 0; i < len; i++)
		if (text_lower(name[i]) != wanted[i])
			return false;
	return true;
}

/* A list in one value: auth, auth-int or both; auth needs no body hashed. */
static void
take_qop(struct challenge_reading *r, const char *value)
{
	struct scan s = { value, value + strlen(value) };
	bool any = false;

	while (challenge_skip(&s, " \t,"), s.at < s.end) {
		const char *word;
		size_t len = challenge_token(&s, &word);

		if (len == 0)
			s.at++;
		any = true;
		if (challenge_named(word, len, "auth"))
			r->c.qop = CHALLENGE_AUTH;
		else if (challenge_named(word, len, "auth-int") &&
		    r->c.qop == CHALLENGE_NO_QOP)
			r->c.qop = CHALLENGE_AUTH_INT;
	}
	r->unusable |= any && r->c.qop == CHALLENGE_NO_QOP;
}

static void
challenge_take(struct challenge_reading *r, const char *name, size_t len,
    struct scan *s)
{
	char value[CHALLENGE_TEXT];
	bool fits = read_value(s, value);

	if (challenge_named(name, len, "realm")) {
		memcpy(r->c.realm, value, sizeof(value));
		r->has_realm = true;
	} else if (challenge_named(name, len, "nonce")) {
		memcpy(r->c.nonce, value, sizeof(value));
		r->has_nonce = true;
	} else if (challenge_named(name, len, "opaque")) {
		memcpy(r->c.opaque, value, sizeof(value));
		r->c.has_opaque = true;
	} else if (challenge_named(name, len, "stale"))
		r->c.stale = text_same(value, "true");
	else if (challenge_named(name, len, "algorithm")) {
		r->c.names_md5 = text_same(value, "MD5");
		r->unusable |= !r->c.names_md5;
	} else if (challenge_named(name, len, "qop"))
		take_qop(r, value);
	else
		fits = true; /* whatever it is, it is not answered */
	r->unusable |= !fits;
}

static bool
challenge_usable(const struct challenge_reading *r)
{
	return r->digest && r->has_nonce && r->has_realm && !r->unusable;
}

bool
challenge_read(struct challenge *c, const char *value, size_t len)
{
	struct scan s = { value, value + len };
	struct challenge_reading r = { .digest = false };

	while (challenge_skip(&s, " \t,\r\n"), s.at < s.end) {
		const char *name;
		size_t n = challenge_token(&s, &name);

		(void)challenge_skip(&s, " \t");
		if (n != 0 && s.at < s.end && *s.at == '=') {
			s.at++;
			(void)challenge_skip(&s, " \t");
			challenge_take(&r, name, n, &s);
			continue;
		}
		if (n == 0) { /* a stray quotation mark or = */
			s.at++;
			continue;
		}
		if (challenge_usable(&r))
			break;
		r = (struct challenge_reading){ .digest = challenge_named(name,
			                            n, "digest") };
	}
	if (!challenge_usable(&r))
		return false;
	*c = r.c;
	return true;
}

/* --- answering ----------------------------------------------------------- */

/* MD5 of parts joined by colons, up to NULL, in hexadecimal. */
static int
challenge_hash(char hex[MD5_HEX], const char *const *parts)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned len = 0;
	bool ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_md5(), NULL) == 1;

	for (size_t i = 0; ok && parts[i] != NULL; i++)
		ok = (i == 0 || EVP_DigestUpdate(ctx, ":", 1) == 1) &&
		    EVP_DigestUpdate(ctx, parts[i], strlen(parts[i])) == 1;
	ok = ok && EVP_DigestFinal_ex(ctx, md, &len) == 1 && len == 16;
	if (ok)
		text_hex(hex, md, len);
	EVP_MD_CTX_free(ctx);
	explicit_bzero(md, sizeof(md));
	return ok ? 0 : -1;
}
#define HASH(hex, ...)                                                         \
	challenge_hash(hex, (const char *const[]){ __VA_ARGS__, NULL })

static int
hash_request(char hex[MD5_HEX], const struct challenge *c,
    const struct challenge_request *rq)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	char body[MD5_HEX];
	unsigned len = 0;

	if (c->qop != CHALLENGE_AUTH_INT)
		return HASH(hex, rq->method, rq->uri);
	if (EVP_Digest(rq->body, rq->len, md, &len, EVP_md5(), NULL) != 1 ||
	    len != 16)
		return -1;
	text_hex(body, md, len);
	return HASH(hex, rq->method, rq->uri, body);
}

static void
put_quoted(struct writer *w, const char *name, const char *value)
{
	writer_text(w, name);
	writer_text(w, "=\"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			writer_u8(w, '\\');
		writer_u8(w, (uint8_t)*value);
	}
	writer_text(w, "\"");
}

int
challenge_answer(char to[CHALLENGE_ANSWER], struct challenge *c,
    const struct challenge_request *rq, const uint8_t random[CHALLENGE_CNONCE])
{
	static const char *const qops[] = { "", "auth", "auth-int" };
	struct writer w = { .base = (uint8_t *)to,
		.cap = CHALLENGE_ANSWER - 1 };
	const char *qop = qops[c->qop];
	char user[MD5_HEX], what[MD5_HEX], proof[MD5_HEX];
	char cnonce[2 * CHALLENGE_CNONCE + 1], nc[9];
	int rc;

	c->nanswers++;
	(void)snprintf(nc, sizeof(nc), "%08x", (unsigned)c->nanswers);
	text_hex(cnonce, random, CHALLENGE_CNONCE);
	rc = HASH(user, rq->user, c->realm, rq->password) == 0 &&
	        hash_request(what, c, rq) == 0 &&
	        (c->qop == CHALLENGE_NO_QOP ? HASH(proof, user, c->nonce, what)
	                                    : HASH(proof, user, c->nonce, nc,
	                                          cnonce, qop, what)) == 0
	    ? 0
	    : -1;
	explicit_bzero(user, sizeof(user));
	if (rc == -1)
		return -1;
	put_quoted(&w, "Digest username", rq->user);
	put_quoted(&w, ", realm", c->realm);
	put_quoted(&w, ", nonce", c->nonce);
	put_quoted(&w, ", uri", rq->uri);
	put_quoted(&w, ", response", proof);
	if (c->names_md5)
		writer_text(&w, ", algorithm=MD5");
	if (c->has_opaque)
		put_quoted(&w, ", opaque", c->opaque);
	if (c->qop != CHALLENGE_NO_QOP) {
		writer_text(&w, ", qop=");
		writer_text(&w, qop);
		writer_text(&w, ", nc=");
		writer_text(&w, nc);
		put_quoted(&w, ", cnonce", cnonce);
	}
	to[w.len] = '\0';
	return writer_done(&w);
}
