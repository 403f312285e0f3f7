#!/usr/bin/env bats
# Seals made by openssl cms, certtool and gpgsm; which are taken and which not.
bats_require_minimum_version 1.5.0

# party NAME ALGORITHM: NAME.pem and NAME.key
party() {
	openssl req -x509 -newkey "$2" -pkeyopt "$3" -nodes -keyout "$1.key" -out "$1.pem" \
		-subj "/CN=$1" -days 30 2>/dev/null
}

setup_file() {
	export keys=$PWD/keys/lab7.csv
	cd "$BATS_FILE_TMPDIR" || return
	mkdir partners
	for name in oem site stranger; do
		party $name rsa:2048 rsa_keygen_bits:2048
	done
	for name in oem-ec site-ec; do
		party $name ec ec_paramgen_curve:P-256
	done
	cp oem.pem oem-ec.pem partners
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_FILE_TMPDIR" || return
}

sign() {
	openssl cms -sign -binary -nodetach -signer "$1.pem" -inkey "$1.key" -outform "$2"
}

fingerprint() {
	openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//'
}

# leaf NAME EXTENSION...: NAME.pem and NAME.key, issued by oem
leaf() {
	local name=$1
	shift
	openssl req -new -newkey rsa:2048 -nodes -keyout "$name.key" -subj "/CN=$name" 2>/dev/null |
		openssl x509 -req -CA oem.pem -CAkey oem.key -set_serial 7 -days 20 -extfile <(printf '%s\n' "$@") -out "$name.pem" 2>/dev/null
}

@test "RSA and EC, CBC and GCM, DER, PEM and S/MIME, either way round, and several recipients" {
	for form in DER PEM SMIME; do
		for by in oem oem-ec; do
			for to in site site-ec; do
				for cipher in aes-256-cbc aes-128-gcm; do
					echo "$form $by $to $cipher"
					sign $by $form <"$keys" >signed
					openssl cms -encrypt -binary -$cipher -outform $form -in signed -out both $to.pem stranger.pem
					cms-open -s partners -k $to.key -c $to.pem both | cmp - "$keys"
				done
				openssl cms -encrypt -binary -aes-256-gcm -outform $form -in "$keys" $to.pem |
					sign $by $form | cms-open -s partners -k $to.key -c $to.pem | cmp - "$keys"
			done
		done
	done
}

@test "streamed BER, key identifiers, detached S/MIME and certtool's are taken" {
	openssl cms -sign -stream -binary -nodetach -signer oem.pem -inkey oem.key -outform DER -in "$keys" |
		cms-open -s partners | cmp - "$keys"
	openssl cms -sign -keyid -binary -nodetach -signer oem.pem -inkey oem.key -outform DER -in "$keys" |
		cms-open -s partners | cmp - "$keys"
	openssl cms -sign -signer oem.pem -inkey oem.key -in "$keys" | cms-open -s partners | tr -d '\r' |
		cmp - <(tr -d '\r' <"$keys")
	certtool --p7-sign --load-privkey oem.key --load-certificate oem.pem --infile "$keys" --outfile gnutls.p7 2>/dev/null
	cms-open -s partners gnutls.p7 | cmp - "$keys"
}

@test "detached S/MIME that was signed as it stands is taken, and a change in it is not" {
	openssl cms -sign -binary -signer oem.pem -inkey oem.key -in "$keys" -out detached
	cms-open -s partners detached | cmp - "$keys"
	sed '/^LAB7/s/A/B/' detached >changed
	run ! cmp -s detached changed
	run -65 --separate-stderr cms-open -s partners changed
	[ "$output" = "" ]
	[ "$stderr" = "cms-open: changed: signature is wrong: it was changed on the way, or cut off" ]
}

