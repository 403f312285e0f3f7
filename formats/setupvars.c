#include "setupvars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const struct setupvar_value manageability[] = { { 0, "none" },
	{ 1, "AMT" }, { 0, NULL } };
static const struct setupvar_value local_update[] = { { 0, "disabled" },
	{ 1, "enabled" }, { 2, "password protected" }, { 0, NULL } };
static const struct setupvar_value update_qualifier[] = { { 0, "always" },
	{ 1, "never" }, { 2, "restricted" }, { 0, NULL } };
static const struct setupvar_value on_off[] = { { 0, "off" }, { 1, "on" },
	{ 0, NULL } };
static const struct setupvar_value user_hash[] = { { 0, "disabled" },
	{ 1, "enabled" }, { 2, "delete" }, { 0, NULL } };
static const struct setupvar_value sol_ider[] = { { 0, "none" }, { 1, "SOL" },
	{ 2, "IDE-R" }, { 3, "SOL and IDE-R" }, { 4, "login" },
	{ 5, "SOL, login" }, { 6, "IDE-R, login" },
	{ 7, "SOL and IDE-R, login" }, { 0, NULL } };
static const struct setupvar_value dhcp[] = { { 1, "disabled" },
	{ 2, "enabled" }, { 0, NULL } };
/* As the host interface numbers them; for setup.bin itself inferred. */
static const struct setupvar_value setup_model[] = { { 1, "enterprise" },
	{ 2, "small business" }, { 0, NULL } };
static const struct setupvar_value fqdn[] = { { 0, "dedicated" },
	{ 1, "shared" }, { 0, NULL } };
static const struct setupvar_value consent[] = { { 0, "none" }, { 1, "KVM" },
	{ 255, "all" }, { 0, NULL } };
static const struct setupvar_value halt[] = { { 0, "stop" }, { 1, "start" },
	{ 0, NULL } };
static const struct setupvar_value setup_mode[] = { { 0, "automatic" },
	{ 1, "manual" }, { 0, NULL } };
static const struct setupvar_value service[] = { { 1, "reactive" },
	{ 2, "proactive" }, { 4, "one-time session" }, { 0, NULL } };

/* Rows: module, id, name, bytes or width and range, version it came with. */
#define SINCE(major, minor) .since_major = (major), .since_minor = (minor)
#define BYTES(m, i, n, lo, hi, maj, mnr)                                       \
	{                                                                      \
		m, i, n, SETUPVAR_BYTES, lo, hi, SINCE(maj, mnr)               \
	}
#define TEXT(m, i, n, lo, hi, maj, mnr, hide)                                  \
	{                                                                      \
		m, i, n, SETUPVAR_TEXT, lo, hi, SINCE(maj, mnr),               \
		    .secret = (hide)                                           \
	}
#define NUMBER(m, i, n, w, lo, hi, maj, mnr, names)                            \
	{                                                                      \
		m, i, n, SETUPVAR_NUMBER, w, w, lo, hi, SINCE(maj, mnr),       \
		    .values = (names)                                          \
	}

