#ifndef SIGNER_H
#define SIGNER_H

/*
 * signer - the options of programs that sign what they write: whose
 * certificate, which key, and where its passphrase comes from.
 */
#include <getopt.h>
#include <stdbool.h>

#include "keys/cmswrite.h"

/* Begins as { .pass_fd = -1 }. */
struct signer {
	const char *cert; /* NULL: nothing is signed */
	const char *key;  /* NULL: it is in the certificate's file */
	int pass_fd;      /* -1: asked for on the terminal */
};

/* What --sign, --key and --passphrase-fd answer among a program's long
 * options; its own values begin at 1. */
enum { SIGNER_SIGN = 256, SIGNER_KEY, SIGNER_PASS };

/* Takes one of them with optarg; false if ch is another option. */
bool signer_option(struct signer *s, int ch);

/*
 * After the options, before stage_confine: has c sign, if that was asked for.
 * ask: the passphrase is read if there is one; without it such a key is let
 * be.  Ends the program with 64 when there is a key for no certificate, and as
 * cmswrite_by does.
 */
void signer_use(const struct signer *s, struct cmswrite *c, bool ask);

#endif