@test "PEM as gpgsm --armor writes it is taken, also with text before it" {
	sign oem DER <"$keys" >signed
	armored() {
		printf 'Dear customer,\n-----BEGIN %s MESSAGE-----\n' "$1"
		base64
		printf -- '-----END %s MESSAGE-----\n' "$1"
	}
	armored SIGNED <signed | cms-open -s partners | cmp - "$keys"
	openssl cms -encrypt -binary -aes-256-cbc -outform DER -in signed site.pem |
		armored ENCRYPTED | cms-open -s partners -k site.key -c site.pem | cmp - "$keys"
	{ cat signed; echo more; } | armored SIGNED >longer
	run -65 cms-open -s partners longer
	[ "$output" = "cms-open: longer: seal is damaged or cut off" ]
}

@test "a CA among the partners vouches for its certificates" {
	mkdir cas
	cp oem.pem cas
	openssl req -new -newkey rsa:2048 -nodes -keyout leaf.key -subj /CN=leaf 2>/dev/null |
		openssl x509 -req -CA oem.pem -CAkey oem.key -set_serial 7 -days 20 -out leaf.pem 2>/dev/null
	sign leaf DER <"$keys" | cms-open -s cas | cmp - "$keys"
	run -65 --separate-stderr cms-open -s cas <(sign oem-ec DER <"$keys")
	[ "$output" = "" ]
	[[ "$stderr" = *": signer is not trusted (/CN=oem-ec), self-signed, SHA-256 $(fingerprint oem-ec.pem); if the sender confirms this fingerprint on the telephone, put the certificate into cas as NAME.pem" ]]
}

@test "unsigned lists are taken only with -u, and told each time" {
	run -65 --separate-stderr cms-open -s partners "$keys"
	[ "$output" = "" ]
	[[ "$stderr" = *"lab7.csv: is not signed, and unsigned lists are not taken here" ]]
	cms-open -u -s partners "$keys" 2>notice | cmp - "$keys"
	[[ "$(cat notice)" = *": notice: is not signed: nobody vouches for what it says" ]]
	openssl cms -encrypt -binary -outform DER -in "$keys" -out encrypted site.pem
	run -65 --separate-stderr cms-open -s partners -k site.key -c site.pem encrypted
	[ "$output" = "" ]
	cms-open -u -s partners -k site.key -c site.pem encrypted 2>/dev/null | cmp - "$keys"
}

@test "a changed byte, another's list and an expired signer leave nothing on standard output" {
	sign oem DER <"$keys" >signed
	sed 's/LAB7/LAB8/' signed >changed
	run -65 --separate-stderr cms-open -u -s partners changed
	[ "$output" = "" ]
	[ "$stderr" = "cms-open: changed: signature is wrong: it was changed on the way, or cut off" ]
	head -c 3000 signed >cut
	run -65 --separate-stderr cms-open -u -s partners cut
	[ "$output$stderr" = "cms-open: cut: seal is damaged or cut off" ]
	later=$(($(date +%s) + 40 * 86400))
	SOURCE_DATE_EPOCH=$later run -65 --separate-stderr cms-open -s partners signed
	[ "$output" = "" ]
	[[ "$stderr" = "cms-open: signed: signer's certificate expired on 20"??-??-??" (/CN=oem), self-signed, SHA-256 $(fingerprint oem.pem); ask the sender to sign with a new one, or import it with -e" ]]
	SOURCE_DATE_EPOCH=1000000000 run -65 --separate-stderr cms-open -e -s partners signed
	[[ "$stderr" = "cms-open: signed: signer's certificate is not valid before 20"??-??-??" (/CN=oem), self-signed, SHA-256 $(fingerprint oem.pem); is the clock right?  Else ask the sender for one that is valid" ]]
	SOURCE_DATE_EPOCH=$later run -0 --separate-stderr cms-open -e -s partners signed
	[ "$stderr" = "cms-open: signed: notice: signer's certificate has expired (/CN=oem)" ]
}

