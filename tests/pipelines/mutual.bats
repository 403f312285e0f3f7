# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
# Machines that let in nobody but consoles with a certificate (mutual TLS), from the profile to
# what other consoles see of them.
# sanitized
bats_require_minimum_version 1.5.0
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

# wants TLS [MORE]: the profile of all; it trusts ca.pem and each file of $roots
wants() {
	local root n=0
	{
		printf '<profile name="a"><admin-password><random/></admin-password>'
		for root in ca.pem ${roots-}; do
			n=$((n + 1))
			printf '<trusted-root name="r%d"><certificate>%s</certificate></trusted-root>' \
				"$n" "$(openssl x509 -in "$root" -outform DER | base64 -w 0)"
		done
		printf '<certificate>local</certificate><tls>%s</tls>%s</profile>\n' "$1" "${2-}"
	} >site/profile.xml
	chmod 600 site/profile.xml
}

# machines N [AMTPEER OPTION...]: so many, with a hello each, and a site with its CA
machines() {
	# whose TLS is one that today's tools have a certificate for
	site_of_fleet "$1" -a 127.46.0.1 -w 12.0.68.1606
	peer_start "${@:2}"
	amt-cert ca make --cn "Lab machines" -o ca.pem >/dev/null
}

# exported NAME: the console's certificate for others, in NAME.pem
exported() {
	amt-cert console export -p 3 -o "$1.pfx" 3<<<secret >/dev/null
	openssl pkcs12 -in "$1.pfx" -passin pass:secret -nodes -out "$1.pem" 2>/dev/null
}

# stranger FILE NAME: a console's certificate of another CA, with it in FILE.pem, and FILE.crt, its root
stranger() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out "$1.crt" -days 30 -subj "/CN=CA of $1" 2>/dev/null
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.req" -subj "/CN=$2" 2>/dev/null
	openssl x509 -req -in "$1.req" -CA "$1.crt" -CAkey ca.key -days 30 -out "$1.leaf" 2>/dev/null \
		-extfile <(printf '%s\n' basicConstraints=CA:FALSE extendedKeyUsage=clientAuth,2.16.840.1.113741.1.2.1)
	cat "$1.leaf" "$1.key" "$1.crt" >"$1.pem"
}

address() {
	awk -F'\t' -v "n=$1" 'NR == n + 1 { print $1 }' fleet/fleet.tsv
}

# web N [CURL OPTION...]: HTTP status of the machine at its TLS port, 000 where none came
web() {
	curl -Sk -s -o /dev/null -w '%{http_code}' "${@:2}" "https://$(address "$1"):$tls/index.htm" || true
}

