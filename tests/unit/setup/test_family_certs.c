/*
 * The certificates in the machine: which are roots, which are its own, which
 * of them is the profile's.
 */
#include "setup/family_net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

#define CERT "AMT_PublicKeyCertificate"
#define KEY "AMT_PublicPrivateKeyPair"
#define BASE "http://intel.com/wbem/wscim/1/amt-schema/1/"

static struct family_machine machine;
static struct family_certs seen; /* at the end */

static enum setup_next
certs_done(struct setup *s)
{
	seen = *(struct family_certs *)s->work;
	return setup_end(s, REASON_NONE, "done");
}

static enum setup_next
certs_keys(struct setup *s)
{
	return family_keys_read(s, certs_done);
}

static enum setup_next
certs_begin(struct setup *s)
{
	s->row = family_row(s, "trusted-root-certificate");
	assert_non_null(setup_work(s, sizeof(struct family_certs)));
	return family_certs_read(s, certs_keys);
}

static int
begin(void **state)
{
	(void)family_begin(state);
	family_first = certs_begin;
	memset(&machine, 0, sizeof(machine));
	return 0;
}

static void
has_cert(const char *id, const char *base64, const char *more)
{
	char xml[512];

	(void)snprintf(xml, sizeof(xml),
	    "<g:InstanceID>%s</g:InstanceID><g:X509Certificate>%s"
	    "</g:X509Certificate>%s",
	    id, base64, more);
	(void)family_add(&machine, CERT, id, xml);
}

#define ROOT "<g:TrustedRootCertficate>true</g:TrustedRootCertficate>"
#define FIXED "<g:ReadOnlyCertificate>true</g:ReadOnlyCertificate>"

static void
reference(char *to, size_t cap, const char *property, const char *class,
    const char *id)
{
	size_t len = strlen(to);

	(void)snprintf(to + len, cap - len,
	    "<g:%s><a:Address>x</a:Address><a:ReferenceParameters>"
	    "<w:ResourceURI>" BASE "%s</w:ResourceURI><w:SelectorSet>"
	    "<w:Selector Name=\"InstanceID\">%s</w:Selector></w:SelectorSet>"
	    "</a:ReferenceParameters></g:%s>",
	    property, class, id, property);
}

/* Which side has the key is the firmware's choice. */
static void
has_key(const char *cert, bool first)
{
	char xml[2048] = "";

	reference(xml, sizeof(xml), "Antecedent", first ? CERT : KEY,
	    first ? cert : "Key 0");
	reference(xml, sizeof(xml), "Dependent", first ? KEY : CERT,
	    first ? "Key 0" : cert);
	(void)family_add(&machine, "CIM_ConcreteDependency", cert, xml);
}

static const char *
found_id(const struct family_cert *c)
{
	return c == NULL ? NULL : c->id;
}

static void
read_all(void)
{
	struct family_end e = family_run(&machine, &family_check, 0);

	family_ends(&e, REASON_NONE, "");
}

static void
a_root_is_known_by_its_bytes_and_its_mark(void **state)
{
	(void)state;
	has_cert("0", "AAAA", "");
	has_cert("1", "AAAA", ROOT);
	has_cert("2", "AAAB", ROOT);
	has_cert("3", "AA==", ROOT);
	read_all();
	assert_int_equal(seen.n, 4);
	assert_string_equal(found_id(family_root_find(&seen, "AAAA")), "1");
	assert_string_equal(found_id(family_root_find(&seen, "AAAB")), "2");
	/* padding adds no byte */
	assert_string_equal(found_id(family_root_find(&seen, "AA==")), "3");
	assert_string_equal(found_id(family_root_find(&seen, "AAAB\n")), "2");
	assert_null(family_root_find(&seen, "AAA="));
	assert_null(family_root_find(&seen, "no base64"));
	assert_null(family_root_find(&seen, ""));
	assert_null(family_root_find(&seen, NULL));
}

static void
its_own_is_the_last_that_has_a_key_and_may_be_changed(void **state)
{
	(void)state;
	has_cert("0", "AAAA", "");
	has_cert("1", "AAAB", "");
	has_cert("2", "AAAC", FIXED);
	has_cert("3", "AAAD", ROOT);
	has_cert("4", "AAAE", "");
	read_all();
	assert_null(family_own_cert(&seen));
	has_key("0", true);
	read_all();
	assert_string_equal(found_id(family_own_cert(&seen)), "0");
	has_key("1", false);
	has_key("2", true);
	has_key("3", true);
	read_all();
	assert_string_equal(found_id(family_own_cert(&seen)), "1");
}

static void
a_key_belongs_to_a_certificate_and_to_nothing_else(void **state)
{
	char xml[2048] = "";

	(void)state;
	has_cert("0", "AAAA", "");
	reference(xml, sizeof(xml), "Antecedent", CERT, "0");
	reference(xml, sizeof(xml), "Dependent", "AMT_Other", "Key 0");
	(void)family_add(&machine, "CIM_ConcreteDependency", "0", xml);
	has_key("9", true);
	read_all();
	assert_null(family_own_cert(&seen));
}

static void
what_is_no_certificate_is_left_out_and_a_long_id_is_refused(void **state)
{
	char id[FAMILY_ID + 1];
	struct family_end e;

	(void)state;
	has_cert("0", "", "");
	has_cert("1", "%%%%", ROOT);
	(void)family_add(&machine, CERT, "2", "<g:InstanceID>2</g:InstanceID>");
	memset(id, 'x', FAMILY_ID);
	id[FAMILY_ID] = '\0';
	has_cert(id + 1, "AAAA", "");
	read_all();
	assert_int_equal(seen.n, 1);
	assert_non_null(family_cert_of(&seen, id + 1));
	assert_null(family_cert_of(&seen, "0"));
	has_cert(id, "AAAA", "");
	e = family_run(&machine, &family_check, 0);
	family_ends(&e, REASON_REPLY_BAD, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(a_root_is_known_by_its_bytes_and_its_mark),
		TEST(its_own_is_the_last_that_has_a_key_and_may_be_changed),
		TEST(a_key_belongs_to_a_certificate_and_to_nothing_else),
		TEST(
		    what_is_no_certificate_is_left_out_and_a_long_id_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
