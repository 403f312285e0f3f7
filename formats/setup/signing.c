#include "setup/signing.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"

static const char *const hows[] = {
	[SETUP_SIGNED] = "signed",
	[SETUP_SIGNER_MISSING] = "missing",
	[SETUP_SIGNER_REFUSED] = "refused",
	[SETUP_SIGNER_TIMEOUT] = "timeout",
	[SETUP_SIGNER_BROKEN] = "broken",
};
#define NHOWS (sizeof(hows) / sizeof(hows[0]))

void
signing_texts_wipe(struct signing_texts *t)
{
	explicit_bzero(t, sizeof(*t));
}

/* --- bytes ---------------------------------------------------------------- */

void
signing_encode(char to[SIGNING_BASE64], const struct machinecert_der *der)
{
	to[0] = '\0';
	if (der->len <= sizeof(der->at))
		(void)EVP_EncodeBlock((unsigned char *)to, der->at,
		    (int)der->len);
}

/* 0, or -1: no base64, or of more than we take. */
static int
der_decode(struct machinecert_der *to, const char *text, size_t len)
{
	uint8_t bytes[MACHINECERT_DER + 3];
	size_t pad = 0;
	int n;

	to->len = 0;
	if (len == 0)
		return 0;
	if (len % 4 != 0 || len >= SIGNING_BASE64)
		return -1;
	while (pad < 2 && text[len - 1 - pad] == '=')
		pad++;
	n = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len);
	if (n > 0 && (size_t)n - pad <= sizeof(to->at)) {
		to->len = (size_t)n - pad;
		memcpy(to->at, bytes, to->len);
	}
	explicit_bzero(bytes, sizeof(bytes));
	return to->len == 0 ? -1 : 0;
}

/* --- written -------------------------------------------------------------- */

int
signing_fields(const char *fields[SIGNING_NCOLUMNS], const char *id,
    const char *uuid, const struct setup_sign *sign, struct signing_texts *t)
{
	struct machinecert_der der = { .len = sign->len };

	if (sign->len > sizeof(der.at))
		return -1;
	if (sign->len != 0)
		memcpy(der.at, sign->request, sign->len);
	signing_encode(t->request, &der);
	fields[SIGNING_REQUEST_ID] = id;
	fields[SIGNING_BY] = sign->by;
	fields[SIGNING_UUID] = uuid;
	fields[SIGNING_FQDN] = sign->fqdn;
	fields[SIGNING_REQUEST] = t->request;
	return 0;
}

void
signed_fields(const char *fields[SIGNED_NCOLUMNS], const char *id,
    const struct setup_signature *a, struct signing_texts *t)
{
	char *at = t->chain;

	*at = '\0';
	for (size_t i = 0; i < a->chain.n && i < MACHINECERT_CHAIN; i++) {
		if (i != 0)
			*at++ = ',';
		signing_encode(at, &a->chain.cert[i]);
		at += strlen(at);
	}
	signing_encode(t->key, &a->key);
	fields[SIGNED_ID] = id;
	fields[SIGNED_HOW] = hows[a->how];
	fields[SIGNED_NOTE] = a->note;
	fields[SIGNED_CHAIN] = t->chain;
	fields[SIGNED_KEY] = t->key;
}

/* --- read ----------------------------------------------------------------- */

static int
id_read(char to[SIGNING_ID], const char *text, struct fault *f)
{
	if (text[0] == '\0' || strlen(text) >= SIGNING_ID)
		return fault_set(f, 0,
		    "id: its length (got %zu, expected 1 to %d)", strlen(text),
		    SIGNING_ID - 1);
	(void)snprintf(to, SIGNING_ID, "%s", text);
	return 0;
}

int
signing_read(struct signing *to, const struct record *r, struct fault *f)
{
	const char *by = r->field[SIGNING_BY],
	           *text = r->field[SIGNING_REQUEST];
	const char *uuid = r->field[SIGNING_UUID];
	const char *fqdn = r->field[SIGNING_FQDN];
	uint8_t bytes[UUID_LEN];

	memset(to, 0, sizeof(*to));
	if (id_read(to->id, r->field[SIGNING_REQUEST_ID], f) == -1 ||
	    uuid_parse(bytes, uuid, strlen(uuid), f) == -1 ||
	    domain_parse(to->fqdn, fqdn, strlen(fqdn), f) == -1)
		return -1;
	uuid_format(to->uuid, bytes);
	to->local = strcmp(by, "local") == 0;
	if (!to->local && strcmp(by, "signer") != 0)
		return fault_set(f, 0, "by: expected local or signer");
	if (der_decode(&to->request, text, strlen(text)) == -1)
		return fault_set(f, 0, "request: no base64, or too long");
	return 0;
}

static int
how_read(enum setup_signed_how *to, const char *text, struct fault *f)
{
	for (size_t i = 0; i < NHOWS; i++)
		if (strcmp(hows[i], text) == 0) {
			*to = (enum setup_signed_how)i;
			return 0;
		}
	return fault_set(f, 0, "how: an unknown word");
}

static int
chain_read(struct machinecert_chain *to, const char *text, struct fault *f)
{
	while (*text != '\0') {
		size_t len = strcspn(text, ",");

		if (to->n == MACHINECERT_CHAIN)
			return fault_set(f, 0,
			    "chain: more than %d certificates",
			    MACHINECERT_CHAIN);
		if (len == 0 || der_decode(&to->cert[to->n], text, len) == -1)
			return fault_set(f, 0,
			    "chain: number %zu is no base64, or too long",
			    to->n + 1);
		to->n++;
		text += len;
		text += *text == ',';
	}
	return 0;
}

int
signed_read(struct signing_answer *to, const struct record *r, struct fault *f)
{
	const char *key = r->field[SIGNED_KEY];

	memset(to, 0, sizeof(*to));
	(void)snprintf(to->note, sizeof(to->note), "%s", r->field[SIGNED_NOTE]);
	to->is.note = to->note;
	if (id_read(to->id, r->field[SIGNED_ID], f) == -1 ||
	    how_read(&to->is.how, r->field[SIGNED_HOW], f) == -1 ||
	    chain_read(&to->is.chain, r->field[SIGNED_CHAIN], f) == -1)
		return -1;
	if (der_decode(&to->is.key, key, strlen(key)) == -1)
		return fault_set(f, 0, "key: no base64, or too long");
	if ((to->is.how == SETUP_SIGNED) != (to->is.chain.n != 0))
		return fault_set(f, 0,
		    "chain: certificates come with how=signed, and only then");
	return 0;
}
