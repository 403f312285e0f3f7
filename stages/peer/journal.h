#ifndef PEER_JOURNAL_H
#define PEER_JOURNAL_H

/*
 * journal - what the devices were told, one line an event:
 *
 *	time_ms TAB address TAB uuid TAB event TAB detail
 *
 * time_ms counts from 1970.  Each line is one write(2) to a file opened for
 * appending, so none is lost when the program is killed.
 */
#include "peer/machine.h"

void journal_open(const char *path); /* ends the program when it cannot */
/* TAB, newline and backslash in the detail become \t \n \\; other bytes that
 * are not printable ASCII \xHH. */
void journal(const struct machine *m, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void journal_final(const struct fleet *fl); /* a line for each machine */
/* "has", what each device keeps of its classes: CLASS NUMBER PROPERTY VALUE,
 * secrets too; NUMBER tells the instances apart.  Classes that nobody asked
 * for are not there.  "has-all" ends them. */
void journal_state(const struct fleet *fl);

#endif
