#include "peer/machine.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include <openssl/evp.h>

#include "base/text.h"

#include "peer/instance.h"
#include "peer/server.h"

/* An unset device clock starts here: 2004-01-01. */
#define CLOCK_START 1072915200

enum {
	ADDRESS,
	UUID,
	PID,
	PPS,
	PASSWORD,
	CREDS_SET,
	FIRMWARE,
	FAULT,
	NCOLUMNS
};
static const char *const columns[NCOLUMNS] = { "address", "uuid", "pid", "pps",
	"password", "creds_set", "firmware", "fault" };

/* Names, types and ranges: Intel's class reference; order and initial values:
 * captures.  DDNS and the shared name came with 6.0, the last ones with 15.0
 * and 16.1. */
const struct general general_settings[GENERAL_COUNT] = {
	{ "AMTNetworkEnabled", "1", 'n', 1, 0 },
	{ "DDNSPeriodicUpdateInterval", "1440", 'n', 65535, 600 },
	{ "DDNSTTL", "900", 'n', INT32_MAX, 600 },
	{ "DDNSUpdateByDHCPServerEnabled", "true", 'b', 0, 600 },
	{ "DDNSUpdateEnabled", "false", 'b', 0, 600 },
	{ "DHCPSyncRequiresHostname", "1", 'n', 1, 1500 },
	{ "DHCPv6ConfigurationTimeout", "0", 'n', UINT32_MAX, 0 },
	{ "DigestRealm", NULL, 'r', 0, 0 },
	{ "DomainName", "", 't', 191, 0 },
	{ "ElementName", "Intel(r) AMT: General Settings", 'r', 0, 0 },
	{ "HostName", "", 't', 299, 0 },
	{ "HostOSFQDN", "", 't', 256, 600 },
	{ "IdleWakeTimeout", "65535", 'n', 65535, 0 },
	{ "InstanceID", "Intel(r) AMT: General Settings", 'r', 0, 0 },
	{ "NetworkInterfaceEnabled", "true", 'b', 0, 0 },
	{ "OemID", "0", 'r', 0, 1601 },
	{ "PingResponseEnabled", "true", 'b', 0, 0 },
	{ "PowerSource", "0", 'r', 0, 0 },
	{ "PreferredAddressFamily", "0", 'n', 1, 0 },
	{ "PresenceNotificationInterval", "0", 'n', 65535, 0 },
	{ "PrivacyLevel", "0", 'r', 0, 0 },
	{ "RmcpPingResponseEnabled", "true", 'b', 0, 0 },
	{ "SharedFQDN", "true", 'b', 0, 600 },
	{ "ThunderboltDockEnabled", "0", 'n', 1, 1500 },
	{ "WsmanOnlyMode", "false", 'b', 0, 0 },
};

int
general_index(const char *name)
{
	for (int i = 0; i < GENERAL_COUNT; i++)
		if (strcmp(general_settings[i].name, name) == 0)
			return i;
	return -1;
}

const char *
machine_host(const struct machine *m)
{
	return m->general[general_index("HostName")];
}

const char *
machine_domain(const struct machine *m)
{
	return m->general[general_index("DomainName")];
}

int64_t
machine_clock(const struct machine *m)
{
	return (int64_t)time(NULL) + m->clock_offset;
}

void
machine_uuid(const struct machine *m, uint8_t uuid[UUID_LEN])
{
	memcpy(uuid, m->uuid, UUID_LEN);
	if (m->faults.uuid[0] != '\0')
		uuid_parse(uuid, m->faults.uuid, strlen(m->faults.uuid), NULL);
}

static void
md5(uint8_t to[HA1_LEN], const void *from, size_t len)
{
	if (EVP_Digest(from, len, to, NULL, EVP_md5(), NULL) != 1)
		errx(EX_SOFTWARE, "no MD5");
}

void
machine_ha1(uint8_t ha1[HA1_LEN], const char *user, const char *realm,
    const char *password)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "%s:%s:%s", user, realm, password);

	md5(ha1, text, (size_t)n);
}

