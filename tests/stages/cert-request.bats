# shellcheck shell=bash disable=SC2154,SC2030,SC2031
# Requests for a setup server's certificate, and their answers.
bats_require_minimum_version 1.5.0
load certs

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	key root-A 2048
	root root-A "Test Provisioning Root A" sha256
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
}

sql() {
	sqlite3 "$site/site.db" "$@"
}

# answer CSR TO [EXTENSION...]: as a CA signs it that takes the usage from the request
answer() {
	openssl x509 -req -in "$1" -CA root-A.pem -CAkey root-A.key -set_serial 7 -sha256 -days 400 -out "$2" \
		-copy_extensions copyall 2>/dev/null
}

@test "a request has a good signature, its name and its usages" {
	run -0 --separate-stderr cert-request -d "$site" --cn Prov.lab7.example.COM. -o prov.csr
	[ "$stderr" = "" ]
	[ "$output" = "prov.csr: request for prov.lab7.example.com, RSA of 2048 bits
its private key is in the site's store, sealed, and nowhere else
for machines whose DNS suffix is example.com or below it
what to do: send it to the CA, ask that the extended key usage 2.16.840.1.113741.1.2.3 stays in the certificate,
     then: amt-cert add -d $site ANSWER.pem" ]
	run -0 openssl req -verify -in prov.csr -noout -text
	[[ "$output" == *"self-signature verify OK"* ]]
	[[ "$output" == *"Subject: CN = prov.lab7.example.com"$'\n'* ]]
	[[ "$output" == *"Public-Key: (2048 bit)"* ]]
	[[ "$output" == *"TLS Web Server Authentication, 2.16.840.1.113741.1.2.3"* ]]
	[[ "$output" == *"DNS:prov.lab7.example.com"* ]]
	[[ "$output" == *"Digital Signature, Key Encipherment"* ]]
	[[ "$output" == *"Signature Algorithm: sha256WithRSAEncryption"* ]]
	[ "$(stat -c %a prov.csr)" = 644 ]
}

@test "with --ou it has the unit, and not the usage of AMT" {
	cert-request -d "$site" --cn prov.lab7.example.com --ou --bits 3072 --organization 'Example, Ltd' --country DE >ou.csr
	run -0 openssl req -verify -in ou.csr -noout -text -nameopt utf8,sep_multiline,sname
	[[ "$output" == *$'\n            C=DE\n            O=Example, Ltd\n            OU=Intel(R) Client Setup Certificate\n            CN=prov.lab7.example.com\n'* ]]
	[[ "$output" == *"Public-Key: (3072 bit)"* ]]
	[[ "$output" != *2.16.840.1.113741* ]]
	answer ou.csr ou.pem
	run -0 cert-add -d "$site" ou.pem root-A.pem
	[[ "$output" == *"pass purpose: OU=Intel(R) Client Setup Certificate"* ]]
}

@test "the answer of the CA needs no key: the store has it" {
	cert-request -d "$site" --cn prov.lab7.example.com -o prov.csr >/dev/null
	answer prov.csr answer.pem
	run -0 --separate-stderr cert-add -d "$site" answer.pem root-A.pem
	[ "$stderr" = "" ]
	[[ "$output" == "pass key: RSA of 2048 bits, the certificate's"*$'\nstored' ]]
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 1 ]
	[ "$(sql "SELECT count(*) FROM certificates c JOIN server_keys k ON k.print = c.server_key
		WHERE k.asked_name = 'prov.lab7.example.com'")" = 1 ]
	# another site has not
	store-init -d "$BATS_TEST_TMPDIR/other"
	run -65 --separate-stderr cert-add -d "$BATS_TEST_TMPDIR/other" answer.pem root-A.pem
	[[ "$output" == "fail key: there is no private key"* ]]
}

@test "asked again before there is an answer it is the same request, later another one" {
	cert-request -d "$site" --cn prov.lab7.example.com >first.csr
	run -0 --separate-stderr cert-request -d "$site" --cn prov.lab7.example.com
	[[ "$stderr" == "cert-request: prov.lab7.example.com was asked for on 2"*": this request has the same key (--new makes another one)" ]]
	diff - first.csr <<<"$output"
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 1 ]
	# another name, another size, or --new: another key
	cert-request -d "$site" --cn prov.lab8.example.com >other.csr
	cert-request -d "$site" --cn prov.lab7.example.com --bits 3072 >large.csr
	run -0 --separate-stderr cert-request -d "$site" --cn prov.lab7.example.com --new
	[ "$stderr" = "" ]
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 4 ]
	store-init -d "$BATS_TEST_TMPDIR/other"
	site=$BATS_TEST_TMPDIR/other
	cert-request -d "$site" --cn prov.lab7.example.com >first.csr
	answer first.csr answer.pem
	cert-add -d "$site" answer.pem root-A.pem
	run -0 --separate-stderr cert-request -d "$site" --cn prov.lab7.example.com
	[ "$stderr" = "" ]
	! diff - first.csr <<<"$output"
}

