#include "stick/setupbin_vars.h"

#include <stdlib.h>

static const struct setupbin_var_value manageability[] = { { 0, "none" },
	{ 1, "AMT" }, { 0, NULL } };
static const struct setupbin_var_value local_update[] = { { 0, "disabled" },
	{ 1, "enabled" }, { 2, "password protected" }, { 0, NULL } };
static const struct setupbin_var_value update_qualifier[] = { { 0, "always" },
	{ 1, "never" }, { 2, "restricted" }, { 0, NULL } };
static const struct setupbin_var_value on_off[] = { { 0, "off" }, { 1, "on" },
	{ 0, NULL } };
static const struct setupbin_var_value user_hash[] = { { 0, "disabled" },
	{ 1, "enabled" }, { 2, "delete" }, { 0, NULL } };
static const struct setupbin_var_value sol_ider[] = { { 0, "none" },
	{ 1, "SOL" }, { 2, "IDE-R" }, { 3, "SOL and IDE-R" }, { 4, "login" },
	{ 5, "SOL, login" }, { 6, "IDE-R, login" },
	{ 7, "SOL and IDE-R, login" }, { 0, NULL } };
static const struct setupbin_var_value dhcp[] = { { 1, "disabled" },
	{ 2, "enabled" }, { 0, NULL } };
/* As the host interface numbers them; for setup.bin itself inferred. */
static const struct setupbin_var_value setup_model[] = { { 1, "enterprise" },
	{ 2, "small business" }, { 0, NULL } };
static const struct setupbin_var_value fqdn[] = { { 0, "dedicated" },
	{ 1, "shared" }, { 0, NULL } };
static const struct setupbin_var_value consent[] = { { 0, "none" },
	{ 1, "KVM" }, { 255, "all" }, { 0, NULL } };
static const struct setupbin_var_value halt[] = { { 0, "stop" }, { 1, "start" },
	{ 0, NULL } };
static const struct setupbin_var_value setup_mode[] = { { 0, "automatic" },
	{ 1, "manual" }, { 0, NULL } };
static const struct setupbin_var_value service[] = { { 1, "reactive" },
	{ 2, "proactive" }, { 4, "one-time session" }, { 0, NULL } };

/* Rows: module, id, name, bytes or width and range, version it came with. */
#define SINCE(major, minor) .since_major = (major), .since_minor = (minor)
#define BYTES(m, i, n, lo, hi, maj, mnr)                                       \
	{                                                                      \
		m, i, n, SETUPBIN_VAR_BYTES, lo, hi, SINCE(maj, mnr)           \
	}
#define TEXT(m, i, n, lo, hi, maj, mnr, hide)                                  \
	{                                                                      \
		m, i, n, SETUPBIN_VAR_TEXT, lo, hi, SINCE(maj, mnr),           \
		    .secret = (hide)                                           \
	}
#define NUMBER(m, i, n, w, lo, hi, maj, mnr, names)                            \
	{                                                                      \
		m, i, n, SETUPBIN_VAR_NUMBER, w, w, lo, hi, SINCE(maj, mnr),   \
		    .values = (names)                                          \
	}

