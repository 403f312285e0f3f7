# Every fault of the fleet file does what amtpeer --help says.

# shellcheck disable=SC2034 # client.bash reads what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"

# elapsed COMMAND...: its seconds, rounded down
elapsed() {
	local from=$EPOCHREALTIME
	"$@" >/dev/null 2>&1 || true
	echo $(((${EPOCHREALTIME/./} - ${from/./}) / 1000000))
}

tls_client() {
	timeout 10 openssl s_client -connect "127.1.0.$1:$tls" \
		-psk_identity "LAB7000$1" -psk "$key" \
		-cipher PSK-AES128-CBC-SHA@SECLEVEL=0 "${@:2}" </dev/null 2>&1
}

ready_to_commit() {
	set_clock
	set_names pc-1 lab.example.com
}

@test "hang-connect: a connection is never made, the others are" {
	fleet hang-connect '' >fleet.tsv
	peer --plain-setup
	run -28 curl -sS --connect-timeout 1 "http://127.1.0.1:$plain/wsman"
	run -28 curl -sS --connect-timeout 1 "https://127.1.0.1:$tls/wsman"
	url=http://127.1.0.2:$plain/wsman
	[ "$(get AMT_GeneralSettings | code)" = 200 ]
	[ "$(events connect | wc -l)" = 1 ]
}

@test "close-connect: reset at once" {
	fleet close-connect >fleet.tsv
	peer --plain-setup
	# while connecting or after it, as the reset comes
	run curl -sS "http://127.1.0.1:$plain/wsman"
	[ "$status" = 7 ] || [ "$status" = 56 ]
	[ "$(events connect-reset)" = plain ]
}

@test "an address of no device is closed at once" {
	fleet '' >fleet.tsv
	peer --plain-setup
	closed "http://127.1.0.9:$plain/wsman"
	[ -z "$(events connect)" ]
}

@test "hang-tls: connects and says nothing; close-tls: closes without an alert" {
	fleet hang-tls close-tls >fleet.tsv
	peer
	run -124 timeout 1 openssl s_client -connect "127.1.0.1:$tls" \
		-psk_identity LAB70001 -psk "$key" </dev/null
	run tls_client 2
	[ "$status" != 0 ]
	[[ $output == *'unexpected eof'* && $output != *'alert number'* ]]
	[ "$(events tls-fail)" = 'closed on purpose' ]
}

@test "intolerant: closes when more than its version is offered" {
	fleet intolerant >fleet.tsv
	peer
	run tls_client 1
	[[ $output == *'unexpected eof'* ]]
	run tls_client 1 -tls1
	[[ $output == *'Protocol  : TLSv1'* ]]
	[ "$(events tls-fail)" = 'offered too high a version' ]
}

@test "suite: the one that the device has" {
	fleet suite=PSK-AES256-CBC-SHA >fleet.tsv
	peer
	tls_client 1 -tls1 >/dev/null && false
	timeout 10 openssl s_client -connect "127.1.0.1:$tls" -psk_identity LAB70001 \
		-psk "$key" -tls1 -cipher PSK-AES256-CBC-SHA@SECLEVEL=0 </dev/null >out 2>&1
	[ "$(events tls-ok)" = 'TLSv1 PSK-AES256-CBC-SHA' ]
}

@test "auth-refuse and preset-password: 401 to the right password" {
	fleet auth-refuse 'preset-password=Other#Pass1' >fleet.tsv
	peer --plain-setup
	[ "$(get AMT_GeneralSettings | code)" = 401 ]
	url=http://127.1.0.2:$plain/wsman
	[ "$(get AMT_GeneralSettings | code)" = 401 ]
	password='Other#Pass1'
	[ "$(get AMT_GeneralSettings | code)" = 200 ]
	[ "$(events auth-bad | tr '\n' ,)" = 'every user is refused,wrong password,' ]
}

@test "a nonce serves many requests while nc grows, and a replay finds it stale" {
	fleet '' >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings >get.xml
	bare <get.xml
	[ "$http" = 401 ]
	[ "$stale" = false ]
	keep=$realm
	first=$nonce
	for nc in 00000001 00000002 00000007; do
		bare -H "$(auth "$first" $nc)" <get.xml
		[ "$http" = 200 ]
		realm=$keep
	done
	bare -H "$(auth "$first" 00000007)" <get.xml
	[ "$http" = 401 ]
	[ "$stale" = true ]
	[ "$(events complaint)" = 'digest: nc did not grow' ]
	bare -H "$(auth "$nonce" 00000001)" <get.xml
	[ "$http" = 200 ]
	realm=$keep
	bare -H "$(auth "$first" 00000008 wrong)" <get.xml
	[ "$http" = 401 ]
	[ "$stale" = false ]
	bare -H "$(auth 'bm9uZSBvZiBvdXJzLCBub25lIG9m' 00000001)" <get.xml
	[ "$stale" = true ]
}

