#include "sweep/flood.h"

#include <openssl/bio.h>

void
flood_allow(struct flood *f, size_t most_reads, size_t most_bytes)
{
	f->reads = 0;
	f->bytes = 0;
	f->most_reads = most_reads;
	f->most_bytes = most_bytes;
	f->over = false;
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

	(void)data;
	(void)cap;
	(void)argi;
	(void)argl;
	if (what == BIO_CB_READ && !may_read(f)) {
		BIO_clear_retry_flags(bio);
		if (!f->over)
			BIO_set_retry_read(bio);
		return -1;
	}
	if (what == (BIO_CB_READ | BIO_CB_RETURN) && ret > 0 && got != NULL) {
		f->reads++;
		f->bytes += *got;
		f->turn_reads++;
		f->turn_bytes += *got;
	}
	return ret;
}

void
flood_watch(const SSL *ssl, struct flood *f)
{
	BIO *bio = SSL_get_rbio(ssl);

	if (bio == NULL)
		return;
	BIO_set_callback_arg(bio, (char *)(void *)f);
	BIO_set_callback_ex(bio, on_bio);
}
