# shellcheck shell=bash disable=SC2154
# Certificates that machines were given: what store-load keeps of them, which of
# them a visit takes, and when a machine gets another one.
bats_require_minimum_version 1.5.0
load keep

setup_file() {
	export CA=$BATS_FILE_TMPDIR
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$CA/ca.key" -out "$CA/ca.pem" -days 4000 \
		-subj '/O=Lab/CN=Lab machines' 2>/dev/null
	openssl req -new -newkey rsa:2048 -nodes -keyout "$CA/pc.key" -out "$CA/pc.csr" \
		-subj /CN=pc-0001.lab7.example.com 2>/dev/null
	: >"$CA/index"
	printf '%s\n' '[ca]' 'default_ca = x' '[x]' "database = $CA/index" "new_certs_dir = $CA" \
		'rand_serial = yes' 'unique_subject = no' 'default_md = sha256' 'policy = any' \
		'[any]' 'commonName = supplied' >"$CA/ca.conf"
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	keep_setup
}

# certificate NAME UNTIL [SERIAL]: $tmp/NAME.der, and its SHA-256 in $NAME
certificate() {
	openssl ca -batch -notext -config "$CA/ca.conf" -cert "$CA/ca.pem" -keyfile "$CA/ca.key" -in "$CA/pc.csr" \
		-startdate 20261101000000Z -enddate "$2" -out "$tmp/$1.pem" 2>/dev/null
	openssl x509 -in "$tmp/$1.pem" -outform DER -out "$tmp/$1.der"
	printf -v "$1" %s "$(sha256sum <"$tmp/$1.der" | cut -d ' ' -f 1)"
}

# issued JOB NAME
issued() {
	result "$1" issued '' setting=certificate item=pc-0001.lab7.example.com "device_cert=${!2}" \
		"found=$(base64 -w0 "$tmp/$2.der")"
}

@test "a certificate that was issued is kept once, with what it says" {
	plan --check
	certificate one 20271122150000Z
	issued 2 one
	later 60
	issued 2 one
	[ "$(sql "SELECT print, uuid, 'serial=' || serial, subject, issuer, issued_at, until, revoked_at IS NULL FROM issued")" = \
		"$one|$uuid|$(openssl x509 -in "$tmp/one.pem" -noout -serial)|/CN=pc-0001.lab7.example.com|/O=Lab/CN=Lab machines|$((SOURCE_DATE_EPOCH - 60))|$(date -ud 2027-11-22T15:00:00Z +%s)|1" ]
	sql 'SELECT pem FROM issued' | openssl x509 -outform DER | cmp - "$tmp/one.der"
	# Nothing of the machine follows from it: it was not sent yet.
	[ "$(sql 'SELECT leaf FROM kept')" = "" ]
	[ "$(sql 'SELECT device_cert FROM callers')" = "" ]
	[ "$(sql "SELECT ended_at IS NULL FROM jobs WHERE job = '$uuid.2'")" = 1 ]
}

@test "two that a job got in one second are both kept, and one of a setup is not taken as shown" {
	sql "UPDATE jobs SET wish = 'set-up' WHERE job = '$uuid.1'"
	certificate one 20271122150000Z
	certificate two 20271122150000Z
	issued 1 one
	issued 1 two
	[ "$(sql 'SELECT count(*) FROM issued')" = 2 ]
	[ "$(sql 'SELECT device_cert FROM callers')" = "" ]
}

# refused FOUND DEVICE_CERT SETTING MESSAGE, with the line of the record
refused() {
	run -65 --separate-stderr result 2 issued '' "setting=$3" item=pc-0001.lab7.example.com "device_cert=$2" "found=$1"
	[[ $stderr == *"$tmp/results:2: "*"$4"* ]]
}

