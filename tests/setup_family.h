#ifndef SETUP_FAMILY_H
#define SETUP_FAMILY_H

/*
 * setup_family - a machine that keeps instances of classes as their XML, for
 * tests of families of settings: the table is the real one, the conversation
 * only applies settings.  Include it after cmocka.h.
 *
 * A Put replaces, a Delete removes; what a method does is the test's.  Classes
 * of which it has no instance are listed empty, unless they are absent.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amt/wsman.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"
#include "setup/setup_sign.h"
#include "setup/setup_talk.h"
#include "setup/settings.h"

struct family_instance {
	char class[48], id[96]; /* id: as a selector has it */
	char xml[8192];         /* its properties, prefix g */
};

struct family_machine {
	struct family_instance at[32];
	size_t n;
	void (*after)(struct family_machine *m); /* each write; NULL: none */
	const char *absent; /* classes it lacks, a blank around each */
	/* What a method returns after it did something; NULL: 0. */
	unsigned (*call)(struct family_machine *m, const char *method,
	    const char *body);
	/* Who signs; NULL: nobody. */
	void (*sign)(const struct setup_sign *sign, struct setup_signature *to);
	char out[4096]; /* its other out parameters, of call */
	/* Not NULL: the whole answer to "Get CLASS", "Call METHOD", or NULL
	 * where the machine answers in its own words.  What is done is done. */
	const char *(
	    *captured)(const char *verb, const char *of, const char *body);
	/* Not NULL: of this Put or Delete, "Put CLASS": a fault of that name */
	const char *refuses, *fault;
	const char *refuses_id; /* the same of what is done to this one */
	const char *lost; /* "Put CLASS", "Call METHOD": no answer, once, */
	unsigned spared;  /* after so many that are answered */
	char open[64];    /* class of the list whose part was not given out */
	const char *dies; /* the same, and none from there on */
	bool dead;
	const char *no_method; /* of a class that it has */
	bool hidden;           /* what is to be created exists unlisted */
	bool lost_before;      /* and not carried out */
	bool deaf;             /* answers, and keeps nothing */
	unsigned writes;
	char said[8192];    /* verb and class or method, comma-joined */
	char wrote[131072]; /* bodies of what wrote, one a line */
};

static inline const char *
family_between(const char *text, const char *from, const char *to, char *out,
    size_t cap)
{
	const char *a = strstr(text, from), *b;

	out[0] = '\0';
	if (a == NULL)
		return out;
	a += strlen(from);
	b = strstr(a, to);
	assert_non_null(b);
	(void)snprintf(out, cap, "%.*s", (int)(b - a), a);
	return out;
}

static inline struct family_instance *
family_add(struct family_machine *m, const char *class, const char *id,
    const char *xml)
{
	struct family_instance *i = &m->at[m->n++];

	assert_true(m->n <= 32);
	(void)snprintf(i->class, sizeof(i->class), "%s", class);
	(void)snprintf(i->id, sizeof(i->id), "%s", id);
	assert_true(strlen(xml) < sizeof(i->xml));
	strcpy(i->xml, xml);
	return i;
}

/* The one that a request's selectors mean. */
static inline struct family_instance *
family_meant(struct family_machine *m, const char *class, const char *body)
{
	char set[2048];

	(void)family_between(body, "PT60S</w:OperationTimeout>", "</s:Header>",
	    set, sizeof(set));
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, class) == 0 &&
		    (set[0] == '\0' || strstr(set, m->at[i].id) != NULL))
			return &m->at[i];
	return NULL;
}

static inline size_t
family_count(const struct family_machine *m, const char *class)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += strcmp(m->at[i].class, class) == 0;
	return n;
}

static inline void
family_remove(struct family_machine *m, struct family_instance *i)
{
	*i = m->at[--m->n];
}

static inline void
family_put(struct family_machine *m, const char *class, const char *body)
{
	struct family_instance *i = family_meant(m, class, body);
	char from[160], to[64], xml[8192];

	assert_non_null(i);
	(void)snprintf(from, sizeof(from), "/%s\">", class);
	(void)snprintf(to, sizeof(to), "</r:%s>", class);
	(void)family_between(strstr(body, "<s:Body>"), from, to, xml,
	    sizeof(xml));
	for (char *p = xml; (p = strstr(p, "r:")) != NULL; p++)
		if (p[-1] == '<' || p[-1] == '/')
			*p = 'g';
	strcpy(i->xml, xml);
}

