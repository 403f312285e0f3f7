# shellcheck shell=bash disable=SC2034,SC2154 # client.bash has what is used here, the tests use what is set
#
# For tests of what amtpeer keeps: references, lists, keys and certificates that
# the openssl command line makes.

wsman=http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd
keys=AMT_PublicKeyManagementService
certificate=AMT_PublicKeyCertificate
pair=AMT_PublicPrivateKeyPair
credential=AMT_TLSCredentialContext
settings=AMT_TLSSettingData
network='Intel(r) AMT 802.3 TLS Settings'
lms='Intel(r) AMT LMS TLS Settings'

# selectors [NAME VALUE]...: a SelectorSet
selectors() {
	printf '<w:SelectorSet xmlns:w="%s">' "$wsman"
	while [ $# -gt 0 ]; do
		printf '<w:Selector Name="%s">%s</w:Selector>' "$1" "$2"
		shift 2
	done
	printf '</w:SelectorSet>'
}

# reference URI NAME VALUE...: what is in an element that refers to an instance
reference() {
	local uri=$1
	shift
	printf '<a:Address xmlns:a="%s">%s/role/anonymous</a:Address>' "$addressing" "$addressing"
	printf '<a:ReferenceParameters xmlns:a="%s"><w:ResourceURI xmlns:w="%s">%s</w:ResourceURI>%s</a:ReferenceParameters>' \
		"$addressing" "$wsman" "$uri" "$(selectors "$@")"
}

certificate_at() { reference "$amt"/$certificate InstanceID "Intel(r) AMT Certificate: Handle: $1"; }
key_at() { reference "$amt"/$pair InstanceID "Intel(r) AMT Key: Handle: $1"; }

# items CLASS: all its instances, an element a line
items() {
	local context
	envelope "${base:-$amt}" "$1" "$enumeration"/Enumerate "<n:Enumerate xmlns:n=\"$enumeration\"/>" |
		post >/dev/null || return
	context=$(value EnumerationContext)
	while [ -n "$context" ]; do
		envelope "${base:-$amt}" "$1" "$enumeration"/Pull "<n:Pull xmlns:n=\"$enumeration\"><n:EnumerationContext>$context</n:EnumerationContext><n:MaxElements>999</n:MaxElements><n:MaxCharacters>99999</n:MaxCharacters></n:Pull>" |
			post >/dev/null || return
		xmllint --xpath "//*[local-name()='Items']/*" reply 2>/dev/null || true
		[ -z "$(value EndOfSequence)$(grep -o '<g:EndOfSequence' reply)" ] || break
		context=$(value EnumerationContext)
	done
}

# all CLASS PROPERTY: of each instance, a line each
all() { items "$1" | grep -o "<h:$2>[^<]*" | sed 's/<[^>]*>//'; }

# delete CLASS NAME VALUE
delete() { envelope "${base:-$amt}" "$1" "$transfer"/Delete '' "$(selectors "$2" "$3")" | post; }

# create CLASS PROPERTIES
create() {
	envelope "${base:-$amt}" "$1" "$transfer"/Create \
		"<r:$1 xmlns:r=\"${base:-$amt}/$1\">$2</r:$1>" | post
}

# answer CLASS METHOD [PARAMETERS]: its ReturnValue
answer() {
	call "$@" | post >/dev/null
	value ReturnValue
}

# handle: at the end of the InstanceID in the reply's reference
handle() { xmllint --xpath "string(//*[local-name()='Selector'])" reply | sed 's/.*: //'; }

# blob FILE: of a PEM the base64 that the device is sent
blob() { sed '/^-----/d' "$1" | tr -d '\n'; }

# squeezed FILE: without the blanks that its authors put around texts
squeezed() { tr -s '\r\n\t ' ' ' <"$1" | sed 's/> */>/g; s/ *</</g'; }

# rsa_key NAME: NAME.key, and NAME.pkcs1 for AddKey
rsa_key() {
	openssl genrsa -out "$1.key" 2048 2>/dev/null &&
		openssl rsa -in "$1.key" -traditional -out "$1.pkcs1" 2>/dev/null
}

# authority NAME: NAME.key and NAME.pem, a CA
authority() {
	rsa_key "$1" &&
		openssl req -x509 -new -key "$1.key" -subj "/C=DE/O=Lab & Co/CN=$1" -days 3000 -out "$1.pem" \
			-config <(printf '[req]\ndistinguished_name=dn\nx509_extensions=x\n[dn]\n[x]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n')
}

# certify NAME CA SUBJECT PUBLIC-KEY [EXTENSION]...: NAME.pem, for the key in a PEM file
certify() {
	local name=$1 ca=$2 subject=$3 public=$4
	shift 4
	openssl x509 -new -subj "$subject" -force_pubkey "$public" -CA "$ca.pem" -CAkey "$ca.key" \
		-set_serial "$RANDOM" -days 400 -extfile <(printf '%s\n' 'basicConstraints=CA:FALSE' "$@") \
		-out "$name.pem" 2>/dev/null
}

# device_key HANDLE: the public half of a key of the device, as SubjectPublicKeyInfo
device_key() {
	envelope "$amt" $pair "$transfer"/Get '' "$(selectors InstanceID "Intel(r) AMT Key: Handle: $1")" | post >/dev/null
	value DERKey | base64 -d >public.der
	openssl rsa -RSAPublicKey_in -inform DER -in public.der -pubout 2>/dev/null
}

# make_key: a new key of the device; its handle
make_key() {
	[ "$(answer $keys GenerateKeyPair '<r:KeyAlgorithm>0</r:KeyAlgorithm><r:KeyLength>2048</r:KeyLength>')" = 0 ] &&
		handle
}

# add METHOD FILE: its ReturnValue
add() {
	local blob=CertificateBlob
	[ "$1" != AddKey ] || blob=KeyBlob
	answer $keys "$1" "<r:$blob>$(blob "$2")</r:$blob>"
}
