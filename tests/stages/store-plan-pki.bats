# What is planned for machines that are set up with a certificate, and what
# their results make of the next plan.
# slow
load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
	clock 15:00:00
	store-load -d "$site" store/lab7.keys store/lab7.map
	made=$BATS_FILE_TMPDIR
	root=$(openssl x509 -in "$made/root.pem" -outform DER | sha256sum | cut -d ' ' -f 1)
	leaf prov
}

# The time of day on 2036-11-22, when the certificates are valid, for every
# program that is started after it.
clock() {
	SOURCE_DATE_EPOCH=$(date -ud "2036-11-22T${1}Z" +%s)
	export SOURCE_DATE_EPOCH
}

# Two setup servers' certificates under a root of their own: made once.
setup_file() (
	cd "$BATS_FILE_TMPDIR" || return
	openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 7300 \
		-subj "/CN=Plan Root" -addext basicConstraints=critical,CA:TRUE 2>/dev/null
	for name in prov other; do
		openssl req -new -newkey rsa:2048 -nodes -keyout $name.key -subj "/CN=$name.lab7.example.com" 2>/dev/null |
			openssl x509 -req -CA root.pem -CAkey root.key -CAcreateserial -days 7200 -out $name.pem \
				-extfile <(echo extendedKeyUsage=serverAuth,2.16.840.1.113741.1.2.3) 2>/dev/null
	done
	# a console's, too
	openssl req -new -key other.key -subj /CN=other.lab7.example.com | openssl x509 -req -CA root.pem -CAkey root.key \
		-set_serial 9 -days 7200 -out both.pem -extfile <(echo extendedKeyUsage=serverAuth,clientAuth,2.16.840.1.113741.1.2.3,2.16.840.1.113741.1.2.1) 2>/dev/null
)

# leaf NAME: into the site
leaf() {
	cert-add -d "$site" "$made/$1.key" "$made/$1.pem" "$made/root.pem" >"$tmp/added"
}

# The jobs of a plan, into $tmp/jobs; the streams before them into $tmp/before.
plan() {
	store-plan -d "$site" -p "$site/profile.xml" -t 60 "$@" >"$tmp/plan"
	awk -v before="$tmp/before" -v jobs="$tmp/jobs" '
		/^@jobs/ { to = 1 } { print > (to ? jobs : before) }' "$tmp/plan"
}

# Column NAME of the planned jobs, one a line.
column() {
	awk -F '\t' -v name="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) n = i - 1 }
		/^[^@]/ { print $n }' "$tmp/jobs"
}

uuid=7ab70000-0000-4000-8000-000000000001

# hello TIME [address [version pid]]: machine 1 says hello, version 3
hello() {
	{
		head -n 1 store/lab7.hello
		printf '2036-11-22T%sZ\t%s\t%s\t%s\t0\t0\t%s\t%s\tport 9971\n' "$1" "${2:-127.7.0.1}" "$uuid" "${3:-3}" "${4-}" \
			"$([ "${3:-3}" = 2 ] || echo "sha256:$root")"
		printf '@end\t1\t0\n'
	} | store-load -d "$site"
}

# result JOB TIME milestone [reason [tls kind rom [realm]]]: of machine 1
result() {
	{
		printf '@results/3\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware\trealm\ttls\tchain\tdevice_cert\tdevice_kind\trom\n'
		printf '%s.%s\t%s\t2036-11-22T%sZ\t%s\t%s\t\t\t%s\t%s\tc-c\tdd\t%s\t%s\n' "$uuid" "$1" "$uuid" \
			"$2" "$3" "${4-}" "${8-}" "${5-1.2}" "${6-on-die}" "${7-}"
		printf '@end\t1\t0\n'
	} | store-load -d "$site"
}

# state|reason|detail of machine 1
device() {
	store-dump -d "$site" | awk -F '\t' -v OFS='|' -v uuid="$uuid" '$1 == uuid { print $6, $7, $8 }'
}

# set_up [ROM]: machine 1 is set up with a certificate, at 15:00:10
set_up() {
	hello 14:59:00
	plan
	result 1 15:00:05 reached '' 1.2 on-die "${1-}"
	result 1 15:00:06 admin-set
	result 1 15:00:07 committed
	result 1 15:00:10 verified
	[ "$(device)" = "verified||" ]
}

