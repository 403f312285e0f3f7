# shellcheck shell=bash disable=SC2016,SC2154
# What scripts keep in variables of their own does not come from whoever calls them.
bats_require_minimum_version 1.5.0
load claims

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_of_lists 2
	mkdir precious
	echo kept >precious/file
	# Each name in lower case that a script says, as the environment has it.
	mapfile -t theirs < <(cat "$AMT_TEST_ROOT"/bin/amt-*[a-z] "$AMT_TEST_ROOT"/bin/*.sh |
		grep -oE '\$\{?[a-z_][a-z_0-9]*' | tr -d '${' | sort -u | sed "s,\$,=$PWD/precious,")
	[ "${#theirs[@]}" -gt 100 ]
	# getopt(1) takes it for a call of another kind.
	theirs+=(GETOPT_COMPATIBLE=1)
}

# said COMMAND...: status and messages of it
said() {
	run --separate-stderr "$@"
	printf '%s\n%s\n' "$status" "$stderr"
}

# same COMMAND...: it says and ends the same with the names in the environment
same() {
	cp -r site before
	said "$@" >without
	rm -rf site
	mv before site
	said env "${theirs[@]}" "$@" >with
	echo "$*"
	diff without with
}

@test "names of a script's own variables in the environment change nothing" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 9 -subj "/CN=x" 2>/dev/null
	while read -r -a command; do
		same "${command[@]}"
		[ "$(cat precious/file)" = kept ]
		[ "$(ls precious)" = file ]
	done <<-'END'
		amt-init -d other/none
		amt-import -b more fleet/keys.csv
		amt-import --revoke 000057UP
		amt-map fleet/oob.csv
		amt-cert check ca.pem
		amt-cert add ca.pem
		amt-cert list
		amt-profile check site/profile.xml
		amt-sticks --list
		amt-sticks -n 0
		amt-sticks -b desk -g -n 1 -o site/desk.img
		amt-export
		amt-sweep --dry-run
		amt-sweep --rehearse
		amt-sweep -t 5
		amt-report
		amt-report pc-0001
		amt-handover --to csv
		amt-unprovision
		amt-check nothing
		amt-backup -o backup/none
		amt-explain MAP-NONE
	END
}

@test "nor where machines are taken back" {
	itself 1 | tell
	sql "UPDATE machines SET state = 'verified'"
	# Nothing is known of it, so it is not waited for.
	same amt-unprovision --yes "$(uuid 1)"
	grep -q "$(uuid 1)" without
}
