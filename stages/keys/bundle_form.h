#ifndef BUNDLE_FORM_H
#define BUNDLE_FORM_H

/*
 * bundle_form - which container it is, by its first bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bundle_form {
	BUNDLE_OTHER, /* tar, or compressed, or no container */
	BUNDLE_ZIP,
	BUNDLE_SEVENZIP,
	BUNDLE_COMPRESS
};

enum bundle_form bundle_form(const uint8_t *p, size_t len);

/* zip and 7z have their directory at the end. */
bool bundle_form_seeks(enum bundle_form form);

/* A program may be one that unpacks itself, with a zip behind it. */
bool bundle_form_program(const uint8_t *p, size_t len);

bool bundle_form_compressed(const uint8_t *p, size_t len);

/* Is it worth a look inside?  By the magic numbers of what we open. */
bool bundle_form_packed(const uint8_t *p, size_t len);

#endif
