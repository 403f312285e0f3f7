#ifndef CERTS_H
#define CERTS_H

/*
 * certs - private keys of setup servers and certificates, as DER, sealed.
 *
 * A print is the SHA-256 of a certificate's DER, of a key that of its public
 * part's, as text_hex gives it.
 */
#include "store/store.h"

#define CERTS_PRINT 65 /* with its NUL */
#define CERTS_DER_MAX ((size_t)16384)

/* Adds one; false: it was there, and stays as it is, unless it did not open.
 * What is larger than CERTS_DER_MAX ends the program with 65. */
bool certs_add_key(struct store *s, const char *print, const void *der,
    size_t len, int64_t now);

/* The same of a key with which a certificate of that name is asked for. */
bool certs_add_asked_key(struct store *s, const char *print, const void *der,
    size_t len, const char *asked_name, int64_t now);

/* The same; server_key: the print of its key, which is there, NULL: not known
 * here.  A certificate whose key comes later gets it then, which is true. */
bool certs_add(struct store *s, const char *print, const char *server_key,
    const void *der, size_t len, int64_t now);

enum certs_end {
	CERTS_OK,
	CERTS_NONE,    /* no such key */
	CERTS_DAMAGED, /* it does not open */
};

/* der gets CERTS_DER_MAX + 1 bytes, and is the caller's to wipe. */
enum certs_end certs_key(struct store *s, const char *print, char *der,
    size_t *len);

struct server_key_row {
	const char *print;      /* borrowed, as all of it */
	const char *asked_name; /* "": no request of ours */
	int64_t added_at;
	bool has_cert; /* a certificate of it is there */
};
typedef void server_key_fn(void *arg, const struct server_key_row *r);

/* All keys, the newest first.  fn does not write to the store. */
void certs_each_key(struct store *s, server_key_fn *fn, void *arg);

struct cert_row {
	const char *print;      /* borrowed, as all of it */
	const char *server_key; /* "": not known here */
	bool opens;             /* else der is empty */
	const void *der;
	size_t len;
};
typedef void certs_fn(void *arg, const struct cert_row *r);

/* When one was last added; 0: never. */
int64_t certs_changed(struct store *s);

/* All certificates, in the order of their prints. */
void certs_each(struct store *s, certs_fn *fn, void *arg);

#endif
