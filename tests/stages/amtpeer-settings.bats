# The simulated fleet: general settings, Kerberos, ports, environment detection
# and power packages.

# shellcheck disable=SC2034 # client.bash reads what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"

general=AMT_GeneralSettings
kerberos=AMT_KerberosSettingData
port=AMT_EthernetPortSettings
detection=AMT_EnvironmentDetectionSettingData
scheme=AMT_SystemPowerScheme
ips=http://intel.com/wbem/wscim/1/ips-schema/1

# begin FIRMWARE [FAULT]
begin() {
	firmware=$1 fleet "${2-}" >fleet.tsv
	peer --plain-setup
}

# all CLASS: its instances in one file, all.
all() {
	local context
	envelope "${base:-$amt}" "$1" $enumeration/Enumerate \
		"<n:Enumerate xmlns:n=\"$enumeration\"/>" | post >/dev/null
	context=$(value EnumerationContext)
	: >all
	while
		envelope "${base:-$amt}" "$1" $enumeration/Pull "<n:Pull xmlns:n=\"$enumeration\">
			<n:EnumerationContext>$context</n:EnumerationContext><n:MaxElements>999</n:MaxElements></n:Pull>" |
			post >/dev/null
		xmllint --xpath "//*[local-name()='Items']/*" reply >>all || return
		! grep -q EndOfSequence reply
	do :; done
}

# one INSTANCE-ID: selectors that choose it.
one() { printf '<w:SelectorSet><w:Selector Name="InstanceID">%s</w:Selector></w:SelectorSet>' "$1"; }

refused() { grep -q "${1:-InvalidRepresentation}" reply; }

@test "general settings are those of the release" {
	for release in '5.2.57.1:16:SharedFQDN' '11.8.50.1:22:DHCPSync' '16.0.0.1:24:OemID' '16.1.0.1:25:NothingMore'; do
		IFS=: read -r firmware count absent <<<"$release"
		begin "$firmware"
		get $general | post >/dev/null
		grep -oE '<g:[A-Z][A-Za-z0-9]*>' reply | grep -v AMT_G >order
		LC_ALL=C sort -c order
		[ "$(wc -l <order)" = "$count" ]
		run ! grep "$absent" reply
	done
	begin 5.2.57.1
	put $general 's|<g:WsmanOnlyMode>|<g:SharedFQDN>true</g:SharedFQDN>&|'
	refused
}

@test "numbers of the general settings have the gaps of the class reference" {
	begin 11.8.50.1
	for bad in DDNSPeriodicUpdateInterval:19 DDNSTTL:2147483648 IdleWakeTimeout:0 \
		PresenceNotificationInterval:14 HostName:pöc "HostName:p\&amp;#246;c"; do
		put $general "s|<g:${bad%:*}>[^<]*|<g:${bad%:*}>${bad#*:}|; s|<g:${bad%:*}/>|<g:${bad%:*}>${bad#*:}</g:${bad%:*}>|"
		refused
	done
	put $general 's|UpdateInterval>1440|UpdateInterval>0|; s|TTL>900|TTL>2147483647|; s|WakeTimeout>65535|WakeTimeout>1|'
	[ "$(value DDNSPeriodicUpdateInterval) $(value DDNSTTL) $(value IdleWakeTimeout)" = "0 2147483647 1" ]
	run ! grep 'turned off' journal
	put $general 's|AMTNetworkEnabled>1|AMTNetworkEnabled>0|'
	grep -q 'turned off for good' journal
}

@test "from 18 on a host name has references to other characters" {
	begin 18.0.5.1
	put $general 's|<g:HostName/>|<g:HostName>p\&amp;#246;c</g:HostName>|'
	[ "$(value HostName)" = 'p&#246;c' ]
	long=$(printf '\\&amp;#246;%.0s' {1..31})
	put $general "s|<g:HostName>[^<]*|<g:HostName>${long}x|"
	[ "$(value DigestRealm)" != '' ]
	put $general "s|<g:HostName>[^<]*|<g:HostName>${long}xx|"
	refused
}

