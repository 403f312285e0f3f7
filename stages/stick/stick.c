#include "stick/stick.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/stage.h"
#include "base/text.h"

static struct stick sticks[USBDISK_MAX];

/* --- looking ------------------------------------------------------------- */

void
stick_size_text(char to[STICK_SIZE_TEXT], uint64_t bytes)
{
	static const char units[][3] = { "kB", "MB", "GB", "TB", "PB", "EB" };
	uint64_t tenths = bytes / 100;
	size_t i = 0;

	for (; tenths >= 10000 && i + 1 < sizeof(units) / sizeof(units[0]); i++)
		tenths /= 1000;
	(void)snprintf(to, STICK_SIZE_TEXT, "%u.%u %s", (unsigned)(tenths / 10),
	    (unsigned)(tenths % 10), units[i]);
}

static void
stick_refuse(struct stick *s, const char *why, const char *more)
{
	if (s->refused[0] == '\0')
		(void)snprintf(s->refused, sizeof(s->refused), "%s%s", why,
		    more);
}

/* The kernel's disk, by file descriptor. */
struct kernel_disk {
	int fd;
};

static int
read_kernel_disk(void *arg, uint64_t at, void *buf, size_t len)
{
	const struct kernel_disk *k = arg;

	if (at > INT64_MAX - len)
		return -1;
	return pread(k->fd, buf, len, (off_t)at) == (ssize_t)len ? 0 : -1;
}

static void
look_through_kernel(struct stick *s)
{
	struct kernel_disk k;

	s->size = s->sys.size;
	s->block = s->sys.block;
	s->removable = s->sys.removable;
	s->write_protected = s->sys.write_protected;
	if (s->size == 0) {
		s->no_candidate = true;
		stick_refuse(s, "it has no medium", "");
		return;
	}
	k.fd = usbsys_open(&s->sys, &usbsys_live);
	if (k.fd == -1) {
		(void)snprintf(s->layout, sizeof(s->layout), "unreadable");
		return;
	}
	layout_text(s->layout, s->block, read_kernel_disk, &k);
	close(k.fd);
}

/* Reads for layout_text: what cannot be read is no reason to end here. */
static int
read_quietly(void *arg, uint64_t at, void *buf, size_t len)
{
	struct botdisk *d = arg;
	uint8_t block[SCSI_BLOCK_MAX];
	uint64_t lba = at / d->cap.block, bad;
	size_t in = (size_t)(at % d->cap.block);

	if (lba >= d->cap.nblocks || in + len > d->cap.block ||
	    botdisk_read(d, lba, 1, block, &bad) == -1)
		return -1;
	memcpy(buf, block + in, len);
	return 0;
}

static void
take_answers(struct stick *s)
{
	const struct botdisk *d = &s->disk;

	s->removable = d->id.removable;
	s->write_protected = d->write_protected;
	s->size = d->cap.nblocks * d->cap.block;
	s->block = d->cap.block;
	if (!d->id.disk) {
		s->no_candidate = true;
		stick_refuse(s, "it is not a disk", "");
	}
	if (s->vendor[0] == '\0')
		(void)snprintf(s->vendor, sizeof(s->vendor), "%s",
		    d->id.vendor);
	if (s->product[0] == '\0')
		(void)snprintf(s->product, sizeof(s->product), "%s",
		    d->id.product);
}

static bool
has_no_medium(const struct botdisk *d)
{
	return d->why == BOTDISK_REFUSED && d->sense.asc == 0x3a;
}

/* Only a stick that nothing uses, as it is taken away for a moment. */
static void
look_over_usb(struct stick *s)
{
	char why[256], serial[SCSI_SERIAL_LEN + 1];
	struct fault f;

	if (usbdisk_claim(s->usb, &f) == -1) {
		stick_refuse(s, f.why, "");
		return;
	}
	if (botdisk_start(&s->disk, &usbdisk_pipe, s->usb) == -1) {
		botdisk_trouble(&s->disk, why, sizeof(why));
		stick_refuse(s, why, "");
		s->no_candidate = has_no_medium(&s->disk);
	} else {
		take_answers(s);
		layout_text(s->layout, s->block, read_quietly, &s->disk);
		if (s->name[0] == '\0' && botdisk_serial(&s->disk, serial) == 0)
			(void)snprintf(s->name, sizeof(s->name), "%.100s",
			    serial);
	}
	if (usbdisk_release(s->usb, &f) == -1)
		stick_refuse(s, f.why, "");
}

static void
look_refusals(struct stick *s, unsigned want)
{
	if (s->size != 0 && !s->removable) {
		s->no_candidate = true;
		stick_refuse(s, "it is not removable", "");
	}
	if (s->size > STICK_LARGE && !(want & STICK_LARGE_OK)) {
		s->no_candidate = true;
		stick_refuse(s, "it is larger than 64 GB", "");
	}
	if (s->write_protected && (want & STICK_WRITE))
		stick_refuse(s, "it is write protected", "");
}

