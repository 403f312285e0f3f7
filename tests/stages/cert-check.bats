# shellcheck shell=bash disable=SC2154,SC2030,SC2031,SC2046,SC2086
# What cert-check says of every certificate that a setup server may be given.  "of"
# prints words.
bats_require_minimum_version 1.5.0
load certs

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	certs_make || return
	pfx good.pfx
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_FILE_TMPDIR" || return
}

# says STATUS "GRADE TEST[: WHY]" ARGUMENT...: this line, or one that begins so
says() {
	local status=$1 line=$2
	shift 2
	run -"$status" --separate-stderr cert-check "$@"
	[ "$stderr" = "" ]
	[[ $'\n'"$output"$'\n' == *$'\n'"$line"* ]] || {
		echo "# $*: no \"$line\" in"
		echo "$output"
		return 1
	}
}

# of NAME [KEY]: the files of a server's certificate under inter-1
of() {
	echo "$1.pem ${2:-leaf}.key above.pem"
}

# grades ARGUMENT...: of all tests, as "key=pass chain=pass ..."
grades() {
	cert-check "$@" | sed -n 's/^\(pass\|warn\|fail\) \([a-z]*\): .*/\2=\1/p' | paste -sd ' '
}

# opens FILE [PASSWORD]
opens() {
	run -1 --separate-stderr cert-check -p 3 "$1" 3<<<"${2-secret}"
	[ "$stderr" = "" ]
	[[ "$output" == "pass key: RSA of 2048 bits"* ]]
	[[ "$output" == *$'\npass chain: /CN=prov.example.com, /CN=Test Issuing 1, /CN=Test Provisioning Root A'* ]]
}

# refused FILE WHY [PASSWORD]
refused() {
	run -65 --separate-stderr cert-check -p 3 "$1" 3<<<"${3-secret}"
	[ "$output" = "" ]
	[ "$stderr" = "cert-check: $1: $2" ] || {
		echo "# got $stderr"
		return 1
	}
}

@test "a good certificate passes every test but the one for a root that only its owner knows" {
	[ "$(grades $(of leaf-oid))" = "key=pass chain=pass length=pass root=warn purpose=pass ca=pass size=pass signature=pass name=pass domain=pass dates=pass release=pass" ]
	says 1 "warn root: /CN=Test Provisioning Root A is no public root" $(of leaf-oid)
	says 1 "pass domain: for machines whose DNS suffix is example.com or below it" $(of leaf-oid)
	says 1 "pass purpose: OU=Intel(R) Client Setup Certificate" $(of leaf-ou)
}

@test "what a setup server's certificate must be for is tested, case and all" {
	says 65 "fail purpose: its OU differs in case" $(of leaf-ou-case)
	says 65 "fail purpose: it lacks what marks a setup server's certificate" $(of leaf-none)
	says 65 "fail purpose: server authentication is not among" $(of leaf-noserver)
	says 65 "fail purpose: it is for a console" $(of leaf-console)
	says 65 "fail ca: the certificate is a CA's" $(of leaf-ca)
}

@test "names are compared as each release does" {
	says 1 "warn name: *.example.com" --domain lab7.example.com $(of leaf-wild)
	says 1 "pass domain: lab7.example.com is example.com or below it" --domain lab7.example.com $(of leaf-wild)
	says 1 "pass domain: lab7.example.com is under example.com" --domain Lab7.Example.com $(of leaf-oid)
	says 65 "fail domain: lab7.example.org is not under example.com" --domain lab7.example.org $(of leaf-oid)
	says 65 "fail domain: badexample.com is not under" --domain badexample.com $(of leaf-oid)

	says 1 "pass domain: x.example.co.uk is under example.co.uk" --domain x.example.co.uk $(of leaf-uk)
	says 65 "fail domain: other.co.uk is not" --domain other.co.uk $(of leaf-uk)
	says 1 "pass domain: x.b.example.fr is under b.example.fr" --domain x.b.example.fr $(of leaf-fr)
	says 65 "fail domain: x.example.fr is not under b.example.fr" --domain x.example.fr $(of leaf-fr)
	says 1 "pass domain: x.a.b.example.xyz is a.b.example.xyz or below it" --domain x.a.b.example.xyz $(of leaf-xyz)
	says 65 "fail domain: b.example.xyz is not under a.b.example.xyz" --domain b.example.xyz $(of leaf-xyz)

	says 1 "warn domain: example.com is under example.com" --firmware 2.2 --domain example.com $(of leaf-oid)
	says 65 "fail domain: lab7.example.com is not" --firmware 2.2 --domain lab7.example.com $(of leaf-oid)
	says 65 "fail domain: x.example.co.uk is not under a.b.example.co.uk" --firmware 4.0 --domain x.example.co.uk $(of leaf-uk)
}

