#include "plan/derive.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

int
derive_password(char pw[PASSWORD_MADE + 1], const char *master,
    const char *what, const uint8_t uuid[UUID_LEN])
{
	char text[32 + UUID_TEXT], id[UUID_TEXT];
	uint8_t hash[PASSWORD_HASH];
	size_t len = 0;
	int n;

	uuid_format(id, uuid);
	n = snprintf(text, sizeof(text), "%s %s", what, id);
	if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, master,
	        strlen(master), (const unsigned char *)text, (size_t)n, hash,
	        sizeof(hash), &len) == NULL ||
	    len != sizeof(hash))
		return -1;
	password_from_hash(pw, hash);
	explicit_bzero(hash, sizeof(hash));
	return 0;
}