@test "the key's password comes by descriptor; without it, or with a wrong one, nothing opens" {
	openssl rsa -aes256 -in site.key -passout pass:secret -out locked.key 2>/dev/null
	sign oem DER <"$keys" | openssl cms -encrypt -binary -outform DER -out both site.pem
	cms-open -s partners -k locked.key -c site.pem -p 3 both 3<<<secret | cmp - "$keys"
	run -78 --separate-stderr cms-open -s partners -k locked.key -c site.pem -p 3 both 3<<<wrong
	[ "$output" = "" ]
	[ "$stderr" = "cms-open: locked.key: private key does not open (wrong password?)" ]
	run -78 --separate-stderr setsid -w cms-open -s partners -k locked.key -c site.pem both
	[[ "$stderr" = "cms-open: locked.key: private key has a password, and there is no terminal to ask for it"* ]]
	run -66 --separate-stderr cms-open -s partners -k locked.key -c site.pem -p 3 both 3</dev/null
	[ "$stderr" = "cms-open: password: there is no line for it (expected one for each file)" ]
}

@test "what is signed alone needs no key of ours and no password" {
	openssl rsa -aes256 -in site.key -passout pass:secret -out locked.key 2>/dev/null
	sign oem DER <"$keys" >signed
	setsid -w cms-open -s partners -k locked.key -c site.pem signed | cmp - "$keys"
	cms-open -s partners -k missing.key -c site.pem signed | cmp - "$keys"
	openssl cms -encrypt -binary -outform DER -in signed -out both site.pem
	run -78 --separate-stderr cms-open -s partners -k missing.key -c site.pem both
	[ "$stderr" = "cms-open: missing.key: No such file or directory" ]
}

@test "who is not trusted is named himself, not his CA, with issuer and fingerprint" {
	leaf issued
	openssl cms -sign -binary -nodetach -signer issued.pem -inkey issued.key -certfile oem.pem -outform DER -in "$keys" -out signed
	mkdir -p none
	run -65 --separate-stderr cms-open -s none signed
	[ "$output" = "" ]
	[ "$stderr" = "cms-open: signed: signer is not trusted (/CN=issued), issued by /CN=oem, SHA-256 $(fingerprint issued.pem); if the sender confirms this fingerprint on the telephone, put the certificate, or its CA's, into none as NAME.pem" ]
	# and as that says
	cp issued.pem none/NAME.pem
	cms-open -s none signed | cmp - "$keys"
	# a signer that came without the certificate
	openssl cms -sign -nocerts -binary -nodetach -signer oem-ec.pem -inkey oem-ec.key -outform DER -in "$keys" -out bare
	run -65 --separate-stderr cms-open -s none bare
	serial=$(openssl x509 -in oem-ec.pem -noout -serial | sed 's/.*=//')
	[ "$stderr" = "cms-open: bare: signer is not known: its certificate (${serial,,}, issued by /CN=oem-ec) is neither in the bundle nor among the trusted ones" ]
}

@test "a certificate that is not for signatures signs nothing here" {
	leaf cipher keyUsage=keyEncipherment
	openssl cms -sign -binary -nodetach -signer cipher.pem -inkey cipher.key -outform DER -in "$keys" -out signed
	run -65 --separate-stderr cms-open -s partners signed
	[ "$output" = "" ]
	[ "$stderr" = "cms-open: signed: signer /CN=cipher: its key usage forbids this (got Key Encipherment, expected Digital Signature), issued by /CN=oem, SHA-256 $(fingerprint cipher.pem); ask the sender to sign with another one" ]
}

@test "partners' certificates are read as PEM, DER and p7b under each of their names" {
	sign oem DER <"$keys" >signed
	openssl x509 -in oem.pem -outform DER -out oem.der
	openssl crl2pkcs7 -nocrl -certfile oem-ec.pem -certfile oem.pem -out p7b.pem
	openssl crl2pkcs7 -nocrl -certfile oem.pem -outform DER -out p7b.der
	sed '/-----/d' oem.pem >base64
	for file in oem.pem oem.der p7b.pem p7b.der base64; do
		for ending in pem cer CRT der p7b; do
			rm -rf some
			mkdir some
			cp $file some/x.$ending
			cms-open -s some signed | cmp - "$keys"
		done
	done
	# who is no longer trusted was renamed
	rm -rf some
	mkdir some
	cp oem.pem some/oem.pem.old
	run -65 --separate-stderr cms-open -s some signed
	[[ "$stderr" = *"signer is not trusted"* ]]
	run -65 --separate-stderr cms-open -v -s some signed
	[ "${stderr_lines[0]}" = "cms-open: some/oem.pem.old: skipped: not named as certificates are (expected .pem, .cer, .crt, .der or .p7b)" ]
}

