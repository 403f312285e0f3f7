/*
 * amtpeer - a fleet of simulated AMT devices in one process, our stand-in for
 * hardware.
 *
 * Every device has its own address in 127.0.0.0/8; all share two listening
 * sockets.  In setup state a device says hello, speaks TLS-PSK on the TLS port
 * and digest HTTP with WS-Management above it; after CommitChanges it drops
 * its connections, is away for a moment and then answers with digest on the
 * plain port.  One with "pki" in its fault column asks for the setup server's
 * certificate instead, and judges it (lib/chain.c).  The journal says what each
 * device was told, so that tests judge by the device and not by what a client
 * reports.  The fleet file names faults per device; lib/faults.c has all of
 * them with what they do, and --help prints that list.
 *
 * Built from published facts and captures alone: it links none of our own
 * WS-Management or conversation code.
 */
#include <arpa/inet.h>
#include <err.h>
#include <getopt.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <libxml/parser.h>

#include "base/text.h"

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/server.h"
#include "peer/state.h"

static volatile sig_atomic_t stop, tell;

static const char usage_text[] =
    "usage: amtpeer -f fleet.tsv -t seconds [-P tls-port] [-p plain-port]\n"
    "    [-s host:port] [-R seconds] [-J journal] [-D ms] [-r ready-file]\n"
    "    [--restart ms] [--rate hellos] [--plain-setup] [--roots pem]\n"
    "    [--device-root pem] [--state file]\n";

static void
help(void)
{
	fputs(usage_text, stdout);
	fputs("\n"
	      "  -f  the devices: tab-separated, a header with the columns\n"
	      "      address uuid pid pps password creds_set firmware fault\n"
	      "      (password: of the network admin at the start)\n"
	      "  -t  ends after so many seconds\n"
	      "  -P  port with TLS-PSK (16993); 0 lets the kernel choose\n"
	      "  -p  port without TLS (16992)\n"
	      "  -s  where the hellos go; without it there are none\n"
	      "  -R  says hello again every so many seconds, while in setup\n"
	      "  -J  journal, appended to: time_ms address uuid event detail\n"
	      "  -D  ms until a reply is sent\n"
	      "  -r  written once listening: the two ports\n"
	      "  --restart      ms from commit until it answers again (300)\n"
	      "  --rate         hellos a second (500)\n"
	      "  --plain-setup  devices in setup answer on the plain port "
	      "too\n"
	      "  --roots        PEM: roots of setup servers that pki devices "
	      "know\n"
	      "  --device-root  written: the root above the on-die chains of "
	      "pki devices\n"
	      "  --state        file: what devices know, read at the start "
	      "and written at\n"
	      "                 the end\n"
	      "\n"
	      "Requests are numbered per device, counting those that "
	      "authenticate.\n"
	      "\n"
	      "Events of the journal that tests of settings want:\n"
	      "    write  CLASS.METHOD RESULT, of each Put, Create, Delete and "
	      "method that\n"
	      "        changes something; RESULT is ok, a ReturnValue or the "
	      "fault\n"
	      "    complaint  CLASS.METHOD: what was wrong with a request\n"
	      "    has  CLASS NUMBER PROPERTY VALUE, of all instances that the "
	      "device keeps,\n"
	      "        secrets too, at the end and at SIGUSR1; NUMBER tells "
	      "instances\n"
	      "        apart; users have the CLASS user\n"
	      "\n"
	      "The fault column lists any of these, separated by commas:\n",
	    stdout);
	faults_help();
}

static _Noreturn void
usage(void)
{
	fputs(usage_text, stderr);
	exit(EX_USAGE);
}

static void
on_signal(int sig)
{
	if (sig == SIGUSR1)
		tell = 1;
	else
		stop = 1;
}

static int64_t
number(const char *option, const char *arg, uint64_t max)
{
	uint64_t n;

	if (text_number(&n, arg, max) == -1)
		errx(EX_USAGE, "%s %s: not in 0..%llu", option, arg,
		    (unsigned long long)max);
	return (int64_t)n;
}

