#include "mapcsv.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

enum { ID, GUID, FQDN, HOST, DOMAIN, KEY };

static const struct heading_name names[] = {
	{ "uuid", ID },
	{ "smbiosguid", ID },
	{ "smbiosuuid", ID },
	{ "systemuuid", ID },
	{ "systemguid", ID },
	{ "biosuuid", ID },
	{ "biosguid", ID },
	{ "amtuuid", ID },
	{ "amtguid", ID },
	{ "machineuuid", ID },
	{ "computeruuid", ID },
	{ "hardwareuuid", ID },
	{ "guid", GUID },
	{ "fqdn", FQDN },
	{ "hostfqdn", FQDN },
	{ "computerfqdn", FQDN },
	{ "dnsname", FQDN },
	{ "fulldnsname", FQDN },
	{ "dnshostname", FQDN },
	{ "fullcomputername", FQDN },
	{ "fullyqualifieddomainname", FQDN },
	{ "fullyqualifiedname", FQDN },
	{ "host", HOST },
	{ "hostname", HOST },
	{ "computer", HOST },
	{ "computername", HOST },
	{ "machinename", HOST },
	{ "netbiosname", HOST },
	{ "shortname", HOST },
	{ "name", HOST },
	{ "domain", DOMAIN },
	{ "domainname", DOMAIN },
	{ "dnsdomain", DOMAIN },
	{ "dnsdomainname", DOMAIN },
	{ "dnssuffix", DOMAIN },
	{ "primarydnssuffix", DOMAIN },
	{ "resourceguid", KEY },
	{ "resourceid", KEY },
	{ "resourcekey", KEY },
	{ "resource", KEY },
	{ "key", KEY },
	{ "computerid", KEY },
	{ "machineid", KEY },
	{ "assetid", KEY },
};

/* Names are needed twice only where they are used. */
static int
check_used(const struct mapcsv *m, const struct row *row, struct fault *f)
{
	const struct heading *h = &m->heading;

	if (heading_check(h, ID, row, f) == -1 ||
	    heading_check(h, GUID, row, f) == -1 ||
	    heading_check(h, KEY, row, f) == -1 ||
	    heading_check(h, FQDN, row, f) == -1)
		return -1;
	if (m->fqdn != -1)
		return 0;
	if (heading_check(h, HOST, row, f) == -1)
		return -1;
	return heading_check(h, DOMAIN, row, f);
}

static void
tell_column(struct mapcsv *m, const char *what, int at, const struct row *row)
{
	size_t len = strlen(m->found);
	char shown[48];

	if (at == -1)
		return;
	text_show(shown, sizeof(shown), row->field[at], strlen(row->field[at]));
	(void)snprintf(m->found + len, sizeof(m->found) - len,
	    "%s%s from \"%s\"", len == 0 ? "" : ", ", what, shown);
}

static void
tell_columns(struct mapcsv *m, const struct row *row)
{
	m->found[0] = '\0';
	tell_column(m, "UUID", m->uuid, row);
	tell_column(m, "resource", m->key, row);
	tell_column(m, "name", m->fqdn, row);
	tell_column(m, "host", m->host, row);
	tell_column(m, "domain", m->domain, row);
}

int
mapcsv_header(struct mapcsv *m, const struct row *row, struct fault *f)
{
	const int *at = m->heading.at;

	heading_read(&m->heading, row, names, sizeof(names) / sizeof(names[0]));
	m->uuid = at[ID];
	m->key = at[KEY];
	m->fqdn = at[FQDN];
	m->host = at[HOST];
	m->domain = at[DOMAIN];
	m->named = m->fqdn != -1 || m->host != -1;
	m->uuid_is_guid = m->uuid == -1 && at[GUID] != -1;
	if (m->uuid_is_guid)
		m->uuid = at[GUID];
	else if (m->key == -1)
		m->key = at[GUID];
	tell_columns(m, row);
	return check_used(m, row, f);
}

void
mapcsv_key_of_uuid(struct maprow *r, const uint8_t uuid[UUID_LEN])
{
	r->key[0] = 'U';
	memcpy(r->key + 1, uuid, UUID_LEN);
	r->key_len = 1 + UUID_LEN;
}

