#ifndef PEER_MACHINE_H
#define PEER_MACHINE_H

/*
 * machine - one simulated AMT device: what it was told, what is wrong with it.
 *
 * Built from what is public about the firmware, never from what a client of
 * ours sends: nothing here links formats/amt or formats/setup.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uuid.h"

/* ProvisioningState of AMT_SetupAndConfigurationService. */
enum { STATE_PRE, STATE_IN, STATE_POST };

#define MACHINE_NONCES 8
#define MACHINE_CONTEXTS 4
#define MACHINE_RULES 6
#define GENERAL_COUNT 25 /* properties of AMT_GeneralSettings */
#define HA1_LEN 16
#define USER_MAX 16     /* SetAdminAclEntryEx: user name of 1..16 */
#define PASSWORD_MAX 32 /* MEBx and admin password: 8..32 */

/* One soap-fault= or return= of the fault column. */
struct rule {
	char name[80];    /* class, method, operation or class.method */
	char subcode[40]; /* of a soap-fault */
	unsigned code;    /* of a return */
	int left;         /* how often it still applies; -1 for ever */
};

/* The fault column; faults.c says what each one does. */
struct faults {
	bool hang_connect, close_connect, hang_tls, close_tls, intolerant;
	bool wrong_pps, auth_refuse, close_401, strict_password;
	bool html, garbage, bad_xml, bare_uuid, once;
	bool lost_commit, no_restart, coupled;
	/* request number; -1 never */
	int64_t hang_http, drop_before, drop_after;
	int64_t stale;  /* every Nth request; 0 never */
	int64_t locked; /* logins that are yet refused */
	int64_t nonce_uses, nonce_seconds;
	int64_t latency, restart;  /* ms; -1: what the command line says */
	int64_t jitter, slow_body; /* ms */
	int64_t big;               /* bytes; 0 not */
	int64_t state;
	int64_t hello; /* version; 0 none is sent */
	/* of devices in setup with certificates */
	bool pki, no_request, downgrade, admin_live, halfway;
	int64_t close_admin; /* -1: by release */
	int64_t window;      /* seconds until the interface closes */
	int64_t standard;    /* 1 or 2: no KVM, by fault or by empty list */
	int64_t wlan;        /* -1: by release */
	bool no_lan;
	bool console_refuse;
	bool leaves; /* closes outside of its domains */
	bool back, lost_unprovision, client_mode;
	int64_t wear, wear_life; /* writes that it bears; -1: any number */
	bool consent_fixed;      /* the policy of user consent */
	int64_t users;           /* digest users that fit in; -1: by release */
	int64_t keygen;          /* ms that making a key takes */
	int64_t wifi_user;       /* profiles of users */
	char wifi_active[33];    /* name of the profile in use */
	char login[12], suffix[128], dhcp[128], root[97];
	char roots[2200]; /* "": public ones, and root */
	char tls[8];      /* highest version; "" by firmware */
	char suite[64];
	char mebx_policy[8]; /* "" any time, setup, default */
	char preset[PASSWORD_MAX + 1];
	char uuid[UUID_TEXT]; /* what GetUuid says instead; "" the truth */
	struct rule soap_faults[MACHINE_RULES], returns[MACHINE_RULES];
};

struct nonce {
	char text[33]; /* base64 of 24 bytes */
	int64_t made_ms;
	int64_t uses;
	uint32_t nc; /* the last one seen */
};

struct context { /* an enumeration that goes on */
	uint32_t id;
	const struct class *class;
	unsigned next;
};

struct credential {
	char user[USER_MAX + 1];
	uint8_t ha1[HA1_LEN]; /* MD5(user:realm:password) */
};

/* What a device has seen of the setup server, and records of it. */
struct pki_seen {
	char cn[256], hash[97]; /* of the root, hex digits */
	unsigned hash_type;
	bool time_valid, secure_dns;
};

struct conn;