@test "a version 3 hello becomes a job with the chain, which comes before it" {
	hello 14:59:00
	plan
	[ "$(column auth),$(column pid),$(column pps),$(column tls)" = "pki,,," ]
	[ "$(column wish)" = set-up ]
	name=$(column chains)
	[ "$name" = "$(openssl x509 -in "$made/prov.pem" -outform DER | sha256sum | cut -c 1-16)-${root:0:16}" ]
	grep -q '^@chains/1' "$tmp/before"
	grep -q "^$name	prov.lab7.example.com	$root	" "$tmp/before"
	# leaf and root, and the key
	[ "$(grep "^$name" "$tmp/before" | cut -f 4 | tr ',' '\n' | wc -l)" = 2 ]
	grep "^$name" "$tmp/before" | cut -f 5 | base64 -d |
		openssl pkey -inform DER -pubout | diff - <(openssl x509 -in "$made/prov.pem" -noout -pubkey)
}

@test "a certificate that is the console's and a setup server's comes once" {
	cert-console -d "$site" add "$made"/{other.key,both.pem,root.pem} >/dev/null
	cert-add -d "$site" "$made"/{other.key,both.pem,root.pem} >/dev/null
	# of two servers' certificates under one root a job gets one: not this one
	print=$(openssl x509 -in "$made/prov.pem" -outform DER | sha256sum | cut -d ' ' -f 1)
	[ "$(sql "DELETE FROM certificates WHERE print = '$print'; SELECT changes()")" = 1 ]
	name=$(openssl x509 -in "$made/both.pem" -outform DER | sha256sum | cut -c 1-16)-${root:0:16}
	# Machine 1 has it as the console's alone, machine 2 after it for its set-up, too.
	hello 14:58:00 127.7.0.1 2 LAB7001B
	uuid=7ab70000-0000-4000-8000-000000000002 hello 14:59:00 127.7.0.2
	plan
	[ "$(column chains | head -n 1)" = "" ]
	[[ ",$(column chains | tail -n 1)," == *",$name,"* ]]
	[ "$(column console | sort -u)" = "$name" ]
	[ "$(grep -c "^$name	" "$tmp/before")" = 1 ]
}

@test "a damaged certificate is a setup server's, or the site has none" {
	cert-console -d "$site" add "$made"/{other.key,both.pem,root.pem} >/dev/null
	hello 14:59:00
	sql "UPDATE certificates SET sealed = zeroblob(800)"
	plan
	[[ "$(device)" = "refused|CERT-DAMAGED|"* ]]
	# That of the console is none.
	sql "DELETE FROM certificates WHERE server_key IS NOT NULL"
	plan
	[[ "$(device)" = "refused|CERT-NONE|"* ]]
}

@test "what a machine showed of itself is kept, and the next job begins with its TLS" {
	hello 14:59:00
	plan
	result 1 15:00:05 reached '' 1.1 self-signed
	result 1 15:00:09 failed HTTP-CLOSED 1.1 self-signed
	[ "$(sql 'SELECT tls, chain, device_cert, device_kind, rom FROM callers')" = "1.1|c-c|dd|self-signed|" ]
	[ "$(store-dump -d "$site" -k results | grep reached | cut -f 9-13)" = $'1.1\tc-c\tdd\tself-signed\t' ]
	clock 15:10:00
	plan
	[ "$(column tls)" = 1.1 ]
	store-dump -d "$site" -k devices | grep "^$uuid" | cut -f 17- >"$tmp/shown"
	[ "$(cat "$tmp/shown")" = $'1.1\tc-c\tdd\tself-signed\t1 of no known CA\tstandard' ]
	# 1.3 is more than what a job may ask for
	result 2 15:10:05 reached '' 1.3 self-signed
	result 2 15:10:09 failed HTTP-CLOSED 1.3 self-signed
	clock 15:30:00
	plan
	[ "$(column tls)" = 1.2 ]
}

@test "a run that was cut after the commit leaves the realm that finds the machine" {
	hello 14:59:00
	plan
	realm=Digest:0123456789ABCDEF0123456789ABCDEF
	result 1 15:00:05 reached
	result 1 15:00:06 admin-set '' 1.2 on-die '' "$realm"
	result 1 15:00:07 committed
	clock 15:10:00
	plan
	[ "$(column wish),$(column realm)" = "set-up,$realm" ]
	# what is said of an earlier life is not this one's
	result 2 15:10:05 verified
	clock 16:00:00
	hello 15:59:00
	plan --again "$uuid"
	result 3 16:00:05 proved
	result 1 15:00:08 admin-set '' 1.2 on-die '' Digest:11111111111111111111111111111111
	[ "$(sql 'SELECT realm FROM callers')" = "$realm" ]
}

