# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
# Machines get certificates: from the site's own CA, or from its signer program;
# and whatever that does, no machine is harmed.
# slow
bats_require_minimum_version 1.5.0
load common
load mixed

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

# wants BY [TLS]: the profile's certificate
wants() {
	sed -i '/<certificate>/d; /<tls>/d' site/profile.xml
	sed -i "s|</profile>|<certificate>$1</certificate><tls>${2-server}</tls></profile>|" site/profile.xml
}

# signer BODY: the site's program is this one
signer() {
	printf '#!/bin/sh\n%s\n' "$1" >program
	chmod 755 program
	sed -i '/SIGNER/d' site/site.conf
	printf 'SIGNER=%s\nSIGNER_SECONDS=3\n' "$PWD/program" >>site/site.conf
}

# A CA in files, for signer programs.
house_ca() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout house.key -out house.pem -days 400 \
		-subj "/CN=House CA" 2>/dev/null
}

# machines N [AMTPEER OPTION...]: so many, with a hello each
machines() {
	site_of_fleet "$1" -a 127.41.0.1
	peer_start "${@:2}"
}

# address N, name N: of the machine
address() {
	awk -F'\t' -v "n=$1" 'NR == n + 1 { print $1 }' fleet/fleet.tsv
}

name() {
	store-dump -d site -k devices | awk -F'\t' -v "at=$(address "$1")" '$3 == at { print $2 }'
}

# served N: the certificate that it serves
served() {
	openssl s_client -connect "$(address "$1"):$tls" -servername "$(name "$1")" </dev/null 2>/dev/null |
		openssl x509
}

@test "the local CA's certificates are taken by openssl, GnuTLS, NSS and curl for the name" {
	machines 2
	amt-cert ca make --cn "Lab machines" -o ca.pem >/dev/null
	wants local
	run -0 --separate-stderr sweep_all
	[ "$stderr" = "" ]
	store-dump -d site -k devices
	[ "$(state_count verified)" = 2 ]
	mkdir nss
	certutil -N -d sql:nss --empty-password
	certutil -A -d sql:nss -n ca -t C,, -i ca.pem
	for n in 1 2; do
		served "$n" >leaf.pem
		host=$(name "$n")
		openssl verify -x509_strict -purpose sslserver -CAfile ca.pem -verify_hostname "$host" leaf.pem
		run ! openssl verify -CAfile ca.pem -verify_hostname "x$host" leaf.pem
		certtool --verify --load-ca-certificate ca.pem --verify-hostname "$host" --infile leaf.pem
		certutil -A -d sql:nss -n "pc$n" -t ,, -i leaf.pem
		certutil -V -d sql:nss -n "pc$n" -u V -e
		vfychain -d sql:nss -u 1 -pp -a leaf.pem
		# As a client connects: 401 is the machine's answer over TLS that holds.
		run -0 curl -sS -o /dev/null -w '%{http_code}' --cacert ca.pem \
			--connect-to "$host:16993:$(address "$n"):$tls" "https://$host:16993/index.htm"
		[ "$output" = 401 ] || [ "$output" = 200 ] || [ "$output" = 404 ]
		run -60 curl -sS -o /dev/null --cacert ca.pem \
			--connect-to "x$host:16993:$(address "$n"):$tls" "https://x$host:16993/"
		# What the store says it has issued.
		print=$(openssl x509 -in leaf.pem -outform DER | sha256sum | cut -d ' ' -f 1)
		[ "$(sql "SELECT count(*) FROM issued WHERE print = '$print'")" = 1 ]
	done
	[ "$(sql "SELECT count(*) FROM issued")" = 2 ]
	# Kept: nothing is issued again, and nothing is written.
	sweep_all
	[ "$(sql "SELECT count(*) FROM issued")" = 2 ]
	[ "$(state_count verified)" = 2 ]
}

@test "a signer program's certificates are served, the machines' keys stay in them" {
	machines 2
	house_ca
	signer "openssl x509 -req -in /dev/stdin -CA $PWD/house.pem -CAkey $PWD/house.key \
		-copy_extensions copy -days 90 2>/dev/null"
	wants signer
	run -0 --separate-stderr sweep_all
	store-dump -d site -k devices
	[ "$(state_count verified)" = 2 ]
	for n in 1 2; do
		served "$n" >leaf.pem
		openssl verify -CAfile house.pem -verify_hostname "$(name "$n")" leaf.pem
	done
	[ "$(sql "SELECT count(DISTINCT issuer) FROM issued")" = 1 ]
}

# stay ADDS REMOVES: methods, and a class; does each of 8 machines have one, by what it was told?
stay() {
	awk -F'\t' -v "adds=\\.($1) 0\$" -v "removes=$2.Delete ok" '
		$4 == "write" && $5 ~ adds { n[$3]++ }
		$4 == "write" && $5 == removes { n[$3]-- }
		END { for (m in n) print n[m] }' journal.tsv | sort | uniq -c | tr -s ' ' >stay
	cat stay
	[ "$(cat stay)" = " 8 1" ]
}

@test "a sweep that is killed after a certificate was issued is finished by the next, and nothing is doubled" {
	machines 8 -D 20
	amt-cert ca make --cn "Lab machines" -o ca.pem >/dev/null
	wants local
	# Each time some more are issued, and most of them have not come to serve.
	for some in 2 4 6; do
		setsid amt-sweep -t 60 -j 32 -P "$tls" -p "$plain" >/dev/null 2>&1 3>&- &
		group=$!
		for _ in {1..600}; do
			[ "$(sql "SELECT count(*) FROM issued")" -lt "$some" ] || break
			kill -0 "$group" 2>/dev/null || break
			sleep 0.02
		done
		kill -KILL -- "-$group" 2>/dev/null || :
		wait "$group" 2>/dev/null || :
	done
	for _ in {1..4}; do
		[ "$(state_count verified)" != 8 ] || break
		sweep_all || :
	done
	store-dump -d site -k devices | cut -f 2,6-12
	[ "$(state_count verified)" = 8 ]
	# One key and one certificate each that stay, and it serves: what a run that
	# was killed has left is used, or removed.
	stay 'GenerateKeyPair|AddKey' AMT_PublicPrivateKeyPair
	stay AddCertificate AMT_PublicKeyCertificate
	for n in {1..8}; do
		served "$n" >leaf.pem
		openssl verify -CAfile ca.pem -verify_hostname "$(name "$n")" leaf.pem
		print=$(openssl x509 -in leaf.pem -outform DER | sha256sum | cut -d ' ' -f 1)
		[ "$(sql "SELECT count(*) FROM issued WHERE print = '$print'")" = 1 ]
	done
	# Nobody is left behind; what was killed may take a moment to be gone.
	for _ in {1..100}; do
		pgrep -s "$group" >/dev/null || return 0
		sleep 0.1
	done
	false
}
