bats_require_minimum_version 1.5.0

setup_file() {
	local who
	pushd "$BATS_FILE_TMPDIR" || return
	for who in site partner other; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
			-keyout $who.key -out $who.pem -subj "/CN=$who" 2>/dev/null
	done
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 \
		-keyout rsa.key -out rsa.pem -subj "/CN=rsa" 2>/dev/null
	popd || return
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	tmp=$BATS_TEST_TMPDIR
	certs=$BATS_FILE_TMPDIR
	export SOURCE_DATE_EPOCH
	keys=$tmp/keys.tsv
	cp stick/keys.tsv "$keys"
}

sealed() { # FILE [OPTION...]: packed for the partner, signed by the site
	local file=$1
	shift
	keys-pack --to "$certs/partner.pem" --sign "$certs/site.pem" --key "$certs/site.key" -o "$file" "$@" "$keys"
}

opened() { # FILE NAME OUT: with a recipient's key, then the signature checked
	openssl cms -decrypt -binary -inform DER -in "$1" -recip "$certs/$2.pem" -inkey "$certs/$2.key" -out "$tmp/signed" || return
	openssl cms -verify -binary -inform DER -in "$tmp/signed" -CAfile "$certs/site.pem" -purpose any -out "$3" 2>/dev/null
}

streamed() { # the keys of a list: PID PPS, then the passwords
	keys-parse -b lab7 "$1" | grep -v '^@' | cut -f 1-4
}

@test "openssl opens what is signed and encrypted, and has the bytes of the zip" {
	SOURCE_DATE_EPOCH=1700000000
	keys-pack "$keys" >"$tmp/plain.zip"
	unset SOURCE_DATE_EPOCH
	sealed "$tmp/out.p7m"
	opened "$tmp/out.p7m" partner "$tmp/back.zip"
	mkdir "$tmp/a" "$tmp/b"
	bsdtar -xf "$tmp/plain.zip" -C "$tmp/a"
	bsdtar -xf "$tmp/back.zip" -C "$tmp/b"
	diff -r "$tmp/a" "$tmp/b"
	[ "$(stat -c %a "$tmp/out.p7m")" = 600 ]
}

@test "the encrypted file tells nothing: no PID, no batch, no name" {
	sealed "$tmp/out.p7m"
	run -1 grep -aE 'LAB700|lab7|keys\.csv|manifest' "$tmp/out.p7m"
}

@test "every recipient opens it, RSA or EC, and nobody else" {
	keys-pack --to "$certs/partner.pem" --to "$certs/rsa.pem" --sign "$certs/site.pem" --key "$certs/site.key" \
		-o "$tmp/out.p7m" "$keys"
	opened "$tmp/out.p7m" partner "$tmp/1.zip"
	opened "$tmp/out.p7m" rsa "$tmp/2.zip"
	cmp "$tmp/1.zip" "$tmp/2.zip"
	run ! opened "$tmp/out.p7m" other "$tmp/3.zip"
}

@test "contents are under AES-256-GCM; --cbc is for those who do not open that" {
	sealed "$tmp/gcm.p7m"
	sealed "$tmp/cbc.p7m" --cbc
	openssl cms -cmsout -print -noout -inform DER -in "$tmp/gcm.p7m" >"$tmp/gcm"
	grep -q 'authEnvelopedData' "$tmp/gcm"
	grep -q 'aes-256-gcm' "$tmp/gcm"
	openssl cms -cmsout -print -noout -inform DER -in "$tmp/cbc.p7m" | grep -q 'aes-256-cbc'
	opened "$tmp/cbc.p7m" partner "$tmp/cbc.zip"
}

