/*
 * memdisk - runs a program that finds USB sticks made of files.
 *
 *	umockdev-wrapper memdisk [STICK...] -- program [argument...]
 *
 * STICK is FILE[,WORD...].  A word is one of
 *	serial=TEXT block=BYTES capacity=BLOCKS	 what it says of itself
 *	fixed  protected  noserial  nomedium	 also of itself
 *	port=N					 1-N; else 1-1, 1-2, ...
 *	log=FILE	at the end: commands, blocks written, kernel driver
 *	attention=N	the first N commands but INQUIRY: power on or reset
 *	starting=N	the first N TEST UNIT READY: becoming ready
 *	ioerror=LBA	reading and writing this block is a medium error
 *	flip=LBA	a bit of this block falls over when it is written
 *	nolba		errors do not say where
 * and, for the Nth command, from 1, :N or :N+ for it and all later ones,
 *	gone:N	stall:N	stallcbw:N  stallcsw:N	short:N	residue:N  tag:N
 *	signature:N  phase:N  hang:N  zerocsw:N
 *
 * Without STICK the machine has none.  Exits with the program's status, 128 +
 *the signal that ended it.  Shares no code with what it tests.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/types.h>
#include <linux/usbdevice_fs.h>

#include <umockdev.h>

#define STICKS_MAX 4
#define WORDS_MAX 16
#define DATA_MAX (256 * 1024)

enum fault_kind {
	GONE,
	STALL,
	STALL_CBW,
	STALL_CSW,
	SHORT,
	RESIDUE,
	TAG,
	SIGNATURE,
	PHASE,
	HANG,
	ZERO_CSW,
	NFAULTS
};

static const char *const fault_names[NFAULTS] = { "gone", "stall", "stallcbw",
	"stallcsw", "short", "residue", "tag", "signature", "phase", "hang",
	"zerocsw" };

struct when {
	unsigned long from, to; /* 0: never */
};

enum phase { AWAIT_CBW, DATA_IN, DATA_OUT, AWAIT_CSW };

struct stick {
	const char *path, *serial, *log;
	int fd;
	int port;
	uint32_t block;
	uint64_t nblocks;  /* there are */
	uint64_t capacity; /* it says */
	bool fixed, protected, noserial, nomedium, nolba;
	unsigned long attention, starting;
	int64_t ioerror, flip; /* -1: none */
	struct when faults[NFAULTS];

	bool driver; /* the kernel's holds it */
	bool gone;
	bool halted_in, halted_out;
	bool broken; /* until the reset */
	enum phase phase;
	unsigned long ncommands, nwritten;
	uint32_t tag, want;
	uint8_t cdb[16];
	uint8_t data[DATA_MAX];
	uint32_t len, done; /* of the data */
	uint8_t status;
	uint8_t key, asc, ascq;
	uint32_t sense_lba;
	GQueue *completed;
};

static struct stick sticks[STICKS_MAX];
static size_t nsticks;

/* --- words --------------------------------------------------------------- */

static void
take_fault(struct stick *s, const char *word)
{
	for (size_t i = 0; i < NFAULTS; i++) {
		size_t n = strlen(fault_names[i]);
		char *end;

		if (strncmp(word, fault_names[i], n) != 0 || word[n] != ':')
			continue;
		s->faults[i].from = strtoul(word + n + 1, &end, 10);
		s->faults[i].to =
		    *end == '+' ? (unsigned long)-1 : s->faults[i].from;
		return;
	}
	errx(2, "unknown word: %s", word);
}

static bool
take_flag(struct stick *s, const char *word)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = { { "fixed", &s->fixed }, { "protected", &s->protected },
		{ "noserial", &s->noserial }, { "nomedium", &s->nomedium },
		{ "nolba", &s->nolba } };

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(word, flags[i].name) == 0)
			return *flags[i].flag = true;
	return false;
}

