#ifndef FAMILY_USERS_H
#define FAMILY_USERS_H

/*
 * family_users - users besides admin, as the machine has them and as the
 * profile wants them.  For family_users.c and family_userlist.c.
 */
#include "setup/family_use.h"
#include "setup/setting_names.h"

#define USERS_MAX 64 /* 15 and 32 (wsman.md, 5.2), and the firmware's own */
#define USER_SID_BASE64 96

struct user {
	uint32_t handle;
	char name[64];             /* "" of one with a SID */
	char sid[USER_SID_BASE64]; /* base64, "" of the others */
	uint32_t access, realms;   /* realms: a bit each */
};

struct users {
	struct user list[USERS_MAX];
	size_t n, at; /* at: the next that is read */
	uint32_t total;
	const char *item; /* of the profile, that is written; NULL: removed */
	struct user wanted;
	uint32_t handle; /* that is changed or removed; 0: it is added */
	char digest[SETUP_DIGEST];
	unsigned writes, looks;
	bool full[2]; /* no room for more names, SIDs */
	bool fresh;   /* the list was read since the last change */
	bool unsure;  /* wanted was to be removed, and the answer got lost */
	uint8_t written[USERS_MAX]; /* how often, entry of the profile */
};

/* Lists them anew and goes on with then. */
enum setup_next family_userlist(struct setup *s, setup_then_fn *then);
/* How the profile wants entry item; realms that the release lacks are left
 * out. */
void family_user_wanted(const struct setup *s, const char *item,
    struct user *to);
/* The machine's; NULL: it has none. */
struct user *family_user_find(struct users *work, const struct user *wanted);

#endif
