#ifndef SEAL_H
#define SEAL_H

/*
 * seal - keeps secrets in the store: AES-256-GCM (NIST SP 800-38D) under the
 * site's key.
 *
 * A sealed value is nonce (12 bytes, random) || ciphertext || tag (16 bytes).
 * The identity of the row that it belongs to ("keys/AAAA1111/pps") is the
 * additional data, so a value copied to another row does not open.  Random
 * nonces are good for 2^32 sealings under one key (SP 800-38D 8.3).
 *
 * When OpenSSL itself fails the program ends with 70.
 */
#include <stddef.h>
#include <stdint.h>

#define SEAL_KEY 32
#define SEAL_NONCE 12
#define SEAL_TAG 16
#define SEAL_MORE (SEAL_NONCE + SEAL_TAG) /* sealed is longer by this */
#define SEAL_PRINT 65                     /* a fingerprint, with its NUL */

struct seal; /* holds the key; wiped by seal_free */

struct seal *seal_new(const uint8_t key[SEAL_KEY]);
void seal_free(struct seal *s); /* accepts NULL */

/* sealed gets len + SEAL_MORE bytes. */
void seal_shut(struct seal *s, uint8_t *sealed, const void *text, size_t len,
    const char *identity);

/*
 * The other way: text gets n - SEAL_MORE bytes and a NUL, at most cap.  0, or
 * -1 with text empty: damaged, of another row or under another key.
 */
int seal_open(struct seal *s, char *text, size_t cap, const uint8_t *sealed,
    size_t n, const char *identity);

/* SHA-256 of a label and the key, in hex: tells keys apart, reveals none. */
void seal_print(char print[SEAL_PRINT], const uint8_t key[SEAL_KEY]);

/* HMAC-SHA256 of a text, in hex, under a key that follows from the site's:
 * tells whether two secrets are the same, and reveals none. */
void seal_hash(struct seal *s, char hash[SEAL_PRINT], const void *text,
    size_t len);

/*
 * The key file: SEAL_KEY raw bytes, for the owner only.  seal_key_read ends
 * the program with 78 and a message that says what to do when the file is
 * missing, readable for others or of another length.  seal_key_write makes
 * the file and never overwrites one: 0, or -1 with errno.
 */
void seal_key_read(uint8_t key[SEAL_KEY], const char *path);
int seal_key_write(const char *path, const uint8_t key[SEAL_KEY]);

#endif
