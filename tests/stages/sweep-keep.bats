# shellcheck shell=bash disable=SC2154 # run sets output and stderr
# sweep and machines that are set up: kept in order, looked at, taken back.
# slow
bats_require_minimum_version 1.5.0

load sweep
load certs
load pki

setup_file() {
	pki_certs
}

# A fleet that a sweep has set up; its realms are in earlier.tsv.
set_up_fleet() {
	start_fleet -n 4 --
	sweep -t 30 -P "$tls" -p "$plain" jobs.tsv >earlier.tsv
	[ "$(awk -F '\t' '$4 == "verified"' earlier.tsv | wc -l)" = 4 ]
}

# kept_jobs wish ping: a job for each of its machines.
kept_jobs() {
	settings fleet "$2" off >jobs.tsv
	awk -F '\t' -v "columns=$columns" -v "wish=$1" '
		BEGIN { OFS = "\t"; printf "@jobs/3\t%s\n", columns }
		FILENAME == "earlier.tsv" {
			if ($8 != "") realm[$2] = $8
			next
		}
		FNR > 1 {
			n++
			print $2 ".1", $2, sprintf("pc-%04d.example.com", n), $1,
			    "managed", "", "", "Next!pw" n, "Next!pw" n, "", "fleet",
			    1, "2099-01-01T00:00:00Z", wish, realm[$2]
		}
		END { print "@end", n, 0 }' earlier.tsv fleet/fleet.tsv >>jobs.tsv
}

# The end of each job.
kept_ends() {
	awk -F '\t' '$4 == "failed" { print $5 } $4 == "in-order" || $4 == "unprovisioned" { print $4 }' <<<"$output" |
		sort | uniq -c | tr -s ' '
}

# Requests from line $1 of the journal on that write.
writes_since() {
	tail -n "+$1" journal | awk -F '\t' '$4 == "request" { print $5 }' |
		grep -cE '\.(Put|Create|Delete|Set|Add|Update|Remove|Request|Commit|Generate|Unprovision|Partial)' || :
}

@test "what differs is written by keep, and a second sweep writes nothing" {
	set_up_fleet
	kept_jobs keep off
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(kept_ends)" = ' 4 in-order' ]
	[ "$(awk -F '\t' '$4 == "changed" { print $14, $16, $17 }' <<<"$output" | sort -u)" = 'ping off on' ]
	local from=$(($(wc -l <journal) + 1))
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(kept_ends)" = ' 4 in-order' ]
	[ "$(awk -F '\t' '$14 != ""' <<<"$output" | grep -cv '^@')" = 0 ]
	[ "$(tail -n "+$from" journal | grep -c 'request')" -gt 0 ]
	[ "$(writes_since "$from")" = 0 ]
}

@test "a check finds the value that was changed, and writes nothing" {
	set_up_fleet
	local from=$(($(wc -l <journal) + 1))
	kept_jobs check on
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(kept_ends)" = ' 4 in-order' ]
	kept_jobs check off
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(kept_ends)" = ' 4 DRIFT' ]
	[ "$(awk -F '\t' '$4 == "differs" { print $14, $16, $17 }' <<<"$output" | sort | uniq -c | tr -s ' ')" = ' 4 ping off on' ]
	[ "$(writes_since "$from")" = 0 ]
}

@test "another realm is REALM-CHANGED, and no login is sent" {
	set_up_fleet
	sed -i 's/Digest:[0-9A-F]/Digest:G/' earlier.tsv
	kept_jobs keep off
	local from=$(($(wc -l <journal) + 1))
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(kept_ends)" = ' 4 REALM-CHANGED' ]
	[ "$(tail -n "+$from" journal | grep -c 'request')" = 0 ]
}

@test "machines are unprovisioned, and that is seen before it is said" {
	set_up_fleet
	kept_jobs unprovision on
	run -0 --separate-stderr sweep -t 60 -P "$tls" -p "$plain" jobs.tsv
	[ "$(kept_ends)" = ' 4 unprovisioned' ]
	finals >said
	[ "$(grep -c 'state=0 ' said)" = 4 ]
}

# visits LEAF...: a keep of each machine that setup.tsv has set up with a
# certificate, which shows LEAF on port 16993
visits() {
	settings default on keep >jobs.tsv
	printf '@jobs/5\t%b\tchains\ttls\tknown\tleaf\n' "$columns" >>jobs.tsv
	awk -F '\t' -v "leaves=$*" '
		BEGIN { OFS = "\t"; split(leaves, leaf, " ") }
		/^[^@]/ && $8 != "" && !seen[$2]++ {
			n = substr($2, 36)
			print $2 ".2", $2, "pc-" n ".example.com", "127.1.0." n, "managed",
			    "", "", "Next!pw1", "Next!pw1", "", "default", 1,
			    "2099-01-01T00:00:00Z", "keep", $8, "", "", "", leaf[n]
		}
		END { print "@end", length(seen), 0 }' setup.tsv >>jobs.tsv
}

@test "what a machine shows on port 16993 is reported, and with another certificate no login is sent" {
	start_devices 16.1.30.2307 14.1.60.1756
	pki_jobs
	pki_job 127.1.0.1
	pki_job 127.1.0.2
	jobs_end
	sweep -t 60 -P "$tls" -p "$plain" jobs.tsv >setup.tsv
	shown=$(openssl s_client -connect "127.1.0.1:$tls" </dev/null 2>/dev/null |
		openssl x509 -outform DER | sha256sum | cut -d ' ' -f 1)
	# At the end of its setup, and what the one at port 16992 showed in it.
	output=$(<setup.tsv)
	[ "$(seen 1 milestone) $(seen 1 device_cert)" = "verified $shown" ]
	[[ $(grep $'0f01\t.*\tcommitted\t' setup.tsv) != *"$shown"* ]]
	[[ "$(seen 2 milestone) $(seen 2 device_cert)" =~ ^verified\ [0-9a-f]{64}$ ]]
	visits
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(kept_ends)" = ' 2 in-order' ]
	[ "$(seen 1 tls) $(seen 1 device_cert)" = "1.2 $shown" ]
	[ "$(seen 2 tls)$(seen 2 device_cert)" = "" ] # port 16992
	visits "$shown"
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(kept_ends)" = ' 2 in-order' ]
	visits "$(printf 'a%.0s' {1..64})"
	local from=$(($(wc -l <journal) + 1))
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(seen 1 reason) $(seen 2 milestone)" = "LEAF-CHANGED in-order" ]
	[ "$(tail -n "+$from" journal | awk -F '\t' '$2 == "127.1.0.1" && $4 ~ /request|challenge/' | wc -l)" = 0 ]
}
