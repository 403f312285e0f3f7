#include "peer/journal.h"

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "peer/service.h"
#include "base/text.h"

static int journal_fd = -1;

void
journal_open(const char *path)
{
	journal_fd =
	    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (journal_fd == -1)
		err(EX_CANTCREAT, "%s", path);
}

static size_t
escape(char *to, size_t cap, const char *from)
{
	size_t n = 0;

	for (; *from != '\0' && n + 5 < cap; from++) {
		unsigned char c = (unsigned char)*from;

		if (c == '\t' || c == '\n' || c == '\\') {
			to[n++] = '\\';
			to[n++] = (char)(c == '\t' ? 't'
			        : c == '\n'        ? 'n'
			                           : '\\');
		} else if (c < 32 || c > 126) {
			n += (size_t)snprintf(to + n, cap - n, "\\x%02x", c);
		} else {
			to[n++] = (char)c;
		}
	}
	to[n] = '\0';
	return n;
}

void
journal(const struct machine *m, const char *event, const char *fmt, ...)
{
	char *detail = NULL, *line;
	struct timespec now;
	size_t n, cap;
	va_list ap;

	if (journal_fd == -1)
		return;
	va_start(ap, fmt);
	if (vasprintf(&detail, fmt, ap) == -1)
		err(EX_OSERR, NULL);
	va_end(ap);
	cap = 208 + 4 * strlen(detail);
	line = malloc(cap);
	if (line == NULL)
		err(EX_OSERR, NULL);
	clock_gettime(CLOCK_REALTIME, &now);
	n = (size_t)snprintf(line, 200, "%lld\t%s\t%s\t%s\t",
	    (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000,
	    inet_ntoa(m->address), m->uuid_text, event);
	n += escape(line + n, cap - n - 1, detail);
	line[n++] = '\n';
	if (write(journal_fd, line, n) != (ssize_t)n)
		err(EX_IOERR, "journal");
	free(line);
	free(detail);
}

static void
journal_instance(const struct machine *m, const struct instance *i)
{
	const struct property *p = i->class->properties;

	for (size_t k = 0; p[k].name != NULL; k++)
		for (size_t v = 0; v < i->values[k].n; v++)
			journal(m, "has", "%s %u %s %s", i->class->name, i->id,
			    p[k].name, i->values[k].at[v]);
}

void
journal_state(const struct fleet *fl)
{
	for (size_t k = 0; k < fl->n; k++) {
		const struct machine *m = &fl->machines[k];

		for (struct holding *h = m->holdings; h != NULL; h = h->next)
			for (struct instance *i = h->first; i != NULL;
			     i = i->next)
				journal_instance(m, i);
		journal(m, "has-all", "%s", "");
	}
}

void
journal_final(const struct fleet *fl)
{
	char ha1[2 * HA1_LEN + 1];

	for (size_t i = 0; i < fl->n; i++) {
		const struct machine *m = &fl->machines[i];

		text_hex(ha1, m->admin.ha1, HA1_LEN);
		journal(m, "final",
		    "state=%d host=%s domain=%s ha1=%s clock-set=%d "
		    "commits=%u admin-sets=%u requests=%lld realm=%s",
		    m->state, machine_host(m), machine_domain(m), ha1,
		    m->clock_set, m->commits, m->admin_sets,
		    (long long)m->requests, m->realm);
	}
}
