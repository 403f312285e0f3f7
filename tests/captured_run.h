#ifndef CAPTURED_RUN_H
#define CAPTURED_RUN_H

/*
 * captured_run - a conversation of captured_uses.h; include it after cmocka.h.
 */
#include "amt/certmake.h"
#include "amt/wsman.h"
#include "captured_uses.h"
#include "setup_captured.h"
#include "setup_family.h"

static struct family_machine machine;
static char reply[CAPTURED_MAX];
static const struct captured_use *use;
static unsigned given;
static bool goes_on;
static char context[64]; /* that was captured; "" once a Pull had it */

/* The captured instance is the machine's, which keeps what is put. */
static bool keeps;
/* Not NULL: sees every request. */
static void (*each_request)(const char *body);

static inline const char *
give_end(const char *of, const char *body)
{
	(void)body;
	family_envelope(reply, sizeof(reply), of,
	    "<n:PullResponse><n:Items/><n:EndOfSequence/></n:PullResponse>");
	return reply;
}

/* The list is asked for with the context that the machine named. */
static inline void
begun_with(const char *of, const char *body)
{
	char text[64];

	assert_string_equal(of, use->as + strlen("Enumerate "));
	(void)family_between(body, "EnumerationContext>", "<", text,
	    sizeof(text));
	assert_string_equal(text, context);
	context[0] = '\0';
}

/* A list that goes on is answered once, and then is over. */
static inline const char *
give(const char *verb, const char *of, const char *body)
{
	char what[96];

	if (each_request != NULL)
		each_request(body);
	(void)snprintf(what, sizeof(what), "%s %s", verb, of);
	if (strcmp(verb, "Enumerate") == 0)
		goes_on = false;
	if (context[0] != '\0' && strcmp(verb, "Pull") == 0)
		begun_with(of, body);
	if (keeps || strcmp(what, use->as) != 0)
		return NULL;
	if (goes_on)
		return give_end(of, body);
	captured_read(use->file, reply);
	captured_as(reply, verb);
	goes_on =
	    strcmp(verb, "Pull") == 0 && strstr(reply, "EndOfSequence") == NULL;
	given++;
	if (strcmp(verb, "Enumerate") == 0)
		(void)family_between(reply, "EnumerationContext>", "<", context,
		    sizeof(context));
	captured_relate(reply, body);
	return reply;
}

/* --- certificates for the words with a dollar ----------------------------- */

static char root[CAPTURED_MAX], key[CAPTURED_MAX], leaf[CAPTURED_MAX],
    other[CAPTURED_MAX];

static inline void
captured_value(const char *file, const char *property, char *to)
{
	char from[64];

	captured_read(file, reply);
	(void)snprintf(from, sizeof(from), "%s>", property);
	(void)family_between(reply, from, "<", to, CAPTURED_MAX);
	assert_true(to[0] != '\0');
}

static inline void
base64_of(char *to, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	assert_true(len > 0);
	(void)EVP_EncodeBlock((unsigned char *)to, der, len);
	OPENSSL_free(der);
	X509_free(cert);
}

/* A certificate for the machine's name and the captured key, of which only the
 * public half is known. */
static inline void
make_certificates(void)
{
	unsigned char der[2048];
	const unsigned char *at = der;
	EVP_PKEY *ca_key = EVP_RSA_gen(2048), *public;
	const struct certmake_life life = { .from = 1790000000,
		.until = 1890000000,
		.serial = { 7 } };
	struct fault f;
	X509 *ca = certmake_root(ca_key, "Site CA", &life, &f);
	int n;

	captured_value("go-wsman-messages/amt/publickey/certificate/get.xml",
	    "X509Certificate", root);
	captured_value("go-wsman-messages/amt/publicprivate/get.xml", "DERKey",
	    key);
	n = EVP_DecodeBlock(der, (unsigned char *)key, (int)strlen(key));
	public = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, n);
	assert_non_null(public);
	base64_of(leaf,
	    certmake_leaf(public, "pc.example.com", ca, ca_key, &life, &f));
	base64_of(other, ca);
	EVP_PKEY_free(public);
	EVP_PKEY_free(ca_key);
}