/* Ascending by module and id: setupbin_var_find searches by halves. */
static const struct setupbin_var table[] = {
	TEXT(1, 1, "current MEBx password", 1, 32, 1, 0, true),
	TEXT(1, 2, "new MEBx password", 8, 32, 1, 0, true),
	/* Intel's tool takes it for version 1 too. */
	NUMBER(1, 3, "manageability selection", 1, 0, 1, 1, 0, manageability),
	NUMBER(1, 4, "firmware local update", 1, 0, 2, 2, 1, local_update),
	NUMBER(1, 5, "firmware update qualifier", 1, 0, 2, 2, 1,
	    update_qualifier),
	{ 1, 6, "power package", SETUPBIN_VAR_PACKAGE, 16, 16, SINCE(2, 1) },
	TEXT(2, 1, "PID", 8, 8, 1, 0, false),
	TEXT(2, 2, "PPS", 32, 32, 1, 0, true),
	TEXT(2, 3, "PKI DNS suffix", 1, 255, 2, 0, false),
	TEXT(2, 4, "configuration server FQDN", 1, 255, 2, 0, false),
	NUMBER(2, 5, "remote configuration", 1, 0, 1, 2, 0, on_off),
	NUMBER(2, 6, "pre-installed certificate hashes", 1, 0, 1, 2, 0, on_off),
	NUMBER(2, 7, "user-defined certificate hashes", 1, 0, 2, 2, 0,
	    user_hash),
	{ 2, 8, "add certificate hash", SETUPBIN_VAR_HASH, 22, 81, SINCE(2, 0),
	    .repeats = true },
	NUMBER(2, 10, "SOL and IDE-R", 1, 0, 7, 2, 0, sol_ider),
	TEXT(2, 11, "host name", 1, 63, 2, 1, false),
	TEXT(2, 12, "domain name", 1, 255, 2, 1, false),
	NUMBER(2, 13, "DHCP", 1, 1, 2, 2, 1, dhcp),
	NUMBER(2, 14, "secure firmware update", 1, 0, 1, 2, 1, on_off),
	BYTES(2, 15, "idle timeout", 1, 4, 2, 1),
	NUMBER(2, 16, "provisioning mode", 1, 0, 255, 2, 1, setup_model),
	{ 2, 17, "provisioning server address", SETUPBIN_VAR_ADDRESS, 4, 4,
	    SINCE(2, 1) },
	NUMBER(2, 18, "provisioning server port", 2, 1, 65535, 2, 1, NULL),
	BYTES(2, 19, "static IPv4 block", 1, 480, 2, 1),
	BYTES(2, 20, "VLAN", 1, 480, 2, 1),
	BYTES(2, 21, "password policy", 1, 480, 2, 1),
	BYTES(2, 22, "IPv6 block", 1, 480, 3, 0),
	NUMBER(2, 23, "shared FQDN", 1, 0, 1, 3, 0, fqdn),
	NUMBER(2, 24, "dynamic DNS update", 1, 0, 1, 3, 0, on_off),
	NUMBER(2, 25, "KVM", 1, 0, 1, 3, 0, on_off),
	NUMBER(2, 26, "user consent", 1, 0, 255, 3, 0, consent),
	NUMBER(2, 27, "remote IT may change consent", 1, 0, 1, 3, 0, on_off),
	NUMBER(2, 28, "provisioning", 1, 0, 1, 3, 0, halt),
	NUMBER(2, 29, "setup mode", 1, 0, 1, 3, 0, setup_mode),
	NUMBER(2, 30, "support channel id", 4, 1, 65535, 0, 0, NULL),
	TEXT(2, 31, "support channel description", 0, 60, 0, 0, false),
	TEXT(2, 32, "service account number", 0, 32, 0, 0, false),
	TEXT(2, 33, "enrolment passcode", 0, 32, 0, 0, true),
	NUMBER(2, 34, "service type", 4, 1, 7, 0, 0, service),
	{ 2, 35, "service provider id", SETUPBIN_VAR_BYTES, 16, 16,
	    SINCE(0, 0) },
};
#define NTABLE (sizeof(table) / sizeof(table[0]))

/*
 * Which variable stands after which.  Source: the comments of MeshCommander's
 * reader; that all but one are kept by the ascending order is our finding.
 */
static const struct setupbin_var_order orders[] = {
	{ 1, 2, 1, 1, SETUPBIN_VAR_NEEDED, 0, 0 },
	{ 1, 3, 1, 2, SETUPBIN_VAR_IF_THERE, 0, 0 },
	/* MeshCentral leaves 2/7 out in version 3, and that works. */
	{ 2, 8, 2, 7, SETUPBIN_VAR_NEEDED, 1, 2 },
	/* Intel's ACU Wizard writes 2/23 without a host name. */
	{ 2, 23, 2, 11, SETUPBIN_VAR_ADVISED, 0, 0 },
	{ 2, 28, 2, 3, SETUPBIN_VAR_IF_THERE, 0, 0 },
	{ 2, 28, 2, 4, SETUPBIN_VAR_IF_THERE, 0, 0 },
	{ 2, 28, 2, 17, SETUPBIN_VAR_IF_THERE, 0, 0 },
};
#define NORDERS (sizeof(orders) / sizeof(orders[0]))

