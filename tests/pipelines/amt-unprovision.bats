# shellcheck shell=bash disable=SC2034,SC2154
# Machines that are set up are taken back, those that are named and no others;
# what came of each is seen, and a lost answer is found out.
# slow
bats_require_minimum_version 1.5.0
load claims
load mixed

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

# fleet_set_up MACHINES [AMTPEER OPTION...]: all of it, with keys; $fault[N] is
# that of machine N.
declare -A fault=()
fleet_set_up() {
	local n
	site_of_lists "$1"
	for n in "${!fault[@]}"; do
		awk -F '\t' -v OFS='\t' -v "n=$n" -v "fault=${fault[$n]}" \
			'NR == n + 1 { $8 = fault } { print }' fleet/fleet.tsv >changed
		mv changed fleet/fleet.tsv
	done
	hellos fleet/fleet.tsv | store-load -d site
	peer_start "${@:2}"
	sweep_all
	[ "$(state_count verified)" = "$1" ]
}

take_back() {
	amt-unprovision -t 90 -P "$tls" -p "$plain" "$@"
}

# said N: the line of machine N
said() {
	grep "^$(name "$1"): " <<<"$output"
}

name() {
	sql "SELECT fqdn FROM machines WHERE uuid = '$(uuid "$1")'"
}

# calls N: how often it was unprovisioned
calls() {
	awk -F '\t' -v "u=$(uuid "$1")" '$3 == u && $4 == "unprovisioned" { printf("%s ", $5) }' journal.tsv
}

# What is with machines that nobody named: nothing.
untouched() {
	local n
	for n; do
		[ "$(calls "$n")" = "" ]
		[[ "$(became "$n")" = "verified|"* ]]
	done
}

@test "machines that are named are taken back partly, others are left alone" {
	fleet_set_up 5
	amt-report --passwords before.csv
	[ "$(grep -c . before.csv)" = 6 ]
	# By host name, full name and UUID, in either case, one of them twice.
	host=$(name 1)
	run -0 --separate-stderr take_back --yes "$(tr a-z A-Z <<<"${host%%.*}")" "$(name 2)" \
		"$(uuid 3 | tr a-z A-Z)" "$(name 3)"
	[ "${#lines[@]}" = 3 ]
	for n in 1 2 3; do
		[ "$(said $n)" = "$(name $n): unprovisioned, partly; its key $(pid $n) is valid still" ]
		[ "$(calls $n)" = "partial " ]
		[ "$(became $n)" = "unprovisioned|UNPROVISIONED-PARTLY" ]
	done
	untouched 4 5
	grep -qx 'UNPROVISIONED (3)' site/reports/report.txt
	grep -qx 'UNPROVISIONED-PARTLY (3)' site/reports/report.txt
	[ "$(grep -cE '^ +unprovisioned 20.*UTC$' site/reports/report.txt)" = 3 ]
	grep -qx "      2  verified       set up, and seen to work" site/reports/report.txt
	grep -q 'data-status="unprovisioned"' site/reports/report.html
	grep -q '"set_up":2,.*"unprovisioned":3,' site/reports/health.json
	[ ! -e site/sweep.results ]

	# No sweep touches them, none of their passwords is current, all are kept.
	sweep_all
	sweep_all --check
	[ "$(state_count unprovisioned)" = 3 ]
	amt-report --passwords after.csv
	diff <(grep -e uuid, -e "$(uuid 4)" -e "$(uuid 5)" before.csv) after.csv
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin' AND set_at IS NOT NULL")" = 5 ]
	[ "$(sql "SELECT count(*) FROM keys WHERE used_by IS NOT NULL")" = 5 ]

	# A second run says so, and asks nobody.
	run -0 --separate-stderr take_back "$(name 1)" "$(name 2)" </dev/null
	[[ "$(said 1)" = "$(name 1): already unprovisioned, partly, at 20"*" UTC; its key $(pid 1) is valid still" ]]
	[ "${#lines[@]}" = 2 ]
	run -0 --separate-stderr take_back --yes "$(name 1)" "$(name 4)"
	[[ "$(said 1)" = *": already unprovisioned, partly, "* ]]
	[[ "$(said 4)" = *": unprovisioned, partly; "* ]]
	[ "$(calls 1)" = "partial " ]
	untouched 5
}

