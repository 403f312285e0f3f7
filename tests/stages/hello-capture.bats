# hello-dump on captures of network traffic.
# slow

# once
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cap=$BATS_TEST_TMPDIR/x.pcap
}

# What a hello says, of a stream: all but when, where and from which file.
said() {
	sed '/^@/d' | cut -f 3-8
}

@test "the sample: one hello over a VLAN, one machine refused, with the capture's times" {
	run -65 --separate-stderr hello-dump -v hello/lab7.pcap
	[ "${lines[1]}" = $'2026-11-22T14:20:03Z\t10.9.0.2\t00b0a701-0001-4000-8000-6c6162377063\t2\t0\t0\tLAB7000A\t\thello/lab7.pcap:4' ]
	[ "${lines[2]}" = $'@end\t1\t1' ]
	[ "${stderr_lines[0]}" = "hello-dump: hello/lab7.pcap:6: 10.9.0.3:40003 to 10.9.0.1:9971: refused: nobody listened on this port, without a byte" ]
	[ "${stderr_lines[1]}" = "hello-dump: hello/lab7.pcap: 7 packets, 5 to the port; 2 connections, 1 hello, 1 other" ]
	run -65 --separate-stderr hello-dump -t hello/lab7.pcap
	grep -qx 'address  10.9.0.2' <<<"$output"
	grep -qx 'received 2026-11-22T14:20:03Z' <<<"$output"
	grep -qx 'capture  hello/lab7.pcap: 7 packets, 5 to the port; 2 connections, 1 hello, 1 other' <<<"$output"
}

@test "every link type, VLAN, IPv6 and form of file gives the same hello" {
	want=$(hello-dump hello/pki.bin | said)
	for link in ethernet raw sll sll2 null loop; do
		for how in "" -6 -n "-n -b" -b "-6 -n"; do
			# shellcheck disable=SC2086 # words
			capmake -L $link $how -c 11 hello/pki.bin >"$cap"
			hello-dump <"$cap" >"$cap.said"
			[ "$(said <"$cap.said")" = "$want" ]
			address=10.9.0.2
			[[ $how != *6* ]] || address=2001:db8::2
			grep -q $'\t'$address$'\t' "$cap.said"
		done
	done
	for tags in 1 2 4; do
		capmake -v $tags hello/pki.bin >"$cap"
		[ "$(hello-dump "$cap" | said)" = "$want" ]
	done
}

@test "segments in any order, repeated and overlapping give the same hello" {
	want=$(hello-dump hello/pki.bin hello/psk.bin | said)
	for order in straight reverse twice overlap shuffled open reset; do
		for size in 1 7 24 1000; do
			capmake -o $order -c $size hello/pki.bin hello/psk.bin >"$cap"
			[ "$(hello-dump "$cap" | said | sort)" = "$(sort <<<"$want")" ]
		done
	done
}

@test "what a capture lacks is told, and the hellos that it has come out" {
	capmake -o lost -c 20 hello/psk.bin >"$cap"
	run -65 --separate-stderr hello-dump "$cap"
	[ "$stderr" = "hello-dump: $cap:3: 10.9.0.2:40002 to 10.9.0.1:9971: bytes are missing in the capture after 20 bytes: byte 8: input ends early" ]
	# noise, and a good one behind it
	capmake hello/http.bin hello/psk.bin >"$cap"
	run -65 --separate-stderr hello-dump "$cap"
	[[ "$stderr" == *"10.9.0.2:40002 to 10.9.0.1:9971: closed after "*" bytes: byte 0: not a hello: "* ]]
	[ "$(said <<<"$output" | cut -f 5)" = LAB7000A ]
	# cut off in the last packet
	capmake hello/psk.bin hello/pki.bin >"$cap"
	head -c -70 "$cap" >"$cap.cut"
	run -65 --separate-stderr hello-dump "$cap.cut"
	[[ "$stderr" == "hello-dump: $cap.cut: after packet "*": truncated dump file"* ]]
	[ "$(said <<<"$output" | wc -l)" = 2 ]
	head -c 10 "$cap" >"$cap.cut"
	run -65 --separate-stderr hello-dump "$cap.cut"
	[[ "$stderr" == "hello-dump: $cap.cut: not a capture that can be read: "* ]]
	# a link that nobody here knows: 802.11
	{ head -c 20 "$cap"; printf '\x69\0\0\0'; tail -c +25 "$cap"; } >"$cap.wifi"
	run -65 --separate-stderr hello-dump "$cap.wifi"
	[ "$stderr" = "hello-dump: $cap.wifi: 8 packets of a link type that is not known here (105)" ]
}

