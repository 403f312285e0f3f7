# shellcheck shell=bash disable=SC2154 # run sets output and stderr
# sweep gets certificates for machines from sign-run, and whatever the signer
# program does, a machine that has one keeps it.
# slow
bats_require_minimum_version 1.5.0
load sweep

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 400 \
		-subj "/CN=Test CA" 2>/dev/null
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 400 -subj "/CN=other" \
		-addext "subjectAltName=$(printf 'DNS:new-%04d.example.com,' {1..12})DNS:x" 2>/dev/null
}

# signed_settings BY TLS
signed_settings() {
	printf '@settings/1\tprofile\tsetting\titem\tvalue\n'
	printf 'fleet\tping\t\ton\nfleet\tcertificate\t\t%s\nfleet\ttls\t\t%s\n' "$1" "$2"
	printf '@end\t3\t0\n'
}

# with_settings: the jobs of fleet_jobs, with these in place of theirs
with_settings() {
	{
		signed_settings "$@"
		sed '1,/^@end/d' jobs.tsv
	} >some.tsv
	mv some.tsv jobs.tsv
}

# kept_jobs NAME: a keep of each machine of the fleet that setup.tsv has set up,
# with the certificate that it has; its name is NAME-0001 and so on
kept_jobs() {
	signed_settings signer server >jobs.tsv
	printf '@jobs/5\t%b\tchains\ttls\tknown\tleaf\n' "$columns" >>jobs.tsv
	awk -F '\t' -v "name=$1" '
		BEGIN { OFS = "\t" }
		FILENAME == "setup.tsv" {
			if ($8 != "") realm[$2] = $8
			if ($4 == "issued") leaf[$2] = leaf[$2] (leaf[$2] == "" ? "" : ",") $11
			next
		}
		FNR > 1 {
			n++
			print $2 ".2", $2, sprintf("%s-%04d.example.com", name, n), $1,
			    "managed", "", "", "Next!pw" n, "Next!pw" n, "", "fleet",
			    1, "2099-01-01T00:00:00Z", "keep", realm[$2], "", "", "", leaf[$2]
		}
		END { print "@end", n, 0 }' setup.tsv fleet/fleet.tsv >>jobs.tsv
}

# program BODY
program() {
	printf '#!/bin/sh\n%s\n' "$1" >program
	chmod 755 program
}

issue() {
	echo "openssl x509 -req -in /dev/stdin -CA $BATS_FILE_TMPDIR/ca.pem -CAkey $BATS_FILE_TMPDIR/ca.key ${*--copy_extensions copy -days 90} 2>/dev/null"
}

# sweep_signed OPTION...: with that program
sweep_signed() {
	sign-run -s 20 -x "$PWD/program" "$(command -v sweep)" -S 3 -P "$tls" -p "$plain" "$@" jobs.tsv
}

# served N: SHA-256 of the certificate that machine N serves
served() {
	openssl s_client -connect "127.40.0.$1:$tls" </dev/null 2>/dev/null |
		openssl x509 -outform DER | sha256sum | cut -d ' ' -f 1
}

# end N: how the job of machine N ended
end() {
	awk -F '\t' -v "uuid=$(sed -n "$(($1 + 1))s/^[^\t]*\t\([^\t]*\).*/\1/p" fleet/fleet.tsv)" '
		$2 != uuid { next }
		$4 == "failed" { print $5 }
		$4 == "verified" || $4 == "in-order" { print $4 }' <<<"$output"
}

@test "what is issued is said before any of it is sent, and the machine serves it" {
	start_fleet -n 4 -- -t 300
	with_settings signer server
	program "$(issue)"
	run -0 --separate-stderr sweep_signed -t 50
	ends 6 # shown when the next line fails
	[ "$(ends 4 | sort | uniq -c | tr -s ' ')" = " 4 verified" ]
	for n in {1..4}; do
		row=$(awk -F '\t' -v "fqdn=pc-000$n.example.com" '$4 == "issued" && $15 == fqdn' <<<"$output")
		[ "$(wc -l <<<"$row")" = 1 ]
		[ "$(cut -f 14,16 <<<"$row")" = "$(printf 'certificate\tsigner')" ]
		[ "$(cut -f 11 <<<"$row")" = "$(served "$n")" ]
		[ "$(cut -f 17 <<<"$row" | base64 -d | sha256sum | cut -d ' ' -f 1)" = "$(served "$n")" ]
	done
	# Without anybody who signs, it says so.
	start_again
	run -0 --separate-stderr sweep -t 50 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 5 | sort | uniq -c | tr -s ' ')" = " 4 SIGNER-MISSING" ]
	[[ "$(ends 6)" = *"no signer runs beside this sweep"* ]]
}

# The same fleet anew.
start_again() {
	kill "${children[0]}"
	wait "${children[0]}" 2>/dev/null || :
	children=()
	rm -rf fleet ready earlier.tsv
	start_fleet -n 4 -- -t 300
	with_settings signer server
}