@test "keys and signatures are held against the limits of the release" {
	old="leaf-old.pem leaf.key inter-old.pem root-old.pem"
	says 65 "fail size: keys of RSA 2048, RSA 2048, RSA 1024, refused by AMT 16.0" --firmware 16 $old
	says 1 "warn size: keys of RSA 2048, RSA 2048, RSA 1024, not known for AMT from 15.0 on before 16.0, refused by AMT from 16.0 on" $old
	says 1 "pass size: keys of RSA 2048, RSA 2048, RSA 1024, good for AMT 9.1" --firmware 9.1 $old
	says 65 "fail signature: signed with SHA256, SHA256, SHA1, refused by AMT 16.1" --firmware 16.1 $old

	says 65 "fail signature: signed with SHA1, SHA256, SHA256, refused by AMT 16.0" --firmware 16.0 $(of leaf-sha1)
	says 1 "pass signature: signed with SHA1, SHA256, SHA256, good for AMT 12.0" --firmware 12 $(of leaf-sha1)
	says 1 "warn signature: signed with SHA1, SHA256, SHA256, not known for AMT from 15.0 on before 16.0, refused" $(of leaf-sha1)

	says 65 "fail size: keys of RSA 1024, RSA 2048, RSA 2048, refused by AMT 16.1" --firmware 16.1 $(of leaf-1024 leaf-1024)
	says 1 "warn size: keys of RSA 3072" --firmware 16.1 $(of leaf-3072 leaf-3072)
	says 1 "warn size: keys of RSA 2048, RSA 2048, RSA 2048, not known for all builds of AMT 22.0" --firmware 22 $(of leaf-oid)
	says 65 "fail key: machines take only RSA keys (got EC)" $(of leaf-ec leaf-ec)
	says 65 "fail size: keys of EC 256" $(of leaf-ec leaf-ec)
	says 65 "fail release: AMT 2.5 cannot be set up with a certificate" --firmware 2.5 $(of leaf-oid)
}

@test "dates are a warning: machines take an expired certificate" {
	says 1 "warn dates: /CN=prov.example.com has expired" $(of leaf-exp)
	says 1 "warn dates: /CN=prov.example.com expires soon" $(of leaf-soon)
	SOURCE_DATE_EPOCH=1000000000 says 1 "warn dates: /CN=prov.example.com is not valid yet" $(of leaf-oid)
}

@test "the chain is put together from any order and number of files" {
	good="pass chain: /CN=prov.example.com, /CN=Test Issuing 1, /CN=Test Provisioning Root A"
	cat root-A.pem leaf-oid.pem leaf.key inter-1.pem >heap.pem
	says 1 "$good"$'\n' heap.pem
	says 1 "$good"$'\n' root-A.pem inter-1.pem leaf.key leaf-oid.pem
	openssl x509 -in inter-1.pem -outform DER -out inter-1.cer
	openssl pkcs8 -topk8 -nocrypt -in leaf.key -outform DER -out leaf.der
	openssl crl2pkcs7 -nocrl -certfile root-A.pem -outform DER -out root-A.p7b
	says 1 "$good"$'\n' root-A.p7b leaf.der leaf-oid.pem inter-1.cer
	says 1 "$good; not sent: 2 others in these files"$'\n' $(of leaf-oid) root-old.pem inter-2.pem
	says 1 "$good; not sent: 2 others in these files"$'\n' $(of leaf-oid) root-A.pem inter-1.pem
}

@test "of two issuers with one name and key, one leads to each root, and never are two roots sent" {
	says 1 "pass chain: /CN=prov.example.com, /CN=Test Issuing 1, /CN=Test Provisioning Root B"$'\n' leaf-oid.pem leaf.key cross-1.pem root-B.pem
	run -1 cert-check leaf-oid.pem leaf.key cross-1.pem root-B.pem above.pem
	[ "$(grep -o 'Provisioning Root' <<<"${lines[1]}" | wc -l)" = 1 ]
	[[ "${lines[1]}" == *"; not sent: 2 others in these files" ]]
}

