# shellcheck shell=bash disable=SC2034,SC2154
# Machines that are set up with a full profile are kept so: what differs is found
# by --check, which writes nothing, and put right by the next sweep; and where
# nothing differs, nothing is written.
# sanitized
bats_require_minimum_version 1.5.0
load common
load mixed

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

# writes FROM: what was written since the journal had so many lines
writes() {
	tail -n "+$(($1 + 1))" journal.tsv | awk -F'\t' '$4 == "write" { print $5 }' | sort | uniq -c | sed 's/^ *//'
}

@test "a fleet with everything that a profile has is kept in order" {
	site_of_mixed 12
	# An agent on the machine would have set the one-time password.
	sed '/<one-time-password>/d' "$AMT_TEST_ROOT/samples/site/profile-all.xml" >site/profile.xml
	fleet_says_hello
	sweep_all
	n=$(store-dump -d site -k devices | grep -c $'\tverified\t')
	[ "$n" -ge 9 ]
	[ "$(store-dump -d site -k devices | grep -c 'VERSION-UNSUPPORTED')" = $((12 - n)) ]
	[ "$(sql "SELECT count(*) FROM findings WHERE kind = 'differs'")" = 0 ]

	at=$(lines)
	sweep_all
	sweep_all --check
	writes "$at" >written
	diff /dev/null written

	# The profile wants something else by now: found, not touched.
	sed -i 's|<ping>on</ping>|<ping>off</ping>|' site/profile.xml
	at=$(lines)
	sweep_all --check
	writes "$at" >written
	diff /dev/null written
	[ "$(sql "SELECT kind, setting, wanted, found, count(*) FROM findings WHERE kind <> 'lacks' GROUP BY 1, 2, 3, 4")" = \
		"differs|ping|off|on|$n" ]
	[ "$(sql "SELECT count(*) FROM jobs WHERE reason = 'DRIFT'")" = "$n" ]
	# What differs where.
	run -0 --separate-stderr amt-report --drift
	[ "${lines[0]}" = uuid,fqdn,setting,item,what,wanted,found,since,seen ]
	[ "$(grep -c '^[0-9a-f-]*,pc-[0-9]*\.lab\.example\.com,ping,,differs,off,on,20[^,]*Z,20[^,]*Z$' <<<"$output")" = "$n" ]
	[ "$(grep -cv ',lacks,' <<<"$output")" = $((n + 1)) ]
	# They are set up all the same.
	[ "$(store-dump -d site -k devices | grep -c $'\tverified\t')" = "$n" ]

	sweep_all
	[ "$(writes "$at")" = "$n AMT_GeneralSettings.Put ok" ]
	[ "$(sql "SELECT count(*) FROM findings WHERE kind = 'differs'")" = 0 ]
	[ "$(sql "SELECT count(*) FROM kept WHERE reason <> ''")" = 0 ]
	# What was done, until they are visited again.
	amt-report --drift -o drift.csv
	[ "$(grep -c ',ping,,changed,off,on,' drift.csv)" = "$n" ]
	[ "$(grep -c ',differs,' drift.csv)" = 0 ]
	[ "$(grep -cv ',lacks,' drift.csv)" = $((n + 1)) ]
	at=$(lines)
	sweep_all
	writes "$at" >written
	diff /dev/null written
}

@test "another password of the profile reaches every machine, and is the one that is handed over" {
	site_of_mixed 9
	fleet_says_hello
	sweep_all
	n=$(store-dump -d site -k devices | grep -c $'\tverified\t')
	[ "$n" -ge 5 ]
	amt-report --passwords before.csv
	sed -i 's|<admin-password>.*|<admin-password><fixed>Rotated*2031</fixed></admin-password>|' site/profile.xml
	at=$(lines)
	sweep_all
	[ "$(writes "$at")" = "$n AMT_AuthorizationService.SetAdminAclEntryEx 0" ]
	amt-report --passwords after.csv
	[ "$(grep -c ',Rotated\*2031$' after.csv)" = "$n" ]
	# It opens: everything could be read with it.
	sweep_all --check
	[ "$(sql "SELECT count(*) FROM jobs WHERE wish = 'check' AND reason = ''")" = "$n" ]
	# The ones before are kept.
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin' AND set_at IS NOT NULL")" = $((2 * n)) ]
	at=$(lines)
	sweep_all
	writes "$at" >written
	diff /dev/null written
}
