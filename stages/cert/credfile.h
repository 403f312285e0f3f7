#ifndef CREDFILE_H
#define CREDFILE_H

/*
 * credfile - keys and certificates from files, with the passwords that they
 * ask for.
 *
 *	wipe_openssl();		right after stage_begin
 *	credfile_begin(&r, fd);	before stage_confine
 *	stage_confine();
 *	credfile_add(&r, &credential, fd, name);	for each file
 *	credfile_end(&r);
 */
#include <stdbool.h>

#include <openssl/provider.h>

#include "amt/credential.h"
#include "lib/secret.h"

struct credfile {
	struct credential_use use;
	struct secret password;
	OSSL_PROVIDER *providers[2]; /* of use.legacy; NULL: it is missing */
};

/*
 * fd: a line for each file that has a password, -1: asked for on the terminal
 * if there is one.  Opens OpenSSL's legacy provider, for RC2 and RC4, in a
 * library context of its own, so that nothing else gets at them; without it
 * such files are refused.
 */
void credfile_begin(struct credfile *r, int fd, bool without_mac);
void credfile_end(struct credfile *r);

/* Ends the program with 65, and the reason, when it cannot be taken. */
void credfile_add(struct credfile *r, struct credential *to, int fd,
    const char *name);

#endif
