#include "report/report_formats.h"

#include <string.h>

#include "lib/outputs.h"
#include "report/columns.h"
#include "report/schema.h"
#include "report/totals.h"

/* {"uuid":"...", after the first a comma. */
static void
json_member(FILE *f, bool first, const char *name, enum column_type type,
    const char *value)
{
	(void)fputs(first ? "{\"" : ",\"", f);
	(void)fputs(name, f);
	(void)fputs("\":", f);
	output_json_field(f, type, value);
}

static void
json_machine(FILE *f, const struct machine *m)
{
	for (size_t i = 0; i < report_ncolumns; i++) {
		const struct report_column *c = &report_columns[i];

		if ((c->in & IN_JSON) == 0)
			continue;
		json_member(f, i == 0, report_column_name(c),
		    report_column_type(c), report_column_value(c, m));
	}
	(void)fputs("}", f);
}

static void
json_batch(FILE *f, const struct batch *b)
{
	(void)fputs("{\"batch\":", f);
	output_json(f, b->name);
	for (int i = BATCHES_NEW; i < BATCHES_NCOLUMNS; i++)
		(void)fprintf(f, ",\"%s\":%llu", kind_batches.columns[i].name,
		    (unsigned long long)b->keys[i]);
	(void)fputs("}", f);
}

static void
json_claimant(FILE *f, const struct claimant *c)
{
	for (int i = 0; i < CALLERS_NCOLUMNS; i++)
		json_member(f, i == 0, kind_callers.columns[i].name,
		    kind_callers.columns[i].type, c->field[i]);
	(void)fputs("}", f);
}

/* --- the parts -------------------------------------------------------------
 */

static void
write_made_at(FILE *f, const struct fleet *fleet)
{
	output_json(f, fleet->made_at);
}

static void
schema_time(FILE *f)
{
	schema_type(f, COLUMN_TIME);
}

static void
write_cut_short(FILE *f, const struct fleet *fleet)
{
	(void)fputs(fleet->cut != NULL ? "true" : "false", f);
}

static void
schema_flag(FILE *f)
{
	(void)fputs("{\"type\": \"boolean\"}", f);
}

static void
write_why(FILE *f, const struct fleet *fleet)
{
	output_json(f, fleet->cut != NULL ? fleet->cut : "");
}

static void
schema_text(FILE *f)
{
	schema_type(f, COLUMN_TEXT);
}

static void
write_refused_records(FILE *f, const struct fleet *fleet)
{
	(void)fprintf(f, "%llu", (unsigned long long)fleet->refused_records);
}

static void
schema_count(FILE *f)
{
	(void)fputs("{\"type\": \"integer\", \"minimum\": 0}", f);
}

static void
write_totals(FILE *f, const struct fleet *fleet)
{
	(void)fprintf(f, "{\"machines\":%zu", fleet->nmachines);
	for (int s = 0; s < MACHINE_STATES; s++)
		(void)fprintf(f, ",\"%s\":%zu",
		    machine_state_name((enum machine_state)s),
		    fleet->in_state[s]);
	(void)fputc('}', f);
}

static void
schema_totals(FILE *f)
{
	struct column columns[1 + MACHINE_STATES];

	columns[0] = (struct column){ "machines", COLUMN_NUMBER };
	for (int s = 0; s < MACHINE_STATES; s++)
		columns[1 + s] =
		    (struct column){ machine_state_name((enum machine_state)s),
			    COLUMN_NUMBER };
	(void)fputc('{', f);
	schema_object(f, columns, 1 + MACHINE_STATES, NULL);
	(void)fputc('}', f);
}

static void
write_batches(FILE *f, const struct fleet *fleet)
{
	(void)fputc('[', f);
	for (size_t i = 0; i < fleet->nbatches; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_batch(f, &fleet->batches[i]);
	}
	(void)fputc(']', f);
}

