/*
 * fleetgen - makes up a fleet for amtpeer and what its owner would have: the
 * key list of the OEM and the exports of the inventory.
 *
 *	DIR/fleet.tsv     what amtpeer -f reads
 *	DIR/keys.csv      pid,pps,current password,new password
 *	DIR/oob.csv       UUID,_ResourceGuid
 *	DIR/location.csv  _ResourceGuid,FQDN
 *
 * With -m the releases are those of 2.2 to 21: from 11 on, and each second
 * time before, a machine is set up with a certificate.  It has neither key nor
 * password in the lists, and its network names -d as its domain.
 *
 * Equal options give equal bytes.  Each machine has had its stick: its
 * password is the list's new one.  -F gives the first machines faults, in the
 * order of the options; a word that starts with @ is for the lists, any other
 * one goes to the fault column (amtpeer --help):
 *
 *	@factory      never had its stick: password admin, creds_set 0
 *	@no-key       not in keys.csv
 *	@no-map       not in the inventory
 *	@no-name      in oob.csv but not in location.csv
 *	@two-names    two rows in location.csv
 *	@shared-name  has the FQDN of the machine before it
 *	@shared-key   has the PID and PPS of the machine before it
 *	@bad-uuid     a UUID that many boards ship with
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/text.h"
#include "base/uuid.h"

#include "peer/machine.h"

#define SPECS_MAX 200
#define MACHINES_MAX 1000000

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* PSK set-up is in AMT 2.0 to 10, WS-Management from 3.2 on. */
static const char *const versions[] = { "3.2.20.1046", "4.2.60.1060",
	"5.2.57.1035", "6.2.61.3535", "7.1.91.3272", "8.1.71.3608",
	"9.0.31.1487", "9.5.61.3012", "10.0.56.3002" };
#define NVERSIONS (sizeof(versions) / sizeof(versions[0]))

/* Those of 2.2 to 3.0 speak SOAP of their own above TLS. */
static const char *const mixed_versions[] = { "2.2.50.1000", "2.6.20.1000",
	"3.0.1.1000", "3.2.20.1046", "4.2.60.1060", "5.2.57.1035",
	"6.2.61.3535", "7.1.91.3272", "8.1.71.3608", "9.0.31.1487",
	"9.5.61.3012", "10.0.56.3002", "11.8.50.3425", "12.0.45.1509",
	"14.1.60.1756", "15.0.35.1951", "16.0.15.1735", "16.1.30.2307",
	"17.0.0.1000", "18.0.5.2098", "19.0.5.1000", "20.0.0.1000",
	"21.0.0.1000" };
#define NMIXED (sizeof(mixed_versions) / sizeof(mixed_versions[0]))

struct spec {
	const char *words;
	size_t count;
};

struct plan {
	size_t n;
	uint64_t seed;
	const char *folder, *domain, *firmware;
	uint32_t first; /* address */
	bool mixed;
	struct spec specs[SPECS_MAX];
	size_t nspecs;
};

enum mark {
	FACTORY,
	NO_KEY,
	NO_MAP,
	NO_NAME,
	TWO_NAMES,
	SHARED_NAME,
	SHARED_KEY,
	BAD_UUID,
	NMARKS
};
static const char *const mark_names[NMARKS] = { "factory", "no-key", "no-map",
	"no-name", "two-names", "shared-name", "shared-key", "bad-uuid" };

struct pc {
	char pid[9], pps[33], password[13], uuid[UUID_TEXT], guid[UUID_TEXT];
	char fqdn[300], faults[1024];
	bool mark[NMARKS], pki;
};

struct lists {
	FILE *fleet, *keys, *oob, *location;
};

