/*
 * report-metrics - how many machines are in which state, and why, and how many
 * keys are left: in the text format of Prometheus.
 * Source: Prometheus, "Exposition formats", version 0.0.4.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/reason.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "report/fleet.h"

struct metrics_in {
	struct fleet fleet;
	bool devices, batches;
};

static void
metrics_read(int fd, const char *name, void *arg)
{
	static const struct kind *const usual[] = { &kind_devices,
		&kind_batches, &kind_certificates };
	struct metrics_in *m = arg;
	struct stream_in in;
	struct record r;
	struct fault f;
	int got;

	stream_open(&in, fd, name);
	while ((got = stream_header(&in)) == 1) {
		stream_require(&in, usual, 3);
		m->devices |= in.kind == &kind_devices;
		m->batches |= in.kind == &kind_batches;
		while ((got = stream_next(&in, &r)) == 1)
			if (fleet_add(&m->fleet, &r, &f) == -1)
				stage_refuse(name, in.line, "%s", f.why);
		if (got == -1)
			break;
	}
	if (got == -1) /* said by the reader */
		exit(stage_status(EX_DATAERR));
	stream_close(&in);
}

static void
metric_begin(const char *name, const char *help)
{
	(void)printf("# HELP amtbatch_%s %s\n# TYPE amtbatch_%s gauge\n", name,
	    help, name);
}

/* A label's value: only these three have to be escaped. */
static void
label_write(const char *value)
{
	for (; *value != '\0'; value++)
		if (*value == '\n')
			(void)fputs("\\n", stdout);
		else if (*value == '\\' || *value == '"')
			(void)printf("\\%c", *value);
		else
			(void)putchar(*value);
}

/* Every state, group and reason has its line, also without a machine: so that
 * an alert ends. */
static void
machines_write(const struct fleet *fleet)
{
	static size_t of_reason[REASON_COUNT];

	metric_begin("machines", "Machines of the site by their state.");
	for (int s = 0; s < MACHINE_STATES; s++)
		(void)printf("amtbatch_machines{state=\"%s\"} %zu\n",
		    machine_state_name((enum machine_state)s),
		    fleet->in_state[s]);
	metric_begin("machines_group",
	    "Machines of the site by what has to be done.");
	for (int g = 0; g < FLEET_GROUPS; g++)
		(void)printf("amtbatch_machines_group{group=\"%s\"} %zu\n",
		    fleet_group_name((enum fleet_group)g), fleet->in_group[g]);
	for (size_t i = 0; i < fleet->nmachines; i++)
		of_reason[fleet->machines[i].reason]++;
	metric_begin("machines_reason",
	    "Machines of the site that have this reason (amt-explain).");
	for (int r = REASON_NONE + 1; r < REASON_COUNT; r++)
		(void)printf("amtbatch_machines_reason{reason=\"%s\"} %zu\n",
		    reason_get((enum reason_id)r)->code, of_reason[r]);
}

static void
keys_write(const struct fleet *fleet)
{
	static const struct {
		int column;
		const char *name;
	} states[] = {
		{ BATCHES_NEW, "new" },
		{ BATCHES_ISSUED, "issued" },
		{ BATCHES_CONSUMED, "consumed" },
		{ BATCHES_SEEN, "seen" },
		{ BATCHES_USED, "used" },
		{ BATCHES_REVOKED, "revoked" },
	};

	metric_begin("keys",
	    "Keys of a batch by their state; new ones and "
	    "issued ones are left.");
	for (size_t i = 0; i < fleet->nbatches; i++)
		for (size_t s = 0; s < sizeof(states) / sizeof(states[0]);
		     s++) {
			(void)fputs("amtbatch_keys{batch=\"", stdout);
			label_write(fleet->batches[i].name);
			(void)printf("\",state=\"%s\"} %" PRIu64 "\n",
			    states[s].name,
			    fleet->batches[i].keys[states[s].column]);
		}
}

static void
certificates_write(const struct fleet *fleet)
{
	int64_t first = 0;

	for (size_t i = 0; i < fleet->ncertificates; i++)
		if (first == 0 || fleet->certificates[i].until < first)
			first = fleet->certificates[i].until;
	metric_begin("certificates",
	    "Certificates that machines were given and that are in force.");
	(void)printf("amtbatch_certificates %zu\n", fleet->ncertificates);
	if (first == 0)
		return;
	metric_begin("certificate_end_time_seconds",
	    "When the first of the machines' certificates ends.");
	(void)printf("amtbatch_certificate_end_time_seconds %" PRId64 "\n",
	    first);
}

int
main(int argc, char *argv[])
{
	static struct metrics_in m;

	stage_begin("[file ...]", MAY_READ_FILES);
	while (stage_getopt(argc, argv, "", NULL) != -1)
		stage_usage();
	stage_confine();
	text_time(m.fleet.made_at, clock_seconds());
	stage_each_input(argc, argv, metrics_read, &m);
	if (!m.devices || !m.batches)
		stage_fail(EX_DATAERR,
		    optind < argc ? argv[argc - 1] : "<stdin>", 0,
		    "no stream @%s", m.devices ? "batches" : "devices");
	machines_write(&m.fleet);
	keys_write(&m.fleet);
	certificates_write(&m.fleet);
	fleet_free(&m.fleet);
	return stage_end();
}
