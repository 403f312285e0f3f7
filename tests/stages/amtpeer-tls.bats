# The simulated fleet: TLS as a device was told, tried with curl and openssl s_client.

# shellcheck disable=SC2034,SC2154 # client.bash and store.bash read what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"
load "$AMT_TEST_ROOT/tests/peer/store.bash"

collection='TLSProtocolEndpoint Instances Collection'

# start FAULT [OPTION...]: one machine of $firmware
start() {
	firmware=${firmware:-12.0.85.2020}
	fleet "$1" >fleet.tsv
	shift
	peer --plain-setup "$@"
}

# prepared: all that a commit asks for but TLS
prepared() {
	set_clock >/dev/null
	set_names pc-1 example.com >/dev/null
	local hash
	hash=$(ha1 'N3w!Passw')
	set_admin "$hash" >/dev/null
	[ "$(value ReturnValue)" = 0 ]
	password='N3w!Passw'
}

commit() { answer $setup CommitChanges; }

# context HANDLE [COLLECTION]: properties of a credential context
context() {
	printf '<r:ElementInContext>%s</r:ElementInContext><r:ElementProvidingContext>%s</r:ElementProvidingContext>' \
		"$(certificate_at "$1")" "$(reference $amt/AMT_TLSProtocolEndpointCollection ElementName "${2:-$collection}")"
}

# put_context HANDLE
put_context() {
	envelope $amt $credential $transfer/Put "<r:$credential xmlns:r=\"$amt/$credential\">$(context "$1")</r:$credential>" | post
}

# tls_settings SED [INSTANCE]
tls_settings() { put $settings "$1" "$(selectors InstanceID "${2:-$network}")"; }

on='s|<g:Enabled>false|<g:Enabled>true|'

# server_certificate NAME: of the next key of the device; its handle
server_certificate() {
	local n
	n=$(make_key) || return
	device_key "$n" >public.pem
	certify "$1" lab "/CN=$1.example.com" public.pem extendedKeyUsage=serverAuth
	[ "$(add AddCertificate "$1.pem")" = 0 ] && handle
}

# served [OPTION...]: the certificate on the port with TLS, as PEM
served() { openssl s_client -connect "127.1.0.1:$tls" "$@" </dev/null 2>/dev/null | openssl x509; }

# wait_served FILE [OPTION...]: until the port serves that certificate
wait_served() {
	local file=$1
	shift
	for _ in {1..300}; do
		! cmp -s <(served "$@" 2>/dev/null) <(openssl x509 -in "$file") || return 0
		sleep 0.1
	done
	return 1
}

over_tls() { url=https://127.1.0.1:$tls/wsman; }

@test "settings and context of TLS are read in the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	captured=$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/tls
	start ''
	envelope $amt $settings $transfer/Get '' "$(selectors InstanceID "$network")" | post >/dev/null
	same_form "$captured/settingdata/get.xml"
	tls_settings 's|x|x|' >/dev/null
	same_form "$captured/settingdata/put.xml"
	get AMT_TLSProtocolEndpointCollection | post >/dev/null
	same_form "$captured/protocolendpointcollection/get.xml"
	authority lab
	for n in {0..3}; do
		rsa_key "k$n"
		add AddKey "k$n.pkcs1" >/dev/null
		certify "c$n" lab "/CN=c$n" <(openssl pkey -in "k$n.key" -pubout)
		[ "$(add AddCertificate "c$n.pem")" = 0 ]
	done
	create $credential "$(context 0)" >/dev/null
	put_context 3 >/dev/null
	sed 's/Handle: 4/Handle: 3/' "$captured/credentialcontext/put.xml" >want
	same_form want
	items $credential >/dev/null
	same_form "$captured/credentialcontext/pull.xml"
	echo "# vectors: 5" >&3
}

