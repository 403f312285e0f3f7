/*
 * store-rehearse - the machines that were heard, as a fleet for amtpeer: each
 * with the key, the state and the roots that its hello and the key lists say.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "hello/hello.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/keys.h"
#include "store/rehearsal.h"

/* Where the hello does not say it: releases that take what it asks for. */
#define FIRMWARE_PSK "9.0.31.1487"
#define FIRMWARE_PKI "11.8.50.3425"
#define NO_PID "AAAAAAAA"
#define NO_PPS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* What amtpeer(1) takes. */
#define ROOTS_MAX 2199
#define DHCP_MAX 120

struct rehearse {
	struct store store;
	unsigned percent; /* of the machines have a fault */
};

/* What goes wrong in the field: not there, cut, hung, another device. */
static const char *const rehearse_faults[] = { "hang-connect", "close-tls",
	"auth-refuse", "hang-http=4", "html", "lost-commit" };
#define NFAULTS (sizeof(rehearse_faults) / sizeof(rehearse_faults[0]))

/* By the UUID, so that each rehearsal has the same. */
static const char *
rehearse_fault(const struct rehearse *r, const char *uuid)
{
	uint32_t n = UINT32_C(2166136261);

	for (; *uuid != '\0'; uuid++)
		n = (n ^ (unsigned char)*uuid) * UINT32_C(16777619);
	if (n % 100 >= r->percent)
		return NULL;
	return rehearse_faults[n / 100 % NFAULTS];
}

/* "sha256:HEX,sha1:HEX" as HEX+HEX: the first ones, where a hello has more than
 * a simulated machine takes. */
static void
rehearse_roots(const char *hashes)
{
	const char *lead = ",roots=";
	size_t room = ROOTS_MAX;

	while (*hashes != '\0') {
		size_t n = strcspn(hashes, ",");
		const char *hex = memchr(hashes, ':', n);

		size_t len = hex == NULL ? 0 : n - (size_t)(hex + 1 - hashes);

		if (len != 0 && strncmp(hashes, "type", 4) != 0 && len < room) {
			(void)printf("%s%.*s", lead, (int)len, hex + 1);
			lead = "+";
			room -= len + 1;
		}
		hashes += n + (hashes[n] == ',');
	}
}

static void
rehearse_column(const struct rehearse *r, const struct rehearsal_row *m)
{
	const char *fault = rehearse_fault(r, m->uuid);
	const char *dot = strchr(m->fqdn, '.');

	if (m->version == HELLO_PKI) {
		(void)printf("pki,hello=0,dhcp=%s",
		    dot == NULL || strlen(dot) > DHCP_MAX ? "invalid"
		                                          : dot + 1);
		rehearse_roots(m->hashes);
	} else
		(void)printf("hello=0");
	(void)printf("%s%s\n", fault == NULL ? "" : ",",
	    fault == NULL ? "" : fault);
}

/* Its password is what the key list has last; one without a key is new. */
static void
rehearse_machine(void *arg, const struct rehearsal_row *m)
{
	struct rehearse *r = arg;
	bool pki = m->version == HELLO_PKI;
	char address[REHEARSAL_ADDRESS];
	struct key_secrets k = { 0 };
	const char *password = "admin";

	if (!pki &&
	    (keys_secrets(&r->store, m->pid, &k) == -1 ||
	        k.text[KEY_PPS][0] == '\0'))
		return; /* no plan has it either */
	if (m->creds_set && k.text[KEY_MEBX_NOW][0] != '\0')
		password = k.text[KEY_MEBX_NOW];
	if (m->creds_set && k.text[KEY_MEBX_NEXT][0] != '\0')
		password = k.text[KEY_MEBX_NEXT];
	rehearsal_address(address, m->caller);
	(void)printf("%s\t%s\t%s\t%s\t%s\t%d\t%s\t", address, m->uuid,
	    pki ? NO_PID : m->pid, pki ? NO_PPS : k.text[KEY_PPS], password,
	    m->creds_set,
	    m->firmware[0] != '\0' ? m->firmware
	        : pki              ? FIRMWARE_PKI
	                           : FIRMWARE_PSK);
	rehearse_column(r, m);
	explicit_bzero(&k, sizeof(k));
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "reveal", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	static struct rehearse r;
	const char *dir = "";
	bool reveal = false;
	int ch;

	stage_begin("-d site [-f percent] [-r]", MAY_USE_STORE | EMITS_SECRETS);
	wipe_openssl();
	while ((ch = stage_getopt(argc, argv, "d:f:r", longopts)) != -1)
		switch (ch) {
		case 'd':
			dir = optarg;
			break;
		case 'f':
			r.percent =
			    (unsigned)stage_number("-f", optarg, 0, 100);
			break;
		case 'r':
			reveal = true;
			break;
		default:
			stage_usage();
		}
	if (dir[0] == '\0' || optind != argc)
		stage_usage();
	stage_guard_secrets(reveal);
	stage_uses_folder(dir);
	stage_confine();
	store_open(&r.store, dir);
	(void)puts("address\tuuid\tpid\tpps\tpassword\tcreds_set\tfirmware\t"
	           "fault");
	rehearsal_each(&r.store, rehearse_machine, &r);
	store_close(&r.store);
	return stage_end();
}
