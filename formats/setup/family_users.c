/*
 * family_users - users besides admin: those that the profile lacks are removed,
 * others changed or added, and all are read again (profile.md 3).  The
 * firmware's own, $$ in front, are left alone.
 */
#include "setup/family_users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "amt/status.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define INVALID_HANDLE 2053
#define KERBEROS_LIMIT 2065
#define LOOKS_MAX 8 /* after an answer that got lost, or says so */

static enum setup_next users_took(struct setup *s, struct message *r);
static enum setup_next users_lost(struct setup *s);
static bool users_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next users_compare(struct setup *s);

/* --- requests ------------------------------------------------------------- */

/* Handle, DigestUsername and DigestPassword or KerberosUserSid,
 * AccessPermission, Realms: the order of the class definition. */
static void
ask_user(struct setup *s, struct writer *w)
{
	const struct users *work = s->work;
	const struct user *u = &work->wanted;
	struct message_pair params[40];
	char handle[16], access[16];
	size_t n = 0;

	(void)snprintf(handle, sizeof(handle), "%u", (unsigned)work->handle);
	(void)snprintf(access, sizeof(access), "%u", (unsigned)u->access);
	if (s->step->name[0] != 'a')
		params[n++] =
		    (struct message_pair){ .name = "Handle", .value = handle };
	if (s->step->name[0] != 'r') {
		if (u->sid[0] == '\0') {
			params[n++] =
			    (struct message_pair){ .name = "DigestUsername",
				    .value = u->name };
			params[n++] =
			    (struct message_pair){ .name = "DigestPassword",
				    .value = work->digest };
		} else
			params[n++] =
			    (struct message_pair){ .name = "KerberosUserSid",
				    .value = u->sid };
		params[n++] = (struct message_pair){ .name = "AccessPermission",
			.value = access };
		for (const struct setting_choice *c = setting_realms;
		     c->word != NULL; c++)
			if (u->realms & 1u << strtoul(c->value, NULL, 10))
				params[n++] =
				    (struct message_pair){ .name = "Realms",
					    .value = c->value };
	}
	ask_call(s, w, params, n);
}

#define USERS_STEP                                                             \
	.class = "AMT_AuthorizationService", .expect = EXPECT_RETURN,          \
	.ask = ask_user, .took = users_took, .lost = users_lost,               \
	.refused = users_refused

static const struct setup_step step_add = { .name = "add-",
	.method = "AddUserAclEntryEx",
	USERS_STEP };
static const struct setup_step step_change = { .name = "change-",
	.method = "UpdateUserAclEntryEx",
	USERS_STEP };
static const struct setup_step step_remove = { .name = "remove-",
	.method = "RemoveUserAclEntry",
	USERS_STEP };

/* base64 of MD5(name:realm:password), with the realm that the machine named. */
static bool
users_digest(const struct setup *s, const char *name, const char *password,
    char to[SETUP_DIGEST])
{
	char text[512];
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int n =
	    snprintf(text, sizeof(text), "%s:%s:%s", name, s->realm, password);
	bool ok = n > 0 && (size_t)n < sizeof(text) && s->realm[0] != '\0' &&
	    EVP_Digest(text, (size_t)n, md, &len, EVP_md5(), NULL) == 1;

	if (ok)
		(void)EVP_EncodeBlock((unsigned char *)to, md, 16);
	explicit_bzero(text, sizeof(text));
	explicit_bzero(md, sizeof(md));
	return ok;
}

/* --- what is due ---------------------------------------------------------- */

static bool
users_is_left_alone(const struct user *u)
{
	return strncmp(u->name, "$$", 2) == 0 || strcmp(u->name, "admin") == 0;
}

static const char *
users_name(const struct user *u)
{
	return u->name[0] != '\0' ? u->name : "a SID";
}

/* Is he of the profile? */
static bool
users_is_wanted(const struct setup *s, const struct user *u)
{
	struct user wanted;
	const char *item;

	for (size_t i = 0; (item = setup_item(s, "user", i)) != NULL; i++) {
		family_user_wanted(s, item, &wanted);
		if (strcmp(wanted.name, u->name) == 0 &&
		    strcmp(wanted.sid, u->sid) == 0)
			return true;
	}
	return false;
}

