/*
 * family_kerberos - AMT_KerberosSettingData (profile.md 3).  The key is never
 * read back, and neither may be what belongs to it: the planner's hash of what
 * was accepted last stands for those.  The firmware ignores the list of
 * algorithms that it is sent, so that is not compared.
 */
#include "setup/family_use.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define CLASS "AMT_KerberosSettingData"

/* In the order of the changes in a Put. */
static const struct {
	const char *setting, *property;
	const char *missing; /* what it means; NULL: that it is not read back */
} fields[] = {
	{ "kerberos", "KrbEnabled", "false" },
	{ "kerberos-realm", "RealmName", "" },
	{ "kerberos-salt", "Salt", NULL },
	{ "kerberos-iterations", "IterationCount", NULL },
	{ "kerberos-key-version", "KeyVersion", "0" },
	{ "kerberos-clock-tolerance", "MaximumClockTolerance", "5" },
};
#define NFIELDS (sizeof(fields) / sizeof(fields[0]))

struct kerberos {
	unsigned puts;
	bool differs[NFIELDS]; /* at first */
	bool unread[NFIELDS];  /* it goes by what was sent */
	char found[NFIELDS][SETTING_VALUE_MAX + 1];
	const struct setting *key; /* the passphrase's row or RC4's, or NULL */
	bool key_sent;
	char version[16]; /* that the new key gets */
};

static bool
kerberos_is_off(const struct setup *s)
{
	const char *on = family_use_wanted(s, "kerberos");

	return on != NULL && strcmp(on, "off") == 0;
}

/* What the machine has of a field; NULL: it is not known, or not wanted. */
static const char *
kerberos_have(const struct setup *s, size_t i)
{
	const char *have = message_value(s->instance.items, fields[i].property);

	return have != NULL && *have != '\0' ? have : fields[i].missing;
}

/* Whether field i differs; what is not read back does when it was not sent. */
static bool
kerberos_differs(const struct setup *s, size_t i)
{
	const struct setting *row = family_row(s, fields[i].setting);
	const char *wanted = family_use_wanted(s, fields[i].setting);
	const char *have = kerberos_have(s, i);

	if (wanted == NULL || (i != 0 && kerberos_is_off(s)))
		return false;
	return have == NULL ? !setup_known(s, row, "")
	                    : !setting_equal(row, have, wanted);
}

static bool
kerberos_key_due(const struct setup *s)
{
	const struct kerberos *work = s->work;

	return work->key != NULL && !work->key_sent &&
	    !setup_known(s, work->key, "");
}

/* --- the request ---------------------------------------------------------- */

/* The key goes out with every change: what the firmware makes of one without
 * it, nobody says.  A new one is one version later, unless the profile knows.
 */
static size_t
kerberos_changes(const struct setup *s, struct message_pair *to)
{
	const struct kerberos *work = s->work;
	size_t n = 0;

	for (size_t i = 0; i < NFIELDS; i++) {
		const char *wanted = family_use_wanted(s, fields[i].setting);

		if (wanted == NULL || (i != 0 && kerberos_is_off(s)))
			continue;
		to[n++] = (struct message_pair){ .name = fields[i].property,
			.value = setting_text(family_row(s, fields[i].setting),
			    wanted) };
	}
	if (work->version[0] != '\0')
		to[n++] = (struct message_pair){ .name = "KeyVersion",
			.value = work->version };
	if (work->key == NULL)
		return n;
	if (strcmp(work->key->name, "kerberos-passphrase") == 0) {
		to[n++] = (struct message_pair){ .name = "MasterKey" };
		to[n++] = (struct message_pair){ .name = "Passphrase",
			.value = family_use_wanted(s, work->key->name) };
		return n;
	}
	to[n++] = (struct message_pair){ .name = "Passphrase" };
	to[n++] = (struct message_pair){ .name = "Salt" };
	to[n++] = (struct message_pair){ .name = "IterationCount" };
	to[n++] = (struct message_pair){ .name = "EncryptionAlgorithm",
		.value = "0" };
	to[n++] = (struct message_pair){ .name = "MasterKey",
		.value = family_use_wanted(s, work->key->name) };
	return n;
}

static void
ask_put_kerberos(struct setup *s, struct writer *w)
{
	struct message_pair changes[NFIELDS + 8];

	ask_put(s, w, changes, kerberos_changes(s, changes));
}

/* --- the talk ------------------------------------------------------------- */

static enum setup_next kerberos_read(struct setup *s);