@test "-P takes another port, 0 any and skips what is no hello" {
	capmake hello/psk.bin hello/http.bin >"$cap"
	run -65 --separate-stderr hello-dump -P 9972 "$cap"
	[ "$(said <<<"$output")" = "" ]
	[ "$stderr" = "hello-dump: $cap: no hello in it (got 8 packets, 0 of them to TCP port 9972)" ]
	run -0 --separate-stderr hello-dump -P 0 "$cap"
	[ "$(said <<<"$output" | cut -f 5)" = LAB7000A ]
	[ "$stderr" = "" ]
	run -64 --separate-stderr hello-dump -P 65536 "$cap"
}

@test "-a replaces the address of a capture" {
	capmake hello/psk.bin >"$cap"
	[ "$(hello-dump -a 192.0.2.7 "$cap" | cut -f 2 | sed -n 2p)" = 192.0.2.7 ]
}

# wrap STRIP PREFIX OUT: each frame of $cap without its first STRIP bytes, and
# with PREFIX (hexadecimal) before it.  In PREFIX: IIII the length of an IPv4
# header and all behind it, UUUU that of a UDP header, LLLL of what follows.
wrap() {
	local hex at=48 size rest prefix before word
	hex=$(xxd -p "$cap" | tr -d '\n')
	{
		echo "${hex:0:48}"
		while [ "$at" -lt ${#hex} ]; do
			size=$((16#${hex:at+22:2}${hex:at+20:2}${hex:at+18:2}${hex:at+16:2}))
			rest=${hex:at+32+2*$1:2*(size-$1)}
			prefix=$2
			for word in IIII:4 UUUU:8 LLLL:-4; do
				[[ "$prefix" == *${word%:*}* ]] || continue
				before=${prefix%%"${word%:*}"*}
				prefix=${prefix/"${word%:*}"/$(printf %04x $(((${#prefix} - ${#before} + ${word#*:} + ${#rest}) / 2)))}
			done
			size=$(printf %08x $(((${#prefix} + ${#rest}) / 2)))
			size=${size:6:2}${size:4:2}${size:2:2}${size:0:2}
			echo "${hex:at:16}$size$size$prefix$rest"
			at=$((at + 32 + 2 * 16#${hex:at+22:2}${hex:at+20:2}${hex:at+18:2}${hex:at+16:2}))
		done
	} | xxd -r -p >"$3"
}

# Headers: Ethernet without its type, IPv4 and UDP from 10.8.0.1 to 10.8.0.2.
macs=0200000000010200000000ff
ip() { echo 4500IIII0000400040"$1"00000a0800010a080002; }
udp() { echo "$(ip 11)c000$1UUUU0000"; }

@test "hellos in what switches and providers put around them are read, as tshark reads them" {
	capmake -c 11 hello/pki.bin >"$cap"
	want=$(hello-dump hello/pki.bin | said)
	count=$(tshark -r "$cap" -Y 'tcp.dstport == 9971' 2>/dev/null | wc -l)
	while read -r strip prefix name; do
		echo "$name"
		wrap "$strip" "$prefix" "$cap.$name"
		[ "$(hello-dump "$cap.$name" | said)" = "$want" ]
		[ "$(tshark -r "$cap.$name" -d udp.port==8472,vxlan -Y 'tcp.dstport == 9971' 2>/dev/null | wc -l)" = "$count" ]
	done <<-END
		14 ${macs}884700010040000201ff mpls
		0 ${macs}884700010040000201ff00000000 pseudowire
		14 ${macs}886411000001LLLL0021 pppoe
		14 ${macs}81000005886411000001LLLL0021 vlan-pppoe
		14 ${macs}LLLLaaaa030000000800 snap
		14 ${macs}88a80007810000088100000908004500IIII00004000400400000a0800010a080002 qinq-ipip
		0 ${macs}0800$(udp 12b5)0800000000000500 vxlan
		0 ${macs}0800$(udp 2118)0800000000000500 vxlan-linux
		0 ${macs}0800$(udp 17c1)0240655800000500aaaaaaaabbbbbbbb geneve
		14 ${macs}0800$(ip 2f)00000800 gre
		0 ${macs}0800$(ip 2f)200065580000000a gre-ethernet
		0 ${macs}0800$(ip 2f)100088be000000011000000500000000 erspan-2
		0 ${macs}0800$(ip 2f)000088be erspan-1
		0 ${macs}0800$(ip 2f)100022eb00000001200500000000000000000000 erspan-3
	END
}

@test "what cannot be looked into is counted by kind, and a capture without a hello is refused" {
	capmake hello/psk.bin >"$cap"
	cp "$cap" "$cap.good"
	capmake -o refused hello/psk.bin >"$cap"
	n=$(tshark -r "$cap" 2>/dev/null | wc -l)
	while read -r prefix kind; do
		wrap 0 "$prefix" "$cap.odd"
		run -65 --separate-stderr hello-dump "$cap.odd"
		[ "$(said <<<"$output")" = "" ]
		[ "${stderr_lines[0]}" = "hello-dump: $cap.odd: $n packets cannot be looked into: $n $kind" ]
		[ "${stderr_lines[1]}" = "hello-dump: $cap.odd: no hello in it (got $n packets, 0 of them to TCP port 9971)" ]
		# beside a good one it is told, and no fault
		mergecap -F pcap -w "$cap.both" "$cap.good" "$cap.odd"
		run -0 --separate-stderr hello-dump "$cap.both"
		[ "$stderr" = "hello-dump: $cap.both: $n packets cannot be looked into: $n $kind" ]
	done <<-END
		${macs}88e52c0000000001 MACsec
		${macs}884700010140ff MPLS
		${macs}886411000001LLLL00fd PPP
		${macs}0800$(ip 32)0000000100000001 IPsec
		${macs}0800$(udp 147f)0010 CAPWAP
		${macs}0800$(udp 12b6)0c00000300000500 VXLAN
		${macs}0800$(ip 2f)3081880b00000000 GRE
		${macs}81000001810000018100000181000001810000010800 nested too deeply
	END
	# what hides nothing is not counted: ARP, spanning tree, DNS
	for prefix in ${macs}0806 ${macs}LLLL424203 "${macs}0800$(udp 0035)"; do
		wrap 0 "$prefix" "$cap.odd"
		run -65 --separate-stderr hello-dump "$cap.odd"
		[ "$stderr" = "hello-dump: $cap.odd: no hello in it (got $n packets, 0 of them to TCP port 9971)" ]
	done
}

@test "pcapng with interfaces of several link types is read whole" {
	capmake -L ethernet hello/p[sk]?.bin >"$cap.ethernet"
	capmake -L sll2 -6 -t 1795357300 hello/p[sk]?.bin >"$cap.sll2"
	mergecap -w "$cap" "$cap.ethernet" "$cap.sll2"
	[ "$(capinfos "$cap" | grep -c 'Encapsulation = ')" = 2 ]
	run -0 --separate-stderr hello-dump "$cap"
	[ "$(said <<<"$output")" = "$(cat <(hello-dump "$cap.ethernet") <(hello-dump "$cap.sll2") | said)" ]
	[ "$(cut -f 1,2 <<<"${lines[3]}")" = $'2026-11-22T14:21:42Z\t2001:db8::2' ]
	# cut off in the last block
	head -c -5 "$cap" >"$cap.cut"
	run -65 --separate-stderr hello-dump "$cap.cut"
	[ "$stderr" = "hello-dump: $cap.cut: after packet 15: truncated: a block is cut off" ]
}

# le NUMBER: 32 bits in little-endian hexadecimal
le() {
	local hex
	hex=$(printf %08x "$1")
	echo "${hex:6:2}${hex:4:2}${hex:2:2}${hex:0:2}"
}

@test "packets without a time have none: -r says it, and 1970 is none either" {
	capmake hello/psk.bin >"$cap"
	hex=$(xxd -p "$cap" | tr -d '\n')
	at=48
	{ # as Simple Packet Blocks
		echo 0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000
		echo 010000001400000001000000000000001400
		echo 0000
		while [ "$at" -lt ${#hex} ]; do
			size=$((16#${hex:at+22:2}${hex:at+20:2}${hex:at+18:2}${hex:at+16:2}))
			pad=$(((4 - size % 4) % 4))
			printf '%s%s%s%s%s' 03000000 "$(le $((16 + size + pad)))" "$(le $size)" \
				"${hex:at+32:2*size}" "${zeros:=000000}" | head -c $((24 + 2 * (size + pad)))
			le $((16 + size + pad))
			at=$((at + 32 + 2 * size))
		done
	} | xxd -r -p >"$cap.spb"
	[ "$(tshark -r "$cap.spb" -Y 'tcp.dstport == 9971' 2>/dev/null | wc -l)" -gt 2 ]
	capmake -t 3 hello/psk.bin >"$cap.unset"
	for file in "$cap.spb" "$cap.unset"; do
		run -0 --separate-stderr hello-dump "$file"
		[ "$(cut -f 1,2 <<<"${lines[1]}")" = $'?\t10.9.0.2' ]
		run -0 --separate-stderr hello-dump -r 2026-11-22T14:20:00Z "$file"
		[ "$(cut -f 1,2 <<<"${lines[1]}")" = $'2026-11-22T14:20:00Z\t10.9.0.2' ]
		run -0 --separate-stderr hello-dump -t "$file"
		grep -qx 'window   unknown: the capture has no time' <<<"$output"
	done
	# a time that the capture has is not -r's
	[ "$(hello-dump -r 2026-11-22T14:20:00Z "$cap" | sed -n 2p | cut -f 1)" = 2026-11-22T14:20:02Z ]
}

@test "an unwritable output is 74" {
	capmake hello/psk.bin >"$cap"
	run -74 --separate-stderr sh -c "hello-dump '$cap' >/dev/full"
}

@test "a packed capture is told to be unpacked" {
	capmake "$AMT_TEST_BUILD"/samples/hello/psk.bin >"$cap"
	for pack in gzip zstd bzip2 xz; do
		run -65 --separate-stderr hello-dump <($pack -c "$cap")
		[[ "$stderr" = *"is compressed ($pack): unpack it, and give the file that is in it" ]]
	done
}

@test "every shared vector comes through a capture as its manifest says, in one segment and in many" {
	[ -n "$AMT_VECTORS" ] || skip "the shared vectors are not here"
	dir=$BATS_TEST_TMPDIR/v
	mkdir "$dir"
	for f in "$AMT_VECTORS"/hello-captured/*.hex; do
		xxd -r -p "$f" >"$dir/$(basename "$f" .hex)"
	done
	good=$(jq -r '.cases[] | select(.expect.result == "ok").file' "$AMT_VECTORS/hello/manifest.json" |
		sed "s|^|$AMT_VECTORS/hello/|")
	bad=$(jq -r '.cases[] | select(.expect.result == "reject").file' "$AMT_VECTORS/hello/manifest.json" |
		sed "s|^|$AMT_VECTORS/hello/|")
	# shellcheck disable=SC2086 # words
	hello-dump $good "$dir"/* | said | sort >"$BATS_TEST_TMPDIR/want"
	for how in "" "-c 1" "-c 3 -o shuffled -6" "-c 100 -o overlap -v 2 -n" "-c 536 -o reverse -L sll2"; do
		# shellcheck disable=SC2086 # words
		capmake $how $good "$dir"/* >"$cap"
		hello-dump "$cap" | said | sort | diff - "$BATS_TEST_TMPDIR/want"
		# shellcheck disable=SC2086 # words
		capmake $how $bad >"$cap"
		run -65 --separate-stderr hello-dump "$cap"
		[ "${#lines[@]}" = 2 ]
		[ "${#stderr_lines[@]}" = "$(wc -w <<<"$bad")" ]
	done
	echo "# vectors: $(($(wc -w <<<"$good $bad") + 2))" >&3
}

@test "tshark sees the same bytes in the same connections" {
	command -v tshark >/dev/null || skip "no tshark"
	for how in "-c 7 -o shuffled" "-c 9 -o overlap -v 2" "-c 5 -o twice -6 -n"; do
		# shellcheck disable=SC2086 # words
		capmake $how hello/psk.bin hello/mixed.bin >"$cap"
		for i in 0 1; do
			tshark -r "$cap" -q -z "follow,tcp,raw,$i" 2>/dev/null |
				grep -E '^[0-9a-f]+$' | xxd -r -p >"$BATS_TEST_TMPDIR/flow.$i"
		done
		cmp "$BATS_TEST_TMPDIR/flow.0" hello/psk.bin
		cmp "$BATS_TEST_TMPDIR/flow.1" hello/mixed.bin
		[ "$(hello-dump "$cap" | said)" = "$(hello-dump "$BATS_TEST_TMPDIR"/flow.[01] | said)" ]
		[ "$(tshark -r "$cap" -o tcp.check_checksum:TRUE -Y 'tcp.checksum.status == 0' 2>/dev/null | wc -l)" = 0 ]
	done
}

@test "a time beyond the year 9999, as pcapng can say, is none, and the store takes no such hello" {
	capmake -n hello/psk.bin >"$cap"
	for at in 60 152 244 364; do
		printf '\377\377\377\177' | dd of="$cap" bs=1 seek=$at conv=notrunc 2>/dev/null
	done
	run -0 --separate-stderr hello-dump "$cap"
	[ "$(cut -f 1,2 <<<"${lines[1]}")" = $'?\t10.9.0.2' ]
	[ "$(said <<<"$output")" = "$(hello-dump hello/psk.bin | said)" ]
	export AMT_SITE=$BATS_TEST_TMPDIR/site
	amt-init >/dev/null
	run -65 amt-hello --import "$cap"
	[[ "$output" == *"hello without a time"* ]]
}

@test "a capture goes into the store with its address and its time" {
	cd "$BATS_TEST_TMPDIR"
	export AMT_SITE=$PWD/site SOURCE_DATE_EPOCH=1795360000
	amt-init >/dev/null
	capmake "$AMT_TEST_BUILD"/samples/hello/p[sk]?.bin >"$cap"
	run -0 amt-hello --import "$cap"
	[ "$(store-dump -d site -k hello --csv | sed 1d | cut -d , -f 1,2,4 | xargs)" = \
		"2026-11-22T14:20:02Z,10.9.0.2,3 2026-11-22T14:20:06Z,10.9.0.3,2" ]
	# once more changes nothing, and an older capture moves no machine
	amt-hello --import "$cap"
	capmake -t 1795350000 -6 "$AMT_TEST_BUILD"/samples/hello/p[sk]?.bin >"$cap"
	amt-hello --import -a 192.0.2.99 "$cap"
	[ "$(store-dump -d site --csv | sed 1d | cut -d , -f 3,15 | xargs)" = "10.9.0.3,2 10.9.0.2,2" ]
	run -65 amt-hello --import "$AMT_TEST_BUILD"/samples/hello/http.bin
	run -66 amt-hello --import nosuch.pcap
	run -65 amt-hello --import "$AMT_TEST_BUILD/samples/hello/psk.bin"
	[[ "$output" == *"hello without an address"* ]]
	amt-hello --import -a 127.0.0.9 -x "$AMT_TEST_BUILD/samples/hello/psk.bin.hex"
}