static const struct setting *
users_secret(const struct setup *s)
{
	return family_row(s, "user-password");
}

/* Was the profile's password accepted last, as far as is known? */
static bool
users_password_known(const struct setup *s, const char *item)
{
	return setup_item_value(s, "user-password", item) == NULL ||
	    setup_known(s, users_secret(s), item);
}

/* Realms that it lacks are reported with the user. */
static void
users_tell_realms(struct setup *s, const char *item)
{
	const char *words = family_text(s, "user-realms", item);

	for (const struct setting_choice *c = setting_realms; c->word != NULL;
	     c++)
		if (setting_has_word(words, c->word) &&
		    !setting_realm_in_release(c->word, s->release)) {
			setup_lacks(s, s->row, item);
			return;
		}
}

/* In the order of the profile's words; "none": only what has no word. */
static void
users_realm_words(char *to, size_t cap, uint32_t realms)
{
	size_t len = (size_t)snprintf(to, cap, "none");

	for (const struct setting_choice *c = setting_realms; c->word != NULL;
	     c++)
		if ((realms & 1u << strtoul(c->value, NULL, 10)) != 0 &&
		    len < cap) {
			if (strcmp(to, "none") == 0)
				len = 0;
			len += (size_t)snprintf(to + len, cap - len, "%s%s",
			    len == 0 ? "" : " ", c->word);
		}
}

static void
users_tell(struct setup *s, const char *item, const struct user *have,
    const struct user *wanted)
{
	bool same = have != NULL && have->realms == wanted->realms;
	char realms[512];

	if (have != NULL)
		users_realm_words(realms, sizeof(realms), have->realms);
	if (!same)
		setup_differs(s, s->row, item, have == NULL ? NULL : realms);
	if (have != NULL && have->access != wanted->access)
		setup_differs(s, family_row(s, "user-access"), item,
		    have->access == 0       ? "local"
		        : have->access == 1 ? "network"
		                            : "both");
	if (have != NULL && !users_password_known(s, item))
		setup_differs(s, users_secret(s), item, NULL);
}

/* --- the talk ------------------------------------------------------------- */

/* Some answers only say that the list is another one by now. */
static enum setup_next
users_look(struct setup *s)
{
	struct users *work = s->work;

	if (work->looks++ == LOOKS_MAX)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "its users do not become as they are wanted");
	return family_userlist(s, users_compare);
}

/* As if it had done what it says: all are read again at the end. */
static void
users_update(struct users *work, const struct message *r)
{
	struct user *u = NULL;

	work->fresh = false;
	for (size_t i = 0; i < work->n; i++)
		if (work->list[i].handle == work->handle)
			u = &work->list[i];
	if (u == NULL && work->n < USERS_MAX)
		u = &work->list[work->n++];
	if (u == NULL)
		return;
	if (work->item == NULL) {
		*u = work->list[--work->n];
		return;
	}
	*u = work->wanted;
	u->handle = work->handle;
	if (work->handle == 0)
		(void)message_number(&u->handle, r->items, "Handle");
}

static enum setup_next
users_took(struct setup *s, struct message *r)
{
	struct users *work = s->work;
	const struct setting *secret = users_secret(s);

	if (work->item == NULL)
		setup_changed(s, family_row(s, "user-others"),
		    users_name(&work->wanted), "there");
	else if (work->wanted.sid[0] == '\0')
		setup_sent(s, secret, work->item);
	explicit_bzero(work->digest, sizeof(work->digest));
	users_update(work, r);
	return users_compare(s);
}

static enum setup_next
users_lost(struct setup *s)
{
	struct users *work = s->work;

	work->unsure = work->item == NULL;
	return setup_write_lost(s, users_look);
}

