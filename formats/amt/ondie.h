#ifndef ONDIE_H
#define ONDIE_H

/*
 * ondie - what the TLS certificate of a machine in setup mode says about it.
 *
 * Before AMT 15 it is self-signed.  From 15 on, until setup ends, it is issued
 * in the machine by its on-die CA: a chain of 6 certificates (the leaf, the
 * CAs of AMT, of the kernel and of the ROM, the CA that issued the ROM's, an
 * intermediate CA; the root is not sent), or of 4, which ends with the ROM's.
 * The ROM's certificate is of this machine alone and stays when the firmware
 * is updated.
 *
 * A whole chain of an on-die CA shows that firmware of Intel's answers, not
 * which machine it is.  What ondie_check does not look at: whether a
 * certificate was revoked (the lists are on Intel's server only), its dates
 * (a clock of ours that is wrong must not look like a forged machine; these
 * certificates are valid until 2049) and its extended key usages (older ones
 * have none).  That the machine holds the leaf's key is what TLS has shown.
 *
 * Sources: Intel AMT Implementation and Reference Guide, "Verifying the ODCA
 * Certificate Chain"; rpc-go's check of the same chain (internal/certs/
 * lmsTls.go) and its issues 1068 and 1095 and pull request 1329 (chains that
 * were seen); RFC 5280, 6.1.  Roots: ondie.def.
 */
#include <stddef.h>

#include <openssl/x509.h>

#define ONDIE_ROM 65 /* hexadecimal SHA-256 with its NUL */
#define ONDIE_WHY 256

enum ondie_kind {
	ONDIE_SELF_SIGNED,
	ONDIE_GENUINE, /* a whole chain, up to a published root */
	ONDIE_BROKEN,  /* it is called like an on-die chain, and is not one */
	ONDIE_OTHER,
};

struct ondie {
	enum ondie_kind kind;
	/*
	 * SHA-256 of the ROM's certificate, or "".  It is set only when every
	 * certificate from there down to the leaf was issued by the one above
	 * it.  So two connections with the same one are of the same machine,
	 * also where the kind is ONDIE_BROKEN because of what is above.
	 */
	char rom[ONDIE_ROM];
	char why[ONDIE_WHY]; /* a sentence; printable ASCII */
};

struct ondie_root {
	const char *name, *sha256, *key; /* see ondie.def */
};

/* The chain as the machine sent it, leaf first; NULL or empty: none came.
 * Always fills *result. */
void ondie_check(STACK_OF(X509) * chain, struct ondie *result);

/* The same with other roots. */
void ondie_check_roots(STACK_OF(X509) * chain, const struct ondie_root *roots,
    size_t nroots, struct ondie *result);

/* "self-signed", "on-die", "on-die-broken", "other". */
const char *ondie_kind_name(enum ondie_kind kind);

/* Row by row: NULL behind the last. */
const struct ondie_root *ondie_root_row(size_t i);

/* Has the root issued it? */
int ondie_root_issued(const struct ondie_root *root, X509 *cert);

#endif