static void
take_word(struct stick *s, const char *word)
{
	const char *value = strchr(word, '=');

	if (take_flag(s, word))
		return;
	if (value == NULL) {
		take_fault(s, word);
		return;
	}
	value++;
	if (strncmp(word, "serial=", 7) == 0)
		s->serial = value;
	else if (strncmp(word, "log=", 4) == 0)
		s->log = value;
	else if (strncmp(word, "block=", 6) == 0)
		s->block = (uint32_t)strtoul(value, NULL, 10);
	else if (strncmp(word, "capacity=", 9) == 0)
		s->capacity = strtoull(value, NULL, 10);
	else if (strncmp(word, "port=", 5) == 0)
		s->port = (int)strtol(value, NULL, 10);
	else if (strncmp(word, "attention=", 10) == 0)
		s->attention = strtoul(value, NULL, 10);
	else if (strncmp(word, "starting=", 9) == 0)
		s->starting = strtoul(value, NULL, 10);
	else if (strncmp(word, "ioerror=", 8) == 0)
		s->ioerror = strtoll(value, NULL, 10);
	else if (strncmp(word, "flip=", 5) == 0)
		s->flip = strtoll(value, NULL, 10);
	else
		errx(2, "unknown word: %s", word);
}

static void
take_stick(char *text)
{
	struct stick *s = &sticks[nsticks];
	struct stat st;
	char *word;

	if (nsticks == STICKS_MAX)
		errx(2, "too many sticks");
	*s = (struct stick){ .path = strsep(&text, ","),
		.serial = "0123456789AB",
		.block = 512,
		.port = (int)nsticks + 1,
		.ioerror = -1,
		.flip = -1,
		.driver = true };
	while ((word = strsep(&text, ",")) != NULL)
		take_word(s, word);
	s->fd = open(s->path, O_RDWR | O_CLOEXEC);
	if (s->fd == -1 || fstat(s->fd, &st) == -1)
		err(2, "%s", s->path);
	s->nblocks = (uint64_t)st.st_size / s->block;
	if (s->capacity == 0)
		s->capacity = s->nblocks;
	s->completed = g_queue_new();
	nsticks++;
}

static bool
now(const struct stick *s, enum fault_kind kind)
{
	const struct when *w = &s->faults[kind];

	return w->from != 0 && s->ncommands >= w->from && s->ncommands <= w->to;
}

/* --- SCSI ---------------------------------------------------------------- */

static uint64_t
be(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n-- != 0)
		v = v << 8 | *p++;
	return v;
}

static void
put(uint8_t *to, uint64_t v, size_t n)
{
	while (n-- != 0) {
		to[n] = (uint8_t)v;
		v >>= 8;
	}
}

static void
check(struct stick *s, uint8_t key, uint8_t asc, uint8_t ascq)
{
	s->key = key;
	s->asc = asc;
	s->ascq = ascq;
	s->status = 1;
	s->len = 0;
}

static void
inquire(struct stick *s)
{
	size_t n = strlen(s->serial);

	if ((s->cdb[1] & 1) != 0 && s->cdb[2] == 0x80) {
		memset(s->data, 0, 4);
		s->data[1] = 0x80;
		s->data[3] = (uint8_t)n;
		memcpy(s->data + 4, s->serial, n);
		s->len = 4 + (uint32_t)n;
		return;
	}
	memset(s->data, 0, 36);
	s->data[1] = s->fixed ? 0 : 0x80;
	s->data[2] = 4;
	s->data[4] = 31;
	memcpy(s->data + 8, "Example MEMDISK         1.00", 28);
	s->len = 36;
}

static void
sense(struct stick *s)
{
	memset(s->data, 0, 18);
	s->data[0] = s->key == 3 && !s->nolba ? 0xf0 : 0x70;
	s->data[2] = s->key;
	put(s->data + 3, s->sense_lba, 4);
	s->data[7] = 10;
	s->data[12] = s->asc;
	s->data[13] = s->ascq;
	s->len = 18;
	s->key = s->asc = s->ascq = 0;
}

/* Where a READ or WRITE goes; false when it was refused. */
static bool
range(struct stick *s, uint64_t *lba, uint64_t *n)
{
	bool wide = s->cdb[0] >= 0x80;

	*lba = wide ? be(s->cdb + 2, 8) : be(s->cdb + 2, 4);
	*n = wide ? be(s->cdb + 10, 4) : be(s->cdb + 7, 2);
	/* A capacity of more blocks than there are may be an honest one of a
	 * sparse medium, tested at its beginning; or a lie. */
	if (*lba + *n > s->nblocks || *n * s->block > DATA_MAX) {
		check(s, 5, 0x21, 0);
		return false;
	}
	if (s->ioerror >= 0 && *lba <= (uint64_t)s->ioerror &&
	    (uint64_t)s->ioerror < *lba + *n) {
		s->sense_lba = (uint32_t)s->ioerror;
		check(s, 3, (s->cdb[0] & 0x0f) == 0x0a ? 0x0c : 0x11, 0);
		return false;
	}
	return true;
}