@test "gpgsm opens what is under AES-256-CBC" {
	export GNUPGHOME=$tmp/gnupg
	mkdir -m 700 "$GNUPGHOME"
	echo pass >"$tmp/pass"
	keys-pack --cbc --to "$certs/rsa.pem" -o "$tmp/out.p7m" "$keys"
	(
		exec 3>&-
		loopback="--batch --quiet --pinentry-mode loopback --passphrase-fd 0"
		# Some files of the same key and password gpgsm does not read.
		for _ in 1 2 3 4 5; do
			openssl pkcs12 -export -inkey "$certs/rsa.key" -in "$certs/rsa.pem" -out "$tmp/rsa.p12" -passout "file:$tmp/pass" \
				-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
			# shellcheck disable=SC2086 # options are words
			gpgsm $loopback --import "$tmp/rsa.p12" <"$tmp/pass" && break
		done
		# shellcheck disable=SC2086
		gpgsm $loopback -o "$tmp/out.zip" --decrypt "$tmp/out.p7m" <"$tmp/pass"
		gpgconf --kill all
	) 2>/dev/null
	[ "$(bsdtar -tf "$tmp/out.zip" | wc -l)" = 4 ]
}

# Not in the recipient's part before it: nothing vouches for that one, and
# openssl skips some of it.
@test "a bit changed in the encrypted content or its tag, and openssl refuses it" {
	sealed "$tmp/out.p7m"
	size=$(stat -c %s "$tmp/out.p7m")
	for at in $((size / 3)) $((size / 2)) $((size - 60)) $((size - 3)); do
		cp "$tmp/out.p7m" "$tmp/bad.p7m"
		byte=$(xxd -s "$at" -l 1 -p "$tmp/bad.p7m")
		printf "\\x$(printf %02x $((0x$byte ^ 1)))" |
			dd of="$tmp/bad.p7m" bs=1 seek="$at" conv=notrunc status=none
		run ! opened "$tmp/bad.p7m" partner "$tmp/bad.zip"
	done
}

@test "signed alone, the signing time is that of the run" {
	SOURCE_DATE_EPOCH=1800000000
	openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -keyout "$tmp/long.key" -out "$tmp/long.pem" -subj /CN=long 2>/dev/null
	keys-pack --sign "$tmp/long.pem" --key "$tmp/long.key" -o "$tmp/1.p7s" "$keys"
	sleep 1
	keys-pack --sign "$tmp/long.pem" --key "$tmp/long.key" -o "$tmp/2.p7s" "$keys"
	cmp "$tmp/1.p7s" "$tmp/2.p7s"
	openssl cms -cmsout -print -noout -inform DER -in "$tmp/1.p7s" | grep -A3 signingTime | grep -q 'Jan 15 08:00:00 2027'
}

@test "unzip, 7z and bsdtar list and extract the zip; the manifest has its digests" {
	keys-pack "$keys" >"$tmp/out.zip"
	7z t "$tmp/out.zip" | grep -q 'Everything is Ok'
	[ "$(bsdtar -tf "$tmp/out.zip" | xargs)" = "manifest.json keys.csv keys.xml setup.bin" ]
	unzip -q "$tmp/out.zip" -d "$tmp/out"
	cd "$tmp/out"
	[ "$(jq -c '[.format, .version, .batch, .count]' manifest.json)" = '["amtbatch-keys",1,"lab7",3]' ]
	jq -r '.files | to_entries[] | .value + "  " + .key' manifest.json | sha256sum -c --quiet
}

@test "equal keys and equal time give equal bytes, in every time zone" {
	SOURCE_DATE_EPOCH=1700000000
	TZ=Asia/Tokyo keys-pack "$keys" >"$tmp/1.zip"
	TZ=America/Lima keys-pack "$keys" >"$tmp/2.zip"
	cmp "$tmp/1.zip" "$tmp/2.zip"
}

@test "each format alone reads back to the keys that went in" {
	grep -v '^@' "$keys" | cut -f 1-4 | awk -F'\t' -v OFS='\t' '{ if ($3 == "") $3 = "admin"; print }' >"$tmp/want"
	keys-pack --format csv "$keys" >"$tmp/keys.csv"
	streamed "$tmp/keys.csv" | diff "$tmp/want" -
	keys-pack --format setup.bin "$keys" >"$tmp/setup.bin"
	setupbin-make "$keys" | cmp - "$tmp/setup.bin"
	keys-pack --format xml "$keys" >"$tmp/keys.xml"
	streamed "$tmp/keys.xml" | diff "$tmp/want" -
	xmllint --noout --relaxng "$AMT_TEST_ROOT/formats/keys/keysxml.rng" "$tmp/keys.xml"
	for path in @pid @pps @current-password @new-password; do
		xmllint --xpath "//key/$path" "$tmp/keys.xml" | sed 's/^[^"]*"//; s/"$//' >"$tmp/$path"
	done
	paste "$tmp/@pid" "$tmp/@pps" "$tmp/@current-password" "$tmp/@new-password" | diff "$tmp/want" -
}

