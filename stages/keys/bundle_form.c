#include "keys/bundle_form.h"

#include <string.h>

#include "base/filekind.h"

enum bundle_form
bundle_form(const uint8_t *p, size_t len)
{
	enum filekind kind = filekind_of(p, len);

	/* A document is a zip, too, and whoever reads it names it. */
	if (kind == FILEKIND_XLSX || kind == FILEKIND_ODS)
		return BUNDLE_OTHER;
	if (len >= 4 &&
	    (memcmp(p, "PK\3\4", 4) == 0 || memcmp(p, "PK\5\6", 4) == 0 ||
	        memcmp(p, "PK\7\10", 4) == 0))
		return BUNDLE_ZIP;
	if (len >= 6 && memcmp(p, "7z\xbc\xaf\x27\x1c", 6) == 0)
		return BUNDLE_SEVENZIP;
	return filekind_of(p, len) == FILEKIND_COMPRESS && p[1] == 0x9d
	    ? BUNDLE_COMPRESS
	    : BUNDLE_OTHER;
}

bool
bundle_form_seeks(enum bundle_form form)
{
	return form == BUNDLE_ZIP || form == BUNDLE_SEVENZIP;
}

bool
bundle_form_program(const uint8_t *p, size_t len)
{
	return filekind_of(p, len) == FILEKIND_EXE ||
	    (len >= 4 && memcmp(p, "\177ELF", 4) == 0) ||
	    (len >= 2 && memcmp(p, "#!", 2) == 0);
}

bool
bundle_form_compressed(const uint8_t *p, size_t len)
{
	return bundle_form(p, len) == BUNDLE_COMPRESS ||
	    (len >= 3 && memcmp(p, "\x1f\x8b\x08", 3) == 0) ||
	    (len >= 3 && memcmp(p, "BZh", 3) == 0) ||
	    (len >= 6 && memcmp(p, "\xfd\x37zXZ", 6) == 0) ||
	    (len >= 4 && memcmp(p, "\x28\xb5\x2f\xfd", 4) == 0);
}

bool
bundle_form_packed(const uint8_t *p, size_t len)
{
	return bundle_form(p, len) != BUNDLE_OTHER ||
	    bundle_form_compressed(p, len) ||
	    (len >= 265 && memcmp(p + 257, "ustar", 5) == 0);
}
