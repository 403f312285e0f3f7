/*
 * sweep_sign - certificates for machines, from sign-run.
 *
 * A machine that waits for one holds no connection and no place among those in
 * flight.  Nothing here blocks: sign-run may hang, or be gone.
 */
#include "sweep/sweep_parts.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/text.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "setup/signing.h"

/* What one turn takes in. */
#define ANSWERS_MAX 64

static void sign_read(void *arg);

static bool
socket_good(int fd)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_SEQPACKET;
}

void
sweep_sign_begin(struct sweep *s, int fd)
{
	s->signer = fd;
	if (fd == -1)
		return;
	if (!socket_good(fd))
		errx(EX_USAGE,
		    "-S: descriptor %d is not the socket that sign-run gives",
		    fd);
	device_loop_watch(s->loop, fd, sign_read, s);
}

static void
sign_answer(struct sweep_machine *m, enum setup_signed_how how,
    const char *note)
{
	const struct setup_signature a = { .how = how, .note = note };

	machine_signed(m, &a);
}

/* Nobody answers any more: those who wait end with that. */
static void
sign_close(struct sweep *s, const char *why)
{
	struct sweep_machine *m;

	device_loop_watch(s->loop, -1, NULL, NULL);
	(void)close(s->signer);
	s->signer = -1;
	while ((m = TAILQ_FIRST(&s->signing)) != NULL)
		sign_answer(m, SETUP_SIGNER_MISSING, why);
}

/* --- requests ------------------------------------------------------------- */

bool
sweep_sign_wait(struct sweep_machine *m)
{
	struct sweep *s = m->sweep;

	if (s->signer == -1)
		return false;
	m->signing = 0;
	queue_enter(m, SWEEP_SIGNING);
	timers_set(&s->waits, &m->wait, m->until_ms);
	return true;
}

/* The record as a packet; false: the socket is full now, or gone. */
static bool
sign_write(struct sweep *s, const char *const *fields)
{
	static uint8_t line[RECORD_LINE_MAX + 1];
	struct writer w = { .base = line, .cap = sizeof(line) };
	ssize_t n;

	record_put(&w, &kind_signing, fields);
	if (writer_done(&w) == -1)
		errx(EX_SOFTWARE, "a request is longer than a record may be");
	n = send(s->signer, line, w.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n == -1 && errno != EAGAIN && errno != EINTR)
		sign_close(s, "sign-run ended before it was asked");
	return n != -1;
}

static bool
sign_ask(struct sweep_machine *m)
{
	static struct signing_texts texts;
	const char *fields[SIGNING_NCOLUMNS];
	struct sweep *s = m->sweep;
	char id[TEXT_DECIMAL];

	(void)text_decimal(id, s->nsigning + 1);
	if (signing_fields(fields, id, m->job.uuid, setup_signing(m->setup),
	        &texts) == -1) {
		sign_answer(m, SETUP_SIGNER_BROKEN,
		    "the machine's request is too long to be signed");
		return true;
	}
	if (!sign_write(s, fields))
		return false;
	m->signing = ++s->nsigning;
	return true;
}

void
sweep_sign_send(struct sweep *s)
{
	struct sweep_machine *m = TAILQ_LAST(&s->signing, sweep_queue), *next;

	/* Those that were not asked for are the last, and mostly there is none.
	 */
	if (m == NULL || m->signing != 0)
		return;
	while ((next = TAILQ_PREV(m, sweep_queue, entry)) != NULL &&
	    next->signing == 0)
		m = next;
	for (; m != NULL; m = next) {
		next = TAILQ_NEXT(m, entry);
		if (!sign_ask(m))
			return;
	}
}

/* --- answers -------------------------------------------------------------- */

static struct sweep_machine *
sign_find(struct sweep *s, const char *id)
{
	struct sweep_machine *m;
	char number[TEXT_DECIMAL];

	TAILQ_FOREACH(m, &s->signing, entry)
	{
		(void)text_decimal(number, m->signing);
		if (m->signing != 0 && strcmp(number, id) == 0)
			return m;
	}
	return NULL;
}

/* 0, or -1: this is no answer of ours. */
static int
sign_take(struct sweep *s, char *line, size_t len)
{
	static struct signing_answer answer;
	struct sweep_machine *m;
	struct record r;
	struct fault f;
	int rc = -1;

	if (len == 0 || line[len - 1] != '\n')
		return -1;
	line[--len] = '\0';
	if (record_get(&r, &kind_signed, SIGNED_NCOLUMNS, line, len, &f) == 0 &&
	    signed_read(&answer, &r, &f) == 0) {
		/* Its machine's time may be over. */
		m = sign_find(s, answer.id);
		answer.is.at = clock_seconds();
		if (m != NULL)
			machine_signed(m, &answer.is);
		rc = 0;
	}
	explicit_bzero(&answer, sizeof(answer));
	return rc;
}

static void
sign_read(void *arg)
{
	static char line[RECORD_LINE_MAX + 1];
	struct sweep *s = arg;

	for (int i = 0; i < ANSWERS_MAX; i++) {
		ssize_t n = recv(s->signer, line, sizeof(line), MSG_DONTWAIT);

		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			sign_close(s, "sign-run ended before it answered");
			return;
		}
		if (sign_take(s, line, (size_t)n) == -1) {
			stage_say("sign-run", 0, "an answer cannot be read");
			sign_close(s, "sign-run's answer cannot be read");
			return;
		}
		explicit_bzero(line, (size_t)n);
	}
}
