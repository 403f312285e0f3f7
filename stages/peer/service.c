#include "peer/service.h"

#include <stdlib.h>
#include <string.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/server.h"
#include "peer/users.h"
#include "base/text.h"

/* A first Pull gives no more than this of a longer list, so that a client has
 * to pull again. */
#define FIRST_PULL 3

int
refuse_with(struct soap_fault *f, const char *subcode, const char *why)
{
	f->subcode = subcode;
	f->why = why;
	return -1;
}

int
change_any(struct machine *m, const struct instance *old, struct instance *now,
    struct soap_fault *f)
{
	(void)m;
	(void)old;
	(void)now;
	(void)f;
	return 0;
}

int
reply_refuse(struct reply *r, const char *subcode, const char *why)
{
	if (why != NULL)
		journal(r->m, "complaint", "%s.%s: %s", r->rq->class,
		    r->rq->method, why);
	snprintf(r->result, sizeof(r->result), "%s", subcode);
	return soap_fault_put(r->out, r->m, r->rq, subcode);
}

void
reply_begin(struct reply *r, const char *action, const char *g, const char *h,
    const char *i)
{
	const char *const uris[] = { g, h, i, NULL };

	soap_begin(r->out, r->m, r->rq, action, uris);
}

static void
put_instance(struct reply *r, char prefix, unsigned i)
{
	fprintf(r->out, "<%c:%s>", prefix, r->class->name);
	if (r->class->properties != NULL)
		instance_write(r->out, prefix, r->m,
		    instance_at(r->m, r->class, i));
	else
		r->class->put(r->out, prefix, r->m, i);
	fprintf(r->out, "</%c:%s>", prefix, r->class->name);
}

static unsigned
count(const struct reply *r)
{
	return r->class->properties != NULL
	    ? (unsigned)instance_count(r->m, r->class)
	    : r->class->count;
}

static bool
has_key(const struct reply *r, unsigned i, const char *name, const char *value)
{
	const char *key;

	if (r->class->properties != NULL)
		return instance_is(instance_at(r->m, r->class, i), name, value);
	if (r->class->is != NULL)
		return r->class->is(i, name, value);
	key = class_key(r->class, name);
	return key != NULL && strcmp(key, value) == 0;
}

int
reply_chosen(struct reply *r)
{
	const struct soap_request *rq = r->rq;
	unsigned all = count(r);

	if (rq->nselectors == 0)
		return all == 1 ? 0 : -1;
	for (unsigned i = 0; i < all; i++) {
		size_t n = 0;

		while (n < rq->nselectors &&
		    has_key(r, i, rq->selectors[n].name,
		        rq->selectors[n].value))
			n++;
		if (n == rq->nselectors)
			return (int)i;
	}
	return -1;
}

static int
fail(struct reply *r, const struct soap_fault *f)
{
	return reply_refuse(r, f->subcode, f->why);
}

/* --- Get, Put, Create, Delete -------------------------------------------- */

/* What the instance becomes by a Put. */
static int
change(struct reply *r, int i, struct soap_fault *f)
{
	struct instance *old, *now;
	const char *why;
	int done;

	if (r->class->properties == NULL) {
		if (r->class->take == NULL)
			return refuse_with(f, "ActionNotSupported",
			    "no Put here");
		why = r->class->take(r->m, r->rq->body, r->rq->resource);
		return why == NULL
		    ? 0
		    : refuse_with(f, "InvalidRepresentation", why);
	}
	if (r->class->change == NULL)
		return refuse_with(f, "ActionNotSupported", "no Put here");
	old = instance_at(r->m, r->class, (unsigned)i);
	now = instance_new(r->m, r->class);
	done = instance_read(now, r->m, old, r->rq->body, r->rq->resource, f);
	if (done == 0)
		done = r->class->change(r->m, old, now, f);
	if (done == 0)
		instance_copy(old, now);
	instance_free(now);
	return done;
}

static int
answer_instance(struct reply *r, const char *action)
{
	int i = reply_chosen(r);
	struct soap_fault f = { 0 };
	bool common = r->class->properties != NULL ? r->class->common
	                                           : r->class->count > 1;

	if (i == -1)
		return reply_refuse(r, "InvalidSelectors",
		    "the selectors choose no instance");
	if (r->rq->op == OP_PUT && change(r, i, &f) == -1)
		return fail(r, &f);
	reply_begin(r, action, r->rq->resource, common ? NS_COMMON : NULL,
	    NULL);
	put_instance(r, 'g', (unsigned)i);
	soap_end(r->out);
	return 200;
}

