# What a partner sends, into the store, and the receipt that goes back.
load common

setup_file() {
	pushd "$BATS_FILE_TMPDIR" || return
	for who in oem site stranger; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout $who.key -out $who.pem \
			-subj "/CN=$who" 2>/dev/null
	done
	popd || return
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	samples=$PWD
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/*.pem "$BATS_FILE_TMPDIR"/*.key .
	export AMT_SITE=$PWD/site
	amt-init >/dev/null
	cp oem.pem site/certs/partners
	cp site.pem site.key site/certs
	# shellcheck disable=SC2016 # the site's shell expands it
	printf 'SITE_CERT=$site/certs/site.pem\nSITE_KEY=$site/certs/site.key\nSITE_NAME="Example Ltd"\n' >>site/site.conf
}

# sealed FILE: signed by the OEM, encrypted for the site
sealed() {
	openssl cms -sign -binary -nodetach -signer oem.pem -inkey oem.key -outform DER -in "$1" |
		openssl cms -encrypt -binary -aes-256-gcm -outform DER -out "$1.p7m" site.pem
}

stored() {
	sqlite3 site/site.db 'SELECT count(*) FROM keys'
}

# The sender's check of a receipt, and what JSON has under a name.
verified() {
	local end
	for end in txt json; do
		openssl cms -verify -binary -inform DER -in "$1.$end.p7s" -content "$1.$end" \
			-CAfile site.pem -out /dev/null 2>/dev/null || return
	done
}

json() {
	jq -r "$2" "$1.json"
}

@test "a signed and encrypted zip with bad rows gets a receipt that the sender can check" {
	cp "$samples/keys/bad.csv" keys.csv
	zip -q oem.zip keys.csv
	sealed oem.zip
	run -65 --separate-stderr amt-import -b lab7 --receipt lab7 "$PWD/oem.zip.p7m"
	[ "$(stored)" = 3 ]
	verified lab7
	[ "$(json lab7 '[.site, .batch, .outcome] | join("|")')" = "Example Ltd|lab7|taken" ]
	[ "$(json lab7 '.files[0] | [.name, .sha256, .size, .encrypted, .signer, .certificate_expired] | map(tostring) | join("|")')" = \
		"oem.zip.p7m|$(sha256sum <oem.zip.p7m | cut -d ' ' -f 1)|$(stat -c %s oem.zip.p7m)|true|/CN=oem|false" ]
	grep -qF "$(openssl x509 -in oem.pem -noout -fingerprint -sha256 | cut -d = -f 2)" lab7.txt
	[ "$(json lab7 '.counts | [.records, .new, .there_before, .changed, .refused] | map(tostring) | join(" ")')" = "14 3 0 0 11" ]
	[ "$(json lab7 '.refused[] | [.pid, .place] | join(" ")')" = "BADLLKT7 oem.zip.p7m:keys.csv:3
BADSW10Y oem.zip.p7m:keys.csv:4
BADW3JXV oem.zip.p7m:keys.csv:5
BADPFFW2 oem.zip.p7m:keys.csv:6
BADIC4N1 oem.zip.p7m:keys.csv:7
BADFNYK7 oem.zip.p7m:keys.csv:8
BADFNYK7 oem.zip.p7m:keys.csv:9
BADS0VX0 oem.zip.p7m:keys.csv:10
BADSMEN2 oem.zip.p7m:keys.csv:11
BADYTLSR oem.zip.p7m:keys.csv:12
 oem.zip.p7m:keys.csv:14" ]
	[ "$(stat -c %a lab7.txt)" = 644 ]
	# Again: the same is there, and the old receipt stays.
	amt-import -b lab7 --receipt again oem.zip.p7m || true
	[ "$(json again '.counts | [.new, .there_before] | map(tostring) | join(" ")')" = "0 3" ]
	cp lab7.txt before
	run -73 amt-import -b lab7 --receipt lab7 oem.zip.p7m
	[[ "$output" = *"is there already, and a receipt is not replaced"*"nothing was done"* ]]
	cmp lab7.txt before
}

@test "a receipt has no secret in it" {
	cp "$samples/keys/bad.csv" keys.csv
	amt-import -b lab7 --receipt lab7 keys.csv 2>/dev/null || true
	cut -d , -f 2- keys.csv | tr , '\n' | grep -E '.{8}' | sort -u >secrets
	[ "$(wc -l <secrets)" -ge 8 ]
	run -1 grep -F -f secrets lab7.txt lab7.json
}

@test "keys that the store has otherwise are refused in the receipt with their PID" {
	amt-import -b lab7 "$samples/keys/plain.csv" 2>/dev/null
	other=$(sed -n '2{s/,.*//;p}' "$samples/keys/scs.csv")
	pps=$(sed -n 3p "$samples/keys/plain.csv" | cut -d , -f 2)
	pid=$(sed -n 2p "$samples/keys/plain.csv" | cut -d , -f 1)
	printf 'pid,pps\n%s,%s\n' "$pid" "$pps" >other.csv
	[ -n "$other" ]
	run -65 amt-import -b lab7 --receipt lab7 other.csv
	[ "$(json lab7 '.refused[] | [.pid, .place] | join(" ")')" = "$pid other.csv:2" ]
	[[ "$(json lab7 '.refused[0].reason')" = *"has another PPS than in"*"the store keeps that one" ]]
}

