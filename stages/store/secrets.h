#ifndef SECRETS_H
#define SECRETS_H

/*
 * secrets - the passwords planned for machines, before they are sent.  None is
 * ever deleted: one of them is what the machine has.
 */
#include "store/store.h"

enum secret_kind { SECRET_ADMIN, SECRET_MEBX };

/* Where it is from; of what was planned long ago that is not known. */
enum secret_origin { SECRET_UNKNOWN, SECRET_RANDOM, SECRET_PROFILE };

struct secret_row {
	int64_t id;
	enum secret_kind kind;
	bool this_life;
	bool opens;       /* else text is "" */
	const char *text; /* borrowed; wiped after the call */
};
typedef void secret_fn(void *arg, const struct secret_row *r);

/* All of a machine: this life's first, then what was set before, newest first,
 * then the rest. */
void secrets_each(struct store *s, const char *uuid, int64_t life,
    secret_fn *fn, void *arg);

/* Few, as each that is refused brings the machine nearer to a lock. */
#define SECRETS_NOW 3

#define SECRET_DIGEST SEAL_PRINT

/* For whom one is chosen: a caller, in a life of the machine. */
struct secret_for {
	const char *uuid, *address, *pid;
	int64_t life;
};

/*
 * The id of the random one to set on this caller, and its text: what it was
 * given before, else the newest of this life that nobody else may know; 0 if
 * not found. Who was set up with a certificate of ours, and no key, may have
 * been anybody.
 */
int64_t secrets_choose(struct store *s, const struct secret_for *who,
    enum secret_kind kind, char text[STORE_SECRET]);

/* The admin password that a job of this life set last on this caller, and by
 * which profile. */
struct secret_given {
	int64_t id; /* 0: none */
	char text[STORE_SECRET];
	bool of_profile;
	char digest[SECRET_DIGEST]; /* of the profile, as the job has it */
};
void secrets_given(struct store *s, const struct secret_for *who,
    struct secret_given *g);

/* Was this caller seen to take one of them? */
bool secrets_taken(struct store *s, const struct secret_for *who);

/* Plans one; its id. */
int64_t secrets_plan(struct store *s, const char *uuid, int64_t life,
    enum secret_kind kind, const char *text, enum secret_origin origin,
    int64_t now);

/* The admin password of that id as the MEBx password, too: the id of that,
 * which is planned unless it was before; 0 when it does not open. */
int64_t secrets_plan_mebx_too(struct store *s, const char *uuid, int64_t life,
    int64_t admin, int64_t now);

/* The machine was seen to take it. */
void secrets_set(struct store *s, int64_t id, int64_t at);
/* A whole job ended well with it: at the second time those before it are of no
 * more use. */
void secrets_seen(struct store *s, int64_t id);

/*
 * Those that a machine which is set up may have, the likeliest first: planned
 * and perhaps taken, then the newest that it took, then older ones until one
 * was seen twice.
 */
struct secrets_now {
	char text[SECRETS_NOW][STORE_SECRET]; /* wiped by the caller */
	size_t n;
	int64_t newest; /* id of the first; 0 without one */
	bool pending;   /* it was planned, and not seen to be taken */
	bool of_profile;
};
void secrets_current(struct store *s, const struct secret_for *who,
    struct secrets_now *now);

#endif
