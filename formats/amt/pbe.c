#include "amt/pbe.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <string.h>

static enum pbe_end
pbe_refuse(struct pbe *p, const char *what)
{
	(void)fault_set(p->f, 0, "%s", what);
	return PBE_REFUSED;
}

enum pbe_end
pbe_spend(struct pbe *p, uint64_t iterations)
{
	if (iterations == 0)
		return pbe_refuse(p, "is damaged: an iteration count is 0");
	if (iterations > p->left) {
		(void)fault_set(p->f, 0,
		    "asks for too much work before it opens (%llu iterations, "
		    "expected no more than %llu in all): write it again with "
		    "fewer, such as 100000",
		    (unsigned long long)iterations,
		    (unsigned long long)p->left);
		return PBE_REFUSED;
	}
	p->left -= iterations;
	return PBE_OK;
}

/* A number of the file; one that is too large for us is UINT64_MAX. */
static uint64_t
count_of(const ASN1_INTEGER *n)
{
	uint64_t count;

	if (n == NULL)
		return 1;
	if (ASN1_INTEGER_get_uint64(&count, n) != 1)
		return ASN1_STRING_type(n) == V_ASN1_NEG_INTEGER ? 0
		                                                 : UINT64_MAX;
	return count;
}

/* What PBES2's key derivation costs; -1: it is unknown. */
static int
kdf_cost(const X509_ALGOR *kdf, uint64_t *cost)
{
	const ASN1_TYPE *parameter = kdf->parameter;
	int nid = OBJ_obj2nid(kdf->algorithm), known = -1;
	uint64_t p;

	if (parameter == NULL || parameter->type != V_ASN1_SEQUENCE)
		return -1;
	if (nid == NID_id_pbkdf2) {
		PBKDF2PARAM *pb = ASN1_item_unpack(parameter->value.sequence,
		    ASN1_ITEM_rptr(PBKDF2PARAM));

		*cost = pb != NULL ? count_of(pb->iter) : 0;
		known = pb != NULL ? 0 : -1;
		PBKDF2PARAM_free(pb);
	} else if (nid == NID_id_scrypt) {
		SCRYPT_PARAMS *s = ASN1_item_unpack(parameter->value.sequence,
		    ASN1_ITEM_rptr(SCRYPT_PARAMS));

		/* OpenSSL limits N * r, by their memory; p is what is left */
		p = s != NULL ? count_of(s->parallelizationParameter) : 0;
		*cost = p < 1000000 ? p * 1000000 : UINT64_MAX;
		known = s != NULL ? 0 : -1;
		SCRYPT_PARAMS_free(s);
	}
	return known;
}

/* The cipher and what the key derivation costs; -1: not known. */
static int
pbes2_of(const X509_ALGOR *how, int *cipher, uint64_t *cost)
{
	PBE2PARAM *p;
	int known;

	if (how->parameter == NULL || how->parameter->type != V_ASN1_SEQUENCE)
		return -1;
	p = ASN1_item_unpack(how->parameter->value.sequence,
	    ASN1_ITEM_rptr(PBE2PARAM));
	if (p == NULL)
		return -1;
	*cipher = OBJ_obj2nid(p->encryption->algorithm);
	known = kdf_cost(p->keyfunc, cost);
	PBE2PARAM_free(p);
	return known;
}

/* The same of PKCS #12's own algorithms and PBES1. */
static int
pbes1_of(const X509_ALGOR *how, int *cipher, uint64_t *cost)
{
	PBEPARAM *p;
	int md;

	if (how->parameter == NULL || how->parameter->type != V_ASN1_SEQUENCE ||
	    EVP_PBE_find(EVP_PBE_TYPE_OUTER, OBJ_obj2nid(how->algorithm),
	        cipher, &md, NULL) != 1)
		return -1;
	p = ASN1_item_unpack(how->parameter->value.sequence,
	    ASN1_ITEM_rptr(PBEPARAM));
	if (p == NULL)
		return -1;
	*cost = count_of(p->iter);
	PBEPARAM_free(p);
	return 0;
}

static bool
is_cipher_there(const struct pbe *p, int cipher)
{
	const char *name = OBJ_nid2sn(cipher);
	EVP_CIPHER *c =
	    name != NULL ? EVP_CIPHER_fetch(p->legacy, name, NULL) : NULL;

	EVP_CIPHER_free(c);
	return c != NULL;
}

/* May it be opened at all; *cost is what one try needs. */
static enum pbe_end
pbe_check(struct pbe *p, const X509_ALGOR *how, uint64_t *cost)
{
	int nid = OBJ_obj2nid(how->algorithm), cipher = NID_undef;
	char name[64] = "";
	int ok = nid == NID_pbes2 ? pbes2_of(how, &cipher, cost)
	                          : pbes1_of(how, &cipher, cost);

	if (ok == 0 && is_cipher_there(p, cipher))
		return PBE_OK;
	if (ok == 0 && cipher != NID_undef) {
		(void)fault_set(p->f, 0,
		    "is encrypted with %s, which OpenSSL does not have here: "
		    "its legacy provider is missing, or write the file again "
		    "with AES",
		    OBJ_nid2sn(cipher));
		return PBE_REFUSED;
	}
	(void)OBJ_obj2txt(name, sizeof(name), how->algorithm, 0);
	(void)fault_set(p->f, 0,
	    "is encrypted in a way that is not known here (%s): write it again "
	    "with AES",
	    name);
	return PBE_REFUSED;
}

enum pbe_end
pbe_open(struct pbe *p, const X509_ALGOR *how, const ASN1_OCTET_STRING *sealed,
    const ASN1_ITEM *kind, void **item)
{
	uint64_t cost = 0;
	enum pbe_end end = pbe_check(p, how, &cost);

	*item = NULL;
	for (size_t i = 0; end == PBE_OK && i < p->forms->n; i++) {
		const char *form = p->forms->form[i];

		end = pbe_spend(p, cost);
		if (end != PBE_OK)
			break;
		*item = PKCS12_item_decrypt_d2i_ex(how, kind, form,
		    form != NULL ? (int)strlen(form) : 0, sealed, 1, p->legacy,
		    NULL);
		ERR_clear_error();
		if (*item != NULL)
			return PBE_OK;
	}
	return end == PBE_OK ? PBE_WRONG : end;
}