static int
create(struct reply *r)
{
	struct soap_fault f = { 0 };
	struct instance *now;
	char text[REFERENCE_MAX];

	if (r->class->create == NULL)
		return reply_refuse(r, "ActionNotSupported", "no Create here");
	now = instance_new(r->m, r->class);
	if (instance_read(now, r->m, NULL, r->rq->body, r->rq->resource, &f) ==
	        -1 ||
	    r->class->create(r->m, now, &f) == -1) {
		instance_free(now);
		return fail(r, &f);
	}
	instance_attach(r->m, now);
	instance_reference(text, now);
	reply_begin(r, NS_TRANSFER "/CreateResponse", NS_TRANSFER, NULL, NULL);
	fputs("<g:ResourceCreated>", r->out);
	reference_write(r->out, text);
	fputs("</g:ResourceCreated>", r->out);
	soap_end(r->out);
	return 200;
}

static int
destroy(struct reply *r)
{
	struct soap_fault f = { 0 };
	struct instance *old;
	int i;

	if (r->class->destroy == NULL)
		return reply_refuse(r, "ActionNotSupported", "no Delete here");
	i = reply_chosen(r);
	if (i == -1)
		return reply_refuse(r, "InvalidSelectors",
		    "the selectors choose no instance");
	old = instance_at(r->m, r->class, (unsigned)i);
	if (r->class->destroy(r->m, old, &f) == -1)
		return fail(r, &f);
	instance_remove(r->m, old);
	reply_begin(r, NS_TRANSFER "/DeleteResponse", NULL, NULL, NULL);
	soap_end(r->out);
	return 200;
}

/* --- enumeration --------------------------------------------------------- */

/* As firmware writes them: a small number, its low byte first. */
static void
put_context(FILE *out, uint32_t id)
{
	fprintf(out,
	    "<g:EnumerationContext>%02X%02X0000-0000-0000-0000-000000000000"
	    "</g:EnumerationContext>",
	    id & 0xff, id >> 8 & 0xff);
}

static int
enumerate(struct reply *r)
{
	struct machine *m = r->m;
	struct context *c = &m->contexts[m->context_ids % MACHINE_CONTEXTS];

	if (soap_first(r->rq->body) != NULL)
		return reply_refuse(r, "UnsupportedFeature",
		    "Enumerate asks for more than a plain one");
	c->id = ++m->context_ids & 0xffff;
	c->class = r->class;
	c->next = 0;
	reply_begin(r, NS_ENUMERATION "/EnumerateResponse", NS_ENUMERATION,
	    NULL, NULL);
	fputs("<g:EnumerateResponse>", r->out);
	put_context(r->out, c->id);
	fputs("</g:EnumerateResponse>", r->out);
	soap_end(r->out);
	return 200;
}

static struct context *
context_find(struct machine *m, const char *text)
{
	unsigned low, high;

	if (sscanf(text, "%2X%2X0000-", &low, &high) != 2)
		return NULL;
	for (size_t i = 0; i < MACHINE_CONTEXTS; i++)
		if (m->contexts[i].class != NULL &&
		    m->contexts[i].id == (low | high << 8))
			return &m->contexts[i];
	return NULL;
}

/* EnumerationContext, MaxElements, MaxCharacters in that order; the last two
 * may be left out.  DSP0226: without MaxElements it is one. */
static const char *
pull_terms(struct reply *r, struct context **c, unsigned *max)
{
	xmlNode *e = soap_first(r->rq->body);
	char text[64];
	uint64_t n = 1;

	if (!soap_is(e, NS_ENUMERATION, "EnumerationContext") ||
	    !soap_text(text, sizeof(text), e))
		return "Pull does not begin with an EnumerationContext";
	*c = context_find(r->m, text);
	e = soap_next(e);
	if (soap_is(e, NS_ENUMERATION, "MaxElements")) {
		if (!soap_text(text, sizeof(text), e) ||
		    text_number(&n, text, UINT32_MAX) == -1 || n == 0)
			return "MaxElements is not a number above 0";
		e = soap_next(e);
	}
	if (soap_is(e, NS_ENUMERATION, "MaxCharacters"))
		e = soap_next(e);
	*max = (unsigned)n;
	return e == NULL ? NULL : "Pull has something that it must not have";
}

/* Of an empty list captures declare the enumeration's namespace alone. */
static void
pull_begin(struct reply *r)
{
	bool common = r->class->properties == NULL || r->class->common;
	const char *uri = count(r) > 0 ? r->rq->resource : NULL;

	reply_begin(r, NS_ENUMERATION "/PullResponse", NS_ENUMERATION, uri,
	    common && uri != NULL ? NS_COMMON : NULL);
	fputs("<g:PullResponse>", r->out);
}

