/*
 * family_userlist - reads users: EnumerateUserAclEntries from index 1 on until
 * all handles came, and GetUserAclEntryEx of each.  Handles are good for this
 * conversation alone.
 */
#include "setup/family_users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define INVALID_INDEX 35
#define INVALID_HANDLE 2053

static enum setup_next userlist_took(struct setup *s, struct message *r);
static enum setup_next userlist_took_one(struct setup *s, struct message *r);
static bool userlist_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static bool userlist_refused_one(struct setup *s,
    const struct setup_refusal *no, enum setup_next *next);
static enum setup_next userlist_next(struct setup *s);

static void
ask_number(struct setup *s, struct writer *w, const char *name, uint32_t n)
{
	char text[16];
	const struct message_pair param = { .name = name, .value = text };

	(void)snprintf(text, sizeof(text), "%u", (unsigned)n);
	ask_call(s, w, &param, 1);
}

static void
ask_handles(struct setup *s, struct writer *w)
{
	const struct users *work = s->work;

	ask_number(s, w, "StartIndex", (uint32_t)work->n + 1);
}

static void
ask_user(struct setup *s, struct writer *w)
{
	const struct users *work = s->work;

	ask_number(s, w, "Handle", work->list[work->at].handle);
}

static const struct setup_step step_list = { .name = "list-",
	.class = "AMT_AuthorizationService",
	.method = "EnumerateUserAclEntries",
	.expect = EXPECT_OUTPUT,
	.ask = ask_handles,
	.took = userlist_took,
	.lost = setup_again_once,
	.refused = userlist_refused };
static const struct setup_step step_read = { .name = "read-",
	.class = "AMT_AuthorizationService",
	.method = "GetUserAclEntryEx",
	.expect = EXPECT_OUTPUT,
	.ask = ask_user,
	.took = userlist_took_one,
	.lost = setup_again_once,
	.refused = userlist_refused_one };

/* --- the talk ------------------------------------------------------------- */

static enum setup_next
userlist_took(struct setup *s, struct message *r)
{
	struct users *work = s->work;
	size_t before = work->n;
	uint64_t handle;

	if (message_number(&work->total, r->items, "TotalCount") != 0)
		return setup_bad_answer(s, "TotalCount is not a number");
	for (const struct message_node *i = r->items; i != NULL; i = i->next) {
		if (strcmp(i->name, "Handles") != 0)
			continue;
		if (work->n == USERS_MAX ||
		    text_number(&handle, i->value, UINT32_MAX) != 0)
			return setup_bad_answer(s,
			    "more users than we take, or a handle that is not "
			    "a number");
		work->list[work->n++] =
		    (struct user){ .handle = (uint32_t)handle };
	}
	if (work->n < work->total && work->n > before) {
		setup_counted(s, &step_list)->lost = 0;
		return setup_enter(s, &step_list);
	}
	return userlist_next(s);
}

/* The index is behind the last: an empty list, or one that became shorter. */
static bool
userlist_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (no->fault != NULL)
		return setup_unsupported(s, no, next);
	if (no->code != INVALID_INDEX)
		return false;
	*next = userlist_next(s);
	return true;
}

/* Somebody else has removed him just now. */
static bool
userlist_refused_one(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct users *work = s->work;

	if (no->fault != NULL || no->code != INVALID_HANDLE)
		return false;
	work->list[work->at] = work->list[--work->n];
	*next = userlist_next(s);
	return true;
}

static enum setup_next
userlist_took_one(struct setup *s, struct message *r)
{
	struct users *work = s->work;
	struct user *u = &work->list[work->at++];
	const char *name = message_value(r->items, "DigestUsername");
	const char *sid = message_value(r->items, "KerberosUserSid");
	uint64_t realm;

	(void)snprintf(u->name, sizeof(u->name), "%s",
	    name == NULL ? "" : name);
	(void)snprintf(u->sid, sizeof(u->sid), "%s", sid == NULL ? "" : sid);
	(void)message_number(&u->access, r->items, "AccessPermission");
	for (const struct message_node *i = r->items; i != NULL; i = i->next)
		if (strcmp(i->name, "Realms") == 0 &&
		    text_number(&realm, i->value, 31) == 0)
			u->realms |= 1u << realm;
	return userlist_next(s);
}

static enum setup_next
userlist_next(struct setup *s)
{
	struct users *work = s->work;

	if (work->at == work->n) {
		work->fresh = true;
		return s->items.then(s);
	}
	setup_counted(s, &step_read)->lost = 0;
	return setup_enter(s, &step_read);
}

enum setup_next
family_userlist(struct setup *s, setup_then_fn *then)
{
	struct users *work = s->work;

	work->n = work->at = 0;
	s->items = (struct setup_items){ .then = then };
	setup_counted(s, &step_list)->lost = 0;
	return setup_enter(s, &step_list);
}

/* --- wanted and found ----------------------------------------------------- */

static uint32_t
user_realms(const struct setup *s, const char *words)
{
	uint32_t realms = 0;

	for (const struct setting_choice *c = setting_realms; c->word != NULL;
	     c++)
		if (setting_has_word(words, c->word) &&
		    setting_realm_in_release(c->word, s->release))
			realms |= 1u << strtoul(c->value, NULL, 10);
	return realms;
}

void
family_user_wanted(const struct setup *s, const char *item, struct user *to)
{
	const char *sid = setup_item_value(s, "user-sid", item);
	const char *access = setup_item_value(s, "user-access", item);
	uint8_t bytes[SETTING_SID_MAX];
	int len = sid == NULL ? -1 : setting_sid(bytes, sid);

	*to = (struct user){ .access = 1 };
	if (len > 0)
		(void)EVP_EncodeBlock((unsigned char *)to->sid, bytes, len);
	else
		(void)snprintf(to->name, sizeof(to->name), "%s", item);
	for (const struct setting_choice *c = setting_accesses;
	     access != NULL && c->word != NULL; c++)
		if (strcmp(c->word, access) == 0)
			to->access = (uint32_t)strtoul(c->value, NULL, 10);
	to->realms = user_realms(s, family_text(s, "user-realms", item));
}

struct user *
family_user_find(struct users *work, const struct user *wanted)
{
	for (size_t i = 0; i < work->n; i++)
		if (strcmp(work->list[i].name, wanted->name) == 0 &&
		    strcmp(work->list[i].sid, wanted->sid) == 0)
			return &work->list[i];
	return NULL;
}
