#ifndef SIGNER_RUN_H
#define SIGNER_RUN_H

/*
 * signer - requests on their way through the site's signer program, so many at
 * once; those of the local CA are answered right away.
 */
#include <poll.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "map/child.h"
#include "sign/packets.h"
#include "store/localca.h"

struct signer_request;

struct signers {
	const char *program; /* NULL: none */
	unsigned seconds;    /* for one */
	size_t at_once;
	int64_t days;       /* a certificate of ours is valid */
	struct localca ca;  /* cert NULL: none */
	struct packets out; /* requests come and answers go there */
	/* its own: */
	STAILQ_HEAD(signers_queue, signer_request) waiting;
	struct child *children;
	struct signer_request **of; /* whose each of them is */
	size_t nrunning;
};

void signers_begin(struct signers *s);
/* Ends what runs. */
void signers_end(struct signers *s);

/* Takes what is asked, and starts programs.  False: nobody asks any more. */
bool signers_take(struct signers *s);

/* What poll(2) has to watch: s->nrunning * CHILD_FDS; and until when. */
void signers_watch(const struct signers *s, struct pollfd *fds,
    int64_t *until_ms);
/* What poll found. */
void signers_turn(struct signers *s, const struct pollfd *fds);

#endif
