/*
 * Redirection: SOL, IDER, KVM, user consent and the web page.
 * Properties, values and methods: Intel's class reference; order, names and
 * initial values: captures of AMT 12 to 19.
 */
#include <string.h>

#include "service.h"

#define REDIRECTION "Intel(r) AMT Redirection Service"

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
	char text[16];
	uint64_t state;

	if (!call_number(c, "RequestedState", UINT32_MAX, &state) ||
	    !redirection_state(state))
		return 5; /* invalid parameter */
	snprintf(text, sizeof(text), "%u", (unsigned)state);
	instance_set(c->self, "EnabledState", text);
	return RETURN_OK;
}

static const struct property redirection_properties[] = {
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
	{ .name = "RequestStateChange",
	    .params = { "RequestedState", "?TimeoutPeriod" },
	    .handle = redirection_request },
	{ .name = NULL },
};

const struct class redirect_classes[] = {
	{ .name = "AMT_RedirectionService",
	    .base = URI_AMT,
	    .properties = redirection_properties,
	    .methods = redirection_methods,
	    .common = true,
	    .change = redirection_change },
	FAMILY_END,
};
