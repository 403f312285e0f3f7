/*
 * sweep - sets up the machines of a jobs stream, many at once, in bounded
 * time.
 *
 * The conversation with a machine is formats/setup, carrying it there and
 * back is device; here is who is next, who waits, and when it all ends.
 */
#include "sweep/sweep_parts.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/stage.h"
#include "lib/wipe.h"

#define SECONDS_MAX 86400
/* Descriptors besides connections: standard ones, epoll, libcurl's own. */
#define FILES_SPARE 32

/* One descriptor a machine in flight. */
static void
sweep_guard_files(size_t in_flight)
{
	struct rlimit limit;
	rlim_t need = in_flight + FILES_SPARE;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		err(EX_OSERR, "getrlimit");
	if (limit.rlim_cur >= need)
		return;
	limit.rlim_cur = need;
	if (need > limit.rlim_max || setrlimit(RLIMIT_NOFILE, &limit) == -1)
		errx(EX_USAGE,
		    "-j: too many for the limit of open files (got %zu, "
		    "expected at most %lld)",
		    in_flight, (long long)limit.rlim_max - FILES_SPARE);
}

static void
sweep_wipe(struct sweep *s)
{
	queue_wipe(s);
	settings_all_free(&s->settings);
	chains_wipe(&s->chains);
	timers_free(&s->waits);
	device_loop_free(s->loop);
}

static int
sweep_finish(struct sweep *s, int status)
{
	uint64_t undone = s->undone;

	if (s->journal.to != NULL)
		stream_end(&s->journal, s->refused_before);
	stream_end(&s->out, s->refused_before);
	sweep_wipe(s);
	if (status != 0)
		return stage_status(status);
	status = stage_end();
	return status == 0 && undone != 0 ? EX_TEMPFAIL : status;
}

struct sweep_options {
	const char *journal;
	uint16_t tls, plain; /* ports */
	unsigned seconds;
	bool on_die, loopback;
	int signer; /* -1: none */
};

static void
sweep_read_options(struct sweep *s, struct sweep_options *o, int argc,
    char *argv[])
{
	static const struct option longopts[] = {
		{ "loopback", no_argument, NULL, 'L' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv,
	            "t:j:n:c:i:o:P:p:S:", longopts)) != -1)
		switch (ch) {
		case 'o':
			o->journal = outfile_no_stdout(optarg,
			    "results go there in any case");
			break;
		case 't':
			o->seconds = (unsigned)stage_number("-t", optarg, 1,
			    SECONDS_MAX);
			break;
		case 'i':
			s->every_ms = (int64_t)stage_number("-i", optarg, 1,
			                  SECONDS_MAX) *
			    1000;
			break;
		case 'j':
			s->in_flight =
			    option_setting(SITECONF_IN_FLIGHT, "-j", optarg);
			break;
		case 'n':
			s->per_network = option_setting(SITECONF_MAX_PER_SUBNET,
			    "-n", optarg);
			break;
		case 'c':
			o->on_die =
			    strcmp(option_choice(SITECONF_DEVICE_CERTIFICATE,
			               "-c", optarg),
			        "on-die") == 0;
			break;
		case 'P':
			o->tls =
			    (uint16_t)stage_number("-P", optarg, 1, UINT16_MAX);
			break;
		case 'p':
			o->plain =
			    (uint16_t)stage_number("-p", optarg, 1, UINT16_MAX);
			break;
		case 'L':
			o->loopback = true;
			break;
		case 'S':
			o->signer = (int)stage_number("-S", optarg, 3, 1023);
			break;
		default:
			stage_usage();
		}
	if (o->seconds == 0)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct sweep s = { .in_flight = 64 };
	struct sweep_options o = { .tls = 16993, .plain = 16992, .signer = -1 };
	FILE *journal = NULL;
	struct sweep_reading reading = { .sweep = &s };
	int64_t start_ms = clock_ms();

	stage_begin(
	    "-t seconds [-j machines] [-n machines] [-c record|on-die]\n"
	    "       [-i seconds] [-o file] [-P tls-port] [-p port] [-S fd] "
	    "[--loopback] [file "
	    "...]",
	    MAY_READ_FILES | MAY_CONNECT | USES_SECRETS);
	wipe_openssl();
	wipe_openssl_keys();
	wipe_libxml();
	sweep_read_options(&s, &o, argc, argv);
	sweep_watch_signals(o.seconds);
	s.hard_ms = start_ms + (int64_t)o.seconds * 1000;
	s.soft_ms = start_ms + (int64_t)o.seconds * 900;
	sweep_guard_files(s.in_flight);
	queue_begin(&s);
	s.loop = device_loop_new(s.in_flight, o.tls, o.plain);
	sweep_sign_begin(&s, o.signer);
	if (o.loopback)
		device_loop_want_loopback(s.loop);
	if (o.on_die)
		device_loop_want_on_die(s.loop);
	if (timers_init(&s.waits, SWEEP_WAITING_MAX + s.in_flight) == -1)
		err(EX_OSERR, "waits");
	if (o.journal != NULL)
		journal = sweep_make_journal(o.journal);
	stage_connects(o.tls);
	stage_connects(o.plain);
	stage_confine();
	sweep_begin_results(&s, journal);
	sweep_start(&s);
	stage_each_input(argc, argv, sweep_read_jobs, &reading);
	sweep_drop_chains(&s);
	sweep_run(&s);
	return sweep_finish(&s, reading.status);
}
