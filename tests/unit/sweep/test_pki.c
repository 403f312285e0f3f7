/*
 * TLS with certificates against servers of OpenSSL in the same process, one
 * for each thing that a machine, or who is none, may do.  What others' TLS
 * makes of it is in tests/stages/sweep-pki.bats.
 */
#include "sweep/pki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ondie_maker.h"

static EVP_PKEY *own_keys[3], *device_key;
static X509 *own[3], *device_cert; /* leaf, CA, root */
static struct setup_chain ours;

static int
make_all(void **state)
{
	const struct cert_wish leaf = { .cn = "prov.lab7.example.com",
		.usage = "serverAuth,2.16.840.1.113741.1.2.3" };
	const struct cert_wish machine = { .cn = "AMT" };
	struct fault f;

	own_keys[0] = EVP_RSA_gen(2048);
	own_keys[1] = EVP_EC_gen("P-256");
	own_keys[2] = EVP_EC_gen("P-256");
	device_key = EVP_RSA_gen(2048);
	own[2] = ca_make("Lab root", own_keys[2], NULL, NULL);
	own[1] = ca_make("Issuing", own_keys[1], own[2], own_keys[2]);
	own[0] = cert_make(&leaf, own_keys[0], own[1], own_keys[1]);
	device_cert = cert_make(&machine, device_key, NULL, NULL);
	if (setup_chain_make(&ours, own, 3, own_keys[0], &f) == -1)
		return -1;
	return ondie_make(state);
}

static int
free_all(void **state)
{
	setup_chain_wipe(&ours);
	for (size_t i = 0; i < 3; i++) {
		X509_free(own[i]);
		EVP_PKEY_free(own_keys[i]);
	}
	X509_free(device_cert);
	EVP_PKEY_free(device_key);
	return ondie_end(state);
}

/* --- both ends ------------------------------------------------------------ */

struct server {
	SSL_CTX *ctx;
	SSL *ssl;
	int verdict;   /* X509_V_OK takes our certificate */
	unsigned seen; /* certificates that it was shown, for checking */
	bool in_order; /* and they were ours: leaf, CA, root */
};

struct client {
	SSL_CTX *ctx;
	SSL *ssl;
	struct tls tls;
	struct pki pki;
	uint64_t turn;
	char note[160];
};

/* What the server is given to verify, which here it does not. */
static int
on_ours(X509_STORE_CTX *ctx, void *arg)
{
	struct server *s = arg;
	STACK_OF(X509) *got = X509_STORE_CTX_get0_untrusted(ctx);

	s->seen = (unsigned)sk_X509_num(got);
	s->in_order = s->seen == 3;
	for (int i = 0; s->in_order && i < 3; i++)
		s->in_order = X509_cmp(sk_X509_value(got, i), own[i]) == 0;
	X509_STORE_CTX_set_error(ctx, s->verdict);
	return s->verdict == X509_V_OK;
}