@test "a name that is not known, ambiguous or not set up: nothing is done to any" {
	fleet_set_up 3
	sql "UPDATE machines SET fqdn = 'twin.one.example.com' WHERE uuid = '$(uuid 2)'"
	sql "UPDATE machines SET fqdn = 'twin.two.example.com' WHERE uuid = '$(uuid 3)'"
	run -65 --separate-stderr take_back --yes "$(name 1)" twin none.example.com
	[ "$output" = "" ]
	twins=$(printf '%s\n' "$(uuid 2)" "$(uuid 3)" | sort | paste -sd ' ')
	[ "${stderr_lines[0]}" = "amt-unprovision: twin: 2 machines have this name, give the UUID (${twins/ /, })" ]
	[ "${stderr_lines[1]}" = "amt-unprovision: none.example.com: no machine that this site has set up has this UUID or name" ]
	[ "${#stderr_lines[@]}" = 2 ]
	itself 1 | sed "s/$(uuid 1)/00000000-0000-4000-8000-00000000abcd/" | tell
	run -65 --separate-stderr take_back --yes "$(name 1)" 00000000-0000-4000-8000-00000000abcd
	[[ "$stderr" = *"abcd: the machine is not set up (its state is heard)" ]]
	untouched 1 2 3
	[ "$(sql "SELECT count(*) FROM jobs WHERE wish LIKE 'unprov%'")" = 0 ]
	# One that is set up is meant rather than one that was.
	run -0 --separate-stderr take_back --yes twin.one.example.com
	run -0 --separate-stderr take_back --yes twin
	[ "$(calls 2)$(calls 3)" = "partial partial " ]
	untouched 1
}

@test "a person has to agree, and no sweep may run" {
	fleet_set_up 2
	run -64 --separate-stderr take_back "$(name 1)" </dev/null
	[[ "$stderr" = *"not on a terminal: say --yes"* ]]
	run -64 --separate-stderr take_back --yes
	ports="-P $tls -p $plain"
	run -75 script -qec "amt-unprovision -t 60 $ports $(name 1)" /dev/null <<<n
	[[ "$output" = *"$(name 1)  $(cell 1 1)  AMT "* ]]
	[[ "$output" = *"Unprovision them (partial)? [y/N] "* ]]
	[[ "$output" = *"nothing done"* ]]
	untouched 1 2
	flock site/sweep.lock sleep 30 3>&- &
	children+=($!)
	for _ in {1..100}; do
		flock -n site/sweep.lock true || break
		sleep 0.05
	done
	AMT_LOCK_SECONDS=1 run -75 --separate-stderr take_back --yes "$(name 1)"
	[[ "$stderr" = *"a sweep is running; nothing done" ]]
	untouched 1 2
	kill "${children[-1]}" $(pgrep -P "${children[-1]}")
	# To run it again would mend neither.
	run -64 --separate-stderr take_back --yes -j 0 "$(name 1)"
	[[ "$stderr" = *'-j: not a number of machines (got "0", expected 1 to '* ]]
	cp site/profile.xml good.xml
	echo '<profile' >site/profile.xml
	run -78 --separate-stderr take_back --yes "$(name 1)"
	[[ "$stderr" = *"profile.xml:2: not XML: "* ]]
	cat good.xml >site/profile.xml
	untouched 1 2
	run -0 script -qec "amt-unprovision -t 60 --full $ports $(name 1)" /dev/null <<<y
	[[ "$output" = *"somebody has to go there"* ]]
	[[ "$output" = *"$(name 1): unprovisioned, in full; its key $(pid 1) is gone from the machine"* ]]
	[ "$(calls 1)" = "full " ]
	untouched 2
}

