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
 * Without STICK the machine has none.  Exits with the program's status, or with
 * 128 + the signal that ended it.  Shares no code with what it tests.
 *
 * memdisk/ has the sticks: stick.c their words, scsi.c the commands, bulk.c the
 * transport, usbfs.c how the program under test reaches them.
 */
#include <err.h>
#include <stdio.h>
#include <sys/wait.h>

#include <umockdev.h>

#include "memdisk/stick.h"
#include "memdisk/usbfs.h"

/* Device, configuration, interface 08/06/50, bulk 81h and 02h. */
#define DESCRIPTORS                                                            \
	"12010002000000409A02785600010102"                                     \
	"0301"                                                                 \
	"0902200001010080320904000002080650000705810200020007050202000200"

static void
add_stick(UMockdevTestbed *bed, size_t i)
{
	const struct stick *s = &sticks[i];
	const size_t number = USBFS_FIRST + i;
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
	    s->port, number, number, number, number - 1, number, serial);
	if (!umockdev_testbed_add_from_string(bed, text, &e))
		errx(2, "stick: %s", e->message);
	g_free(text);
	node = g_strdup_printf("/dev/bus/usb/001/%03zu", number);
	h = g_object_new(usbfs_handler(), NULL);
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
		stick_add(argv[i]);
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