@test "Kerberos is read in the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	begin 14.0.1.1
	envelope $amt $kerberos $enumeration/Enumerate "<n:Enumerate xmlns:n=\"$enumeration\"/>" | post >/dev/null
	context=$(value EnumerationContext)
	envelope $amt $kerberos $enumeration/Pull "<n:Pull xmlns:n=\"$enumeration\">
		<n:EnumerationContext>$context</n:EnumerationContext></n:Pull>" | post >/dev/null
	captured=$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/kerberos
	same_form "$captured/pull.xml"
	call $kerberos GetCredentialCacheState | post >/dev/null
	same_form "$captured/getcredentialcachestate.xml"
	echo "# vectors: 2" >&3
}

# krb SED: a Put of Kerberos with what follows KrbEnabled changed.
krb() { put $kerberos "s|<g:KrbEnabled>[a-z]*</g:KrbEnabled>|<g:KrbEnabled>true</g:KrbEnabled>$1|"; }

@test "Kerberos has one key, and its own list of algorithms" {
	key='<g:MasterKey>MDEyMzQ1Njc4OWFiY2RlZg==</g:MasterKey>'
	phrase='<g:Passphrase>s3cret</g:Passphrase><g:Salt>EXAMPLE.COMhostpc</g:Salt><g:IterationCount>4096</g:IterationCount>'
	realm='<g:RealmName>EXAMPLE.COM</g:RealmName>'
	begin 9.5.1.1
	set_clock
	krb "$realm"
	refused
	krb "$key"
	refused
	krb "$key$phrase$realm"
	refused
	krb "<g:MasterKey>QUJD</g:MasterKey>$realm"
	refused
	krb "<g:MaximumClockTolerance>6</g:MaximumClockTolerance>$key$realm"
	refused
	# what a client wants of algorithms is ignored
	krb "$key$realm<g:ConfiguredEncryptionAlgorithms>2</g:ConfiguredEncryptionAlgorithms>"
	get $kerberos | post >/dev/null
	[ "$(grep -o '<g:Conf[^/]*' reply)" = '<g:ConfiguredEncryptionAlgorithms>0<' ]
	[ "$(value RealmName)" = EXAMPLE.COM ]
	run ! grep -E 'MasterKey|MDEy' reply
	# instead of the key
	put $kerberos "s|</g:KrbEnabled>|&$phrase|; s|<g:Conf[^>]*>0</g:Conf[^>]*>||"
	get $kerberos | post >/dev/null
	[ "$(grep -o '<g:Conf[^/]*' reply | wc -l)" = 3 ]
	run ! grep s3cret reply
	# the secret stays, what else is left out does not
	put $kerberos 's|<g:Salt>[^<]*</g:Salt>||'
	get $kerberos | post >/dev/null
	[ "$(value Salt)" = '' ]
	[ "$(grep -o '<g:Conf[^/]*' reply | wc -l)" = 1 ]
	call $kerberos SetCredentialCacheState '<r:Enable>true</r:Enable>' | post >/dev/null
	call $kerberos GetCredentialCacheState | post >/dev/null
	[ "$(value Enabled)" = true ]
}

@test "before 8.0 Kerberos knows RC4 alone" {
	begin 6.2.0.1
	get $kerberos | post >/dev/null
	run ! grep Algorithms reply
	krb '<g:Passphrase>x</g:Passphrase><g:RealmName>E</g:RealmName>'
	refused
}

@test "a port is read in the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	begin 15.0.23.1706
	envelope $amt $port $transfer/Get '' "$(one 'Intel(r) AMT Ethernet Port Settings 0')" | post >/dev/null
	captured=$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/ethernetport
	# addresses are others; the capture of the Put has the link policy of a
	# notebook
	for name in get put; do
		diff <(form "$captured/$name.xml" | sed -E 's|>[0-9a-f.-]+<|><|; /LinkPolicy/d; /IPAddress/d; s/true|false/bool/; s/(Get|Put)Resp/Resp/') \
			<(form reply | sed -E 's|>[0-9a-f.-]+<|><|; /LinkPolicy/d; /IPAddress/d; s/true|false/bool/; s/(Get|Put)Resp/Resp/')
	done
	echo "# vectors: 2" >&3
}