# peer_again: another process with the same machines as they
# are by now, with the store's passwords; $fault[N] is that of machine N, and
# "away" and "other" are that it is not there, or has another password.
peer_again() {
	local n=0 line password
	peer_end
	amt-report --passwords passwords.csv
	mv fleet/fleet.tsv all.tsv
	{
		head -n 1 all.tsv
		while IFS=$'\t' read -r -a line; do
			n=$((n + 1))
			password=$(grep "^${line[1]}," passwords.csv | tr -d '\r' | cut -d , -f 3)
			case ${fault[$n]-} in
			away) continue ;;
			other) line[4]=Other1Pass! line[7]=state=2 ;;
			*) line[4]=$password line[7]=state=2${fault[$n]+,${fault[$n]}} ;;
			esac
			(IFS=$'\t' && echo "${line[*]}")
		done < <(tail -n +2 all.tsv)
	} >fleet/fleet.tsv
	peer_start
	cp all.tsv fleet/fleet.tsv
}

@test "who refuses, is away or has another password stays set up, and that is said" {
	fleet_set_up 7
	fault=([1]=return=PartialUnprovision:2076 [2]=return=PartialUnprovision:16 [3]=away [4]=other
		[5]=hang-connect [6]=lost-unprovision)
	peer_again
	run -65 --separate-stderr take_back --yes "$(name 1)" "$(name 2)" "$(name 3)" "$(name 4)" "$(name 5)" "$(name 6)"
	[[ "$(said 1)" = "$(name 1): not unprovisioned: UNPROVISION-BLOCKED: "* ]]
	[[ "$(said 2)" = "$(name 2): not unprovisioned: RETURN-CODE: "* ]]
	[[ "$(said 3)" = "$(name 3): not unprovisioned: "[A-Z]* ]]
	[[ "$(said 4)" = "$(name 4): not unprovisioned: LOGIN-REFUSED: "* ]]
	[[ "$(said 5)" = "$(name 5): not unprovisioned: CONNECT-TIMEOUT"* ]]
	[[ "$(said 6)" = "$(name 6): unprovisioned, partly; "* ]]
	untouched 1 2 3 4 5 7
	[ "$(calls 6)" = "partial " ]
	# What refused has answered: its silence is no proof later on.
	fault=([1]=away [2]=away [3]=away [4]=away [5]=away [6]=away)
	peer_again
	run -75 --separate-stderr take_back --yes "$(name 1)" "$(name 2)" "$(name 3)"
	[ "$(grep -c ': not unprovisioned: [A-Z]*-[A-Z]*: ' <<<"$output")" = 3 ]
	untouched 1 2 3 7
	[ "$(wc -l <passwords.csv)" = 7 ]
}

# take_back_killed WHEN MACHINE...: kill -9 of all of it, once a line of the journal
# of results has WHEN
take_back_killed() {
	local script
	setsid amt-unprovision -t 90 -P "$tls" -p "$plain" --yes "${@:2}" >killed 2>&1 3>&- </dev/null &
	script=$!
	for _ in {1..3000}; do
		! grep -qs $'\t'"$1"$'\t' site/sweep.results || break
		sleep 0.02
	done
	grep -qs $'\t'"$1"$'\t' site/sweep.results
	kill -9 -- "-$script"
	wait "$script" 2>/dev/null || true
}

@test "killed between the call and its effect: not known, and found out by the next run" {
	fleet_set_up 4
	# Killed before the call: nothing was asked, and silence is no proof.
	fault=([1]=latency=700 [3]=away [4]=latency=4000)
	peer_again
	setsid amt-unprovision -t 90 -P "$tls" -p "$plain" --yes "$(name 1)" "$(name 3)" >killed 2>&1 3>&- </dev/null &
	script=$!
	for _ in {1..3000}; do
		[ ! -s site/sweep.results ] || break
		sleep 0.02
	done
	kill -9 -- "-$script"
	wait "$script" 2>/dev/null || true
	run -75 --separate-stderr take_back --yes "$(name 3)"
	[[ "$output" = "$(name 3): not unprovisioned: "[A-Z]* ]]
	untouched 1 3

	# Killed while the call is with the machine, which takes it.
	take_back_killed unprovisioning "$(name 1)"
	for _ in {1..100}; do
		[ "$(calls 1)" = "" ] || break
		sleep 0.05
	done
	[ "$(calls 1)" = "partial " ]
	[ "$(became 1)" = "verified|" ]
	run -75 unprovision-show -d site "$(uuid 1)"
	[ "$output" = "$(name 1): perhaps unprovisioned, run this again to find out: the run was killed" ] ||
		[ "$output" = "$(name 1): not unprovisioned: the run was killed" ] # its journal is not loaded
	run -0 --separate-stderr take_back --yes "$(name 1)"
	[[ "$output" = "$(name 1): unprovisioned, partly; "* ]]
	[ "$(calls 1)" = "partial " ]

	# Killed when the result was in the journal, and not in the store.
	# A slow machine keeps the run from loading it.
	take_back_killed unprovisioned "$(name 2)" "$(name 4)"
	run -0 --separate-stderr take_back --yes "$(name 2)"
	[[ "$output" = "$(name 2): "*"unprovisioned, partly"* ]]
	[ "$(calls 2)" = "partial " ]
	[ "$(became 2)" = "unprovisioned|UNPROVISIONED-PARTLY" ]
}

