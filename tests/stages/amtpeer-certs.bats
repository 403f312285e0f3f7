# The simulated fleet's store of keys and certificates, driven by curl and the openssl
# command line.

# shellcheck disable=SC2034,SC2154 # client.bash and store.bash read what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"
load "$AMT_TEST_ROOT/tests/peer/store.bash"

# start [FAULT]: one machine of $firmware, which answers before it is set up
start() {
	firmware=${firmware:-11.8.50.3425}
	fleet "${1-}" >fleet.tsv
	peer --plain-setup
}

@test "certificates, keys and what binds them are read in the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	captured=$AMT_VECTORS/wsman/responses/go-wsman-messages
	start
	# an empty list
	items $certificate >/dev/null
	form "$captured/../console/AMT_8021xCredentialContext.PullResponse.xml" | sed "s/AMT_8021xCredentialContext/$certificate/" >want
	diff want <(form reply)
	# the captured certificate itself
	blob=$(xmllint --xpath "string(//*[local-name()='X509Certificate'])" "$captured/amt/publickey/certificate/get.xml")
	[ "$(answer $keys AddTrustedRootCertificate "<r:CertificateBlob>$blob</r:CertificateBlob>")" = 0 ]
	envelope $amt $certificate $transfer/Get '' "$(selectors InstanceID 'Intel(r) AMT Certificate: Handle: 0')" | post >/dev/null
	same_form "$captured/amt/publickey/certificate/get.xml"
	get $keys | post >/dev/null
	same_form "$captured/amt/publickey/management/get.xml"
	make_key >/dev/null
	envelope $amt $pair $transfer/Get '' "$(selectors InstanceID 'Intel(r) AMT Key: Handle: 0')" | post >/dev/null
	diff <(form "$captured/amt/publicprivate/get.xml" | sed 's|>[^<]*</g:DERKey|></g:DERKey|') \
		<(form reply | sed 's|>[^<]*</g:DERKey|></g:DERKey|')
	make_key >/dev/null
	squeezed "$captured/../rpc-go/AMT_PublicKeyManagementService.GenerateKeyPairResponse.rv0.xml" | sed 's/Handle: 3/Handle: 1/' >want
	same_form want
	rsa_key pushed
	add AddKey pushed.pkcs1 >/dev/null
	squeezed "$captured/../rpc-go/AMT_PublicKeyManagementService.AddKeyResponse.rv0.xml" | sed 's/Handle: 0/Handle: 2/' >want
	same_form want
	authority lab
	certify leaf lab /CN=pc-1.example.com <(openssl pkey -in pushed.key -pubout)
	add AddCertificate leaf.pem >/dev/null
	same_form "$captured/amt/publickey/management/addcertificate.xml"
	authority other
	add AddTrustedRootCertificate other.pem >/dev/null
	same_form "$captured/amt/publickey/management/addtrustedrootcertificate.xml"
	delete $certificate InstanceID 'Intel(r) AMT Certificate: Handle: 2' >/dev/null
	same_form "$captured/amt/publickey/certificate/delete.xml"
	delete $pair InstanceID 'Intel(r) AMT Key: Handle: 1' >/dev/null
	same_form "$captured/amt/publicprivate/delete.xml"
	echo "# vectors: 10" >&3
}

@test "a list that goes on has its context before the items, as captured" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	start
	envelope $cim CIM_SoftwareIdentity $enumeration/Enumerate "<n:Enumerate xmlns:n=\"$enumeration\"/>" | post >/dev/null
	envelope $cim CIM_SoftwareIdentity $enumeration/Pull "<n:Pull xmlns:n=\"$enumeration\"><n:EnumerationContext>$(value EnumerationContext)</n:EnumerationContext></n:Pull>" | post >/dev/null
	# an item each: names of the elements around it, in their order
	around() { tr -d '\r\n' <"$1" | grep -o '<g:\(PullResponse\|EnumerationContext\|Items\|EndOfSequence\)' | tr '\n' ' '; }
	[ "$(around reply)" = '<g:PullResponse <g:EnumerationContext <g:Items ' ]
	[ "$(around "$AMT_VECTORS/wsman/responses/go-wsman-messages/cim/ieee8021x/settings/pull.xml")" = "$(around reply)" ]
	echo "# vectors: 1" >&3
}

