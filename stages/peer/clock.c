/* AMT_TimeSynchronizationService; its methods are in methods.c.  Properties:
 * Intel's class reference and a capture. */
#include "peer/service.h"

#define TIME "Intel(r) AMT Time Synchronization Service"

/* The source is the BIOS until the clock was set. */
static void
clock_refresh(struct machine *m, const struct class *c)
{
	instance_set(instance_first(m, c), "TimeSource",
	    m->clock_set ? "1" : "0");
}

/* LocalTimeSyncEnabled: 0 and 1 let the host set the clock, 2 does not. */
static const struct property properties[] = {
	{ "CreationClassName", 't', PROPERTY_KEY, 256,
	    "AMT_TimeSynchronizationService", 0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, TIME, 0, 0 },
	{ "EnabledState", 'n', PROPERTY_FIXED, 65535, "5", 0, 0 },
	{ "LocalTimeSyncEnabled", 'n', PROPERTY_NEEDED, 2, "0", 0, 0 },
	{ "Name", 't', PROPERTY_KEY, 256, TIME, 0, 0 },
	{ "RequestedState", 'n', PROPERTY_FIXED, 65535, "12", 0, 0 },
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 256,
	    "CIM_ComputerSystem", 0, 0 },
	{ "SystemName", 't', PROPERTY_KEY, 256, "Intel(r) AMT", 0, 0 },
	{ "TimeSource", 'n', PROPERTY_FIXED, 1, "0", 0, 0 },
	{ .name = NULL },
};

const struct class clock_classes[] = {
	{ .name = "AMT_TimeSynchronizationService",
	    .base = URI_AMT,
	    .properties = properties,
	    .methods = time_methods,
	    .common = true,
	    .refresh = clock_refresh,
	    .change = change_any },
	FAMILY_END,
};
