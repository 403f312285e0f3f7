/*
 * Order and calls: Intel AMT Implementation and Reference Guide, "Setup and
 * Configuration"; class definitions for the ReturnValues.
 */
#include "setup/setup_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "setup/setup_ask.h"
#include "amt/status.h"
#include "base/text.h"

#define LIMIT_MS 15000
#define PULLS_MAX 16

#define SERVICE "AMT_SetupAndConfigurationService"
#define SETTINGS "AMT_GeneralSettings"
#define CLOCK "AMT_TimeSynchronizationService"
#define ACCOUNTS "AMT_AuthorizationService"
#define IDENTITY "CIM_SoftwareIdentity"
#define PACKAGE "CIM_ComputerSystemPackage"

/*
 * How long to wait before each look at a machine that has committed.  It
 * restarts its network, which takes 5 to 30 s; after that the next sweep
 * looks again.
 */
static const int64_t verify_ms[] = { 1000, 2000, 5000, 5000, 10000, 10000,
	7000 };
#define ROUNDS (sizeof(verify_ms) / sizeof(verify_ms[0]))
/* Looks that hang must not make it much more than that. */
#define VERIFY_MS 50000
/* From this round on the setup port is looked at too, whatever was said. */
#define ROUND_BOTH 3

/* --- where a good answer leads ------------------------------------------- */

static enum setup_next
bad_answer(struct setup *s, const char *what)
{
	return setup_end(s, REASON_REPLY_BAD, "%s", what);
}

/* What was lost goes out again on a connection of its own: a kept one may be
 * closed by now, and what is lost twice is given up. */
static enum setup_next
enter_again(struct setup *s, enum setup_state state)
{
	s->fresh = true;
	return setup_enter(s, state);
}

static enum setup_next
commit_or_name(struct setup *s)
{
	struct message_pair changes[SETUP_CHANGES_MAX];

	/* Flash wears out: what is right already is not written again. */
	if (setup_changes(s, changes) != 0)
		return setup_enter(s, PUT_NAMES);
	setup_reached(s, SETUP_NAMED);
	return setup_enter(s, COMMIT);
}

/*
 * With a coupled PasswordModel the network's password has changed with the
 * MEBx's: a 401 now means mebx_next, and admin_next, if an earlier run had set
 * it, may be undone.
 */
static enum setup_next
set_admin(struct setup *s)
{
	size_t now = setup_password(s);
	bool changed = s->mebx_sends != 0 && s->mebx != now;

	if (now == s->admin && !changed)
		return commit_or_name(s);
	if (now == s->admin) {
		trial_begin(s);
		trial_add(s, s->admin);
		trial_add(s, s->mebx);
		return setup_enter(s, CHECK_ADMIN);
	}
	if (changed)
		s->trial =
		    (struct trial){ .order = { now, s->mebx, now }, .n = 3 };
	return setup_enter(s, SET_ADMIN);
}

static enum setup_next
took_state(struct setup *s, struct message *r)
{
	if (message_number(&s->machine_state, r->items, "ProvisioningState") !=
	    0)
		return bad_answer(s, "ProvisioningState is not a number");
	if (message_number(&s->machine_mode, r->items, "ProvisioningMode") != 0)
		s->machine_mode = 0;
	return setup_enter(s, READ_UUID);
}

static void
note(struct setup *s, const char *text)
{
	size_t len = strlen(s->noted);

	(void)snprintf(s->noted + len, sizeof(s->noted) - len, "%s%s",
	    len == 0 ? "" : "; ", text);
}

/* All that a job may wish for: who answers knows the key, is the machine and
 * is in setup. */
static enum setup_next
end_proof(struct setup *s)
{
	if (s->machine_state != STATE_IN)
		return setup_end(s, REASON_STATE_UNEXPECTED,
		    "ProvisioningState %u", (unsigned)s->machine_state);
	setup_reached(s, SETUP_PROVED);
	return setup_end(s, REASON_NONE, "proved");
}

