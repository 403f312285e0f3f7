/*
 * usb-list - the USB sticks of this machine, and which of them usb-write would
 * take.
 */
#include <stdio.h>
#include <string.h>

#include "base/lists.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "stick/stick.h"
#include "store/sink.h"

enum { OPT_CSV = 256, OPT_JSON, OPT_LARGE };

static void
print_uses(const struct usbsys_stick *sys)
{
	for (size_t i = 0; i < sys->nuses; i++)
		(void)printf("%s%s %s", i == 0 ? "" : ", ", sys->use[i].device,
		    sys->use[i].how);
}

/* One line a stick: what serves as -s, size, block size, protection, name,
 * what it holds, and how things stand. */
static void
print_line(const struct stick *s)
{
	char size[STICK_SIZE_TEXT] = "?";

	if (s->size != 0)
		stick_size_text(size, s->size);
	(void)printf("%s\t%s\t%u\t%s\t%s %s\t%s\t", s->name, size, s->block,
	    s->write_protected ? "ro" : "rw", s->vendor, s->product,
	    s->layout[0] != '\0' ? s->layout : "?");
	if (s->refused[0] == '\0')
		(void)printf("ready");
	else if (s->sys.nuses == 0)
		(void)printf("refused: %s", s->refused);
	else {
		(void)printf("refused: in use: ");
		print_uses(&s->sys);
	}
	(void)putchar('\n');
}

/* As a column of the list: "sdb1 mounted on /media/a, sdb2 swap". */
static void
uses_text(char *text, size_t cap, const struct usbsys_stick *sys)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sys->nuses && len < cap; i++)
		len += (size_t)snprintf(text + len, cap - len, "%s%s %s",
		    i == 0 ? "" : ", ", sys->use[i].device, sys->use[i].how);
}

static void
print_json_uses(const struct usbsys_stick *sys)
{
	(void)putchar('[');
	for (size_t i = 0; i < sys->nuses; i++) {
		(void)printf("%s{\"device\": ", i == 0 ? "" : ", ");
		output_json(stdout, sys->use[i].device);
		(void)printf(", \"how\": ");
		output_json(stdout, sys->use[i].how);
		(void)putchar('}');
	}
	(void)putchar(']');
}

/* As a sink does it; but what uses the stick is an array. */
static void
print_json(const struct stick *s, const char *const *fields)
{
	for (int i = 0; i < USBLIST_NCOLUMNS; i++) {
		const struct column *c = &kind_usb_list.columns[i];

		(void)printf("%s\"%s\": ", i == 0 ? "{" : ", ", c->name);
		if (i == USBLIST_USES)
			print_json_uses(&s->sys);
		else
			output_json_field(stdout, c->type, fields[i]);
	}
	(void)putchar('}');
}

struct usb_row {
	char port[USBSYS_NAME + 1], vendor_id[8], product_id[8];
	char speed[24], size[24], block[24];
	char uses[USBSYS_USES * (USBSYS_NAME + USBSYS_WHERE + 4)];
};

static void
usb_fields(const char *fields[USBLIST_NCOLUMNS], struct usb_row *r,
    const struct stick *s)
{
	const struct usbsys_stick *sys = &s->sys;

	(void)snprintf(r->port, sizeof(r->port), "@%s", sys->port);
	(void)snprintf(r->vendor_id, sizeof(r->vendor_id), "%04x",
	    sys->vendor_id);
	(void)snprintf(r->product_id, sizeof(r->product_id), "%04x",
	    sys->product_id);
	(void)snprintf(r->speed, sizeof(r->speed), "%u", sys->speed);
	(void)snprintf(r->size, sizeof(r->size), "%llu",
	    (unsigned long long)s->size);
	(void)snprintf(r->block, sizeof(r->block), "%u", s->block);
	uses_text(r->uses, sizeof(r->uses), sys);
	fields[USBLIST_NAME] = s->name;
	fields[USBLIST_SERIAL] = sys->serial;
	fields[USBLIST_PORT] = r->port;
	fields[USBLIST_VENDOR] = s->vendor;
	fields[USBLIST_PRODUCT] = s->product;
	fields[USBLIST_VENDOR_ID] = r->vendor_id;
	fields[USBLIST_PRODUCT_ID] = r->product_id;
	fields[USBLIST_SPEED] = r->speed;
	fields[USBLIST_DISK] = sys->ndisks != 0 ? sys->disk[0] : "";
	fields[USBLIST_SIZE] = r->size;
	fields[USBLIST_BLOCK] = r->block;
	fields[USBLIST_REMOVABLE] = s->removable ? "yes" : "no";
	fields[USBLIST_WRITE_PROTECTED] = s->write_protected ? "yes" : "no";
	fields[USBLIST_LAYOUT] = s->layout;
	fields[USBLIST_USES] = r->uses;
	fields[USBLIST_REFUSED] = s->refused;
}

static void
usb_rows(enum sink_form form, const struct stick *s, size_t n)
{
	const char *fields[USBLIST_NCOLUMNS];
	struct sink to = { .form = form };
	struct usb_row row = { 0 };

	if (form == SINK_CSV)
		sink_begin(&to, &kind_usb_list);
	else
		(void)putchar('[');
	for (size_t i = 0; i < n; i++) {
		usb_fields(fields, &row, &s[i]);
		if (form == SINK_CSV) {
			sink_row(&to, fields);
			continue;
		}
		(void)fputs(i == 0 ? "\n " : ",\n ", stdout);
		print_json(&s[i], fields);
	}
	if (form == SINK_CSV)
		sink_end(&to);
	else
		(void)puts(n == 0 ? "]" : "\n]");
}

/* SINK_STREAM is for people. */
static void
usb_list(enum sink_form form, unsigned want)
{
	size_t n;
	const struct stick *s = stick_list(want, &n);

	if (form != SINK_STREAM) {
		usb_rows(form, s, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		print_line(&s[i]);
	if (n == 0)
		stage_say("no stick", 0, "none is plugged in");
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "csv", no_argument, NULL, OPT_CSV },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "large", no_argument, NULL, OPT_LARGE },
		{ 0 },
	};
	unsigned want = STICK_WRITE;
	enum sink_form form = SINK_STREAM;
	int ch;

	stage_begin("[--csv | --json] [--large] [-t seconds]", MAY_USE_USB);
	while ((ch = stage_getopt(argc, argv, "t:", longopts)) != -1)
		switch (ch) {
		case OPT_CSV:
			form = SINK_CSV;
			break;
		case OPT_JSON:
			form = SINK_JSON;
			break;
		case OPT_LARGE:
			want |= STICK_LARGE_OK;
			break;
		case 't':
			stick_timeout(optarg);
			break;
		default:
			stage_usage();
		}
	if (argc != optind)
		stage_usage();
	usbdisk_begin();
	stage_confine();
	usb_list(form, want);
	return stage_end();
}
