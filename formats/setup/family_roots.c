/*
 * family_roots - trusted roots: AddTrustedRootCertificate.  They are known by
 * their bytes; that one is there already is an answer only once it was read.
 */
#include "setup/family_net.h"

#include <string.h>

#include "amt/status.h"
#include "setup/family_mutual.h"
#include "setup/family_roots.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define ROOTS_MAX 64

struct roots_work {
	struct family_prune prune; /* begins with the certificates */
	uint8_t sends[ROOTS_MAX];
	bool given_up[ROOTS_MAX];
	size_t at;
	const char *item; /* entry number at */
};

static enum setup_next roots_took(struct setup *s, struct message *r);
static enum setup_next roots_lost(struct setup *s);
static bool roots_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next roots_compare(struct setup *s);

static void
ask_add(struct setup *s, struct writer *w)
{
	const struct roots_work *work = s->work;
	const struct message_pair blob = { .name = "CertificateBlob",
		.value = family_text(s, s->row->name, work->item) };

	ask_call(s, w, &blob, 1);
}

static const struct setup_step step_add = { .name = "add-",
	.class = "AMT_PublicKeyManagementService",
	.method = "AddTrustedRootCertificate",
	.expect = EXPECT_RETURN,
	.ask = ask_add,
	.took = roots_took,
	.lost = roots_lost,
	.refused = roots_refused };

static enum setup_next
roots_read(struct setup *s)
{
	return family_certs_read(s, roots_compare);
}

static enum setup_next
roots_took(struct setup *s, struct message *r)
{
	(void)r;
	return roots_read(s);
}

static enum setup_next
roots_lost(struct setup *s)
{
	return setup_write_lost(s, roots_read);
}

/* There is room again, perhaps. */
static enum setup_next
roots_pruned(struct setup *s)
{
	return setup_enter(s, &step_add);
}

static bool
roots_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct roots_work *work = s->work;
	bool there = no->fault != NULL
	    ? strcmp(no->fault->subcode, "AlreadyExists") == 0
	    : no->code == STATUS_DUPLICATE;

	if (there) {
		*next = roots_read(s);
		return true;
	}
	if (no->fault != NULL)
		return setup_unsupported(s, no, next);
	if (no->code == STATUS_LIMIT_REACHED && !work->prune.done &&
	    setup_removes_others(s, "trusted-root")) {
		*next = family_prune(s, roots_pruned);
		return true;
	}
	if (no->code != STATUS_NOT_PERMITTED)
		return false;
	/* None is taken while it demands certificates (profile.md, 4.3): off,
	 * and all settings once more (maintenance.md, 4). */
	if (family_mutual_may_turn_off(s)) {
		*next = family_mutual_off(s);
		return true;
	}
	work->given_up[work->at] = true;
	setup_differs(s, s->row, work->item, NULL);
	*next = roots_compare(s);
	return true;
}

/* What is missing goes out, one after the other. */
static enum setup_next
roots_compare(struct setup *s)
{
	struct roots_work *work = s->work;
	const char *item;

	for (size_t i = 0; i < ROOTS_MAX; i++) {
		item = setup_item(s, "trusted-root", i);
		if (item == NULL)
			break;
		if (work->given_up[i])
			continue;
		if (family_root_find(&work->prune.certs,
		        family_text(s, s->row->name, item)) != NULL) {
			if (work->sends[i] != 0)
				setup_changed(s, s->row, item, NULL);
			work->given_up[i] = true;
			continue;
		}
		if (!setup_writes(s)) {
			setup_differs(s, s->row, item, NULL);
			continue;
		}
		if (work->sends[i]++ == 2)
			return setup_end(s, REASON_VERIFY_FAILED,
			    "trusted-root %s was added and is not there", item);
		work->at = i;
		work->item = item;
		return setup_enter(s, &step_add);
	}
	return setup_applied(s);
}

enum setup_next
family_roots(struct setup *s)
{
	if (setup_work(s, sizeof(struct roots_work)) == NULL)
		return family_no_memory(s);
	setup_counted(s, &step_add)->lost = 0;
	return roots_read(s);
}