# closed_at_plain N
closed_at_plain() {
	[ "$(curl -s -o /dev/null -w '%{http_code}' "http://$(address "$1"):$plain/index.htm" || true)" = 000 ]
}

# writes FROM
writes() {
	tail -n "+$(($1 + 1))" journal.tsv | awk -F'\t' '$4 == "write" || $4 == "commit" { print }'
}

@test "a fleet is set up with it, and only who has the console's certificate gets in" {
	machines 2
	amt-cert console make --cn sweep.lab.example.com >/dev/null
	wants mutual '<tls-names>lab.example.com</tls-names>'
	run -0 --separate-stderr sweep_all
	[ "$stderr" = "" ]
	store-dump -d site -k devices
	[ "$(state_count verified)" = 2 ]
	[ "$(sql "SELECT count(*) FROM findings WHERE kind = 'differs'")" = 0 ]
	exported console
	stranger other sweep.lab.example.com
	for n in 1 2; do
		[ "$(web "$n" --cert console.pem)" != 000 ]
		[ "$(web "$n")" = 000 ]
		[ "$(web "$n" --cert other.pem)" = 000 ]
		closed_at_plain "$n"
		run -0 openssl s_client -connect "$(address "$n"):$tls" -tls1_2 -cert console.pem -key console.pem -brief </dev/null
		run ! openssl s_client -connect "$(address "$n"):$tls" -tls1_2 -cert other.pem -key other.pem -brief </dev/null
	done
	# Nothing is written where all is as wanted.
	at=$(lines)
	sweep_all
	run -0 --separate-stderr sweep_all --check
	[ "$(writes "$at")" = "" ]
	[ "$(sql "SELECT count(*) FROM kept WHERE reason <> ''")" = 0 ]

	# With another root while it is on, and other names.
	stranger spare "Spare root"
	roots=spare.crt
	wants mutual '<tls-names>lab.example.com example.net</tls-names>'
	sweep_all
	[ "$(sql "SELECT count(*) FROM findings WHERE kind = 'differs'")" = 0 ]
	[ "$(writes "$at" | grep -c 'AddTrustedRootCertificate 0$')" = 2 ]
	[ "$(tail -n "+$((at + 1))" journal.tsv | grep -c 'tls-set	on=1 mutual=0 plain=0')" = 2 ]
	[ "$(web 1 --cert console.pem)" != 000 ]
	[ "$(web 1)" = 000 ]
	closed_at_plain 1

	# And back.
	wants server
	sweep_all
	[ "$(sql "SELECT count(*) FROM kept WHERE reason <> ''")" = 0 ]
	for n in 1 2; do
		[ "$(web "$n")" != 000 ]
		closed_at_plain "$n"
	done
}

@test "without a console's certificate machines are set up with TLS alone, and say why" {
	machines 1
	wants mutual
	amt-sweep --dry-run >plan
	grep -E '^  pc-.*  but CONSOLE-NONE$' plan
	grep -xA 2 'WOULD NOT GET ALL OF THE PROFILE' plan | grep -x '  CONSOLE-NONE: 1'
	[ "$(amt-sweep --dry-run --json | jq -r '.[].lacks')" = CONSOLE-NONE ]
	run -0 --separate-stderr sweep_all
	[ "$(state_count verified)" = 1 ]
	[ "$(web 1)" != 000 ]
	closed_at_plain 1
	[ "$(sql "SELECT setting || ' ' || wanted || ' ' || found FROM findings WHERE kind = 'differs'")" = "tls mutual server" ]
	sweep_all
	[ "$(sql "SELECT reason FROM kept")" = CONSOLE-NONE ]
	# As soon as there is one, it is turned on.
	amt-cert console make --cn sweep.lab.example.com >/dev/null
	amt-sweep --dry-run >plan
	grep -E '^  pc-.*  because ' plan
	run ! grep CONSOLE-NONE plan
	sweep_all
	exported console
	[ "$(sql "SELECT reason FROM kept")" = "" ]
	[ "$(web 1)" = 000 ]
	[ "$(web 1 --cert console.pem)" != 000 ]
}

@test "a machine that refuses the certificate is asked at the other port only where the profile trusts that" {
	machines 1
	awk 'BEGIN { FS = OFS = "\t" } NR > 1 { $NF = "console-refuse" } { print }' fleet/fleet.tsv >with
	peer_end
	mv with fleet/fleet.tsv
	peer_start
	amt-cert console make --cn sweep.lab.example.com >/dev/null
	wants mutual
	sweep_all
	[ "$(reason_count CONSOLE-REFUSED)" = 1 ]
	store-dump -d site -k devices | grep "mutual TLS is on, port 16992 is open"
	wants mutual '<tls-names>lab.example.com</tls-names>'
	sweep_all
	[ "$(sql "SELECT max(attempt), reason FROM jobs")" = "2|CONSOLE-REFUSED" ]
	# Nothing was said without TLS, in neither sweep.
	run ! grep -P '\tconnect\tplain' journal.tsv
	run ! closed_at_plain 1
	wants mutual '<tls-fallback>plain</tls-fallback>'
	sweep_all
	closed_at_plain 1
	[ "$(web 1)" != 000 ]
	[ "$(state_count verified)" = 1 ]
	[ "$(sql "SELECT wanted, found FROM findings WHERE setting = 'tls'")" = "mutual|server" ]
}

@test "another console's certificate, of another root, takes the place of the one before" {
	machines 1
	amt-cert console make --cn sweep.lab.example.com >/dev/null
	wants mutual
	sweep_all
	exported before
	# The new root is in the profile, the machine has it not yet.
	stranger new sweep.lab.example.com
	amt-cert console add --new new.pem >/dev/null
	roots=new.crt
	wants mutual
	sweep_all
	[ "$(sql "SELECT reason FROM kept")" = "" ]
	[ "$(web 1 --cert new.pem)" != 000 ]
	[ "$(web 1)" = 000 ]
	# One that is in no profile locks nobody out.
	stranger lost sweep.lab.example.com
	amt-cert console add --new lost.pem >/dev/null
	wants mutual '<tls-names>lab.example.com</tls-names>'
	sweep_all
	[ "$(sql "SELECT reason FROM kept")" = CONSOLE-REFUSED ]
	[ "$(web 1 --cert new.pem)" != 000 ]
	[ "$(web 1 --cert lost.pem)" = 000 ]
}
