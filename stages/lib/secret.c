#include "lib/secret.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

void
secret_begin(struct secret *s, int fd)
{
	*s = (struct secret){ .fd = fd, .tty = -1 };
	if (fd == -1)
		s->tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	else if (fcntl(fd, F_GETFD) == -1)
		err(EX_NOINPUT, "file descriptor %d", fd);
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
	struct termios was, quiet;
	bool hidden = tcgetattr(s->tty, &was) == 0;

	/* Before the question: what is typed early is thrown away, and not
	 * the beginning of an answer. */
	if (hidden) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(s->tty, TCSAFLUSH, &quiet);
	}
	(void)dprintf(s->tty, "%s: ", prompt);
	read_line(s, s->tty);
	if (hidden)
		(void)tcsetattr(s->tty, TCSAFLUSH, &was);
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
