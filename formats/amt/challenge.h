#ifndef CHALLENGE_H
#define CHALLENGE_H

/*
 * challenge - what a 401 asks for, and the answer to it: HTTP digest.
 * Sources: RFC 2617 3.2 and RFC 7616 (digest), RFC 9110 5.6.1 (lists) and
 * 11.6.1 (several challenges in one field).
 *
 * libcurl could do it, but stops at a doubled comma, which firmware sends and
 * a list may have; takes the first algorithm offered, also one other than MD5;
 * hashes no body for auth-int; and does not tell a refused password from a 401
 * that asks for something else.
 *
 * MD5 alone: a machine keeps what SetAdminAclEntryEx gave it, the MD5 of user,
 * realm and password, and can check nothing else.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A realm is some 40 characters, a nonce as many. */
#define CHALLENGE_TEXT 256
/* Of a whole answer, every character of three texts escaped. */
#define CHALLENGE_ANSWER 2048
#define CHALLENGE_CNONCE 16 /* random bytes an answer takes */

enum challenge_qop { CHALLENGE_NO_QOP, CHALLENGE_AUTH, CHALLENGE_AUTH_INT };

struct challenge {
	char realm[CHALLENGE_TEXT]; /* without the quotes and escapes */
	char nonce[CHALLENGE_TEXT];
	char opaque[CHALLENGE_TEXT]; /* if has_opaque: to be echoed */
	bool has_opaque;
	bool names_md5; /* the algorithm is named, and so will be ours */
	bool stale;     /* only the nonce was refused */
	enum challenge_qop qop; /* auth where it is offered */
	uint32_t nanswers;      /* so far; the count the next one has, less 1 */
};

/*
 * The value of one WWW-Authenticate field, exactly len bytes.  True with *c
 * filled when it holds a digest challenge that can be answered, the first of
 * them; else *c is as it was.
 */
bool challenge_read(struct challenge *c, const char *value, size_t len);

struct challenge_request {
	const char *user;
	const char *password;
	const char *method;
	const char *uri;
	const char *body;
	size_t len;
};

/*
 * The value of the Authorization field for one request; counts it.  0, or -1
 * when out of memory.  *to holds no password, only what proves it.
 */
int challenge_answer(char to[CHALLENGE_ANSWER], struct challenge *c,
    const struct challenge_request *rq, const uint8_t random[CHALLENGE_CNONCE]);

#endif
