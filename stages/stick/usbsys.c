#include "stick/usbsys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/text.h"

const struct usbsys_roots usbsys_live = { "/sys", "/proc", "/dev" };

/* One device of the stick: the disk or a partition. */
struct block {
	const char *name;
	unsigned major, minor;
};

/* --- files of one line --------------------------------------------------- */

static int read_line(char *to, size_t cap, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The first line of a file, without its end; -1 if it is empty or cannot be
 * read. */
static int
read_line(char *to, size_t cap, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	FILE *f;
	int n;

	to[0] = '\0';
	va_start(ap, fmt);
	n = vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(path) ||
	    (f = fopen(path, "re")) == NULL)
		return -1;
	if (fgets(to, (int)cap, f) == NULL)
		to[0] = '\0';
	(void)fclose(f);
	to[strcspn(to, "\n")] = '\0';
	return 0;
}

static uint64_t
read_number(const char *dir, const char *name, int base)
{
	char line[64];

	if (read_line(line, sizeof(line), "%s/%s", dir, name) == -1)
		return 0;
	return strtoull(line, NULL, base);
}

static void
read_text(char to[USBSYS_TEXT], const char *dir, const char *name)
{
	char line[256];
	size_t len;

	(void)read_line(line, sizeof(line), "%s/%s", dir, name);
	len = strlen(line);
	while (len != 0 && line[len - 1] == ' ')
		len--;
	text_show(to, USBSYS_TEXT, line, len);
}

/* --- what uses it -------------------------------------------------------- */

static void
add_use(struct usbsys_stick *s, const struct block *b, const char *how,
    const char *where)
{
	struct usbsys_use *u = &s->use[s->nuses];
	size_t n;

	if (s->nuses == USBSYS_USES)
		return;
	s->nuses++;
	(void)snprintf(u->device, sizeof(u->device), "%s", b->name);
	n = (size_t)snprintf(u->how, sizeof(u->how), "%s", how);
	text_show(u->how + n, sizeof(u->how) - n, where, strlen(where));
}

/* /proc writes space, tab, newline and backslash as \ooo. */
static void
usbsys_unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++)
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
		    s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
			    (s[3] - '0'));
			s += 3;
		} else
			*to++ = *s;
	*to = '\0';
}

/* Does that path name the device?  Links as under /dev/disk count. */
static bool
usbsys_names(const char *path, const struct usbsys_roots *roots,
    const struct block *b)
{
	size_t n = strlen(roots->dev);
	struct stat st;

	if (strncmp(path, roots->dev, n) != 0 || path[n] != '/')
		return false;
	if (strcmp(path + n + 1, b->name) == 0)
		return true;
	return stat(path, &st) == 0 && S_ISBLK(st.st_mode) &&
	    st.st_rdev == makedev(b->major, b->minor);
}

#define MOUNTINFO_FIELDS 64

/*
 * proc(5), mountinfo: "36 35 98:0 /root /mnt rw opt... - ext3 /dev/sda1 rw".
 * Some filesystems (btrfs) have a number of their own, so the source is looked
 * at too.
 */
static void
look_mount(struct usbsys_stick *s, const struct usbsys_roots *roots,
    const struct block *b, char *line)
{
	char *field[MOUNTINFO_FIELDS], *state;
	char number[32];
	size_t n = 0, dash = 0;

	for (char *p = strtok_r(line, " \n", &state);
	     p != NULL && n < MOUNTINFO_FIELDS;
	     p = strtok_r(NULL, " \n", &state)) {
		if (dash == 0 && strcmp(p, "-") == 0)
			dash = n;
		field[n++] = p;
	}
	if (n < 6)
		return;
	(void)snprintf(number, sizeof(number), "%u:%u", b->major, b->minor);
	if (dash != 0 && dash + 2 < n)
		usbsys_unescape(field[dash + 2]);
	if (strcmp(field[2], number) != 0 &&
	    !(dash != 0 && dash + 2 < n &&
	        usbsys_names(field[dash + 2], roots, b)))
		return;
	usbsys_unescape(field[4]);
	add_use(s, b, "mounted on ", field[4]);
}

