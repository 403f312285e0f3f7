# shellcheck shell=bash disable=SC2034,SC2154
# Machines that are set up and become due with time: their passwords, clocks and
# names.  The clock of amtbatch is SOURCE_DATE_EPOCH; that of the machines runs
# on meanwhile.
# slow
bats_require_minimum_version 1.5.0
load common
load mixed
load kept

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

# set_up_fleet MACHINES PROFILE [AMTPEER OPTION...]: n are set up; today is the
# first day.
set_up_fleet() {
	site_of_mixed "$1"
	profile "$2"
	shift 2
	fleet_says_hello -t 900 "$@"
	first=$(date +%s)
	sweep_all
	n=$(store-dump -d site -k devices | grep -c $'\tverified\t')
	[ "$n" -ge 5 ]
}

# So many days after the first.
day() {
	SOURCE_DATE_EPOCH=$((first + $1 * 86400))
	export SOURCE_DATE_EPOCH
}

# writes LINE [METHOD]: how many of that method, or of any, since that line
writes() {
	tail -n "+$(($1 + 1))" journal.tsv |
		awk -F'\t' -v "method=${2-}" '$4 == "write" && index($5, method) { n++ } END { print n + 0 }'
}

# Jobs that a plan made on this day for machines that are set up.
jobs_today() {
	sql "SELECT count(*) FROM jobs WHERE wish = 'keep' AND planned_at = $SOURCE_DATE_EPOCH"
}

# The password that each machine took last, as the machine says, is the one that
# is handed over now.
handed_over() {
	sql "SELECT m.uuid, l.realm FROM machines m JOIN callers l ON l.id = m.holder WHERE m.state = 'verified'" >realms
	awk -F'\t' '$4 == "admin-set" { last[$3] = $5 } END { for (uuid in last) print uuid, last[uuid] }' journal.tsv |
		sort >real
	rm -f handed.csv
	amt-report --passwords handed.csv
	[ "$(stat -c %a handed.csv)" = 600 ]
	hash_of_each | sort >told
	[ "$(wc -l <told)" = "$n" ]
	[ "$(comm -23 told real)" = "" ]
}

hash_of_each() {
	local uuid password realm ha1
	while IFS='|' read -r uuid realm; do
		password=$(grep "^$uuid," handed.csv | tr -d '\r' | cut -d, -f3-)
		ha1=$(printf 'admin:%s:%s' "$realm" "$password" | md5sum)
		echo "$uuid ${ha1%% *}"
	done <realms
}

passwords() {
	tr -d '\r' <handed.csv | tail -n +2 | cut -d, -f3- | sort
}

@test "a random password is replaced when it is old, not in one night, and handed over" {
	set_up_fleet 12 '<ping>on</ping><password-days>12</password-days>'
	handed_over
	passwords >first.txt
	at=$(lines)
	day 0
	sweep_all
	[ "$(writes "$at")" = 0 ]
	day 8
	sweep_all
	[ "$(jobs_today)" = 0 ]
	# Each comes due within the last quarter of its time.
	total=0 most=0
	for d in 9 10 11 12; do
		day "$d"
		at=$(lines)
		sweep_all
		k=$(writes "$at" SetAdminAclEntryEx)
		[ "$k" = "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin' AND planned_at = $SOURCE_DATE_EPOCH")" ]
		total=$((total + k))
		[ "$k" -le "$most" ] || most=$k
		handed_over
		at=$(lines)
		sweep_all
		[ "$(writes "$at")" = 0 ]
	done
	[ "$total" = "$n" ]
	[ "$most" -lt "$n" ]
	# Each another one; the ones before are kept.
	passwords >second.txt
	[ "$(sort -u first.txt second.txt | wc -l)" = $((2 * n)) ]
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin' AND set_at IS NOT NULL")" = $((2 * n)) ]
	fleet_ends_well
}

# After everything, by what the machines have in the end.
fleet_ends_well() {
	peer_end
	soap_only >soap
	echo none >>soap
	grep -vFf soap journal.tsv >judged
	mv judged journal.tsv
	# Firmware before 6.2 has no such class.
	[ "$(grep complaint journal.tsv | grep -v 'IPS_HostBasedSetupService.Get: no such class')" = "" ]
	passwords_match
}

