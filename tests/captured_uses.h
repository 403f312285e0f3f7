#ifndef CAPTURED_USES_H
#define CAPTURED_USES_H

/*
 * captured_uses - which captured reply drives which reader, and what is read of
 * it.  The other instances of the machine are made up.
 *
 * A profile is "setting=value; setting/item=value"; $ROOT in it is the captured
 * root, $LEAF a certificate with the captured key.  Instances are
 * "CLASS|selector|properties", a line each.
 */

struct captured_use {
	const char *file, *as; /* "Get CLASS", "Pull CLASS", "Call METHOD" */
	const char *same;      /* a profile that is so already */
	const char *other;     /* one that is not; NULL: no such */
	const char *writes;    /* one that is set up */
	/* Of the last two: "kind setting.item=found", comma-joined; NULL of
	 * Enumerate: the context is what counts. */
	const char *found;
	const char *with;  /* what else the machine has; NULL: nothing */
	const char *then;  /* and once the method was called */
	const char *known; /* secrets that were accepted before */
};

#define P(name, value) "<g:" name ">" value "</g:" name ">"
#define REF(property, class, selector, name)                                     \
	"<g:" property "><b:Address>x</b:Address><b:ReferenceParameters>"        \
	"<c:ResourceURI>http://intel.com/wbem/wscim/1/amt-schema/1/" class       \
	    "</c:ResourceURI><c:SelectorSet><c:Selector Name=\"" selector        \
	    "\">" name                                                           \
	    "</c:Selector></c:SelectorSet></b:ReferenceParameters></g:" property \
	    ">"

/* --- instances ------------------------------------------------------------ */

#define CERT_ID(n) "Intel(r) AMT Certificate: Handle: " n
#define KEY_ID "Intel(r) AMT Key: Handle: 0"
#define SAP_ID "Intel(r) AMT:Management Presence Server 0"
#define EAP_ID "Intel(r) AMT:IEEE 802.1x Settings"
#define TLS_ID "Intel(r) AMT 802.3 TLS Settings"

#define RADIO                                                                  \
	"AMT_EthernetPortSettings|Settings 1|" P("InstanceID",                 \
	    "Intel(r) AMT Ethernet Port Settings 1")                           \
	    P("MACAddress", "a0-b1-c2-d3-e4-f5") "\n"
#define PORT(state) "CIM_WiFiPort|WiFi Port 0|" P("EnabledState", state) "\n"
#define CONSENT                                                                \
	"IPS_OptInService||" P("CanModifyOptInPolicy", "1")                    \
	    P("OptInRequired", "0") "\n"
#define REDIRECTION(state)                                                     \
	"AMT_RedirectionService||" P("EnabledState", state)                    \
	    P("ListenerEnabled", "true") "\n"
#define BY_USER(state)                                                         \
	"AMT_UserInitiatedConnectionService||" P("EnabledState", state) "\n"
#define SAP(ip)                                                                \
	"AMT_ManagementPresenceRemoteSAP|Server 0|" P("Name", SAP_ID)          \
	    P("AccessInfo", ip) P("InfoFormat", "3") P("Port", "4433")         \
	        P("CN", ip) "\n"
#define MPS_USER "AMT_MPSUsernamePassword|0|" P("RemoteID", "test") "\n"
#define RULE                                                                   \
	"AMT_RemoteAccessPolicyRule|Periodic|" P("PolicyRuleName", "Periodic") \
	    P("Trigger", "2") P("TunnelLifeTime", "0")                         \
	        P("ExtendedData", "AAAAAAAAABk=") "\n"
#define APPLIES(type)                                                          \
	"AMT_RemoteAccessPolicyAppliesToMPS||" REF("ManagedElement",           \
	    "AMT_ManagementPresenceRemoteSAP", "Name", SAP_ID)                 \
	    P("MpsType", type) REF("PolicySet", "AMT_RemoteAccessPolicyRule",  \
	        "PolicyRuleName", "Periodic") "\n"
#define TLS(on, more)                                                          \
	"AMT_TLSSettingData|" TLS_ID                                           \
	"|" P("AcceptNonSecureConnections", "false") P("Enabled", on)          \
	    P("InstanceID", TLS_ID) P("MutualAuthentication", "false") more    \
	    "\n"
#define CERT(n, root, base64)                                                  \
	"AMT_PublicKeyCertificate|Handle: " n "|" P("InstanceID", CERT_ID(n))  \
	    P("TrustedRootCertficate", root) P("X509Certificate", base64) "\n"
#define KEY                                                                    \
	"AMT_PublicPrivateKeyPair|Handle: 0|" P("InstanceID", KEY_ID)          \
	    P("DERKey", "$KEY") "\n"
