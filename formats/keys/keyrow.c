#include "keys/keyrow.h"

#include <string.h>

#include "base/text.h"

/* Passes why on with the PID it is about. */
static int
name_key(const struct keyrow *k, const char *what, const char *why,
    struct fault *f)
{
	return fault_set(f, 0, "PID %s: %s%s", k->pid, what, why);
}

typedef int check_fn(const char *pw, size_t len, struct fault *f);

static int
take_password(struct keyrow *k, char to[PASSWORD_MAX + 1], const char *text,
    check_fn *check, const char *what, struct fault *f)
{
	struct fault why;

	if (text == NULL || text[0] == '\0')
		return 0;
	if (check(text, strlen(text), &why) == -1)
		return name_key(k, what, why.why, f);
	memcpy(to, text, strlen(text) + 1);
	return 0;
}

static int
take_used(struct keyrow *k, const char *text, struct fault *f)
{
	if (text == NULL || text[0] == '\0' || text_same(text, "0") ||
	    text_same(text, "false") || text_same(text, "no"))
		return 0;
	k->used = text_same(text, "1") || text_same(text, "true") ||
	    text_same(text, "yes");
	if (k->used)
		return 0;
	/* The content may instead be a secret from another column. */
	return name_key(k, "", "column used is neither 0 nor 1", f);
}

static int
take_pps(struct keyrow *k, const char *text, struct fault *f)
{
	struct fault why;

	if (text == NULL || text[0] == '\0')
		return name_key(k, "", "PPS is empty", f);
	if (pps_parse(k->pps, text, strlen(text), &why) == -1)
		return name_key(k, "", why.why, f);
	return 0;
}

static void
note_add(char note[KEYROW_NOTE_MAX + 1], const char *text)
{
	size_t at = strlen(note);

	while (*text != '\0') {
		size_t n = 1;

		/* The bytes that follow on belong to the same character. */
		while (((unsigned char)text[n] & 0xc0) == 0x80)
			n++;
		if (n > KEYROW_NOTE_MAX - at)
			return;
		memcpy(note + at, text, n);
		if ((unsigned char)note[at] < ' ' || note[at] == 0x7f)
			note[at] = ' ';
		at += n;
		note[at] = '\0';
		text += n;
	}
}

void
keyrow_note(char note[KEYROW_NOTE_MAX + 1], const char *name, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	if (note[0] != '\0')
		note_add(note, "; ");
	if (name != NULL) {
		note_add(note, name);
		note_add(note, "=");
	}
	note_add(note, text);
}

int
keyrow_read(struct keyrow *k, const struct keyrow_text *t, struct fault *f)
{
	memset(k, 0, sizeof(*k));
	if (t->pid == NULL || t->pid[0] == '\0') {
		(void)fault_set(f, 0, "PID is empty");
		goto bad;
	}
	if (pid_parse(k->pid, t->pid, strlen(t->pid), f) == -1)
		goto bad;
	if (take_pps(k, t->pps, f) == -1 ||
	    take_password(k, k->mebx_now, t->mebx_now, password_check_now,
	        "current MEBx ", f) == -1 ||
	    take_password(k, k->mebx_next, t->mebx_next, password_check,
	        "new MEBx ", f) == -1 ||
	    take_used(k, t->used, f) == -1)
		goto bad;
	keyrow_note(k->note, NULL, t->note);
	return 0;
bad:
	explicit_bzero(k, sizeof(*k));
	if (t->pid != NULL)
		pid_as_written(k->pid, t->pid, strlen(t->pid));
	return -1;
}
