bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

# A @keys stream of the lines given as arguments, tabs as |.
keys() {
	printf '@keys/2|pid|pps|mebx_now|mebx_next|batch|origin|state|note|from\n' | tr '|' '\t'
	local line
	for line; do
		printf '%s\n' "$line" | tr '|' '\t'
	done
	printf '@end\t%d\t0\n' $#
}

one='LAB7001B|T0Y5SU445W4CXZARICYDWBXPLH2IAC99|admin|Lab7!One|lab7|lab7.csv|issued||lab7.csv:2'
two='LAB7002C|36S8DSRH1CWNXXM194UE9I64A9DAXZYF||Lab7!Two|lab7|lab7.csv|new||lab7.csv:3'

@test "a stream of keys becomes the sample file of version 1" {
	setupbin-make -V 1 stick/keys.tsv >"$BATS_TEST_TMPDIR/out"
	cmp "$BATS_TEST_TMPDIR/out" stick/v1.bin
}

@test "version 2 is the default, and a consumed record differs from it in two bytes only" {
	setupbin-make <stick/keys.tsv >"$BATS_TEST_TMPDIR/out"
	run -1 cmp -l "$BATS_TEST_TMPDIR/out" stick/v2.bin
	[ "$(awk '{ print $1 - 1 ":" $2 ":" $3 }' <<<"$output" | tr '\n' ' ')" = "32:0:1 516:1:0 " ]
}

@test "several streams become one file" {
	keys "$one" >"$BATS_TEST_TMPDIR/1"
	keys "$two" >"$BATS_TEST_TMPDIR/2"
	setupbin-make "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2" >"$BATS_TEST_TMPDIR/out"
	run -0 setupbin-dump "$BATS_TEST_TMPDIR/out"
	[ "$(cut -f1,3 <<<"${lines[1]}")" = $'LAB7001B\tadmin' ]
	[ "$(cut -f1,3 <<<"${lines[2]}")" = $'LAB7002C\tadmin' ]
	[ "${lines[3]}" = $'@end\t2\t0' ]
}

@test "writes the shared vectors byte for byte from their keys" {
	[ -n "$AMT_VECTORS" ] || skip "no AMT_VECTORS"
	for v in v1-psk-1 v1-psk-3 v1-psk-100 v2-psk-1; do
		jq -r --arg file $v.bin '
			def value(m; i): [.variables_in_input_order[] |
				select(.module == m and .variable == i) | .value_text][0];
			.cases[] | select(.file == $file) | .input.records[] |
			[value(2;1), value(2;2), value(1;1), value(1;2), "", "", "new", "", ""] |
			join("|")' "$AMT_VECTORS/setupbin/manifest.json" >"$BATS_TEST_TMPDIR/rows"
		mapfile -t rows <"$BATS_TEST_TMPDIR/rows"
		keys "${rows[@]}" >"$BATS_TEST_TMPDIR/$v.tsv"
		setupbin-make -V "${v:1:1}" "$BATS_TEST_TMPDIR/$v.tsv" >"$BATS_TEST_TMPDIR/out"
		cmp "$BATS_TEST_TMPDIR/out" "$AMT_VECTORS/setupbin/$v.bin"
	done
	echo "# vectors: 4" >&3
}

@test "a key without a next MEBx password is refused by its PID and place, and nothing is written" {
	keys "$one" "${two/Lab7!Two/}" >"$BATS_TEST_TMPDIR/in"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/in"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "setupbin-make: $BATS_TEST_TMPDIR/in:3: key LAB7002C from lab7.csv:3: no next MEBx password (a stick has to set one)" ]
	[ "${stderr_lines[1]}" = "setupbin-make: nothing written: 1 of 2 keys were refused" ]
}

