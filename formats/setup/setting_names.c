/*
 * Source of the numbers: Intel AMT WS-Management class definitions, ValueMaps
 * of the properties and parameters named below.
 */
#include "setup/setting_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/domain.h"
#include "base/password.h"
#include "base/text.h"

#define END                                                                    \
	{                                                                      \
		NULL, NULL                                                     \
	}

const struct setting_choice setting_accesses[] = { { "local", "0" },
	{ "network", "1" }, { "both", "2" }, END };

/* OptInRequired: for nothing, for KVM, for every kind of redirection. */
const struct setting_choice setting_consents[] = { { "none", "0" },
	{ "kvm", "1" }, { "all", "4294967295" }, END };

/* What the management engine does in which state of the host; the schemes are
 * in family_power.c. */
const struct setting_choice setting_packages[] = { { "on-s0", "" },
	{ "on-s3", "" }, { "on-s5", "" }, { "wake-s3", "" }, { "wake-s5", "" },
	{ "on-s5-off-after-power-loss", "" },
	{ "wake-s5-off-after-power-loss", "" }, END };

#define REALM(word, number, from, to) { word, #number },
const struct setting_choice setting_realms[] = {
#include "setup/setting_realm.def"
	END
};
#undef REALM

bool
setting_realm_in_release(const char *word, unsigned release)
{
#define REALM(word, number, from, to) { word, from, to },
	static const struct {
		const char *word;
		unsigned from, to;
	} realms[] = {
#include "setup/setting_realm.def"
	};
#undef REALM

	for (size_t i = 0; i < sizeof(realms) / sizeof(realms[0]); i++)
		if (strcmp(realms[i].word, word) == 0)
			return release == 0 ||
			    (release >= realms[i].from &&
			        (realms[i].to == 0 || release <= realms[i].to));
	return false;
}

/* --- general settings ----------------------------------------------------- */

int
setting_check_interval(const struct setting *row, const char *value,
    struct fault *f)
{
	uint64_t n;

	if (text_number(&n, value, row->most) == 0 && (n == 0 || n >= 20))
		return 0;
	return fault_set(f, 0, "%s: got \"%s\", expected 0 or 20 to %u",
	    row->name, value, (unsigned)row->most);
}

/* --- screens -------------------------------------------------------------- */

/* Exactly 8 characters, strong as the MEBx asks. */
int
setting_check_rfb(const struct setting *row, const char *value, struct fault *f)
{
	if (strlen(value) == 8)
		return password_check(value, 8, f);
	return fault_set(f, 0, "%s: expected exactly 8 characters", row->name);
}

/* --- users ---------------------------------------------------------------- */

/* The number at *at, which goes behind it and the dash after it. */
static bool
sid_number(uint64_t *n, const char **at, uint64_t most)
{
	size_t len = strspn(*at, "0123456789");

	if (len == 0 || len > 15)
		return false;
	*n = strtoull(*at, NULL, 10);
	*at += len;
	if (**at == '-' && (*at)[1] != '\0')
		++*at;
	else if (**at != '\0')
		return false;
	return *n <= most;
}

/* Revision, how many numbers, six bytes of the authority with the high one
 * first, then numbers of four with the low one first (MS-DTYP, 2.4.2). */
int
setting_sid(uint8_t to[SETTING_SID_MAX], const char *text)
{
	uint64_t n;
	int len = 8;

	if (strncasecmp(text, "S-1-", 4) != 0)
		return -1;
	text += 4;
	if (!sid_number(&n, &text, 0xffffffffffff))
		return -1;
	to[0] = 1;
	for (int i = 0; i < 6; i++)
		to[2 + i] = (uint8_t)(n >> (8 * (5 - i)));
	while (*text != '\0') {
		if (len == SETTING_SID_MAX ||
		    !sid_number(&n, &text, UINT32_MAX))
			return -1;
		for (int i = 0; i < 4; i++)
			to[len++] = (uint8_t)(n >> (8 * i));
	}
	to[1] = (uint8_t)((len - 8) / 4);
	return len > 8 ? len : -1;
}

int
setting_check_sid(const struct setting *row, const char *value, struct fault *f)
{
	uint8_t sid[SETTING_SID_MAX];

	if (setting_sid(sid, value) != -1)
		return 0;
	return fault_set(f, 0,
	    "%s: got \"%s\", expected a SID such as "
	    "S-1-5-21-1004336348-1177238915-682003330-1104",
	    row->name, value);
}

/* Class definition of AddUserAclEntryEx. */
static bool
user_is_legal(const char *name)
{
	if (strlen(name) > SETTING_USER_MAX || strncmp(name, "$$", 2) == 0 ||
	    strcasecmp(name, "admin") == 0)
		return false;
	return strpbrk(name, "\",:") == NULL;
}