@test "its own hello brings back what kept its key; nobody else's does" {
	fleet_set_up 4
	forge elsewhere 1 | tell
	forge version-3 2 | tell
	run -0 --separate-stderr take_back --yes "$(name 1)" "$(name 2)"
	{ forge elsewhere 1; forge unknown-pid 1; forge version-3 1; forge elsewhere 2; } | tell
	# The key of a machine that is set up, at the machine's own address.
	say "$(uuid 2)" "$(pid 4)" "$(cell 2 1)" | tell
	sweep_all
	for n in 1 2; do
		[[ "$(became $n)" = "unprovisioned|"* ]]
		[ "$(calls $n)" = "partial " ]
	done
	[ "$(committed_uuids | uniq -d)" = "" ]
	untouched 3 4
	grep -qx 'HELLOS NOT PROVED ([0-9]*)' site/reports/report.txt
	itself 1 | tell
	sweep_all
	[ "$(became 1)" = "verified|" ]
	[[ "$(became 2)" = "unprovisioned|"* ]]
	[ "$(committed_uuids | uniq -d)" = "$(uuid 1)" ]
	[ "$(sql "SELECT life FROM machines WHERE uuid = '$(uuid 1)'")" = 2 ]
	# One key, all of its history, and the password of today.
	[ "$(sql "SELECT count(*) FROM keys WHERE used_by = '$(uuid 1)'")" = 1 ]
	[ "$(sql "SELECT count(*) FROM results WHERE milestone IN ('verified', 'unprovisioned') AND job LIKE '$(uuid 1).%'")" = 3 ]
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin' AND uuid = '$(uuid 1)' AND set_at IS NOT NULL")" = 2 ]
	amt-report --passwords passwords.csv
	[ "$(grep -c -e "$(uuid 1)" -e "$(uuid 2)" passwords.csv)" = 1 ]
	# It is kept in order again, and can be taken back again.
	sweep_all --check
	[ "$(sql "SELECT count(*) FROM jobs WHERE wish = 'check' AND reason = '' AND uuid = '$(uuid 1)'")" = 1 ]
	run -0 --separate-stderr take_back --yes --full "$(name 1)"
	[ "$(calls 1)" = "partial full " ]
	# A key that was revoked brings nothing back.
	amt-import --revoke "$(pid 2)" >/dev/null
	itself 2 | tell
	sweep_all
	[[ "$(became 2)" = "unprovisioned|"* ]]
}

@test "after a full one a new key sets it up; after a partial one another key is another board" {
	fleet_set_up 4
	cp fleet/fleet.tsv machines.tsv
	# Keys of 3 and 4 are in sticks for 1 and 2, whose machines are the same.
	run -0 --separate-stderr take_back --yes --full "$(name 1)" "$(name 3)"
	run -0 --separate-stderr take_back --yes "$(name 2)"
	grep -q "$(name 1)  PID $(pid 1)" site/reports/report.txt
	[ "$(became 1)" = "unprovisioned|UNPROVISIONED" ]
	peer_end
	amt-sticks -b desk -g -n 2 -o desk.img >/dev/null
	mapfile -t new < <(sql "SELECT pid FROM keys WHERE batch = 'desk'")
	store-dump -d site -k keys -r >keys
	for n in 1 2; do
		pps=$(awk -F '\t' -v "pid=${new[n - 1]}" '$1 == pid { print $2 }' keys)
		now=$(awk -F '\t' -v "pid=${new[n - 1]}" '$1 == pid { print $4 != "" ? $4 : $3 }' keys)
		printf '%s\t%s\t%s\t%s\t%s\t1\t5.2.57.1035\t\n' "$(cell $n 1)" "$(uuid $n)" "${new[n - 1]}" "$pps" "$now"
	done >rows
	{ head -n 1 machines.tsv; cat rows; } >fleet/fleet.tsv
	peer_start
	for n in 1 2; do say "$(uuid $n)" "${new[n - 1]}" "$(cell $n 1)"; done | tell
	cp machines.tsv fleet/fleet.tsv
	sweep_all
	[ "$(became 1)" = "verified|" ]
	[ "$(became 2)" = "unprovisioned|UUID-SHARED" ]
	[ "$(sql "SELECT count(*) FROM keys WHERE used_by = '$(uuid 1)'")" = 2 ]
	[ "$(became 3)" = "unprovisioned|UNPROVISIONED" ]
}

