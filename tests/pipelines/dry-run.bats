# shellcheck shell=bash disable=SC2034,SC2154
# amt-sweep --dry-run says who would be set up, how and why, and who not; and
# nothing is written, nobody is asked.
load claims
load mixed
load kept

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

# All that a dry run could have changed.
everything() {
	find site -type f ! -name '*-shm' ! -name '*-wal' | sort | xargs sha256sum
	find site | grep -v -e '-shm$' -e '-wal$' | sort
}

# Hears whoever asks a machine for anything: nobody.
listener() {
	rm -f heard
	python3 -c '
import socket, sys
s = socket.socket()
s.bind(("", 0))
s.listen()
print(s.getsockname()[1], flush=True)
s.accept()
open("heard", "w").close()' 3>&- >port &
	children+=($!)
	for _ in {1..100}; do
		[ ! -s port ] || break
		sleep 0.05
	done
}

@test "keys, names and rules: who, by what, and why not; nothing is touched" {
	site_of_lists 6
	{ itself 1 && itself 2 && itself 3 && itself 4; } | tell
	cat >site/profile.xml <<-XML
		<profiles>
		  <rule profile="first" uuid="$(uuid 1)"/>
		  <rule profile="rest"/>
		  <profile name="first"><ping>on</ping></profile>
		  <profile name="rest"><ping>off</ping></profile>
		</profiles>
	XML
	sql "DELETE FROM map WHERE uuid = '$(uuid 3)'"
	amt-import --revoke "$(pid 4)" 2>/dev/null
	# Of a copy that somebody looks at, say: it stays as it is.
	[ "$(sql 'PRAGMA journal_mode = DELETE')" = delete ]
	everything >before
	run -0 --separate-stderr amt-sweep --dry-run
	everything | diff before -
	[ "$(sql 'PRAGMA journal_mode')" = delete ]
	[ "$stderr" = "" ]
	[ "${lines[0]}" = "Dry run: nothing was written, and no machine was asked." ]
	[ "${lines[1]}" = "WOULD BE SET UP" ]
	name() { sql "SELECT fqdn FROM map WHERE uuid = '$(uuid "$1")'"; }
	grep -E "^  $(name 1) +127[0-9.]+ +key $(pid 1)  profile first  by line 2: uuid=\"$(uuid 1)\"\$" <<<"$output"
	grep -E "^  $(name 2) +127[0-9.]+ +key $(pid 2)  profile rest  by line 3: every machine\$" <<<"$output"
	grep -E "^  MAP-NONE: 1\$" <<<"$output"
	grep -E "^      $(uuid 3) +127" <<<"$output"
	grep -E "^  KEY-REVOKED: 1\$" <<<"$output"
	grep -E "^  HELLO-NONE: 2\$" <<<"$output"
	[ "${lines[-1]}" = "2 planned, 4 not touched." ]

	run -0 --separate-stderr amt-sweep --dry-run --csv
	[ "${#lines[@]}" = 7 ]
	[ "${lines[0]}" = uuid,fqdn,address,wish,pid,certificate,profile,rule,due,state,reason,detail,not_before,lacks ]
	grep -E "^$(uuid 2),$(name 2),127[0-9.]+,set-up,$(pid 2),,rest,line 3: every machine,,planned,,,,\$" <<<"$output"
	amt-sweep --dry-run --json | jq -r '.[] | select(.reason == "MAP-NONE") | .uuid' >uuids
	[ "$(cat uuids)" = "$(uuid 3)" ]
	everything | diff before -
}

@test "no packet is sent; a sweep asks the same machine" {
	site_of_lists 1
	# At the ports of a real machine nobody can listen here: so a sweep is
	# asked whom it would ask, and the listener shows that it is heard.
	listener
	itself 1 | tell
	# LeakSanitizer does not work under strace.
	ASAN_OPTIONS=detect_leaks=0 run -0 strace -f -e trace=connect,sendto,sendmsg -o calls amt-sweep --dry-run
	run ! grep -E 'AF_INET' calls
	[ ! -e heard ]
	amt-sweep -t 5 -P "$(cat port)" -p "$(cat port)" || true
	[ -e heard ]
}