@test "the key is nowhere but in the store, sealed, and in no other row's place" {
	cert-request -d "$site" --cn prov.lab7.example.com -o prov.csr >said
	sql "SELECT length(sealed) > 1000 FROM server_keys" | grep -qx 1
	run ! grep -rqa 'PRIVATE KEY' "$site" prov.csr said
	# The DER of an RSA key has its public part in clear: modulus from the request
	modulus=$(openssl req -in prov.csr -noout -modulus | cut -d = -f 2)
	find "$site" -type f -exec xxd -p -u {} \; | tr -d '\n' >all.hex
	run ! grep -qF "${modulus:100:32}" all.hex
	sql "UPDATE server_keys SET sealed = zeroblob(1200)"
	run -65 --separate-stderr cert-request -d "$site" --cn prov.lab7.example.com -o again.csr
	[[ "$stderr" == *"the private key "*" is damaged: "* ]]
	[ ! -e again.csr ]
}

@test "a request that cannot be written leaves its key for the next one" {
	run -73 --separate-stderr cert-request -d "$site" --cn prov.lab7.example.com -o no/prov.csr
	[ "$stderr" = "cert-request: no/prov.csr: No such file or directory" ]
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 0 ]
	[ -c /dev/full ] || skip "there is no /dev/full"
	run -74 --separate-stderr bash -c "cert-request -d '$site' --cn prov.lab7.example.com >/dev/full"
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 1 ]
	run -0 --separate-stderr cert-request -d "$site" --cn prov.lab7.example.com
	[[ "$stderr" == *"has the same key"* ]]
}

@test "killed at any moment there is no request without its key" {
	local i took
	took=$({ time cert-request -d "$site" --cn prov.lab7.example.com -o "$BATS_TEST_TMPDIR/first.csr" >/dev/null; } 2>&1 |
		sed -n 's/^real.*m\([0-9.]*\)s/\1/p')
	for i in {1..30}; do
		timeout -s KILL "$(awk -v t="$took" -v i="$i" 'BEGIN { print 0.005 + t * i / 25 }')" \
			cert-request -d "$site" --cn "prov.lab$i.example.org" -o "$BATS_TEST_TMPDIR/$i.csr" >/dev/null || :
	done
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
	for i in "$BATS_TEST_TMPDIR"/*.csr; do
		openssl req -in "$i" -verify -noout
		key=$(openssl req -in "$i" -pubkey -noout | openssl pkey -pubin -outform der | sha256sum | cut -d ' ' -f 1)
		[ "$(sql "SELECT count(*) FROM server_keys WHERE print = '$key' AND asked_name LIKE 'prov.lab%'")" = 1 ]
	done
	[ -z "$(find "$BATS_TEST_TMPDIR" -maxdepth 1 -name '.*.csr*')" ]
}

@test "killed while the request gets its name, the key is there for the next one" {
	strace -o trace true 2>/dev/null || skip "strace cannot run here"
	[ "$(basename "$AMT_TEST_BUILD")" = release ] || skip "not of a program with sanitizers"
	run strace -o trace -e trace=linkat -e inject=linkat:signal=KILL \
		cert-request -d "$site" --cn prov.lab7.example.com -o "$BATS_TEST_TMPDIR/prov.csr"
	[ "$status" = 137 ]
	[ ! -e "$BATS_TEST_TMPDIR/prov.csr" ]
	[ "$(sql 'SELECT asked_name FROM server_keys')" = prov.lab7.example.com ]
	run -0 --separate-stderr cert-request -d "$site" --cn prov.lab7.example.com -o "$BATS_TEST_TMPDIR/prov.csr"
	[[ "$stderr" == *"has the same key"* ]]
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 1 ]
}

@test "names and sizes that machines would not take are wrong usage" {
	for words in "--cn prov" "--cn *.example.com" "--cn 192.0.2.1" "--cn a_b.example.com" \
		"--cn $(printf 'a%.0s' {1..60}).example.com" "--cn prov.example.com --bits 1024" \
		"--cn prov.example.com --bits 4096" "--cn prov.example.com --country de" "--cn prov.example.com extra" "--ou"; do
		# shellcheck disable=SC2086 # words
		run -64 --separate-stderr bash -fc 'cert-request -d "$@"' - "$site" $words
		[ "$output" = "" ]
		[ "$stderr" != "" ]
	done
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 0 ]
}

@test "a name for which no public CA issues certificates is asked for with a warning" {
	run -0 cert-request -d "$site" --cn prov.lab7.local -o local.csr
	[[ "$output" == *$'\n'"for machines whose DNS suffix is prov.lab7.local or below it"$'\n'"warning: no public CA"* ]]
}

@test "amt-cert request works on the site, and its answer is added" {
	amt-init -d "$BATS_TEST_TMPDIR/own" >/dev/null
	export AMT_SITE=$BATS_TEST_TMPDIR/own
	run -0 --separate-stderr amt-cert request --cn prov.lab7.example.com -o own.csr
	[ "$stderr" = "" ]
	[[ "$output" == *"amt-cert add -d $AMT_SITE ANSWER.pem" ]]
	answer own.csr own.pem
	run -0 amt-cert add own.pem root-A.pem
	[[ "$output" == *$'\nstored' ]]
	run -64 --separate-stderr amt-cert request -o x.csr
	[[ "$stderr" == "amt-cert: --cn is missing: "* ]]
	run -64 --separate-stderr amt-cert request --cn prov.lab7.example.com site
	[[ "$stderr" == "amt-cert: only options are taken (got 'site'"* ]]
	run -66 amt-cert request -d none --cn prov.lab7.example.com
}
