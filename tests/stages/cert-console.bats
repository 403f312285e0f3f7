# shellcheck shell=bash disable=SC2154 # run sets output and stderr
# The certificate of the site's console: made, taken, shown, written out.
bats_require_minimum_version 1.5.0
load certs

console_usage=extendedKeyUsage=clientAuth,2.16.840.1.113741.1.2.1

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	for name in root-A inter-1 leaf; do key $name 2048; done
	key root-old 1024
	root root-A "House root" sha256
	ca inter-1 inter-1 root-A "House consoles" ,pathlen:0
	# below a CA that may have none below it
	key deep 1024
	ca deep deep inter-1 "House deep"
	issue below leaf deep sha256 "/CN=sweep.lab.example.com" 700 basicConstraints=CA:FALSE "$console_usage"
	console good "/CN=sweep.lab.example.com" "$console_usage"
	console renewed "/CN=sweep.lab.example.com" "$console_usage"
	console setup "/CN=sweep.lab.example.com" "$setup_usage"
	console plain "/CN=sweep.lab.example.com" extendedKeyUsage=clientAuth
	console nobody "/O=Example" "$console_usage"
	console cipher "/CN=sweep.lab.example.com" "$console_usage" keyUsage=keyEncipherment
	issue short root-old inter-1 sha256 "/CN=sweep.lab.example.com" 700 "$console_usage"
	issue aca inter-1 root-A sha256 "/CN=sweep.lab.example.com" 700 "$console_usage" basicConstraints=critical,CA:TRUE
}

# console NAME SUBJECT EXTENSION...: of leaf.key, below inter-1
console() {
	issue "$1" leaf inter-1 sha256 "$2" 700 basicConstraints=CA:FALSE "${@:3}"
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	house=$BATS_FILE_TMPDIR
	store-init -d site
}

# exported: console.pfx as PEM, with its key, under the password "secret"
exported() {
	openssl pkcs12 -in console.pfx -passin pass:secret -nodes >exported.pem 2>/dev/null
	grep -c 'BEGIN CERTIFICATE' exported.pem
}

@test "one that is made under the site's CA is a console's, and its key is sealed" {
	run -66 --separate-stderr cert-console -d site make --cn sweep.lab.example.com
	[ "$stderr" = "cert-console: site: the site has no CA to issue it; make one with: amt-cert ca make -d site --cn \"NAME\", or add a certificate of your company's CA: amt-cert console add" ]
	run -66 --separate-stderr cert-console -d site show
	[ "$stderr" = "cert-console: site: the site has no certificate for its console; make one with: amt-cert console make -d site --cn NAME" ]
	cert-ca -d site make --cn "Lab CA" -o ca.pem >/dev/null
	run -0 --separate-stderr cert-console -d site make --cn Sweep.lab.example.com --days 700
	[ "$stderr" = "" ]
	[[ "${lines[0]}" = 'console "sweep.lab.example.com": new, valid until '* ]]
	[ "${lines[1]}" = "     issued by /CN=Lab CA, the machines' root is /CN=Lab CA" ]
	[ "${lines[3]}" = "what to do: in the profile, make the machines trust its root (trusted-root); then export it for the console" ]
	made=$(sed -n 2,3p <<<"$output")
	run -0 cert-console -d site show
	[[ "${lines[0]}" = 'console "sweep.lab.example.com": in the store, valid until '* ]]
	[ "$(sed -n 2,3p <<<"$output")" = "$made" ]
	cert-console -d site export -p 3 -o console.pfx 3<<<secret
	run -0 exported
	[ "$output" = 2 ]
	openssl x509 -in exported.pem -out leaf.pem
	sum=$(openssl x509 -in leaf.pem -noout -fingerprint -sha256)
	[ "${made##* }" = "${sum##*=}" ]
	openssl verify -purpose sslclient -x509_strict -CAfile ca.pem leaf.pem
	run -0 openssl x509 -in leaf.pem -noout -ext extendedKeyUsage,keyUsage,subjectAltName
	[[ "$output" = *"TLS Web Client Authentication, 2.16.840.1.113741.1.2.1"* ]]
	[[ "$output" = *"DNS:sweep.lab.example.com"* ]]
	[ "$(openssl x509 -in leaf.pem -noout -pubkey)" = "$(openssl pkey -in exported.pem -pubout)" ]
	openssl x509 -in leaf.pem -noout -checkend $((699 * 86400))
	run ! openssl x509 -in leaf.pem -noout -checkend $((701 * 86400))
}

