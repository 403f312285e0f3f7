# The simulated devices that are set up with certificates, driven by curl and openssl
# s_client with chains that the openssl command line made.

# shellcheck disable=SC2034,SC2154 # client.bash reads what is set here
# once
bats_require_minimum_version 1.5.0

load certs
load "$AMT_TEST_ROOT/tests/peer/client.bash"

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	certs_make || return
	cat leaf-oid.pem above.pem >good.pem
	# one CA below another, so that both above the leaf are in order
	cat inter-3.pem inter-2.pem inter-1.pem root-A.pem >long.pem
	cat inter-1.pem >no-root.pem
	cat root-A.pem inter-1.pem >swapped.pem
	cat cross-1.pem root-B.pem >cross.pem
	cat cross-1.pem root-A.pem >mismatch.pem
	cat inter-1.pem root-A.pem root-B.pem >two-roots.pem
	cat inter-old.pem root-old.pem >old.pem
	cat root-A.pem >skipped.pem
}

# devices "FIRMWARE WORDS"...: at 127.1.0.1 and up, all of them with pki
devices() {
	local n=0 device
	printf 'address\tuuid\tpid\tpps\tpassword\tcreds_set\tfirmware\tfault\n'
	for device; do
		n=$((n + 1))
		printf '127.1.0.%d\t01020304-0506-0708-090a-0b0c0d0e0f%02x\tLAB7000%d\t%s\tadmin\t0\t%s\tpki,%s\n' \
			$n $n $((n % 10)) $pps "${device%% *}" "${device#* }"
	done
}

# start "FIRMWARE WORDS"...: of devices that know root A
start() {
	certs=$BATS_FILE_TMPDIR chain=$certs/good.pem leaf_key=$certs/leaf.key at=127.1.0.1
	devices "$@" >fleet.tsv
	peer --roots "$certs/root-A.pem" --device-root die.pem
}

# post [CURL OPTION...]: as client.bash's, with the certificate and without a password
post() {
	curl -sS -m 10 -k --cert "$chain" --key "$leaf_key" --tlsv1.0 --ciphers ALL:@SECLEVEL=0 -o reply \
		-H 'Content-Type: application/soap+xml;charset=UTF-8' --data-binary @- "$@" "https://$at:$tls/wsman" &&
		cat reply
}

# client MACHINE OPTION...: what openssl s_client sees
client() {
	local n=$1
	shift
	openssl s_client -connect "127.1.0.$n:$tls" -min_protocol TLSv1 -cipher ALL:@SECLEVEL=0 "$@" </dev/null 2>&1 || :
}

# alert MACHINE LEAF [ABOVE [KEY]]: the number that comes back, or "none"
alert() {
	local number
	number=$(client "$1" -no_tls1_3 -cert "$certs/$2.pem" -key "$certs/${4:-leaf}.key" \
		-cert_chain "$certs/${3:-above}.pem" | sed -n 's/.*SSL alert number \([0-9]*\).*/\1/p' | head -n 1)
	echo "${number:-none}"
}

# judged MACHINE ALERT "WHY" LEAF [ABOVE [KEY]]: WHY is "ok" of one that is taken
judged() {
	local n=$1 number=$2 why=$3 got last
	shift 3
	rm -f journal.before
	cp journal journal.before
	got=$(alert "$n" "$@")
	last=$(tail -n "+$(($(wc -l <journal.before) + 1))" journal |
		awk -F'\t' '$4 == "cert-ok" { print "ok" } $4 == "cert-refused" { sub(/^[0-9]* /, "", $5); print $5 }')
	[ "$got $last" = "$number $why" ] || {
		echo "# $*: got alert $got, $last, expected $number, $why"
		return 1
	}
}

# of MACHINE EVENT: its details
of() { awk -F'\t' -v a="127.1.0.$1" -v e="$2" '$2 == a && $4 == e { print $5 }' journal; }

