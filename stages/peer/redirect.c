/*
 * Redirection: SOL, IDER, KVM, user consent and the web page.
 * Properties, values and methods: Intel's class reference; order, names and
 * most initial values: captures of AMT 12 to 19.
 */
#include "peer/service.h"

#include <string.h>

#include "peer/pki.h"

#define REDIRECTION "Intel(r) AMT Redirection Service"
#define KVM_SAP "KVM Redirection Service Access Point"
#define KVM_SETTINGS "Intel(r) KVM Redirection Settings"
#define OPT_IN "Intel(r) AMT OptIn Service"
#define WEB_UI "Intel(r) AMT Web UI Service"

/* Return values of RequestStateChange. */
enum { STATE_DONE = 0, STATE_INVALID = 5 };

/* Sets EnabledState and, when there is one, RequestedState. */
static void
set_state(struct instance *i, unsigned enabled, const char *requested)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", enabled);
	instance_set(i, "EnabledState", text);
	if (requested != NULL)
		instance_set(i, "RequestedState", requested);
}

#define REQUEST(function)                                                      \
	{                                                                      \
		.name = "RequestStateChange",                                  \
		.params = { "RequestedState", "?TimeoutPeriod" },              \
		.handle = (function)                                           \
	}

/* --- AMT_RedirectionService ---------------------------------------------- */

/* EnabledState: 32768 and what of IDER (1) and SOL (2) is on. */
static bool
redirection_state(uint64_t state)
{
	return state >= 32768 && state <= 32771;
}

static int
redirection_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	(void)m;
	(void)old;
	if (!redirection_state(instance_number(now, "EnabledState")))
		return refuse_with(f, "InvalidRepresentation",
		    "EnabledState is not 32768..32771");
	return 0;
}

static unsigned
redirection_request(struct call *c)
{
	uint64_t state;

	if (!call_number(c, "RequestedState", UINT32_MAX, &state) ||
	    !redirection_state(state))
		return STATE_INVALID;
	set_state(c->self, (unsigned)state, NULL);
	return STATE_DONE;
}

/* AccessLog: one server takes it out of its Puts; which releases have it is
 * not public. */
static const struct property redirection_properties[] = {
	{ "AccessLog", 't', PROPERTY_LIST | PROPERTY_BARRED, 256, "127.0.0.1",
	    0, 1199 },
	{ "CreationClassName", 't', PROPERTY_KEY, 256, "AMT_RedirectionService",
	    0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, REDIRECTION, 0, 0 },
	{ "EnabledState", 'n', PROPERTY_NEEDED, 65535, "32771", 0, 0 },
	{ "ListenerEnabled", 'b', PROPERTY_NEEDED, 0, "false", 0, 0 },
	{ "Name", 't', PROPERTY_KEY, 256, REDIRECTION, 0, 0 },
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 256,
	    "CIM_ComputerSystem", 0, 0 },
	{ "SystemName", 't', PROPERTY_KEY, 256, "Intel(r) AMT", 0, 0 },
	{ .name = NULL },
};

static const struct method redirection_methods[] = {
	REQUEST(redirection_request),
	{ .name = NULL },
};

/* --- CIM_KVMRedirectionSAP, IPS_KVMRedirectionSettingData ----------------- */

/* From 6.0 on, and not with standard manageability. */
static bool
kvm_here(struct machine *m)
{
	return m->faults.standard != 1;
}

static void
kvm_begin(struct machine *m, const struct class *c)
{
	if (m->faults.standard == 0)
		instance_add(m, c);
}

/* 2 and 6 both mean on; 6: nobody uses it now. */
static unsigned
kvm_request(struct call *c)
{
	uint64_t state;

	if (!call_number(c, "RequestedState", UINT32_MAX, &state) ||
	    (state != 2 && state != 3))
		return STATE_INVALID;
	set_state(c->self, state == 2 ? 6 : 3, state == 2 ? "2" : "3");
	return STATE_DONE;
}

