/*
 * setup_steps - what an answer to a step means, whatever the step asks.
 */
#include "setup/setup_steps.h"

#include <stdio.h>
#include <string.h>

#include "amt/status.h"
#include "amt/wsman.h"
#include "setup/setup_apply.h"

/* --- does it answer the step? --------------------------------------------- */

static bool
relates(const struct setup *s, const struct message *r)
{
	char id[16];

	(void)snprintf(id, sizeof(id), "%u", (unsigned)s->id);
	return *r->relates_to == '\0' || strcmp(r->relates_to, id) == 0;
}

/* The body's element that the step expects, or "" for any. */
static void
step_answer(const struct setup *s, char *to, size_t cap)
{
	const struct setup_dialect *d = s->rules.dialect;
	const char *name = "", *more = "";

	switch (s->step->expect) {
	case EXPECT_ANYTHING:
		break;
	case EXPECT_INSTANCE:
		name = setup_class(s);
		break;
	case EXPECT_OUTPUT:
	case EXPECT_RETURN:
		name = setup_method(s);
		more = d->output;
		break;
	case EXPECT_BEGUN:
		name = d->begun;
		break;
	case EXPECT_LISTED:
		name = d->listed;
		break;
	}
	(void)snprintf(to, cap, "%s%s", name, more);
}

bool
setup_fits(struct setup *s, const struct message *r)
{
	char got[64], expected[96];

	step_answer(s, expected, sizeof(expected));
	if (!relates(s, r))
		setup_went_wrong(s, REASON_REPLY_BAD,
		    "answer to another message (got RelatesTo %s, expected "
		    "%u)",
		    setup_quote(s, got, sizeof(got), r->relates_to),
		    (unsigned)s->id);
	else if (!r->fault.set && expected[0] != '\0' &&
	    strcmp(r->class, expected) != 0)
		setup_went_wrong(s, REASON_REPLY_BAD,
		    "answer of another kind (got %s, expected %s)",
		    setup_quote(s, got, sizeof(got), r->class), expected);
	else if (!r->fault.set && s->step->expect == EXPECT_RETURN &&
	    !r->returned)
		setup_went_wrong(s, REASON_REPLY_BAD,
		    "%s answered without a ReturnValue", setup_method(s));
	else
		return true;
	return false;
}

/* --- refusals ------------------------------------------------------------- */

/* It means something of its own at this step. */
static bool
step_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	return s->step->refused != NULL && s->step->refused(s, no, next);
}

/* What an agent on the machine has set up lets the network do less: that
 * setting is reported, and the next one is due (profile.md, 1). */
static bool
client_may_not(struct setup *s, enum setup_next *next)
{
	if (!s->client_mode || !s->applying)
		return false;
	*next = setup_denied(s);
	return true;
}

static enum setup_next
bad_return(struct setup *s, uint32_t code)
{
	char what[120];
	struct setup_refusal no = { .code = code, .what = what };
	enum setup_next next;

	(void)snprintf(what, sizeof(what), "%s returned %u (%s)",
	    setup_method(s), (unsigned)code,
	    s->step->own_codes ? "of its own" : status_name(code));
	switch (s->step->own_codes ? 0 : code) {
	case STATUS_NOT_READY:
	case STATUS_RNG_IN_PROGRESS:
	case STATUS_RNG_NOT_READY:
	case STATUS_CERTIFICATE_NOT_READY:
	case STATUS_GENERATING_KEYS:
	case STATUS_IN_PROGRESS:
		return setup_not_ready(s, what);
	case STATUS_NOT_PERMITTED:
		if (client_may_not(s, &next))
			return next;
		break;
	case STATUS_FLASH_LIMIT:
		return setup_end(s, REASON_FLASH_LIMIT, "%s", what);
	default:
		break;
	}
	if (step_refused(s, &no, &next))
		return next;
	return setup_end(s, REASON_RETURN_CODE, "%s", what);
}

static enum setup_next
soap_fault(struct setup *s, const struct message_fault *fault)
{
	char code[60], text[100], what[170];
	struct setup_refusal no = { .fault = fault, .what = what };
	enum setup_next next;

	(void)snprintf(what, sizeof(what), "%s: %s",
	    setup_quote(s, code, sizeof(code),
	        *fault->subcode != '\0' ? fault->subcode : fault->code),
	    setup_quote(s, text, sizeof(text),
	        *fault->reason != '\0' ? fault->reason : fault->detail));
	/* The subsystem is not ready yet (WS-Addressing 2004/08, 4). */
	if (strcmp(fault->subcode, "EndpointUnavailable") == 0 &&
	    strcmp(fault->subcode_ns, WSMAN_ADDRESSING) == 0 &&
	    !s->step->own_pace)
		return setup_not_ready(s, what);
	if (strcmp(fault->subcode, "AccessDenied") == 0 &&
	    client_may_not(s, &next))
		return next;
	/* Expired, or its part was given out (WS-Enumeration, 3.2). */
	if (strcmp(fault->subcode, "InvalidEnumerationContext") == 0 &&
	    setup_may_relist(s, false))
		return s->step->relist(s);
	if (step_refused(s, &no, &next))
		return next;
	return setup_end(s, REASON_SOAP_FAULT, "%s", what);
}

enum setup_next
setup_answered(struct setup *s, struct message *r)
{
	struct setup_count *c = setup_count_of(s, s->step);

	if (r->fault.set)
		return soap_fault(s, &r->fault);
	if (r->returned && r->return_value != 0 && setup_method(s) != NULL)
		return bad_return(s, r->return_value);
	if (c != NULL) /* the next row may have the same step */
		*c = (struct setup_count){ .step = s->step };
	if (s->step->relist != NULL && r->end) {
		s->relists = 0;
		s->parts_apart = false;
	}
	return s->step->took(s, r);
}
