#include "stick/usbdisk.h"

#include <err.h>
#include <libusb.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/confine.h"
#include "lib/stage.h"
#include "stick/usbsys.h"

#define TIMEOUT_SECONDS 30
#define SLICE_MS 200         /* how soon a signal is seen */
#define GRACE_MS 2000        /* for the command under way, after a signal */
#define CANCEL_MS 10000      /* for a cancelled transfer to come back */
#define CONTROL_TIMEOUT 5000 /* ms */

struct usbdisk {
	libusb_device *device;
	libusb_device_handle *handle; /* NULL: trouble says why */
	const char *trouble;
	uint8_t interface, alternate;
	bool alternates; /* it has more than one setting */
	uint8_t in, out; /* endpoint addresses */
	bool claimed, detached;
};

static libusb_context *context;
static struct usbdisk disks[USBDISK_MAX];
static size_t ndisks;
static int timeout_ms = TIMEOUT_SECONDS * 1000;
static volatile sig_atomic_t stopped;

static void
on_stop(int sig)
{
	stopped = sig;
}

int
usbdisk_stopped(void)
{
	return stopped;
}

void
usbdisk_set_timeout(int seconds)
{
	timeout_ms = seconds * 1000;
}

/* --- what there is ------------------------------------------------------- */

/* The two bulk endpoints of a setting. */
static bool
take_endpoints(struct usbdisk *u, const struct libusb_interface_descriptor *d)
{
	u->in = u->out = 0;
	for (size_t i = 0; i < d->bNumEndpoints; i++) {
		const struct libusb_endpoint_descriptor *e = &d->endpoint[i];

		if ((e->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) !=
		    LIBUSB_TRANSFER_TYPE_BULK)
			continue;
		if (e->bEndpointAddress & LIBUSB_ENDPOINT_IN)
			u->in = e->bEndpointAddress;
		else
			u->out = e->bEndpointAddress;
	}
	return u->in != 0 && u->out != 0;
}

static bool
is_bulk_only(struct usbdisk *u, const struct libusb_interface_descriptor *d)
{
	if (d->bInterfaceClass != BOT_CLASS ||
	    d->bInterfaceSubClass != BOT_SUBCLASS_SCSI ||
	    d->bInterfaceProtocol != BOT_PROTOCOL)
		return false;
	u->interface = d->bInterfaceNumber;
	u->alternate = d->bAlternateSetting;
	return take_endpoints(u, d);
}

/* The first setting that speaks bulk-only; UAS may be beside it. */
static bool
find_interface(struct usbdisk *u)
{
	struct libusb_config_descriptor *c;
	bool found = false;

	if (libusb_get_active_config_descriptor(u->device, &c) != 0)
		return false;
	for (size_t i = 0; i < c->bNumInterfaces && !found; i++) {
		const struct libusb_interface *of = &c->interface[i];

		u->alternates = of->num_altsetting > 1;
		for (int j = 0; j < of->num_altsetting && !found; j++)
			found = is_bulk_only(u, &of->altsetting[j]);
	}
	libusb_free_config_descriptor(c);
	return found;
}

static void
take_device(libusb_device *device)
{
	struct usbdisk u = { .device = device };
	int rc;

	if (ndisks == USBDISK_MAX || !find_interface(&u))
		return;
	libusb_ref_device(device);
	rc = libusb_open(device, &u.handle);
	if (rc != 0) {
		u.handle = NULL;
		u.trouble = rc == LIBUSB_ERROR_ACCESS
		    ? "no permission to use it"
		    : libusb_strerror(rc);
	}
	disks[ndisks++] = u;
}

static void
usbdisk_end(void)
{
	for (size_t i = 0; i < ndisks; i++) {
		(void)usbdisk_release(&disks[i], NULL);
		if (disks[i].handle != NULL)
			libusb_close(disks[i].handle);
		libusb_unref_device(disks[i].device);
	}
	ndisks = 0;
	libusb_exit(context);
}

/*
 * Not restarted: who waits for an answer sees it.  A closed pipe is a write
 * that fails, so that the stick is given back then too.
 */
