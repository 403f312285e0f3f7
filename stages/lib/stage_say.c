#include "lib/stage_say.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/complaints.h"
#include "lib/progress.h"
#include "lib/stage.h"

#define COMPLAINTS_MS (3600 * INT64_C(1000)) /* who runs for months */

static uint64_t refused;
static uint64_t refused_before;
static int64_t complaints_ms; /* when they are counted anew */
static stage_heard_fn *listener;
static const char *advice = "";
static enum { PIPE_NONE, PIPE_FIRST, PIPE_NEXT } script_pipe;
static bool input_cut; /* and who cut it says why */

/* AMT_PIPE is of bin/site.sh: pipe_first and pipe_next. */
static void
find_pipe(void)
{
	const char *where = getenv("AMT_PIPE");

	if (where == NULL || where[0] == '\0')
		return;
	script_pipe = strcmp(where, "next") == 0 ? PIPE_NEXT : PIPE_FIRST;
	/* systemd and cron may have it ignored. */
	(void)signal(SIGPIPE, SIG_DFL);
}

/* Another part of the pipe may have drawn its line on the same terminal. */
static void
clear_progress(void)
{
	if (script_pipe != PIPE_NONE)
		progress_clear_others();
	else
		progress_clear();
}

void
stage_progress(const char *name, uint64_t n, const char *what)
{
	char line[512];

	if (!progress_due())
		return;
	(void)snprintf(line, sizeof(line), "%s: %s: %llu %s", stage_name(),
	    name, (unsigned long long)n, what);
	progress_draw(line);
}

/* What of a message somebody else hears. */
enum heard { SAID, REFUSED, FAILED };

static char *
place_of(const char *name, size_t at)
{
	char *place;

	if (at == 0)
		place = strdup(name);
	else if (asprintf(&place, "%s:%zu", name, at) == -1)
		place = NULL;
	if (place == NULL)
		err(EX_OSERR, "%s", name);
	return place;
}

/* A sentence of sensible length: a value in it may be as long as a file. */
static void
cut_text(char *text)
{
	size_t n = COMPLAINTS_TEXT;

	if (strlen(text) <= n)
		return;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(text + n, "...", sizeof("..."));
}

static void
tell_rest(const char *input, const char *why, uint64_t n)
{
	clear_progress();
	(void)fprintf(stderr, "%s: %s: and %llu more like it: %s\n",
	    stage_name(), input, (unsigned long long)n - COMPLAINTS_SAID, why);
	if (listener != NULL && n > COMPLAINTS_HEARD)
		listener(false, "", input, why, n - COMPLAINTS_HEARD);
}

void
stage_tell_rest(void)
{
	complaints_end(tell_rest);
}

/* How many there were of its kind, as far as it is limited. */
static uint64_t
count_complaint(enum heard heard, const char *name, const char *why)
{
	int64_t now = clock_ms();

	if (heard == FAILED || (heard == SAID && stage_verbose()))
		return 0;
	if (now > complaints_ms) {
		stage_tell_rest();
		complaints_ms = now + COMPLAINTS_MS;
	}
	return complaints_add(name, why);
}

static void
stage_say_say(enum heard heard, const char *pid, const char *name, size_t at,
    const char *fmt, va_list ap)
{
	char why[1024], *place;
	uint64_t n;

	(void)vsnprintf(why, sizeof(why), fmt, ap);
	cut_text(why);
	n = count_complaint(heard, name, why);
	if (n > COMPLAINTS_HEARD)
		return;
	place = place_of(name, at);
	if (n <= COMPLAINTS_SAID && (heard != FAILED || !input_cut)) {
		clear_progress();
		(void)fprintf(stderr, "%s: %s: %s%s\n", stage_name(), place,
		    why, advice);
	}
	if (heard != SAID && listener != NULL)
		listener(heard == FAILED, pid, place, why, 1);
	free(place);
}

void
stage_note(const char *text)
{
	clear_progress();
	(void)fprintf(stderr, "%s: %s\n", stage_name(), text);
}

void
stage_advise(const char *text)
{
	advice = text;
}

void
stage_refuse(const char *name, size_t at, const char *fmt, ...)
{
	va_list ap;

	refused++;
	va_start(ap, fmt);
	stage_say_say(REFUSED, "", name, at, fmt, ap);
	va_end(ap);
}

void
stage_refuse_key(const char *pid, const char *name, size_t at, const char *fmt,
    ...)
{
	va_list ap;

	refused++;
	va_start(ap, fmt);
	stage_say_say(REFUSED, pid, name, at, fmt, ap);
	va_end(ap);
}

uint64_t
stage_refused(void)
{
	return refused;
}

void
stage_listen(stage_heard_fn *fn)
{
	listener = fn;
}

void
stage_refused_before(uint64_t n)
{
	refused_before += n;
}

void
stage_say(const char *name, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	stage_say_say(SAID, "", name, at, fmt, ap);
	va_end(ap);
}

void
stage_fail(int status, const char *name, size_t at, const char *fmt, ...)
{
	va_list ap;

	stage_tell_rest();
	va_start(ap, fmt);
	stage_say_say(FAILED, "", name, at, fmt, ap);
	va_end(ap);
	exit(stage_status(status));
}

bool
stage_input_cut(int fd)
{
	input_cut |= script_pipe == PIPE_NEXT && fd == STDIN_FILENO;
	return input_cut;
}

int
stage_status(int status)
{
	return input_cut ? STAGE_GONE : status;
}

void
stage_output_failed(const char *name)
{
	if (errno == EPIPE && script_pipe != PIPE_NONE)
		exit(STAGE_GONE);
	err(EX_IOERR, "%s", name);
}

void
stage_say_begin(void)
{
	find_pipe();
	progress_begin();
	complaints_ms = clock_ms() + COMPLAINTS_MS;
	(void)atexit(stage_tell_rest);
}

int
stage_say_end(void)
{
	progress_clear();
	stage_tell_rest();
	if (fflush(stdout) != 0 || ferror(stdout))
		stage_output_failed("standard output");
	return stage_status(refused + refused_before != 0 ? EX_DATAERR : 0);
}
