#include "map/mapcsv.h"

#include <stdio.h>
#include <string.h>

#include "base/hostname.h"
#include "base/text.h"

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
	/* Base64 without its padding may be a word, in which case is nothing.
	 */
	if (uuid_parse(uuid, text, len, NULL) == 0 ||
	    (len > 22 && uuid_spell(uuid, text, len, NULL) == 0)) {
		mapcsv_key_of_uuid(r, uuid);
		return 0;
	}
	if (len > MAPCSV_KEY_MAX - 1) {
		r->cause = MAPCSV_NO_NAME;
		return fault_set(f, 0,
		    "resource is too long (got %zu characters, expected at "
		    "most %d)",
		    len, MAPCSV_KEY_MAX - 1);
	}
	r->key[0] = 'T';
	for (size_t i = 0; i < len; i++)
		r->key[1 + i] = (uint8_t)text_lower(text[i]);
	r->key_len = 1 + len;
	return 0;
}

static int
read_uuid(struct maprow *r, const char *text, bool base64, struct fault *f)
{
	size_t len = strlen(text);
	char plain[UUID_TEXT];
	const char *bad;

	r->cause = MAPCSV_NO_UUID;
	if (len == 0)
		return fault_set(f, 0, "row has no UUID");
	bad = uuid_absent(text, len);
	if (bad != NULL) {
		r->cause = MAPCSV_UUID_BAD;
		return fault_set(f, 0, "%s", bad);
	}
	r->cause = MAPCSV_UUID;
	if (uuid_parse(r->uuid, text, len, NULL) == -1 &&
	    (base64 ? uuid_spell : uuid_spell_digits)(r->uuid, text, len, f) ==
	        -1)
		return -1;
	r->has_uuid = true;
	r->cause = MAPCSV_FINE;
	bad = uuid_bad(r->uuid);
	if (bad == NULL)
		return 0;
	r->cause = MAPCSV_UUID_BAD;
	uuid_format(plain, r->uuid);
	return fault_set(f, 0, "UUID %s names no machine: %s", plain, bad);
}

/* Has it one label only? */
static bool
is_host(const char *text)
{
	const char *dot = strchr(text, '.');

	return dot == NULL || dot[1] == '\0';
}

/* Is a domain all that it lacks? */
static bool
lacks_domain(const char *text)
{
	char fqdn[DOMAIN_TEXT];

	return is_host(text) &&
	    hostname_read(fqdn, text, strlen(text), "a.invalid", NULL, NULL) ==
	    0;
}

static int
take_name(struct maprow *r, const char *text, const char *domain,
    struct fault *f)
{
	size_t len = strlen(text);
	struct fault why;
	char shown[80];

	if (domain_parse(r->fqdn, text, len, NULL) == 0 &&
	    strstr(r->fqdn, "xn--") == NULL)
		return 0;
	if (hostname_read(r->fqdn, text, len, domain, &r->how, &why) == 0)
		return 0;
	r->fqdn[0] = '\0';
	r->cause = domain == NULL && lacks_domain(text) ? MAPCSV_NO_DOMAIN
	                                                : MAPCSV_NAME;
	text_show(shown, sizeof(shown), text, len);
	return fault_set(f, 0, "\"%s\": %s", shown, why.why);
}

/* A host and its domain as one name, unless it is a full one. */
static int
join_name(struct maprow *r, const char *host, const char *domain,
    const char *instead, struct fault *f)
{
	char both[2 * DOMAIN_TEXT], shown[80];
	int n;

	if (domain[0] == '\0' || !is_host(host))
		return take_name(r, host, instead, f);
	if (strchr(domain, '.') == NULL) {
		if (instead != NULL)
			return take_name(r, host, instead, f);
		r->cause = MAPCSV_NO_DOMAIN;
		text_show(shown, sizeof(shown), domain, strlen(domain));
		return fault_set(f, 0,
		    "domain has no dot (got \"%s\"; is this the short name of "
		    "a Windows domain?)",
		    shown);
	}
	n = snprintf(both, sizeof(both), "%s.%s", host, domain);
	r->cause = MAPCSV_NAME;
	if (n < 0 || (size_t)n >= sizeof(both))
		return fault_set(f, 0, "host name and domain are too long");
	r->cause = MAPCSV_FINE;
	return take_name(r, both, NULL, f);
}

