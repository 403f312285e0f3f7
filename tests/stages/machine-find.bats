# shellcheck shell=bash disable=SC2154
# Names of machines that were set up, as people type them.
bats_require_minimum_version 1.5.0
load store

uuid=7ab70000-0000-4000-8000-000000000001
other=7ab70000-0000-4000-8000-000000000002

setup() {
	store_setup
	store-load -d "$site" store/lab7.keys store/lab7.map store/lab7.hello
	sql "UPDATE machines SET fqdn = 'pc-0001.lab7.example.com', state = 'planned' WHERE uuid = '$uuid'"
	sql "UPDATE machines SET fqdn = 'pc-0002.lab7.example.com', state = 'planned' WHERE uuid = '$other'"
	sql "UPDATE machines SET state = 'verified' WHERE state = 'planned'"
}

@test "a machine is found by its UUID, full name and first label, once, and listed for a person" {
	run -0 --separate-stderr machine-find -d "$site" PC-0001 "{${uuid^^}}" pc-0001.LAB7.example.com
	[ "$output" = "$uuid" ]
	[ "$stderr" = "" ]
	run -0 --separate-stderr machine-find -d "$site" -l pc-0002 pc-0001
	[ "$output" = "$other"$'\n'"$uuid" ]
	[[ "${stderr_lines[1]}" = "    pc-0001.lab7.example.com  127.7.0.1  "*"$uuid" ]]
	# By the serial number that the map has.
	sql "UPDATE map SET serial = '5CG0417XYZ' WHERE uuid = '$other'"
	run -0 machine-find -d "$site" 5cg0417xyz
	[ "$output" = "$other" ]
	run -65 machine-find -d "$site" 5cg0417
	run -0 machine-find -d "$site"
	[ "$output" = "" ]
}

@test "one that is wrong, and none is answered" {
	run -65 --separate-stderr machine-find -d "$site" pc-0001 pc-000 $'pc\e[1m' ''
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "machine-find: pc-000: no machine that this site has set up has this UUID or name" ]
	[[ "${stderr_lines[1]}" != *$'\e'* ]]
	[ "${#stderr_lines[@]}" = 3 ]
	run -65 --separate-stderr machine-find -d "$site" -a amt-unprovision "$(printf 'a%.0s' {1..300})"
	[[ "$stderr" = "amt-unprovision: "* ]]
	sql "UPDATE machines SET fqdn = 'pc-0001.other.example.com' WHERE uuid = '$other'"
	run -65 --separate-stderr machine-find -d "$site" pc-0001
	[ "$stderr" = "machine-find: pc-0001: 2 machines have this name, give the UUID ($uuid, $other)" ]
	run -0 machine-find -d "$site" pc-0001.lab7.example.com
	[ "$output" = "$uuid" ]
	run -64 machine-find pc-0001
}

@test "of two with a name the one that is set up is meant; --set-up leaves out those that were" {
	sql "UPDATE machines SET fqdn = 'pc-0001.lab7.example.com'; UPDATE machines SET state = 'unprovisioned' WHERE uuid = '$uuid'"
	run -0 machine-find -d "$site" pc-0001
	[ "$output" = "$other" ]
	run -0 machine-find -d "$site" "$uuid"
	[ "$output" = "$uuid" ]
	run -0 machine-find -d "$site" --set-up "$uuid" "$other"
	[ "$output" = "$other" ]
	sql "UPDATE machines SET state = 'heard'"
	run -65 --separate-stderr machine-find -d "$site" "$uuid"
	[ "$stderr" = "machine-find: $uuid: the machine is not set up (its state is heard)" ]
	# It has left setup mode, and nothing is wrong with it.
	sql "UPDATE machines SET state = 'committed' WHERE uuid = '$uuid'"
	run -65 --separate-stderr machine-find -d "$site" "$uuid"
	[ "$stderr" = "machine-find: $uuid: the machine is set up, and no sweep has verified it yet; run amt-sweep first" ]
}
