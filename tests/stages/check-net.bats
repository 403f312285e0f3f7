# shellcheck shell=bash disable=SC2030,SC2031,SC2034,SC2154
# check-net: each finding about ports and names is provoked, and what is in order
# passes.
load check

@test "ProvisionServer: here, elsewhere, not there, no answer, nobody asked" {
	names pc-1.a.example.com pc-2.b.example.com pc-3.c.example.com pc-4.d.example.com
	dns --host-record=host.a.example.com,127.0.0.9 --cname=provisionserver.a.example.com,host.a.example.com \
		--host-record=provisionserver.b.example.com,192.0.2.9 \
		--host-record=provisionserver.c.example.com,127.0.0.9 --host-record=provisionserver.c.example.com,192.0.2.9
	check-site -d site >before
	asked() {
		check-net -l 127.0.0.9:9 --server "127.0.0.1:$dns" before
	}
	found DNS-OTHER asked
	[ "$found" = "provisionserver.b.example.com has 192.0.2.9 (not here)" ]
	found DNS-NONE asked
	[[ "$found" = "provisionserver.d.example.com: "* ]]
	grep -qx $'dns\tpass\t\tprovisionserver.a.example.com has 127.0.0.9' checks
	grep -q $'^dns\tpass\t\tprovisionserver.c.example.com has .*127.0.0.9' checks
	grep -q $'^dns\tpass\t\tprovisionserver.c.example.com has .*192.0.2.9 (not here)' checks
	kill "${children[-1]}"
	wait "${children[-1]}" || true
	found DNS-SILENT asked
	[ "$(wc -l <<<"$found")" = 4 ]
	# Skipped, it is no finding.
	check-show --skip dns <checks >shown || true
	! grep -q DNS- shown
}

@test "a name server that says nothing costs no more than -t" {
	names pc-1.a.example.com
	local port
	free_port
	dns=$port
	socat -u "UDP-RECVFROM:$dns,bind=127.0.0.1,fork" OPEN:/dev/null 3>&- &
	children+=($!)
	check-site -d site >before
	start=$SECONDS
	found DNS-UNASKED check-net -t 1 -l 127.0.0.9:9 --server "127.0.0.1:$dns" before
	[ "$found" = "provisionserver.a.example.com: time is up" ]
	[ $((SECONDS - start)) -le 15 ]
}

@test "addresses of this host count where it listens on all of them; without a name server nobody is asked" {
	unshare -Urnm true 2>/dev/null || skip "no namespaces of one's own here (unshare -Urnm)"
	names pc-1.a.example.com pc-2.b.example.com pc-3.c.example.com
	check-site -d site >before
	: >resolv.conf
	cat >inside <<-'END'
		ip link set lo up
		ip link add v0 type veth peer name v1
		ip addr add 10.77.0.1/24 dev v0
		ip addr add fd77::1/64 dev v0 nodad
		ip link set v0 up
		mount --bind resolv.conf /etc/resolv.conf
		echo nameserver 127.0.0.1 >resolv.conf
		dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --no-daemon --pid-file= --user=root --port=53 \
			--listen-address=127.0.0.1 --bind-interfaces --local=/example.com/ \
			--host-record=provisionserver.a.example.com,10.77.0.1 \
			--host-record=provisionserver.b.example.com,fd77::1 \
			--host-record=provisionserver.c.example.com,127.0.0.1 3>&- 2>log &
		for _ in $(seq 100); do
			! grep -qi ": 0100007F:0035 " /proc/net/udp || break
			sleep 0.05
		done
		check-net -l 0.0.0.0:9971 before >four
		check-net -l '[::]:9971' before >all
		kill $!
		umount /etc/resolv.conf
		mount -t tmpfs none /etc
		check-net -l 0.0.0.0:9971 before >unasked
		exit 0
	END
	unshare -Urnm sh inside 2>complaint
	dns_of() {
		grep '^dns' "$1" | cut -f 2-4 | sort -t $'\t' -k 3
	}
	[ "$(dns_of four)" = "pass		provisionserver.a.example.com has 10.77.0.1
fail	DNS-OTHER	provisionserver.b.example.com has fd77::1 (not here)
fail	DNS-OTHER	provisionserver.c.example.com has 127.0.0.1 (not here)" ] || { cat four complaint; false; }
	[ "$(dns_of all)" = "pass		provisionserver.a.example.com has 10.77.0.1
pass		provisionserver.b.example.com has fd77::1
fail	DNS-OTHER	provisionserver.c.example.com has 127.0.0.1 (not here)" ]
	found DNS-UNASKED cat unasked
	[ "$found" = "there is no /etc/resolv.conf" ]
}
