#ifndef FAMILY_NET_H
#define FAMILY_NET_H

/*
 * family_net - families of settings for who is trusted, networks, remote access
 * and the audit log, and what they share: the certificates in the machine.
 *
 * An answer that got lost is found out by reading again, on a new connection;
 * positions in lists are never relied upon.
 */
#include <openssl/x509.h>

#include "setup/family.h"

setting_apply_fn family_roots, family_root_others, family_mps,
    family_mps_policies, family_wired, family_wifi, family_wifi_link,
    family_wifi_sync, family_audit_events, family_audit_storage,
    family_audit_log, family_leaf, family_tls;

#define FAMILY_CERTS_MAX 48

struct family_cert {
	char id[FAMILY_ID];
	uint8_t sha256[32]; /* of its DER */
	bool root, fixed;   /* trusted; read only */
	bool keyed;         /* the machine has its key */
};

/* The first member of the memory (setup_work) of a family that asks for it. */
struct family_certs {
	struct family_cert list[FAMILY_CERTS_MAX];
	size_t n;
};

/* Reads all certificates into the family's memory, anew. */
enum setup_next family_certs_read(struct setup *s, setup_then_fn *then);
/* And which of them have a key. */
enum setup_next family_keys_read(struct setup *s, setup_then_fn *then);
/* The trusted root that is this base64; NULL: the machine has none. */
const struct family_cert *family_root_find(const struct family_certs *certs,
    const char *base64);
bool family_root_has(const struct family_certs *certs, X509 *cert);
/* The machine's own, to log in with: the one that came last. */
const struct family_cert *family_own_cert(const struct family_certs *certs);
struct family_cert *family_cert_of(struct family_certs *certs, const char *id);

/* The elements of 802.1X: PREFIX-user and so on, of an entry of the list
 * PREFIX, or with item "" of the profile itself.  counts_from: what of
 * ServerCertificateNameComparison means the whole name. */
#define FAMILY_EAP_MAX 8
struct family_eap {
	const char *prefix, *item;
	unsigned counts_from;
};
/* Parameters in their order; match lives as long as they do. */
size_t family_eap_parts(const struct setup *s, const struct family_eap *e,
    struct message_pair to[FAMILY_EAP_MAX], char match[4]);
/* How the instance that was read differs.  What it does not have differs when
 * absent says so, or else unless it is known to have been sent. */
void family_eap_compare(struct setup *s, const struct family_eap *e,
    const struct message_node *properties, bool absent, struct family_diffs *d);
/* The secrets of it that the machine is not known to have. */
void family_eap_secrets(struct setup *s, const struct family_eap *e,
    struct family_diffs *d);
/* By name, as firmware has the properties of an instance. */
void family_sort(struct message_pair *list, size_t n);
/* All of it was accepted. */
void family_eap_sent(struct setup *s, const struct family_eap *e);
/* Does it log in with the machine's certificate? */
bool family_eap_certified(const struct setup *s, const struct family_eap *e);
const struct setting *family_eap_row(const struct setup *s,
    const struct family_eap *e, const char *field);
const char *family_eap_value(const struct setup *s, const struct family_eap *e,
    const char *field);
/* The root's place in the machine, by the name that the profile gives it; NULL:
 * none is asked for, or the machine has none. */
const struct family_cert *family_eap_root(const struct setup *s,
    const struct family_eap *e, const struct family_certs *certs);

#endif
