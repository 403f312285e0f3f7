#ifndef CERTWISH_H
#define CERTWISH_H

/*
 * certwish - what options say of a key and a certificate that are to be made.
 * Each ends the program with 64 and a message that names the option when arg
 * is not legal.
 */
#include <stdint.h>

#include <openssl/evp.h>

#include "base/domain.h"

#define CERTWISH_BITS                                                          \
	2048 /* the one size that all releases are known to take */

/* A full name of at most CERTMAKE_CN_MAX characters. */
void certwish_name(char name[DOMAIN_TEXT], const char *option, const char *arg);

/* 2048 or 3072. */
unsigned certwish_bits(const char *option, const char *arg);

/* A new RSA key; ends the program with 71 if it cannot be made. */
EVP_PKEY *certwish_key(unsigned bits);

/* From its public key; 0 when it is no RSA key. */
unsigned certwish_key_bits(const EVP_PKEY *key);

#endif
