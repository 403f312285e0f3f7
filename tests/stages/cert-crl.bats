# shellcheck shell=bash disable=SC2154 # run sets output and stderr
# The list of certificates that the site's CA has revoked, as openssl takes it.
bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	store-init -d site
	cert-ca -d site make --cn "Lab 7 machines" -o ca.pem >/dev/null
	# A CA of its own with the same name, which is not the site's.
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 900 \
		-subj "/CN=Lab 7 machines" 2>/dev/null
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$BATS_FILE_TMPDIR"/* .
	now=$(date +%s)
}

sql() {
	sqlite3 site/site.db "$@"
}

# signed NAME: NAME.pem, issued by the site's CA
signed() {
	openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1.example.com" 2>/dev/null
	printf '1\tlocal\t7ab70000-0000-4000-8000-000000000001\t%s.example.com\t%s\n' "$1" \
		"$(openssl req -in "$1.csr" -outform DER | base64 -w 0)" >asked
	sign-run -d site python3 -c 'import socket, sys
s = socket.socket(fileno=3)
s.send(sys.stdin.readline().encode())
sys.stdout.write(s.recv(100000).decode())' <asked | cut -f 4 | cut -d , -f 1 | base64 -d |
		openssl x509 -inform DER -out "$1.pem"
}

# kept NAME N DAYS [REVOKED]: its row, as store-load writes it
kept() {
	sql "INSERT INTO issued VALUES ('$(openssl x509 -in "$1.pem" -outform DER | sha256sum | cut -d ' ' -f 1)',
		'7ab70000-0000-4000-8000-$(printf %012d "$2")', '', '', '', $((now - 9)), $((now + $3 * 86400)), ${4:-NULL},
		'$(cat "$1.pem")')"
}

# entries: serial numbers on the list FILE, sorted
entries() {
	openssl crl -in "$1" -noout -text | sed -n 's/^ *Serial Number: *//p' | sort
}

# signed_by CA LIST: openssl ends with 0 in either case
signed_by() {
	openssl crl -in "$2" -CAfile "$1" -verify -noout 2>&1 | grep -q 'verify OK'
}

serial() {
	openssl x509 -in "$1" -noout -serial | sed 's/^serial=//'
}

@test "a list has what was revoked, and openssl takes it and refuses those" {
	for name in in out ended; do signed $name; done
	kept in 1 300
	kept out 2 300 $((now - 5))
	kept ended 3 -1 $((now - 5))
	run -0 --separate-stderr cert-crl -d site -o list.crl
	[ "$output$stderr" = "" ]
	signed_by ca.pem list.crl
	# Another CA of that name did not sign it.
	run ! signed_by other.pem list.crl
	[ "$(entries list.crl)" = "$(serial out.pem)" ]
	openssl crl -in list.crl -noout -text >text
	grep -q 'Version 2' text
	grep -A 1 'CRL Reason Code' text | grep -q 'Cessation Of Operation'
	grep -A 1 'CRL Number' text
	grep -q 'Authority Key Identifier' text
	openssl verify -crl_check -CRLfile list.crl -CAfile ca.pem in.pem
	run ! openssl verify -crl_check -CRLfile list.crl -CAfile ca.pem out.pem
	[[ "$output" = *'certificate revoked'* ]]
	# It is good without the list: that is why it needs one.
	openssl verify -CAfile ca.pem out.pem
}

@test "a list is empty at first, has its own number and end, and goes to standard output as well" {
	run -0 --separate-stderr cert-crl -d site --days 7
	printf '%s\n' "$output" >first.crl
	signed_by ca.pem first.crl
	[ "$(entries first.crl)" = "" ]
	until=$(date -ud "$(openssl crl -in first.crl -noout -nextupdate | cut -d = -f 2)" +%s)
	from=$(date -ud "$(openssl crl -in first.crl -noout -lastupdate | cut -d = -f 2)" +%s)
	[ $((until - from)) = $((7 * 86400)) ]
	first=$(openssl crl -in first.crl -noout -crlnumber)
	SOURCE_DATE_EPOCH=$((now + 60)) cert-crl -d site -o second.crl
	[ "$(openssl crl -in second.crl -noout -crlnumber)" \> "$first" ]
}

# lists FILE: each list in it becomes a file list.1, list.2 and so on
lists() {
	rm -f list.?
	awk '/BEGIN X509 CRL/ { n++ } { print >"list." n }' "$1"
}