@test "a signer that hangs, lies, ends badly or writes without end: each its reason, and what the machine has stays" {
	start_fleet -n 11 -- -t 300
	with_settings signer server
	program "$(issue)"
	sweep_signed -t 100 >setup.tsv
	awk -F '\t' '$4 == "failed"' setup.tsv | cut -f 2-6
	[ "$(awk -F '\t' '$4 == "verified"' setup.tsv | wc -l)" = 11 ]
	for n in {1..11}; do served "$n"; done >before
	[ "$(sort -u before | wc -l)" = 11 ]
	# They are to have another name, and so another certificate.
	kept_jobs new
	program "case \$1 in
		*-0001.*) sleep 100 ;;
		*-0002.*) cat $BATS_FILE_TMPDIR/other.pem ;;
		*-0003.*) $(issue -days 90) ;;
		*-0004.*) echo 'no such template' >&2; exit 3 ;;
		*-0005.*) kill -KILL \$\$ ;;
		*-0006.*) head -c 20000 /dev/urandom ;;
		*-0007.*) yes ;;
		*-0008.*) exit 0 ;;
		*-0009.*) $(issue -copy_extensions copy -days 5) ;;
		*-0010.*) cat ;;
		*-0011.*) $(issue -copy_extensions copy -days 90); cat $BATS_FILE_TMPDIR/other.pem ;;
		esac"
	local from=$(($(wc -l <journal) + 1))
	run -0 --separate-stderr sweep_signed -t 100
	awk -F '\t' '$4 == "failed"' <<<"$output" | cut -f 2-6
	n=0
	for reason in TIMEOUT OTHER-KEY OTHER-NAME REFUSED REFUSED ANSWER ANSWER ANSWER PERIOD ANSWER ANSWER; do
		n=$((n + 1))
		[ "$(end "$n")" = "SIGNER-$reason" ]
	done
	[[ "$output" = *"status 3, and it said: no such template"* ]]
	[ "$(awk -F '\t' '$4 == "issued"' <<<"$output" | wc -l)" = 0 ]
	for n in {1..11}; do served "$n"; done | cmp - before
	run ! grep -E 'AMT_PublicKeyManagementService\.(AddCertificate|AddKey)|AMT_TLSCredentialContext\.(Put|Create)' \
		<(tail -n "+$from" journal | awk -F '\t' '$4 == "write"')
	# And once it signs again, all have the new name and certificate.
	program "$(issue)"
	run -0 --separate-stderr sweep_signed -t 100
	awk -F '\t' '$4 == "failed"' <<<"$output" | cut -f 2-6
	[ "$(awk -F '\t' '$4 == "in-order"' <<<"$output" | wc -l)" = 11 ]
	for n in {1..11}; do served "$n"; done >after
	[ "$(cat before after | sort -u | wc -l)" = 22 ]
	awk -F '\t' '$4 == "issued" { print $11 }' <<<"$output" | sort | diff - <(sort after)
}

@test "machines that wait for the signer take no place in flight, and -t ends the wait" {
	start_fleet -n 8 -- -t 300
	with_settings signer server
	program 'sleep 100'
	# One in flight: all of them come to their request, though none is answered.
	local begin=$SECONDS
	run -75 --separate-stderr sign-run -s 60 -j 8 -x "$PWD/program" "$(command -v sweep)" -S 3 -j 1 -t 20 -P "$tls" -p "$plain" jobs.tsv
	[ $((SECONDS - begin)) -le 22 ]
	[ "$(ends 5 | sort | uniq -c | tr -s ' ')" = " 8 RUN-TIME-UP" ]
	[ "$(ends 6 | grep -c 'its certificate had not come when the run ended')" = 8 ]
	# sign-run sees the sweep's end a moment after us.
	for _ in {1..100}; do
		pgrep -f "$PWD/program" >/dev/null || return 0
		sleep 0.1
	done
	pgrep -af "$PWD/program"
	false
}

@test "without sign-run, or when it is killed, a machine ends with SIGNER-MISSING" {
	start_fleet -n 2 -- -t 300
	with_settings signer server
	program "touch $PWD/began; sleep 100"
	sweep_signed -t 40 >out.tsv 3>&- &
	local own=$! beside
	for _ in {1..600}; do
		[ ! -e began ] || break
		sleep 0.1
	done
	[ -e began ]
	# The process beside the sweep is its child.
	beside=$(pgrep -P "$(pgrep -P "$own")")
	kill -KILL "$beside"
	wait "$own"
	output=$(cat out.tsv)
	[ "$(ends 5 | sort | uniq -c | tr -s ' ')" = " 2 SIGNER-MISSING" ]
	run -64 --separate-stderr sweep -t 5 -S 3 jobs.tsv 3</dev/null
	[ "$stderr" = "sweep: -S: descriptor 3 is not the socket that sign-run gives" ]
}
