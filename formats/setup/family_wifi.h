#ifndef FAMILY_WIFI_H
#define FAMILY_WIFI_H

/* family_wifi - what the families of WiFi share. */
#include "setup/family_net.h"

/* Has the machine a radio?  False: *next is the way on, back to s->row once it
 * is known. */
bool family_has_radio(struct setup *s, enum setup_next *next);

#define WIFI_MAX 32 /* profiles in the machine, or of ours */

struct wifi_have {
	char name[36]; /* ElementName */
	char id[96];   /* InstanceID */
	char ssid[36];
	uint32_t security, encryption, priority;
	bool stays; /* it could not be removed */
};

struct wifi_wish {               /* an entry of the profile, by its number */
	struct family_diffs eap; /* how its 802.1X settings differ */
	struct family_diffs was; /* what an update is to change */
	char eap_id[FAMILY_ID];  /* of what was read */
	bool eap_read;           /* the machine has some of its name */
	bool root_other, root_same, own_other, own_same;
	bool skipped; /* reported, and left alone */
	uint8_t sends;
};

struct wifi_work {
	struct family_certs certs; /* first */
	struct wifi_have have[WIFI_MAX];
	size_t nhave;
	struct wifi_wish wish[WIFI_MAX];
	char stays[WIFI_MAX][96]; /* ids of those that cannot be removed */
	size_t nstays;
	/* Methods that it says it has, bits; 0: it does not say. */
	uint64_t securities, encryptions;
	setup_then_fn *then;
	/* what goes out */
	size_t at;         /* the wish */
	const char *item;  /* its name */
	uint32_t priority; /* as it goes out */
	char id[96];       /* that is changed or removed; "" adds */
	char other[36];    /* the name of one that is removed */
	bool accepted;     /* the machine says that it is gone */
};

/* Reads everything into s->work and goes on with then; again: only what a
 * write may have changed. */
enum setup_next wifi_read(struct setup *s, setup_then_fn *then);
enum setup_next wifi_read_again(struct setup *s, setup_then_fn *then);
/* As family_eap wants it. */
struct family_eap wifi_eap(const char *item);
/* Does this entry use 802.1X? */
bool wifi_has_eap(const struct setup *s, const char *item);
/* UpdateWiFiSettings of work->id, or AddWiFiSettings. */
void wifi_ask_set(struct setup *s, struct writer *w);
struct wifi_have *wifi_find(struct wifi_work *work, const char *name);

#endif
