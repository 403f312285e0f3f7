/*
 * AMT_AuditLog and AMT_AuditPolicyRule.  Properties and methods: Intel's class
 * reference; names, order and the policy of a device that nobody gave one:
 * captures.  Who may write is in users.c.
 */
#include "peer/audit.h"

#include <stdlib.h>
#include <string.h>

#include "peer/pki.h"
#include "peer/server.h"
#include "peer/service.h"

enum { STATE_DISABLED = 1, STATE_LOCKED = 2, STATE_NO_KEY = 16 };
enum { FLAG_LOCK, FLAG_ALLOW, FLAG_UNLOCK };

#define LOCK_MAX 300
#define CERTIFICATES_MAX 4100

static bool
audit_enabled(const struct instance *log)
{
	return strcmp(instance_text(log, "EnabledState"), "2") == 0;
}

static bool
audit_locked(const struct instance *log)
{
	return (int64_t)instance_number(log, "LockSeconds") > now_ms() / 1000;
}

static void
set_number(struct instance *i, const char *name, unsigned n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	instance_set(i, name, text);
}

static void
log_refresh(struct machine *m, const struct class *c)
{
	struct instance *log = instance_first(m, c);

	set_number(log, "AuditState",
	    (audit_enabled(log) ? 0 : STATE_DISABLED) |
	        (audit_locked(log) ? STATE_LOCKED : 0) |
	        (instance_has(log, "SigningKey") ? 0 : STATE_NO_KEY));
}

static int
log_change(struct machine *m, const struct instance *old, struct instance *now,
    struct soap_fault *f)
{
	(void)m;
	(void)old;
	if (instance_number(now, "StoragePolicy") == 2 &&
	    instance_number(now, "MinDaysToKeep") == 0)
		return refuse_with(f, "InvalidRepresentation",
		    "StoragePolicy 2 without MinDaysToKeep");
	return 0;
}

static unsigned
log_request(struct call *c)
{
	uint64_t state;

	if (!call_number(c, "RequestedState", UINT32_MAX, &state) ||
	    (state != 2 && state != 3))
		return RETURN_PARAMETER;
	set_number(c->self, "EnabledState", (unsigned)state);
	set_number(c->self, "RequestedState", (unsigned)state);
	return RETURN_OK;
}

/* Flag 0 gives a handle for the others, or takes that of the lock again. */
static unsigned
log_lock(struct call *c)
{
	uint64_t seconds, flag, handle = 0;
	bool given = call_number(c, "Handle", UINT32_MAX, &handle);
	unsigned own = instance_number(c->self, "LockHandle");
	char text[16];

	if (!call_number(c, "LockTimeoutInSeconds", LOCK_MAX, &seconds) ||
	    !call_number(c, "Flag", FLAG_UNLOCK, &flag))
		return RETURN_PARAMETER;
	if (audit_locked(c->self) && (!given || handle != own))
		return RETURN_HANDLE;
	if (flag == FLAG_UNLOCK) {
		set_number(c->self, "LockSeconds", 0);
		return RETURN_OK;
	}
	if (flag == FLAG_ALLOW)
		instance_set(c->self, "AllowUnprovision", "true");
	set_number(c->self, "LockHandle", own + 1);
	set_number(c->self, "LockSeconds",
	    (unsigned)(now_ms() / 1000 + (int64_t)seconds));
	snprintf(text, sizeof(text), "%u", own + 1);
	soap_element(c->out, 'g', "Handle", text);
	return RETURN_OK;
}

static unsigned
log_key(struct call *c)
{
	static uint8_t bytes[CERTIFICATES_MAX];
	char text[8192];
	uint64_t type;

	if (audit_enabled(c->self))
		return RETURN_NOT_PERMITTED;
	if (!call_number(c, "SigningMechanismType", 2, &type) ||
	    call_octets(c, "SigningKey", bytes, sizeof(bytes)) <= 0 ||
	    call_octets(c, "Certificates", bytes, sizeof(bytes)) <= 0 ||
	    !call_text(c, "SigningKey", text, sizeof(text)))
		return RETURN_PARAMETER;
	instance_set(c->self, "SigningKey", text);
	return RETURN_OK;
}

/* It has no records: nobody asks for them in a setup. */
static unsigned
log_read(struct call *c)
{
	uint64_t start;

	if (!call_number(c, "StartIndex", UINT32_MAX, &start) || start == 0)
		return RETURN_PARAMETER;
	soap_element(c->out, 'g', "TotalRecordCount", "0");
	soap_element(c->out, 'g', "RecordsReturned", "0");
	return RETURN_OK;
}

static unsigned
log_clear(struct call *c)
{
	instance_set(c->self, "CurrentNumberOfRecords", "0");
	return RETURN_OK;
}

