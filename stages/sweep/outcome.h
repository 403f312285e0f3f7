#ifndef OUTCOME_H
#define OUTCOME_H

/*
 * outcome - what a connection's failure means: from error numbers and TLS
 * alerts to the conversation's outcomes.
 */
#include <stdbool.h>

#include "setup/setup.h"

/* How far a request is. */
enum outcome_phase {
	PHASE_CONNECT, /* no TCP connection yet */
	PHASE_TLS,     /* connected, the handshake is not done */
	PHASE_HTTP,    /* the request goes out or its reply comes in */
};

/* connect(2) failed with this errno. */
enum setup_outcome outcome_connect(int error);

/* A fatal TLS alert, by its number, where a pre-shared key is the login. */
enum setup_outcome outcome_alert(int alert);

/* The same from who has been shown our certificate. */
enum setup_outcome outcome_cert_alert(int alert);

/* Nothing came in time. */
enum setup_outcome outcome_timeout(enum outcome_phase phase);

#endif
