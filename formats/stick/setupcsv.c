#include "stick/setupcsv.h"

#include <string.h>

#include "base/password.h"
#include "base/rowdecor.h"
#include "base/text.h"

static bool
is_variable(const struct setupvar *v, uint16_t module, uint16_t id)
{
	return v->module == module && v->id == id;
}

/* Names the column of a row's field i by its header. */
static int
take_column(struct setupcsv *c, const struct row *row, size_t i,
    struct fault *f)
{
	const char *name = row->field[i];
	const struct setupvar *v = setupvar_named(name);
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
	if (is_variable(v, 2, 1) || is_variable(v, 2, 2))
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
setupcsv_header(struct setupcsv *c, const struct row *row, struct fault *f)
{
	*c = (struct setupcsv){ .nfields = row->nfields, .machine = -1 };
	for (size_t i = 0; i < row->nfields; i++)
		if (take_column(c, row, i, f) == -1)
			return -1;
	return 0;
}

static int
check_password(const struct setupvar *v, const char *text, struct fault *f)
{
	if (is_variable(v, 1, 1))
		return password_check_now(text, strlen(text), f);
	if (is_variable(v, 1, 2))
		return password_check(text, strlen(text), f);
	return 0;
}

int
setupcsv_put(struct setupbin_record *r, const struct setupvar *v,
    const char *text, struct fault *f)
{
	uint8_t value[SETUPVAR_MAX];
	size_t len;
	int rc = -1;

	if (check_password(v, text, f) == 0 &&
	    setupvar_parse(value, &len, v, text, f) == 0)
		rc = setupbin_record_add(r, v->module, v->id, value, len, f);
	explicit_bzero(value, sizeof(value));
	return rc;
}

static int
take_machine(struct setupcsv_row *to, const char *name, struct fault *f)
{
	if (strlen(name) > SETUPCSV_MACHINE_MAX)
		return fault_set(f, 0,
		    "name of the machine is longer than %d bytes",
		    SETUPCSV_MACHINE_MAX);
	for (const char *s = name; *s != '\0'; s++)
		if ((uint8_t)*s < 0x20 || *s == 0x7f)
			return fault_set(f, 0,
			    "name of the machine has a control character");
	to->machine = name;
	return 0;
}

static int
take_field(struct setupcsv_row *to, struct setupbin_record *r,
    const struct setupvar *v, const char *text, struct fault *f)
{
	if (v == NULL)
		return take_machine(to, text, f);
	if (text[0] == '\0')
		return 0;
	if (is_variable(v, 1, 2)) {
		if (strcmp(text, "random") == 0)
			return 0;
		to->random = false;
	}
	return setupcsv_put(r, v, text, f);
}

int
setupcsv_read(struct setupcsv_row *to, struct setupbin_record *r,
    const struct setupcsv *c, const struct row *row, struct fault *f)
{
	*to = (struct setupcsv_row){ .machine = "", .random = true };
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