/* proc(5), swaps: the path is the first field. */
static void
look_swap(struct usbsys_stick *s, const struct usbsys_roots *roots,
    const struct block *b, char *line)
{
	line[strcspn(line, " \t\n")] = '\0';
	usbsys_unescape(line);
	if (usbsys_names(line, roots, b))
		add_use(s, b, "in use as swap", "");
}

typedef void look_fn(struct usbsys_stick *s, const struct usbsys_roots *roots,
    const struct block *b, char *line);

/* need: it is a fault that the file is not there. */
static int
each_line(struct usbsys_stick *s, const struct usbsys_roots *roots,
    const struct block *b, const char *name, look_fn *look, bool need)
{
	char path[PATH_MAX];
	char *line = NULL;
	size_t cap = 0;
	FILE *f;
	int rc;

	(void)snprintf(path, sizeof(path), "%s/%s", roots->proc, name);
	f = fopen(path, "re");
	if (f == NULL)
		return need ? -1 : 0;
	while (getline(&line, &cap, f) != -1)
		look(s, roots, b, line);
	rc = ferror(f) ? -1 : 0;
	free(line);
	(void)fclose(f);
	return rc;
}

/* Device mapper and md are in the folder "holders". */
static void
look_holders(struct usbsys_stick *s, const struct usbsys_roots *roots,
    const char *dir, const struct block *b)
{
	char path[PATH_MAX], name[USBSYS_TEXT], text[USBSYS_WHERE];
	struct dirent *e;
	DIR *d;

	if ((size_t)snprintf(path, sizeof(path), "%s/holders", dir) >=
	        sizeof(path) ||
	    (d = opendir(path)) == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(text, sizeof(text), "%.60s", e->d_name);
		if (read_line(name, sizeof(name), "%s/class/block/%s/dm/name",
		        roots->sys, e->d_name) == 0 &&
		    name[0] != '\0')
			(void)snprintf(text, sizeof(text), "%.60s (%s)",
			    e->d_name, name);
		add_use(s, b, "held by ", text);
	}
	(void)closedir(d);
}

static int
look_uses(struct usbsys_stick *s, const struct usbsys_roots *roots,
    const char *dir, const char *name)
{
	struct block b = { .name = name };
	char line[64];

	if (read_line(line, sizeof(line), "%s/dev", dir) == -1 ||
	    sscanf(line, "%u:%u", &b.major, &b.minor) != 2)
		return -1;
	look_holders(s, roots, dir, &b);
	return each_line(s, roots, &b, "self/mountinfo", look_mount, true) ==
	            -1 ||
	        each_line(s, roots, &b, "swaps", look_swap, false) == -1
	    ? -1
	    : 0;
}

/* --- what it is ---------------------------------------------------------- */

/* The name is shorter than USBSYS_NAME. */
static void
look_disk(struct usbsys_stick *s, const char *dir, const char *name)
{
	if (s->ndisks == USBSYS_DISKS)
		return;
	if (s->ndisks == 0) {
		/* In units of 512 bytes, whatever the block size. */
		s->size = read_number(dir, "size", 10) * 512;
		s->block =
		    (uint32_t)read_number(dir, "queue/logical_block_size", 10);
		s->removable = read_number(dir, "removable", 10) == 1;
		s->write_protected = read_number(dir, "ro", 10) == 1;
	}
	memcpy(s->disk[s->ndisks++], name, strlen(name) + 1);
}

/* Every block device whose place in sysfs is below the stick's. */
static int
look_blocks(struct usbsys_stick *s, const struct usbsys_roots *roots,
    const char *stick)
{
	char path[PATH_MAX], dir[PATH_MAX], line[16];
	size_t n = strlen(stick);
	struct dirent *e;
	int rc = 0;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/class/block", roots->sys);
	d = opendir(path);
	if (d == NULL) /* a kernel without any */
		return errno == ENOENT ? 0 : -1;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || strlen(e->d_name) >= USBSYS_NAME)
			continue;
		(void)snprintf(path, sizeof(path), "%s/class/block/%s",
		    roots->sys, e->d_name);
		if (realpath(path, dir) == NULL ||
		    strncmp(dir, stick, n) != 0 || dir[n] != '/')
			continue;
		if (read_line(line, sizeof(line), "%s/partition", dir) == -1)
			look_disk(s, dir, e->d_name);
		if (look_uses(s, roots, dir, e->d_name) == -1)
			rc = -1;
	}
	(void)closedir(d);
	return rc;
}