/* The right machine answers: what has it been through? */
static enum setup_next
arrived(struct setup *s)
{
	bool ours = setup_password(s) == s->admin;

	s->proved |= s->route == SETUP_TLS_PSK;
	setup_reached(s, SETUP_REACHED);
	if (s->machine_mode == MODE_CLIENT)
		return setup_end(s, REASON_STATE_UNEXPECTED,
		    "client control mode (ProvisioningMode 4)");
	if (s->job.wish == SETUP_PROVE)
		return end_proof(s);
	if (s->machine_state == STATE_POST && !ours)
		return setup_end(s, REASON_ALREADY_SET_UP,
		    "ProvisioningState 2, with a password that is not the "
		    "planned one");
	if (s->machine_state != STATE_POST &&
	    (s->machine_state != STATE_IN || s->looking))
		return setup_end(s, REASON_STATE_UNEXPECTED,
		    "ProvisioningState %u%s", (unsigned)s->machine_state,
		    s->looking ? " at port 16992" : "");
	if (ours) {
		note(s, "the admin password was set already");
		setup_reached(s, SETUP_ADMIN_SET);
	}
	if (s->machine_state == STATE_IN)
		return setup_enter(s, LIST_VERSION);
	note(s, "found committed");
	s->found = true;
	return setup_enter(s, VERIFY_NAMES);
}

static enum setup_next
same_machine(struct setup *s, const uint8_t uuid[UUID_LEN])
{
	char expected[UUID_TEXT], got[UUID_TEXT], hex[2 * UUID_LEN + 1];

	if (memcmp(uuid, s->job.uuid, UUID_LEN) == 0)
		return arrived(s);
	uuid_format(expected, s->job.uuid);
	uuid_format(got, uuid);
	text_hex(hex, uuid, UUID_LEN);
	if (setup_repeats(s, hex))
		strcpy(got, "another");
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
		return bad_answer(s, "UUID is not base64 of 16 bytes");
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
		return bad_answer(s, "PlatformGUID is not 32 hex digits");
	return same_machine(s, uuid);
}

/* The Server header will do where CIM_SoftwareIdentity does not. */
static enum setup_next
no_version(struct setup *s, enum reason_id reason, const char *what)
{
	if (s->version_known)
		return setup_enter(s, READ_SETTINGS);
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
		return setup_enter(s, READ_SETTINGS);
	}
	if (r->end || *r->context == '\0' ||
	    strlen(r->context) >= sizeof(s->context) ||
	    s->npulls++ == PULLS_MAX)
		return no_version(s, REASON_REPLY_BAD,
		    "no instance is named AMT");
	(void)snprintf(s->context, sizeof(s->context), "%s", r->context);
	s->lost[PULL_VERSION] = 0; /* each pull is another request */
	return setup_enter(s, PULL_VERSION);
}

/* Keeps the whole instance: it goes back with the names put in. */
static enum setup_next
keep_settings(struct setup *s, struct message *r)
{
	const char *realm = message_value(r->items, "DigestRealm");
	unsigned char bytes[18];

	if (realm == NULL || *realm == '\0')
		return bad_answer(s, "no DigestRealm");
	if (setup_digest(s, realm, s->ha1) != 0)
		return bad_answer(s, "DigestRealm is too long");
	(void)EVP_DecodeBlock(bytes, (const unsigned char *)s->ha1, 24);
	text_hex(s->ha1_hex, bytes, 16);
	explicit_bzero(bytes, sizeof(bytes));
	message_free(&s->settings);
	s->settings = *r;
	*r = (struct message){ .store = NULL };
	return SETUP_ASK;
}

static enum setup_next
took_settings(struct setup *s, struct message *r)
{
	if (keep_settings(s, r) == SETUP_END)
		return SETUP_END;
	return setup_enter(s, READ_CLOCK);
}

