#ifndef PROFILE_XML_H
#define PROFILE_XML_H

/*
 * profile_xml - the XML of profiles, before its schema: from memory, in UTF-8,
 * no document type, no network.  No fault of the parsing quotes any of it: it
 * may hold a password.
 */
#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>

#include "base/fault.h"

/* The caller's to free; NULL with *f filled (at is the line). */
xmlDoc *profile_xml_parse(const char *xml, size_t len, struct fault *f);

/* An element of that name, whatever its namespace. */
bool profile_xml_named(const xmlNode *n, const char *name);
const char *profile_xml_name(const xmlNode *n);
size_t profile_xml_line(const xmlNode *n);
/* Text that is more than blanks. */
bool profile_xml_is_text(const xmlNode *n);

/* The first element in parent, and the one after n; NULL at the end. */
const xmlNode *profile_xml_first(const xmlNode *parent);
const xmlNode *profile_xml_next(const xmlNode *n);

/* The text in n without the blanks around it, as the schema compares it; cut
 * at cap.  May be a password. */
void profile_xml_word(const xmlNode *n, char *to, size_t cap);

/* The value of an attribute; false when n does not have it, or it does not
 * fit. */
bool profile_xml_attribute(const xmlNode *n, const char *name, char *to,
    size_t cap);

/* -1 with *f filled when there is text between the elements in n. */
int profile_xml_no_text(const xmlNode *n, struct fault *f);

#endif
