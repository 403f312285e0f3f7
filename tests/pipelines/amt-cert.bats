# The README's two ways to a certificate, up to machines that are set up with it.
load common

# shellcheck disable=SC2034 # common.bash reads children
setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
	unset AMT_SITE
	children=()
	site_map
}

teardown() {
	children_end
}

# Two machines in the map.
site_map() {
	cat >map.csv <<-END
		uuid,fqdn
		03020100-0504-0706-0809-000000000001,pc-1.lab7.example.com
		03020100-0504-0706-0809-000000000002,pc-2.lab7.example.com
	END
	amt-map -d site map.csv 2>/dev/null
}

# walk NAME: its commands
walk() {
	sed -n "/<!-- $1 walk -->/,/<!-- end of walk -->/s/^    //p" "$AMT_TEST_ROOT/README.md"
}

# sum FILE: as a hello lists a root
sum() {
	echo "sha256:$(openssl x509 -in "$1" -outform der | sha256sum | cut -d ' ' -f 1)"
}

# heard HASHES: from both machines
heard() {
	{
		printf '@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom\n'
		for n in 1 2; do
			printf '%s\t127.9.0.%d\t03020100-0504-0706-0809-%012d\t3\t1\t0\t\t%s\tfleet:%d\n' \
				"$(date -u +%Y-%m-%dT%H:%M:%SZ)" $n $n "$1" $n
		done
		printf '@end\t2\t0\n'
	} | store-load -d site
}

# set_up HASH SUFFIX: both machines, which know just this root and suffix, are swept
set_up() {
	mkdir fleet
	printf 'address\tuuid\tpid\tpps\tpassword\tcreds_set\tfirmware\tfault\n' >fleet/fleet.tsv
	for n in 1 2; do
		printf '127.9.0.%d\t03020100-0504-0706-0809-%012d\tLAB7000%d\t%s\tadmin\t0\t%s\tpki,root=%s,suffix=%s\n' \
			$n $n $n T0Y5SU445W4CXZARICYDWBXPLH2IAC99 "$((8 + 4 * n)).0" "${1#*:}" "$2" >>fleet/fleet.tsv
	done
	heard "$1"
	run -0 amt-cert list -d site
	[[ "$output" == *"     reaches 2 of 2 machines heard so far"* ]]
	peer_start
	run -0 --separate-stderr amt-sweep -d site -t 60 -P "$tls" -p "$plain"
	[ "$output$stderr" = "" ]
	[ "$(state_count verified)" = 2 ] || {
		cat site/reports/report.txt journal.tsv
		return 1
	}
}

# The CA of the walk: takes what is asked for, and sends prov.pem and ca.pem.
ca() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 4000 -subj "/CN=Issuing CA" 2>/dev/null
	openssl x509 -req -in prov.csr -CA ca.pem -CAkey ca.key -set_serial 7 -sha256 -days 400 -copy_extensions copyall \
		-out prov.pem 2>/dev/null
}

@test "the certificate walk of the README runs as it stands, and machines are set up with its certificate" {
	walk certificate >walk.sh
	[ "$(grep -c '^amt-cert' walk.sh)" = 4 ]
	sed -i '/^amt-cert request/aca' walk.sh
	export -f ca
	bash -eu walk.sh >walk.out 2>&1 || { cat walk.out; false; }
	grep -q '^prov.lab7.example.com: for 2 of 2 machines in the map$' walk.out
	grep -q '^stored$' walk.out
	grep -q '^certificate prov.lab7.example.com$' walk.out
	set_up "$(sum ca.pem)" lab7.example.com
}

@test "the root walk of the README runs as it stands: machines that had its stick are set up" {
	walk root >walk.sh
	[ "$(grep -c '^amt-' walk.sh)" = 2 ]
	bash -eu walk.sh >walk.out 2>&1 || { cat walk.out; false; }
	# What the stick puts into a machine is what it lists and compares.
	hash=$(fatimage-read root.img | setupbin-dump -t | sed -n 's/.*add certificate hash *\(sha256:[0-9a-f]*\) .*/\1/p')
	suffix=$(fatimage-read root.img | setupbin-dump -t | sed -n 's/.*PKI DNS suffix *//p')
	[ "$suffix" = lab7.example.com ]
	# and it is the one that was shown when it was made
	grep -iqF "${hash#*:}" <(tr -d : <walk.out)
	set_up "$hash" "$suffix"
}