@test "a sheet has a card a key, as people type it, everything escaped" {
	sed -i 's/\tLab7!Two\t/\tL7\&<b>"\x27Two1\t/' "$keys"
	# The quote is not a legal password character.
	sed -i "s/\"'Two1/'Two1/" "$keys"
	awk -F'\t' -v OFS='\t' '/^LAB7001B/ { $8 = "serial=<script>1</script>" } { print }' "$keys" >"$tmp/noted"
	keys-pack --format sheet "$tmp/noted" >"$tmp/sheet.html"
	[ "$(grep -c 'class="card"' "$tmp/sheet.html")" = 3 ]
	grep -q '>LAB7-001B<' "$tmp/sheet.html"
	grep -q '>T0Y5-SU44-5W4C-XZAR-ICYD-WBXP-LH2I-AC99<' "$tmp/sheet.html"
	grep -q 'serial=&lt;script&gt;1&lt;/script&gt;' "$tmp/sheet.html"
	grep -q '>L7&amp;&lt;b&gt;&#39;Two1<' "$tmp/sheet.html"
	run -1 grep -E '<script|<b>' "$tmp/sheet.html"
	grep -q '<td class="note">serial=' "$tmp/sheet.html"
	grep -q 'break-inside: avoid' "$tmp/sheet.html"
	xmllint --html --noout "$tmp/sheet.html" 2>"$tmp/lint" || true
	run -1 grep -vE "section invalid|section class|^ *\^|^$" "$tmp/lint"
}

@test "what is known of a machine goes along in CSV and XML" {
	awk -F'\t' -v OFS='\t' '/^LAB7001B/ { $8 = "serial=S-1; order=<17>" } { print }' "$keys" >"$tmp/noted"
	for format in csv xml; do
		keys-pack --format $format "$tmp/noted" >"$tmp/keys.$format"
		[ "$(keys-parse -b lab7 "$tmp/keys.$format" | grep ^LAB7001B | cut -f 8)" = "serial=S-1; order=<17>" ]
	done
	xmllint --noout --relaxng "$AMT_TEST_ROOT/formats/keys/keysxml.rng" "$tmp/keys.xml"
}

@test "one bad key among good ones, and nothing is written" {
	sed 's/^LAB7002C/LAB7002D/' "$keys" >"$tmp/bad"
	run -65 --separate-stderr keys-pack -o "$tmp/out.zip" "$tmp/bad"
	[[ "$stderr" = *"bad:3: key LAB7002D: "*"1 of 3 keys were refused" ]]
	[ ! -e "$tmp/out.zip" ]
}

@test "keys of two batches, used keys and keys named twice are refused" {
	sed '3s/\tlab7\t/\tlab8\t/' "$keys" >"$tmp/1"
	sed '3s/\tissued\t/\tused\t/' "$keys" >"$tmp/2"
	sed -e '3{h;p;x}' "$keys" | sed 's/^@end\t3/@end\t4/' >"$tmp/3"
	for i in 1 2 3; do
		run -65 --separate-stderr keys-pack -o "$tmp/out.zip" "$tmp/$i"
		[ ! -e "$tmp/out.zip" ]
		echo "$stderr" >>"$tmp/said"
	done
	grep -q 'key LAB7002C: it is of another batch than the first key' "$tmp/said"
	grep -q 'key LAB7002C: a machine may have it already' "$tmp/said"
	grep -q 'key LAB7002C: another key of this file has its PID' "$tmp/said"
}

