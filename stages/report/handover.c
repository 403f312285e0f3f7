/*
 * handover - the machines of a site for another console, from the @handover
 * stream of store-dump: a row for each format at the end of the table.
 *
 * Nothing is in the file that the console does not need: no MEBx password, no
 * key, and of machines that it cannot take over the name and the reason alone.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/kinds.h"
#include "base/record.h"
#include "lib/outfile.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "lib/stream.h"

#define USER "admin"
#define LEFT_MAX 1000000 /* as many as a report has machines */
#define SECRET_MAX 600   /* a password, or a reference with a name in it */

/* One that goes along; texts are borrowed. */
struct taken {
	const char *uuid, *name, *firmware, *leaf, *password;
	bool tls;
};

struct left {
	char *uuid, *name, *why;
};

struct format {
	const char *name;
	const char *begin, *between, *end; /* around and between the machines */
	void (*machine)(FILE *f, const struct taken *m);
	/* Behind the machines; n counts from 0. */
	const char *left_begin, *left_end;
	void (*left)(FILE *f, const struct left *l, size_t n);
};

enum { OPT_REFERENCE = 256 };

struct handover {
	const struct format *format;
	const char *reference; /* in place of passwords, or NULL */
	struct outfile out;
	struct left *left;
	size_t nleft, cap, ntaken;
	bool came;
};

/* "KEY": VALUE, as a member of a JSON object with others before it */
static void
json_member(FILE *f, const char *before, const char *key, const char *value)
{
	(void)fprintf(f, "%s\"%s\": ", before, key);
	output_json(f, value);
}

static void
json_left(FILE *f, const struct left *l, size_t n)
{
	json_member(f, n == 0 ? "\n    { " : ",\n    { ", "uuid", l->uuid);
	json_member(f, ", ", "name", l->name);
	json_member(f, ", ", "left_out", l->why);
	(void)fputs(" }", f);
}

/* Its file of computers; MeshCentral reads that too. */
static void
meshcommander_machine(FILE *f, const struct taken *m)
{
	json_member(f, "\n    { ", "name", m->name);
	json_member(f, ", ", "host", m->name);
	json_member(f, ", ", "user", USER);
	json_member(f, ", ", "pass", m->password);
	(void)fprintf(f, ", \"tls\": %d", m->tls);
	json_member(f, ", ", "ver", m->firmware);
	json_member(f, ", ", "uuid", m->uuid);
	(void)fputs(" }", f);
}

/* The array of "Intel AMT Device Import".  What has no fqdn is no device to it:
 * those left out. */
static void
meshcentral_machine(FILE *f, const struct taken *m)
{
	json_member(f, "\n    { ", "fqdn", m->name);
	json_member(f, ", ", "uuid", m->uuid);
	json_member(f, ", ", "version", m->firmware);
	json_member(f, ", ", "username", USER);
	json_member(f, ", ", "password", m->password);
	(void)fprintf(f, ", \"tls\": %s }", m->tls ? "true" : "false");
}

/* For each what the console takes at POST /api/v1/devices. */
static void
dmt_machine(FILE *f, const struct taken *m)
{
	json_member(f, "\n    { ", "guid", m->uuid);
	json_member(f, ", ", "hostname", m->name);
	json_member(f, ", ", "friendlyName", m->name);
	json_member(f, ", ", "username", USER);
	json_member(f, ", ", "password", m->password);
	(void)fprintf(f,
	    ", \"tags\": [], \"useTLS\": %s, \"allowSelfSigned\": %s",
	    m->tls ? "true" : "false", m->tls ? "true" : "false");
	json_member(f, ", ", "certHash", m->leaf);
	(void)fputs(" }", f);
}

/* A JSON string is one of YAML, too.  Ansible would fill in what looks like its
 * own variables. */
static void
yaml_text(FILE *f, const char *key, const char *value)
{
	(void)fprintf(f, "          %s: %s", key,
	    strstr(value, "{{") != NULL || strstr(value, "{%") != NULL ||
	            strstr(value, "{#") != NULL
	        ? "!unsafe "
	        : "");
	output_json(f, value);
	(void)fputc('\n', f);
}

