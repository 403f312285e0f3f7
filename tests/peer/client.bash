# shellcheck shell=bash disable=SC2034 # what the bats files use
#
# What the tests of amtpeer share: a fleet, the peer, and a client for it out
# of curl and openssl.

load "$AMT_TEST_ROOT/tests/ports.bash"

soap=http://www.w3.org/2003/05/soap-envelope
addressing=http://schemas.xmlsoap.org/ws/2004/08/addressing
transfer=http://schemas.xmlsoap.org/ws/2004/09/transfer
enumeration=http://schemas.xmlsoap.org/ws/2004/09/enumeration
amt=http://intel.com/wbem/wscim/1/amt-schema/1
cim=http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2
setup=AMT_SetupAndConfigurationService
clock=AMT_TimeSynchronizationService
users=AMT_AuthorizationService
pps=ABCDEFGHIJKLMNOPQRSTUVWXYZ012345

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	shopt -s lastpipe # a process less for each request: post is the test's own
	cd "$BATS_TEST_TMPDIR" || exit
	key=$(printf %s $pps | xxd -p -c 99)
	password='P@ssw0rd'
	pids=()
}

teardown() {
	local pid
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	# sanitizers speak there
	cat peer.err 2>/dev/null
	[ ! -s peer.err ]
}

# fleet FAULT...: one machine each at 127.1.0.1 and up.
fleet() {
	local n=0 fault
	printf 'address\tuuid\tpid\tpps\tpassword\tcreds_set\tfirmware\tfault\n'
	for fault; do
		n=$((n + 1))
		printf '127.1.0.%d\t01020304-0506-0708-090a-0b0c0d0e0f%02x\t' $n $n
		printf 'LAB7000%d\t%s\t%s\t1\t%s\t%s\n' $n $pps "$password" \
			"${firmware:-5.2.57.1035}" "$fault"
	done
}

# peer OPTION...: starts it on fleet.tsv; $tls and $plain are its ports.
peer() {
	rm -f ready
	amtpeer -f fleet.tsv -t 600 -P 0 -p 0 -J journal -r ready "$@" \
		3>&- 2>>peer.err &
	pids+=($!)
	for _ in {1..600}; do
		[ ! -s ready ] || break
		sleep 0.05
	done
	read -r tls plain <ready
}

# hellos_heard PERL: listens on $port, and does this with each connection $c
hellos_heard() {
	free_port
	# shellcheck disable=SC2016,SC2154 # Perl's
	timeout 60 perl -MIO::Socket::INET -e '
		my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1",
			LocalPort => $ARGV[0], Listen => 9) or die;
		open my $f, ">", "listening";
		while (my $c = $l->accept) { '"$1"' }' "$port" 3>&- 2>perl.err &
	pids+=($!)
	for _ in {1..600}; do
		[ ! -e listening ] || break
		sleep 0.05
	done
	[ -e listening ]
}

# What to do with a connection: its bytes into a file named by its address
# shellcheck disable=SC2016 # Perl's
keep_hello='open my $f, ">", "hello." . $c->peerhost; print $f (do { local $/; <$c> }); close $f'

# What a test does a hundred times begins no process but curl: cat and xmllint
# would take a third of the time of these files.
#
# envelope BASE CLASS ACTION BODY [SELECTORS]
envelope() {
	printf '%s\n' '<?xml version="1.0" encoding="UTF-8"?>' \
		"<s:Envelope xmlns:s=\"$soap\" xmlns:a=\"$addressing\"" \
		" xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><s:Header>" \
		"<a:Action>$3</a:Action><a:To>/wsman</a:To>" \
		"<w:ResourceURI>$1/$2</w:ResourceURI><a:MessageID>${id:-1}</a:MessageID>" \
		"<a:ReplyTo><a:Address>$addressing/role/anonymous</a:Address></a:ReplyTo>" \
		"<w:OperationTimeout>PT60S</w:OperationTimeout>${5:-}" \
		"</s:Header><s:Body>$4</s:Body></s:Envelope>"
}

