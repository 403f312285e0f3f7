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
	run ! grep -vE '^(# (HELP|TYPE) amtbatch_[a-z_]+ .+|amtbatch_[a-z_]+(\{([a-z]+="[^"\\]*",?)+\})? [0-9]+)$' check.prom
	grep -qx 'amtbatch_check_status 2' check.prom
	grep -qx 'amtbatch_check_findings{check="map",code="MAP-EMPTY",grade="warn"} 1' check.prom
	grep -qx 'amtbatch_check_findings{check="store",code="STORE-DAMAGED",grade="fail"} 0' check.prom
	[ "$(grep -c '^amtbatch_check_findings{' check.prom)" = "$(grep -c '^\.It Li' "$AMT_TEST_ROOT/formats/check/check.5")" ]
	[ "$(sort check.prom | uniq -d)" = "" ]
	amt-check --server 127.0.0.1:1 --json --skip map --skip keys >check.json || [ $? = 2 ]
	[ "$(jq '[.checks[] | select(.check == "map" or .check == "keys")] | length' check.json)" = 0 ]
}

# prom NAME: its samples in the file, one a line, as an independent reader has them
prom() {
	"$AMT_TEST_ROOT/tests/peer/promtext.py" amt.prom "$1"
}

@test "the file for Prometheus has the report's numbers, and is one whole file at any time" {
	keys-make -b lab7 -n 3 | store-load -d site
	# Of an older store, as it were.
	sql "UPDATE keys SET batch = 'lab \"7\\'"
	names pc-1.example.com pc-2.example.com
	hellos "$(sum "$certs/root-A.pem")" ''
	cert-add -d site "$certs"/{leaf.key,leaf-oid.pem,above.pem} >/dev/null
	run -0 amt-sweep -t 5 -P 1 -p 1 || [ "$status" -le 75 ]
	now=$(date +%s)
	run -2 --separate-stderr amt-check --server 127.0.0.1:1 --prometheus -o amt.prom
	[ "$output$stderr" = "" ]
	[ "$(stat -c %a amt.prom)" = 644 ]
	[ "$(echo amt.prom*)" = amt.prom ]
	run -0 --separate-stderr "$AMT_TEST_ROOT/tests/peer/promtext.py" amt.prom
	[ "$stderr" = "" ]
	[ "$(prom amtbatch_check_status)" = 2 ]
	# As the report has it.
	[ "$(prom amtbatch_machines | awk '{ n += $NF } END { print n }')" = "$(jq .machines site/reports/health.json)" ]
	[ "$(prom amtbatch_machines_group | awk '{ n += $NF } END { print n }')" = 2 ]
	jq -r '.machines[].reason' site/reports/report.json | sed '/^$/d' | sort | uniq -c | awk '{ print "reason=" $2, $1 }' >want
	[ -s want ]
	prom amtbatch_machines_reason | grep -v ' 0$' | sort | diff <(sort want) -
	[ "$(prom amtbatch_machines_reason | wc -l)" = "$(amt-explain | awk '{ print $1 }' | while read -r c; do amt-explain "$c" | tail -n 1; done | grep -vc amt-check)" ]
	[ "$(prom amtbatch_keys | head -n 1)" = 'batch=lab \"7\\ state=new 3' ]
	[ "$(prom amtbatch_certificates)" = 0 ]
	[ "$(prom amtbatch_site_certificate_end_time_seconds)" = "$(date -d "$(openssl x509 -in "$certs/leaf-oid.pem" -noout -enddate | cut -d = -f 2)" +%s)" ]
	swept=$(prom amtbatch_sweep_last_time_seconds)
	[ "$swept" -le "$now" ]
	[ "$swept" -gt $((now - 600)) ]
	# What is there stays until the new one is complete: also when that cannot be.
	cp amt.prom before
	mkdir full
	AMT_LIBEXEC=/nowhere run ! amt-check --prometheus -o amt.prom
	cmp amt.prom before
	run -73 amt-check --prometheus -o nowhere/amt.prom
	run -73 amt-check --prometheus -o full
	[ "$(find . -name '*.prom*')" = ./amt.prom ]
	# Without a store the check's numbers are there all the same.
	mv site/site.db away.db
	run -2 --separate-stderr amt-check --server 127.0.0.1:1 --prometheus -o amt.prom
	[[ "$stderr" = "amt-check: the machines could not be counted" ]]
	[ "$(prom amtbatch_check_findings | grep -c 'STORE-MISSING.* 1$')" = 1 ]
	[ "$(prom amtbatch_machines)" = "" ]
}

@test "samples for Nagios, Icinga and Prometheus name commands, options and numbers that exist" {
	samples=$AMT_TEST_ROOT/samples
	amt-check --help >help
	grep -o '"-[a-z-]*" = {' "$samples/icinga/amtbatch.conf" | cut -d '"' -f 2 >options
	[ "$(wc -l <options)" = 5 ]
	while read -r option; do
		grep -qE "^ +$option " help || { echo "no option $option"; false; }
	done <options
	for file in icinga/amtbatch.conf nagios/amtbatch.cfg; do
		[ "$(tr -dc '{' <"$samples/$file" | wc -c)" = "$(tr -dc '}' <"$samples/$file" | wc -c)" ]
		grep -q /usr/local/bin/amt-check "$samples/$file"
	done
	# The service of Nagios runs as its line says.
	line=$(sed -n 's|^\tcommand_line\t/usr/bin/sudo -u amtbatch /usr/local/bin/||p' "$samples/nagios/amtbatch.cfg")
	arguments=$(sed -n 's/^\tcheck_command\t*//p' "$samples/nagios/amtbatch.cfg")
	[ "${arguments%%!*}" = "$(sed -n 's/^\tcommand_name\t//p' "$samples/nagios/amtbatch.cfg")" ]
	line=${line/'$ARG1$'/site}
	run -2 ${line/'$ARG2$'/${arguments##*!}}
	[[ "${lines[0]}" = CRITICAL:* ]]
	amt-check --server 127.0.0.1:1 --prometheus -o amt.prom || [ $? = 2 ]
	python3 -c 'import sys, yaml
for rule in yaml.safe_load(open(sys.argv[1]))["groups"][0]["rules"]: print(rule["expr"])' "$samples/prometheus/amtbatch.rules.yml" >rules
	[ "$(wc -l <rules)" = 4 ]
	grep -o 'amtbatch_[a-z_]*' rules | sort -u | while read -r name; do
		[ "$name" = amtbatch_site_certificate_end_time_seconds ] || [ -n "$(prom "$name")" ] || { echo "no $name"; false; }
	done
	prom amtbatch_machines_group | grep -q 'group=action needed '
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
