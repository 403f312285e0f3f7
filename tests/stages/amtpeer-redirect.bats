# The simulated fleet: redirection, KVM, user consent and the web page.

# shellcheck disable=SC2034 # client.bash reads what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"

redirection=AMT_RedirectionService
kvm=CIM_KVMRedirectionSAP
screen=IPS_KVMRedirectionSettingData
consent=IPS_OptInService
ips=http://intel.com/wbem/wscim/1/ips-schema/1

# begin FIRMWARE [FAULT]
begin() {
	firmware=$1 fleet "${2-}" >fleet.tsv
	peer --plain-setup
}

# state CLASS NUMBER: what a request of that state returns.
state() {
	envelope "${base:-$amt}" "$1" "${base:-$amt}/$1/RequestStateChange" \
		"<r:RequestStateChange_INPUT xmlns:r=\"${base:-$amt}/$1\"><r:RequestedState>$2</r:RequestedState></r:RequestStateChange_INPUT>" |
		post >/dev/null
	value ReturnValue
}

@test "replies have the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	captured=$AMT_VECTORS/wsman/responses/go-wsman-messages
	begin 14.0.1.1
	put $redirection 's|<g:ListenerEnabled>false|<g:ListenerEnabled>true|'
	get $redirection | post >/dev/null
	same_form "$captured/amt/redirectionservice/get.xml"
	state $redirection 32771
	same_form "$captured/amt/redirectionservice/requeststatechange.xml"
	base=$cim state $kvm 2
	base=$cim get $kvm | post >/dev/null
	same_form "$captured/cim/kvm/get.xml"
	base=$ips get $screen | post >/dev/null
	same_form "$captured/ips/kvmredirection/settings/get.xml"
	base=$ips put $consent 's|Required>1|Required>0|'
	base=$ips get $consent | post >/dev/null
	same_form "$captured/ips/optin/get.xml"
	echo "# vectors: 5" >&3
}

@test "redirection keeps what a Put and a request of state say" {
	begin 14.0.1.1
	call $redirection RequestStateChange '<r:RequestedState>32769</r:RequestedState>' | post
	[ "$(value ReturnValue)" = 0 ]
	put $redirection 's|<g:ListenerEnabled>false|<g:ListenerEnabled>true|'
	[ "$(value ListenerEnabled)" = true ]
	get $redirection | post >/dev/null
	[ "$(value EnabledState) $(value ListenerEnabled)" = "32769 true" ]
	call $redirection RequestStateChange '<r:RequestedState>2</r:RequestedState>' | post
	[ "$(value ReturnValue)" = 5 ]
	put $redirection 's|<g:EnabledState>32769|<g:EnabledState>7|'
	grep -q InvalidRepresentation reply
	put $redirection 's|<g:ElementName>|&x|'
	grep -q InvalidRepresentation reply
	put $redirection 's|<g:ListenerEnabled>[a-z]*</g:ListenerEnabled>||'
	grep -q InvalidRepresentation reply
	[ "$(events complaint | wc -l)" = 3 ]
	diff - <(events write) <<-END
	$redirection.RequestStateChange 0
	$redirection.Put ok
	$redirection.RequestStateChange 5
	$redirection.Put InvalidRepresentation
	$redirection.Put InvalidRepresentation
	$redirection.Put InvalidRepresentation
	END
}

@test "a log of access is read, and not taken back" {
	begin 11.8.50.3425
	put $redirection 's|<g:AccessLog>[^<]*</g:AccessLog>||'
	[ "$(value AccessLog)" != '' ]
	put $redirection ''
	grep -q InvalidRepresentation reply
}

