#ifndef PEER_SERVICE_H
#define PEER_SERVICE_H

/*
 * service - the classes a device has and what their methods do to it.
 * Properties, keys, methods, parameters and return values: Intel's WS-Man
 * class reference and captured replies.
 */
#include <stddef.h>
#include <stdio.h>

#include "peer/instance.h"
#include "peer/machine.h"
#include "peer/reference.h"
#include "peer/soap.h"

#define PARAMS_MAX 12

/* PT_STATUS values that methods return. */
enum {
	RETURN_OK = 0,
	RETURN_INTERNAL = 1,
	RETURN_NOT_PERMITTED = 16,
	RETURN_LIMIT = 23,
	RETURN_INDEX = 35,
	RETURN_PARAMETER = 36,
	RETURN_FLASH = 38,
	RETURN_HANDLE = 2053,
	RETURN_PASSWORD = 2054,
	RETURN_REALM = 2055,
	RETURN_DATA_MISSING = 2057,
	RETURN_DUPLICATE = 2058,
	RETURN_KEY = 2062,
	RETURN_CERTIFICATE = 2063,
	RETURN_MISMATCH = 2064,
	RETURN_UNSUPPORTED = 2066,
	RETURN_BLOCKED = 2076,
	RETURN_IN_PROGRESS = 2082
};

/* A method that is being called. */
struct call {
	struct machine *m;
	const struct class *class;
	struct instance *self;   /* chosen; NULL: the class keeps none */
	const xmlNode *input;    /* X_INPUT: fits the method's params */
	const char *uri;         /* namespace of the parameters */
	FILE *out;               /* for out parameters, prefix g */
	struct soap_fault fault; /* with a subcode: is the answer */
};

struct method {
	const char *name;
	/*
	 * In order, then NULL.  Of those with handle a name may have marks
	 * before it: ? may be missing, * any number of it, + one or more; and
	 * then & a reference, % an embedded instance.
	 */
	const char *params[PARAMS_MAX + 1];
	/* Writes the out parameters (prefix g), returns the ReturnValue. */
	unsigned (*call)(struct machine *m, char args[][512], FILE *out);
	unsigned (*handle)(struct call *c); /* the same, when call is NULL */
	bool any_order;
	unsigned from, to; /* releases, 1601; 0: no bound */
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
	const struct method *methods;      /* the last has no name */
	const struct method *more_methods; /* another list of them, or NULL */

	/*
	 * From here on: classes whose instances the machine keeps, by a table
	 * of properties in alphabetical order, the last without a name.  Those
	 * members above that they do not need (keys to take) are 0.
	 */
	const struct property *properties;
	unsigned from, to; /* releases that have it, 1601; 0: no bound */
	bool common;       /* a reply to Get declares NS_COMMON, as captured */
	bool (*here)(struct machine *m); /* is it there?  NULL: by release */
	/* Makes what a machine has at first; NULL: one instance. */
	void (*begin)(struct machine *m, const struct class *c);
	/* Brings it up to date before each look (associations); or NULL. */
	void (*refresh)(struct machine *m, const struct class *c);
	/*
	 * Judges what fits the table; what they leave in now is kept then.
	 * 0, or -1 with *f.  Without them the operation is not offered.
	 */
	int (*change)(struct machine *m, const struct instance *old,
	    struct instance *now, struct soap_fault *f); /* Put */
	int (*create)(struct machine *m, struct instance *now,
	    struct soap_fault *f);
	int (*destroy)(struct machine *m, struct instance *old,
	    struct soap_fault *f); /* Delete */
};

/* For change and create: takes everything that fits the table. */
int change_any(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f);
/* Sets *f; returns -1. */
int refuse_with(struct soap_fault *f, const char *subcode, const char *why);

/* The families of classes; each array ends with a class without name. */
#define FAMILY_END                                                             \
	{                                                                      \
		.name = NULL                                                   \
	}

extern const struct class redirect_classes[], kerberos_classes[],
    network_classes[], power_classes[], audit_classes[], clock_classes[],
    boot_classes[], certs_classes[], keymgmt_classes[], tlsset_classes[],
    dot1x_classes[], wifi_classes[], remote_classes[];

/* invoke.c: parameters of a call. */
xmlNode *call_param(const struct call *c, const char *name); /* or NULL */
xmlNode *call_param_next(const xmlNode *before); /* the next of that name */
/* "" and false when it is not there or longer. */
bool call_text(const struct call *c, const char *name, char *to, size_t cap);
bool call_number(const struct call *c, const char *name, uint64_t max,
    uint64_t *n);
/* -1 when it is not there, no base64, or more than cap. */
int call_octets(const struct call *c, const char *name, uint8_t *to,
    size_t cap);
bool call_reference(const struct call *c, const char *name,
    char to[REFERENCE_MAX]);
/* An embedded instance by the class's table, to be attached or freed; NULL
 * when it is not there, or with c->fault when it is wrong. */
struct instance *call_embedded(struct call *c, const char *name,
    const struct class *class);

/* An out parameter: the reference to an instance. */
void call_returns(const struct call *c, const char *name,
    const struct instance *i);

/* What one request is answered with. */
struct reply {
	FILE *out;
	struct machine *m;
	const struct soap_request *rq;
	const struct class *class;
	char result[60]; /* for the journal: ok, a ReturnValue, a subcode */
};

/* service.c, for invoke.c */
int reply_refuse(struct reply *r, const char *subcode, const char *why);
void reply_begin(struct reply *r, const char *action, const char *g,
    const char *h, const char *i);
int reply_chosen(struct reply *r); /* instance by the selectors; -1: none */
int reply_invoke(struct reply *r);
/* A method's output that is its ReturnValue alone; the HTTP status. */
int reply_value(struct reply *r, unsigned value);

/* Of the machine's release; NULL: it has no such class. */
const struct class *class_find(struct machine *m, const char *name);
/* One that keeps instances, of any release; NULL: there is none. */
const struct class *class_any(const char *name);
/* The value of the key name of a class with one instance, or NULL. */
const char *class_key(const struct class *c, const char *name);

/* general.c */
void general_put(FILE *out, char prefix, const struct machine *m, unsigned i);
const char *general_take(struct machine *m, const xmlNode *instance,
    const char *uri);

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
	bool committed; /* the device left the setup state, or its ports start
	                 * anew */
	bool unprovisioned;
};

/* Does what the envelope asks; the reply goes to out.  user: who asks, NULL the
 * administrator. */
struct answer_info service_answer(FILE *out, struct machine *m,
    const struct instance *user, const char *text, size_t len);

#endif
