#include "lib/complaints.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct kind_met {
	uint64_t key, n;
	char *input, *why; /* of the first */
};

static struct kind_met met[COMPLAINTS_KINDS + 1]; /* the last: all others */
static size_t nmet;

/* FNV-1a. */
static uint64_t
complaints_hash(uint64_t h, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)p[i]) * 0x100000001b3u;
	return h;
}

/* The name without the line or offset at its end. */
static size_t
input_length(const char *name)
{
	size_t len = strlen(name), n = len;

	while (n > 0 && name[n - 1] >= '0' && name[n - 1] <= '9')
		n--;
	return n > 1 && n < len && name[n - 1] == ':' ? n - 1 : len;
}

/* Has it a digit or a capital after its first letter?  Then it is a value. */
static bool
is_value(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((word[i] >= '0' && word[i] <= '9') ||
		    (i != 0 && word[i] >= 'A' && word[i] <= 'Z'))
			return true;
	return false;
}

/* Past what is in quotes or brackets, or text as it is. */
static const char *
after_value(const char *text)
{
	const char *end = NULL;

	if (*text == '"')
		end = strchr(text + 1, '"');
	else if (*text == '(')
		end = strchr(text + 1, ')');
	return end != NULL ? end + 1 : text;
}

static uint64_t
key_of(const char *name, const char *why)
{
	uint64_t h =
	    complaints_hash(0xcbf29ce484222325u, name, input_length(name));

	while (*why != '\0') {
		const char *past = after_value(why);
		size_t len = strcspn(why, " ");

		if (past != why) {
			why = past;
			continue;
		}
		if (!is_value(why, len))
			h = complaints_hash(h, why, len);
		why += len;
		why += *why == ' ';
	}
	return h;
}

static char *
complaints_copy(const char *text, size_t len)
{
	char *to = strndup(text, len);

	if (to == NULL)
		err(EX_OSERR, "memory");
	return to;
}

static struct kind_met *
complaints_find(const char *name, const char *why)
{
	uint64_t key = key_of(name, why);
	struct kind_met *m;

	for (size_t i = 0; i < nmet && i < COMPLAINTS_KINDS; i++)
		if (met[i].key == key)
			return &met[i];
	m = &met[nmet < COMPLAINTS_KINDS ? nmet : COMPLAINTS_KINDS];
	if (nmet <= COMPLAINTS_KINDS) {
		*m = (struct kind_met){ .key = key,
			.input = complaints_copy(name, input_length(name)),
			.why = complaints_copy(why, strlen(why)) };
		nmet++;
	}
	return m;
}

uint64_t
complaints_add(const char *name, const char *why)
{
	return ++complaints_find(name, why)->n;
}

void
complaints_end(complaints_fn *fn)
{
	for (size_t i = 0; i < nmet; i++) {
		struct kind_met *m = &met[i];

		if (m->n > COMPLAINTS_SAID)
			fn(m->input,
			    i < COMPLAINTS_KINDS ? m->why : "of other kinds",
			    m->n);
		free(m->input);
		free(m->why);
		*m = (struct kind_met){ 0 };
	}
	nmet = 0;
}