# all that a set-up does before the commit
set_up() {
	set_clock
	set_admin "$(ha1 'N3w!Passw')" >/dev/null
	[ "$(value ReturnValue)" = 0 ]
	set_names pc-1 example.com >/dev/null
}

commit() {
	call $setup CommitChanges | post >/dev/null
	value ReturnValue
}

mebx() {
	call $setup SetMEBxPassword '<r:Password>M3bx!Passw</r:Password>' | post >/dev/null
	[ "$(value ReturnValue)" = 0 ]
}

# received: the secrets that machine 1 was sent
received() {
	awk -F'\t' '$4 ~ /^(admin-set|mebx-set|auth-bad|auth-ignored)$/ { print $4 }' journal | sort -u
}

@test "a chain from leaf to listed root logs in, and the device is set up and records it" {
	start "14.1.60.1756 suffix=example.com"
	# whatever is in an Authorization header
	get $setup | post -H 'Authorization: Digest username="admin"' >/dev/null
	[ "$(value ProvisioningState) $(value TrustedDNSSuffix)" = "1 example.com" ]
	[ "$(events auth-ok | sort -u)" = certificate ]
	[[ "$(events auth-ignored)" == Digest* ]]
	set_up
	[ "$(commit)" = 0 ]
	[ "$(events cert-ok | sort -u)" = "prov.example.com $(openssl x509 -in "$certs/root-A.pem" -outform DER | sha256sum | cut -d' ' -f1)" ]
	# it is on the port without TLS then, with the new password
	closed "https://127.1.0.1:$tls/wsman" || [ "$status" = 35 ]
	plain_back
	plain_post() {
		curl -sS -m 10 --digest -u 'admin:N3w!Passw' -o reply -H 'Content-Type: application/soap+xml' \
			--data-binary @- "http://127.1.0.1:$plain/wsman"
	}
	ips=http://intel.com/wbem/wscim/1/ips-schema/1
	base=$ips get IPS_HostBasedSetupService | plain_post
	[ "$(value CurrentControlMode)" = 2 ]
	base=$ips get IPS_TLSProvisioningRecord | plain_post
	[ "$(value ProvServerFQDN) $(value SelectedHashType) $(value IsTimeValid) $(value SecureDNS)" = "prov.example.com 2 true true" ]
	[ "$(value SelectedHashData)" = "$(openssl x509 -in "$certs/root-A.pem" -outform DER | openssl dgst -sha256 -binary | base64)" ]
	[ "$(events complaint)" = "" ]
}

@test "each certificate that must be refused is, with its alert" {
	start "14.1.60.1756 suffix=example.com" "5.2.57.1035 suffix=example.com"
	judged 1 none ok leaf-oid
	judged 1 none ok leaf-ou
	judged 1 none ok leaf-wild
	judged 1 none ok leaf-exp
	judged 1 none ok leaf-3072 above leaf-3072
	judged 1 46 "neither setup OID nor setup OU" leaf-ou-case
	judged 1 46 "neither setup OID nor setup OU" leaf-none
	judged 1 46 "neither setup OID nor setup OU" leaf-console
	judged 1 46 "no server authentication" leaf-noserver
	judged 1 46 "the leaf is a CA" leaf-ca
	judged 1 46 "the common name is not in the DNS suffix" leaf-xyz
	judged 1 46 "the last certificate is no root" leaf-oid no-root
	judged 1 46 "the last certificate is no root" leaf-oid swapped
	judged 1 46 "not in order from leaf to root" leaf-oid skipped
	judged 1 46 "not in order from leaf to root" leaf-oid mismatch
	judged 1 46 "a root before the last certificate" leaf-oid two-roots
	judged 1 46 "the root's hash is not listed" leaf-oid cross
	judged 1 46 "the chain is too long" leaf-long long
	# it asks for RSA alone
	[ "$(alert 1 leaf-ec above leaf-ec)" = 40 ]
	# older stacks have other alerts
	judged 2 none ok leaf-oid
	judged 2 42 "neither setup OID nor setup OU" leaf-none
	judged 2 48 "the last certificate is no root" leaf-oid no-root
	judged 2 40 "a key too large" leaf-3072 above leaf-3072
	[ "$(received)" = "" ]
}

