#ifndef SETTING_WORDS_H
#define SETTING_WORDS_H

/*
 * setting_words - words of the profile for networks, remote access and the
 * audit log, with the values of the class definitions.  For setting_table.c.
 */
#include <openssl/x509.h>

#include "setup/setting.h"

extern const struct setting_choice setting_states[];   /* off, on: 3, 2 */
extern const struct setting_choice setting_booleans[]; /* off, on */
extern const struct setting_choice setting_eaps[], setting_server_matches[];
extern const struct setting_choice setting_wifi_links[], setting_wifi_syncs[];
extern const struct setting_choice setting_wifi_securities[];
extern const struct setting_choice setting_wifi_encryptions[];
extern const struct setting_choice setting_triggers[], setting_mps_types[];
extern const struct setting_choice setting_user_interfaces[];
extern const struct setting_choice setting_audit_parts[]; /* application IDs */
extern const struct setting_choice setting_audit_storages[];

extern const struct setting_choice setting_signers[], setting_tls[],
    setting_tls_fallbacks[];

/* TLS needs a certificate. */
setting_fits_fn setting_fits_tls, setting_fits_tls_names,
    setting_fits_tls_fallback;
/* The value must be a certificate, with nothing after it. */
setting_check_fn setting_certificate;
/* The certificate that such a value is, for the caller to free; NULL: it is
 * no certificate. */
X509 *setting_certificate_decode(const char *value);

#endif
