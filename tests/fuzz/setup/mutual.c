/*
 * mutual: the same about mutual TLS: the machine has TLS and, unless the input
 * says otherwise, the root of the console's certificate; its handshakes go as
 * the input says.
 *
 * Whatever it answers, mutual TLS is never turned on before the machine has
 * shown that root: nobody would get in again.
 */
#include "setup/chains.h"

#include "families.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char root[FUZZ_BASE64 + 256];
static bool shown;    /* the root, or that mutual TLS is on */
static bool rootless; /* neither the machine nor the profile has it */

static bool
wants(const struct setting *row)
{
	return strncmp(row->name, "tls", 3) == 0 ||
	    (!rootless && strncmp(row->name, "trusted-root", 12) == 0);
}

static const char *
wish(const struct setting *row)
{
	return strcmp(row->name, "tls") == 0 ? "mutual" : NULL;
}

static const char *
properties(const char *class)
{
	if (strcmp(class, "AMT_PublicKeyCertificate") == 0)
		return rootless ? NULL : root;
	if (strcmp(class, "AMT_GeneralSettings") == 0)
		return "<g:DomainName>example.com</g:DomainName>"
		       "<g:HostName>pc-0001</g:HostName>";
	if (strcmp(class, "AMT_TLSSettingData") != 0)
		return NULL;
	return "<g:AcceptNonSecureConnections>false"
	       "</g:AcceptNonSecureConnections><g:ElementName>x</g:ElementName>"
	       "<g:Enabled>true</g:Enabled><g:InstanceID>Intel(r) AMT 802.3 TLS "
	       "Settings</g:InstanceID><g:MutualAuthentication>false"
	       "</g:MutualAuthentication>";
}

/* A property that says so, of any prefix. */
static bool
is_on(const char *text, size_t len)
{
	static const char end[] = ":MutualAuthentication>", on[] = "true</r";
	const size_t before = sizeof(on) - 1;
	const char *from = text, *at;

	while ((at = memmem(from, len - (size_t)(from - text), end,
	            sizeof(end) - 1)) != NULL) {
		if ((size_t)(at - text) >= before &&
		    memcmp(at - before, on, before - 1) == 0)
			return true;
		from = at + 1;
	}
	return false;
}

static void
replied(const struct setup_ask *ask, struct setup_reply *r, struct cursor *c)
{
	uint8_t how = cursor_left(c) == 0 ? 0 : cursor_u8(c);

	if (is_on(ask->body, strlen(ask->body)) && !shown)
		abort();
	if (ask->route == SETUP_TLS_OWN)
		r->console_shown = how < 200;
	if (ask->route == SETUP_TLS_OWN && how >= 220)
		r->outcome =
		    how < 240 ? SETUP_CONSOLE_REFUSED : SETUP_CONSOLE_WANTED;
	if (r->outcome == SETUP_ANSWERED && r->body != NULL)
		shown |= is_on(r->body, r->len) ||
		    memmem(r->body, r->len, certs.root, strlen(certs.root)) !=
		        NULL;
}

/* Its root is the CA's. */
static const struct setup_chain *
console_make(void)
{
	static struct setup_chain chain;
	const struct certmake_life life = { .from = FUZZ_NOW - 3600,
		.until = FUZZ_NOW + INT64_C(365) * 86400,
		.serial = { 9 } };
	struct fault f;
	X509 *list[2];

	certs_begin();
	list[1] = certs.ca;
	list[0] = certmake_console(certs.key, "sweep.example.com", certs.ca,
	    certs.ca_key, &life, &f);
	certs_must(list[0] != NULL &&
	    setup_chain_make(&chain, list, 2, certs.key, &f) == 0);
	X509_free(list[0]);
	(void)snprintf(root, sizeof(root),
	    "<g:InstanceID>Intel(r) AMT Certificate: Handle: 1</g:InstanceID>"
	    "<g:TrustedRootCertficate>true</g:TrustedRootCertficate>"
	    "<g:X509Certificate>%s</g:X509Certificate>",
	    certs.root);
	return &chain;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (target.console == NULL)
		target.console = console_make();
	target.wish = wish;
	target.properties = properties;
	target.replied = replied;
	shown = false;
	rootless = size > 2 && data[2] >= 128;
	return fuzz_families(data, size, wants);
}