@test "nonce-uses, nonce-life and stale make nonces expire" {
	fleet nonce-uses=1 nonce-life=6 stale=2 >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings >get.xml
	for n in 1 2 3; do
		url=http://127.1.0.$n:$plain/wsman
		bare <get.xml
		keep=$realm first=$nonce
		bare -H "$(auth "$first" 00000001)" <get.xml
		[ "$http" = 200 ]
		[ $n != 2 ] || sleep 6.1
		realm=$keep
		bare -H "$(auth "$first" 00000002)" <get.xml
		[ "$http" = 401 ]
		[ "$stale" = true ]
		bare -H "$(auth "$nonce" 00000001)" <get.xml
		[ "$http" = 200 ]
	done
	[ "$(events auth-stale | wc -l)" = 3 ]
	[ -z "$(events complaint)" ]
}

@test "from 6.0 on a connection stays authenticated, until a password changes" {
	get AMT_GeneralSettings >get.xml
	# curl asks again on the same connection without an answer to digest
	twice() {
		curl -sS --digest -u "admin:$password" -o /dev/null \
			-w '%{http_code} ' -H 'Content-Type: application/soap+xml' \
			--data-binary @"$1" "http://127.1.0.1:$plain/wsman" --next \
			-sS -o /dev/null -w '%{http_code}' \
			-H 'Content-Type: application/soap+xml' \
			--data-binary @get.xml "http://127.1.0.1:$plain/wsman"
	}
	firmware=5.2.57.1035
	fleet '' >fleet.tsv
	peer --plain-setup
	[ "$(twice get.xml)" = '200 401' ]
	firmware=6.2.61.3535
	fleet '' >fleet.tsv
	peer --plain-setup
	[ "$(twice get.xml)" = '200 200' ]
	call "$users" SetAdminAclEntryEx "<r:Username>admin</r:Username>
		<r:DigestPassword>$(head -c 16 /dev/zero | base64)</r:DigestPassword>" >set.xml
	[ "$(twice set.xml)" = '200 401' ]
}

@test "strict-password: the new password rules the open connection too" {
	fleet strict-password >fleet.tsv
	peer --plain-setup
	call "$users" SetAdminAclEntryEx "<r:Username>admin</r:Username>
		<r:DigestPassword>$(head -c 16 /dev/zero | base64)</r:DigestPassword>" >set.xml
	curl -sS --digest -u "admin:$password" -w '%{http_code} ' \
		-H 'Content-Type: application/soap+xml' --data-binary @set.xml \
		-o /dev/null "http://127.1.0.1:$plain/wsman" \
		-o /dev/null "http://127.1.0.1:$plain/wsman" >codes
	[ "$(cat codes)" = '200 401 ' ]
}

@test "close-401: the connection ends with each 401" {
	fleet close-401 >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings | post -D heads >/dev/null
	grep -q '^Connection: close' heads
	[ "$(value RelatesTo)" = 1 ]
	[ "$(events connect | wc -l)" = 2 ]
}

@test "hang-http: no answer from request N on" {
	fleet hang-http=2 hang-http=0 >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings >get.xml
	[ "$(code <get.xml)" = 200 ]
	run -28 --separate-stderr post -m 1 <get.xml
	url=http://127.1.0.2:$plain/wsman
	run -28 --separate-stderr bare -m 1 <get.xml
	[ "$(events hangs | tr '\n' ,)" = 'request 2,request 0,' ]
}

@test "drop-after: does as it is told, then closes; with once only one time" {
	fleet drop-after=1,once drop-after=2 >fleet.tsv
	peer --plain-setup
	call "$users" SetAdminAclEntryEx "<r:Username>admin</r:Username>
		<r:DigestPassword>$(head -c 16 /dev/zero | base64)</r:DigestPassword>" >set.xml
	run -52 --separate-stderr fresh set.xml
	[ "$(events admin-set)" = 00000000000000000000000000000000 ]
	get AMT_GeneralSettings >get.xml
	[ "$(code <get.xml)" = 401 ]
	url=http://127.1.0.2:$plain/wsman
	[ "$(code <get.xml)" = 200 ]
	run -52 --separate-stderr fresh get.xml
	run -52 --separate-stderr fresh get.xml
	[ "$(events dropped | tr '\n' ,)" = 'request 1,request 2,request 3,' ]
}

