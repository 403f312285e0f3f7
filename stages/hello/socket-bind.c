/*
 * socket-bind - opens TCP ports, then becomes another program that finds them
 * as descriptors, in the way of systemd's socket activation.  What the other
 * program starts and ends one after the other can share them, and no caller
 * is refused in between.
 */
#include <err.h>
#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

#include "hello/ports.h"
#include "lib/stage.h"

int
main(int argc, char *argv[])
{
	static struct ports ports;
	struct address at[PORTS_MAX];
	const char *names[PORTS_MAX];
	struct fault f;
	size_t n = 0;
	int ch;

	/* Not confined: it would confine what it becomes. */
	stage_begin("[-v] [-a name] -l address:port [-l ...] command "
	            "[argument ...]",
	    MAY_LISTEN | BECOMES_PROGRAM);
	while ((ch = stage_getopt(argc, argv, "+a:l:", NULL)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		case 'l':
			if (n == PORTS_MAX)
				errx(EX_USAGE, "-l: at most %d", PORTS_MAX);
			if (address_parse(&at[n], optarg, false, &f) == -1)
				errx(EX_USAGE, "-l: %s", f.why);
			names[n++] = optarg;
			break;
		default:
			stage_usage();
		}
	if (n == 0 || optind == argc)
		stage_usage();
	ports_open(&ports, at, names, n);
	/* On a terminal somebody waits for a sign of life, and wants to end it.
	 */
	if (stage_verbose() || isatty(STDERR_FILENO) == 1)
		ports_say(&ports);
	if (isatty(STDERR_FILENO) == 1)
		stage_note("to stop it, press Ctrl-C");
	ports_hand_down(&ports);
	execvp(argv[optind], argv + optind);
	err(errno == ENOENT ? EX_UNAVAILABLE : EX_OSERR, "%s", argv[optind]);
}