@test "a CA before has its own list while certificates of it are valid; another one of that name has none" {
	signed out
	signed in
	kept out 1 300 $((now - 5))
	kept in 3 200
	openssl req -new -key out.key -subj /CN=foreign.example.com |
		openssl x509 -req -CA other.pem -CAkey other.key -days 300 -out foreign.pem 2>/dev/null
	kept foreign 2 300 $((now - 5))
	cert-crl -d site -o list.crl
	[ "$(grep -c BEGIN list.crl)" = 1 ]
	[ "$(entries list.crl)" = "$(serial out.pem)" ]
	cert-ca -d site make --new --cn "Lab 8 machines" -o new.pem >/dev/null
	run -0 --separate-stderr cert-crl -d site -o list.crl
	[ "$output$stderr" = "" ]
	lists list.crl
	[ "$(ls list.?)" = $'list.1\nlist.2' ]
	# That of the present CA is first, as some programs read no other.
	signed_by new.pem list.1
	[ "$(entries list.1)" = "" ]
	signed_by ca.pem list.2
	[ "$(entries list.2)" = "$(serial out.pem)" ]
	openssl verify -crl_check -CRLfile list.2 -CAfile ca.pem in.pem
	run ! openssl verify -crl_check -CRLfile list.2 -CAfile ca.pem out.pem
	# Any one of them, by its name or its SHA-256.
	cert-crl -d site --ca "Lab 7 machines" -o one.crl
	cmp -n 30 one.crl list.2
	signed_by ca.pem one.crl
	[ "$(grep -c BEGIN one.crl)" = 1 ]
	sum=$(openssl x509 -in new.pem -noout -fingerprint -sha256 | sed 's/.*=//')
	cert-crl -d site --ca "${sum:0:11}" -o one.crl
	signed_by new.pem one.crl
	run -66 --separate-stderr cert-crl -d site --ca "Lab 9" -o one.crl
	[ "$stderr" = 'cert-crl: --ca: the site has no CA "Lab 9" whose certificates are valid (amt-cert ca show -d site lists them)' ]
	signed_by new.pem one.crl
	# When the last one has ended the CA has no list any more.
	sql "UPDATE issued SET until = $((now - 1)) WHERE pem <> '$(cat foreign.pem)'"
	cert-crl -d site -o list.crl
	[ "$(grep -c BEGIN list.crl)" = 1 ]
	signed_by new.pem list.crl
	run -66 cert-crl -d site --ca "Lab 7 machines"
}

@test "two CAs of one name are told apart by their SHA-256" {
	signed out
	kept out 1 300 $((now - 5))
	cert-ca -d site make --new --cn "Lab 7 machines" -o new.pem >/dev/null
	run -64 --separate-stderr cert-crl -d site --ca "Lab 7 machines" -o list.crl
	[[ "$stderr" = 'cert-crl: --ca: the site has several CAs called "Lab 7 machines": give the beginning of the SHA-256 '* ]]
	[ ! -e list.crl ]
	sum=$(openssl x509 -in ca.pem -noout -fingerprint -sha256 | sed 's/.*=//; s/://g')
	cert-crl -d site --ca "$sum" -o list.crl
	signed_by ca.pem list.crl
	[ "$(entries list.crl)" = "$(serial out.pem)" ]
}

@test "a CA before that may not sign lists is named, and the others have theirs; a damaged key ends it" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout strict.key -out strict.pem -days 900 -subj /CN=Strict \
		-addext keyUsage=critical,keyCertSign 2>/dev/null
	cert-ca -d site add --new strict.pem strict.key >/dev/null
	signed out
	kept out 1 300 $((now - 5))
	cert-ca -d site make --new --cn Present -o new.pem >/dev/null
	run -0 --separate-stderr cert-crl -d site -o list.crl
	[ "$stderr" = 'cert-crl: site: no list of CA "Strict", which the site had before: it may not sign lists of revoked certificates (keyUsage)' ]
	signed_by new.pem list.crl
	run -65 --separate-stderr cert-crl -d site --ca Strict
	[ "$stderr" = 'cert-crl: site: CA "Strict": it may not sign lists of revoked certificates (keyUsage)' ]
	signed in
	kept in 2 300
	cert-ca -d site make --new --cn Third >/dev/null
	sql "UPDATE server_keys SET sealed = zeroblob(40) WHERE print = '$(openssl x509 -in new.pem -noout -pubkey |
		openssl pkey -pubin -outform DER | sha256sum | cut -d ' ' -f 1)'"
	run -65 --separate-stderr cert-crl -d site -o list.crl
	[[ "$stderr" = *': the key of CA "Present", which the site had before, is damaged: put the site back from a backup' ]]
	signed_by new.pem list.crl
}

@test "without a CA, with one that may not, and with a damaged certificate there is no list, and one of before stays" {
	store-init -d empty
	echo before >list.crl
	run -66 --separate-stderr cert-crl -d empty -o list.crl
	[[ "$stderr" = "cert-crl: empty: the site has no CA, and so no list; make one with: amt-cert ca make -d empty --cn "* ]]
	openssl req -x509 -newkey rsa:2048 -nodes -keyout strict.key -out strict.pem -days 900 -subj /CN=Strict \
		-addext keyUsage=critical,keyCertSign 2>/dev/null
	cert-ca -d empty add strict.pem strict.key >/dev/null
	run -65 --separate-stderr cert-crl -d empty -o list.crl
	[ "$stderr" = "cert-crl: empty: the site's CA: it may not sign lists of revoked certificates (keyUsage)" ]
	signed out
	kept out 1 300 $((now - 5))
	sql "UPDATE issued SET pem = substr(pem, 1, 400)"
	run -65 --separate-stderr cert-crl -d site -o list.crl
	[[ "$stderr" = *": a certificate of machine 7ab70000-0000-4000-8000-000000000001 is damaged: "* ]]
	[ "$(cat list.crl)" = before ]
	run -64 cert-crl -d site --days 0
	run -64 cert-crl -d site more
	run -73 cert-crl -d site -o no/list.crl
}

@test "amt-cert crl writes it" {
	amt-cert crl -d site --days 9 -o list.crl
	signed_by ca.pem list.crl
	run -64 amt-cert crl -d site list.crl
}
