#ifndef PROGRESS_H
#define PROGRESS_H

/*
 * progress - one line of a terminal (stderr) that is drawn again and again,
 * never longer than the terminal is wide at that moment.  Where stderr is no
 * terminal, or a dumb one, nothing is ever written.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run that is over sooner shows nothing. */
#define PROGRESS_AFTER_MS 2000
#define PROGRESS_EVERY_MS 200

/* Before the first line; from here on PROGRESS_AFTER_MS are counted. */
void progress_begin(void);

/* Is there a terminal, and is it time to draw again? */
bool progress_due(void);

void progress_draw(const char *text);

/* Takes the line away, before anything else is written there. */
void progress_clear(void);
/* The same where another program may have drawn it. */
void progress_clear_others(void);

/*
 * Copies as much of text as fits into so many columns, cut with "..." where
 * there is more.  Characters that would move the cursor or turn the direction
 * of writing, and what is not UTF-8, become question marks; a wide character
 * counts for two columns.
 */
void progress_fit(char *to, size_t cap, const char *text, size_t columns);

#endif
