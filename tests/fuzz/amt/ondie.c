/*
 * What a machine sends as its chain: certificates with their lengths before
 * them, as in TLS (RFC 5246, 7.4.2).  Nobody can make one that is genuine
 * under a published root; under the root of this corpus, whose key is gone,
 * every certificate of a genuine one was issued by the next.
 */
#include "amt/ondie.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CERTS_MAX = 12, ROM_AT = 3 };

static const struct ondie_root made = {
	"/OU=Test Root Cert Signing/CN=www.example.com",
	"",
	"3076301006072a8648ce3d020106052b8104002203620004"
	"c54c21dd1d5ec71a676c82af03739016d1ec04aab293616d"
	"42adfc3335875f0aee0cb87464f4fd398f50b7db298cbdf4"
	"c8cf73ef05f69d3a044c3d8c978485fa2f4e029fecece46d"
	"8d5fb5867e958f1e129eb3e06431b8b3ec7d44e822b39ac1",
};

static void
certs_read(STACK_OF(X509) * chain, const uint8_t *data, size_t size)
{
	while (size > 3 && sk_X509_num(chain) < CERTS_MAX) {
		size_t len =
		    (size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2];
		const uint8_t *at = data + 3;
		X509 *cert;

		if (len > size - 3)
			len = size - 3;
		cert = d2i_X509(NULL, &at, (long)len);
		if (cert != NULL && sk_X509_push(chain, cert) <= 0)
			abort();
		data += 3 + len;
		size -= 3 + len;
	}
}

static void
check_links(STACK_OF(X509) * chain, int n)
{
	for (int i = 0; i + 1 < n; i++)
		if (X509_verify(sk_X509_value(chain, i),
		        X509_get0_pubkey(sk_X509_value(chain, i + 1))) != 1)
			abort();
}

static void
check_result(STACK_OF(X509) * chain, const struct ondie *o)
{
	int n = sk_X509_num(chain);
	size_t rom = strnlen(o->rom, sizeof(o->rom));

	if (ondie_kind_name(o->kind) == NULL || o->why[0] == '\0' ||
	    (rom != 0 && rom != ONDIE_ROM - 1) ||
	    (o->kind == ONDIE_SELF_SIGNED && n != 1) ||
	    (o->kind == ONDIE_GENUINE && rom == 0))
		abort();
	for (size_t i = 0; o->why[i] != '\0'; i++)
		if (o->why[i] < 0x20 || o->why[i] > 0x7e)
			abort();
	if (rom != 0)
		check_links(chain, ROM_AT + 1);
	if (o->kind != ONDIE_GENUINE)
		return;
	check_links(chain, n);
	if (!ondie_root_issued(&made, sk_X509_value(chain, n - 1)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	struct ondie o;

	if (chain == NULL)
		return 0;
	certs_read(chain, data, size);
	ondie_check(chain, &o);
	check_result(chain, &o);
	if (o.kind == ONDIE_GENUINE)
		abort();
	ondie_check_roots(chain, &made, 1, &o);
	check_result(chain, &o);
	sk_X509_pop_free(chain, X509_free);
	return 0;
}
