# The simulated fleet: remote access, as the servers that a device calls.

# shellcheck disable=SC2034,SC2154 # client.bash and store.bash read what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"
load "$AMT_TEST_ROOT/tests/peer/store.bash"

access=AMT_RemoteAccessService
server=AMT_ManagementPresenceRemoteSAP
rule=AMT_RemoteAccessPolicyRule
applies=AMT_RemoteAccessPolicyAppliesToMPS
user=AMT_UserInitiatedConnectionService

# start: one machine of $firmware with a trusted root
start() {
	firmware=${firmware:-16.0.15.1620}
	fleet '' >fleet.tsv
	peer --plain-setup
	authority MPSRoot
	add AddTrustedRootCertificate MPSRoot.pem >/dev/null
}

# add_server ADDRESS FORMAT [PORT [CN]]: its ReturnValue
add_server() {
	answer $access AddMpServer "<r:AccessInfo>$1</r:AccessInfo><r:InfoFormat>$2</r:InfoFormat><r:Port>${3:-4433}</r:Port><r:AuthMethod>2</r:AuthMethod><r:Username>test</r:Username><r:Password>P&amp;ssw0rd!</r:Password>${4:+<r:CN>$4</r:CN>}"
}

server_at() {
	reference $amt/$server SystemName 'Intel(r) AMT' CreationClassName $server \
		SystemCreationClassName CIM_ComputerSystem Name "Intel(r) AMT:Management Presence Server $1"
}

# add_rule TRIGGER SECONDS DATA SERVER...
add_rule() {
	local trigger=$1 seconds=$2 data=$3 n
	shift 3
	answer $access AddRemoteAccessPolicyRule "<r:Trigger>$trigger</r:Trigger><r:TunnelLifeTime>$seconds</r:TunnelLifeTime><r:ExtendedData>$data</r:ExtendedData>$(for n; do printf '<r:MpServer>%s</r:MpServer>' "$(server_at "$n")"; done)"
}

@test "remote access is read and answered in the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	captured=$AMT_VECTORS/wsman/responses/go-wsman-messages/amt
	firmware=19.0.5.2005 start
	[ "$(add_server 192.168.0.208 3 4433 192.168.0.208)" = 0 ]
	same_form "$captured/remoteaccess/service/addmpsserver.xml"
	get $server | post >/dev/null
	same_form "$captured/managementpresence/get.xml"
	get AMT_MPSUsernamePassword | post >/dev/null
	same_form "$captured/mps/get.xml"
	[ "$(add_rule 2 0 AAAAAAAAABk= 0)" = 0 ]
	get $rule | post >/dev/null
	same_form "$captured/remoteaccess/policyrule/get.xml"
	put $applies 's|<g:MpsType>0|<g:MpsType>2|' >/dev/null
	get $applies | post >/dev/null
	same_form "$captured/remoteaccess/policyappliestomps/get.xml"
	for name in service capabilities; do
		class=AMT_RemoteAccess${name^}
		get "$class" | post >/dev/null
		same_form "$captured/remoteaccess/$name/get.xml"
	done
	[ "$(answer $user RequestStateChange '<r:RequestedState>32771</r:RequestedState>')" = 0 ]
	get $user | post >/dev/null
	same_form "$captured/userinitiatedconnection/get.xml"
	[ -z "$(events complaint)" ]
	echo "# vectors: 8" >&3
}

