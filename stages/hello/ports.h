#ifndef PORTS_H
#define PORTS_H

/*
 * ports - TCP ports that a program listens on: opened by the program, or handed
 * down by who started it, as systemd does (sd_listen_fds(3)): descriptors from
 * 3 on, how many in LISTEN_FDS, for the process named in LISTEN_PID.
 *
 * Whoever hands them down keeps them open, so that between two programs a
 * caller waits in the port's queue instead of being refused.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/address.h"

#define PORTS_MAX 16

struct ports {
	int fd[PORTS_MAX];
	size_t n;
};

/*
 * Opens n ports; names are what the user wrote, for messages.  [::] takes
 * IPv4 as well, except when an IPv4 address with the same port is among them.
 * Ends the program (69, 71, 77) when one cannot be had.
 */
void ports_open(struct ports *p, const struct address *at,
    const char *const *names, size_t n);

/*
 * Takes what was handed down to this process, if anything was, and removes it
 * from the environment.  False when nothing was.  Ends the program (78) when
 * one is no listening TCP socket, or there are too many.
 */
bool ports_inherit(struct ports *p);

/* Hands the ports down to the program that this process is about to become. */
void ports_hand_down(struct ports *p);

/* What fd is, as a TCP socket. */
enum port_is { PORT_NOT, PORT_LISTENS, PORT_CONNECTED };
enum port_is port_is(int fd);

/* "NAME: listening on 127.0.0.1:9971" for each. */
void ports_say(const struct ports *p);

#endif
