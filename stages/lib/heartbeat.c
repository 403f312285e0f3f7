#include "lib/heartbeat.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/record.h"
#include "lib/sitefile.h"

static void
heartbeat_put(struct writer *w, const struct heartbeat *h)
{
	const char *fields[LISTENER_NCOLUMNS] = {
		[LISTENER_STATE] = h->state,
		[LISTENER_SINCE] = h->since,
		[LISTENER_AT] = h->at,
		[LISTENER_LAST_HELLO] = h->last_hello,
		[LISTENER_TROUBLE] = h->trouble,
	};
	const struct {
		int column;
		uint64_t n;
	} numbers[] = { { LISTENER_PROCESS, (uint64_t)getpid() },
		{ LISTENER_TAKEN, h->taken }, { LISTENER_REFUSED, h->refused },
		{ LISTENER_WAITING, h->waiting }, { LISTENER_OPEN, h->open } };
	char text[LISTENER_NCOLUMNS][24];

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		(void)snprintf(text[i], sizeof(text[i]), "%" PRIu64,
		    numbers[i].n);
		fields[numbers[i].column] = text[i];
	}
	record_put_header(w, &kind_listener);
	record_put(w, &kind_listener, fields);
	record_put_end(w, 1, 0);
}

int
heartbeat_write(int dir, const struct heartbeat *h)
{
	uint8_t lines[HEARTBEAT_TEXT];
	struct writer w = { .base = lines, .cap = sizeof(lines) };
	char name[48];
	int fd, keep;

	heartbeat_put(&w, h);
	(void)snprintf(name, sizeof(name), ".%s.%ld", HEARTBEAT_FILE,
	    (long)getpid());
	/* Who may read the reports may read this. */
	(void)unlinkat(dir, name, 0); /* of a process that had our number */
	fd = sitefile_open_at(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0640);
	if (fd == -1)
		return -1;
	if (write(fd, lines, w.len) == (ssize_t)w.len &&
	    renameat(dir, name, dir, HEARTBEAT_FILE) == 0) {
		close(fd);
		return 0;
	}
	keep = errno;
	close(fd);
	(void)unlinkat(dir, name, 0);
	errno = keep;
	return -1;
}

int
heartbeat_get(struct heartbeat *h, int64_t *at_s, const struct record *r,
    struct fault *f)
{
	const struct {
		int column;
		uint64_t *n;
	} numbers[] = { { LISTENER_TAKEN, &h->taken },
		{ LISTENER_REFUSED, &h->refused },
		{ LISTENER_WAITING, &h->waiting },
		{ LISTENER_OPEN, &h->open } };
	char *const *field = r->field;

	if (text_untime(at_s, field[LISTENER_AT]) == -1)
		return fault_set(f, 0, "heartbeat without a time");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (text_number(numbers[i].n, field[numbers[i].column],
		        INT64_MAX) == -1)
			return fault_set(f, 0, "heartbeat without its counts");
	(void)snprintf(h->since, sizeof(h->since), "%s", field[LISTENER_SINCE]);
	(void)snprintf(h->at, sizeof(h->at), "%s", field[LISTENER_AT]);
	(void)snprintf(h->last_hello, sizeof(h->last_hello), "%s",
	    field[LISTENER_LAST_HELLO]);
	h->state = field[LISTENER_STATE];
	h->trouble = field[LISTENER_TROUBLE];
	return 0;
}

int
heartbeat_read(struct heartbeat *h, int64_t *at_s, int dir,
    char text[HEARTBEAT_TEXT])
{
	char *line, *next;
	int fd = sitefile_open_at(dir, HEARTBEAT_FILE, O_RDONLY, 0);
	struct record r;
	ssize_t n;

	if (fd == -1)
		return -1;
	n = read(fd, text, HEARTBEAT_TEXT - 1);
	close(fd);
	errno = EINVAL;
	if (n <= 0)
		return -1;
	text[n] = '\0';
	line = strchr(text, '\n'); /* the header */
	next = line != NULL ? strchr(line + 1, '\n') : NULL;
	if (next == NULL)
		return -1;
	*next = '\0';
	line++;
	if (record_get(&r, &kind_listener, LISTENER_NCOLUMNS, line,
	        (size_t)(next - line), NULL) == -1)
		return -1;
	return heartbeat_get(h, at_s, &r, NULL);
}

int64_t
heartbeat_last(int dir)
{
	char text[HEARTBEAT_TEXT];
	struct heartbeat h;
	int64_t at;

	return heartbeat_read(&h, &at, dir, text) == 0 ? at : -1;
}