@test "servers and rules are added once, bound to each other, and go in order" {
	start
	[ "$(add_server mps.example.com 201)" = 0 ]
	[ "$(add_server mps.example.com 201)" = 2058 ]
	[ "$(add_server 10.0.0.1 3 4433 mps2.example.com)" = 0 ]
	[ "$(all $server Name)" = 'Intel(r) AMT:Management Presence Server 0
Intel(r) AMT:Management Presence Server 1' ]
	[ "$(all $server CN | tr '\n' ' ')" = 'mps.example.com mps2.example.com ' ]
	[ "$(add_rule 2 0 AAAAAAAADhA= 0 1)" = 0 ]
	[ "$(value Selector | head -1)" = $rule ]
	[ "$(add_rule 2 0 AAAAAAAADhA= 0)" = 2058 ]
	[ "$(add_rule 0 300 '' 0)" = 0 ]
	[ "$(all $rule PolicyRuleName | tr '\n' ' ')" = 'Periodic User Initiated ' ]
	[ "$(items $applies | grep -o '<h:MpsType>' | wc -l)" = 3 ]
	# which of several is said by two references
	chosen=$(selectors ManagedElement "<a:EndpointReference xmlns:a=\"$addressing\">$(server_at 1)</a:EndpointReference>" \
		PolicySet "<a:EndpointReference xmlns:a=\"$addressing\">$(reference $amt/$rule PolicyRuleName Periodic)</a:EndpointReference>")
	put $applies 's|<g:MpsType>0|<g:MpsType>2|' "$chosen"
	[ "$(value MpsType)" = 2 ]
	[ "$(all $applies MpsType | tr '\n' ' ')" = '0 2 0 ' ]
	# the server is in use; its login goes with it
	delete $server Name 'Intel(r) AMT:Management Presence Server 0' | grep -q AccessDenied
	delete $rule PolicyRuleName 'User Initiated' >/dev/null
	delete $rule PolicyRuleName Periodic >/dev/null
	[ -z "$(items $applies)" ]
	delete $server Name 'Intel(r) AMT:Management Presence Server 0' >/dev/null
	[ "$(all $server Name)" = 'Intel(r) AMT:Management Presence Server 1' ]
	[ "$(all AMT_MPSUsernamePassword InstanceID)" = 'Intel(r) AMT:MPS Username Password 1' ]
	run ! grep -r 'P&amp;ssw0rd' reply
	events write | grep -x "$access.AddMpServer 0"
}

@test "what remote access cannot be is refused" {
	start
	for wrong in '10.0.0.300 3 4433 x' '10.0.0.1 4 4433 x' '10.0.0.1 3' '10.0.0.1 201' 'mps.example.com 201 4433 other.example.com' 'mps.example.com 201 0' 'mps.example.com 7'; do
		# shellcheck disable=SC2086 # words
		[ "$(add_server $wrong)" = 36 ]
	done
	[ "$(add_server mps.example.com 201)" = 0 ]
	[ "$(add_rule 2 0 '' 0)" = 36 ]
	[ "$(add_rule 2 0 AAAAAAAAAAA= 0)" = 36 ]
	[ "$(add_rule 1 0 AAAAAAAADhA= 0)" = 36 ]
	[ "$(add_rule 2 0 AAAAAAAADhA= 3)" = 36 ]
	# daily at 2:30
	[ "$(add_rule 2 0 AAAAAQAAAAIAAAAe 0)" = 0 ]
	[ "$(events complaint | wc -l)" = 11 ]
	for n in {1..5}; do [ "$(add_server "mps$n.example.com" 201)" = 0 ]; done
	[ "$(add_server mps6.example.com 201)" = 23 ]
	get $rule | post >/dev/null
	# and no trusted root is a complaint
	delete $certificate InstanceID 'Intel(r) AMT Certificate: Handle: 1' >/dev/null
	delete $server Name 'Intel(r) AMT:Management Presence Server 5' >/dev/null
	[ "$(add_server mps6.example.com 201)" = 0 ]
	events complaint | grep -x 'remote access: a server before any trusted root'
}

@test "3.x has no remote access, and 11.5 no type of a server" {
	firmware=3.2.1.1000 start
	get $access | post | grep -q DestinationUnreachable
	kill "${pids[-1]}"
	wait "${pids[-1]}" || true
	unset 'pids[-1]'
	firmware=11.5.0.1000 start
	[ "$(add_server mps.example.com 201)" = 0 ]
	[ "$(add_rule 1 60 '' 0)" = 0 ]
	[ "$(items $applies | grep -c OrderOfAccess)" = 1 ]
	[ "$(items $applies | grep -c MpsType)" = 0 ]
}
