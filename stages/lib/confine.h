#ifndef CONFINE_H
#define CONFINE_H

/*
 * confine - gives up, for the rest of the process, every system call that the
 * stage's row does not need (see enum stage_may in stage.h).
 */

/* Ends the program with 78 when the kernel refuses. */
void confine(unsigned may);

#endif
