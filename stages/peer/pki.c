#include "peer/pki.h"

#include "peer/server.h"

unsigned
machine_release(const struct machine *m)
{
	return m->major * 100 + m->minor;
}

/* From 16.1 the ports without TLS are gone. */
bool
pki_keeps_tls(const struct machine *m)
{
	return m->faults.pki && machine_release(m) >= 1601;
}

bool
pki_tls_open(const struct machine *m)
{
	if (m->state == STATE_POST)
		return pki_keeps_tls(m) && now_ms() >= m->up_ms;
	/* the interface closes when the window is over */
	return m->window_ms == 0 || now_ms() < m->window_ms;
}

/* Seen with AMT 20 and 21. */
bool
pki_closes_after_admin(const struct machine *m)
{
	if (!m->faults.pki)
		return false;
	if (m->faults.close_admin >= 0)
		return m->faults.close_admin != 0;
	return m->major == 20 || m->major == 21;
}

/* The MEBx password: wanted on 19 and later, and by Intel's text on the first
 * releases with certificates (before 3.2). */
const char *
pki_commit_missing(const struct machine *m)
{
	if (!m->faults.pki || m->mebx[0] != '\0')
		return NULL;
	return m->major >= 19 || machine_release(m) < 302 ? "MEBx password"
	                                                  : NULL;
}
