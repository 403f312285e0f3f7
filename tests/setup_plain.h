#ifndef SETUP_PLAIN_H
#define SETUP_PLAIN_H

/*
 * setup_plain - a second dialect, for tests of the engine: lines of text in
 * place of envelopes, and a machine that speaks it.  Include it after cmocka.h.
 *
 *	GET Class [key]		Class, then a line NAME=VALUE for each property
 *	PUT Class [key]		the same; lines NAME=VALUE follow
 *	NEW Class		the same
 *	DROP Class [key]	nothing
 *	CALL Class Method	Method!, then lines NAME=VALUE and !CODE
 *	LIST Class [context]	Listing, then items with a line - after each,
 *				and >CONTEXT when there is more
 *
 * A fault is a line ?SUBCODE.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setup/setup_talk.h"
#include "setup/settings.h"

/* --- the dialect ---------------------------------------------------------- */

static void
plain_words(struct writer *w, const char *verb, const struct message_to *to,
    const char *word)
{
	writer_text(w, verb);
	writer_text(w, to->class);
	if (to->nselectors != 0) {
		writer_text(w, " ");
		writer_text(w, to->selectors[0].value);
	}
	if (word != NULL) {
		writer_text(w, " ");
		writer_text(w, word);
	}
	writer_text(w, "\n");
}

static void
plain_pairs(struct writer *w, const struct message_pair *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i].value == NULL)
			continue;
		writer_text(w, p[i].name);
		writer_text(w, "=");
		writer_text(w, p[i].value);
		writer_text(w, "\n");
	}
}

static void
plain_get(struct writer *w, const struct message_to *to)
{
	plain_words(w, "GET ", to, NULL);
}

static void
plain_put(struct writer *w, const struct message_to *to,
    const struct message_node *items, const struct message_pair *changes,
    size_t nchanges)
{
	(void)items;
	plain_words(w, "PUT ", to, NULL);
	plain_pairs(w, changes, nchanges);
}

static void
plain_create(struct writer *w, const struct message_to *to,
    const struct message_pair *properties, size_t nproperties)
{
	plain_words(w, "NEW ", to, NULL);
	plain_pairs(w, properties, nproperties);
}

static void
plain_delete(struct writer *w, const struct message_to *to)
{
	plain_words(w, "DROP ", to, NULL);
}

static void
plain_call(struct writer *w, const struct message_to *to, const char *method,
    const struct message_pair *params, size_t nparams)
{
	plain_words(w, "CALL ", to, method);
	plain_pairs(w, params, nparams);
}

static void
plain_enumerate(struct writer *w, const struct message_to *to,
    const char *context)
{
	plain_words(w, "LIST ", to, context);
}

/* All of a run's replies; the conversation may keep one. */
static char plain_text[1 << 18];
static size_t plain_text_len;
static struct message_node plain_nodes[4096];
static size_t plain_nnodes;

static struct message_node *
plain_node(struct message_node ***at, const char *name, const char *value)
{
	struct message_node *n = &plain_nodes[plain_nnodes++];

	assert_true(plain_nnodes < 4096);
	*n = (struct message_node){ .name = name, .ns = "", .value = value };
	**at = n;
	*at = (struct message_node **)(void *)&n->next;
	return n;
}

static int
plain_decode(struct message *r, const char *buf, size_t len, struct fault *f)
{
	char *line = plain_text + plain_text_len, *end, *eq;
	struct message_node *items = NULL, *one = NULL;
	struct message_node **at = &items, **in = &one;

	message_clear(r);
	if (len == 0 || buf[len - 1] != '\n')
		return fault_set(f, 1, "not plain");
	assert_true(plain_text_len + len < sizeof(plain_text));
	memcpy(line, buf, len);
	plain_text_len += len;
	r->class = line;
	r->end = true;
	for (; (end = memchr(line, '\n', len)) != NULL;
	     len -= (size_t)(end + 1 - line), line = end + 1) {
		*end = '\0';
		eq = strchr(line, '=');
		if (*line == '?') {
			r->fault.set = true;
			r->fault.subcode = line + 1;
		} else if (*line == '!') {
			r->returned = true;
			r->return_value = (uint32_t)atol(line + 1);
		} else if (*line == '>') {
			r->context = line + 1;
			r->end = false;
		} else if (*line == '-') {
			plain_node(&at, "item", "")->first = one;
			one = NULL;
			in = &one;
		} else if (eq != NULL) {
			*eq = '\0';
			(void)plain_node(&in, line, eq + 1);
		}
	}
	r->items = items != NULL ? items : one;
	return 0;
}

static const struct setup_dialect plain = { .name = "plain",
	.get = plain_get,
	.put = plain_put,
	.create = plain_create,
	.delete = plain_delete,
	.call = plain_call,
	.enumerate = plain_enumerate,
	.decode = plain_decode,
	.output = "!",
	.begun = "Listing",
	.listed = "Listing" };