/* A machine before AMT 15 that asks for our certificate. */
static void
server_make(struct server *s)
{
	*s = (struct server){ .ctx = SSL_CTX_new(TLS_server_method()),
		.verdict = X509_V_OK };
	assert_int_equal(SSL_CTX_set_min_proto_version(s->ctx, TLS1_VERSION),
	    1);
	assert_int_equal(SSL_CTX_set_cipher_list(s->ctx, "ALL:@SECLEVEL=0"), 1);
	assert_int_equal(SSL_CTX_use_certificate(s->ctx, device_cert), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(s->ctx, device_key), 1);
	SSL_CTX_set_verify(s->ctx,
	    SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(s->ctx, on_ours, s);
	/* or it asks for nothing in a second handshake */
	SSL_CTX_set_options(s->ctx,
	    SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
	assert_int_equal(SSL_CTX_set_session_id_context(s->ctx,
	                     (const unsigned char *)"t", 1),
	    1);
}

/* From AMT 15 on: takes the chain. */
static void
server_on_die(struct server *s, STACK_OF(X509) * chain)
{
	server_make(s);
	assert_int_equal(SSL_CTX_use_certificate(s->ctx,
	                     sk_X509_value(chain, 0)),
	    1);
	assert_int_equal(SSL_CTX_use_PrivateKey(s->ctx, keys[LEAF]), 1);
	for (int i = 1; i < sk_X509_num(chain); i++)
		assert_int_equal(SSL_CTX_add1_chain_cert(s->ctx,
		                     sk_X509_value(chain, i)),
		    1);
	chain_free(chain);
}

static void
on_over(void *arg)
{
	(void)arg;
}

static void
client_make(struct client *c)
{
	*c = (struct client){ .ctx = SSL_CTX_new(TLS_client_method()),
		.pki = { .chain = &ours } };
	c->tls.flood.now = &c->turn;
	c->tls.flood.on_over = on_over;
	flood_allow(&c->tls.flood, 2048, 131072);
}

/* Until nothing moves any more. */
static void
shake_hands(struct client *c, struct server *s)
{
	BIO *near, *far;

	assert_int_equal(pki_apply(c->ctx, &c->tls, &c->pki), 0);
	assert_int_equal(BIO_new_bio_pair(&near, 65536, &far, 65536), 1);
	c->ssl = SSL_new(c->ctx);
	s->ssl = SSL_new(s->ctx);
	SSL_set_bio(c->ssl, near, near);
	SSL_set_bio(s->ssl, far, far);
	SSL_set_connect_state(c->ssl);
	SSL_set_accept_state(s->ssl);
	for (int i = 0; i < 20; i++) {
		c->turn++;
		(void)SSL_do_handshake(c->ssl);
		(void)SSL_do_handshake(s->ssl);
	}
}

static enum setup_outcome
outcome(struct client *c)
{
	return pki_outcome(&c->pki, &c->tls, c->note, sizeof(c->note));
}

static void
end(struct client *c, struct server *s)
{
	SSL_free(c->ssl);
	SSL_CTX_free(c->ctx);
	SSL_free(s->ssl);
	SSL_CTX_free(s->ctx);
}

/* --- what a machine gets -------------------------------------------------- */

static void
leaf_intermediate_and_root_come_in_this_order_at_every_version(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_1_VERSION,
		TLS1_VERSION };
	static const char *const names[] = { "1.2", "1.1", "1.0" };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct server s;
		struct client c;

		server_make(&s);
		SSL_CTX_set_max_proto_version(s.ctx, versions[i]);
		client_make(&c);
		c.tls.highest = (enum setup_tls)i;
		shake_hands(&c, &s);
		assert_true(SSL_is_init_finished(s.ssl));
		assert_true(s.in_order);
		assert_true(c.tls.done);
		assert_true(pki_stands(&c.pki));
		assert_string_equal(tls_version_name(c.tls.version), names[i]);
		assert_int_equal(c.pki.device.is.kind, ONDIE_SELF_SIGNED);
		assert_int_equal(strlen(c.pki.device.cert), 64);
		end(&c, &s);
	}
}

static void
the_oldest_suite_and_one_for_on_die_certificates_are_offered(void **state)
{
	static const char *const lists[] = { "AES128-SHA",
		"ECDHE-ECDSA-AES256-GCM-SHA384" };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		char list[64];
		struct server s;
		struct client c;

		if (i == 0)
			server_make(&s);
		else
			server_on_die(&s, chain_make(plain, -1));
		(void)snprintf(list, sizeof(list), "%s:@SECLEVEL=0", lists[i]);
		assert_int_equal(SSL_CTX_set_cipher_list(s.ctx, list), 1);
		client_make(&c);
		shake_hands(&c, &s);
		assert_true(s.in_order);
		assert_true(pki_stands(&c.pki));
		end(&c, &s);
	}
}

/* --- who is no machine in setup ------------------------------------------- */

