/* Instances out of requests, judged by the table of the class. */
#include "peer/values.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/evp.h>

#include "peer/reference.h"
#include "peer/service.h"
#include "base/text.h"

int
octets(uint8_t *to, size_t cap, const char *from)
{
	size_t len = strlen(from), pad = 0;
	uint8_t *whole;
	int n;

	if (len % 4 != 0 ||
	    strspn(from,
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	        "0123456789+/=") != len)
		return -1;
	while (pad < 2 && pad < len && from[len - 1 - pad] == '=')
		pad++;
	if (memchr(from, '=', len - pad) != NULL || len / 4 * 3 - pad > cap)
		return -1;
	whole = malloc(len / 4 * 3 + 1);
	if (whole == NULL)
		err(EX_OSERR, NULL);
	n = EVP_DecodeBlock(whole, (const unsigned char *)from, (int)len);
	if (n >= (int)pad)
		memcpy(to, whole, (size_t)n - pad);
	free(whole);
	return n < (int)pad ? -1 : n - (int)pad;
}

static bool
octets_fit(const char *text, uint32_t max)
{
	uint8_t *to = malloc((size_t)max + 1);
	int n;

	if (to == NULL)
		err(EX_OSERR, NULL);
	n = octets(to, max, text);
	free(to);
	return n != -1;
}

static bool
value_fits(const struct property *p, const char *text)
{
	uint64_t n;

	switch (p->kind) {
	case 'b':
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	case 'n':
		return text_number(&n, text, p->max) == 0;
	case 'o':
		return octets_fit(text, p->max);
	case 'd':
	case 't':
		return strlen(text) <= p->max;
	default:
		return false;
	}
}

static int
bad(struct soap_fault *f, const char *why)
{
	f->subcode = "InvalidRepresentation";
	f->why = why;
	return -1;
}

/* One element into the values of its property. */
static int
read_element(struct values *v, const struct property *p, const xmlNode *e,
    struct soap_fault *f)
{
	static char text[65536];

	xmlNode *inner = p->kind == 'd' ? soap_first(e) : NULL;

	if (v->n > 0 && (p->flags & PROPERTY_LIST) == 0)
		return bad(f, "a property twice");
	if ((p->flags & PROPERTY_BARRED) != 0)
		return bad(f, "a property that a Put must not have");
	if (inner != NULL)
		e = inner;
	if (p->kind == 'e') {
		if (!reference_read(text, e))
			return bad(f, "a reference that is none");
	} else if (!soap_text(text, sizeof(text), e) || !value_fits(p, text)) {
		return bad(f, "a value that the property cannot have");
	}
	values_add(v, text, strlen(text));
	return 0;
}

static bool
values_equal(const struct values *a, const struct values *b)
{
	if (a->n != b->n)
		return false;
	for (size_t k = 0; k < a->n; k++)
		if (strcmp(a->at[k], b->at[k]) != 0)
			return false;
	return true;
}

#define PROPERTY_STAYS                                                         \
	(PROPERTY_SECRET | PROPERTY_BLANK | PROPERTY_KEPT | PROPERTY_BARRED)

/* What a Put leaves out, and what it must not change. */
static int
settle(struct values *v, const struct property *p, const struct values *old,
    bool came, struct soap_fault *f)
{
	bool fixed = (p->flags & (PROPERTY_KEY | PROPERTY_FIXED)) != 0 &&
	    (p->flags & PROPERTY_MOVES) == 0;

	if (!came && (p->flags & PROPERTY_NEEDED) != 0)
		return bad(f, "a property is missing that must be there");
	if (old == NULL) {
		if (!came)
			values_initial(v, p);
		return 0;
	}
	if (came && fixed && !values_equal(v, old))
		return bad(f, "a property that cannot be changed");
	if (came)
		return 0;
	if (fixed || (p->flags & PROPERTY_STAYS) != 0)
		values_copy(v, old);
	else
		values_initial(v, p);
	return 0;
}

int
instance_read(struct instance *to, const struct machine *m,
    const struct instance *old, const xmlNode *node, const char *uri,
    struct soap_fault *f)
{
	const struct property *p = to->class->properties;
	size_t n = property_count(to->class);

	for (size_t k = 0; k < n; k++)
		values_clear(&to->values[k]);
	for (xmlNode *e = soap_first(node); e != NULL; e = soap_next(e)) {
		int k = property_index(to->class, (const char *)e->name);

		if (k == -1 || !soap_is(e, uri, p[k].name) ||
		    !property_there(&p[k], m))
			return bad(f,
			    "a property that the class does not have");
		if (read_element(&to->values[k], &p[k], e, f) == -1)
			return -1;
	}
	for (size_t k = 0; k < n; k++)
		if (property_there(&p[k], m) &&
		    settle(&to->values[k], &p[k],
		        old != NULL ? &old->values[k] : NULL,
		        to->values[k].n > 0, f) == -1)
			return -1;
	return 0;
}
