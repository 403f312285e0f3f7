#include "peer/values.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "peer/pki.h"
#include "peer/reference.h"
#include "peer/service.h"

/* --- tables -------------------------------------------------------------- */

size_t
property_count(const struct class *c)
{
	size_t n = 0;

	while (c->properties[n].name != NULL)
		n++;
	return n;
}

int
property_index(const struct class *c, const char *name)
{
	for (size_t k = 0; c->properties[k].name != NULL; k++)
		if (strcmp(c->properties[k].name, name) == 0)
			return (int)k;
	return -1;
}

bool
property_there(const struct property *p, const struct machine *m)
{
	unsigned release = machine_release(m);

	return release >= p->from && (p->to == 0 || release <= p->to);
}

/* --- values -------------------------------------------------------------- */

void
values_clear(struct values *v)
{
	for (size_t k = 0; k < v->n; k++)
		free(v->at[k]);
	free(v->at);
	memset(v, 0, sizeof(*v));
}

void
values_add(struct values *v, const char *text, size_t len)
{
	v->at = reallocarray(v->at, v->n + 1, sizeof(*v->at));
	if (v->at == NULL || (v->at[v->n] = strndup(text, len)) == NULL)
		err(EX_OSERR, NULL);
	v->n++;
}

void
values_copy(struct values *to, const struct values *from)
{
	values_clear(to);
	for (size_t k = 0; k < from->n; k++)
		values_add(to, from->at[k], strlen(from->at[k]));
}

void
values_initial(struct values *v, const struct property *p)
{
	const char *text = p->initial;

	values_clear(v);
	if (text == NULL)
		return;
	if ((p->flags & PROPERTY_LIST) == 0) {
		values_add(v, text, strlen(text));
		return;
	}
	for (size_t n; *text != '\0'; text += n + (text[n] == '|')) {
		n = strcspn(text, "|");
		values_add(v, text, n);
	}
}

/* The values of a property that the table must have. */
static struct values *
values_of(const struct instance *i, const char *name)
{
	int k = property_index(i->class, name);

	if (k == -1)
		errx(EX_SOFTWARE, "%s has no %s", i->class->name, name);
	return (struct values *)&i->values[k];
}

const struct values *
instance_values(const struct instance *i, const char *name)
{
	return values_of(i, name);
}

const char *
instance_text(const struct instance *i, const char *name)
{
	const struct values *v = values_of(i, name);

	return v->n > 0 ? v->at[0] : "";
}

bool
instance_has(const struct instance *i, const char *name)
{
	return values_of(i, name)->n > 0;
}

bool
instance_true(const struct instance *i, const char *name)
{
	return strcmp(instance_text(i, name), "true") == 0;
}

unsigned
instance_number(const struct instance *i, const char *name)
{
	return (unsigned)strtoul(instance_text(i, name), NULL, 10);
}

void
instance_set(struct instance *i, const char *name, const char *text)
{
	struct values *v = values_of(i, name);
	char *copy = text != NULL ? strdup(text) : NULL;

	values_clear(v);
	if (copy != NULL)
		values_add(v, copy, strlen(copy));
	free(copy);
}

void
instance_append(struct instance *i, const char *name, const char *text)
{
	values_add(values_of(i, name), text, strlen(text));
}

void
instance_copy(struct instance *to, const struct instance *from)
{
	size_t n = property_count(from->class);

	for (size_t k = 0; k < n; k++)
		values_copy(&to->values[k], &from->values[k]);
}

/* --- those of a machine -------------------------------------------------- */

struct instance *
instance_new(const struct machine *m, const struct class *c)
{
	size_t n = property_count(c);
	struct instance *i = calloc(1, sizeof(*i) + n * sizeof(i->values[0]));

	if (i == NULL)
		err(EX_OSERR, NULL);
	i->class = c;
	for (size_t k = 0; k < n; k++)
		if (property_there(&c->properties[k], m))
			values_initial(&i->values[k], &c->properties[k]);
	return i;
}

void
instance_free(struct instance *i)
{
	size_t n;

	if (i == NULL)
		return;
	n = property_count(i->class);
	for (size_t k = 0; k < n; k++)
		values_clear(&i->values[k]);
	free(i);
}

/* Its place; *made when there was none. */
static struct holding *
holding_place(struct machine *m, const struct class *c, bool *made)
{
	struct holding *h = m->holdings;

	while (h != NULL && h->class != c)
		h = h->next;
	*made = h == NULL;
	if (h != NULL)
		return h;
	h = calloc(1, sizeof(*h));
	if (h == NULL)
		err(EX_OSERR, NULL);
	h->class = c;
	h->next = m->holdings;
	m->holdings = h;
	return h;
}

static struct holding *
holding_of(struct machine *m, const struct class *c)
{
	bool made;
	struct holding *h = holding_place(m, c, &made);

	if (!made)
		return h;
	if (c->begin != NULL)
		c->begin(m, c);
	else
		instance_add(m, c);
	return h;
}

