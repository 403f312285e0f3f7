#include "amt/ondie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ondie_maker.h"

static struct ondie
checked(STACK_OF(X509) * chain)
{
	struct ondie o;

	ondie_check_roots(chain, &root, 1, &o);
	assert_int_not_equal(o.why[0], '\0');
	return o;
}

/* --- what is taken -------------------------------------------------------- */

static void
six_certificates_under_a_published_root_are_genuine(void **state)
{
	STACK_OF(X509) *chain = chain_make(plain, -1);
	struct ondie o = checked(chain);
	char want[ONDIE_ROM];

	(void)state;
	rom_text(want, chain);
	assert_int_equal(o.kind, ONDIE_GENUINE);
	assert_string_equal(o.rom, want);
	/* our root is none of the published ones */
	ondie_check(chain, &o);
	assert_int_equal(o.kind, ONDIE_BROKEN);
	assert_string_equal(o.rom, want);
	chain_free(chain);
}

static void
both_names_of_leaf_and_issuing_ca_are_known(void **state)
{
	struct link_wish links[NCHAIN];
	STACK_OF(X509) * chain;

	(void)state;
	memcpy(links, plain, sizeof(links));
	links[LEAF].w.cn = "iAMT CSME IDevID RCFG";
	links[ROM].w.cn = "CSME ADL ROM CA";
	links[ISSUING].w.ou = "On Die CSME P_MCC 00001881 Issuing CA";
	chain = chain_make(links, -1);
	assert_int_equal(checked(chain).kind, ONDIE_GENUINE);
	chain_free(chain);
}

/* Made_at is in the future of some clocks, and this one has expired as well;
 * older leaves have no extended key usage or another one. */
static void
dates_and_extended_key_usages_do_not_matter(void **state)
{
	struct link_wish links[NCHAIN];
	static const char *const usages[] = { NULL, "clientAuth" };

	(void)state;
	memcpy(links, plain, sizeof(links));
	for (size_t i = 0; i < 2; i++)
		for (int days = -800; days <= 800; days += 1600) {
			STACK_OF(X509) * chain;

			links[LEAF].w.usage = usages[i];
			links[LEAF].w.days = links[ROM].w.days = days;
			chain = chain_make(links, -1);
			assert_int_equal(checked(chain).kind, ONDIE_GENUINE);
			chain_free(chain);
		}
}

/* What is above the ROM does not change which machine it is. */
static void
four_certificates_need_the_issuing_ca_among_the_roots(void **state)
{
	STACK_OF(X509) *chain = chain_make(plain, -1);
	char name[CERT_NAME], key[512], want[ONDIE_ROM];
	const struct ondie_root roots[] = { root, { name, "", key } };
	struct ondie o;

	(void)state;
	rom_text(want, chain);
	cert_subject(name, sk_X509_value(chain, ISSUING));
	key_text(key, sizeof(key), keys[ISSUING]);
	o = checked(cut_to(chain, 4));
	assert_int_equal(o.kind, ONDIE_BROKEN);
	assert_string_equal(o.rom, want);
	assert_non_null(strstr(o.why, "without the CAs above its ROM"));
	ondie_check_roots(chain, roots, 2, &o);
	assert_int_equal(o.kind, ONDIE_GENUINE);
	assert_string_equal(o.rom, want);
	chain_free(chain);
}

/* --- what is not ---------------------------------------------------------- */

static void
lengths_other_than_four_and_six_are_broken(void **state)
{
	(void)state;
	for (int n = 2; n <= 8; n++) {
		STACK_OF(X509) *chain = chain_make(plain, -1);
		struct ondie o;

		for (int more = NCHAIN; more < n; more++) {
			X509_up_ref(root_cert);
			assert_true(sk_X509_push(chain, root_cert) > 0);
		}
		o = checked(cut_to(chain, n));
		assert_int_equal(o.kind, n == 6 ? ONDIE_GENUINE : ONDIE_BROKEN);
		assert_int_equal(o.rom[0] != '\0', n == 4 || n == 6);
		assert_int_equal(strstr(o.why, "wrong length") != NULL,
		    n != 4 && n != 6);
		chain_free(chain);
	}
}

/* Certificate by certificate; the ROM's print is given as long as it holds for
 * the leaf. */
static void
each_signature_is_checked(void **state)
{
	(void)state;
	for (int i = 0; i < NCHAIN; i++) {
		STACK_OF(X509) *chain = chain_make(plain, i);
		struct ondie o = checked(chain);

		assert_int_equal(o.kind, ONDIE_BROKEN);
		assert_int_equal(o.rom[0] != '\0', i >= ROM);
		chain_free(chain);
	}
}

/* Each of the six is put into the chain of another machine, which has the same
 * names and other keys. */