@test "SHA-1 and small keys are refused from 15 on" {
	start "14.1.60.1756 suffix=example.com" "15.0.35.1951 suffix=example.com" "16.1.30.2307 suffix=example.com"
	judged 1 none ok leaf-sha1
	judged 1 none ok leaf-1024 above leaf-1024
	for n in 2 3; do
		judged $n none ok leaf-oid
		judged $n 46 "a signature with SHA-1" leaf-sha1
		judged $n 40 "a key too small" leaf-1024 above leaf-1024
	done
}

@test "the common name counts by the number of labels of its release" {
	start "9.5.61.3012 suffix=deep.example.co.uk" "9.5.61.3012 suffix=example.fr" "9.5.61.3012 suffix=a.b.example.xyz" \
		"9.5.61.3012 dhcp=PC.Example.COM" "9.5.61.3012 hello=3" "3.0.1.1000 dhcp=other.example.com" \
		"3.2.20.1046 dhcp=other.example.com" "3.2.20.1046 dhcp=example.org" "9.5.61.3012 dhcp=notexample.com"
	no="the common name is not in the DNS suffix"
	judged 1 none ok leaf-uk
	judged 2 46 "$no" leaf-fr
	judged 3 none ok leaf-xyz
	judged 4 none ok leaf-oid
	judged 5 46 "$no" leaf-oid
	judged 6 42 "$no" leaf-oid
	judged 7 none ok leaf-oid
	judged 8 42 "$no" leaf-oid
	judged 9 46 "$no" leaf-oid
}

@test "the root's hash is of the algorithms of the release, or one that is given" {
	start "5.2.57.1035 suffix=example.com" "15.0.35.1951 suffix=example.com" \
		"14.1.60.1756 suffix=example.com,root=$(printf '%064d' 0)" \
		"14.1.60.1756 suffix=example.com,root=$(openssl x509 -in "$BATS_FILE_TMPDIR/root-A.pem" -outform DER | sha1sum | cut -c-40)"
	judged 1 none ok leaf-oid
	[ "$(of 1 cert-ok | wc -c)" = $((17 + 40 + 1)) ]
	judged 2 none ok leaf-oid
	judged 3 46 "the root's hash is not listed" leaf-oid
	judged 4 none ok leaf-oid
}

@test "no certificate at all ends the handshake" {
	start "16.1.30.2307 suffix=example.com"
	[[ "$(client 1 -no_tls1_3)" == *"SSL alert number 40"* ]]
	[[ "$(events tls-fail)" == *"did not return a certificate"* ]]
}

