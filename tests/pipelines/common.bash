# What the pipeline tests share: a site, a fleet, its ports.
bats_require_minimum_version 1.5.0

# An empty site in ./site.
site_here() {
	cd "$BATS_TEST_TMPDIR" || return
	export AMT_SITE=$PWD/site
	amt-init >/dev/null
}

# What was killed may hold its lock a moment longer.
sql() {
	sqlite3 -cmd '.timeout 20000' site/site.db "$@"
}

# site_of_lists MACHINES [FLEETGEN OPTION...]: a fleet in ./fleet and a site
# that has its keys and its names.
site_of_lists() {
	local n=$1
	shift
	cd "$BATS_TEST_TMPDIR" || return
	export AMT_SITE=$PWD/site
	children=()
	fleetgen -n "$n" -o fleet "$@"
	amt-init >/dev/null
	amt-import -b lab7 fleet/keys.csv 2>/dev/null
	amt-map fleet/oob.csv fleet/location.csv 2>/dev/null
}

# The same with a hello of each machine.
site_of_fleet() {
	site_of_lists "$@"
	hellos fleet/fleet.tsv | store-load -d site
}

# A hello of each machine of a fleet file, as if heard just now.
hellos() {
	awk -F'\t' -v at="$(date -u +%Y-%m-%dT%H:%M:%SZ)" '
	BEGIN { print "@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom" }
	NR > 1 { print at "\t" $1 "\t" $2 "\t2\t" $6 "\t0\t" $3 "\t\tfleet:" NR; n++ }
	END { print "@end\t" n "\t0" }' "$1"
}

# peer_start [AMTPEER OPTION...]: $tls and $plain are its ports; journal.tsv
# what it was told.
peer_start() {
	rm -f ports
	amtpeer -f fleet/fleet.tsv -t 600 -P 0 -p 0 -r ports -J journal.tsv \
		"$@" 3>&- &
	peer=$!
	children+=("$peer")
	for _ in {1..600}; do
		[ ! -s ports ] || break
		sleep 0.05
	done
	# shellcheck disable=SC2034 # the tests read them
	read -r tls plain <ports
}

# sweep_all [AMT-SWEEP OPTION...]: sets up, or looks at, all of the fleet
sweep_all() {
	amt-sweep -t 90 -j 32 -P "$tls" -p "$plain" "$@"
}

# How long the journal is by now.
lines() {
	wc -l <journal.tsv
}

# Ends the fleet, so that the journal has its final lines.
peer_end() {
	kill "$peer"
	wait "$peer" || true
}

children_end() {
	local child
	for child in "${children[@]}"; do
		kill "$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
	done
}

# state_count STATE: machines in that state by the store
state_count() {
	store-dump -d site -k devices | awk -F'\t' -v state="$1" \
		'/^@/ { next } $6 == state { n++ } END { print n + 0 }'
}

# reason_count CODE
reason_count() {
	store-dump -d site -k devices | awk -F'\t' -v code="$1" \
		'/^@/ { next } $7 == code { n++ } END { print n + 0 }'
}

# Machines that took a commit, one line a commit.
committed_uuids() {
	awk -F'\t' '$4 == "commit" { print $3 }' journal.tsv | sort
}

# The store's password of every machine gives the hash that the machine holds.
# After peer_end.
passwords_match() {
	local uuid password line realm ha1
	awk -F'\t' '$4 == "final"' journal.tsv >final
	amt-report --passwords passwords.csv
	[ "$(stat -c %a passwords.csv)" = 600 ]
	[ "$(wc -l <passwords.csv)" = "$(($(wc -l <final) + 1))" ]
	while IFS=, read -r uuid _ password; do
		[ "$uuid" != uuid ] || continue
		password=${password%$'\r'}
		line=$(grep "$uuid" final)
		realm=$(sed 's/.*realm=\([^ ]*\).*/\1/' <<<"$line")
		ha1=$(printf 'admin:%s:%s' "$realm" "$password" | md5sum)
		grep -q "ha1=${ha1%% *}" <<<"$line"
	done <passwords.csv
}