@test "a stream cut off or without keys leaves no file" {
	head -n 3 "$keys" >"$tmp/cut"
	run -65 keys-pack -o "$tmp/out.zip" "$tmp/cut"
	[ ! -e "$tmp/out.zip" ]
	{ head -n 1 "$keys"; printf '@end\t0\t0\n'; } >"$tmp/none"
	run -65 --separate-stderr keys-pack -o "$tmp/out.zip" "$tmp/none"
	[ "$stderr" = "keys-pack: no keys" ]
	[ ! -e "$tmp/out.zip" ]
}

@test "a file that is there is never replaced" {
	echo mine >"$tmp/out.zip"
	run -73 --separate-stderr keys-pack -o "$tmp/out.zip" "$keys"
	[[ "$stderr" = *"is there already; it may hold keys, so it is not replaced" ]]
	[ "$(cat "$tmp/out.zip")" = mine ]
}

@test "an output that cannot be written ends with 74" {
	run -74 bash -c "keys-pack '$keys' >/dev/full"
	run -74 bash -c "keys-pack --format csv --to '$certs/partner.pem' '$keys' >/dev/full"
}

@test "the passphrase of a key comes by a descriptor, a wrong one is told" {
	openssl pkey -in "$certs/site.key" -aes256 -passout pass:open-it -out "$tmp/locked.key"
	keys-pack --sign "$certs/site.pem" --key "$tmp/locked.key" --passphrase-fd 7 -o "$tmp/out.p7s" "$keys" 7<<<"open-it"
	openssl cms -verify -binary -inform DER -in "$tmp/out.p7s" -CAfile "$certs/site.pem" -purpose any -out "$tmp/out.zip"
	run -65 --separate-stderr keys-pack --sign "$certs/site.pem" --key "$tmp/locked.key" --passphrase-fd 7 \
		-o "$tmp/no.p7s" "$keys" 7<<<"wrong"
	[ "$stderr" = "keys-pack: $tmp/locked.key: no private key in PEM form, or its passphrase is another" ]
	[ ! -e "$tmp/no.p7s" ]
}

@test "certificates that are of no use are named" {
	run -65 --separate-stderr keys-pack --sign "$certs/site.pem" --key "$certs/other.key" -o "$tmp/out" "$keys"
	[ "$stderr" = "keys-pack: $certs/other.key: not the private key of $certs/site.pem" ]
	run -65 --separate-stderr keys-pack --to "$keys" -o "$tmp/out" "$keys"
	[ "$stderr" = "keys-pack: $keys: there is no certificate in it (expected PEM, DER or .p7b)" ]
	run -66 keys-pack --to "$tmp/nothing.pem" -o "$tmp/out" "$keys"
	SOURCE_DATE_EPOCH=2000000000 run -65 --separate-stderr keys-pack --to "$certs/partner.pem" -o "$tmp/out" "$keys"
	[[ "$stderr" = "keys-pack: $certs/partner.pem: /CN=partner: the certificate has expired (on "20*"): ask its holder for a new one" ]]
	SOURCE_DATE_EPOCH=1000000000 run -65 --separate-stderr keys-pack --to "$certs/partner.pem" -o "$tmp/out" "$keys"
	[[ "$stderr" = "keys-pack: $certs/partner.pem: /CN=partner: the certificate is not valid yet (before "20*"): is the clock right?" ]]
	[ ! -e "$tmp/out" ]
	openssl req -x509 -newkey ed25519 -nodes -days 30 -keyout "$tmp/ed.key" -out "$tmp/ed.pem" -subj /CN=ed 2>/dev/null
	for option in --to --sign; do
		run -65 --separate-stderr keys-pack $option "$tmp/ed.pem" -o "$tmp/ed" "$keys"
		[ "$stderr" = "keys-pack: $tmp/ed.pem: /CN=ed: the certificate's key cannot be used for this (got ED25519, expected RSA or EC)" ]
	done
}

# issue NAME CA EXTENSION...: NAME.pem and NAME.key, issued by CA
issue() {
	local name=$1 ca=$2
	shift 2
	printf '%s\n' "$@" >"$name.ext"
	openssl req -new -newkey rsa:2048 -nodes -keyout "$name.key" -subj "/CN=$name" 2>/dev/null |
		openssl x509 -req -CA "$ca.pem" -CAkey "$ca.key" -set_serial $((++serial)) -days 30 -extfile "$name.ext" -out "$name.pem" 2>/dev/null
}

