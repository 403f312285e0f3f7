#include "stick/setupbin_csv.h"

#include <string.h>

#include "base/password.h"
#include "base/rowdecor.h"
#include "base/text.h"

/* Names the column of a row's field i by its header. */
static int
take_column(struct setupbin_csv *c, const struct row *row, size_t i,
    struct fault *f)
{
	const char *name = row->field[i];
	const struct setupbin_var *v = setupbin_var_named(name);
	char shown[64];

	text_show(shown, sizeof(shown), name, strlen(name));
	if (text_same(name, "machine")) {
		if (c->machine != -1)
			return fault_set(f, row->line,
			    "two columns are named machine");
		c->machine = (int)i;
		return 0;
	}
	if (v == NULL)
		return fault_set(f, row->line,
		    "no variable is named \"%s\" (expected machine, or a name "
		    "that setupbin-make --list has)%s",
		    shown, rowdecor_foreign(row));
	if (setupbin_var_is(v, SETUPBIN_PID) ||
	    setupbin_var_is(v, SETUPBIN_PPS))
		return fault_set(f, row->line,
		    "%s is no column here: keys come from a stream of keys",
		    v->name);
	for (size_t n = 0; n < i; n++)
		if (c->variable[n] == v && !v->repeats)
			return fault_set(f, row->line,
			    "two columns mean %s; remove one", v->name);
	c->variable[i] = v;
	return 0;
}

int
setupbin_csv_header(struct setupbin_csv *c, const struct row *row,
    struct fault *f)
{
	*c = (struct setupbin_csv){ .nfields = row->nfields, .machine = -1 };
	for (size_t i = 0; i < row->nfields; i++)
		if (take_column(c, row, i, f) == -1)
			return -1;
	return 0;
}

static int
check_password(const struct setupbin_var *v, const char *text, struct fault *f)
{
	if (setupbin_var_is(v, SETUPBIN_MEBX_NOW))
		return password_check_now(text, strlen(text), f);
	if (setupbin_var_is(v, SETUPBIN_MEBX_NEXT))
		return password_check(text, strlen(text), f);
	return 0;
}

int
setupbin_csv_put(struct setupbin_record *r, const struct setupbin_var *v,
    const char *text, struct fault *f)
{
	uint8_t value[SETUPBIN_VAR_MAX];
	size_t len;
	int rc = -1;

	if (check_password(v, text, f) == 0 &&
	    setupbin_var_parse(value, &len, v, text, f) == 0)
		rc = setupbin_record_add(r, v->module, v->id, value, len, f);
	explicit_bzero(value, sizeof(value));
	return rc;
}

static int
take_machine(struct setupbin_csv_row *to, const char *name, struct fault *f)
{
	if (strlen(name) > SETUPBIN_CSV_MACHINE_MAX)
		return fault_set(f, 0,
		    "name of the machine is longer than %d bytes",
		    SETUPBIN_CSV_MACHINE_MAX);
	for (const char *s = name; *s != '\0'; s++)
		if ((uint8_t)*s < 0x20 || *s == 0x7f)
			return fault_set(f, 0,
			    "name of the machine has a control character");
	to->machine = name;
	return 0;
}

static int
take_field(struct setupbin_csv_row *to, struct setupbin_record *r,
    const struct setupbin_var *v, const char *text, struct fault *f)
{
	if (v == NULL)
		return take_machine(to, text, f);
	if (text[0] == '\0')
		return 0;
	if (setupbin_var_is(v, SETUPBIN_MEBX_NEXT)) {
		if (strcmp(text, "random") == 0)
			return 0;
		to->random = false;
	}
	return setupbin_csv_put(r, v, text, f);
}

int
setupbin_csv_read(struct setupbin_csv_row *to, struct setupbin_record *r,
    const struct setupbin_csv *c, const struct row *row, struct fault *f)
{
	*to = (struct setupbin_csv_row){ .machine = "", .random = true };
	if (row_expect(row, c->nfields, f) == -1)
		goto bad;
	for (size_t i = 0; i < row->nfields; i++)
		if (take_field(to, r, c->variable[i], row->field[i], f) == -1)
			goto bad;
	return 0;
bad:
	if (f != NULL)
		f->at = row->line;
	explicit_bzero(r, sizeof(*r));
	return -1;
}
