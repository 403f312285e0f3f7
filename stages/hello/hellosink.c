#include "hello/hellosink.h"

#include <err.h>
#include <errno.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/stage.h"

#define OUT_CAP (1024 * 1024)
#define SYNC_MS 20    /* what one sync to the disk may gather */
#define AGAIN_MS 1000 /* when the disk took nothing */
#define REPEATED                                                               \
	TEXT_WITH("the machines will repeat them, at most ",                   \
	    HELLO_RETRIES_USUAL, " times")

void
hellosink_begin(struct hellosink *s)
{
	static char out[OUT_CAP];

	if (stage_verbose()) {
		s->log = open_memstream(&s->log_text, &s->log_len);
		if (s->log == NULL)
			err(EX_OSERR, "log");
	}
	if (s->spool != NULL)
		return;
	(void)setvbuf(stdout, out, _IOFBF, sizeof(out));
	stream_begin(&s->out, &kind_hello, false);
	if (fflush(stdout) != 0)
		hellosink_lost(s, strerror(errno));
}

bool
hellosink_room(const struct hellosink *s)
{
	return s->spool == NULL || spool_room(s->spool);
}

uint64_t
hellosink_waiting(const struct hellosink *s)
{
	return s->spool != NULL ? s->spool->waiting : s->in_hand;
}

/* They are safe now: says them. */
static void
say_taken(struct hellosink *s, uint64_t n)
{
	s->taken += n;
	if (s->log == NULL || fflush(s->log) != 0)
		return;
	(void)fwrite(s->log_text, 1, s->log_len, stderr);
	(void)fseeko(s->log, 0, SEEK_SET);
}

static void
flush_stdout(struct hellosink *s)
{
	if (fflush(stdout) != 0)
		hellosink_lost(s, strerror(errno));
	say_taken(s, s->in_hand);
	s->in_hand = 0;
}

static const char *
hellosink_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void
hellosink_lost(const struct hellosink *s, const char *why)
{
	errx(EX_IOERR,
	    "standard output: %s; %llu hello%s in hand not passed on (" REPEATED
	    ")",
	    why, (unsigned long long)s->in_hand, hellosink_plural(s->in_hand));
}

static void
log_hello(struct hellosink *s, const struct hello *h, const char *from,
    const struct hello_text *text)
{
	if (s->log == NULL)
		return;
	(void)fprintf(s->log, "%s: %s: hello of %s, ", stage_name(), from,
	    text->uuid);
	if (h->version == HELLO_PSK)
		(void)fprintf(s->log, "PSK, PID %s, retry %s\n", text->pid,
		    text->retries);
	else
		(void)fprintf(s->log, "PKI, %zu hashes, retry %s\n", h->nhashes,
		    text->retries);
}

void
hellosink_put(struct hellosink *s, const struct hello *h, const char *received,
    const struct address *peer, int64_t now_ms)
{
	static struct hello_text text;
	const char *fields[HELLO_NCOLUMNS] = { 0 };
	char host[ADDRESS_HOST], from[ADDRESS_TEXT];

	address_host(host, peer);
	address_format(from, peer);
	fields[HELLO_RECEIVED] = received;
	fields[HELLO_ADDRESS] = host;
	fields[HELLO_FROM] = from;
	hello_put(&text, fields, h);
	if (s->spool != NULL) {
		if (s->sync_ms == 0)
			s->sync_ms = now_ms + SYNC_MS;
		spool_put(s->spool, fields);
	} else {
		/* stdio writes of its own accord when its buffer is full. */
		if (__fpending(stdout) + RECORD_LINE_MAX > OUT_CAP)
			flush_stdout(s);
		s->in_hand++;
		stream_write(&s->out, fields);
	}
	log_hello(s, h, from, &text);
}

static void
sync_spool(struct hellosink *s, int64_t now_ms, struct quota *q)
{
	uint64_t n = s->spool->waiting;

	if (spool_sync(s->spool, now_ms) == 0) {
		if (s->error != 0)
			quota_say(q, "spool",
			    "takes hellos again; %llu that waited are kept",
			    (unsigned long long)n);
		s->error = 0;
		s->sync_ms = 0;
		say_taken(s, n);
		return;
	}
	if (s->error != errno)
		quota_say(q, "spool",
		    "%s; %llu hello%s wait, and will be tried every second",
		    strerror(errno), (unsigned long long)n, n == 1 ? "" : "s");
	s->error = errno;
	s->sync_ms = now_ms + AGAIN_MS;
}

void
hellosink_flush(struct hellosink *s, int64_t now_ms, struct quota *q)
{
	if (s->spool == NULL) {
		if (s->in_hand != 0)
			flush_stdout(s);
		return;
	}
	if (s->sync_ms != 0 && now_ms >= s->sync_ms)
		sync_spool(s, now_ms, q);
	spool_turn(s->spool, now_ms, false);
}

int64_t
hellosink_deadline(const struct hellosink *s)
{
	int64_t at;

	if (s->spool == NULL)
		return INT64_MAX;
	at = spool_deadline(s->spool);
	return s->sync_ms != 0 && s->sync_ms < at ? s->sync_ms : at;
}

void
hellosink_end(struct hellosink *s, uint64_t refused)
{
	uint64_t n;

	if (s->spool == NULL) {
		flush_stdout(s);
		stream_end(&s->out, refused);
		return;
	}
	n = s->spool->waiting;
	if (spool_sync(s->spool, clock_ms()) == -1)
		errx(EX_IOERR,
		    "spool: %s; %llu hello%s in hand not kept (" REPEATED ")",
		    strerror(errno), (unsigned long long)n,
		    hellosink_plural(n));
	say_taken(s, n);
	spool_turn(s->spool, clock_ms(), true);
}
