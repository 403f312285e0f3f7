# shellcheck shell=bash disable=SC2154
# What became of machines that were to be unprovisioned: only what was seen.
bats_require_minimum_version 1.5.0
load keep

setup() {
	keep_setup
}

take_back() {
	plan --unprovision "$1" "$uuid"
}

show() {
	run --separate-stderr unprovision-show -d "$site" -s "$SOURCE_DATE_EPOCH" "$uuid"
}

name=pc-0001.lab7.example.com

@test "one that was seen to be unprovisioned, and how; and whether that was before" {
	take_back partial
	[ "$(columns job wish auth attempt realm)" = "$uuid.2|unprovision-partial|managed|1|Digest:0123" ]
	result 2 reached,unprovisioning,unprovisioned
	show
	[ "$status $output" = "0 $name: unprovisioned, partly; its key LAB7001B is valid still" ]
	later 60
	show
	[ "$output" = "$name: already unprovisioned, partly, at 2026-11-22 15:00 UTC; its key LAB7001B is valid still" ]
	run -0 unprovision-show -d "$site" --before "$uuid"
	[[ "$output" = *"already unprovisioned"* ]]
	# Another plan has nothing to do there, and refuses none of it.
	take_back full
	[ "$(columns job)" = "" ]
	later $((30 * 86400))
	plan
	[ "$(columns job)" = "" ]
	plan --check
	[ "$(columns job)" = "" ]
	# To keep it out.
	AMT_SITE=$site amt-import --revoke LAB7001B
	show
	[[ "$output" = *"; its key LAB7001B is revoked" ]]
}

@test "what was asked and not seen is not known, and the next attempt is another; what refused was seen" {
	take_back full
	result 2 reached
	result 2 failed HTTP-TIMEOUT
	show
	[ "$status" = 75 ]
	[ "$output" = "$name: not unprovisioned: HTTP-TIMEOUT" ]
	take_back full
	[ "$(columns attempt)" = 1 ]
	result 3 reached,unprovisioning
	result 3 failed UNPROVISION-BLOCKED detail=log
	show
	[ "$status" = 65 ]
	[ "$output" = "$name: not unprovisioned: UNPROVISION-BLOCKED: log" ]
	take_back full
	[ "$(columns attempt)" = 1 ]
	result 4 reached,unprovisioning
	show
	[ "$output" = "$name: perhaps unprovisioned, run this again to find out: the run was killed" ]
	result 4 failed VERIFY-UNREACHED
	show
	[ "$status" = 75 ]
	[ "$output" = "$name: perhaps unprovisioned, run this again to find out: VERIFY-UNREACHED" ]
	[ "$(sql 'SELECT state FROM machines')" = verified ]
	take_back full
	[ "$(columns attempt)" = 2 ]
	result 5 unprovisioned
	show
	[ "$status $output" = "0 $name: unprovisioned, in full; its key LAB7001B is gone from the machine" ]
	[ "$(store-dump -d "$site" -k passwords -r | grep -vc '^@')" = 0 ]
}

@test "what was not tried in this run is not told of an earlier one" {
	take_back full
	result 2 failed UNPROVISION-BLOCKED
	later 5
	show
	[ "$status $output" = "75 $name: not tried" ]
	run -0 unprovision-show -d "$site" --before "$uuid"
	[ "$output" = "" ]
	run -65 unprovision-show -d "$site" 00000000-0000-4000-8000-000000000000
	run -64 unprovision-show "$uuid"
}

@test "all of a plan or nothing of it" {
	run -65 store-plan -d "$site" -p "$site/profile.xml" -t 60 --unprovision partial "$uuid" 00000000-0000-4000-8000-000000000000
	[ "$(sql 'SELECT count(*) FROM jobs')" = 1 ]
	sql "UPDATE callers SET realm = ''"
	run -65 --separate-stderr store-plan -d "$site" -p "$site/profile.xml" -t 60 --unprovision full "$uuid"
	[[ "${stderr_lines[0]}" = *"its digest realm was never recorded"* ]]
	run -64 store-plan -d "$site" -p "$site/profile.xml" -t 60 --unprovision wholly "$uuid"
	run -64 store-plan -d "$site" -p "$site/profile.xml" -t 60 --unprovision full
	run -64 store-plan -d "$site" -p "$site/profile.xml" -t 60 "$uuid"
}