static void
refuse_uses(struct stick *s)
{
	const struct usbsys_use *u = &s->sys.use[0];
	char text[sizeof(u->device) + sizeof(u->how) + 2];

	if (s->sys.nuses == 0)
		return;
	(void)snprintf(text, sizeof(text), "%s %s", u->device, u->how);
	stick_refuse(s, "it is in use: ", text);
}

/* What the kernel knows; false when that is nothing. */
static bool
look_system(struct stick *s)
{
	if (usbsys_look(&s->sys, &usbsys_live, usbdisk_bus(s->usb),
	        usbdisk_address(s->usb)) == -1) {
		stick_refuse(s, "what uses it cannot be found out", "");
		return false;
	}
	(void)snprintf(s->name, sizeof(s->name), "%s", s->sys.serial);
	(void)snprintf(s->vendor, sizeof(s->vendor), "%s", s->sys.vendor);
	(void)snprintf(s->product, sizeof(s->product), "%s", s->sys.product);
	refuse_uses(s);
	if (usbdisk_trouble(s->usb) != NULL)
		stick_refuse(s, usbdisk_trouble(s->usb), "");
	return true;
}

static void
stick_look(struct stick *s, struct usbdisk *usb, unsigned want)
{
	memset(s, 0, sizeof(*s));
	s->usb = usb;
	if (look_system(s)) {
		if (s->sys.ndisks != 0)
			look_through_kernel(s);
		else if (s->refused[0] == '\0')
			look_over_usb(s);
	}
	look_refusals(s, want);
	if (s->name[0] == '\0')
		(void)snprintf(s->name, sizeof(s->name), "@%s", s->sys.port);
}

static int
by_name(const void *a, const void *b)
{
	const struct stick *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : strcmp(x->sys.port, y->sys.port);
}

void
stick_timeout(const char *arg)
{
	usbdisk_set_timeout((int)stage_number("-t", arg, 1, 600));
}

struct stick *
stick_list(unsigned want, size_t *n)
{
	*n = usbdisk_count();
	for (size_t i = 0; i < *n; i++)
		stick_look(&sticks[i], usbdisk_at(i), want);
	qsort(sticks, *n, sizeof(sticks[0]), by_name);
	return sticks;
}

/* --- the one that is meant ----------------------------------------------- */

static void
say_stick(const struct stick *s)
{
	char size[STICK_SIZE_TEXT];

	stick_size_text(size, s->size);
	stage_say(s->name, 0, "%s %s, %s, at @%s%s%s", s->vendor, s->product,
	    size, s->sys.port, s->refused[0] != '\0' ? ": refused, " : "",
	    s->refused);
}

static bool
is_named(const struct stick *s, const char *name)
{
	return strcmp(s->name, name) == 0 ||
	    (name[0] == '@' && strcmp(s->sys.port, name + 1) == 0);
}

struct stick *
stick_choose(const char *name, unsigned want)
{
	struct stick *found = NULL;
	size_t n, matches = 0;

	(void)stick_list(want, &n);
	for (size_t i = 0; i < n; i++)
		if (name != NULL ? is_named(&sticks[i], name)
		                 : !sticks[i].no_candidate) {
			found = &sticks[i];
			matches++;
		}
	if (matches == 1 && found->refused[0] == '\0')
		return found;
	if (matches == 1)
		stage_fail(EX_UNAVAILABLE, found->name, 0, "refused: %s",
		    found->refused);
	for (size_t i = 0; i < n; i++)
		say_stick(&sticks[i]);
	if (matches == 0)
		stage_fail(EX_UNAVAILABLE, name != NULL ? name : "no stick", 0,
		    name != NULL ? "no such stick"
		                 : "none that may be used is plugged in");
	stage_fail(EX_UNAVAILABLE, name != NULL ? name : "which stick", 0,
	    "there are %zu; name one with -s%s", matches,
	    name != NULL ? " and its @port" : "");
}

/* --- its blocks ---------------------------------------------------------- */

/* Ends as who sent the signal expects it. */
static _Noreturn void
end_by_signal(struct stick *s, const char *outcome)
{
	int sig = usbdisk_stopped();

	stage_say(s->name, 0, "stopped by a signal%s", outcome);
	(void)usbdisk_release(s->usb, NULL);
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
	_exit(128 + sig);
}

static _Noreturn void
stick_fail(struct stick *s, bool at_block, uint64_t lba, const char *doing,
    const char *outcome)
{
	char why[320], place[64] = "";

	if (usbdisk_stopped())
		end_by_signal(s, outcome);
	botdisk_trouble(&s->disk, why, sizeof(why));
	if (at_block)
		(void)snprintf(place, sizeof(place), " at LBA %llu",
		    (unsigned long long)lba);
	stage_fail(botdisk_status(&s->disk), s->name, 0, "%s%s: %s%s", doing,
	    place, why, outcome);
}

