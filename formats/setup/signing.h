#ifndef SIGNING_H
#define SIGNING_H

/*
 * signing - what sweep asks sign-run and what it answers, as records of the
 * kinds signing and signed.
 */
#include "base/domain.h"
#include "base/fault.h"
#include "base/record.h"
#include "base/uuid.h"
#include "setup/setup_sign.h"

#define SIGNING_ID 24 /* with its NUL */
#define SIGNING_NOTE 256
/* Base64 of the longest certificate, request or key, with its NUL. */
#define SIGNING_BASE64 (4 * ((MACHINECERT_DER + 2) / 3) + 1)

/* A request, on the side of who signs. */
struct signing {
	char id[SIGNING_ID]; /* the answer's, too */
	bool local;          /* by the site's CA; else by its program */
	char uuid[UUID_TEXT];
	char fqdn[DOMAIN_TEXT];
	struct machinecert_der request; /* len 0: who signs makes the key */
};

/* An answer; note lies in it. */
struct signing_answer {
	char id[SIGNING_ID];
	char note[SIGNING_NOTE];
	struct setup_signature is;
};

/* Where the texts of a record's fields are; wiped by signing_texts_wipe. */
struct signing_texts {
	char request[SIGNING_BASE64];
	char chain[MACHINECERT_CHAIN * SIGNING_BASE64];
	char key[SIGNING_BASE64];
};
void signing_texts_wipe(struct signing_texts *t);

/* To a text in base64; SIGNING_BASE64 always does. */
void signing_encode(char to[SIGNING_BASE64], const struct machinecert_der *der);

/* The fields of a record, borrowed from both.  -1: it is longer than we take.
 */
int signing_fields(const char *fields[SIGNING_NCOLUMNS], const char *id,
    const char *uuid, const struct setup_sign *sign, struct signing_texts *t);
void signed_fields(const char *fields[SIGNED_NCOLUMNS], const char *id,
    const struct setup_signature *a, struct signing_texts *t);

/* 0, or -1 with *f. */
int signing_read(struct signing *to, const struct record *r, struct fault *f);
int signed_read(struct signing_answer *to, const struct record *r,
    struct fault *f);

#endif
