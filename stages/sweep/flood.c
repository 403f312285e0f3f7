#include "sweep/flood.h"

#include <openssl/bio.h>
#include <openssl/ssl3.h>

void
flood_allow(struct flood *f, size_t most_reads, size_t most_bytes)
{
	f->reads = 0;
	f->bytes = 0;
	f->most_reads = most_reads;
	f->most_bytes = most_bytes;
	f->over = false;
	f->records.why = NULL;
}

/* Of a header a byte, of a record as much as there is; returns how much. */
static size_t
records_take(struct flood_records *r, const uint8_t *bytes, size_t len)
{
	size_t n = len < r->left ? len : r->left;

	if (r->left == 0) {
		r->head[r->nhead++] = *bytes;
		if (r->nhead == sizeof(r->head)) {
			r->nhead = 0;
			r->left = (size_t)r->head[3] << 8 | r->head[4];
		}
		return 1;
	}
	if (r->head[0] == SSL3_RT_HANDSHAKE)
		r->why = owncurve_look(&r->curves, bytes, n);
	r->left -= n;
	return n;
}

static void
records_look(struct flood_records *r, const uint8_t *bytes, size_t len)
{
	while (len > 0 && r->why == NULL) {
		size_t n = records_take(r, bytes, len);

		bytes += n;
		len -= n;
	}
}

/* Whether one more read is due in this turn; else why not is in f->over. */
static bool
may_read(struct flood *f)
{
	if (f->turn != *f->now) {
		f->turn = *f->now;
		f->turn_reads = 0;
		f->turn_bytes = 0;
	}
	if (!f->over &&
	    (f->reads >= f->most_reads || f->bytes >= f->most_bytes)) {
		f->over = true;
		f->on_over(f->arg);
	}
	return !f->over && f->turn_reads < FLOOD_TURN_READS &&
	    f->turn_bytes < FLOOD_TURN_BYTES;
}

/*
 * Before a read, 0 or less in place of ret (1) is what the read returns.  With
 * the retry flag OpenSSL takes it for a socket without data, and what is there
 * makes epoll come back at once: in the next turn, after the others.
 */
static long
on_bio(BIO *bio, int what, const char *data, size_t cap, int argi, long argl,
    int ret, size_t *got)
{
	struct flood *f = (struct flood *)(void *)BIO_get_callback_arg(bio);

	(void)cap;
	(void)argi;
	(void)argl;
	if (what == BIO_CB_READ && (f->records.why != NULL || !may_read(f))) {
		BIO_clear_retry_flags(bio);
		if (!f->over && f->records.why == NULL)
			BIO_set_retry_read(bio);
		return -1;
	}
	if (what == (BIO_CB_READ | BIO_CB_RETURN) && ret > 0 && got != NULL) {
		f->reads++;
		f->bytes += *got;
		f->turn_reads++;
		f->turn_bytes += *got;
		records_look(&f->records, (const uint8_t *)data, *got);
		if (f->records.why != NULL) {
			BIO_clear_retry_flags(bio);
			return -1;
		}
	}
	return ret;
}

void
flood_watch(const SSL *ssl, struct flood *f)
{
	BIO *bio = SSL_get_rbio(ssl);

	if (bio == NULL)
		return;
	f->records = (struct flood_records){ .why = NULL };
	BIO_set_callback_arg(bio, (char *)(void *)f);
	BIO_set_callback_ex(bio, on_bio);
}
