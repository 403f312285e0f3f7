# What the tests of certificates share: a fleet of AMT 2.2 to 21 and a
# certificate that its newer machines take.  Needs common.bash.

# What a setup server buys: a certificate for lab.example.com's machines, under a
# root that they know.
certificate_make() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 4000 \
		-subj '/CN=Pipeline Root' -addext basicConstraints=critical,CA:TRUE 2>/dev/null
	openssl req -new -newkey rsa:2048 -nodes -keyout inter.key -subj '/CN=Pipeline Issuing' 2>/dev/null |
		openssl x509 -req -CA root.pem -CAkey root.key -set_serial 2 -days 3000 -out inter.pem \
			-extfile <(echo basicConstraints=critical,CA:TRUE) 2>/dev/null
	openssl req -new -newkey rsa:2048 -nodes -keyout leaf.key -subj "/CN=prov.lab.example.com" 2>/dev/null |
		openssl x509 -req -CA inter.pem -CAkey inter.key -set_serial 3 -days 800 -out leaf.pem \
			-extfile <(echo extendedKeyUsage=serverAuth,2.16.840.1.113741.1.2.3) 2>/dev/null
	openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile <(cat root.pem inter.pem) \
		-passout pass:secret -out prov.pfx
}

# site_of_mixed MACHINES: a fleet of 2.2 to 21 in ./fleet, its lists in a site
site_of_mixed() {
	site_of_lists "$1" -m -d lab.example.com "${@:2}"
	certificate_make
	amt-cert add -p 3 prov.pfx 3< <(echo secret) >/dev/null
}

# The fleet says hello to a listener of the site, and stays.
fleet_says_hello() {
	local n port=''
	rm -f hello.log
	amt-hello -v -l 127.0.0.1:0 -t 60 3>&- 2>hello.log &
	children+=($!)
	for _ in {1..600}; do
		port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' hello.log | head -n 1)
		[ -z "$port" ] || break
		sleep 0.05
	done
	peer_start -s "127.0.0.1:$port" --roots root.pem --device-root die.pem "$@"
	n=$(($(wc -l <fleet/fleet.tsv) - 1))
	for _ in {1..300}; do
		[ "$(store-dump -d site -k devices | grep -c 127)" -lt "$n" ] || break
		sleep 0.1
	done
}

# uuids of machines whose firmware is older than WS-Management
soap_only() {
	awk -F'\t' '$7 ~ /^(2\.|3\.[01]\.)/ { print $2 }' fleet/fleet.tsv | sort
}