@test "derived and fixed passwords follow the profile's text, not their age" {
	set_up_fleet 10 '<admin-password><fixed>Fixed*2031</fixed></admin-password><password-days>12</password-days>'
	handed_over
	[ "$(passwords | uniq -c)" = "$(printf '%7d Fixed*2031' "$n")" ]
	day 40
	sweep_all
	[ "$(jobs_today)" = "$n" ] # for their clocks
	[ "$(writes 0 SetAdminAclEntryEx)" = "$n" ]

	at=$(lines)
	profile '<admin-password><derived>correct horse battery staple</derived></admin-password>'
	sweep_all
	[ "$(writes "$at")" = "$n" ]
	handed_over
	passwords >derived.txt
	[ "$(sort -u derived.txt | wc -l)" = "$n" ]
	day 400
	sweep_all
	[ "$(writes "$at" SetAdminAclEntryEx)" = "$n" ]

	at=$(lines)
	profile '<admin-password><derived>wrong donkey accu paperclip</derived></admin-password>'
	sweep_all
	handed_over
	[ "$(passwords | sort -u - derived.txt | wc -l)" = $((2 * n)) ]

	# Random from now on: everybody knew the master.
	profile '<admin-password><random/></admin-password>'
	passwords >derived.txt
	sweep_all
	[ "$(writes "$at" SetAdminAclEntryEx)" = $((2 * n)) ]
	handed_over
	[ "$(passwords | sort -u - derived.txt | wc -l)" = $((2 * n)) ]
	at=$(lines)
	sweep_all
	[ "$(writes "$at")" = 0 ]
	fleet_ends_well
}

# UUID HASH: in the state of the peer, which has ended
state_password() {
	local address
	address=$(awk -F'\t' -v "uuid=$1" '$2 == uuid { print $1 }' fleet/fleet.tsv)
	awk -F'\t' -v OFS='\t' -v "address=$address" -v "hash=$2" '
		$1 == address && $2 == "machine" && $4 == "admin.ha1" { $5 = hash; n++ }
		{ print }
		END { if (n != 1) exit 1 }' state >other
	mv other state
}

# UUID NUMBER: the hash of that password which the machine took
took() {
	awk -F'\t' -v "uuid=$1" -v "number=$2" '$3 == uuid && $4 == "admin-set" && ++n == number { print $5 }' journal.tsv
}

@test "a password before is tried until a machine was seen twice with the new one" {
	set_up_keys 3 '<password-days>12</password-days>'
	uuid=$(sed -n 2p fleet/fleet.tsv | cut -f 2)
	day 12
	sweep_all
	handed_over
	[ "$(took "$uuid" 1)" != "$(took "$uuid" 2)" ]
	# As if it had come back with its old one.
	peer_end
	state_password "$uuid" "$(took "$uuid" 1)"
	peer_start -t 900 --state state -P "$tls" -p "$plain"
	profile '<ping>off</ping><password-days>12</password-days>'
	sweep_all
	[ "$(sql "SELECT count(*) FROM kept WHERE reason = ''")" = 3 ]
	[ "$(took "$uuid" 3)" = "$(took "$uuid" 2)" ]
	handed_over
	[ "$(sql "SELECT count(*) FROM secrets WHERE seen >= 2 AND uuid = '$uuid'")" = 1 ]
	# Now it was seen twice: the old one is history.
	peer_end
	state_password "$uuid" "$(took "$uuid" 1)"
	peer_start -t 900 --state state -P "$tls" -p "$plain"
	profile '<ping>on</ping><password-days>12</password-days>'
	sweep_all
	[ "$(sql "SELECT uuid, reason FROM kept WHERE reason <> ''")" = "$uuid|LOGIN-REFUSED" ]
	[ "$(sql "SELECT count(*) FROM secrets WHERE uuid = '$uuid' AND kind = 'admin'")" = 2 ]
}

# A sweep that is killed when each machine has taken its new password, and before
# one has said so.
sweep_cut() {
	local at script
	at=$(lines)
	again -D 1500
	setsid amt-sweep -t 90 -j 32 -P "$tls" -p "$plain" 3>&- &
	script=$!
	for _ in {1..600}; do
		[ "$(tail -n "+$((at + 1))" journal.tsv | grep -c $'\tadmin-set\t')" -lt 3 ] || break
		sleep 0.1
	done
	kill -9 "$(pgrep -x sweep -s "$script")"
	wait "$script" || true
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin' AND set_at IS NULL")" = 3 ]
	# Only the machines know; so it is not claimed.
	run -1 handed_over
	[ "$(wc -l <told)" = 3 ]
	[ "$(comm -12 told real)" = "" ]
	again
}