#define FIXED PROPERTY_FIXED
#define HIDDEN PROPERTY_SECRET /* no property of firmware */
static const struct property log_properties[] = {
	{ "AllowUnprovision", 'b', HIDDEN, 0, "false", 0, 0 },
	{ "AuditState", 'n', FIXED, UINT32_MAX, "17", 0, 0 },
	{ "CurrentNumberOfRecords", 'n', FIXED, UINT32_MAX, "0", 0, 0 },
	{ "ElementName", 't', FIXED, 256, "Intel(r) AMT Audit Log", 0, 0 },
	{ "EnabledState", 'n', FIXED, 65535, "3", 0, 0 },
	{ "LockHandle", 'n', HIDDEN, UINT32_MAX, "0", 0, 0 },
	{ "LockSeconds", 'n', HIDDEN, UINT32_MAX, "0", 0, 0 },
	{ "MaxAllowedAuditors", 'n', FIXED, 1, "1", 0, 0 },
	{ "MaxNumberOfRecords", 'n', FIXED, UINT32_MAX, "0", 0, 0 },
	{ "MinDaysToKeep", 'n', 0, 65535, NULL, 0, 0 },
	{ "Name", 't', PROPERTY_KEY, 256, "Intel(r) AMT:Audit Log", 0, 0 },
	{ "OverwritePolicy", 'n', FIXED, 65535, "2", 0, 0 },
	{ "PercentageFree", 'n', FIXED, 100, "100", 0, 0 },
	{ "RequestedState", 'n', FIXED, 65535, "3", 0, 0 },
	{ "SigningKey", 'o', HIDDEN, CERTIFICATES_MAX, NULL, 0, 0 },
	{ "StoragePolicy", 'n', PROPERTY_NEEDED, 2, "1", 0, 0 },
	{ "TimeOfLastRecord", 'd', FIXED, 32, "2004-01-01T00:00:00Z", 0, 0 },
	{ .name = NULL },
};
#undef FIXED
#undef HIDDEN

static const struct method log_methods[] = {
	{ .name = "RequestStateChange",
	    .params = { "RequestedState", "?TimeoutPeriod" },
	    .handle = log_request },
	{ .name = "SetAuditLock",
	    .params = { "LockTimeoutInSeconds", "Flag", "?Handle" },
	    .handle = log_lock },
	{ .name = "SetSigningKeyMaterial",
	    .params = { "SigningMechanismType", "SigningKey",
	        "*LengthOfCertificates", "Certificates" },
	    .handle = log_key },
	{ .name = "ReadRecords",
	    .params = { "StartIndex" },
	    .handle = log_read },
	{ .name = "ClearLog", .handle = log_clear },
	{ .name = NULL },
};

/* --- AMT_AuditPolicyRule ---------------------------------------------------
 */

/* The events of a device that nobody gave a policy: application, first and
 * last of a run of events. */
static const struct {
	unsigned app, first, last;
} logged[] = {
	{ 16, 0, 14 },
	{ 16, 17, 19 },
	{ 17, 0, 4 },
	{ 18, 0, 12 },
	{ 19, 0, 1 },
	{ 20, 0, 5 },
	{ 21, 0, 0 },
	{ 27, 3, 4 },
	{ 29, 0, 4 },
	{ 30, 0, 2 },
};

/* That is of 11 and later; before 6.0, which had no KVM, there is none here. */
static void
policy_begin(struct machine *m, const struct class *c)
{
	struct instance *policy = instance_add(m, c);
	char text[16];

	for (size_t i = 0; i < sizeof(logged) / sizeof(logged[0]); i++)
		for (unsigned event = logged[i].first;
		     m->major >= 6 && event <= logged[i].last; event++) {
			snprintf(text, sizeof(text), "%u",
			    logged[i].app << 16 | event);
			instance_append(policy, "AuditApplicationEventID",
			    text);
			instance_append(policy, "PolicyType", "0");
		}
}

static bool
app_there(uint64_t app)
{
	return (app >= 16 && app <= 30) || app == 32 || app == 33;
}

/* The policy without one event, and with it anew when it is to be logged. */
static void
policy_set(struct call *c, bool on, unsigned id, unsigned type)
{
	struct instance *policy = c->self, *old = instance_new(c->m, c->class);
	const struct values *ids, *types;
	char text[16], level[4];

	snprintf(text, sizeof(text), "%u", id);
	snprintf(level, sizeof(level), "%u", type);
	instance_copy(old, policy);
	ids = instance_values(old, "AuditApplicationEventID");
	types = instance_values(old, "PolicyType");
	instance_set(policy, "AuditApplicationEventID", NULL);
	instance_set(policy, "PolicyType", NULL);
	for (size_t i = 0; i < ids->n; i++) {
		if (strcmp(ids->at[i], text) == 0)
			continue;
		instance_append(policy, "AuditApplicationEventID", ids->at[i]);
		instance_append(policy, "PolicyType", types->at[i]);
	}
	if (on) {
		instance_append(policy, "AuditApplicationEventID", text);
		instance_append(policy, "PolicyType", level);
	}
	instance_free(old);
}