static enum setup_next
kerberos_took(struct setup *s, struct message *r)
{
	struct kerberos *work = s->work;

	(void)r;
	if (work->key != NULL) {
		setup_sent(s, work->key, "");
		work->key_sent = true;
	}
	for (size_t i = 0; i < NFIELDS; i++)
		if (work->unread[i])
			setup_sent(s, family_row(s, fields[i].setting), "");
	return kerberos_read(s);
}

static enum setup_next
kerberos_lost(struct setup *s)
{
	return setup_write_lost(s, kerberos_read);
}

static const struct setup_step step_put = { .name = "put-",
	.class = CLASS,
	.ask = ask_put_kerberos,
	.took = kerberos_took,
	.lost = kerberos_lost,
	.refused = setup_unsupported };

static void
kerberos_next_version(struct setup *s)
{
	struct kerberos *work = s->work;
	uint32_t version = 0;

	work->version[0] = '\0';
	if (!kerberos_key_due(s) ||
	    family_use_wanted(s, "kerberos-key-version") != NULL)
		return;
	(void)message_number(&version, s->instance.items, "KeyVersion");
	(void)snprintf(work->version, sizeof(work->version), "%" PRIu32,
	    version + 1);
}

/* Answered well, and read back as wanted. */
static enum setup_next
kerberos_done(struct setup *s)
{
	const struct kerberos *work = s->work;

	for (size_t i = 0; work->puts != 0 && i < NFIELDS; i++)
		if (work->differs[i] && !work->unread[i])
			setup_changed(s, family_row(s, fields[i].setting), "",
			    work->found[i]);
	return setup_applied(s);
}

static enum setup_next
kerberos_tell(struct setup *s)
{
	const struct kerberos *work = s->work;

	for (size_t i = 0; i < NFIELDS; i++)
		if (work->differs[i])
			setup_differs(s, family_row(s, fields[i].setting), "",
			    work->found[i]);
	if (kerberos_key_due(s))
		setup_differs(s, work->key, "", NULL);
	return setup_apply_from(s, s->row + 1);
}

/* "off" for false, as the profile has it. */
static void
kerberos_note(struct setup *s, size_t i)
{
	struct kerberos *work = s->work;
	const char *have = kerberos_have(s, i);

	if (i == 0)
		have = family_use_true(have) ? "on" : "off";
	work->differs[i] = true;
	work->unread[i] = have == NULL;
	(void)snprintf(work->found[i], sizeof(work->found[i]), "%s",
	    have == NULL ? "" : have);
}

static enum setup_next
kerberos_compare(struct setup *s)
{
	struct kerberos *work = s->work;
	const char *stays = NULL;

	for (size_t i = 0; i < NFIELDS; i++) {
		if (!kerberos_differs(s, i))
			continue;
		stays = fields[i].property;
		if (work->puts == 0)
			kerberos_note(s, i);
	}
	if (stays == NULL && !kerberos_key_due(s))
		return kerberos_done(s);
	if (!setup_writes(s))
		return kerberos_tell(s);
	if (work->puts++ == 2)
		return family_use_stays(s, stays == NULL ? "the key" : stays,
		    "as it was");
	kerberos_next_version(s);
	return setup_enter(s, &step_put);
}

static enum setup_next
kerberos_lacks(struct setup *s)
{
	if (!kerberos_is_off(s))
		setup_lacks(s, s->row, "");
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
kerberos_read(struct setup *s)
{
	return setup_read(s, CLASS, kerberos_compare, kerberos_lacks);
}

/* The first of the rows that the profile has does it for all. */
enum setup_next
family_kerberos(struct setup *s)
{
	static const char *const keys[] = { "kerberos-passphrase",
		"kerberos-rc4-key" };
	struct kerberos *work;

	for (const struct setting *row = s->rules.table; row < s->row; row++)
		if (row->apply == family_kerberos &&
		    family_use_wanted(s, row->name) != NULL)
			return setup_apply_from(s, s->row + 1);
	if (!family_use_begin(s, sizeof(struct kerberos)))
		return SETUP_END;
	work = s->work;
	for (size_t i = 0; i < 2 && !kerberos_is_off(s); i++)
		if (family_use_wanted(s, keys[i]) != NULL)
			work->key = family_row(s, keys[i]);
	/* The way to a key that the profile has is not in this release. */
	if (work->key == NULL && family_use_wanted(s, "kerberos") != NULL &&
	    !kerberos_is_off(s))
		return kerberos_lacks(s);
	setup_counted(s, &step_put)->lost = 0;
	return kerberos_read(s);
}