@test "who has a certificate is named with it" {
	site_of_mixed 12
	fleet_says_hello
	everything >before
	run -0 --separate-stderr amt-sweep --dry-run
	everything | diff before -
	grep -E "^  pc-[0-9]+\.lab\.example\.com +127[0-9.]+ +certificate prov\.lab\.example\.com  profile " <<<"$output"
	run ! grep -i 'private' <<<"$output"
}

@test "a certificate that nobody could issue is foretold" {
	site_of_lists 1
	itself 1 | tell
	wants() {
		printf '<profile name="a"><certificate>%s</certificate><tls>server</tls></profile>\n' "$1" >site/profile.xml
		amt-sweep --dry-run >plan
	}
	for by in local signer; do
		wants "$by"
		grep -E '^  pc-.*  but SIGNER-MISSING$' plan
		grep -xA 2 'WOULD BE TRIED, AND COULD NOT BE SET UP' plan | grep -x '  SIGNER-MISSING: 1'
	done
	# One that sign-run could not start.
	printf 'SIGNER=%s/by.sh\n' "$PWD" >>site/site.conf
	printf '#!/bin/sh\n' >by.sh
	chmod 600 by.sh
	wants signer
	grep -E '^  pc-.*  but SIGNER-MISSING$' plan
	chmod 700 by.sh
	wants signer
	run ! grep SIGNER-MISSING plan
	amt-cert ca make --cn "Lab machines" -o ca.pem >/dev/null
	wants local
	run ! grep SIGNER-MISSING plan
}

@test "several that say they are one machine are asked for a proof" {
	site_of_lists 1
	{ itself 1 && say "$(uuid 1)" "$(pid 1)" 127.9.9.9; } | tell
	run -0 --separate-stderr amt-sweep --dry-run
	[ "${lines[1]}" = "WOULD BE ASKED TO PROVE WHO THEY ARE" ]
	[ "${lines[-1]}" = "2 planned, 0 not touched." ]
}

@test "due visits and why; what is in order is counted" {
	set_up_keys 2 '<ping>on</ping>'
	run -0 --separate-stderr amt-sweep --dry-run
	[ "${lines[-1]}" = "0 planned, 0 not touched, 2 set up with no visit due." ]
	profile '<ping>off</ping>'
	everything >before
	run -0 --separate-stderr amt-sweep --dry-run
	everything | diff before -
	[ "${lines[1]}" = "WOULD BE VISITED" ]
	[ "$(grep -c 'because its profile changed$' <<<"$output")" = 2 ]
	run -0 --separate-stderr amt-sweep --dry-run --check --csv
	[ "$(grep -c ',check,' <<<"$output")" = 2 ]
}

@test "beside a sweep: what it works on is left out, and nobody waits" {
	site_of_fleet 2 -F 'hang-http=0*2'
	peer_start
	sweep_all -t 20 3>&- &
	sweep=$!
	children+=("$sweep")
	for _ in {1..100}; do
		[ "$(state_count planned)" != 2 ] || break
		sleep 0.05
	done
	run -0 --separate-stderr amt-sweep --dry-run
	[ "$stderr" = "amt-sweep: the last sweep was killed or runs still: its results that are not in the store yet are left out
amt-sweep: a sweep is running: what it works on is left out" ]
	[ "${lines[-1]}" = "0 planned, 0 not touched, 2 in the hands of another run." ]
	# What a killed one had is free at once.
	kill -9 -- "$sweep"
	children_end
}

@test "names with control characters are harmless, and a store that is written to is read" {
	site_of_lists 1
	itself 1 | tell
	sql "UPDATE map SET fqdn = 'pc' || char(27) || '[31mred.example.com'"
	sqlite3 site/site.db 'BEGIN IMMEDIATE; UPDATE meta SET value = value; SELECT 1;' '.system touch locked; sleep 5' &
	children+=($!)
	for _ in {1..100}; do
		[ ! -e locked ] || break
		sleep 0.05
	done
	start=$SECONDS
	run -0 --separate-stderr amt-sweep --dry-run
	[ $((SECONDS - start)) -le 3 ]
	grep -F 'pc?[31mred' <<<"$output"
	run ! grep $'\e' <<<"$output"
}

@test "wrong usage is told" {
	site_here
	for words in --csv --json '--dry-run -t 5' '--dry-run -o x' '--dry-run --csv --json' '--dry-run x'; do
		# shellcheck disable=SC2086 # words
		run -64 amt-sweep $words
	done
}
