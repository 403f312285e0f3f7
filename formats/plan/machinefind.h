#ifndef MACHINEFIND_H
#define MACHINEFIND_H

/*
 * machinefind - does a machine fit what a person typed: its name, UUID,
 * address, PID or serial number, or a part of one?
 */

enum machine_match {
	MACHINE_OTHER,
	MACHINE_PART, /* the text is somewhere in one of them */
	MACHINE_EXACT /* it is one of them, or the first label of the name */
};

/*
 * Letters fit in either case, and a UUID or PID with and without its dashes.
 * What is not known of the machine is "".  An empty text fits nothing.
 */
enum machine_match machine_find(const char *text, const char *uuid,
    const char *fqdn, const char *address, const char *pid, const char *serial);

#endif