/* --- the machine ---------------------------------------------------------- */

struct plain_property {
	char of[64];  /* class, a dot, the name; or item of a list */
	char is[256]; /* its value */
};

struct plain_machine {
	struct plain_property properties[32];
	size_t n;
	struct plain_property guests[16]; /* the list AMT_Guests */
	size_t nguests;
	const char *deaf;      /* a call that it answers and does not do */
	const char *lost;      /* a call whose answer gets lost, once */
	const char *loses_all; /* the same, each time */
	char given[16];        /* context whose part was given out */
	/* Asked for it again, it goes on as if nothing were missing; else it
	 * refuses the context. */
	bool goes_on;
	bool lost_before; /* and it was not carried out */
	char said[4096];  /* requests, first line of each, comma-joined */
};

static char *
plain_has(struct plain_machine *m, const char *of)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->properties[i].of, of) == 0)
			return m->properties[i].is;
	return NULL;
}

static void
plain_set(struct plain_machine *m, const char *of, const char *is)
{
	char *has = plain_has(m, of);

	if (has == NULL) {
		strcpy(m->properties[m->n].of, of);
		has = m->properties[m->n++].is;
	}
	strcpy(has, is);
}

/* Value of a request's line NAME=, or "". */
static const char *
plain_param(const char *request, const char *name)
{
	static char value[256];
	char key[64];
	const char *at;

	(void)snprintf(key, sizeof(key), "\n%s=", name);
	at = strstr(request, key);
	value[0] = '\0';
	if (at != NULL)
		(void)snprintf(value, sizeof(value), "%.*s",
		    (int)strcspn(at + strlen(key), "\n"), at + strlen(key));
	return value;
}

static struct plain_property *
plain_guest(struct plain_machine *m, const char *name)
{
	for (size_t i = 0; i < m->nguests; i++)
		if (strcmp(m->guests[i].of, name) == 0)
			return &m->guests[i];
	return NULL;
}

/* The code that the call returns. */
static int
plain_do(struct plain_machine *m, const char *method, const char *request)
{
	struct plain_property *g;
	char name[64];

	if (m->deaf != NULL && strcmp(m->deaf, method) == 0)
		return 0;
	if (strcmp(method, "Shine") == 0)
		plain_set(m, "AMT_Lamp.Shining", plain_param(request, "State"));
	if (strcmp(method, "CommitChanges") == 0)
		plain_set(m,
		    "AMT_SetupAndConfigurationService.ProvisioningState", "2");
	if (strstr(method, "Guest") == NULL)
		return 0;
	strcpy(name, plain_param(request, "Name"));
	g = plain_guest(m, name);
	if (strcmp(method, "AddGuest") == 0) {
		if (g != NULL)
			return 0x80a; /* duplicate */
		g = &m->guests[m->nguests++];
		strcpy(g->of, name);
	}
	if (g == NULL)
		return 0x814; /* not found */
	if (strcmp(method, "RemoveGuest") == 0)
		*g = m->guests[--m->nguests];
	else
		strcpy(g->is, plain_param(request, "Role"));
	return 0;
}

/* Two a part, so that lists have several. */
static void
plain_list(struct plain_machine *m, const char *class, const char *context,
    char *to, size_t cap)
{
	bool again = *context != '\0' && strcmp(context, m->given) == 0;
	size_t at = (size_t)atol(context) + (again ? 2 : 0), end = at + 2;
	size_t len;

	if (strcmp(class, "CIM_SoftwareIdentity") == 0) {
		(void)snprintf(to, cap,
		    "Listing\nInstanceID=AMT\nVersionString=9.1.20\n-\n");
		return;
	}
	if (again && !m->goes_on) {
		(void)snprintf(to, cap, "Fault\n?InvalidEnumerationContext\n");
		return;
	}
	(void)snprintf(m->given, sizeof(m->given), "%s", context);
	len = (size_t)snprintf(to, cap, "Listing\n");
	for (; at < end && at < m->nguests; at++)
		len += (size_t)snprintf(to + len, cap - len,
		    "Name=%s\nRole=%s\n-\n", m->guests[at].of,
		    m->guests[at].is);
	if (at < m->nguests)
		(void)snprintf(to + len, cap - len, ">%zu\n", at);
}

static void
plain_instance(struct plain_machine *m, const char *class, char *to, size_t cap)
{
	size_t n = strlen(class), found = 0;
	size_t len = (size_t)snprintf(to, cap, "%s\n", class);

	for (size_t i = 0; i < m->n; i++)
		if (strncmp(m->properties[i].of, class, n) == 0 &&
		    m->properties[i].of[n] == '.') {
			found++;
			len += (size_t)snprintf(to + len, cap - len, "%s=%s\n",
			    m->properties[i].of + n + 1, m->properties[i].is);
		}
	if (found == 0)
		(void)snprintf(to, cap, "Fault\n?DestinationUnreachable\n");
}

