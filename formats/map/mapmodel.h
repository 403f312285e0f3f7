#ifndef MAPMODEL_H
#define MAPMODEL_H

/*
 * mapmodel - a machine's model and serial number, as an inventory has them.
 *
 * Both come from the SMBIOS (DSP0134 7.2, Product Name and Serial Number),
 * where many boards have what their maker left there.  Nothing but the rules
 * of a profile and a person's search depend on them: what is no value is
 * dropped, never refused.
 */
#define MAPMODEL_TEXT 65 /* with its NUL */

struct mapmodel {
	char model[MAPMODEL_TEXT], serial[MAPMODEL_TEXT]; /* "" not known */
};

/*
 * One of the two, without blanks around it, with one blank instead of several
 * in a row: "" when it is what boards and databases have for none, is longer
 * than such a value, or has control characters or bytes that are not UTF-8.
 */
void mapmodel_read(char to[MAPMODEL_TEXT], const char *from);

#endif
