/*
 * sweep_results - the results stream, and the journal that survives its reader.
 */
#include "sweep/sweep_parts.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <sysexits.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "lib/clock.h"
#include "lib/sitefile.h"
#include "lib/stage.h"
#include "setup/signing.h"

/* What the machine showed of itself so far. */
static void
results_add_seen(const struct sweep_machine *m,
    const char *fields[RESULTS_NCOLUMNS])
{
	static const struct device_seen nothing = { .tls = "", .chain = "" };
	const struct device_seen *seen =
	    m->device == NULL ? &nothing : device_seen(m->device);

	fields[RESULTS_TLS] = seen->tls;
	fields[RESULTS_CHAIN] = seen->chain;
	fields[RESULTS_DEVICE_CERT] = seen->device.cert;
	fields[RESULTS_DEVICE_KIND] = seen->device.cert[0] == '\0'
	    ? ""
	    : ondie_kind_name(seen->device.is.kind);
	fields[RESULTS_ROM] = seen->device.is.rom;
}

/* The fields that all have, for one more milestone; at stays theirs. */
static void
results_begin(const struct sweep_machine *m, const char *milestone,
    const char *fields[RESULTS_NCOLUMNS], char at[TEXT_TIME])
{
	for (int i = 0; i < RESULTS_NCOLUMNS; i++)
		fields[i] = "";
	text_time(at, clock_seconds());
	fields[RESULTS_JOB] = m->job.id;
	fields[RESULTS_UUID] = m->job.uuid;
	fields[RESULTS_AT] = at;
	fields[RESULTS_MILESTONE] = milestone;
	fields[RESULTS_REASON] = reason_get(REASON_NONE)->code;
	fields[RESULTS_FIRMWARE] =
	    m->setup == NULL ? "" : setup_firmware(m->setup);
}

static void
results_put(const struct sweep_machine *m,
    const char *const fields[RESULTS_NCOLUMNS])
{
	if (m->sweep->journal.to != NULL)
		stream_write(&m->sweep->journal, fields);
	stream_write(&m->sweep->out, fields);
}

static void
results_write(const struct sweep_machine *m, const char *milestone,
    enum reason_id reason, const char *detail, const char *realm,
    const struct setup_finding *finding)
{
	const char *fields[RESULTS_NCOLUMNS];
	char at[TEXT_TIME];

	results_begin(m, milestone, fields, at);
	fields[RESULTS_REASON] = reason_get(reason)->code;
	fields[RESULTS_DETAIL] = detail;
	fields[RESULTS_REALM] = realm;
	fields[RESULTS_SETTING] = finding == NULL ? "" : finding->setting;
	fields[RESULTS_ITEM] = finding == NULL ? "" : finding->item;
	fields[RESULTS_WANTED] = finding == NULL ? "" : finding->wanted;
	fields[RESULTS_FOUND] = finding == NULL ? "" : finding->found;
	results_add_seen(m, fields);
	if (m->device != NULL && device_seen(m->device)->own[0] != '\0' &&
	    strcmp(milestone, setup_milestone_name(SETUP_VERIFIED)) == 0)
		fields[RESULTS_DEVICE_CERT] = device_seen(m->device)->own;
	results_put(m, fields);
}

/* Before the machine gets it: whoever looks for the machine later knows what it
 * may show by then, whatever becomes of us. */
void
sweep_write_issued(const struct sweep_machine *m, const char *by,
    const char *fqdn, const struct machinecert_der *leaf)
{
	const char *fields[RESULTS_NCOLUMNS];
	char at[TEXT_TIME], hex[2 * 32 + 1], base64[SIGNING_BASE64];
	uint8_t sum[32];

	if (EVP_Digest(leaf->at, leaf->len, sum, NULL, EVP_sha256(), NULL) != 1)
		errx(EX_SOFTWARE, "OpenSSL: SHA-256 failed");
	text_hex(hex, sum, sizeof(sum));
	signing_encode(base64, leaf);
	results_begin(m, "issued", fields, at);
	fields[RESULTS_DEVICE_CERT] = hex;
	fields[RESULTS_SETTING] = "certificate";
	fields[RESULTS_ITEM] = fqdn;
	fields[RESULTS_WANTED] = by;
	fields[RESULTS_FOUND] = base64;
	results_put(m, fields);
}

void
sweep_write_failure(const struct sweep_machine *m, enum reason_id reason,
    const char *detail)
{
	results_write(m, "failed", reason, detail, "", NULL);
}

/* A machine that nobody records must not be touched: its password would be
 * changed and its milestones lost. */
void
sweep_guard_results(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	if (poll(&p, 1, 0) == 1 &&
	    (p.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
		errno = EPIPE;
		stage_output_failed("standard output");
	}
}

/* The realm of whoever showed that it is the machine.  Over a certificate it is
 * read after the machine was reached, and before its password is set: the next
 * run finds a machine that has committed by it. */
static const char *
milestone_realm(const struct sweep_machine *m, enum setup_milestone one)
{
	return one == SETUP_REACHED || one == SETUP_PROVED ||
	        one == SETUP_ADMIN_SET
	    ? setup_realm(m->setup)
	    : "";
}

void
sweep_write_milestones(struct sweep_machine *m)
{
	const struct setup_finding *found;
	enum setup_milestone one;

	while ((found = setup_finding(m->setup)) != NULL)
		results_write(m, setup_finding_name(found->kind), REASON_NONE,
		    "", "", found);
	while ((one = setup_milestone(m->setup)) != SETUP_NO_MILESTONE) {
		results_write(m, setup_milestone_name(one), REASON_NONE,
		    setup_detail(m->setup), milestone_realm(m, one), NULL);
		m->done |= one == SETUP_VERIFIED || one == SETUP_PROVED ||
		    one == SETUP_IN_ORDER || one == SETUP_UNPROVISIONED;
	}
}

/* A new file, and no other: whatever is there is not ours to overwrite. */
FILE *
sweep_make_journal(const char *path)
{
	int fd = sitefile_create(path, 0600);
	FILE *to = fd == -1 ? NULL : fdopen(fd, "w");

	if (fd == -1)
		errx(EX_CANTCREAT, "%s: %s", path, sitefile_why());
	if (to == NULL)
		err(EX_CANTCREAT, "%s", path);
	return to;
}

void
sweep_begin_results(struct sweep *s, FILE *journal)
{
	if (journal != NULL) {
		stream_begin_to(&s->journal, &kind_results, journal);
		s->journal.flush = true;
		if (fflush(journal) != 0)
			err(EX_IOERR, "the journal of results");
	}
	stream_begin(&s->out, &kind_results, true);
	s->out.flush = true;
	if (fflush(stdout) != 0)
		stage_output_failed("standard output");
}
