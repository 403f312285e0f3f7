#include "map/mapnames.h"

#include <string.h>

#include "base/text.h"

static const struct heading_name names[] = {
	{ "uuid", MAPCOL_UUID },
	{ "smbios", MAPCOL_UUID },
	{ "smbiosguid", MAPCOL_UUID },
	{ "smbiosuuid", MAPCOL_UUID },
	{ "systemuuid", MAPCOL_UUID },
	{ "systemguid", MAPCOL_UUID },
	{ "biosuuid", MAPCOL_UUID },
	{ "biosguid", MAPCOL_UUID },
	{ "amtuuid", MAPCOL_UUID },
	{ "amtguid", MAPCOL_UUID },
	{ "machineuuid", MAPCOL_UUID },
	{ "computeruuid", MAPCOL_UUID },
	{ "hardwareuuid", MAPCOL_UUID },
	{ "productuuid", MAPCOL_UUID },
	{ "netbootguid", MAPCOL_UUID },
	{ "guid", MAPNAME_GUID },
	{ "fqdn", MAPCOL_FQDN },
	{ "hostfqdn", MAPCOL_FQDN },
	{ "computerfqdn", MAPCOL_FQDN },
	{ "dnsname", MAPCOL_FQDN },
	{ "fulldnsname", MAPCOL_FQDN },
	{ "dnshostname", MAPCOL_FQDN },
	{ "computerdnsname", MAPCOL_FQDN }, /* Microsoft Defender */
	{ "resourcenames", MAPCOL_FQDN },   /* ConfigMgr */
	{ "fullcomputername", MAPCOL_FQDN },
	{ "fullyqualifieddomainname", MAPCOL_FQDN },
	{ "fullyqualifiedname", MAPCOL_FQDN },
	{ "node", MAPNAME_NODE },           /* wmic */
	{ "pscomputername", MAPNAME_NODE }, /* PowerShell */
	{ "host", MAPCOL_HOST },
	{ "hostname", MAPCOL_HOST },
	{ "computer", MAPCOL_HOST },
	{ "computername", MAPCOL_HOST },
	{ "machinename", MAPCOL_HOST },
	{ "devicename", MAPCOL_HOST }, /* Intune, LANDesk */
	{ "assetname", MAPCOL_HOST },  /* Lansweeper */
	{ "pcname", MAPCOL_HOST },
	{ "shortname", MAPCOL_HOST },
	{ "netbiosname", MAPNAME_NETBIOS },
	{ "name", MAPNAME_NAME },
	{ "domain", MAPCOL_DOMAIN },
	{ "domainname", MAPCOL_DOMAIN },
	{ "fulldomainname", MAPCOL_DOMAIN }, /* ConfigMgr */
	{ "dnsdomain", MAPCOL_DOMAIN },
	{ "dnsdomainname", MAPCOL_DOMAIN },
	{ "dnssuffix", MAPCOL_DOMAIN },
	{ "primarydnssuffix", MAPCOL_DOMAIN },
	{ "resourceguid", MAPCOL_KEY },
	{ "resourceid", MAPCOL_KEY },
	{ "resourcekey", MAPCOL_KEY },
	{ "resource", MAPCOL_KEY },
	{ "key", MAPCOL_KEY },
	{ "computerid", MAPCOL_KEY },
	{ "machineid", MAPCOL_KEY },
	{ "assetid", MAPCOL_KEY },
	{ "model", MAPCOL_MODEL },
	{ "modelname", MAPCOL_MODEL },
	{ "computermodel", MAPCOL_MODEL },
	{ "devicemodel", MAPCOL_MODEL },
	{ "hardwaremodel", MAPCOL_MODEL },
	{ "machinemodel", MAPCOL_MODEL },
	{ "systemmodel", MAPCOL_MODEL },
	{ "systemproductname", MAPCOL_MODEL },
	{ "serial", MAPCOL_SERIAL },
	{ "serialno", MAPCOL_SERIAL },
	{ "serialnumber", MAPCOL_SERIAL },
	{ "biosserialnumber", MAPCOL_SERIAL },
	{ "computerserialnumber", MAPCOL_SERIAL },
	{ "deviceserialnumber", MAPCOL_SERIAL },
	{ "systemserialnumber", MAPCOL_SERIAL },
	{ "servicetag", MAPCOL_SERIAL }, /* Dell */
	/* Win32_ComputerSystemProduct, whose Name is the model. */
	{ "identifyingnumber", MAPNAME_NUMBER },
	{ "skunumber", MAPNAME_PRODUCT },
	{ "cimclass", MAPNAME_PRODUCT },
};
#define NNAMES (sizeof(names) / sizeof(names[0]))

/* Words in the names of columns whose GUIDs are not the system's.  Whatever
 * ends in "id" is one of them, too, but for uuid and guid. */
static const char *const guid_words[] = { "account", "adapter", "agent",
	"asset", "azure", "aad", "bitlocker", "client", "customer", "device",
	"directory", "disk", "domain", "driver", "enrol", "entra", "entry",
	"forest", "group", "hash", "image", "install", "instance", "interface",
	"intune", "key", "landesk", "licen", "location", "machineguid",
	"management", "mdm", "object", "operatingsystem", "order", "owner",
	"parent", "partition", "policy", "product", "profile", "record",
	"registration", "resource", "sensor", "session", "site", "sms",
	"subscription", "task", "tenant", "user", "vcenter", "volume",
	"windows" };

