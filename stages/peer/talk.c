#include "peer/conn.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

#include "peer/digest.h"
#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/service.h"
#include "peer/users.h"

static const char page_bad[] = "The request cannot be understood.";

/* --- who is asking ------------------------------------------------------- */

static void
challenge(struct server *s, struct conn *c, bool stale)
{
	struct machine *m = c->m;

	m->challenges++;
	journal(m, "challenge", "%s", stale ? "stale" : "");
	c->close_after = c->close_after || m->faults.close_401;
	http_challenge(&c->out, m, digest_nonce(m, now_ms()), stale,
	    c->close_after);
	conn_reply(s, c);
}

static void
say_ok(struct conn *c)
{
	if (!c->said_ok && c->user[0] != '\0')
		journal(c->m, "auth-ok", "user %s", c->user);
	else if (!c->said_ok)
		journal(c->m, "auth-ok", "%s",
		    c->m->admin_sets > 0 &&
		            memcmp(c->cred.ha1, c->m->admin.ha1, HA1_LEN) == 0
		        ? "new"
		        : "old");
	c->said_ok = true;
}

/* What is in an Authorization header then does not matter. */
static bool
login_by_certificate(struct conn *c, const struct http_request *rq)
{
	if (!pki_login(c->m, c->ssl))
		return false;
	if (rq->authorization[0] != '\0')
		journal(c->m, "auth-ignored", "%s", rq->authorization);
	if (!c->said_ok)
		journal(c->m, "auth-ok", "certificate");
	c->said_ok = true;
	return true;
}

/* Whose password counts: the administrator's of the connection's beginning, or
 * that of a user who is there now. */
static const struct credential *
credential_of(struct conn *c, const struct http_request *rq,
    struct credential *own, const char **why)
{
	struct machine *m = c->m;
	const struct credential *admin =
	    m->faults.strict_password || m->faults.admin_live ? &m->admin
	                                                      : &c->cred;
	char name[128];
	struct instance *user;

	*why = NULL;
	digest_user(name, rq);
	user = strcmp(name, admin->user) == 0 ? NULL : user_find(m, name);
	if (user == NULL)
		return admin;
	*why = user_credential(own, user);
	return own;
}

/* True when the request may pass; else a 401 is on its way. */
static bool
authenticated(struct server *s, struct conn *c, const struct http_request *rq)
{
	struct machine *m = c->m;
	const struct credential *cred;
	struct credential own;
	const char *why = NULL, *barred;
	enum digest_result result;

	if (login_by_certificate(c, rq))
		return true;
	cred = credential_of(c, rq, &own, &barred);
	result = digest_check(m, cred, rq, now_ms(), &why);
	if (barred != NULL) {
		result = DIGEST_BAD;
		why = barred;
	}
	if (m->faults.auth_refuse && result != DIGEST_NONE) {
		result = DIGEST_BAD;
		why = "every user is refused";
	}
	if (m->faults.locked > 0 && result == DIGEST_OK) {
		m->faults.locked--;
		result = DIGEST_BAD;
		why = "the account is locked for a time";
	}
	/* from 6.0 on a connection remembers who it belongs to, until the
	 * users change */
	if (result == DIGEST_NONE && m->major >= 6 && c->known &&
	    c->acl_epoch == m->acl_epoch)
		return true;
	if (result == DIGEST_OK) {
		if (why != NULL)
			journal(m, "complaint", "digest: %s", why);
		snprintf(c->user, sizeof(c->user), "%s",
		    cred == &own ? own.user : "");
		c->known = true;
		c->acl_epoch = m->acl_epoch;
		say_ok(c);
		return true;
	}
	if (result == DIGEST_BAD)
		journal(m, "auth-bad", "%s", why);
	if (result == DIGEST_STALE)
		journal(m, why != NULL ? "complaint" : "auth-stale",
		    "digest: %s", why != NULL ? why : "nonce expired");
	challenge(s, c, result == DIGEST_STALE);
	return false;
}

/* --- what it gets -------------------------------------------------------- */

/* A comment makes the envelope as large as wanted and leaves it sound. */
static void
swell(struct bytes *body, int64_t size)
{
	static const char tail[] = "</a:Envelope>";
	size_t fill;

	if (body->len < sizeof(tail) || (size_t)size < body->len + 10)
		return;
	fill = (size_t)size - body->len - 7;
	body->len -= sizeof(tail) - 1;
	bytes_add(body, "<!--", 4);
	for (char x[1024]; fill > 0;) {
		size_t n = fill < sizeof(x) ? fill : sizeof(x);

		memset(x, 'x', n);
		bytes_add(body, x, n);
		fill -= n;
	}
	bytes_add(body, "-->", 3);
	bytes_add(body, tail, sizeof(tail) - 1);
}