@test "a certificate that was only shown proves nothing" {
	hello 14:59:00
	plan
	result 1 15:00:05 failed UUID-MISMATCH 1.0 on-die eeee
	[ "$(sql 'SELECT tls, chain, device_cert, device_kind, rom FROM callers')" = "||dd|on-die|" ]
}

@test "a set-up machine that says hello again is left alone, and is reported" {
	set_up
	clock 16:00:00
	hello 15:59:00
	plan
	[ "$(column job)" = "" ]
	[ "$(device)" = "verified|SETUP-AGAIN|hello version 3 from 127.7.0.1" ]
}

@test "a person's word is for one time: the proof begins a new life" {
	set_up
	password=$(column admin_next)
	clock 16:00:00
	hello 15:59:00
	plan --again "$uuid"
	[ "$(column wish)" = prove ]
	# whoever it is sees no password, old or new
	[ "$(column admin_now)" = "" ]
	run ! grep -qF "$password" "$tmp/plan"
	result 2 16:00:05 proved
	[ "$(device)" = "heard|QUEUED|" ]
	plan --again "$uuid"
	[ "$(column wish)" = set-up ]
	[ "$(column admin_next)" != "$password" ]
	for step in reached admin-set committed verified; do result 3 16:00:20 "$step"; done
	[ "$(device)" = "verified||" ]
	# not for a second one
	plan --again "$uuid"
	[ "$(column job)" = "" ]
	clock 16:10:00
	hello 16:09:00
	plan
	[ "$(column job)" = "" ]
	[ "$(device)" = "verified|SETUP-AGAIN|hello version 3 from 127.7.0.1" ]
}

@test "a person's word that two senders prove sets up neither" {
	set_up
	clock 16:00:00
	hello 15:59:00
	hello 15:59:10 127.7.0.66
	plan --again "$uuid"
	[ "$(column wish | xargs)" = "prove prove" ]
	result 2 16:00:05 proved
	result 3 16:00:06 proved
	plan --again "$uuid"
	[ "$(column job)" = "" ]
	[ "$(device)" = "refused|UUID-SHARED|a device at 127.7.0.1 and a device at 127.7.0.66 both prove this UUID" ]
}

@test "the certificate of its ROM shows that it is the same machine" {
	set_up aaaa
	clock 16:00:00
	hello 15:59:00 127.7.0.9
	plan
	[ "$(column wish),$(column address),$(column admin_now)" = "prove,127.7.0.9," ]
	result 2 16:00:05 proved '' 1.2 on-die aaaa
	[ "$(device)" = "heard|QUEUED|" ]
	plan
	[ "$(column wish),$(column address)" = "set-up,127.7.0.9" ]
}

@test "another ROM's certificate shows that it is not, and is asked for once" {
	set_up aaaa
	clock 16:00:00
	hello 15:59:00 127.7.0.9
	plan
	result 2 16:00:05 proved '' 1.2 on-die bbbb
	[ "$(sql 'SELECT life, rom FROM machines')" = "1|aaaa" ]
	plan
	[ "$(column job)" = "" ]
	[ "$(device)" = "verified|SETUP-AGAIN|hello version 3 from 127.7.0.9: another board (ROM certificate bbbb, at the setup aaaa)" ]
}

@test "without a ROM's certificate now, the one of then is not matched" {
	set_up aaaa
	clock 16:00:00
	hello 15:59:00 127.7.0.9
	plan
	result 2 16:00:05 proved '' 1.2 self-signed
	[ "$(sql 'SELECT life FROM machines')" = 1 ]
}

@test "CERT-REFUSED waits for a person or another certificate" {
	hello 14:59:00
	plan
	result 1 15:00:05 failed CERT-REFUSED
	clock 16:00:00
	plan
	[ "$(column job)" = "" ]
	[[ "$(device)" = "refused|CERT-REFUSED|"* ]]
	leaf other
	plan
	[ "$(column chains | tr , '\n' | wc -l)" = 2 ]
}

@test "a proof without a key ends none that a key has given at that address" {
	hello 14:59:00 127.7.0.1 2 LAB7001B
	plan
	result 1 15:00:05 reached
	result 1 15:00:06 failed HTTP-CLOSED
	[ "$(sql "SELECT count(*) FROM callers WHERE pid = 'LAB7001B' AND proved > 0")" = 1 ]
	# another UUID is proved there, with a certificate
	uuid=7ab70000-0000-4000-8000-000000000002
	hello 15:10:00
	clock 15:11:00
	plan
	result 1 15:11:05 reached
	result 1 15:11:06 failed HTTP-CLOSED
	uuid=7ab70000-0000-4000-8000-000000000001
	hello 15:12:00 127.7.0.66 2 LAB7001B
	clock 15:20:00
	plan
	# the key's proof at its address still counts: the realm goes with it, and it is set up
	awk -F '\t' -v u="$uuid" '$2 == u { print $4, $14 }' "$tmp/jobs" >"$tmp/mine"
	[ "$(cat "$tmp/mine")" = "127.7.0.1 set-up" ]
}