/* The same for full names that are not the machine's. */
static const char *const name_words[] = { "contact", "controller", "customer",
	"dhcp", "distinguished", "domain", "forest", "gateway", "logon",
	"login", "mail", "manager", "owner", "path", "principal", "product",
	"proxy", "publisher", "realm", "relay", "server", "site", "suffix",
	"tenant", "upn", "url", "user", "vendor", "version", "web", "workgr",
	"zone" };

static const char *const password_words[] = { "password", "passwd", "passwort",
	"kennwort", "pwd", "secret", "mebx" };

#define HAS(words, text) has_word(words, sizeof(words) / sizeof(words[0]), text)

static bool
has_word(const char *const *word, size_t nwords, const char *column)
{
	char plain[128];

	text_fold(plain, sizeof(plain), column);
	for (size_t i = 0; i < nwords; i++)
		if (strstr(plain, word[i]) != NULL)
			return true;
	return false;
}

void
mapnames_read(struct heading *h, const struct row *row)
{
	heading_read(h, row, names, NNAMES);
}

static bool
ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && strcmp(text + len - n, end) == 0;
}

bool
mapnames_other_guid(const char *column)
{
	char plain[128];

	text_fold(plain, sizeof(plain), column);
	if (ends_in(plain, "0"))
		plain[strlen(plain) - 1] = '\0';
	if (ends_in(plain, "id") && !ends_in(plain, "uuid") &&
	    !ends_in(plain, "guid"))
		return true;
	return HAS(guid_words, column) || HAS(password_words, column);
}

bool
mapnames_other_name(const char *column)
{
	return HAS(name_words, column) || HAS(password_words, column);
}

bool
mapnames_password(const char *column)
{
	return HAS(password_words, column);
}

/* What counts of a column's name. */
static void
mapnames_fold(char to[64], const char *from)
{
	size_t n = 0;

	for (; *from != '\0' && n + 1 < 64; from++)
		if (strchr(" _-\t", *from) == NULL)
			to[n++] = text_lower(*from);
	to[n] = '\0';
}

bool
mapnames_same(const char *a, const char *b)
{
	char fa[64], fb[64];

	mapnames_fold(fa, a);
	mapnames_fold(fb, b);
	return fa[0] != '\0' && strcmp(fa, fb) == 0;
}

/* --- layouts -------------------------------------------------------------- */

static const struct maplayout layouts[] = {
	/* ConfigMgr, Import Computer for Out of Band Management */
	{ .at = { [MAPCOL_UUID] = 2,
	      [MAPCOL_KEY] = -1,
	      [MAPCOL_FQDN] = 1,
	      [MAPCOL_HOST] = 0,
	      [MAPCOL_DOMAIN] = -1,
	      [MAPCOL_MODEL] = -1,
	      [MAPCOL_SERIAL] = -1 },
	    .nfields = 3,
	    .nfields_max = 6,
	    .mac = 3,
	    .passwords = 4 },
	/* ConfigMgr, Import Computer Information */
	{ .at = { [MAPCOL_UUID] = 1,
	      [MAPCOL_KEY] = -1,
	      [MAPCOL_FQDN] = -1,
	      [MAPCOL_HOST] = 0,
	      [MAPCOL_DOMAIN] = -1,
	      [MAPCOL_MODEL] = -1,
	      [MAPCOL_SERIAL] = -1 },
	    .nfields = 2,
	    .nfields_max = 3,
	    .mac = 2,
	    .passwords = 3 },
};

static const char *
mapnames_field(const struct row *row, int at)
{
	return at >= 0 && (size_t)at < row->nfields ? row->field[at] : "";
}

/* Nothing in the row speaks against the layout. */
static bool
row_fits(const struct maplayout *l, const struct row *row)
{
	const char *uuid = mapnames_field(row, l->at[MAPCOL_UUID]);
	const char *fqdn = mapnames_field(row, l->at[MAPCOL_FQDN]);
	const char *mac = mapnames_field(row, l->mac);

	return row->nfields >= l->nfields && row->nfields <= l->nfields_max &&
	    (*uuid == '\0' || mapsample_uuid(uuid)) &&
	    (*mac == '\0' || mapsample_mac(mac)) && !mapsample_uuid(fqdn) &&
	    !mapsample_mac(fqdn) && !mapsample_uuid(row->field[0]);
}

/* Something in it speaks for the layout. */
static bool
row_tells(const struct maplayout *l, const struct row *row)
{
	return *mapnames_field(row, l->at[MAPCOL_UUID]) != '\0' ||
	    *mapnames_field(row, l->mac) != '\0' ||
	    (l->at[MAPCOL_FQDN] == 1 && mapsample_host_and_name(row));
}

bool
mapnames_headless(const struct mapsample *s)
{
	const struct maplayout *l;

	if (mapsample_headless(s))
		return true;
	l = mapnames_layout(s);
	return l != NULL && row_fits(l, &s->row[0]);
}

const struct maplayout *
mapnames_layout(const struct mapsample *s)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		size_t nfit = 0, ntell = 0;

		for (size_t n = 0; n < s->nrows; n++) {
			bool fits = row_fits(&layouts[i], &s->row[n]);

			nfit += fits;
			ntell += fits && row_tells(&layouts[i], &s->row[n]);
		}
		if (ntell != 0 && nfit * 4 >= s->nrows * 3)
			return &layouts[i];
	}
	return NULL;
}