@test "the order is network, local, and from 16.1 both say whether they could do without TLS" {
	firmware=15.0.23.1706 start ''
	[ "$(all $settings InstanceID)" = "$network
$lms" ]
	[ "$(all $settings AcceptNonSecureConnections | tr '\n' ' ')" = 'false true ' ]
	[ "$(all $settings Enabled | tr '\n' ' ')" = 'false false ' ]
	[ -z "$(all $settings NonSecureConnectionsSupported)" ]
	[ -z "$(items $credential)" ]
	kill "${pids[-1]}"
	wait "${pids[-1]}" || true
	unset 'pids[-1]'
	firmware=16.1.25.2124 start ''
	[ "$(all $settings NonSecureConnectionsSupported | tr '\n' ' ')" = 'false true ' ]
	[ "$(all $settings Enabled | tr '\n' ' ')" = 'true false ' ]
	tls_settings 's|<g:Enabled>true|<g:Enabled>false|' | grep -q InvalidRepresentation
	tls_settings 's|<g:AcceptNonSecureConnections>false|<g:AcceptNonSecureConnections>true|' | grep -q InvalidRepresentation
	tls_settings 's|<g:AcceptNonSecureConnections>true|<g:AcceptNonSecureConnections>false|' "$lms" | grep -q InvalidRepresentation
	tls_settings 's|<g:MutualAuthentication>[a-z]*</g:MutualAuthentication>||' | grep -q InvalidRepresentation
	# there are two: one has to be said
	get $settings | post | grep -q InvalidSelectors
	[ "$(events complaint | wc -l)" = 5 ]
}

@test "after the commit the port serves the chosen certificate with its key, and the other one is closed" {
	start ''
	authority lab
	prepared
	tls_settings "$on" >/dev/null
	# on without a certificate is what the commit misses
	[ "$(commit)" = 2057 ]
	handle=$(server_certificate pc-1)
	create $credential "$(context 9)" | grep -q InvalidRepresentation
	create $credential "$(context "$handle" 'TLSProtocolEndpointInstances Collection')" | grep -q 'ResourceCreated.*EndpointReference'
	create $credential "$(context "$handle")" | grep -q AlreadyExists
	delete $credential ElementInContext x | grep -q InvalidSelectors
	[ "$(commit)" = 0 ]
	wait_served pc-1.pem
	closed "http://127.1.0.1:$plain/wsman"
	# TLS with the new password
	url=https://pc-1.example.com:$tls/wsman
	get $setup | post --cacert lab.pem --resolve "pc-1.example.com:$tls:127.1.0.1" >/dev/null
	[ "$(value ProvisioningState)" = 2 ]
	events tls-set | grep -x "on=1 mutual=0 plain=0 Intel(r) AMT Certificate: Handle: $handle"
}

@test "a new certificate serves after another commit, the old one stays until then" {
	start ''
	authority lab
	prepared
	first=$(server_certificate first)
	create $credential "$(context "$first")" >/dev/null
	tls_settings "$on; s|<g:AcceptNonSecureConnections>false|<g:AcceptNonSecureConnections>true|" >/dev/null
	[ "$(commit)" = 0 ]
	wait_served first.pem
	# and the port without TLS is open here
	second=$(server_certificate second)
	put_context "$second" >/dev/null
	wait_served first.pem
	delete $certificate InstanceID "Intel(r) AMT Certificate: Handle: $first" | grep -q AccessDenied
	[ "$(commit)" = 0 ]
	wait_served second.pem
	delete $certificate InstanceID "Intel(r) AMT Certificate: Handle: $first" >/dev/null
	[ "$(all $certificate InstanceID)" = "Intel(r) AMT Certificate: Handle: $second" ]
	envelope $amt $credential $transfer/Delete '' | post | grep -q AccessDenied
	# a commit without a change leaves the ports alone
	[ "$(commit)" = 0 ]
	get $setup | post >/dev/null
	[ "$(value ProvisioningState)" = 2 ]
	tls_settings 's|<g:Enabled>true|<g:Enabled>false|' >/dev/null
	[ "$(commit)" = 0 ]
	plain_back
	closed "https://127.1.0.1:$tls/wsman" || [ "$status" = 35 ]
	envelope $amt $credential $transfer/Delete '' | post >/dev/null
	[ -z "$(items $credential)" ]
}

@test "with TLS on for the local port as well the first commit is lost" {
	start ''
	authority lab
	prepared
	handle=$(server_certificate pc-1)
	create $credential "$(context "$handle")" >/dev/null
	tls_settings "$on" >/dev/null
	tls_settings "$on" "$lms" >/dev/null
	[ "$(commit)" = 0 ]
	get $setup | post >/dev/null
	[ "$(value ProvisioningState)" = 1 ]
	[ -n "$(events commit-lost)" ]
	tls_settings 's|<g:Enabled>true|<g:Enabled>false|' "$lms" >/dev/null
	[ "$(commit)" = 0 ]
	wait_served pc-1.pem
}

@test "mutual TLS asks for a console's certificate under a trusted root, with a name that fits" {
	start ''
	authority lab
	authority stranger
	prepared
	handle=$(server_certificate pc-1)
	create $credential "$(context "$handle")" >/dev/null
	names='<g:TrustedCN>ops.example.com</g:TrustedCN><g:TrustedCN>example.net</g:TrustedCN>'
	tls_settings "$on; s|<g:MutualAuthentication>false|<g:MutualAuthentication>true|; s|\(</g:MutualAuthentication>\)|\1$names|" >/dev/null
	[ "$(all $settings TrustedCN | tr '\n' ' ')" = 'ops.example.com example.net ' ]
	# no root yet
	[ "$(commit)" = 2057 ]
	[ "$(add AddTrustedRootCertificate lab.pem)" = 0 ]
	[ "$(commit)" = 0 ]
	rsa_key console
	openssl pkey -in console.key -pubout -out console.pub
	usage=extendedKeyUsage=clientAuth,2.16.840.1.113741.1.2.1
	certify good lab /CN=mgr.ops.example.com console.pub "$usage"
	certify other-name lab /CN=mgr.xops.example.com console.pub "$usage"
	certify other-root stranger /CN=mgr.ops.example.com console.pub "$usage"
	certify other-use lab /CN=mgr.ops.example.com console.pub extendedKeyUsage=clientAuth
	over_tls
	try() {
		get $setup | post -k --max-time 5 "$@" >/dev/null 2>why || return
		[ "$(value ProvisioningState)" = 2 ]
	}
	for _ in {1..300}; do
		! try --cert good.pem --key console.key || break
		sleep 0.1
	done
	try --cert good.pem --key console.key
	# The device's clock may be seconds behind: for it a new certificate is not
	# valid yet, and that is no chain.
	for wrong in 'other-name TrustedCN' 'other-root chain' 'other-use clientAuth'; do
		for _ in {1..300}; do
			run ! try --cert "${wrong% *}.pem" --key console.key
			! events console-refused | grep -q "${wrong#* }" || break
			sleep 0.1
		done
	done
	run ! try
	diff - <(events console-refused | sort -u) <<-'END'
	its name ends with none of TrustedCN
	no chain to a trusted root
	not for clientAuth and 2.16.840.1.113741.1.2.1
	END
	# a root is not taken meanwhile; the names need no commit
	curl_options=(-k --cert good.pem --key console.key)
	eval "$(declare -f post | sed '1s/post/plain_post/')"
	post() { plain_post "${curl_options[@]}" "$@"; }
	[ "$(add AddTrustedRootCertificate stranger.pem)" = 16 ]
	tls_settings 's|<g:TrustedCN>ops.example.com|<g:TrustedCN>xops.example.com|' >/dev/null
	curl_options=(-k --cert other-name.pem --key console.key)
	get $setup | post >/dev/null
	[ "$(value ProvisioningState)" = 2 ]
}

@test "from 16.0 the context is the factory's, and Create does not change it" {
	authority lab
	firmware=16.1.25.2124 start pki,state=2
	over_tls
	eval "$(declare -f post | sed '1s/post/plain_post/')"
	post() { plain_post -k "$@"; }
	set_names pc-1 example.com >/dev/null
	all $certificate X509Certificate | tr -d '\n' | base64 -d | openssl x509 -inform DER -out factory.pem
	[ "$(all $certificate InstanceID)" = 'Intel(r) AMT Certificate: Handle: 0' ]
	items $credential | grep -q 'Certificate: Handle: 0'
	wait_served factory.pem
	handle=$(server_certificate pc-1)
	create $credential "$(context "$handle")" | grep -q AlreadyExists
	[ "$(commit)" = 0 ]
	wait_served factory.pem
	delete $certificate InstanceID 'Intel(r) AMT Certificate: Handle: 0' | grep -q AccessDenied
	put_context "$handle" >/dev/null
	[ "$(commit)" = 0 ]
	wait_served pc-1.pem
	delete $certificate InstanceID 'Intel(r) AMT Certificate: Handle: 0' >/dev/null
	[ "$(all $certificate InstanceID)" = "Intel(r) AMT Certificate: Handle: $handle" ]
}

@test "certificates without a key are served above the leaf" {
	start ''
	authority lab
	rsa_key between
	certify between lab /CN=between <(openssl pkey -in between.key -pubout) basicConstraints=critical,CA:TRUE
	prepared
	n=$(make_key)
	device_key "$n" >public.pem
	certify pc-1 between /CN=pc-1.example.com public.pem
	[ "$(add AddCertificate pc-1.pem)" = 0 ]
	handle=$(handle)
	[ "$(add AddCertificate between.pem)" = 0 ]
	create $credential "$(context "$(handle)")" | grep -q InvalidRepresentation
	create $credential "$(context "$handle")" >/dev/null
	tls_settings "$on" >/dev/null
	[ "$(commit)" = 0 ]
	wait_served pc-1.pem
	openssl s_client -connect "127.1.0.1:$tls" -CAfile lab.pem -verify_return_error </dev/null >told 2>&1 || true
	grep -q 'Verify return code: 0' told
}

@test "certificates and TLS are as they were when the device is started again" {
	start '' --state state
	authority lab
	prepared
	handle=$(server_certificate pc-1)
	create $credential "$(context "$handle")" >/dev/null
	tls_settings "$on" >/dev/null
	[ "$(commit)" = 0 ]
	kill "${pids[-1]}"
	wait "${pids[-1]}" || true
	unset 'pids[-1]'
	peer --plain-setup --state state
	wait_served pc-1.pem
	closed "http://127.1.0.1:$plain/wsman"
	url=https://127.1.0.1:$tls/wsman
	get $setup | post -k >/dev/null
	[ "$(value ProvisioningState)" = 2 ]
}
