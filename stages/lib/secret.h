#ifndef SECRET_H
#define SECRET_H

/*
 * secret - a password for a bundle or a key file, from a file descriptor or
 * asked for on the terminal; never from an argument or the environment, where
 * others can read it.
 */
#include <stdbool.h>
#include <stddef.h>

#define SECRET_MAX 512 /* bytes of a password */

struct secret {
	int fd;       /* its first line is the password, or -1: ask */
	int tty;      /* -1: there is none */
	bool is_read; /* text holds it */
	char text[SECRET_MAX + 1];
};

/* Before stage_confine.  fd -1: the terminal, if there is one. */
void secret_begin(struct secret *s, int fd);

/*
 * The password, read the first time and kept; NULL when there is nobody to
 * ask.  Ends the program when there is no line for it (66), it cannot be read
 * (74) or is too long (65).
 */
const char *secret_get(struct secret *s, const char *prompt);

void secret_end(struct secret *s); /* wipes it */

#endif
