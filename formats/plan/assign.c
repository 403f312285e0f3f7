#include "plan/assign.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amt/release.h"
#include "base/text.h"
#include "setup/setting.h"

/* --- one condition -------------------------------------------------------- */

static bool
uuid_condition_read(const char *text)
{
	uint8_t uuid[UUID_LEN];

	return uuid_parse(uuid, text, strlen(text), NULL) == 0;
}

static bool
uuid_condition_fits(const char *text, const char *fact)
{
	uint8_t wanted[UUID_LEN], has[UUID_LEN];

	return uuid_parse(wanted, text, strlen(text), NULL) == 0 &&
	    uuid_parse(has, fact, strlen(fact), NULL) == 0 &&
	    memcmp(wanted, has, UUID_LEN) == 0;
}

static bool
pattern_read(const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

static bool
pattern_fits(const char *text, const char *fact)
{
	return fnmatch(text, fact, FNM_CASEFOLD) == 0;
}

static bool
batch_fits(const char *text, const char *fact)
{
	return strcmp(text, fact) == 0;
}

/* Reads an address; how many bytes it has, 0 if the text is not one. */
static size_t
address_read(uint8_t bytes[16], const char *text, size_t len)
{
	char host[64];

	if (len >= sizeof(host))
		return 0;
	memcpy(host, text, len);
	host[len] = '\0';
	if (inet_pton(AF_INET, host, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, host, bytes) == 1 ? 16 : 0;
}

struct subnet {
	uint8_t bytes[16];
	size_t nbytes;
	size_t nbits;
};

/* Of byte number i the bits that the prefix has. */
static uint8_t
subnet_mask(const struct subnet *net, size_t i)
{
	if (net->nbits >= 8 * (i + 1))
		return 0xff;
	if (net->nbits <= 8 * i)
		return 0;
	return (uint8_t)(0xff00 >> net->nbits % 8);
}

/* Bits behind the prefix are a slip: 10.0.0.7/8 may have meant /32. */
static int
subnet_read(struct subnet *net, const char *text)
{
	const char *slash = strchr(text, '/');
	uint64_t nbits;

	if (slash == NULL)
		return -1;
	net->nbytes = address_read(net->bytes, text, (size_t)(slash - text));
	if (net->nbytes == 0 ||
	    text_number(&nbits, slash + 1, 8 * net->nbytes) == -1)
		return -1;
	net->nbits = (size_t)nbits;
	for (size_t i = 0; i < net->nbytes; i++)
		if ((net->bytes[i] & ~subnet_mask(net, i)) != 0)
			return -1;
	return 0;
}

static bool
subnet_condition_read(const char *text)
{
	struct subnet net;

	return subnet_read(&net, text) == 0;
}

static bool
subnet_condition_fits(const char *text, const char *fact)
{
	struct subnet net;
	uint8_t bytes[16];

	if (subnet_read(&net, text) == -1 ||
	    address_read(bytes, fact, strcspn(fact, "%")) != net.nbytes)
		return false;
	for (size_t i = 0; i < net.nbytes; i++)
		if ((bytes[i] & subnet_mask(&net, i)) != net.bytes[i])
			return false;
	return true;
}

/* One end of a range; of a major number alone its first or its last. */
static int
release_end_read(unsigned *to, const char *text, size_t len, unsigned minor)
{
	char end[16];
	struct release r;

	if (len >= sizeof(end))
		return -1;
	memcpy(end, text, len);
	end[len] = '\0';
	if (release_parse(&r, end, NULL) == -1 || r.minor > UINT8_MAX)
		return -1;
	*to = SETTING_RELEASE(r.major,
	    strchr(end, '.') == NULL ? minor : r.minor);
	return 0;
}

/* 11, 11.8, 9-10, 16.1- or -10 */
static int
release_range_read(unsigned *from, unsigned *to, const char *text)
{
	const char *dash = strchr(text, '-');
	const char *second = dash == NULL ? text : dash + 1;
	size_t len = dash == NULL ? strlen(text) : (size_t)(dash - text);

	*from = 0;
	*to = UINT32_MAX;
	if (dash != NULL && len == 0 && *second == '\0')
		return -1;
	if (len != 0 && release_end_read(from, text, len, 0) == -1)
		return -1;
	if ((dash == NULL || *second != '\0') &&
	    release_end_read(to, second, strlen(second), UINT8_MAX) == -1)
		return -1;
	return *from <= *to ? 0 : -1;
}

static bool
release_condition_read(const char *text)
{
	unsigned from, to;

	return release_range_read(&from, &to, text) == 0;
}

static bool
release_condition_fits(const char *text, const char *fact)
{
	unsigned from, to, has;
	struct release r;

	if (release_range_read(&from, &to, text) == -1 ||
	    release_parse(&r, fact, NULL) == -1)
		return false;
	has = SETTING_RELEASE(r.major, r.minor);
	return has >= from && has <= to;
}

/* --- the table of them ---------------------------------------------------- */

static const struct {
	const char *name;
	bool (*read)(const char *text);
	bool (*fits)(const char *text, const char *fact);
	size_t fact; /* where it is in struct assign_facts */
	const char *expected;
} conditions[ASSIGN_NCONDITIONS] = {
#define FACT(its_name) offsetof(struct assign_facts, its_name)
	[ASSIGN_UUID] = { "uuid", uuid_condition_read, uuid_condition_fits,
	    FACT(uuid), "a UUID" },
	[ASSIGN_FQDN] = { "fqdn", pattern_read, pattern_fits, FACT(fqdn),
	    "a pattern such as *.lab.example.com" },
	[ASSIGN_OU] = { "ou", pattern_read, pattern_fits, FACT(ou),
	    "a pattern such as *,OU=Lab,DC=example,DC=com" },
	[ASSIGN_SUBNET] = { "subnet", subnet_condition_read,
	    subnet_condition_fits, FACT(address),
	    "the first address of a network and its prefix length, such as "
	    "10.1.0.0/16" },
	[ASSIGN_RELEASE] = { "release", release_condition_read,
	    release_condition_fits, FACT(release),
	    "a release or a range: 11, 11.8, 9-10, 16.1- or -10" },
	[ASSIGN_BATCH] = { "batch", pattern_read, batch_fits, FACT(batch),
	    "the name of a batch" },
	[ASSIGN_MODEL] = { "model", pattern_read, pattern_fits, FACT(model),
	    "a pattern such as OptiPlex 70*" },
#undef FACT
};

const char *
assign_name(enum assign_condition c)
{
	return conditions[c].name;
}

const char *
assign_expected(enum assign_condition c)
{
	return conditions[c].expected;
}

enum assign_condition
assign_find(const char *name)
{
	enum assign_condition c = 0;

	while (c < ASSIGN_NCONDITIONS && strcmp(conditions[c].name, name) != 0)
		c++;
	return c;
}

static const char *
assign_fact(const struct assign_facts *facts, enum assign_condition c)
{
	return *(const char *const *)((const char *)facts + conditions[c].fact);
}

int
assign_set(struct assign_rule *rule, enum assign_condition c, const char *text,
    struct fault *f)
{
	size_t len = strnlen(text, ASSIGN_TEXT);
	char shown[64];

	if (len != 0 && len < ASSIGN_TEXT && conditions[c].read(text)) {
		memcpy(rule->text[c], text, len + 1);
		return 0;
	}
	text_show(shown, sizeof(shown), text, len);
	return fault_set(f, 0, "%s: got \"%s\", expected %s",
	    conditions[c].name, shown, conditions[c].expected);
}

/* --- rules ---------------------------------------------------------------- */

struct assign_rule *
assign_add(struct assign_rules *rules)
{
	size_t cap = rules->cap == 0 ? 8 : 2 * rules->cap;
	struct assign_rule *more;

	if (rules->n == ASSIGN_RULES_MAX)
		return NULL;
	if (rules->n == rules->cap) {
		more = reallocarray(rules->list, cap, sizeof(*more));
		if (more == NULL)
			return NULL;
		rules->list = more;
		rules->cap = cap;
	}
	memset(&rules->list[rules->n], 0, sizeof(*rules->list));
	return &rules->list[rules->n++];
}

void
assign_free(struct assign_rules *rules)
{
	free(rules->list);
	*rules = (struct assign_rules){ .list = NULL };
}

bool
assign_fits(const struct assign_rule *rule, const struct assign_facts *facts)
{
	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS; c++) {
		const char *fact = assign_fact(facts, c);

		if (rule->text[c][0] != '\0' &&
		    (fact[0] == '\0' ||
		        !conditions[c].fits(rule->text[c], fact)))
			return false;
	}
	return true;
}

const struct assign_rule *
assign_choose(const struct assign_rules *rules,
    const struct assign_facts *facts)
{
	for (size_t i = 0; i < rules->n; i++)
		if (assign_fits(&rules->list[i], facts))
			return &rules->list[i];
	return NULL;
}

bool
assign_asks(const struct assign_rules *rules, enum assign_condition c)
{
	for (size_t i = 0; i < rules->n; i++)
		if (rules->list[i].text[c][0] != '\0')
			return true;
	return false;
}

bool
assign_fits_all(const struct assign_rule *rule)
{
	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS; c++)
		if (rule->text[c][0] != '\0')
			return false;
	return true;
}

void
assign_describe(char *to, size_t cap, const struct assign_rule *rule)
{
	size_t len = 0;

	to[0] = '\0';
	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS; c++)
		if (rule->text[c][0] != '\0' && len < cap)
			len += (size_t)snprintf(to + len, cap - len,
			    "%s%s=\"%s\"", len == 0 ? "" : " ",
			    conditions[c].name, rule->text[c]);
	if (len == 0)
		(void)snprintf(to, cap, "every machine");
}
