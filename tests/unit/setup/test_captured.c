/*
 * Replies of real machines drive the readers of the families: a profile that
 * says what the reply says finds nothing to write, and one that says something
 * else finds what the reply has.
 */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

static const char *
give_end(const char *of, const char *body)
{
	(void)body;
	family_envelope(reply, sizeof(reply), of,
	    "<n:PullResponse><n:Items/><n:EndOfSequence/></n:PullResponse>");
	return reply;
}

/* The list is asked for with the context that the machine named. */
static void
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
static const char *
give(const char *verb, const char *of, const char *body)
{
	char what[96];

	(void)snprintf(what, sizeof(what), "%s %s", verb, of);
	if (strcmp(verb, "Enumerate") == 0)
		goes_on = false;
	if (context[0] != '\0' && strcmp(verb, "Pull") == 0)
		begun_with(of, body);
	if (strcmp(what, use->as) != 0)
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

/* --- what stands for certificates ----------------------------------------- */

static char root[CAPTURED_MAX], key[CAPTURED_MAX], leaf[CAPTURED_MAX],
    other[CAPTURED_MAX];

static void
captured_value(const char *file, const char *property, char *to)
{
	char from[64];

	captured_read(file, reply);
	(void)snprintf(from, sizeof(from), "%s>", property);
	(void)family_between(reply, from, "<", to, CAPTURED_MAX);
	assert_true(to[0] != '\0');
}

static void
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
static void
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

/* With what the words with a dollar stand for. */
static char *
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

static void
has(struct family_machine *m, const char *instances)
{
	char *rest = filled(instances), *line;

	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		char *class = strsep(&line, "|"), *id = strsep(&line, "|");

		assert_non_null(line);
		(void)family_add(m, class, id, line);
	}
}

static void
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
static unsigned
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

static struct family_end
run_with(const char *profile, const struct setup_want *want)
{
	struct family_end e;

	(void)family_begin(NULL);
	ask_for(profile);
	machine = (struct family_machine){ .captured = give, .call = call };
	if (use->with != NULL)
		has(&machine, use->with);
	family_known = use->known;
	given = 0;
	goes_on = false;
	context[0] = '\0';
	e = family_run(&machine, want, 0);
	if (given == 0)
		fail_msg("%s: nobody asked for %s, but %s", use->file, use->as,
		    machine.said);
	assert_string_equal(context, "");
	return e;
}

static void
finds(const struct family_end *e, const char *profile, const char *found)
{
	if (e->reason != REASON_NONE || strcmp(e->found, found) != 0)
		fail_msg("%s, %.200s:\n\tgot %s (%s)\n\texpected %s\n\t%s",
		    use->file, profile, e->found, e->detail, found,
		    machine.said);
}

static void
a_reply_is_read_for_what_it_says(void **state)
{
	struct family_end e;

	(void)state;
	if (captured_are_absent())
		skip();
	make_certificates();
	for (use = captured_uses; use < captured_uses + NUSES; use++) {
		if (use->same != NULL) {
			e = run_with(use->same, &family_check);
			finds(&e, use->same, "");
		}
		if (use->other != NULL) {
			e = run_with(use->other, &family_check);
			if (use->found != NULL)
				finds(&e, use->other, use->found);
		}
		if (use->writes != NULL) {
			e = run_with(use->writes, &family_set_up);
			finds(&e, use->writes, use->found);
		}
	}
}

/* --- all of them ---------------------------------------------------------- */

static size_t nfiles, ndriven, nbad;
static bool met[NOTHERS];

static const struct captured_other *
other_of(const char *name)
{
	for (size_t i = 0; i < NOTHERS; i++) {
		const char *begin = captured_others[i].name;
		size_t len = strlen(name);

		if (strncmp(name, begin, strlen(begin)) == 0 ||
		    (*begin == '*' && len >= strlen(begin) - 1 &&
		        strcmp(name + len - (strlen(begin) - 1), begin + 1) ==
		            0)) {
			met[i] = true;
			return &captured_others[i];
		}
	}
	return NULL;
}

/* Says which reader it drives, or why none. */
static int
visit(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	const char *name = path + strlen(captured_folder()) + 1;
	const struct captured_other *o;
	size_t uses = 0;

	(void)st;
	(void)ftw;
	if (kind != FTW_F || strstr(path, "MANIFEST") != NULL)
		return 0;
	nfiles++;
	for (size_t i = 0; i < NUSES; i++)
		if (strcmp(captured_uses[i].file, name) == 0) {
			uses++;
			print_message("#   %s: %s\n", name,
			    captured_uses[i].as);
		}
	if (uses != 0) {
		ndriven++;
		return 0;
	}
	o = other_of(name);
	if (o == NULL) {
		print_error("%s: nobody says whom it drives\n", name);
		nbad++;
		return 0;
	}
	ndriven += strncmp(o->why, BY_NONE, strlen(BY_NONE)) != 0;
	print_message("#   %s: %s\n", name, o->why);
	return 0;
}

static void
every_reply_drives_a_reader_or_it_is_known_why_not(void **state)
{
	(void)state;
	if (captured_are_absent())
		skip();
	assert_int_equal(nftw(captured_folder(), visit, 16, FTW_PHYS), 0);
	for (size_t i = 0; i < NOTHERS; i++)
		if (!met[i]) {
			print_error("%s: no file\n", captured_others[i].name);
			nbad++;
		}
	assert_int_equal(nbad, 0);
	print_message("# vectors: %zu\n# of %zu\n", ndriven, nfiles);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_read_for_what_it_says),
		cmocka_unit_test(
		    every_reply_drives_a_reader_or_it_is_known_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