static int
read_key(struct maprow *r, const char *text, struct fault *f)
{
	uint8_t uuid[UUID_LEN];
	size_t len = strlen(text);

	if (len == 0)
		return 0;
	if (uuid_parse(uuid, text, len, NULL) == 0) {
		mapcsv_key_of_uuid(r, uuid);
		return 0;
	}
	if (len > MAPCSV_KEY_MAX - 1)
		return fault_set(f, 0,
		    "resource is too long (got %zu characters, expected at "
		    "most %d)",
		    len, MAPCSV_KEY_MAX - 1);
	r->key[0] = 'T';
	for (size_t i = 0; i < len; i++)
		r->key[1 + i] = (uint8_t)text_lower(text[i]);
	r->key_len = 1 + len;
	return 0;
}

static int
read_uuid(struct maprow *r, const char *text, struct fault *f)
{
	char plain[UUID_TEXT];
	const char *bad;

	if (text[0] == '\0')
		return fault_set(f, 0, "row has no UUID");
	if (uuid_parse(r->uuid, text, strlen(text), f) == -1)
		return -1;
	r->has_uuid = true;
	bad = uuid_bad(r->uuid);
	if (bad == NULL)
		return 0;
	uuid_format(plain, r->uuid);
	return fault_set(f, 0, "UUID %s names no machine: %s", plain, bad);
}

static int
take_name(struct maprow *r, const char *text, struct fault *f)
{
	struct fault why;
	char shown[80];

	if (domain_parse(r->fqdn, text, strlen(text), &why) == 0)
		return 0;
	text_show(shown, sizeof(shown), text, strlen(text));
	return fault_set(f, 0, "\"%s\": %s", shown, why.why);
}

/* host and domain as one name, unless host is a full one. */
static int
join_name(struct maprow *r, const char *host, const char *domain,
    struct fault *f)
{
	char both[2 * DOMAIN_TEXT], shown[80];
	int n;

	if (domain[0] == '\0' || strchr(host, '.') != NULL)
		return take_name(r, host, f);
	if (strchr(domain, '.') == NULL) {
		text_show(shown, sizeof(shown), domain, strlen(domain));
		return fault_set(f, 0,
		    "domain has no dot (got \"%s\"; is this the short name of "
		    "a Windows domain?)",
		    shown);
	}
	n = snprintf(both, sizeof(both), "%s.%s", host, domain);
	if (n < 0 || (size_t)n >= sizeof(both))
		return fault_set(f, 0, "host name and domain are too long");
	return take_name(r, both, f);
}

static const char *
field(const struct row *row, int at)
{
	return at != -1 ? row->field[at] : "";
}

static int
read_name(struct maprow *r, const struct mapcsv *m, const struct row *row,
    struct fault *f)
{
	const char *fqdn = field(row, m->fqdn), *host = field(row, m->host);

	if (fqdn[0] != '\0')
		return take_name(r, fqdn, f);
	if (host[0] != '\0')
		return join_name(r, host, field(row, m->domain), f);
	return 0;
}

/* Does the row connect anything? */
static int
check_row(const struct maprow *r, const struct mapcsv *m, struct fault *f)
{
	bool named = r->fqdn[0] != '\0';

	if (r->has_uuid && !named && r->key_len == 0)
		return fault_set(f, 0, "row has no %s",
		    m->key == -1   ? "name"
		        : m->named ? "name and no resource"
		                   : "resource");
	if (r->has_uuid)
		return 0;
	if (r->key_len == 0)
		return fault_set(f, 0, "row has no resource");
	if (!named)
		return fault_set(f, 0, "row has no name");
	return 0;
}

int
mapcsv_read(struct maprow *r, const struct mapcsv *m, const struct row *row,
    struct fault *f)
{
	r->has_uuid = false;
	r->key_len = 0;
	r->fqdn[0] = '\0';
	if (row_expect(row, m->heading.nfields, f) == -1)
		return -1;
	if ((m->uuid == -1 || read_uuid(r, row->field[m->uuid], f) == 0) &&
	    read_key(r, field(row, m->key), f) == 0 &&
	    read_name(r, m, row, f) == 0 && check_row(r, m, f) == 0)
		return 0;
	f->at = row->line;
	return -1;
}
