#include "cert/certwish.h"

#include <err.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/rsa.h>

#include "amt/certmake.h"
#include "base/text.h"
#include "lib/stage.h"

void
certwish_name(char name[DOMAIN_TEXT], const char *option, const char *arg)
{
	struct fault f;
	char shown[80];

	text_show(shown, sizeof(shown), arg, strlen(arg));
	if (strncmp(arg, "*.", 2) == 0)
		errx(EX_USAGE,
		    "%s: a name without * is needed (got \"%s\", expected one "
		    "like prov.lab7.example.com): machines take it for all of "
		    "its domain",
		    option, shown);
	if (domain_parse(name, arg, strlen(arg), &f) == -1)
		errx(EX_USAGE,
		    "%s: not a full name (got \"%s\", expected one like "
		    "prov.lab7.example.com): %s",
		    option, shown, f.why);
	if (strlen(name) > CERTMAKE_CN_MAX)
		errx(EX_USAGE,
		    "%s: too long for a certificate (got %zu characters, "
		    "expected at most %d)",
		    option, strlen(name), CERTMAKE_CN_MAX);
}

unsigned
certwish_bits(const char *option, const char *arg)
{
	uint64_t bits = stage_number(option, arg, 1, UINT32_MAX);

	if (bits != 2048 && bits != 3072)
		errx(EX_USAGE,
		    "%s: not a size of key that machines are known to take "
		    "(got %llu, expected 2048, or 3072 for AMT 22)",
		    option, (unsigned long long)bits);
	return (unsigned)bits;
}

EVP_PKEY *
certwish_key(unsigned bits)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);

	if (key == NULL)
		errx(EX_OSERR, "OpenSSL cannot make a key of %u bits", bits);
	return key;
}

unsigned
certwish_key_bits(const EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "RSA") ? (unsigned)EVP_PKEY_get_bits(key) : 0;
}
