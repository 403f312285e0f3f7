#include "plan/profile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p;
	struct fault f;
	char text[PROFILE_SETTINGS_MAX];

	if (profile_decode(&p, (const char *)data, size, &f) == -1) {
		/* A failure says why and leaves no secret behind. */
		if (f.why[0] == '\0' || p.admin_fixed[0] != '\0' ||
		    p.mebx_fixed[0] != '\0')
			abort();
		return 0;
	}
	if (p.name[0] == '\0' ||
	    (p.admin_mode == PROFILE_ADMIN_FIXED) != (p.admin_fixed[0] != 0) ||
	    (p.mebx_mode == PROFILE_MEBX_FIXED) != (p.mebx_fixed[0] != 0))
		abort();
	if (profile_settings(text, sizeof(text), &p) == -1 ||
	    strstr(text, "rmcp-ping=") == NULL)
		abort();
	profile_wipe(&p);
	return 0;
}
