# shellcheck shell=bash disable=SC2034,SC2154
# Every setting that a profile can have, on releases from AMT 3.2 to 21: set and read back;
# changed on the machine by another hand, found by --check and put right.  settings.cases
# has a line for each row of the settings table.
# slow
# sanitized
bats_require_minimum_version 1.5.0
load common
load mixed
load settings

# Of a fleet of 2.2 to 21 those with 3.2, 6.2, 9.5, 11.8, 12.0, 15.0, 16.0, 16.1, 19.0 and 21.0;
# the first three have a PID and PPS, the others want a certificate.
picked='^127[.]1[.]0[.](27|7|11|13|14|16|17|18|21|23)$'

setup_file() {
	set +T
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	site_of_mixed 27
	awk -F'\t' -v "picked=$picked" 'NR == 1 || $1 ~ picked' fleet/fleet.tsv >picked.tsv
	mv picked.tsv fleet/fleet.tsv
	everything >site/profile.xml
	root_made stranger
	sed "s|%spare|$(base64 -w 0 spare | head -c 252)...|; s|%stranger|$(base64 -w 0 stranger)|" \
		"$AMT_TEST_ROOT/tests/pipelines/settings.cases" >table
	fleet_says_hello --state state.tsv
	sweep_silent
	peer_end
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
	cd "$BATS_TEST_TMPDIR" || return
	cp -a "$BATS_FILE_TMPDIR"/{site,fleet,state.tsv,journal.tsv,root.pem,table} .
	export AMT_SITE=$PWD/site
}

teardown() {
	children_end
}

# What was written since the journal had so many lines.
writes() {
	tail -n "+$(($1 + 1))" journal.tsv | awk -F'\t' '$4 == "write" { print $1, $5 }'
}

# findings KIND: address|setting|item|wanted|found
findings() {
	amt-report --drift -o drift.csv
	# no value in them has a quote
	awk -F'\t' -v OFS='|' -v kind="$1" '
		NR == FNR { if (FNR > 1) address[$2] = $1; next }
		$5 == kind { print address[$1], $3, $4, $6, $7 }' fleet/fleet.tsv <(tr -d '\r' <drift.csv | tr ',' '\t') | sort
}

# expected DONE: what a check must say after the changes that settings.awk did
expected() {
	awk -F'\t' -v OFS='|' '
		FILENAME == ARGV[1] { line[FNR] = $0; next }
		{
			for (n = $1; n == $1 || split(line[n], c, "|") && c[5] == "."; n++) {
				split(line[n], c, "|")
				split($2, byte, ".")
				sub(/%h/, sprintf("pc-%04d", byte[4]), c[9])
				print $2, c[2], c[3], c[9], c[10]
			}
		}' table "$1" | sort -u
}

@test "each row of the table has its case" {
	table_rows >rows
	[ "$(wc -l <rows)" -ge 90 ]
	grep -v '^#' table | cut -d '|' -f 2 | sort -u >had
	diff rows had
}

# round N: the changes of a round
round() {
	local at
	known_state state.tsv >before
	cp state.tsv unchanged.tsv
	awk -v "round=$1" -v done=changed -f "$AMT_TEST_ROOT/tests/pipelines/settings.awk" fleet/fleet.tsv table unchanged.tsv unchanged.tsv >state.tsv
	# each line of the round met something
	grep -n "^$1|" table | grep -v '^[0-9]*:[^|]*|[^|]*|[^|]*|[^|]*|[.]|' | cut -d : -f 1 | sort >due
	cut -f 1 changed | sort -u | diff due -
	expected changed >wanted
	machines_on
	at=$(lines)
	sweep_silent --check
	findings differs >found
	diff wanted found
	writes "$at" >written
	diff /dev/null written
	sweep_silent
	findings differs >found
	diff /dev/null found
	at=$(lines)
	sweep_silent --check
	sweep_silent
	findings differs >found
	diff /dev/null found
	writes "$at" >written
	diff /dev/null written
	peer_end
	known_state state.tsv unchanged.tsv >after
	diff before after
}

@test "everything is set and read back, and a second sweep writes nothing" {
	machines_on
	[ "$(state_count verified)" = 10 ]
	findings differs >found
	diff /dev/null found
	at=$(lines)
	sweep_silent
	sweep_silent --check
	writes "$at" >written
	diff /dev/null written
}

# Changes that would hide each other are of different rounds.
@test "what another hand has changed is found by its name and put right: values" {
	round 1
}

@test "what another hand has changed is found by its name and put right: entries that are gone" {
	round 2
}

@test "what another hand has changed is found by its name and put right: entries that came" {
	round 3
}

@test "what another hand has changed is found by its name and put right: roots and policies" {
	round 4
}

@test "what another hand has changed is found by its name and put right: certificate" {
	round 5
}