#define DEPENDS                                                                \
	"CIM_ConcreteDependency||" REF("Antecedent",                           \
	    "AMT_PublicKeyCertificate", "InstanceID", CERT_ID("3"))            \
	    REF("Dependent", "AMT_PublicPrivateKeyPair", "InstanceID",         \
	        KEY_ID) "\n"
#define CONTEXT(n)                                                             \
	"AMT_TLSCredentialContext||" REF("ElementInContext",                   \
	    "AMT_PublicKeyCertificate", "InstanceID", CERT_ID(n)) "\n"
#define IN_EAP(class, n, of)                                                   \
	class "||" REF("ElementInContext", "AMT_PublicKeyCertificate",         \
	    "InstanceID", CERT_ID(n)) REF("ElementProvidingContext",           \
	    "CIM_IEEE8021xSettings", "InstanceID", of) "\n"
#define EAP(name)                                                              \
	"CIM_IEEE8021xSettings|" name "|" P("ElementName", name)               \
	    P("InstanceID", EAP_ID) P("AuthenticationProtocol", "2")           \
	        P("Username", "u") "\n"
#define WIFI(name, security)                                                   \
	"CIM_WiFiEndpointSettings|" name "|" P("ElementName", name)            \
	    P("InstanceID", "Intel(r) AMT:WiFi Endpoint Settings " name)       \
	        P("SSID", "net") P("AuthenticationMethod", security)           \
	            P("EncryptionMethod", "4") P("Priority", "1")              \
	                P("BSSType", "3") "\n"

/* --- profiles ------------------------------------------------------------- */

#define WIRED(s0)                                                              \
	"wired-802.1x=on; wired-802.1x-eap=peapv0-mschapv2; "                  \
	"wired-802.1x-user=u; wired-802.1x-password=Passw0rd!; "               \
	"wired-802.1x-pxe=7; wired-802.1x-s0=" s0
#define MPS(ip, port, user)                                                    \
	"mps-host/hq=" ip "; mps-port/hq=" port "; mps-cn/hq=" ip              \
	"; mps-user/hq=" user "; mps-password/hq=Secret-1"
#define POLICY(seconds, from)                                                  \
	MPS("10.0.0.1", "4433", "test")                                        \
	"; mps-policy-trigger/p=periodic; "                                    \
	"mps-policy-seconds/p=" seconds "; mps-policy-servers/p=hq; "          \
	"mps-policy-from/p=" from
#define WIFI_EAP(name, eap, user)                                              \
	"wifi-ssid/" name "=net; wifi-security/" name "=wpa2-802.1x; "         \
	"wifi-priority/" name "=1; wifi-eap/" name "=" eap "; wifi-user/" name \
	"=" user
#define WIFI_PSK(ssid)                                                         \
	"wifi-ssid/w=" ssid "; wifi-security/w=wpa2-psk; wifi-priority/w=1; "  \
	"wifi-psk/w=Passw0rd"
#define GENERAL(name, idle)                                                    \
	{                                                                      \
		.file = name, .as = "Get AMT_GeneralSettings",                 \
		.same = "ping=on; rmcp-ping=on; shared-fqdn=on; ddns=off; "    \
		        "ddns-by-dhcp=on; ddns-interval=1440; ddns-ttl=900; "  \
		        "idle-wake=" idle,                                     \
		.other = "ping=off; rmcp-ping=off; shared-fqdn=off; ddns=on; " \
		         "ddns-by-dhcp=off; ddns-interval=20; ddns-ttl=1; "    \
		         "idle-wake=7",                                        \
		.found = "differs ping=on, differs rmcp-ping=on, "         \
		         "differs shared-fqdn=on, differs ddns=off, "      \
		         "differs ddns-by-dhcp=on, "                         \
		         "differs ddns-interval=1440, differs ddns-ttl=900, "  \
		         "differs idle-wake=" idle ", "                        \
	}

#define G "go-wsman-messages/"

static const struct captured_use captured_uses[] = {
	GENERAL(G "amt/general/get.xml", "1"),
	GENERAL("mps/AMT_GeneralSettings.GetResponse.xml", "1"),
	GENERAL("rps/AMT_GeneralSettings.GetResponse.xml", "1"),
	GENERAL("rps/AMT_GeneralSettings.GetResponse.http", "65535"),
	GENERAL("rps/AMT_GeneralSettings.GetResponse-2.http", "65535"),
	GENERAL("rps/http.response200Good.http", "1"),
#include "captured_uses.def"
};
#define NUSES (sizeof(captured_uses) / sizeof(captured_uses[0]))

/* --- files that no reader of the table above gets ------------------------- */

#define BY_LEAF "test_captured_leaf: family_leaf"
#define BY_TALK "test_captured_talk: the conversation"
#define BY_NONE "nobody: "