static void
schema_batches(FILE *f)
{
	(void)fputc('{', f);
	schema_rows(f, kind_batches.columns, kind_batches.ncolumns, NULL);
	(void)fputc('}', f);
}

/* One machine a line, so that two reports can be compared with diff. */
static void
write_machines(FILE *f, const struct fleet *fleet)
{
	(void)fputc('[', f);
	for (size_t i = 0; i < fleet->nmachines; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_machine(f, &fleet->machines[i]);
	}
	(void)fputc(']', f);
}

static const char *
machine_words(const char *column, size_t i)
{
	if (strcmp(column, "state") == 0 && i < MACHINE_STATES)
		return machine_state_name((enum machine_state)i);
	if (strcmp(column, "status") == 0 && i < FLEET_GROUPS)
		return fleet_group_name((enum fleet_group)i);
	return NULL;
}

static void
schema_machines(FILE *f)
{
	struct column columns[REPORT_COLUMNS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < report_ncolumns; i++) {
		const struct report_column *c = &report_columns[i];

		if ((c->in & IN_JSON) != 0)
			columns[n++] = (struct column){ report_column_name(c),
				report_column_type(c) };
	}
	(void)fputc('{', f);
	schema_rows(f, columns, n, machine_words);
	(void)fputc('}', f);
}

static void
write_unproven(FILE *f, const struct fleet *fleet)
{
	(void)fputc('[', f);
	for (size_t i = 0; i < fleet->nclaimants; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_claimant(f, &fleet->claimants[i]);
	}
	(void)fputc(']', f);
}

static void
schema_unproven(FILE *f)
{
	(void)fputc('{', f);
	schema_rows(f, kind_callers.columns, kind_callers.ncolumns, NULL);
	(void)fputc('}', f);
}

static void
write_dropped_callers(FILE *f, const struct fleet *fleet)
{
	(void)fprintf(f, "%llu", (unsigned long long)fleet->dropped);
}

/* --- totals of batches, profiles and releases ------------------------------
 */

static void
write_by(FILE *f, const struct fleet *fleet, enum totals_by by)
{
	const struct totals *t = &fleet->totals[by];

	(void)fputc('[', f);
	for (size_t i = 0; i < t->n; i++) {
		const struct total *row = t->rows[i];

		(void)fprintf(f, "%s\n{\"%s\":", i != 0 ? "," : "",
		    totals_by_name(by));
		output_json(f, row->name);
		(void)fprintf(f, ",\"machines\":%zu,\"heard\":%zu",
		    row->machines, total_heard(row));
		for (int g = 0; g < FLEET_GROUPS; g++)
			(void)fprintf(f, ",\"%s\":%zu",
			    fleet_group_key((enum fleet_group)g),
			    row->in_group[g]);
		(void)fputc('}', f);
	}
	(void)fputc(']', f);
}

static void
schema_by(FILE *f, enum totals_by by)
{
	struct column columns[3 + FLEET_GROUPS] = {
		{ totals_by_name(by), COLUMN_TEXT },
		{ "machines", COLUMN_NUMBER },
		{ "heard", COLUMN_NUMBER },
	};

	for (int g = 0; g < FLEET_GROUPS; g++)
		columns[3 + g] =
		    (struct column){ fleet_group_key((enum fleet_group)g),
			    COLUMN_NUMBER };
	(void)fputc('{', f);
	schema_rows(f, columns, 3 + FLEET_GROUPS, NULL);
	(void)fputc('}', f);
}

static void
write_by_batch(FILE *f, const struct fleet *fleet)
{
	write_by(f, fleet, TOTALS_BATCH);
}

static void
schema_by_batch(FILE *f)
{
	schema_by(f, TOTALS_BATCH);
}

static void
write_by_profile(FILE *f, const struct fleet *fleet)
{
	write_by(f, fleet, TOTALS_PROFILE);
}

static void
schema_by_profile(FILE *f)
{
	schema_by(f, TOTALS_PROFILE);
}