static enum setup_next
took_clock(struct setup *s, struct message *r)
{
	if (message_number(&s->ta0, r->items, "Ta0") != 0)
		return bad_answer(s, "Ta0 is not a number");
	s->ta0_ms = s->now_ms;
	return s->lost[SET_CLOCK] != 0 ? enter_again(s, SET_CLOCK)
	                               : setup_enter(s, SET_CLOCK);
}

static enum setup_next
took_set_clock(struct setup *s, struct message *r)
{
	(void)r;
	setup_reached(s, SETUP_CLOCK_SET);
	if (s->job.mebx_next[0] != '\0')
		return setup_enter(s, SET_MEBX);
	return set_admin(s);
}

static enum setup_next
took_set_mebx(struct setup *s, struct message *r)
{
	(void)r;
	s->mebx_sends++;
	setup_reached(s, SETUP_MEBX_SET);
	return set_admin(s);
}

/* After SetMEBxPassword without an answer: which password opens now? */
static enum setup_next
took_check_mebx(struct setup *s, struct message *r)
{
	(void)r;
	if (setup_password(s) == s->mebx && s->trial.at != 0) {
		setup_reached(s, SETUP_MEBX_SET);
		return set_admin(s);
	}
	if (s->mebx_sends < 2)
		return enter_again(s, SET_MEBX);
	return setup_give_up(s);
}

/* Reads the settings with admin_next, or what else opens if it does not. */
static enum setup_next
check_admin(struct setup *s)
{
	size_t before = setup_password(s);

	s->admin_sends++;
	trial_begin(s);
	trial_add(s, s->admin);
	trial_add(s, before);
	trial_add(s, s->mebx);
	for (size_t i = 0; i < s->npool; i++)
		trial_add(s, i);
	return setup_enter(s, CHECK_ADMIN);
}

static enum setup_next
took_set_admin(struct setup *s, struct message *r)
{
	(void)r;
	s->why.reason = REASON_NONE;
	return check_admin(s);
}

static enum setup_next
took_check_admin(struct setup *s, struct message *r)
{
	if (keep_settings(s, r) == SETUP_END)
		return SETUP_END;
	if (setup_password(s) == s->admin) {
		setup_reached(s, SETUP_ADMIN_SET);
		return commit_or_name(s);
	}
	if (s->admin_sends < 2)
		return enter_again(s, SET_ADMIN);
	if (s->why.reason != REASON_NONE)
		return setup_give_up(s);
	return setup_end(s, REASON_AUTH_REFUSED,
	    "SetAdminAclEntryEx was accepted twice, and the new password is "
	    "refused");
}

static enum setup_next
took_put_names(struct setup *s, struct message *r)
{
	(void)r;
	setup_reached(s, SETUP_NAMED);
	return setup_enter(s, COMMIT);
}

/* --- after the commit ---------------------------------------------------- */

bool
setup_verifying(const struct setup *s)
{
	return s->state == VERIFY_STATE || s->state == VERIFY_NAMES;
}

/* A machine set up without TLS is on 16992 from now on. */
enum setup_next
setup_verify_later(struct setup *s)
{
	s->state = VERIFY_STATE;
	if (s->round == ROUNDS || s->now_ms - s->verify_from_ms >= VERIFY_MS) {
		if (s->seen_state != UINT32_MAX && s->seen_state != STATE_POST)
			return setup_end(s, REASON_VERIFY_FAILED,
			    "ProvisioningState stays %u",
			    (unsigned)s->seen_state);
		return setup_end(s, REASON_VERIFY_UNREACHED,
		    "not seen again; last: %s",
		    s->best.reason == REASON_REALM_CHANGED ? s->best.detail
		                                           : s->why.detail);
	}
	s->route = SETUP_PLAIN;
	s->fresh = true;
	s->wait_ms = verify_ms[s->round++];
	return SETUP_WAIT;
}

static enum setup_next
verify(struct setup *s)
{
	s->round = 0;
	s->verify_from_ms = s->now_ms;
	s->trial = (struct trial){ .order = { s->admin, s->admin }, .n = 2 };
	return setup_verify_later(s);
}