static void
read_blocks(struct stick *s)
{
	uint64_t lba, n;

	if (!range(s, &lba, &n))
		return;
	s->len = (uint32_t)(n * s->block);
	if (pread(s->fd, s->data, s->len, (off_t)(lba * s->block)) !=
	    (ssize_t)s->len)
		err(2, "%s", s->path);
}

/* When all of the data is there. */
static void
write_blocks(struct stick *s)
{
	uint64_t lba, n;

	if (s->protected) {
		check(s, 7, 0x27, 0);
		return;
	}
	if (!range(s, &lba, &n))
		return;
	if (s->flip >= 0 && lba <= (uint64_t)s->flip &&
	    (uint64_t)s->flip < lba + n)
		s->data[((uint64_t)s->flip - lba) * s->block + 7] ^= 0x10;
	if (pwrite(s->fd, s->data, s->len, (off_t)(lba * s->block)) !=
	    (ssize_t)s->len)
		err(2, "%s", s->path);
	s->nwritten += n;
}

static void
capacity(struct stick *s, bool wide)
{
	memset(s->data, 0, 32);
	if (wide) {
		put(s->data, s->capacity - 1, 8);
		put(s->data + 8, s->block, 4);
		s->len = 32;
		return;
	}
	put(s->data, s->capacity > UINT32_MAX ? UINT32_MAX : s->capacity - 1,
	    4);
	put(s->data + 4, s->block, 4);
	s->len = 8;
}

/* True when the command is not to be looked at. */
static bool
not_ready(struct stick *s)
{
	uint8_t op = s->cdb[0];

	if (op == 0x12 || op == 0x03)
		return false;
	if (s->attention != 0) {
		s->attention--;
		check(s, 6, 0x29, 0);
		return true;
	}
	if (s->nomedium) {
		check(s, 2, 0x3a, 0);
		return true;
	}
	if (op == 0x00 && s->starting != 0) {
		s->starting--;
		check(s, 2, 0x04, 1);
		return true;
	}
	return false;
}

static void
execute(struct stick *s)
{
	s->status = 0;
	if (not_ready(s))
		return;
	switch (s->cdb[0]) {
	case 0x00:
	case 0x35:
		break;
	case 0x03:
		sense(s);
		break;
	case 0x12:
		inquire(s);
		break;
	case 0x1a:
		memset(s->data, 0, 4);
		s->data[0] = 3;
		s->data[2] = s->protected ? 0x80 : 0;
		s->len = 4;
		break;
	case 0x25:
		capacity(s, false);
		break;
	case 0x9e:
		capacity(s, true);
		break;
	case 0x28:
	case 0x88:
		read_blocks(s);
		break;
	default:
		check(s, 5, 0x20, 0);
	}
}

static bool
is_write(const struct stick *s)
{
	return s->cdb[0] == 0x2a || s->cdb[0] == 0x8a;
}

/* --- bulk-only transport ------------------------------------------------- */

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

/* 0, or the errno of the transfer. */
static int
take_cbw(struct stick *s, const uint8_t *p, uint32_t len)
{
	s->ncommands++;
	if (now(s, GONE)) {
		s->gone = true;
		return ENODEV;
	}
	if (now(s, STALL_CBW) || len != 31 || memcmp(p, "USBC", 4) != 0) {
		s->broken = s->halted_in = s->halted_out = true;
		return EPIPE;
	}
	s->tag = le32(p + 4);
	s->want = le32(p + 8);
	memcpy(s->cdb, p + 15, 16);
	s->len = s->done = 0;
	if (is_write(s)) {
		s->phase = DATA_OUT;
		return 0;
	}
	execute(s);
	if (s->len > s->want)
		s->len = s->want;
	if (now(s, SHORT))
		s->len /= 2;
	s->phase = s->want != 0 ? DATA_IN : AWAIT_CSW;
	return 0;
}

static int
give_data(struct stick *s, uint8_t *p, uint32_t len, uint32_t *done)
{
	*done = s->len < len ? s->len : len;
	s->phase = AWAIT_CSW;
	if (now(s, STALL) || s->len == 0) {
		/* Nothing, or not all: the endpoint halts. */
		if (now(s, STALL))
			check(s, 0x0b, 0x47, 0);
		*done = 0;
		s->halted_in = true;
		return EPIPE;
	}
	memcpy(p, s->data, *done);
	s->done = *done;
	return 0;
}