static void
write_by_release(FILE *f, const struct fleet *fleet)
{
	write_by(f, fleet, TOTALS_RELEASE);
}

static void
schema_by_release(FILE *f)
{
	schema_by(f, TOTALS_RELEASE);
}

/* --- what it is limited to, and the sweeps so far --------------------------
 */

static void
write_limits(FILE *f, const struct fleet *fleet)
{
	const struct fleet_only *only = &fleet->only;
	char since[TEXT_TIME] = "";

	if (only->since != 0)
		text_time(since, only->since);
	(void)fputs("{\"batch\":", f);
	output_json(f, only->batch != NULL ? only->batch : "");
	(void)fputs(",\"since\":", f);
	output_json(f, since);
	(void)fputc('}', f);
}

static void
schema_limits(FILE *f)
{
	static const struct column columns[] = {
		{ "batch", COLUMN_TEXT },
		{ "since", COLUMN_TIME },
	};

	(void)fputc('{', f);
	schema_object(f, columns, sizeof(columns) / sizeof(columns[0]), NULL);
	(void)fputc('}', f);
}

static void
write_runs(FILE *f, const struct fleet *fleet)
{
	(void)fputc('[', f);
	for (size_t n = 0; n < fleet->nruns; n++) {
		(void)fputs(n != 0 ? ",\n" : "\n", f);
		for (int i = 0; i < RUNS_NCOLUMNS; i++)
			json_member(f, i == 0, kind_runs.columns[i].name,
			    kind_runs.columns[i].type, fleet->runs[n].field[i]);
		(void)fputc('}', f);
	}
	(void)fputc(']', f);
}

static void
schema_runs(FILE *f)
{
	(void)fputc('{', f);
	schema_rows(f, kind_runs.columns, kind_runs.ncolumns, NULL);
	(void)fputc('}', f);
}

/* What report.json has, in this order, and what its schema says of that. */
static const struct {
	const char *name;
	void (*write)(FILE *f, const struct fleet *fleet);
	void (*schema)(FILE *f);
} parts[] = {
	{ "made_at", write_made_at, schema_time },
	{ "cut_short", write_cut_short, schema_flag },
	{ "why", write_why, schema_text },
	{ "refused_records", write_refused_records, schema_count },
	{ "totals", write_totals, schema_totals },
	{ "batches", write_batches, schema_batches },
	{ "machines", write_machines, schema_machines },
	{ "unproven", write_unproven, schema_unproven },
	{ "dropped_callers", write_dropped_callers, schema_count },
	{ "by_batch", write_by_batch, schema_by_batch },
	{ "by_profile", write_by_profile, schema_by_profile },
	{ "by_release", write_by_release, schema_by_release },
	{ "limits", write_limits, schema_limits },
	{ "runs", write_runs, schema_runs },
};
#define NPARTS (sizeof(parts) / sizeof(parts[0]))

void
report_json(FILE *f, const struct fleet *fleet)
{
	for (size_t i = 0; i < NPARTS; i++) {
		(void)fprintf(f, "%s\"%s\":", i == 0 ? "{" : ",\n",
		    parts[i].name);
		parts[i].write(f, fleet);
	}
	(void)fputs("}\n", f);
}

void
schema_report(FILE *f)
{
	schema_begin(f, "report", "The machines of a site, and what they need.",
	    "amt-report and amt-sweep, as report.json");
	(void)fputs("\"type\": \"object\",\n\"properties\": {", f);
	for (size_t i = 0; i < NPARTS; i++) {
		(void)fprintf(f, "%s\"%s\": ", i == 0 ? "\n" : ",\n",
		    parts[i].name);
		parts[i].schema(f);
	}
	(void)fputs("},\n\"required\": [", f);
	for (size_t i = 0; i < NPARTS; i++)
		(void)fprintf(f, "%s\"%s\"", i == 0 ? "" : ", ", parts[i].name);
	(void)fputs("],\n\"additionalProperties\": false\n", f);
	schema_end(f);
}
