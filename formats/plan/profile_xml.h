#ifndef PROFILE_XML_H
#define PROFILE_XML_H

/*
 * profile_xml - the XML of a profile, before its schema: from memory, in UTF-8,
 * no document type, no network.  No fault quotes any of it: it may hold a
 * password.
 */
#include <stddef.h>

#include <libxml/tree.h>

#include "base/fault.h"

/* The caller's to free; NULL with *f filled (at is the line). */
xmlDoc *profile_xml_parse(const char *xml, size_t len, struct fault *f);

#endif
