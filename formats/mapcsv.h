#ifndef MAPCSV_H
#define MAPCSV_H

/*
 * mapcsv - inventory exports that say which machine (UUID) has which name
 * (FQDN), in one file or in two that share a resource column: mapcsv(5).
 *
 * Columns are found by their names (heading.h).  "guid" alone is ambiguous:
 * some inventories call the machine's UUID so, others (Altiris' vComputer)
 * the resource.  It is the UUID unless the file has another column for that.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain.h"
#include "fault.h"
#include "heading.h"
#include "rows.h"
#include "uuid.h"

struct mapcsv {
	struct heading heading;
	int uuid, key, fqdn, host, domain; /* fields, or -1 */
	bool named;                        /* fqdn or host is there */
	bool uuid_is_guid;                 /* its name was only "guid" */
	char found[256]; /* which column is what, for a message */
};

/* What a row says; a resource key is compared as bytes. */
#define MAPCSV_KEY_MAX 255
struct maprow {
	bool has_uuid;
	uint8_t uuid[UUID_LEN];
	size_t key_len; /* 0 none */
	uint8_t key[MAPCSV_KEY_MAX + 1];
	char fqdn[DOMAIN_TEXT]; /* "" none */
};

/* 0, or -1 with *f filled when two columns of row that are needed mean the
 * same.  A row without any known column gives 0 and all fields -1. */
int mapcsv_header(struct mapcsv *m, const struct row *row, struct fault *f);

/*
 * The row below that header.  0, or -1 with *f filled when something in it is
 * wrong or it has not two of UUID, resource and name to connect.
 */
int mapcsv_read(struct maprow *r, const struct mapcsv *m, const struct row *row,
    struct fault *f);

/* A UUID's bytes as the resource key that they are when a row has them there:
 * keys that read as a UUID are the same in any spelling. */
void mapcsv_key_of_uuid(struct maprow *r, const uint8_t uuid[UUID_LEN]);

#endif
