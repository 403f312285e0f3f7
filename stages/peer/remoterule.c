/* AddRemoteAccessPolicyRule: when a device calls which server. */
#include <stdio.h>
#include <string.h>

#include "peer/certs.h"
#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/remote.h"

#define PER_POLICY_MAX 2

/* --- rules --------------------------------------------------------------- */

/* Of a periodic rule: every so many seconds, or daily at hour and minute. */
static const char *
extended_wrong(const struct call *c, uint64_t trigger)
{
	uint8_t d[13];
	int n = call_octets(c, "ExtendedData", d, sizeof(d));

	if (trigger != 2)
		return n <= 0 ? NULL : "ExtendedData is for periodic rules";
	if (n == 8 && memcmp(d, "\0\0\0\0", 4) == 0)
		return memcmp(d + 4, "\0\0\0\0", 4) != 0 ? NULL
		                                         : "an interval of 0 s";
	if (n == 12 && memcmp(d, "\0\0\0\1\0\0\0", 7) == 0 && d[7] < 24 &&
	    memcmp(d + 8, "\0\0\0", 3) == 0 && d[11] < 60)
		return NULL;
	return "ExtendedData is no interval and no time of day";
}

/* The servers that a parameter names; -1 when one is not there. */
static int
servers_count(const struct call *c, const char *name)
{
	char text[REFERENCE_MAX];
	int n = 0;

	for (xmlNode *e = call_param(c, name); e != NULL;
	     e = call_param_next(e)) {
		if (!reference_read(text, e) ||
		    instance_meant(c->m, remote_server_class, text) == NULL)
			return -1;
		n++;
	}
	return n;
}

static void
servers_bind(struct call *c, const char *name, const struct instance *rule,
    const char *type)
{
	char one[REFERENCE_MAX], other[REFERENCE_MAX], text[REFERENCE_MAX];

	instance_reference(other, rule);
	for (xmlNode *e = call_param(c, name); e != NULL;
	     e = call_param_next(e)) {
		struct instance *i;

		if (!reference_read(text, e))
			continue;
		instance_reference(one,
		    instance_meant(c->m, remote_server_class, text));
		i = instance_add(c->m, remote_applies_class);
		instance_set(i, "ManagedElement", one);
		instance_set(i, "PolicySet", other);
		if (machine_release(c->m) >= 1106)
			instance_set(i, "MpsType", type);
	}
}

static unsigned
rule_wrong(const struct call *c, uint64_t trigger, const char *name)
{
	int outside = servers_count(c, "MpServer");
	int inside = servers_count(c, "InternalMpServer");
	const char *why = extended_wrong(c, trigger);

	if (why != NULL)
		return remote_refused(c, RETURN_PARAMETER, why);
	if (outside == -1 || inside == -1 || outside + inside == 0)
		return remote_refused(c, RETURN_PARAMETER,
		    "a server that is not there");
	if (outside > PER_POLICY_MAX || inside > PER_POLICY_MAX)
		return remote_refused(c, RETURN_LIMIT,
		    "too many servers of one rule");
	if (instance_find(c->m, remote_rule_class, "PolicyRuleName", name) !=
	    NULL)
		return remote_refused(c, RETURN_DUPLICATE,
		    "a rule of that trigger");
	return RETURN_OK;
}

unsigned
remote_add_rule(struct call *c)
{
	static const char *const names[] = { "User Initiated", "Alert",
		"Periodic", "Home Provisioning" };
	struct instance *rule;
	uint64_t trigger, seconds;
	char text[64];
	unsigned code;

	if (!call_number(c, "Trigger", 3, &trigger) ||
	    !call_number(c, "TunnelLifeTime", UINT32_MAX, &seconds))
		return remote_refused(c, RETURN_PARAMETER,
		    "Trigger or TunnelLifeTime");
	code = rule_wrong(c, trigger, names[trigger]);
	if (code != RETURN_OK)
		return code;
	rule = instance_add(c->m, remote_rule_class);
	instance_set(rule, "PolicyRuleName", names[trigger]);
	if (call_text(c, "ExtendedData", text, sizeof(text)) && text[0] != '\0')
		instance_set(rule, "ExtendedData", text);
	snprintf(text, sizeof(text), "%u", (unsigned)trigger);
	instance_set(rule, "Trigger", text);
	snprintf(text, sizeof(text), "%u", (unsigned)seconds);
	instance_set(rule, "TunnelLifeTime", text);
	servers_bind(c, "MpServer", rule, "0");
	servers_bind(c, "InternalMpServer", rule, "1");
	journal(c->m, "rule-added", "%s", names[trigger]);
	call_returns(c, "PolicyRule", rule);
	return RETURN_OK;
}
