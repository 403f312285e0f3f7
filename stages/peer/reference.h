#ifndef PEER_REFERENCE_H
#define PEER_REFERENCE_H

/*
 * reference - an endpoint reference: class URI and keys of an instance.
 *
 * Kept as one text, "URI\vNAME=VALUE\vNAME=VALUE...", of characters that XML
 * text cannot have between the parts; a key that is a reference has \f there.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <libxml/tree.h>

#define REFERENCE_MAX 1200

/* Reads what is in node (Address, ReferenceParameters); false when that is no
 * reference. */
bool reference_read(char to[REFERENCE_MAX], const xmlNode *node);
/* Makes one with one key. */
void reference_make(char to[REFERENCE_MAX], const char *uri, const char *name,
    const char *value);
/* Another key, a reference too. */
void reference_add(char to[REFERENCE_MAX], const char *name, const char *value);

/* Does the instance with this whole reference have the class and all keys of
 * given?  One without keys fits each instance of the class. */
bool reference_fits(const char *whole, const char *given);
const char *reference_class(const char *text, char to[100]);
/* The value of a key; false when there is none such. */
bool reference_key(const char *text, const char *name, char *to, size_t cap);

/* Address and ReferenceParameters, as captured replies have them: those of
 * addressing with prefix b, those of wsman with c. */
void reference_write(FILE *out, const char *text);
/* The same in the element prefix:name. */
void reference_element(FILE *out, char prefix, const char *name,
    const char *text);

#endif
