# The README's two ways to a certificate, up to the plan that sends it.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
	unset AMT_SITE
	site_map
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
			printf '%s\t192.0.2.%d\t03020100-0504-0706-0809-%012d\t3\t1\t0\t\t%s\tfleet:%d\n' \
				"$(date -u +%Y-%m-%dT%H:%M:%SZ)" $n $n "$1" $n
		done
		printf '@end\t2\t0\n'
	} | store-load -d site
}

# planned: jobs with a certificate
planned() {
	store-plan -d site -p site/profile.xml -t 300 -r |
		awk -F'\t' '/^@/ { kind = $1; next } kind ~ /^@jobs/ && $5 == "pki" && $16 != ""' | wc -l
}

# The CA of the walk: takes what is asked for, and sends prov.pem and ca.pem.
ca() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 4000 -subj "/CN=Issuing CA" 2>/dev/null
	openssl x509 -req -in prov.csr -CA ca.pem -CAkey ca.key -set_serial 7 -sha256 -days 400 -copy_extensions copyall \
		-out prov.pem 2>/dev/null
}

@test "the certificate walk of the README runs as it stands, and its certificate is planned" {
	walk certificate >walk.sh
	[ "$(grep -c '^amt-cert' walk.sh)" = 4 ]
	sed -i '/^amt-cert request/aca' walk.sh
	export -f ca
	bash -eu walk.sh >walk.out 2>&1 || { cat walk.out; false; }
	grep -q '^prov.lab7.example.com: for 2 of 2 machines in the map$' walk.out
	grep -q '^stored$' walk.out
	grep -q '^certificate prov.lab7.example.com$' walk.out
	heard "$(sum ca.pem)"
	run -0 amt-cert list -d site
	[[ "$output" == *"     reaches 2 of 2 machines heard so far" ]]
	[ "$(planned)" = 2 ]
}

@test "the root walk of the README runs as it stands: who has its stick is planned" {
	walk root >walk.sh
	[ "$(grep -c '^amt-' walk.sh)" = 2 ]
	bash -eu walk.sh >walk.out 2>&1 || { cat walk.out; false; }
	# What the stick puts into a machine is what its hello lists.
	hash=$(fatimage-read root.img | setupbin-dump -t | sed -n 's/.*add certificate hash *\(sha256:[0-9a-f]*\) .*/\1/p')
	fatimage-read root.img | setupbin-dump -t | grep -q 'PKI DNS suffix *lab7\.example\.com$'
	heard "$hash"
	run -0 amt-cert list -d site
	[[ "$output" == *"     reaches 2 of 2 machines heard so far"* ]]
	[ "$(planned)" = 2 ]
}
