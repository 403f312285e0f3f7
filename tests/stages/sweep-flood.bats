# shellcheck shell=bash disable=SC2154 # run sets stderr
# sweep among peers that send without end: each is ended with a reason of its
# own, and the machines beside them are set up.
# timed: floods have to come before the time of a request is up
bats_require_minimum_version 1.5.0

load sweep

# flooders: one job for each kind that tests/peer/flood knows, before the others
# so that all flood while those are set up.
flooders() {
	local address=0 kind good
	flood "$tls" >flood.log 2>&1 3>&- &
	children+=($!)
	good=$(sed '1,/^@jobs/d' jobs.tsv | grep -v '^@end')
	sed '/^@jobs/q' jobs.tsv >all.tsv
	rows=$(wc -l <<<"$good")
	while read -r kind; do
		address=$((address + 1))
		rows=$((rows + 1))
		printf -v uuid 'f100d000-0000-4000-8000-%012d' "$address"
		printf '%s\t%s\n' "$uuid" "$kind" >>kinds
		printf '%s.1\t%s\tflood-%d.example.com\t127.41.0.%d\tpsk\t%s\t%s\tAdm1n!pw\tNext!pw1\t\tfleet\t1\t2099-01-01T00:00:00Z\tset-up\t\n' \
			"$uuid" "$uuid" "$address" "$address" "$pid" "$pps" >>all.tsv
	done < <(flood -l)
	printf '%s\n@end\t%d\t0\n' "$good" "$rows" >>all.tsv
}

@test "a hundred machines are set up beside every kind of flood" {
	start_fleet -n 100 --
	flooders
	[ "$(wc -l <kinds)" -ge 20 ]
	run -0 --separate-stderr sweep -t 60 -P "$tls" -p "$plain" all.tsv
	[ "$(ends 4 | grep -c verified)" = 100 ]
	finals >said
	[ "$(grep -c 'state=2 .* commits=1 ' said)" = 100 ]
	[ "$(passwords_known said)" = 100 ]
	# each has its reason; on a busy machine time may be up before so much came
	awk -F '\t' 'NR == FNR { kind[$1] = $2; next }
		$2 in kind && $4 == "failed" { print kind[$2], $5 }' kinds - <<<"$output" | tee reasons
	[ "$(wc -l <reasons)" = "$(wc -l <kinds)" ]
	for kind in hello-requests hello-requests-packed hello-requests-within \
		hint-byte-by-byte hello-requests-after chunks-of-a-byte \
		chunk-extension body-of-bytes; do
		grep -q "^$kind \(PEER-FLOODS\|TLS-TIMEOUT\|HTTP-TIMEOUT\)\$" reasons
	done
	[ "$(grep -c PEER-FLOODS reasons)" -ge 4 ]
	grep -q '^drips TLS-TIMEOUT$' reasons
	grep -q '^challenges NONCE-STALE$' reasons
	grep -q '^handshake-in-bytes HTTP-STATUS$' reasons
	[ "$(grep -c 'RUN-\|CONNECT-\|KEY-REFUSED\|AUTH-\|LOGIN-' reasons)" = 0 ]
}