/* splitmix64: small, and the same everywhere. */
static uint64_t
draw(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Intel's check character: the sum of the ASCII codes before it, modulo 36. */
static char
check_character(const char *s, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (unsigned char)s[i];
	return digits[sum % 36];
}

static void
make_key(struct pc *pc, size_t index, uint64_t *seed)
{
	for (size_t i = 0; i < 7; i++) {
		/* the first four count, so that no two are equal */
		size_t d = i < 4 ? index : (size_t)draw(seed);

		pc->pid[i < 4 ? 3 - i : i] = digits[d % 36];
		index /= i < 4 ? 36 : 1;
	}
	pc->pid[7] = check_character(pc->pid, 7);
	pc->pid[8] = '\0';
	for (size_t i = 0; i < 32; i += 4) {
		for (size_t k = 0; k < 3; k++)
			pc->pps[i + k] = digits[draw(seed) % 36];
		pc->pps[i + 3] = check_character(pc->pps + i, 3);
	}
	pc->pps[32] = '\0';
}

/* One of each kind that the MEBx wants, then letters and digits. */
static void
make_password(char to[13], uint64_t *seed)
{
	static const char *const kinds[] = { "ABCDEFGHJKLMNPQRSTUVWXYZ",
		"abcdefghijkmnopqrstuvwxyz", "23456789", "!#$%*+-=?@" };

	for (size_t i = 0; i < 12; i++) {
		const char *kind = kinds[i < 4 ? i : i % 3];

		to[i] = kind[draw(seed) % strlen(kind)];
	}
	to[12] = '\0';
}

static void
make_uuid(char text[UUID_TEXT], uint64_t *seed)
{
	uint8_t uuid[UUID_LEN];

	for (size_t i = 0; i < sizeof(uuid); i++)
		uuid[i] = (uint8_t)draw(seed);
	uuid[7] = (uint8_t)((uuid[7] & 0x0f) | 0x40); /* version 4 */
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
	uuid_format(text, uuid);
}

static void
set_mark(struct pc *pc, const char *name)
{
	for (size_t i = 0; i < NMARKS; i++)
		if (strcmp(mark_names[i], name) == 0) {
			pc->mark[i] = true;
			return;
		}
	errx(EX_USAGE, "-F @%s: unknown", name);
}

/* Sorts the words of a -F into marks and faults for the device. */
static void
take_spec(struct pc *pc, const char *words)
{
	char list[1024], *rest = list, *word;

	if (strlen(words) >= sizeof(list))
		errx(EX_USAGE, "-F: too long");
	strcpy(list, words);
	while ((word = strsep(&rest, ",")) != NULL) {
		if (word[0] == '@') {
			set_mark(pc, word + 1);
			continue;
		}
		if (pc->faults[0] != '\0')
			strcat(pc->faults, ",");
		strcat(pc->faults, word);
	}
}

static const char *
spec_of(const struct plan *p, size_t index)
{
	for (size_t i = 0; i < p->nspecs; i++) {
		if (index < p->specs[i].count)
			return p->specs[i].words;
		index -= p->specs[i].count;
	}
	return "";
}

static const char *
version_of(const struct plan *p, size_t index)
{
	if (p->firmware != NULL)
		return p->firmware;
	return p->mixed ? mixed_versions[index % NMIXED]
	                : versions[index % NVERSIONS];
}

/* A certificate is the only way from 11 on, and for the first releases the only
 * one that is in the fleet. */
static bool
wants_certificate(const struct plan *p, size_t index)
{
	unsigned long major = strtoul(version_of(p, index), NULL, 10);

	return p->mixed &&
	    (major >= 11 || strncmp(version_of(p, index), "2.", 2) == 0 ||
	        strncmp(version_of(p, index), "3.0", 3) == 0 || index % 2 == 1);
}

static void
make_pc(struct pc *pc, const struct pc *before, const struct plan *p,
    size_t index, uint64_t *seed)
{
	memset(pc, 0, sizeof(*pc));
	make_key(pc, index, seed);
	make_password(pc->password, seed);
	make_uuid(pc->uuid, seed);
	make_uuid(pc->guid, seed);
	snprintf(pc->fqdn, sizeof(pc->fqdn), "pc-%04zu.%s", index + 1,
	    p->domain);
	pc->pki = wants_certificate(p, index);
	if (pc->pki)
		snprintf(pc->faults, sizeof(pc->faults), "pki,dhcp=%.*s", 127,
		    p->domain);
	take_spec(pc, spec_of(p, index));
	if (pc->mark[SHARED_KEY]) {
		strcpy(pc->pid, before->pid);
		strcpy(pc->pps, before->pps);
	}
	if (pc->mark[SHARED_NAME])
		strcpy(pc->fqdn, before->fqdn);
	if (pc->mark[BAD_UUID])
		strcpy(pc->uuid, "03000200-0400-0500-0006-000700080009");
}

static void
put_pc(const struct lists *l, const struct pc *pc, uint32_t address,
    const char *firmware)
{
	const struct in_addr in = { htonl(address) };
	bool factory = pc->mark[FACTORY] || pc->pki;

	fprintf(l->fleet, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", inet_ntoa(in),
	    pc->uuid, pc->pid, pc->pps, factory ? "admin" : pc->password,
	    !factory, firmware, pc->faults);
	if (!pc->pki && !pc->mark[NO_KEY] && !pc->mark[SHARED_KEY])
		fprintf(l->keys, "%s,%s,admin,%s\n", pc->pid, pc->pps,
		    pc->password);
	if (pc->mark[NO_MAP])
		return;
	fprintf(l->oob, "%s,%s\n", pc->uuid, pc->guid);
	if (!pc->mark[NO_NAME])
		fprintf(l->location, "%s,%s\n", pc->guid, pc->fqdn);
	if (pc->mark[TWO_NAMES])
		fprintf(l->location, "%s,other-%s\n", pc->guid, pc->fqdn);
}

/* 127.1.0.1 and up; no last byte of 0 or 255. */
static uint32_t
address_of(const struct plan *p, size_t index)
{
	return p->first + (uint32_t)(index / 254 * 256 + index % 254);
}

static FILE *
create(const char *folder, const char *name, const char *header)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	if (out == NULL)
		err(EX_CANTCREAT, "%s", path);
	fputs(header, out);
	return out;
}

