#ifndef SETUP_H
#define SETUP_H

/*
 * setup - the conversation that sets up one machine, as a pure function.
 *
 * The reply that came in, and what is known so far, give the next request, a
 * wait or a verdict.  Nothing here opens a socket or reads a clock: the caller
 * (sweep) carries requests and replies, a unit test plays a transcript.
 * Sources: Intel AMT Implementation and Reference Guide, "Setup and
 * Configuration of Intel AMT"; class and method facts as in wsman.h.
 *
 * One request at a time.  The digest user is always admin.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "setup/setup_job.h"

#define SETUP_BODY_MAX 16384 /* our largest request is a 4 kB Put */
#define SETUP_DETAIL_MAX 192

enum setup_route {
	SETUP_TLS_PSK, /* port 16993 with the job's PID and PPS */
	SETUP_PLAIN,   /* port 16992: a machine set up without TLS */
	/* Port 16993 with a certificate of ours, which the machine must ask
	 * for; whoever does not is not a machine in setup. */
	SETUP_TLS_PKI,
	/* Port 16993 of a machine that is set up and serves TLS: it shows a
	 * certificate of its own, and gets the console's if it asks for one. */
	SETUP_TLS_OWN,
};

struct setup_ask {
	enum setup_route route;
	enum setup_tls tls;
	bool fresh;     /* on a new connection: route or credentials changed */
	size_t chain;   /* SETUP_TLS_PKI: index into the job's chains */
	size_t console; /* SETUP_TLS_OWN: index into its consoles */
	/* Borrowed from the struct setup.  NULL: no login is sent, and a 401
	 * comes back with its realm. */
	const char *password;
	/* The only realm that a digest may be sent for; NULL where the key
	 * tells who listens, whatever realm it names. */
	const char *realm;
	/* SETUP_TLS_OWN: SHA-256 of the certificate that it must show, in
	 * hexadecimal, or two with a comma between; NULL: any. */
	const char *leaf;
	const char *step; /* its name, for messages; until the next one */
	const char *body; /* borrowed from the struct setup */
	size_t len;
	int64_t limit_ms; /* until the whole reply is in */
};

enum setup_outcome {
	SETUP_ANSWERED, /* an HTTP response of any status came, whole */
	SETUP_CONNECT_REFUSED,
	SETUP_CONNECT_TIMEOUT,
	SETUP_CONNECT_NO_ROUTE,
	SETUP_TLS_KEY_REFUSED, /* alert bad_record_mac, decrypt_error or
	                        * unknown_psk_identity (RFC 4279) */
	SETUP_TLS_FAILED,      /* any other alert, nothing in common */
	SETUP_TLS_CLOSED,
	SETUP_TLS_TIMEOUT,
	SETUP_TLS_CERT_REFUSED, /* alerts 42 to 46, 48 and 49 after our
	                         * Certificate (RFC 5246, 7.2.2) */
	SETUP_TLS_NOT_ASKED,   /* no CertificateRequest: closed, nothing sent */
	SETUP_DEVICE_REFUSED,  /* its certificate is not of the on-die roots,
	                        * and the site wants that: nothing sent */
	SETUP_LEAF_REFUSED,    /* its certificate is another than the job's:
	                        * nothing sent */
	SETUP_CONSOLE_WANTED,  /* it asked for a console's certificate, was
	                        * shown none, and ended the handshake */
	SETUP_CONSOLE_REFUSED, /* or as it does not take the one shown */
	SETUP_PEER_FLOODS,     /* sends what no machine does, without end */
	SETUP_HTTP_CLOSED,     /* cut before the response was complete */
	SETUP_HTTP_TIMEOUT,
	SETUP_HTTP_BROKEN, /* not HTTP, or larger than we take */
};

struct setup_reply {
	enum setup_outcome outcome;
	int status; /* HTTP status when answered; a 401 means that the digest
	             * password was refused, or that one is wanted where none
	             * was sent, unless no_digest: */
	bool no_digest;    /* it asks for none, or for none we know */
	bool stale;        /* every nonce that it gave was too old for it */
	bool foreign;      /* it asks for another realm than may be answered,
	                    * and so no digest was sent */
	const char *realm; /* what it asked for last, or "" */
	const char *body;  /* borrowed for the call; not NUL-terminated */
	size_t len;
	const char *server; /* the Server header or "" */
	enum setup_tls tls; /* of the connection that it came on, */
	bool console_shown; /* on which it asked for a console's certificate,
	                     * and was shown one */
	const char *note;   /* the transport's words for the detail, or "" */
};

