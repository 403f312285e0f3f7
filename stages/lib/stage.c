#include "lib/stage.h"

#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/confine.h"
#include "lib/privacy.h"
#include "lib/sitefile.h"
#include "lib/stage_say.h"
#include "base/text.h"
#include "lib/version.h"

enum { OPT_HELP = 0x10000, OPT_VERSION };

static const char *usage_text;
static unsigned may_bits;
static bool confined;
static char **words; /* the command line */
static int nwords;
static bool verbose;

/*
 * Who has closed one of the first three gets a descriptor that fails as a
 * closed one does: or the store, or a file being made, would have that number,
 * and what is said went into it.
 */
static void
stage_fill_descriptors(void)
{
	static const int how[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", how[fd]) != fd)
			exit(EX_OSERR);
}

void
stage_begin(const char *usage, unsigned may)
{
	stage_fill_descriptors();
	stage_say_begin();
	usage_text = usage;
	may_bits = may;
	if ((may & BECOMES_PROGRAM) == 0) {
		privacy_environment();
		privacy_core((may & HAS_SECRETS) != 0);
	}
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

/* A line for each option: share/amtbatch/help has them, made of the page. */
static void
stage_help_options(void)
{
	char exe[PATH_MAX - 256], path[PATH_MAX], line[256];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	FILE *help;

	if (n == -1)
		return;
	exe[n] = '\0';
	(void)snprintf(path, sizeof(path), "%s/../../share/amtbatch/help/%s",
	    dirname(exe), stage_name());
	help = fopen(path, "re");
	while (help != NULL && fgets(line, sizeof(line), help) != NULL)
		(void)fputs(line, stdout);
	if (help != NULL)
		(void)fclose(help);
}

static void
stage_help(void)
{
	(void)printf("usage: %s %s\n", stage_name(), usage_text);
	stage_help_options();
	(void)printf("\nSee %s(1).\n", stage_name());
	exit(fflush(stdout) == 0 ? 0 : EX_IOERR);
}

static void
stage_version(void)
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
	(void)snprintf(shorts, sizeof(shorts), "%svh", opts);
	for (;;) {
		int ch = getopt_long(argc, argv, shorts, all, NULL);

		switch (ch) {
		case OPT_HELP:
		case 'h':
			stage_help();
			break;
		case OPT_VERSION:
			stage_version();
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

	if (path == NULL || strcmp(path, "-") == 0)
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

int
stage_end(void)
{
	assert(confined);
	return stage_say_end();
}

void
stage_guard_secrets(bool reveal)
{
	if (!reveal && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "this output has secrets and goes to a "
		    "terminal; say --reveal if you mean it");
}
