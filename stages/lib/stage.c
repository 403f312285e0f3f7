#include "lib/stage.h"

#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/complaints.h"
#include "lib/confine.h"
#include "lib/privacy.h"
#include "lib/sitefile.h"
#include "base/text.h"
#include "lib/version.h"

#define PROGRESS_AFTER_MS 1000
#define PROGRESS_EVERY_MS 200
#define COMPLAINTS_MS (3600 * INT64_C(1000)) /* who runs for months */

enum { OPT_HELP = 0x10000, OPT_VERSION };

static const char *usage_text;
static unsigned may_bits;
static bool confined;
static char **words; /* the command line */
static int nwords;
static bool verbose;
static uint64_t refused;
static int64_t progress_ms; /* when progress is shown next */
static bool progress_shown;
static int64_t complaints_ms; /* when they are counted anew */
static uint64_t refused_before;
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

void
stage_begin(const char *usage, unsigned may)
{
	find_pipe();
	usage_text = usage;
	may_bits = may;
	if ((may & BECOMES_PROGRAM) == 0) {
		privacy_environment();
		privacy_core((may & HAS_SECRETS) != 0);
	}
	progress_ms = clock_ms() + PROGRESS_AFTER_MS;
	complaints_ms = clock_ms() + COMPLAINTS_MS;
	(void)atexit(stage_tell_rest);
}

void
stage_may_also(unsigned may)
{
	assert(!confined);
	may_bits |= may;
}

const char *
stage_name(void)
{
	return program_invocation_short_name;
}

void
stage_speak_as(char *name)
{
	program_invocation_short_name = name;
}

bool
stage_verbose(void)
{
	return verbose;
}

void
stage_usage(void)
{
	/* Of the script that a person has typed, when one began this. */
	const char *typed = getenv("AMT_USAGE");

	if (typed != NULL)
		(void)fprintf(stderr, "usage: %s\n", typed);
	else
		(void)fprintf(stderr, "usage: %s %s\n", stage_name(),
		    usage_text);
	exit(EX_USAGE);
}

static void
help(void)
{
	(void)printf("usage: %s %s\n\nSee %s(1).\n", stage_name(), usage_text,
	    stage_name());
	exit(fflush(stdout) == 0 ? 0 : EX_IOERR);
}

static void
version(void)
{
	(void)printf("%s (amtbatch) %s\n", stage_name(), AMTBATCH_VERSION);
	exit(fflush(stdout) == 0 ? 0 : EX_IOERR);
}

int
stage_getopt(int argc, char *argv[], const char *opts,
    const struct option *longopts)
{
	static const struct option ours[] = {
		{ "help", no_argument, NULL, OPT_HELP },
		{ "version", no_argument, NULL, OPT_VERSION },
		{ "verbose", no_argument, NULL, 'v' },
	};
	struct option all[24] = { 0 };
	char shorts[64];
	size_t n = sizeof(ours) / sizeof(ours[0]);

	words = argv;
	nwords = argc;
	memcpy(all, ours, sizeof(ours));
	for (; longopts != NULL && longopts->name != NULL; longopts++) {
		assert(n + 1 < sizeof(all) / sizeof(all[0]));
		all[n++] = *longopts;
	}
	(void)snprintf(shorts, sizeof(shorts), "%sv", opts);
	for (;;) {
		int ch = getopt_long(argc, argv, shorts, all, NULL);

		switch (ch) {
		case OPT_HELP:
			help();
			break;
		case OPT_VERSION:
			version();
			break;
		case 'v':
			verbose = true;
			break;
		case '?':
			stage_usage();
		default:
			return ch;
		}
	}
}

uint64_t
stage_number(const char *option, const char *arg, uint64_t min, uint64_t max)
{
	uint64_t n;

	if (text_number(&n, arg, max) == 0 && n >= min)
		return n;
	errx(EX_USAGE, "%s: not in range (got \"%s\", expected %llu to %llu)",
	    option, arg, (unsigned long long)min, (unsigned long long)max);
}

void
stage_reads(const char *path)
{
	if (path != NULL)
		confine_path(CONFINE_READ, path);
}

void
stage_reads_folder(const char *path)
{
	if (path != NULL)
		confine_path(CONFINE_TREE, path);
}

void
stage_changes(const char *path)
{
	if (path != NULL)
		confine_path(CONFINE_CHANGE, path);
}

