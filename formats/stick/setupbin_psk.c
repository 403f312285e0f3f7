#include "stick/setupbin_psk.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "stick/setupbin_vars.h"

/* Copies a password's variable; -1 when a stream could not carry it. */
static int
get_password(char to[PASSWORD_MAX + 1], const struct setupbin_record *r,
    const struct setupbin_entry *e, const char *what, struct fault *f)
{
	const char *text;

	if (e == NULL)
		return 0;
	text = (const char *)r->body + e->at;
	if (e->len > PASSWORD_MAX)
		return fault_set(f, e->at,
		    "%s MEBx password is too long (got %u bytes, expected at "
		    "most %d)",
		    what, e->len, PASSWORD_MAX);
	if (memchr(text, '\0', e->len) != NULL ||
	    text_utf8(text, e->len, NULL) == -1)
		return fault_set(f, e->at,
		    "%s MEBx password is no text (NUL or not UTF-8)", what);
	memcpy(to, text, e->len);
	to[e->len] = '\0';
	return 0;
}

static int
get_key(struct setupbin_psk *p, const struct setupbin_record *r,
    struct fault *f)
{
	const struct setupbin_entry *pid =
	    setupbin_record_find(r, SETUPBIN_PID);
	const struct setupbin_entry *pps =
	    setupbin_record_find(r, SETUPBIN_PPS);

	if (pid == NULL && pps == NULL)
		return 0;
	if (pid == NULL || pps == NULL) {
		const struct setupbin_entry *has = pid == NULL ? pps : pid;

		return fault_set(f, has->at, "record has a %s but no %s",
		    pid == NULL ? "PPS" : "PID", pid == NULL ? "PID" : "PPS");
	}
	if (pid_parse(p->pid, (const char *)r->body + pid->at, pid->len, f) ==
	    -1) {
		if (f != NULL)
			f->at += pid->at;
		return -1;
	}
	if (pps_parse(p->pps, (const char *)r->body + pps->at, pps->len, f) ==
	    -1) {
		if (f != NULL)
			f->at += pps->at;
		return -1;
	}
	if (get_password(p->mebx_now, r,
	        setupbin_record_find(r, SETUPBIN_MEBX_NOW), "current",
	        f) == -1 ||
	    get_password(p->mebx_next, r,
	        setupbin_record_find(r, SETUPBIN_MEBX_NEXT), "new", f) == -1)
		return -1;
	return 1;
}

int
setupbin_psk_get(struct setupbin_psk *p, const struct setupbin_record *r,
    struct fault *f)
{
	int got;

	memset(p, 0, sizeof(*p));
	got = get_key(p, r, f);
	if (got == -1 && f != NULL) /* from an offset in the body */
		f->at += SETUPBIN_RECORD_AT(r->number) + SETUPBIN_CHUNK -
		    SETUPBIN_BODY;
	if (got != 1)
		explicit_bzero(p, sizeof(*p));
	return got;
}

static int
set_values(struct setupbin_psk *p, const char *pid, const char *pps,
    const char *mebx_now, const char *mebx_next, struct fault *f)
{
	if (pid_parse(p->pid, pid, strlen(pid), f) == -1 ||
	    pps_parse(p->pps, pps, strlen(pps), f) == -1)
		return -1;
	if (mebx_now[0] == '\0')
		mebx_now = PASSWORD_FACTORY;
	if (password_check_now(mebx_now, strlen(mebx_now), f) == -1)
		return -1;
	if (mebx_next[0] == '\0')
		return fault_set(f, 0,
		    "no next MEBx password (a stick has to set one)");
	if (password_check(mebx_next, strlen(mebx_next), f) == -1)
		return -1;
	/* The checks bound their lengths. */
	memcpy(p->mebx_now, mebx_now, strlen(mebx_now));
	memcpy(p->mebx_next, mebx_next, strlen(mebx_next));
	return 0;
}

static int
check_state(const char *state, struct fault *f)
{
	if (strcmp(state, "new") == 0 || strcmp(state, "issued") == 0)
		return 0;
	return fault_set(f, 0,
	    "a machine may have it already (expected state new or issued)");
}

int
setupbin_psk_take(struct setupbin_psk *p, const char *pid, const char *pps,
    const char *mebx_now, const char *mebx_next, const char *state,
    struct fault *f)
{
	memset(p, 0, sizeof(*p));
	if (set_values(p, pid, pps, mebx_now, mebx_next, f) == 0 &&
	    check_state(state, f) == 0)
		return 0;
	explicit_bzero(p, sizeof(*p));
	return -1;
}

/* Adds text unless the record has the variable. */
static int
add_text(struct setupbin_record *r, uint16_t module, uint16_t id,
    const char *text, struct fault *f)
{
	if (setupbin_record_find(r, module, id) != NULL)
		return 0;
	return setupbin_record_add(r, module, id, text, strlen(text), f);
}

int
setupbin_psk_add_passwords(struct setupbin_record *r,
    const struct setupbin_psk *p, struct fault *f)
{
	if (p == NULL)
		return add_text(r, SETUPBIN_MEBX_NOW, PASSWORD_FACTORY, f);
	if (add_text(r, SETUPBIN_MEBX_NOW, p->mebx_now, f) == -1)
		return -1;
	return add_text(r, SETUPBIN_MEBX_NEXT, p->mebx_next, f);
}

int
setupbin_psk_add(struct setupbin_record *r, const struct setupbin_header *h,
    const struct setupbin_psk *p, struct fault *f)
{
	static const uint8_t amt = 1;

	if (setupbin_psk_add_passwords(r, p, f) == -1)
		return -1;
	if (h->major >= 2 &&
	    setupbin_record_find(r, SETUPBIN_MANAGEABILITY) == NULL &&
	    setupbin_record_add(r, SETUPBIN_MANAGEABILITY, &amt, 1, f) == -1)
		return -1;
	if (add_text(r, SETUPBIN_PID, p->pid, f) == -1)
		return -1;
	return add_text(r, SETUPBIN_PPS, p->pps, f);
}

int
setupbin_psk_put(struct setupbin_record *r, const struct setupbin_header *h,
    uint32_t number, const struct setupbin_psk *p, struct fault *f)
{
	setupbin_record_begin(r, number);
	return setupbin_psk_add(r, h, p, f);
}