@test "a trial says so in its receipt, and stores nothing" {
	run -65 amt-import -n -b lab7 --receipt try "$samples/keys/bad.csv"
	verified try
	[ "$(stored)" = 0 ]
	[ "$(json try '[.outcome, (.counts.new | tostring)] | join(" ")')" = "trial 3" ]
	grep -q '^Outcome  tried, nothing was stored: 11 of 14 records would be refused' try.txt
}

@test "what is refused as a whole has a receipt that says why, and nothing is stored" {
	cp "$samples/keys/lab7.csv" keys.csv
	sealed keys.csv
	# One byte of the content changed.
	cp keys.csv.p7m changed
	printf '\xff' | dd of=changed bs=1 seek=1200 conv=notrunc status=none
	head -c 900 keys.csv.p7m >cut
	openssl cms -sign -binary -nodetach -signer stranger.pem -inkey stranger.key -outform DER -in keys.csv -out foreign
	zip -q whole.zip keys.csv
	head -c 500 whole.zip >cut.zip
	for file in changed cut foreign cut.zip; do
		run -65 amt-import -b lab7 --receipt "got-$file" $file
		[ "$(stored)" = 0 ]
		verified "got-$file"
		[ "$(json "got-$file" .outcome)" = refused ]
		[ "$(json "got-$file" '.files[0].sha256')" = "$(sha256sum <$file | cut -d ' ' -f 1)" ]
	done
	[ "$(json got-cut .reason)" = "cut: seal is damaged or cut off" ]
	[ "$(json got-foreign .reason)" = "foreign: signer is not trusted (/CN=stranger)" ]
	grep -q '^Outcome  refused as a whole, nothing was stored: cut.zip: zip is cut off' got-cut.zip.txt
}

@test "a long list that is none has its digest in the receipt all the same" {
	{
		echo 'name,place'
		yes 'a line that nobody reads,x' | head -n 20000
	} >wrong.csv
	run -65 amt-import -b lab7 --receipt got wrong.csv
	[ "$(json got .outcome)" = refused ]
	[[ "$(json got .reason)" = "wrong.csv:1: not a key list"* ]]
	[ "$(json got '.files[0] | [(.size | tostring), .sha256] | join(" ")')" = \
		"$(stat -c %s wrong.csv) $(sha256sum <wrong.csv | cut -d ' ' -f 1)" ]
}

@test "refused keys of XML and of setup.bin have their PID" {
	cat >keys.xml <<-'X'
		<keys version="1">
		<key pid="LAB7001B" pps="T0Y5SU445W4CXZARICYDWBXPLH2IAC98"/>
		</keys>
	X
	run -65 amt-import -b lab7 --receipt xml keys.xml
	[ "$(json xml '.refused[0] | [.pid, .place] | join(" ")')" = "LAB7001B keys.xml:2" ]
	setupbin-make "$samples/stick/keys.tsv" >setup.bin
	pid=$(setupbin-dump --reveal setup.bin | sed -n 2p | cut -f 1)
	pps=$(setupbin-dump --reveal setup.bin | sed -n 2p | cut -f 2)
	LC_ALL=C sed -i "s/$pps/$(tr 'A-Z0-9' 'B-ZA1-90' <<<"$pps")/" setup.bin
	run -65 amt-import -b lab7 --receipt bin setup.bin
	[ "$(json bin '.refused | length')" = 1 ]
	[ "$(json bin '.refused[0].pid')" = "$pid" ]
	[[ "$(json bin '.refused[0].place')" = setup.bin:* ]]
}

