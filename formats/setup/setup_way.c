/*
 * Order: Intel AMT Implementation and Reference Guide, "Setup and
 * Configuration".
 */
#include "setup/setup_way.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "setup/setup_ask.h"
#include "setup/setup_line.h"
#include "setup/setup_pass.h"

#define PULLS_MAX 16

#define IDENTITY "CIM_SoftwareIdentity"
#define PACKAGE "CIM_ComputerSystemPackage"

static enum setup_next took_uuid(struct setup *s, struct message *r);
static enum setup_next took_guid(struct setup *s, struct message *r);
static enum setup_next took_version(struct setup *s, struct message *r);
static enum setup_next took_settings(struct setup *s, struct message *r);
static enum setup_next lost_first(struct setup *s);
static bool uuid_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static bool version_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

const struct setup_step setup_step_state = { .name = "read-state",
	.class = SETUP_SERVICE,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = setup_took_state,
	.lost = lost_first };
static const struct setup_step way_read_uuid = { .name = "read-uuid",
	.class = SETUP_SERVICE,
	.method = "GetUuid",
	.expect = EXPECT_OUTPUT,
	.ask = ask_plain_call,
	.took = took_uuid,
	.lost = setup_again_once,
	.refused = uuid_refused };
static const struct setup_step way_read_guid = { .name = "read-guid",
	.class = PACKAGE,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = took_guid,
	.lost = setup_again_once };
static const struct setup_step way_list_version = { .name = "list-version",
	.class = IDENTITY,
	.expect = EXPECT_BEGUN,
	.ask = ask_enumerate,
	.took = took_version,
	.lost = setup_again_once,
	.refused = version_refused };
static const struct setup_step way_pull_version = { .name = "pull-version",
	.class = IDENTITY,
	.expect = EXPECT_LISTED,
	.relist = setup_learn,
	.ask = ask_pull,
	.took = took_version,
	.lost = setup_part_lost,
	.refused = version_refused };
static const struct setup_step way_read_settings = { .name = "read-settings",
	.class = SETUP_GENERAL,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = took_settings,
	.lost = setup_again_once };

/* One more way in is one more row. */
static const struct setup_way *const ways[] = { &setup_way_psk, &setup_way_pki,
	&setup_way_managed };

const struct setup_way setup_way_psk = { .name = "psk",
	.route = SETUP_TLS_PSK,
	.first = &setup_step_state };

const struct setup_way *
setup_way_find(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i]->name, name) == 0)
			return ways[i];
	return NULL;
}

/* --- who is it ------------------------------------------------------------ */

enum setup_next
setup_took_state(struct setup *s, struct message *r)
{
	if (message_number(&s->machine_state, r->items, "ProvisioningState") !=
	    0)
		return setup_bad_answer(s, "ProvisioningState is not a number");
	if (message_number(&s->machine_mode, r->items, "ProvisioningMode") != 0)
		s->machine_mode = 0;
	if (message_number(&s->password_model, r->items, "PasswordModel") != 0)
		s->password_model = MODEL_SEPARATE;
	return setup_enter(s, &way_read_uuid);
}

static enum setup_next
same_machine(struct setup *s, const uint8_t uuid[UUID_LEN])
{
	char expected[UUID_TEXT], got[UUID_TEXT], hex[2 * UUID_LEN + 1];

	if (memcmp(uuid, s->job.uuid, UUID_LEN) == 0) {
		s->proved |= !setup_is_away(s);
		setup_reached(s, SETUP_REACHED);
		return s->rules.want->arrived(s);
	}
	uuid_format(expected, s->job.uuid);
	uuid_format(got, uuid);
	text_hex(hex, uuid, UUID_LEN);
	if (setup_repeats(s, hex))
		(void)snprintf(got, sizeof(got), "%s", "another");
	return setup_end(s, REASON_UUID_MISMATCH,
	    "the hello came from %s, here answers %s", expected, got);
}

