/*
 * Users besides the administrator: digest names and Kerberos SIDs, with their
 * realms.  Methods, parameters, return values and limits: Intel's class
 * reference; where the public documents leave a number open, the comment at
 * that place says so.
 */
#include "peer/users.h"

#include <stdlib.h>
#include <string.h>

#include "peer/journal.h"
#include "peer/pki.h"

#define HANDLES_PULL                                                           \
	5 /* handles in one answer, so that a client asks again                \
	   */
#define KERBEROS_MAX 32
#define SID_MAX 68 /* 8 bytes and up to 15 subauthorities of 4 */
#define REALM_LAST 24

enum { RETURN_NAME = 12, RETURN_KERBEROS_LIMIT = 2065 };

static const struct property user_properties[] = {
	{ "AccessPermission", 'n', PROPERTY_NEEDED, 2, NULL, 0, 0 },
	{ "DigestPassword", 'o', PROPERTY_SECRET, HA1_LEN, NULL, 0, 0 },
	{ "DigestUsername", 't', 0, USER_MAX, NULL, 0, 0 },
	{ "Enabled", 'b', PROPERTY_KEPT, 0, "true", 0, 0 },
	{ "Handle", 'n', PROPERTY_KEY, UINT32_MAX, NULL, 0, 0 },
	{ "KerberosUserSid", 'o', 0, SID_MAX, NULL, 0, 0 },
	{ "Realms", 'n', PROPERTY_LIST, REALM_LAST, NULL, 0, 0 },
	{ .name = NULL },
};

/* No class of firmware: methods of AMT_AuthorizationService show it. */
static bool
nowhere(struct machine *m)
{
	(void)m;
	return false;
}

static void users_begin(struct machine *m, const struct class *c);

const struct class users_classes[] = {
	{ .name = "user",
	    .base = "",
	    .properties = user_properties,
	    .here = nowhere,
	    .begin = users_begin },
	FAMILY_END,
};

static const struct class *const user_class = &users_classes[0];

/* Handles are not used again, and are others after an unprovisioning. */
static void
user_attach(struct machine *m, struct instance *u)
{
	char handle[16];

	snprintf(handle, sizeof(handle), "%u", ++m->user_handles);
	instance_set(u, "Handle", handle);
	instance_attach(m, u);
}

static void
add_system(struct machine *m, const char *name, const char *realm)
{
	struct instance *u = instance_new(m, user_class);

	instance_set(u, "DigestUsername", name);
	instance_set(u, "AccessPermission", "0");
	instance_set(u, "Realms", realm);
	user_attach(m, u);
}

/* Two accounts of the firmware, local: the user notification service's was
 * seen with realm 16. */
static void
users_begin(struct machine *m, const struct class *c)
{
	(void)c;
	add_system(m, "$$OsAdmin", "24");
	add_system(m, "$$uns", "16");
}

static bool
user_is_system(const struct instance *u)
{
	return strncmp(instance_text(u, "DigestUsername"), "$$", 2) == 0;
}

/* --- what is allowed ----------------------------------------------------- */

/* By release: 17 and 18 from 2.5 until 17, 20 and 21 from 4.0, 23 in 5.1. */
static bool
realm_there(const struct machine *m, unsigned realm)
{
	unsigned release = machine_release(m);

	switch (realm) {
	case 0:
	case 1:
	case 22:
		return false;
	case 17:
	case 18:
		return release >= 205 && m->major < 18;
	case 20:
	case 21:
		return m->major >= 4;
	case 23:
		return release == 501;
	default:
		return realm <= REALM_LAST;
	}
}

static unsigned
read_realms(struct call *c, struct instance *u)
{
	xmlNode *e = call_param(c, "Realms");

	instance_set(u, "Realms", NULL);
	for (; e != NULL; e = call_param_next(e)) {
		char text[16], *end;
		unsigned long realm;

		if (!soap_text(text, sizeof(text), e) || text[0] == '\0')
			return RETURN_REALM;
		realm = strtoul(text, &end, 10);
		if (*end != '\0' || realm > REALM_LAST ||
		    !realm_there(c->m, (unsigned)realm)) {
			journal(c->m, "complaint", "realm %s is not there",
			    text);
			return RETURN_REALM;
		}
		instance_append(u, "Realms", text);
	}
	return RETURN_OK;
}

bool
user_name_good(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > USER_MAX || strncmp(name, "$$", 2) == 0)
		return false;
	for (; *name != '\0'; name++)
		if (*name < 32 || *name > 126 || strchr("\",:", *name) != NULL)
			return false;
	return true;
}