static void
who_does_not_ask_for_our_certificate_gets_no_request(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_make(&s);
	SSL_CTX_set_verify(s.ctx, SSL_VERIFY_NONE, NULL);
	client_make(&c);
	shake_hands(&c, &s);
	assert_true(c.tls.done);
	assert_false(pki_stands(&c.pki));
	assert_int_equal(outcome(&c), SETUP_TLS_NOT_ASKED);
	/* nor is it shown later */
	SSL_set_verify(s.ssl, SSL_VERIFY_PEER, NULL);
	assert_int_equal(SSL_renegotiate(s.ssl), 1);
	for (int i = 0; i < 20; i++) {
		char byte;

		c.turn++;
		(void)SSL_do_handshake(s.ssl);
		(void)SSL_read(s.ssl, &byte, 1);
		(void)SSL_read(c.ssl, &byte, 1);
	}
	assert_int_equal(s.seen, 0);
	assert_false(pki_stands(&c.pki));
	end(&c, &s);
}

static void
who_asks_for_another_kind_of_certificate_gets_no_request(void **state)
{
	static const uint8_t ecdsa[] = { TLS_CT_ECDSA_SIGN };
	struct server s;
	struct client c;

	(void)state;
	server_make(&s);
	SSL_CTX_set_verify(s.ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set1_client_certificate_types(s.ctx, ecdsa, sizeof(ecdsa));
	assert_int_equal(SSL_CTX_set1_client_sigalgs_list(s.ctx,
	                     "ECDSA+SHA256"),
	    1);
	SSL_CTX_set_max_proto_version(s.ctx, TLS1_2_VERSION);
	client_make(&c);
	shake_hands(&c, &s);
	assert_true(c.tls.done);
	assert_int_equal(s.seen, 0);
	assert_false(pki_stands(&c.pki));
	assert_int_equal(outcome(&c), SETUP_TLS_CERT_REFUSED);
	end(&c, &s);
}

/* OpenSSL would decode it, and then ask. */
static void
certificates_that_describe_their_curve_are_not_decoded(void **state)
{
	const struct cert_wish machine = { .cn = "AMT" };
	EVP_PKEY *key = own_curve_make();
	X509 *cert = cert_make(&machine, key, NULL, NULL);

	(void)state;
	for (unsigned pieces = 0; pieces < 2; pieces++) {
		struct server s;
		struct client c;

		server_make(&s);
		assert_int_equal(SSL_CTX_use_certificate(s.ctx, cert), 1);
		assert_int_equal(SSL_CTX_use_PrivateKey(s.ctx, key), 1);
		if (pieces == 1) /* a record has but so much */
			SSL_CTX_set_max_send_fragment(s.ctx, 512);
		client_make(&c);
		shake_hands(&c, &s);
		assert_false(c.tls.done);
		assert_string_equal(c.pki.device.cert, "");
		assert_int_equal(outcome(&c), SETUP_TLS_FAILED);
		assert_string_equal(c.note,
		    "a certificate with a curve of its own (RFC 5480, 2.1.1)");
		end(&c, &s);
	}
	X509_free(cert);
	EVP_PKEY_free(key);
}

static void
alerts_speak_of_our_certificate_once_it_is_there(void **state)
{
	static const struct {
		int verdict, alert;
	} rows[] = { { X509_V_ERR_CERT_REVOKED, 44 },
		{ X509_V_ERR_CERT_HAS_EXPIRED, 45 },
		{ X509_V_ERR_APPLICATION_VERIFICATION, 40 },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, 48 },
		{ X509_V_ERR_INVALID_PURPOSE, 43 },
		{ X509_V_ERR_CERT_REJECTED, 42 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server s;
		struct client c;

		server_make(&s);
		s.verdict = rows[i].verdict;
		client_make(&c);
		shake_hands(&c, &s);
		assert_int_equal(s.seen, 3);
		assert_false(c.tls.done);
		assert_int_equal(c.tls.alert, rows[i].alert);
		assert_int_equal(outcome(&c),
		    rows[i].alert == 40 ? SETUP_TLS_FAILED
		                        : SETUP_TLS_CERT_REFUSED);
		end(&c, &s);
	}
}

static void
nothing_in_common_is_no_word_on_our_certificate(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_make(&s);
	assert_int_equal(SSL_CTX_set_cipher_list(s.ctx,
	                     "DHE-RSA-AES128-SHA:@SECLEVEL=0"),
	    1);
	SSL_CTX_set_max_proto_version(s.ctx, TLS1_2_VERSION);
	SSL_CTX_set_dh_auto(s.ctx, 1);
	client_make(&c);
	shake_hands(&c, &s);
	assert_false(c.tls.done);
	assert_int_equal(outcome(&c), SETUP_TLS_FAILED);
	end(&c, &s);
}

/* --- a machine that is set up --------------------------------------------- */

static void
managed_make(struct client *c, const struct setup_chain *console)
{
	client_make(c);
	c->pki.chain = NULL;
	c->pki.managed = true;
	c->pki.console = console;
}

static void
one_that_asks_is_shown_the_consoles_and_one_that_does_not_is_not(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	for (int asks = 0; asks < 2; asks++) {
		server_make(&s);
		if (!asks)
			SSL_CTX_set_verify(s.ctx, SSL_VERIFY_NONE, NULL);
		SSL_CTX_set_max_proto_version(s.ctx, TLS1_2_VERSION);
		managed_make(&c, &ours);
		shake_hands(&c, &s);
		assert_true(c.tls.done);
		assert_true(pki_stands(&c.pki));
		assert_int_equal(c.pki.shown, asks);
		assert_int_equal(s.seen, asks ? 3 : 0);
		assert_int_equal(s.in_order, asks);
		end(&c, &s);
	}
}

static void
one_that_asks_and_gets_none_wants_a_consoles(void **state)
{
	static const int versions[] = { TLS1_VERSION, TLS1_2_VERSION };
	struct server s;
	struct client c;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		server_make(&s);
		SSL_CTX_set_max_proto_version(s.ctx, versions[i]);
		managed_make(&c, NULL);
		shake_hands(&c, &s);
		assert_false(c.tls.done);
		assert_true(c.pki.asked);
		assert_int_equal(outcome(&c), SETUP_CONSOLE_WANTED);
		end(&c, &s);
	}
	/* what fails before it has asked is no word on that */
	server_make(&s);
	assert_int_equal(SSL_CTX_set_cipher_list(s.ctx,
	                     "DHE-RSA-AES128-SHA:@SECLEVEL=0"),
	    1);
	SSL_CTX_set_max_proto_version(s.ctx, TLS1_2_VERSION);
	managed_make(&c, NULL);
	shake_hands(&c, &s);
	assert_int_equal(outcome(&c), SETUP_TLS_FAILED);
	end(&c, &s);
}

