# shellcheck shell=bash disable=SC2154 # bats and common.bash set them
# What the tests of all settings share.  Needs common.bash and mixed.bash.

# root_made NAME: a root certificate with it, as DER
root_made() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj "/CN=$1" -days 30 \
		-outform DER -out "$1" 2>/dev/null
}

# site_of_certified MACHINES [FLEETGEN OPTION...]: all of AMT 16.0, none has a key in a list
site_of_certified() {
	cd "$BATS_TEST_TMPDIR" || return
	export AMT_SITE=$PWD/site
	fleetgen -n "$1" -o fleet -m -d lab.example.com -w 16.0.15.1735 "${@:2}"
	amt-init >/dev/null
	amt-map fleet/oob.csv fleet/location.csv 2>/dev/null
	certificate_make
	amt-cert add -p 3 prov.pfx 3< <(echo secret) >/dev/null
}

# The sample of all settings as the one profile: without what an agent would have put into
# the machine, with one more root, which no other setting names, and with another user of
# the second server.
everything() {
	root_made spare
	sed -n '/<profile name="everything">/,/<\/profile>/p' "$AMT_TEST_ROOT/samples/site/profile-all.xml" |
		sed "/<one-time-password>/d
			/<mps name=\"second\">/,/<\/mps>/s/<user>lab7/<user>lab8/
			s|<trusted-root-others>.*|<trusted-root name=\"spare\"><certificate>$(base64 -w 0 spare)</certificate></trusted-root><trusted-root-others>remove</trusted-root-others>|"
}

# sweep_silent [AMT-SWEEP OPTION...]: all of it ends well, with nothing said
sweep_silent() {
	run -0 --separate-stderr amt-sweep -t 100 -j 32 -P "$tls" -p "$plain" "$@"
	[ "$output$stderr" = "" ]
}

# The machines are switched on again with what they know.
machines_on() {
	peer_start --roots root.pem --state state.tsv
}

# The names of the settings table.
table_rows() {
	grep -ho '{ [.]name = "[a-z0-9.-]*"' "$AMT_TEST_ROOT"/formats/setup/setting_*.{c,def} | cut -d '"' -f 2 | sort -u
}

# known_state FILE [FIRST]: what machines keep, without what counts or numbers; FIRST: only of
# the classes that they had in that file
known_state() {
	awk -F'\t' 'FILENAME != ARGV[2] { had[$1, $2]; next }
		($1, $2) in had && $4 != "" && $2 != "machine" && $2 != "AMT_TimeSynchronizationService" &&
		$4 != "Handle" && $4 != "PolicyType" && $5 !~ /Handle: /' "${2-$1}" "./$1" |
		cut -f 1,2,4,5 | sort
}