/* A file, or those whose names begin so; the first that fits says why. */
static const struct captured_other {
	const char *name, *why;
} captured_others[] = {
	{ G "amt/publickey/management/addcertificate.xml", BY_LEAF },
	{ "rpc-go/AMT_PublicKeyManagementService.AddCertificate", BY_LEAF },
	{ G "amt/publickey/management/addkey.xml", BY_LEAF },
	{ "rpc-go/AMT_PublicKeyManagementService.AddKey", BY_LEAF },
	{ "rpc-go/AMT_PublicKeyManagementService.GenerateKeyPair", BY_LEAF },
	{ G "amt/publickey/management/generatepkcs10requestex.xml", BY_LEAF },
	{ G "amt/publicprivate/delete.xml", BY_LEAF },

	{ G "amt/authorization/setadminaclentryex.xml", BY_TALK },
	{ "rps/AMT_AuthorizationService.", BY_TALK },
	{ "wsman-messages/AMT_AuthorizationService.", BY_TALK },
	{ G "amt/setupandconfiguration/enumerate.xml",
	    BY_NONE "its one instance is read with Get" },
	{ G "amt/setupandconfiguration/", BY_TALK },
	{ "mps/AMT_SetupAndConfigurationService.", BY_TALK },
	{ "rpc-go/AMT_SetupAndConfigurationService.", BY_TALK },
	{ "rps/AMT_SetupAndConfigurationService.", BY_TALK },
	{ G "amt/timesynchronization/getlowaccuracytimesynch.xml", BY_TALK },
	{ "rpc-go/AMT_TimeSynchronizationService.", BY_TALK },
	{ G "cim/software/identity/", BY_TALK },
	{ G "cim/computer/systempackage/get.xml", BY_TALK },
	{ "mps/CIM_ComputerSystemPackage.", BY_TALK },
	{ G "ips/hostbasedsetup/get.xml", BY_TALK },

	{ "malformed/", BY_NONE "test_wsman: no well-formed XML" },
	{ "rps/http.response40", BY_NONE "test_wsman: the web server's page" },
	{ G "amt/authorization/getadmin", BY_NONE "no call of ours" },
	{ G "amt/authorization/", BY_NONE "only its methods are called" },
	{ G "amt/kerberos/getcredentialcachestate.xml",
	    BY_NONE "no call of ours" },
	{ G "amt/publickey/management/delete.xml",
	    BY_NONE "nothing of this class is deleted" },
	{ G "amt/publickey/management/",
	    BY_NONE "only its methods are called" },
	{ G "amt/remoteaccess/service/",
	    BY_NONE "only its methods are called" },
	{ G "amt/timesynchronization/", BY_NONE "only its methods are called" },
	{ G "amt/mps/put.xml", BY_NONE "a server is added anew instead" },
	{ G "amt/tls/protocolendpointcollection/",
	    BY_NONE "it is only referred to" },
	{ G "cim/wifi/endpoint/", BY_NONE "it is only referred to" },
	{ G "amt/remoteaccess/capabilities/", BY_NONE "no class of ours" },
	{ G "amt/cryptographiccapabilities/", BY_NONE "no class of ours" },
	{ G "amt/boot/settingdata/", BY_NONE "no class of ours" },
	{ "mps/AMT_BootSettingData.", BY_NONE "no class of ours" },
	{ "mps/CIM_ServiceAvailableToElement.", BY_NONE "no class of ours" },
	{ G "cim/associatedpower/", BY_NONE "no class of ours" },
	{ G "cim/boot/", BY_NONE "no class of ours" },
	{ G "cim/power/", BY_NONE "no class of ours" },
	{ G "cim/ethernetport/", BY_NONE "no class of ours" },
	{ G "cim/redirectionservice/", BY_NONE "no class of ours" },
	{ G "cim/service/", BY_NONE "no class of ours" },
	{ G "ips/hostipsettings/", BY_NONE "no class of ours" },
	{ G "ips/http/", BY_NONE "no class of ours" },
	{ G "ips/ipv6portsettings/", BY_NONE "no class of ours" },
	{ G "ips/power/", BY_NONE "no class of ours" },
	{ G "ips/provisioningrecordlog/", BY_NONE "no class of ours" },
	{ G "ips/hostbasedsetup/", BY_NONE "a program on the host calls it" },
	{ "rps/IPS_HostBasedSetupService.",
	    BY_NONE "a program on the host calls it" },
	{ G "ips/optin/canceloptin.xml", BY_NONE "no call of ours" },
	{ G "ips/optin/sendoptincode.xml", BY_NONE "no call of ours" },
	{ G "ips/optin/startoptin.xml", BY_NONE "no call of ours" },
	/* The rest of these folders drives a reader. */
	{ "*/enumerate.xml", BY_NONE "its one instance is read with Get" },
};
#define NOTHERS (sizeof(captured_others) / sizeof(captured_others[0]))

#endif