/* Ascending by module and id: setupvar_find searches by halves. */
static const struct setupvar table[] = {
	TEXT(1, 1, "current MEBx password", 1, 32, 1, 0, true),
	TEXT(1, 2, "new MEBx password", 8, 32, 1, 0, true),
	/* Intel's tool takes it for version 1 too. */
	NUMBER(1, 3, "manageability selection", 1, 0, 1, 1, 0, manageability),
	NUMBER(1, 4, "firmware local update", 1, 0, 2, 2, 1, local_update),
	NUMBER(1, 5, "firmware update qualifier", 1, 0, 2, 2, 1,
	    update_qualifier),
	{ 1, 6, "power package", SETUPVAR_PACKAGE, 16, 16, SINCE(2, 1) },
	TEXT(2, 1, "PID", 8, 8, 1, 0, false),
	TEXT(2, 2, "PPS", 32, 32, 1, 0, true),
	TEXT(2, 3, "PKI DNS suffix", 1, 255, 2, 0, false),
	TEXT(2, 4, "configuration server FQDN", 1, 255, 2, 0, false),
	NUMBER(2, 5, "remote configuration", 1, 0, 1, 2, 0, on_off),
	NUMBER(2, 6, "pre-installed certificate hashes", 1, 0, 1, 2, 0, on_off),
	NUMBER(2, 7, "user-defined certificate hashes", 1, 0, 2, 2, 0,
	    user_hash),
	{ 2, 8, "add certificate hash", SETUPVAR_HASH, 22, 81, SINCE(2, 0),
	    .repeats = true },
	NUMBER(2, 10, "SOL and IDE-R", 1, 0, 7, 2, 0, sol_ider),
	TEXT(2, 11, "host name", 1, 63, 2, 1, false),
	TEXT(2, 12, "domain name", 1, 255, 2, 1, false),
	NUMBER(2, 13, "DHCP", 1, 1, 2, 2, 1, dhcp),
	NUMBER(2, 14, "secure firmware update", 1, 0, 1, 2, 1, on_off),
	BYTES(2, 15, "idle timeout", 1, 4, 2, 1),
	NUMBER(2, 16, "provisioning mode", 1, 0, 255, 2, 1, setup_model),
	{ 2, 17, "provisioning server address", SETUPVAR_ADDRESS, 4, 4,
	    SINCE(2, 1) },
	NUMBER(2, 18, "provisioning server port", 2, 1, 65535, 2, 1, NULL),
	BYTES(2, 19, "static IPv4 block", 1, 480, 2, 1),
	BYTES(2, 20, "VLAN", 1, 480, 2, 1),
	BYTES(2, 21, "password policy", 1, 480, 2, 1),
	BYTES(2, 22, "IPv6 block", 1, 480, 3, 0),
	NUMBER(2, 23, "FQDN", 1, 0, 1, 3, 0, fqdn),
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
	{ 2, 35, "service provider id", SETUPVAR_BYTES, 16, 16, SINCE(0, 0) },
};
#define NTABLE (sizeof(table) / sizeof(table[0]))

