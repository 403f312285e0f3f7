/* AMT_BootCapabilities: read alone.  Names, order and values: a capture; the
 * profile share of UEFI came with 16.0. */
#include "peer/service.h"

static const struct property properties[] = {
	{ "BIOSPause", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "BIOSReflash", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "BIOSSecureBoot", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "BIOSSetup", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "ConfigurationDataReset", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 256,
	    "Intel(r) AMT: Boot Capabilities", 0, 0 },
	{ "ForceCDorDVDBoot", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "ForceDiagnosticBoot", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "ForceHardDriveBoot", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "ForceHardDriveSafeModeBoot", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "ForcePXEBoot", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "ForcedProgressEvents", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "IDER", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 256,
	    "Intel(r) AMT:BootCapabilities 0", 0, 0 },
	{ "KeyboardLock", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "PowerButtonLock", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "ResetButtonLock", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "SOL", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "SecureErase", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "SleepButtonLock", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "UEFIWiFiCoExistenceAndProfileShare", 'b', PROPERTY_FIXED, 0, "true",
	    1600, 0 },
	{ "UserPasswordBypass", 'b', PROPERTY_FIXED, 0, "true", 0, 0 },
	{ "VerbosityQuiet", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "VerbosityScreenBlank", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ "VerbosityVerbose", 'b', PROPERTY_FIXED, 0, "false", 0, 0 },
	{ .name = NULL },
};

const struct class boot_classes[] = {
	{ .name = "AMT_BootCapabilities",
	    .base = URI_AMT,
	    .properties = properties },
	FAMILY_END,
};
