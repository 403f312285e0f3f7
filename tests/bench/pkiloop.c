/*
 * pkiloop - mutual TLS with libcurl alone: what bench measures a sweep of
 * machines that are set up with certificates against.  Connects to machine
 * after machine, shows each the chain and asks it so often for its state; at
 * the end all connections are closed, with hold not before.
 *
 *	pkiloop addresses port chain.pem key.pem requests [hold]
 */
#include <curl/curl.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_MAX 10000

static const char body[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope "
    "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
    "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
    "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><s:Header>"
    "<a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/Get</a:Action>"
    "<a:To>/wsman</a:To><w:ResourceURI>http://intel.com/wbem/wscim/1/"
    "amt-schema/1/AMT_SetupAndConfigurationService</w:ResourceURI>"
    "<a:MessageID>1</a:MessageID><a:ReplyTo><a:Address>http://schemas."
    "xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
    "</s:Header><s:Body></s:Body></s:Envelope>";

static size_t
drop(char *data, size_t one, size_t len, void *arg)
{
	(void)data;
	(void)one;
	(void)arg;
	return len;
}

static CURL *
connection_new(const char *address, char *argv[], struct curl_slist *headers)
{
	CURL *e = curl_easy_init();
	char url[128];

	(void)snprintf(url, sizeof(url), "https://%s:%s/wsman", address,
	    argv[2]);
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_SSLCERT, argv[3]);
	curl_easy_setopt(e, CURLOPT_SSLKEY, argv[4]);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(e, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(e, CURLOPT_SSLVERSION,
	    (long)(CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2));
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, drop);
	return e;
}

int
main(int argc, char *argv[])
{
	static CURL *held[CONNECTIONS_MAX];
	struct curl_slist *headers = curl_slist_append(NULL,
	    "Content-Type: application/soap+xml;charset=UTF-8");
	char address[64];
	size_t n = 0;
	FILE *in = argc >= 6 ? fopen(argv[1], "r") : NULL;

	if (in == NULL)
		errx(64,
		    "usage: pkiloop addresses port chain key requests "
		    "[hold]");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	while (n < CONNECTIONS_MAX && fscanf(in, "%63s", address) == 1) {
		CURL *e = connection_new(address, argv, headers);

		for (int i = atoi(argv[5]); i > 0; i--)
			if (curl_easy_perform(e) != CURLE_OK)
				errx(1, "%s: no answer", address);
		if (argc == 6)
			curl_easy_cleanup(e);
		else
			held[n++] = e;
	}
	while (n > 0)
		curl_easy_cleanup(held[--n]);
	curl_slist_free_all(headers);
	fclose(in);
	return 0;
}