static enum setup_next
took_commit(struct setup *s, struct message *r)
{
	(void)r;
	s->commits++;
	s->commit_sure = true;
	setup_reached(s, SETUP_COMMITTED);
	return verify(s);
}

static enum setup_next
took_verify_state(struct setup *s, struct message *r)
{
	if (message_number(&s->seen_state, r->items, "ProvisioningState") != 0)
		s->seen_state = UINT32_MAX;
	if (s->seen_state == STATE_POST) {
		setup_reached(s, SETUP_COMMITTED);
		return setup_enter(s, VERIFY_NAMES);
	}
	/* The commit's answer was lost, and so was the commit.  Whoever says so
	 * at the open port, setup is talked under the key alone. */
	if (s->seen_state == STATE_IN && !s->commit_sure && s->commits < 2) {
		s->route = SETUP_TLS_PSK;
		return enter_again(s, COMMIT);
	}
	return setup_verify_later(s);
}

static const char *
shown(const struct message *r, const char *name)
{
	const char *value = message_value(r->items, name);

	return value == NULL ? "" : value;
}

/* DNS names do not differ by case. */
static bool
shows(const struct message *r, const char *name, const char *wanted)
{
	return text_same(shown(r, name), wanted);
}

static enum setup_next
took_verify_names(struct setup *s, struct message *r)
{
	char host[40], domain[80];

	if (shows(r, "HostName", s->job.host) &&
	    shows(r, "DomainName", s->job.domain)) {
		setup_reached(s, SETUP_NAMED);
		setup_reached(s, SETUP_COMMITTED);
		setup_reached(s, SETUP_VERIFIED);
		return setup_end(s, REASON_NONE, "verified");
	}
	return setup_end(s,
	    s->found ? REASON_ALREADY_SET_UP : REASON_VERIFY_FAILED,
	    "HostName is %s, DomainName %s",
	    setup_quote(s, host, sizeof(host), shown(r, "HostName")),
	    setup_quote(s, domain, sizeof(domain), shown(r, "DomainName")));
}

/* --- answers that are not good ------------------------------------------- */

/*
 * A machine on which an earlier run changed the MEBx password may refuse to
 * change it again.  That it was changed is known when a password shows that
 * the run got that far, or when our own request went unanswered.
 */
static bool
mebx_was_set(const struct setup *s, uint32_t code)
{
	size_t now = setup_password(s);

	return s->state == SET_MEBX && code == STATUS_NOT_PERMITTED &&
	    (now == s->admin || now == s->mebx || s->mebx_lost);
}

static enum setup_next
bad_return(struct setup *s, uint32_t code)
{
	char what[120];

	(void)snprintf(what, sizeof(what), "%s returned %u (%s)",
	    setup_now(s)->method, (unsigned)code, status_name(code));
	switch (code) {
	case STATUS_NOT_READY:
	case STATUS_RNG_IN_PROGRESS:
	case STATUS_RNG_NOT_READY:
	case STATUS_CERTIFICATE_NOT_READY:
	case STATUS_GENERATING_KEYS:
	case STATUS_IN_PROGRESS:
		return setup_not_ready(s, what);
	case STATUS_FLASH_LIMIT:
		return setup_end(s, REASON_FLASH_LIMIT, "%s", what);
	default:
		break;
	}
	if (mebx_was_set(s, code)) {
		note(s, "the MEBx password could not be set again");
		return set_admin(s);
	}
	if (s->state == READ_UUID)
		return setup_enter(s, READ_GUID);
	if (s->state != COMMIT || code != STATUS_DATA_MISSING)
		return setup_end(s, REASON_RETURN_CODE, "%s", what);
	/* The planned password opened from the start, so it was never set as
	 * the network's own, which a commit asks for. */
	if (s->admin_sends == 0)
		return setup_enter(s, SET_ADMIN);
	return setup_end(s, REASON_COMMIT_REFUSED, "%s", what);
}