static void
certificates_of_two_machines_make_no_chain(void **state)
{
	(void)state;
	for (int i = 0; i < NCHAIN; i++) {
		STACK_OF(X509) *chain = chain_make(plain, -1);
		EVP_PKEY *own = keys[i];
		STACK_OF(X509) * others;
		struct ondie o;

		keys[i] = other_key;
		others = chain_make(plain, -1);
		keys[i] = own;
		X509_free(sk_X509_value(chain, i));
		(void)sk_X509_set(chain, i, sk_X509_delete(others, i));
		o = checked(chain);
		/* A leaf with another key is TLS's matter. */
		assert_int_equal(o.kind,
		    i == LEAF ? ONDIE_GENUINE : ONDIE_BROKEN);
		assert_int_equal(o.rom[0] != '\0', i == LEAF || i > ROM);
		chain_free(chain);
		chain_free(others);
	}
}

static void
only_cas_may_issue(void **state)
{
	static const struct {
		const char *basic, *usage;
	} rows[] = {
		{ "critical,CA:FALSE", SIGNS },
		{ NULL, "critical,digitalSignature" },
		{ CA, "critical,digitalSignature" },
	};
	struct link_wish links[NCHAIN];

	(void)state;
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++)
		for (int i = AMT; i < NCHAIN; i++) {
			STACK_OF(X509) * chain;
			struct ondie o;

			memcpy(links, plain, sizeof(links));
			links[i].w.basic = rows[row].basic;
			links[i].key_usage = rows[row].usage;
			chain = chain_make(links, -1);
			o = checked(chain);
			assert_int_equal(o.kind, ONDIE_BROKEN);
			assert_int_equal(o.rom[0] != '\0', i > ROM);
			chain_free(chain);
		}
}

static void
a_limit_of_the_path_and_weak_keys_are_heeded(void **state)
{
	struct link_wish links[NCHAIN];
	STACK_OF(X509) * chain;

	(void)state;
	memcpy(links, plain, sizeof(links));
	links[MIDDLE].w.basic = "critical,CA:TRUE,pathlen:3";
	chain = chain_make(links, -1);
	assert_int_equal(checked(chain).kind, ONDIE_BROKEN);
	chain_free(chain);
	links[MIDDLE].w.basic = "critical,CA:TRUE,pathlen:4";
	chain = chain_make(links, -1);
	assert_int_equal(checked(chain).kind, ONDIE_GENUINE);
	chain_free(chain);
	links[KERNEL].w.md = EVP_sha1();
	chain = chain_make(links, -1);
	assert_int_equal(checked(chain).kind, ONDIE_BROKEN);
	chain_free(chain);
}

static void
any_other_order_is_broken(void **state)
{
	(void)state;
	for (int i = 0; i + 1 < NCHAIN; i++) {
		STACK_OF(X509) *chain = chain_make(plain, -1);
		X509 *one = sk_X509_value(chain, i);

		(void)sk_X509_set(chain, i, sk_X509_value(chain, i + 1));
		(void)sk_X509_set(chain, i + 1, one);
		assert_int_equal(checked(chain).kind, ONDIE_BROKEN);
		chain_free(chain);
	}
}

static void
names_that_are_not_of_a_machine_in_setup_are_broken(void **state)
{
	static const struct {
		int at;
		const char *cn, *ou, *why;
	} rows[] = {
		{ LEAF, "AMT WS-MAN", NULL, "not the one for setup" },
		{ LEAF, "AMT RCFG 2", NULL, "not the one for setup" },
		{ LEAF, "amt rcfg", NULL, "not the one for setup" },
		{ ROM, "ODCA 2 CSME LNL SOC Kernel CA", NULL, "not a ROM's" },
		{ ISSUING, "www.example.com", "ODCA 2 OSSE P_LNL Issuing CA",
		    "not a ROM's" },
		{ ISSUING, "www.example.com", "An ODCA 2 CSME P_LNL",
		    "not a ROM's" },
		{ ROM, "CSME TGL ROM DE", NULL, "before production" },
		{ ISSUING, "www.example.com",
		    "On Die CSME D_TGL DEBUG000 Issuing CA",
		    "before production" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct link_wish links[NCHAIN];
		STACK_OF(X509) * chain;
		struct ondie o;

		memcpy(links, plain, sizeof(links));
		links[rows[i].at].w.cn = rows[i].cn;
		links[rows[i].at].w.ou = rows[i].ou;
		chain = chain_make(links, -1);
		o = checked(chain);
		assert_int_equal(o.kind, ONDIE_BROKEN);
		assert_non_null(strstr(o.why, rows[i].why));
		chain_free(chain);
	}
}

static void
a_root_is_its_name_and_its_key(void **state)
{
	STACK_OF(X509) *chain = chain_make(plain, -1);
	char key[512];
	const struct ondie_root roots[] = {
		{ "/OU=Test Root Cert Signing/CN=www.example.org", "",
		    root_key },
		{ root_name, "", key },
		{ root_name, "", "00" },
		{ root_name, "", "no key" },
		root,
	};
	struct ondie o;

	(void)state;
	key_text(key, sizeof(key), other_key);
	for (size_t n = 0; n <= 5; n++) {
		ondie_check_roots(chain, roots, n, &o);
		assert_int_equal(o.kind, n == 5 ? ONDIE_GENUINE : ONDIE_BROKEN);
	}
	chain_free(chain);
}

/* --- other certificates --------------------------------------------------- */

static struct ondie
checked_alone(X509 *cert)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	struct ondie o;

	assert_true(sk_X509_push(chain, cert) > 0);
	o = checked(chain);
	assert_int_equal(o.rom[0], '\0');
	chain_free(chain);
	return o;
}