/* The reason when an outcome is all there is to say about a machine;
 * REASON_NONE for SETUP_ANSWERED. */
enum reason_id setup_outcome_reason(enum setup_outcome outcome);

enum setup_next {
	SETUP_ASK,  /* send *ask */
	SETUP_WAIT, /* call again with a NULL reply after wait_ms */
	SETUP_END,  /* see reason and detail */
	SETUP_SIGN, /* it needs a certificate: setup_sign.h */
};

enum setup_milestone {
	SETUP_NO_MILESTONE,
	SETUP_REACHED, /* answered with the right UUID */
	SETUP_PROVED,  /* and is in setup, under the key: the end of a job
	                * that wishes no more */
	SETUP_CLOCK_SET,
	SETUP_MEBX_WANTED, /* admin_next is sent as the MEBx password next,
	                    * as the commit demands one and the job has none */
	SETUP_MEBX_SET,
	SETUP_ADMIN_SET, /* admin_next is now the password, also when it
	                  * was found so */
	SETUP_NAMED,
	SETUP_COMMITTED, /* CommitChanges was accepted or found done */
	SETUP_VERIFIED,  /* ProvisioningState 2 seen with admin_next, and
	                  * everything read back as it is wanted */
	SETUP_IN_ORDER,  /* of a machine that is set up: all is as wanted */
	SETUP_UNPROVISIONING, /* the call that takes it back is sent next: from
	                       * here on it may be set up no longer */
	SETUP_UNPROVISIONED,  /* it is set up no longer */
	SETUP_MILESTONES
};

struct setup; /* opaque; holds secrets, wiped by setup_free */

/* Copies job.  NULL when out of memory. */
struct setup *setup_new(const struct setup_job *job);
void setup_free(struct setup *s);

/*
 * One step.  reply is NULL at the start and after a wait.  unix_now is the
 * server's clock in seconds, for the device's clock alone; now_ms never goes
 * backwards, for how long things take.  Fills *ask on SETUP_ASK, *wait_ms on
 * SETUP_WAIT.
 */
enum setup_next setup_step(struct setup *s, const struct setup_reply *reply,
    int64_t unix_now, int64_t now_ms, struct setup_ask *ask, int64_t *wait_ms);

/* The milestones reached since the last call, one a call, oldest first. */
enum setup_milestone setup_milestone(struct setup *s);
const char *setup_milestone_name(enum setup_milestone m);

/* What was met at one setting. */
enum setup_finding_kind {
	SETUP_DIFFERS, /* the machine has another value; nothing was written */
	SETUP_CHANGED, /* it had, and was given the wanted one */
	SETUP_LACKS,   /* its release has no such setting */
	SETUP_SENT,    /* a secret was accepted; nothing reads it back */
	SETUP_DIFFERED /* SETUP_DIFFERS, before it was written after all */
};

/* "differs" and so on. */
const char *setup_finding_name(enum setup_finding_kind kind);

struct setup_finding {
	enum setup_finding_kind kind;
	const char *setting; /* its row's name */
	char item[64];       /* entry of a list, or "" */
	/* In the profile's words, printable, cut with "..."; "" of secrets. */
	char wanted[256], found[256];
};

/* The findings since the last call, one a call, oldest first; NULL: no more.
 * Valid until the next call of the conversation. */
const struct setup_finding *setup_finding(struct setup *s);

/* After SETUP_END: REASON_NONE when the machine was verified. */
enum reason_id setup_reason(const struct setup *s);
/* What was met where, without secrets; also how an earlier half-done setup
 * was found.  Valid until setup_free. */
const char *setup_detail(const struct setup *s);
/* What the machine said, for a message: printable, and without the job's
 * secrets, however they are dressed.  Answers to. */
const char *setup_quote(const struct setup *s, char *to, size_t cap,
    const char *text);
/* The digest realm that the machine named under its key in this
 * conversation, or "". */
const char *setup_realm(const struct setup *s);
/* Firmware version as far as known, or "". */
const char *setup_firmware(const struct setup *s);

#endif
