#include "base/kinds.h"

#include <string.h>

static const struct kind *const all[] = { &kind_keys, &kind_map, &kind_hello,
	&kind_chains, &kind_settings, &kind_jobs, &kind_results, &kind_devices,
	&kind_batches, &kind_listener, &kind_passwords, &kind_keystates,
	&kind_history, &kind_records, &kind_findings, &kind_conflicts,
	&kind_settlements, &kind_sticks, &kind_unnamed, &kind_lookups,
	&kind_callers, &kind_strangers, &kind_drift, &kind_certificates,
	&kind_events, &kind_checks, &kind_facts, &kind_signing, &kind_signed,
	&kind_handover, &kind_dryrun, &kind_runs };

const struct kind *
kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}

int
kind_column(const struct kind *k, const char *name)
{
	for (size_t i = 0; i < k->ncolumns; i++)
		if (strcmp(k->columns[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool
kind_secret(const struct kind *k)
{
	for (size_t i = 0; i < k->ncolumns; i++)
		if (k->columns[i].type == COLUMN_SECRET)
			return true;
	return false;
}