static int
take_data(struct stick *s, const uint8_t *p, uint32_t len, uint32_t *done)
{
	s->phase = AWAIT_CSW;
	if (now(s, STALL)) {
		check(s, 0x0b, 0x47, 0);
		s->halted_out = true;
		return EPIPE;
	}
	if (len > DATA_MAX)
		len = DATA_MAX;
	memcpy(s->data, p, len);
	*done = s->len = s->done = len;
	s->status = 0;
	if (now(s, SHORT))
		s->done = len / 2;
	else if (!not_ready(s))
		write_blocks(s);
	return 0;
}

static int
give_csw(struct stick *s, uint8_t *p, uint32_t len, uint32_t *done)
{
	uint32_t tag = s->tag + (now(s, TAG) ? 7 : 0);
	uint32_t residue = s->want - (s->status == 0 ? s->done : 0);

	if (now(s, STALL_CSW) && !s->broken) {
		s->halted_in = true;
		s->broken = true; /* only once */
		return EPIPE;
	}
	s->broken = false;
	if (now(s, ZERO_CSW)) {
		s->faults[ZERO_CSW].from = 0;
		*done = 0;
		return 0;
	}
	s->phase = AWAIT_CBW;
	if (len < 13)
		return EOVERFLOW;
	memcpy(p, now(s, SIGNATURE) ? "USBX" : "USBS", 4);
	for (int i = 0; i < 4; i++) {
		p[4 + i] = (uint8_t)(tag >> 8 * i);
		p[8 + i] = (uint8_t)(residue >> 8 * i);
	}
	if (now(s, RESIDUE) && s->want >= 512)
		p[9] = 1; /* 256 bytes */
	p[12] = now(s, PHASE) ? 2 : s->status;
	*done = 13;
	return 0;
}

static int
bulk(struct stick *s, bool in, uint8_t *p, uint32_t len, uint32_t *done)
{
	*done = 0;
	if (s->gone)
		return ENODEV;
	if (in ? s->halted_in : s->halted_out)
		return EPIPE;
	if (!in && s->phase == DATA_OUT)
		return take_data(s, p, len, done);
	if (!in) {
		int rc = take_cbw(s, p, len);

		*done = rc == 0 ? len : 0;
		return rc;
	}
	if (s->phase == DATA_IN)
		return give_data(s, p, len, done);
	if (s->phase == AWAIT_CSW)
		return give_csw(s, p, len, done);
	s->halted_in = true;
	return EPIPE;
}

static void
reset(struct stick *s)
{
	s->broken = false;
	s->phase = AWAIT_CBW;
}

/* --- usbfs --------------------------------------------------------------- */

typedef UMockdevIoctlBase handler;
typedef UMockdevIoctlBaseClass handler_class;

static struct stick *
stick_of(UMockdevIoctlClient *client)
{
	const char *node = umockdev_ioctl_client_get_devnode(client);
	size_t i = (size_t)strtoul(strrchr(node, '/') + 1, NULL, 10) - 11;

	return &sticks[i];
}

static void
complete(UMockdevIoctlClient *client, int rc, int error)
{
	umockdev_ioctl_client_complete(client, rc, error);
}

static void
submit(struct stick *s, UMockdevIoctlClient *client, UMockdevIoctlData *urbd)
{
	struct usbdevfs_urb *urb = (struct usbdevfs_urb *)urbd->data;
	UMockdevIoctlData *b;
	uint32_t done = 0;
	int rc;

	if (s->gone) {
		complete(client, -1, ENODEV);
		return;
	}
	b = umockdev_ioctl_data_resolve(urbd,
	    offsetof(struct usbdevfs_urb, buffer), (gsize)urb->buffer_length,
	    NULL);
	if (urb->type == USBDEVFS_URB_TYPE_CONTROL) {
		reset(s);
		rc = 0;
	} else if (s->phase == AWAIT_CSW && now(s, HANG)) {
		/* Never comes back until it is discarded. */
		s->phase = AWAIT_CBW;
		complete(client, 0, 0);
		return;
	} else
		rc = bulk(s, (urb->endpoint & 0x80) != 0, b->data,
		    (uint32_t)urb->buffer_length, &done);
	if (rc == ENODEV) {
		complete(client, -1, ENODEV);
		return;
	}
	urb->status = -rc;
	urb->actual_length = (int)done;
	g_queue_push_tail(s->completed, g_object_ref(urbd));
	complete(client, 0, 0);
}