@test "a PFX among the partners, a private key and a request are named with what to do" {
	sign oem DER <"$keys" >signed
	rm -rf some
	mkdir some
	openssl pkcs12 -export -inkey oem.key -in oem.pem -passout pass:x -out some/oem.pfx
	run -78 --separate-stderr cms-open -s some signed
	[ "$output" = "" ]
	[ "$stderr" = "cms-open: some/oem.pfx: is a PFX (PKCS #12), which holds a private key too: take the certificate out of it (openssl pkcs12 -in FILE -nokeys -clcerts -out NAME.pem)" ]
	# as that says
	openssl pkcs12 -in some/oem.pfx -passin pass:x -nokeys -clcerts -out some/NAME.pem 2>/dev/null
	rm some/oem.pfx
	cms-open -s some signed | cmp - "$keys"
	cat oem.key >>some/NAME.pem
	run -0 --separate-stderr cms-open -s some signed
	[ "$stderr" = "cms-open: some/NAME.pem: notice: has a private key beside the certificate: remove the key, only the partner may have it" ]
	cp oem.key some/NAME.pem
	run -78 --separate-stderr cms-open -s some signed
	[ "$stderr" = "cms-open: some/NAME.pem: is a private key without a certificate: the certificate is another file" ]
	openssl req -new -key oem.key -subj /CN=x -out some/NAME.pem
	run -78 --separate-stderr cms-open -s some signed
	[[ "$stderr" = "cms-open: some/NAME.pem: is a request for a certificate (CSR)"* ]]
}

@test "our certificate may be DER, or behind its CA" {
	leaf mine keyUsage=keyEncipherment
	sign oem DER <"$keys" | openssl cms -encrypt -binary -outform DER -out both mine.pem
	cat oem.pem mine.pem >chain.pem
	openssl x509 -in mine.pem -outform DER -out mine.cer
	for cert in chain.pem mine.cer; do
		cms-open -s partners -k mine.key -c $cert both | cmp - "$keys"
	done
	run -78 --separate-stderr cms-open -s partners -k site.key -c chain.pem both
	[ "$stderr" = "cms-open: site.key: private key and certificate do not belong together" ]
}

@test "a mail that is S/MIME opens, with headers of any length; of another the attachments are named" {
	headers() {
		echo "From sender@example.com Sun Nov 22 14:20:00 2026"
		for _ in {1..200}; do
			echo "Received: from a.example.com by b.example.com with ESMTPS; Sun, 22 Nov 2026 14:20:00 +0000"
		done
		printf 'From: OEM <keys@example.com>\nTo: site@example.net\nSubject: keys\n'
	}
	{
		headers
		sign oem SMIME <"$keys"
	} >smime.eml
	[ "$(head -c 8192 smime.eml | grep -c pkcs7)" = 0 ]
	cms-open -s partners smime.eml | cmp - "$keys"
	sign oem DER <"$keys" >signed
	{
		headers
		printf 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nHello,\n'
		printf -- '--b\nContent-Type: application/pkcs7-mime; name="lab7.p7m"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n filename="lab7.p7m"\n\n'
		base64 signed
		echo --b--
	} >mixed.eml
	run -65 --separate-stderr cms-open -u -s partners mixed.eml
	[ "$output" = "" ]
	[ "$stderr" = "cms-open: mixed.eml: is a mail: save what is attached to it (lab7.p7m) and import that" ]
	{
		headers
		echo
		cat "$keys"
	} >plain.eml
	run -65 --separate-stderr cms-open -u -s partners plain.eml
	[ "$stderr" = "cms-open: plain.eml: is a mail: save the list that it has as a file of its own and import that" ]
}

@test "an output that cannot be written is an error" {
	sign oem DER <"$keys" >signed
	run -74 bash -c 'cms-open -s partners signed >/dev/full'
}