@test "the hello of version 3 lists the roots of its release" {
	certs=$BATS_FILE_TMPDIR
	devices "2.2.50.1000 dhcp=a.example" "11.8.50.3425 dhcp=a.example" "16.1.30.2307 dhcp=a.example" \
		"16.1.30.2307 dhcp=a.example,hello=0" >fleet.tsv
	local port
	hellos_heard "$keep_hello"
	peer --roots "$certs/root-A.pem" -s "127.0.0.1:$port"
	for _ in {1..100}; do
		[ "$(events hello-sent | wc -l)" != 3 ] || break
		sleep 0.05
	done
	sleep 0.3
	[ ! -e hello.127.1.0.4 ]
	# flag, version 3, retry count; each root as type, length, hash
	[ "$(head -c 8 hello.127.1.0.1 | xxd -p)" = 0000030000000000 ]
	roots() {
		perl -e 'local $/; my $b = <>; my $at = 25;
			for (1 .. ord(substr $b, 24, 1)) {
				my ($t, $l) = unpack("CC", substr $b, $at);
				print "$t ", unpack("H*", substr $b, $at + 2, $l), "\n";
				$at += 2 + $l;
			}
			print "rest\n" if $at != length $b' "$1"
	}
	der() { openssl x509 -in "$certs/root-A.pem" -outform DER; }
	roots hello.127.1.0.1 >old
	[ "$(wc -l <old) $(cut -c1 old | sort -u)" = "6 1" ]
	[ "$(tail -n 1 old)" = "1 $(der | sha1sum | cut -c-40)" ]
	roots hello.127.1.0.2 >middle
	[ "$(wc -l <middle) $(cut -c1 middle | sort -u)" = "20 2" ]
	[ "$(tail -n 1 middle)" = "2 $(der | sha256sum | cut -c-64)" ]
	roots hello.127.1.0.3 >new
	[ "$(tail -n 2 new)" = "2 $(der | sha256sum | cut -c-64)"$'\n'"3 $(der | sha384sum | cut -c-96)" ]
	[ "$(wc -l <new)" = 26 ]
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	for capture in "$AMT_VECTORS"/hello-captured/*.hex; do
		sed 's/#.*//' "$capture" | xxd -r -p >captured
		roots captured | sort >those
		# all that were captured are known, and no more than those with 24
		[ "$(comm -23 those <(sort new))" = "" ]
		[ "$(wc -l <those)" -le 24 ]
	done
}

@test "TLS versions are those of the release" {
	start "8.1.71.3608 suffix=example.com" "10.0.56.3002 suffix=example.com" "14.1.60.1756 suffix=example.com" \
		"16.0.15.1735 suffix=example.com" "18.0.5.2098 suffix=example.com,tls=1.3"
	for try in "1 -tls1 TLSv1" "2 -tls1_1 TLSv1.1" "3 -tls1_1 TLSv1.1" "3 -tls1_2 TLSv1.2" "4 -tls1_2 TLSv1.2" "5 -tls1_3 TLSv1.3"; do
		read -r n option version <<<"$try"
		client "$n" "$option" -cert "$certs/leaf-oid.pem" -key "$certs/leaf.key" -cert_chain "$certs/above.pem" >seen
		[[ "$(of "$n" tls-ok | tail -n 1)" == "$version "* ]]
	done
	for try in "1 -tls1_1" "2 -tls1_2" "3 -tls1" "4 -tls1_1" "4 -tls1_3"; do
		read -r n option <<<"$try"
		before="$(of "$n" tls-ok | wc -l) $(($(of "$n" tls-fail | wc -l) + 1))"
		[[ "$(client "$n" "$option")" == *"no peer certificate available"* ]]
		[ "$(of "$n" tls-ok | wc -l) $(of "$n" tls-fail | wc -l)" = "$before" ]
	done
}

@test "before 15 the device signs its own certificate, from 15 an on-die chain does" {
	start "14.1.60.1756 suffix=example.com" "15.0.35.1951 suffix=example.com" "21.0.0.1000 suffix=example.com"
	for n in 1 2 3; do
		client $n -showcerts -cert "$certs/leaf-oid.pem" -key "$certs/leaf.key" -cert_chain "$certs/above.pem" >seen
		awk -v n=$n '/BEGIN CERT/ { k++ } /BEGIN CERT/,/END CERT/ { print >("dev-" n "-" k ".pem") }' seen
	done
	[ "$(ls dev-1-*.pem | wc -l) $(ls dev-2-*.pem | wc -l) $(ls dev-3-*.pem | wc -l)" = "1 6 6" ]
	openssl verify -CAfile dev-1-1.pem dev-1-1.pem
	for n in 2 3; do
		cat dev-$n-[2-6].pem >above-$n.pem
		openssl verify -CAfile die.pem -untrusted above-$n.pem dev-$n-1.pem
		[[ "$(openssl x509 -in dev-$n-4.pem -noout -subject)" == *"ROM CA" ]]
		run ! openssl verify -CAfile dev-1-1.pem -untrusted above-$n.pem dev-$n-1.pem
	done
	[[ "$(openssl x509 -in dev-2-1.pem -noout -subject)" == *"AMT RCFG" ]]
}