@test "the key is in clear nowhere: not in the site, not in the exported file" {
	cert-ca -d site make --cn "Lab CA" >/dev/null
	cert-console -d site make --cn sweep.lab.example.com >/dev/null
	cert-console -d site export -p 3 -o console.pfx 3<<<secret
	[ "$(stat -c %a console.pfx)" = 600 ]
	exported
	# 16 bytes from the middle of a private prime, and the modulus as a proof that this finds what is there
	openssl pkey -in exported.pem -outform der | xxd -p | tr -d '\n' >key.hex
	cut -c 1400-1431 key.hex >prime
	grep -qFf prime key.hex
	find site console.pfx -type f -exec xxd -p {} \; | tr -d '\n' >all.hex
	run -1 grep -qFf prime all.hex
	# What it is encrypted with: nothing of old.
	run -0 openssl pkcs12 -in console.pfx -passin pass:secret -info -noout
	[[ "$output" != *RC2* ]] && [[ "$output" != *3-Key* ]]
	[[ "$output" = *"PBES2, PBKDF2, AES-256-CBC"* ]]
	[[ "$output" = *"MAC: sha256"* ]]
	run ! openssl pkcs12 -in console.pfx -passin pass:Secret -noout
}

@test "it is written out only under a password, and a file that exists stays when that fails" {
	cert-ca -d site make --cn "Lab CA" >/dev/null
	run -66 --separate-stderr cert-console -d site export -p 3 -o console.pfx 3<<<secret
	[ ! -e console.pfx ]
	cert-console -d site make --cn sweep.lab.example.com >/dev/null
	echo before >console.pfx
	run -65 --separate-stderr cert-console -d site export -p 3 -o console.pfx 3<<<""
	[ "$stderr" = "cert-console: console.pfx: an empty password would leave the key open to everybody" ]
	run -66 --separate-stderr cert-console -d site export -p 3 -o console.pfx 3</dev/null
	run -66 --separate-stderr setsid -w cert-console -d site export -o console.pfx
	[ "$stderr" = "cert-console: console.pfx: it gets a password, and there is no terminal to ask for it (expected -p with a descriptor)" ]
	run -73 cert-console -d site export -p 3 -o none/console.pfx 3<<<secret
	[ "$(cat console.pfx)" = before ]
	run -0 --separate-stderr amt-cert console export -d site -p 3 -o console.pfx 3<<<"pässword"
	[ "$output$stderr" = "" ]
	openssl pkcs12 -in console.pfx -passin pass:pässword -noout
	# It can be read back: by amtbatch, too.
	store-init -d second
	run -0 cert-console -d second add -p 3 console.pfx 3<<<"pässword"
	[[ "$output" = 'console "sweep.lab.example.com": stored, '* ]]
}

@test "one of the company's CA comes from files, with those above it; a renewed one needs no key" {
	run -65 --separate-stderr cert-console -d site add "$house/good.pem" "$house/leaf.key" "$house/inter-1.pem"
	[ "$stderr" = "cert-console: nothing stored: the certificate of /CN=House root is missing, up to the root: give its file, too" ]
	run -66 cert-console -d site show
	run -0 --separate-stderr cert-console -d site add "$house/good.pem" "$house/leaf.key" "$house/inter-1.pem" "$house/root-A.pem"
	[ "$stderr" = "" ]
	[[ "${lines[0]}" = 'console "sweep.lab.example.com": stored, valid until '* ]]
	[ "${lines[1]}" = "     issued by /CN=House consoles, the machines' root is /CN=House root" ]
	run -0 cert-console -d site add "$house/good.pem"
	[[ "$output" = 'console "sweep.lab.example.com": was stored before, '* ]]
	run -64 cert-console -d site add "$house/renewed.pem"
	run -0 cert-console -d site add --new "$house/renewed.pem"
	[[ "$output" != *note:* ]]
	cert-console -d site export -p 3 -o console.pfx 3<<<secret
	[ "$(exported)" = 3 ]
	openssl x509 -in exported.pem | cmp - "$house/renewed.pem"
	# It is no setup server's: nothing is set up with it.
	run -0 cert-list -d site
	[[ "$output" = *$'console sweep.lab.example.com\n     valid until '* ]]
	[[ "$output" = *"no certificate and no request yet"* ]]
}

@test "a path that machines would not take is told" {
	run -0 --separate-stderr cert-console -d site add "$house/below.pem" "$house/leaf.key" "$house/deep.pem" \
		"$house/inter-1.pem" "$house/root-A.pem"
	[[ "$stderr" = "cert-console: warning: machines that trust the last of its certificates would not take it: "*path* ]]
}

@test "what machines would not take from a console is not stored" {
	while IFS='|' read -r name key why; do
		run -65 --separate-stderr cert-console -d site add "$house/$name.pem" "$house/$key.key" "$house/inter-1.pem" "$house/root-A.pem"
		[ "$stderr" = "cert-console: nothing stored: machines would not take the certificate from a console: $why" ]
	done <<-'END'
		setup|leaf|it is not for client authentication (extendedKeyUsage has no clientAuth)
		plain|leaf|it is not for a console (extendedKeyUsage has no 2.16.840.1.113741.1.2.1)
		nobody|leaf|it has not one common name, which machines compare
		cipher|leaf|its key may not sign (keyUsage has no digitalSignature)
		short|root-old|its key is no RSA key of 2048 bits or more
		aca|inter-1|it is a CA's
	END
	SOURCE_DATE_EPOCH=$(($(date +%s) + 701 * 86400)) run -65 --separate-stderr cert-console -d site add \
		"$house/good.pem" "$house/leaf.key" "$house/inter-1.pem" "$house/root-A.pem"
	[[ "$stderr" = *": it is no longer valid" ]]
	run -65 --separate-stderr cert-console -d site add "$house/good.pem"
	[ "$stderr" = "cert-console: nothing stored: the files have no certificate whose private key is in them, too, or in the store" ]
	[ "$(sqlite3 site/site.db "SELECT (SELECT count(*) FROM server_keys) + (SELECT count(*) FROM certificates)")" = 0 ]
}

