/*
 * amtpeer - a fleet of simulated AMT devices in one process, in place of
 * hardware: for rehearsals and for tests.
 *
 * Every device has its own address in 127.0.0.0/8; all share two listening
 * sockets.  In setup state a device says hello, speaks TLS-PSK on the TLS port
 * and digest HTTP with WS-Management above it; after CommitChanges it drops
 * its connections, is away for a moment and then answers with digest on the
 * plain port.  One with "pki" in its fault column asks for the setup server's
 * certificate instead, and judges it (chain.c).  The journal says what each
 * device was told, so that tests judge by the device and not by what a client
 * reports.  The fleet file names faults per device; faults.c has all of them
 * with what they do, and --faults prints that list.
 *
 * Built from published facts and captures alone: it links none of our own
 * WS-Management or conversation code.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>

#include <libxml/parser.h>

#include "lib/stage.h"
#include "lib/wipe.h"

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/server.h"
#include "peer/state.h"

static volatile sig_atomic_t stop, tell;

static const char usage_text[] =
    "-f fleet -t seconds [-P tls-port] [-p plain-port]\n"
    "       [-s host:port] [-R seconds] [-J journal] [-D ms] [-r ready-file]\n"
    "       [--restart ms] [--rate hellos] [--plain-setup] [--roots pem]\n"
    "       [--device-root pem] [--state file] [--with-parent]\n"
    "       amtpeer --faults";

static void
on_signal(int sig)
{
	if (sig == SIGUSR1)
		tell = 1;
	else
		stop = 1;
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
	to->sin_port = htons((uint16_t)stage_number("-s", colon + 1, 1, 65535));
	if (inet_pton(AF_INET, host, &to->sin_addr) != 1)
		errx(EX_USAGE, "-s %s: not an IPv4 address", arg);
}

enum {
	RESTART = 256,
	RATE,
	PLAIN_SETUP,
	ROOTS,
	DEVICE_ROOT,
	STATE,
	FAULTS,
	WITH_PARENT
};

static const struct option long_options[] = {
	{ "restart", required_argument, NULL, RESTART },
	{ "rate", required_argument, NULL, RATE },
	{ "plain-setup", no_argument, NULL, PLAIN_SETUP },
	{ "roots", required_argument, NULL, ROOTS },
	{ "device-root", required_argument, NULL, DEVICE_ROOT },
	{ "state", required_argument, NULL, STATE },
	{ "with-parent", no_argument, NULL, WITH_PARENT },
	{ "faults", no_argument, NULL, FAULTS },
	{ NULL, 0, NULL, 0 },
};

struct told {
	bool list_faults;
	const char *fleet, *journal, *state;
	int64_t seconds;
};

static void
state_option(struct told *told, const char *arg)
{
	told->state = arg;
	stage_may_also(MAY_WRITE_FILES);
	stage_makes(arg);
}

static void
amtpeer_option(struct options *o, struct told *told, int ch)
{
	switch (ch) {
	case 'f':
		told->fleet = optarg;
		break;
	case 't':
		told->seconds = (int64_t)stage_number("-t", optarg, 1, 86400);
		break;
	case 'P':
		o->tls_port = (uint16_t)stage_number("-P", optarg, 0, 65535);
		break;
	case 'p':
		o->plain_port = (uint16_t)stage_number("-p", optarg, 0, 65535);
		break;
	case 's':
		hello_to(&o->hello_to, optarg);
		stage_may_also(MAY_CONNECT);
		stage_connects(ntohs(o->hello_to.sin_port));
		break;
	case 'R':
		o->hello_again_ms =
		    (int64_t)stage_number("-R", optarg, 0, 86400) * 1000;
		break;
	case 'J':
		told->journal = optarg;
		break;
	case 'D':
		o->latency_ms = (int64_t)stage_number("-D", optarg, 0, 3600000);
		break;
	case 'r':
		o->ready = optarg;
		break;
	case RESTART:
		o->restart_ms =
		    (int64_t)stage_number("--restart", optarg, 0, 3600000);
		break;
	case RATE:
		o->hello_rate =
		    (int64_t)stage_number("--rate", optarg, 1, 1000000);
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
		state_option(told, optarg);
		break;
	case WITH_PARENT:
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		break;
	case FAULTS:
		told->list_faults = true;
		break;
	default:
		stage_usage();
	}
}

static int
list_faults(void)
{
	stage_confine();
	faults_help();
	return stage_end();
}

static void
signals_set(void)
{
	const struct sigaction action = { .sa_handler = on_signal };
	sigset_t usr1;

	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	/* it comes while the server waits, and at no other time */
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
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
	struct told told = { 0 };
	int64_t end_ms;
	int ch;

	stage_begin(usage_text, MAY_LISTEN | USES_SECRETS);
	wipe_openssl();
	wipe_libxml();
	while ((ch = stage_getopt(argc, argv,
	            "f:t:P:p:s:R:J:D:r:", long_options)) != -1)
		amtpeer_option(&server.options, &told, ch);
	if (told.list_faults)
		return list_faults();
	if (told.fleet == NULL || told.seconds == 0 || optind != argc)
		stage_usage();
	signals_set();
	xmlInitParser();
	fleet_read(&fleet, told.fleet);
	if (told.state != NULL)
		state_read(&fleet, told.state);
	if (told.journal != NULL)
		journal_open(told.journal);
	server_open(&server);
	stage_confine();
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
	return stage_end();
}
