#include "stick/setupbin_vars.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

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
#define NPACKAGES (sizeof(packages) / sizeof(packages[0]))

/* --- from bytes ---------------------------------------------------------- */

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
format_number(char *to, size_t cap, const struct setupbin_var *v, uint32_t n)
{
	for (const struct setupbin_var_value *x = v->values;
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

	for (size_t i = 0; i < NPACKAGES; i++)
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
	size_t n = setupbin_var_hash_len(value, len);
	char hex[2 * 48 + 1], name[160];

	text_hex(hex, value + 1, n);
	text_show(name, sizeof(name), (const char *)value + 2 + n, len - n - 2);
	(void)snprintf(to, cap, "%s:%s \"%s\"",
	    setupbin_var_digest(value[0])->name, hex, name);
}

void
setupbin_var_format(char *to, size_t cap, const struct setupbin_var *v,
    const uint8_t *value, size_t len, bool reveal)
{
	if ((v == NULL || v->secret) && !reveal) {
		(void)snprintf(to, cap, "********");
		return;
	}
	/* What breaks its limits is shown as it stands. */
	if (v != NULL && v->type == SETUPBIN_VAR_TEXT) {
		text_show(to, cap, (const char *)value, len);
		return;
	}
	if (v == NULL || v->type == SETUPBIN_VAR_BYTES || len < v->len_min ||
	    len > v->len_max ||
	    (v->type == SETUPBIN_VAR_HASH &&
	        setupbin_var_hash_len(value, len) == 0)) {
		format_bytes(to, cap, value, len);
		return;
	}
	switch (v->type) {
	case SETUPBIN_VAR_NUMBER:
		format_number(to, cap, v, setupbin_var_number(value, len));
		break;
	case SETUPBIN_VAR_PACKAGE:
		format_package(to, cap, value);
		break;
	case SETUPBIN_VAR_ADDRESS:
		(void)snprintf(to, cap, "%u.%u.%u.%u", value[3], value[2],
		    value[1], value[0]);
		break;
	case SETUPBIN_VAR_HASH:
		format_hash(to, cap, value, len);
		break;
	case SETUPBIN_VAR_BYTES:
	case SETUPBIN_VAR_TEXT:
		break;
	}
}

/* --- from text ----------------------------------------------------------- */

void
setupbin_var_word(char to[SETUPBIN_VAR_WORD], const struct setupbin_var *v)
{
	size_t n = 0;

	for (const char *s = v->name; *s != '\0' && n + 1 < SETUPBIN_VAR_WORD;
	     s++)
		to[n++] = *s == ' ' ? '-' : text_lower(*s);
	to[n] = '\0';
}

/* "2/11", and nothing else. */
static const struct setupbin_var *
by_number(const char *name)
{
	unsigned module, id;
	int end = 0;

	if (strlen(name) > 6 ||
	    sscanf(name, "%2u/%2u%n", &module, &id, &end) != 2 ||
	    name[end] != '\0')
		return NULL;
	return setupbin_var_find((uint16_t)module, (uint16_t)id);
}

const struct setupbin_var *
setupbin_var_named(const char *name)
{
	char want[SETUPBIN_VAR_WORD], got[SETUPBIN_VAR_WORD];
	const struct setupbin_var *v;

	if (strchr(name, '/') != NULL)
		return by_number(name);
	text_fold(want, sizeof(want), name);
	for (size_t i = 0; (v = setupbin_var_at(i)) != NULL; i++) {
		text_fold(got, sizeof(got), v->name);
		if (strcmp(want, got) == 0)
			return v;
	}
	return NULL;
}

static void
setupbin_vars_text_add(char *to, size_t cap, const char *more)
{
	size_t len = strlen(to);

	(void)snprintf(to + len, cap - len, "%s", more);
}

static void
number_range(char *to, size_t cap, const struct setupbin_var *v)
{
	char one[64];

	to[0] = '\0';
	for (const struct setupbin_var_value *x = v->values;
	     x != NULL && x->name != NULL; x++) {
		(void)snprintf(one, sizeof(one), "%s%u %s",
		    to[0] != '\0' ? ", " : "", x->value, x->name);
		setupbin_vars_text_add(to, cap, one);
	}
	if (to[0] == '\0')
		(void)snprintf(to, cap, "%u to %u", v->min, v->max);
}

void
setupbin_var_range(char *to, size_t cap, const struct setupbin_var *v)
{
	char lengths[32];

	(void)snprintf(lengths, sizeof(lengths), "%u", v->len_max);
	if (v->len_min != v->len_max)
		(void)snprintf(lengths, sizeof(lengths), "%u to %u", v->len_min,
		    v->len_max);
	switch (v->type) {
	case SETUPBIN_VAR_NUMBER:
		number_range(to, cap, v);
		break;
	case SETUPBIN_VAR_TEXT:
		(void)snprintf(to, cap, "text of %s characters%s", lengths,
		    v->secret ? ", secret" : "");
		break;
	case SETUPBIN_VAR_BYTES:
		(void)snprintf(to, cap, "%s bytes in hexadecimal", lengths);
		break;
	case SETUPBIN_VAR_PACKAGE:
		(void)snprintf(to, cap, "a package's name, GUID or 32 digits");
		break;
	case SETUPBIN_VAR_ADDRESS:
		(void)snprintf(to, cap, "IPv4 address");
		break;
	case SETUPBIN_VAR_HASH:
		(void)snprintf(to, cap, "sha1:, sha256: or sha384:HEX NAME");
		break;
	}
}

void
setupbin_var_rules(char *to, size_t cap, const struct setupbin_var *v)
{
	const struct setupbin_var_order *o;
	char one[96], version[32] = "";

	to[0] = '\0';
	if (setupbin_var_is(v, SETUPBIN_MEBX_NOW))
		setupbin_vars_text_add(to, cap, "first; admin needs 1/2");
	for (size_t i = 0; (o = setupbin_var_order_at(i)) != NULL; i++) {
		if (o->module != v->module || o->id != v->id)
			continue;
		if (o->major != 0)
			(void)snprintf(version, sizeof(version),
			    " in version %u", o->major);
		(void)snprintf(one, sizeof(one), "%safter %u/%u%s%s%s",
		    to[0] != '\0' ? ", " : "", o->after_module, o->after_id,
		    o->value != 0 ? " = 1" : "",
		    o->need == SETUPBIN_VAR_NEEDED        ? ", needed"
		        : o->need == SETUPBIN_VAR_ADVISED ? ", advised"
		                                          : "",
		    version);
		setupbin_vars_text_add(to, cap, one);
	}
	if (v->repeats)
		setupbin_vars_text_add(to, cap,
		    to[0] != '\0' ? "; may repeat" : "may repeat");
}

static void
put_number(uint8_t *to, const struct setupbin_var *v, uint32_t n)
{
	for (size_t i = 0; i < v->len_max; i++)
		to[i] = (uint8_t)(n >> 8 * i);
}

static int
parse_number(uint8_t *to, const struct setupbin_var *v, const char *text,
    struct fault *f)
{
	char want[64], got[64], range[160];
	uint64_t n;

	if (text_number(&n, text, v->max) == 0 && n >= v->min) {
		put_number(to, v, (uint32_t)n);
		return 0;
	}
	text_fold(want, sizeof(want), text);
	for (const struct setupbin_var_value *x = v->values;
	     x != NULL && x->name != NULL; x++) {
		text_fold(got, sizeof(got), x->name);
		if (strcmp(want, got) == 0) {
			put_number(to, v, x->value);
			return 0;
		}
	}
	number_range(range, sizeof(range), v);
	text_show(want, 24, text, strlen(text));
	return fault_set(f, 0, "%s is unknown (got \"%s\", expected %s)",
	    v->name, want, range);
}

/* A GUID's text in the byte order that its first three groups are swapped to;
 * false if it is not one. */
static bool
parse_guid(uint8_t straight[16], uint8_t swapped[16], const char *text)
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11,
		12, 13, 14, 15 };
	char digits[33];
	size_t n = 0, len;

	if (strlen(text) != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if ((text[i] == '-') != dash)
			return false;
		if (!dash)
			digits[n++] = text[i];
	}
	digits[n] = '\0';
	if (text_unhex(straight, 16, &len, digits) == -1 || len != 16)
		return false;
	for (size_t i = 0; i < 16; i++)
		swapped[i] = straight[order[i]];
	return true;
}