@test "another one comes with --new only, says what it changes, and back shows the one before" {
	cert-ca -d site make --cn "Lab CA" >/dev/null
	cert-console -d site make --cn sweep.lab.example.com >/dev/null
	run -66 --separate-stderr cert-console -d site back
	[ "$stderr" = "cert-console: site: there was no other certificate before for the site's console" ]
	run -64 --separate-stderr cert-console -d site make --cn sweep.lab.example.com
	[ "$stderr" = 'cert-console: site: the site has a certificate for its console, "sweep.lab.example.com"; with --new another one takes its place' ]
	run -0 cert-console -d site make --cn sweep.lab.example.com --new
	[ "${#lines[@]}" = 3 ] # same root, same name: nothing to look after
	cert-ca -d site make --cn "Other CA" --new >/dev/null
	run -0 cert-console -d site make --cn sweep.hq.example.com --new
	[ "${lines[3]}" = "note: another root than before: machines with mutual TLS let it in only if they trust that root by now (trusted-root)" ]
	[ "${lines[4]}" = "note: another name than before: machines with mutual TLS let it in only if their trusted names (TrustedCN) have room for it by now" ]
	[ "${lines[5]}" = "     if they do not: amt-cert console back -d site" ]
	run -0 cert-console -d site back
	[[ "${lines[0]}" = "console \"sweep.lab.example.com\": the site's again, "* ]]
	run -0 cert-console -d site show
	[[ "${lines[0]}" = 'console "sweep.lab.example.com": '* ]]
	run -0 cert-console -d site back
	run -0 amt-cert console show -d site
	[[ "${lines[0]}" = 'console "sweep.hq.example.com": '* ]]
}

@test "it ends with its CA, and none is made under one that has ended" {
	cert-ca -d site make --cn "Lab CA" --days 100 >/dev/null
	cert-console -d site make --cn sweep.lab.example.com >/dev/null
	cert-console -d site export -p 3 -o console.pfx 3<<<secret
	exported
	openssl x509 -in exported.pem -noout -checkend $((99 * 86400))
	run ! openssl x509 -in exported.pem -noout -checkend $((101 * 86400))
	SOURCE_DATE_EPOCH=$(($(date +%s) + 101 * 86400)) run -65 --separate-stderr cert-console -d site make --new --cn sweep.lab.example.com
	[ "$stderr" = "cert-console: site: the site's CA is no longer valid: make another one with amt-cert ca make --new" ]
	SOURCE_DATE_EPOCH=$(($(date +%s) + 90 * 86400)) run -0 amt-cert list -d site
	[[ "$output" = *$'console sweep.lab.example.com\n     valid until '*" only: renew it"* ]]
}

@test "a damaged key or certificate is said, and another one can take its place" {
	cert-ca -d site make --cn "Lab CA" >/dev/null
	cert-console -d site make --cn sweep.lab.example.com >/dev/null
	sqlite3 site/site.db "UPDATE certificates SET sealed = zeroblob(100)
		WHERE print = (SELECT value FROM meta WHERE name = 'console')"
	run -65 --separate-stderr cert-console -d site show
	[ "$stderr" = "cert-console: site: the console's certificate or its key is damaged: put the site back from a backup, or replace it (amt-cert console make or add, with --new)" ]
	run -65 --separate-stderr cert-console -d site export -p 3 -o console.pfx 3<<<secret
	[ ! -e console.pfx ]
	run -65 cert-list -d site
	[[ "$output" = *"console: its certificate or key is damaged: put the site back from a backup, or replace it"* ]]
	run -64 cert-console -d site make --cn sweep.lab.example.com
	run -0 cert-console -d site make --cn sweep.lab.example.com --new
	run -0 cert-console -d site show
	run -65 --separate-stderr cert-console -d site back
	[ "$stderr" = "cert-console: nothing changed: the certificate before is damaged" ]
	run -0 cert-console -d site show
}

@test "a command line that says nothing, or too much, is refused" {
	for words in "" "show" "-d site" "-d site make" "-d site list" "-d site add" "-d site show x" "-d site show -o x" \
		"-d site make --cn a.example.com y" "-d site export" "-d site export --cn a.example.com -o x" \
		"-d site make --cn x" "-d site make --cn *.example.com" "-d site make --cn a.example.com --days 7301"; do
		# shellcheck disable=SC2086 # words
		run -64 cert-console $words
	done
	run -64 amt-cert console -d site
	[[ "$output" = *"what to do is missing (expected make, add, show, export or back)"* ]]
}