# A root, an issuing CA, and what that issued: for mail, and to sign only.
make_chain() {
	cd "$tmp"
	serial=10
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout root.key -out root.pem -subj "/CN=root" 2>/dev/null
	issue issuing root basicConstraints=critical,CA:TRUE,pathlen:0 keyUsage=keyCertSign,cRLSign
	issue mail issuing basicConstraints=CA:FALSE keyUsage=keyEncipherment,digitalSignature extendedKeyUsage=emailProtection
	issue signing issuing basicConstraints=CA:FALSE keyUsage=digitalSignature
}

fingerprint() {
	openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//'
}

@test "a chain in any order encrypts for its end, which is named; openssl opens it" {
	make_chain
	cat root.pem issuing.pem mail.pem signing.pem >down.pem
	cat mail.pem issuing.pem root.pem >up.pem
	openssl crl2pkcs7 -nocrl -certfile down.pem -outform DER -out down.p7b
	openssl x509 -in mail.pem -outform DER -out mail.cer
	for file in down.pem up.pem down.p7b mail.cer; do
		run -0 --separate-stderr keys-pack --to $file --format csv -o $file.p7m "$keys"
		[ "$stderr" = "keys-pack: $file: encrypts for /CN=mail, SHA-256 $(fingerprint mail.pem)" ]
		openssl cms -decrypt -binary -inform DER -in $file.p7m -recip mail.pem -inkey mail.key | cmp - <(keys-pack --format csv "$keys")
		run -1 bash -c "openssl cms -decrypt -binary -inform DER -in $file.p7m -recip root.pem -inkey root.key 2>/dev/null | grep pid"
	done
}