int
setting_fits_user(const struct settings *s, const char *item, struct fault *f)
{
	bool password = settings_item_value(s, "user-password", item) != NULL;
	const char *sid = settings_item_value(s, "user-sid", item);

	if (password == (sid != NULL))
		return fault_set(f, 0,
		    "user \"%s\" has %s (expected one of them)", item,
		    password ? "a <password> and a <sid>"
		             : "neither a <password> nor a <sid>");
	for (size_t i = 0; sid != NULL && i < s->n; i++)
		if (strcmp(s->list[i].setting, "user-sid") == 0 &&
		    strcmp(s->list[i].item, item) != 0 &&
		    strcasecmp(s->list[i].value, sid) == 0)
			return fault_set(f, 0,
			    "user \"%s\" has the SID of user \"%s\"", item,
			    s->list[i].item);
	if (sid != NULL || user_is_legal(item))
		return 0;
	return fault_set(f, 0,
	    "user \"%s\": a name with a password has 1 to %d characters, none "
	    "of \" , : and no $$ in front, and is not admin",
	    item, SETTING_USER_MAX);
}

/* --- Kerberos ------------------------------------------------------------- */

int
setting_check_rc4(const struct setting *row, const char *value, struct fault *f)
{
	if (strlen(value) == 24 && strcmp(value + 22, "==") == 0)
		return 0;
	return fault_set(f, 0, "%s: expected 16 bytes in base64", row->name);
}

int
setting_fits_kerberos(const struct settings *s, const char *item,
    struct fault *f)
{
	const char *on = settings_item_value(s, "kerberos", "");
	bool phrase = settings_item_value(s, "kerberos-passphrase", "") != NULL;
	bool salt = settings_item_value(s, "kerberos-salt", "") != NULL;
	bool rc4 = settings_item_value(s, "kerberos-rc4-key", "") != NULL;

	(void)item;
	if (phrase && rc4)
		return fault_set(f, 0,
		    "<kerberos-passphrase> and <kerberos-rc4-key> exclude each "
		    "other");
	if (phrase != salt)
		return fault_set(f, 0,
		    "<kerberos-passphrase> and <kerberos-salt> go together");
	if (on == NULL || strcmp(on, "on") != 0)
		return 0;
	if (settings_item_value(s, "kerberos-realm", "") == NULL)
		return fault_set(f, 0,
		    "<kerberos> is on without a <kerberos-realm>");
	if (!phrase && !rc4)
		return fault_set(f, 0,
		    "<kerberos> is on without a <kerberos-passphrase> (or a "
		    "<kerberos-rc4-key>)");
	return 0;
}

/* --- environment detection ------------------------------------------------ */

static bool
domain_is_in(const char *domain, const char *suffix, size_t len)
{
	size_t n = strlen(domain);

	return n >= len && strncasecmp(domain + n - len, suffix, len) == 0 &&
	    (n == len || domain[n - len - 1] == '.');
}

bool
setting_domain_covered(const char *domains, const char *domain)
{
	size_t len;

	for (const char *at = domains; *at != '\0'; at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		if (len != 0 && domain_is_in(domain, at, len))
			return true;
	}
	return false;
}

/* Full names or what they end with, RFC 1035; TrustedCN takes 255 characters of
 * each, and how many is not documented. */
int
setting_check_suffixes(const struct setting *row, const char *value,
    struct fault *f)
{
	char name[DOMAIN_TEXT];
	size_t n = 0, len;

	for (const char *at = value; *at != '\0'; at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		if (len == 0)
			continue;
		if (domain_parse(name, at, len, NULL) == -1)
			return fault_set(f, 0,
			    "%s: got \"%.*s\", expected a domain such as "
			    "example.com",
			    row->name, (int)len, at);
		if (++n > SETTING_DOMAINS_MAX)
			return fault_set(f, 0, "%s: expected up to %d names",
			    row->name, SETTING_DOMAINS_MAX);
	}
	return 0;
}

/* Letters, digits, dots and dashes, of 63 characters; all of them 192. */
int
setting_check_domains(const struct setting *row, const char *value,
    struct fault *f)
{
	static const char alnum[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                            "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t n = 0, all = 0, len;

	if (strcmp(value, SETTING_NO_DOMAIN) == 0)
		return 0;
	for (const char *at = value; *at != '\0'; at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		n += len != 0;
		all += len;
		for (size_t i = 0; i < len; i++)
			if (strchr(alnum, at[i]) == NULL &&
			    ((at[i] != '-' && at[i] != '.') || i == 0))
				return fault_set(f, 0,
				    "%s: got \"%.*s\", expected a domain such "
				    "as example.com",
				    row->name, (int)len, at);
		if (len > 63)
			return fault_set(f, 0,
			    "%s: \"%.*s\" has more than 63 characters",
			    row->name, (int)len, at);
	}
	if (n <= SETTING_DOMAINS_MAX && all <= 192)
		return 0;
	return fault_set(f, 0,
	    "%s: expected up to %d domains, of 192 characters together",
	    row->name, SETTING_DOMAINS_MAX);
}
