#ifndef CHILD_H
#define CHILD_H

/*
 * child - a program of the site's own, asked something: it gets a question on
 * its standard input and has so long to answer on its standard output.
 *
 * It runs in a session and process group of its own, without new privileges,
 * in /, with an environment of ours, with limits on what it may use, and with
 * no descriptor but those three.  When it ends, or has to, its whole group
 * does; it also ends when we do.
 */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHILD_QUESTION 8192
#define CHILD_ANSWER 32768
#define CHILD_SAID                                                             \
	160 /* of its standard error: the first, and the last of it */
#define CHILD_FDS 4
#define CHILD_ARGS 4

enum child_end {
	CHILD_RUNS,
	CHILD_EXITED,      /* code is its status */
	CHILD_KILLED,      /* code is the signal */
	CHILD_NOT_STARTED, /* code is errno */
	CHILD_TIMED_OUT,
	CHILD_TOO_LONG, /* answered more than it may */
};

struct child_wish {
	const char *path;
	const char *args[CHILD_ARGS]; /* those that are there, then NULL */
	const char *question;         /* copied; at most CHILD_QUESTION */
	size_t len;
	unsigned seconds;
	size_t answer_max; /* at most CHILD_ANSWER */
};

struct child {
	enum child_end end;
	int code;
	char answer[CHILD_ANSWER + 1]; /* no NUL */
	size_t nanswer;
	char said[CHILD_SAID + 1]; /* no NUL */
	size_t nsaid;
	char last[CHILD_SAID + 1]; /* the end of it; no NUL */
	size_t nlast;
	/* its own: */
	char question[CHILD_QUESTION];
	size_t nquestion, nsent, answer_max;
	int64_t deadline_ms;
	pid_t pid;
	int fd[CHILD_FDS]; /* to it, from it, its errors, its end; or -1 */
};

/* Once, before the first: strays come to us, and SIGPIPE is ignored. */
void child_begin(void);

/* Starts it; c->end is CHILD_RUNS, or CHILD_NOT_STARTED. */
void child_start(struct child *c, const struct child_wish *w, int64_t now_ms);

/* What poll(2) has to watch: CHILD_FDS entries, unused ones negative. */
void child_watch(const struct child *c, struct pollfd fds[CHILD_FDS]);

/* Takes in what poll found; true when it has ended, and then all is freed. */
bool child_turn(struct child *c, const struct pollfd fds[CHILD_FDS],
    int64_t now_ms);

/* Ends it now; c->end stays CHILD_RUNS. */
void child_kill(struct child *c);

/* At the end: kills what left its group and is still there. */
void child_end_strays(void);

#endif
