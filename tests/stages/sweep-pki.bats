# shellcheck shell=bash disable=SC2154 # run sets stderr
# sweep where a certificate is the login: against our simulated devices, and
# against the TLS of openssl, GnuTLS and node, which are strict in their own way.
# slow
bats_require_minimum_version 1.5.0

load sweep
load certs
load pki

setup_file() {
	pki_certs
}

# --- simulated devices ---

@test "devices of every generation are set up, and their results say what they showed" {
	start_devices "3.2.20.1046 login=certificate" 9.5.61.3012 11.8.50.3425 14.1.60.1756 15.0.35.1951 16.1.30.2307
	pki_jobs
	for n in {1..6}; do pki_job "127.1.0.$n"; done
	jobs_end
	run -0 --separate-stderr sweep -t 60 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 4 | sort | uniq -c | xargs)" = "6 verified" ]
	versions=(1.0 1.1 1.1 1.2 1.2 1.2)
	for n in {1..6}; do
		[ "$(seen "$n" tls)" = "${versions[n - 1]}" ]
		[ "$(seen "$n" chain)" = "$(chain_name leaf-oid root-A)" ]
		[[ $(seen "$n" device_cert) =~ ^[0-9a-f]{64}$ ]]
	done
	for n in 1 2 3 4; do
		[ "$(seen "$n" device_kind) $(seen "$n" rom)" = "self-signed " ]
	done
	# the root that they end in is of the simulation
	for n in 5 6; do
		[ "$(seen "$n" device_kind)" = on-die-broken ]
		[[ $(seen "$n" rom) =~ ^[0-9a-f]{64}$ ]]
	done
	[[ $output != *'Next!pw1'* ]]
	[[ $stderr != *'Next!pw1'* ]]
}

# What none of these may have had: it is no machine in set-up, or the wrong one.
no_secret() {
	! happened "$1" | grep -E '^(request|auth-bad|auth-ignored|admin-set|mebx-set|challenge)$'
}

@test "one that asks for no certificate gets no request" {
	start_devices "14.1.60.1756 no-request"
	one_pki_job 127.1.0.1
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 5)" = CERT-NOT-ASKED ]
	happened 1 | grep -qx tls-ok
	no_secret 1
	[ "$(seen 1 chain)" = "" ]
	[ "$(seen 1 device_kind)" = self-signed ]
}

@test "one with another UUID gets no password" {
	start_devices 14.1.60.1756 14.1.60.1756
	one_pki_job 127.1.0.2
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 5)" = UUID-MISMATCH ]
	happened 2 | grep -qx request
	! happened 2 | grep -E '^(auth-bad|auth-ignored|admin-set|mebx-set)$'
}

@test "one that has less TLS than it had before gets nothing" {
	start_devices "14.1.60.1756 downgrade" "9.5.61.3012 tls=1.0" "9.5.61.3012 tls=1.1"
	pki_jobs
	pki_job 127.1.0.1 "" 1.2
	pki_job 127.1.0.2 "" 1.1
	pki_job 127.1.0.3 "" 1.1
	jobs_end
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	for n in 1 2; do
		[ "$(seen "$n" reason)" = TLS-FAILED ]
		no_secret "$n"
		[ "$(happened "$n" | grep -E '^(cert-ok|cert-refused|tls-ok)$')" = "" ]
	done
	[[ $(seen 1 detail) == *"not below TLS 1.2, which it must have"* ]]
	[ "$(seen 3 milestone) $(seen 3 tls)" = "verified 1.1" ]
}

@test "where only on-die certificates will do, others are not shown ours" {
	start_devices 14.1.60.1756 16.1.30.2307
	pki_jobs
	pki_job 127.1.0.1
	pki_job 127.1.0.2
	jobs_end
	run -0 --separate-stderr sweep -t 30 -c on-die -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 5 | sort -u)" = DEVICE-NOT-GENUINE ]
	for n in 1 2; do
		no_secret "$n"
		[ "$(happened "$n" | grep -E '^(cert-ok|cert-refused|tls-ok)$')" = "" ]
		[[ $(seen "$n" device_cert) =~ ^[0-9a-f]{64}$ ]]
		[ "$(seen "$n" chain) $(seen "$n" rom)" = " " ]
	done
	[ "$(seen 1 device_kind) $(seen 2 device_kind)" = "self-signed on-die-broken" ]
}

@test "a chain that is refused gives way to the next, each once" {
	chain leaf leaf-none inter-1 root-A
	chain leaf leaf-oid inter-1 root-A
	start_devices 14.1.60.1756 5.2.57.1035
	pki_jobs
	none=$(chain_name leaf-none root-A) oid=$(chain_name leaf-oid root-A)
	pki_job 127.1.0.1 "$none,$oid"
	pki_job 127.1.0.2 "$none"
	jobs_end
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(seen 1 milestone) $(seen 1 chain)" = "verified $oid" ]
	[ "$(seen 2 reason) $(seen 2 chain)" = "CERT-REFUSED " ]
	[ "$(grep -c $'127.1.0.1\t.*\tcert-refused' journal)" = 1 ]
	[ "$(grep -c $'127.1.0.2\t.*\tcert-refused' journal)" = 1 ]
}

# --- TLS that is not ours ---

