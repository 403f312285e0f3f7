#ifndef CONSOLECERT_H
#define CONSOLECERT_H

/*
 * consolecert - the certificate that a console shows to machines which ask for
 * one (mutual TLS), and its file for the consoles that people work with.
 *
 * Sources: Intel AMT Implementation and Reference Guide, "TLS Support" (client
 * authentication and CERTPURPOSE_CONSOLE_OID; the chain ends at a trusted root,
 * the common name in a trusted suffix); RFC 5280, 4.2.1.3 and 4.2.1.12; RFC
 * 7292 (PKCS #12).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

/* Why machines would not take it at that time (seconds since 1970), or NULL. */
const char *consolecert_wrong(X509 *cert, int64_t now);

/* Why a machine that trusts those of the n certificates (leaf first) would not
 * take the first at that time: dates, path lengths, signatures, and purposes of
 * the CAs (RFC 5280, 6.1).  What is trusted is looked at like the others, as not
 * much is known of firmware and a wrong yes locks out.  NULL if it would; the
 * text is static. */
const char *consolecert_path_wrong(X509 *const *certs, size_t n,
    const bool *trusted, int64_t now);

/*
 * A PFX of the key and its certificates, leaf first, encrypted and with a MAC
 * under the password (UTF-8, not empty).  What is answered is freed with
 * OPENSSL_free; NULL without memory.
 */
uint8_t *consolecert_pfx(size_t *len, X509 *const *certs, size_t n,
    EVP_PKEY *key, const char *password);

#endif