@test "ports: addresses by DHCP, of the host, or its own, and none besides" {
	begin 9.5.1.1
	wired=$(one 'Intel(r) AMT Ethernet Port Settings 0')
	get $port | post >/dev/null
	refused InvalidSelectors
	none='s#<g:\(DefaultGateway\|IPAddress\|PrimaryDNS\|SecondaryDNS\|SubnetMask\)>[^<]*</g:[A-Za-z]*>##g'
	put $port '' "$wired"
	refused
	put $port "$none; s|<g:LinkPolicy>14|<g:LinkPolicy>224|" "$wired"
	[ "$(value IPAddress) $(grep -oE 'LinkPolicy>[0-9]+' reply | tail -n 1)" = "127.1.0.1 LinkPolicy>224" ]
	put $port "$none; s|<g:LinkPolicy>1<|<g:LinkPolicy>2<|" "$wired"
	refused
	put $port "s|DHCPEnabled>true|DHCPEnabled>false|; s|<g:IpSyncEnabled>true|<g:IpSyncEnabled>false|; s|IPAddress>[^<]*|IPAddress>10.1.2.3|" "$wired"
	[ "$(value IPAddress) $(value DHCPEnabled)" = "10.1.2.3 false" ]
	[ "$(events address)" = 10.1.2.3 ]
	put $port "s|<g:SubnetMask>[^<]*</g:SubnetMask>||" "$wired"
	refused
	put $port "$none; s|IpSyncEnabled>false|IpSyncEnabled>true|" "$wired"
	refused
	put $port "$none; s|IpSyncEnabled>false|IpSyncEnabled>true|; s|SharedStaticIp>false|SharedStaticIp>true|" "$wired"
	[ "$(value IPAddress)" = 127.1.0.1 ]
	put $port "$none; s|MACAddress>..|MACAddress>ff|" "$wired"
	refused
	put $port "$none; s|<g:DHCPEnabled>[a-z]*</g:DHCPEnabled>||" "$wired"
	refused
}

@test "ports: a radio by release, its absence by a MAC of zeros" {
	begin 9.5.1.1
	all $port
	[ "$(grep -o InstanceID all | wc -l)" = 4 ]
	run ! grep '>00-00-00' all
	put $port 's|DHCPEnabled>true|DHCPEnabled>false|' "$(one 'Intel(r) AMT Ethernet Port Settings 1')"
	refused
	begin 9.5.1.1 wlan=0
	all $port
	grep -q '>00-00-00-00-00-00<' all
	begin 5.2.1.1
	all $port
	[ "$(grep -o InstanceID all | wc -l)" = 2 ]
	begin 12.0.1.1 no-lan
	all $port
	[ "$(grep -o MACAddress all | wc -l)" = 2 ]
}

@test "environment detection is read in the captured forms" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	begin 15.0.23.1706
	get $detection | post >/dev/null
	tr -d '\r' <"$AMT_VECTORS/wsman/responses/rps/AMT_EnvironmentDetectionSettingData.GetResponse.chunked" |
		grep -a '^<' >captured
	same_form captured
	put $detection 's|<g:ElementName>|<g:DetectionStrings>b332bb28-ef3a-43b0-b998-342285ac1e26.com</g:DetectionStrings><g:DetectionStrings>test.com</g:DetectionStrings>&|'
	get $detection | post >/dev/null
	diff <(form "$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/environmentdetection/get.xml" | tr -d '\n ') \
		<(form reply | tr -d '\n ')
	echo "# vectors: 2" >&3
}

@test "environment detection takes four domains, and none in place of them" {
	begin 9.5.1.1
	put $detection "s|<g:ElementName>|$(printf '<g:DetectionStrings>d%s.example</g:DetectionStrings>' 1 2 3 4 5)&|"
	refused
	put $detection "s|<g:ElementName>|$(printf '<g:DetectionStrings>d%s.example</g:DetectionStrings>' 1 2 3 4)&|"
	[ "$(grep -o '<g:DetectionStrings>' reply | wc -l)" = 4 ]
	put $detection 's|<g:DetectionStrings>|<g:DetectionIPv6LocalPrefixes>nonsense</g:DetectionIPv6LocalPrefixes>&|'
	refused
	put $detection 's|<g:ElementName>|<g:DetectionIPv6LocalPrefixes>2001:0db8:0000:0001/64</g:DetectionIPv6LocalPrefixes>&|'
	[ "$(value DetectionIPv6LocalPrefixes)" = 2001:0db8:0000:0001/64 ]
	put $detection 's|<g:Detection[SI][^>]*>[^<]*</g:[A-Za-z0-9]*>||g'
	run ! grep '<g:DetectionS' reply
	[ "$(value DetectionAlgorithm)" = 0 ]
}

