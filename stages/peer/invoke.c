#include "peer/service.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "peer/pki.h"
#include "base/text.h"

/* --- methods ------------------------------------------------------------- */

/* --- what came ----------------------------------------------------------- */

xmlNode *
call_param(const struct call *c, const char *name)
{
	return soap_child(c->input, c->uri, name);
}

void
call_returns(const struct call *c, const char *name, const struct instance *i)
{
	char text[REFERENCE_MAX];

	instance_reference(text, i);
	reference_element(c->out, 'g', name, text);
}

xmlNode *
call_param_next(const xmlNode *before)
{
	xmlNode *e = soap_next(before);

	while (e != NULL && !xmlStrEqual(e->name, before->name))
		e = soap_next(e);
	return e;
}

bool
call_text(const struct call *c, const char *name, char *to, size_t cap)
{
	xmlNode *e = call_param(c, name);

	to[0] = '\0';
	return e != NULL && soap_text(to, cap, e);
}

bool
call_number(const struct call *c, const char *name, uint64_t max, uint64_t *n)
{
	char text[32];

	return call_text(c, name, text, sizeof(text)) &&
	    text_number(n, text, max) == 0;
}

int
call_octets(const struct call *c, const char *name, uint8_t *to, size_t cap)
{
	size_t size = cap / 3 * 4 + 64;
	char *text = malloc(size);
	int n = -1;

	if (text == NULL)
		err(EX_OSERR, NULL);
	if (call_text(c, name, text, size))
		n = octets(to, cap, text);
	free(text);
	return n;
}

bool
call_reference(const struct call *c, const char *name, char to[REFERENCE_MAX])
{
	xmlNode *e = call_param(c, name);

	to[0] = '\0';
	return e != NULL && reference_read(to, e);
}

struct instance *
call_embedded(struct call *c, const char *name, const struct class *class)
{
	xmlNode *e = call_param(c, name);
	char uri[200];
	struct instance *i;

	if (e == NULL)
		return NULL;
	i = instance_new(c->m, class);
	snprintf(uri, sizeof(uri), "%s%s", class->base, class->name);
	if (instance_read(i, c->m, NULL, e, uri, &c->fault) == 0)
		return i;
	instance_free(i);
	return NULL;
}

/* --- does it fit the method? --------------------------------------------- */

/* A parameter of a method's table. */
struct term {
	const char *name;
	size_t least, most;
	char kind; /* t text, & reference, % embedded */
};

static struct term
term_of(const char *marked)
{
	struct term t = { marked, 1, 1, 't' };

	if (*t.name == '?' || *t.name == '*')
		t.least = 0;
	if (*t.name == '*' || *t.name == '+')
		t.most = SIZE_MAX;
	if (strchr("?*+", *t.name) != NULL)
		t.name++;
	if (*t.name == '&' || *t.name == '%')
		t.kind = *t.name++;
	return t;
}

/* An empty element for a reference is one that AMT 16 was seen to refuse. */
static const char *
judge_value(const struct term *t, const xmlNode *e)
{
	static char text[65536];

	if (t->kind == '&')
		return reference_read(text, e) ? NULL
		                               : "a parameter is no reference";
	if (t->kind == '%')
		return soap_first(e) != NULL
		    ? NULL
		    : "a parameter has no instance in it";
	return soap_text(text, sizeof(text), e)
	    ? NULL
	    : "a parameter is too long or no text";
}

/* The elements of one parameter from *e on. */
static const char *
judge_term(const struct term *t, const xmlNode **e, const char *uri)
{
	size_t n = 0;

	for (; n < t->most && soap_is(*e, uri, t->name); n++) {
		const char *why = judge_value(t, *e);

		if (why != NULL)
			return why;
		*e = soap_next(*e);
	}
	return n < t->least ? "a parameter is missing or out of order" : NULL;
}

static const char *
judge_any_order(const struct method *method, const xmlNode *input,
    const char *uri)
{
	size_t here = 0, all = 0;

	for (size_t n = 0; method->params[n] != NULL; n++) {
		struct term t = term_of(method->params[n]);
		const xmlNode *e = soap_child(input, uri, t.name);
		const char *why;

		here += e != NULL;
		why = judge_term(&t, &e, uri);
		if (why != NULL)
			return why;
	}
	for (const xmlNode *e = soap_first(input); e != NULL; e = soap_next(e))
		all++;
	return all == here ? NULL : "a parameter too many";
}