void
machine_set_admin(struct machine *m, const char *user,
    const uint8_t ha1[HA1_LEN])
{
	if (user != m->admin.user)
		snprintf(m->admin.user, sizeof(m->admin.user), "%s", user);
	memcpy(m->admin.ha1, ha1, HA1_LEN);
	m->admin_default = false;
	m->acl_epoch++;
}

/* What follows from the columns.  The realm hangs on the UUID alone, so that
 * two runs over one fleet file agree. */
static void
machine_start(struct machine *m)
{
	const char *password =
	    m->faults.preset[0] != '\0' ? m->faults.preset : m->password;
	uint8_t digest[HA1_LEN];
	char hex[2 * HA1_LEN + 1], *minor;

	md5(digest, m->uuid, sizeof(m->uuid));
	text_hex(hex, digest, sizeof(digest));
	for (char *p = hex; *p != '\0'; p++)
		*p = text_upper(*p);
	snprintf(m->realm, sizeof(m->realm), "Digest:%s", hex);
	for (size_t i = 0; i < GENERAL_COUNT; i++) {
		const char *initial = general_settings[i].initial;

		m->general[i] = strdup(initial != NULL ? initial : m->realm);
		if (m->general[i] == NULL)
			err(EX_OSERR, NULL);
	}
	strcpy(m->admin.user, "admin");
	machine_ha1(m->admin.ha1, "admin", m->realm, password);
	m->admin_default = strcmp(password, "admin") == 0;
	m->state = (int)m->faults.state;
	m->clock_offset = CLOCK_START - (int64_t)time(NULL);
	m->clock_set = m->state == STATE_POST;
	if (m->clock_set)
		m->clock_offset = 0;
	m->message = (uint32_t)(digest[0] << 8 | digest[1]);
	m->major = (unsigned)strtoul(m->firmware, &minor, 10);
	if (*minor == '.')
		m->minor = (unsigned)strtoul(minor + 1, NULL, 10);
	m->control_mode = m->faults.halfway || m->state == STATE_POST ? 2 : 0;
	if (m->faults.client_mode && m->state == STATE_POST)
		m->control_mode = 1;
	if (m->faults.pki)
		m->window_ms = now_ms() + m->faults.window * 1000;
}

static bool
key_text(const char *s, size_t len)
{
	if (strlen(s) != len)
		return false;
	for (; *s != '\0'; s++)
		if (!isupper((unsigned char)*s) && !isdigit((unsigned char)*s))
			return false;
	return true;
}

static const char *
machine_columns(struct machine *m, char *const *field)
{
	const char *why;

	if (inet_pton(AF_INET, field[ADDRESS], &m->address) != 1 ||
	    ntohl(m->address.s_addr) >> 24 != 127)
		return "address is not in 127.0.0.0/8";
	if (uuid_parse(m->uuid, field[UUID], strlen(field[UUID]), NULL) == -1)
		return "uuid is not one";
	uuid_format(m->uuid_text, m->uuid);
	if (!key_text(field[PID], 8) || !key_text(field[PPS], 32))
		return "pid or pps is not 8 and 32 of A-Z 0-9";
	if (strlen(field[PASSWORD]) > PASSWORD_MAX)
		return "password is longer than 32";
	if (strcmp(field[CREDS_SET], "0") != 0 &&
	    strcmp(field[CREDS_SET], "1") != 0)
		return "creds_set is not 0 or 1";
	if (strlen(field[FIRMWARE]) >= sizeof(m->firmware) ||
	    !isdigit((unsigned char)field[FIRMWARE][0]))
		return "firmware is not a version";
	strcpy(m->pid, field[PID]);
	strcpy(m->pps, field[PPS]);
	strcpy(m->password, field[PASSWORD]);
	strcpy(m->firmware, field[FIRMWARE]);
	m->creds_set = field[CREDS_SET][0] == '1';
	if (faults_parse(&m->faults, field[FAULT], &why) == -1)
		return why;
	machine_start(m);
	return NULL;
}