@test "what is no certificate, or not the one that it says to be, is refused with file and line" {
	plan --check
	certificate one 20271122150000Z
	der=$(base64 -w0 "$tmp/one.der")
	refused "$der" "$(printf '%064d' 7)" certificate "another certificate (got SHA-256 ${one:0:16}..., expected 0000000000000000...)"
	refused "$der" "" certificate 'another certificate'
	refused "${der:0:400}" "$one" certificate 'not a certificate'
	refused "${der/M/ }" "$one" certificate 'not base64'
	refused "" "$one" certificate 'not base64'
	refused "$(printf 'no certificate' | base64 -w0)" "$(printf 'no certificate' | sha256sum | cut -d ' ' -f 1)" certificate 'not a certificate'
	refused "$der" "$one" tls 'issued, but for the setting "tls"'
	[ "$(sql 'SELECT count(*) FROM issued')" = 0 ]
	[ "$(sql "SELECT count(*) FROM results WHERE milestone = 'issued'")" = 0 ]
	issued 2 one
	[ "$(sql 'SELECT count(*) FROM issued')" = 1 ]
}

@test "one of a machine's earlier life is kept, and is revoked" {
	plan --check
	certificate one 20271122150000Z
	certificate two 20271122150000Z
	issued 2 one
	later 3600
	sed '1,/^@end/d; s/2026-11-22T14:01:00Z/2026-11-22T16:00:00Z/' "$tmp/machine" | store-load -d "$site"
	plan
	[ "$(columns job wish)" = "$uuid.3|prove" ]
	result 3 proved '' realm=Digest:4567
	[ "$(sql 'SELECT revoked_at FROM issued')" = "$SOURCE_DATE_EPOCH" ]
	# A journal that is loaded afterwards.
	later 60
	issued 2 two
	[ "$(sql "SELECT revoked_at FROM issued WHERE print = '$two'")" = "$SOURCE_DATE_EPOCH" ]
}

@test "a visit takes the certificate that the machine showed, and those that it may have got since" {
	certificate one 20271122150000Z
	certificate two 20271122150000Z
	plan --check
	# Nothing is known of what it shows, and so nothing is asked.
	issued 2 one
	result 2 failed HTTP-TIMEOUT
	later 86400
	plan --check
	[ "$(columns leaf)" = "" ]
	result 3 in-order '' tls=1.2 "device_cert=$one"
	later 60
	plan --check
	[ "$(columns tls leaf)" = "1.2|$one" ]
	# Cut off before the machine was seen with it.
	issued 4 two
	result 4 failed HTTP-TIMEOUT
	later 86400
	plan --check
	[ "$(columns leaf)" = "$one,$two" ]
	result 5 clock-set,in-order '' tls=1.2 "device_cert=$two"
	later 60
	plan --check
	[ "$(columns leaf)" = "$two,$one" ]
	# A sweep takes such a job.
	store-plan -d "$site" -p "$site/profile.xml" -t 60 --check --take-over >"$tmp/all"
	run -0 --separate-stderr sweep -t 1 -P 1 -p 1 "$tmp/all"
	[ "$stderr" = "" ]
	# That of another machine is not its own, and a job has four at most.
	sql "UPDATE issued SET uuid = 'other' WHERE print = '$one'"
	for name in a b c d; do
		later 60
		certificate $name 20271122150000Z
		issued 6 $name
	done
	plan --check --take-over
	[ "$(columns leaf)" = "$two,$d,$c,$b" ]
}

@test "a machine is due 30 days before the certificate that it has ends, and no other" {
	# That of its clock is another reason: it is set each time.
	profile '<ping>on</ping>'
	certificate one 20270401000000Z
	certificate two 20280401000000Z
	plan --check
	issued 2 one
	result 2 in-order '' tls=1.2 "device_cert=$one"
	clock 2027-02-01T00:00:00Z
	sql "UPDATE kept SET clock_at = $SOURCE_DATE_EPOCH"
	plan
	[ "$(columns job)" = "" ]
	# Up to a quarter of the 30 days earlier, by its UUID.
	clock 2027-02-20T00:00:00Z
	sql "UPDATE kept SET clock_at = $SOURCE_DATE_EPOCH"
	plan
	[ "$(columns job)" = "" ]
	clock 2027-03-02T00:00:00Z
	sql "UPDATE kept SET clock_at = $SOURCE_DATE_EPOCH"
	plan
	[ "$(columns job wish)" = "$uuid.3|keep" ]
	# It got another, but was not seen with it: still due.
	issued 3 two
	result 3 failed HTTP-TIMEOUT
	later 86400
	sql "UPDATE kept SET clock_at = $SOURCE_DATE_EPOCH"
	plan
	[ "$(columns job leaf)" = "$uuid.4|$one,$two" ]
	result 4 in-order '' tls=1.2 "device_cert=$two"
	plan
	[ "$(columns job)" = "" ]
	# One that it signed for itself has no end that is known.
	sql "UPDATE kept SET leaf = '$(printf '%064d' 7)'"
	clock 2028-03-31T00:00:00Z
	sql "UPDATE kept SET clock_at = $SOURCE_DATE_EPOCH"
	plan
	[ "$(columns job)" = "" ]
	sql "UPDATE kept SET leaf = '$two'"
	plan
	[ "$(columns job)" = "$uuid.5" ]
}