/* By the type byte of 2/8, from 1. */
static const struct setupbin_var_digest digests[] = { { 20, "sha1", 2 },
	{ 32, "sha256", 3 }, { 48, "sha384", 3 } };
#define NDIGESTS (sizeof(digests) / sizeof(digests[0]))

static int
setupbin_vars_compare(const void *key, const void *row)
{
	const struct setupbin_var *a = key, *b = row;

	if (a->module != b->module)
		return a->module < b->module ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

const struct setupbin_var *
setupbin_var_find(uint16_t module, uint16_t id)
{
	const struct setupbin_var key = { .module = module, .id = id };

	return bsearch(&key, table, NTABLE, sizeof(table[0]),
	    setupbin_vars_compare);
}

bool
setupbin_var_is(const struct setupbin_var *v, uint16_t module, uint16_t id)
{
	return v->module == module && v->id == id;
}

const struct setupbin_var *
setupbin_var_at(size_t i)
{
	return i < NTABLE ? &table[i] : NULL;
}

const struct setupbin_var_order *
setupbin_var_order_at(size_t i)
{
	return i < NORDERS ? &orders[i] : NULL;
}

uint32_t
setupbin_var_number(const uint8_t *value, size_t len)
{
	uint32_t n = 0;

	for (size_t i = len; i > 0; i--)
		n = n << 8 | value[i - 1];
	return n;
}

static int
check_text(const struct setupbin_var *v, const uint8_t *value, size_t len,
    struct fault *f)
{
	for (size_t i = 0; i < len; i++)
		if (value[i] < 0x20 || value[i] > 0x7e)
			return fault_set(f, i,
			    "%s has a byte that is not printable ASCII",
			    v->name);
	return 0;
}

const struct setupbin_var_digest *
setupbin_var_digest(unsigned type)
{
	return type >= 1 && type <= NDIGESTS ? &digests[type - 1] : NULL;
}

size_t
setupbin_var_hash_len(const uint8_t *value, size_t len)
{
	const struct setupbin_var_digest *d =
	    len > 0 ? setupbin_var_digest(value[0]) : NULL;

	if (d == NULL || len < d->len + 2U ||
	    value[1 + d->len] != len - d->len - 2)
		return 0;
	return d->len;
}

static int
check_hash(const uint8_t *value, size_t len, struct fault *f)
{
	size_t n = setupbin_var_hash_len(value, len);

	if (setupbin_var_digest(value[0]) == NULL)
		return fault_set(f, 0,
		    "certificate hash is of an unknown type (got %u, expected "
		    "1 to 3)",
		    value[0]);
	if (n == 0)
		return fault_set(f, 1,
		    "certificate hash does not fill its entry of %zu bytes",
		    len);
	if (value[1 + n] > SETUPBIN_VAR_HASH_NAME)
		return fault_set(f, 1 + n,
		    "name of a certificate hash is longer than %d bytes (got "
		    "%u)",
		    SETUPBIN_VAR_HASH_NAME, value[1 + n]);
	return 0;
}

int
setupbin_var_check(const struct setupbin_var *v, const uint8_t *value,
    size_t len, struct fault *f)
{
	uint32_t n;

	if (len < v->len_min || len > v->len_max) {
		if (v->len_min == v->len_max)
			return fault_set(f, 0,
			    "%s has the wrong length (got %zu bytes, expected "
			    "%u)",
			    v->name, len, v->len_min);
		return fault_set(f, 0,
		    "%s has the wrong length (got %zu bytes, expected %u to "
		    "%u)",
		    v->name, len, v->len_min, v->len_max);
	}
	if (v->type == SETUPBIN_VAR_TEXT)
		return check_text(v, value, len, f);
	if (v->type == SETUPBIN_VAR_HASH)
		return check_hash(value, len, f);
	if (v->type != SETUPBIN_VAR_NUMBER)
		return 0;
	n = setupbin_var_number(value, len);
	if (n >= v->min && n <= v->max)
		return 0;
	return fault_set(f, 0, "%s is out of range (got %u, expected %u to %u)",
	    v->name, n, v->min, v->max);
}
