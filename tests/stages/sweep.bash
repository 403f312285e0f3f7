# shellcheck shell=bash disable=SC2034,SC2154 # bats and its files use them
# What the tests of sweep share: jobs, servers, the simulated fleet.
load "$AMT_TEST_ROOT/tests/ports.bash"

pid=LAB7000A
pps=A1B0C2D5E3FAG4HFJ5KML6MRN7PXQ8R3
other_pps=A1C1C2D5E3FAG4HFJ5KML6MRN7PXQ8R3
columns='job\tuuid\tfqdn\taddress\tauth\tpid\tpps\tadmin_now\tadmin_next\tmebx_next\tprofile\tattempt\tnot_after\twish\trealm'

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	children=()
	rows=0
	settings default on keep >jobs.tsv
	printf '@jobs/3\t%b\n' "$columns" >>jobs.tsv
}

teardown() {
	[ "${#children[@]}" != 0 ] || return 0
	kill "${children[@]}" 2>/dev/null || :
	# One that a test has stopped does not end before that.
	kill -CONT "${children[@]}" 2>/dev/null || :
}

# settings profile ping rmcp-ping: the stream that the jobs refer to.
settings() {
	printf '@settings/1\tprofile\tsetting\titem\tvalue\n'
	printf '%s\tping\t\t%s\n%s\trmcp-ping\t\t%s\n' "$1" "$2" "$1" "$3"
	printf '@end\t2\t0\n'
}

# job address [pid [pps [passwords [not-after]]]]: one more line of jobs.
job() {
	local uuid
	rows=$((rows + 1))
	printf -v uuid '01020304-0506-0708-090a-%012d' "$rows"
	printf '%s.1\t%s\tpc-%04d.example.com\t%s\tpsk\t%s\t%s\t%s\tNext!pw1\t\tdefault\t1\t%s\tset-up\t\n' \
		"$uuid" "$uuid" "$rows" "$1" "${2:-$pid}" "${3:-$pps}" \
		"${4:-Adm1n!pw}" "${5:-2099-01-01T00:00:00Z}" >>jobs.tsv
}

# The one machine of a test that needs no other.
one_job() {
	job 127.0.0.1
	jobs_end
}

jobs_end() {
	printf '@end\t%d\t0\n' "$rows" >>jobs.tsv
}

listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# start program args...: in the background, until it listens on $port.
start() {
	"$@" >"$BATS_TEST_TMPDIR/server.log" 2>&1 3>&- &
	children+=($!)
	for _ in {1..300}; do
		! listens "$port" || return 0
		sleep 0.1
	done
	cat server.log
	return 1
}

# A GnuTLS server that knows our key, with a priority string of its own.
start_gnutls() {
	printf '%s:%s\n' "${2:-$pid}" "$(printf %s "$pps" | xxd -p -c 64)" >psk.txt
	free_port
	start gnutls-serv --http --pskpasswd psk.txt -p "$port" --priority "$1"
}

only() {
	echo "NORMAL:-VERS-ALL:+VERS-TLS$1:-KX-ALL:+PSK:-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA1${2-}"
}

# Column $1 of the line that ended each job.
ends() {
	awk -F '\t' -v "column=$1" '$4 == "failed" || $4 == "verified" || $4 == "proved" { print $column }' <<<"$output"
}

# start_fleet fleetgen-options... -- amtpeer-options...: makes a fleet and the
# jobs for it; $tls and $plain are its ports.
start_fleet() {
	local made=()
	while [ "$1" != -- ]; do
		made+=("$1")
		shift
	done
	shift
	mkdir fleet
	fleetgen -o fleet -a 127.40.0.1 "${made[@]}"
	amtpeer -f fleet/fleet.tsv -t 600 -P 0 -p 0 -J journal -r ready "$@" \
		>"$BATS_TEST_TMPDIR/server.log" 2>&1 3>&- &
	children+=($!)
	for _ in {1..300}; do
		[ ! -s ready ] || break
		sleep 0.1
	done
	read -r tls plain < <(tr '\n\t' '  ' <ready; echo)
	fleet_jobs 1
}

# fleet_jobs attempt: a job for each machine of the fleet, with the realm of
# those whose key proved them in earlier.tsv.
fleet_jobs() {
	touch earlier.tsv
	settings fleet on off >jobs.tsv
	awk -F '\t' -v "columns=$columns" -v "attempt=$1" '
		BEGIN { OFS = "\t"; printf "@jobs/3\t%s\n", columns }
		FILENAME == "earlier.tsv" {
			if ($4 == "reached" && $8 != "") realm[$2] = $8
			next
		}
		FNR > 1 {
			n++
			print $2 "." attempt, $2, sprintf("pc-%04d.example.com", n), $1,
			    "psk", $3, $4, $5, "Next!pw" n, "", "fleet",
			    attempt, "2099-01-01T00:00:00Z", "set-up", realm[$2]
		}
		END { print "@end", n, 0 }' earlier.tsv fleet/fleet.tsv >>jobs.tsv
}

# The fleet's own account, once it has ended.
finals() {
	kill "${children[0]}"
	wait "${children[0]}" || :
	awk -F '\t' '$4 == "final" { print $5 }' journal
}

# Of what finals says: machines whose admin password is the one of their job.
passwords_known() {
	sed -n 's/.* host=pc-0*\([0-9]*\) .* ha1=\([0-9a-f]*\) .* realm=\(.*\)/\1 \2 \3/p' "$1" |
		while read -r n ha1 realm; do
			printf 'admin:%s:Next!pw%s' "$realm" "$n" | md5sum | grep -q "^$ha1 " || continue
			echo "$n"
		done | wc -l
}