static void
one_that_refuses_the_consoles_is_told_apart(void **state)
{
	static const int verdicts[] = { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
		X509_V_ERR_CERT_HAS_EXPIRED,
		X509_V_ERR_APPLICATION_VERIFICATION };
	struct server s;
	struct client c;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		server_make(&s);
		SSL_CTX_set_max_proto_version(s.ctx, TLS1_2_VERSION);
		s.verdict = verdicts[i];
		managed_make(&c, &ours);
		shake_hands(&c, &s);
		assert_false(c.tls.done);
		assert_int_equal(outcome(&c), SETUP_CONSOLE_REFUSED);
		end(&c, &s);
	}
}

/* --- versions ------------------------------------------------------------- */

static void
a_machine_that_had_a_higher_version_is_not_met_with_a_lower_one(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_make(&s);
	SSL_CTX_set_max_proto_version(s.ctx, TLS1_VERSION);
	client_make(&c);
	c.tls.lowest = TLS1_2_VERSION;
	shake_hands(&c, &s);
	assert_false(c.tls.done);
	assert_int_equal(s.seen, 0);
	assert_int_equal(outcome(&c), SETUP_TLS_FAILED);
	assert_string_equal(c.note, "not below TLS 1.2, which it must have");
	c.tls.highest = SETUP_TLS_1_1;
	assert_int_equal(pki_apply(c.ctx, &c.tls, &c.pki), -1);
	assert_int_equal(outcome(&c), SETUP_TLS_FAILED);
	assert_string_equal(c.note, "not below TLS 1.2, which it must have");
	end(&c, &s);
}

