/*
 * How users log in, and what they may do: realms, by Intel's class reference.
 */
#include "peer/users.h"

#include <stdlib.h>
#include <string.h>

struct instance *
user_find(struct machine *m, const char *name)
{
	return name[0] == '\0'
	    ? NULL
	    : instance_find(m, &users_classes[0], "DigestUsername", name);
}

const char *
user_credential(struct credential *cred, const struct instance *u)
{
	memset(cred, 0, sizeof(*cred));
	snprintf(cred->user, sizeof(cred->user), "%s",
	    instance_text(u, "DigestUsername"));
	if (octets(cred->ha1, HA1_LEN, instance_text(u, "DigestPassword")) !=
	    HA1_LEN)
		return "an account without a password";
	if (!instance_true(u, "Enabled"))
		return "the user is disabled";
	if (instance_number(u, "AccessPermission") == 0)
		return "the user is a local one";
	return NULL;
}

bool
user_has_realm(const struct instance *u, unsigned realm)
{
	const struct values *v = instance_values(u, "Realms");

	for (size_t i = 0; i < v->n; i++)
		if (strtoul(v->at[i], NULL, 10) == realm)
			return true;
	return false;
}

/* Once a user has the audit realm, the administrator is not the auditor. */
static bool
auditor_there(struct machine *m)
{
	for (struct instance *u = instance_first(m, &users_classes[0]);
	     u != NULL; u = u->next)
		if (user_has_realm(u, 20) && instance_true(u, "Enabled"))
			return true;
	return false;
}

bool
user_allowed(struct machine *m, const struct instance *u, const char *class,
    bool writes)
{
	static const struct {
		const char *class;
		unsigned realm;
		bool read_only;
	} realms[] = {
		{ "AMT_GeneralSettings", 13, true },
		{ "CIM_SoftwareIdentity", 13, true },
		{ "CIM_ComputerSystemPackage", 13, true },
		{ "AMT_SetupAndConfigurationService", 13, true },
		{ "AMT_TimeSynchronizationService", 12, false },
		{ "AMT_RedirectionService", 2, true },
		{ "AMT_AuthorizationService", 21, false },
	};

	if (strncmp(class, "AMT_Audit", 9) == 0 && writes)
		return u != NULL ? user_has_realm(u, 20) : !auditor_there(m);
	if (u == NULL || user_has_realm(u, 3))
		return true;
	for (size_t i = 0; i < sizeof(realms) / sizeof(realms[0]); i++)
		if (strcmp(realms[i].class, class) == 0 &&
		    user_has_realm(u, realms[i].realm) &&
		    !(writes && realms[i].read_only))
			return true;
	return false;
}
