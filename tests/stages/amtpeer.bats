# The simulated fleet, driven by clients that others wrote: curl, openssl
# s_client, gnutls-cli and stunnel.

# shellcheck disable=SC2034 # client.bash reads what is set here
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"

@test "it links none of our own WS-Management or conversation code" {
	run -1 bash -c "nm '$AMT_LIBEXEC/amtpeer' |
		grep -E ' [Tt] (wsman|setup_(new|step|free))'"
}

@test "wrong usage ends with 64 and a bad fleet file with 65" {
	run -64 --separate-stderr amtpeer
	printf 'address\tcolour\n' >fleet.tsv
	run -65 --separate-stderr amtpeer -f fleet.tsv -t 1
	[ "$stderr" = "amtpeer: fleet.tsv:1: column colour is unknown" ]
	fleet no-such-thing >fleet.tsv
	run -65 --separate-stderr amtpeer -f fleet.tsv -t 1
	[ "$stderr" = "amtpeer: fleet.tsv:2: no such fault" ]
	run -66 --separate-stderr amtpeer -f nothing.tsv -t 1
}

@test "--faults names every fault, and so does the manual" {
	amtpeer --faults | sed -n 's/^    //p' | sed 's/=.*//' | sort >names
	grep -qx hang-connect names && grep -qx lost-commit names
	sed -n '/^\.Ss The fault column/,/^\.Sh/s/^\.It Li \([^ ]*\).*/\1/p' \
		"$AMT_TEST_ROOT/stages/peer/amtpeer.1" | sort | diff names -
}

@test "the fleet may come on standard input, where no file has its keys" {
	fleet '' >fleet.tsv
	amtpeer -f - -t 600 -P 0 -p 0 -r ready --plain-setup <fleet.tsv 3>&- 2>>peer.err &
	pids+=($!)
	for _ in {1..600}; do
		[ ! -s ready ] || break
		sleep 0.05
	done
	read -r tls plain <ready
	get AMT_GeneralSettings | post | grep -q DigestRealm
}

@test "an address that is not loopback's gets no answer" {
	[ "$(id -u)" = 0 ] || skip "not root"
	fleet '' >fleet.tsv
	unshare -n sh -c 'ip link set lo up && ip address add 192.0.2.1/32 dev lo &&
		amtpeer -f fleet.tsv -t 600 -P 0 -p 0 -r ready & echo $! >id
		while [ ! -s ready ]; do kill -0 "$(cat id)" || exit; sleep 0.05; done
		read -r tls plain <ready
		timeout 5 curl -s "http://127.1.0.1:$plain/" >/dev/null; echo $?
		timeout 1 curl -s "http://192.0.2.1:$plain/" >/dev/null; echo $?
		kill "$(cat id)"' 3>&- >said
	[[ "$(paste -sd' ' said)" = 5[26]" 124" ]] || { cat said; false; }
}

@test "it ends after -t seconds" {
	fleet '' >fleet.tsv
	SECONDS=0
	run -0 timeout 10 amtpeer -f fleet.tsv -t 1 -P 0 -p 0 -J journal
	[ $SECONDS -le 3 ]
	[ "$(events final | cut -d' ' -f1)" = state=1 ]
}

@test "the 401 page has the headers of the captured one" {
	fleet '' >fleet.tsv
	peer --plain-setup
	curl -sS -D heads -o page --data '' "http://127.1.0.1:$plain/wsman"
	tr -d '\r' <heads >lines
	grep -x 'HTTP/1.1 401 Unauthorized' lines
	grep -xE 'WWW-Authenticate: Digest realm="Digest:[0-9A-F]{32}", nonce="[A-Za-z0-9+/]{32}",stale="false",qop="auth"' lines
	grep -x 'Content-Type: text/html' lines
	grep -x 'Server: Intel(R) Active Management Technology 5.2.57.1035' lines
	grep -x "Content-Length: $(wc -c <page)" lines
}

