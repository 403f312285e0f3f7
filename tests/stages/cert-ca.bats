# shellcheck shell=bash disable=SC2154 # run sets output and stderr
# The site's own CA: made, taken, shown, written out.
bats_require_minimum_version 1.5.0
load certs

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 900 \
		-subj "/CN=House root" 2>/dev/null
	below sub sub 2048 "basicConstraints=critical,CA:TRUE" "keyUsage=critical,keyCertSign"
	below server server 2048 "basicConstraints=critical,CA:FALSE"
	below cannot cannot 2048 "basicConstraints=critical,CA:TRUE" "keyUsage=critical,cRLSign"
	below short short 1024 "basicConstraints=critical,CA:TRUE"
}

# below NAME CN BITS EXTENSION...: a certificate below that root
below() {
	openssl req -new -newkey "rsa:$3" -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA root.pem -CAkey root.key -days 800 -out "$1.pem" \
		-extfile <(printf '%s\n' "${@:4}") 2>/dev/null
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	house=$BATS_FILE_TMPDIR
	store-init -d site
}

@test "one that is made is a CA, its key is sealed, and it is shown and exported" {
	run -66 --separate-stderr cert-ca -d site show
	[ "$stderr" = 'cert-ca: site: the site has no CA; make one with: amt-cert ca make -d site --cn "NAME"' ]
	run -0 --separate-stderr cert-ca -d site make --cn "Lab 7 machines" --days 700 -o ca.pem
	[ "$stderr" = "" ]
	[[ "${lines[0]}" = 'CA "Lab 7 machines": new, valid until '* ]]
	[ "${lines[2]}" = "what to do: have ca.pem trusted by whoever connects to machines" ]
	[ "${#lines[@]}" = 3 ]
	sum=$(openssl x509 -in ca.pem -noout -fingerprint -sha256)
	[ "${lines[1]}" = "     SHA-256 ${sum##*=}" ]
	openssl x509 -in ca.pem -noout -ext basicConstraints,keyUsage >said
	grep -q CA:TRUE said
	grep -q 'Certificate Sign' said
	openssl x509 -in ca.pem -noout -checkend $((699 * 86400))
	run ! openssl x509 -in ca.pem -noout -checkend $((701 * 86400))
	run -0 cert-ca -d site show
	[[ "${lines[0]}" = 'CA "Lab 7 machines": in the store, valid until '* ]]
	run -0 --separate-stderr cert-ca -d site export
	printf '%s\n' "$output" | cmp - ca.pem
	# The key, which has the modulus in it, is nowhere in clear.
	modulus=$(openssl x509 -in ca.pem -noout -modulus)
	run -0 sqlite3 site/site.db "SELECT count(*), sum(instr(hex(sealed), '${modulus#*=}')) FROM server_keys"
	[ "$output" = "1|0" ]
	# And nobody takes the CA for a setup server's certificate, or its root.
	run -0 cert-list -d site
	[[ "$output" = 'CA of machines /CN=Lab 7 machines'* ]]
	[ "$(grep -c "Lab 7 machines" <<<"$output")" = 1 ]
	[[ "$output" != *root* ]]
}

@test "a site has one CA; another one comes with --new only" {
	cert-ca -d site make --cn One >/dev/null
	run -64 --separate-stderr cert-ca -d site make --cn Two
	[ "$stderr" = 'cert-ca: site: the site has a CA, "One"; with --new another one issues from now on' ]
	run -64 cert-ca -d site add "$house/root.pem" "$house/root.key"
	run -0 cert-ca -d site show
	[[ "$output" = 'CA "One": '* ]]
	run -0 cert-ca -d site make --cn Two --new
	run -0 cert-ca -d site show
	[[ "$output" = 'CA "Two": '* ]]
	run -0 cert-ca -d site add --new "$house/root.pem" "$house/root.key"
	[[ "$output" = 'CA "House root": stored, valid until '* ]]
	run -0 cert-ca -d site add "$house/root.pem" "$house/root.key"
	[[ "$output" = 'CA "House root": was stored before, valid until '* ]]
}