/* The raw bytes count: some are printed with groups swapped, some not. */
static const struct package {
	uint8_t bytes[16];
	const char *name;
} packages[] = {
	{ { 0x76, 0x39, 0x97, 0x11, 0x0b, 0x56, 0x50, 0x43, 0x88, 0x70, 0x98,
	      0x12, 0xf3, 0x91, 0xb5, 0x60 },
	    "mobile: on in S0" },
	{ { 0x26, 0xd3, 0x1c, 0x76, 0x87, 0x08, 0xc7, 0x4b, 0xbb, 0x5f, 0x38,
	      0x74, 0x43, 0x15, 0xa5, 0xff },
	    "mobile: on in S0, S3/AC" },
	{ { 0x53, 0x0e, 0x08, 0xdb, 0x6c, 0x0f, 0xd9, 0x48, 0xb2, 0xd2, 0x89,
	      0x58, 0xd3, 0xf1, 0x15, 0x6e },
	    "mobile: on in S0, S3/AC, S4-5/AC" },
	{ { 0x05, 0x5d, 0xd5, 0xb6, 0x4c, 0xa4, 0x87, 0x4d, 0xa5, 0xa8, 0xb4,
	      0x7c, 0x14, 0xde, 0xda, 0x5f },
	    "mobile: on in S0, wake in S3/AC" },
	{ { 0x30, 0x80, 0x0d, 0xee, 0x09, 0xc0, 0x78, 0x43, 0xaf, 0x28, 0x78,
	      0x68, 0xa2, 0xdb, 0xbe, 0x3a },
	    "mobile: on in S0, wake in S3/AC, S4-5/AC" },
	{ { 0x94, 0x4f, 0x83, 0x12, 0xfb, 0x10, 0x4f, 0xdc, 0x96, 0x8e, 0x1e,
	      0x23, 0x2b, 0x0c, 0x90, 0x65 },
	    "desktop: on in S0" },
	{ { 0xa1, 0x86, 0x00, 0xab, 0x9a, 0x7f, 0x4c, 0x42, 0xa6, 0xe6, 0xbb,
	      0x24, 0x3a, 0x29, 0x5d, 0x9e },
	    "desktop: on in S0, S3" },
	{ { 0x72, 0x86, 0xab, 0xac, 0x96, 0xb4, 0x48, 0xe2, 0x9b, 0x9e, 0x9b,
	      0x7d, 0xf9, 0x1c, 0x7f, 0xd4 },
	    "desktop: on in S0, S3, S4-5" },
	{ { 0x7b, 0x32, 0xcd, 0x4d, 0x6b, 0xbe, 0x43, 0x89, 0xa6, 0x2a, 0x4d,
	      0x7b, 0xd8, 0xdb, 0xd0, 0x26 },
	    "desktop: on in S0, wake in S3" },
	{ { 0x73, 0x22, 0x73, 0x46, 0x23, 0xdc, 0x43, 0x2f, 0xa9, 0x8a, 0x13,
	      0xd3, 0x79, 0x82, 0xd8, 0x55 },
	    "desktop: on in S0, wake in S3, S4-5" },
	{ { 0xc5, 0x19, 0xa4, 0xba, 0x6e, 0x6f, 0x8d, 0x4d, 0xb2, 0x27, 0x51,
	      0x7f, 0x7e, 0x45, 0x95, 0xdb },
	    "desktop: on in S0, S3, S4-5, off after power loss" },
	{ { 0xd6, 0x0b, 0xe3, 0xed, 0x04, 0xc5, 0x2c, 0x46, 0xb7, 0x72, 0xd1,
	      0x80, 0x18, 0xee, 0x2f, 0xc4 },
	    "desktop: on in S0, wake in S3, S4-5, off after power loss" },
};

static const struct hash_type {
	size_t len;
	const char *name;
} hash_types[] = { { 0, NULL }, { 20, "sha1" }, { 32, "sha256" },
	{ 48, "sha384" } };
#define NHASH_TYPES (sizeof(hash_types) / sizeof(hash_types[0]))

static int
compare(const void *key, const void *row)
{
	const struct setupvar *a = key, *b = row;

	if (a->module != b->module)
		return a->module < b->module ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

const struct setupvar *
setupvar_find(uint16_t module, uint16_t id)
{
	const struct setupvar key = { .module = module, .id = id };

	return bsearch(&key, table, NTABLE, sizeof(table[0]), compare);
}

const struct setupvar *
setupvar_at(size_t i)
{
	return i < NTABLE ? &table[i] : NULL;
}

static uint32_t
number(const uint8_t *value, size_t len)
{
	uint32_t n = 0;

	for (size_t i = len; i > 0; i--)
		n = n << 8 | value[i - 1];
	return n;
}

static int
check_text(const struct setupvar *v, const uint8_t *value, size_t len,
    struct fault *f)
{
	for (size_t i = 0; i < len; i++)
		if (value[i] < 0x20 || value[i] > 0x7e)
			return fault_set(f, i,
			    "%s has a byte that is not printable ASCII",
			    v->name);
	return 0;
}

/* Length of the digest of a hash value; 0 when it is none. */
static size_t
hash_len(const uint8_t *value, size_t len)
{
	size_t n = value[0] < NHASH_TYPES ? hash_types[value[0]].len : 0;

	if (n == 0 || len < n + 2 || value[1 + n] != len - n - 2)
		return 0;
	return n;
}

static int
check_hash(const uint8_t *value, size_t len, struct fault *f)
{
	size_t n = hash_len(value, len);

	if (value[0] == 0 || value[0] >= NHASH_TYPES)
		return fault_set(f, 0,
		    "certificate hash is of an unknown type (got %u, expected "
		    "1 to 3)",
		    value[0]);
	if (n == 0)
		return fault_set(f, 1,
		    "certificate hash does not fill its entry of %zu bytes",
		    len);
	if (value[1 + n] > 31)
		return fault_set(f, 1 + n,
		    "name of a certificate hash is longer than 31 bytes (got "
		    "%u)",
		    value[1 + n]);
	return 0;
}

int
setupvar_check(const struct setupvar *v, const uint8_t *value, size_t len,
    struct fault *f)
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
	if (v->type == SETUPVAR_TEXT)
		return check_text(v, value, len, f);
	if (v->type == SETUPVAR_HASH)
		return check_hash(value, len, f);
	if (v->type != SETUPVAR_NUMBER)
		return 0;
	n = number(value, len);
	if (n >= v->min && n <= v->max)
		return 0;
	return fault_set(f, 0, "%s is out of range (got %u, expected %u to %u)",
	    v->name, n, v->min, v->max);
}