@test "a wrong check character, a simple password, a used key and a PID that comes twice are refused" {
	keys "${one/LAB7001B/LAB7001C}" "${one/T0Y5/T0Y6}" "${one/Lab7!One/lab7one}" \
		"${one/issued/consumed}" "${one/issued/used}" "$one" "$one" >"$BATS_TEST_TMPDIR/in"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/in"
	[ -z "$output" ]
	[[ "${stderr_lines[0]}" == *":2: key LAB7001C from lab7.csv:2: PID LAB7001C: its check character"* ]]
	[[ "${stderr_lines[1]}" == *":3: key LAB7001B from lab7.csv:2: PPS group 1 of 8"* ]]
	[[ "${stderr_lines[2]}" == *":4: key LAB7001B from lab7.csv:2: password is"* ]]
	[[ "${stderr_lines[3]}" == *":5: key LAB7001B from lab7.csv:2: a machine may have it already"* ]]
	[[ "${stderr_lines[4]}" == *":6: key LAB7001B from lab7.csv:2: a machine may have it already"* ]]
	[[ "${stderr_lines[5]}" == *":8: key LAB7001B from lab7.csv:2: another key of this stick has its PID" ]]
	[ "${#stderr_lines[@]}" = 7 ]
	# No message has a secret in it.
	[[ "$stderr" != *T0Y5* && "$stderr" != *T0Y6* && "$stderr" != *Lab7!* && "$stderr" != *lab7one* ]]
}

@test "no keys give no file" {
	keys >"$BATS_TEST_TMPDIR/in"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/in"
	[ -z "$output" ]
	[ "$stderr" = "setupbin-make: no keys" ]
	run -65 --separate-stderr setupbin-make </dev/null
	[ "$stderr" = "setupbin-make: <stdin>: no stream in it (expected a line such as @keys/2)" ]
}

@test "a stream cut anywhere gives no file" {
	size=$(stat -c %s stick/keys.tsv)
	for ((n = 1; n < size; n += 7)); do
		head -c $n stick/keys.tsv >"$BATS_TEST_TMPDIR/cut"
		run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/cut"
		[ -z "$output" ]
		[ -n "$stderr" ]
	done
	head -c $((size - 1)) stick/keys.tsv >"$BATS_TEST_TMPDIR/cut"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/cut"
	[ -z "$output" ]
}

@test "a stream of another kind is refused" {
	run -65 --separate-stderr setupbin-make <<<$'@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n@end\t0\t0'
	[ "$stderr" = "setupbin-make: <stdin>:1: wrong kind of stream (got @map, expected @keys)" ]
}

@test "100,000 keys fit on a stick and one more does not" {
	awk 'BEGIN {
		a = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		for (i = 0; i < 36; i++) code[substr(a, i + 1, 1)] = i < 10 ? 48 + i : 55 + i
		OFS = "\t"
		print "@keys/2", "pid", "pps", "mebx_now", "mebx_next", "batch", "origin", "state", "note", "from"
		for (n = 0; n <= 100000; n++) {
			pid = sprintf("%07d", n); sum = 0
			for (i = 1; i <= 7; i++) sum += code[substr(pid, i, 1)]
			print pid substr(a, sum % 36 + 1, 1), "00000000000000000000000000000000", "admin", "Lab7!One", "", "", "new", "", ""
		}
		print "@end", 100001, 0
	}' >"$BATS_TEST_TMPDIR/keys"
	run -65 --separate-stderr setupbin-make "$BATS_TEST_TMPDIR/keys"
	[ -z "$output" ]
	[ "$stderr" = "setupbin-make: $BATS_TEST_TMPDIR/keys:100002: more keys than a stick may have (expected at most 100000)" ]
	sed -e '100002d' -e '$s/.*/@end\t100000\t0/' "$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/fits"
	setupbin-make "$BATS_TEST_TMPDIR/fits" >"$BATS_TEST_TMPDIR/out"
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/out")" = 51200512 ]
	[ "$(setupbin-dump "$BATS_TEST_TMPDIR/out" | tail -n 1)" = $'@end\t100000\t0' ]
}

@test "an unwritable output is told" {
	run -74 --separate-stderr bash -c 'setupbin-make stick/keys.tsv >/dev/full'
	[[ "$stderr" == "setupbin-make: standard output: No space left on device" ]]
}

