#ifndef PEER_SERVICE_H
#define PEER_SERVICE_H

/*
 * service - the classes a device has and what their methods do to it.
 * Properties, keys, methods, parameters and return values: Intel's WS-Man
 * class reference and captured replies.
 */
#include <stddef.h>
#include <stdio.h>

#include "machine.h"
#include "soap.h"

#define PARAMS_MAX 4

/* PT_STATUS values that methods return. */
enum {
	RETURN_OK = 0,
	RETURN_NOT_PERMITTED = 16,
	RETURN_PARAMETER = 36,
	RETURN_PASSWORD = 2054,
	RETURN_DATA_MISSING = 2057
};

struct method {
	const char *name;
	const char *params[PARAMS_MAX + 1]; /* in order, then NULL */
	/* Writes the out parameters (prefix g), returns the ReturnValue. */
	unsigned (*call)(struct machine *m, char args[][512], FILE *out);
};

struct class
{
	const char *name, *base;
	/* Keys of the one instance; several instances when NULL. */
	const struct key {
		const char *name, *value;
	} * keys;
	unsigned count;
	/* Does instance i have the key name with this value? */
	bool (*is)(unsigned i, const char *name, const char *value);
	/* Writes the properties of instance i in alphabetical order. */
	void (
	    *put)(FILE *out, char prefix, const struct machine *m, unsigned i);
	/* Takes a Put's instance; NULL when it is fine, else why not. */
	const char *(
	    *take)(struct machine *m, const xmlNode *instance, const char *uri);
	const struct method *methods; /* the last has no name */
};

const struct class *class_find(const char *name);
/* The value of the key name of a class with one instance, or NULL. */
const char *class_key(const struct class *c, const char *name);

extern const struct method setup_methods[], authorization_methods[],
    time_methods[];

/* The MEBx rules for a password; true when it keeps them. */
bool password_strong(const char *password);

enum answer_kind {
	ANSWER_SOAP, /* out has an envelope */
	ANSWER_PAGE, /* the request was no envelope: an HTML page is due */
};

struct answer_info {
	enum answer_kind kind;
	int status;
	bool committed; /* the device left the setup state */
};

/* Does what the envelope asks; the reply goes to out. */
struct answer_info service_answer(FILE *out, struct machine *m,
    const char *text, size_t len);

#endif