@test "a reply is framed in chunks of four hex digits that split tags" {
	fleet '' >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings | post --raw -D heads >/dev/null
	tr -d '\r' <heads | grep -x 'Transfer-Encoding: chunked'
	run -0 grep -acE $'^[0-9A-F]{4}\r$' reply
	[ "$output" -ge 2 ]
	tail -c 5 reply | cmp - <(printf '0\r\n\r\n')
	# inside the first envelope no chunk is larger than firmware's
	for n in $(tr -d '\r' <reply | grep -axE '[0-9A-F]{4}'); do
		[ $((16#$n)) -le $((16#513)) ]
	done
}

@test "replies have the prefixes, headers and order of captured ones" {
	firmware=11.8.50.3425 fleet '' >fleet.tsv
	peer --plain-setup
	id='uuid:77' get AMT_GeneralSettings | post >/dev/null
	xmllint --noout reply
	[ "$(value RelatesTo)" = uuid:77 ]
	[ "$(value Action)" = $transfer/GetResponse ]
	[[ $(value MessageID) =~ ^uuid:00000000-8086-8086-8086-[0-9A-F]{12}$ ]]
	[ "$(value ResourceURI)" = $amt/AMT_GeneralSettings ]
	grep -q '^<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a=' reply
	grep -oE '<g:[A-Z][A-Za-z0-9]*>' reply | grep -v AMT_G >order
	LC_ALL=C sort -c order
	[ "$(wc -l <order)" = 22 ]
}

@test "a captured reply and ours declare the same namespaces" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	captured=$AMT_VECTORS/wsman/responses/rps/AMT_GeneralSettings.GetResponse.http
	firmware=11.8.50.3425 fleet '' >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings | post >/dev/null
	grep -ao '<a:Envelope[^>]*>' "$captured" >theirs
	grep -ao '<a:Envelope[^>]*>' reply | cmp - theirs
	tr -d '\r\n' <"$captured" | sed 's/030B//' | grep -aoE '<g:[A-Za-z]+>' >theirs
	grep -aoE '<g:[A-Za-z0-9]+>' reply | grep -v DHCPv6 >ours
	grep -v DHCPv6 theirs | cmp ours -
	echo "# vectors: 1" >&3
}

@test "each request that is none gets a 400 and a complaint" {
	fleet '' >fleet.tsv
	peer --plain-setup
	echo '<not-closed>' | post -w '%{http_code}' >out
	[[ $(cat out) == *400* ]]
	envelope $amt AMT_GeneralSettings $transfer/Get '<x/>' | post >/dev/null
	grep -q SchemaValidationError reply
	envelope $amt AMT_Nothing $transfer/Get '' | post >/dev/null
	grep -q 'b:DestinationUnreachable' reply
	envelope $cim AMT_GeneralSettings $transfer/Get '' | post >/dev/null
	grep -q 'b:DestinationUnreachable' reply
	call AMT_GeneralSettings GetUuid | post >/dev/null
	grep -q 'b:ActionNotSupported' reply
	envelope $amt AMT_GeneralSettings $transfer/Get '' \
		'<w:SelectorSet><w:Selector Name="InstanceID">x</w:Selector></w:SelectorSet>' |
		post >/dev/null
	grep -q 'e:InvalidSelectors' reply
	envelope $amt AMT_GeneralSettings $transfer/Get '' |
		sed 's|<a:MessageID>.*</a:MessageID>||' | post >/dev/null
	grep -q MessageInformationHeaderRequired reply
	envelope $amt AMT_GeneralSettings $transfer/Get '' |
		sed 's|addressing"|addressing/x"|' | post >/dev/null
	[ "$(events complaint | wc -l)" = 8 ]
}

@test "enumeration takes two pulls, the version is in the second" {
	fleet '' >fleet.tsv
	peer --plain-setup
	envelope $cim CIM_SoftwareIdentity $enumeration/Enumerate \
		"<n:Enumerate xmlns:n=\"$enumeration\"/>" | post >/dev/null
	context=$(value EnumerationContext)
	[[ $context =~ ^[0-9A-F]{4}0000-0000-0000-0000-000000000000$ ]]
	pull() {
		envelope $cim CIM_SoftwareIdentity $enumeration/Pull \
			"<n:Pull xmlns:n=\"$enumeration\"><n:EnumerationContext>$context</n:EnumerationContext><n:MaxElements>999</n:MaxElements><n:MaxCharacters>99999</n:MaxCharacters></n:Pull>" |
			post
	}
	pull >/dev/null
	run ! grep -q EndOfSequence reply
	run ! grep -q '>AMT<' reply
	[ "$(value EnumerationContext)" = "$context" ]
	pull >/dev/null
	grep -q EndOfSequence reply
	grep -q '<h:InstanceID>AMT</h:InstanceID><h:IsEntity>true</h:IsEntity><h:VersionString>5.2.57</h:VersionString>' reply
	pull >/dev/null
	grep -q InvalidEnumerationContext reply
}

@test "GetUuid gives the bytes in SMBIOS order" {
	fleet '' >fleet.tsv
	peer --plain-setup
	call $setup GetUuid | post >/dev/null
	[ "$(value UUID | base64 -d | xxd -p)" = 0403020106050807090a0b0c0d0e0f01 ]
}

@test "commit wants clock, host name and an admin password of its own" {
	password='admin'
	fleet '' >fleet.tsv
	peer --plain-setup
	commit() { call $setup CommitChanges | post >/dev/null && value ReturnValue; }
	[ "$(commit)" = 2057 ]
	set_clock
	[ "$(commit)" = 2057 ]
	set_names pc-1 lab.example.com
	[ "$(commit)" = 2057 ]
	set_admin "$(ha1 'N3w!Passw')"
	password='N3w!Passw'
	[ "$(commit)" = 0 ]
	[ "$(events commit-refused | tr '\n' ,)" = "clock,host name,admin password," ]
	[ "$(events commit)" = 1 ]
}

@test "the clock refuses times before 2004 and a Ta0 it did not give" {
	fleet '' >fleet.tsv
	peer --plain-setup
	call $clock GetLowAccuracyTimeSynch | post >/dev/null
	ta0=$(value Ta0)
	[ "$ta0" -ge 1072915200 ]
	[ "$ta0" -lt 1072915260 ]
	try() {
		call $clock SetHighAccuracyTimeSynch \
			"<r:Ta0>$1</r:Ta0><r:Tm1>$2</r:Tm1><r:Tm2>$2</r:Tm2>" | post >/dev/null
		value ReturnValue
	}
	[ "$(try "$ta0" 1000000000)" = 36 ]
	[ "$(try 1 1900000000)" = 36 ]
	[ "$(try "$ta0" 1900000000)" = 0 ]
	call $clock GetLowAccuracyTimeSynch | post >/dev/null
	[ $(($(value Ta0) - 1900000000)) -le 5 ]
}

@test "the admin password is the base64 of 16 raw bytes and nothing else" {
	fleet '' >fleet.tsv
	peer --plain-setup
	hex=$(ha1 'N3w!Passw')
	try() {
		call $users SetAdminAclEntryEx "<r:Username>admin</r:Username>
			<r:DigestPassword>$1</r:DigestPassword>" | post >/dev/null
		value ReturnValue
	}
	[ "$(try "$hex")" = 2054 ]
	[ "$(try "$(printf %s "$hex" | base64 -w0)")" = 2054 ]
	[ "$(try '')" = 2054 ]
	[ "$(try "$(printf %s "$hex" | xxd -r -p | base64)")" = 0 ]
	[ "$(events admin-set)" = "$hex" ]
}

@test "a new admin password counts from the next connection on" {
	fleet '' >fleet.tsv
	peer --plain-setup
	hex=$(ha1 'N3w!Passw')
	call $users SetAdminAclEntryEx "<r:Username>admin</r:Username>
		<r:DigestPassword>$(printf %s "$hex" | xxd -r -p | base64)</r:DigestPassword>" >set.xml
	get AMT_GeneralSettings >get.xml
	curl -sS --digest -u "admin:$password" -o /dev/null -w '%{http_code}\n' \
		-H 'Content-Type: application/soap+xml' --data-binary @set.xml \
		"http://127.1.0.1:$plain/wsman" --next \
		-sS --digest -u "admin:$password" -o /dev/null -w '%{http_code}\n' \
		-H 'Content-Type: application/soap+xml' --data-binary @get.xml \
		"http://127.1.0.1:$plain/wsman" >codes
	[ "$(tr '\n' , <codes)" = 200,200, ]
	[ "$(code <get.xml)" = 401 ]
	password='N3w!Passw'
	[ "$(code <get.xml)" = 200 ]
	[ "$(events auth-ok | tail -n 1)" = new ]
}

@test "the MEBx password keeps the rules, and the network password follows when coupled" {
	fleet '' coupled >fleet.tsv
	peer --plain-setup
	try() {
		call $setup SetMEBxPassword "<r:Password>$1</r:Password>" | post >/dev/null
		value ReturnValue
	}
	[ "$(try short1!)" = 2054 ]
	[ "$(try nouppercase1!)" = 2054 ]
	[ "$(try Location_1)" = 2054 ]
	[ "$(try 'Has:Colon1!')" = 2054 ]
	[ "$(try 'Good&lt;One1!')" = 0 ]
	[ "$(events mebx-set)" = 'Good<One1!' ]
	[ "$(try 'Again#One1!')" = 0 ]
	url=http://127.1.0.2:$plain/wsman
	[ "$(try 'Again#One1!')" = 0 ]
	get AMT_GeneralSettings >get.xml
	[ "$(code <get.xml)" = 401 ]
	password='Again#One1!'
	[ "$(code <get.xml)" = 200 ]
}

@test "a Put has to have two properties, and a host of at most 63" {
	fleet '' >fleet.tsv
	peer --plain-setup
	set_names pc-1 lab.example.com
	[ "$(value HostName)" = pc-1 ]
	[ "$(events names)" = "pc-1 lab.example.com" ]
	set_names "$(printf 'a%.0s' {1..64})" lab.example.com
	grep -q InvalidRepresentation reply
	set_names pc-1 lab.example.com
	for gone in PingResponseEnabled WsmanOnlyMode; do
		envelope $amt AMT_GeneralSettings $transfer/Put \
			"$(sed -E "s|<g:$gone>.*</g:$gone>||; s|<g:$gone/>||" put)" | post >/dev/null
		grep -q d:InvalidRepresentation reply
	done
}

@test "what a Put leaves out stays as it was" {
	fleet '' >fleet.tsv
	peer --plain-setup
	set_names pc-1 lab.example.com
	envelope $amt AMT_GeneralSettings $transfer/Put \
		"<g:AMT_GeneralSettings xmlns:g=\"$amt/AMT_GeneralSettings\">
		<g:HostName>pc-2</g:HostName>
		<g:PingResponseEnabled>true</g:PingResponseEnabled>
		<g:WsmanOnlyMode>false</g:WsmanOnlyMode>
		</g:AMT_GeneralSettings>" | post >/dev/null
	[ "$(value HostName)" = pc-2 ]
	[ "$(value DomainName)" = lab.example.com ]
	[ "$(value InstanceID)" = 'Intel(r) AMT: General Settings' ]
	[ "$(events names | tail -n 1)" = "pc-2 lab.example.com" ]
	[ -z "$(events complaint)" ]
}

@test "CIM_ComputerSystemPackage gives the UUID as hex digits in SMBIOS order" {
	fleet '' uuid=0a0b0c0d-0e0f-0001-0203-040506070809 >fleet.tsv
	peer --plain-setup
	base=$cim get CIM_ComputerSystemPackage | post >/dev/null
	[ "$(value PlatformGUID)" = 0403020106050807090A0B0C0D0E0F01 ]
	url=http://127.1.0.2:$plain/wsman
	base=$cim get CIM_ComputerSystemPackage | post >/dev/null
	[ "$(value PlatformGUID)" = 0D0C0B0A0F0E01000203040506070809 ]
	[ -z "$(events complaint)" ]
}

@test "a captured CIM_ComputerSystemPackage and ours have the same elements" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	fleet '' >fleet.tsv
	peer --plain-setup
	base=$cim get CIM_ComputerSystemPackage | post >/dev/null
	body() {
		xmllint --noblanks --xpath "//*[local-name()='Body']" "$1" |
			sed -E 's|(PlatformGUID>)[^<]*|\1|; s|> *<|><|g' | tr -d '\n\t'
	}
	body reply >ours
	body "$AMT_VECTORS/wsman/responses/go-wsman-messages/cim/computer/systempackage/get.xml" |
		sed -E 's|> +<|><|g' >theirs
	cmp ours theirs
	echo "# vectors: 1" >&3
}

@test "TLS-PSK: openssl and gnutls-cli get in, the hint is the PID" {
	fleet '' >fleet.tsv
	peer
	printf 'POST /wsman HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n' >ask
	ask() { cat ask; sleep 1; }
	ask | timeout 10 openssl s_client -ign_eof -connect "127.1.0.1:$tls" \
		-psk_identity LAB70001 -psk "$key" -tls1 \
		-cipher PSK-AES128-CBC-SHA@SECLEVEL=0 >out 2>&1 || true
	grep -a 'PSK identity hint: LAB70001' out
	grep -a '^ *Protocol *: TLSv1$' out
	grep -a '^HTTP/1.1 401 Unauthorized' out
	ask | timeout 10 gnutls-cli -p "$tls" --pskusername LAB70001 \
		--pskkey "$key" --priority \
		'NONE:+VERS-TLS1.0:+AES-128-CBC:+SHA1:+PSK:+COMP-NULL' \
		127.1.0.1 >out 2>&1 || true
	grep -a 'TLS1.0.*(PSK)-(AES-128-CBC)-(SHA1)' out
	grep -a '^HTTP/1.1 401 Unauthorized' out
	[ "$(events tls-ok | sort -u)" = "TLSv1 PSK-AES128-CBC-SHA" ]
}

@test "a wrong key and an unknown identity both end in alert 20" {
	fleet '' wrong-pps >fleet.tsv
	peer
	try() {
		timeout 10 openssl s_client -connect "127.1.0.$1:$tls" -psk_identity "$2" \
			-psk "$3" -tls1 -cipher PSK-AES128-CBC-SHA@SECLEVEL=0 \
			</dev/null 2>&1 | grep -ao 'SSL alert number [0-9]*'
	}
	[ "$(try 1 LAB70001 "00${key#??}")" = "SSL alert number 20" ]
	[ "$(try 1 LAB70009 "$key")" = "SSL alert number 20" ]
	[ "$(try 2 LAB70002 "$key")" = "SSL alert number 20" ]
	[ "$(events tls-identity)" = "unknown: LAB70009" ]
	[ "$(events tls-fail | wc -l)" = 3 ]
}

@test "TLS versions are those of the firmware or of tls=" {
	firmware=9.5.61.3012
	fleet '' tls=1.2 tls=1.0 >fleet.tsv
	peer
	version() {
		timeout 10 openssl s_client -connect "127.1.0.$1:$tls" \
			-psk_identity "LAB7000$1" -psk "$key" \
			-cipher PSK-AES128-CBC-SHA@SECLEVEL=0 </dev/null 2>&1 |
			sed -n 's/^ *Protocol *: *//p'
	}
	[ "$(version 1)" = TLSv1.1 ]
	[ "$(version 2)" = TLSv1.2 ]
	[ "$(version 3)" = TLSv1 ]
}

@test "a whole setup over TLS-PSK, through stunnel and curl" {
	fleet '' >fleet.tsv
	peer --restart 5000
	local port
	free_port
	printf 'LAB70001:%s\n' "$pps" >psk
	chmod 600 psk
	cat >stunnel.conf <<-EOF
	foreground = yes
	pid =
	[amt]
	client = yes
	accept = 127.0.0.1:$port
	connect = 127.1.0.1:$tls
	PSKsecrets = $PWD/psk
	ciphers = PSK-AES128-CBC-SHA:@SECLEVEL=0
	sslVersionMin = TLSv1
	sslVersionMax = TLSv1
	EOF
	stunnel4 stunnel.conf >stunnel.log 2>&1 3>&- &
	pids+=($!)
	url=http://127.0.0.1:$port/wsman
	get $setup >ask.xml
	for _ in {1..300}; do
		post <ask.xml >/dev/null 2>&1 && break
		sleep 0.1
	done
	[ "$(value ProvisioningState)" = 1 ]
	set_clock
	set_admin "$(ha1 'N3w!Passw')"
	password='N3w!Passw'
	set_names pc-1 lab.example.com
	# before the commit there is nothing on the plain port
	closed "http://127.1.0.1:$plain/wsman"
	call $setup CommitChanges | post >/dev/null
	[ "$(value ReturnValue)" = 0 ]
	# away for a moment, then on the plain port with the new password
	url=http://127.1.0.1:$plain/wsman
	closed "$url"
	for _ in {1..600}; do
		! post <ask.xml >/dev/null 2>&1 || break
		sleep 0.05
	done
	[ "$(value ProvisioningState)" = 2 ]
	password='P@ssw0rd'
	[ "$(code <ask.xml)" = 401 ]
	timeout 5 openssl s_client -connect "127.1.0.1:$tls" -psk_identity LAB70001 \
		-psk "$key" -tls1 </dev/null >out 2>&1 && false
	kill -TERM "${pids[0]}"
	wait "${pids[0]}"
	[[ $(events final) == "state=2 host=pc-1 domain=lab.example.com ha1="*" clock-set=1 commits=1 admin-sets=1 "* ]]
	[ -z "$(events complaint)" ]
}

@test "a hello of 32 bytes comes from the device's own address" {
	fleet '' hello=0 hello=3 >fleet.tsv
	local port
	hellos_heard "$keep_hello"
	peer -s 127.0.0.1:$port
	wait_event hello-sent
	sleep 0.3
	[ "$(xxd -p -c 99 hello.127.1.0.1)" = "0100020000000000""0403020106050807090a0b0c0d0e0f01""$(printf LAB70001 | xxd -p)" ]
	[ ! -e hello.127.1.0.2 ]
	[ "$(wc -c <hello.127.1.0.3)" = 59 ]
}

@test "-R says hello again with a growing retry count, until it is set up" {
	fleet '' state=2 >fleet.tsv
	# nobody listens there: the count grows only with what was sent
	peer -s 127.0.0.1:1 -R 1
	wait_event hello-failed
	[ -z "$(events hello-sent)" ]
	local port
	hellos_heard 'read $c, my $h, 32; open my $f, ">>", "counts"; print $f unpack("x4V", $h), "\n"'
	rm journal
	peer -s 127.0.0.1:$port -R 1
	for _ in {1..300}; do
		[ "$(cat counts 2>/dev/null | wc -l)" -lt 3 ] || break
		sleep 0.1
	done
	[ "$(head -n 3 counts | tr '\n' ,)" = 0,1,2, ]
	[ "$(events hello-sent | head -n 3 | tr '\n' ,)" = 0,1,2, ]
}

@test "a request in chunks is taken as well, and the journal outlives a kill" {
	fleet '' >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings | post -H 'Transfer-Encoding: chunked' >/dev/null
	[ "$(value RelatesTo)" = 1 ]
	kill -KILL "${pids[0]}"
	[ "$(events request)" = AMT_GeneralSettings.Get ]
	[ -z "$(events complaint)" ]
}