/* Hexadecimal, cut with "..." at cap. */
static void
format_bytes(char *to, size_t cap, const uint8_t *value, size_t len)
{
	size_t fits = (cap - 4) / 2;

	text_hex(to, value, len < fits ? len : fits);
	if (len > fits)
		memcpy(to + 2 * fits, "...", 4);
}

static void
format_number(char *to, size_t cap, const struct setupvar *v, uint32_t n)
{
	for (const struct setupvar_value *x = v->values;
	     x != NULL && x->name != NULL; x++)
		if (x->value == n) {
			(void)snprintf(to, cap, "%u (%s)", n, x->name);
			return;
		}
	(void)snprintf(to, cap, "%u", n);
}

static void
format_package(char *to, size_t cap, const uint8_t *value)
{
	char hex[33];

	for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++)
		if (memcmp(packages[i].bytes, value, 16) == 0) {
			(void)snprintf(to, cap, "%s", packages[i].name);
			return;
		}
	text_hex(hex, value, 16);
	(void)snprintf(to, cap, "%s (unknown)", hex);
}

static void
format_hash(char *to, size_t cap, const uint8_t *value, size_t len)
{
	size_t n = hash_len(value, len);
	char hex[2 * 48 + 1], name[160];

	text_hex(hex, value + 1, n);
	text_show(name, sizeof(name), (const char *)value + 2 + n, len - n - 2);
	(void)snprintf(to, cap, "%s:%s \"%s\"", hash_types[value[0]].name, hex,
	    name);
}

void
setupvar_format(char *to, size_t cap, const struct setupvar *v,
    const uint8_t *value, size_t len, bool reveal)
{
	if ((v == NULL || v->secret) && !reveal) {
		(void)snprintf(to, cap, "********");
		return;
	}
	/* What breaks its limits is shown as it stands. */
	if (v != NULL && v->type == SETUPVAR_TEXT) {
		text_show(to, cap, (const char *)value, len);
		return;
	}
	if (v == NULL || v->type == SETUPVAR_BYTES || len < v->len_min ||
	    len > v->len_max ||
	    (v->type == SETUPVAR_HASH && hash_len(value, len) == 0)) {
		format_bytes(to, cap, value, len);
		return;
	}
	switch (v->type) {
	case SETUPVAR_NUMBER:
		format_number(to, cap, v, number(value, len));
		break;
	case SETUPVAR_PACKAGE:
		format_package(to, cap, value);
		break;
	case SETUPVAR_ADDRESS:
		(void)snprintf(to, cap, "%u.%u.%u.%u", value[3], value[2],
		    value[1], value[0]);
		break;
	case SETUPVAR_HASH:
		format_hash(to, cap, value, len);
		break;
	case SETUPVAR_BYTES:
	case SETUPVAR_TEXT:
		break;
	}
}
