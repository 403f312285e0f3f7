#ifndef MAPCSV_H
#define MAPCSV_H

/*
 * mapcsv - inventory exports that say which machine (UUID) has which name
 * (FQDN), in one file or in two that share a resource column: mapcsv(5).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/domain.h"
#include "base/fault.h"
#include "map/mapcols.h"
#include "map/mapmodel.h"
#include "base/rows.h"
#include "base/uuid.h"

/* Why a row says nothing, by what a person can do about it. */
enum mapcsv_cause {
	MAPCSV_FINE,
	MAPCSV_FIELDS,    /* the row has too many or too few */
	MAPCSV_NO_UUID,   /* where one is expected */
	MAPCSV_UUID,      /* the value is not a UUID */
	MAPCSV_UUID_BAD,  /* is one that many machines share */
	MAPCSV_NO_NAME,   /* or no resource */
	MAPCSV_NO_DOMAIN, /* the name is that of a host alone */
	MAPCSV_NAME,      /* breaks the rules of names */
	MAPCSV_CAUSES
};

/* What a row says; a resource key is compared as bytes. */
#define MAPCSV_KEY_MAX 255
struct maprow {
	bool has_uuid;
	uint8_t uuid[UUID_LEN];
	size_t key_len; /* 0 none */
	uint8_t key[MAPCSV_KEY_MAX + 1];
	char fqdn[DOMAIN_TEXT]; /* "" none */
	struct mapmodel about;
	unsigned how;            /* what was done to it: hostname.h */
	enum mapcsv_cause cause; /* of a refusal */
};

/*
 * A row of values.  domain completes the names of hosts; NULL: they are
 * refused.  0, or -1 with *f and r->cause filled when something in it is wrong
 * or it has not two of UUID, resource and name to connect.
 */
int mapcsv_read(struct maprow *r, const struct mapcols *m, const char *domain,
    const struct row *row, struct fault *f);

/* The same from what a text says of one machine: no field is NULL, name may be
 * empty. */
int mapcsv_read_text(struct maprow *r, const char *uuid, const char *name,
    const char *domain, struct fault *f);

/* A UUID's bytes as the resource key that they are when a row has them there:
 * keys that read as a UUID are the same in any spelling. */
void mapcsv_key_of_uuid(struct maprow *r, const uint8_t uuid[UUID_LEN]);

#endif
