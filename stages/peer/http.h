#ifndef PEER_HTTP_H
#define PEER_HTTP_H

/*
 * http - requests in, replies out, as AMT's small web server frames them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "peer/machine.h"

#define HTTP_HEAD_MAX 8192
#define HTTP_BODY_MAX 65536

/* Bytes that came or wait to go.  Empty and all zero at the start. */
struct bytes {
	char *at;
	size_t len, cap;
};
void bytes_add(struct bytes *b, const void *from, size_t n);
void bytes_drop(struct bytes *b, size_t n); /* from the front */
void bytes_free(struct bytes *b);

struct http_request {
	char method[16], path[128];
	char authorization[1024]; /* "" when there was none */
	char type[128];           /* Content-Type */
	bool host, close, expect;
	char *body; /* malloc, NUL-terminated */
	size_t len;
};

/*
 * Takes the first whole request out of b.  1 with *rq filled, 0 when more
 * must come, -1 with *why when it is no request.
 */
int http_take(struct http_request *rq, struct bytes *b, const char **why);
void http_request_free(struct http_request *rq);

/* Each adds one whole response to out. */
void http_soap(struct bytes *out, const struct machine *m, int status,
    const char *body, size_t len);
void http_page(struct bytes *out, const struct machine *m, int status,
    const char *text, bool close);
void http_challenge(struct bytes *out, const struct machine *m,
    const char *nonce, bool stale, bool close);

#endif
