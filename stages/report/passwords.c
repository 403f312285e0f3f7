#include "report/passwords.h"

#include <err.h>
#include <sysexits.h>

#include "base/lists.h"

void
passwords_open(struct passwords *p, const char *path, int column,
    enum sink_form form)
{
	/* Nobody but the owner, from the first byte on. */
	if (outfile_open(&p->o, path, 0600) == -1)
		errx(EX_CANTCREAT, "%s: cannot create: %s", path,
		    outfile_why());
	p->column = column;
	p->to.form = form;
	p->to.f = p->o.f;
	sink_begin(&p->to,
	    column == PASSWORDS_MEBX ? &kind_mebx_passwords
	                             : &kind_admin_passwords);
}

void
passwords_row(struct passwords *p, const struct record *rec)
{
	const char *fields[PASSWORD_NCOLUMNS];

	if (p->o.f == NULL || rec->field[p->column][0] == '\0')
		return;
	fields[PASSWORD_UUID] = rec->field[PASSWORDS_UUID];
	fields[PASSWORD_FQDN] = rec->field[PASSWORDS_FQDN];
	fields[PASSWORD_TEXT] = rec->field[p->column];
	sink_row(&p->to, fields);
}

void
passwords_commit(struct passwords *p)
{
	if (p->o.f == NULL)
		return;
	sink_end(&p->to);
	if (outfile_commit(&p->o) == -1)
		errx(EX_IOERR, "%s: cannot write, nothing changed: %s",
		    p->o.path, outfile_why());
}