static inline void
family_envelope(char *to, size_t cap, const char *class, const char *inside)
{
	(void)snprintf(to, cap,
	    "<x:Envelope xmlns:x=\"http://www.w3.org/2003/05/soap-envelope\" "
	    "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
	    "xmlns:b=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
	    "xmlns:c=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
	    "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
	    "xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\" "
	    "xmlns:i=\"http://schemas.dmtf.org/wbem/wscim/1/common\" "
	    "xmlns:g=\"%s%s\" xmlns:h=\"%s%s\"><x:Header/><x:Body>%s</x:Body>"
	    "</x:Envelope>",
	    wsman_base(class), class, wsman_base(class), class, inside);
}

static inline void
family_fault(char *to, size_t cap, const char *name)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
	    "<x:Fault><x:Code><x:Value>x:Sender</x:Value><x:Subcode><x:Value>"
	    "b:%s</x:Value></x:Subcode></x:Code><x:Reason><x:Text "
	    "xml:lang=\"en-US\">no</x:Text></x:Reason></x:Fault>",
	    name);
	family_envelope(to, cap, "AMT_None", text);
}

static inline void
family_pull(struct family_machine *m, const char *class, char *to, size_t cap)
{
	size_t len = (size_t)snprintf(to, cap, "<n:PullResponse><n:Items>");

	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, class) == 0)
			len += (size_t)snprintf(to + len, cap - len,
			    "<g:%s>%s</g:%s>", class, m->at[i].xml, class);
	(void)snprintf(to + len, cap - len,
	    "</n:Items><n:EndOfSequence/></n:PullResponse>");
	m->open[0] = '\0';
}

/* Of a class that has one instance at most. */
static inline bool
family_create(struct family_machine *m, const char *class, const char *body,
    bool works, char *to)
{
	strcpy(to, "AlreadyExists");
	if (family_count(m, class) != 0 || m->hidden)
		return false;
	if (works) {
		(void)family_add(m, class, "", "");
		family_put(m, class, body);
	}
	strcpy(to, "<g:ResourceCreated/>");
	return true;
}

static inline bool
family_is(const char *what, const char *verb, const char *class)
{
	char text[160];

	(void)snprintf(text, sizeof(text), "%s %s", verb, class);
	return what != NULL && strcmp(what, text) == 0;
}

static inline bool
family_lacks(const struct family_machine *m, const char *class)
{
	char word[64];

	(void)snprintf(word, sizeof(word), " %s ", class);
	return m->absent != NULL && strstr(m->absent, word) != NULL;
}

/* What is inside of the answer's body; false: a fault of this name is there. */
static inline bool
family_do(struct family_machine *m, const char *verb, const char *class,
    const char *body, bool works, char *to, size_t cap)
{
	struct family_instance *i = family_meant(m, class, body);

	strcpy(to, "DestinationUnreachable");
	if (family_lacks(m, class))
		return false;
	if (strcmp(verb, "Enumerate") == 0)
		(void)snprintf(m->open, sizeof(m->open), "%s", class);
	if (strcmp(verb, "Enumerate") == 0)
		(void)snprintf(to, cap,
		    "<n:EnumerateResponse><n:EnumerationContext>17"
		    "</n:EnumerationContext></n:EnumerateResponse>");
	else if (strcmp(verb, "Pull") == 0 && strcmp(m->open, class) != 0) {
		strcpy(to, "InvalidEnumerationContext");
		return false;
	} else if (strcmp(verb, "Pull") == 0)
		family_pull(m, class, to, cap);
	else if (strcmp(verb, "Create") == 0)
		return family_create(m, class, body, works, to);
	else if (i == NULL && strcmp(verb, "Call") != 0)
		return false;
	else if (family_is(m->refuses, verb, class) ||
	    (m->refuses_id != NULL && strcmp(verb, "Get") != 0 &&
	        strcmp(i->id, m->refuses_id) == 0)) {
		strcpy(to, m->fault);
		return false;
	} else if (strcmp(verb, "Delete") == 0) {
		to[0] = '\0';
		if (works)
			family_remove(m, i);
	} else {
		if (strcmp(verb, "Put") == 0 && works)
			family_put(m, class, body);
		(void)snprintf(to, cap, "<g:%s>%s</g:%s>", class, i->xml,
		    class);
	}
	return true;
}

