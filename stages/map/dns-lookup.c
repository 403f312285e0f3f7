/*
 * dns-lookup - the names that DNS has for the addresses of machines, as
 * entries of the map of the lowest trust.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "map/resolver.h"
#include "lib/stage.h"
#include "map/mapentry.h"
#include "lib/stream.h"
#include "base/text.h"
#include "base/uuid.h"

/* Of 100, and less than any export: mapcsv has 50. */
#define AT_ONCE_MAX 1000

enum { OPT_SERVER = 1 };

struct finder {
	struct resolver *resolver;
	struct stream_out out;
	char seen[MAPENTRY_DAY];
	size_t at_once;
	int64_t deadline_ms;
	uint64_t refused_before;
	size_t left; /* not asked, or given up, when the time was over */
	bool time_up;
};

struct lookup_asked {
	struct finder *finder;
	char uuid[UUID_TEXT];
	char address[ADDRESS_HOST];
};

static void
took_name(void *arg, const char *fqdn, const char *why)
{
	struct lookup_asked *a = arg;
	struct finder *f = a->finder;
	char from[ADDRESS_HOST + 16];
	const struct mapentry entry = { .uuid = a->uuid,
		.fqdn = fqdn,
		.source = "dns",
		.seen = f->seen,
		.trust = MAPENTRY_TRUST_DNS,
		.from = from };
	struct mapentry_text text;

	(void)snprintf(from, sizeof(from), "DNS of %s", a->address);
	if (fqdn != NULL) {
		mapentry_put(&text, &entry);
		stream_write(&f->out, text.field);
	} else if (f->time_up)
		f->left++;
	else
		stage_refuse(a->address, 0, "UUID %s: %s", a->uuid, why);
	free(a);
}

/* Turns the loop until fewer than so many are under way, or time is up. */
static void
wait_for_fewer(struct finder *f, size_t most)
{
	while (!f->time_up && resolver_busy(f->resolver) > most) {
		int64_t left = f->deadline_ms - clock_ms();

		if (left <= 0) {
			f->time_up = true;
			resolver_cancel(f->resolver);
			return;
		}
		resolver_turn(f->resolver, (int)left);
	}
}

static void
lookup_ask(struct finder *f, const char *uuid_text, const char *address,
    const char *place)
{
	struct address at;
	uint8_t uuid[UUID_LEN];
	struct lookup_asked *a;
	struct fault why;

	if (uuid_parse(uuid, uuid_text, strlen(uuid_text), &why) == -1 ||
	    address_parse_host(&at, address, &why) == -1) {
		stage_refuse(place, 0, "%s", why.why);
		return;
	}
	if (uuid_bad(uuid) != NULL) {
		stage_refuse(place, 0, "UUID %s names no machine: %s",
		    uuid_text, uuid_bad(uuid));
		return;
	}
	wait_for_fewer(f, f->at_once - 1);
	if (f->time_up) {
		f->left++;
		return;
	}
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		err(EX_OSERR, "memory");
	a->finder = f;
	uuid_format(a->uuid, uuid);
	address_host(a->address, &at);
	resolver_name(f->resolver, &at, took_name, a);
}

static void
find_stream(struct finder *f, struct stream_in *in)
{
	static const struct kind *const usual[] = { &kind_unnamed,
		&kind_devices, &kind_hello };
	int uuid = kind_column(in->kind, "uuid");
	int address = kind_column(in->kind, "address");
	struct record r;
	char place[512];
	int got;

	if (uuid == -1 || address == -1)
		stream_wrong_kind(in, usual, 3);
	while ((got = stream_next(in, &r)) == 1) {
		stream_place(in, place, sizeof(place));
		if (r.field[address][0] != '\0') /* expected, not heard */
			lookup_ask(f, r.field[uuid], r.field[address], place);
	}
	if (got == -1)
		stage_fail(EX_DATAERR, in->name, 0, "the input is incomplete");
	f->refused_before += in->refused;
}

static void
find_input(int fd, const char *name, void *arg)
{
	struct stream_in in;
	int got;

	stream_open(&in, fd, name);
	while ((got = stream_header(&in)) == 1)
		find_stream(arg, &in);
	if (got == -1)
		exit(stage_status(EX_DATAERR)); /* said by the reader */
	stream_close(&in);
}

static void
lookup_tell(const struct finder *f)
{
	if (f->out.passed != 0)
		stage_say("DNS", 0,
		    "warning: %llu name%s of the lowest trust; where addresses "
		    "are handed out anew DNS may name the machine that had "
		    "one before: compare before the next sweep",
		    (unsigned long long)f->out.passed,
		    f->out.passed == 1 ? "" : "s");
	if (f->left != 0)
		stage_say("DNS", 0, "time is up with %zu machine%s left",
		    f->left, f->left == 1 ? "" : "s");
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "server", required_argument, NULL, OPT_SERVER },
		{ NULL, 0, NULL, 0 },
	};
	struct finder f = { .at_once = 64 };
	const char *servers = NULL;
	uint64_t seconds = 60;
	struct fault why;
	int ch, status;

	stage_begin(
	    "[-v] [-t seconds] [-j lookups] [--server address:port] [file ...]",
	    MAY_READ_FILES | MAY_CONNECT | MAY_USE_UDP);
	while ((ch = stage_getopt(argc, argv, "j:t:", longopts)) != -1)
		switch (ch) {
		case 'j':
			f.at_once = stage_number("-j", optarg, 1, AT_ONCE_MAX);
			break;
		case 't':
			seconds = stage_number("-t", optarg, 1, 86400);
			break;
		case OPT_SERVER:
			servers = optarg;
			break;
		default:
			stage_usage();
		}
	f.resolver = resolver_new(servers, &why);
	if (f.resolver == NULL)
		stage_fail(servers != NULL ? EX_USAGE : EX_OSERR, "--server", 0,
		    "%s", why.why);
	resolver_ports(f.resolver, stage_connects);
	stage_confine();
	mapentry_day(f.seen, clock_seconds());
	f.deadline_ms = clock_ms() + (int64_t)seconds * 1000;
	stream_begin(&f.out, &kind_map, false);
	stage_each_input(argc, argv, find_input, &f);
	wait_for_fewer(&f, 0);
	stream_end(&f.out, f.refused_before);
	lookup_tell(&f);
	resolver_free(f.resolver);
	status = stage_end();
	return status == 0 && f.left != 0 ? EX_TEMPFAIL : status;
}