@test "a key of the device signs a request, which openssl verifies, with the subject and attributes of the placeholder" {
	start
	[ "$(make_key)" = 0 ]
	device_key 0 >public.pem
	openssl pkey -pubin -in public.pem -noout -text | grep -q '2048 bit'
	# a request for that key, with the signature of another
	rsa_key dummy
	openssl req -new -key dummy.key -subj '/O=Lab & Co/CN=pc-1.example.com' -addext 'subjectAltName=DNS:pc-1.example.com' \
		-config <(printf '[req]\ndistinguished_name=dn\n[dn]\n') -out dummy.csr
	python3 - <<-'END'
	# in DER the key is a fixed length from its modulus on: exchange it
	import base64, subprocess
	def der(*command):
	    return subprocess.run(command, check=True, capture_output=True).stdout
	csr = der("openssl", "req", "-in", "dummy.csr", "-outform", "DER")
	old = der("openssl", "pkey", "-in", "dummy.key", "-pubout", "-outform", "DER")
	new = der("openssl", "pkey", "-pubin", "-in", "public.pem", "-outform", "DER")
	assert csr.count(old) == 1 and len(old) == len(new)
	open("null.b64", "w").write(base64.b64encode(csr.replace(old, new)).decode())
	END
	sign() {
		answer $keys GeneratePKCS10RequestEx "<r:KeyPair>$(key_at "$1")</r:KeyPair><r:SigningAlgorithm>$2</r:SigningAlgorithm><r:NullSignedCertificateRequest>$(cat null.b64)</r:NullSignedCertificateRequest>"
	}
	base64 -d null.b64 | openssl req -inform DER -verify -noout 2>&1 | grep 'verify failure'
	[ "$(sign 0 1)" = 0 ]
	value SignedCertificateRequest | base64 -d >signed.der
	openssl req -inform DER -in signed.der -verify -noout 2>&1 | grep 'verify OK'
	[ "$(openssl req -inform DER -in signed.der -noout -subject -nameopt RFC2253)" = 'subject=CN=pc-1.example.com,O=Lab & Co' ]
	openssl req -inform DER -in signed.der -noout -text >text
	grep -q 'DNS:pc-1.example.com' text
	grep -q 'Signature Algorithm: sha256WithRSAEncryption' text
	openssl req -inform DER -in signed.der -noout -pubkey | cmp - public.pem
	# SHA-1 is there before 18, SHA-384 not yet; the key must be the request's
	[ "$(sign 0 0)" = 0 ]
	[ "$(sign 0 2)" = 2066 ]
	[ "$(make_key)" = 1 ]
	[ "$(sign 1 1)" = 2064 ]
	[ "$(sign 7 1)" = 2053 ]
	[ "$(events complaint | wc -l)" = 3 ]
}

@test "a key takes its time, says so, and is made once" {
	start keygen=1500
	generate='<r:KeyAlgorithm>0</r:KeyAlgorithm><r:KeyLength>2048</r:KeyLength>'
	[ "$(answer $keys GenerateKeyPair "$generate")" = 2082 ]
	[ "$(answer $keys GenerateKeyPair "$generate")" = 2082 ]
	[ -z "$(all $pair InstanceID)" ]
	for _ in {1..100}; do
		result=$(answer $keys GenerateKeyPair "$generate")
		[ "$result" = 2082 ] || break
		sleep 0.1
	done
	[ "$result" = 0 ]
	[ "$(all $pair InstanceID)" = 'Intel(r) AMT Key: Handle: 0' ]
	[ "$(answer $keys GenerateKeyPair '<r:KeyAlgorithm>0</r:KeyAlgorithm><r:KeyLength>3072</r:KeyLength>')" = 2062 ]
	[ "$(answer $keys GenerateKeyPair '<r:KeyAlgorithm>1</r:KeyAlgorithm><r:KeyLength>2048</r:KeyLength>')" = 36 ]
}

@test "releases before 6.2 make no key, and are given one" {
	firmware=5.2.57.1035 start
	call $keys GenerateKeyPair '<r:KeyAlgorithm>0</r:KeyAlgorithm><r:KeyLength>2048</r:KeyLength>' | post | grep -q ActionNotSupported
	rsa_key pushed
	[ "$(add AddKey pushed.pkcs1)" = 0 ]
	[ "$(add AddKey pushed.pkcs1)" = 2058 ]
	# PKCS#8 is another form
	openssl pkcs8 -topk8 -nocrypt -in pushed.key -out pushed.pkcs8
	sed -i 's/PRIVATE KEY/X/' pushed.pkcs8
	[ "$(add AddKey pushed.pkcs8)" = 2062 ]
	[ "$(all $pair InstanceID)" = 'Intel(r) AMT Key: Handle: 0' ]
	# the public half alone comes back, as RSAPublicKey
	diff <(openssl pkey -in pushed.key -pubout) <(device_key 0)
	run ! grep -q "$(blob pushed.pkcs1 | cut -c 500-600)" reply
}