# kept FILE N DAYS: its row, as store-load writes it
kept() {
	sqlite3 site/site.db "INSERT INTO issued VALUES ('$(openssl x509 -in "$1" -outform DER | sha256sum | cut -d ' ' -f 1)',
		'7ab70000-0000-4000-8000-$(printf %012d "$2")', '', '', '', 1, $(($(date +%s) + $3 * 86400)), NULL, '$(cat "$1")')"
}

@test "those before the present one are shown, with their number of certificates, until these have ended" {
	cert-ca -d site add "$house/root.pem" "$house/root.key" >/dev/null
	kept "$house/server.pem" 1 300
	kept "$house/short.pem" 2 20
	run -0 cert-ca -d site show
	[ "${lines[2]}" = "     certificates of machines that have not ended: 2, the last one on $(date -ud '300 days' +%F)" ]
	cert-ca -d site make --cn Two --new >/dev/null
	run -0 cert-ca -d site show
	[[ "${lines[0]}" = 'CA "Two": in the store, valid until '* ]]
	[ "${lines[2]}" = "     certificates of machines that have not ended: 0" ]
	[[ "${lines[3]}" = 'CA "House root": issues nothing more, valid until '* ]]
	[ "${lines[5]}" = "     certificates of machines that have not ended: 2, the last one on $(date -ud '300 days' +%F)" ]
	run -0 cert-list -d site
	[[ "$output" = *'CA of machines /CN=Two'* ]]
	[[ "$output" = *'CA of machines before /CN=House root'* ]]
	sqlite3 site/site.db 'UPDATE issued SET until = 1'
	run -0 cert-ca -d site show
	[ "${#lines[@]}" = 3 ]
}

@test "one that there is comes from files, with a password too, and with those above it" {
	openssl pkcs12 -export -inkey "$house/sub.key" -in "$house/sub.pem" -certfile "$house/root.pem" \
		-passout pass:secret -out sub.pfx
	run -0 --separate-stderr cert-ca -d site add -p 3 sub.pfx 3<<<secret
	[[ "${lines[0]}" = 'CA "sub": stored, valid until '* ]]
	run -0 cert-ca -d site export
	openssl x509 <<<"$output" | cmp - "$house/sub.pem"
	[ "$(grep -c BEGIN <<<"$output")" = 1 ] # the root is trusted already, or nobody's
	run -0 amt-cert ca export -d site
	[ "$(grep -c BEGIN <<<"$output")" = 1 ]
}

@test "a CA whose name has control characters shows none of them" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout evil.key -out evil.pem -days 900 -utf8 \
		-subj "/CN=$(printf 'La\303\274b \033]0;x\007\302\2332J')" 2>/dev/null
	run -0 amt-cert ca add -d site evil.pem evil.key
	[[ "${lines[0]}" = 'CA "Laüb ?]0;x???2J": stored, valid until '* ]]
	run -0 amt-cert ca show -d site
	[[ "${lines[0]}" = 'CA "Laüb ?]0;x???2J": in the store, '* ]]
}

@test "what cannot be a CA is not stored" {
	while IFS='|' read -r name why; do
		run -65 --separate-stderr cert-ca -d site add "$house/$name.pem" "$house/$name.key"
		[ "$stderr" = "cert-ca: nothing stored: the certificate cannot be the site's CA: $why" ]
	done <<-'END'
		server|it is no CA's (basicConstraints say so)
		cannot|it may not sign certificates (keyUsage)
		short|its key is no RSA key of 2048 bits or more
	END
	run -65 --separate-stderr cert-ca -d site add "$house/root.pem"
	[ "$stderr" = "cert-ca: nothing stored: the files have no certificate whose private key is in them, too" ]
	run -66 cert-ca -d site add none.pem
	run -66 cert-ca -d site export
}

@test "a command line that says nothing, or too much, is refused" {
	for words in "" "show" "-d site" "-d site make" "-d site list" "-d site add" "-d site show x" \
		"-d site show -o x" "-d site make --cn x y" "-d site export --cn x"; do
		# shellcheck disable=SC2086 # words
		run -64 cert-ca $words
	done
	run -64 amt-cert ca -d site
	[[ "$output" = *"what to do is missing (expected make, add, show or export)"* ]]
	run -73 --separate-stderr cert-ca -d site make --cn x -o none/ca.pem
	run -66 cert-ca -d site show
}
