/*
 * A sealed bundle from raw bytes.  All that the key below ever signed is one
 * list (the corpus has it, signed and encrypted in every way that we take):
 * whatever else comes out as signed is a forgery.
 */
#include "keys/cms.h"

#include <stdlib.h>
#include <string.h>

/* Made for this test; it opens nothing else.  P-256, valid until 2126. */
static const char key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdCzXCaoD9X+jLQsy\n"
    "ACJRJEwZu1pPdFLqGBZw2Tk33kahRANCAAStDXCt31cLXMTdGq2JGK208kfMMcG9\n"
    "vqIJLgpMx+iMntyD1WGVu0SY2E+t3R967ofIxVa/WZmZZAqvPSQPkZqX\n"
    "-----END PRIVATE KEY-----\n";
static const char cert[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdjCCARugAwIBAgIUGqSPPtaX8zEqbYRoiXrXIYg/jz0wCgYIKoZIzj0EAwIw\n"
    "DzENMAsGA1UEAwwEZnV6ejAgFw0yNjExMjIxNzMzMDlaGA8yMTI2MTAyOTE3MzMw\n"
    "OVowDzENMAsGA1UEAwwEZnV6ejBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABK0N\n"
    "cK3fVwtcxN0arYkYrbTyR8wxwb2+ogkuCkzH6Iye3IPVYZW7RJjYT63dH3ruh8jF\n"
    "Vr9ZmZlkCq89JA+RmpejUzBRMB0GA1UdDgQWBBQOpocI0ieOf7Pk1INGJaf7DypF\n"
    "uzAfBgNVHSMEGDAWgBQOpocI0ieOf7Pk1INGJaf7DypFuzAPBgNVHRMBAf8EBTAD\n"
    "AQH/MAoGCCqGSM49BAMCA0kAMEYCIQD8KT8JolNBjfqG7ZHGJ+pyf3509SWSSqwI\n"
    "6GFg5YrhxwIhAIHEOSReWYWXoUkcEt1xhWPaaFBi7etAjClxCvfRcifl\n"
    "-----END CERTIFICATE-----\n";
static const char list[] = "pid,pps\n";
static const char mailed[] = "pid,pps\r\n"; /* as S/MIME ends its lines */
static const int64_t now = 1800000000;      /* 2027-01-15 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_list(const uint8_t *content, size_t len)
{
	return (len == strlen(list) && memcmp(content, list, len) == 0) ||
	    (len == strlen(mailed) && memcmp(content, mailed, len) == 0);
}

static void
open_one(struct cms *c, const uint8_t *data, size_t size)
{
	struct cms_report r = { 0 };
	struct fault f = { 0 };
	uint8_t *content = NULL;
	size_t len = 0;

	if (cms_open(c, &content, &len, data, size, &r, &f) == -1) {
		if (content != NULL || f.why[0] == '\0')
			abort();
		return;
	}
	if (content == NULL || content[len] != '\0')
		abort();
	if (r.nsigned + r.nencrypted > CMS_LAYERS_MAX)
		abort();
	if (r.nsigned > 0 && !is_list(content, len))
		abort();
	free(content);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cms *c = cms_new(now, false);
	struct fault f = { 0 };

	if (c == NULL || cms_trust(c, cert, strlen(cert), &f) != 1 ||
	    cms_key(c, key, strlen(key), cert, strlen(cert), NULL, NULL, &f) ==
	        -1)
		abort();
	(void)cms_is_sealed(data, size);
	open_one(c, data, size);
	cms_free(c);
	return 0;
}