static void
plain_write(struct plain_machine *m, const char *class, const char *request)
{
	char line[320], of[128];
	const char *at = strchr(request, '\n') + 1;

	while (*at != '\0') {
		size_t len = strcspn(at, "\n");
		size_t name = strcspn(at, "=");

		(void)snprintf(line, sizeof(line), "%.*s",
		    (int)(len - name - 1), at + name + 1);
		(void)snprintf(of, sizeof(of), "%s.%.*s", class, (int)name, at);
		plain_set(m, of, line);
		at += len + 1;
	}
}

/* One request, and what comes of it: false when the answer is lost. */
static bool
plain_talk(struct plain_machine *m, const char *request, char *to, size_t cap)
{
	char verb[16] = "", class[64] = "", word[64] = "";
	bool lost, before;

	(void)sscanf(request, "%15s %63s%*1[ ]%63[^\n]", verb, class, word);
	(void)snprintf(m->said + strlen(m->said),
	    sizeof(m->said) - strlen(m->said), "%.*s, ",
	    (int)strcspn(request, "\n"), request);
	lost = m->lost != NULL && strcmp(m->lost, word) == 0;
	before = lost && m->lost_before;
	if (lost)
		m->lost = NULL;
	if (strcmp(verb, "GET") == 0)
		plain_instance(m, class, to, cap);
	else if (strcmp(verb, "LIST") == 0)
		plain_list(m, class, word, to, cap);
	else if (strcmp(verb, "PUT") == 0) {
		if (m->deaf == NULL || strcmp(m->deaf, "PUT") != 0)
			plain_write(m, class, request);
		(void)snprintf(to, cap, "%s\n", class);
	} else
		(void)snprintf(to, cap, "%s!\nUUID=%s\nTa0=9\n!%d\n", word,
		    "AQIDBAAAAAAAAAAAAAAAAA==",
		    before ? 0 : plain_do(m, word, request));
	return !lost &&
	    (m->loses_all == NULL || strcmp(m->loses_all, word) != 0);
}

/* --- a conversation ------------------------------------------------------- */

struct plain_end {
	enum reason_id reason;
	char detail[SETUP_DETAIL_MAX];
	char steps[2048]; /* names of those asked, a blank after each */
	char milestones[128];
	char findings[4096]; /* kind setting.item wanted>found, comma-joined */
};

static void
plain_findings(struct setup *s, struct plain_end *e)
{
	static const char *const kinds[] = { "differs", "changed", "lacks",
		"sent" };
	const struct setup_finding *f;

	while ((f = setup_finding(s)) != NULL) {
		size_t len = strlen(e->findings);

		assert_true(len + 1024 < sizeof(e->findings));
		(void)snprintf(e->findings + len, sizeof(e->findings) - len,
		    "%s %s.%s %s>%s, ", kinds[f->kind], f->setting, f->item,
		    f->wanted, f->found);
	}
}

static struct plain_end
plain_run(const struct setup_job *job, const struct setup_rules *rules,
    struct plain_machine *m)
{
	struct setup *s = setup_new_by(job, rules);
	struct setup_reply r, *in = NULL;
	struct plain_end e = { .steps = "" };
	struct setup_ask ask;
	char reply[8192];
	int64_t now_ms = 0, wait_ms = 0;
	enum setup_milestone one;
	enum setup_next next;
	unsigned asks = 0;

	plain_text_len = 0;
	plain_nnodes = 0;
	m->said[0] = '\0';
	while ((next = setup_step(s, in, 1800000000, now_ms, &ask, &wait_ms)) !=
	    SETUP_END) {
		in = NULL;
		if (next == SETUP_WAIT) {
			now_ms += wait_ms;
			continue;
		}
		assert_true(++asks < 100);
		strcat(strcat(e.steps, ask.step), " ");
		r = (struct setup_reply){ .outcome = SETUP_ANSWERED,
			.status = 200,
			.server = "",
			.realm = "Digest:A" };
		if (!plain_talk(m, ask.body, reply, sizeof(reply)))
			r.outcome = SETUP_HTTP_CLOSED;
		r.body = reply;
		r.len = strlen(reply);
		in = &r;
	}
	while ((one = setup_milestone(s)) != SETUP_NO_MILESTONE)
		strcat(strcat(e.milestones, setup_milestone_name(one)), " ");
	plain_findings(s, &e);
	e.reason = setup_reason(s);
	strcpy(e.detail, setup_detail(s));
	setup_free(s);
	return e;
}

#endif
