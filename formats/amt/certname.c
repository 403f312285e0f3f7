#include "amt/certname.h"

#include <stdio.h>
#include <string.h>

void
certname_for(char name[DOMAIN_TEXT], const char *domain)
{
	int n = snprintf(name, DOMAIN_TEXT, "%s.%s", CERTNAME_HOST, domain);

	if (n < DOMAIN_TEXT &&
	    suffix_match(name, domain, SUFFIX_TABLE) != SUFFIX_NONE)
		return;
	(void)snprintf(name, DOMAIN_TEXT, "%s", domain);
}

void
certname_suffix(char suffix[DOMAIN_TEXT], const char *name, bool old)
{
	const char *dot = strchr(name, '.');
	const char *domain = dot != NULL ? dot + 1 : name;
	bool is_taken = suffix_match(name, domain, SUFFIX_TABLE) != SUFFIX_NONE;

	if (old)
		is_taken = is_taken &&
		    suffix_match(name, domain, SUFFIX_EQUAL) != SUFFIX_NONE &&
		    suffix_match(name, domain, SUFFIX_COM_NET) != SUFFIX_NONE;
	(void)snprintf(suffix, DOMAIN_TEXT, "%s", is_taken ? domain : name);
}

bool
certname_is_private(const char *domain)
{
	static const char *const ends[] = { "corp", "example", "home",
		"home.arpa", "internal", "intranet", "invalid", "lan", "local",
		"localdomain", "localhost", "mail", "private", "test" };
	size_t len = strlen(domain);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);

		if (len >= n && strcmp(domain + (len - n), ends[i]) == 0 &&
		    (len == n || domain[len - n - 1] == '.'))
			return true;
	}
	return false;
}
