#include "sign/signer.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "keys/certfile.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "sign/localsign.h"

/* Of a machine that makes none: all releases take it. */
#define KEY_BITS 2048
#define ANSWER_MAX CHILD_ANSWER

struct signer_request {
	STAILQ_ENTRY(signer_request) entry;
	struct signing is;
	EVP_PKEY *key; /* NULL: the machine has it */
};

void
signers_begin(struct signers *s)
{
	STAILQ_INIT(&s->waiting);
	s->children = calloc(s->at_once, sizeof(*s->children));
	s->of = calloc(s->at_once, sizeof(struct signer_request *));
	if (s->children == NULL || s->of == NULL)
		err(EX_OSERR, "memory");
}

static void
request_free(struct signer_request *q)
{
	EVP_PKEY_free(q->key);
	free(q);
}

static void
signers_drop(struct signers *s)
{
	struct signer_request *q;

	while ((q = STAILQ_FIRST(&s->waiting)) != NULL) {
		STAILQ_REMOVE_HEAD(&s->waiting, entry);
		request_free(q);
	}
	for (size_t i = 0; i < s->nrunning; i++) {
		child_kill(&s->children[i]);
		request_free(s->of[i]);
	}
	s->nrunning = 0;
}

void
signers_end(struct signers *s)
{
	signers_drop(s);
	packets_end(&s->out);
	localca_free(&s->ca);
	free(s->children);
	free(s->of);
}

/* --- an answer ------------------------------------------------------------ */

/* The key goes with it where it was made here. */
static int
key_encode(struct machinecert_der *to, const EVP_PKEY *key)
{
	uint8_t *at = to->at;
	int len = key == NULL ? 0 : i2d_PrivateKey(key, NULL);

	to->len = 0;
	if (len < 0 || (size_t)len > sizeof(to->at))
		return -1;
	if (len > 0)
		to->len = (size_t)i2d_PrivateKey(key, &at);
	return 0;
}

/* And the request's end. */
static void
request_answer(struct signers *s, struct signer_request *q,
    struct setup_signature *a)
{
	if (a->how == SETUP_SIGNED && key_encode(&a->key, q->key) == -1) {
		a->how = SETUP_SIGNER_BROKEN;
		a->chain.n = 0;
		a->note = "the key that was made is too long";
	}
	if (stage_verbose())
		stage_say(q->is.uuid, 0, "%s: %s", q->is.fqdn,
		    a->how == SETUP_SIGNED ? "signed" : a->note);
	packets_add(&s->out, q->is.id, a);
	explicit_bzero(a, sizeof(*a));
	request_free(q);
}

static void
request_fail(struct signers *s, struct signer_request *q,
    enum setup_signed_how how, const char *note)
{
	static struct setup_signature a;

	a.how = how;
	a.note = note;
	request_answer(s, q, &a);
}

/* --- the program's answer ------------------------------------------------- */

static bool
is_root(X509 *cert)
{
	return X509_check_issued(cert, cert) == X509_V_OK;
}

/* 0, or -1 with *f.  A root at the end may be left out, and is where there is
 * no room for it. */
static int
chain_fill(struct machinecert_chain *to, STACK_OF(X509) * certs,
    struct fault *f)
{
	int n = sk_X509_num(certs);

	if (n == MACHINECERT_CHAIN + 1 && is_root(sk_X509_value(certs, n - 1)))
		n--;
	if (n > MACHINECERT_CHAIN)
		return fault_set(f, 0,
		    "it has more than %d certificates (got %d)",
		    MACHINECERT_CHAIN, n);
	for (to->n = 0; to->n < (size_t)n; to->n++) {
		struct machinecert_der *der = &to->cert[to->n];
		X509 *cert = sk_X509_value(certs, (int)to->n);
		uint8_t *at = der->at;
		int len = i2d_X509(cert, NULL);

		if (len <= 0 || (size_t)len > sizeof(der->at))
			return fault_set(f, 0,
			    "certificate %zu is too long (got %d bytes, "
			    "expected at most %zu)",
			    to->n + 1, len, sizeof(der->at));
		der->len = (size_t)i2d_X509(cert, &at);
	}
	return 0;
}

static void
answer_read(struct signers *s, struct signer_request *q, const struct child *c)
{
	static struct setup_signature a;
	struct fault f;
	STACK_OF(X509) *certs = certfile_read(c->answer, c->nanswer, &f);
	char note[SIGNING_NOTE];

	a.how = SETUP_SIGNED;
	a.note = "";
	if (certs == NULL || chain_fill(&a.chain, certs, &f) == -1) {
		(void)snprintf(note, sizeof(note), "%s",
		    c->nanswer == 0 ? "it printed nothing" : f.why);
		a.how = SETUP_SIGNER_BROKEN;
		a.chain.n = 0;
		a.note = note;
	}
	sk_X509_pop_free(certs, X509_free);
	ERR_clear_error();
	request_answer(s, q, &a);
}

/* The last line that it said, which mostly has the cause. */
static void
last_said(char *to, size_t cap, const struct child *c)
{
	size_t end = c->nlast, begin;

	while (
	    end > 0 && (c->last[end - 1] == '\n' || c->last[end - 1] == '\r'))
		end--;
	for (begin = end; begin > 0 && c->last[begin - 1] != '\n'; begin--)
		;
	text_show(to, cap, c->last + begin, end - begin);
}

