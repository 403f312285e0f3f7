#include "floodtls.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/core_names.h>

#define RECORD_MAX 16384

static unsigned
give_key(SSL *ssl, const char *identity, unsigned char *psk, unsigned max)
{
	const struct floodtls *t = SSL_get_app_data(ssl);

	if (strcmp(identity, t->pid) != 0 || max < 32)
		return 0;
	memcpy(psk, t->pps, 32);
	return 32;
}

/* RFC 5246, 6.3: MAC keys of client and server, then their keys. */
static bool
derive(struct floodtls *t)
{
	uint8_t seed[13 + 64] = "key expansion", master[48], block[72];
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	char sha256[] = "SHA256";
	size_t len = SSL_SESSION_get_master_key(SSL_get_session(t->ssl), master,
	    sizeof(master));
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, sha256,
		    0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master,
		    len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed,
		    sizeof(seed)),
		OSSL_PARAM_construct_end()
	};
	bool ok;

	(void)SSL_get_server_random(t->ssl, seed + 13, 32);
	(void)SSL_get_client_random(t->ssl, seed + 45, 32);
	ok = ctx != NULL &&
	    EVP_KDF_derive(ctx, block, sizeof(block), params) == 1;
	memcpy(t->mac, block + 20, sizeof(t->mac));
	memcpy(t->key, block + 56, sizeof(t->key));
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ok;
}

static bool
put_whole(int fd, const void *bytes, size_t len)
{
	return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* What OpenSSL has written: handshake messages in clear byte by byte, the rest
 * as it is.  It writes whole records. */
static bool
pass_on(BIO *from, int fd, bool *clear)
{
	uint8_t record[5 + 18432];

	while (BIO_read(from, record, 5) == 5) {
		size_t len = (size_t)record[3] << 8 | record[4];

		if (len > 18432 ||
		    BIO_read(from, record + 5, (int)len) != (int)len)
			return false;
		*clear &= record[0] == 22;
		for (size_t i = 0; *clear && i < len; i++) {
			uint8_t piece[6] = { 22, record[1], record[2], 0, 1,
				record[5 + i] };

			if (!put_whole(fd, piece, sizeof(piece)))
				return false;
		}
		if (!*clear && !put_whole(fd, record, 5 + len))
			return false;
	}
	return true;
}

static bool
accept_in_bytes(SSL *ssl, int fd)
{
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	uint8_t got[4096];
	bool clear = true;

	if (in == NULL || out == NULL)
		return false;
	(void)BIO_set_mem_eof_return(in, -1);
	SSL_set_bio(ssl, in, out);
	for (;;) {
		int rc = SSL_accept(ssl);
		ssize_t n;

		if (!pass_on(out, fd, &clear))
			return false;
		if (rc == 1)
			return SSL_set_fd(ssl, fd) == 1;
		if (SSL_get_error(ssl, rc) != SSL_ERROR_WANT_READ)
			return false;
		n = recv(fd, got, sizeof(got), 0);
		if (n <= 0 || BIO_write(in, got, (int)n) != (int)n)
			return false;
	}
}

bool
floodtls_open(struct floodtls *t, int fd, const char *pid, const char *pps,
    bool in_bytes)
{
	*t = (struct floodtls){ .ctx = SSL_CTX_new(TLS_server_method()),
		.pid = pid,
		.pps = pps,
		.fd = fd,
		.sequence = 1 }; /* after Finished */
	if (t->ctx == NULL)
		return false;
	SSL_CTX_set_psk_server_callback(t->ctx, give_key);
	(void)SSL_CTX_set_options(t->ctx,
	    SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_TICKET);
	(void)SSL_CTX_set_max_proto_version(t->ctx, TLS1_2_VERSION);
	(void)SSL_CTX_set_cipher_list(t->ctx, "PSK-AES128-CBC-SHA:@SECLEVEL=0");
	t->ssl = SSL_new(t->ctx);
	if (t->ssl != NULL && SSL_set_app_data(t->ssl, t) == 1 &&
	    (in_bytes
	            ? accept_in_bytes(t->ssl, fd)
	            : SSL_set_fd(t->ssl, fd) == 1 && SSL_accept(t->ssl) == 1) &&
	    SSL_version(t->ssl) == TLS1_2_VERSION && derive(t))
		return true;
	floodtls_close(t);
	return false;
}

void
floodtls_close(struct floodtls *t)
{
	SSL_free(t->ssl);
	SSL_CTX_free(t->ctx);
	*t = (struct floodtls){ .fd = -1 };
}

bool
floodtls_request(struct floodtls *t)
{
	char text[32768];
	size_t len = 0, body;
	const char *end, *length;

	for (;;) {
		int n =
		    SSL_read(t->ssl, text + len, (int)(sizeof(text) - 1 - len));

		if (n <= 0)
			return false;
		len += (size_t)n;
		text[len] = '\0';
		end = strstr(text, "\r\n\r\n");
		if (end == NULL)
			continue;
		length = strstr(text, "Content-Length: ");
		body = length == NULL ? 0 : strtoul(length + 16, NULL, 10);
		if (len >= (size_t)(end - text) + 4 + body)
			return true;
	}
}

/* The content, its MAC and the padding, in place; the length of it all. */
static size_t
sign(struct floodtls *t, uint8_t type, uint8_t *content, size_t len)
{
	uint8_t head[13];
	uint8_t all[13 + RECORD_MAX];
	size_t padding;

	for (int i = 0; i < 8; i++)
		head[i] = (uint8_t)(t->sequence >> (56 - 8 * i));
	t->sequence++;
	head[8] = type;
	head[9] = head[10] = 3;
	head[11] = (uint8_t)(len >> 8);
	head[12] = (uint8_t)len;
	memcpy(all, head, sizeof(head));
	memcpy(all + sizeof(head), content, len);
	(void)HMAC(EVP_sha1(), t->mac, sizeof(t->mac), all, sizeof(head) + len,
	    content + len, NULL);
	len += 20;
	padding = 15 - len % 16;
	memset(content + len, (int)padding, padding + 1);
	return len + padding + 1;
}

bool
floodtls_put(struct floodtls *t, uint8_t type, const void *bytes, size_t len)
{
	uint8_t record[5 + 16 + RECORD_MAX + 64] = { type, 3, 3 };
	uint8_t content[RECORD_MAX + 64];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	bool ok;

	if (len > RECORD_MAX || ctx == NULL)
		abort();
	memcpy(content, bytes, len);
	len = sign(t, type, content, len);
	memset(record + 5, 0x5a, 16); /* the IV: nothing here is secret */
	ok = EVP_EncryptInit_ex(ctx, EVP_aes_128_cbc(), NULL, t->key,
	         record + 5) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_EncryptUpdate(ctx, record + 21, &n, content, (int)len) == 1;
	EVP_CIPHER_CTX_free(ctx);
	record[3] = (uint8_t)((len + 16) >> 8);
	record[4] = (uint8_t)(len + 16);
	return ok &&
	    send(t->fd, record, 21 + len, MSG_NOSIGNAL) == (ssize_t)(21 + len);
}
