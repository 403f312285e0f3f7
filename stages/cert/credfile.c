#include "cert/credfile.h"

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <openssl/err.h>

#include "amt/pfx.h"
#include "lib/stage.h"

/* In one place, and wiped: a buffer that grows would leave copies. */
static uint8_t file[CREDENTIAL_FILE_MAX + 1];

void
credfile_begin(struct credfile *r, int fd, bool without_mac)
{
	OSSL_LIB_CTX *ctx = OSSL_LIB_CTX_new();

	*r = (struct credfile){ 0 };
	secret_begin(&r->password, fd);
	if (r->password.tty != -1)
		stage_may_also(MAY_ASK);
	r->use.iterations_max = CREDENTIAL_ITERATIONS_MAX;
	r->use.without_mac = without_mac;
	if (ctx == NULL ||
	    (r->providers[0] = OSSL_PROVIDER_load(ctx, "default")) == NULL)
		errx(EX_OSERR, "OpenSSL: out of memory");
	r->providers[1] = OSSL_PROVIDER_load(ctx, "legacy");
	if (r->providers[1] == NULL)
		ERR_clear_error(); /* credential_add says what that means */
	r->use.legacy = ctx;
}

void
credfile_end(struct credfile *r)
{
	secret_end(&r->password);
	for (size_t i = 0; i < 2; i++)
		if (r->providers[i] != NULL)
			(void)OSSL_PROVIDER_unload(r->providers[i]);
	OSSL_LIB_CTX_free(r->use.legacy);
	r->use.legacy = NULL;
}

/* The next line of the descriptor, or an answer for this file. */
static const char *
password_next(struct credfile *r, const char *name)
{
	char prompt[256];

	(void)snprintf(prompt, sizeof(prompt), "Password of %.200s", name);
	explicit_bzero(r->password.text, sizeof(r->password.text));
	r->password.is_read = false;
	return secret_get(&r->password, prompt);
}

static size_t
file_read(int fd, const char *name)
{
	size_t len = 0;

	for (;;) {
		ssize_t n = read(fd, file + len, sizeof(file) - len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			stage_fail(EX_IOERR, name, 0, "%s", strerror(errno));
		len += (size_t)n;
		if (n == 0 || len == sizeof(file))
			return len;
	}
}

void
credfile_add(struct credfile *r, struct credential *to, int fd,
    const char *name)
{
	size_t nread = file_read(fd, name);
	size_t len =
	    nread <= CREDENTIAL_FILE_MAX ? pfx_unwrap(file, nread) : nread;
	bool wants =
	    len <= CREDENTIAL_FILE_MAX && credential_wants_password(file, len);
	const char *password = wants ? password_next(r, name) : NULL;
	bool given = password != NULL;
	struct fault f = { 0 };
	enum credential_end end =
	    credential_add(to, file, len, password, &r->use, &f);

	explicit_bzero(file, nread);
	explicit_bzero(r->password.text, sizeof(r->password.text));
	if (end == CREDENTIAL_PASSWORD && !given)
		stage_fail(EX_DATAERR, name, 0,
		    "has a password, and there is no terminal to ask for it "
		    "(expected -p with a descriptor)");
	if (end != CREDENTIAL_OK)
		stage_fail(EX_DATAERR, name, 0, "%s", f.why);
}
