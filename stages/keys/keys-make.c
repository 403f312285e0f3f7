/*
 * keys-make - new random keys, as a stream of keys in state new.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/kinds.h"
#include "lib/option.h"
#include "base/password.h"
#include "keys/pidpps.h"
#include "keys/pidset.h"
#include "lib/random.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "plan/keystate.h"

/* A store of all PCs that one company ever had; a stick has 50. */
#define KEYS_MAX 10000000

struct made {
	char pid[PID_LEN + 1];
	char pps[PPS_LEN + 1];
	char password[PASSWORD_MADE + 1];
};

/* A pair whose PID is not yet in met: of a million, six are drawn twice. */
static void
make_pair(struct made *m, struct pidset *met, uint32_t number)
{
	enum pidset_found found = PIDSET_SAME;

	while (found != PIDSET_NEW) {
		struct pidset_place place = { 0, number };

		random_pidpps(m->pid, m->pps);
		found = pidset_add(met, m->pid, m->pps, &place);
		if (found == PIDSET_NO_MEMORY)
			errx(EX_OSERR, "out of memory");
	}
}

static void
make_all(struct stream_out *out, const char *batch, const char *origin,
    uint32_t count)
{
	uint8_t seed[16];
	struct pidset *met;

	random_bytes(seed, sizeof(seed));
	met = pidset_new(seed);
	if (met == NULL)
		err(EX_OSERR, "memory");
	for (uint32_t i = 1; i <= count; i++) {
		struct made m;
		char from[32];
		const char *const fields[KEYS_NCOLUMNS] = {
			[KEYS_PID] = m.pid,
			[KEYS_PPS] = m.pps,
			[KEYS_MEBX_NOW] = PASSWORD_FACTORY,
			[KEYS_MEBX_NEXT] = m.password,
			[KEYS_BATCH] = batch,
			[KEYS_ORIGIN] = origin,
			[KEYS_STATE] = key_state_name(KEY_NEW),
			[KEYS_FROM] = from,
		};

		make_pair(&m, met, i);
		random_password(m.password);
		(void)snprintf(from, sizeof(from), "keys-make:%u", i);
		stream_write(out, fields);
		explicit_bzero(&m, sizeof(m));
	}
	pidset_free(met);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "reveal", no_argument, NULL, 'r' },
		{ 0 },
	};
	const char *batch = NULL, *origin = "keys-make";
	struct stream_out out;
	uint32_t count = 0;
	bool reveal = false;
	int ch;

	stage_begin("[-r] -b batch [-o origin] -n count", EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "b:n:o:r", longopts)) != -1)
		switch (ch) {
		case 'b':
			batch = option_batch("-b", optarg);
			break;
		case 'n':
			count =
			    (uint32_t)stage_number("-n", optarg, 1, KEYS_MAX);
			break;
		case 'o':
			origin = option_text("-o", optarg);
			break;
		case 'r':
			reveal = true;
			break;
		default:
			stage_usage();
		}
	if (batch == NULL || count == 0 || optind != argc)
		stage_usage();
	stage_confine();
	stream_begin(&out, &kind_keys, reveal);
	make_all(&out, batch, origin, count);
	stream_end(&out, 0);
	return stage_end();
}