@test "certificates belong to keys, are there once, and go before them" {
	start
	authority lab
	[ "$(make_key)" = 0 ]
	device_key 0 >public.pem
	certify leaf lab '/C=DE/O=Lab & Co/CN=pc-1.example.com' public.pem extendedKeyUsage=serverAuth
	[ "$(add AddCertificate leaf.pem)" = 0 ]
	[ "$(add AddCertificate leaf.pem)" = 2058 ]
	[ "$(add AddTrustedRootCertificate lab.pem)" = 0 ]
	[ "$(add AddTrustedRootCertificate lab.pem)" = 2058 ]
	[ "$(answer $keys AddCertificate '<r:CertificateBlob>AAAA</r:CertificateBlob>')" = 2063 ]
	[ "$(all $certificate Subject)" = 'CN=pc-1.example.com,O=Lab &amp; Co,C=DE
CN=lab,O=Lab &amp; Co,C=DE' ]
	[ "$(all $certificate TrustedRootCertficate | tr '\n' ' ')" = 'false true ' ]
	all $certificate X509Certificate | sed -n 1p | cmp - <(blob leaf.pem; echo)
	# certificate and key are bound; the root is not
	base=$cim items CIM_ConcreteDependency >bound
	[ "$(grep -o '<h:Antecedent>' bound | wc -l)" = 2 ]
	grep -q 'Certificate: Handle: 0.*Key: Handle: 0' <(tr -d '\n' <bound)
	delete $pair InstanceID 'Intel(r) AMT Key: Handle: 0' | grep -q AccessDenied
	delete $certificate InstanceID 'Intel(r) AMT Certificate: Handle: 9' | grep -q InvalidSelectors
	delete $certificate InstanceID 'Intel(r) AMT Certificate: Handle: 0'
	[[ "$(cat reply)" == *transfer/DeleteResponse*'<a:Body></a:Body>'* ]]
	delete $pair InstanceID 'Intel(r) AMT Key: Handle: 0'
	[[ "$(cat reply)" == *transfer/DeleteResponse*'<a:Body></a:Body>'* ]]
	[ "$(all $certificate InstanceID)" = 'Intel(r) AMT Certificate: Handle: 1' ]
	[ -z "$(all $pair InstanceID)" ]
	# the lowest handle is given again
	certify next lab /CN=x public.pem
	[ "$(add AddCertificate next.pem) $(handle)" = '0 0' ]
	events write | grep -x "$pair.Delete AccessDenied"
	events write | grep -x "$certificate.Delete ok"
}

@test "a store that is full says 23 and takes more when something goes" {
	start
	rsa_key many
	for n in {0..16}; do
		openssl req -x509 -new -key many.key -subj "/CN=root $n" -days 100 -out "root-$n.pem" \
			-config <(printf '[req]\ndistinguished_name=dn\n[dn]\n')
		[ "$n" = 16 ] || [ "$(add AddTrustedRootCertificate "root-$n.pem")" = 0 ]
	done
	[ "$(add AddTrustedRootCertificate root-16.pem)" = 23 ]
	[ "$(all $certificate InstanceID | sort -u | wc -l)" = 16 ]
	delete $certificate InstanceID 'Intel(r) AMT Certificate: Handle: 5' >/dev/null
	[ "$(add AddTrustedRootCertificate root-16.pem) $(handle)" = '0 5' ]
}

@test "an intermediate is a trusted root from 11.8 on, a small curve no longer from 18 on" {
	authority lab
	rsa_key between
	certify between lab /CN=between <(openssl pkey -in between.key -pubout)
	openssl ecparam -name prime192v1 -genkey -noout -out small.key
	openssl req -x509 -new -key small.key -subj /CN=small -days 100 -out small.pem -config <(printf '[req]\ndistinguished_name=dn\n[dn]\n')
	try() {
		firmware=$1 fleet '' >fleet.tsv
		peer --plain-setup
		echo "$(add AddTrustedRootCertificate between.pem) $(add AddTrustedRootCertificate small.pem)"
		kill "${pids[-1]}"
		wait "${pids[-1]}" || true
		unset 'pids[-1]'
	}
	try 11.7.0.1000 >first
	try 11.8.50.3425 >second
	try 18.0.5.2141 >third
	[ "$(cat first second third)" = '2063 0
0 0
0 2063' ]
}
