#ifndef FAMILIES_H
#define FAMILIES_H

/*
 * families - a conversation about settings of the table, with a machine that
 * answers as the input says; for the fuzz targets of the families.
 *
 * The profile is made from the table, so a new row is asked for too.  The input
 * answers the requests one after the other: a byte says how (as it should be, a
 * fault, a code, raw bytes), and for each instance how many properties, which
 * of a list of names, and with which values.  When it is used up all is empty.
 *
 * Whatever the machine lists, returns and refuses must end the conversation
 * within a bounded number of requests, and neither what it tells nor what it
 * found may hold a secret.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setup/setting.h"
#include "setup/settings.h"
#include "setup/setup.h"
#include "setup/setup_way.h"

#include "families_machine.h"

#define ASKS_MAX 3000

/* SECRET is a password of every job, whether or not its profile has it. */
static const struct setup_job job = { .uuid = { 1, 2, 3, 4 },
	.host = "pc-0001",
	.domain = "example.com",
	.ntries = 1,
	.tries = { SECRET },
	.admin_next = "Next-admin-3",
	.attempt = 1 };

/* --- the profile ---------------------------------------------------------- */

/* The first of these that the row takes is asked for. */
static const char *const texts[] = { "one", "example.com", "EXAMPLE.COM",
	"S-1-5-21-1-2-3-4", "AAECAwQFBgcICQoLDA0ODw==", certs.root };
#define NTEXTS (sizeof(texts) / sizeof(texts[0]))

/* NULL: none will do. */
static const char *
value_of(const struct setting *row, char *to, size_t cap, bool second)
{
	const char *value = target.wish == NULL ? NULL : target.wish(row);
	struct fault f;

	if (value != NULL)
		return value;
	if (row->choices != NULL)
		return row->choices[second && row->choices[1].word != NULL]
		    .word;
	if (row->type == SETTING_SWITCH)
		return second ? "off" : "on";
	if (row->type == SETTING_NUMBER) {
		(void)snprintf(to, cap, "%u",
		    (unsigned)(second ? row->most : row->least));
		return to;
	}
	if (row->secret && row->type != SETTING_BASE64)
		return SECRET;
	if (row->refers != NULL)
		return second ? "two" : "one";
	for (size_t i = 0; value == NULL && i < NTEXTS; i++)
		if (setting_check(row, texts[i], &f) == 0)
			value = texts[i];
	return value;
}

/* No profile has a user with both: one has a password, the other a SID. */
static bool
fits(const struct setting *row, const char *item)
{
	return strcmp(row->name,
	           strcmp(item, "one") == 0 ? "user-sid" : "user-password") !=
	    0;
}

static void
ask_for(struct settings *s, const struct setting *row, const char *item,
    bool second)
{
	char text[32];
	const char *value = value_of(row, text, sizeof(text), second);
	struct fault f;

	if (value != NULL && fits(row, item) &&
	    setting_check(row, value, &f) == 0)
		(void)settings_add(s, row->name, item, value, &f);
}

/* Rows whose names begin alike are asked for together, or left out: by a bit
 * of without. */
static bool
is_without(const struct setting *row, uint8_t without)
{
	unsigned sum = 0;

	for (const char *at = row->name; *at != '\0' && *at != '-'; at++)
		sum += (unsigned char)*at;
	return (without >> sum % 8 & 1) != 0;
}

/* A bit of how says which value a row gets, and of a list's second entry
 * whether it has what is not required. */
static void
ask_for_all(struct settings *s, uint8_t how, uint8_t without,
    bool (*wants)(const struct setting *row))
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		bool second = (how >> i % 8 & 1) != 0;

		if (row->own != NULL || is_without(row, without) ||
		    (wants != NULL && !wants(row)))
			continue;
		ask_for(s, row, row->list != NULL ? "one" : "", second);
		if (row->list != NULL && (row->required || second))
			ask_for(s, row, "two", !second);
	}
}

/* --- what must hold ------------------------------------------------------- */

static void
check_text(const char *text)
{
	if (strstr(text, SECRET) != NULL ||
	    strstr(text, job.admin_next) != NULL)
		abort();
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20)
			abort();
}

static void
check_findings(struct setup *s)
{
	const struct setup_finding *f;

	while ((f = setup_finding(s)) != NULL) {
		const struct setting *row = NULL;

		for (size_t i = 0; i < setting_count; i++)
			if (strcmp(setting_table[i].name, f->setting) == 0)
				row = &setting_table[i];
		if (row == NULL ||
		    (row->secret &&
		        (f->wanted[0] != '\0' || f->found[0] != '\0')))
			abort();
		check_text(f->item);
		check_text(f->wanted);
	}
}

/* A machine that is set up: what is wanted of it. */
static void
is_managed(struct setup_job *j, unsigned which)
{
	static const enum setup_wish wishes[] = { SETUP_KEEP, SETUP_CHECK,
		SETUP_UNPROVISION, SETUP_UNPROVISION_PARTIAL };

	j->way = &setup_way_managed;
	j->wish = wishes[which - 1];
	(void)snprintf(j->realm, sizeof(j->realm), "%s", REALM);
	state = "2";
}

/* The whole of it, about the rows that wants is for; NULL: all. */
static int
fuzz_families(const uint8_t *data, size_t size,
    bool (*wants)(const struct setting *row))
{
	struct cursor c = { .base = data, .len = size };
	struct settings settings = { .profile = "all" };
	struct setup_job j = job;
	struct setup_ask ask;
	struct setup_reply r, *in = NULL;
	enum setup_next next;
	int64_t wait_ms = 0, now_ms = 0;
	uint8_t how = 0, without = 0, way = 0;
	unsigned turns = 0;
	struct setup *s;

	certs_begin();
	nkept = 0;
	if (size >= 3) {
		how = cursor_u8(&c);
		without = cursor_u8(&c);
		way = cursor_u8(&c);
	}
	state = "1";
	if (way % 5 != 0)
		is_managed(&j, way % 5);
	ask_for_all(&settings, how, without, wants);
	j.settings = &settings;
	j.consoles[0] = target.console;
	j.nconsoles = target.console != NULL;
	s = setup_new(&j);
	while (s != NULL &&
	    (next = setup_step(s, in, FUZZ_NOW, now_ms, &ask, &wait_ms)) !=
	        SETUP_END) {
		in = NULL;
		if (++turns > ASKS_MAX)
			abort();
		now_ms += next == SETUP_WAIT ? wait_ms : 10;
		if (next == SETUP_SIGN)
			next_signature(&c, s);
		if (next != SETUP_ASK)
			continue;
		r = next_reply(&c, &ask);
		if (target.replied != NULL)
			target.replied(&ask, &r, &c);
		in = &r;
	}
	if (s != NULL) {
		check_text(setup_detail(s));
		check_findings(s);
	}
	setup_free(s);
	settings_free(&settings);
	return 0;
}

#endif