@test "KVM is there from 6.0 on, on full AMT alone" {
	begin 5.2.57.1035
	base=$cim get $kvm | post >/dev/null
	grep -q DestinationUnreachable reply
	begin 9.5.1.1 standard
	base=$cim get $kvm | post >/dev/null
	grep -q DestinationUnreachable reply
	base=$ips get $screen | post >/dev/null
	grep -q DestinationUnreachable reply
	begin 9.5.1.1 standard=2
	envelope $cim $kvm $enumeration/Enumerate "<n:Enumerate xmlns:n=\"$enumeration\"/>" | post >/dev/null
	context=$(value EnumerationContext)
	envelope $cim $kvm $enumeration/Pull "<n:Pull xmlns:n=\"$enumeration\"><n:EnumerationContext>$context</n:EnumerationContext></n:Pull>" | post >/dev/null
	grep -q 'Items></g:Items><g:EndOfSequence' reply
	begin 9.5.1.1
	base=$cim get $kvm | post >/dev/null
	[ "$(value EnabledState)" = 3 ]
	[ "$(base=$cim state $kvm 2)" = 0 ]
	base=$cim get $kvm | post >/dev/null
	[ "$(value EnabledState)" = 6 ]
	[ "$(base=$cim state $kvm 6)" = 5 ]
	[ "$(base=$cim state $kvm 3)" = 0 ]
	base=$cim get $kvm | post >/dev/null
	[ "$(value EnabledState)" = 3 ]
}

@test "the screen's password has the rules of the MEBx, and is not read" {
	begin 9.5.1.1
	for word in short 'P@ssw0rdX' 'passw0rd' 'P@ssword' ''; do
		base=$ips put $screen "s|<g:RFBPassword/>|<g:RFBPassword>$word</g:RFBPassword>|; s|5900PortEnabled>false|5900PortEnabled>true|"
		grep -q InvalidRepresentation reply
	done
	base=$ips put $screen 's|<g:RFBPassword/>|<g:RFBPassword>P@ssw0rd</g:RFBPassword>|; s|5900PortEnabled>false|5900PortEnabled>true|'
	[ "$(value Is5900PortEnabled)" = true ]
	base=$ips put $screen 's|<g:RFBPassword/>||; s|SessionTimeout>3|SessionTimeout>5|'
	[ "$(value Is5900PortEnabled) $(value SessionTimeout) $(value RFBPassword)" = "true 5 " ]
}

@test "from 16.1 on port 5900 is refused" {
	begin 16.1.25.2124
	base=$ips put $screen 's|<g:RFBPassword/>|<g:RFBPassword>P@ssw0rd</g:RFBPassword>|'
	grep -q InvalidRepresentation reply
	base=$ips put $screen 's|<g:RFBPassword/>||; s|5900PortEnabled>false|5900PortEnabled>true|'
	grep -q InvalidRepresentation reply
	base=$ips put $screen 's|<g:RFBPassword/>||; s|<g:SessionTimeout>3|<g:SessionTimeout>4|'
	[ "$(value SessionTimeout)" = 4 ]
}

@test "user consent is changed, unless the MEBx decides it" {
	begin 9.5.1.1
	base=$ips put $consent 's|Required>1|Required>4294967295|'
	[ "$(value OptInRequired)" = 4294967295 ]
	base=$ips put $consent 's|Required>[0-9]*|Required>2|'
	grep -q InvalidRepresentation reply
	base=$ips put $consent 's|<g:OptInDisplayTimeout>[0-9]*</g:OptInDisplayTimeout>||'
	grep -q InvalidRepresentation reply
	begin 9.5.1.1 consent-fixed
	base=$ips put $consent 's|Required>1|Required>0|'
	grep -q AccessDenied reply
	base=$ips get $consent | post >/dev/null
	[ "$(value CanModifyOptInPolicy) $(value OptInRequired)" = "0 1" ]
	begin 6.1.1.1
	base=$ips get $consent | post >/dev/null
	grep -q DestinationUnreachable reply
}

@test "the web page is turned off and on" {
	begin 9.5.1.1
	[ "$(state AMT_WebUIService 3)" = 0 ]
	get AMT_WebUIService | post >/dev/null
	[ "$(value EnabledState)" = 3 ]
	[ "$(state AMT_WebUIService 2)" = 0 ]
	get AMT_WebUIService | post >/dev/null
	[ "$(value EnabledState)" = 2 ]
	[ "$(state AMT_WebUIService 4)" = 5 ]
}
