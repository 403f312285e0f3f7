# shellcheck shell=bash disable=SC2154
# check-dhcp: the domain that DHCP gives, of each source, against certificates.
load check

# facts NAME...: what comes from check-site of a site with certificates for them
facts() {
	printf '@checks/1\tcheck\tgrade\tcode\tfound\n@end\t0\t0\n@facts/1\tfact\tvalue\nzone\ta.example.com\n' >before
	printf 'name\t%s\n' "$@" | sed '/\t$/d' >>before
	printf '@end\t%s\t0\n' $(($(wc -l <before) - 3)) >>before
}

# lease NAME: a lease file that gives it
lease() {
	printf 'ADDRESS=192.0.2.31\nDOMAINNAME=%s\n' "$1" >lease
}

@test "a lease of each DHCP client gives the same domain, and the newest counts" {
	facts prov.lab7.example.com
	for file in dhclient.leases networkd.lease dhcpcd.txt networkctl.txt nmcli.txt ipconfig.txt; do
		passes dhcp check-dhcp --lease "$AMT_TEST_BUILD/samples/dhcp/$file" before
		[ "$found" = "pass: $AMT_TEST_BUILD/samples/dhcp/$file gives lab7.example.com, which fits prov.lab7.example.com as it is shortened to example.com" ]
		# Machines look for the server there.
		[ "$(sed -n '/^@facts/,$p' checks | cut -f 1,2 | xargs)" = "@facts/1 fact zone a.example.com name prov.lab7.example.com zone lab7.example.com @end 3" ]
	done
}

@test "right, wrong, below it, of another name that looks like it, and none" {
	facts lab7.example.com
	for right in lab7.example.com LAB7.Example.COM. low.lab7.example.com; do
		lease $right
		passes dhcp check-dhcp --lease lease before
	done
	[ "$found" = "pass: lease gives low.lab7.example.com, which fits lab7.example.com" ]
	facts prov.lab7.example.fr prov.lab8.example.fr
	for wrong in example.fr otherlab7.example.fr lab9.example.fr lab7.example.com; do
		lease $wrong
		found DHCP-OTHER check-dhcp --lease lease before
		[ "$found" = "lease gives $wrong (the site has certificates for prov.lab7.example.fr, prov.lab8.example.fr)" ]
	done
	lease fr
	found DHCP-OTHER check-dhcp --lease lease before
	lease lab8.example.fr
	passes dhcp check-dhcp --lease lease before
	lease ''
	found DHCP-NONE check-dhcp --lease lease before
	[ "$found" = "lease gives none" ]
	found DHCP-NONE check-dhcp --lease /dev/fd/6 before 6<lease
	[ "$found" = "standard input gives none" ]
}

@test "a domain that is no name shows each byte of it" {
	facts prov.lab7.example.com
	# In a stream a backslash is two.
	lease $'lab7.example.com\xc2\xa0'
	found DHCP-OTHER check-dhcp --lease lease before
	[[ "$found" = 'lease gives "lab7.example.com\\xc2\\xa0", which is no domain: '* ]]
	lease 'lab7.example.com lab8.example.com'
	found DHCP-OTHER check-dhcp --lease lease before
	[[ "$found" = 'lease gives "lab7.example.com lab8.example.com", which is no domain: '* ]]
}

@test "a lease that is none, or cannot be read; several; none is named" {
	facts prov.lab7.example.com
	echo nonsense >other
	found DHCP-LEASE check-dhcp --lease other before
	[ "$found" = "other: no lease is in it" ]
	found DHCP-LEASE check-dhcp --lease nowhere before
	[ "$found" = "nowhere: No such file or directory" ]
	found DHCP-LEASE check-dhcp --lease . before
	lease lab8.example.org
	found DHCP-OTHER check-dhcp --lease "$AMT_TEST_BUILD/samples/dhcp/dhclient.leases" --lease lease before
	grep -q $'^dhcp\tpass\t\t.*dhclient.leases gives lab7' checks
	found DHCP-UNASKED check-dhcp before
	[ "$found" = "the site has certificates for prov.lab7.example.com" ]
	# Without certificates there is nothing to compare with.
	facts ''
	check-dhcp before >checks
	run ! grep '^dhcp' checks
	passes dhcp check-dhcp --lease lease before
	[ "$found" = "pass: lease gives lab8.example.org" ]
}

@test "of a file that grew for years the newest lease counts; a pipe that nobody writes to is no lease" {
	facts prov.lab7.example.com
	awk 'BEGIN {
		for (n = 0; n < 20000; n++)
			print "lease {\n  fixed-address 192.0.2.31;\n  option domain-name \"lab8.example.org\";\n}"
		print "lease {\n  option domain-name \"lab7.example.com\";\n}"
	}' >grown
	[ "$(stat -c %s grown)" -gt 1048576 ]
	passes dhcp check-dhcp --lease grown before
	[[ "$found" = "pass: grown gives lab7.example.com, which fits "* ]]
	mkfifo pipe
	found DHCP-LEASE timeout 10 check-dhcp --lease pipe before
	[ "$found" = "pipe: no lease is in it" ]
}

