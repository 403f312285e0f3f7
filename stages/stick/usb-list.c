/*
 * usb-list - the USB sticks of this machine, and which of them usb-write would
 * take.
 */
#include <stdio.h>
#include <string.h>

#include "lib/outputs.h"
#include "lib/stage.h"
#include "stick/stick.h"

enum { OPT_JSON = 256, OPT_LARGE };

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

static void
usb_member(const char *name, const char *value)
{
	(void)printf("\"%s\":", name);
	output_json(stdout, value);
	(void)putchar(',');
}

static void
print_json_uses(const struct usbsys_stick *sys)
{
	(void)printf("\"uses\":[");
	for (size_t i = 0; i < sys->nuses; i++) {
		(void)printf("%s{", i == 0 ? "" : ",");
		usb_member("device", sys->use[i].device);
		(void)printf("\"how\":");
		output_json(stdout, sys->use[i].how);
		(void)putchar('}');
	}
	(void)printf("],");
}

static void
print_json(const struct stick *s)
{
	const struct usbsys_stick *sys = &s->sys;
	char port[USBSYS_NAME + 1];

	(void)snprintf(port, sizeof(port), "@%s", sys->port);
	(void)putchar('{');
	usb_member("name", s->name);
	usb_member("serial", sys->serial);
	usb_member("port", port);
	usb_member("vendor", s->vendor);
	usb_member("product", s->product);
	(void)printf("\"vendor_id\":\"%04x\",\"product_id\":\"%04x\","
	             "\"speed\":%u,",
	    sys->vendor_id, sys->product_id, sys->speed);
	usb_member("disk", sys->ndisks != 0 ? sys->disk[0] : "");
	(void)printf("\"size\":%llu,\"block\":%u,\"removable\":%s,"
	             "\"write_protected\":%s,",
	    (unsigned long long)s->size, s->block,
	    s->removable ? "true" : "false",
	    s->write_protected ? "true" : "false");
	usb_member("layout", s->layout);
	print_json_uses(sys);
	(void)printf("\"refused\":");
	output_json(stdout, s->refused);
	(void)putchar('}');
}

static void
usb_list(bool json, unsigned want)
{
	size_t n;
	const struct stick *s = stick_list(want, &n);

	if (json)
		(void)putchar('[');
	for (size_t i = 0; i < n; i++)
		if (json) {
			(void)printf("%s", i == 0 ? "\n" : ",\n");
			print_json(&s[i]);
		} else
			print_line(&s[i]);
	if (json)
		(void)puts(n == 0 ? "]" : "\n]");
	else if (n == 0)
		stage_say("no stick", 0, "none is plugged in");
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "json", no_argument, NULL, OPT_JSON },
		{ "large", no_argument, NULL, OPT_LARGE },
		{ 0 },
	};
	unsigned want = STICK_WRITE;
	bool json = false;
	int ch;

	stage_begin("[--json] [--large] [-t seconds]", MAY_USE_USB);
	while ((ch = stage_getopt(argc, argv, "t:", longopts)) != -1)
		switch (ch) {
		case OPT_JSON:
			json = true;
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
	usb_list(json, want);
	return stage_end();
}