/* base64 of the 16 bytes in SMBIOS order. */
static enum setup_next
took_uuid(struct setup *s, struct message *r)
{
	const char *text = message_value(r->items, "UUID");
	unsigned char bytes[18]; /* with two for the padding */

	if (text != NULL)
		text += strspn(text, " \t\r\n");
	if (text == NULL || strcspn(text, " \t\r\n") != 24 ||
	    memcmp(text + 22, "==", 2) != 0 ||
	    EVP_DecodeBlock(bytes, (const unsigned char *)text, 24) != 18)
		return setup_bad_answer(s, "UUID is not base64 of 16 bytes");
	return same_machine(s, bytes);
}

/* 32 hex digits in SMBIOS order. */
static enum setup_next
took_guid(struct setup *s, struct message *r)
{
	const char *text = message_value(r->items, "PlatformGUID");
	uint8_t uuid[UUID_LEN];
	size_t len;

	if (text == NULL || text_unhex(uuid, sizeof(uuid), &len, text) != 0 ||
	    len != sizeof(uuid))
		return setup_bad_answer(s, "PlatformGUID is not 32 hex digits");
	return same_machine(s, uuid);
}

/* Where there is no such method the package knows. */
static bool
uuid_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)no;
	*next = setup_enter(s, &way_read_guid);
	return true;
}

/* --- what else must be known ---------------------------------------------- */

enum setup_next
setup_learn(struct setup *s)
{
	s->npulls = 0;
	return setup_enter(s, &way_list_version);
}

/* The Server header will do where CIM_SoftwareIdentity does not. */
static enum setup_next
no_version(struct setup *s, enum reason_id reason, const char *what)
{
	if (s->version_known)
		return setup_enter(s, &way_read_settings);
	return setup_end(s, reason, "%s", what);
}

static enum setup_next
took_version(struct setup *s, struct message *r)
{
	const struct message_node *n;
	const char *id = NULL, *version;

	for (n = r->items; n != NULL; n = n->next) {
		id = message_value(n->first, "InstanceID");
		if (id != NULL && strcmp(id, "AMT") == 0)
			break;
	}
	if (n != NULL) {
		version = message_value(n->first, "VersionString");
		if (version == NULL || !setup_version(s, version))
			return no_version(s, REASON_REPLY_BAD,
			    "VersionString of AMT is no version");
		if (s->version_old)
			return setup_end(s, REASON_VERSION_UNSUPPORTED,
			    "firmware %s", s->firmware);
		return setup_enter(s, &way_read_settings);
	}
	if (r->end || *r->context == '\0' ||
	    strlen(r->context) >= sizeof(s->context) ||
	    s->npulls++ == PULLS_MAX)
		return no_version(s, REASON_REPLY_BAD,
		    "no instance is named AMT");
	(void)snprintf(s->context, sizeof(s->context), "%s", r->context);
	return setup_enter(s, &way_pull_version);
}

static bool
version_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (no->fault == NULL)
		return false;
	*next = no_version(s, REASON_SOAP_FAULT, no->what);
	return true;
}

/* Keeps the whole instance: it goes back with the names put in. */
enum setup_next
setup_keep_realm(struct setup *s, struct message *r)
{
	const char *realm = message_value(r->items, "DigestRealm");
	unsigned char bytes[18];

	if (realm == NULL || *realm == '\0')
		return setup_bad_answer(s, "no DigestRealm");
	if (setup_digest(s, realm, s->ha1) != 0)
		return setup_bad_answer(s, "DigestRealm is too long");
	(void)EVP_DecodeBlock(bytes, (const unsigned char *)s->ha1, 24);
	text_hex(s->ha1_hex, bytes, 16);
	explicit_bzero(bytes, sizeof(bytes));
	setup_keep_instance(s, SETUP_GENERAL, NULL, r);
	return SETUP_ASK;
}

/* Nothing secret has been sent so far, unless it asked for a login. */
static enum setup_next
took_settings(struct setup *s, struct message *r)
{
	const struct setup_way *way = s->rules.way;

	if (setup_keep_realm(s, r) == SETUP_END)
		return SETUP_END;
	if (way->trusts != NULL &&
	    way->trusts(s, message_value(s->instance.items, "DigestRealm")) ==
	        SETUP_END)
		return SETUP_END;
	return setup_begin(s);
}