static void
a_single_certificate_is_self_signed_or_another(void **state)
{
	const struct cert_wish old = { .cn = "iAMT", .md = EVP_sha1() };
	const struct cert_wish w = { .cn = "AMT RCFG" };
	EVP_PKEY *rsa = EVP_RSA_gen(1024);
	X509 *forged;

	(void)state;
	assert_int_equal(checked_alone(cert_make(&old, rsa, NULL, NULL)).kind,
	    ONDIE_SELF_SIGNED);
	assert_int_equal(checked_alone(cert_make(&w, rsa, NULL, NULL)).kind,
	    ONDIE_SELF_SIGNED);
	/* it has its own name as issuer, and another's signature */
	forged = cert_make(&old, rsa, NULL, keys[0]);
	assert_int_equal(checked_alone(forged).kind, ONDIE_OTHER);
	assert_int_equal(checked_alone(
	                     cert_make(&old, rsa, root_cert, keys[NCHAIN]))
	                     .kind,
	    ONDIE_OTHER);
	assert_int_equal(checked_alone(
	                     cert_make(&w, rsa, root_cert, keys[NCHAIN]))
	                     .kind,
	    ONDIE_BROKEN);
	EVP_PKEY_free(rsa);
}

static void
chains_of_others_and_none_are_other(void **state)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	const struct cert_wish w = { .cn = "pc1.example.com" };
	X509 *ca = root_cert;

	(void)state;
	assert_int_equal(checked(NULL).kind, ONDIE_OTHER);
	assert_int_equal(checked(chain).kind, ONDIE_OTHER);
	assert_true(
	    sk_X509_push(chain, cert_make(&w, keys[0], ca, keys[NCHAIN])) > 0);
	for (size_t n = 2; n <= 8; n++) {
		struct ondie o;

		X509_up_ref(ca);
		assert_true(sk_X509_push(chain, ca) > 0);
		o = checked(chain);
		assert_int_equal(o.kind, ONDIE_OTHER);
		assert_int_equal(o.rom[0], '\0');
	}
	chain_free(chain);
}

static void
each_kind_has_its_name(void **state)
{
	(void)state;
	assert_string_equal(ondie_kind_name(ONDIE_SELF_SIGNED), "self-signed");
	assert_string_equal(ondie_kind_name(ONDIE_GENUINE), "on-die");
	assert_string_equal(ondie_kind_name(ONDIE_BROKEN), "on-die-broken");
	assert_string_equal(ondie_kind_name(ONDIE_OTHER), "other");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    six_certificates_under_a_published_root_are_genuine),
		cmocka_unit_test(both_names_of_leaf_and_issuing_ca_are_known),
		cmocka_unit_test(dates_and_extended_key_usages_do_not_matter),
		cmocka_unit_test(
		    four_certificates_need_the_issuing_ca_among_the_roots),
		cmocka_unit_test(lengths_other_than_four_and_six_are_broken),
		cmocka_unit_test(each_signature_is_checked),
		cmocka_unit_test(certificates_of_two_machines_make_no_chain),
		cmocka_unit_test(only_cas_may_issue),
		cmocka_unit_test(a_limit_of_the_path_and_weak_keys_are_heeded),
		cmocka_unit_test(any_other_order_is_broken),
		cmocka_unit_test(
		    names_that_are_not_of_a_machine_in_setup_are_broken),
		cmocka_unit_test(a_root_is_its_name_and_its_key),
		cmocka_unit_test(
		    a_single_certificate_is_self_signed_or_another),
		cmocka_unit_test(chains_of_others_and_none_are_other),
		cmocka_unit_test(each_kind_has_its_name),
	};

	return cmocka_run_group_tests(tests, ondie_make, ondie_end);
}
