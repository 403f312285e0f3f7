# Whose lists are taken, how passwords come, and bundles of other programs.
load common

setup_file() {
	pushd "$BATS_FILE_TMPDIR" || return
	for who in oem site; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout $who.key -out $who.pem \
			-subj "/CN=$who" 2>/dev/null
	done
	openssl rsa -aes256 -in site.key -passout pass:secret -out locked.key 2>/dev/null
	popd || return
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	samples=$PWD
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/*.pem "$BATS_FILE_TMPDIR"/*.key .
	cp "$samples/keys/plain.csv" plain.csv
	cp "$samples/keys/scs.csv" scs.csv
	export AMT_SITE=$PWD/site
	amt-init >/dev/null
	cp oem.pem site/certs/partners
}

stored() {
	sqlite3 site/site.db 'SELECT count(*) FROM keys'
}

signed() {
	openssl cms -sign -binary -nodetach -signer oem.pem -inkey oem.key -outform DER -in "$1" -out "$1.p7s"
}

sealed() {
	signed "$1"
	openssl cms -encrypt -binary -aes-256-gcm -outform DER -in "$1.p7s" -out "$1.p7m" site.pem
}

# On a terminal of its own: answers each line of $answers when the next
# question is there, and shows everything in $screen.
on_terminal() {
	local char asked='' answer pid to from
	mapfile -t answers <<<"$1"
	shift
	screen=''
	coproc script -qefc "$*" /dev/null 2>&1
	# The shell forgets these when the program ends.
	pid=$COPROC_PID
	exec {from}<&"${COPROC[0]}" {to}>&"${COPROC[1]}"
	for answer in "${answers[@]}"; do
		asked=''
		while [[ "$asked" != *assword\ of\ *[^:]:\  && "$asked" != *assphrase\ of\ *[^:]:\  ]]; do
			IFS= read -r -d '' -N 1 -t 60 -u "$from" char || break 2
			asked+=$char
		done
		screen+=$asked
		echo "$answer" >&"$to"
	done
	screen+=$(timeout 60 cat <&"$from")
	exec {from}<&- {to}>&-
	wait "$pid"
}

@test "REQUIRE_SIGNED=yes takes what a partner signed and nothing else; no gives a notice each time" {
	signed scs.csv
	for _ in 1 2; do
		run -0 --separate-stderr amt-import -b lab7 plain.csv
		[ "$(grep -c 'plain.csv: notice: is not signed' <<<"$stderr")" = 1 ]
	done
	run -0 --separate-stderr amt-import -b lab7 scs.csv.p7s
	[[ "$stderr" != *notice* ]]
	rm -r site
	amt-init >/dev/null
	cp oem.pem site/certs/partners
	sed -i 's/^REQUIRE_SIGNED=no/REQUIRE_SIGNED=yes/' site/site.conf
	run -65 --separate-stderr amt-import -b lab7 plain.csv
	[[ "$stderr" = *"plain.csv: is not signed, and unsigned lists are not taken here"* ]]
	# One unsigned among signed ones stops all of them.
	run -65 amt-import -b lab7 scs.csv.p7s plain.csv
	[ "$(stored)" = 0 ]
	amt-import -b lab7 scs.csv.p7s
	[ "$(stored)" = 8 ]
	sed -i 's/^REQUIRE_SIGNED=yes/REQUIRE_SIGNED=maybe/' site/site.conf
	run -78 amt-import -b lab7 scs.csv.p7s
	[[ "$output" = *"REQUIRE_SIGNED is neither yes nor no" ]]
}

@test "passwords of a zip and of our key come by descriptor, one line a file" {
	zip -qP 'for zip' plain.zip plain.csv
	zip -qP 'for zip' scs.zip scs.csv
	sealed plain.zip
	sealed scs.zip
	printf 'BUNDLE_KEY=%s\nBUNDLE_CERT=%s\n' "$PWD/locked.key" "$PWD/site.pem" >>site/site.conf
	run -65 amt-import -b lab7 -p 4 -P 5 plain.zip.p7m 4<<<wrong 5<<<secret
	[[ "$output" =~ "plain.csv: "("Incorrect passphrase"|"wrong password, or damaged") ]]
	run -78 amt-import -b lab7 -p 4 -P 5 plain.zip.p7m 4<<<'for zip' 5<<<wrong
	[[ "$output" = *"locked.key: private key does not open (wrong password?)"* ]]
	[ "$(stored)" = 0 ]
	amt-import -b lab7 -p 4 -P 5 plain.zip.p7m scs.zip.p7m 4<<<$'for zip\nfor zip' 5<<<$'secret\nsecret'
	[ "$(stored)" = 11 ]
}

@test "every password may come by descriptor 0, unless the list does" {
	zip -qP 'for zip' plain.zip plain.csv
	sealed plain.zip
	printf 'SITE_KEY=%s\nSITE_CERT=%s\n' "$PWD/locked.key" "$PWD/site.pem" >>site/site.conf
	amt-import -b lab7 -n -p 0 plain.zip <<<'for zip'
	amt-import -b lab7 -n -p 0 -P 6 plain.zip.p7m <<<'for zip' 6<<<secret
	amt-import -b lab7 -n -p 6 -P 0 plain.zip.p7m 6<<<'for zip' <<<secret
	# one line after the other
	printf 'secret\nfor zip\nsecret\n' | amt-import -b lab7 -p 0 -P 0 --receipt got --passphrase-fd 0 plain.zip.p7m
	[ "$(stored)" = 3 ]
	openssl cms -verify -binary -inform DER -in got.txt.p7s -content got.txt -CAfile site.pem -out /dev/null 2>/dev/null
	for option in -p -P "--receipt other --passphrase-fd"; do
		# shellcheck disable=SC2086 # options are words
		run -64 amt-import -b lab7 $option 0 <plain.csv
		[ "$output" = "amt-import: standard input is the list: a password needs another descriptor (got 0, expected 3 to 6)" ]
		# shellcheck disable=SC2086 # options are words
		run -64 amt-import -b lab7 $option 0 scs.csv - <plain.csv
	done
	[ "$(stored)" = 3 ]
}

@test "on a terminal passwords are asked for, and not shown" {
	zip -qP 'for zip' plain.zip plain.csv
	sealed plain.zip
	printf 'SITE_KEY=%s\nSITE_CERT=%s\n' "$PWD/locked.key" "$PWD/site.pem" >>site/site.conf
	on_terminal $'secret\nfor zip\nsecret' amt-import -b lab7 --receipt got plain.zip.p7m
	[ "$(stored)" = 3 ]
	[[ "$screen" = *"Password of $PWD/locked.key: "*"Password of plain.zip.p7m: "*"Passphrase of $PWD/locked.key: "* ]]
	[[ "$screen" != *secret* ]]
	[[ "$screen" != *"for zip"* ]]
	openssl cms -verify -binary -inform DER -in got.txt.p7s -content got.txt -CAfile site.pem -out /dev/null 2>/dev/null
	[ "$(jq -r .outcome got.json)" = taken ]
}

@test "a wrong password on the terminal stores nothing" {
	zip -qP 'for zip' plain.zip plain.csv
	run ! on_terminal wrong amt-import -b lab7 plain.zip
	[ "$(stored)" = 0 ]
}

@test "several bundles of amt-export come in with one import, each held to its manifest" {
	amt-init -d from >/dev/null
	for batch in a b c; do
		amt-export -d from -b $batch -n 5 -g --to site.pem --sign oem.pem --key oem.key -o $batch.p7m >/dev/null
	done
	printf 'SITE_KEY=%s\nSITE_CERT=%s\n' "$PWD/site.key" "$PWD/site.pem" >>site/site.conf
	# The same one twice: its keys count once.
	cp a.p7m again.p7m
	run -65 --separate-stderr amt-import -b lab7 --receipt twice -n a.p7m again.p7m
	[ "$(jq -c '.counts | [.records, .new, .refused]' twice.json)" = "[10,5,5]" ]
	amt-import -b lab7 --receipt all a.p7m b.p7m c.p7m
	[ "$(stored)" = 15 ]
	[ "$(jq -r '.lists[].place' all.json)" = "a.p7m:keys.csv
b.p7m:keys.csv
c.p7m:keys.csv" ]
	[ "$(store-dump -d from -k keys --reveal | grep -v '^@' | cut -f 1-4 | sort)" = \
		"$(store-dump -d site -k keys --reveal | grep -v '^@' | cut -f 1-4 | sort)" ]
	# Two zips, the second with another list than its manifest says.
	amt-export -d from -b d -n 5 -g --format zip -o d.zip >/dev/null
	amt-export -d from -b e -n 5 -g --format zip -o e.zip >/dev/null
	mkdir e
	unzip -q e.zip -d e
	sed -i 3d e/keys.csv
	(cd e && zip -q ../bad.zip manifest.json keys.csv keys.xml setup.bin)
	run -65 --separate-stderr amt-import -b lab7 d.zip bad.zip
	[[ "$stderr" = *"bad.zip:keys.csv: is not the file that the bundle's manifest names: its SHA-256 differs"* ]]
	[ "$(stored)" = 15 ]
}

@test "what gpgsm signed and encrypted is taken" {
	export GNUPGHOME=$PWD/gnupg
	mkdir -m 700 gnupg
	echo pass >pass
	(
		exec 3>&-
		loopback="--batch --quiet --pinentry-mode loopback --passphrase-fd 0 --disable-crl-checks --no-secmem-warning"
		# Some files of the same key and password gpgsm does not read.
		for _ in 1 2 3 4 5; do
			openssl pkcs12 -export -inkey oem.key -in oem.pem -out oem.p12 -passout file:pass \
				-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
			# shellcheck disable=SC2086 # options are words
			gpgsm $loopback --import oem.p12 <pass && break
		done
		gpgsm --batch --quiet --import site.pem
		# Both certificates are their own issuers: trusted, as a person would say.
		for who in oem site; do
			openssl x509 -in $who.pem -noout -fingerprint -sha1 | sed 's/.*=//; s/$/ S relax/'
		done >gnupg/trustlist.txt
		gpgconf --kill gpg-agent
		# shellcheck disable=SC2086
		gpgsm $loopback --sign -u /CN=oem -o signed plain.csv <pass
		# shellcheck disable=SC2086
		gpgsm $loopback --encrypt -r /CN=site -o both signed </dev/null
		gpgconf --kill all
	) >gpgsm.log 2>&1 || true
	[ -s both ] || { cat gpgsm.log; false; }
	printf 'SITE_KEY=%s\nSITE_CERT=%s\nREQUIRE_SIGNED=yes\n' "$PWD/site.key" "$PWD/site.pem" >>site/site.conf
	run -0 --separate-stderr amt-import -b lab7 --receipt got signed
	[ "$(stored)" = 3 ]
	run -0 --separate-stderr amt-import -b lab7 --receipt both both
	[ "$(jq -c '.files[0] | [.encrypted, .signer]' both.json)" = '[true,"/CN=oem"]' ]
	[ "$(jq -c '.counts | [.there_before, .refused]' both.json)" = "[3,0]" ]
}

@test "a list that is longer than a part of 4 MB comes through whole, its lines counted on" {
	keys-make -b x -n 1400 | grep -v '^@' |
		awk -F'\t' -v OFS=, 'BEGIN { for (i = 0; i < 4000; i++) pad = pad "x"; print "pid,pps,remark" }
		{ print $1, $2, pad }' >big.csv
	sed -i '1300s/,.*/,x/' big.csv
	[ "$(stat -c %s big.csv)" -gt $((5 << 20)) ]
	zip -q0 big.zip big.csv
	run -65 --separate-stderr amt-import -b lab7 --receipt got big.zip
	[ "$(stored)" = 1399 ]
	[ "$(jq -r '.refused[0] | [.pid, .place] | join(" ")' got.json)" = "$(sed -n '1300s/,.*//p' big.csv) big.zip:big.csv:1300" ]
}