/* Some makers ship it off. */
static const struct property kvm_properties[] = {
	{ "CreationClassName", 't', PROPERTY_KEY, 256, "CIM_KVMRedirectionSAP",
	    0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, KVM_SAP, 0, 0 },
	{ "EnabledState", 'n', PROPERTY_FIXED, 65535, "3", 0, 0 },
	{ "KVMProtocol", 'n', PROPERTY_FIXED, 65535, "4", 0, 0 },
	{ "Name", 't', PROPERTY_KEY, 256, KVM_SAP, 0, 0 },
	{ "RequestedState", 'n', PROPERTY_FIXED, 65535, "3", 0, 0 },
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 256,
	    "CIM_ComputerSystem", 0, 0 },
	{ "SystemName", 't', PROPERTY_KEY, 256, "ManagedSystem", 0, 0 },
	{ .name = NULL },
};

static const struct method kvm_methods[] = {
	REQUEST(kvm_request),
	{ .name = NULL },
};

/* Exactly 8, with upper case, digit and special, as the MEBx rules have it. */
static bool
rfb_password_good(const char *p)
{
	return strlen(p) == 8 && password_strong(p);
}

/* From 16.1 on port 5900 is not usable, and its fields are refused. */
static int
kvm_settings_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	const char *password = instance_text(now, "RFBPassword");
	bool changed = strcmp(password, instance_text(old, "RFBPassword")) != 0;

	if (machine_release(m) >= 1601 &&
	    (changed || instance_true(now, "Is5900PortEnabled")))
		return refuse_with(f, "InvalidRepresentation",
		    "port 5900 is gone from this release");
	if (changed && !rfb_password_good(password))
		return refuse_with(f, "InvalidRepresentation",
		    "RFBPassword is not 8 with upper, digit and special");
	if (instance_true(now, "Is5900PortEnabled") && password[0] == '\0')
		return refuse_with(f, "InvalidRepresentation",
		    "port 5900 without a password");
	return 0;
}

/* The set of 11 to 14, and what newer captures have besides: from 15 here, as
 * the first release with it is not public. */
static const struct property kvm_settings_properties[] = {
	{ "BackToBackFbMode", 'b', PROPERTY_KEPT, 0, "false", 0, 0 },
	{ "DefaultScreen", 'n', PROPERTY_KEPT, 255, "0", 0, 0 },
	{ "DoubleBufferActive", 'b', PROPERTY_FIXED, 0, "false", 1500, 0 },
	{ "DoubleBufferEnabled", 'b', PROPERTY_KEPT, 0, "true", 1500, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, KVM_SETTINGS, 0, 0 },
	{ "EnabledByMEBx", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "GrayscalePixelFormatSupported", 'b', PROPERTY_FIXED, 0, "true", 1500,
	    0 },
	{ "InitialDecimationModeForLowRes", 'n', PROPERTY_KEPT, 2, "2", 1500,
	    0 },
	{ "InstanceID", 't', PROPERTY_KEY, 256, KVM_SETTINGS, 0, 0 },
	{ "Is5900PortEnabled", 'b', PROPERTY_KEPT, 0, "false", 0, 0 },
	{ "OptInPolicy", 'b', PROPERTY_KEPT, 0, "true", 0, 0 },
	{ "OptInPolicyTimeout", 'n', PROPERTY_KEPT, 65535, "300", 0, 1499 },
	{ "RFBPassword", 't', PROPERTY_BLANK, 64, "", 0, 0 },
	{ "SessionTimeout", 'n', PROPERTY_KEPT, 255, "3", 0, 0 },
	{ "ZlibControlSupported", 'b', PROPERTY_FIXED, 0, "true", 1500, 0 },
	{ .name = NULL },
};

/* --- IPS_OptInService ----------------------------------------------------- */

/* In client control mode, and where the MEBx says so, it is not the network's
 * to change. */
static bool
consent_fixed(const struct machine *m)
{
	return m->control_mode == 1 || m->faults.consent_fixed;
}

static void
opt_in_refresh(struct machine *m, const struct class *c)
{
	instance_set(instance_first(m, c), "CanModifyOptInPolicy",
	    consent_fixed(m) ? "0" : "1");
}

