#ifndef WSMAN_H
#define WSMAN_H

/*
 * wsman - WS-Management requests to a device and its replies.
 * Sources: DMTF DSP0226 1.0 (WS-Management), SOAP 1.2, WS-Addressing 2004/08,
 * WS-Enumeration and WS-Transfer 2004/09; class and method names as in the
 * Intel AMT WS-Management class definitions.  UTF-8.
 *
 * A reply is read from memory: a DOCTYPE is refused, so are undeclared
 * entities and prefixes; nothing is loaded from anywhere.  Firmware gives the
 * same namespace another prefix in a fault than elsewhere, so only namespaces
 * and local names count, and the Action is reported, never relied upon.
 */
#include <stddef.h>
#include <stdint.h>

#include "amt/message.h"
#include "base/fault.h"
#include "base/writer.h"

#define WSMAN_SOAP "http://www.w3.org/2003/05/soap-envelope"
#define WSMAN_ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define WSMAN_WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define WSMAN_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"

/*
 * Decodes exactly len bytes and keeps no pointer into them.  0, or -1 with *f
 * filled (at is the line) and *r empty; message_free is due only after 0, and
 * does no harm otherwise.
 */
int wsman_decode(struct message *r, const char *buf, size_t len,
    struct fault *f);

/*
 * Requests.  Each appends one envelope to w, every text escaped.  w turns full
 * when it is too small and also when a text holds what XML cannot carry (a
 * control character, bytes that are not UTF-8): nothing half is ever good.
 */

/* MaxElements and MaxCharacters of a Pull, as public clients send them. */
#define WSMAN_PULL_ELEMENTS "999"
#define WSMAN_PULL_CHARACTERS "99999"

void wsman_get(struct writer *w, const struct message_to *to);
void wsman_enumerate(struct writer *w, const struct message_to *to);
void wsman_pull(struct writer *w, const struct message_to *to,
    const char *context);
/* The method with its parameters in the order given. */
void wsman_call(struct writer *w, const struct message_to *to,
    const char *method, const struct message_pair *params, size_t nparams);
/*
 * The whole instance as items has it, with the changes put in: items named in
 * changes are replaced by all changes of this name, which may be none that
 * holds anything; a change without an item goes where the alphabetical order,
 * which firmware keeps, wants it.
 */
void wsman_put(struct writer *w, const struct message_to *to,
    const struct message_node *items, const struct message_pair *changes,
    size_t nchanges);

/* A new instance, with the properties in the order given. */
void wsman_create(struct writer *w, const struct message_to *to,
    const struct message_pair *properties, size_t nproperties);
void wsman_delete(struct writer *w, const struct message_to *to);

/* Base URI of the class's family (AMT_, IPS_, CIM_), to precede its name. */
const char *wsman_base(const char *class);

#endif
