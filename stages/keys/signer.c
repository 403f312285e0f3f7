#include "keys/signer.h"

#include <err.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/secret.h"
#include "lib/stage.h"

bool
signer_option(struct signer *s, int ch)
{
	switch (ch) {
	case SIGNER_SIGN:
		s->cert = optarg;
		return true;
	case SIGNER_KEY:
		s->key = optarg;
		return true;
	case SIGNER_PASS:
		s->pass_fd =
		    (int)stage_number("--passphrase-fd", optarg, 0, 1023);
		return true;
	default:
		return false;
	}
}

void
signer_use(const struct signer *s, struct cmswrite *c, bool ask)
{
	const char *key = s->key != NULL ? s->key : s->cert;
	struct secret pass;

	if (s->key != NULL && s->cert == NULL)
		errx(EX_USAGE, "--key without --sign");
	if (s->cert == NULL)
		return;
	if (!ask) {
		cmswrite_by(c, s->cert, key, NULL, clock_seconds());
		return;
	}
	secret_begin(&pass, s->pass_fd);
	cmswrite_by(c, s->cert, key, &pass, clock_seconds());
	secret_end(&pass);
}