@test "a terminal gets nothing" {
	run -64 script -qec 'setupbin-make stick/keys.tsv' "$BATS_TEST_TMPDIR/typescript"
	[[ "$output" == *"does not go to a terminal"* ]]
	[[ "$output" != *LAB7001B* ]]
}

@test "wrong usage is told" {
	run -64 setupbin-make -V 5 stick/keys.tsv
	run -64 setupbin-make -V 2.2 stick/keys.tsv
	run -64 setupbin-make --pki stick/keys.tsv
	run -64 setupbin-make --keep stick/keys.tsv
	run -64 setupbin-make --records-fd 2 stick/keys.tsv
	run -66 setupbin-make --csv no-such-file stick/keys.tsv
	run -66 setupbin-make --pki --csv stick/pki.csv --root no-such-file
	run -64 setupbin-make -x
	run -66 setupbin-make no-such-file
	run -0 setupbin-make --help
}

# What a file has of the variables named, with its secrets: values FILE 2/11...
values() {
	local file=$1
	shift
	setupbin-dump -t --reveal "$file" |
		awk -v ids=" $* " 'index(ids, " " $2 " ") { sub(/^ *[0-9]+ +[^ ]+ +/, ""); print }' |
		sed 's/  */ /g'
}

@test "a list of machines gives each record its settings, and a stream which record is whose" {
	setupbin-make -V 2.1 --csv stick/machines.csv -s lab7-1 --records-fd 3 stick/keys.tsv \
		>"$BATS_TEST_TMPDIR/out" 3>"$BATS_TEST_TMPDIR/records"
	run -0 values "$BATS_TEST_TMPDIR/out" 1/1 1/2 1/3 2/11 2/13 2/17
	[ "$output" = "current MEBx password admin
new MEBx password Lab7!One
manageability selection 1 (AMT)
host name pc-0001
DHCP 2 (enabled)
provisioning server address 192.0.2.10
current MEBx password admin
new MEBx password Lab7!Two
manageability selection 1 (AMT)
host name pc-0002
DHCP 2 (enabled)
provisioning server address 192.0.2.10
current MEBx password Before#33
new MEBx password Lab7!Three
manageability selection 1 (AMT)
host name pc-0003
DHCP 1 (disabled)" ]
	printf '@records/1\tstick\trecord\tpid\tmachine\tstate\tfrom
lab7-1\t1\tLAB7001B\tpc-0001.example.com\tissued\tstick/machines.csv:2
lab7-1\t2\tLAB7002C\tpc-0002.example.com\tissued\tstick/machines.csv:3
lab7-1\t3\tLAB7003D\tpc-0003.example.com\tissued\tstick/machines.csv:4
@end\t3\t0\n' | diff - "$BATS_TEST_TMPDIR/records"
}

@test "keys alone have records of no particular machine" {
	setupbin-make -s s --records-fd 4 stick/keys.tsv >/dev/null 4>"$BATS_TEST_TMPDIR/records"
	[ "$(sed -n 3p "$BATS_TEST_TMPDIR/records")" = $'s\t2\tLAB7002C\t\tissued\t' ]
}

@test "a root certificate, a suffix and a switch make a PKI record that serves every machine" {
	setupbin-make --pki --keep --csv stick/pki.csv --root stick/root.pem --root sha1:stick/root.pem \
		--set pki-dns-suffix=example.com --set provisioning=stop >"$BATS_TEST_TMPDIR/out"
	run -0 setupbin-dump -t --reveal "$BATS_TEST_TMPDIR/out"
	[ "${lines[0]}" = "$BATS_TEST_TMPDIR/out: setup.bin version 3.0" ]
	[[ "${lines[1]}" == *"each serves every machine"* ]]
	run -0 values "$BATS_TEST_TMPDIR/out" 1/1 1/2 1/3 2/1 2/3 2/8 2/28
	[ "$output" = "current MEBx password admin
new MEBx password Lab7!Every
PKI DNS suffix example.com
add certificate hash sha256:$(openssl x509 -in stick/root.pem -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr A-F a-f) \"Lab 7 Root\"
add certificate hash sha1:$(openssl x509 -in stick/root.pem -noout -fingerprint -sha1 | sed 's/.*=//; s/://g' | tr A-F a-f) \"Lab 7 Root\"
provisioning 0 (stop)" ]
	setupbin-make --pki --keep --csv stick/pki.csv --root stick/root.pem \
		--set pki-dns-suffix=example.com --set provisioning=stop | cmp - stick/v3.bin
}

@test "random passwords of PKI records are those of keys, which the store knows" {
	printf 'machine,new-mebx-password\none,random\ntwo,Lab7!Fixed\nthree,\n' >"$BATS_TEST_TMPDIR/in.csv"
	run -65 --separate-stderr setupbin-make --pki --csv "$BATS_TEST_TMPDIR/in.csv"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "setupbin-make: $BATS_TEST_TMPDIR/in.csv:2: no new MEBx password (random ones come with a stream of keys, as the store has to know them first)" ]
	[[ "${stderr_lines[1]}" == *"in.csv:4: no new MEBx password"* ]]
	keys "$one" "$two" | setupbin-make --pki --csv "$BATS_TEST_TMPDIR/in.csv" --records-fd 3 - \
		>"$BATS_TEST_TMPDIR/out" 3>"$BATS_TEST_TMPDIR/records"
	run -0 values "$BATS_TEST_TMPDIR/out" 1/2 2/1
	[ "$output" = "new MEBx password Lab7!One
new MEBx password Lab7!Fixed
new MEBx password Lab7!Two" ]
	[ "$(cut -f2-4 "$BATS_TEST_TMPDIR/records" | sed -n 2,4p)" = $'1\tLAB7001B\tone\n2\t\ttwo\n3\tLAB7002C\tthree' ]
}

@test "without their PSK keys give records their passwords, each its own" {
	keys "$one" "$two" >"$BATS_TEST_TMPDIR/keys"
	setupbin-make --without-psk --root stick/root.pem "$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/out"
	run -0 values "$BATS_TEST_TMPDIR/out" 1/2 2/1 2/2
	[ "$output" = $'new MEBx password Lab7!One\nnew MEBx password Lab7!Two' ]
	run -0 values "$BATS_TEST_TMPDIR/out" 2/8
	[ "${#lines[@]}" = 2 ]
	# With a list each row takes one, also one that has its own password; a key
	# that came with another one is refused.
	printf 'machine,new-mebx-password\none,random\ntwo,Lab7!Two\n' >"$BATS_TEST_TMPDIR/in.csv"
	setupbin-make --without-psk --csv "$BATS_TEST_TMPDIR/in.csv" --first 1 "$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/out"
	run -0 values "$BATS_TEST_TMPDIR/out" 1/2
	[ "$output" = $'new MEBx password Lab7!One\nnew MEBx password Lab7!Two' ]
	printf 'machine,new-mebx-password\none,Lab7!Mine\ntwo,random\n' >"$BATS_TEST_TMPDIR/in.csv"
	run -65 --separate-stderr setupbin-make --without-psk --csv "$BATS_TEST_TMPDIR/in.csv" "$BATS_TEST_TMPDIR/keys"
	[[ "${stderr_lines[0]}" == *"the list has another new MEBx password for its machine than the store"* ]]
	# One that is kept is every machine's: of two the second is nobody's.
	keys "$one" | setupbin-make --without-psk --keep | setupbin-dump -t | grep -q 'records are kept'
	run -65 --separate-stderr setupbin-make --without-psk --keep "$BATS_TEST_TMPDIR/keys"
	[ -z "$output" ]
	[[ "${stderr_lines[0]}" == *"2 records that are not consumed (expected 1)"* ]]
	run -65 --separate-stderr setupbin-make --without-psk --csv "$BATS_TEST_TMPDIR/in.csv" <(keys "$one")
	[ -z "$output" ]
}

@test "keys and rows have to come out even" {
	keys "$one" "$two" >"$BATS_TEST_TMPDIR/keys"
	run -65 --separate-stderr setupbin-make -V 2.1 --csv stick/machines.csv "$BATS_TEST_TMPDIR/keys"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "setupbin-make: stick/machines.csv: 2 keys for 3 rows (expected one key for each row)" ]
	head -n 3 stick/machines.csv >"$BATS_TEST_TMPDIR/two.csv"
	run -65 --separate-stderr setupbin-make -V 2.1 --csv "$BATS_TEST_TMPDIR/two.csv" stick/keys.tsv
	[[ "${stderr_lines[0]}" == *": 3 keys for 2 rows "* ]]
}

@test "a list cannot have another password than the store has for the machine" {
	printf 'new-mebx-password\nLab7!Other\n' >"$BATS_TEST_TMPDIR/in.csv"
	keys "$one" >"$BATS_TEST_TMPDIR/keys"
	run -65 --separate-stderr setupbin-make --csv "$BATS_TEST_TMPDIR/in.csv" "$BATS_TEST_TMPDIR/keys"
	[ -z "$output" ]
	[[ "${stderr_lines[0]}" == *":2: key LAB7001B from lab7.csv:2: the list has another new MEBx password for its machine than the store (write random there)" ]]
	[[ "$stderr" != *Lab7!* ]]
	keys "${one/Lab7!One/}" >"$BATS_TEST_TMPDIR/keys"
	setupbin-make --csv "$BATS_TEST_TMPDIR/in.csv" "$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/out"
	[ "$(values "$BATS_TEST_TMPDIR/out" 1/2)" = "new MEBx password Lab7!Other" ]
}

@test "a key or a row that is refused leaves the pairs after it as they are" {
	printf 'new-mebx-password\nLab7!One\nLab7!Two\n' >"$BATS_TEST_TMPDIR/in.csv"
	keys "${one/LAB7001B/LAB7001C}" "$two" >"$BATS_TEST_TMPDIR/keys"
	run -65 --separate-stderr setupbin-make --csv "$BATS_TEST_TMPDIR/in.csv" "$BATS_TEST_TMPDIR/keys"
	[ "${#stderr_lines[@]}" = 2 ]
	[[ "${stderr_lines[0]}" == *"its check character is wrong"* ]]
	sed -i 2s/.*/short/ "$BATS_TEST_TMPDIR/in.csv"
	keys "$one" "$two" >"$BATS_TEST_TMPDIR/keys"
	run -65 --separate-stderr setupbin-make --csv "$BATS_TEST_TMPDIR/in.csv" "$BATS_TEST_TMPDIR/keys"
	[ "${#stderr_lines[@]}" = 2 ]
	[[ "${stderr_lines[0]}" == *"in.csv:2: password is shorter than 8 characters" ]]
}

@test "bad rows and doubled machines are refused by their lines, and nothing is written" {
	printf 'machine,new-mebx-password,dhcp\na,short,on\nb,Lab7!Good,2\nb,Lab7!Good,2\nc,Lab7!Good,on\nd,"Lab7!Good",2,\n' \
		>"$BATS_TEST_TMPDIR/in.csv"
	run -65 --separate-stderr setupbin-make --pki --csv "$BATS_TEST_TMPDIR/in.csv" --records-fd 3 3>"$BATS_TEST_TMPDIR/records"
	[ -z "$output" ]
	[ ! -s "$BATS_TEST_TMPDIR/records" ]
	in=$BATS_TEST_TMPDIR/in.csv
	[ "${stderr_lines[0]}" = "setupbin-make: $in:2: password is shorter than 8 characters" ]
	[ "${stderr_lines[1]}" = "setupbin-make: $in:5: DHCP is unknown (got \"on\", expected 1 disabled, 2 enabled)" ]
	[[ "${stderr_lines[2]}" == "setupbin-make: $in:6: "* ]]
	[ "${stderr_lines[3]}" = "setupbin-make: $in:4: machine b came before, in line 3" ]
	[[ "$stderr" != *short\ * && "$stderr" != *Good* ]]
}

@test "a list without rows and one without columns give no file" {
	printf 'machine,new-mebx-password\n' >"$BATS_TEST_TMPDIR/in.csv"
	run -65 --separate-stderr setupbin-make --pki --csv "$BATS_TEST_TMPDIR/in.csv"
	[ "$stderr" = "setupbin-make: no machines" ]
	run -65 --separate-stderr setupbin-make --pki --csv /dev/null
	[ "$stderr" = "setupbin-make: /dev/null: no row with the names of the columns" ]
}

@test "settings that the version lacks, or that need another one, are refused" {
	run -64 --separate-stderr setupbin-make --set kvm=on stick/keys.tsv
	[ "$stderr" = "setupbin-make: KVM is known from version 3.0 on (this file is 2.0)" ]
	run -65 --separate-stderr setupbin-make -V 2 --pki --csv stick/pki.csv --root stick/root.pem
	[ "${stderr_lines[0]}" = "setupbin-make: stick/pki.csv:2: 2/8 stands without the 2/7 that it needs" ]
	setupbin-make -V 2 --pki --csv stick/pki.csv --root stick/root.pem --set 2/7=enabled >/dev/null
	run -64 --separate-stderr setupbin-make --set pki-dns-suffix="$(printf 'a%.0s' {1..255})" \
		--set 2/4="$(printf 'b%.0s' {1..255})" stick/keys.tsv
	[[ "$stderr" == *"2/4 does not fit into record 1" ]]
	run -65 --separate-stderr setupbin-make --set pki-dns-suffix="$(printf 'a%.0s' {1..255})" \
		--set 2/4="$(printf 'b%.0s' {1..150})" stick/keys.tsv
	[ "${stderr_lines[0]}" = "setupbin-make: LAB7001B: variable 2/2 does not fit into record 1" ]
	[ -z "$output" ]
}

@test "secrets, keys and unknown names are no settings" {
	run -64 --separate-stderr setupbin-make --set new-mebx-password=Lab7!Given stick/keys.tsv
	[[ "$stderr" == *"arguments are seen by everybody"* && "$stderr" != *Given* ]]
	run -64 setupbin-make --set pid=LAB7001B stick/keys.tsv
	run -64 setupbin-make --set colour=red stick/keys.tsv
	run -64 setupbin-make --set kvm stick/keys.tsv
	run -64 setupbin-make -V 3 --set kvm=on --set KVM=off stick/keys.tsv
	run -64 setupbin-make -V 2.1 --set vlan=100 stick/keys.tsv
	[[ "$output" == *"VLAN takes raw bytes only, in hexadecimal"* ]]
}

@test "hashes that the version does not know, and more than three, are refused" {
	for type in sha256 sha384; do
		for version in 2.0 2.1; do
			run -64 --separate-stderr setupbin-make -V $version --pki --csv stick/pki.csv \
				--set 2/7=enabled --root $type:stick/root.pem
			[ -z "$output" ]
			[ "$stderr" = "setupbin-make: --root: $type hashes came with version 3 (this file is $version)" ]
		done
	done
	hex=$(printf '%064d' 1)
	printf 'machine,new-mebx-password,2/7,2/8\na,Lab7!One,1,sha1:%.40s x\nb,Lab7!Two,1,sha256:%s x\n' \
		"$hex" "$hex" >"$BATS_TEST_TMPDIR/hash.csv"
	run -65 --separate-stderr setupbin-make -V 2 --pki --csv "$BATS_TEST_TMPDIR/hash.csv"
	[ -z "$output" ]
	[[ "${stderr_lines[0]}" == *"hash.csv:3: sha256 hashes came with version 3.0 (this file is 2.0)" ]]
	setupbin-make -V 3 --pki --csv "$BATS_TEST_TMPDIR/hash.csv" | setupbin-lint >/dev/null
	printf 'machine,new-mebx-password,2/8,2/8,2/8,2/8\na,Lab7!One,%s,%s,%s,%s\n' \
		"sha256:$hex" "sha256:$hex" "sha256:$hex" "sha256:$hex" >"$BATS_TEST_TMPDIR/hash.csv"
	run -65 --separate-stderr setupbin-make --pki --csv "$BATS_TEST_TMPDIR/hash.csv"
	[[ "${stderr_lines[0]}" == *"hash.csv:2: more than 3 certificate hashes" ]]
}

@test "a certificate that is no root, or no certificate, is refused" {
	run -65 --separate-stderr setupbin-make --pki --csv stick/pki.csv --root stick/pki.csv
	[ "$stderr" = "setupbin-make: stick/pki.csv: no certificate in PEM" ]
	cd "$BATS_TEST_TMPDIR"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2 2>/dev/null
	openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf 2>/dev/null
	openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -days 2 2>/dev/null
	run -65 --separate-stderr setupbin-make --pki --csv "$OLDPWD/stick/pki.csv" --root leaf.pem
	[ "$stderr" = "setupbin-make: leaf.pem: not a root certificate: another one issued it" ]
}

@test "version 4 is scrambled unless it is to be plain" {
	setupbin-make -V 4 stick/keys.tsv >"$BATS_TEST_TMPDIR/scrambled"
	setupbin-make -V 4 --plain stick/keys.tsv >"$BATS_TEST_TMPDIR/plain"
	[ "$(grep -ac 'LAB7001B' "$BATS_TEST_TMPDIR/scrambled")" = 0 ]
	[ "$(grep -ac 'LAB7001B' "$BATS_TEST_TMPDIR/plain")" = 1 ]
	diff <(setupbin-dump <"$BATS_TEST_TMPDIR/scrambled") <(setupbin-dump <"$BATS_TEST_TMPDIR/plain")
	setupbin-make -V 3 stick/keys.tsv | cmp -s - "$BATS_TEST_TMPDIR/plain" && return 1
	true
}

@test "--explain shows every value that a file would have, secrets masked, and writes none" {
	run -0 --separate-stderr setupbin-make -V 2.1 --csv stick/machines.csv --explain stick/keys.tsv
	[ -z "$stderr" ]
	[ "${lines[0]}" = "setup.bin: setup.bin version 2.1" ]
	[[ "$output" == *"          for pc-0002.example.com"* ]]
	[[ "$output" != *Lab7!* && "$output" != *T0Y5* && "$output" != *admin* ]]
	setupbin-make -V 2.1 --csv stick/machines.csv stick/keys.tsv | setupbin-dump -t |
		diff <(grep -v '^          for ' <<<"$output" | tail -n +2) <(tail -n +2 /dev/stdin)
	run -0 setupbin-make -s LAB7-1 --explain --reveal stick/keys.tsv
	[ "${lines[0]}" = "LAB7-1: setup.bin version 2.0" ]
	setupbin-make stick/keys.tsv | setupbin-dump -t --reveal |
		diff <(tail -n +2 <<<"$output") <(tail -n +2 /dev/stdin)
	run -64 setupbin-make --reveal stick/keys.tsv
}

@test "--list has every variable" {
	run -0 setupbin-make --list
	[ "${#lines[@]}" = 41 ]
	[ "${lines[18]}" = "2/13  2.1   dhcp                              1 disabled, 2 enabled" ]
	[[ "$output" == *"2/8   2.0   add-certificate-hash "*"(after 2/7 = 1, needed in version 2; may repeat)"* ]]
}

@test "an unwritable stream of records ends the run before the file is begun" {
	run -74 --separate-stderr bash -c 'setupbin-make --records-fd 3 stick/keys.tsv 3>/dev/full | wc -c; exit ${PIPESTATUS[0]}'
	[ "$output" = 0 ]
	[ "$stderr" = "setupbin-make: records: No space left on device" ]
}

@test "Intel's own file and the other PKI vectors come out byte for byte" {
	[ -n "$AMT_VECTORS" ] || skip "no AMT_VECTORS"
	n=0
	# NAME OPTION...: its variables by number, text and bytes as the manifest has them
	for v in v2-pki-3hash v21-network v21-opaque-net v3-trust-anchor v3-bare-metal \
		v3-sha384-kvm v4-plain v4-scrambled v4-acu-default v2-max-suffix; do
		jq -r --arg file $v.bin '
			def le: . as $n | [range(4)] | map(($n / pow(256; .) | floor) % 256);
			.cases[] | select(.file == $file) | .input |
			"\(.version_major).\(.version_minor)",
			(if .file_flags == 1 then "--keep" else "" end),
			(if .records[0].flags >= 2 then "" else "--plain" end),
			(.records[0].variables_in_input_order |
				map(select(.module == 1 and .variable < 3) | .value_text) | join(",")),
			(.records[0].variables_in_input_order[] | select(.module == 2 or .variable > 2) |
				"\(.module)/\(.variable) \(.value_text // .value // .value_hex)")' \
			"$AMT_VECTORS/setupbin/manifest.json" >"$BATS_TEST_TMPDIR/case"
		mapfile -t case <"$BATS_TEST_TMPDIR/case"
		printf 'current-mebx-password,new-mebx-password\n%s\n' "${case[3]}" >"$BATS_TEST_TMPDIR/in.csv"
		options=(-V "${case[0]}" --pki --csv "$BATS_TEST_TMPDIR/in.csv")
		for option in "${case[1]}" "${case[2]}"; do
			[ -z "$option" ] || options+=("$option")
		done
		for set in "${case[@]:4}"; do
			id=${set%% *} value=${set#* }
			case $id in
			2/8)
				types=(sha1 sha256 sha384) lens=(40 64 96)
				type=$((16#${value:0:2} - 1))
				value="${types[type]}:${value:2:lens[type]} $(xxd -r -p <<<"${value:4 + lens[type]}")" ;;
			2/17) value=$((16#${value:6:2})).$((16#${value:4:2})).$((16#${value:2:2})).$((16#${value:0:2})) ;;
			esac
			options+=(--set "$id=$value")
		done
		setupbin-make "${options[@]}" >"$BATS_TEST_TMPDIR/out"
		cmp "$BATS_TEST_TMPDIR/out" "$AMT_VECTORS/setupbin/$v.bin"
		n=$((n + 1))
	done
	echo "# vectors: $n" >&3
}

@test "a list has at most 100,000 machines" {
	(echo new-mebx-password && yes 'Lab7!Good' | head -n 100001) >"$BATS_TEST_TMPDIR/in.csv"
	run -65 --separate-stderr setupbin-make --pki --csv "$BATS_TEST_TMPDIR/in.csv"
	[ -z "$output" ]
	[ "$stderr" = "setupbin-make: $BATS_TEST_TMPDIR/in.csv:100002: more machines than a stick may have (expected at most 100000)" ]
	sed -i '$d' "$BATS_TEST_TMPDIR/in.csv"
	[ "$(setupbin-make --pki --csv "$BATS_TEST_TMPDIR/in.csv" | wc -c)" = 51200512 ]
}

@test "keys of the second stick take the second part of the list" {
	sed '/^@/d' stick/keys.tsv | sed -n 2p >"$BATS_TEST_TMPDIR/one"
	{ head -n 1 stick/keys.tsv; cat "$BATS_TEST_TMPDIR/one"; printf '@end\t1\t0\n'; } >"$BATS_TEST_TMPDIR/keys"
	setupbin-make -V 2.1 --csv stick/machines.csv --first 2 "$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/2.bin"
	setupbin-dump -t "$BATS_TEST_TMPDIR/2.bin" >"$BATS_TEST_TMPDIR/2"
	[ "$(awk '/ host name / { print $NF }' "$BATS_TEST_TMPDIR/2")" = pc-0002 ]
	run -65 setupbin-make -V 2.1 --csv stick/machines.csv --first 4 "$BATS_TEST_TMPDIR/keys"
	run -64 setupbin-make --first 2 "$BATS_TEST_TMPDIR/keys"
	# Keys beyond the list are refused, as without it.
	run -65 setupbin-make -V 2.1 --csv stick/machines.csv --first 2 stick/keys.tsv
}
