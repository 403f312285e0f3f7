# The simulated fleet: WiFi profiles, and 802.1X of the wired port.

# shellcheck disable=SC2034,SC2154 # client.bash and store.bash read what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"
load "$AMT_TEST_ROOT/tests/peer/store.bash"

wifi=AMT_WiFiPortConfigurationService
profile=CIM_WiFiEndpointSettings
port=CIM_WiFiPort
old=AMT_8021XProfile
new=IPS_IEEE8021xSettings
ips=http://intel.com/wbem/wscim/1/ips-schema/1

# start [FAULT]: one machine of $firmware
start() {
	firmware=${firmware:-16.0.15.1620}
	fleet "${1-}" >fleet.tsv
	peer --plain-setup
}

# instance PARAMETER CLASS [NAME VALUE]...: an embedded instance
instance() {
	printf '<r:%s xmlns:q="%s/%s">' "$1" $cim "$2"
	local param=$1
	shift 2
	while [ $# -gt 0 ]; do
		printf '<q:%s>%s</q:%s>' "$1" "$2" "$1"
		shift 2
	done
	printf '</r:%s>' "$param"
}

# settings_of NAME PRIORITY [METHOD [ENCRYPTION [EXTRA NAME VALUE]]]
settings_of() {
	local name=$1 priority=$2 method=${3:-6} encryption=${4:-4}
	shift 2
	shift $(($# < 2 ? $# : 2))
	instance WiFiEndpointSettingsInput $profile ElementName "$name" \
		InstanceID "Intel(r) AMT:WiFi Endpoint Settings $name" AuthenticationMethod "$method" \
		EncryptionMethod "$encryption" SSID "net &lt;$name&gt;" Priority "$priority" "$@"
}

# add_profile NAME PRIORITY [...]: with a passphrase unless more is said; its ReturnValue
add_profile() {
	[ $# -gt 2 ] || set -- "$@" 6 4 PSKPassPhrase 'p&lt;ss&amp; "phrase"'
	answer $wifi AddWiFiSettings "<r:WiFiEndpoint>$(reference $cim/CIM_WiFiEndpoint Name 'WiFi Endpoint 0')</r:WiFiEndpoint>$(settings_of "$@")${more-}"
}

# update_profile NAME PRIORITY [...]
update_profile() {
	answer $wifi UpdateWiFiSettings "<r:WiFiEndpointSettings>$(reference $cim/$profile InstanceID "Intel(r) AMT:WiFi Endpoint Settings ${of:-$1}")</r:WiFiEndpointSettings>$(settings_of "$@")${more-}"
}

# client_certificate: a root at handle $root and a certificate with its key at $leaf
client_certificate() {
	authority radius
	add AddTrustedRootCertificate radius.pem >/dev/null
	root=$(handle)
	rsa_key client
	add AddKey client.pkcs1 >/dev/null
	certify client-leaf radius /CN=pc-1 <(openssl pkey -in client.key -pubout)
	add AddCertificate client-leaf.pem >/dev/null
	leaf=$(handle)
}

@test "WiFi and 802.1X are read and answered in the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	captured=$AMT_VECTORS/wsman/responses/go-wsman-messages
	start wlan=0
	base=$cim get $port | post >/dev/null
	same_form "$captured/cim/wifi/port/get.xml"
	get $wifi | post >/dev/null
	same_form "$captured/amt/wifiportconfiguration/get.xml"
	get $old | post >/dev/null
	same_form "$captured/amt/ieee8021x/profile/get.xml"
	base=$ips get $new | post >/dev/null
	same_form "$captured/ips/ieee8021x/settings/get.xml"
	# without a radio it has no more than a name
	[[ "$(base=$cim items CIM_WiFiEndpointCapabilities)" == *'<h:CIM_WiFiEndpointCapabilities><h:ElementName>CIM_WiFiEndpointCapabilities</h:ElementName></h:CIM_WiFiEndpointCapabilities>'* ]]
	[ "$(add_profile office 1)" = 2 ]
	echo "# vectors: 4" >&3
}

@test "WiFi profiles are added, read, updated and deleted" {
	start wlan
	call() { envelope "${base:-$amt}" "$1" "${base:-$amt}/$1/$2" "<r:$2_INPUT xmlns:r=\"${base:-$amt}/$1\">${3:-}</r:$2_INPUT>"; }
	[ "$(base=$cim answer $port RequestStateChange '<r:RequestedState>32769</r:RequestedState>')" = 0 ]
	[ "$(base=$cim answer $port RequestStateChange '<r:RequestedState>2</r:RequestedState>')" = 5 ]
	[ "$(base=$cim all $port EnabledState)" = 32769 ]
	[ "$(add_profile office 1)" = 0 ]
	[ "$(add_profile stock 2 6 4 PSKPassPhrase 12345678)" = 0 ]
	base=$cim
	[ "$(all $profile InstanceID)" = 'Intel(r) AMT:WiFi Endpoint Settings office
Intel(r) AMT:WiFi Endpoint Settings stock' ]
	[ "$(all $profile SSID | head -1)" = 'net &lt;office&gt;' ]
	[ "$(items $profile | tr -d '\n' | grep -o '<h:CIM_WiFiEndpointSettings>.*office</h:InstanceID>' | sed 's/>[^<]*</></g')" = '<h:CIM_WiFiEndpointSettings><h:AuthenticationMethod></h:AuthenticationMethod><h:BSSType></h:BSSType><h:ElementName></h:ElementName><h:EncryptionMethod></h:EncryptionMethod><h:InstanceID></h:InstanceID>' ]
	run ! grep -q 'PSK\|phrase' <(items $profile)
	base=$amt
	# the key may stay; the name may not change, nor may another one's priority be taken
	[ "$(update_profile office 7 6 4)" = 0 ]
	[ "$(base=$cim all $profile Priority | tr '\n' ' ')" = '7 2 ' ]
	[ "$(of=office update_profile other 7 6 4 PSKPassPhrase 12345678)" = 3 ]
	[ "$(update_profile office 2 6 4)" = 3 ]
	[ "$(update_profile absent 3 6 4)" = 4 ]
	[ "$(add_profile office 9)" = 3 ]
	[ "$(add_profile third 7)" = 3 ]
	[ "$(add_profile third 3 6 4)" = 3 ]
	[ "$(add_profile third 3 6 4 PSKPassPhrase short)" = 3 ]
	[ "$(add_profile third 3 2 5)" = 1 ]
	[ "$(add_profile third 3 4 3 PSKPassPhrase 12345678)" = 1 ]
	[ "$(add_profile third 3 7 4)" = 3 ]
	put $wifi 's|<g:localProfileSynchronizationEnabled>0|<g:localProfileSynchronizationEnabled>3|' >/dev/null
	[ "$(value localProfileSynchronizationEnabled)" = 3 ]
	put $wifi 's|<g:localProfileSynchronizationEnabled>3|<g:localProfileSynchronizationEnabled>2|' | grep -q InvalidRepresentation
	base=$cim delete $profile InstanceID 'Intel(r) AMT:WiFi Endpoint Settings office' >/dev/null
	[ "$(base=$cim all $profile ElementName)" = stock ]
	events write | grep -x "$wifi.AddWiFiSettings 0"
	events wifi-deleted | grep -x office
}

@test "profiles of users have no InstanceID, the one in use stays, sixteen fit" {
	start wlan,wifi-user=2,wifi-active=office
	[ "$(base=$cim all $profile ElementName | tr '\n' ' ')" = 'home 0 home 1 ' ]
	[ -z "$(base=$cim all $profile InstanceID)" ]
	[ "$(base=$cim all $profile Priority | tr '\n' ' ')" = '0 0 ' ]
	[ "$(add_profile office 1)" = 0 ]
	base=$cim delete $profile InstanceID 'Intel(r) AMT:WiFi Endpoint Settings office' | grep -q AccessDenied
	[ "$(update_profile office 20 6 4)" = 0 ]
	for n in {1..13}; do [ "$(add_profile "p$n" "$n")" = 0 ]; done
	[ "$(add_profile p14 14)" = 2 ]
	[ "$(events store-full)" = 'WiFi profile' ]
	[ "$(answer $wifi DeleteAllITProfiles)" = 0 ]
	[ "$(base=$cim all $profile ElementName | tr '\n' ' ')" = 'home 0 home 1 office ' ]
	[ "$(answer $wifi DeleteAllUserProfiles)" = 0 ]
	[ "$(base=$cim all $profile ElementName)" = office ]
}

@test "a WiFi profile with 802.1X binds its certificates" {
	start wlan
	client_certificate
	more="$(instance IEEE8021xSettingsInput CIM_IEEE8021xSettings ElementName office InstanceID 8021x-office AuthenticationProtocol 0 Username pc-1)"
	# the protocol needs a certificate, and the root is none with a key
	[ "$(add_profile office 1 7 4)" = 3 ]
	credentials="<r:ClientCredential>$(certificate_at "$leaf")</r:ClientCredential><r:CACredential>$(certificate_at "$root")</r:CACredential>"
	[ "$(more="$more<r:ClientCredential>$(certificate_at "$root")</r:ClientCredential>" add_profile office 1 7 4)" = 4 ]
	[ "$(base=$cim all $profile ElementName)" = '' ]
	more+=$credentials
	[ "$(add_profile office 1 7 4)" = 0 ]
	[ "$(base=$cim all CIM_IEEE8021xSettings InstanceID)" = 'Intel(r) AMT:IEEE 802.1x Settings office' ]
	[ "$(base=$cim all CIM_IEEE8021xSettings Username)" = pc-1 ]
	base=$cim items CIM_CredentialContext | tr -d '\n' >bound
	grep -q "Certificate: Handle: $leaf<.*802.1x Settings office<.*Certificate: Handle: $root<" bound
	for n in $leaf $root; do
		delete $certificate InstanceID "Intel(r) AMT Certificate: Handle: $n" | grep -q AccessDenied
	done
	base=$cim delete $profile InstanceID 'Intel(r) AMT:WiFi Endpoint Settings office' >/dev/null
	[ -z "$(base=$cim items CIM_CredentialContext)$(base=$cim items CIM_IEEE8021xSettings)" ]
	delete $certificate InstanceID "Intel(r) AMT Certificate: Handle: $leaf" >/dev/null
	# that of the factory stays as well
	[ "$(all $certificate InstanceID | sed 's/.*: //' | tr '\n' ' ')" = "0 $root " ]
}

@test "wired 802.1X of the old class takes references and shows them in contexts" {
	firmware=9.5.15.1730 start
	base=$ips get $new | post | grep -q DestinationUnreachable
	client_certificate
	put $old 's|<g:Enabled>false|<g:Enabled>true|' | grep -q InvalidRepresentation
	props="<r:ElementName>Intel(r) AMT 802.1x Profile</r:ElementName><r:InstanceID>Intel(r) AMT 802.1x Profile 0</r:InstanceID><r:Enabled>true</r:Enabled>"
	send() { envelope $amt $old $transfer/Put "<r:$old xmlns:r=\"$amt/$old\">$props$1</r:$old>" | post; }
	send '<r:AuthenticationProtocol>0</r:AuthenticationProtocol>' | grep -q InvalidRepresentation
	send "<r:AuthenticationProtocol>0</r:AuthenticationProtocol><r:ClientCertificate>$(certificate_at "$root")</r:ClientCertificate>" | grep -q InvalidRepresentation
	send '<r:AuthenticationProtocol>2</r:AuthenticationProtocol><r:PACPassword>x</r:PACPassword>' | grep -q InvalidRepresentation
	send '<r:AuthenticationProtocol>2</r:AuthenticationProtocol><r:Password>123456789012345678901234567890123</r:Password>' | grep -q InvalidRepresentation
	send "<r:ActiveInS0>true</r:ActiveInS0><r:AuthenticationProtocol>0</r:AuthenticationProtocol><r:Username>pc-1</r:Username><r:Password>s3cret</r:Password><r:ClientCertificate>$(certificate_at "$leaf")</r:ClientCertificate><r:ServerCertificateIssuer>$(certificate_at "$root")</r:ServerCertificateIssuer><r:PxeTimeout>120</r:PxeTimeout>"
	get $old | post >/dev/null
	[ "$(value Enabled) $(value Username) $(value PxeTimeout)" = 'true pc-1 120' ]
	run ! grep -q 's3cret\|ClientCertificate' reply
	items AMT_8021xCredentialContext | tr -d '\n' >bound
	grep -q "Handle: $leaf<.*802.1x Profile 0<.*Handle: $root<" bound
	delete $certificate InstanceID "Intel(r) AMT Certificate: Handle: $leaf" | grep -q AccessDenied
	put $old 's|<g:Enabled>true|<g:Enabled>false|' >/dev/null
	[ -z "$(items AMT_8021xCredentialContext)" ]
	[ "$(events complaint | wc -l)" = 7 ]
}

@test "wired 802.1X of the new class takes its certificates after the Put" {
	firmware=19.0.5.2005 start
	get $old | post | grep -q DestinationUnreachable
	client_certificate
	base=$ips
	put $new 's|<g:Enabled>3|<g:Enabled>5|' | grep -q InvalidRepresentation
	put $new 's|<g:Enabled>3|<g:Enabled>2|' | grep -q InvalidRepresentation
	put $new 's|<g:AvailableInS0>false</g:AvailableInS0>|<g:AvailableInS0>true</g:AvailableInS0><g:AuthenticationProtocol>0</g:AuthenticationProtocol><g:Username>pc-1</g:Username>|; s|<g:Enabled>3|<g:Enabled>2|' >/dev/null
	[ "$(value Enabled) $(value AvailableInS0) $(value Username)" = '2 true ' ]
	set_certificates() { envelope $ips $new $ips/$new/SetCertificates "<r:SetCertificates_INPUT xmlns:r=\"$ips/$new\">$1</r:SetCertificates_INPUT>" | post >/dev/null; value ReturnValue; }
	[ "$(set_certificates "<r:ServerCertificateIssuer>$(certificate_at "$leaf")</r:ServerCertificateIssuer>")" = 2053 ]
	[ "$(set_certificates "<r:ServerCertificateIssuer>$(certificate_at "$root")</r:ServerCertificateIssuer><r:ClientCertificate>$(certificate_at "$leaf")</r:ClientCertificate>")" = 0 ]
	items IPS_8021xCredentialContext | tr -d '\n' >bound
	grep -q "Handle: $leaf<.*8021X Settings<.*Handle: $root<" bound
	base=$amt delete $certificate InstanceID "Intel(r) AMT Certificate: Handle: $root" | grep -q AccessDenied
	put $new 's|<g:Enabled>2|<g:Enabled>3|' >/dev/null
	[ -z "$(items IPS_8021xCredentialContext)" ]
}

@test "5.x has no WiFi" {
	firmware=5.2.57.1035 start
	get $wifi | post | grep -q DestinationUnreachable
	base=$cim get $port | post | grep -q DestinationUnreachable
}
