# shellcheck shell=bash disable=SC2154,SC2030,SC2031
# Keys and certificates of setup servers in the store.
bats_require_minimum_version 1.5.0
load certs

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	certs_make || return
	pfx good.pfx
	leaf renewed prov.example.com
	issue renewed leaf inter-1 sha256 /CN=prov.example.com 1200 "$setup_usage"
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
}

sql() {
	sqlite3 "$site/site.db" "$@"
}

# print FILE: SHA-256 of a certificate's DER
print() {
	openssl x509 -in "$1" -outform der | sha256sum | cut -d ' ' -f 1
}

# stored FILE...: just these certificates are in the store
stored() {
	diff <(for f; do print "$f"; done | sort) <(sql 'SELECT print FROM certificates ORDER BY print')
}

# nothing_stored: not even a part
nothing_stored() {
	[ "$(sql 'SELECT (SELECT count(*) FROM server_keys) + (SELECT count(*) FROM certificates)')" = 0 ]
}

@test "a PFX is tested and stored: the key, and each certificate by its hash" {
	run -0 --separate-stderr cert-add -d "$site" -p 3 good.pfx 3<<<secret
	[ "$stderr" = "" ]
	[[ "$output" == "pass key: RSA of 2048 bits"*$'\nstored' ]]
	stored leaf-oid.pem inter-1.pem root-A.pem
	key=$(openssl pkey -in leaf.key -pubout -outform der | sha256sum | cut -d ' ' -f 1)
	[ "$(sql 'SELECT print FROM server_keys')" = "$key" ]
	[ "$(sql 'SELECT print FROM certificates WHERE server_key IS NOT NULL')" = "$(print leaf-oid.pem)" ]
	[ "$(sql 'SELECT server_key FROM certificates WHERE server_key IS NOT NULL')" = "$key" ]
}

@test "nothing of key or certificate is readable in the site's folder" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem
	openssl pkey -in leaf.key -outform der | xxd -p | tr -d '\n' >key.hex
	openssl x509 -in leaf-oid.pem -outform der | xxd -p | tr -d '\n' >cert.hex
	# 16 bytes from the middle of the modulus, of a private prime, and of the certificate
	for at in 200 1400; do cut -c "$at-$((at + 31))" key.hex; done >parts
	cut -c 400-431 cert.hex >>parts
	find "$site" -type f -exec xxd -p {} \; | tr -d '\n' >all.hex
	[ "$(wc -l <parts)" = 3 ]
	! grep -qFf parts all.hex
}

@test "the same once more changes nothing and says so" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem
	before=$(sql .dump)
	run -0 cert-add -d "$site" leaf.key leaf-oid.pem above.pem
	[[ "$output" == *$'\nwas stored before' ]]
	[ "$(sql .dump)" = "$before" ]
}

@test "both ways up are stored, and what belongs to neither is not" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem cross-1.pem root-B.pem root-old.pem leaf-3072.pem
	stored leaf-oid.pem inter-1.pem root-A.pem cross-1.pem root-B.pem
}

@test "after a test that fails nothing is stored" {
	for files in "leaf.key leaf-none.pem above.pem" "leaf.key leaf-oid.pem inter-1.pem" "leaf-ec.key leaf-ec.pem above.pem" \
		"leaf-oid.pem above.pem" "other.key leaf-oid.pem above.pem" "leaf.key other.key leaf-oid.pem above.pem"; do
		# shellcheck disable=SC2086 # words
		run -65 --separate-stderr cert-add -d "$site" $files
		[ "$stderr" = "cert-add: nothing stored: a test failed" ]
		[[ "$output" == *"fail "* ]]
		nothing_stored
	done
}

@test "a renewed certificate needs neither key nor issuers: the store has them" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem
	run -0 cert-add -d "$site" renewed.pem
	[[ "$output" == *"pass chain: /CN=prov.example.com, /CN=Test Issuing 1, /CN=Test Provisioning Root A"*$'\nstored' ]]
	stored leaf-oid.pem renewed.pem inter-1.pem root-A.pem
	[ "$(sql 'SELECT count(*) FROM certificates WHERE server_key IS NOT NULL')" = 2 ]
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 1 ]
}

@test "a key in another row's place does not open" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem
	leaf mine prov.example.com other
	cert-add -d "$site" other.key mine.pem above.pem
	# Only this row: an UPDATE of both would see the first one's new value.
	key=$(sql "SELECT server_key FROM certificates WHERE print = '$(print leaf-oid.pem)'")
	sql "UPDATE server_keys SET sealed = (SELECT sealed FROM server_keys WHERE print <> '$key') WHERE print = '$key'"
	before=$(sql .dump)
	run -65 --separate-stderr cert-add -d "$site" renewed.pem
	[[ "$stderr" == "cert-add: $site/site.db: the private key "*" is damaged: put the site back"* ]]
	[ "$(sql .dump)" = "$before" ]
}

@test "a certificate that is damaged is left out, with a warning" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem
	sql "UPDATE certificates SET sealed = zeroblob(100) WHERE print = '$(print root-A.pem)'"
	run -65 --separate-stderr cert-add -d "$site" renewed.pem
	[[ "$stderr" == "cert-add: $site/site.db: certificates that are damaged and left out: 1; "* ]]
	[[ "$output" == *"fail chain: "* ]]
}

@test "what is damaged in the store is put right when it is added again" {
	cert-add -d "$site" leaf.key leaf-oid.pem above.pem
	for damage in "UPDATE server_keys SET sealed = zeroblob(100)" \
		"UPDATE certificates SET sealed = zeroblob(100) WHERE server_key IS NOT NULL" \
		"UPDATE certificates SET sealed = zeroblob(100) WHERE server_key IS NULL" \
		"UPDATE certificates SET server_key = 'of none' WHERE server_key IS NOT NULL"; do
		sql "$damage"
		run -0 cert-add -d "$site" leaf.key leaf-oid.pem above.pem
		[[ "$output" == *$'\nstored' ]]
		run -0 --separate-stderr cert-list -d "$site"
		[ "$stderr" = "" ]
		[[ "$output" == "certificate prov.example.com"* ]]
		run -0 --separate-stderr cert-add -d "$site" leaf.key leaf-oid.pem above.pem
		[ "$stderr" = "" ]
		[[ "$output" == *$'\nwas stored before' ]]
	done
	# with the key that is there now, its certificate can be renewed
	run -0 cert-add -d "$site" renewed.pem
}

@test "a wrong password stores nothing" {
	run -65 --separate-stderr cert-add -d "$site" -p 3 good.pfx 3<<<wrong
	[ "$stderr" = "cert-add: good.pfx: the password is wrong" ]
	nothing_stored
}

@test "amt-cert add stores into the site, its options before and behind the files" {
	amt-init -d "$BATS_TEST_TMPDIR/own" >/dev/null
	run -0 --separate-stderr amt-cert add good.pfx -p 3 -d "$BATS_TEST_TMPDIR/own" 3<<<secret
	[[ "$output" == *$'\nstored' ]]
	site=$BATS_TEST_TMPDIR/own
	stored leaf-oid.pem inter-1.pem root-A.pem
	run -0 amt-cert add -d "$site" renewed.pem
	run -64 --separate-stderr amt-cert add -d "$site"
	[[ "$stderr" == "amt-cert: a file is missing"* ]]
	run -66 --separate-stderr amt-cert add -d "$BATS_TEST_TMPDIR/none" good.pfx
	[[ "$stderr" == *": no site here; make one with: amt-init"* ]]
}