static void
finish(FILE *out)
{
	if (fflush(out) != 0 || ferror(out))
		err(EX_IOERR, "cannot write");
	fclose(out);
}

static void
make_fleet(const struct plan *p)
{
	struct lists l;
	struct pc pc = { 0 }, before;
	uint64_t seed = p->seed;

	if (mkdir(p->folder, 0777) == -1 && errno != EEXIST)
		err(EX_CANTCREAT, "%s", p->folder);
	l.fleet = create(p->folder, "fleet.tsv",
	    "address\tuuid\tpid\tpps\tpassword\tcreds_set\tfirmware\tfault\n");
	l.keys = create(p->folder, "keys.csv",
	    "pid,pps,current password,new password\n");
	l.oob = create(p->folder, "oob.csv", "UUID,_ResourceGuid\n");
	l.location = create(p->folder, "location.csv", "_ResourceGuid,FQDN\n");
	for (size_t i = 0; i < p->n; i++) {
		before = pc;
		make_pc(&pc, &before, p, i, &seed);
		put_pc(&l, &pc, address_of(p, i), version_of(p, i));
	}
	finish(l.fleet);
	finish(l.keys);
	finish(l.oob);
	finish(l.location);
}

/* --- options ------------------------------------------------------------- */

static const char usage_text[] =
    "usage: fleetgen -n machines -o folder [-F words[*count]]... [-S seed]\n"
    "    [-d domain] [-a first-address] [-w firmware] [-m]\n";

static void
add_spec(struct plan *p, char *arg)
{
	char *star = strrchr(arg, '*');
	char list[1024];
	const char *why;
	struct pc pc = { 0 };
	struct faults f;
	uint64_t count = 1;

	if (star != NULL) {
		*star = '\0';
		if (text_number(&count, star + 1, MACHINES_MAX) == -1)
			errx(EX_USAGE, "-F %s*%s: not a count", arg, star + 1);
	}
	if (p->nspecs == SPECS_MAX)
		errx(EX_USAGE, "more than %d -F", SPECS_MAX);
	take_spec(&pc, arg);
	strcpy(list, pc.faults);
	if (faults_parse(&f, list, &why) == -1)
		errx(EX_USAGE, "-F %s: %s", arg, why);
	p->specs[p->nspecs++] =
	    (struct spec){ .words = arg, .count = (size_t)count };
}

static uint64_t
number(const char *option, const char *arg, uint64_t max)
{
	uint64_t n;

	if (text_number(&n, arg, max) == -1)
		errx(EX_USAGE, "%s %s: not in 0..%llu", option, arg,
		    (unsigned long long)max);
	return n;
}

static void
take_option(struct plan *p, int ch)
{
	struct in_addr in;

	switch (ch) {
	case 'n':
		p->n = number("-n", optarg, MACHINES_MAX);
		break;
	case 'o':
		p->folder = optarg;
		break;
	case 'F':
		add_spec(p, optarg);
		break;
	case 'S':
		p->seed = number("-S", optarg, UINT64_MAX);
		break;
	case 'd':
		p->domain = optarg;
		break;
	case 'a':
		if (inet_pton(AF_INET, optarg, &in) != 1)
			errx(EX_USAGE, "-a %s: not an IPv4 address", optarg);
		p->first = ntohl(in.s_addr);
		break;
	case 'm':
		p->mixed = true;
		break;
	case 'w':
		p->firmware = optarg;
		break;
	default:
		fputs(usage_text, stderr);
		exit(EX_USAGE);
	}
}

int
main(int argc, char *argv[])
{
	struct plan p = { .seed = 1,
		.domain = "lab.example.com",
		.first = 0x7f010001 };
	int ch;

	while ((ch = getopt(argc, argv, "n:o:F:S:d:a:w:m")) != -1)
		take_option(&p, ch);
	if (p.n == 0 || p.folder == NULL || optind != argc) {
		fputs(usage_text, stderr);
		return EX_USAGE;
	}
	make_fleet(&p);
	return 0;
}
