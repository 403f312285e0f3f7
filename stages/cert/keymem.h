#ifndef KEYMEM_H
#define KEYMEM_H

/*
 * keymem - what OpenSSL allocates is wiped when it is freed.  OpenSSL wipes
 * numbers of keys, but not every buffer that they came through, such as a
 * decoded file with a key in clear.  Keeping memory out of the swap and out of
 * core files is for stage_confine.
 */

/* First of all, before anything uses OpenSSL.  Ends the program with 70 when it
 * is too late. */
void keymem_begin(void);

#endif
