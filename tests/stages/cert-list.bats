# shellcheck shell=bash disable=SC2154,SC2030,SC2031
# What a site has for machines that are set up with a certificate.
bats_require_minimum_version 1.5.0
load certs

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	certs_make
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
}

sql() {
	sqlite3 "$site/site.db" "$@"
}

go_daddy=sha256:45140b3247eb9cc8c5b4f0d7b53091f73292089e6e5a63e2749dd3aca9198eda

@test "an empty site says what to do first" {
	run -0 --separate-stderr cert-list -d "$site"
	[ "$output" = "no certificate and no request yet; amt-cert plan -d $site shows what to buy" ]
	[ "$stderr" = "" ]
}

@test "a certificate is listed with its end, its domain, its issuers and the machines that it reaches" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem
	run -0 --separate-stderr cert-list -d "$site"
	[ "$output" = "certificate prov.example.com
     valid until $(date -u -d "$(openssl x509 -in leaf-oid.pem -noout -enddate | cut -d = -f 2)" +%F)
     for machines whose DNS suffix is example.com or below it
     issued by /CN=Test Issuing 1, /CN=Test Provisioning Root A (no public root: its hash has to be in the machines)
     no machine has said hello with version 3 yet" ]

	names pc-1.example.com pc-2.lab7.example.com pc-3.example.org - pc-5.example.com pc-6.example.com pc-7.example.com
	root=$(sum root-A.pem)
	hellos "$go_daddy,$root" "$root" "$root" "$root" "$go_daddy" "sha256:${root#*:}00" ""
	run -0 cert-list -d "$site"
	# Which of the two is the example depends on the hash of this root.
	[ "$(tail -n 4 <<<"$output" | sed 's/; it lists .*//')" = "     reaches 2 of 6 machines heard so far
     not 2: CERT-NO-ROOT, such as: it does not list /CN=Test Provisioning Root A
     not 1: CERT-NAME, such as: prov.example.com: example.org is not under example.com, which is what machines compare of prov.example.com
     not 1: no name in the map yet" ]
}

@test "each certificate is counted for itself, and all of them together" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem >/dev/null
	leaf second prov.example.org other
	cert-add -d "$site" other.key second.pem above.pem >/dev/null
	names pc-1.example.com pc-2.example.org pc-3.example.net
	root=$(sum root-A.pem)
	hellos "$root" "$root" "$root"
	run -0 cert-list -d "$site"
	[ "$(grep -c '^certificate ' <<<"$output")" = 2 ]
	[ "$(grep -c '^     reaches 1 of 3 machines heard so far$' <<<"$output")" = 2 ]
	[ "$(grep -c '^     not 2: CERT-NAME, such as: ' <<<"$output")" = 2 ]
	[ "$(tail -n 1 <<<"$output")" = "all together reach 2 of 3 machines heard so far" ]
}

