/*
 * Power packages: AMT_SystemPowerScheme and which one is current, in
 * CIM_ElementSettingData.  Names and GUIDs: Intel's LMS and captures; which a
 * release offers: Intel's implementation guide.
 */
#include <string.h>

#include "peer/pki.h"
#include "peer/service.h"

#define SYSTEM "ManagedSystem"

static const struct power_package {
	const char *description, *guid;
	const char *offered; /* m mobile to 5, d desktop 2, D desktop 3 and 5,
	                      * b both from 6 on */
} packages[] = {
	{ "Mobile: ON in S0", "djmXEQtWUEOIcJgS85G1YA==", "mb" },
	{ "Mobile: ON in S0, S3/AC", "JtMcdocIx0u7Xzh0QxWl/w==", "m" },
	{ "Mobile: ON in S0, S3/AC, S4-5/AC", "Uw4I22wP2Uiy0olY0/EVbg==", "m" },
	{ "Mobile: ON in S0, ME Wake in S3/AC",
	    "BV3Vtkykh02lqLR8FN7aXw==", "m" },
	{ "Mobile: ON in S0, ME Wake in S3, S4-5 (AC only)",
	    "MIAN7gnAeEOvKHhootu+Og==", "mb" },
	{ "Desktop: ON in S0", "lE+DEvsQT9yWjh4jKwyQZQ==", "dDb" },
	{ "Desktop: ON in S0, S3", "oYYAq5p/TEKm5rskOildng==", "dD" },
	{ "Desktop: ON in S0, S3, S4-5", "coarrJa0SOKbnpt9+Rx/1A==", "dD" },
	{ "Desktop: ON in S0, ME Wake in S3",
	    "ezLNTWu+Q4mmKk172NvQJg==", "dD" },
	{ "Desktop: ON in S0, ME Wake in S3, S4-5",
	    "cyJzRiPcQy+pihPTeYLYVQ==", "dDb" },
	{ "Desktop: ON in S0, S3, S4-5, OFF After Power Loss",
	    "xRmkum5vjU2yJ1F/fkWV2w==", "D" },
	{ "Desktop: ON in S0, ME Wake in S3, S4-5, OFF After Power Loss",
	    "1gvj7QTFLEa3ctGAGO4vxA==", "D" },
};
#define NPACKAGES (sizeof(packages) / sizeof(packages[0]))

static char
platform(const struct machine *m)
{
	unsigned release = machine_release(m);

	if (release >= 600)
		return 'b';
	if (m->major == 4 || (release >= 205 && release < 300))
		return 'm';
	return release < 300 ? 'd' : 'D';
}

/* Entering the setup state selects a package that wakes. */
static const char *
first_package(const struct machine *m)
{
	return platform(m) == 'm' ? "MIAN7gnAeEOvKHhootu+Og=="
	                          : "cyJzRiPcQy+pihPTeYLYVQ==";
}

static void
schemes_begin(struct machine *m, const struct class *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < NPACKAGES; i++) {
		struct instance *s;
		char id[24];

		if (strchr(packages[i].offered, platform(m)) == NULL)
			continue;
		s = instance_add(m, c);
		snprintf(id, sizeof(id), "SCHEME %u", n++);
		instance_set(s, "InstanceID", id);
		instance_set(s, "Description", packages[i].description);
		instance_set(s, "SchemeGUID", packages[i].guid);
		if (strcmp(packages[i].guid, first_package(m)) == 0)
			instance_set(s, "Current", "true");
	}
}

static unsigned
scheme_set(struct call *c)
{
	for (struct instance *s = instance_first(c->m, c->class); s != NULL;
	     s = s->next)
		instance_set(s, "Current", s == c->self ? "true" : "false");
	return RETURN_OK;
}

static const struct property scheme_properties[] = {
	/* no property of firmware: CIM_ElementSettingData says it */
	{ "Current", 'b', PROPERTY_SECRET, 0, "false", 0, 0 },
	{ "Description", 't', PROPERTY_FIXED, 256, NULL, 0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256, "Intel(r) AMT Power Scheme",
	    0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 256, NULL, 0, 0 },
	{ "SchemeGUID", 'o', PROPERTY_KEY, 16, NULL, 0, 0 },
	{ .name = NULL },
};

static const struct method scheme_methods[] = {
	{ .name = "SetPowerScheme", .handle = scheme_set },
	{ .name = NULL },
};

/* --- CIM_ElementSettingData ----------------------------------------------- */

static void
add_setting(struct machine *m, const struct class *c, const char *setting,
    bool current)
{
	struct instance *e = instance_add(m, c);
	char system[REFERENCE_MAX];

	reference_make(system, URI_CIM "CIM_ComputerSystem",
	    "CreationClassName", "CIM_ComputerSystem");
	reference_add(system, "Name", SYSTEM);
	instance_set(e, "IsCurrent", current ? "1" : "2");
	instance_set(e, "ManagedElement", system);
	instance_set(e, "SettingData", setting);
}

/* The system has settings of other kinds, too: that of its boot. */
static void
settings_refresh(struct machine *m, const struct class *c)
{
	const struct class *schemes = class_find(m, "AMT_SystemPowerScheme");
	struct instance *e;
	char setting[REFERENCE_MAX];

	while ((e = instance_first(m, c)) != NULL)
		instance_remove(m, e);
	reference_make(setting, URI_CIM "CIM_BootConfigSetting", "InstanceID",
	    "Intel(r) AMT: Boot Configuration 0");
	add_setting(m, c, setting, true);
	for (struct instance *s = instance_first(m, schemes); s != NULL;
	     s = s->next) {
		instance_reference(setting, s);
		add_setting(m, c, setting, instance_true(s, "Current"));
	}
}

static void
settings_begin(struct machine *m, const struct class *c)
{
	(void)m;
	(void)c;
}

/* IsCurrent: 1 it is, 2 it is not. */
static const struct property setting_properties[] = {
	{ "IsCurrent", 'n', PROPERTY_FIXED, 2, NULL, 0, 0 },
	{ "ManagedElement", 'e', PROPERTY_KEY, 0, NULL, 0, 0 },
	{ "SettingData", 'e', PROPERTY_KEY, 0, NULL, 0, 0 },
	{ .name = NULL },
};

const struct class power_classes[] = {
	{ .name = "AMT_SystemPowerScheme",
	    .base = URI_AMT,
	    .properties = scheme_properties,
	    .methods = scheme_methods,
	    .begin = schemes_begin },
	{ .name = "CIM_ElementSettingData",
	    .base = URI_CIM,
	    .properties = setting_properties,
	    .begin = settings_begin,
	    .refresh = settings_refresh },
	FAMILY_END,
};