/* One request, and what comes of it: false when the answer is lost. */
static inline bool
family_talk(struct family_machine *m, const char *body, char *to, size_t cap)
{
	static char inside[131072];
	char action[256], uri[256], *verb, *class;
	bool reads, call, lost, works;
	unsigned code = 0;

	(void)family_between(body, "<a:Action>", "</a:Action>", action, 256);
	(void)family_between(body, "<w:ResourceURI>", "</w:ResourceURI>", uri,
	    256);
	verb = strrchr(action, '/') + 1;
	class = strrchr(uri, '/') + 1;
	reads = strcmp(verb, "Get") == 0 || strcmp(verb, "Enumerate") == 0 ||
	    strcmp(verb, "Pull") == 0;
	call = strstr(action, class) != NULL;
	(void)snprintf(m->said + strlen(m->said),
	    sizeof(m->said) - strlen(m->said), "%s %s, ", call ? "Call" : verb,
	    call ? verb : class);
	if (!reads) {
		m->writes++;
		strcat(strcat(m->wrote, strstr(body, "<w:ResourceURI>")), "\n");
	}
	lost = family_is(m->lost, call ? "Call" : verb, call ? verb : class);
	if (lost && m->spared > 0) {
		m->spared--;
		lost = false;
	}
	m->dead |=
	    family_is(m->dies, call ? "Call" : verb, call ? verb : class);
	works = !m->deaf && !(lost && m->lost_before);
	if (lost)
		m->lost = NULL;
	if (call &&
	    (family_lacks(m, class) ||
	        (m->no_method != NULL && strcmp(m->no_method, verb) == 0))) {
		family_fault(to, cap, "DestinationUnreachable");
		return !lost;
	}
	if (call) {
		m->out[0] = '\0';
		if (m->call != NULL && works)
			code = m->call(m, verb, body);
		(void)snprintf(inside, sizeof(inside),
		    "<g:%s_OUTPUT>%s<g:ReturnValue>%u</g:ReturnValue>"
		    "</g:%s_OUTPUT>",
		    verb, m->out, code, verb);
		family_envelope(to, cap, class, inside);
		if (code == 4711)
			family_fault(to, cap, m->fault);
	} else if (family_do(m, verb, class, body, works, inside,
	               sizeof(inside)))
		family_envelope(to, cap, class, inside);
	else
		family_fault(to, cap, inside);
	if (m->captured != NULL) {
		const char *text = m->captured(call ? "Call" : verb,
		    call ? verb : class, body);

		if (text != NULL)
			(void)snprintf(to, cap, "%s", text);
	}
	if (!reads && m->after != NULL)
		m->after(m);
	return !lost && !m->dead;
}

/* --- the conversation ----------------------------------------------------- */

/* Not NULL: what is done in place of the table. */
static setup_then_fn *family_first;

static inline enum setup_next
family_met(struct setup *s, struct message *r)
{
	(void)r;
	return family_first != NULL ? family_first(s) : setup_apply(s);
}

static inline enum setup_next
family_done(struct setup *s)
{
	return setup_end(s, REASON_NONE, "done");
}

static const struct setup_step family_hello = { .name = "hello",
	.class = "AMT_None",
	.ask = ask_enumerate,
	.took = family_met,
	.lost = setup_again_once };
static const struct setup_way family_way = { .name = "family",
	.route = SETUP_TLS_PSK,
	.first = &family_hello };
static const struct setup_want family_set_up = { .writes = true,
	.applied = family_done };
static const struct setup_want family_check = { .applied = family_done };

struct family_end {
	enum reason_id reason;
	char detail[SETUP_DETAIL_MAX];
	char findings[2048]; /* kind setting.item, comma-joined */
	char found[4096];    /* kind setting.item=found, comma-joined */
	char wanted[4096];   /* kind setting.item=wanted */
	unsigned asks;
};

static struct settings family_asked;
static const char *family_known; /* of the job */
static char family_replace[SETUP_LEAVES];

static inline int
family_begin(void **state)
{
	(void)state;
	settings_free(&family_asked);
	family_known = NULL;
	family_first = NULL;
	return 0;
}

static inline void
family_ask(const char *setting, const char *item, const char *value)
{
	const struct setting *row = setting_of_profile(setting);
	struct fault f;

	assert_non_null(row);
	if (setting_check(row, value, &f) != 0)
		fail_msg("%s", f.why);
	assert_int_equal(settings_add(&family_asked, row->name, item, value,
	                     &f),
	    0);
}