/* The folder of a USB device, links resolved. */
static int
usbsys_find(char dir[PATH_MAX], char port[USBSYS_NAME],
    const struct usbsys_roots *roots, uint8_t bus, uint8_t address)
{
	char path[PATH_MAX];
	struct dirent *e;
	int rc = -1;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/bus/usb/devices", roots->sys);
	d = opendir(path);
	if (d == NULL)
		return -1;
	while (rc == -1 && (e = readdir(d)) != NULL) {
		/* With a colon it is an interface. */
		if (e->d_name[0] == '.' || strchr(e->d_name, ':') != NULL ||
		    strlen(e->d_name) >= USBSYS_NAME)
			continue;
		(void)snprintf(path, sizeof(path), "%s/bus/usb/devices/%s",
		    roots->sys, e->d_name);
		if (read_number(path, "busnum", 10) != bus ||
		    read_number(path, "devnum", 10) != address ||
		    realpath(path, dir) == NULL)
			continue;
		memcpy(port, e->d_name, strlen(e->d_name) + 1);
		rc = 0;
	}
	(void)closedir(d);
	return rc;
}

int
usbsys_look(struct usbsys_stick *s, const struct usbsys_roots *roots,
    uint8_t bus, uint8_t address)
{
	char dir[PATH_MAX];

	memset(s, 0, sizeof(*s));
	if (usbsys_find(dir, s->port, roots, bus, address) == -1)
		return -1;
	read_text(s->vendor, dir, "manufacturer");
	read_text(s->product, dir, "product");
	read_text(s->serial, dir, "serial");
	s->vendor_id = (uint16_t)read_number(dir, "idVendor", 16);
	s->product_id = (uint16_t)read_number(dir, "idProduct", 16);
	s->speed = (unsigned)read_number(dir, "speed", 10);
	return look_blocks(s, roots, dir);
}

void
usbsys_disks(const struct usbsys_roots *roots, void (*fn)(const char *path))
{
	char path[PATH_MAX], dir[PATH_MAX];
	struct dirent *e;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/class/block", roots->sys);
	d = opendir(path);
	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/class/block/%s",
		    roots->sys, e->d_name);
		if (realpath(path, dir) == NULL || strstr(dir, "/usb") == NULL)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", roots->dev,
		    e->d_name);
		fn(path);
	}
	(void)closedir(d);
}

/* --- holding it ---------------------------------------------------------- */

static int
open_disk(const struct usbsys_stick *s, const struct usbsys_roots *roots,
    size_t i, int flags)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", roots->dev, s->disk[i]);
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
}

int
usbsys_hold(const struct usbsys_stick *s, const struct usbsys_roots *roots,
    int fds[USBSYS_DISKS])
{
	for (size_t i = 0; i < USBSYS_DISKS; i++)
		fds[i] = -1;
	for (size_t i = 0; i < s->ndisks; i++) {
		fds[i] = open_disk(s, roots, i, O_EXCL);
		if (fds[i] == -1 && errno == EBUSY) {
			usbsys_let_go(fds);
			return -1;
		}
	}
	return 0;
}

void
usbsys_let_go(int fds[USBSYS_DISKS])
{
	for (size_t i = 0; i < USBSYS_DISKS; i++)
		if (fds[i] != -1) {
			close(fds[i]);
			fds[i] = -1;
		}
}

int
usbsys_open(const struct usbsys_stick *s, const struct usbsys_roots *roots)
{
	if (s->ndisks == 0) {
		errno = ENOENT;
		return -1;
	}
	return open_disk(s, roots, 0, 0);
}
