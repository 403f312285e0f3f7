#include "service.h"

#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "pki.h"
#include "base/text.h"

/* A first Pull gives no more than this of a longer list, so that a client has
 * to pull again. */
#define FIRST_PULL 3

/* What one request is answered with. */
struct reply {
	FILE *out;
	struct machine *m;
	const struct soap_request *rq;
	const struct class *class;
};

static int
refuse(struct reply *r, const char *subcode, const char *why)
{
	if (why != NULL)
		journal(r->m, "complaint", "%s.%s: %s", r->rq->class,
		    r->rq->method, why);
	return soap_fault_put(r->out, r->m, r->rq, subcode);
}

static void
begin(struct reply *r, const char *action, const char *g, const char *h,
    const char *i)
{
	const char *const uris[] = { g, h, i, NULL };

	soap_begin(r->out, r->m, r->rq, action, uris);
}

static void
put_instance(struct reply *r, char prefix, unsigned i)
{
	fprintf(r->out, "<%c:%s>", prefix, r->class->name);
	r->class->put(r->out, prefix, r->m, i);
	fprintf(r->out, "</%c:%s>", prefix, r->class->name);
}

/* Which instance the selectors choose; -1 when there is none such. */
static int
chosen(const struct reply *r)
{
	const struct soap_request *rq = r->rq;

	if (rq->nselectors == 0)
		return r->class->count == 1 ? 0 : -1;
	for (unsigned i = 0; i < r->class->count; i++) {
		size_t n = 0;

		for (; n < rq->nselectors; n++) {
			const char *name = rq->selectors[n].name;
			const char *value = rq->selectors[n].value;
			const char *key = class_key(r->class, name);

			if (r->class->is != NULL
			        ? !r->class->is(i, name, value)
			        : key == NULL || strcmp(key, value) != 0)
				break;
		}
		if (n == rq->nselectors)
			return (int)i;
	}
	return -1;
}