static int
opt_in_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	unsigned required = instance_number(now, "OptInRequired");

	(void)old;
	if (consent_fixed(m))
		return refuse_with(f, "AccessDenied",
		    "user consent cannot be changed");
	if (required != 0 && required != 1 && required != UINT32_MAX)
		return refuse_with(f, "InvalidRepresentation",
		    "OptInRequired is not 0, 1 or 4294967295");
	if (instance_number(now, "OptInCodeTimeout") == 0 ||
	    instance_number(now, "OptInDisplayTimeout") == 0)
		return refuse_with(f, "InvalidRepresentation",
		    "a timeout of 0");
	return 0;
}

/* What a new device requires is not public: here consent for KVM. */
static const struct property opt_in_properties[] = {
	{ "CanModifyOptInPolicy", 'n', PROPERTY_FIXED, 1, "1", 0, 0 },
	{ "CreationClassName", 't', PROPERTY_KEY, 256, "IPS_OptInService", 0,
	    0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, OPT_IN, 0, 0 },
	{ "Name", 't', PROPERTY_KEY, 256, OPT_IN, 0, 0 },
	{ "OptInCodeTimeout", 'n', PROPERTY_NEEDED, 65535, "120", 0, 0 },
	{ "OptInDisplayTimeout", 'n', PROPERTY_NEEDED, 65535, "300", 0, 0 },
	{ "OptInRequired", 'n', PROPERTY_NEEDED, UINT32_MAX, "1", 0, 0 },
	{ "OptInState", 'n', PROPERTY_FIXED, 4, "0", 0, 0 },
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 256,
	    "CIM_ComputerSystem", 0, 0 },
	{ "SystemName", 't', PROPERTY_KEY, 256, "Intel(r) AMT", 0, 0 },
	{ .name = NULL },
};

/* --- AMT_WebUIService ----------------------------------------------------- */

static unsigned
web_request(struct call *c)
{
	uint64_t state;

	if (!call_number(c, "RequestedState", UINT32_MAX, &state) ||
	    (state != 2 && state != 3))
		return STATE_INVALID;
	set_state(c->self, (unsigned)state, NULL);
	return STATE_DONE;
}

/* No capture of it is public: the form of the other services. */
static const struct property web_properties[] = {
	{ "CreationClassName", 't', PROPERTY_KEY, 256, "AMT_WebUIService", 0,
	    0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, WEB_UI, 0, 0 },
	{ "EnabledState", 'n', PROPERTY_FIXED, 65535, "2", 0, 0 },
	{ "Name", 't', PROPERTY_KEY, 256, WEB_UI, 0, 0 },
	{ "RequestedState", 'n', PROPERTY_FIXED, 65535, "12", 0, 0 },
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 256,
	    "CIM_ComputerSystem", 0, 0 },
	{ "SystemName", 't', PROPERTY_KEY, 256, "Intel(r) AMT", 0, 0 },
	{ .name = NULL },
};

static const struct method web_methods[] = {
	REQUEST(web_request),
	{ .name = NULL },
};

/* -------------------------------------------------------------------------- */

const struct class redirect_classes[] = {
	{ .name = "AMT_RedirectionService",
	    .base = URI_AMT,
	    .properties = redirection_properties,
	    .methods = redirection_methods,
	    .common = true,
	    .change = redirection_change },
	{ .name = "CIM_KVMRedirectionSAP",
	    .base = URI_CIM,
	    .properties = kvm_properties,
	    .methods = kvm_methods,
	    .from = 600,
	    .common = true,
	    .here = kvm_here,
	    .begin = kvm_begin },
	{ .name = "IPS_KVMRedirectionSettingData",
	    .base = URI_IPS,
	    .properties = kvm_settings_properties,
	    .from = 600,
	    .here = kvm_here,
	    .begin = kvm_begin,
	    .change = kvm_settings_change },
	{ .name = "IPS_OptInService",
	    .base = URI_IPS,
	    .properties = opt_in_properties,
	    .from = 602,
	    .common = true,
	    .refresh = opt_in_refresh,
	    .change = opt_in_change },
	{ .name = "AMT_WebUIService",
	    .base = URI_AMT,
	    .properties = web_properties,
	    .methods = web_methods,
	    .common = true },
	FAMILY_END,
};