static enum setup_next
soap_fault(struct setup *s, const struct message_fault *fault)
{
	char code[60], text[100], what[170];

	(void)snprintf(what, sizeof(what), "%s: %s",
	    setup_quote(s, code, sizeof(code),
	        *fault->subcode != '\0' ? fault->subcode : fault->code),
	    setup_quote(s, text, sizeof(text),
	        *fault->reason != '\0' ? fault->reason : fault->detail));
	/* The subsystem is not ready yet (WS-Addressing 2004/08, 4). */
	if (strcmp(fault->subcode, "EndpointUnavailable") == 0 &&
	    strcmp(fault->subcode_ns, WSMAN_ADDRESSING) == 0 &&
	    !setup_verifying(s))
		return setup_not_ready(s, what);
	if (s->state == READ_UUID)
		return setup_enter(s, READ_GUID);
	if (s->state == LIST_VERSION || s->state == PULL_VERSION)
		return no_version(s, REASON_SOAP_FAULT, what);
	if (setup_verifying(s) && !s->found) {
		(void)snprintf(s->why.detail, sizeof(s->why.detail), "%s",
		    what);
		return setup_verify_later(s);
	}
	return setup_end(s, REASON_SOAP_FAULT, "%s", what);
}

enum setup_next
setup_answered(struct setup *s, struct message *r)
{
	if (r->fault.set)
		return soap_fault(s, &r->fault);
	if (r->returned && r->return_value != 0 && setup_now(s)->method != NULL)
		return bad_return(s, r->return_value);
	return setup_now(s)->took(s, r);
}

/* --- no answer ----------------------------------------------------------- */

/* Whether the port was at least heard: a machine that restarts its network
 * after a commit closes and refuses, one that is gone is silent. */
static bool
was_turned_away(enum reason_id reason)
{
	return reason == REASON_CONNECT_REFUSED ||
	    reason == REASON_TLS_CLOSED || reason == REASON_TLS_FAILED ||
	    reason == REASON_HTTP_CLOSED;
}

/* Neither port talks.  An earlier run may have been cut off just after its
 * commit, so both get more looks, as far apart as after a commit of ours. */
static enum setup_next
lost_both(struct setup *s)
{
	static const int64_t wait_ms[] = { 2000, 5000 };

	if (s->dropped && s->lost[READ_STATE]++ == 0)
		return SETUP_ASK;
	if (!was_turned_away(s->best.reason) ||
	    !was_turned_away(s->why.reason) ||
	    s->looks == sizeof(wait_ms) / sizeof(wait_ms[0])) {
		s->why = s->best;
		return setup_give_up(s);
	}
	s->looking = false;
	s->route = SETUP_TLS_PSK;
	if (!s->tls_works)
		s->tls = SETUP_TLS_BEST;
	s->best = (struct why){ .reason = REASON_NONE };
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
	    (!s->dropped || s->lost[READ_STATE] != 0)) {
		if (s->job.realm[0] == '\0')
			return leave_plain_port(s);
		s->looking = true;
		s->best = s->why;
		s->route = SETUP_PLAIN;
		trial_begin(s);
		trial_add(s, s->admin);
		return SETUP_ASK;
	}
	return setup_again_once(s);
}

/* The device's clock may have been set: Ta0 is then of no use any more. */
static enum setup_next
lost_set_clock(struct setup *s)
{
	enum setup_next next = setup_again_once(s);

	if (next == SETUP_ASK)
		s->state = READ_CLOCK;
	return next;
}

static enum setup_next
lost_set_mebx(struct setup *s)
{
	size_t now = setup_password(s);

	s->mebx_lost = true;
	s->mebx_sends++;
	trial_begin(s);
	trial_add(s, now);
	trial_add(s, s->mebx);
	return setup_enter(s, CHECK_MEBX);
}

static enum setup_next
lost_commit(struct setup *s)
{
	s->commits++;
	s->commit_sure = false;
	return verify(s);
}