static int
answer_instance(struct reply *r, const char *action)
{
	int i = chosen(r);

	if (i == -1)
		return refuse(r, "InvalidSelectors",
		    "the selectors choose no instance");
	if (r->rq->op == OP_PUT) {
		const char *why;

		if (r->class->take == NULL)
			return refuse(r, "ActionNotSupported", "no Put here");
		why = r->class->take(r->m, r->rq->body, r->rq->resource);
		if (why != NULL)
			return refuse(r, "InvalidRepresentation", why);
	}
	begin(r, action, r->rq->resource,
	    r->class->count > 1 ? NS_COMMON : NULL, NULL);
	put_instance(r, 'g', (unsigned)i);
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
		return refuse(r, "UnsupportedFeature",
		    "Enumerate asks for more than a plain one");
	c->id = ++m->context_ids & 0xffff;
	c->class = r->class;
	c->next = 0;
	begin(r, NS_ENUMERATION "/EnumerateResponse", NS_ENUMERATION, NULL,
	    NULL);
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

static int
pull(struct reply *r)
{
	struct context *c = NULL;
	unsigned max = 1;
	const char *why = pull_terms(r, &c, &max);

	if (why != NULL)
		return refuse(r, "SchemaValidationError", why);
	if (c == NULL || c->class != r->class)
		return refuse(r, "InvalidEnumerationContext",
		    "an enumeration context that is not open");
	if (c->next == 0 && r->class->count > FIRST_PULL && max > FIRST_PULL)
		max = FIRST_PULL;
	begin(r, NS_ENUMERATION "/PullResponse", NS_ENUMERATION,
	    r->rq->resource, NS_COMMON);
	fputs("<g:PullResponse><g:Items>", r->out);
	for (; max > 0 && c->next < r->class->count; max--)
		put_instance(r, 'h', c->next++);
	fputs("</g:Items>", r->out);
	if (c->next < r->class->count) {
		put_context(r->out, c->id);
	} else {
		fputs("<g:EndOfSequence></g:EndOfSequence>", r->out);
		c->class = NULL;
	}
	fputs("</g:PullResponse>", r->out);
	soap_end(r->out);
	return 200;
}

/* --- methods ------------------------------------------------------------- */

static const char *
take_params(const struct reply *r, const struct method *method,
    char args[][512])
{
	xmlNode *e = soap_first(r->rq->body);
	size_t n = 0;

	/* some clients send it for a method without parameters */
	if (method->params[0] == NULL &&
	    soap_is(e, r->rq->resource, "_method_dummy"))
		e = soap_next(e);
	for (; method->params[n] != NULL; n++, e = soap_next(e)) {
		if (!soap_is(e, r->rq->resource, method->params[n]))
			return "a parameter is missing or out of order";
		if (!soap_text(args[n], 512, e))
			return "a parameter is too long or no text";
	}
	return e == NULL ? NULL : "a parameter too many";
}

static void
put_output(struct reply *r, const char *params, unsigned value)
{
	char action[500];

	snprintf(action, sizeof(action), "%s/%sResponse", r->rq->resource,
	    r->rq->method);
	begin(r, action, r->rq->resource, NULL, NULL);
	fprintf(r->out, "<g:%s_OUTPUT>%s", r->rq->method, params);
	if (strcmp(r->rq->method, "GetUuid") != 0 || !r->m->faults.bare_uuid)
		fprintf(r->out, "<g:ReturnValue>%u</g:ReturnValue>", value);
	fprintf(r->out, "</g:%s_OUTPUT>", r->rq->method);
	soap_end(r->out);
}

static int
invoke(struct reply *r)
{
	const struct method *method = r->class->methods;
	char args[PARAMS_MAX][512], *params = NULL;
	struct rule *rule;
	const char *why;
	size_t len = 0;
	unsigned value;
	FILE *out;

	while (method != NULL && method->name != NULL &&
	    strcmp(method->name, r->rq->method) != 0)
		method++;
	if (method == NULL || method->name == NULL)
		return refuse(r, "ActionNotSupported", "no such method");
	if (chosen(r) == -1)
		return refuse(r, "InvalidSelectors",
		    "the selectors choose no instance");
	why = take_params(r, method, args);
	if (why != NULL)
		return refuse(r, "SchemaValidationError", why);
	rule = rule_find(r->m->faults.returns, r->class->name, method->name);
	if (rule != NULL) {
		put_output(r, "", rule->code);
		return 200;
	}
	out = open_memstream(&params, &len);
	value = method->call(r->m, args, out);
	fclose(out);
	put_output(r, params, value);
	free(params);
	return 200;
}

static int
dispatch(struct reply *r)
{
	struct rule *rule =
	    rule_find(r->m->faults.soap_faults, r->rq->class, r->rq->method);

	if (rule != NULL)
		return refuse(r, rule->subcode, NULL);
	switch (r->rq->op) {
	case OP_GET:
		return answer_instance(r, NS_TRANSFER "/GetResponse");
	case OP_PUT:
		return answer_instance(r, NS_TRANSFER "/PutResponse");
	case OP_ENUMERATE:
		return enumerate(r);
	case OP_PULL:
		return pull(r);
	case OP_METHOD:
		break;
	}
	return invoke(r);
}

struct answer_info
service_answer(FILE *out, struct machine *m, const char *text, size_t len)
{
	struct answer_info info = { .kind = ANSWER_SOAP };
	struct soap_request rq;
	struct soap_fault f = { 0 };
	struct reply r = { .out = out, .m = m, .rq = &rq };
	int before = m->state;

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
		r.class = class_find(rq.class);
		if (r.class == NULL)
			r.class = record_class(m, rq.class);
		snprintf(want, sizeof(want), "%s%s",
		    r.class != NULL ? r.class->base : "", rq.class);
		if (r.class == NULL || strcmp(want, rq.resource) != 0)
			info.status = refuse(&r, "DestinationUnreachable",
			    "no such class");
		else
			info.status = dispatch(&r);
	}
	soap_request_free(&rq);
	info.committed = before != STATE_POST && m->state == STATE_POST;
	return info;
}
