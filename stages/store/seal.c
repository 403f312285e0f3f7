#include "store/seal.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lib/random.h"
#include "lib/sitefile.h"
#include "base/text.h"

/* The key schedule is computed once, not for every row. */
struct seal {
	EVP_CIPHER_CTX *shut;
	EVP_CIPHER_CTX *open;
	uint8_t hash_key[SEAL_KEY];
	/* Nonces are not secret; drawn many at a time, each used once. */
	uint8_t nonces[256 * SEAL_NONCE];
	size_t left; /* bytes of them */
};

static const char hash_label[] = "amtbatch hashes of what was sent";

static void
seal_must(int ok)
{
	if (ok != 1)
		errx(EX_SOFTWARE, "seal: OpenSSL refuses AES-256-GCM");
}

struct seal *
seal_new(const uint8_t key[SEAL_KEY])
{
	struct seal *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->shut = EVP_CIPHER_CTX_new()) == NULL ||
	    (s->open = EVP_CIPHER_CTX_new()) == NULL)
		err(EX_OSERR, "seal");
	seal_must(
	    EVP_EncryptInit_ex(s->shut, EVP_aes_256_gcm(), NULL, key, NULL));
	seal_must(
	    EVP_DecryptInit_ex(s->open, EVP_aes_256_gcm(), NULL, key, NULL));
	seal_must(HMAC(EVP_sha256(), key, SEAL_KEY, (const uint8_t *)hash_label,
	              sizeof(hash_label) - 1, s->hash_key, NULL) != NULL);
	return s;
}

void
seal_hash(struct seal *s, char hash[SEAL_PRINT], const void *text, size_t len)
{
	uint8_t bytes[SEAL_KEY];

	seal_must(HMAC(EVP_sha256(), s->hash_key, sizeof(s->hash_key), text,
	              len, bytes, NULL) != NULL);
	text_hex(hash, bytes, sizeof(bytes));
}

void
seal_free(struct seal *s)
{
	if (s == NULL)
		return;
	EVP_CIPHER_CTX_free(s->shut); /* wipes the key */
	EVP_CIPHER_CTX_free(s->open);
	explicit_bzero(s->hash_key, sizeof(s->hash_key));
	free(s);
}

void
seal_shut(struct seal *s, uint8_t *sealed, const void *text, size_t len,
    const char *identity)
{
	uint8_t *body = sealed + SEAL_NONCE;
	int n;

	if (s->left == 0) {
		random_bytes(s->nonces, sizeof(s->nonces));
		s->left = sizeof(s->nonces);
	}
	s->left -= SEAL_NONCE;
	memcpy(sealed, s->nonces + s->left, SEAL_NONCE);
	seal_must(EVP_EncryptInit_ex(s->shut, NULL, NULL, NULL, sealed));
	seal_must(EVP_EncryptUpdate(s->shut, NULL, &n,
	    (const uint8_t *)identity, (int)strlen(identity)));
	seal_must(EVP_EncryptUpdate(s->shut, body, &n, text, (int)len));
	seal_must(EVP_EncryptFinal_ex(s->shut, body + len, &n));
	seal_must(EVP_CIPHER_CTX_ctrl(s->shut, EVP_CTRL_GCM_GET_TAG, SEAL_TAG,
	    body + len));
}

int
seal_open(struct seal *s, char *text, size_t cap, const uint8_t *sealed,
    size_t n, const char *identity)
{
	uint8_t tag[SEAL_TAG];
	size_t len = n - SEAL_MORE;
	int got;

	text[0] = '\0';
	if (n < SEAL_MORE || len >= cap)
		return -1;
	memcpy(tag, sealed + n - SEAL_TAG, SEAL_TAG);
	seal_must(EVP_DecryptInit_ex(s->open, NULL, NULL, NULL, sealed));
	seal_must(EVP_DecryptUpdate(s->open, NULL, &got,
	    (const uint8_t *)identity, (int)strlen(identity)));
	seal_must(EVP_DecryptUpdate(s->open, (uint8_t *)text, &got,
	    sealed + SEAL_NONCE, (int)len));
	seal_must(
	    EVP_CIPHER_CTX_ctrl(s->open, EVP_CTRL_GCM_SET_TAG, SEAL_TAG, tag));
	if (EVP_DecryptFinal_ex(s->open, (uint8_t *)text + len, &got) != 1) {
		explicit_bzero(text, len);
		return -1;
	}
	text[len] = '\0';
	return 0;
}

void
seal_print(char print[SEAL_PRINT], const uint8_t key[SEAL_KEY])
{
	static const char label[] = "amtbatch site.key 1";
	uint8_t all[sizeof(label) + SEAL_KEY], hash[32];

	memcpy(all, label, sizeof(label));
	memcpy(all + sizeof(label), key, SEAL_KEY);
	seal_must(EVP_Digest(all, sizeof(all), hash, NULL, EVP_sha256(), NULL));
	text_hex(print, hash, sizeof(hash));
	explicit_bzero(all, sizeof(all));
}

void
seal_key_read(uint8_t key[SEAL_KEY], const char *path)
{
	int fd = sitefile_open(path, O_RDONLY, SITEFILE_STRICT);
	struct stat st;
	uint8_t more;

	if (fd == -1 && errno == ENOENT)
		errx(EX_CONFIG,
		    "%s: the site's key file is missing; without it no PPS "
		    "and no password of this site can be read: put it back "
		    "from a backup",
		    path);
	if (fd == -1)
		errx(EX_CONFIG, "%s: %s", path, sitefile_why());
	if (fstat(fd, &st) == -1)
		err(EX_CONFIG, "%s", path);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		errx(EX_CONFIG,
		    "%s: others may use the site's key file (mode %03o); run: "
		    "chmod 600 %s",
		    path, (unsigned)(st.st_mode & 0777), path);
	if (read(fd, key, SEAL_KEY) != SEAL_KEY || read(fd, &more, 1) != 0)
		errx(EX_CONFIG,
		    "%s: not a site's key file (got %lld bytes, expected %d)",
		    path, (long long)st.st_size, SEAL_KEY);
	close(fd);
}

int
seal_key_write(const char *path, const uint8_t key[SEAL_KEY])
{
	int fd = sitefile_create(path, 0600);
	int keep;

	if (fd == -1)
		return -1;
	/* The umask can only have taken bits away. */
	if (write(fd, key, SEAL_KEY) == SEAL_KEY && fchmod(fd, 0600) == 0 &&
	    fsync(fd) == 0)
		return close(fd);
	keep = errno;
	close(fd);
	(void)unlink(path);
	errno = keep;
	return -1;
}
