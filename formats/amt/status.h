#ifndef STATUS_H
#define STATUS_H

/*
 * status - PT_STATUS, the ReturnValue of AMT_ methods.
 * Source: Intel AMT Implementation and Reference Guide, status codes, and the
 * ValueMaps of the class definitions.  IPS_ and CIM_ methods have small tables
 * of their own and do not belong here.
 */
#include <stdint.h>

/* Those that the setup conversation acts upon. */
enum {
	STATUS_NOT_READY = 0x002,
	STATUS_NOT_PERMITTED = 0x010,
	STATUS_LIMIT_REACHED = 0x017,
	STATUS_FLASH_LIMIT = 0x026,
	STATUS_RNG_IN_PROGRESS = 0x02f,
	STATUS_RNG_NOT_READY = 0x030,
	STATUS_CERTIFICATE_NOT_READY = 0x031,
	STATUS_INVALID_PASSWORD = 0x806,
	STATUS_DATA_MISSING = 0x809,
	STATUS_DUPLICATE = 0x80a,
	STATUS_GENERATING_KEYS = 0x80d,
	STATUS_BLOCKED = 0x81c,
	STATUS_IN_PROGRESS = 0x822,
};

/* In lower-case words; "unknown code" for one that is not in the table. */
const char *status_name(uint32_t code);

#endif