@test "after a setup, a certificate that was issued is the machine's own, and no other is" {
	sql "UPDATE machines SET state = 'committed', job = 1; UPDATE jobs SET wish = 'set-up'"
	certificate one 20271122150000Z
	later 1
	result 1 reached '' realm=Digest:0123 tls=1.2 "device_cert=$(printf '%064d' 8)" device_kind=on-die
	issued 1 one
	result 1 verified '' tls=1.2 "device_cert=$(printf '%064d' 7)" device_kind=on-die
	[ "$(sql 'SELECT leaf FROM kept')" = "" ]
	later 1
	result 1 verified '' tls=1.2 "device_cert=$one" device_kind=on-die
	[ "$(sql 'SELECT tls, leaf FROM kept')" = "1.2|$one" ]
	# Of the setup itself that says nothing.
	[ "$(sql 'SELECT device_cert, device_kind FROM callers')" = "$(printf '%064d' 7)|on-die" ]
	later 60
	plan --check
	[ "$(columns leaf)" = "$one" ]
}

# SHA-256 and state of each certificate, as the report has them
states() {
	store-dump -d "$site" -k certificates --csv | tail -n +2 | tr -d '\r' | cut -d, -f 8,9 | sort
}

sorted() {
	printf '%s\n' "$@" | sort
}

@test "which certificate a machine has, had, may have got, or was revoked is listed" {
	certificate one 20271122150000Z
	certificate two 20271122150000Z
	certificate three 20271122150000Z
	profile '<ping>off</ping>'
	plan
	issued 2 one
	[ "$(states)" = "$one,issued" ]
	later 60
	result 2 in-order '' tls=1.2 "device_cert=$one"
	[ "$(states)" = "$one,in-use" ]
	profile '<ping>on</ping>'
	plan
	later 60
	issued 3 two
	[ "$(states)" = "$(sorted "$one,in-use" "$two,issued")" ]
	later 60
	result 3 in-order '' tls=1.2 "device_cert=$two"
	[ "$(states)" = "$(sorted "$one,replaced" "$two,in-use")" ]
	store-dump -d "$site" -k certificates --csv | tr -d '\r' >"$tmp/list"
	[ "$(head -n 1 "$tmp/list")" = uuid,fqdn,serial,subject,issuer,issued_at,until,fingerprint,state,revoked_at ]
	serial=$(openssl x509 -in "$tmp/two.pem" -noout -serial)
	grep -qx "$uuid,pc-0001.lab7.example.com,${serial#serial=},/CN=pc-0001.lab7.example.com,/O=Lab/CN=Lab machines,2026-11-22T15:02:00Z,2027-11-22T15:00:00Z,$two,in-use," "$tmp/list"
	# Unprovisioned: all of its are revoked, and what is loaded late, too.
	profile '<ping>off</ping>'
	plan
	sql "UPDATE jobs SET wish = 'unprovision' WHERE job = '$uuid.4'"
	later 60
	result 4 unprovisioned
	[ "$(states)" = "$(sorted "$one,revoked" "$two,revoked")" ]
	[ "$(sql "SELECT DISTINCT revoked_at FROM issued")" = "$SOURCE_DATE_EPOCH" ]
	revoked=$SOURCE_DATE_EPOCH
	later -90
	issued 4 three
	[ "$(sql "SELECT revoked_at FROM issued WHERE print = '$three'")" = "$revoked" ]
}