static void
handle_stops(sigset_t *set)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction a = { .sa_handler = on_stop }, old;

	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		/* Under nohup it stays ignored. */
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &a, NULL);
		sigaddset(set, signals[i]);
	}
}

/* libusb starts a thread, which Landlock confines only from its beginning. */
static void
confine_devices(void)
{
	confine_path(CONFINE_DEVICE, "/dev/bus/usb");
	confine_path(CONFINE_TREE, "/sys");
	confine_path(CONFINE_TREE, "/run/udev");
	confine_path(CONFINE_TREE, "/proc"); /* mountinfo and swaps */
	usbsys_disks(&usbsys_live, stage_reads);
	stage_confine_files();
}

void
usbdisk_begin(void)
{
	libusb_device **list;
	sigset_t stops, before;
	ssize_t n;
	int rc;

	confine_devices();
	handle_stops(&stops);
	/* libusb's own thread inherits the mask: signals come to us. */
	(void)sigprocmask(SIG_BLOCK, &stops, &before);
	rc = libusb_init(&context);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		errx(EX_OSERR, "libusb: %s", libusb_strerror(rc));
	n = libusb_get_device_list(context, &list);
	if (n < 0)
		errx(EX_OSERR, "libusb: %s", libusb_strerror((int)n));
	for (ssize_t i = 0; i < n; i++)
		take_device(list[i]);
	libusb_free_device_list(list, 1);
	if (atexit(usbdisk_end) != 0)
		errx(EX_OSERR, "atexit");
}

size_t
usbdisk_count(void)
{
	return ndisks;
}

struct usbdisk *
usbdisk_at(size_t i)
{
	return &disks[i];
}

uint8_t
usbdisk_bus(const struct usbdisk *u)
{
	return libusb_get_bus_number(u->device);
}

uint8_t
usbdisk_address(const struct usbdisk *u)
{
	return libusb_get_device_address(u->device);
}

const char *
usbdisk_trouble(const struct usbdisk *u)
{
	return u->trouble;
}

bool
usbdisk_driven(const struct usbdisk *u)
{
	return u->handle != NULL &&
	    libusb_kernel_driver_active(u->handle, u->interface) == 1;
}

/* --- taking and giving back ---------------------------------------------- */

static int
usbdisk_complain(struct fault *f, const char *what, int rc)
{
	return fault_set(f, 0, "%s: %s", what,
	    rc == LIBUSB_ERROR_BUSY            ? "another program uses it"
	        : rc == LIBUSB_ERROR_NO_DEVICE ? "unplugged"
	        : rc == LIBUSB_ERROR_ACCESS    ? "no permission to use it"
	                                       : libusb_strerror(rc));
}

int
usbdisk_claim(struct usbdisk *u, struct fault *f)
{
	int rc;

	if (u->handle == NULL)
		return fault_set(f, 0, "%s", u->trouble);
	if (usbdisk_driven(u)) {
		rc = libusb_detach_kernel_driver(u->handle, u->interface);
		if (rc != 0)
			return usbdisk_complain(f, "taking it from its driver",
			    rc);
		u->detached = true;
	}
	rc = libusb_claim_interface(u->handle, u->interface);
	if (rc == 0) {
		u->claimed = true;
		/* A driver for UAS leaves its own setting behind. */
		if (u->alternates)
			rc = libusb_set_interface_alt_setting(u->handle,
			    u->interface, u->alternate);
	}
	if (rc == 0)
		return 0;
	(void)usbdisk_release(u, NULL);
	return usbdisk_complain(f, "claiming it", rc);
}

int
usbdisk_release(struct usbdisk *u, struct fault *f)
{
	int rc = 0;

	if (u->claimed)
		rc = libusb_release_interface(u->handle, u->interface);
	u->claimed = false;
	if (u->detached) {
		u->detached = false;
		rc = libusb_attach_kernel_driver(u->handle, u->interface);
		/* BUSY: a driver was quicker. */
		if (rc == LIBUSB_ERROR_BUSY)
			rc = 0;
	}
	return rc == 0
	    ? 0
	    : usbdisk_complain(f, "giving it back to its driver", rc);
}

/* --- transfers ----------------------------------------------------------- */

static void LIBUSB_CALL
on_done(struct libusb_transfer *t)
{
	*(int *)t->user_data = 1;
}

