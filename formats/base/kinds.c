#include "base/kinds.h"

#include <string.h>

const struct kind kind_keys = { "keys", 2, true, KEYS_NCOLUMNS,
	{ { "pid", false }, { "pps", true }, { "mebx_now", true },
	    { "mebx_next", true }, { "batch", false }, { "origin", false },
	    { "state", false }, { "note", false }, { "from", false } } };

const struct kind kind_map = { "map", 1, true, MAP_NCOLUMNS,
	{ { "uuid", false }, { "fqdn", false }, { "source", false },
	    { "seen", false }, { "trust", false }, { "from", false } } };

const struct kind kind_hello = { "hello", 1, false, HELLO_NCOLUMNS,
	{ { "received", false }, { "address", false }, { "uuid", false },
	    { "version", false }, { "creds_set", false }, { "retries", false },
	    { "pid", false }, { "hashes", false }, { "from", false } } };

const struct kind kind_jobs = { "jobs", 2, true, JOBS_NCOLUMNS,
	{ { "job", false }, { "uuid", false }, { "fqdn", false },
	    { "address", false }, { "auth", false }, { "pid", false },
	    { "pps", true }, { "admin_now", true }, { "admin_next", true },
	    { "mebx_next", true }, { "profile", false }, { "settings", false },
	    { "attempt", false }, { "not_after", false }, { "wish", false },
	    { "realm", false } } };

const struct kind kind_results = { "results", 2, false, RESULTS_NCOLUMNS,
	{ { "job", false }, { "uuid", false }, { "at", false },
	    { "milestone", false }, { "reason", false }, { "detail", false },
	    { "firmware", false }, { "realm", false } } };

const struct kind kind_devices = { "devices", 2, true, DEVICES_NCOLUMNS,
	{ { "uuid", false }, { "fqdn", false }, { "address", false },
	    { "batch", false }, { "pid", false }, { "state", false },
	    { "reason", false }, { "detail", false }, { "attempts", false },
	    { "not_before", false }, { "firmware", false },
	    { "first_heard", false }, { "last_heard", false },
	    { "set_up", false }, { "hellos", false }, { "closes", false } } };

const struct kind kind_callers = { "callers", 1, true, CALLERS_NCOLUMNS,
	{ { "uuid", false }, { "fqdn", false }, { "address", false },
	    { "version", false }, { "pid", false }, { "reason", false },
	    { "detail", false }, { "first_heard", false },
	    { "last_heard", false }, { "hellos", false },
	    { "tries", false } } };

const struct kind kind_strangers = { "strangers", 1, true, STRANGERS_NCOLUMNS,
	{ { "callers", false }, { "dropped", false } } };

const struct kind kind_keystates = { "keystates", 1, true, KEYSTATES_NCOLUMNS,
	{ { "pid", false }, { "batch", false }, { "origin", false },
	    { "note", false }, { "state", false }, { "since", false },
	    { "cause", false }, { "used_by", false } } };

const struct kind kind_history = { "history", 1, true, HISTORY_NCOLUMNS,
	{ { "pid", false }, { "at", false }, { "state", false },
	    { "cause", false } } };

const struct kind kind_batches = { "batches", 1, true, BATCHES_NCOLUMNS,
	{ { "batch", false }, { "new", false }, { "issued", false },
	    { "consumed", false }, { "seen", false }, { "used", false },
	    { "revoked", false } } };

const struct kind kind_listener = { "listener", 1, true, LISTENER_NCOLUMNS,
	{ { "process", false }, { "state", false }, { "since", false },
	    { "at", false }, { "last_hello", false }, { "taken", false },
	    { "refused", false }, { "waiting", false }, { "open", false },
	    { "trouble", false } } };

const struct kind kind_passwords = { "passwords", 1, true, PASSWORDS_NCOLUMNS,
	{ { "uuid", false }, { "fqdn", false }, { "admin", true },
	    { "mebx", true } } };

const struct kind kind_records = { "records", 1, true, RECORDS_NCOLUMNS,
	{ { "stick", false }, { "record", false }, { "pid", false },
	    { "machine", false }, { "state", false }, { "from", false } } };

const struct kind kind_findings = { "findings", 1, false, FINDINGS_NCOLUMNS,
	{ { "what", false }, { "place", false }, { "pid", false },
	    { "number", false }, { "text", false } } };

const struct kind kind_conflicts = { "conflicts", 1, true, CONFLICTS_NCOLUMNS,
	{ { "number", false }, { "reason", false }, { "uuid", false },
	    { "fqdn", false }, { "source", false }, { "seen", false },
	    { "trust", false }, { "counts", false }, { "state", false },
	    { "from", false } } };

const struct kind kind_settlements = { "settlements", 1, true,
	SETTLEMENTS_NCOLUMNS,
	{ { "number", false }, { "at", false }, { "who", false },
	    { "why", false }, { "uuid", false }, { "fqdn", false },
	    { "source", false }, { "undone_at", false },
	    { "undone_by", false } } };

const struct kind kind_sticks = { "sticks", 1, true, STICKS_NCOLUMNS,
	{ { "stick", false }, { "batch", false }, { "records", false },
	    { "taken", false }, { "image", false }, { "made", false },
	    { "collected", false } } };

const struct kind kind_unnamed = { "unnamed", 1, true, UNNAMED_NCOLUMNS,
	{ { "uuid", false }, { "address", false }, { "version", false },
	    { "stirred", false }, { "asked", false } } };

const struct kind kind_lookups = { "lookups", 1, true, LOOKUPS_NCOLUMNS,
	{ { "uuid", false }, { "at", false }, { "reason", false },
	    { "detail", false } } };

static const struct kind *const all[] = { &kind_keys, &kind_map, &kind_hello,
	&kind_jobs, &kind_results, &kind_devices, &kind_batches, &kind_listener,
	&kind_passwords, &kind_keystates, &kind_history, &kind_records,
	&kind_findings, &kind_conflicts, &kind_settlements, &kind_sticks,
	&kind_unnamed, &kind_lookups, &kind_callers, &kind_strangers };

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
		if (k->columns[i].secret)
			return true;
	return false;
}