/* 2058: he is there, and is changed instead; 2053: he is no more. */
static bool
users_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct users *work = s->work;
	char text[120];

	if (no->fault != NULL)
		return setup_unsupported(s, no, next);
	if (no->code == STATUS_DUPLICATE || no->code == INVALID_HANDLE) {
		*next = users_look(s);
		return true;
	}
	if ((no->code != STATUS_LIMIT_REACHED && no->code != KERBEROS_LIMIT) ||
	    s->step != &step_add)
		return false;
	work->full[work->wanted.sid[0] != '\0'] = true;
	setup_differs(s, s->row, work->item, NULL);
	(void)snprintf(text, sizeof(text),
	    "user %s: the machine has no room for more users", work->item);
	setup_note(s, text);
	*next = users_look(s);
	return true;
}

static enum setup_next
users_write(struct setup *s, const struct setup_step *step)
{
	struct users *work = s->work;

	if (work->writes++ == 3 * USERS_MAX)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "its users do not become as they are wanted");
	if (step != &step_remove && work->wanted.sid[0] == '\0' &&
	    !users_digest(s, work->item,
	        family_text(s, "user-password", work->item), work->digest))
		return setup_bad_answer(s, "the digest realm is not known");
	return setup_enter(s, step);
}

/* One that the profile lacks, where those are removed; NULL: none. */
static const struct user *
users_other(const struct setup *s)
{
	const struct users *work = s->work;

	for (size_t i = 0; setup_removes_others(s, "user") && i < work->n; i++)
		if (!users_is_left_alone(&work->list[i]) &&
		    !users_is_wanted(s, &work->list[i]))
			return &work->list[i];
	return NULL;
}

static void
users_tell_others(struct setup *s)
{
	const struct users *work = s->work;
	const struct setting *row = family_row(s, "user-others");

	for (size_t i = 0; setup_removes_others(s, "user") && i < work->n;
	     i++) {
		const struct user *u = &work->list[i];

		if (!users_is_left_alone(u) && !users_is_wanted(s, u))
			setup_differs(s, row, users_name(u), "there");
	}
}

/* Entry item of the profile; SETUP_WAIT: nothing is due for it. */
static enum setup_next
users_entry(struct setup *s, const char *item, size_t i)
{
	struct users *work = s->work;
	struct user wanted;
	const struct user *have;

	family_user_wanted(s, item, &wanted);
	have = family_user_find(work, &wanted);
	if (have != NULL && have->access == wanted.access &&
	    have->realms == wanted.realms && users_password_known(s, item)) {
		if (work->fresh && i < USERS_MAX && work->written[i] != 0)
			setup_changed(s, s->row, item, NULL);
		return SETUP_WAIT;
	}
	if (!setup_writes(s)) {
		users_tell(s, item, have, &wanted);
		return SETUP_WAIT;
	}
	if (have == NULL && work->full[wanted.sid[0] != '\0'])
		return SETUP_WAIT;
	if (i >= USERS_MAX || work->written[i]++ == 3)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "user %s does not become as the profile wants", item);
	work->item = item;
	work->wanted = wanted;
	work->handle = have == NULL ? 0 : have->handle;
	return users_write(s, have == NULL ? &step_add : &step_change);
}

/* Removed first, as the machine's lists are short. */
static enum setup_next
users_compare(struct setup *s)
{
	struct users *work = s->work;
	const struct user *other = users_other(s);
	const char *item;
	enum setup_next next;

	if (work->unsure && family_user_find(work, &work->wanted) == NULL)
		setup_changed(s, family_row(s, "user-others"),
		    users_name(&work->wanted), "there");
	work->unsure = false;
	if (!setup_writes(s))
		users_tell_others(s);
	else if (other != NULL) {
		work->item = NULL;
		work->handle = other->handle;
		work->wanted = *other;
		return users_write(s, &step_remove);
	}
	for (size_t i = 0; (item = setup_item(s, "user", i)) != NULL; i++) {
		users_tell_realms(s, item);
		next = users_entry(s, item, i);
		if (next != SETUP_WAIT)
			return next;
	}
	if (!work->fresh)
		return users_look(s);
	return setup_applied(s);
}

enum setup_next
family_users(struct setup *s)
{
	if (!family_use_begin(s, sizeof(struct users)))
		return SETUP_END;
	setup_counted(s, &step_add)->lost = 0;
	setup_counted(s, &step_change)->lost = 0;
	setup_counted(s, &step_remove)->lost = 0;
	return family_userlist(s, users_compare);
}
