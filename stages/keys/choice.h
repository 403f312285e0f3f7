#ifndef CHOICE_H
#define CHOICE_H

/* choice - asks on the terminal which of several a person means. */

/* The number, from 1 to n, that is typed on the terminal, also when standard
 * input is something else.  0 when there is no terminal, or another answer. */
unsigned choice_ask(unsigned n);

#endif