struct machine {
	struct in_addr address;
	uint8_t uuid[UUID_LEN];
	char uuid_text[UUID_TEXT];
	char pid[9], pps[33];
	char password[PASSWORD_MAX + 1];
	char firmware[32];
	unsigned major, minor; /* of the firmware */
	bool creds_set;
	struct faults faults;

	char realm[40]; /* "Digest:" and 32 digits */
	int state;
	int64_t up_ms; /* answers again from then on; after a commit */
	struct credential admin;
	bool admin_default;  /* never changed from the factory's */
	unsigned admin_sets; /* times it was set by a client */
	unsigned acl_epoch;  /* grows when a credential changes */
	char mebx[PASSWORD_MAX + 1];
	int64_t clock_offset; /* seconds to add to our own clock */
	bool clock_set;
	uint32_t ta0;                 /* as last given; 0 never */
	char *general[GENERAL_COUNT]; /* values of AMT_GeneralSettings */
	unsigned commits;
	unsigned unprovisions;
	bool closed;                  /* no port answers: fully unprovisioned */
	bool roots_lost;              /* hashes that somebody added are gone */
	int64_t writes;               /* requests that changed something */
	int64_t worn_ms;              /* when its flash had enough; 0 not */
	int64_t hello_ms;             /* says hello then, out of turn; 0 not */
	unsigned restarts;            /* of the ports, by a commit */
	unsigned control_mode;        /* 0 none, 1 client, 2 admin */
	struct pki_seen seen, record; /* latest chain; that of the set-up */
	int64_t record_time, window_ms;
	bool dropped; /* drop-after has struck */

	uint32_t message; /* counter of MessageIDs */
	uint32_t context_ids;
	struct nonce nonces[MACHINE_NONCES];
	size_t next_nonce;
	struct context contexts[MACHINE_CONTEXTS];
	int64_t requests;   /* authenticated ones */
	int64_t challenges; /* 401 sent */
	uint32_t hellos;
	unsigned in_flight;
	struct holding *holdings; /* instances that it keeps */
	uint32_t instance_ids, user_handles;
	struct conn *conns; /* list of those open */
};

struct fleet {
	struct machine *machines; /* sorted by address */
	size_t n;
};

/* Reads fleet.tsv; ends the program with a message when it cannot. */
void fleet_read(struct fleet *fl, const char *path);
void fleet_release(struct fleet *fl);
struct machine *fleet_find(const struct fleet *fl, struct in_addr address);

/* 0, or -1 with *why set to what is wrong; the list is cut up. */
int faults_parse(struct faults *f, char *list, const char **why);
void faults_help(void); /* to stdout, one a line */

/* Does a rule of the list stand for class.method?  Counts it down. */
struct rule *rule_find(struct rule *rules, const char *class,
    const char *method);

/* MD5(user:realm:password). */
void machine_ha1(uint8_t ha1[HA1_LEN], const char *user, const char *realm,
    const char *password);
/* What it says its UUID is, SMBIOS byte order: a fault may make it lie. */
void machine_uuid(const struct machine *m, uint8_t uuid[UUID_LEN]);
int64_t machine_clock(const struct machine *m); /* its own, seconds */
const char *machine_host(const struct machine *m);
const char *machine_domain(const struct machine *m);
void machine_set_admin(struct machine *m, const char *user,
    const uint8_t ha1[HA1_LEN]);

/* AMT_GeneralSettings' properties in alphabetical order. */
struct general {
	const char *name;
	const char *initial; /* NULL: filled in per machine */
	char kind;           /* b bool, n number, t text, r read only */
	uint32_t max;        /* value, or length */
	unsigned from;       /* release that first has it, 1601 */
};
extern const struct general general_settings[GENERAL_COUNT];
int general_index(const char *name); /* -1: no such property */

/* Does it have a radio? */
bool machine_wlan(const struct machine *m);
/* Does it find itself outside of its domains, and close its ports for it? */
bool machine_outside(struct machine *m);

#endif