@test "of a cross-signed issuer the root counts that the machine lists" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem cross-1.pem root-B.pem >/dev/null
	names pc-1.example.com pc-2.example.com pc-3.example.com
	hellos "$(sum root-A.pem)" "$(sum root-B.pem)" "$(sum root-old.pem)"
	run -0 cert-list -d "$site"
	[[ "$output" == *"     reaches 2 of 3 machines heard so far
     not 1: CERT-NO-ROOT, such as: it does not list "* ]]
}

@test "what ends soon, or has ended, is to be renewed" {
	cert-add -d "$site" leaf.key leaf-soon.pem above.pem >/dev/null
	cert-add -d "$site" leaf-exp.pem >/dev/null
	run -0 cert-list -d "$site"
	[ "$(sed -n 2p <<<"$output")" = "     valid until $(date -u -d '9 days' +%F) only: renew it" ]
	[[ "$output" == *$'\n     expired on 20'*$': renew it\n'* ]]
}

@test "a machine whose release is known is judged by that" {
	cert-add -d "$site" leaf-1024.key leaf-1024.pem above.pem >/dev/null
	names pc-1.example.com pc-2.example.com
	hellos "$(sum root-A.pem),sha1:2796bae63f1801e277261ba0d77770028f20eee4" \
		"$(sum root-A.pem),sha1:2796bae63f1801e277261ba0d77770028f20eee4"
	run -0 cert-list -d "$site"
	[[ "$output" == *"     reaches 2 of 2 machines heard so far" ]]
	sql "UPDATE machines SET firmware = '16.1.5' WHERE uuid = '$(machine_uuid 2)'"
	run -0 cert-list -d "$site"
	[[ "$output" == *"     reaches 1 of 2 machines heard so far
     not 1: CERT-KEY-SIZE, such as: "* ]]
}

@test "what it counts is what a plan does" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem >/dev/null
	names pc-1.example.com pc-2.lab7.example.com pc-3.example.org - pc-5.example.com
	root=$(sum root-A.pem)
	hellos "$root" "$root,$go_daddy" "$root" "$root" "$go_daddy"
	run -0 cert-list -d "$site"
	[[ "$output" == *"     reaches 2 of 5 machines heard so far
     not 1: CERT-NO-ROOT, "*"
     not 1: CERT-NAME, "*"
     not 1: no name in the map yet" ]]
	store-plan -d "$site" -p "$site/profile.xml" -t 300 -r >jobs
	[ "$(awk -F'\t' '/^@/ { kind = $1; next } kind ~ /^@jobs/ && $5 == "pki"' jobs | wc -l)" = 2 ]
	[ "$(sql "SELECT group_concat(reason, ' ') FROM (SELECT reason FROM machines WHERE reason <> '' ORDER BY reason)")" = \
		"CERT-NAME CERT-NO-ROOT MAP-NONE" ]
}

@test "requests without an answer and own roots are listed, answered ones are not" {
	cert-request -d "$site" --cn prov.lab8.example.com >first.csr
	cert-request -d "$site" --cn prov.lab9.example.com >second.csr
	openssl x509 -req -in second.csr -CA root-A.pem -CAkey root-A.key -set_serial 7 -sha256 -days 400 -out second.pem \
		-copy_extensions copyall 2>/dev/null
	cert-add -d "$site" second.pem root-A.pem >/dev/null
	cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com -o own.pem >/dev/null
	run -0 --separate-stderr cert-list -d "$site"
	[ "$stderr" = "" ]
	[ "$(grep -c '^certificate ' <<<"$output")" = 2 ]
	[ "$(grep -A 2 '^own root' <<<"$output")" = "own root /CN=Lab root
     valid until $(date -u -d "$(openssl x509 -in own.pem -noout -enddate | cut -d = -f 2)" +%F)
     SHA-256 $(openssl x509 -in own.pem -noout -fingerprint -sha256 | cut -d = -f 2)" ]
	[ "$(grep -A 1 '^request' <<<"$output")" = "request for prov.lab8.example.com of $(date -u +%F), without an answer yet
     when the CA answers: amt-cert add -d $site ANSWER.pem" ]
}

@test "what is damaged is said, and the rest is listed" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem >/dev/null
	sql "UPDATE server_keys SET sealed = zeroblob(1200)"
	run -65 --separate-stderr cert-list -d "$site"
	[[ "$output" == *$'\n     its private key is damaged: put the site back from a backup, '* ]]
	sql "UPDATE certificates SET sealed = zeroblob(900) WHERE print = '$(sum root-A.pem | cut -d : -f 2)'"
	run -65 --separate-stderr cert-list -d "$site"
	[[ "$stderr" == "cert-list: $site/site.db: certificates that are damaged and left out: 1; "* ]]
	[[ "$output" == *$'\n     issued by /CN=Test Issuing 1, /CN=Test Provisioning Root A, which is missing: amt-cert add its file\n'* ]]
}

@test "amt-cert list reads the site and changes nothing" {
	amt-init -d "$BATS_TEST_TMPDIR/own" >/dev/null
	site=$BATS_TEST_TMPDIR/own
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem >/dev/null
	before=$(sql .dump)
	run -0 amt-cert list -d "$site"
	[[ "$output" == "certificate prov.example.com"* ]]
	[ "$(sql .dump)" = "$before" ]
	run -64 amt-cert list -d "$site" more
}