/* Until the transfer ends.  After a signal it has a little time to do so. */
static void
wait_for(struct libusb_transfer *t, int *completed)
{
	int64_t end_ms = INT64_MAX;
	bool cancelled = false;

	while (!*completed) {
		struct timeval tv = { .tv_usec = SLICE_MS * 1000 };
		int rc = libusb_handle_events_timeout_completed(context, &tv,
		    completed);

		if (rc != 0 && rc != LIBUSB_ERROR_INTERRUPTED && !cancelled)
			end_ms = 0;
		if (stopped && end_ms == INT64_MAX)
			end_ms = clock_ms() + GRACE_MS;
		if (clock_ms() < end_ms)
			continue;
		if (cancelled)
			errx(EX_IOERR, "a transfer cannot be cancelled");
		(void)libusb_cancel_transfer(t);
		cancelled = true;
		end_ms = clock_ms() + CANCEL_MS;
	}
}

static enum botpipe_result
usbdisk_result(enum libusb_transfer_status status)
{
	switch (status) {
	case LIBUSB_TRANSFER_COMPLETED:
		return BOTPIPE_DONE;
	case LIBUSB_TRANSFER_STALL:
		return BOTPIPE_STALLED;
	case LIBUSB_TRANSFER_TIMED_OUT:
		return BOTPIPE_LATE;
	case LIBUSB_TRANSFER_NO_DEVICE:
		return BOTPIPE_GONE;
	case LIBUSB_TRANSFER_CANCELLED:
		return stopped ? BOTPIPE_STOPPED : BOTPIPE_BROKEN;
	default:
		return BOTPIPE_BROKEN;
	}
}

static enum botpipe_result
usbdisk_bulk(void *arg, bool in, void *buf, size_t len, size_t *done)
{
	struct usbdisk *u = arg;
	struct libusb_transfer *t;
	enum botpipe_result r;
	int completed = 0, rc;

	*done = 0;
	t = libusb_alloc_transfer(0);
	if (t == NULL)
		errx(EX_OSERR, "no memory for a transfer");
	libusb_fill_bulk_transfer(t, u->handle, in ? u->in : u->out, buf,
	    (int)len, on_done, &completed, (unsigned)timeout_ms);
	rc = libusb_submit_transfer(t);
	if (rc == 0) {
		wait_for(t, &completed);
		*done = (size_t)t->actual_length;
		r = usbdisk_result(t->status);
	} else
		r = rc == LIBUSB_ERROR_NO_DEVICE ? BOTPIPE_GONE
		                                 : BOTPIPE_BROKEN;
	libusb_free_transfer(t);
	return r;
}

static enum botpipe_result
clear_halt(void *arg, bool in)
{
	struct usbdisk *u = arg;
	int rc = libusb_clear_halt(u->handle, in ? u->in : u->out);

	if (rc == 0)
		return BOTPIPE_DONE;
	return rc == LIBUSB_ERROR_NO_DEVICE || rc == LIBUSB_ERROR_NOT_FOUND
	    ? BOTPIPE_GONE
	    : BOTPIPE_BROKEN;
}

static enum botpipe_result
usbdisk_reset(void *arg)
{
	struct usbdisk *u = arg;
	int rc = libusb_control_transfer(u->handle, BOT_RESET_TYPE, BOT_RESET,
	    0, u->interface, NULL, 0, CONTROL_TIMEOUT);

	if (rc == 0)
		return BOTPIPE_DONE;
	return rc == LIBUSB_ERROR_NO_DEVICE ? BOTPIPE_GONE
	    : rc == LIBUSB_ERROR_PIPE       ? BOTPIPE_STALLED
	                                    : BOTPIPE_BROKEN;
}

void
usbdisk_pause(int ms)
{
	if (!stopped)
		(void)poll(NULL, 0, ms);
}

static void
pause_a_while(void *arg, int ms)
{
	(void)arg;
	usbdisk_pause(ms);
}

const struct botpipe usbdisk_pipe = { .bulk = usbdisk_bulk,
	.clear_halt = clear_halt,
	.reset = usbdisk_reset,
	.pause = pause_a_while };