static void
ansible_machine(FILE *f, const struct taken *m)
{
	(void)fputs("        ", f);
	output_json(f, m->name);
	(void)fputs(":\n", f);
	yaml_text(f, "ansible_host", m->name);
	yaml_text(f, "amt_uuid", m->uuid);
	yaml_text(f, "amt_release", m->firmware);
	yaml_text(f, "amt_user", USER);
	yaml_text(f, "amt_password", m->password);
	(void)fprintf(f, "          amt_tls: %s\n          amt_port: %d\n",
	    m->tls ? "true" : "false", m->tls ? 16993 : 16992);
}

static void
ansible_left(FILE *f, const struct left *l, size_t n)
{
	if (n == 0)
		(void)fputs("# Left out:\n", f);
	(void)fprintf(f, "# %s ", l->uuid);
	output_plain(f, l->name);
	(void)fprintf(f, "%s%s\n", l->name[0] != '\0' ? ": " : "", l->why);
}

/* Exactly as it is: a program reads it, and a password is no formula. */
static void
csv_row(FILE *f, const char *const fields[7])
{
	for (size_t i = 0; i < 7; i++) {
		output_csv(f, fields[i]);
		(void)fputc(i == 6 ? '\n' : ',', f);
	}
}

static void
csv_machine(FILE *f, const struct taken *m)
{
	csv_row(f,
	    (const char *const[]){ m->uuid, m->name, m->tls ? "16993" : "16992",
	        m->tls ? "yes" : "no", USER, m->password, "" });
}

static void
csv_left(FILE *f, const struct left *l, size_t n)
{
	(void)n;
	csv_row(f,
	    (const char *const[]){ l->uuid, l->name, "", "", "", "", l->why });
}

#define LEFT_OUT "\n  ],\n  \"left_out\": ["

static const struct format formats[] = {
	{ "meshcommander",
	    "{\n  \"webappversion\": \"0.9.0\",\n"
	    "  \"computers\": [",
	    ",", "", meshcommander_machine, LEFT_OUT, "\n  ]\n}\n", json_left },
	{ "meshcentral", "[", ",", "", meshcentral_machine, NULL, "\n]\n",
	    json_left },
	{ "dmt", "{\n  \"devices\": [", ",", "", dmt_machine, LEFT_OUT,
	    "\n  ]\n}\n", json_left },
	{ "ansible", "all:\n  children:\n    amt:\n      hosts:\n", "", "",
	    ansible_machine, "", "", ansible_left },
	{ "csv", "uuid,fqdn,port,tls,user,password,left_out\n", "", "",
	    csv_machine, "", "", csv_left },
};
#define NFORMATS (sizeof(formats) / sizeof(formats[0]))

