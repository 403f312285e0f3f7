#include "plan/planner.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/cause.h"
#include "store/certstore.h"
#include "store/issued.h"
#include "store/localca.h"

/* When somebody has changed it, or its mode, which a time of the future does
 * not say; 0: it is not there, or nobody may see it. */
static int64_t
changed_at(const char *path, int64_t now)
{
	struct stat st;

	if (path == NULL || stat(path, &st) == -1)
		return 0;
	return st.st_ctim.tv_sec > st.st_mtim.tv_sec && st.st_ctim.tv_sec <= now
	    ? st.st_ctim.tv_sec
	    : st.st_mtim.tv_sec;
}

/* As sign-run finds it: what it does is not known before it is run. */
static bool
may_be_run(const char *program)
{
	struct stat st;

	return program != NULL && stat(program, &st) == 0 &&
	    S_ISREG(st.st_mode) && access(program, X_OK) == 0;
}

void
planner_changes(struct planner *p)
{
	char path[4096];

	p->has_signer = may_be_run(p->signer);
	p->signer_at = changed_at(p->signer, p->now);
	if (snprintf(path, sizeof(path), "%s/site.conf", p->dir) <
	    (int)sizeof(path))
		p->conf_at = changed_at(path, p->now);
}

static bool
profile_changed(struct planner *p, const struct planner_met *m)
{
	if (m->last == NULL || m->profile == NULL || !cause_is_profile(m->met))
		return false;
	return strcmp(m->fqdn, m->last->fqdn) != 0 ||
	    (m->last->digest[0] != '\0' &&
	        strcmp(m->last->digest, planner_digest(p, m->profile)) != 0);
}

bool
planner_cause_changed(struct planner *p, const struct planner_met *m)
{
	const struct cause_facts f = {
		.now = p->now,
		.failed_at = m->failed_at,
		.profile_changed = profile_changed(p, m),
		.conf_at = p->conf_at,
		.signer_at = p->signer_at,
		.certs_at = chainlist_changed(&p->chains, &p->store),
	};

	return cause_changed(m->met, &f);
}

/* Whether its name alone says which CA it is. */
static bool
has_twins(STACK_OF(X509) * all, X509 *ca)
{
	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *one = sk_X509_value(all, i);

		if (X509_cmp(one, ca) != 0 &&
		    X509_NAME_cmp(X509_get_subject_name(one),
		        X509_get_subject_name(ca)) == 0)
			return true;
	}
	return false;
}

static void
ca_read(struct planner *p)
{
	struct planner_ca *ca = &p->ca;
	char print[CERTS_PRINT], its[CERTS_PRINT];
	STACK_OF(X509) * all;
	size_t damaged;

	ca->read = true;
	if (!localca_print(&p->store, print))
		return;
	all = certstore_read(&p->store, &damaged);
	for (int i = 0; i < sk_X509_num(all) && ca->cert == NULL; i++) {
		certstore_print(its, sk_X509_value(all, i));
		if (strcmp(its, print) == 0 &&
		    X509_up_ref(sk_X509_value(all, i)) == 1)
			ca->cert = sk_X509_value(all, i);
	}
	if (ca->cert != NULL) {
		ca->twins = has_twins(all, ca->cert);
		cert_subject(ca->name, ca->cert);
		ca->since = localca_since(&p->store);
	}
	sk_X509_pop_free(all, X509_free);
}

bool
planner_ca_before(struct planner *p, const struct kept_row *k,
    char to[SETUP_LEAVES], int64_t *since)
{
	const struct planner_ca *ca = &p->ca;

	to[0] = '\0';
	*since = 0;
	if (!ca->read)
		ca_read(p);
	if (ca->cert == NULL)
		return false;
	*since = ca->since;
	return issued_of_others(&p->store, k->uuid, k->leaf, p->now,
	    &(struct issued_ca){ ca->cert, ca->name, ca->twins }, to);
}

void
planner_ca_free(struct planner *p)
{
	X509_free(p->ca.cert);
	p->ca = (struct planner_ca){ .read = false };
}