/* --- no answer at the first step ------------------------------------------ */

/* Whether the port was at least heard: a machine that restarts its network
 * after a commit closes and refuses, one that is gone is silent. */
static bool
was_turned_away(enum reason_id reason)
{
	return reason == REASON_CONNECT_REFUSED ||
	    reason == REASON_TLS_CLOSED || reason == REASON_TLS_FAILED ||
	    reason == REASON_HTTP_CLOSED || reason == REASON_CERT_NOT_ASKED ||
	    reason == REASON_CONSOLE_NONE || reason == REASON_CONSOLE_REFUSED;
}

/* The next of the places where a machine is that has committed. */
static bool
look_further(struct setup *s)
{
	enum setup_route to[SETUP_AFTER_MAX];

	if (s->place >= setup_places(s, to)) /* the release may tell by now */
		return false;
	s->looking = true;
	setup_go_to(s, to[s->place++]);
	if (!s->tls_works) /* its rungs are not those of the other place */
		setup_ladder_begin(s);
	trial_begin(s);
	trial_add(s, s->admin);
	return true;
}

/* Neither port talks.  An earlier run may have been cut off just after its
 * commit, so both get more looks, as far apart as after a commit of ours. */
static enum setup_next
lost_both(struct setup *s)
{
	static const int64_t wait_ms[] = { 2000, 5000 };

	if (s->dropped && setup_counted(s, &setup_step_state)->lost++ == 0)
		return SETUP_ASK;
	if (look_further(s))
		return SETUP_ASK;
	if (!was_turned_away(s->best.reason) ||
	    !was_turned_away(s->why.reason) ||
	    s->looks == sizeof(wait_ms) / sizeof(wait_ms[0])) {
		if (s->why.reason != REASON_CONSOLE_REFUSED)
			s->why = s->best;
		return setup_give_up(s);
	}
	s->looking = false;
	s->place = 0;
	setup_go_to(s, s->home);
	if (!s->tls_works)
		setup_ladder_begin(s);
	s->best = (struct setup_why){ .reason = REASON_NONE };
	trial_begin(s);
	for (size_t i = 0; i < s->npool; i++) /* tries, then the planned two */
		trial_add(s, i);
	s->wait_ms = wait_ms[s->looks++];
	return SETUP_WAIT;
}

/* Anyone can answer at the plain port.  Who it is shows only where this
 * setup's key has proved the machine at this address (design.md, 1.6). */
static enum setup_next
leave_plain_port(struct setup *s)
{
	size_t len = strlen(s->why.detail);

	if (s->why.reason == REASON_CERT_NOT_ASKED)
		return setup_give_up(s);
	(void)snprintf(s->why.detail + len, sizeof(s->why.detail) - len,
	    "; port 16992 is not used, as no key has proved who answers "
	    "here: unplug the machine from mains for 15 seconds");
	return setup_give_up(s);
}

/* Refused or closed where setup is talked: an earlier run may have finished,
 * and then the machine is on the other port. */
static enum setup_next
lost_first(struct setup *s)
{
	if (s->looking)
		return lost_both(s);
	if (s->job.attempt > 1 && s->job.wish == SETUP_SET_UP &&
	    (was_turned_away(s->why.reason) ||
	        s->why.reason == REASON_CONNECT_TIMEOUT ||
	        s->why.reason == REASON_TLS_TIMEOUT) &&
	    (!s->dropped || setup_counted(s, &setup_step_state)->lost != 0)) {
		if (s->job.realm[0] == '\0')
			return leave_plain_port(s);
		s->best = s->why;
		if (look_further(s))
			return SETUP_ASK;
	}
	if (s->why.reason == REASON_TLS_CLOSED && !s->tls_works &&
	    s->closed < s->rules.way->closed_times) {
		s->closed++;
		s->best = (struct setup_why){ .reason = REASON_NONE };
		setup_ladder_begin(s);
		s->wait_ms = s->rules.way->closed_ms;
		return SETUP_WAIT;
	}
	return setup_again_once(s);
}