/* Who cuts the first tries gets no older version of who knows better. */
static void
a_lower_rung_is_marked_as_one(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_make(&s);
	client_make(&c);
	c.tls.highest = SETUP_TLS_1_0;
	shake_hands(&c, &s);
	assert_false(c.tls.done);
	assert_int_equal(s.seen, 0);
	assert_int_equal(c.tls.alert, 86); /* RFC 7507 */
	assert_int_equal(outcome(&c), SETUP_TLS_FAILED);
	end(&c, &s);
}

/* --- the machine's own certificate ---------------------------------------- */

static void
a_whole_chain_of_the_on_die_ca_is_taken_where_it_must_be_one(void **state)
{
	STACK_OF(X509) *chain = chain_make(plain, -1);
	char rom[ONDIE_ROM];
	struct server s;
	struct client c;

	(void)state;
	rom_text(rom, chain);
	server_on_die(&s, chain);
	client_make(&c);
	c.pki.on_die = true;
	c.pki.roots = &root;
	c.pki.nroots = 1;
	shake_hands(&c, &s);
	assert_true(s.in_order);
	assert_true(pki_stands(&c.pki));
	assert_int_equal(c.pki.device.is.kind, ONDIE_GENUINE);
	assert_string_equal(c.pki.device.is.rom, rom);
	end(&c, &s);
}

static void
any_other_is_refused_there_and_is_not_shown_ours(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct server s;
		struct client c;

		if (i == 0 || i == 3)
			server_make(&s);
		else if (i == 1)
			server_on_die(&s, chain_make(plain, KERNEL));
		else
			server_on_die(&s, cut_to(chain_make(plain, -1), 2));
		if (i == 3) /* not for its TLS, but for its certificate */
			SSL_CTX_set_max_proto_version(s.ctx, TLS1_VERSION);
		client_make(&c);
		c.pki.on_die = true;
		c.pki.roots = &root;
		c.pki.nroots = 1;
		shake_hands(&c, &s);
		assert_false(c.tls.done);
		assert_int_equal(s.seen, 0);
		assert_false(c.pki.shown);
		assert_int_equal(outcome(&c), SETUP_DEVICE_REFUSED);
		assert_string_equal(c.note, c.pki.device.is.why);
		end(&c, &s);
	}
}

static void
a_whole_chain_with_less_tls_than_such_machines_have_is_refused_there(
    void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_on_die(&s, chain_make(plain, -1));
	SSL_CTX_set_max_proto_version(s.ctx, TLS1_1_VERSION);
	client_make(&c);
	c.pki.on_die = true;
	c.pki.roots = &root;
	c.pki.nroots = 1;
	shake_hands(&c, &s);
	assert_int_equal(s.seen, 0);
	assert_int_equal(outcome(&c), SETUP_DEVICE_REFUSED);
	assert_string_equal(c.note,
	    "an on-die certificate with less than TLS 1.2");
	end(&c, &s);
}

/* A root of ours is none that Intel published. */
static void
without_more_said_the_published_roots_count(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_on_die(&s, chain_make(plain, -1));
	client_make(&c);
	shake_hands(&c, &s);
	assert_true(pki_stands(&c.pki));
	assert_int_equal(c.pki.device.is.kind, ONDIE_BROKEN);
	end(&c, &s);
}