@test "a CA's certificate and one whose key usage forbids it receive nothing" {
	make_chain
	run -65 --separate-stderr keys-pack --to issuing.pem -o out "$keys"
	[ "$stderr" = "keys-pack: issuing.pem: /CN=issuing: is a CA's certificate, not the partner's own (CA:TRUE): ask for the one that the CA issued to the partner" ]
	run -65 --separate-stderr keys-pack --to signing.pem -o out "$keys"
	[ "$stderr" = "keys-pack: signing.pem: /CN=signing: its key usage forbids this (got Digital Signature, expected Key Encipherment)" ]
	cat root.pem issuing.pem signing.pem >three.pem
	run -65 --separate-stderr keys-pack --to three.pem -o out "$keys"
	[ "$stderr" = "keys-pack: three.pem: /CN=root: is a CA: it issued another certificate of this file
keys-pack: three.pem: /CN=issuing: is a CA: it issued another certificate of this file
keys-pack: three.pem: /CN=signing: its key usage forbids this (got Digital Signature, expected Key Encipherment)
keys-pack: three.pem: none of its 3 certificates can be used" ]
	openssl req -x509 -newkey rsa:1024 -nodes -days 30 -keyout small.key -out small.pem -subj /CN=small 2>/dev/null
	run -65 --separate-stderr keys-pack --to small.pem -o out "$keys"
	[[ "$stderr" = *"/CN=small: the certificate's key is too small (got RSA of 1024 bits, expected "* ]]
	openssl pkcs12 -export -inkey mail.key -in mail.pem -passout pass:x -out mail.pfx
	run -65 --separate-stderr keys-pack --to mail.pfx -o out "$keys"
	[[ "$stderr" = "keys-pack: mail.pfx: is a PFX (PKCS #12), which holds a private key too: take the certificate out of it (openssl pkcs12 "* ]]
	[ ! -e out ]
}

@test "of several partners in a file nobody is chosen but by fingerprint or on a terminal" {
	cat "$certs/partner.pem" "$certs/rsa.pem" >"$tmp/two.pem"
	one=$(fingerprint "$certs/partner.pem")
	two=$(fingerprint "$certs/rsa.pem")
	listed="keys-pack: $tmp/two.pem: 1: /CN=partner, SHA-256 $one
keys-pack: $tmp/two.pem: 2: /CN=rsa, SHA-256 $two"
	run -65 --separate-stderr setsid -w keys-pack --to "$tmp/two.pem" -o "$tmp/out" "$keys"
	[ "$stderr" = "$listed
keys-pack: $tmp/two.pem: 2 certificates could receive the keys: name one of them with --fingerprint" ]
	keys-pack --format csv "$keys" >"$tmp/plain"
	keys-pack --to "$tmp/two.pem" --fingerprint "$two" --format csv -o "$tmp/1.p7m" "$keys"
	openssl cms -decrypt -binary -inform DER -in "$tmp/1.p7m" -recip "$certs/rsa.pem" -inkey "$certs/rsa.key" | cmp - "$tmp/plain"
	# each --to has its own
	two=${two//:/}
	keys-pack --to "$tmp/two.pem" --fingerprint "${two,,}" --to "$certs/partner.pem" --fingerprint "$one" -o "$tmp/2.p7m" "$keys"
	run -65 --separate-stderr keys-pack --to "$certs/site.pem" --fingerprint "$one" -o "$tmp/out" "$keys"
	[ "$stderr" = "keys-pack: $certs/site.pem: no certificate in it has that fingerprint (got $(fingerprint "$certs/site.pem"), expected $one)" ]
	run -64 keys-pack --fingerprint "$one" --to "$tmp/two.pem" -o "$tmp/out" "$keys"
	run -64 keys-pack --to "$tmp/two.pem" --fingerprint 12:34 -o "$tmp/out" "$keys"
	# on a terminal, the keys coming by standard input
	run -0 script -qec "keys-pack --to '$tmp/two.pem' --format csv -o '$tmp/3.p7m' <'$keys'" /dev/null <<<2
	[[ "$output" = *"Which one, 1 to 2? "*"encrypts for /CN=rsa, "* ]]
	openssl cms -decrypt -binary -inform DER -in "$tmp/3.p7m" -recip "$certs/rsa.pem" -inkey "$certs/rsa.key" | cmp - "$tmp/plain"
	for answer in 3 0 "" 2x; do
		run -65 script -qec "keys-pack --to '$tmp/two.pem' -o '$tmp/out' <'$keys'" /dev/null <<<"$answer"
	done
	[ ! -e "$tmp/out" ]
}

@test "the signer is the one of the key, wherever it is in its file, and must be one that signs" {
	make_chain
	cat root.pem issuing.pem signing.pem >chain.pem
	keys-pack --sign chain.pem --key signing.key -o out.p7s "$keys"
	openssl cms -verify -binary -inform DER -in out.p7s -CAfile root.pem -purpose any -out out.zip
	run -65 --separate-stderr keys-pack --sign chain.pem --key root.key -o bad "$keys"
	[ "$stderr" = "keys-pack: chain.pem: /CN=root: is a CA: it issued another certificate of this file" ]
	run -65 --separate-stderr keys-pack --sign issuing.pem --key issuing.key -o bad "$keys"
	[ "$stderr" = "keys-pack: issuing.pem: /CN=issuing: is a CA's certificate (CA:TRUE): sign with one that the CA issued to you" ]
	issue cipher issuing basicConstraints=CA:FALSE keyUsage=keyEncipherment
	run -65 --separate-stderr keys-pack --sign cipher.pem --key cipher.key -o bad "$keys"
	[ "$stderr" = "keys-pack: cipher.pem: /CN=cipher: its key usage forbids this (got Key Encipherment, expected Digital Signature)" ]
	[ ! -e bad ]
}

@test "options that do not go together are wrong usage" {
	run -64 --separate-stderr keys-pack --key "$certs/site.key" -o "$tmp/out" "$keys"
	[ "$stderr" = "keys-pack: --key without --sign" ]
	run -64 --separate-stderr keys-pack --format cms -o "$tmp/out" "$keys"
	[ "$stderr" = "keys-pack: --format cms needs --to or --sign" ]
	run -64 keys-pack --sign "$certs/site.pem" --passphrase-fd x -o "$tmp/out" "$keys"
	run -64 keys-pack --format odd -o "$tmp/out" "$keys"
	run -64 keys-pack -x
	[ ! -e "$tmp/out" ]
}
