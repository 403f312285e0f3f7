/* AMT_GeneralSettings: properties by release, and what a Put may say. */
#include "peer/service.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "base/text.h"

static bool
general_there(const struct machine *m, size_t k)
{
	return machine_release(m) >= general_settings[k].from;
}

void
general_put(FILE *out, char prefix, const struct machine *m, unsigned i)
{
	(void)i;
	for (size_t k = 0; k < GENERAL_COUNT; k++)
		if (general_there(m, k))
			soap_element(out, prefix, general_settings[k].name,
			    m->general[k]);
}

static bool
general_value(const struct general *g, const char *old, const char *value)
{
	uint64_t n;

	switch (g->kind) {
	case 'b':
		return strcmp(value, "true") == 0 ||
		    strcmp(value, "false") == 0;
	case 'n':
		return text_number(&n, value, g->max) == 0;
	case 't':
		return strlen(value) <= g->max;
	default:
		return strcmp(value, old) == 0;
	}
}

static void
general_keep(struct machine *m, char values[][300])
{
	for (size_t k = 0; k < GENERAL_COUNT; k++) {
		free(m->general[k]);
		m->general[k] = strdup(values[k]);
		if (m->general[k] == NULL)
			err(EX_OSERR, NULL);
	}
	journal(m, "names", "%s %s", machine_host(m), machine_domain(m));
}

/* Those without which firmware refuses a Put; the class reference of the
 * public Go client says which. */
static bool
general_required(const char *name)
{
	return strcmp(name, "PingResponseEnabled") == 0 ||
	    strcmp(name, "WsmanOnlyMode") == 0;
}

/* From 18 on a host name may have other characters, as references of XML in its
 * text: of 63 bytes of UTF-8 together. */
static size_t
host_length(const char *name)
{
	size_t n = 0;
	unsigned long c;
	int end;

	for (; *name != '\0'; n++, name++) {
		end = 0;
		if (sscanf(name, "&#%lu;%n", &c, &end) != 1 || end == 0)
			continue;
		n += c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
		name += end - 1;
	}
	return n;
}

static const char *
host_wrong(const struct machine *m, const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if ((unsigned char)*p > 126)
			return "HostName has characters beyond ASCII";
	if (strchr(name, '&') != NULL && m->major < 18)
		return "HostName has a reference to a character";
	return host_length(name) <= 63 ? NULL : "HostName is longer than 63";
}

/* Numbers with a gap in their range, and what shuts the network out. */
static const char *
general_wrong(const struct machine *m, char values[][300])
{
	static const struct {
		const char *name;
		unsigned least;
		bool zero; /* too */
	} ranges[] = {
		{ "DDNSPeriodicUpdateInterval", 20, true },
		{ "IdleWakeTimeout", 1, false },
		{ "PresenceNotificationInterval", 15, true },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		unsigned n =
		    (unsigned)strtoul(values[general_index(ranges[i].name)],
		        NULL, 10);

		if (n < ranges[i].least && !(n == 0 && ranges[i].zero))
			return "a number that the property cannot have";
	}
	if (strcmp(values[general_index("AMTNetworkEnabled")], "0") == 0)
		journal(m, "complaint", "AMT's network is turned off for good");
	return host_wrong(m, values[general_index("HostName")]);
}

/* What a client leaves out stays as it is: MeshCommander leaves out an empty
 * HostOSFQDN, others send little more than what they change. */
const char *
general_take(struct machine *m, const xmlNode *instance, const char *uri)
{
	char values[GENERAL_COUNT][300];
	const char *why;
	uint32_t seen = 0;

	for (xmlNode *e = soap_first(instance); e != NULL; e = soap_next(e)) {
		int k = general_index((const char *)e->name);

		if (k == -1 || !general_there(m, (size_t)k) ||
		    !soap_is(e, uri, general_settings[k].name))
			return "a property that the class does not have";
		if ((seen & 1u << k) != 0)
			return "a property twice";
		seen |= 1u << k;
		if (!soap_text(values[k], sizeof(values[k]), e) ||
		    !general_value(&general_settings[k], m->general[k],
		        values[k]))
			return "a value that the property cannot have";
	}
	for (int k = 0; k < GENERAL_COUNT; k++) {
		if ((seen & 1u << k) != 0)
			continue;
		if (general_required(general_settings[k].name))
			return "a property is missing that a Put must have";
		snprintf(values[k], sizeof(values[k]), "%s", m->general[k]);
	}
	why = general_wrong(m, values);
	if (why != NULL)
		return why;
	general_keep(m, values);
	return NULL;
}
