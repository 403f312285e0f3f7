# shellcheck shell=bash disable=SC2154 # the tests set site
# certs - keys and certificates of setup servers, good and bad ones, made by the
# openssl command line.  certs_make makes them in the working folder, each as
# NAME.key and NAME.pem; the server's have the key leaf.key unless said.

# key NAME BITS: made once a build, as it takes seconds; the first one made stays.
key() {
	local made=$AMT_TEST_BUILD/tests/keys/$1-$2.key
	if [ ! -s "$made" ]; then
		mkdir -p "${made%/*}" && openssl genrsa -out "$made.$BASHPID" "$2" 2>/dev/null || return
		mv -n "$made.$BASHPID" "$made" && rm -f "$made.$BASHPID" || return
	fi
	cp "$made" "$1.key"
}

# root NAME CN HASH: of NAME.key
root() {
	openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -"$3" -days 4000 -out "$1.pem" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign,cRLSign \
		-config /dev/fd/3 3<<<$'[req]\ndistinguished_name=dn\n[dn]'
}

# issue NAME KEY ISSUER HASH SUBJECT DAYS EXTENSION...
issue() {
	local name=$1 key=$2 issuer=$3 hash=$4 subject=$5 days=$6
	shift 6
	openssl req -new -key "$key.key" -subj "$subject" |
		openssl x509 -req -CA "$issuer.pem" -CAkey "$issuer.key" -set_serial "$RANDOM" -"$hash" \
			-days "$days" -extfile <(printf '%s\n' "$@") -out "$name.pem" 2>/dev/null
}

oid=2.16.840.1.113741.1.2.3
setup_usage=extendedKeyUsage=serverAuth,$oid
unit='Intel(R) Client Setup Certificate'

# ca NAME KEY ISSUER CN [EXTENSION]
ca() {
	issue "$1" "$2" "$3" sha256 "/CN=$4" 3000 "basicConstraints=critical,CA:TRUE${5:-}" keyUsage=keyCertSign,cRLSign
}

# leaf NAME CN: good but for what follows them: KEY, HASH, ISSUER
leaf() {
	issue "$1" "${3:-leaf}" "${5:-inter-1}" "${4:-sha256}" "/CN=$2" 800 basicConstraints=CA:FALSE "$setup_usage" \
		"subjectAltName=DNS:${2#\*.}"
}

certs_make() {
	local name
	for name in root-A inter-1 inter-2 inter-3 leaf other; do
		key $name 2048
	done
	key root-B 4096
	key root-old 1024
	root root-A "Test Provisioning Root A" sha256
	root root-B "Test Provisioning Root B" sha384
	root root-old "Test Provisioning Root Old" sha1
	ca inter-1 inter-1 root-A "Test Issuing 1" ,pathlen:0
	ca inter-2 inter-2 inter-1 "Test Issuing 2"
	ca inter-3 inter-3 inter-2 "Test Issuing 3"
	ca cross-1 inter-1 root-B "Test Issuing 1"
	ca inter-old inter-2 root-old "Test Issuing Old"
	cp inter-1.key cross-1.key
	cp inter-2.key inter-old.key

	leaf leaf-oid prov.example.com
	leaf leaf-long prov.example.com leaf sha256 inter-3
	leaf leaf-old prov.example.com leaf sha256 inter-old
	issue leaf-ou leaf inter-1 sha256 "/OU=$unit/CN=prov.example.com" 800 extendedKeyUsage=serverAuth
	issue leaf-ou-case leaf inter-1 sha256 "/OU=${unit,,}/CN=prov.example.com" 800 extendedKeyUsage=serverAuth
	issue leaf-none leaf inter-1 sha256 /CN=prov.example.com 800 extendedKeyUsage=serverAuth
	issue leaf-noserver leaf inter-1 sha256 /CN=prov.example.com 800 extendedKeyUsage=$oid
	issue leaf-console leaf inter-1 sha256 /CN=prov.example.com 800 \
		extendedKeyUsage=clientAuth,2.16.840.1.113741.1.2.1
	issue leaf-ca leaf inter-1 sha256 /CN=prov.example.com 800 basicConstraints=CA:TRUE "$setup_usage"
	leaf leaf-wild '*.example.com'
	leaf leaf-uk a.b.example.co.uk
	leaf leaf-fr a.b.example.fr
	leaf leaf-xyz a.b.example.xyz
	issue leaf-exp leaf inter-1 sha256 /CN=prov.example.com -1 "$setup_usage"
	leaf leaf-soon prov.example.com
	issue leaf-soon leaf inter-1 sha256 /CN=prov.example.com 9 "$setup_usage"
	leaf leaf-sha1 prov.example.com leaf sha1
	key leaf-1024 1024
	key leaf-3072 3072
	leaf leaf-1024 prov.example.com leaf-1024
	leaf leaf-3072 prov.example.com leaf-3072
	openssl ecparam -name prime256v1 -genkey -noout -out leaf-ec.key
	leaf leaf-ec prov.example.com leaf-ec
	cat inter-1.pem root-A.pem >above.pem
}

# pfx NAME OPTION...: leaf-oid with those above it
pfx() {
	local name=$1
	shift
	openssl pkcs12 -export -inkey leaf.key -in leaf-oid.pem -certfile above.pem -passout pass:secret -out "$name" "$@"
}

# sum FILE: as a hello lists a root
sum() {
	echo "sha256:$(openssl x509 -in "$1" -outform der | sha256sum | cut -d ' ' -f 1)"
}

# machine_uuid N
machine_uuid() {
	printf '03020100-0504-0706-0809-%012x' "$1"
}

# names FQDN...: in the store's map, of machines 1, 2 ...; - leaves one out
names() {
	local n=0 rows=0 name
	{
		printf '@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n'
		for name; do
			n=$((n + 1))
			[ "$name" != - ] || continue
			rows=$((rows + 1))
			printf '%s\t%s\tlist.csv\t\t50\tlist.csv:%d\n' "$(machine_uuid $n)" "$name" $n
		done
		printf '@end\t%d\t0\n' $rows
	} | store-load -d "$site"
}

# hellos HASHES...: of machines 1, 2 ..., version 3; "" is version 2
hellos() {
	local n=0 hashes
	{
		printf '@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom\n'
		for hashes; do
			n=$((n + 1))
			printf '%s\t192.0.2.%d\t%s\t%d\t1\t0\t%s\t%s\tfleet:%d\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" $n \
				"$(machine_uuid $n)" "$([ -n "$hashes" ] && echo 3 || echo 2)" \
				"$([ -n "$hashes" ] || echo LAB7000A)" "$hashes" $n
		done
		printf '@end\t%d\t0\n' $n
	} | store-load -d "$site"
}
