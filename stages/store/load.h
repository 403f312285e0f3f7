#ifndef LOAD_H
#define LOAD_H

/*
 * load - takes record streams into the store; store-load's working parts.
 *
 * Each is called after stream_header.  Records that contradict what is there
 * are refused (stage_refuse) one by one, the others go in.  0, or -1 when the
 * stream was broken (said): of keys and map nothing is kept then, of hello and
 * results everything that came before.  With -v they say what they did.
 */
#include "store/store.h"
#include "lib/stream.h"

int load_keys(struct store *s, struct stream_in *in);
int load_map(struct store *s, struct stream_in *in);
int load_hello(struct store *s, struct stream_in *in);
int load_results(struct store *s, struct stream_in *in);
int load_lookups(struct store *s, struct stream_in *in);

/* What they have in common: */

enum load_verdict {
	LOAD_NEW,
	LOAD_SAME,
	LOAD_CHANGED,
	LOAD_REFUSED,
	LOAD_LATER, /* journals: counted when it is kept */
	LOAD_NVERDICTS
};

struct load_count {
	uint64_t n[LOAD_NVERDICTS];
};

/* With -v: "keys: 60 new, 0 already there". */
void load_tell(const struct stream_in *in, const struct load_count *c);

/* Where a record comes from: its from column, else the stream's own place. */
#define LOAD_PLACE 512
void load_place(const struct stream_in *in, const char *from,
    char place[LOAD_PLACE]);

/*
 * A journal: commits at most 1000 records or 100 ms together, and at once
 * when nothing more comes.  SIGTERM ends it when the input has been quiet for
 * two seconds.  0, or -1 broken.
 *
 * take either writes a record, in a transaction that was begun for it; or,
 * where there is a keep, checks and gathers it (LOAD_LATER), and keep writes
 * what was gathered, in a transaction of its own, and counts it.
 */
typedef enum load_verdict load_record_fn(void *arg, struct stream_in *in,
    struct record *r, struct load_count *count);
typedef void load_keep_fn(void *arg, struct load_count *count);
int load_journal(struct store *s, struct stream_in *in, load_record_fn *take,
    load_keep_fn *keep, void *arg);

/* SIGTERM from now on asks for the end; was it asked for? */
void load_listen_for_end(void);
bool load_told_to_end(void);

#endif
