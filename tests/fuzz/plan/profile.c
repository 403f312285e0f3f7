#include "plan/profile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "setup/setting.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p;
	struct fault f;

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
	/* Every setting is one that the sweep takes. */
	for (size_t i = 0; i < p.settings.n; i++) {
		const struct settings_value *v = &p.settings.list[i];
		const struct setting *row = setting_of_profile(v->setting);

		if (row == NULL || setting_check(row, v->value, &f) == -1)
			abort();
	}
	if (p.settings.n < 2)
		abort();
	profile_wipe(&p);
	return 0;
}
