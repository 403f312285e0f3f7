#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	samples=$PWD/store
	cd "$BATS_TEST_TMPDIR"
	amt-init -d site >/dev/null
	for kind in keys map hello; do
		store-load -d site <"$samples/lab7.$kind"
	done
}

@test "the reports of a site are in its own folder and say what the store knows" {
	run -0 --separate-stderr amt-report -d site
	[ -z "$output" ] && [ -z "$stderr" ]
	[ "$(wc -l <site/reports/report.csv)" = 7 ]
	jq -e '.totals.heard == 4 and .totals.expected == 2' site/reports/report.json
	grep -q '^EXPECTED, NOT SEEN (2)$' site/reports/report.txt
	[ "$(jq -r .status site/reports/health.json)" = complete ]
}

@test "-o names another folder, AMT_SITE another site, equal content gives equal bytes" {
	amt-report -d site
	AMT_SITE=site amt-report -o elsewhere/reports
	diff -r site/reports elsewhere/reports
}

@test "without being asked no password leaves the store, and asked they are private" {
	umask 000
	amt-report -d site
	[ "$(ls site/reports)" = "health.json
report.csv
report.html
report.json
report.txt
totals.csv" ]
	amt-report -d site --passwords admin.csv --mebx-passwords=mebx.csv
	[ "$(stat -c %a admin.csv mebx.csv)" = "600
600" ]
	[ "$(head -n 1 admin.csv mebx.csv | tr '\n' ' ')" = \
		"==> admin.csv <== uuid,fqdn,password  ==> mebx.csv <== uuid,fqdn,mebx_password " ]
}

@test "a machine that took its password is in the file with exactly that one" {
	store-plan -d site -p site/profile.xml -t 100 | sed '1,/^@end/d' >jobs
	job=$(sed -n 2p jobs | cut -f 1)
	uuid=$(sed -n 2p jobs | cut -f 2)
	fqdn=$(sed -n 2p jobs | cut -f 3)
	admin=$(sed -n 2p jobs | cut -f 9)
	{
		printf '@results/2\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware\trealm\n'
		for milestone in reached admin-set committed verified; do
			printf '%s\t%s\t2026-11-22T14:20:01Z\t%s\t\t\t9.1.40\t\n' "$job" "$uuid" "$milestone"
		done
		printf '@end\t4\t0\n'
	} | store-load -d site
	amt-report -d site --passwords admin.csv
	[ "$(cat admin.csv)" = "uuid,fqdn,password
$uuid,$fqdn,$admin" ]
	grep "^$uuid,$fqdn,127.7.0.1,lab7,LAB7001B,verified,,,1,9.1.40,.*,2026-11-22T14:20:01Z,1,,standard$" site/reports/report.csv
	run ! grep -rF -e "$admin" site/reports
}

@test "certificates of machines are listed, to a file as well, and no reports are written" {
	uuid=7ab70000-0000-4000-8000-000000000001
	sqlite3 site/site.db "INSERT INTO issued VALUES ('$(printf '%064d' 7)', '$uuid', '0A', '/CN=a,b', '/CN=Lab', 0, 86400, NULL, '')"
	run -0 --separate-stderr amt-report -d site --certificates
	[ "$(tr -d '\r' <<<"$output")" = "uuid,fqdn,serial,subject,issuer,issued_at,until,fingerprint,state,revoked_at
$uuid,,0A,\"/CN=a,b\",/CN=Lab,1970-01-01T00:00:00Z,1970-01-02T00:00:00Z,$(printf '%064d' 7),issued," ]
	amt-report -d site --certificates -o list.csv
	diff list.csv <(amt-report -d site --certificates)
	[ ! -e site/reports/report.txt ]
	for other in --keys --drift "--history LAB7001B" "--passwords x.csv"; do
		# shellcheck disable=SC2086 # words
		run -64 amt-report -d site --certificates $other
	done
}

@test "one machine is found by name, label, UUID, address or PID, in any case, else by a part" {
	shown=$(amt-report -d site pc-0002)
	[ "$(head -n 1 <<<"$shown")" = "pc-0002.lab7.example.com: waiting" ]
	for machine in PC-0002.lab7.Example.com 7AB70000-0000-4000-8000-000000000002 \
		7ab70000000040008000000000000002 127.7.0.2 LAB7-002C lab7002c 7002 0002.lab; do
		[ "$(amt-report -d site "$machine")" = "$shown" ]
	done
	tr -s ' \n' ' ' <<<"$shown" >line
	grep -q ' name pc-0002.lab7.example.com by machines.csv (machines.csv:3) ' line
	grep -q ' 2026-11-22 ..:..:.. hello first from 127.7.0.2, version 2, PID LAB7002C ' line
	# one that was not heard has its names alone
	[ "$(amt-report -d site pc-0005 | sed '1,/^What happened/d' | wc -l)" = 2 ]
	[ "$(ls site/reports 2>/dev/null)" = "" ]
}

@test "several machines that fit are listed, none and wrong words are said so" {
	run -65 --separate-stderr amt-report -d site lab7
	[ "${#lines[@]}" = 6 ]
	[ "$stderr" = "amt-report: lab7: 6 machines fit: name one of them, by its UUID if need be" ]
	run -65 --separate-stderr amt-report -d site pc-9999
	[[ $stderr = "amt-report: pc-9999: no machine fits "* ]]
	[ -z "$output" ]
	run -64 --separate-stderr amt-report -d site pc-0001 pc-0002
	run -64 --separate-stderr amt-report -d site ''
	run -64 --separate-stderr amt-report -d site --keys pc-0001
	run -66 --separate-stderr amt-report -d nowhere pc-0001
	run -74 --separate-stderr sh -c 'amt-report -d site pc-0001 >/dev/full'
}

@test "the time line has every plan and result, in the order of a sweep, and no password" {
	store-plan -d site -p site/profile.xml -t 100 | sed '1,/^@end/d' >jobs
	job=$(sed -n 2p jobs | cut -f 1)
	uuid=$(sed -n 2p jobs | cut -f 2)
	{
		printf '@results/2\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware\trealm\n'
		for milestone in reached admin-set committed verified; do
			printf '%s\t%s\t2026-11-22T14:20:01Z\t%s\t\t\t9.1.40\t\n' "$job" "$uuid" "$milestone"
		done
		printf '@end\t4\t0\n'
	} | store-load -d site
	amt-report -d site "$uuid" >shown
	[ "$(sed '1,/^What happened/d' shown | awk '$1 ~ /^2026/ { print $3 }' | paste -sd ' ')" = \
		"hello key key planned reached admin-set committed verified key ended" ]
	run ! grep -qF -e "$(sed -n 2p jobs | cut -f 9)" shown
}

@test "a batch or a time: shown, or in a folder of its own, and the site's reports stay" {
	amt-report -d site
	cp -r site/reports old
	run -0 --separate-stderr amt-report -d site --batch lab7 --since 2026-11-22
	[ -z "$stderr" ]
	grep -q 'Only machines with a key of batch lab7, and heard' <<<"$output"
	amt-report -d site -b lab7 -o own
	[ "$(ls own | wc -l)" = 5 ]
	[ "$(jq '.machines | length' own/report.json)" = 4 ]
	diff -r old site/reports
	run -65 --separate-stderr amt-report -d site --batch lab9
	[[ $stderr = *'there is no batch of this name (got "lab9")'* ]]
	run -64 --separate-stderr amt-report -d site --since 'last week'
	[[ $stderr = *'is no time (got "last week", expected today, yesterday, '* ]]
	for other in --drift --certificates --runs "--history LAB7001B" "--passwords x.csv" pc-0001; do
		# shellcheck disable=SC2086 # words
		run -64 amt-report -d site --batch lab7 $other
		# shellcheck disable=SC2086 # words
		run -64 amt-report -d site --since today $other
	done
	run -64 amt-report -d site --keys --since today
}

@test "a store that cannot be read leaves the old reports and says so" {
	amt-report -d site
	cp -r site/reports old
	head -c 3000 /dev/zero | dd of=site/site.db conv=notrunc status=none
	rm -f site/site.db-wal site/site.db-shm
	run ! --separate-stderr amt-report -d site
	[[ $stderr = *store-dump:* ]]
	cmp old/report.csv site/reports/report.csv
	[ "$(jq -r .status site/reports/health.json)" = failed ]
}

@test "a folder that cannot be made is 73, no site is 66, wrong words are 64" {
	touch file
	run -73 --separate-stderr amt-report -d site -o file/reports
	[ "$stderr" = "amt-report: file/reports: cannot create: Not a directory" ]
	run -66 --separate-stderr amt-report -d nowhere
	[ "$stderr" = "amt-report: nowhere: no site here; make one with: amt-init -d nowhere" ]
	run -64 --separate-stderr amt-report -d site --passwrd x
	run -64 --separate-stderr amt-report -d site one other
	run -0 --separate-stderr amt-report --help
	[[ ${lines[0]} = "usage: amt-report [-d site]"* ]]
	run -0 amt-report --version
}