# The password that the newest plan gave to machine 1.
given() {
	[ "$(column wish)" = set-up ] || return
	column admin_next
}

@test "a password that a caller without a key may have got is given to no other" {
	hello 14:59:00
	plan
	first=$(given)
	[ -n "$first" ]
	# nobody was there
	result 1 15:00:05 failed CONNECT-REFUSED
	clock 15:05:00
	plan
	[ "$(given)" = "$first" ]
	result 2 15:05:05 reached
	result 2 15:05:06 admin-set
	result 2 15:05:07 failed HTTP-CLOSED
	# the machine itself, elsewhere
	hello 15:06:00 127.7.0.2
	clock 15:06:10
	plan
	[ "$(column wish),$(column address)" = prove,127.7.0.2 ]
	result 3 15:06:11 reached
	result 3 15:06:12 proved
	plan
	[ "$(column address)" = 127.7.0.2 ]
	second=$(given)
	[ -n "$second" ]
	[ "$second" != "$first" ]
	# which may have the first, if it has only moved
	[[ ,$(column admin_now), == *",$first,"* ]]
	result 4 15:06:20 reached
	result 4 15:06:21 admin-set
	result 4 15:06:22 failed HTTP-CLOSED
	# each is given its own again: it may have taken it; and what the last job
	# left is said of the machine
	store-dump -d "$site" -k passwords -r >"$tmp/passwords"
	grep -qF "$second" "$tmp/passwords"
	hello 15:20:00
	sql "DELETE FROM callers WHERE address = '127.7.0.2'"
	clock 15:40:00
	plan
	[ "$(given)" = "$first" ]
	result 5 15:40:05 admin-set
	result 5 15:40:06 committed
	result 5 15:40:07 verified
	store-dump -d "$site" -k passwords -r >"$tmp/passwords"
	grep -qF "$first" "$tmp/passwords"
}

@test "what a caller without a key may have got is not given to who has one" {
	hello 14:59:00 127.7.0.66
	plan
	first=$(given)
	result 1 15:00:05 reached
	result 1 15:00:07 failed HTTP-CLOSED
	hello 15:01:00 127.7.0.66 2 LAB7001B
	clock 15:01:10
	plan
	[ "$(column pid)" = LAB7001B ]
	second=$(given)
	[ -n "$second" ]
	[ "$second" != "$first" ]
	# it moves, and keeps it: its key has proved who got it
	result 2 15:01:15 reached
	result 2 15:01:16 failed HTTP-CLOSED
	hello 15:02:00 127.7.0.5 2 LAB7001B
	for n in 3 4 5; do
		clock "15:0$n:00"
		plan
		[ "$(column wish)" != set-up ] || break
		column job | while read -r job; do
			result "${job##*.}" "15:0$n:01" reached
			result "${job##*.}" "15:0$n:02" proved
		done
	done
	[ "$(given)" = "$second" ]
}

@test "who was set up without a key keeps nobody who has one out: the remedy works" {
	set_up
	first=$(sql 'SELECT max(id) FROM secrets')
	clock 15:05:00
	hello 15:04:00 127.7.0.5 2 LAB7001B
	plan
	[ "$(column wish),$(column pid)" = prove,LAB7001B ]
	result 2 15:05:01 reached
	result 2 15:05:02 proved
	plan
	[[ "$(device)" == "verified|UUID-SHARED|a device at 127.7.0.1 is set up; PID LAB7001B at 127.7.0.5 "* ]]
	# there is no key that could be revoked
	reason-explain UUID-SHARED >"$tmp/said"
	tr -s ' \n' ' ' <"$tmp/said" | grep -qF "amt-sweep --again"
	clock 15:06:00
	plan --again "$uuid"
	[ "$(column wish),$(column pid)" = prove,LAB7001B ]
	result "$(column job | sed 's/.*\.//')" 15:06:01 reached
	result "$(column job | sed 's/.*\.//')" 15:06:02 proved
	plan
	[ "$(column pid)" = LAB7001B ]
	[ -n "$(given)" ]
	[ "$(sql 'SELECT max(id) FROM secrets')" != "$first" ]
}
