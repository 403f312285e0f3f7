#ifndef LEASE_H
#define LEASE_H

/*
 * lease - the domain (DHCP option 15) in what DHCP clients write and print of
 * a lease:
 *
 *	option domain-name "lab7.example.com";   lease files of dhclient
 *	DOMAINNAME=lab7.example.com              systemd-networkd's, and
 *	                                         NetworkManager's own
 *	domain_name='lab7.example.com'           dhcpcd --dumplease
 *	DHCP4.OPTION[3]: domain_name = lab7...   nmcli
 *	Search Domains: lab7.example.com         networkctl status
 *	Connection-specific DNS Suffix . : ...   ipconfig /all, of Windows
 *
 * Sources: dhclient.leases(5), dhcp-options(5), dhcpcd(8) and what these
 * programs print.
 */
#include <stdbool.h>
#include <stddef.h>

#define LEASE_DOMAINS 8
#define LEASE_DOMAIN 256    /* an option's 255 bytes */
#define LEASE_MAX (1 << 20) /* of text: dhclient keeps old leases */

struct lease {
	bool found; /* the text is one */
	size_t n;
	char domain[LEASE_DOMAINS][LEASE_DOMAIN]; /* as written, each once */
};

/* Keeps no pointer into text.  Of several leases in a file of dhclient the
 * last one counts, as it does there. */
void lease_read(struct lease *l, const char *text, size_t len);

/* Adds one; without what makes it longer than it can be, and not twice. */
void lease_add(struct lease *l, const char *domain, size_t len);

#endif