/* "status 3, and it said: no such template" */
static void
exit_describe(char note[SIGNING_NOTE], const struct child *c)
{
	char said[CHILD_SAID + 16];

	last_said(said, sizeof(said), c);
	(void)snprintf(note, SIGNING_NOTE, "%s %d%s%s",
	    c->end == CHILD_EXITED ? "status" : "ended by signal", c->code,
	    said[0] != '\0' ? ", and it said: " : "", said);
}

static void
child_end_read(struct signers *s, struct signer_request *q,
    const struct child *c)
{
	enum setup_signed_how how = SETUP_SIGNER_REFUSED;
	char note[SIGNING_NOTE];

	switch (c->end) {
	case CHILD_NOT_STARTED:
		how = SETUP_SIGNER_MISSING;
		(void)snprintf(note, sizeof(note), "%.150s: %s", s->program,
		    strerror(c->code));
		break;
	case CHILD_TIMED_OUT:
		how = SETUP_SIGNER_TIMEOUT;
		(void)snprintf(note, sizeof(note), "no answer in %u s",
		    s->seconds);
		break;
	case CHILD_TOO_LONG:
		how = SETUP_SIGNER_BROKEN;
		(void)snprintf(note, sizeof(note), "more than %d bytes",
		    ANSWER_MAX);
		break;
	default:
		if (c->end == CHILD_EXITED && c->code == 0) {
			answer_read(s, q, c);
			return;
		}
		exit_describe(note, c);
	}
	request_fail(s, q, how, note);
}

/* --- requests ------------------------------------------------------------- */

/* 0, or -1: none could be made. */
static int
key_make(struct signer_request *q)
{
	if (q->is.request.len != 0)
		return 0;
	q->key = EVP_RSA_gen(KEY_BITS);
	if (q->key != NULL &&
	    machinecert_request_of(&q->is.request, q->key, q->is.fqdn) == 0)
		return 0;
	ERR_clear_error();
	return -1;
}

/* In PEM; the length, or 0. */
static size_t
question_write(char to[CHILD_QUESTION], const struct machinecert_der *der)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text;
	long n = 0;

	if (bio != NULL &&
	    PEM_write_bio(bio, PEM_STRING_X509_REQ, "", der->at,
	        (long)der->len) > 0)
		n = BIO_get_mem_data(bio, &text);
	if (n > CHILD_QUESTION)
		n = 0;
	if (n > 0)
		memcpy(to, text, (size_t)n);
	BIO_free(bio);
	return n > 0 ? (size_t)n : 0;
}

static void
program_start(struct signers *s, struct signer_request *q)
{
	struct child *c = &s->children[s->nrunning];
	char question[CHILD_QUESTION];
	const struct child_wish wish = { .path = s->program,
		.args = { q->is.fqdn, q->is.uuid },
		.question = question,
		.len = question_write(question, &q->is.request),
		.seconds = s->seconds,
		.answer_max = ANSWER_MAX };

	child_start(c, &wish, clock_ms());
	if (c->end != CHILD_RUNS)
		child_end_read(s, q, c);
	else
		s->of[s->nrunning++] = q;
}

static void
local_answer(struct signers *s, struct signer_request *q)
{
	static struct setup_signature a;
	char note[SIGNING_NOTE];

	localsign_make(&a, note, &s->ca, &q->is, s->days);
	request_answer(s, q, &a);
}

static void
request_begin(struct signers *s, struct signer_request *q)
{
	if (q->is.local && s->ca.cert == NULL)
		request_fail(s, q, SETUP_SIGNER_MISSING,
		    "the site has no CA: amt-cert ca makes one");
	else if (!q->is.local && s->program == NULL)
		request_fail(s, q, SETUP_SIGNER_MISSING,
		    "SIGNER in site.conf names no program");
	else if (key_make(q) == -1)
		request_fail(s, q, SETUP_SIGNER_BROKEN,
		    "no key could be made for the machine");
	else if (q->is.local)
		local_answer(s, q);
	else
		program_start(s, q);
}

bool
signers_take(struct signers *s)
{
	struct signer_request *q;
	int got;

	do {
		q = calloc(1, sizeof(*q));
		if (q == NULL)
			err(EX_OSERR, "memory");
		got = packets_next(&s->out, &q->is);
		if (got == 1)
			STAILQ_INSERT_TAIL(&s->waiting, q, entry);
		else
			free(q);
	} while (got == 1);
	if (got == -1)
		signers_drop(s);
	while (s->nrunning < s->at_once &&
	    (q = STAILQ_FIRST(&s->waiting)) != NULL) {
		STAILQ_REMOVE_HEAD(&s->waiting, entry);
		request_begin(s, q);
	}
	packets_send(&s->out);
	return got != -1;
}

/* --- those that run ------------------------------------------------------- */

void
signers_watch(const struct signers *s, struct pollfd *fds, int64_t *until_ms)
{
	for (size_t i = 0; i < s->nrunning; i++) {
		child_watch(&s->children[i], &fds[i * CHILD_FDS]);
		if (s->children[i].deadline_ms < *until_ms)
			*until_ms = s->children[i].deadline_ms;
	}
}

void
signers_turn(struct signers *s, const struct pollfd *fds)
{
	int64_t now = clock_ms();

	/* From the last on: the one that takes a place has had its turn. */
	for (size_t i = s->nrunning; i-- > 0;) {
		struct signer_request *q = s->of[i];

		if (!child_turn(&s->children[i], &fds[i * CHILD_FDS], now))
			continue;
		child_end_read(s, q, &s->children[i]);
		s->nrunning--;
		s->children[i] = s->children[s->nrunning];
		s->of[i] = s->of[s->nrunning];
	}
}