static enum setup_next
lost_verify(struct setup *s)
{
	if (s->found)
		return setup_again_once(s);
	/* The state came on a connection that may be closed by now. */
	if (s->state == VERIFY_NAMES && s->dropped &&
	    s->lost[VERIFY_NAMES]++ == 0)
		return enter_again(s, VERIFY_NAMES);
	/* Perhaps it never committed: then it is where setup is talked. */
	if (s->state == VERIFY_STATE && s->route == SETUP_PLAIN &&
	    (!s->commit_sure || s->round >= ROUND_BOTH)) {
		s->route = SETUP_TLS_PSK;
		s->fresh = true;
		return SETUP_ASK;
	}
	return setup_verify_later(s);
}

const struct step setup_steps[STATES] = {
	[READ_STATE] = { "read-state", SERVICE, NULL, SERVICE, LIMIT_MS, false,
	    ask_get, took_state, lost_first },
	[READ_UUID] = { "read-uuid", SERVICE, "GetUuid", "GetUuid_OUTPUT",
	    LIMIT_MS, false, ask_plain_call, took_uuid, setup_again_once },
	[READ_GUID] = { "read-guid", PACKAGE, NULL, PACKAGE, LIMIT_MS, false,
	    ask_get, took_guid, setup_again_once },
	[LIST_VERSION] = { "list-version", IDENTITY, NULL, "EnumerateResponse",
	    LIMIT_MS, false, ask_enumerate, took_version, setup_again_once },
	[PULL_VERSION] = { "pull-version", IDENTITY, NULL, "PullResponse",
	    LIMIT_MS, false, ask_pull, took_version, setup_again_once },
	[READ_SETTINGS] = { "read-settings", SETTINGS, NULL, SETTINGS, LIMIT_MS,
	    false, ask_get, took_settings, setup_again_once },
	[READ_CLOCK] = { "read-clock", CLOCK, "GetLowAccuracyTimeSynch",
	    "GetLowAccuracyTimeSynch_OUTPUT", LIMIT_MS, false, ask_plain_call,
	    took_clock, setup_again_once },
	[SET_CLOCK] = { "set-clock", CLOCK, "SetHighAccuracyTimeSynch",
	    "SetHighAccuracyTimeSynch_OUTPUT", LIMIT_MS, true, ask_set_clock,
	    took_set_clock, lost_set_clock },
	[SET_MEBX] = { "set-mebx", SERVICE, "SetMEBxPassword",
	    "SetMEBxPassword_OUTPUT", LIMIT_MS, true, ask_set_mebx,
	    took_set_mebx, lost_set_mebx },
	[CHECK_MEBX] = { "check-mebx", SERVICE, NULL, SERVICE, LIMIT_MS, false,
	    ask_get, took_check_mebx, setup_again_once },
	[SET_ADMIN] = { "set-admin", ACCOUNTS, "SetAdminAclEntryEx",
	    "SetAdminAclEntryEx_OUTPUT", LIMIT_MS, true, ask_set_admin,
	    took_set_admin, check_admin },
	[CHECK_ADMIN] = { "check-admin", SETTINGS, NULL, SETTINGS, LIMIT_MS,
	    false, ask_get, took_check_admin, setup_again_once },
	[PUT_NAMES] = { "put-names", SETTINGS, NULL, NULL, LIMIT_MS, false,
	    ask_put_names, took_put_names, setup_again_once },
	[COMMIT] = { "commit", SERVICE, "CommitChanges", "CommitChanges_OUTPUT",
	    LIMIT_MS, true, ask_plain_call, took_commit, lost_commit },
	[VERIFY_STATE] = { "verify-state", SERVICE, NULL, SERVICE, LIMIT_MS,
	    false, ask_get, took_verify_state, lost_verify },
	[VERIFY_NAMES] = { "verify-names", SETTINGS, NULL, SETTINGS, LIMIT_MS,
	    false, ask_get, took_verify_names, lost_verify },
};
