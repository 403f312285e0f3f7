#ifndef STICKS_H
#define STICKS_H

/*
 * sticks - the sticks of a store: their names and images, and which key is in
 * which record, for which machine.
 */
#include "keys/pidpps.h"
#include "store/issue.h"
#include "store/store.h"

/* Texts are borrowed. */
struct stick_row {
	const char *name;   /* also the label of its volume: LAB7-3 */
	const char *prefix; /* of the name: what is numbered together */
	uint32_t number;
	const char *batch;
	const char *image; /* path, absolute */
	size_t nrecords;
};

/* The highest number of a prefix; 0 without one. */
uint32_t sticks_last_number(struct store *s, const char *prefix);
bool sticks_known(struct store *s, const char *name);
void sticks_add(struct store *s, const struct stick_row *k);
/* Records count from 1; machine "": for any. */
void sticks_add_record(struct store *s, const char *stick, size_t record,
    const char *pid, const char *machine);

/* The name as the store spells it, in name; "" when no stick is called so. */
#define STICKS_NAME 64
void sticks_find(struct store *s, const char *label, char name[STICKS_NAME]);
/* The stick that has this PID in just this record, or "". */
void sticks_find_record(struct store *s, const char *pid, uint32_t record,
    char name[STICKS_NAME]);

/* Is its image made?  Its path is in image. */
enum stick_image { STICK_UNKNOWN, STICK_PENDING, STICK_MADE };
enum stick_image sticks_made(struct store *s, const char *name, char *image,
    size_t cap);

size_t sticks_nrecords(struct store *s, const char *name);
/* The PID of a record, or "". */
void sticks_pid(struct store *s, const char *name, uint32_t record,
    char pid[PID_LEN + 1]);
/* For whom a key's record is, else what its list says of the machine. */
void sticks_machine(struct store *s, const char *pid, uint32_t record,
    char *machine, size_t cap);

/* Its keys in the order of its records; those that do not open are reported. */
typedef void stick_key_fn(void *arg, const struct issued *k, const char *batch);
void sticks_each_key(struct store *s, const char *name, stick_key_fn *fn,
    void *arg);

/* Every record that is for a machine and whose key may be in it. */
typedef void stick_machine_fn(void *arg, const char *machine, const char *stick,
    int64_t record);
void sticks_each_machine(struct store *s, stick_machine_fn *fn, void *arg);

/* It came back; news: it told something.  The date of the first time stays
 * when it told nothing new later. */
void sticks_collected(struct store *s, const char *name, int64_t at, bool news);

#endif
