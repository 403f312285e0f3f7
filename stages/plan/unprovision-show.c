/*
 * unprovision-show - what has become of machines that were to be unprovisioned,
 * a line each.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/keys.h"
#include "store/named.h"
#include "store/store.h"

struct back_showing {
	struct store store;
	const char *dir;
	int64_t since; /* when the run began; what was before is of old */
	bool before;   /* those alone that were unprovisioned before */
	bool again;    /* one is to be tried again */
	bool person;   /* somebody has to act first */
};

enum { OPT_BEFORE = 1 };

static void
show_name(const struct named *m)
{
	output_plain(stdout, m->fqdn[0] != '\0' ? m->fqdn : m->uuid);
	(void)fputs(": ", stdout);
}

/* What its next hello will find. */
static const char *
key_now(struct back_showing *s, const struct named *m)
{
	if (!m->partly)
		return "is gone from the machine";
	return keys_state(&s->store, m->pid) == KEY_REVOKED ? "is revoked"
	                                                    : "is valid still";
}

static void
show_done(struct back_showing *s, const struct named *m)
{
	char at[TEXT_TIME];

	text_time(at, m->unprovisioned_at);
	if (m->planned_at < s->since)
		(void)printf("already unprovisioned, %s, at %.10s %.5s UTC",
		    m->partly ? "partly" : "in full", at, at + 11);
	else
		(void)printf("unprovisioned, %s",
		    m->partly ? "partly" : "in full");
	if (m->pid[0] != '\0')
		(void)printf("; its key %.8s %s", m->pid, key_now(s, m));
	(void)putchar('\n');
}

/* Only what was seen: that the call may have been carried out is neither. */
static void
show_failure(struct back_showing *s, const struct named *m)
{
	const struct reason *why = reason_get(m->reason);

	if (m->planned_at < s->since) {
		(void)puts("not tried");
		s->again = true;
		return;
	}
	if (why->class == REASON_PERSON)
		s->person = true;
	else
		s->again = true;
	(void)fputs(m->asked ? "perhaps unprovisioned, run this again to find "
	                       "out: "
	                     : "not unprovisioned: ",
	    stdout);
	if (!m->ended) {
		(void)puts("the run was killed");
		return;
	}
	(void)fputs(why->code, stdout);
	if (m->detail[0] != '\0') {
		(void)fputs(": ", stdout);
		output_plain(stdout, m->detail);
	}
	(void)putchar('\n');
}

static void
show_one(struct back_showing *s, const char *uuid)
{
	struct named m;

	if (!named_read(&s->store, uuid, &m)) {
		stage_refuse(uuid, 0, "no machine of this site has this UUID");
		return;
	}
	if (s->before && m.state != MACHINE_UNPROVISIONED)
		return;
	show_name(&m);
	if (m.state == MACHINE_UNPROVISIONED)
		show_done(s, &m);
	else
		show_failure(s, &m);
}

static void
parse_args(struct back_showing *s, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "before", no_argument, NULL, OPT_BEFORE },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "a:d:s:", longopts)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		case 'd':
			s->dir = optarg;
			break;
		case 's':
			s->since =
			    (int64_t)stage_number("-s", optarg, 0, INT64_MAX);
			break;
		case OPT_BEFORE:
			s->before = true;
			s->since = INT64_MAX;
			break;
		default:
			stage_usage();
		}
	if (s->dir == NULL)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct back_showing s;
	int status;

	stage_begin("-d site [-a command] [--before | -s seconds] [uuid ...]",
	    MAY_USE_STORE);
	wipe_openssl();
	parse_args(&s, argc, argv);
	stage_uses_folder(s.dir);
	stage_confine();
	store_open(&s.store, s.dir);
	for (int i = optind; i < argc; i++)
		show_one(&s, argv[i]);
	store_close(&s.store);
	status = stage_end();
	if (status != 0)
		return status;
	if (s.person)
		return EX_DATAERR;
	return s.again ? EX_TEMPFAIL : 0;
}
