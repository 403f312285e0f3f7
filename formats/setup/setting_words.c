/*
 * Source of the numbers: Intel AMT WS-Management class definitions, ValueMaps
 * of the properties and parameters named below.
 */
#include "setup/setting_words.h"

#include "setup/settings.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#define END                                                                    \
	{                                                                      \
		NULL, NULL                                                     \
	}

/* RequestStateChange, RequestedState */
const struct setting_choice setting_states[] = { { "off", "3" }, { "on", "2" },
	END };
const struct setting_choice setting_booleans[] = { { "off", "false" },
	{ "on", "true" }, END };

/* AuthenticationProtocol of CIM_IEEE8021xSettings and its kin */
const struct setting_choice setting_eaps[] = { { "eap-tls", "0" },
	{ "eap-ttls-mschapv2", "1" }, { "peapv0-mschapv2", "2" },
	{ "peapv1-gtc", "3" }, { "eap-fast-mschapv2", "4" },
	{ "eap-fast-gtc", "5" }, { "eap-fast-tls", "10" }, END };
/* ServerCertificateNameComparison as AMT_8021XProfile counts it; the other
 * classes begin with 1. */
const struct setting_choice setting_server_matches[] = { { "name", "0" },
	{ "suffix", "1" }, END };

/* CIM_WiFiPort.RequestStateChange: also asleep with "on" */
const struct setting_choice setting_wifi_links[] = { { "off", "3" },
	{ "awake", "32768" }, { "on", "32769" }, END };
/* CIM_WiFiEndpointSettings: AuthenticationMethod, EncryptionMethod */
const struct setting_choice setting_wifi_securities[] = { { "wpa-psk", "4" },
	{ "wpa-802.1x", "5" }, { "wpa2-psk", "6" }, { "wpa2-802.1x", "7" },
	END };
const struct setting_choice setting_wifi_encryptions[] = { { "tkip", "3" },
	{ "ccmp", "4" }, END };
/* localProfileSynchronizationEnabled */
const struct setting_choice setting_wifi_syncs[] = { { "off", "0" },
	{ "user", "1" }, { "on", "3" }, END };

/* AddRemoteAccessPolicyRule, Trigger */
const struct setting_choice setting_triggers[] = { { "user", "0" },
	{ "alert", "1" }, { "periodic", "2" }, END };
/* AMT_RemoteAccessPolicyAppliesToMPS.MpsType */
const struct setting_choice setting_mps_types[] = { { "outside", "0" },
	{ "inside", "1" }, { "anywhere", "2" }, END };
/* AMT_UserInitiatedConnectionService.RequestStateChange */
const struct setting_choice setting_user_interfaces[] = { { "off", "32768" },
	{ "bios", "32769" }, { "os", "32770" }, { "both", "32771" }, END };

/* AMT_AuditPolicyRule.SetAuditPolicy, AuditedAppID */
const struct setting_choice setting_audit_parts[] = { { "security", "16" },
	{ "remote-control", "17" }, { "redirection", "18" },
	{ "firmware-update", "19" }, { "audit-log", "20" },
	{ "network-time", "21" }, { "network", "22" }, { "storage", "23" },
	{ "events", "24" }, { "system-defense", "25" },
	{ "agent-presence", "26" }, { "wireless", "27" },
	{ "endpoint-access", "28" }, { "kvm", "29" }, { "consent", "30" },
	{ "screen-blanking", "32" }, { "watchdog", "33" }, END };
/* AMT_AuditLog.StoragePolicy */
const struct setting_choice setting_audit_storages[] = { { "stop", "0" },
	{ "roll-over", "1" }, { "restricted", "2" }, END };

/* Who issues the machine's certificate; off, server:
 * AMT_TLSSettingData.Enabled, and mutual is family_mutual's
 */
const struct setting_choice setting_signers[] = { { "local", "" },
	{ "signer", "" }, { "device", "" }, END };
const struct setting_choice setting_tls[] = { { "off", "false" },
	{ "server", "true" }, { "mutual", "" }, END };
/* How family_mutual comes back from a certificate that is refused */
const struct setting_choice setting_tls_fallbacks[] = { { "none", "" },
	{ "plain", "" }, END };

static bool
has_root(const struct settings *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i].setting, "trusted-root-certificate") == 0)
			return true;
	return false;
}

int
setting_fits_tls(const struct settings *s, const char *item, struct fault *f)
{
	const char *tls = settings_value(s, "tls");

	(void)item;
	if (tls == NULL || strcmp(tls, "off") == 0)
		return 0;
	if (settings_value(s, "certificate") == NULL)
		return fault_set(f, 0,
		    strcmp(tls, "mutual") == 0
		        ? "<tls> is mutual without a <certificate>"
		        : "<tls> is server without a <certificate>");
	if (strcmp(tls, "mutual") == 0 && !has_root(s))
		return fault_set(f, 0,
		    "<tls> is mutual without a <trusted-root>, which the "
		    "console's certificate must end in");
	return 0;
}

/* What means something with mutual TLS alone. */
static int
fits_mutual(const struct settings *s, const char *name, struct fault *f)
{
	if (settings_ask(s, "tls", "mutual"))
		return 0;
	return fault_set(f, 0, "<%s> without a <tls> that is mutual", name);
}

int
setting_fits_tls_names(const struct settings *s, const char *item,
    struct fault *f)
{
	(void)item;
	return fits_mutual(s, "tls-names", f);
}

int
setting_fits_tls_fallback(const struct settings *s, const char *item,
    struct fault *f)
{
	(void)item;
	return fits_mutual(s, "tls-fallback", f);
}

X509 *
setting_certificate_decode(const char *value)
{
	unsigned char der[SETTING_LONG_MAX];
	const unsigned char *at = der;
	size_t len = strlen(value),
	       pad = strspn(value + strcspn(value, "="), "=");
	X509 *cert = NULL;
	int n = -1;

	if (len <= SETTING_LONG_MAX)
		n = EVP_DecodeBlock(der, (const unsigned char *)value,
		    (int)len);
	if (n > (int)pad)
		cert = d2i_X509(NULL, &at, n - (int)pad);
	if (cert != NULL && at == der + n - pad)
		return cert;
	X509_free(cert);
	return NULL;
}

int
setting_certificate(const struct setting *row, const char *value,
    struct fault *f)
{
	X509 *cert = setting_certificate_decode(value);

	X509_free(cert);
	if (cert != NULL)
		return 0;
	return fault_set(f, 0,
	    "%s: expected one certificate, in PEM or DER as base64", row->name);
}