static const struct format *
format_find(const char *name)
{
	for (size_t i = 0; i < NFORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	errx(EX_USAGE,
	    "no such format (got \"%s\", expected meshcentral, "
	    "meshcommander, ansible, dmt or csv)",
	    name);
}

/* Why this machine cannot be taken over, or NULL. */
static const char *
left_why(const struct handover *h, const struct record *r)
{
	const char *state = r->field[HANDOVER_STATE];

	if (strcmp(state, "unprovisioned") == 0)
		return "unprovisioned";
	if (strcmp(state, "verified") != 0 && strcmp(state, "committed") != 0)
		return r->field[HANDOVER_REASON][0] != '\0'
		    ? r->field[HANDOVER_REASON]
		    : "not set up yet";
	if (r->field[HANDOVER_FQDN][0] == '\0')
		return "has no name";
	if (h->reference == NULL && r->field[HANDOVER_ADMIN][0] == '\0')
		return "its password is not known for certain";
	return NULL;
}

static char *
left_copy(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		err(EX_OSERR, "memory");
	return copy;
}

static void
left_add(struct handover *h, const struct record *r, const char *why)
{
	if (h->nleft == h->cap) {
		h->cap = h->cap != 0 ? 2 * h->cap : 64;
		h->left = h->nleft < LEFT_MAX
		    ? reallocarray(h->left, h->cap, sizeof(h->left[0]))
		    : NULL;
		if (h->left == NULL)
			err(EX_OSERR, "memory");
	}
	h->left[h->nleft++] = (struct left){ left_copy(r->field[HANDOVER_UUID]),
		left_copy(r->field[HANDOVER_FQDN]), left_copy(why) };
}

/* %n is the machine's name, %u its UUID. */
static void
reference_write(char text[SECRET_MAX], const char *pattern,
    const struct record *r)
{
	size_t len = 0;

	for (const char *p = pattern; *p != '\0'; p++) {
		const char *part = NULL;

		if (p[0] == '%' && p[1] == 'n')
			part = r->field[HANDOVER_FQDN];
		else if (p[0] == '%' && p[1] == 'u')
			part = r->field[HANDOVER_UUID];
		if (part != NULL)
			p++;
		len += (size_t)snprintf(text + len, SECRET_MAX - len, "%.*s",
		    part != NULL ? (int)strlen(part) : 1,
		    part != NULL ? part : p);
		if (len >= SECRET_MAX)
			errx(EX_USAGE, "--reference: is too long");
	}
	text[len] = '\0';
}

static void
machine_write(struct handover *h, const struct record *r)
{
	const char *why = left_why(h, r);
	char text[SECRET_MAX];
	struct taken m = {
		.uuid = r->field[HANDOVER_UUID],
		.name = r->field[HANDOVER_FQDN],
		.firmware = r->field[HANDOVER_FIRMWARE],
		.leaf = r->field[HANDOVER_LEAF],
		.password = r->field[HANDOVER_ADMIN],
		.tls = strcmp(r->field[HANDOVER_TLS], "1") == 0,
	};

	if (why != NULL) {
		left_add(h, r, why);
		return;
	}
	if (h->reference != NULL) {
		reference_write(text, h->reference, r);
		m.password = text;
	}
	if (h->ntaken++ != 0)
		(void)fputs(h->format->between, h->out.f);
	h->format->machine(h->out.f, &m);
}

static void
read_input(int fd, const char *name, void *arg)
{
	struct handover *h = arg;
	struct stream_in s;
	struct record r;

	stream_open(&s, fd, name);
	while (stream_header(&s) == 1) {
		int got;

		if (s.kind != &kind_handover)
			stage_fail(EX_DATAERR, name, s.line,
			    "not a stream of @handover");
		while ((got = stream_next(&s, &r)) == 1)
			machine_write(h, &r);
		if (got == -1)
			exit(stage_status(EX_DATAERR));
		stage_refused_before(s.refused);
		h->came = true;
	}
	stream_close(&s);
}

/* Those left out, in the file and to who runs it. */
static void
end_write(struct handover *h)
{
	const struct format *format = h->format;
	size_t n = format->left_begin == NULL ? h->ntaken : 0;

	(void)fputs(format->end, h->out.f);
	if (format->left_begin != NULL)
		(void)fputs(format->left_begin, h->out.f);
	for (size_t i = 0; i < h->nleft; i++) {
		const struct left *l = &h->left[i];

		format->left(h->out.f, l, n + i);
		stage_say(l->name[0] != '\0' ? l->name : l->uuid, 0,
		    "left out: %s", l->why);
		free(l->uuid);
		free(l->name);
		free(l->why);
	}
	(void)fputs(format->left_end, h->out.f);
	free(h->left);
	if (outfile_commit(&h->out) == -1)
		errx(EX_IOERR, "%s: cannot write, nothing changed: %s",
		    h->out.path, outfile_why());
	(void)printf("%s: %zu machines; left out: %zu\n", h->out.path,
	    h->ntaken, h->nleft);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "reference", required_argument, NULL, OPT_REFERENCE },
		{ NULL, 0, NULL, 0 },
	};
	struct handover h = { 0 };
	const char *path = NULL;
	int ch;

	stage_begin("-t format -o file [--reference text] [file ...]",
	    MAY_READ_FILES | MAY_WRITE_FILES | USES_SECRETS);
	while ((ch = stage_getopt(argc, argv, "o:t:", longopts)) != -1)
		switch (ch) {
		case 'o':
			path = optarg;
			break;
		case 't':
			h.format = format_find(optarg);
			break;
		case OPT_REFERENCE:
			h.reference = optarg;
			break;
		default:
			stage_usage();
		}
	if (path == NULL || h.format == NULL)
		stage_usage();
	stage_makes(path);
	stage_confine();
	/* Nobody but the owner, from the first byte on. */
	if (outfile_open(&h.out, path, 0600) == -1)
		errx(EX_CANTCREAT, "%s: cannot create: %s", path,
		    outfile_why());
	(void)fputs(h.format->begin, h.out.f);
	stage_each_input(argc, argv, read_input, &h);
	if (!h.came && stage_input_cut(STDIN_FILENO))
		exit(stage_status(EX_DATAERR));
	if (!h.came)
		errx(EX_DATAERR, "no @handover stream came");
	end_write(&h);
	return stage_end();
}
