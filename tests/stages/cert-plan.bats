# shellcheck shell=bash disable=SC2154,SC2030,SC2031
# Which certificate to buy.
bats_require_minimum_version 1.5.0
load certs

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
	export SOURCE_DATE_EPOCH=1790000000 # 2026-09-21
}

go_daddy=sha256:45140b3247eb9cc8c5b4f0d7b53091f73292089e6e5a63e2749dd3aca9198eda
go_daddy_old=sha1:2796bae63f1801e277261ba0d77770028f20eee4
digicert=sha256:cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f
verisign=sha256:2399561127a57125de8cefea610ddf2fa078b5c8067f4e828290bfb860e84b3c
baltimore=sha256:16af57a9f676b0ab126095aa5ebadef22ab31119d644ac95cd4b93dbf3f26aeb
nobody=sha256:00000000000000000000000000000000000000000000000000000000000000ff

# part NAME: of the output, without its heading
part() {
	sed -n "/^$1$/,/^$/p" <<<"$output" | sed '1d; /^$/d'
}

# machines_of DOMAIN N: N names in it
machines_of() {
	local i
	for ((i = 0; i < $2; i++)); do
		machine=$((machine + 1))
		echo "pc-$machine.$1"
	done
}

@test "an empty site is told what is known, and what to do" {
	run -0 --separate-stderr cert-plan -d "$site"
	[ "$stderr" = "" ]
	[ "$(part 'WHICH NAME')" = "the map has no machines yet: load it first (amt-map), or use prov.YOUR.DOMAIN" ]
	[[ "$output" == *$'\n     from AMT 11.0: Go Daddy Root CA - G2\n'* ]]
	[[ "$output" == *$'\n     from AMT 2.2 before 15.0: Go Daddy Class 2 CA\n'* ]]
	[[ "$output" != *Verizon* ]]
	[[ "$output" == *$'\nwhat to do: let one machine of each model say hello'* ]]
}