@test "drop-before: closes and does nothing; with once only one time" {
	fleet drop-before=1,once drop-before=2 >fleet.tsv
	peer --plain-setup
	call "$users" SetAdminAclEntryEx "<r:Username>admin</r:Username>
		<r:DigestPassword>$(head -c 16 /dev/zero | base64)</r:DigestPassword>" >set.xml
	run -52 --separate-stderr fresh set.xml
	[ "$(events admin-set | wc -l) $(events write | wc -l)" = "0 0" ]
	get AMT_GeneralSettings >get.xml
	[ "$(code <get.xml)" = 200 ]
	url=http://127.1.0.2:$plain/wsman
	[ "$(code <get.xml)" = 200 ]
	run -52 --separate-stderr fresh get.xml
	run -52 --separate-stderr fresh get.xml
	[ "$(events dropped-before | tr '\n' ,)" = 'request 1,request 2,request 3,' ]
}

@test "soap-fault: for a class, a method or an operation, with a subcode" {
	fleet soap-fault=AMT_GeneralSettings soap-fault=Put:InternalError \
		"soap-fault=$setup.GetUuid:EndpointUnavailable" >fleet.tsv
	peer --plain-setup
	[ "$(get AMT_GeneralSettings | code)" = 400 ]
	grep -q '<a:Value>a:Sender</a:Value><a:Subcode><a:Value>e:AccessDenied<' reply
	[ "$(get "$setup" | code)" = 200 ]
	url=http://127.1.0.2:$plain/wsman
	set_names pc-1 lab.example.com
	grep -q '<a:Value>a:Receiver</a:Value><a:Subcode><a:Value>e:InternalError<' reply
	url=http://127.1.0.3:$plain/wsman
	[ "$(call "$setup" GetUuid | code)" = 500 ]
	[ "$(get "$setup" | code)" = 200 ]
	[ -z "$(events complaint)" ]
}

@test "return: the method does nothing and says the code, TIMES times" {
	fleet return=CommitChanges:2057 return=SetHighAccuracyTimeSynch:38:1 >fleet.tsv
	peer --plain-setup
	ready_to_commit
	call "$setup" CommitChanges | post >/dev/null
	[ "$(value ReturnValue)" = 2057 ]
	[ -z "$(events commit)" ]
	url=http://127.1.0.2:$plain/wsman
	run set_clock
	[ "$(value ReturnValue)" = 38 ]
	set_clock
	[ "$(events clock | wc -l)" = 2 ]
}

@test "lost-commit: it commits, and the reply never comes" {
	fleet lost-commit >fleet.tsv
	peer --plain-setup
	ready_to_commit
	call "$setup" CommitChanges >commit.xml
	run -52 --separate-stderr fresh commit.xml
	[ "$(events state)" = 2 ]
	sleep 0.4
	get "$setup" | post >/dev/null
	[ "$(value ProvisioningState)" = 2 ]
}

# Commits, and is closed since $from at the earliest.
commit_now() {
	ready_to_commit
	from=${EPOCHREALTIME/./}
	call "$setup" CommitChanges | post >/dev/null
	[ "$(value ReturnValue)" = 0 ]
}

@test "restart: away for so long after the commit; no-restart: for ever" {
	fleet restart=1500 no-restart,restart=0 restart=0 >fleet.tsv
	peer --plain-setup
	# The one whose seconds count comes last.
	for n in 2 3 1; do
		url=http://127.1.0.$n:$plain/wsman
		commit_now
	done
	closed "http://127.1.0.1:$plain/wsman"
	closed "http://127.1.0.2:$plain/wsman"
	for _ in {1..200}; do
		! curl -sS -m 5 -o /dev/null "$url" 2>/dev/null || break
		sleep 0.05
	done
	away=$((${EPOCHREALTIME/./} - from))
	echo "away for $away microseconds"
	[ "$away" -ge 1500000 ]
	[ "$(get "$setup" | code)" = 200 ]
	closed "http://127.1.0.2:$plain/wsman"
	url=http://127.1.0.3:$plain/wsman
	[ "$(get "$setup" | code)" = 200 ]
}

@test "uuid and bare-uuid change what GetUuid says" {
	fleet uuid=ffeeddcc-bbaa-9988-7766-554433221100 bare-uuid >fleet.tsv
	peer --plain-setup
	call "$setup" GetUuid | post >/dev/null
	[ "$(value UUID | base64 -d | xxd -p)" = ccddeeffaabb88997766554433221100 ]
	[ "$(value ReturnValue)" = 0 ]
	url=http://127.1.0.2:$plain/wsman
	call "$setup" GetUuid | post >/dev/null
	[ "$(value UUID | base64 -d | xxd -p)" = 0403020106050807090a0b0c0d0e0f02 ]
	[ -z "$(value ReturnValue)" ]
}

