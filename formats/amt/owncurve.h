#ifndef OWNCURVE_H
#define OWNCURVE_H

/*
 * owncurve - elliptic curves that a certificate or request describes itself
 * (RFC 3279, 2.3.5), found before anybody decodes it.
 *
 * Certificates must name their curve (RFC 5480, 2.1.1), but OpenSSL takes
 * either.  Of a curve of one's own, with its points compressed, it takes square
 * roots modulo a number made for it: one certificate of 500 bytes costs a
 * seventh of a second.  So there is to be none, and but a few keys on curves.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An on-die chain has six; a point on the slowest curve takes 1 ms. */
#define OWNCURVE_KEYS_MAX 16

/* All zero before the first bytes. */
struct owncurve {
	uint64_t last; /* eight bytes */
	unsigned keys; /* on curves */
};

/* What came, in pieces of any size.  Why it must not be decoded; else NULL. */
const char *owncurve_look(struct owncurve *w, const uint8_t *bytes, size_t len);

/* All of it. */
bool owncurve_in(const uint8_t *bytes, size_t len);

#endif