@test "a visit that unprovisions nothing revokes nothing" {
	certificate one 20271122150000Z
	profile '<ping>off</ping>'
	plan
	issued 2 one
	# No job of that wish, and one that did not come to its end.
	result 2 unprovisioned
	sql "UPDATE jobs SET wish = 'unprovision' WHERE job = '$uuid.2'"
	result 2 failed HTTP-TIMEOUT
	[ "$(states)" = "$one,issued" ]
}

@test "a machine whose certificate is of a CA before gets one of the new CA, within a week" {
	env -u SOURCE_DATE_EPOCH cert-ca -d "$site" add "$CA/ca.pem" "$CA/ca.key" >/dev/null
	profile '<certificate>local</certificate>'
	plan
	certificate one 20271122150000Z
	issued 2 one
	result 2 in-order '' tls=1.2 "device_cert=$one"
	later $((8 * 86400))
	plan
	[ "$(columns job)" = "" ]
	cert-ca -d "$site" make --new --cn 'New machines' >/dev/null
	plan
	[ "$(columns job)" = "" ]
	# Until its day has come a check does not ask for another one, either.
	plan --check
	[ "$(columns leaf replace)" = "$one|" ]
	result 3 in-order '' tls=1.2 "device_cert=$one"
	later $((7 * 86400))
	plan --check
	[ "$(columns leaf replace)" = "$one|$one" ]
	result 4 failed DRIFT
	plan
	[ "$(columns wish leaf replace)" = "keep|$one|$one" ]
	# It takes one of the new CA, and is due no more though the old one has not ended.
	two=$(printf '%064d' 2)
	sql "INSERT INTO issued SELECT '$two', uuid, serial, subject, '/CN=New machines', $SOURCE_DATE_EPOCH, until, NULL, pem FROM issued"
	result 5 clock-set,in-order '' tls=1.2 "device_cert=$two"
	plan
	[ "$(columns job)" = "" ]
	plan --check
	[ "$(columns leaf replace)" = "$two,$one|" ]
}

@test "a new CA of the same name is told from the one before by its key; signers' certificates stay" {
	env -u SOURCE_DATE_EPOCH cert-ca -d "$site" add "$CA/ca.pem" "$CA/ca.key" >/dev/null
	profile '<certificate>local</certificate>'
	plan
	certificate one 20271122150000Z
	issued 2 one
	result 2 in-order '' tls=1.2 "device_cert=$one"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/n.key" -out "$tmp/n.pem" -days 4000 -subj '/O=Lab/CN=Lab machines' 2>/dev/null
	env -u SOURCE_DATE_EPOCH cert-ca -d "$site" add --new "$tmp/n.pem" "$tmp/n.key" >/dev/null
	sql "UPDATE meta SET value = $((SOURCE_DATE_EPOCH - 8 * 86400)) WHERE name = 'local_ca_at'"
	later 60
	plan --check
	[ "$(columns replace)" = "$one" ]
	result 3 in-order '' tls=1.2 "device_cert=$one"
	# Its own certificate again, with another date: the same key signs.
	openssl x509 -in "$CA/ca.pem" -signkey "$CA/ca.key" -days 5000 -out "$tmp/again.pem" 2>/dev/null
	env -u SOURCE_DATE_EPOCH cert-ca -d "$site" add --new "$tmp/again.pem" "$CA/ca.key" >/dev/null
	sql "UPDATE meta SET value = $((SOURCE_DATE_EPOCH - 8 * 86400)) WHERE name = 'local_ca_at'"
	later 60
	plan --check
	[ "$(columns replace)" = "" ]
	result 4 in-order '' tls=1.2 "device_cert=$one"
	# Whose CA it is that a signer asks, we do not know.
	cert-ca -d "$site" make --new --cn 'New machines' >/dev/null
	sql "UPDATE meta SET value = $((SOURCE_DATE_EPOCH - 8 * 86400)) WHERE name = 'local_ca_at'"
	later 60
	profile '<certificate>signer</certificate>'
	plan --check
	[ "$(columns wish replace)" = "check|" ]
}