@test "a device that leaves its domains closes its ports" {
	begin 9.5.1.1 leaves,dhcp=corp.example
	put $detection 's|<g:ElementName>|<g:DetectionStrings>CORP.example</g:DetectionStrings>&|'
	get $general | post >/dev/null
	[ "$(value DigestRealm)" != '' ]
	put $detection 's|CORP.example|other.example|'
	closed "http://127.1.0.1:$plain/wsman"
}

@test "power packages are those of the release, and one is current" {
	for release in 2.0.1.1:5 2.6.1.1:5 3.2.1.1:7 5.2.1.1:7 6.2.1.1:4 21.0.1.1:4; do
		begin "${release%:*}"
		all $scheme
		[ "$(grep -o 'InstanceID>S' all | wc -l)" = "${release#*:}" ]
		base=$cim all CIM_ElementSettingData
		[ "$(grep -o 'IsCurrent>1<' all | wc -l)" = 2 ]
	done
	all $scheme
	id=$(xmllint --xpath "string(//*[local-name()='Description'][text()='Mobile: ON in S0']/../*[local-name()='InstanceID'])" <(echo "<x xmlns:h='h'>$(cat all)</x>"))
	[ "$id" = "SCHEME 0" ]
	envelope $amt $scheme $amt/$scheme/SetPowerScheme \
		"<r:SetPowerScheme_INPUT xmlns:r=\"$amt/$scheme\"/>" | post >/dev/null
	refused InvalidSelectors
	envelope $amt $scheme $amt/$scheme/SetPowerScheme \
		"<r:SetPowerScheme_INPUT xmlns:r=\"$amt/$scheme\"/>" "$(one "$id")" | post >/dev/null
	[ "$(value ReturnValue)" = 0 ]
	base=$cim all CIM_ElementSettingData
	[[ $(tr -d '\n' <all) == *'IsCurrent>1<'*'SCHEME 0'* ]]
	[ "$(grep -o 'IsCurrent>1<' all | wc -l)" = 2 ]
}

@test "a power package is read in the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	begin 15.0.23.1706
	envelope $amt $scheme $transfer/Get '' "$(one 'SCHEME 0')" | post >/dev/null
	same_form "$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/systempowerscheme/get.xml"
	echo "# vectors: 1" >&3
}

# chosen URI NAME VALUE: selectors that choose a setting by a reference to it.
chosen() {
	printf '<w:SelectorSet><w:Selector Name="SettingData"><a:EndpointReference><a:Address>/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>%s</w:ResourceURI><w:SelectorSet><w:Selector Name="%s">%s</w:Selector></w:SelectorSet></a:ReferenceParameters></a:EndpointReference></w:Selector></w:SelectorSet>' "$@"
}