@test "an answer that is lost with its sweep is found out by the next one, or by a check" {
	set_up_keys 3 '<password-days>12</password-days>'
	day 12
	sweep_cut
	at=$(lines)
	sweep_all
	[ "$(writes "$at" SetAdminAclEntryEx)" = 0 ]
	handed_over
	day 24
	sweep_cut
	at=$(lines)
	sweep_all --check
	handed_over
	sweep_all
	[ "$(writes "$at" SetAdminAclEntryEx)" = 0 ]
	handed_over
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin'")" = 9 ]
}

# NAME: that of the first machine by the lists of this day
renamed() {
	sed -i "2s/,.*/,$1/" fleet/location.csv
	amt-map fleet/oob.csv fleet/location.csv >/dev/null 2>&1
}

@test "a name that changed in the inventory is followed where the profile says so" {
	set_up_keys 4 '<ping>on</ping>'
	uuid=$(sed -n 2p fleet/fleet.tsv | cut -f 2)
	old=$(sql "SELECT fqdn FROM machines WHERE uuid = '$uuid'")
	at=$(lines)
	day 1
	renamed pc-new.lab.example.com
	sweep_all
	[ "$(writes "$at")" = 0 ]
	[ "$(sql "SELECT uuid, reason FROM machines WHERE reason <> ''")" = "$uuid|MAP-CHANGED" ]
	handed_over
	grep -q "^$uuid,$old," handed.csv
	day 2
	profile '<ping>on</ping><follow-name>on</follow-name>'
	sweep_all
	[ "$(writes "$at" AMT_GeneralSettings.Put)" = 1 ]
	[ "$(tail -n "+$((at + 1))" journal.tsv | awk -F'\t' '$4 == "names" { print $3, $5 }')" = "$uuid pc-new lab.example.com" ]
	[ "$(sql "SELECT count(*) FROM machines WHERE reason <> ''")" = 0 ]
	handed_over
	grep -q "^$uuid,pc-new\.lab\.example\.com," handed.csv
	day 3
	renamed pc-newer.lab.example.com
	sweep_all
	[ "$(jobs_today)" = 1 ]
	[ "$(writes "$at" AMT_GeneralSettings.Put)" = 2 ]
	grep -q "$uuid,pc-newer\.lab\.example\.com," site/reports/report.csv
}

@test "clocks are set after 14 days at the latest, spread, and after new machines" {
	site_of_lists 12
	profile '<ping>on</ping>'
	head -n 10 fleet/fleet.tsv >some.tsv
	hellos some.tsv | store-load -d site
	peer_start -t 900
	first=$(date +%s)
	sweep_all
	n=9
	[ "$(store-dump -d site -k devices | grep -c $'\tverified\t')" = 9 ]
	total=0
	for d in 10 11 12 13; do
		day "$d"
		sweep_all
		k=$(jobs_today)
		[ "$k" -lt 9 ]
		[ "$d" != 10 ] || [ "$k" = 0 ]
		total=$((total + k))
	done
	# New machines come, on a day when all others are due.
	day 27
	{
		head -n 1 fleet/fleet.tsv
		tail -n 3 fleet/fleet.tsv
	} >new.tsv
	hellos new.tsv | sed "s/^20[0-9TZ:-]*/$(date -ud "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)/" | store-load -d site
	at=$(lines)
	amt-sweep -t 90 -j 1 -P "$tls" -p "$plain"
	[ "$(jobs_today)" = 9 ]
	n=12
	handed_over
	tail -n "+$((at + 1))" journal.tsv | awk -F'\t' '$4 == "connect" && !seen[$3]++ { print $3 }' >order
	[ "$(wc -l <order)" = 12 ]
	[ "$(head -n 3 order | sort)" = "$(tail -n 3 fleet/fleet.tsv | cut -f 2 | sort)" ]
	# All clocks were set for that day: they would differ else.
	[ "$(sql "SELECT count(*) FROM kept WHERE clock_at = $SOURCE_DATE_EPOCH")" = 12 ]
	at=$(lines)
	sweep_all
	[ "$(writes "$at")" = 0 ]
}