static unsigned
read_digest(struct call *c, struct instance *u)
{
	char name[64], password[64];
	uint8_t ha1[HA1_LEN];

	if (!call_text(c, "DigestUsername", name, sizeof(name)) ||
	    !user_name_good(name)) {
		journal(c->m, "complaint", "user name is not allowed");
		return RETURN_NAME;
	}
	if (call_octets(c, "DigestPassword", ha1, sizeof(ha1)) != HA1_LEN) {
		journal(c->m, "complaint",
		    "DigestPassword is not the base64 of 16 bytes");
		return RETURN_PASSWORD;
	}
	call_text(c, "DigestPassword", password, sizeof(password));
	instance_set(u, "DigestUsername", name);
	instance_set(u, "DigestPassword", password);
	return RETURN_OK;
}

/* Revision 1, number of subauthorities, 6 bytes, 4 for each. */
static unsigned
read_sid(struct call *c, struct instance *u)
{
	uint8_t sid[SID_MAX];
	char text[SID_MAX * 2];
	int n = call_octets(c, "KerberosUserSid", sid, sizeof(sid));

	if (n < 8 || sid[0] != 1 || n != 8 + 4 * sid[1]) {
		journal(c->m, "complaint", "KerberosUserSid is no SID");
		return RETURN_PARAMETER;
	}
	call_text(c, "KerberosUserSid", text, sizeof(text));
	instance_set(u, "KerberosUserSid", text);
	return RETURN_OK;
}

/* A user out of the parameters that add and update share. */
static unsigned
read_user(struct call *c, struct instance *u)
{
	bool digest = call_param(c, "DigestUsername") != NULL ||
	    call_param(c, "DigestPassword") != NULL;
	bool sid = call_param(c, "KerberosUserSid") != NULL;
	uint64_t access;
	unsigned why;
	char text[16];

	if (digest == sid) {
		journal(c->m, "complaint",
		    "a user is either a digest name or a SID");
		return RETURN_PARAMETER;
	}
	why = digest ? read_digest(c, u) : read_sid(c, u);
	if (why != RETURN_OK)
		return why;
	if (!call_number(c, "AccessPermission", 2, &access))
		return RETURN_PARAMETER;
	snprintf(text, sizeof(text), "%u", (unsigned)access);
	instance_set(u, "AccessPermission", text);
	return read_realms(c, u);
}

/* Is there another with this name or SID? */
static bool
user_taken(struct machine *m, const struct instance *now,
    const struct instance *old)
{
	const char *name = instance_text(now, "DigestUsername");
	const char *sid = instance_text(now, "KerberosUserSid");

	if (strcmp(name, m->admin.user) == 0)
		return true;
	for (struct instance *u = instance_first(m, user_class); u != NULL;
	     u = u->next)
		if (u != old &&
		    strcmp(instance_text(u, "DigestUsername"), name) == 0 &&
		    strcmp(instance_text(u, "KerberosUserSid"), sid) == 0)
			return true;
	return false;
}

/* About 7 digest users before 4.0, 15 from then on; the numbers are not
 * settled in public, and users= sets others. */
static unsigned
user_room(struct machine *m, const struct instance *now)
{
	bool digest = instance_has(now, "DigestUsername");
	int64_t max = m->faults.users >= 0 ? m->faults.users
	    : m->major < 4                 ? 7
	                                   : 15;
	int64_t n = 0;

	for (struct instance *u = instance_first(m, user_class); u != NULL;
	     u = u->next)
		n += !user_is_system(u) &&
		    instance_has(u, "DigestUsername") == digest;
	if (digest)
		return n < max ? RETURN_OK : RETURN_LIMIT;
	return n < KERBEROS_MAX ? RETURN_OK : RETURN_KERBEROS_LIMIT;
}

/* --- methods ------------------------------------------------------------- */

/* The user with the handle in the call, or NULL. */
static struct instance *
user_of(const struct call *c)
{
	uint64_t handle;
	char text[16];

	if (!call_number(c, "Handle", UINT32_MAX, &handle))
		return NULL;
	snprintf(text, sizeof(text), "%u", (unsigned)handle);
	return instance_find(c->m, user_class, "Handle", text);
}

static unsigned
users_enumerate(struct call *c)
{
	size_t all = instance_count(c->m, user_class), n;
	uint64_t start;
	char text[16];

	if (!call_number(c, "StartIndex", UINT32_MAX, &start))
		return RETURN_PARAMETER;
	if (start == 0 || start > all)
		return RETURN_INDEX;
	n = all - start + 1 < HANDLES_PULL ? all - start + 1 : HANDLES_PULL;
	snprintf(text, sizeof(text), "%zu", all);
	soap_element(c->out, 'g', "TotalCount", text);
	snprintf(text, sizeof(text), "%zu", n);
	soap_element(c->out, 'g', "HandlesCount", text);
	for (size_t i = 0; i < n; i++)
		soap_element(c->out, 'g', "Handles",
		    instance_text(instance_at(c->m, user_class, start - 1 + i),
		        "Handle"));
	return RETURN_OK;
}

