# shellcheck shell=bash disable=SC2034,SC2154
# Machines that are set up and are not in order, or cannot be looked at: the
# reports say which, why, and what to do.
# slow
bats_require_minimum_version 1.5.0
load common
load kept

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

# N: the UUID of that machine of the fleet
uuid_of() {
	sed -n "$(($1 + 1))p" fleet/fleet.tsv | cut -f 2
}

# N CODE DETAIL: the CSV and the JSON have this reason of that machine, which is
# set up, with what to do
reported() {
	local uuid row
	uuid=$(uuid_of "$1")
	row=$(grep "^$uuid," site/reports/report.csv)
	[[ "$row" = *,verified,"$2",* ]]
	python3 - site/reports/report.json "$uuid" "$2" "$3" <<'P'
import json, re, sys
_, path, uuid, code, detail = sys.argv
m = [m for m in json.load(open(path))["machines"] if m["uuid"] == uuid][0]
assert m["state"] == "verified" and m["reason"] == code, m
assert re.fullmatch(detail, m["detail"]), m["detail"]
assert (m["remedy"] != "") == (code != ""), m
P
}

# CODE: the lines of the text on those that are set up with this reason
section() {
	sed -n '/^SET UP, NOT IN ORDER/,/^SET UP LAST/p' site/reports/report.txt |
		sed -n "/^$1 (/,/^\$/p"
}

@test "who is set up and not kept in order is in each report, with the reason and what to do" {
	set_up_keys 6 '<ping>on</ping>'
	# 2: no rule fits it.  3: of old, without a realm.  4: was unconfigured and
	# set up by somebody else.  5: its password does not open in the store.
	sql "UPDATE callers SET realm = '' WHERE uuid = '$(uuid_of 3)'"
	sql "UPDATE secrets SET sealed = zeroblob(length(sealed)) WHERE uuid = '$(uuid_of 5)'"
	peer_end
	awk -F'\t' -v OFS='\t' -v "address=$(sed -n 5p fleet/fleet.tsv | cut -f 1)" '
		$1 == address && $4 == "realm" { $5 = "Digest:00000000000000000000000000000000" }
		{ print }' state >other
	mv other state
	peer_start -t 900 --state state -P "$tls" -p "$plain"
	printf '<profiles><rule profile="b" uuid="%s"/><rule profile="c" fqdn="pc-000[13-6].*"/>
		<profile name="b"><ping>off</ping></profile><profile name="c"><ping>off</ping></profile></profiles>\n' \
		"$(uuid_of 1)" >site/profile.xml
	sweep_all --check
	grep -q '^SET UP, NOT IN ORDER (6)$' site/reports/report.txt
	reported 1 DRIFT ping
	reported 2 PROFILE-NONE 'pc-0002\.lab\.example\.com, address [0-9.]*, batch lab7'
	reported 3 REALM-UNKNOWN ''
	reported 4 REALM-CHANGED 'read-state: port 16992 .* \(got realm Digest:0*, expected .*'
	reported 5 KEY-DAMAGED ''
	reported 6 DRIFT ping
	[ "$(section DRIFT | grep -c 'pc-000[16]')" = 2 ]
	section PROFILE-NONE | grep -q 'pc-0002'
	section PROFILE-NONE | tr -s '\n ' ' ' | grep -q -e '-> Add a rule that fits it'
	section REALM-UNKNOWN | grep -q 'pc-0003'
	section REALM-CHANGED | grep -q 'looked at again from 20'
	section KEY-DAMAGED | grep -q 'pc-0005'

	# What a sweep can put right is no failure, and is in no report after it.
	sweep_all
	[ "$(sql "SELECT count(*) FROM jobs WHERE wish = 'keep' AND reason = 'DRIFT'")" = 0 ]
	grep -q '^SET UP, NOT IN ORDER (4)$' site/reports/report.txt
	reported 1 '' ''
	reported 6 '' ''
	# A rule, a realm: one look later they are as the others.
	profile '<ping>off</ping>'
	sweep_all
	reported 2 '' ''
	grep -q '^SET UP, NOT IN ORDER (3)$' site/reports/report.txt
}
