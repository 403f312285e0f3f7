/* Control mode and provisioning record, which are there from 6.2 on. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "peer/pki.h"
#include "peer/service.h"

#define HOST_SETUP "Intel(r) AMT Host Based Setup Service"
#define RECORD "Intel(r) AMT: TLS Provisioning Record 1"
#define RECORD_LOG "Intel(r) AMT: RecordLog 1"

static void
host_setup_put(FILE *out, char p, const struct machine *m, unsigned i)
{
	const char mode[] = { (char)('0' + m->control_mode), '\0' };

	(void)i;
	soap_element(out, p, "AllowedControlModes", "2");
	soap_element(out, p, "AllowedControlModes", "1");
	soap_element(out, p, "CertChainStatus", "0");
	soap_element(out, p, "CreationClassName", "IPS_HostBasedSetupService");
	soap_element(out, p, "CurrentControlMode", mode);
	soap_element(out, p, "ElementName", HOST_SETUP);
	soap_element(out, p, "Name", HOST_SETUP);
	soap_element(out, p, "SystemCreationClassName", "CIM_ComputerSystem");
	soap_element(out, p, "SystemName", "Intel(r) AMT");
}

static void
log_put(FILE *out, char p, const struct machine *m, unsigned i)
{
	(void)i;
	soap_element(out, p, "CurrentNumberOfRecords",
	    m->record.hash[0] != '\0' ? "1" : "0");
	soap_element(out, p, "ElementName", RECORD_LOG);
	soap_element(out, p, "InstanceID", RECORD_LOG);
	soap_element(out, p, "MaxNumberOfRecords", "1");
}

static void
put_hash(FILE *out, char p, const char *hex)
{
	uint8_t raw[48];
	char text[72] = "";
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n && i < sizeof(raw); i++) {
		unsigned byte = 0;

		sscanf(hex + 2 * i, "%2x", &byte);
		raw[i] = (uint8_t)byte;
	}
	EVP_EncodeBlock((unsigned char *)text, raw, (int)n);
	soap_element(out, p, "SelectedHashData", text);
}

static void
record_put(FILE *out, char p, const struct machine *m, unsigned i)
{
	const struct pki_seen *r = &m->record;
	char type[] = { (char)('0' + r->hash_type), '\0' };
	char created[40] = "";
	time_t at = (time_t)m->record_time;
	struct tm tm;

	(void)i;
	gmtime_r(&at, &tm);
	strftime(created, sizeof(created), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(out,
	    "<%c:CreationTimeStamp><b:Datetime xmlns:b=\"" NS_COMMON
	    "\">%s</b:Datetime></%c:CreationTimeStamp>",
	    p, created, p);
	soap_element(out, p, "ElementName", RECORD);
	soap_element(out, p, "InstanceID", RECORD);
	soap_element(out, p, "IsTimeValid", r->time_valid ? "true" : "false");
	soap_element(out, p, "ProvServerFQDN", r->cn);
	soap_element(out, p, "SecureDNS", r->secure_dns ? "true" : "false");
	put_hash(out, p, r->hash);
	soap_element(out, p, "SelectedHashType", type);
}

static const struct class host_setup = { "IPS_HostBasedSetupService", URI_IPS,
	(const struct key[]){ { "Name", HOST_SETUP },
	    { "CreationClassName", "IPS_HostBasedSetupService" },
	    { "SystemCreationClassName", "CIM_ComputerSystem" },
	    { "SystemName", "Intel(r) AMT" }, { NULL, NULL } },
	1, NULL, host_setup_put, NULL, NULL, .properties = NULL },
                          record_log = { "IPS_ProvisioningRecordLog", URI_IPS,
	                          (const struct key[]){
	                              { "InstanceID", RECORD_LOG },
	                              { NULL, NULL } },
	                          1, NULL, log_put, NULL, NULL,
	                          .properties = NULL },
                          record = { "IPS_TLSProvisioningRecord", URI_IPS,
	                          (const struct key[]){
	                              { "InstanceID", RECORD },
	                              { NULL, NULL } },
	                          1, NULL, record_put, NULL, NULL,
	                          .properties = NULL },
                          no_record = { "IPS_TLSProvisioningRecord", URI_IPS,
	                          NULL, 0, NULL, NULL, NULL, NULL,
	                          .properties = NULL };

const struct class *
record_class(const struct machine *m, const char *name)
{
	if (machine_release(m) < 602)
		return NULL;
	if (strcmp(name, host_setup.name) == 0)
		return &host_setup;
	if (!m->faults.pki)
		return NULL;
	if (strcmp(name, record_log.name) == 0)
		return &record_log;
	if (strcmp(name, record.name) == 0)
		return m->record.hash[0] != '\0' ? &record : &no_record;
	return NULL;
}