/* What a database writes for nothing is no name. */
static const char *
mapcsv_field(const struct row *row, int at)
{
	if (at == -1 || (size_t)at >= row->nfields ||
	    text_same(row->field[at], "NULL"))
		return "";
	return row->field[at];
}

/* A refused name without what the field holds. */
static int
hide_name(const struct maprow *r, const struct mapcols *m, struct fault *f)
{
	int at =
	    m->at[MAPCOL_FQDN] != -1 ? m->at[MAPCOL_FQDN] : m->at[MAPCOL_HOST];

	return fault_set(f, 0, "column %d is %s", at + 1,
	    r->cause == MAPCSV_NO_DOMAIN
	        ? "a host's name without its domain (see --domain)"
	        : "not a name that a host may have (not shown: this file has "
	          "passwords)");
}

static int
read_name(struct maprow *r, const struct mapcols *m, const char *domain,
    const struct row *row, struct fault *f)
{
	const char *fqdn = mapcsv_field(row, m->at[MAPCOL_FQDN]);
	const char *host = mapcsv_field(row, m->at[MAPCOL_HOST]);

	if (fqdn[0] == '\0')
		fqdn = host;
	if (fqdn[0] == '\0')
		return 0;
	if (join_name(r, fqdn, mapcsv_field(row, m->at[MAPCOL_DOMAIN]), domain,
	        f) == 0)
		return 0;
	return mapcols_secret(m) ? hide_name(r, m, f) : -1;
}

/* Model and serial number; "": not known. */
static void
read_about(struct mapmodel *a, const struct mapcols *m, const struct row *row)
{
	mapmodel_read(a->model, mapcsv_field(row, m->at[MAPCOL_MODEL]));
	mapmodel_read(a->serial, mapcsv_field(row, m->at[MAPCOL_SERIAL]));
}

/* Does the row connect anything? */
static int
check_row(struct maprow *r, const struct mapcols *m, struct fault *f)
{
	bool named = r->fqdn[0] != '\0';

	if (r->key_len != 0 ? r->has_uuid || named : r->has_uuid && named)
		return 0;
	r->cause = MAPCSV_NO_NAME;
	if (r->has_uuid)
		return fault_set(f, 0, "row has no %s",
		    m->at[MAPCOL_KEY] == -1 ? "name"
		        : mapcols_named(m)  ? "name and no resource"
		                            : "resource");
	return fault_set(f, 0, "row has no %s",
	    r->key_len == 0 ? "resource" : "name");
}

static int
check_fields(const struct mapcols *m, const struct row *row, struct fault *f)
{
	if (m->header)
		return row_expect(row, m->nfields, f);
	if (row->nfields >= m->nfields && row->nfields <= m->nfields_max)
		return 0;
	return fault_set(f, 0,
	    "row has the wrong number of fields (got %zu, expected %zu to %zu)",
	    row->nfields, m->nfields, m->nfields_max);
}

static void
mapcsv_clear(struct maprow *r)
{
	r->has_uuid = false;
	r->key_len = 0;
	r->fqdn[0] = '\0';
	r->about = (struct mapmodel){ 0 };
	r->how = 0;
	r->cause = MAPCSV_FINE;
}

int
mapcsv_read(struct maprow *r, const struct mapcols *m, const char *domain,
    const struct row *row, struct fault *f)
{
	int uuid = m->at[MAPCOL_UUID];

	mapcsv_clear(r);
	if (check_fields(m, row, f) == -1)
		r->cause = MAPCSV_FIELDS;
	else if ((uuid == -1 ||
	             read_uuid(r, mapcsv_field(row, uuid), mapcols_base64(m),
	                 f) == 0) &&
	    read_key(r, mapcsv_field(row, m->at[MAPCOL_KEY]), f) == 0 &&
	    read_name(r, m, domain, row, f) == 0 && check_row(r, m, f) == 0) {
		read_about(&r->about, m, row);
		return 0;
	}
	if (f != NULL)
		f->at = row->line;
	return -1;
}

int
mapcsv_read_text(struct maprow *r, const char *uuid, const char *name,
    const char *domain, struct fault *f)
{
	mapcsv_clear(r);
	if (read_uuid(r, uuid, true, f) == -1)
		return -1;
	if (name[0] == '\0') {
		r->cause = MAPCSV_NO_NAME;
		return fault_set(f, 0,
		    "UUID has no name (expected a line such as \"Hostname: "
		    "pc1.example.com\" above the dump)");
	}
	return take_name(r, name, domain, f);
}