void
stage_makes(const char *path)
{
	const char *slash = path == NULL ? NULL : strrchr(path, '/');
	char *folder;

	if (path == NULL)
		return;
	folder = slash == NULL ? strdup(".")
	                       : strndup(path, (size_t)(slash - path) + 1);
	if (folder == NULL)
		err(EX_OSERR, "memory");
	stage_makes_in(folder);
	free(folder);
}

void
stage_makes_in(const char *folder)
{
	if (folder != NULL)
		confine_path(CONFINE_MAKE, folder);
}

void
stage_uses_folder(const char *folder)
{
	if (folder != NULL)
		confine_path(CONFINE_STORE, folder);
}

void
stage_makes_folders(const char *folder)
{
	if (folder != NULL)
		confine_path(CONFINE_FOLDERS, folder);
}

void
stage_connects(uint16_t port)
{
	confine_connect(port);
}

void
stage_confine_files(void)
{
	static bool done;

	if (done)
		return;
	if ((may_bits & (MAY_READ_FILES | MAY_RUN_PROGRAMS)) == MAY_READ_FILES)
		for (int i = optind; i < nwords; i++)
			stage_reads(words[i]);
	confine_files(may_bits);
	done = true;
}

static void
say_lack(const char *lack)
{
	if (verbose && lack != NULL)
		stage_say("confine", 0, "%s", lack);
}

void
stage_confine(void)
{
	say_lack(confine_lacks(may_bits));
	if (may_bits & HAS_SECRETS)
		say_lack(privacy_memory());
	stage_confine_files();
	privacy_core((may_bits & HAS_SECRETS) != 0);
	confine(may_bits);
	confined = true;
}

void
stage_each_input(int argc, char *argv[], stage_input_fn *fn, void *arg)
{
	assert(confined);
	if (optind == argc)
		fn(STDIN_FILENO, "<stdin>", arg);
	for (int i = optind; i < argc; i++) {
		int fd;

		if (strcmp(argv[i], "-") == 0) {
			fn(STDIN_FILENO, "<stdin>", arg);
			continue;
		}
		fd = sitefile_open(argv[i], O_RDONLY, 0);
		if (fd == -1)
			errx(EX_NOINPUT, "%s: %s", argv[i], sitefile_why());
		fn(fd, argv[i], arg);
		close(fd);
	}
}

static void
clear_progress(void)
{
	if (progress_shown)
		(void)fputs("\r\033[K", stderr);
	progress_shown = false;
}

void
stage_progress(const char *name, uint64_t n, const char *what)
{
	static int on_terminal = -1;
	int64_t now;

	if (on_terminal == -1)
		on_terminal = isatty(STDERR_FILENO);
	if (!on_terminal || (now = clock_ms()) < progress_ms)
		return;
	progress_ms = now + PROGRESS_EVERY_MS;
	progress_shown = true;
	(void)fprintf(stderr, "\r%s: %s: %llu %s\033[K", stage_name(), name,
	    (unsigned long long)n, what);
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

	if (heard == FAILED || (heard == SAID && verbose))
		return 0;
	if (now > complaints_ms) {
		stage_tell_rest();
		complaints_ms = now + COMPLAINTS_MS;
	}
	return complaints_add(name, why);
}

static void
say(enum heard heard, const char *pid, const char *name, size_t at,
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
	say(REFUSED, "", name, at, fmt, ap);
	va_end(ap);
}

void
stage_refuse_key(const char *pid, const char *name, size_t at, const char *fmt,
    ...)
{
	va_list ap;

	refused++;
	va_start(ap, fmt);
	say(REFUSED, pid, name, at, fmt, ap);
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
	say(SAID, "", name, at, fmt, ap);
	va_end(ap);
}

void
stage_fail(int status, const char *name, size_t at, const char *fmt, ...)
{
	va_list ap;

	stage_tell_rest();
	va_start(ap, fmt);
	say(FAILED, "", name, at, fmt, ap);
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

int
stage_end(void)
{
	assert(confined);
	clear_progress();
	stage_tell_rest();
	if (fflush(stdout) != 0 || ferror(stdout))
		stage_output_failed("standard output");
	return stage_status(refused + refused_before != 0 ? EX_DATAERR : 0);
}

void
stage_guard_secrets(bool reveal)
{
	if (!reveal && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "this output has secrets and goes to a "
		    "terminal; say --reveal if you mean it");
}