static inline void
family_findings(struct setup *s, struct family_end *e)
{
	static const char *const kinds[] = { "differs", "changed", "lacks",
		"sent" };
	const struct setup_finding *f;

	while ((f = setup_finding(s)) != NULL) {
		const char *dot = *f->item == '\0' ? "" : ".";

		(void)snprintf(e->findings + strlen(e->findings),
		    sizeof(e->findings) - strlen(e->findings), "%s %s%s%s, ",
		    kinds[f->kind], f->setting, dot, f->item);
		(void)snprintf(e->found + strlen(e->found),
		    sizeof(e->found) - strlen(e->found), "%s %s%s%s=%s, ",
		    kinds[f->kind], f->setting, dot, f->item, f->found);
		(void)snprintf(e->wanted + strlen(e->wanted),
		    sizeof(e->wanted) - strlen(e->wanted), "%s %s%s%s=%s, ",
		    kinds[f->kind], f->setting, dot, f->item, f->wanted);
	}
}

static inline void
family_sign(struct family_machine *m, struct setup *s)
{
	static struct setup_signature a;

	a = (struct setup_signature){ .how = SETUP_SIGNER_MISSING, .note = "" };
	assert_non_null(setup_signing(s));
	if (m->sign != NULL)
		m->sign(setup_signing(s), &a);
	setup_signed(s, &a);
}

/* Only the rows of the families are of the profile: no machine's own. */
static inline struct setup *
family_new(const struct setup_want *want, unsigned release)
{
	static struct setting rows[256];
	struct setup_rules rules = { .dialect = &setup_wsman,
		.way = &family_way,
		.want = want,
		.table = rows };
	struct setup_job job = { .host = "pc",
		.domain = "example.com",
		.tries = { "P@ssw0rd" },
		.ntries = 1,
		.admin_next = "Next-pw1",
		.attempt = 1,
		.known = family_known,
		.settings = &family_asked };
	struct setup *s;

	(void)snprintf(job.replace, sizeof(job.replace), "%s", family_replace);
	for (size_t i = 0; i < setting_count; i++)
		if (setting_table[i].own == NULL)
			rows[rules.count++] = setting_table[i];
	s = setup_new_by(&job, &rules);
	s->release = release;
	return s;
}

/* The properties of an instance, as they come from the machine. */
static inline const struct message_node *
family_decode(struct message *r, const char *class, const char *xml)
{
	static char text[16384], inside[8192];
	struct fault f;

	(void)snprintf(inside, sizeof(inside), "<g:%s>%s</g:%s>", class, xml,
	    class);
	family_envelope(text, sizeof(text), class, inside);
	if (wsman_decode(r, text, strlen(text), &f) != 0)
		fail_msg("line %zu: %s", f.at, f.why);
	return r->items;
}

static inline struct family_end
family_run(struct family_machine *m, const struct setup_want *want,
    unsigned release)
{
	static char reply[262144];
	struct setup *s = family_new(want, release);
	struct family_end e = { .asks = 0 };
	struct setup_reply r, *in = NULL;
	int64_t now_ms = 0, wait_ms = 0;
	enum setup_next next;
	struct setup_ask ask;

	m->said[0] = m->wrote[0] = '\0';
	m->writes = 0;
	while ((next = setup_step(s, in, 1800000000, now_ms, &ask, &wait_ms)) !=
	    SETUP_END) {
		in = NULL;
		if (next == SETUP_WAIT) {
			now_ms += wait_ms;
			continue;
		}
		if (next == SETUP_SIGN) {
			family_sign(m, s);
			continue;
		}
		assert_true(++e.asks < 200);
		r = (struct setup_reply){ .outcome = SETUP_ANSWERED,
			.status = 200,
			.server = "",
			.realm = "Digest:A" };
		if (!family_talk(m, ask.body, reply, sizeof(reply)))
			r.outcome = SETUP_HTTP_CLOSED;
		r.body = reply;
		r.len = strlen(reply);
		in = &r;
	}
	family_findings(s, &e);
	e.reason = setup_reason(s);
	strcpy(e.detail, setup_detail(s));
	setup_free(s);
	return e;
}

static inline void
family_ends(const struct family_end *e, enum reason_id reason,
    const char *findings)
{
	if (e->reason != reason)
		fail_msg("ended with %s: %s", reason_get(e->reason)->code,
		    e->detail);
	assert_string_equal(e->findings, findings);
}

#endif
