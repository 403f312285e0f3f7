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
	cd "$BATS_FILE_TMPDIR" || return
}

sign() {
	openssl cms -sign -binary -nodetach -signer "$1.pem" -inkey "$1.key" -outform "$2"
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
	[[ "$stderr" = *": signer is not trusted (/CN=oem-ec)" ]]
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
	[[ "$stderr" = "cms-open: signed: signer's certificate expired on "* ]]
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

@test "an output that cannot be written is an error" {
	sign oem DER <"$keys" >signed
	run -74 bash -c 'cms-open -s partners signed >/dev/full'
}
