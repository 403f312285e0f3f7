#ifndef FAMILY_MPS_H
#define FAMILY_MPS_H

/* family_mps - what the families of remote access share: the servers (SAP), the
 * policies (rules), and which rule names which server, as the machine has
 * them. */
#include "setup/family_net.h"

#define MPS_MAX 16
#define MPS_RULES_MAX 8
#define MPS_LINKS_MAX 32
#define MPS_NAME 96
#define MPS_RULE_SERVERS 2 /* AMT_RemoteAccessCapabilities */

#define MPS_SAP "AMT_ManagementPresenceRemoteSAP"
#define MPS_RULE "AMT_RemoteAccessPolicyRule"
#define MPS_LINK "AMT_RemoteAccessPolicyAppliesToMPS"

struct mps_sap {
	char name[MPS_NAME];
	char host[256], cn[256];
	uint32_t format, port;
};

struct mps_rule {
	char name[MPS_NAME];
	char data[32]; /* ExtendedData, base64 */
	uint32_t trigger, lifetime;
};

struct mps_link {
	char rule[MPS_NAME], sap[MPS_NAME];
	uint32_t type;
	bool typed;
};

struct mps_wish { /* an entry of the profile, by its number */
	struct family_diffs was;
	uint8_t sends;
	bool done; /* told: as it is wanted, or left alone */
};

struct mps_work {
	struct family_certs certs; /* first */
	struct mps_sap sap[MPS_MAX];
	struct mps_rule rule[MPS_RULES_MAX];
	struct mps_link link[MPS_LINKS_MAX];
	size_t nsap, nrule, nlink;
	bool has_links; /* the release has the class */
	char user[MPS_MAX][72];
	size_t nuser;
	setup_then_fn *then;
	struct mps_wish wish[MPS_MAX];
	/* what goes out */
	size_t at;
	const char *item;
	char name[MPS_NAME]; /* that is removed */
	/* One that the profile lacks, on its way out: its name, "" if none is,
	 * and what is reported of it. */
	char other[MPS_NAME], other_found[256];
	unsigned removals;
	/* the keys of a link */
	struct message_pair keys[2][4];
	struct message_ref refs[2];
};

enum setup_next mps_read(struct setup *s, setup_then_fn *then);
/* The port that an entry of the profile wants. */
uint32_t mps_port(const struct setup *s, const char *item);
/* The machine's server that is this entry of the profile, perhaps at another
 * port; NULL: it has none. */
const struct mps_sap *mps_find(const struct setup *s, const char *item);
/* How AccessInfo is written: 3 IPv4, 4 IPv6, 201 name. */
uint32_t mps_format(const char *host);
/* One that the profile lacks is removed next. */
void mps_begin_other(struct setup *s, const char *name, const char *found);
/* Reports it once the machine has it no more: there says whether it has. */
void mps_end_other(struct setup *s, const char *setting, bool there);
/* With a step that deletes the one called so; it ends when that does not help.
 */
enum setup_next mps_remove(struct setup *s, const struct setup_step *step,
    const char *key, const char *name);

/* Of an entry of mps-policy: its trigger, ExtendedData in base64, and what the
 * machine calls its servers. */
uint32_t mps_rule_trigger(const struct setup *s, const char *item);
void mps_rule_data(const struct setup *s, const char *item, char to[32]);
/* The seconds that a rule's ExtendedData has, in decimal; as it is where it is
 * anything else. */
void mps_rule_seconds(char to[32], const char *data);
size_t mps_rule_servers(const struct setup *s, const char *item,
    const char *names[MPS_RULE_SERVERS]);

#endif