static const struct package *
known_package(const uint8_t bytes[16])
{
	for (size_t i = 0; i < NPACKAGES; i++)
		if (memcmp(packages[i].bytes, bytes, 16) == 0)
			return &packages[i];
	return NULL;
}

/*
 * Texts of a package's GUID in the wild swap their first groups or do not:
 * only the one that is a known package is believed.
 */
static int
parse_package(uint8_t to[16], const char *text, struct fault *f)
{
	uint8_t straight[16], swapped[16];
	char want[64], got[64];
	size_t len;

	if (strlen(text) == 32 && text_unhex(to, 16, &len, text) == 0)
		return 0;
	if (parse_guid(straight, swapped, text)) {
		const struct package *p = known_package(swapped);

		if (p == NULL)
			p = known_package(straight);
		if (p != NULL) {
			memcpy(to, p->bytes, 16);
			return 0;
		}
		return fault_set(f, 0,
		    "power package is unknown: give its 16 bytes in the file, "
		    "in hexadecimal");
	}
	text_fold(want, sizeof(want), text);
	for (size_t i = 0; i < NPACKAGES; i++) {
		text_fold(got, sizeof(got), packages[i].name);
		if (strcmp(want, got) == 0) {
			memcpy(to, packages[i].bytes, 16);
			return 0;
		}
	}
	return fault_set(f, 0,
	    "power package is neither a name nor a GUID nor 32 hexadecimal "
	    "digits");
}