@test "a receipt that could not be made stops the import before it begins" {
	run -73 amt-import -b lab7 --receipt no/lab7 "$samples/keys/plain.csv"
	[[ "$output" = *"nothing was done, for want of a receipt"* ]]
	sed -i 's/^SITE_KEY=.*/SITE_KEY=oem.key/' site/site.conf
	run -65 amt-import -b lab7 --receipt lab7 "$samples/keys/plain.csv"
	[[ "$output" = *"not the private key of"* ]]
	[ "$(stored)" = 0 ]
	run -64 amt-import --revoke --receipt lab7 LAB7001B
	run -64 amt-import -b lab7 --passphrase-fd 3 "$samples/keys/plain.csv" 3<<<x
}

@test "an import that is killed leaves no findings behind, and no receipt of what is not so" {
	export TMPDIR=$PWD/tmp
	mkdir tmp
	mkfifo slow
	amt-import -b lab7 --receipt lab7 slow 2>/dev/null 3>&- &
	exec 5>slow
	kill -TERM $!
	exec 5>&-
	wait $! || true
	[ "$(stored)" = 0 ]
	[ -z "$(ls tmp)" ]
	[ ! -e lab7.txt ] || [ "$(json lab7 .outcome)" != taken ]
}

@test "without a site certificate the receipt is not signed, and the site goes by its folder" {
	sed -i '/^SITE_/d' site/site.conf
	amt-import -b lab7 --receipt lab7 "$samples/keys/plain.csv" 2>/dev/null
	[ "$(json lab7 '[.site, .outcome] | join(" ")')" = "site taken" ]
	[ ! -e lab7.txt.p7s ]
	[ ! -e lab7.json.p7s ]
}

@test "a list is not taken when the program that reads it fails or is killed on the way" {
	cp "$samples/keys/plain.csv" .
	mkdir programs
	ln -s "$AMT_TEST_BUILD"/libexec/amtbatch/* programs
	rm programs/cms-open
	for end in 'exit 74' 'kill -KILL $$'; do
		printf '#!/bin/sh\nhead -n 2 plain.csv\n%s\n' "$end" >programs/cms-open
		chmod +x programs/cms-open
		status=$([[ "$end" = exit* ]] && echo 74 || echo 70)
		AMT_LIBEXEC=$PWD/programs run "-$status" amt-import -b lab7 plain.csv
		[ "$end" = 'exit 74' ] || [[ "$output" = *"amt-import: cms-open was killed"* ]]
		[[ "$output" = *"amt-import: "*[!$'\n']* && "$output" != *"cut off"* ]]
		[ "$(stored)" = 0 ]
		AMT_LIBEXEC=$PWD/programs run "-$status" amt-import -b lab7 --receipt "got-$status" plain.csv
		[ "$(json "got-$status" .outcome)" = refused ]
	done
	amt-import -b lab7 plain.csv
	[ "$(stored)" = 3 ]
}

@test "the status of an import is that of what went wrong first" {
	run -64 amt-import -b 'lab 7' "$samples/keys/plain.csv"
	run -64 amt-import -b lab7 -p first "$samples/keys/plain.csv"
	run -64 amt-import -b lab7 -p 7 "$samples/keys/plain.csv"
	[ "$output" = "amt-import: file descriptors 7 to 9 are in use here (got 7, expected 3 to 6)" ]
	run -66 amt-import -b lab7 -p 6 "$samples/keys/plain.csv"
	echo none >site/certs/partners/oem.pem
	run -78 amt-import -b lab7 "$samples/keys/plain.csv"
	[ "$(stored)" = 0 ]
}

@test "a receipt has a name, and says nothing stays when nothing was imported" {
	run -64 amt-import -b lab7 --receipt '' "$samples/keys/plain.csv"
	[ "${lines[0]}" = "amt-import: --receipt: its value is empty" ]
	run -64 amt-import -b lab7 --receipt no/ "$samples/keys/plain.csv"
	[ "$output" = "amt-import: --receipt: not the name of a file (got \"no/\")" ]
	cp "$samples/keys/plain.csv" .
	mkdir programs
	ln -s "$AMT_TEST_BUILD"/libexec/amtbatch/* programs
	rm programs/store-load
	# shellcheck disable=SC2016 # the program expands it
	printf '#!/bin/sh\ntouch got.json\ncat >/dev/null\nexit 74\n' >programs/store-load
	chmod +x programs/store-load
	AMT_LIBEXEC=$PWD/programs run -74 amt-import -b lab7 --receipt got plain.csv
	[[ "$output" = *"amt-import: got: no receipt, and nothing was imported" ]]
}

@test "a file whose name is not UTF-8 is refused by that reason" {
	cp "$samples/keys/plain.csv" $'l\xfcc.csv'
	run -64 amt-import -b lab7 $'l\xfcc.csv'
	[[ "$output" = *"csv: the file's name is not UTF-8"* ]]
	[ "$(stored)" = 0 ]
}
