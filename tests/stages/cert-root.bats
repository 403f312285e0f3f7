# shellcheck shell=bash disable=SC2154,SC2030,SC2031
# An own root, and a setup server's certificate under it.
bats_require_minimum_version 1.5.0
load certs

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
}

sql() {
	sqlite3 "$site/site.db" "$@"
}

# map DOMAIN...: a machine of each in the map
map() {
	local n=0 domain
	{
		printf '@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n'
		for domain; do
			n=$((n + 1))
			printf '03020100-0504-0706-0809-%012x\tpc-%d.%s\tlist.csv\t\t50\tlist.csv:%d\n' $n $n "$domain" $n
		done
		printf '@end\t%d\t0\n' $n
	} | store-load -d "$site"
}


@test "root and leaf are what machines take: openssl and every test agree" {
	run -0 --separate-stderr cert-root -d "$site" --cn "Lab root" --days 3650 --name prov.lab7.example.com -o root.pem
	[ "$stderr" = "" ]
	[[ "$output" == 'root "Lab root": new, valid until 20'* ]]
	[[ "$output" == *$'\nstored, with both private keys sealed\nwhat to do: put the root\'s hash and the suffix lab7.example.com into the machines:\n     amt-sticks -d '"$site"* ]]
	[[ "$output" == *"pass domain: for machines whose DNS suffix is example.com or below it"* ]]
	[ "$(grep -c '^warn ' <<<"$output")" = 1 ]
	[[ "$output" == *$'\nwarn root: /CN=Lab root is no public root'* ]]
	[[ "$output" != *$'\nfail '* ]]
	run -0 openssl x509 -in root.pem -noout -text
	[[ "$output" == *"CA:TRUE"* ]]
	[[ "$output" == *"Certificate Sign, CRL Sign"* ]]
	[[ "$output" == *"Signature Algorithm: sha256WithRSAEncryption"* ]]
	[[ "$output" == *"Public-Key: (2048 bit)"* ]]
	openssl verify -CAfile root.pem root.pem
	# key of root, key of leaf; root, leaf with its key
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 2 ]
	[ "$(sql 'SELECT count(*) || count(server_key) FROM certificates')" = 21 ]
	[ "$(sql 'SELECT print FROM certificates WHERE server_key IS NULL')" = \
		"$(openssl x509 -in root.pem -outform der | sha256sum | cut -d ' ' -f 1)" ]
}

@test "again it changes nothing; another name is under the same root" {
	cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com -o root.pem
	before=$(sql .dump)
	run -0 cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com -o again.pem
	[[ "$output" == *'root "Lab root": as it was, '*$'\nprov.lab7.example.com: was stored before\n'* ]]
	[ "$(sql .dump)" = "$before" ]
	cmp root.pem again.pem
	run -0 cert-root -d "$site" --cn "Lab root" --name prov.lab8.example.org -o again.pem
	[[ "$output" == *$'\npass chain: /CN=prov.lab8.example.org, /CN=Lab root\n'* ]]
	cmp root.pem again.pem
	[ "$(sql 'SELECT count(*) || count(server_key) FROM certificates')" = 32 ]
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 3 ]
	# another root is another matter
	cert-root -d "$site" --cn "Other root" --name prov.lab7.example.com
	[ "$(sql 'SELECT count(*) || count(server_key) FROM certificates')" = 53 ]
}

@test "a certificate is renewed in its last month, under its root and not beyond it" {
	export SOURCE_DATE_EPOCH=1800000000
	cert-root -d "$site" --cn "Lab root" --days 40 --name prov.lab7.example.com -o root.pem
	run -0 cert-root -d "$site" --cn "Lab root" --days 100 --name prov.lab7.example.com
	[[ "$output" == *"was stored before"* ]]
	export SOURCE_DATE_EPOCH=$((1800000000 + 11 * 86400))
	run -0 cert-root -d "$site" --cn "Lab root" --days 100 --name prov.lab7.example.com -o again.pem
	[[ "$output" == *"as it was, valid until 2027-02-24"* ]]
	[[ "$output" == *"/CN=prov.lab7.example.com expires soon (2027-02-24)"* ]]
	cmp root.pem again.pem
	# when the root has ended, a new one is made
	export SOURCE_DATE_EPOCH=$((1800000000 + 41 * 86400))
	run -0 cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com -o again.pem
	[[ "$output" == 'root "Lab root": new, '* ]]
	! cmp root.pem again.pem
}

