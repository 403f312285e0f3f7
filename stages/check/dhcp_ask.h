#ifndef DHCP_ASK_H
#define DHCP_ASK_H

/*
 * dhcp_ask - the DHCP servers of an interface's network, asked what they tell
 * machines (dhcp.h).
 *
 *	if (dhcp_ask_open(&a, "eth0") == 0) - before the program is confined
 *		dhcp_ask(&a, 4, answered, &arg);
 *	else - a.why says what is in the way
 */
#include <stdint.h>

#include "check/dhcp.h"

#define DHCP_ASK_TEXT 200

struct dhcp_ask {
	int fd;
	char interface[16];
	struct dhcp_inform inform;
	char why[DHCP_ASK_TEXT];
};

/* 0, or -1 with a->why: not root, no such interface, no address on it. */
int dhcp_ask_open(struct dhcp_ask *a, const char *interface);

/*
 * Asks again each second until one answers, or the seconds are over; others
 * have a second more.  server: its address.  How many answered; closes.
 */
typedef void dhcp_answered_fn(void *arg, const char *server,
    const struct lease *l);
unsigned dhcp_ask(struct dhcp_ask *a, unsigned seconds, dhcp_answered_fn *fn,
    void *arg);

#endif