get() { envelope "${base:-$amt}" "$1" $transfer/Get ''; }

# call CLASS METHOD [PARAMETERS]
call() {
	envelope $amt "$1" "$amt/$1/$2" \
		"<r:$2_INPUT xmlns:r=\"$amt/$1\">${3:-}</r:$2_INPUT>"
}

# post [CURL OPTION...]: stdin to machine 1, the reply's body out.
post() {
	curl -sS -m 10 --digest -u "admin:$password" -o reply \
		-H 'Content-Type: application/soap+xml;charset=UTF-8' \
		--data-binary @- "$@" "${url:-http://127.1.0.1:$plain/wsman}" || return
	local text
	IFS= read -rd '' text <reply || true
	printf %s "$text"
}

# code: as post, and only the status out.
code() { post -w '%{http_code}' "$@" | head -c 3; }

# closed URL: connecting works, but no answer comes.
closed() {
	run curl -sS -m 5 "$1"
	# shellcheck disable=SC2154 # run sets it
	[ "$status" = 52 ] || [ "$status" = 56 ]
}

# value NAME: the text of the first element of that name in the reply
value() {
	local text start
	IFS= read -rd '' text <reply || true
	start="<([A-Za-z0-9_]+:)?$1([[:space:]][^>]*)?>"
	if [[ $text =~ $start ]] && [[ ${BASH_REMATCH[0]} != */'>' ]]; then
		text=${text#*"${BASH_REMATCH[0]}"}
		text=${text%%"</${BASH_REMATCH[1]}$1>"*}
		# with elements in it, or references to characters
		[[ $text != *[\<\&]* ]] || text=$(xmllint --xpath "string(//*[local-name()='$1'])" reply)
	else
		# none, or a reply that is not XML, which it says
		text=$(xmllint --xpath "string(//*[local-name()='$1'])" reply) || return
	fi
	printf '%s\n' "$text"
}

# events NAME: their details, one a line.
events() { awk -F'\t' -v e="$1" '$4 == e { print $5 }' journal; }

# has: what the devices keep now, CLASS NUMBER PROPERTY VALUE.
has() {
	local before after
	before=$(grep -c $'\thas-all\t' journal || :)
	kill -USR1 "${pids[-1]}"
	for _ in {1..600}; do
		after=$(grep -c $'\thas-all\t' journal || :)
		[ "$after" -lt $((before + $(wc -l <fleet.tsv) - 1)) ] || break
		sleep 0.05
	done
	awk -F'\t' -v n="$before" '$4 == "has-all" { seen++ }
		$4 == "has" && seen >= n { print $5 }' journal
}

# plain_back: until machine 1 answers without TLS again, after a commit
plain_back() {
	for _ in {1..600}; do
		# Without a login, as the first request of each conversation is.
		! get $setup | curl -s -m 5 -o /dev/null -H 'Content-Type: application/soap+xml' \
			--data-binary @- "http://127.1.0.1:$plain/wsman" || return 0
		sleep 0.05
	done
	return 1
}

# wait_event NAME
wait_event() {
	for _ in {1..600}; do
		[ -z "$(events "$1")" ] || return 0
		sleep 0.05
	done
	return 1
}

set_clock() {
	call $clock GetLowAccuracyTimeSynch | post >/dev/null
	local ta0 now
	ta0=$(value Ta0)
	now=$(date +%s)
	call $clock SetHighAccuracyTimeSynch \
		"<r:Ta0>$ta0</r:Ta0><r:Tm1>$now</r:Tm1><r:Tm2>$now</r:Tm2>" | post
	[ "$(value ReturnValue)" = 0 ]
}

# set_names HOST DOMAIN: read, change, send all of it back.
set_names() {
	get AMT_GeneralSettings | post >/dev/null
	xmllint --xpath "//*[local-name()='AMT_GeneralSettings']" reply |
		sed "s|<g:AMT_GeneralSettings|& xmlns:g=\"$amt/AMT_GeneralSettings\"|
		     s|<g:HostName>[^<]*|<g:HostName>$1|
		     s|<g:HostName/>|<g:HostName>$1</g:HostName>|
		     s|<g:DomainName>[^<]*|<g:DomainName>$2|
		     s|<g:DomainName/>|<g:DomainName>$2</g:DomainName>|" >put
	envelope $amt AMT_GeneralSettings $transfer/Put "$(cat put)" | post
}

# put CLASS SED [SELECTORS]: reads the instance, changes it, sends it back.
put() {
	local uri=${base:-$amt}/$1
	envelope "${base:-$amt}" "$1" $transfer/Get '' "${3:-}" | post >/dev/null
	xmllint --xpath "//*[local-name()='Body']/*" reply |
		sed "s|<g:$1|& xmlns:g=\"$uri\" xmlns:b=\"$addressing\"|
		     s|<g:$1|& xmlns:c=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"|; $2" >instance
	envelope "${base:-$amt}" "$1" $transfer/Put "$(cat instance)" "${3:-}" | post
}

# form FILE: of an envelope the namespaces, the prefixes and names of the
# elements in their order, and the texts that do not tell one reply from another.
form() {
	tr -d '\r\n' <"$1" | grep -ao '<a:Envelope[^>]*>' | sed 's/= "/="/g' |
		grep -ao 'xmlns:[a-z]*="[^"]*"'
	sed 's/= "/="/g' "$1" | xmllint --noblanks --format - |
		grep -vE '<b:(RelatesTo|MessageID)>|<a:Envelope|<[?]xml' |
		sed 's|\(<g:EnumerationContext>\)[^<]*|\1|'
}

# same_form FILE: the reply is the captured one but for what tells replies apart.
same_form() { diff <(form "$1") <(form reply); }

# ha1 PASSWORD: as hex digits
ha1() {
	get AMT_GeneralSettings | post >/dev/null
	printf 'admin:%s:%s' "$(value DigestRealm)" "$1" | openssl md5 -r | cut -c-32
}

# set_admin HEX: as the base64 of the raw bytes
set_admin() {
	call $users SetAdminAclEntryEx "<r:Username>admin</r:Username>
		<r:DigestPassword>$(printf %s "$1" | xxd -r -p | base64)</r:DigestPassword>" |
		post
}

# auth NONCE NC [PASSWORD]: an Authorization header for POST /wsman, RFC 2617.
auth() {
	local a1 a2 answer
	a1=$(printf 'admin:%s:%s' "$realm" "${3:-$password}" | openssl md5 -r | cut -c-32)
	a2=$(printf 'POST:/wsman' | openssl md5 -r | cut -c-32)
	answer=$(printf '%s:%s:%s:0a4f113b:auth:%s' "$a1" "$1" "$2" "$a2" |
		openssl md5 -r | cut -c-32)
	printf 'Authorization: Digest username="admin", realm="%s", nonce="%s", uri="/wsman", qop=auth, nc=%s, cnonce="0a4f113b", response="%s"' \
		"$realm" "$1" "$2" "$answer"
}

# bare [CURL OPTION...]: stdin to machine 1 as it is; the status out, the
# challenge's nonce, realm and stale into variables.
bare() {
	curl -sS -m 10 -D heads -o reply -w '%{http_code}' \
		-H 'Content-Type: application/soap+xml' --data-binary @- "$@" \
		"${url:-http://127.1.0.1:$plain/wsman}" >status || return
	http=$(cat status)
	realm=$(sed -n 's/.*realm="\([^"]*\)".*/\1/p' heads)
	nonce=$(sed -n 's/.*nonce="\([^"]*\)".*/\1/p' heads)
	stale=$(sed -n 's/.*stale="\([^"]*\)".*/\1/p' heads)
}

# fresh FILE: the file to machine 1 on a connection of its own; curl sends a
# request again automatically when a connection that it used before is closed.
fresh() {
	bare <"$1" || return
	bare -H "$(auth "$nonce" 00000001)" <"$1"
}
