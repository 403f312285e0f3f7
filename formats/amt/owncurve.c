#include "amt/owncurve.h"

#include "base/text.h"

/*
 * Bodies of object identifiers, whose bytes DER and BER share: ansi-X9-62's
 * fieldType (1.2.840.10045.1), in a described curve only; id-ecPublicKey
 * (1.2.840.10045.2.1), and SM2 (1.2.156.10197.1.301), which OpenSSL decodes
 * likewise.
 */
#define FIELD_TYPE UINT64_C(0x2a8648ce3d01)
#define FIELD_TYPE_MASK UINT64_C(0xffffffffffff)
#define EC_KEY UINT64_C(0x2a8648ce3d0201)
#define EC_KEY_MASK UINT64_C(0xffffffffffffff)
#define SM2_KEY UINT64_C(0x2a811ccf5501822d)

const char *
owncurve_look(struct owncurve *w, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		w->last = w->last << 8 | bytes[i];
		if ((w->last & FIELD_TYPE_MASK) == FIELD_TYPE)
			return "a certificate with a curve of its own "
			       "(RFC 5480, 2.1.1)";
		w->keys +=
		    (w->last & EC_KEY_MASK) == EC_KEY || w->last == SM2_KEY;
		if (w->keys > OWNCURVE_KEYS_MAX)
			return TEXT_WITH("certificates with more than ",
			    OWNCURVE_KEYS_MAX, " keys on curves");
	}
	return NULL;
}

bool
owncurve_in(const uint8_t *bytes, size_t len)
{
	struct owncurve w = { 0 };

	return owncurve_look(&w, bytes, len) != NULL;
}
