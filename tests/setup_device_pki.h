#ifndef SETUP_DEVICE_PKI_H
#define SETUP_DEVICE_PKI_H

/*
 * setup_device_pki - what a machine is and has that is set up with a
 * certificate, for setup_device.h: as the firmware documents say (remote setup
 * and configuration flow, class definitions of the IPS_ classes).
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "setup/setup.h"

/* What the connection with a certificate does for the login. */
enum device_login {
	CERTIFICATE_IS_LOGIN,
	ALWAYS_ASKS,     /* a digest, whatever the certificate */
	ASKS_AFTER_ADMIN /* once SetAdminAclEntryEx was called */
};

struct device_pki {
	bool on; /* it asks for a certificate where setup is talked */
	enum device_login login;
	size_t takes;        /* index of the chain that it takes */
	bool asks_nobody;    /* no CertificateRequest */
	bool not_genuine;    /* the transport says so */
	bool on_tls;         /* stays on 16993 after the commit (16.1) */
	bool closes_admin;   /* the session, after the admin change (20, 21) */
	bool still_asks;     /* for a certificate after the commit, too */
	bool no_ips;         /* firmware before 6.2 */
	bool wants_mebx;     /* at the commit (19) */
	bool mebx_forbidden; /* from the network */
	bool forgets_clock;  /* once, before the first commit */
	bool forgets_name;
	const char *own_realm; /* another behind TLS after the commit */
	unsigned closed;       /* handshakes that it only closes */
	unsigned control_mode;
	unsigned tls_mode;
	char cn[64], root[65]; /* of the provisioning record; "": no record */
	const char *time_valid;
	const char *otp;    /* in base64, or NULL */
	enum setup_tls tls; /* of its connections */

	/* what came */
	unsigned window; /* hours of ExtendProvisioningPeriod */
	unsigned windows;
	bool dropped;      /* the session was closed, unknown to the caller */
	unsigned bare;     /* requests without a login */
	char offered[128]; /* chains in their order, a blank after each */
	char tried[512];   /* passwords of the logins, a | after each */
};

static inline void
device_pki_root(const char *hex, char to[65])
{
	unsigned char raw[32];

	for (size_t i = 0; i < sizeof(raw); i++) {
		unsigned byte = 0;

		(void)sscanf(hex + 2 * i, "%2x", &byte);
		raw[i] = (unsigned char)byte;
	}
	(void)EVP_EncodeBlock((unsigned char *)to, raw, sizeof(raw));
}

/* Body of the IPS_ class, or false where the firmware has none. */
static inline bool
device_pki_get(const struct device_pki *p, const char *class, char *body,
    size_t cap)
{
	if (p->no_ips || strcmp(class, "IPS_HostBasedSetupService") != 0)
		return false;
	(void)snprintf(body, cap,
	    "<g:IPS_HostBasedSetupService><g:CurrentControlMode>%u"
	    "</g:CurrentControlMode></g:IPS_HostBasedSetupService>",
	    p->control_mode);
	return true;
}

static inline void
device_pki_record(const struct device_pki *p, char *body, size_t cap)
{
	char hash[65] = "", record[512] = "";

	if (p->root[0] != '\0')
		device_pki_root(p->root, hash);
	if (p->cn[0] != '\0')
		(void)snprintf(record, sizeof(record),
		    "<g:IPS_TLSProvisioningRecord><g:IsTimeValid>%s"
		    "</g:IsTimeValid><g:ProvServerFQDN>%s</g:ProvServerFQDN>"
		    "<g:ProvisioningTLSMode>%u</g:ProvisioningTLSMode>"
		    "<g:SecureDNS>false</g:SecureDNS><g:SelectedHashData>%s"
		    "</g:SelectedHashData><g:SelectedHashType>2"
		    "</g:SelectedHashType></g:IPS_TLSProvisioningRecord>",
		    p->time_valid, p->cn, p->tls_mode, hash);
	(void)snprintf(body, cap,
	    "<n:PullResponse><n:Items>%s</n:Items><n:EndOfSequence/>"
	    "</n:PullResponse>",
	    record);
}

/* Is a login of this request due, over the certificate? */
static inline bool
device_pki_asks(const struct device_pki *p, unsigned admins)
{
	return p->login == ALWAYS_ASKS ||
	    (p->login == ASKS_AFTER_ADMIN && admins != 0);
}

/* A connection to port 16993 with a chain, or with none. */
static inline enum setup_outcome
device_pki_connect(struct device_pki *p, const struct setup_ask *ask,
    unsigned state)
{
	size_t len = strlen(p->offered);
	bool post = state == 2 && !p->still_asks;

	if (p->closed > 0) {
		p->closed--;
		return SETUP_TLS_CLOSED;
	}
	if (ask->route == SETUP_TLS_OWN)
		return post && p->on_tls ? SETUP_ANSWERED
		    : post               ? SETUP_CONNECT_REFUSED
		                         : SETUP_TLS_FAILED;
	if (post && !p->on_tls)
		return SETUP_CONNECT_REFUSED;
	if (post || p->asks_nobody)
		return SETUP_TLS_NOT_ASKED;
	if (p->not_genuine)
		return SETUP_DEVICE_REFUSED;
	(void)snprintf(p->offered + len, sizeof(p->offered) - len, "%zu ",
	    ask->chain);
	return ask->chain == p->takes ? SETUP_ANSWERED : SETUP_TLS_CERT_REFUSED;
}

#endif