@test "one name for all domains that machines shorten it to, the largest first, and old releases apart" {
	# shellcheck disable=SC2046 # words
	names $(machine=0 && machines_of lab8.example.com 2 && machines_of lab7.example.com 3 && machines_of example.com 1 &&
		machines_of b.example.org 1 && machines_of a.example.org 2)
	run -0 cert-plan -d "$site"
	[ "$(part 'WHICH NAME')" = "prov.lab7.example.com: for 6 of 9 machines in the map
     its domains: lab7.example.com (3), lab8.example.com (2), example.com (1)
     AMT 2.2 (before 2.5), 3.0 (before 3.2): only 3 of these 6 would take it
     amt-cert request -d $site --cn prov.lab7.example.com -o prov.lab7.example.com.csr
prov.a.example.org: for 3 of 9 machines in the map
     its domains: a.example.org (2), b.example.org (1)
     AMT 2.6 (before 3.0), 3.2 (before 5.0): none of these would take it
     AMT 2.2 (before 2.5), 3.0 (before 3.2): only 2 of these 3 would take it
     amt-cert request -d $site --cn prov.a.example.org -o prov.a.example.org.csr
machines look at one name of a certificate: each of these 2 is a certificate of its own" ]
}

@test "names that are not shortened are for what is below them, and private ones are no CA's" {
	# shellcheck disable=SC2046 # words
	names $(machine=0 && machines_of x.example.xyz 2 && machines_of example.xyz 1 && machines_of lab.local 2 && machines_of example.fr 1)
	run -0 cert-plan -d "$site"
	said=$(part 'WHICH NAME')
	[[ "$said" == *"example.xyz: for 3 of 6 machines in the map
     its domains: x.example.xyz (2), example.xyz (1)"* ]]
	[[ "$said" == *"lab.local: for 2 of 6 machines in the map
     its domains: lab.local (2)
     no public CA issues certificates for it; what to do:
     amt-cert root -d $site --cn \"Lab root\" --name lab.local"* ]]
	[[ "$said" == *"example.fr: for 1 of 6 machines in the map
     its domains: example.fr (1)
     machines do not shorten it; if a domain above it is yours, "* ]]
	# What is proposed is what requests and roots take.
	sed -n 's/^     amt-cert request -d .* --cn \([^ ]*\) .*/\1/p' <<<"$said" >proposed
	[ "$(wc -l <proposed)" = 2 ]
	while read -r name; do
		cert-request -d "$site" --cn "$name" >/dev/null
	done <proposed
	cert-root -d "$site" --cn "Lab root" --name lab.local >/dev/null
}

@test "CAs by the machines that list their roots, the best one and what adds to it" {
	hellos "$go_daddy,$go_daddy_old" "$go_daddy,$digicert" "$digicert,$verisign" "$go_daddy_old,$baltimore,$nobody" \
		"$nobody" "$go_daddy" "" "$go_daddy"
	run -0 cert-plan -d "$site"
	[ "$(part 'WHICH CA')" = "of 7 machines heard so far (hello version 3), this many list each root:
     4 of 7  Go Daddy Root CA - G2
     2 of 7  DigiCert Global Root G2
     2 of 7  Go Daddy Class 2 CA (signed with SHA-1: not for AMT 16 and later)
listed too, but expired or given up by its CA: VeriSign Universal Root CA (given up), Baltimore CyberTrust Root (2025-05)
2 of 7 list hashes of no public root: an own root, or one that is not published (amt-cert list -d $site counts yours)
best: a certificate under Go Daddy Root CA - G2, for 4 of 7
     and one under DigiCert Global Root G2, together for 5 of 7
     and one under Go Daddy Class 2 CA, together for 6 of 7
1 of 7 machines are reached by no public CA: an own root does (amt-cert root)" ]
	[[ "$output" == *"7 of 7 machines heard so far (hello version 3) have no name in the map: their domain is not known"* ]]
}

@test "when most list a root that AMT 16 does not take, the best other one is shown, too" {
	hellos "$go_daddy_old" "$go_daddy_old,$go_daddy" "$go_daddy_old,$go_daddy"
	run -0 cert-plan -d "$site"
	[ "$(tail -n 2 <<<"$output")" = "best: a certificate under Go Daddy Class 2 CA, for 3 of 3
     if some of them are AMT 16 or later: a certificate under Go Daddy Root CA - G2, for 2 of 3" ]
	site=$BATS_TEST_TMPDIR/old
	store-init -d "$site"
	hellos "$go_daddy_old"
	run -0 cert-plan -d "$site"
	[ "$(tail -n 1 <<<"$output")" = "     if some of them are AMT 16 or later: an own root (amt-cert root)" ]
}

@test "one CA for all is all that is said, and none for any is said, too" {
	hellos "$go_daddy,$digicert" "$digicert,$go_daddy,$nobody"
	run -0 cert-plan -d "$site"
	[ "$(tail -n 1 <<<"$output")" = "best: a certificate under Go Daddy Root CA - G2, for 2 of 2" ]
	site=$BATS_TEST_TMPDIR/none
	store-init -d "$site"
	hellos "$nobody" "sha256:00"
	run -0 cert-plan -d "$site"
	[[ "$output" == *$'\nnone of them lists a public root whose CA could sell a certificate\n'* ]]
	[ "$(tail -n 1 <<<"$output")" = "2 of 2 machines are reached by no public CA: an own root does (amt-cert root)" ]
}

@test "amt-cert plan needs no certificate and changes nothing" {
	unset SOURCE_DATE_EPOCH
	amt-init -d own >/dev/null
	before=$(sqlite3 own/site.db .dump)
	run -0 --separate-stderr amt-cert plan -d own
	[ "$stderr" = "" ]
	[[ "$output" == "WHICH NAME"* ]]
	[ "$(sqlite3 own/site.db .dump)" = "$before" ]
	run -64 amt-cert plan -d own more
}
