#include "usbfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/types.h>
#include <linux/usbdevice_fs.h>

#include "stick.h"

static struct stick *
stick_of(UMockdevIoctlClient *client)
{
	const char *node = umockdev_ioctl_client_get_devnode(client);
	size_t i =
	    (size_t)strtoul(strrchr(node, '/') + 1, NULL, 10) - USBFS_FIRST;

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
		bulk_reset(s);
		rc = 0;
	} else if (s->phase == AWAIT_CSW && stick_fails(s, HANG)) {
		/* Never comes back until it is discarded. */
		s->phase = AWAIT_CBW;
		complete(client, 0, 0);
		return;
	} else
		rc = bulk_transfer(s, (urb->endpoint & 0x80) != 0, b->data,
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

GType
usbfs_handler(void)
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
