/*
 * family_mps_read - what a machine has of remote access.
 */
#include "setup/family_mps.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"

static bool
read_text(char *to, size_t cap, const struct message_node *p, const char *name)
{
	const char *value = message_value(p, name);

	if (value == NULL || strlen(value) >= cap)
		return false;
	(void)snprintf(to, cap, "%s", value);
	return true;
}

static bool
sap_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct mps_work *work = s->work;
	struct mps_sap *sap = &work->sap[work->nsap];

	(void)class;
	if (work->nsap == MPS_MAX)
		return false;
	*sap = (struct mps_sap){ .format = 0 };
	if (!read_text(sap->name, sizeof(sap->name), p, "Name") ||
	    !read_text(sap->host, sizeof(sap->host), p, "AccessInfo"))
		return true;
	(void)read_text(sap->cn, sizeof(sap->cn), p, "CN");
	(void)message_number(&sap->format, p, "InfoFormat");
	(void)message_number(&sap->port, p, "Port");
	work->nsap++;
	return true;
}

static bool
rule_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct mps_work *work = s->work;
	struct mps_rule *rule = &work->rule[work->nrule];

	(void)class;
	if (work->nrule == MPS_RULES_MAX)
		return false;
	*rule = (struct mps_rule){ .trigger = UINT32_MAX };
	if (!read_text(rule->name, sizeof(rule->name), p, "PolicyRuleName"))
		return true;
	(void)read_text(rule->data, sizeof(rule->data), p, "ExtendedData");
	(void)message_number(&rule->trigger, p, "Trigger");
	(void)message_number(&rule->lifetime, p, "TunnelLifeTime");
	work->nrule++;
	return true;
}

static bool
link_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct mps_work *work = s->work;
	struct mps_link *link = &work->link[work->nlink];
	char rule[FAMILY_ID], sap[FAMILY_ID];

	(void)class;
	if (work->nlink == MPS_LINKS_MAX)
		return false;
	if (!family_refers(p, "PolicySet", MPS_RULE, "PolicyRuleName", rule) ||
	    !family_refers(p, "ManagedElement", MPS_SAP, "Name", sap))
		return true;
	*link = (struct mps_link){ .type = 0 };
	(void)snprintf(link->rule, sizeof(link->rule), "%s", rule);
	(void)snprintf(link->sap, sizeof(link->sap), "%s", sap);
	link->typed = message_number(&link->type, p, "MpsType") == 0;
	work->nlink++;
	return true;
}

/* By position they belong to a server, and that is not relied upon: it is
 * enough that one has the name. */
static bool
user_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct mps_work *work = s->work;

	(void)class;
	if (work->nuser < MPS_MAX &&
	    read_text(work->user[work->nuser], sizeof(work->user[0]), p,
	        "RemoteID"))
		work->nuser++;
	return true;
}

static enum setup_next
read_end(struct setup *s)
{
	return ((struct mps_work *)s->work)->then(s);
}

static enum setup_next
read_users(struct setup *s)
{
	return setup_items(s, "AMT_MPSUsernamePassword", user_each, read_end,
	    read_end);
}

static enum setup_next
read_no_links(struct setup *s)
{
	((struct mps_work *)s->work)->has_links = false;
	return read_users(s);
}

static enum setup_next
read_links(struct setup *s)
{
	((struct mps_work *)s->work)->has_links = true;
	return setup_items(s, MPS_LINK, link_each, read_users, read_no_links);
}

static enum setup_next
read_rules(struct setup *s)
{
	return setup_items(s, MPS_RULE, rule_each, read_links, NULL);
}

enum setup_next
mps_read(struct setup *s, setup_then_fn *then)
{
	struct mps_work *work = s->work;

	work->then = then;
	work->nsap = work->nrule = work->nlink = work->nuser = 0;
	return setup_items(s, MPS_SAP, sap_each, read_rules, NULL);
}

/* --- the profile's -------------------------------------------------------- */

uint32_t
mps_format(const char *host)
{
	if (strchr(host, ':') != NULL)
		return 4;
	return strspn(host, "0123456789.") == strlen(host) ? 3 : 201;
}

uint32_t
mps_port(const struct setup *s, const char *item)
{
	return family_number(s, "mps-port", item, 4433);
}

static bool
sap_has_host(const struct setup *s, const struct mps_sap *sap, const char *item)
{
	return text_same(sap->host, family_text(s, "mps-host", item));
}

static bool
sap_is(const struct setup *s, const struct mps_sap *sap, const char *item)
{
	return sap->port == mps_port(s, item) && sap_has_host(s, sap, item);
}

/* The server with just this host and port. */
static const struct mps_sap *
sap_find(const struct setup *s, const char *item)
{
	const struct mps_work *work = s->work;

	for (size_t i = 0; i < work->nsap; i++)
		if (sap_is(s, &work->sap[i], item))
			return &work->sap[i];
	return NULL;
}

