#include "map/maptell.h"

#include <stdio.h>
#include <string.h>

#include "base/hostname.h"
#include "lib/stage.h"

void
maptell_row(struct maptell *t, const struct maprow *said)
{
	if (said->has_uuid)
		t->norders[uuid_order(said->uuid)]++;
	if (said->how & HOSTNAME_COMPLETED)
		t->ncompleted++;
	if ((said->how & HOSTNAME_IDNA) && t->nidna++ == 0)
		memcpy(t->idna, said->fqdn, sizeof(t->idna));
}

void
maptell_pair(struct maptell *t, const uint8_t spelled[UUID_LEN],
    const char *uuid, const char *fqdn)
{
	struct maptell_example *e = &t->example[t->nexamples];

	if (stage_verbose()) /* nobody else is told of them */
		sharednames_add(&t->names, fqdn, spelled);
	if (t->nexamples == MAPTELL_EXAMPLES)
		return;
	uuid_format(e->spelled, spelled);
	(void)snprintf(e->uuid, UUID_TEXT, "%s", uuid);
	(void)snprintf(e->fqdn, DOMAIN_TEXT, "%s", fqdn);
	t->nexamples++;
}

bool
maptell_swapped(const struct maptell *t)
{
	return t->norders[UUID_SWAPPED] != 0 && t->norders[UUID_PLAIN] == 0;
}

void
maptell_passwords(const struct maptell *t, uint32_t file,
    const struct mapcols *m)
{
	if (m->passwords[0] == '\0')
		return;
	stage_say(t->file[file].name, 0,
	    "warning: passwords are not read from an inventory (%s): the MEBx "
	    "password of a machine belongs into the key list, admin passwords "
	    "are made here",
	    m->passwords);
}

static const char *
separator_name(char c)
{
	return c == ';' ? "semicolons" : c == '\t' ? "tabs" : "commas";
}

static void
tell_file(const struct maptell_file *file, const struct mapcols *m)
{
	unsigned long long nrows = file->nrows, nrefused = file->nrefused;

	if (file->dmidecode) {
		stage_say(file->name, 0,
		    "%s, text of dmidecode; machines: %llu; refused: %llu",
		    encoding_name(file->encoding), nrows, nrefused);
		return;
	}
	stage_say(file->name, 0, "%s, separated by %s%s; %s",
	    encoding_name(file->encoding), separator_name(file->separator),
	    m->header ? "" : ", no header row", m->found);
	stage_say(file->name, 0, "rows: %llu; refused: %llu", nrows, nrefused);
	if (m->ignored[0] != '\0')
		stage_say(file->name, 0, "columns ignored: %s", m->ignored);
}

/* The guess, and what it rests on. */
static void
tell_order(const struct maptell *t)
{
	unsigned long long plain = t->norders[UUID_PLAIN],
	                   swapped = t->norders[UUID_SWAPPED],
	                   both = t->norders[UUID_EITHER];
	const struct maptell_example *e = &t->example[0];

	if (maptell_swapped(t) && t->nexamples != 0)
		stage_say("map", 0,
		    "byte order of the UUIDs: swapped (%llu show it, %llu "
		    "could be either); %s is read as %s; a machine's hello "
		    "settles it",
		    swapped, both, e->spelled, e->uuid);
	else if (plain == 0 || swapped != 0)
		stage_say("map", 0,
		    "byte order of the UUIDs: taken as written (%llu show it, "
		    "%llu look swapped, %llu could be either); a machine's "
		    "hello settles it",
		    plain, swapped, both);
	else
		stage_say("map", 0,
		    "byte order of the UUIDs: as written (%llu show it, %llu "
		    "could be either)",
		    plain, both);
}

static void
tell_names(const struct maptell *t)
{
	if (t->ncompleted != 0)
		stage_say("map", 0, "names completed by --domain: %llu",
		    (unsigned long long)t->ncompleted);
	if (t->nidna != 0)
		stage_say("map", 0,
		    "names beyond ASCII, written as IDNA has them: %llu (such "
		    "as %s)",
		    (unsigned long long)t->nidna, t->idna);
	if (t->names.nshared != 0)
		stage_say("map", 0,
		    "warning: names that several UUIDs have: %llu (such as "
		    "%s); are these models or domains? --columns says which "
		    "column has the machine's name",
		    (unsigned long long)t->names.nshared, t->names.example);
	for (size_t i = 0; i < t->nexamples; i++)
		stage_say("map", 0, "for example: %s is %s", t->example[i].uuid,
		    t->example[i].fqdn);
}

/* What a person can do, by what is wrong. */
static const char *const advice[MAPCSV_CAUSES] = {
	[MAPCSV_FINE] = "lines that are no rows of text: save the file anew as "
	                "CSV UTF-8, or name its --encoding",
	[MAPCSV_FIELDS] = "rows with too many or too few fields: quote values "
	                  "that have the separator in them",
	[MAPCSV_NO_UUID] = "rows without a UUID: run the inventory on these "
	                   "machines again",
	[MAPCSV_UUID] =
	    "UUIDs that cannot be read: correct them, or name the right "
	    "column with --columns uuid=...",
	[MAPCSV_UUID_BAD] = "UUIDs that many boards share: have the maker's "
	                    "tool write one, see uuid(5)",
	[MAPCSV_NO_NAME] = "rows without a name or resource: complete the "
	                   "inventory",
	[MAPCSV_NO_DOMAIN] = "names without a domain: give it with --domain",
	[MAPCSV_NAME] = "names that no host can have: correct them, or name "
	                "the right column with --columns fqdn=...",
};

static void
tell_advice(const struct maptell *t)
{
	for (size_t i = 0; i < MAPCSV_CAUSES; i++)
		if (t->ncauses[i] != 0)
			stage_say("to do", 0, "%llu %s",
			    (unsigned long long)t->ncauses[i], advice[i]);
	if (t->count.nunnamed != 0)
		stage_say("to do", 0,
		    "%llu UUIDs whose resource is not in the other file: "
		    "export both on the same day",
		    (unsigned long long)t->count.nunnamed);
}

void
maptell_all(const struct maptell *t, const struct mapcols *cols,
    uint32_t nfiles)
{
	const struct mapjoin_count *c = &t->count;

	for (uint32_t i = 0; i < nfiles; i++)
		tell_file(&t->file[i], &cols[i]);
	stage_say("map", 0,
	    "UUIDs with a name%s: %llu; without: %llu; given twice: %llu; "
	    "names whose resource has no UUID: %llu",
	    t->joined ? " by way of the resource" : "",
	    (unsigned long long)c->npairs, (unsigned long long)c->nunnamed,
	    (unsigned long long)c->ndoubles, (unsigned long long)c->nunused);
	tell_order(t);
	tell_names(t);
	tell_advice(t);
}
