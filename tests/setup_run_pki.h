#ifndef SETUP_RUN_PKI_H
#define SETUP_RUN_PKI_H

/*
 * setup_run_pki - jobs and machines for conversations over a certificate; see
 * setup_run.h.
 */
#include "setup_run.h"

#include "setup/chains.h"
#include "setup/setup_way.h"

#define CN_BEST "prov.example.com"
#define CN_NEXT "prov.old.example.com"
#define ROOT_BEST                                                              \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ROOT_NEXT                                                              \
	"fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static const struct setup_chain chain_best = { .name = "best",
	.cn = CN_BEST,
	.root = ROOT_BEST };
static const struct setup_chain chain_next = { .name = "next",
	.cn = CN_NEXT,
	.root = ROOT_NEXT };

/* How often it is in the text. */
static inline unsigned
times(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

static inline struct setup_job
pki_job(void)
{
	struct setup_job j = job();

	j.way = &setup_way_pki;
	j.certified = true;
	j.chains[0] = &chain_best;
	j.chains[1] = &chain_next;
	j.nchains = 2;
	return j;
}

/* New from the factory: the password is the factory's. */
static inline struct device
pki_device(const char *version)
{
	struct device d;

	device_init(&d, uuid, FACTORY_WORD);
	d.server = "AMT";
	d.version = version;
	d.pki = (struct device_pki){ .on = true,
		.control_mode = 2,
		.tls_mode = 1,
		.cn = CN_BEST,
		.root = ROOT_BEST,
		.time_valid = "true" };
	return d;
}

#endif