static bool
element_number(const xmlNode *e, uint64_t max, uint64_t *n)
{
	char text[16], *end;

	if (!soap_text(text, sizeof(text), e) || text[0] == '\0')
		return false;
	*n = strtoul(text, &end, 10);
	return *end == '\0' && *n <= max;
}

/* One of the events in the parallel lists; all of them before any. */
static bool
policy_entry(struct call *c, xmlNode *const at[4], bool apply)
{
	uint64_t app, event, type = 0;
	char on[8];

	if (!soap_text(on, sizeof(on), at[0]) ||
	    (strcmp(on, "true") != 0 && strcmp(on, "false") != 0) ||
	    !element_number(at[1], 65535, &app) || !app_there(app) ||
	    !element_number(at[2], 65535, &event) ||
	    (at[3] != NULL && !element_number(at[3], 1, &type)))
		return false;
	if (apply)
		policy_set(c, on[0] == 't', (unsigned)(app << 16 | event),
		    (unsigned)type);
	return true;
}

static unsigned
policy_walk(struct call *c, bool apply)
{
	static const char *const names[4] = { "Enable", "AuditedAppID",
		"EventID", "PolicyType" };
	xmlNode *at[4];
	bool typed;

	for (size_t k = 0; k < 4; k++)
		at[k] = call_param(c, names[k]);
	typed = at[3] != NULL;
	while (at[0] != NULL && at[1] != NULL && at[2] != NULL) {
		if (typed != (at[3] != NULL) || !policy_entry(c, at, apply))
			return RETURN_PARAMETER;
		for (size_t k = 0; k < 4; k++)
			if (at[k] != NULL)
				at[k] = call_param_next(at[k]);
	}
	for (size_t k = 0; k < 4; k++)
		if (at[k] != NULL)
			return RETURN_PARAMETER;
	return RETURN_OK;
}

static unsigned
policy_call(struct call *c)
{
	unsigned why = policy_walk(c, false);

	return why == RETURN_OK ? policy_walk(c, true) : why;
}

static const struct property policy_properties[] = {
	{ "AuditApplicationEventID", 'n', PROPERTY_LIST | PROPERTY_FIXED,
	    UINT32_MAX, NULL, 0, 0 },
	{ "CreationClassName", 't', PROPERTY_KEY, 256, "AMT_AuditPolicyRule", 0,
	    0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256,
	    "Intel(r) AMT Audit Policy Rule", 0, 0 },
	{ "PolicyRuleName", 't', PROPERTY_KEY, 256, "Audit Policy Rule", 0, 0 },
	{ "PolicyType", 'n', PROPERTY_LIST | PROPERTY_FIXED, 1, NULL, 0, 0 },
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 256,
	    "CIM_ComputerSystem", 0, 0 },
	{ "SystemName", 't', PROPERTY_KEY, 256, "Intel(r) AMT", 0, 0 },
	{ .name = NULL },
};

static const struct method policy_methods[] = {
	{ .name = "SetAuditPolicy",
	    .params = { "Enable", "AuditedAppID", "EventID", "?PolicyType" },
	    .handle = policy_call },
	{ .name = "SetAuditPolicyBulk",
	    .params = { "+Enable", "+AuditedAppID", "+EventID", "+PolicyType" },
	    .handle = policy_call },
	{ .name = NULL },
};

const struct class audit_classes[] = {
	{ .name = "AMT_AuditLog",
	    .base = URI_AMT,
	    .properties = log_properties,
	    .methods = log_methods,
	    .from = 400,
	    .common = true,
	    .refresh = log_refresh,
	    .change = log_change },
	{ .name = "AMT_AuditPolicyRule",
	    .base = URI_AMT,
	    .properties = policy_properties,
	    .methods = policy_methods,
	    .from = 400,
	    .begin = policy_begin },
	FAMILY_END,
};

/* Before 12.0 a log that is on keeps the device, unless the auditor allows. */
bool
audit_blocks(struct machine *m)
{
	const struct instance *log;

	if (m->major >= 12 || m->major < 4)
		return false;
	log = instance_first(m, &audit_classes[0]);
	return audit_enabled(log) && !instance_true(log, "AllowUnprovision");
}