static void
check_unused(struct stick *s)
{
	struct usbsys_stick now;

	if (usbsys_look(&now, &usbsys_live, usbdisk_bus(s->usb),
	        usbdisk_address(s->usb)) == -1)
		stage_fail(EX_IOERR, s->name, 0,
		    "unplugged before anything was done");
	s->sys = now;
	refuse_uses(s);
	if (s->refused[0] != '\0')
		stage_fail(EX_UNAVAILABLE, s->name, 0, "refused: %s",
		    s->refused);
}

/* What the list said is what people said yes to. */
static void
check_same(struct stick *s, uint64_t size, uint32_t block, unsigned want)
{
	/* The kernel knows sticks that count one block too many. */
	if (s->sys.ndisks != 0 && s->disk.cap.block == block &&
	    s->disk.cap.nblocks == size / block + 1)
		s->disk.cap.nblocks--;
	take_answers(s);
	look_refusals(s, want);
	if (s->size != size || s->block != block)
		stage_fail(EX_PROTOCOL, s->name, 0,
		    "its size has changed (got %llu bytes in blocks of %u, "
		    "expected %llu of %u)",
		    (unsigned long long)s->size, s->block,
		    (unsigned long long)size, block);
	if (s->refused[0] != '\0')
		stage_fail(EX_UNAVAILABLE, s->name, 0, "refused: %s",
		    s->refused);
}

void
stick_take(struct stick *s, unsigned want)
{
	const uint64_t size = s->size;
	const uint32_t block = s->block;
	int held[USBSYS_DISKS];
	struct fault f;
	int rc;

	if (usbdisk_stopped())
		end_by_signal(s, "; nothing was done");
	check_unused(s);
	if (usbsys_hold(&s->sys, &usbsys_live, held) == -1)
		stage_fail(EX_UNAVAILABLE, s->name, 0,
		    "refused: it is in use by something that neither "
		    "/proc/self/mountinfo nor /proc/swaps shows");
	rc = usbdisk_claim(s->usb, &f);
	usbsys_let_go(held);
	if (rc == -1)
		stage_fail(EX_UNAVAILABLE, s->name, 0, "%s", f.why);
	if (botdisk_start(&s->disk, &usbdisk_pipe, s->usb) == -1)
		stick_fail(s, false, 0, "it does not start", "");
	check_same(s, size, block, want);
}

void
stick_give_back(struct stick *s)
{
	struct fault f;

	if (usbdisk_release(s->usb, &f) == -1)
		stage_fail(EX_IOERR, s->name, 0, "%s; plug it in again", f.why);
}

/* As much as one command takes. */
static uint32_t
stick_portion(const struct stick *s, size_t len)
{
	return (
	    uint32_t)((len < BOTDISK_CHUNK ? len : BOTDISK_CHUNK) / s->block);
}

void
stick_read(struct stick *s, uint64_t at, void *buf, size_t len,
    const char *outcome)
{
	uint8_t *to = buf;
	uint64_t bad;

	while (len != 0) {
		uint32_t n = stick_portion(s, len);

		if (usbdisk_stopped())
			end_by_signal(s, outcome);
		if (botdisk_read(&s->disk, at / s->block, n, to, &bad) == -1)
			stick_fail(s, true, bad, "reading", outcome);
		at += (uint64_t)n * s->block;
		to += (size_t)n * s->block;
		len -= (size_t)n * s->block;
	}
}

void
stick_write(struct stick *s, uint64_t at, const void *buf, size_t len,
    const char *outcome)
{
	const uint8_t *from = buf;
	uint64_t bad;

	while (len != 0) {
		uint32_t n = stick_portion(s, len);

		if (usbdisk_stopped())
			end_by_signal(s, outcome);
		if (botdisk_write(&s->disk, at / s->block, n, from, &bad) == -1)
			stick_fail(s, true, bad, "writing", outcome);
		at += (uint64_t)n * s->block;
		from += (size_t)n * s->block;
		len -= (size_t)n * s->block;
	}
}

void
stick_sync(struct stick *s, const char *outcome)
{
	if (botdisk_sync(&s->disk) == -1)
		stick_fail(s, false, 0, "writing out its cache", outcome);
}

/* The window's whole chunk, as far as the stick goes. */
static void
stick_fill(struct stick_window *w, uint64_t at)
{
	w->at = at - at % BOTDISK_CHUNK;
	w->len = w->stick->size - w->at < BOTDISK_CHUNK
	    ? (size_t)(w->stick->size - w->at)
	    : BOTDISK_CHUNK;
	stick_read(w->stick, w->at, w->buf, w->len, w->outcome);
}

int
stick_read_at(void *window, uint64_t at, void *buf, size_t len)
{
	struct stick_window *w = window;
	uint8_t *to = buf;

	if (at > w->stick->size || len > w->stick->size - at)
		return -1;
	while (len != 0) {
		size_t in, n;

		if (w->len == 0 || at < w->at || at - w->at >= w->len)
			stick_fill(w, at);
		in = (size_t)(at - w->at);
		n = w->len - in < len ? w->len - in : len;
		memcpy(to, w->buf + in, n);
		to += n;
		at += n;
		len -= n;
	}
	return 0;
}