/* The text with $ROOT and so on replaced by these. */
static inline char *
filled(const char *text)
{
	static const struct {
		const char *word, *text;
	} words[] = { { "ROOT", root }, { "KEY", key }, { "LEAF", leaf },
		{ "OTHER", other } };
	static char to[CAPTURED_MAX];
	size_t len = 0;

	while (*text != '\0') {
		const char *put = NULL;

		for (size_t i = 0; *text == '$' && i < 4; i++)
			if (strncmp(text + 1, words[i].word,
			        strlen(words[i].word)) == 0) {
				put = words[i].text;
				text += 1 + strlen(words[i].word);
				break;
			}
		if (put != NULL)
			len += (size_t)sprintf(to + len, "%s", put);
		else
			to[len++] = *text++;
	}
	to[len] = '\0';
	return to;
}

/* --- a conversation ------------------------------------------------------- */

static inline void
has(struct family_machine *m, const char *instances)
{
	char *rest = filled(instances), *line;

	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		char *class = strsep(&line, "|"), *id = strsep(&line, "|");

		assert_non_null(line);
		(void)family_add(m, class, id, line);
	}
}

static inline void
ask_for(const char *profile)
{
	char *rest = filled(profile), *one;

	while ((one = strsep(&rest, ";")) != NULL) {
		char *name = one + strspn(one, " "), *value = strchr(name, '='),
		     *item;

		assert_non_null(value);
		*value++ = '\0';
		item = strchr(name, '/');
		if (item != NULL)
			*item++ = '\0';
		family_ask(name, item == NULL ? "" : item, value);
	}
}

/* After the method that was captured the machine has what follows from it; of
 * one with a selector, in place of what it had. */
static inline unsigned
call(struct family_machine *m, const char *method, const char *body)
{
	char what[96];

	if (strcmp(method, "EnumerateUserAclEntries") == 0)
		strcpy(m->out,
		    given == 0 ? "<g:TotalCount>1</g:TotalCount>"
		                 "<g:Handles>3</g:Handles>"
		               : "<g:TotalCount>0</g:TotalCount>");
	if (strcmp(method, "GetUserAclEntryEx") == 0)
		strcpy(m->out,
		    "<g:DigestUsername>other</g:DigestUsername>"
		    "<g:AccessPermission>2</g:AccessPermission>"
		    "<g:Realms>3</g:Realms>");
	(void)snprintf(what, sizeof(what), "Call %s", method);
	if (use->then == NULL || strcmp(use->as, what) != 0)
		return 0;
	for (size_t i = m->n; i-- > 0;)
		if (strncmp(use->then, m->at[i].class,
		        strlen(m->at[i].class)) == 0 &&
		    m->at[i].class[0] != '\0' &&
		    strstr(m->at[i].class, "Certificate") == NULL)
			family_remove(m, &m->at[i]);
	has(m, use->then);
	(void)body;
	return 0;
}

/* The instance of a captured "Get CLASS", in the machine's own prefixes. */
static inline void
has_captured(struct family_machine *m)
{
	char text[CAPTURED_MAX], xml[8192] = "";
	const char *class = use->as + strlen("Get ");

	captured_read(use->file, text);
	captured_as(text, "Get");
	captured_properties(text, class, xml, sizeof(xml));
	(void)family_add(m, class, "", xml);
}

static inline struct family_end
run_with(const char *profile, const struct setup_want *want)
{
	struct family_end e;

	(void)family_begin(NULL);
	ask_for(profile);
	machine = (struct family_machine){ .captured = give, .call = call };
	if (use->with != NULL)
		has(&machine, use->with);
	if (keeps && strncmp(use->as, "Get ", 4) == 0)
		has_captured(&machine);
	family_known = use->known;
	given = 0;
	goes_on = false;
	context[0] = '\0';
	e = family_run(&machine, want, 0);
	if (given == 0 && !keeps)
		fail_msg("%s: nobody asked for %s, but %s", use->file, use->as,
		    machine.said);
	assert_string_equal(context, "");
	return e;
}

#endif
