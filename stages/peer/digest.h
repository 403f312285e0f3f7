#ifndef PEER_DIGEST_H
#define PEER_DIGEST_H

/*
 * digest - HTTP digest access authentication, the server's side (RFC 2617,
 * MD5, qop auth).
 */
#include <stdbool.h>
#include <stdint.h>

#include "peer/http.h"
#include "peer/machine.h"

enum digest_result {
	DIGEST_OK,
	DIGEST_NONE,  /* no Authorization came */
	DIGEST_STALE, /* right, but its nonce is not good any more */
	DIGEST_BAD,
};

/*
 * Judges the request's Authorization by cred.  *why is set to static text
 * unless all is well; also with DIGEST_OK when the client did something odd.
 */
enum digest_result digest_check(struct machine *m,
    const struct credential *cred, const struct http_request *rq,
    int64_t now_ms, const char **why);

/* The user name in the request's Authorization, or "". */
void digest_user(char to[128], const struct http_request *rq);

/* A new nonce, remembered by the machine; valid until MACHINE_NONCES more. */
const char *digest_nonce(struct machine *m, int64_t now_ms);

#endif