@test "amt-check takes a lease from a file and from standard input, and asks DNS for its domain" {
	names pc-1.a.example.com
	lease low.example.com
	dns --host-record=provisionserver.low.example.com,127.0.0.1
	amt-check --server "127.0.0.1:$dns" --lease lease >shown || [ $? = 2 ]
	grep -qx 'pass  dhcp: lease gives low.example.com' shown
	grep -q '^pass  dns: provisionserver.low.example.com has 127.0.0.1' shown || grep -q 'provisionserver.low.example.com has 127.0.0.1 (not here)' shown
	amt-check --server "127.0.0.1:$dns" --lease - <lease >shown || [ $? = 2 ]
	grep -qx 'pass  dhcp: standard input gives low.example.com' shown
	# shellcheck disable=SC2002 # a pipe is what is tried
	cat lease | amt-check --server "127.0.0.1:$dns" --lease - >shown || [ $? = 2 ]
	grep -qx 'pass  dhcp: standard input gives low.example.com' shown
}

@test "an interface that is not there, has no address, or is not for us" {
	facts prov.lab7.example.com
	found DHCP-SILENT check-dhcp --dhcp nosuch0 before
	[ "$found" = "nosuch0: No such device" ]
	found DHCP-SILENT check-dhcp --dhcp lo before
	[ "$found" = "lo: is no Ethernet" ]
	found DHCP-SILENT check-dhcp --dhcp abcdefghijklmnopqrst before
	[ "$(id -u)" != 0 ] || found DHCP-SILENT setpriv --reuid 65534 --regid 65534 --clear-groups \
		env PATH="$PATH" check-dhcp --dhcp nosuch0 <before
	run -64 check-dhcp -t 0 before
}

# Two networks: the second one has a server as the words after it say.
# in_network COMMAND DNSMASQ-OPTION...: checks has what the command found
in_network() {
	local command=$1
	shift
	printf '%q ' "$@" >options
	cat >inside <<-'END'
		set -e
		ip link set lo up
		ip link add v0 type veth peer name v1
		ip addr add 10.77.0.2/24 dev v0
		ip link set v0 up
		unshare -n sleep 60 3>&- &
		there=$!
		for _ in $(seq 100); do
			[ "$(readlink /proc/$there/ns/net)" = "$(readlink /proc/self/ns/net)" ] || break
			sleep 0.05
		done
		ip link set v1 netns $there
		nsenter -t $there -n sh -c 'ip link set lo up; ip addr add 10.77.0.1/24 dev v1; ip link set v1 up'
		server=
		if [ -s options ] && [ "$(cat options)" != "'' " ]; then
			eval "nsenter -t $there -n dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --no-daemon --pid-file= \
				--user=root --port=0 --dhcp-leasefile=/dev/null --interface=v1 --bind-interfaces \
				--dhcp-range=10.77.0.50,10.77.0.60 $(cat options) 2>dnsmasq.log 3>&- &"
			server=$!
			for _ in $(seq 100); do
				! nsenter -t $there -n grep -q ':0043 ' /proc/net/udp || break
				sleep 0.05
			done
		fi
		eval "$1" >checks 2>complaint || echo "ended with $?" >>complaint
		[ -z "$server" ] || kill $server
		kill $there
	END
	unshare -Urn sh inside "$command"
}

@test "asked by DHCPINFORM: option 15 right, wrong, of two parts, absent; and nobody answers" {
	unshare -Urn true 2>/dev/null || skip "no namespaces of one's own here (unshare -Urn)"
	facts prov.lab7.example.com
	in_network 'check-dhcp --dhcp v0 before' --dhcp-option=15,lab7.example.com
	cp checks checks.of
	passes dhcp cat checks.of
	[ "$found" = "pass: DHCP server 10.77.0.1 gives lab7.example.com, which fits prov.lab7.example.com as it is shortened to example.com" ]
	grep -q 'DHCPINFORM(v1) 10.77.0.2' dnsmasq.log
	in_network 'check-dhcp --dhcp v0 before' --dhcp-option=15,lab7.example.org
	cp checks checks.of
	found DHCP-OTHER cat checks.of
	[ "$found" = "DHCP server 10.77.0.1 gives lab7.example.org (the site has certificates for prov.lab7.example.com)" ]
	in_network 'check-dhcp --dhcp v0 before' --dhcp-option=15
	cp checks checks.of
	found DHCP-NONE cat checks.of
	[ "$found" = "DHCP server 10.77.0.1 gives none" ]
	in_network 'check-dhcp -t 1 --dhcp v0 before' ''
	cp checks checks.of
	found DHCP-SILENT cat checks.of
	[ "$found" = "v0: no answer within 1 s" ]
	[ ! -s complaint ]
}

@test "an answer that came before its server was up is not waited for: asked again each second" {
	unshare -Urn true 2>/dev/null || skip "no namespaces of one's own here (unshare -Urn)"
	facts prov.lab7.example.com
	# The first question is lost: the address is there a second later.
	in_network 'ip link set v0 down; (sleep 1.2; ip link set v0 up) 3>&- & check-dhcp --dhcp v0 -t 20 before' --dhcp-option=15,lab7.example.com
	cp checks checks.of
	passes dhcp cat checks.of
}
