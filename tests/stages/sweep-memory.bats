# shellcheck shell=bash disable=SC2154 # run sets stderr
# What sweep's memory still holds of machines that are finished.  Read from
# outside, while one more machine keeps the run going.
# timed: it waits for a fleet
bats_require_minimum_version 1.5.0

load sweep
load certs
load pki

memscan() {
	/usr/bin/python3 "$AMT_TEST_ROOT/tests/peer/memscan.py" "$@"
}

# until_done COUNT: so many machines of the running sweep are finished.
until_done() {
	for _ in {1..120}; do
		# There are no results before the shell has become the sweep.
		[ "0$(grep -cE $'\t(verified|failed)\t' results 2>/dev/null)" -lt "$1" ] || return 0
		sleep 0.1
	done
	cat results messages
	return 1
}

# MD5 as hexadecimal, of the digest's user, realm and password.
ha1() {
	printf 'admin:%s:%s' "$1" "$2" | md5sum | cut -c 1-32
}

# What nobody may find, for memscan: of every machine in results its PPS, its
# passwords and what a login is made of, in each form that it is sent in.
secrets() {
	local pps now next realm hash
	while IFS=$'\t' read -r _ pps now next realm; do
		printf '%s\t%s\n' PPS "$pps" now "$now" next "$next"
		for hash in "$(ha1 "$realm" "$now")" "$(ha1 "$realm" "$next")"; do
			printf '%s\t%s\n' "hash" "$hash" \
				"hash in bytes" "$(xxd -r -p <<<"$hash" | xxd -p -c 1 | sed "s/^/\\\\x/" | tr -d "\n")" \
				"hash in Base64" "$(xxd -r -p <<<"$hash" | base64 | sed 's/[+]/\\+/g')"
		done
	done < <(awk -F '\t' '
		FILENAME == "results" {
			if ($4 == "reached") realm[$2] = $8
			if ($4 == "verified" || $4 == "failed") done[$2] = 1
			next
		}
		$2 in done { print $2, $7, $8, $9, realm[$2] }' OFS='\t' results jobs.tsv)
	printf '%s\t%s\n' "digest response" 'response="[0-9a-f]{32}"' \
		"digest response" 'response=[0-9a-f]{32}'
}

# start_sweep: of a fleet whose first machine never answers its first request;
# most are set up, the rest fail in the middle of it.
# Returns with the sweep stopped, its process is $sweeper.
start_sweep() {
	[ "$(id -u)" = 0 ] || skip "only root may look into a program with secrets"
	[ "$(basename "$AMT_TEST_BUILD")" = release ] || skip "sanitizers map terabytes"
	start_fleet -n 16 -F hang-http=0 -F wrong-pps -F close-401 -F stale=2 -F html -F bad-xml --
	# passwords that are found nowhere else
	sed -i -E 's/Next!pw([0-9]+)/Nx7!of-machine-\1-only/' jobs.tsv
	sweep -t 60 -P "$tls" -p "$plain" jobs.tsv >results 2>messages 3>&- &
	sweeper=$!
	children+=("$sweeper")
	until_done 15
	kill -STOP "$sweeper"
}

@test "the secrets of a finished machine are gone from the memory" {
	start_sweep
	secrets >patterns
	[ "$(grep -c ^PPS patterns)" = 15 ]
	run -0 memscan "$sweeper" <patterns
	kill -CONT "$sweeper"
	echo "$output"
	[[ ${lines[-1]} == read* ]]
	[ "${lines[-1]#*$'\t'}" -gt 1000000 ]
	[ "${#lines[@]}" = 1 ]
}

# A scan that finds nothing must be one that could, and for the right bytes.
@test "the scan finds the secrets of the machine that is not finished" {
	start_sweep
	awk -F '\t' '$5 == "psk" { print "PPS\t" $7; print "now\t" $8; print "next\t" $9; exit }' jobs.tsv >patterns
	run -0 memscan "$sweeper" <patterns
	secrets | sed -n 's/^hash\t//p' >hashes
	kill -CONT "$sweeper"
	for name in PPS now next; do
		[[ $output == *"$name"$'\t'* ]]
	done
	kill "$sweeper"
	finals >told
	[ "$(grep -oE 'ha1=[0-9a-f]+' told | cut -d = -f 2 | grep -cFf - hashes)" -ge 12 ]
}

# A number of a private key as bytes for memscan: as in DER, or as OpenSSL
# calculates with it, the last byte first.
number_of() { # KEY NAME
	openssl rsa -in "$certs/$1.key" -noout -text 2>/dev/null |
		sed -n "/^$2:/,/^[a-z]/p" | grep '^ ' | tr -d ' :\n' | sed 's/^00//'
}

bytes() { xxd -r -p | xxd -p -c 1 | sed 's/^/\\x/' | tr -d '\n'; }
bytes_back() { xxd -r -p | xxd -p -c 1 | tac | sed 's/^/\\x/' | tr -d '\n'; }

# key_patterns KEY: its secret numbers, and the line of the stream they came in
key_patterns() {
	local name number line
	for name in privateExponent prime1 prime2 exponent1 exponent2 coefficient; do
		number=$(number_of "$1" $name)
		[ "${#number}" -ge 200 ]
		printf '%s in DER\t%s\n' $name "$(bytes <<<"${number:0:64}")"
		printf '%s\t%s\n' $name "$(bytes_back <<<"${number: -64}")"
	done
	line=$(openssl pkcs8 -topk8 -nocrypt -in "$certs/$1.key" -outform DER | base64 -w 0)
	printf 'base64\t%s\n' "${line:200:60}" | sed 's/+/[+]/g'
}

@test "a private key is in the memory once, and one that no machine needs is not" {
	[ "$(id -u)" = 0 ] || skip "only root may look into a program with secrets"
	[ "$(basename "$AMT_TEST_BUILD")" = release ] || skip "sanitizers map terabytes"
	cd "$certs"
	for name in root-A inter-1 leaf other; do key $name 2048; done
	root root-A "Test Provisioning Root A" sha256
	ca inter-1 inter-1 root-A "Test Issuing 1" ,pathlen:0
	leaf leaf-oid prov.example.com
	leaf leaf-other other.example.com other
	cd "$BATS_TEST_TMPDIR"
	chain leaf leaf-oid inter-1 root-A
	chain other leaf-other inter-1 root-A
	start_devices 14.1.60.1756 "14.1.60.1756 hang-http=0"
	pki_jobs
	pki_job 127.1.0.1
	pki_job 127.1.0.2
	jobs_end
	sweep -t 60 -P "$tls" -p "$plain" jobs.tsv >results 2>messages 3>&- &
	sweeper=$!
	children+=("$sweeper")
	until_done 1
	grep -q $'\tverified\t' results
	kill -STOP "$sweeper"
	key_patterns leaf >needed
	key_patterns other >unneeded
	run -0 memscan "$sweeper" <needed
	echo "$output"
	# the primes once more: what OpenSSL calculates modulo a prime with
	[ "$(sed '$d' <<<"$output" | cut -f 1 | sort | uniq -c | xargs)" = \
		"1 coefficient 1 exponent1 1 exponent2 2 prime1 2 prime2 1 privateExponent" ]
	# in memory of its own, which is locked and in no core file
	at=$(sed -n 's/^privateExponent\t[^\t]*\t\([0-9a-f]*\).*/\1/p' <<<"$output")
	flags=$(awk -v at="$((16#$at))" '
		function number(hex, n, i) {
			for (i = 1; i <= length(hex); i++) n = 16 * n + index("0123456789abcdef", substr(hex, i, 1)) - 1
			return n
		}
		$1 ~ /^[0-9a-f]+-[0-9a-f]+$/ { split($1, ends, "-"); here = number(ends[1]) <= at && at < number(ends[2]) }
		here && $1 == "VmFlags:" { print }' "/proc/$sweeper/smaps")
	[[ "$flags " == *' lo '* && "$flags " == *' dd '* ]]
	run -0 memscan "$sweeper" <unneeded
	kill -CONT "$sweeper"
	echo "$output"
	[ "${#lines[@]}" = 1 ]
}