@test "an issuer that is missing, or has the name alone, is named" {
	says 65 "fail chain: the issuer of /CN=Test Issuing 1 is missing: /CN=Test Provisioning Root A" leaf-oid.pem leaf.key inter-1.pem
	says 65 "fail chain: the issuer of /CN=prov.example.com is missing: /CN=Test Issuing 1" leaf-oid.pem leaf.key root-A.pem
	cp other.key false.key
	ca false other root-A "Test Issuing 1"
	says 65 "fail chain: /CN=prov.example.com was not signed by the key of /CN=Test Issuing 1" leaf-oid.pem leaf.key false.pem root-A.pem
	says 65 "fail length: the chain is too long (got 5 certificates, expected at most 4)" leaf-long.pem leaf.key inter-{1,2,3}.pem root-A.pem
	says 65 "fail chain: the certificate issued itself" root-A.pem root-A.key
}

@test "there is one key, and it is the certificate's" {
	says 65 "fail key: there is no private key in these files" leaf-oid.pem above.pem
	says 65 "     what to do: export it again with its private key, or give the file with the key, too; the key of a request is in its site, where amt-cert add makes these tests" leaf-oid.pem above.pem
	says 65 "fail key: there is more than one private key in these files (got 2, expected 1)" $(of leaf-oid) other.key
	says 65 "fail key: the private key belongs to none of the certificates" $(of leaf-oid other)
	says 65 "fail chain: there is no certificate of a server in these files" leaf.key
	says 65 "fail purpose:" leaf-none.pem above.pem
}

@test "every encryption of PKCS #12 is read" {
	opens good.pfx
	pfx legacy.pfx -legacy
	pfx 3des.pfx -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1
	pfx aes-sha1.pfx -certpbe AES-256-CBC -keypbe AES-256-CBC -macalg sha1
	pfx rc4.pfx -legacy -certpbe PBE-SHA1-RC4-128 -keypbe PBE-SHA1-RC2-128
	pfx plain.pfx -certpbe NONE -keypbe NONE
	pfx des.pfx -legacy -certpbe PBE-MD5-DES -keypbe PBE-MD5-DES
	cat root-A.pem inter-1.pem leaf-oid.pem leaf.key >reversed.pem
	openssl pkcs12 -export -in reversed.pem -passout pass:secret -out reversed.pfx
	for file in legacy.pfx 3des.pfx aes-sha1.pfx rc4.pfx plain.pfx des.pfx reversed.pfx; do
		opens $file
	done
}

@test "a PFX without its root, its issuer or its key says which, and the root can be given beside it" {
	openssl pkcs12 -export -inkey leaf.key -in leaf-oid.pem -certfile inter-1.pem -passout pass:secret -out noroot.pfx
	openssl pkcs12 -export -inkey leaf.key -in leaf-oid.pem -certfile root-A.pem -passout pass:secret -out nointer.pfx
	openssl pkcs12 -export -nokeys -in leaf-oid.pem -certfile above.pem -passout pass:secret -out nokey.pfx
	says 65 "fail chain: the issuer of /CN=Test Issuing 1 is missing: /CN=Test Provisioning Root A" -p 3 noroot.pfx 3<<<secret
	says 65 "fail chain: the issuer of /CN=prov.example.com is missing: /CN=Test Issuing 1" -p 3 nointer.pfx 3<<<secret
	says 65 "fail key: there is no private key" -p 3 nokey.pfx 3<<<secret
	says 1 "pass chain: /CN=prov.example.com, /CN=Test Issuing 1, /CN=Test Provisioning Root A" -p 3 noroot.pfx root-A.pem 3<<<secret
	says 65 "fail key: there is more than one private key" -p 3 noroot.pfx other.key root-A.pem 3<<<secret
}

