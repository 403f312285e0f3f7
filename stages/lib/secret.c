#include "lib/secret.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

/* --- the terminal, which is its user's again however this ends ------------ */

static struct termios echo_was;
static volatile sig_atomic_t echo_tty = -1; /* where it is off */

static void
echo_restore(void)
{
	if (echo_tty != -1)
		(void)tcsetattr(echo_tty, TCSAFLUSH, &echo_was);
	echo_tty = -1;
}

/* The signal's usual end follows when this returns. */
static void
echo_signal(int sig)
{
	echo_restore();
	(void)raise(sig);
}

static const int echo_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
#define NSIGNALS (sizeof(echo_signals) / sizeof(echo_signals[0]))

/* Only signals that end us: who ignores one has asked for that. */
static void
echo_watch(struct sigaction was[NSIGNALS])
{
	struct sigaction act = { .sa_handler = echo_signal,
		.sa_flags = (int)SA_RESETHAND };

	for (size_t i = 0; i < NSIGNALS; i++) {
		(void)sigaction(echo_signals[i], NULL, &was[i]);
		if (was[i].sa_handler == SIG_DFL)
			(void)sigaction(echo_signals[i], &act, NULL);
	}
}

static void
echo_hide(int tty)
{
	struct termios quiet = echo_was;

	quiet.c_lflag &= ~(tcflag_t)ECHO;
	echo_tty = tty;
	(void)tcsetattr(tty, TCSAFLUSH, &quiet);
}

/* --- passwords ------------------------------------------------------------ */

void
secret_begin(struct secret *s, int fd)
{
	*s = (struct secret){ .fd = fd, .tty = -1 };
	if (fd == -1)
		s->tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	else if (fcntl(fd, F_GETFD) == -1)
		err(EX_NOINPUT, "file descriptor %d", fd);
	if (s->tty != -1)
		(void)atexit(echo_restore);
}

/* Byte by byte: what follows the line belongs to somebody else. */
static void
read_line(struct secret *s, int fd)
{
	size_t len = 0;
	char c;
	ssize_t n;

	for (;;) {
		n = read(fd, &c, 1);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "password");
		if (n == 0 || c == '\n')
			break;
		if (len == SECRET_MAX)
			errx(EX_DATAERR, "password: longer than %d bytes",
			    SECRET_MAX);
		s->text[len++] = c;
	}
	if (n == 0 && len == 0)
		errx(EX_NOINPUT,
		    "password: there is no line for it (expected one for each "
		    "file)");
	if (len > 0 && s->text[len - 1] == '\r')
		len--;
	s->text[len] = '\0';
}

static void
secret_ask(struct secret *s, const char *prompt)
{
	struct sigaction was[NSIGNALS];
	bool hidden = tcgetattr(s->tty, &echo_was) == 0;

	/* Before the question: what is typed early is thrown away, and not
	 * the beginning of an answer. */
	echo_watch(was);
	if (hidden)
		echo_hide(s->tty);
	(void)dprintf(s->tty, "%s: ", prompt);
	read_line(s, s->tty);
	echo_restore();
	for (size_t i = 0; i < NSIGNALS; i++)
		(void)sigaction(echo_signals[i], &was[i], NULL);
	(void)dprintf(s->tty, "\n");
}

const char *
secret_get(struct secret *s, const char *prompt)
{
	if (s->is_read)
		return s->text;
	if (s->fd != -1)
		read_line(s, s->fd);
	else if (s->tty != -1)
		secret_ask(s, prompt);
	else
		return NULL;
	s->is_read = true;
	return s->text;
}

void
secret_end(struct secret *s)
{
	if (s->tty != -1)
		(void)close(s->tty);
	explicit_bzero(s, sizeof(*s));
	s->fd = s->tty = -1;
}
