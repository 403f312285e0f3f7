# shellcheck shell=bash disable=SC2154
# amt-check: its three parts together.  Each finding is provoked in the tests of
# check-site, check-dhcp and check-net.
load ../stages/check

@test "a site that is fit for work passes, with 0; and the next command still works" {
	strace -o trace true 2>/dev/null || skip "strace cannot run here"
	keys-make -b lab7 -n 30 | store-load -d site
	expected 20
	port_open
	dns --host-record=provisionserver.lab7.example.com,127.0.0.1
	sed -i "s/^LISTEN=.*/LISTEN=127.0.0.1:$port/" site/site.conf
	heartbeat listening "$(now)"
	amt-backup --key kept.key
	run -0 --separate-stderr in_time amt-check --server "127.0.0.1:$dns"
	[ "$stderr" = "" ]
	[ "${lines[0]}" = "OK | fail=0 warn=0 pass=15" ]
	[ "$(grep -c '^pass  ' <<<"$output")" = 15 ]
	grep -qx "pass  port: 127.0.0.1:$port takes connections" <<<"$output"
	grep -qx "pass  dns: provisionserver.lab7.example.com has 127.0.0.1" <<<"$output"
	grep -qx "pass  keys: left: lab7 30 of 30" <<<"$output"
	grep -qx "pass  map: 20 machines, no conflict" <<<"$output"
	run -0 amt-report -d site
}

@test "a part that is killed, or is not there, makes it 3" {
	# A part that is killed, or is not there.
	mkdir libexec
	cp -r "$AMT_LIBEXEC/." libexec
	for part in site dhcp net show; do
		for reader in 'kill -9 $$' 'exec /nowhere' 'exit 2'; do
			# 2 is its verdict.
			[ "$part $reader" != "show exit 2" ] || continue
			printf '#!/bin/sh\n%s\n' "$reader" >reader
			chmod +x reader
			cp "$AMT_LIBEXEC"/check-* libexec
			cp reader libexec/check-$part
			AMT_LIBEXEC=$PWD/libexec run -3 amt-check --server 127.0.0.1:1
			[ -n "$output" ]
		done
	done
}

@test "wrong usage is 64, and output that cannot be written is no success" {
	run -64 amt-check -d
	run -64 amt-check --json --prometheus
	run -64 amt-check operand
	run -64 amt-check --skip nothing
	[[ "$output" == *"no such check (got \"nothing\""* ]]
	run -64 amt-check -t 0
	run -64 amt-check --server nonsense
	run -64 check-net -l nonsense </dev/null
	run -0 amt-check --help
	run -74 sh -c 'check-site -d site >/dev/full'
	run -74 sh -c 'check-site -d site | check-show >/dev/full'
	run -3 sh -c 'amt-check --server 127.0.0.1:1 >/dev/full'
}

@test "JSON and the text of Prometheus say the same" {
	amt-check --server 127.0.0.1:1 --json >check.json || [ $? = 2 ]
	[ "$(jq -r .status check.json)" = CRITICAL ]
	[ "$(jq '.complete, (.checks | length) == .fail + .warn + .pass' check.json | xargs)" = "true true" ]
	[ "$(jq -r '.checks[] | select(.code == "MAP-EMPTY") | .check, .grade, .found, .remedy' check.json)" = "map
warn
no machine in the map
Read an export of your inventory with amt-map." ]
	[ "$(jq '[.checks[] | (.grade == "pass") == (.code == "" and .remedy == "")] | all' check.json)" = true ]
	amt-check --server 127.0.0.1:1 --prometheus >check.prom || [ $? = 2 ]
	run ! grep -vE '^(# (HELP|TYPE) amtbatch_check_[a-z_]+ .+|amtbatch_check_[a-z_]+(\{([a-z]+="[^"\\]*",?)+\})? [0-9]+)$' check.prom
	grep -qx 'amtbatch_check_status 2' check.prom
	grep -qx 'amtbatch_check_findings{check="map",code="MAP-EMPTY",grade="warn"} 1' check.prom
	grep -qx 'amtbatch_check_findings{check="store",code="STORE-DAMAGED",grade="fail"} 0' check.prom
	[ "$(grep -c '^amtbatch_check_findings{' check.prom)" = "$(grep -c '^\.It Li' "$AMT_TEST_ROOT/formats/check/check.5")" ]
	[ "$(sort check.prom | uniq -d)" = "" ]
	amt-check --server 127.0.0.1:1 --json --skip map --skip keys >check.json || [ $? = 2 ]
	[ "$(jq '[.checks[] | select(.check == "map" or .check == "keys")] | length' check.json)" = 0 ]
}

@test "nothing is changed by a check" {
	keys-make -b lab7 -n 3 | store-load -d site
	mkdir site/spool
	sql 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	state() {
		sql .dump | sha256sum
		find site ! -name 'site.db-*' -printf '%p %m %u %s\n' | sort
	}
	state >before
	amt-check --server 127.0.0.1:1 >/dev/null || [ $? = 2 ]
	state | diff before -
}

@test "every code of check(5) is provoked by a test, and the page and amt-explain agree" {
	page=$(tr '\n' ' ' <"$AMT_TEST_ROOT/formats/check/check.5")
	sed -n 's/^\.It Li //p' "$AMT_TEST_ROOT/formats/check/check.5" | sort >want
	while read -r code; do
		text=$(amt-explain "$code" | sed '1d;$d' | tr '\n' ' ' | sed 's/  -> / /; s/   */ /g; s/^ //; s/ $//')
		[[ $page = *".It Li $code $text "* ]] || { echo "check.5 lacks: .It Li $code $text"; false; }
	done <want
	# found fails where its code is not found, so each code after it is.
	grep -ohE '\bfound [A-Z]+(-[A-Z]+)+' "$AMT_TEST_ROOT"/tests/stages/check-{site,dhcp,net}.bats |
		cut -d ' ' -f 2 | sort -u | diff want -
}
