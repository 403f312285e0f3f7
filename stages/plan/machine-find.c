/*
 * machine-find - the UUIDs of machines that were set up, by the names that a
 * person gives.  All of them are found, or none is answered.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/named.h"
#include "store/store.h"

/* A person's list; each is compared with those before. */
#define MACHINES_MAX 100000

struct finding {
	struct store store;
	const char *dir;
	bool set_up; /* those alone that are set up now */
	bool list;
	struct named *found;
	size_t n;
};

enum { OPT_SET_UP = 1 };

static void
refuse_ambiguous(const char *shown, char (*uuids)[UUID_TEXT], size_t n)
{
	char list[NAMED_LIST];

	named_list(list, uuids, n);
	stage_refuse(shown, 0,
	    "%zu machines have this name, give the UUID (%s)", n, list);
}

static bool
is_found(const struct finding *f, const char *uuid)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->found[i].uuid, uuid) == 0)
			return true;
	return false;
}

static void
refuse_state(const char *shown, enum machine_state state)
{
	if (state == MACHINE_COMMITTED)
		stage_refuse(shown, 0,
		    "the machine is set up, and no sweep has verified it yet; "
		    "run amt-sweep first");
	else
		stage_refuse(shown, 0,
		    "the machine is not set up (its state is %s)",
		    machine_state_name(state));
}

static void
find_one(struct finding *f, const char *name)
{
	char uuids[NAMED_SHOWN][UUID_TEXT], shown[80];
	size_t n =
	    named_find(&f->store, name, NAMED_SET_UP_FIRST, uuids, NAMED_SHOWN);
	struct named *m = &f->found[f->n];

	text_show(shown, sizeof(shown), name, strlen(name));
	if (n == 0)
		stage_refuse(shown, 0,
		    "no machine that this site has set up has this UUID or "
		    "name");
	else if (n > 1)
		refuse_ambiguous(shown, uuids, n);
	else if (!is_found(f, uuids[0]) && named_read(&f->store, uuids[0], m)) {
		if (m->state == MACHINE_VERIFIED ||
		    m->state == MACHINE_UNPROVISIONED)
			f->n++;
		else
			refuse_state(shown, m->state);
	}
}

/* For the person who is asked about them. */
static void
find_list(const struct named *m)
{
	(void)fputs("    ", stderr);
	output_plain(stderr, m->fqdn[0] != '\0' ? m->fqdn : m->uuid);
	(void)fputs("  ", stderr);
	output_plain(stderr, m->address);
	if (m->firmware[0] != '\0') {
		(void)fputs("  AMT ", stderr);
		output_plain(stderr, m->firmware);
	}
	(void)fprintf(stderr, "  %s\n", m->uuid);
}

static void
find_write(const struct finding *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->set_up && f->found[i].state != MACHINE_VERIFIED)
			continue;
		(void)puts(f->found[i].uuid);
		if (f->list)
			find_list(&f->found[i]);
	}
}

static void
parse_args(struct finding *f, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "set-up", no_argument, NULL, OPT_SET_UP },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "a:d:l", longopts)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		case 'd':
			f->dir = optarg;
			break;
		case 'l':
			f->list = true;
			break;
		case OPT_SET_UP:
			f->set_up = true;
			break;
		default:
			stage_usage();
		}
	if (f->dir == NULL || argc - optind > MACHINES_MAX)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct finding f;

	stage_begin("-d site [-a command] [-l] [--set-up] [machine ...]",
	    MAY_USE_STORE);
	wipe_openssl();
	parse_args(&f, argc, argv);
	stage_uses_folder(f.dir);
	stage_confine();
	f.found = calloc((size_t)(argc - optind) + 1, sizeof(*f.found));
	if (f.found == NULL)
		err(EX_OSERR, "machines");
	store_open(&f.store, f.dir);
	for (int i = optind; i < argc; i++)
		find_one(&f, argv[i]);
	store_close(&f.store);
	if (stage_refused() == 0)
		find_write(&f);
	free(f.found);
	return stage_end();
}