static void
hello_to(struct sockaddr_in *to, const char *arg)
{
	char host[64];
	const char *colon = strrchr(arg, ':');

	if (colon == NULL || (size_t)(colon - arg) >= sizeof(host))
		errx(EX_USAGE, "-s %s: not host:port", arg);
	snprintf(host, sizeof(host), "%.*s", (int)(colon - arg), arg);
	to->sin_family = AF_INET;
	to->sin_port = htons((uint16_t)number("-s", colon + 1, 65535));
	if (inet_pton(AF_INET, host, &to->sin_addr) != 1)
		errx(EX_USAGE, "-s %s: not an IPv4 address", arg);
}

enum { RESTART = 256, RATE, PLAIN_SETUP, ROOTS, DEVICE_ROOT, STATE, HELP };

static const struct option long_options[] = {
	{ "restart", required_argument, NULL, RESTART },
	{ "rate", required_argument, NULL, RATE },
	{ "plain-setup", no_argument, NULL, PLAIN_SETUP },
	{ "roots", required_argument, NULL, ROOTS },
	{ "device-root", required_argument, NULL, DEVICE_ROOT },
	{ "state", required_argument, NULL, STATE },
	{ "help", no_argument, NULL, HELP },
	{ NULL, 0, NULL, 0 },
};

struct told {
	const char *fleet, *journal, *state;
	int64_t seconds;
};

static void
take_option(struct options *o, struct told *told, int ch)
{
	switch (ch) {
	case 'f':
		told->fleet = optarg;
		break;
	case 't':
		told->seconds = number("-t", optarg, 86400);
		break;
	case 'P':
		o->tls_port = (uint16_t)number("-P", optarg, 65535);
		break;
	case 'p':
		o->plain_port = (uint16_t)number("-p", optarg, 65535);
		break;
	case 's':
		hello_to(&o->hello_to, optarg);
		break;
	case 'R':
		o->hello_again_ms = number("-R", optarg, 86400) * 1000;
		break;
	case 'J':
		told->journal = optarg;
		break;
	case 'D':
		o->latency_ms = number("-D", optarg, 3600000);
		break;
	case 'r':
		o->ready = optarg;
		break;
	case RESTART:
		o->restart_ms = number("--restart", optarg, 3600000);
		break;
	case RATE:
		o->hello_rate = number("--rate", optarg, 1000000);
		break;
	case PLAIN_SETUP:
		o->plain_setup = true;
		break;
	case ROOTS:
		roots_read(optarg);
		break;
	case DEVICE_ROOT:
		devcert_root_write(optarg);
		break;
	case STATE:
		told->state = optarg;
		break;
	case HELP:
		help();
		exit(0);
	default:
		usage();
	}
}

int
main(int argc, char *argv[])
{
	struct fleet fleet = { 0 };
	struct server server = {
		.options = { .tls_port = 16993,
		    .plain_port = 16992,
		    .restart_ms = 300,
		    .hello_rate = 500 },
		.fleet = &fleet,
	};
	const struct sigaction action = { .sa_handler = on_signal };
	struct told told = { NULL, NULL, NULL, 0 };
	int64_t end_ms;
	sigset_t usr1;
	int ch;

	while ((ch = getopt_long(argc, argv, "f:t:P:p:s:R:J:D:r:", long_options,
	            NULL)) != -1)
		take_option(&server.options, &told, ch);
	if (told.fleet == NULL || told.seconds == 0 || optind != argc ||
	    server.options.hello_rate == 0)
		usage();
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	/* it comes while the server waits, and at no other time */
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	xmlInitParser();
	fleet_read(&fleet, told.fleet);
	if (told.state != NULL)
		state_read(&fleet, told.state);
	if (told.journal != NULL)
		journal_open(told.journal);
	server_open(&server);
	end_ms = now_ms() + told.seconds * 1000;
	while (!stop && now_ms() < end_ms) {
		server_serve(&server, end_ms, &stop, &tell);
		if (tell)
			journal_state(&fleet);
		tell = 0;
	}
	journal_state(&fleet);
	journal_final(&fleet);
	if (told.state != NULL)
		state_write(&fleet, told.state);
	server_close(&server);
	fleet_release(&fleet);
	pki_tls_free();
	devcert_free();
	roots_free();
	xmlCleanupParser();
	return 0;
}