void
instance_attach(struct machine *m, struct instance *i)
{
	struct instance **at = &holding_of(m, i->class)->first;

	while (*at != NULL)
		at = &(*at)->next;
	*at = i;
	i->id = ++m->instance_ids;
}

struct instance *
instance_restore(struct machine *m, const struct class *c, uint32_t number)
{
	bool made;
	struct holding *h = holding_place(m, c, &made);
	struct instance *i = h->first;
	size_t n = property_count(c);

	while (i != NULL && i->id != number)
		i = i->next;
	if (i != NULL || number == 0)
		return i;
	i = instance_new(m, c);
	for (size_t k = 0; k < n; k++)
		values_clear(&i->values[k]);
	instance_attach(m, i);
	i->id = number;
	if (m->instance_ids < number)
		m->instance_ids = number;
	return i;
}

struct instance *
instance_add(struct machine *m, const struct class *c)
{
	struct instance *i = instance_new(m, c);

	instance_attach(m, i);
	return i;
}

void
instance_remove(struct machine *m, struct instance *i)
{
	struct instance **at = &holding_of(m, i->class)->first;

	while (*at != i)
		at = &(*at)->next;
	*at = i->next;
	instance_free(i);
}

void
instances_free(struct machine *m)
{
	while (m->holdings != NULL) {
		struct holding *h = m->holdings;

		m->holdings = h->next;
		while (h->first != NULL) {
			struct instance *i = h->first;

			h->first = i->next;
			instance_free(i);
		}
		free(h);
	}
}

struct instance *
instance_first(struct machine *m, const struct class *c)
{
	return holding_of(m, c)->first;
}

size_t
instance_count(struct machine *m, const struct class *c)
{
	size_t n = 0;

	for (struct instance *i = instance_first(m, c); i != NULL; i = i->next)
		n++;
	return n;
}

struct instance *
instance_at(struct machine *m, const struct class *c, size_t i)
{
	struct instance *at = instance_first(m, c);

	while (at != NULL && i-- > 0)
		at = at->next;
	return at;
}

struct instance *
instance_find(struct machine *m, const struct class *c, const char *name,
    const char *value)
{
	struct instance *i = instance_first(m, c);

	while (i != NULL && strcmp(instance_text(i, name), value) != 0)
		i = i->next;
	return i;
}

struct instance *
instance_meant(struct machine *m, const struct class *c, const char *reference)
{
	struct instance *i = instance_first(m, c);
	char whole[REFERENCE_MAX];

	for (; i != NULL; i = i->next) {
		instance_reference(whole, i);
		if (reference_fits(whole, reference))
			break;
	}
	return i;
}

/* --- keys ---------------------------------------------------------------- */

void
instance_reference(char to[], const struct instance *i)
{
	const struct class *c = i->class;

	snprintf(to, REFERENCE_MAX, "%s%s", c->base, c->name);
	for (size_t k = 0; c->properties[k].name != NULL; k++)
		if ((c->properties[k].flags & PROPERTY_KEY) != 0 &&
		    i->values[k].n > 0)
			reference_add(to, c->properties[k].name,
			    i->values[k].at[0]);
}

bool
instance_is(const struct instance *i, const char *name, const char *value)
{
	int k = property_index(i->class, name);
	const struct property *p;

	if (k == -1)
		return false;
	p = &i->class->properties[k];
	if ((p->flags & PROPERTY_KEY) == 0 || i->values[k].n == 0)
		return false;
	if (p->kind == 'e')
		return reference_fits(i->values[k].at[0], value);
	return strcmp(i->values[k].at[0], value) == 0;
}

/* --- out ----------------------------------------------------------------- */

/* NS_COMMON has the prefix behind that of the class. */
static void
write_value(FILE *out, char prefix, const struct property *p, const char *text)
{
	if (p->kind == 'e')
		reference_element(out, prefix, p->name, text);
	else if (p->kind == 'd')
		fprintf(out, "<%c:%s><%c:Datetime>%s</%c:Datetime></%c:%s>",
		    prefix, p->name, prefix + 1, text, prefix + 1, prefix,
		    p->name);
	else
		soap_element(out, prefix, p->name,
		    (p->flags & PROPERTY_BLANK) != 0 ? "" : text);
}

void
instance_write(FILE *out, char prefix, const struct machine *m,
    const struct instance *i)
{
	const struct property *p = i->class->properties;

	for (size_t k = 0; p[k].name != NULL; k++) {
		if ((p[k].flags & PROPERTY_SECRET) != 0 ||
		    !property_there(&p[k], m))
			continue;
		for (size_t v = 0; v < i->values[k].n; v++)
			write_value(out, prefix, &p[k], i->values[k].at[v]);
	}
}