static void
reap(struct stick *s, UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
	UMockdevIoctlData *urbd = g_queue_pop_head(s->completed);

	if (urbd == NULL) {
		complete(client, -1, EAGAIN);
		return;
	}
	umockdev_ioctl_data_set_ptr(arg, 0, urbd);
	complete(client, 0, 0);
}

/* A hanging one comes back as cancelled. */
static void
discard(struct stick *s, UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
	UMockdevIoctlData *urbd = umockdev_ioctl_data_resolve(arg, 0,
	    sizeof(struct usbdevfs_urb), NULL);

	if (urbd == NULL) {
		complete(client, -1, EINVAL);
		return;
	}
	((struct usbdevfs_urb *)urbd->data)->status = -ENOENT;
	g_queue_push_tail(s->completed, urbd);
	complete(client, 0, 0);
}

static void
driver_ioctl(struct stick *s, UMockdevIoctlClient *client,
    UMockdevIoctlData *arg)
{
	const struct usbdevfs_ioctl *io =
	    (const struct usbdevfs_ioctl *)arg->data;

	if (s->gone ||
	    (io->ioctl_code == (int)USBDEVFS_DISCONNECT && !s->driver)) {
		complete(client, -1, s->gone ? ENODEV : ENODATA);
		return;
	}
	s->driver = io->ioctl_code == (int)USBDEVFS_CONNECT;
	complete(client, s->driver ? 1 : 0, 0);
}

static void
clear_halt(struct stick *s, UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
	unsigned endpoint;

	memcpy(&endpoint, arg->data, sizeof(endpoint));
	if (endpoint & 0x80)
		s->halted_in = false;
	else
		s->halted_out = false;
	/* A command that was not understood: only a reset helps (6.6.1). */
	if (s->broken && s->phase == AWAIT_CBW)
		s->halted_in = s->halted_out = true;
	complete(client, s->gone ? -1 : 0, s->gone ? ENODEV : 0);
}

static gboolean
handle(UMockdevIoctlBase *self, UMockdevIoctlClient *client)
{
	struct stick *s = stick_of(client);
	unsigned long rq = umockdev_ioctl_client_get_request(client);
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
	UMockdevIoctlData *d = NULL;

	(void)self;
	if (_IOC_SIZE(rq) != 0)
		d = umockdev_ioctl_data_resolve(arg, 0, _IOC_SIZE(rq), NULL);
	switch (rq) {
	case USBDEVFS_GET_CAPABILITIES:
		*(uint32_t *)d->data = USBDEVFS_CAP_ZERO_PACKET |
		    USBDEVFS_CAP_BULK_CONTINUATION |
		    USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
		    USBDEVFS_CAP_BULK_SCATTER_GATHER;
		complete(client, 0, 0);
		break;
	case USBDEVFS_GETDRIVER:
		(void)snprintf(((struct usbdevfs_getdriver *)d->data)->driver,
		    16, "usb-storage");
		complete(client, s->driver ? 0 : -1, s->driver ? 0 : ENODATA);
		break;
	case USBDEVFS_IOCTL:
		driver_ioctl(s, client, d);
		break;
	case USBDEVFS_CLAIMINTERFACE:
		complete(client, s->driver ? -1 : 0, s->driver ? EBUSY : 0);
		break;
	case USBDEVFS_CLEAR_HALT:
		clear_halt(s, client, d);
		break;
	case USBDEVFS_RELEASEINTERFACE:
	case USBDEVFS_RESET:
	case USBDEVFS_SETCONFIGURATION:
	case USBDEVFS_SETINTERFACE:
		complete(client, 0, 0);
		break;
	case USBDEVFS_SUBMITURB:
		submit(s, client, d);
		d = NULL;
		break;
	case USBDEVFS_REAPURB:
	case USBDEVFS_REAPURBNDELAY:
		reap(s, client, d);
		break;
	case USBDEVFS_DISCARDURB:
		discard(s, client, arg);
		break;
	default:
		complete(client, -1, ENOTTY);
	}
	if (d != NULL)
		g_object_unref(d);
	return TRUE;
}

static void
handler_class_init(gpointer class, gpointer data)
{
	(void)data;
	UMOCKDEV_IOCTL_BASE_CLASS(class)->handle_ioctl = handle;
}