# The Certificate message (RFC 5246, 7.4.2) that a server should get, in hexadecimal
expected_message() {
	local name list='' hex
	for name in leaf-oid inter-1 root-A; do
		hex=$(der "$name" | xxd -p | tr -d '\n')
		list+=$(printf '%06x' $((${#hex} / 2)))$hex
	done
	printf '0b%06x%06x%s\n' $((${#list} / 2 + 3)) $((${#list} / 2)) "$list"
}

# Records what is sent to $port; $port is then where to send it.
start_recorder() {
	local server=$port
	free_port
	start socat -r sent.bin "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" "TCP:127.0.0.1:$server"
}

# sent_in_order: the whole message is in what was sent
sent_in_order() {
	xxd -p sent.bin | tr -d '\n' | grep -qF "$(expected_message)"
}

# device_key: for a server; no machine's certificate has a name
device_key() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=AMT -keyout device.key -out device.pem 2>/dev/null
}

# start_openssl OPTION...
start_openssl() {
	device_key
	free_port
	mkfifo "open.$port" # it ends with its input
	# shellcheck disable=SC2016 # for the inner shell
	start bash -c 'exec openssl "$@" <>"$0"' "open.$port" s_server -accept "127.0.0.1:$port" -cert device.pem -key device.key -CAfile "$certs/root-A.pem" \
		-no_tls1_3 -msg -msgfile messages "$@"
}

# The first Certificate message that s_server received, as it shows it
openssl_received() {
	awk '/^<<< .*Certificate$/ { on = 1; next } /^(<<<|>>>)/ && on { exit } on' messages | tr -d ' \n'
}

@test "openssl s_server gets leaf, intermediate and root in order; with its own rules it refuses" {
	start_openssl -Verify 3 -verify_return_error -purpose sslserver
	one_pki_job
	run -0 --separate-stderr sweep -t 5 -P "$port" -p 1 jobs.tsv
	[ "$(openssl_received)" = "$(expected_message)" ]
	# it is no machine: what it says is no HTTP
	[ "$(ends 5)" = HTTP-TIMEOUT ]
	grep -q 'POST /wsman' server.log
	run ! grep -q Reused server.log
	kill "${children[-1]}"
	start_openssl -Verify 3 -verify_return_error
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	[ "$(openssl_received)" = "$(expected_message)" ]
	[ "$(ends 5)" = CERT-REFUSED ]
	grep -q 'unsuitable certificate purpose\|unsupported certificate purpose' server.log
	! grep -q POST server.log
}

@test "what is sent to an openssl that asks for no certificate is its handshake" {
	start_openssl
	one_pki_job
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = CERT-NOT-ASKED ]
	grep -q '^CIPHER is ' server.log
	! grep -Eiq 'POST|wsman|digest|admin' server.log
}

@test "a certificate that describes its curve is not decoded" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -nodes \
		-days 9 -subj /CN=AMT -keyout own.key -out own.pem 2>/dev/null
	start_openssl -cert own.pem -key own.key
	one_pki_job
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = TLS-FAILED ]
	[[ "$output" = *"a certificate with a curve of its own (RFC 5480, 2.1.1)"* ]]
}

# start_gnutls_pki OPTION...
start_gnutls_pki() {
	device_key
	free_port
	start gnutls-serv --echo -p "$port" --x509certfile device.pem --x509keyfile device.key \
		--x509cafile "$certs/root-A.pem" --require-client-cert --priority NORMAL:-VERS-TLS1.3 "$@"
}

# It looks at no purpose, but whether there is a way to its root.
@test "GnuTLS gets them in order, too, and takes them with their root alone" {
	start_gnutls_pki
	one_pki_job
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = REPLY-BAD ]
	[ "$(sed -n 's/^\tSubject: CN=//p' server.log | head -n 3 | paste -sd,)" = "prov.example.com,Test Issuing 1,Test Provisioning Root A" ]
	grep -q 'list of 3 certificates' server.log
	grep -q 'POST /wsman' server.log
	kill "${children[-1]}"
	start_gnutls_pki --verify-client-cert
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = REPLY-BAD ]
	grep -q 'certificate is trusted' server.log
	kill "${children[-1]}"
	start_gnutls_pki --verify-client-cert --x509cafile "$certs/root-B.pem"
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = CERT-REFUSED ]
	! grep -q POST server.log
}

@test "node gets them in order, too; with its own rules it refuses" {
	device_key
	cat >serve.js <<-'EOF'
		const fs = require("fs"), tls = require("tls");
		const [port, ca, strict] = process.argv.slice(2);
		const server = tls.createServer({ cert: fs.readFileSync("device.pem"), key: fs.readFileSync("device.key"),
			ca: fs.readFileSync(ca), requestCert: true, rejectUnauthorized: strict === "strict",
			maxVersion: "TLSv1.2" }, (socket) => {
			let names = [], cert = socket.getPeerCertificate(true);
			for (; cert && cert.subject; cert = cert.issuerCertificate === cert ? null : cert.issuerCertificate)
				names.push(cert.subject.CN);
			console.log(names.join(", "), socket.authorized, socket.authorizationError);
			socket.on("data", (data) => { console.log(String(data)); socket.end(); });
			socket.on("error", () => {});
		});
		server.on("tlsClientError", (error) => console.log("refused", error.code, error.message));
		server.listen(port, "127.0.0.1");
	EOF
	free_port
	start node serve.js "$port" "$certs/root-A.pem" lax
	start_recorder
	one_pki_job
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	sent_in_order
	grep -q '^prov.example.com, Test Issuing 1, Test Provisioning Root A false INVALID_PURPOSE' server.log
	grep -q POST server.log
	free_port
	start node serve.js "$port" "$certs/root-A.pem" strict
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	[[ $(ends 5) =~ ^TLS-(CLOSED|FAILED)$ ]]
	! grep -q POST server.log
}
