# shellcheck shell=bash disable=SC2154 # run sets stderr
# sweep where somebody else answers: a hello is a claim, a key is a proof.
# Judged by what the stranger received.
bats_require_minimum_version 1.5.0

load sweep

realm=Digest:A4070000000000000000000000000000

# stranger [challenge]: listens on $port, writes down every byte that comes, and
# answers as a machine that is set up as its job wants it - after a login, or
# without one.
stranger() {
	printf '%s' "${1-}" >challenge
	cat >serve <<-'END'
		say() {
			printf 'HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s' \
				"$1" "$2" "${#3}" "$3"
		}
		echo connection >>connections
		while :; do
			answer='' len=0
			while read -r line && [ "$line" != $'\r' ]; do
				echo "$line" >>received
				case ${line,,} in
				content-length:*) len=${line##* } ;;
				authorization:*) answer=$line ;;
				esac
			done
			[ -n "$line" ] || exit 0
			body=$(head -c "${len%$'\r'}")
			echo "$body" >>received
			if [ -s challenge ] && [ -z "$answer" ]; then
				say '401 Unauthorized' "$(cat challenge)"$'\r\n' ''
				continue
			fi
			amt=http://intel.com/wbem/wscim/1/amt-schema/1/
			case $body in
			*GetUuid*) class=AMT_SetupAndConfigurationService element=GetUuid_OUTPUT
				inside="<g:UUID>$uuid64</g:UUID><g:ReturnValue>0</g:ReturnValue>" ;;
			*AMT_GeneralSettings*) class=AMT_GeneralSettings element=$class
				inside="<g:DigestRealm>$realm</g:DigestRealm><g:DomainName>example.com</g:DomainName><g:HostName>pc-0001</g:HostName>" ;;
			*) class=AMT_SetupAndConfigurationService element=$class
				inside='<g:ProvisioningMode>1</g:ProvisioningMode><g:ProvisioningState>2</g:ProvisioningState>' ;;
			esac
			say '200 OK' '' "<a:Envelope xmlns:a='http://www.w3.org/2003/05/soap-envelope' xmlns:g='$amt$class'><a:Body><g:$element>$inside</g:$element></a:Body></a:Envelope>"
		done
	END
	free_port
	# the UUID of the first job, in SMBIOS order
	uuid64=$(echo 04030201060508 07090a000000000001 | xxd -r -p | base64) realm=$realm start socat \
		"TCP-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" EXEC:'bash serve'
	for _ in {1..50}; do # start has looked whether it listens
		[ ! -s connections ] || break
		sleep 0.1
	done
	rm connections
}

# claimed realm: the job of a machine that was tried before, at an address where
# nothing answers on the setup port.
claimed() {
	job 127.0.0.1
	sed -i "\$s/\t1\t2099-01-01T00:00:00Z\tset-up\t/\t3\t2099-01-01T00:00:00Z\tset-up\t$1/" jobs.tsv
	jobs_end
	plain=$port
	free_port
}

@test "where no key has proved the machine, the plain port is not even connected to" {
	stranger "WWW-Authenticate: Digest realm=\"$realm\", nonce=\"n0nce\", qop=\"auth\""
	claimed ''
	run -0 --separate-stderr sweep -t 20 -P "$port" -p "$plain" jobs.tsv
	[ "$(ends 5)" = CONNECT-REFUSED ]
	[[ "$(ends 6)" = *'port 16992 is not used, as no key has proved who answers here: unplug'* ]]
	[ "$(grep -c reached <<<"$output")" = 0 ]
	[ ! -e connections ]
}

@test "a stranger who lets everybody in verifies nothing" {
	stranger
	claimed $realm
	run -0 --separate-stderr sweep -t 20 -P "$port" -p "$plain" jobs.tsv
	[ "$(ends 5)" = REALM-CHANGED ]
	[ "$(grep -c 'reached\|verified\|committed' <<<"$output")" = 0 ]
	run ! grep -i authorization received
}

@test "a stranger who asks for another realm gets no digest" {
	stranger 'WWW-Authenticate: Digest realm="Digest:B5000000000000000000000000000000", nonce="n0nce", qop="auth"'
	claimed $realm
	run -0 --separate-stderr sweep -t 20 -P "$port" -p "$plain" jobs.tsv
	[ "$(ends 5)" = REALM-CHANGED ]
	[[ "$(ends 6)" = *'got realm Digest:B5000000000000000000000000000000, expected '$realm')' ]]
	[ "$(grep -c '^POST' received)" = 1 ]
	run ! grep -i -e authorization -e response= received
}

@test "where the key has proved it, a machine that finished is found" {
	stranger "WWW-Authenticate: Digest realm=\"$realm\", nonce=\"n0nce\", qop=\"auth\""
	claimed $realm
	run -0 --separate-stderr sweep -t 20 -P "$port" -p "$plain" jobs.tsv
	[ "$(ends 4)" = verified ]
	# the key has proved nothing in this run
	[ "$(awk -F '\t' '$4 == "reached" { print $8 }' <<<"$output")" = "" ]
	grep -q "^Authorization: Digest username=\"admin\", realm=\"$realm\"" received
}

@test "a proof finds out who is there and changes nothing" {
	start_fleet -n 6 -F wrong-pps -F locked=1 --
	sed -i 's/\tset-up\t/\tprove\t/' jobs.tsv
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 4 | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = ' 1 failed; 5 proved;' ]
	[ "$(ends 5 | sort -u | tr -d '\n')" = TLS-KEY-REFUSED ]
	[ "$(awk -F '\t' '$4 == "reached" || $4 == "proved" { print $8 }' <<<"$output" | grep -c '^Digest:')" = 10 ]
	finals >said
	[ "$(grep -c 'state=1 .*clock-set=0 commits=0 admin-sets=0 ' said)" = 6 ]
	# what was proved is what the machine says itself
	awk -F '\t' '$4 == "proved" { print $8 }' <<<"$output" | sort >realms
	[ "$(sed 's/.* realm=//' said | sort | comm -12 - realms | wc -l)" = 5 ]
}

@test "a machine at a link-local address is reached over the link it was heard on" {
	unshare -Urn true 2>/dev/null || skip "no namespaces of one's own here (unshare -Urn)"
	printf '%s:%s\n' "$pid" "$(printf %s "$pps" | xxd -p -c 64)" >psk.txt
	cat >inside <<-'END'
		ip link set lo up && ip addr add fe80::7/64 dev lo || exit
		link=$(cat /sys/class/net/lo/ifindex)
		sed -i "s/fe80::7%LINK/fe80::7%$link/" jobs.tsv
		gnutls-serv --http --pskpasswd psk.txt -p 16993 \
			--priority NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+PSK >server.log 2>&1 &
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			! socat -u /dev/null "TCP6:[::1]:16993" 2>/dev/null || break
			sleep 0.2
		done
		sweep -t 20 jobs.tsv
		kill $!
	END
	job 'fe80::7%LINK'
	job 'fe80::7%77' # no such link here
	jobs_end
	run -0 unshare -Urn sh inside
	# it answers a POST with no HTTP at all: the handshake is over
	[ "$(ends 5 | sort | tr '\n' ' ')" = 'CONNECT-NO-ROUTE REPLY-BAD ' ]
	grep -q "Connected as '$pid'" server.log
}