@test "16.1 stays on TLS with a certificate of its own, and its plain port is closed" {
	start "16.1.30.2307 suffix=example.com,restart=100"
	set_up
	[ "$(commit)" = 0 ]
	for _ in {1..600}; do
		[ "$(client 1 -showcerts | grep -c 'BEGIN CERT')" != 1 ] || break
		sleep 0.05
	done
	closed "http://127.1.0.1:$plain/wsman"
	[ "$(client 1 -showcerts | grep -c 'BEGIN CERT')" = 1 ]
	# no certificate of the client logs in any more
	[ "$(get $setup | post -w '%{http_code}' -o page)" = "401$(cat reply)" ]
	get $setup | curl -sS -m 10 -k --digest -u 'admin:N3w!Passw' -o reply -H 'Content-Type: application/soap+xml' \
		--data-binary @- "https://127.1.0.1:$tls/wsman"
	[ "$(value ProvisioningState)" = 2 ]
}

@test "19 and later answer 2057 to the commit until the MEBx password is changed" {
	start "18.0.5.2098 suffix=example.com" "19.0.5.1000 suffix=example.com"
	set_up
	[ "$(commit)" = 0 ]
	at=127.1.0.2
	set_up
	[ "$(commit)" = 2057 ]
	[ "$(of 2 commit-refused)" = "MEBx password" ]
	mebx
	[ "$(commit)" = 0 ]
	[ "$(of 2 mebx-set)" = 'M3bx!Passw' ]
}

@test "20 and 21 close the session after the admin password, others do not" {
	start "19.0.5.1000 suffix=example.com" "20.0.0.1000 suffix=example.com" "21.0.0.1000 suffix=example.com" \
		"21.0.0.1000 suffix=example.com,close-admin=0"
	for n in 1 2 3 4; do
		at=127.1.0.$n
		call $users SetAdminAclEntryEx "<r:Username>admin</r:Username><r:DigestPassword>$(printf %016d 1 | base64)</r:DigestPassword>" >admin
		# twice, over one session where it lives
		post -o second "https://$at:$tls/wsman" <admin >/dev/null
		grep -q '<g:ReturnValue>0' second
		of $n connect | wc -l
	done >connects
	[ "$(paste -sd ' ' connects)" = "1 2 2 1" ]
}

@test "login= and old releases ask for the factory password; admin-live for the new one" {
	start "5.2.57.1035 suffix=example.com" "16.1.30.2307 suffix=example.com,login=digest" \
		"14.1.60.1756 suffix=example.com,admin-live"
	for n in 1 2; do
		at=127.1.0.$n
		[ "$(get $setup | post -w '%{http_code}' -o page)" = "401$(cat reply 2>/dev/null)" ]
		get $setup | post --digest -u admin:admin >/dev/null
		[ "$(value ProvisioningState)" = 1 ]
	done
	at=127.1.0.3
	set_admin "$(ha1 'N3w!Passw')" >/dev/null
	[ "$(value ReturnValue)" = 0 ]
	get $setup >request
	[ "$(post -w '%{http_code}' -o page <request)" = "401$(cat reply)" ]
	post --digest -u 'admin:N3w!Passw' <request >/dev/null
	[ "$(value ProvisioningState)" = 1 ]
}

@test "a commit may lose its answer and has been done" {
	start "14.1.60.1756 suffix=example.com,lost-commit"
	set_up
	call $setup CommitChanges >request
	run ! post <request
	[ "$(events state)" = 2 ]
}

@test "no-request takes what a careless client sends, and keeps account of it" {
	start "16.1.30.2307 no-request"
	[[ "$(client 1)" != *"Acceptable client certificate"*"Client Certificate Types"* ]]
	set_admin 000102030405060708090a0b0c0d0e0f >/dev/null
	mebx
	[ "$(received | paste -sd ' ')" = "admin-set mebx-set" ]
	[ "$(events cert-ok)" = "" ]
}

