# shellcheck shell=bash disable=SC2034,SC2154
# Each setting that is taken out of the profile stays on the machine, is removed or becomes
# what profile(5) says.  A machine for each line of settings-left-out.cases, all of AMT 16.0,
# which has every setting of the sample.
# slow
# sanitized
bats_require_minimum_version 1.5.0
load common
load mixed
load settings

cases=$AMT_TEST_ROOT/tests/pipelines/settings-left-out.cases

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

# profile_without FILE: what the profiles of profiles_without.py are; full.xml is the whole one
profile_without() {
	python3 "$AMT_TEST_ROOT/tests/pipelines/profiles_without.py" full.xml >"$1"
}

@test "each row of the table has its case" {
	table_rows >"$BATS_TEST_TMPDIR/rows"
	cd "$BATS_TEST_TMPDIR" || return
	grep -v '^#' "$cases" | cut -d '|' -f 1 | grep -v '[:+]' | sort -u | diff rows -
}

@test "settings that others need cannot be left out" {
	cd "$BATS_TEST_TMPDIR" || return
	everything >full.xml
	grep '|refused$' "$cases" | cut -d '|' -f 1 >refused
	[ "$(wc -l <refused)" -ge 15 ]
	while read -r setting; do
		printf '*\t%s\n' "$setting" | profile_without short.xml
		run -65 profile-check short.xml
	done <refused
	run -0 profile-check full.xml
}

# of_half N: pc-NNNN, settings and outcome of each line of this half of the cases
of_half() {
	grep -vE '^#|[|](refused|-)$' "$cases" | awk -F'|' -v OFS='\t' -v "half=$1" '
		NR % 2 == half { printf "pc-%04d.lab.example.com\t%s\t%s\n", ++n, $1, $2 }'
}

# half N: its machines get a full profile, and then each its own without a setting
half() {
	local at n
	of_half "$1" >"$BATS_TEST_TMPDIR/half"
	n=$(wc -l <"$BATS_TEST_TMPDIR/half")
	[ "$n" -ge 30 ]
	site_of_certified "$n"
	everything >full.xml
	cp full.xml site/profile.xml
	fleet_says_hello --state state.tsv
	sweep_silent
	[ "$(state_count verified)" = "$n" ]
	peer_end
	cp state.tsv before.tsv

	profile_without site/profile.xml <half
	machines_on
	at=$(wc -l <journal.tsv)
	sweep_silent
	# what only the planner reads makes no visit
	[ "$(sqlite3 site/site.db "SELECT count(*) FROM jobs WHERE wish = 'keep' AND reason = ''")" -ge $((n - 3)) ]
	sqlite3 site/site.db "SELECT * FROM jobs WHERE reason IS NULL OR reason <> ''" >bad
	diff /dev/null bad
	peer_end
	tail -n "+$((at + 1))" journal.tsv | awk -F'\t' '$4 == "write"' >written
	known_state before.tsv >before
	known_state state.tsv before.tsv >after
	judged
}

# Each machine against its line.
judged() {
	local fqdn settings outcome address
	while IFS=$'\t' read -r fqdn settings outcome; do
		address=127.1.0.$((10#$(cut -c 4-7 <<<"$fqdn")))
		if [ "$outcome" = stays ]; then
			grep -P "^[0-9]+\t$address\t" written >bad || :
			diff <(grep -P "^$address\t" before) <(grep -P "^$address\t" after) >>bad || :
		else
			changed "$address" "$outcome" >bad
		fi
		if [ -s bad ]; then
			echo "without $settings: $outcome"
			cat bad
			return 1
		fi
	done <half
}

# changed ADDRESS "CLASS PROPERTY VALUE [NOW]": says what is not so
changed() {
	local class property value now
	read -r class property value now <<<"$2"
	grep -qP "^$1\t$class\t$property\t\Q$value\E$" before || echo "$value was not there"
	! grep -qP "^$1\t$class\t$property\t\Q$value\E$" after || echo "$value is there"
	[ -z "$now" ] || grep -qP "^$1\t$class\t$property\t\Q$now\E$" after || echo "$now is not there"
}

@test "a setting that is left out stays, is removed or becomes its default: one half" {
	half 0
}

@test "a setting that is left out stays, is removed or becomes its default: the other half" {
	half 1
}
