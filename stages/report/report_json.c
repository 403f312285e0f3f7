#include "report/report_formats.h"

#include "lib/outputs.h"
#include "report/columns.h"

/* {"uuid":"...", after the first a comma. */
static void
json_member(FILE *f, bool first, const char *name, enum column_type type,
    const char *value)
{
	(void)fprintf(f, "%c\"%s\":", first ? '{' : ',', name);
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

/* One machine a line, so that two reports can be compared with diff. */
void
report_json(FILE *f, const struct fleet *fleet)
{
	(void)fprintf(f,
	    "{\"made_at\":\"%s\",\n\"cut_short\":%s,\n\"why\":", fleet->made_at,
	    fleet->cut != NULL ? "true" : "false");
	output_json(f, fleet->cut != NULL ? fleet->cut : "");
	(void)fprintf(f,
	    ",\n\"refused_records\":%llu,\n\"totals\":{"
	    "\"machines\":%zu",
	    (unsigned long long)fleet->refused_records, fleet->nmachines);
	for (int s = 0; s < MACHINE_STATES; s++)
		(void)fprintf(f, ",\"%s\":%zu",
		    machine_state_name((enum machine_state)s),
		    fleet->in_state[s]);
	(void)fputs("},\n\"batches\":[", f);
	for (size_t i = 0; i < fleet->nbatches; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_batch(f, &fleet->batches[i]);
	}
	(void)fputs("],\n\"machines\":[", f);
	for (size_t i = 0; i < fleet->nmachines; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_machine(f, &fleet->machines[i]);
	}
	(void)fputs("],\n\"unproven\":[", f);
	for (size_t i = 0; i < fleet->nclaimants; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_claimant(f, &fleet->claimants[i]);
	}
	(void)fprintf(f, "],\n\"dropped_callers\":%llu}\n",
	    (unsigned long long)fleet->dropped);
}