static const char *
judge_params(const struct method *method, const xmlNode *input, const char *uri)
{
	const xmlNode *e = soap_first(input);

	/* some clients send it for a method without parameters */
	if (method->params[0] == NULL && soap_is(e, uri, "_method_dummy"))
		e = soap_next(e);
	if (method->any_order)
		return judge_any_order(method, input, uri);
	for (size_t n = 0; method->params[n] != NULL; n++) {
		struct term t = term_of(method->params[n]);
		const char *why = judge_term(&t, &e, uri);

		if (why != NULL)
			return why;
	}
	return e == NULL ? NULL : "a parameter too many";
}

/* The texts of a method that gets them as strings. */
static const char *
take_params(const struct reply *r, const struct method *method,
    char args[][512])
{
	const char *why = judge_params(method, r->rq->body, r->rq->resource);
	xmlNode *e = soap_first(r->rq->body);

	for (size_t n = 0;
	     why == NULL && method->call != NULL && method->params[n] != NULL;
	     n++, e = soap_next(e))
		if (!soap_text(args[n], 512, e))
			why = "a parameter is too long or no text";
	return why;
}

/* --- the call ------------------------------------------------------------ */

static void
put_output(struct reply *r, const char *params, unsigned value)
{
	char action[500];

	snprintf(action, sizeof(action), "%s/%sResponse", r->rq->resource,
	    r->rq->method);
	snprintf(r->result, sizeof(r->result), "%u", value);
	reply_begin(r, action, r->rq->resource, NULL, NULL);
	fprintf(r->out, "<g:%s_OUTPUT>%s", r->rq->method, params);
	if (strcmp(r->rq->method, "GetUuid") != 0 || !r->m->faults.bare_uuid)
		fprintf(r->out, "<g:ReturnValue>%u</g:ReturnValue>", value);
	fprintf(r->out, "</g:%s_OUTPUT>", r->rq->method);
	soap_end(r->out);
}

int
reply_value(struct reply *r, unsigned value)
{
	put_output(r, "", value);
	return 200;
}

static const struct method *
method_in(const struct reply *r, const struct method *method)
{
	unsigned release = machine_release(r->m);

	for (; method != NULL && method->name != NULL; method++)
		if (strcmp(method->name, r->rq->method) == 0 &&
		    release >= method->from &&
		    (method->to == 0 || release <= method->to))
			return method;
	return NULL;
}

static const struct method *
method_find(const struct reply *r)
{
	const struct method *method = method_in(r, r->class->methods);

	return method != NULL ? method : method_in(r, r->class->more_methods);
}

/* The answer to a call whose parameters fit. */
static int
answer(struct reply *r, const struct method *method, char args[][512], int i)
{
	char *params = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&params, &len);
	struct call c = { .m = r->m,
		.class = r->class,
		.input = r->rq->body,
		.uri = r->rq->resource,
		.out = out };
	unsigned value;
	int status = 200;

	if (r->class->properties != NULL)
		c.self = instance_at(r->m, r->class, (size_t)i);
	value = method->call != NULL ? method->call(r->m, args, out)
	                             : method->handle(&c);
	fclose(out);
	if (c.fault.subcode != NULL)
		status = reply_refuse(r, c.fault.subcode, c.fault.why);
	else
		put_output(r, params, value);
	free(params);
	return status;
}

int
reply_invoke(struct reply *r)
{
	const struct method *method = method_find(r);
	char args[PARAMS_MAX][512];
	struct rule *rule;
	const char *why;
	int i;

	if (method == NULL)
		return reply_refuse(r, "ActionNotSupported", "no such method");
	i = reply_chosen(r);
	if (i == -1)
		return reply_refuse(r, "InvalidSelectors",
		    "the selectors choose no instance");
	why = take_params(r, method, args);
	if (why != NULL)
		return reply_refuse(r, "SchemaValidationError", why);
	rule = rule_find(r->m->faults.returns, r->class->name, method->name);
	if (rule != NULL)
		return reply_value(r, rule->code);
	return answer(r, method, args, i);
}