/* HelloRequests, which a client skips (RFC 5246, 7.4.1.1). */
static void
a_handshake_without_end_is_cut(void **state)
{
	static const uint8_t record[] = { 22, 3, 1, 0, 4, 0, 0, 0, 0 };
	struct client c;
	BIO *near, *far;

	(void)state;
	client_make(&c);
	assert_int_equal(pki_apply(c.ctx, &c.tls, &c.pki), 0);
	assert_int_equal(BIO_new_bio_pair(&near, 4096, &far, 4096), 1);
	c.ssl = SSL_new(c.ctx);
	SSL_set_bio(c.ssl, near, near);
	SSL_set_connect_state(c.ssl);
	for (int i = 0; i < 10000 && !c.tls.flood.over; i++) {
		c.turn++;
		(void)SSL_do_handshake(c.ssl);
		while (BIO_ctrl_get_write_guarantee(far) >= sizeof(record))
			(void)BIO_write(far, record, sizeof(record));
	}
	assert_true(c.tls.flood.over);
	assert_true(c.tls.flood.reads <= 2048);
	assert_false(c.tls.done);
	SSL_free(c.ssl);
	BIO_free(far);
	SSL_CTX_free(c.ctx);
}

static void
a_list_of_certificates_without_end_is_not_looked_through(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_make(&s);
	for (int i = 0; i < 60; i++)
		assert_int_equal(SSL_CTX_add1_chain_cert(s.ctx, device_cert),
		    1);
	client_make(&c);
	shake_hands(&c, &s);
	assert_false(c.tls.done);
	assert_string_equal(c.pki.device.cert, "");
	assert_int_equal(s.seen, 0);
	assert_int_equal(outcome(&c), SETUP_TLS_FAILED);
	end(&c, &s);
}

/* --- a machine that is set up --------------------------------------------- */

static void
a_machine_that_is_set_up_is_shown_none(void **state)
{
	(void)state;
	for (int asks = 0; asks < 2; asks++) {
		struct server s;
		struct client c;

		server_make(&s);
		SSL_CTX_set_verify(s.ctx,
		    asks ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
		client_make(&c);
		c.pki.chain = NULL;
		shake_hands(&c, &s);
		assert_true(c.tls.done);
		assert_true(pki_stands(&c.pki));
		assert_int_equal(s.seen, 0);
		end(&c, &s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    leaf_intermediate_and_root_come_in_this_order_at_every_version),
		cmocka_unit_test(
		    the_oldest_suite_and_one_for_on_die_certificates_are_offered),
		cmocka_unit_test(
		    who_does_not_ask_for_our_certificate_gets_no_request),
		cmocka_unit_test(
		    who_asks_for_another_kind_of_certificate_gets_no_request),
		cmocka_unit_test(
		    certificates_that_describe_their_curve_are_not_decoded),
		cmocka_unit_test(
		    alerts_speak_of_our_certificate_once_it_is_there),
		cmocka_unit_test(
		    nothing_in_common_is_no_word_on_our_certificate),
		cmocka_unit_test(
		    one_that_asks_is_shown_the_consoles_and_one_that_does_not_is_not),
		cmocka_unit_test(one_that_asks_and_gets_none_wants_a_consoles),
		cmocka_unit_test(one_that_refuses_the_consoles_is_told_apart),
		cmocka_unit_test(
		    a_machine_that_had_a_higher_version_is_not_met_with_a_lower_one),
		cmocka_unit_test(a_lower_rung_is_marked_as_one),
		cmocka_unit_test(
		    a_whole_chain_of_the_on_die_ca_is_taken_where_it_must_be_one),
		cmocka_unit_test(
		    any_other_is_refused_there_and_is_not_shown_ours),
		cmocka_unit_test(
		    a_whole_chain_with_less_tls_than_such_machines_have_is_refused_there),
		cmocka_unit_test(without_more_said_the_published_roots_count),
		cmocka_unit_test(a_handshake_without_end_is_cut),
		cmocka_unit_test(
		    a_list_of_certificates_without_end_is_not_looked_through),
		cmocka_unit_test(a_machine_that_is_set_up_is_shown_none),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
