#ifndef HELLO_H
#define HELLO_H

/*
 * hello - what a machine in setup mode sends to the server's TCP port 9971.
 *
 * Source: Intel AMT Implementation and Reference Guide, "Setup Mode Hello
 * Messages"; hashes as in captures printed in MeshCentral's
 * amtprovisioningserver.js.  Little-endian.
 *
 *	0	u16	1 once an admin password was set, else 0
 *	2	u16	interface version: 2 PSK, 3 PKI
 *	4	u32	retry count
 *	8	16	system UUID, SMBIOS order
 *	24	8	PSK: the PID, ASCII.  End.
 *	24	u8	PKI: number of root hashes, and for each of them
 *		u8 type, u8 length, length bytes.  End.
 *
 * The message has no length of its own; it ends with the connection.  Nothing
 * in it is authenticated: every field is a claim.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/record.h"
#include "base/text.h"
#include "base/uuid.h"
#include "base/writer.h"

#define HELLO_PORT 9971
#define HELLO_PID_LEN 8
#define HELLO_PSK_LEN 32
#define HELLO_PKI_MIN 25
/* 255 hashes of the longest known type, SHA-384, are 12,775 bytes; what is
 * longer than this is noise (MeshCentral stops at the same figure). */
#define HELLO_MAX 16000
#define HELLO_LIST_MAX (HELLO_MAX - HELLO_PKI_MIN)
/* A hash is "type255:" and two digits a byte, and a comma or the NUL. */
#define HELLO_HASHES_TEXT (2 * HELLO_LIST_MAX + 255 * 9 + 1)
/* Firmware counts 0 - 14; a DASH clone goes on to 40.  More is accepted. */
#define HELLO_RETRIES_USUAL 14

enum { HELLO_PSK = 2, HELLO_PKI = 3 };

enum { HELLO_SHA1 = 1, HELLO_SHA256 = 2, HELLO_SHA384 = 3 };

struct hello {
	bool creds_set;
	uint16_t version; /* HELLO_PSK or HELLO_PKI */
	uint32_t retries;
	uint8_t uuid[UUID_LEN];
	char pid[HELLO_PID_LEN + 1]; /* PSK; "" for PKI */
	size_t trailing; /* bytes after the end, which are tolerated */
	/* PKI: the entries as on the wire, see hello_hash. */
	size_t nhashes; /* 0 - 255 */
	size_t list_len;
	uint8_t list[HELLO_LIST_MAX];
};

/*
 * Decodes len bytes, all that came on the connection.  0, or -1 with *f
 * filled and *h of no use.  Bytes after a whole message are counted, not
 * refused: a sender whose header struct is padded adds three.  Keeps no
 * pointer into buf.
 */
int hello_decode(struct hello *h, const uint8_t *buf, size_t len,
    struct fault *f);

/*
 * For a collector: what do the len bytes that came so far amount to?
 * HELLO_WHOLE sets *n, the message's length (<= len).  HELLO_NOISE fills *f
 * as soon as no further byte could make this a hello; at is 0 when it is not
 * even the flag word of one.
 */
enum hello_so_far { HELLO_MORE, HELLO_WHOLE, HELLO_NOISE };
enum hello_so_far hello_complete(const uint8_t *buf, size_t len, size_t *n,
    struct fault *f);

/* Writes the message, without trailing bytes; look at writer_done. */
void hello_encode(struct writer *w, const struct hello *h);

struct hello_hash {
	uint8_t type;
	uint8_t len;
	const uint8_t *bytes; /* borrowed from the struct hello */
};

/*
 * Steps through the hashes: start with *at = 0.  true and *hash filled, false
 * after the last one.
 */
bool hello_hash(const struct hello *h, size_t *at, struct hello_hash *hash);

/*
 * Name of a hash type of this length: sha1 sha256 sha384, or NULL when the
 * type is unknown or its length is not the hash's.
 */
const char *hello_hash_name(const struct hello_hash *hash);

/*
 * The list as text and back: sha256:HEX,sha1:HEX,...  What has no name is
 * typeN:HEX.  "" is no hash.  parse sets nhashes, list and list_len; 0, or -1
 * with *f filled, at the offset in the text.
 */
void hello_hashes_format(char text[HELLO_HASHES_TEXT], const struct hello *h);
int hello_hashes_parse(struct hello *h, const char *text, struct fault *f);

/* The columns of a hello record that the message itself gives, as text, and
 * back.  The others (received, address, from) are the receiver's. */
struct hello_text {
	char uuid[UUID_TEXT];
	char version[TEXT_DECIMAL];
	char creds_set[TEXT_DECIMAL];
	char retries[TEXT_DECIMAL];
	char pid[HELLO_PID_LEN + 1];
	char hashes[HELLO_HASHES_TEXT];
};

/* Fills *t and points the message's columns of fields at it. */
void hello_put(struct hello_text *t, const char *fields[HELLO_NCOLUMNS],
    const struct hello *h);
/* 0, or -1 with *f filled; at is 0: a record is named by its line. */
int hello_get(struct hello *h, const struct record *r, struct fault *f);

#endif
