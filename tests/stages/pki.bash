# shellcheck shell=bash disable=SC2034,SC2154 # bats and its files use them
# What the tests of sweep with certificates share: beside sweep.bash and
# certs.bash, whose certificates are in $certs.

certs=$BATS_FILE_TMPDIR

# pki_certs: for setup_file
pki_certs() {
	cd "$certs" || return
	certs_make
}

der() {
	openssl x509 -in "$certs/$1.pem" -outform DER
}

sum() {
	der "$1" | sha256sum | cut -d ' ' -f 1
}

# chain_name LEAF ROOT
chain_name() {
	local leaf root
	leaf=$(sum "$1")
	root=$(sum "$2")
	echo "${leaf:0:16}-${root:0:16}"
}

# chain KEY LEAF ABOVE... ROOT: one more line of chains.tsv
chain() {
	local key=$1 sent='' name cn
	shift
	[ -s chains.tsv ] || printf '@chains/1\tname\tcn\troot\tcerts\tkey\n' >chains.tsv
	for name; do
		sent+=${sent:+,}$(der "$name" | base64 -w 0)
	done
	cn=$(openssl x509 -in "$certs/$1.pem" -noout -subject -nameopt multiline | sed -n 's/ *commonName *= //p')
	printf '%s\t%s\t%s\t%s\t%s\n' "$(chain_name "$1" "${!#}")" "$cn" "$(sum "${!#}")" "$sent" \
		"$(openssl pkcs8 -topk8 -nocrypt -in "$certs/$key.key" -outform DER | base64 -w 0)" >>chains.tsv
}

# pki_jobs: what comes before the jobs; the good chain when there is no other
pki_jobs() {
	[ -s chains.tsv ] || chain leaf leaf-oid inter-1 root-A
	printf '@end\t%d\t0\n' $(($(wc -l <chains.tsv) - 1)) >>chains.tsv
	{
		cat chains.tsv
		settings default on keep
		printf '@jobs/4\t%b\tchains\ttls\n' "$columns"
	} >jobs.tsv
	good=$(sed -n '2s/\t.*//p' chains.tsv)
	rows=0
}

# pki_job [ADDRESS [CHAINS [TLS [WISH]]]]: one more line of jobs
pki_job() {
	local uuid
	rows=$((rows + 1))
	printf -v uuid '01020304-0506-0708-090a-0b0c0d0e0f%02x' "$rows"
	printf '%s.1\t%s\tpc-%04d.example.com\t%s\tpki\t\t\t\tNext!pw1\t\tdefault\t1\t2099-01-01T00:00:00Z\t%s\t\t%s\t%s\n' \
		"$uuid" "$uuid" "$rows" "${1:-127.0.0.1}" "${4:-set-up}" "${2:-$good}" "${3:-}" >>jobs.tsv
}

one_pki_job() {
	pki_jobs
	pki_job "$@"
	jobs_end
}

# start_devices "FIRMWARE WORDS"...: simulated ones at 127.1.0.1 and up that
# know root A; $tls and $plain are their ports.
start_devices() {
	local n=0 device
	printf 'address\tuuid\tpid\tpps\tpassword\tcreds_set\tfirmware\tfault\n' >fleet.tsv
	for device; do
		n=$((n + 1))
		printf '127.1.0.%d\t01020304-0506-0708-090a-0b0c0d0e0f%02x\tLAB7000A\t%s\tadmin\t0\t%s\tpki,suffix=example.com%s\n' \
			"$n" "$n" "$pps" "${device%% *}" "$([[ $device != *' '* ]] || echo ",${device#* }")" >>fleet.tsv
	done
	rm -f ready
	amtpeer -f fleet.tsv -t 600 -P 0 -p 0 -J journal -r ready --roots "$certs/root-A.pem" >server.log 2>&1 3>&- &
	children+=($!)
	for _ in {1..300}; do
		[ ! -s ready ] || break
		sleep 0.1
	done
	read -r tls plain < <(tr '\n\t' '  ' <ready; echo)
}

# happened MACHINE: the names of what it met, each once
happened() {
	awk -F '\t' -v a="127.1.0.$1" '$2 == a { print $4 }' journal | sort -u
}

# seen MACHINE COLUMN: of its last result
seen() {
	printf -v uuid '01020304-0506-0708-090a-0b0c0d0e0f%02x' "$1"
	awk -F '\t' -v "uuid=$uuid" -v "name=$2" '
		/^@results/ { for (i = 1; i <= NF; i++) if ($i == name) column = i - 1 }
		$2 == uuid { last = $column }
		END { print last }' <<<"$output"
}