static void
committed(struct server *s, struct conn *c)
{
	struct machine *m = c->m;
	int64_t gap =
	    m->faults.restart >= 0 ? m->faults.restart : s->options.restart_ms;
	int64_t latency =
	    m->faults.latency >= 0 ? m->faults.latency : s->options.latency_ms;

	m->up_ms = m->faults.no_restart ? INT64_MAX : now_ms() + latency + gap;
	for (struct conn *o = m->conns, *next; o != NULL; o = next) {
		next = o->next;
		if (o != c)
			conn_close(s, o);
	}
	c->close_after = true;
}

/* It goes down as with a commit; from the setup state it says hello again. */
static void
unprovisioned(struct server *s, struct conn *c)
{
	committed(s, c);
	if (c->m->state == STATE_IN) {
		c->m->hello_ms = c->m->up_ms;
		s->hellos_due++;
	}
}

/* Does the connection end at this request, by drop-before or drop-after? */
static bool
drops(struct machine *m, int64_t from, const char *event)
{
	if (from < 0 || m->requests < from || (m->faults.once && m->dropped))
		return false;
	m->dropped = true;
	journal(m, event, "request %lld", (long long)m->requests);
	return true;
}

static void
serve(struct server *s, struct conn *c, const struct http_request *rq)
{
	struct machine *m = c->m;
	struct bytes body = { 0 };
	struct answer_info info;
	unsigned admin_sets = m->admin_sets;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	info = service_answer(out, m,
	    c->user[0] != '\0' ? user_find(m, c->user) : NULL, rq->body,
	    rq->len);
	fclose(out);
	if (info.unprovisioned)
		unprovisioned(s, c);
	else if (info.committed)
		committed(s, c);
	if (m->admin_sets != admin_sets && pki_closes_after_admin(m))
		c->close_after = true;
	if (drops(m, m->faults.drop_after, "dropped") ||
	    (info.committed && m->faults.lost_commit) ||
	    (info.unprovisioned && m->faults.lost_unprovision)) {
		conn_close(s, c);
	} else if (info.kind == ANSWER_PAGE) {
		http_page(&c->out, m, info.status, page_bad, false);
		conn_reply(s, c);
	} else {
		bytes_add(&body, text, m->faults.bad_xml ? len * 2 / 3 : len);
		if (m->faults.big > 0)
			swell(&body, m->faults.big);
		http_soap(&c->out, m, info.status, body.at, body.len);
		conn_reply(s, c);
	}
	bytes_free(&body);
	free(text);
}

static void
hang(struct server *s, struct conn *c)
{
	journal(c->m, "hangs", "request %lld", (long long)c->m->requests);
	c->phase = PHASE_HANG;
	conn_wait(s, c, EPOLLRDHUP);
}

static void
complain_http(struct conn *c, const struct http_request *rq)
{
	struct machine *m = c->m;

	if (m->in_flight > 1)
		journal(m, "complaint", "a second request in flight");
	if (c->in.len > 0)
		journal(m, "complaint", "pipelined requests");
	if (!rq->host)
		journal(m, "complaint", "no Host header");
	if (rq->expect)
		journal(m, "complaint", "Expect header");
	if (rq->len > 0 &&
	    strncasecmp(rq->type, "application/soap+xml", 20) != 0)
		journal(m, "complaint", "Content-Type %s",
		    rq->type[0] == '\0' ? "is missing" : rq->type);
}

void
talk_answer(struct server *s, struct conn *c, struct http_request *rq)
{
	struct machine *m = c->m;

	c->busy = true;
	m->in_flight++;
	c->close_after = rq->close;
	complain_http(c, rq);
	if (m->faults.hang_http == 0) {
		hang(s, c);
		return;
	}
	if (m->faults.garbage) {
		bytes_add(&c->out, "\x01\x02 no protocol at all\r\n\r\n", 26);
		c->close_after = true;
		conn_reply(s, c);
		return;
	}
	if (strcmp(rq->method, "POST") != 0 ||
	    strcmp(rq->path, "/wsman") != 0 ||
	    /* these speak SOAP of their own, which the peer does not */
	    (m->faults.pki && machine_release(m) < 302)) {
		journal(m, "complaint", "%s %s", rq->method, rq->path);
		http_page(&c->out, m, 404, "There is no such page.", false);
		conn_reply(s, c);
		return;
	}
	if (!authenticated(s, c, rq))
		return;
	m->requests++;
	if (m->faults.hang_http > 0 && m->requests >= m->faults.hang_http) {
		hang(s, c);
	} else if (drops(m, m->faults.drop_before, "dropped-before")) {
		conn_close(s, c);
	} else if (m->faults.html) {
		http_page(&c->out, m, 200, "A page of its own.", false);
		conn_reply(s, c);
	} else {
		serve(s, c, rq);
	}
}

void
talk_refuse(struct server *s, struct conn *c, const char *why)
{
	journal(c->m, "complaint", "no HTTP request: %s", why);
	http_page(&c->out, c->m, 400, page_bad, true);
	c->in.len = 0;
	c->close_after = true;
	conn_reply(s, c);
}