static int
parse_address(uint8_t to[4], const char *text, struct fault *f)
{
	uint8_t a[4];

	if (inet_pton(AF_INET, text, a) != 1)
		return fault_set(f, 0,
		    "provisioning server address is not an IPv4 address");
	for (size_t i = 0; i < 4; i++)
		to[i] = a[3 - i];
	return 0;
}

/* "sha256:HEX NAME" */
static int
parse_hash(uint8_t *to, size_t *len, const char *text, struct fault *f)
{
	const char *colon = strchr(text, ':');
	const char *blank = strchr(text, ' ');
	const char *name = blank != NULL ? blank + 1 : text + strlen(text);
	size_t n = colon != NULL ? (size_t)(colon - text) : 0, got, digits;
	char hex[2 * SETUPBIN_VAR_DIGEST_MAX + 1];
	unsigned type = 1;
	const struct setupbin_var_digest *d;

	for (; (d = setupbin_var_digest(type)) != NULL; type++)
		if (n == strlen(d->name) && strncmp(text, d->name, n) == 0)
			break;
	if (d == NULL)
		return fault_set(f, 0,
		    "certificate hash has no type (expected sha1:, sha256: or "
		    "sha384: and its digits)");
	digits = strcspn(colon + 1, " ");
	if (digits != 2U * d->len)
		return fault_set(f, 0,
		    "certificate hash has the wrong length (got %zu digits, "
		    "expected %u)",
		    digits, 2U * d->len);
	(void)snprintf(hex, sizeof(hex), "%.*s", (int)digits, colon + 1);
	if (text_unhex(to + 1, d->len, &got, hex) == -1)
		return fault_set(f, 0,
		    "certificate hash is not in hexadecimal");
	return setupbin_var_hash(to, len, type, name, f);
}

int
setupbin_var_hash(uint8_t *to, size_t *len, unsigned type, const char *name,
    struct fault *f)
{
	const struct setupbin_var_digest *d = setupbin_var_digest(type);
	size_t n = strlen(name);

	if (n > SETUPBIN_VAR_HASH_NAME)
		return fault_set(f, 0,
		    "name of a certificate hash is longer than %d bytes (got "
		    "%zu)",
		    SETUPBIN_VAR_HASH_NAME, n);
	to[0] = (uint8_t)type;
	to[1 + d->len] = (uint8_t)n;
	memcpy(to + 2 + d->len, name, n);
	*len = 2U + d->len + n;
	return 0;
}

static int
parse_bytes(uint8_t *to, size_t *len, const struct setupbin_var *v,
    const char *text, struct fault *f)
{
	if (text_unhex(to, SETUPBIN_VAR_MAX, len, text) == -1)
		return fault_set(f, 0,
		    "%s takes raw bytes only, in hexadecimal: its layout is "
		    "not published",
		    v->name);
	return 0;
}

int
setupbin_var_parse(uint8_t to[SETUPBIN_VAR_MAX], size_t *len,
    const struct setupbin_var *v, const char *text, struct fault *f)
{
	int rc = 0;

	*len = v->len_max;
	switch (v->type) {
	case SETUPBIN_VAR_TEXT:
		*len = strlen(text);
		if (*len <= SETUPBIN_VAR_MAX)
			memcpy(to, text, *len);
		break;
	case SETUPBIN_VAR_NUMBER:
		rc = parse_number(to, v, text, f);
		break;
	case SETUPBIN_VAR_PACKAGE:
		rc = parse_package(to, text, f);
		break;
	case SETUPBIN_VAR_ADDRESS:
		rc = parse_address(to, text, f);
		break;
	case SETUPBIN_VAR_HASH:
		rc = parse_hash(to, len, text, f);
		break;
	case SETUPBIN_VAR_BYTES:
		rc = parse_bytes(to, len, v, text, f);
		break;
	}
	/* Text that does not fit is refused here, before it is looked at. */
	return rc == 0 ? setupbin_var_check(v, to, *len, f) : -1;
}