@test "the name is for the domain of most machines in the map, or says what is missing" {
	run -64 --separate-stderr cert-root -d "$site" --cn "Lab root"
	[ "$stderr" = "cert-root: the map has no machine whose domain could be taken: say --name prov.YOUR.DOMAIN, or load the map first (amt-map)" ]
	[ "$(sql 'SELECT count(*) FROM server_keys')" = 0 ]
	map lab8.example.org lab7.example.com lab7.example.com
	run -0 cert-root -d "$site" --cn "Lab root"
	[[ "$output" == *$'\npass name: prov.lab7.example.com\n'* ]]
	[[ "$output" == *$'\n     the map has machines in lab8.example.org, too, for which prov.lab7.example.com is not:\n'* ]]
	store-init -d "$BATS_TEST_TMPDIR/private"
	site=$BATS_TEST_TMPDIR/private
	map lab7.local
	run -0 cert-root -d "$site" --cn "Lab root"
	[[ "$output" == *"pass domain: for machines whose DNS suffix is lab7.local or below it"* ]]
	[[ "$output" == *" and the suffix lab7.local into the machines"* ]]
}

# sent COLUMN: of the only chain that a plan sends
sent() {
	awk -F'\t' -v name="$1" '/^@chains/ { for (i = 2; i <= NF; i++) if ($i == name) at = i - 1; next }
		at && /^@/ { exit } at { print $at }' jobs
}

@test "what a sweep sends of it: leaf and root, which openssl and every test take, and the key of the leaf" {
	cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com -o root.pem >/dev/null
	names pc-1.lab7.example.com
	hellos "$(sum root.pem)"
	store-plan -d "$site" -p "$site/profile.xml" -t 300 -r >jobs
	[ "$(sent cn)" = prov.lab7.example.com ]
	[ "sha256:$(sent root)" = "$(sum root.pem)" ]
	sent certs | tr , '\n' >certs
	[ "$(wc -l <certs)" = 2 ]
	sed -n 1p certs | base64 -d | openssl x509 -inform der -out leaf.pem
	sed -n 2p certs | base64 -d | openssl x509 -inform der | cmp - root.pem
	openssl verify -x509_strict -purpose sslserver -verify_hostname prov.lab7.example.com -CAfile root.pem leaf.pem
	# A client's purpose is not among them, as of the certificates that CAs sell for this.
	run ! openssl verify -purpose sslclient -CAfile root.pem leaf.pem
	sent key | base64 -d >leaf.key
	run -1 --separate-stderr amt-cert check leaf.key leaf.pem root.pem --domain lab7.example.com --firmware 16.1
	[ "$stderr" = "" ]
	[ "$(grep -c '^pass ' <<<"$output")" = 11 ]
	[[ "$output" == *$'\nwarn root: /CN=Lab root is no public root'* ]]
}

@test "nothing of a key is readable in the site's folder or in what was written" {
	cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com -o root.pem >said
	run ! grep -rqa 'PRIVATE KEY' "$site" root.pem said
	modulus=$(openssl x509 -in root.pem -noout -modulus | cut -d = -f 2)
	find "$site" -type f -exec xxd -p -u {} \; | tr -d '\n' >all.hex
	run ! grep -qF "${modulus:100:32}" all.hex
}

@test "a store with a damaged certificate is not given a second root" {
	cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com
	sql "UPDATE certificates SET sealed = zeroblob(800) WHERE server_key IS NULL"
	before=$(sql .dump)
	run -65 --separate-stderr cert-root -d "$site" --cn "Lab root" --name prov.lab8.example.com
	[[ "$stderr" == *"certificates that are damaged: 1; put the site back"* ]]
	[ "$(sql .dump)" = "$before" ]
}

@test "the root's file cannot be made: nothing is stored" {
	run -73 cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com -o no/root.pem
	[ "$(sql 'SELECT count(*) FROM certificates')" = 0 ]
	for words in "--days 0" "--days 7301" "--bits 1024" "--name prov"; do
		# shellcheck disable=SC2086 # words
		run -64 cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com $words
	done
	run -64 --separate-stderr cert-root -d "$site" --cn "$(printf 'x%.0s' {1..65})" --name prov.lab7.example.com
	[[ "$stderr" == "cert-root: --cn: a certificate's name has 1 to 64 characters (got 65)" ]]
	[ "$(sql 'SELECT count(*) FROM certificates')" = 0 ]
}

@test "amt-cert root works on the site" {
	amt-init -d own >/dev/null
	run -0 --separate-stderr amt-cert root -d own --cn "Lab root" --bits 3072 --days 400 --name prov.lab7.example.com
	[ "$stderr" = "" ]
	[[ "$output" == *"pass size: keys of RSA 3072, RSA 3072"* ]] || [[ "$output" == *"warn size: keys of RSA 3072, RSA 3072"* ]]
	run -64 --separate-stderr amt-cert root -d own
	[[ "$stderr" == "amt-cert: --cn is missing: "* ]]
}