static GType
handler_type(void)
{
	static GType type;
	GTypeQuery q;

	if (type != 0)
		return type;
	g_type_query(UMOCKDEV_TYPE_IOCTL_BASE, &q);
	type =
	    g_type_register_static_simple(UMOCKDEV_TYPE_IOCTL_BASE, "Memdisk",
	        q.class_size, handler_class_init, q.instance_size, NULL, 0);
	return type;
}

/* --- the machine --------------------------------------------------------- */

/* Device, configuration, interface 08/06/50, bulk 81h and 02h. */
#define DESCRIPTORS                                                            \
	"12010002000000409A02785600010102"                                     \
	"0301"                                                                 \
	"0902200001010080320904000002080650000705810200020007050202000200"

static void
add_stick(UMockdevTestbed *bed, size_t i)
{
	const struct stick *s = &sticks[i];
	GError *e = NULL;
	char *text, *node, serial[160] = "";
	UMockdevIoctlBase *h;

	if (!s->noserial)
		(void)snprintf(serial, sizeof(serial), "A: serial=%s\\n\n",
		    s->serial);
	text = g_strdup_printf(
	    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-%d\n"
	    "N: bus/usb/001/%03zu=" DESCRIPTORS "\n"
	    "E: DEVNAME=/dev/bus/usb/001/%03zu\nE: DEVTYPE=usb_device\n"
	    "E: DRIVER=usb\nE: BUSNUM=001\nE: DEVNUM=%03zu\nE: MAJOR=189\n"
	    "E: MINOR=%zu\nE: SUBSYSTEM=usb\n"
	    "A: bConfigurationValue=1\\n\nA: busnum=1\\n\nA: devnum=%zu\\n\n"
	    "A: speed=480\\n\nA: bNumConfigurations=1\\n\n"
	    "A: idVendor=1234\\n\nA: idProduct=5678\\n\n"
	    "A: manufacturer=Example\\n\nA: product=Memdisk\\n\n%s"
	    "H: descriptors=" DESCRIPTORS "\n\n",
	    s->port, 11 + i, 11 + i, 11 + i, 10 + i, 11 + i, serial);
	if (!umockdev_testbed_add_from_string(bed, text, &e))
		errx(2, "stick: %s", e->message);
	g_free(text);
	node = g_strdup_printf("/dev/bus/usb/001/%03zu", 11 + i);
	h = g_object_new(handler_type(), NULL);
	if (!umockdev_testbed_attach_ioctl(bed, node, h, &e))
		errx(2, "stick: %s", e->message);
	g_free(node);
}

static void
write_logs(void)
{
	for (size_t i = 0; i < nsticks; i++) {
		const struct stick *s = &sticks[i];
		FILE *f;

		if (s->log == NULL)
			continue;
		f = fopen(s->log, "w");
		if (f == NULL)
			err(2, "%s", s->log);
		(void)fprintf(f, "commands %lu\nwritten %lu\ndriver %s\n",
		    s->ncommands, s->nwritten, s->driver ? "yes" : "no");
		if (fclose(f) != 0)
			err(2, "%s", s->log);
	}
}

static int status;

static void
on_exit_of(GPid pid, gint wait_status, gpointer loop)
{
	status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
	                                : 128 + WTERMSIG(wait_status);
	g_spawn_close_pid(pid);
	g_main_loop_quit(loop);
}

int
main(int argc, char *argv[])
{
	UMockdevTestbed *bed;
	GError *e = NULL;
	GMainLoop *loop;
	GPid pid;
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		take_stick(argv[i]);
	if (i + 1 >= argc)
		errx(2, "usage: memdisk [STICK...] -- program [argument...]");
	bed = umockdev_testbed_new();
	/* Without its library the program would find this machine's sticks. */
	if (!umockdev_in_mock_environment())
		errx(2, "not run by umockdev-wrapper");
	for (size_t n = 0; n < nsticks; n++)
		add_stick(bed, n);
	loop = g_main_loop_new(NULL, FALSE);
	if (!g_spawn_async(NULL, argv + i + 1, NULL,
	        G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH |
	            G_SPAWN_CHILD_INHERITS_STDIN,
	        NULL, NULL, &pid, &e))
		errx(2, "%s", e->message);
	g_child_watch_add(pid, on_exit_of, loop);
	g_main_loop_run(loop);
	write_logs();
	return status;
}