static void
put_value(struct call *c, const struct instance *u, const char *name)
{
	const struct values *v = instance_values(u, name);

	for (size_t i = 0; i < v->n; i++)
		soap_element(c->out, 'g', name, v->at[i]);
}

static unsigned
user_get(struct call *c)
{
	struct instance *u = user_of(c);

	if (u == NULL)
		return RETURN_HANDLE;
	put_value(c, u, "DigestUsername");
	put_value(c, u, "KerberosUserSid");
	put_value(c, u, "AccessPermission");
	put_value(c, u, "Realms");
	return RETURN_OK;
}

static void
users_changed(struct machine *m)
{
	m->acl_epoch++; /* logins on open connections are forgotten */
}

static unsigned
user_add(struct call *c)
{
	struct instance *u = instance_new(c->m, user_class);
	unsigned why = read_user(c, u);

	if (why == RETURN_OK && user_taken(c->m, u, NULL))
		why = RETURN_DUPLICATE;
	if (why == RETURN_OK)
		why = user_room(c->m, u);
	if (why != RETURN_OK) {
		instance_free(u);
		return why;
	}
	user_attach(c->m, u);
	soap_element(c->out, 'g', "Handle", instance_text(u, "Handle"));
	users_changed(c->m);
	return RETURN_OK;
}

static unsigned
user_update(struct call *c)
{
	struct instance *u = user_of(c), *now;
	unsigned why;

	if (u == NULL)
		return RETURN_HANDLE;
	if (user_is_system(u)) {
		journal(c->m, "complaint", "an account of the system");
		return RETURN_NOT_PERMITTED;
	}
	now = instance_new(c->m, user_class);
	why = read_user(c, now);
	if (why == RETURN_OK && user_taken(c->m, now, u))
		why = RETURN_DUPLICATE;
	if (why == RETURN_OK) {
		instance_set(now, "Handle", instance_text(u, "Handle"));
		instance_set(now, "Enabled", instance_text(u, "Enabled"));
		instance_copy(u, now);
		users_changed(c->m);
	}
	instance_free(now);
	return why;
}

static unsigned
user_remove(struct call *c)
{
	struct instance *u = user_of(c);

	if (u == NULL)
		return RETURN_HANDLE;
	if (user_is_system(u)) {
		journal(c->m, "complaint", "an account of the system");
		return RETURN_NOT_PERMITTED;
	}
	instance_remove(c->m, u);
	users_changed(c->m);
	return RETURN_OK;
}

static unsigned
user_enable(struct call *c)
{
	struct instance *u = user_of(c);
	char text[8];

	if (u == NULL)
		return RETURN_HANDLE;
	if (!call_text(c, "Enabled", text, sizeof(text)) ||
	    (strcmp(text, "true") != 0 && strcmp(text, "false") != 0))
		return RETURN_PARAMETER;
	instance_set(u, "Enabled", text);
	users_changed(c->m);
	return RETURN_OK;
}

static unsigned
user_enabled(struct call *c)
{
	struct instance *u = user_of(c);

	if (u == NULL)
		return RETURN_HANDLE;
	put_value(c, u, "Enabled");
	return RETURN_OK;
}

#define USER_PARAMS                                                            \
	"?DigestUsername", "?DigestPassword", "?KerberosUserSid",              \
	    "AccessPermission", "*Realms"

const struct method users_methods[] = {
	{ .name = "EnumerateUserAclEntries",
	    .params = { "StartIndex" },
	    .handle = users_enumerate },
	{ .name = "GetUserAclEntryEx",
	    .params = { "Handle" },
	    .handle = user_get },
	{ .name = "AddUserAclEntryEx",
	    .params = { USER_PARAMS },
	    .handle = user_add },
	{ .name = "UpdateUserAclEntryEx",
	    .params = { "Handle", USER_PARAMS },
	    .handle = user_update },
	{ .name = "RemoveUserAclEntry",
	    .params = { "Handle" },
	    .handle = user_remove },
	{ .name = "SetAclEnabledState",
	    .params = { "Handle", "Enabled" },
	    .handle = user_enable },
	{ .name = "GetAclEnabledState",
	    .params = { "Handle" },
	    .handle = user_enabled },
	{ .name = NULL },
};
