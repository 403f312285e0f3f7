/*
 * keys-revoke - PIDs as a stream of keys that are revoked: what store-load
 * takes to move them there.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/filekind.h"
#include "base/kinds.h"
#include "lib/option.h"
#include "keys/pidpps.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "plan/keystate.h"

struct revoke {
	const char *cause; /* NULL: the place alone */
	const char **pids; /* of the command line */
	size_t npids;
	struct stream_out out;
};

/* A list's header row, a comment or nothing. */
static bool
no_pid(const char *word)
{
	return word[0] == '\0' || word[0] == '#' || strcmp(word, "pid") == 0 ||
	    strcmp(word, "PID") == 0;
}

static void
put_pid(struct revoke *v, const char *pid, const char *from)
{
	const char *const fields[KEYS_NCOLUMNS] = {
		[KEYS_PID] = pid,
		[KEYS_STATE] = key_state_name(KEY_REVOKED),
		[KEYS_FROM] = from,
	};

	stream_write(&v->out, fields);
}

static void
take_line(struct revoke *v, const char *name, size_t line, char *text)
{
	char pid[PID_LEN + 1], place[4096], from[4608];
	struct fault f;

	text += strspn(text, " \t\"");
	text[strcspn(text, " \t\",;\r\n")] = '\0';
	if (no_pid(text))
		return;
	if (pid_parse(pid, text, strlen(text), &f) == -1) {
		stage_refuse(name, line, "%s", f.why);
		return;
	}
	(void)snprintf(place, sizeof(place), "%s:%zu", name, line);
	if (v->cause == NULL)
		(void)snprintf(from, sizeof(from), "revoked by %s", place);
	else
		(void)snprintf(from, sizeof(from), "%s (%s)", v->cause, place);
	put_pid(v, pid, from);
}

static void
take_word(struct revoke *v, const char *word)
{
	char pid[PID_LEN + 1], written[PID_LEN + 1];
	struct fault f;

	if (pid_parse(pid, word, strlen(word), &f) == 0) {
		put_pid(v, pid,
		    v->cause != NULL ? v->cause : "revoked by its name");
		return;
	}
	/* It may be a file's name that is misspelled. */
	pid_as_written(written, word, strlen(word));
	stage_refuse(word, 0, "%s%s",
	    written[0] != '\0' ? "" : "neither a file nor a PID: ", f.why);
}

/* A kind of file that is known and no list; a pipe is not looked at. */
static void
check_kind(int fd, const char *name)
{
	uint8_t start[FILEKIND_LOOK];
	ssize_t n = pread(fd, start, sizeof(start), 0);
	const char *why =
	    n > 0 ? filekind_refusal(filekind_of(start, (size_t)n), 0) : NULL;

	if (why != NULL)
		stage_fail(EX_DATAERR, name, 0, "%s", why);
}

static void
take_input(int fd, const char *name, void *arg)
{
	FILE *f = fdopen(fd, "r");
	bool any = false;
	char text[256];
	size_t line = 0;

	if (f == NULL)
		err(EX_IOERR, "%s", name);
	check_kind(fd, name);
	while (fgets(text, sizeof(text), f) != NULL) {
		size_t mark = 0;

		if (++line == 1 && strncmp(text, "\xef\xbb\xbf", 3) == 0)
			mark = 3; /* the byte order mark of Windows */
		if (strchr(text, '\n') == NULL && !feof(f))
			stage_fail(EX_DATAERR, name, line,
			    "not a list of PIDs: a line is longer than %zu "
			    "bytes",
			    sizeof(text) - 2);
		any |= text[mark + strspn(text + mark, " \t\r\n")] != '\0';
		take_line(arg, name, line, text + mark);
	}
	if (ferror(f))
		err(EX_IOERR, "%s", name);
	/* Not a key revoked, and the one who asked for it believes so. */
	if (!any && !stage_input_cut(fd))
		stage_fail(EX_DATAERR, name, 0,
		    "is empty (expected one PID a line)");
	if (!any)
		exit(stage_status(EX_DATAERR));
}

/* A word that is no file is a PID; argc of the others. */
static int
sort_words(struct revoke *v, int argc, char *argv[])
{
	int nfiles = optind;
	struct stat st;

	for (int i = optind; i < argc; i++) {
		char *word = argv[i];

		if (stat(word, &st) == -1 || !S_ISREG(st.st_mode))
			v->pids[v->npids++] = word;
		else
			argv[nfiles++] = word;
	}
	for (int i = nfiles; i < argc; i++)
		argv[i] = NULL;
	return nfiles;
}

int
main(int argc, char *argv[])
{
	struct revoke v = { 0 };
	bool words = false;
	int ch;

	stage_begin("[-w] [-c cause] [-p pid ...] [file ...]", MAY_READ_FILES);
	v.pids = calloc((size_t)argc, sizeof(*v.pids));
	if (v.pids == NULL)
		err(EX_OSERR, "memory");
	while ((ch = stage_getopt(argc, argv, "c:p:w", NULL)) != -1)
		switch (ch) {
		case 'c':
			v.cause = option_text("-c", optarg);
			break;
		case 'p':
			v.pids[v.npids++] = optarg;
			break;
		case 'w':
			words = true;
			break;
		default:
			stage_usage();
		}
	if (words)
		argc = sort_words(&v, argc, argv);
	stage_confine();
	stream_begin(&v.out, &kind_keys, true); /* it has no secrets */
	for (size_t i = 0; i < v.npids; i++)
		take_word(&v, v.pids[i]);
	if (v.npids == 0 || optind < argc)
		stage_each_input(argc, argv, take_input, &v);
	stream_end(&v.out, 0);
	free(v.pids);
	return stage_end();
}