@test "a wrong password is told apart from damage" {
	pfx 3des.pfx -legacy
	for file in good.pfx 3des.pfx; do
		refused $file "the password is wrong" wrong
		size=$(stat -c %s $file)
		for at in $((size / 4)) $((size / 2)) $((size * 3 / 4)); do
			cp $file changed.pfx
			byte=$(xxd -s $at -l 1 -p changed.pfx)
			printf '%02x' $((0x$byte ^ 0x55)) | xxd -r -p | dd of=changed.pfx bs=1 seek=$at conv=notrunc status=none
			refused changed.pfx "is damaged: the password opens it, and its MAC is wrong"
		done
		head -c $((size - 40)) $file >cut.pfx
		refused cut.pfx "is damaged or cut off (PKCS #12)"
	done
	(cat good.pfx && echo) >longer.pfx
	refused longer.pfx "is damaged or cut off (PKCS #12)"
}

@test "no password, an empty one, and letters other than ASCII are read as each program writes them" {
	pfx empty.pfx -passout pass:
	opens empty.pfx ''
	run -1 --separate-stderr setsid -w cert-check empty.pfx
	pfx utf8.pfx -passout pass:Prüfung-ключ
	opens utf8.pfx Prüfung-ключ
	pfx utf8-old.pfx -legacy -passout pass:Prüfung-ключ
	opens utf8-old.pfx Prüfung-ключ
	# Latin-1, as a terminal of those days sent it
	pfx latin1.pfx -passout file:<(printf 'Pr\374fung')
	opens latin1.pfx Prüfung
	run -65 --separate-stderr setsid -w cert-check good.pfx
	[ "$stderr" = "cert-check: good.pfx: has a password, and there is no terminal to ask for it (expected -p with a descriptor)" ]
}

@test "a PFX without a MAC is refused, unless it is allowed" {
	pfx nomac.pfx -nomac
	refused nomac.pfx "has no MAC, so a change in it would not be noticed: write it again with one (openssl pkcs12 -export), or allow it with --without-mac"
	says 1 "pass key: RSA" -p 3 --without-mac nomac.pfx 3<<<secret
	run -65 --separate-stderr cert-check -p 3 --without-mac nomac.pfx 3<<<wrong
	[ "$stderr" = "cert-check: nomac.pfx: the password is wrong" ]
}