# A site's CA and all that a profile has come and go with the machines.
@test "releases from 3.2 to 21, with keys and certificates, partly and in full" {
	site_of_mixed 12
	# With an audit log they would refuse (UNPROVISION-BLOCKED).
	sed '/<one-time-password>/d; /<audit-log>/,/<audit-days>/d' "$AMT_TEST_ROOT/samples/site/profile-all.xml" >site/profile.xml
	fleet_says_hello
	sweep_all
	mapfile -t ours < <(sql "SELECT uuid FROM machines WHERE state = 'verified' ORDER BY firmware")
	[ "${#ours[@]}" -ge 9 ]
	partly=("${ours[@]:0:5}") fully=("${ours[@]:5}")
	# Its hellos after that are for a later sweep.
	run -0 --separate-stderr take_back --yes -j 12 "${partly[@]}"
	[ "$(grep -c ': unprovisioned, partly' <<<"$output")" = 5 ]
	run -0 --separate-stderr take_back --yes --full -j 12 "${fully[@]}"
	[ "$(grep -c ': unprovisioned, in full' <<<"$output")" = "${#fully[@]}" ]
	[ "$(awk -F '\t' '$4 == "unprovisioned" { print $3 }' journal.tsv | sort | uniq -d)" = "" ]
	[ "$(state_count unprovisioned)" = "${#ours[@]}" ]
	[ "$(sql 'SELECT count(*) FROM findings')" = 0 ]
	amt-report --passwords passwords.csv
	[ "$(wc -l <passwords.csv)" = 1 ]
	run -0 --separate-stderr take_back "${ours[@]}" </dev/null
	[ "$(grep -c ': already unprovisioned, ' <<<"$output")" = "${#ours[@]}" ]
	# Those with a key are set up again by their hellos, those with a
	# certificate wait for a word; in full, nobody says hello.
	list=$(printf "'%s'," "${partly[@]}")
	sql "SELECT DISTINCT used_by FROM keys WHERE used_by IN (${list%,}) ORDER BY 1" >keyed
	[ -s keyed ]
	[ "$(wc -l <keyed)" -lt 5 ]
	for _ in {1..20}; do
		sweep_all
		[ "$(state_count verified)" -lt "$(wc -l <keyed)" ] || break
		sleep 1
	done
	sql "SELECT uuid FROM machines WHERE state = 'verified' ORDER BY 1" | diff keyed -
	[ "$(state_count unprovisioned)" = $((${#ours[@]} - $(wc -l <keyed))) ]
	for uuid in "${fully[@]}"; do
		[ "$(sql "SELECT state FROM machines WHERE uuid = '$uuid'")" = unprovisioned ]
	done
	# That word, with the first part of its name: its certificate is asked for
	# once more, although it said hello before we saw that it was taken back.
	from=$(lines)
	run -0 --separate-stderr sweep_all --again pc-0012
	[ "$stderr" = "" ]
	[ "$(sql "SELECT state FROM machines WHERE uuid = '$(uuid 12)'")" = verified ]
	[ "$(tail -n "+$from" journal.tsv | grep -F "$(uuid 12)" | grep -c $'\tcommit')" = 1 ]
	# Nobody else was set up.
	[ "$(state_count verified)" = $(($(wc -l <keyed) + 1)) ]
}