@test "a key that is a reference chooses an instance by the keys that it has" {
	begin 9.5.1.1
	envelope $cim CIM_ElementSettingData $transfer/Get '' \
		"$(chosen $amt/$scheme InstanceID 'SCHEME 3')" | post >/dev/null
	[ "$(xmllint --xpath "string(//*[@Name='SchemeGUID'])" reply)" = cyJzRiPcQy+pihPTeYLYVQ== ]
	[ "$(value IsCurrent)" = 1 ]
	envelope $cim CIM_ElementSettingData $transfer/Get '' \
		"$(chosen $amt/$scheme SchemeGUID djmXEQtWUEOIcJgS85G1YA==)" | post >/dev/null
	[ "$(xmllint --xpath "string(//*[@Name='InstanceID'])" reply)" = 'SCHEME 0' ]
	for wrong in "$cim/$scheme InstanceID" "$amt/$scheme ElementName"; do
		# shellcheck disable=SC2086 # two words
		envelope $cim CIM_ElementSettingData $transfer/Get '' \
			"$(chosen $wrong 'SCHEME 3')" | post >/dev/null
		refused InvalidSelectors
	done
	envelope $cim CIM_ElementSettingData $transfer/Get '' \
		"$(chosen $amt/$scheme InstanceID 'SCHEME 3' | sed 's|<a:Address>[^<]*</a:Address>||')" |
		post >/dev/null
	refused InvalidSelectors
}

@test "the clock's service keeps who may set it, and is read in the captured form" {
	begin 15.0.23.1706
	if [ -n "${AMT_VECTORS-}" ]; then
		get $clock | post >/dev/null
		same_form "$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/timesynchronization/get.xml"
		echo "# vectors: 1" >&3
	fi
	put $clock 's|LocalTimeSyncEnabled>0|LocalTimeSyncEnabled>2|'
	set_clock
	get $clock | post >/dev/null
	[ "$(value LocalTimeSyncEnabled) $(value TimeSource)" = "2 1" ]
	put $clock 's|LocalTimeSyncEnabled>2|LocalTimeSyncEnabled>3|'
	refused
}

@test "the control mode is there from 6.2 on" {
	begin 6.1.1.1
	base=$ips get IPS_HostBasedSetupService | post >/dev/null
	refused DestinationUnreachable
	begin 6.2.1.1 state=2
	base=$ips get IPS_HostBasedSetupService | post >/dev/null
	[ "$(value CurrentControlMode)" = 2 ]
}

# mebx: what setting the password of the MEBx returns.
mebx() {
	call $setup SetMEBxPassword '<r:Password>Mebx!Pw01</r:Password>' | post >/dev/null
	value ReturnValue
}

@test "the MEBx decides when its password is set from the network" {
	begin 9.5.1.1 state=2
	[ "$(mebx) $(mebx)" = "0 0" ]
	begin 9.5.1.1 state=2,mebx=setup
	[ "$(mebx)" = 16 ]
	begin 9.5.1.1 mebx=setup
	[ "$(mebx)" = 0 ]
	begin 9.5.1.1 mebx=default
	[ "$(mebx) $(mebx)" = "0 16" ]
}

@test "properties are in the order of the alphabet" {
	begin 21.0.1.1
	for class in $amt/AMT_{AuditLog,AuditPolicyRule,AuthorizationService,EnvironmentDetectionSettingData,GeneralSettings,KerberosSettingData,RedirectionService,WebUIService} \
		$cim/CIM_KVMRedirectionSAP $ips/IPS_{KVMRedirectionSettingData,OptInService}; do
		base=${class%/*} get "${class##*/}" | post >/dev/null
		xmllint --xpath "//*[local-name()='Body']/*/*" reply | grep -o '^<[a-z]:[A-Za-z0-9]*' >order
		[ -s order ]
		LC_ALL=C sort -c order
	done
	for class in $amt/$port $amt/$scheme $cim/CIM_ElementSettingData; do
		base=${class%/*} all "${class##*/}"
		tr -d '\n' <all | sed 's/<h:[A-Z]*_/\n&/g' | sed -n 2p |
			grep -o '<h:[A-Za-z0-9]*' >order
		[ "$(wc -l <order)" -ge 3 ]
		LC_ALL=C sort -c order
	done
}

@test "what can be booted is read in the captured form, and is not written" {
	begin 15.0.23.1706
	get AMT_BootCapabilities | post >/dev/null
	[ "$(value SOL)" = true ]
	if [ -n "${AMT_VECTORS-}" ]; then
		envelope $amt AMT_BootCapabilities $enumeration/Enumerate "<n:Enumerate xmlns:n=\"$enumeration\"/>" | post >/dev/null
		context=$(value EnumerationContext)
		envelope $amt AMT_BootCapabilities $enumeration/Pull "<n:Pull xmlns:n=\"$enumeration\">
			<n:EnumerationContext>$context</n:EnumerationContext></n:Pull>" | post >/dev/null
		same_form "$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/boot/capabilities/pull.xml"
		echo "# vectors: 1" >&3
	fi
	put AMT_BootCapabilities 's|SOL>true|SOL>false|'
	refused ActionNotSupported
	begin 16.0.1.1
	get AMT_BootCapabilities | post >/dev/null
	[ "$(value UEFIWiFiCoExistenceAndProfileShare)" = true ]
}