@test "a file that asks for too much work is refused at once" {
	openssl pkcs8 -topk8 -iter 4000000 -in leaf.key -passout pass:secret -out slow.key
	pfx many.pfx -macalg sha256 -iter 100000
	opens many.pfx
	run -1 cert-check -p 3 slow.key leaf-oid.pem above.pem 3<<<secret
	# The MAC, 67 bytes, ends with its count: from 2048, in two bytes, it becomes
	# 20000000, in four, without 20000000 rounds to make it.
	hex=$(xxd -p good.pfx | tr -d '\n')
	[[ "$hex" == 3082* && "${hex: -134:4}" == 3041 && "$hex" == *02020800 ]]
	printf '3082%04x%s' $((${#hex} / 2 - 4 + 2)) \
		"${hex:8:-134}3043${hex: -130:-8}020401312d00" | xxd -r -p >slow.pfx
	openssl asn1parse -inform der -in slow.pfx >/dev/null
	SECONDS=0
	run -65 --separate-stderr cert-check -p 3 slow.pfx 3<<<secret
	[ "$stderr" = "cert-check: slow.pfx: asks for too much work before it opens (20000000 iterations, expected no more than 10000000 in all): write it again with fewer, such as 100000" ]
	[ "$SECONDS" -le 5 ]
}

@test "keys of PEM under a password are read, and say when it is wrong" {
	openssl pkcs8 -topk8 -in leaf.key -passout pass:secret -out pbes2.key
	openssl pkcs8 -topk8 -v1 PBE-SHA1-RC2-40 -provider legacy -provider default -in leaf.key -passout pass:secret -out pbes1.key
	openssl rsa -aes256 -traditional -in leaf.key -passout pass:secret -out dek.key 2>/dev/null
	openssl pkcs8 -topk8 -scrypt -in leaf.key -passout pass:secret -out scrypt.key
	openssl pkcs8 -topk8 -in leaf.key -passout pass:secret -outform DER -out pbes2.der
	for key in pbes2.key pbes1.key dek.key scrypt.key pbes2.der; do
		says 1 "pass key: RSA of 2048 bits" -p 3 $key leaf-oid.pem above.pem 3<<<secret
		run -65 --separate-stderr cert-check -p 3 $key leaf-oid.pem above.pem 3<<<wrong
		[ "$stderr" = "cert-check: $key: the password of its key is wrong" ]
	done
}

@test "what certtool, gpgsm and keytool write is read" {
	certtool --to-p12 --load-privkey leaf.key --load-certificate <(cat leaf-oid.pem above.pem) --p12-name prov \
		--password secret --outder --outfile gnutls.pfx 2>/dev/null
	opens gnutls.pfx
	certtool --to-p12 --load-privkey leaf.key --load-certificate <(cat leaf-oid.pem above.pem) --p12-name prov \
		--password secret --pkcs-cipher 3des-pkcs12 --outder --outfile gnutls-3des.pfx 2>/dev/null
	opens gnutls-3des.pfx

	export GNUPGHOME=$BATS_TEST_TMPDIR/gpg
	mkdir -m 700 "$GNUPGHOME"
	# gpgsm says now and then that the password is wrong, of a file that differs
	# from the others in its salt.
	for _ in 1 2 3; do
		pfx for-gpgsm.pfx -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1
		! gpgsm --batch --pinentry-mode loopback --passphrase-fd 3 --import for-gpgsm.pfx 3<<<secret || break
	done
	gpgsm --batch --pinentry-mode loopback --passphrase-fd 3 --export-secret-key-p12 0x"$(gpgsm --list-secret-keys --with-colons |
		awk -F: '$1 == "fpr" { print $10; exit }')" 3<<<secret >gpgsm.pfx
	gpgconf --kill all
	says 1 "pass chain: /CN=prov.example.com, /CN=Test Issuing 1, /CN=Test Provisioning Root A" -p 3 gpgsm.pfx above.pem 3<<<secret

	keytool -importkeystore -srckeystore good.pfx -srcstoretype PKCS12 -srcstorepass secret -destkeystore java.pfx \
		-deststoretype PKCS12 -deststorepass secret -noprompt 2>/dev/null
	opens java.pfx
	keytool -J-Dkeystore.pkcs12.legacy -importkeystore -srckeystore good.pfx -srcstoretype PKCS12 -srcstorepass secret \
		-destkeystore java-old.pfx -deststoretype PKCS12 -deststorepass secret -noprompt 2>/dev/null
	opens java-old.pfx
	keytool -importkeystore -srckeystore good.pfx -srcstoretype PKCS12 -srcstorepass secret -destkeystore java.jks \
		-deststoretype JKS -deststorepass secret -noprompt 2>/dev/null
	run -65 --separate-stderr cert-check java.jks
	[[ "$stderr" == "cert-check: java.jks: is a Java key store"*"-importkeystore -deststoretype PKCS12)" ]]
	keytool -importkeystore -srckeystore good.pfx -srcstoretype PKCS12 -srcstorepass secret -destkeystore java.jceks \
		-deststoretype JCEKS -deststorepass secret -noprompt 2>/dev/null
	run -65 --separate-stderr cert-check java.jceks
	[[ "$stderr" == "cert-check: java.jceks: is a Java key store"* ]]
}

@test "a PFX in base64 is read, bare or between certtool's lines" {
	certtool --to-p12 --load-privkey leaf.key --load-certificate <(cat leaf-oid.pem above.pem) --p12-name prov \
		--password secret --outfile gnutls.txt 2>/dev/null
	grep -q '^-----BEGIN PKCS12-----' gnutls.txt
	opens gnutls.txt
	base64 good.pfx >lines.txt
	opens lines.txt
	base64 -w 0 good.pfx >one-line.txt
	opens one-line.txt
	refused one-line.txt "the password is wrong" wrong
	head -c -40 one-line.txt >cut.txt
	refused cut.txt "is damaged or cut off (PKCS #12)"
	sed '/END/d' gnutls.txt >endless.txt
	run -65 cert-check -p 3 endless.txt 3<<<secret
}

@test "what lies behind a key in DER is not left out without a word" {
	openssl pkcs8 -topk8 -nocrypt -in leaf.key -outform DER -out one.der
	openssl x509 -in leaf-oid.pem -outform DER | cat one.der - >heap.der
	run -65 --separate-stderr cert-check heap.der
	[ "$stderr" = "cert-check: heap.der: has more behind its private key: each in DER must be a file of its own, or all of them PEM" ]
	cat leaf.key leaf-oid.pem above.pem | iconv -t UTF-16 >notepad.pem
	run -65 --separate-stderr cert-check notepad.pem
	[ "$stderr" = "cert-check: notepad.pem: is text in UTF-16: save it as UTF-8 or ASCII" ]
}

@test "the terminal shows what is typed again, however the question for a password ends" {
	cat >asked <<-'EOS'
		import os, pty, sys, termios, time
		pid, fd = pty.fork()
		if pid == 0:
		    os.execvp("cert-check", ["cert-check", "good.pfx"])
		said = b""
		while b"good.pfx: " not in said:
		    said += os.read(fd, 1000)
		assert not termios.tcgetattr(fd)[3] & termios.ECHO
		os.write(fd, eval(sys.argv[1]))
		try:
		    while os.read(fd, 1000):
		        pass
		except OSError:
		    pass
		how = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
		print(how, bool(termios.tcgetattr(fd)[3] & termios.ECHO))
	EOS
	[ "$(/usr/bin/python3 asked 'b"secret\n"')" = "1 True" ]
	[ "$(/usr/bin/python3 asked 'b"\x03"')" = "-2 True" ]
	[ "$(/usr/bin/python3 asked 'b"\x04"')" = "66 True" ]
}

@test "each file has its own password, a line of the descriptor" {
	openssl pkcs8 -topk8 -in leaf.key -passout pass:one -out one.key
	openssl pkcs12 -export -nokeys -in leaf-oid.pem -certfile above.pem -passout pass:two -out two.pfx
	says 1 "pass key: RSA" -p 3 one.key two.pfx 3<<<$'one\ntwo'
	run -66 --separate-stderr cert-check -p 3 one.key two.pfx 3<<<one
	[[ "$stderr" == "cert-check: password: there is no line for it"* ]]
}

@test "other files, damaged ones and wrong options are refused with the reason" {
	openssl req -new -key leaf.key -subj /CN=x -out request.pem
	run -65 --separate-stderr cert-check request.pem
	[[ "$stderr" == "cert-check: request.pem: is a request for a certificate"* ]]
	: >empty
	run -65 --separate-stderr cert-check empty
	[ "$stderr" = "cert-check: empty: is empty" ]
	head -c 1100000 /dev/zero >large
	run -65 --separate-stderr cert-check large
	[[ "$stderr" == "cert-check: large: is too large"* ]]
	sed '5d' leaf.key >damaged.key
	run -65 --separate-stderr cert-check damaged.key
	[ "$stderr" = "cert-check: damaged.key: a private key in it is damaged" ]
	run -66 cert-check no-such-file
	run -64 --separate-stderr cert-check --firmware new leaf-oid.pem
	[ "$stderr" = 'cert-check: --firmware: is no AMT release (got "new", expected one like 16.1)' ]
	run -64 cert-check --domain no_domain leaf-oid.pem
	run -64 cert-check -p x leaf-oid.pem
	run -74 --separate-stderr bash -c 'cert-check leaf-oid.pem >/dev/full'
}

@test "amt-cert check takes its options before and behind the files" {
	run -65 --separate-stderr amt-cert check -p 3 good.pfx --firmware 16.1 --domain lab7.example.org 3<<<secret
	[[ "$output" == *"fail domain: lab7.example.org is not under example.com"* ]]
	[[ "$output" == *"pass size: "*"good for AMT 16.1"* ]]
	run -64 --separate-stderr amt-cert check
	[[ "$stderr" == "amt-cert: a file is missing"* ]]
	run -64 --separate-stderr amt-cert
	run -64 --separate-stderr amt-cert look good.pfx
	[[ "$stderr" == "amt-cert: no such command: look (expected check, add, request, root, ca, console, crl, list or plan)"* ]]
}

@test "the sums in the table of roots are those of Debian's certificates" {
	local n=0 crt sum table=$AMT_TEST_ROOT/formats/amt/roots.def
	for crt in /usr/share/ca-certificates/mozilla/*.crt; do
		openssl x509 -in "$crt" -outform DER -out root.der
		read -r sum _ < <(sha256sum root.der)
		grep -B 1 -A 1 "\"$sum\"" "$table" >row || continue
		read -r sum _ < <(sha1sum root.der)
		grep -q "\"$sum\"" row
		read -r sum _ < <(sha384sum root.der)
		grep -q "\"$sum\"" row
		n=$((n + 1))
	done
	[ "$n" -ge 10 ]
}