@test "html, garbage, bad-xml and big are what they say" {
	fleet html garbage bad-xml big=100000 >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings >get.xml
	[ "$(code -D heads <get.xml)" = 200 ]
	grep -q '^Content-Type: text/html' heads
	url=http://127.1.0.2:$plain/wsman
	run -1 --separate-stderr post <get.xml
	[[ $stderr == *'HTTP/0.9'* ]]
	url=http://127.1.0.3:$plain/wsman
	[ "$(code <get.xml)" = 200 ]
	run -1 xmllint --noout reply
	url=http://127.1.0.4:$plain/wsman
	[ "$(code <get.xml)" = 200 ]
	[ "$(wc -c <reply)" = 100000 ]
	xmllint --noout reply
	[ "$(value RelatesTo)" = 1 ]
}

@test "state: where the device stands at the start" {
	fleet state=2 state=0 >fleet.tsv
	peer
	get "$setup" | post >/dev/null
	[ "$(value ProvisioningState)" = 2 ]
	tls_client 1 -tls1 && false
	tls_client 2 -tls1 >/dev/null
	[ "$(events tls-ok | wc -l)" = 1 ]
}

@test "latency, jitter and slow-body take their time and hold up nobody else" {
	fleet latency=1100 jitter=1,latency=0 slow-body=30 '' >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings >get.xml
	[ "$(elapsed post <get.xml)" -ge 2 ]
	post <get.xml >/dev/null &
	sleep 0.1
	url=http://127.1.0.4:$plain/wsman
	[ "$(elapsed post -o quick <get.xml)" = 0 ]
	wait $!
	url=http://127.1.0.2:$plain/wsman
	[ "$(elapsed post <get.xml)" = 0 ]
	url=http://127.1.0.3:$plain/wsman
	[ "$(elapsed post <get.xml)" -ge 1 ]
	xmllint --noout reply
}

@test "two requests in flight and pipelined ones are complained about" {
	fleet latency=300 >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings >get.xml
	post -o other <get.xml >/dev/null &
	sleep 0.1
	bare <get.xml
	wait $!
	events complaint | grep -x 'a second request in flight'
	{
		printf 'POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'
		printf 'POST /wsman HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
	} >two
	exec 5<>"/dev/tcp/127.1.0.1/$plain"
	cat two >&5
	[ "$(grep -ao 'HTTP/1.1 401' <&5 | wc -l)" = 2 ]
	exec 5>&-
	events complaint | grep -x 'pipelined requests'
}

@test "a thousand machines answer side by side in one process" {
	fleetgen -n 1000 -o many
	mv many/fleet.tsv .
	[ "$(wc -l <fleet.tsv)" = 1001 ]
	peer -D 100 --plain-setup
	cut -f1 fleet.tsv | sed 1d | awk -v port="$plain" '{
		print "url = http://" $1 ":" port "/wsman\noutput = /dev/null" }' >urls
	SECONDS=0
	curl -sS -Z --parallel-max 200 -w '%{http_code}\n' -K urls >codes
	[ "$(sort codes | uniq -c | tr -s ' ')" = ' 1000 404' ]
	[ "$(events connect | wc -l)" = 1000 ]
	# one after the other it would be 100 s
	[ $SECONDS -lt 20 ]
}

@test "fleetgen: equal options give equal bytes, and the check characters are right" {
	fleetgen -n 40 -o a -F '@factory' -F 'drop-after=5,once*2' -F '@no-key'
	fleetgen -n 40 -o b -F '@factory' -F 'drop-after=5,once*2' -F '@no-key'
	diff -r a b
	fleetgen -n 40 -S 2 -o c
	run -1 cmp -s a/keys.csv c/keys.csv
	[ "$(cut -f8 a/fleet.tsv | sed -n '2,6p' | tr '\n' ';')" = ';drop-after=5,once;drop-after=5,once;;;' ]
	[ "$(sed -n 2p a/fleet.tsv | cut -f5,6)" = $'admin\t0' ]
	[ "$(wc -l <a/keys.csv)" = 40 ]
	# sum of the ASCII codes before it, modulo 36
	cut -d, -f1 a/keys.csv | sed 1d | perl -ne 'chomp; my $sum = 0;
		$sum += ord for split //, substr $_, 0, 7;
		die $_ if substr($_, 7) ne (0 .. 9, "A" .. "Z")[$sum % 36]'
	cut -d, -f2 a/keys.csv | sed 1d | perl -ne 'chomp; while (/(...)(.)/g) {
		my ($sum, $c) = (0, $2); $sum += ord for split //, $1;
		die $_ if $c ne (0 .. 9, "A" .. "Z")[$sum % 36] }'
	run -64 --separate-stderr fleetgen -n 1 -o d -F no-such-thing
	[ "$stderr" = 'fleetgen: -F no-such-thing: no such fault' ]
}