/* Captures of lists that go on have the new context before the items. */
static int
pull(struct reply *r)
{
	struct context *c = NULL;
	unsigned max = 1;
	const char *why = pull_terms(r, &c, &max);
	bool more;

	if (why != NULL)
		return reply_refuse(r, "SchemaValidationError", why);
	if (c == NULL || c->class != r->class)
		return reply_refuse(r, "InvalidEnumerationContext",
		    "an enumeration context that is not open");
	if (c->next == 0 && count(r) > FIRST_PULL && max > FIRST_PULL)
		max = FIRST_PULL;
	pull_begin(r);
	more = count(r) - c->next > max;
	if (more)
		put_context(r->out, c->id);
	fputs("<g:Items>", r->out);
	for (; max > 0 && c->next < count(r); max--)
		put_instance(r, 'h', c->next++);
	fputs("</g:Items>", r->out);
	if (!more) {
		fputs("<g:EndOfSequence></g:EndOfSequence>", r->out);
		c->class = NULL;
	}
	fputs("</g:PullResponse>", r->out);
	soap_end(r->out);
	return 200;
}

/* Does the request change something, or is that its purpose? */
static bool
writes(const struct soap_request *rq)
{
	static const char *const reading[] = { "Get", "Enumerate", "Read",
		"Export", "AMTAuthenticate", "GeneratePKCS10Request" };

	if (rq->op != OP_METHOD)
		return rq->op == OP_PUT || rq->op == OP_CREATE ||
		    rq->op == OP_DELETE;
	for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++)
		if (strncmp(rq->method, reading[i], strlen(reading[i])) == 0)
			return false;
	return true;
}

/* Flash that was written too often refuses, for a time.  What a Put gets then
 * is not public. */
static bool
worn(struct machine *m)
{
	const struct faults *f = &m->faults;

	if (f->wear < 0 || m->writes < f->wear)
		return false;
	if (m->worn_ms == 0)
		m->worn_ms = now_ms();
	if (f->wear_life == 0 || now_ms() - m->worn_ms < f->wear_life * 1000)
		return true;
	m->worn_ms = 0;
	m->writes = 0;
	return false;
}

static int
dispatch(struct reply *r)
{
	struct rule *rule =
	    rule_find(r->m->faults.soap_faults, r->rq->class, r->rq->method);

	if (rule != NULL)
		return reply_refuse(r, rule->subcode, NULL);
	if (writes(r->rq) && worn(r->m))
		return r->rq->op == OP_METHOD
		    ? reply_value(r, RETURN_FLASH)
		    : reply_refuse(r, "QuotaLimit", NULL);
	if (r->class->refresh != NULL)
		r->class->refresh(r->m, r->class);
	switch (r->rq->op) {
	case OP_GET:
		return answer_instance(r, NS_TRANSFER "/GetResponse");
	case OP_PUT:
		return answer_instance(r, NS_TRANSFER "/PutResponse");
	case OP_CREATE:
		return create(r);
	case OP_DELETE:
		return destroy(r);
	case OP_ENUMERATE:
		return enumerate(r);
	case OP_PULL:
		return pull(r);
	case OP_METHOD:
		break;
	}
	return reply_invoke(r);
}

static bool
done(const char *result)
{
	return strcmp(result, "ok") == 0 || strcmp(result, "0") == 0;
}

struct answer_info
service_answer(FILE *out, struct machine *m, const struct instance *user,
    const char *text, size_t len)
{
	struct answer_info info = { .kind = ANSWER_SOAP };
	struct soap_request rq;
	struct soap_fault f = { 0 };
	struct reply r = { .out = out, .m = m, .rq = &rq };
	unsigned unprovisions = m->unprovisions;
	int before = m->state;
	unsigned restarts = m->restarts;

	if (soap_parse(&rq, text, len, &f) == -1) {
		journal(m, "complaint", "%s.%s: %s", rq.class, rq.method,
		    f.why);
		info.status = 400;
		if (f.subcode == NULL)
			info.kind = ANSWER_PAGE;
		else
			info.status = soap_fault_put(out, m, &rq, f.subcode);
	} else {
		char want[500];

		journal(m, "request", "%s.%s", rq.class, rq.method);
		strcpy(r.result, "ok");
		r.class = class_find(m, rq.class);
		if (r.class == NULL)
			r.class = record_class(m, rq.class);
		snprintf(want, sizeof(want), "%s%s",
		    r.class != NULL ? r.class->base : "", rq.class);
		if (r.class == NULL || strcmp(want, rq.resource) != 0)
			info.status = reply_refuse(&r, "DestinationUnreachable",
			    "no such class");
		else if (!user_allowed(m, user, rq.class, writes(&rq)))
			info.status = reply_refuse(&r, "AccessDenied",
			    "the user lacks the realm");
		else
			info.status = dispatch(&r);
		if (writes(&rq) && done(r.result))
			m->writes++;
		if (writes(&rq))
			journal(m, "write", "%s.%s %s", rq.class, rq.method,
			    r.result);
	}
	soap_request_free(&rq);
	info.unprovisioned = m->unprovisions != unprovisions;
	info.committed = (before != STATE_POST && m->state == STATE_POST) ||
	    restarts != m->restarts;
	return info;
}