static void
read_header(int *place, char *line, const char *path)
{
	char *name;

	for (size_t i = 0; i < NCOLUMNS; i++)
		place[i] = -1;
	for (int at = 0; (name = strsep(&line, "\t")) != NULL; at++) {
		size_t i = 0;

		while (i < NCOLUMNS && strcmp(columns[i], name) != 0)
			i++;
		if (i == NCOLUMNS)
			errx(EX_DATAERR, "%s:1: column %s is unknown", path,
			    name);
		place[i] = at;
	}
	for (size_t i = 0; i < NCOLUMNS; i++)
		if (place[i] == -1)
			errx(EX_DATAERR, "%s:1: column %s is missing", path,
			    columns[i]);
}

static const char *
read_row(struct machine *m, const int *place, char *line)
{
	char *all[NCOLUMNS], *field[NCOLUMNS], *word;
	size_t n = 0;

	while ((word = strsep(&line, "\t")) != NULL) {
		if (n == NCOLUMNS)
			return "too many fields";
		all[n++] = word;
	}
	if (n != NCOLUMNS)
		return "fields are missing";
	for (size_t i = 0; i < NCOLUMNS; i++)
		field[i] = all[place[i]];
	return machine_columns(m, field);
}

static int
by_address(const void *a, const void *b)
{
	uint32_t x = ntohl(((const struct machine *)a)->address.s_addr);
	uint32_t y = ntohl(((const struct machine *)b)->address.s_addr);

	return x < y ? -1 : x > y;
}

static struct machine *
fleet_add(struct fleet *fl, size_t *cap)
{
	if (fl->n == *cap) {
		*cap = *cap == 0 ? 64 : *cap * 2;
		fl->machines =
		    reallocarray(fl->machines, *cap, sizeof(*fl->machines));
		if (fl->machines == NULL)
			err(EX_OSERR, NULL);
	}
	memset(&fl->machines[fl->n], 0, sizeof(*fl->machines));
	return &fl->machines[fl->n++];
}

static void
fleet_sort(struct fleet *fl, const char *path)
{
	if (fl->n == 0)
		errx(EX_DATAERR, "%s: no machine in it", path);
	qsort(fl->machines, fl->n, sizeof(*fl->machines), by_address);
	for (size_t i = 1; i < fl->n; i++)
		if (by_address(&fl->machines[i - 1], &fl->machines[i]) == 0)
			errx(EX_DATAERR, "%s: %s is there twice", path,
			    inet_ntoa(fl->machines[i].address));
}

void
fleet_read(struct fleet *fl, const char *path)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	int place[NCOLUMNS];
	char *line = NULL;
	const char *why;
	size_t cap = 0, size = 0;

	if (in == NULL)
		err(EX_NOINPUT, "%s", path);
	for (size_t n = 1; getline(&line, &size, in) != -1; n++) {
		line[strcspn(line, "\r\n")] = '\0';
		if (n == 1)
			read_header(place, line, path);
		else if ((why = read_row(fleet_add(fl, &cap), place, line)) !=
		    NULL)
			errx(EX_DATAERR, "%s:%zu: %s", path, n, why);
	}
	if (ferror(in))
		err(EX_IOERR, "%s", path);
	if (line != NULL)
		explicit_bzero(line, size);
	free(line);
	fclose(in);
	fleet_sort(fl, path);
}

void
fleet_release(struct fleet *fl)
{
	for (size_t i = 0; i < fl->n; i++) {
		instances_free(&fl->machines[i]);
		for (size_t k = 0; k < GENERAL_COUNT; k++)
			free(fl->machines[i].general[k]);
	}
	free(fl->machines);
}

struct machine *
fleet_find(const struct fleet *fl, struct in_addr address)
{
	struct machine key = { .address = address };

	return bsearch(&key, fl->machines, fl->n, sizeof(key), by_address);
}