/* Is it just what any entry of the profile wants? */
static bool
sap_is_taken(const struct setup *s, const struct mps_sap *sap)
{
	const char *item;

	for (size_t i = 0; (item = setup_item(s, "mps", i)) != NULL; i++)
		if (sap_is(s, sap, item))
			return true;
	return false;
}

/* How many entries of this host before it have not their port either. */
static size_t
moved_before(const struct setup *s, const char *item)
{
	const char *host = family_text(s, "mps-host", item), *other;
	size_t n = 0;

	for (size_t i = 0; (other = setup_item(s, "mps", i)) != NULL &&
	     strcmp(other, item) != 0;
	     i++)
		n += text_same(family_text(s, "mps-host", other), host) &&
		    sap_find(s, other) == NULL;
	return n;
}

/* One of the same host whose port nobody else wants is that entry's, at another
 * port than before. */
const struct mps_sap *
mps_find(const struct setup *s, const char *item)
{
	const struct mps_work *work = s->work;
	const struct mps_sap *sap = sap_find(s, item);
	size_t skip;

	if (sap != NULL)
		return sap;
	skip = moved_before(s, item);
	for (size_t i = 0; i < work->nsap; i++)
		if (sap_has_host(s, &work->sap[i], item) &&
		    !sap_is_taken(s, &work->sap[i]) && skip-- == 0)
			return &work->sap[i];
	return NULL;
}

enum setup_next
mps_remove(struct setup *s, const struct setup_step *step, const char *key,
    const char *name)
{
	struct mps_work *work = s->work;

	work->removals = strcmp(work->name, name) == 0 ? work->removals + 1 : 0;
	if (work->removals == 2)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "%s was removed and is still there", name);
	(void)snprintf(work->name, sizeof(work->name), "%s", name);
	s->selectors[0] =
	    (struct message_pair){ .name = key, .value = work->name };
	s->nselectors = 1;
	return setup_enter(s, step);
}

void
mps_begin_other(struct setup *s, const char *name, const char *found)
{
	struct mps_work *work = s->work;

	(void)snprintf(work->other, sizeof(work->other), "%s", name);
	(void)snprintf(work->other_found, sizeof(work->other_found), "%s",
	    found);
}

void
mps_end_other(struct setup *s, const char *setting, bool there)
{
	struct mps_work *work = s->work;

	if (work->other[0] == '\0' || there)
		return;
	setup_changed(s, family_row(s, setting), "", work->other_found);
	work->other[0] = '\0';
}

/* --- its policies ----------------------------------------------------------
 */

#define PERIODIC 2

uint32_t
mps_rule_trigger(const struct setup *s, const char *item)
{
	return family_number(s, "mps-policy-trigger", item, 0);
}

/* Of periodic: two numbers, high byte first, 0 for an interval and its
 * seconds; else nothing (wsman.md, 5.13). */
void
mps_rule_data(const struct setup *s, const char *item, char to[32])
{
	uint32_t n = family_number(s, "mps-policy-seconds", item, 3600);
	const unsigned char bytes[8] = { 0, 0, 0, 0, (uint8_t)(n >> 24),
		(uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	to[0] = '\0';
	if (mps_rule_trigger(s, item) == PERIODIC)
		(void)EVP_EncodeBlock((unsigned char *)to, bytes, 8);
}

void
mps_rule_seconds(char to[32], const char *data)
{
	unsigned char bytes[24];

	(void)snprintf(to, 32, "%s", data);
	if (strlen(data) != 12 || data[10] == '=' || data[11] != '=' ||
	    EVP_DecodeBlock(bytes, (const unsigned char *)data, 12) != 9 ||
	    memcmp(bytes, "\0\0\0\0", 4) != 0)
		return;
	(void)snprintf(to, 32, "%lu",
	    (unsigned long)bytes[4] << 24 | (unsigned long)bytes[5] << 16 |
	        (unsigned long)bytes[6] << 8 | bytes[7]);
}

/* The servers that the entry names, as the machine calls them; how many.  Left
 * out: the first of the profile. */
size_t
mps_rule_servers(const struct setup *s, const char *item,
    const char *names[MPS_RULE_SERVERS])
{
	const char *words = setup_item_value(s, "mps-policy-servers", item);
	const char *server;
	size_t n = 0, len;
	char word[64];

	for (size_t i = 0; words == NULL && n < MPS_RULE_SERVERS &&
	     (server = setup_item(s, "mps", i)) != NULL;
	     i++)
		if (mps_find(s, server) != NULL)
			names[n++] = mps_find(s, server)->name;
	for (; words != NULL && *words != '\0' && n < MPS_RULE_SERVERS;
	     words += len) {
		words += strspn(words, " ");
		len = strcspn(words, " ");
		(void)snprintf(word, sizeof(word), "%.*s", (int)len, words);
		if (len != 0 && len < sizeof(word) &&
		    setup_has_item(s, "mps", word) && mps_find(s, word) != NULL)
			names[n++] = mps_find(s, word)->name;
	}
	return n;
}