@test "downgrade speaks only TLS 1.0, and uuid= presents another machine" {
	start "16.1.30.2307 suffix=example.com,downgrade" \
		"16.1.30.2307 suffix=example.com,uuid=99999999-0506-0708-090a-0b0c0d0e0f01"
	run ! curl -sS -m 5 -k --tlsv1.2 "https://127.1.0.1:$tls/"
	judged 1 none ok leaf-oid
	[[ "$(of 1 tls-ok | tail -n 1)" == "TLSv1 "* ]]
	at=127.1.0.2
	call $setup GetUuid | post >/dev/null
	[[ "$(value UUID | base64 -d | xxd -p)" == 99999999* ]]
	[ "$(received)" = "" ]
}

@test "the window closes after its time, and ExtendProvisioningPeriod moves its end" {
	start "14.1.60.1756 suffix=example.com,window=8" "14.1.60.1756 suffix=example.com,window=8"
	at=127.1.0.2
	call $setup ExtendProvisioningPeriod '<r:Duration>25</r:Duration>' | post >/dev/null
	[ "$(value ReturnValue)" = 36 ]
	call $setup ExtendProvisioningPeriod '<r:Duration>6</r:Duration>' | post >/dev/null
	[ "$(value ReturnValue)" = 0 ]
	judged 1 none ok leaf-oid
	sleep 8
	judged 2 none ok leaf-oid
	at=127.1.0.1
	get $setup >request
	run ! post <request
	at=127.1.0.2
	call $setup ExtendProvisioningPeriod '<r:Duration>0</r:Duration>' | post >/dev/null
	run ! post <request
	[ "$(of 2 window | paste -sd ' ')" = "6 0" ]
}

@test "a halfway device says control mode 2 in setup, and the chain still gets in" {
	start "16.1.30.2307 suffix=example.com,halfway" "6.0.0.1000 suffix=example.com"
	ips=http://intel.com/wbem/wscim/1/ips-schema/1
	base=$ips get IPS_HostBasedSetupService | post >/dev/null
	[ "$(value CurrentControlMode)" = 2 ]
	get $setup | post >/dev/null
	[ "$(value ProvisioningState)" = 1 ]
	at=127.1.0.2
	base=$ips get IPS_HostBasedSetupService | post >/dev/null
	[ "$(value Value)" != "" ]
}

@test "releases before 3.2 take a certificate and have no WS-Management" {
	start "2.6.20.1000 suffix=example.com"
	[ "$(get $setup | post -w '%{http_code}' -o page)" = "404$(cat reply 2>/dev/null)" ]
	[ "$(events cert-ok | wc -l)" = 1 ]
}

@test "fleetgen -m makes a fleet of 2.2 to 21 that the peer reads; without it none has pki" {
	fleetgen -n 92 -o mixed -m -d lab.example.com
	awk -F'\t' 'NR > 1 { split($7, v, "."); print v[1] "." v[2], $8 ~ /^pki,dhcp=lab.example.com/ }' mixed/fleet.tsv | sort -u >kinds
	for want in "2.2 1" "3.0 1" "3.2 0" "3.2 1" "10.0 0" "10.0 1" "11.8 1" "16.1 1" "21.0 1"; do
		grep -qx "$want" kinds
	done
	run ! grep -E '^(2|3\.0|1[1-9]|2[01]).* 0$' kinds
	# those have no key, and the list has one for each of the others
	[ "$(($(wc -l <mixed/keys.csv) - 1))" = "$(awk -F'\t' 'NR > 1 && $8 !~ /pki/' mixed/fleet.tsv | wc -l)" ]
	timeout 10 amtpeer -f mixed/fleet.tsv -t 1 -P 0 -p 0
	fleetgen -n 92 -o plain
	run ! grep pki plain/fleet.tsv
}
