#ifndef DIGEST_H
#define DIGEST_H

/* digest - SHA-256 of bytes as they come in, in lower-case hexadecimal. */
#include <stddef.h>

#define DIGEST_HEX 65 /* with its NUL */

struct digest; /* opaque */

struct digest *digest_new(void); /* ends the program when out of memory */
void digest_add(struct digest *d, const void *buf, size_t len);
void digest_end(struct digest *d, char hex[DIGEST_HEX]); /* frees d */

#endif
