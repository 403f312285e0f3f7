/*
 * What devices know, in a file, so that they still know it when amtpeer is
 * started again: a line for each value,
 *
 *	address TAB class TAB number TAB property TAB value
 *
 * with class "machine" and number 0 for what is no instance.  In values \ is
 * \\, TAB \t and newline \n.
 */
#include "peer/state.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "peer/service.h"
#include "base/text.h"

/* Members of struct machine. */
static const struct state_member {
	const char *name;
	char kind; /* i int, u unsigned, l int64_t, b bool, t text, x ha1 */
	size_t at, cap;
} members[] = {
#define M(kind, member)                                                        \
	{                                                                      \
#member, kind, offsetof(struct machine, member),               \
		    sizeof(((struct machine *)0)->member)                      \
	}
	M('b', admin_default),
	M('x', admin.ha1),
	M('t', admin.user),
	M('u', admin_sets),
	M('l', clock_offset),
	M('b', clock_set),
	M('b', closed),
	M('u', commits),
	M('u', control_mode),
	M('b', creds_set),
	M('u', instance_ids),
	M('t', mebx),
	M('t', pid),
	M('t', realm),
	M('t', record.cn),
	M('t', record.hash),
	M('u', record.hash_type),
	M('l', record_time),
	M('b', roots_lost),
	M('i', state),
	M('u', unprovisions),
	M('u', user_handles),
	M('l', writes),
#undef M
};
#define NMEMBERS (sizeof(members) / sizeof(members[0]))

/* --- out ----------------------------------------------------------------- */

static void
put_line(FILE *out, const struct machine *m, const char *class, unsigned number,
    const char *property, const char *value)
{
	fprintf(out, "%s\t%s\t%u\t%s\t", inet_ntoa(m->address), class, number,
	    property);
	for (; *value != '\0'; value++)
		if (*value == '\\' || *value == '\t' || *value == '\n')
			fprintf(out, "\\%c",
			    *value == '\t'       ? 't'
			        : *value == '\n' ? 'n'
			                         : '\\');
		else
			putc(*value, out);
	putc('\n', out);
}

static const char *
member_text(char to[300], const struct machine *m, const struct state_member *b)
{
	const char *at = (const char *)m + b->at;
	int64_t wide;
	unsigned small;

	if (b->kind == 't')
		return at;
	if (b->kind == 'x') {
		text_hex(to, (const uint8_t *)at, HA1_LEN);
	} else if (b->kind == 'b') {
		snprintf(to, 300, "%d", *(const bool *)at);
	} else if (b->kind == 'l') {
		memcpy(&wide, at, sizeof(wide));
		snprintf(to, 300, "%lld", (long long)wide);
	} else {
		memcpy(&small, at, sizeof(small));
		snprintf(to, 300, "%u", small);
	}
	return to;
}

static void
put_instance(FILE *out, const struct machine *m, const struct instance *i)
{
	const struct property *p = i->class->properties;

	for (size_t k = 0; p[k].name != NULL; k++)
		for (size_t v = 0; v < i->values[k].n; v++)
			put_line(out, m, i->class->name, i->id, p[k].name,
			    i->values[k].at[v]);
}

static void
put_machine(FILE *out, const struct machine *m)
{
	char text[300];

	for (size_t k = 0; k < NMEMBERS; k++)
		put_line(out, m, "machine", 0, members[k].name,
		    member_text(text, m, &members[k]));
	for (size_t k = 0; k < GENERAL_COUNT; k++)
		put_line(out, m, "general", 0, general_settings[k].name,
		    m->general[k]);
	for (struct holding *h = m->holdings; h != NULL; h = h->next) {
		/* there may be no instance of it any more */
		put_line(out, m, h->class->name, 0, "", "");
		for (struct instance *i = h->first; i != NULL; i = i->next)
			put_instance(out, m, i);
	}
}

void
state_write(const struct fleet *fl, const char *path)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		err(EX_CANTCREAT, "%s", path);
	for (size_t i = 0; i < fl->n; i++)
		put_machine(out, &fl->machines[i]);
	if (fclose(out) != 0)
		err(EX_IOERR, "%s", path);
}

/* --- in ------------------------------------------------------------------ */

static void
unescape(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0') {
			text++;
			*to++ = (char)(*text == 't' ? '\t'
			        : *text == 'n'      ? '\n'
			                            : *text);
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static bool
set_member(struct machine *m, const char *name, const char *value)
{
	const struct state_member *b = members;
	unsigned small = (unsigned)strtoul(value, NULL, 10);
	int64_t wide = strtoll(value, NULL, 10);
	bool on = small != 0;
	char *at;

	while (b < members + NMEMBERS && strcmp(b->name, name) != 0)
		b++;
	if (b == members + NMEMBERS)
		return false;
	at = (char *)m + b->at;
	if (b->kind == 't')
		snprintf(at, b->cap, "%s", value);
	else if (b->kind == 'x')
		for (size_t i = 0; i < HA1_LEN; i++) {
			sscanf(value + 2 * i, "%2x", &small);
			at[i] = (char)small;
		}
	else if (b->kind == 'b')
		memcpy(at, &on, sizeof(on));
	else if (b->kind == 'l')
		memcpy(at, &wide, sizeof(wide));
	else
		memcpy(at, &small, sizeof(small));
	return true;
}

static bool
set_general(struct machine *m, const char *name, const char *value)
{
	int k = general_index(name);

	if (k == -1)
		return false;
	free(m->general[k]);
	m->general[k] = strdup(value);
	if (m->general[k] == NULL)
		err(EX_OSERR, NULL);
	return true;
}

static bool
set_instance(struct machine *m, const char *class, unsigned number,
    const char *property, const char *value)
{
	const struct class *c = class_any(class);
	struct instance *i;

	if (c == NULL)
		return false;
	i = instance_restore(m, c, number);
	if (i != NULL)
		instance_append(i, property, value);
	return true;
}

static bool
set_line(const struct fleet *fl, char *line)
{
	char *field[5];
	struct in_addr address;
	struct machine *m;

	for (size_t i = 0; i < 5; i++)
		field[i] = strsep(&line, "\t");
	if (field[4] == NULL || inet_pton(AF_INET, field[0], &address) != 1)
		return false;
	m = fleet_find(fl, address);
	if (m == NULL)
		return true; /* a machine of another fleet file */
	unescape(field[4]);
	if (strcmp(field[1], "machine") == 0)
		return set_member(m, field[3], field[4]);
	if (strcmp(field[1], "general") == 0)
		return set_general(m, field[3], field[4]);
	return set_instance(m, field[1], (unsigned)strtoul(field[2], NULL, 10),
	    field[3], field[4]);
}

void
state_read(const struct fleet *fl, const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	if (in == NULL && errno == ENOENT)
		return;
	if (in == NULL)
		err(EX_NOINPUT, "%s", path);
	for (size_t n = 1; getline(&line, &size, in) != -1; n++) {
		line[strcspn(line, "\n")] = '\0';
		if (!set_line(fl, line))
			errx(EX_DATAERR, "%s:%zu: no line of a state", path, n);
	}
	free(line);
	fclose(in);
}
