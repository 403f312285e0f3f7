/*
 * family_certs - the certificates in the machine, for families of settings
 * that refer to them.  Class: AMT_PublicKeyCertificate; wsman.md, 5.7.
 */
#include "setup/family_net.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define CERTIFICATE "AMT_PublicKeyCertificate"

/* SHA-256 of the bytes; 0, or -1 when it is not base64. */
static int
cert_digest(uint8_t to[32], const char *base64)
{
	size_t len = strcspn(base64, " \t\r\n");
	unsigned char *der;
	int n, pad = 0;

	if (len == 0 || len > 4 * SETTING_LONG_MAX)
		return -1;
	der = malloc(len);
	if (der == NULL)
		return -1;
	n = EVP_DecodeBlock(der, (const unsigned char *)base64, (int)len);
	while (pad < 2 && base64[len - 1 - (size_t)pad] == '=')
		pad++;
	if (n > pad &&
	    EVP_Digest(der, (size_t)(n - pad), to, NULL, EVP_sha256(), NULL) ==
	        1) {
		free(der);
		return 0;
	}
	free(der);
	return -1;
}

static bool
cert_says(const struct message_node *p, const char *name)
{
	const char *value = message_value(p, name);

	return value != NULL && strcmp(value, "true") == 0;
}

static bool
cert_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct family_certs *certs = s->work;
	struct family_cert *c = &certs->list[certs->n];
	const char *id = message_value(p, "InstanceID");
	const char *bytes = message_value(p, "X509Certificate");

	(void)class;
	if (id == NULL || bytes == NULL)
		return true;
	if (certs->n == FAMILY_CERTS_MAX || strlen(id) >= sizeof(c->id))
		return false;
	*c =
	    (struct family_cert){ .root = cert_says(p, "TrustedRootCertficate"),
		    .fixed = cert_says(p, "ReadOnlyCertificate") };
	(void)snprintf(c->id, sizeof(c->id), "%s", id);
	if (cert_digest(c->sha256, bytes) == 0)
		certs->n++;
	return true;
}

enum setup_next
family_certs_read(struct setup *s, setup_then_fn *then)
{
	((struct family_certs *)s->work)->n = 0;
	return setup_items(s, CERTIFICATE, cert_each, then, NULL);
}

struct family_cert *
family_cert_of(struct family_certs *certs, const char *id)
{
	for (size_t i = 0; i < certs->n; i++)
		if (strcmp(certs->list[i].id, id) == 0)
			return &certs->list[i];
	return NULL;
}

/* CIM_ConcreteDependency: a certificate on one side, its key on the other. */
static bool
key_each(struct setup *s, const char *class, const struct message_node *p)
{
	static const char *const ends[] = { "Antecedent", "Dependent" };
	struct family_cert *c;
	char id[FAMILY_ID], key[FAMILY_ID];

	(void)class;
	for (size_t i = 0; i < 2; i++) {
		if (!family_refers(p, ends[i], CERTIFICATE, "InstanceID", id) ||
		    !family_refers(p, ends[1 - i], "AMT_PublicPrivateKeyPair",
		        "InstanceID", key))
			continue;
		c = family_cert_of(s->work, id);
		if (c != NULL)
			c->keyed = true;
	}
	return true;
}

enum setup_next
family_keys_read(struct setup *s, setup_then_fn *then)
{
	return setup_items(s, "CIM_ConcreteDependency", key_each, then, then);
}

static const struct family_cert *
root_of_sum(const struct family_certs *certs, const uint8_t sha256[32])
{
	for (size_t i = 0; i < certs->n; i++)
		if (certs->list[i].root &&
		    memcmp(certs->list[i].sha256, sha256, 32) == 0)
			return &certs->list[i];
	return NULL;
}

const struct family_cert *
family_root_find(const struct family_certs *certs, const char *base64)
{
	uint8_t sha256[32];

	if (base64 == NULL || cert_digest(sha256, base64) == -1)
		return NULL;
	return root_of_sum(certs, sha256);
}

bool
family_root_has(const struct family_certs *certs, X509 *cert)
{
	uint8_t sha256[32];

	return X509_digest(cert, EVP_sha256(), sha256, NULL) == 1 &&
	    root_of_sum(certs, sha256) != NULL;
}

const struct family_cert *
family_own_cert(const struct family_certs *certs)
{
	const struct family_cert *own = NULL;

	for (size_t i = 0; i < certs->n; i++)
		if (certs->list[i].keyed && !certs->list[i].fixed &&
		    !certs->list[i].root)
			own = &certs->list[i];
	return own;
}
