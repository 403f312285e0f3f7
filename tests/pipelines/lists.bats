#!/usr/bin/env bats
# Every list as CSV and JSON, by one pair of options, and as its schema says.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	samples=$PWD
	cd "$BATS_TEST_TMPDIR"
	export AMT_SITE=$PWD/site
	amt-init >/dev/null
	for kind in keys map hello; do
		store-load -d site <"$samples/store/lab7.$kind"
	done
}

# valid NAME FILE
valid() {
	report-schema "$1" >schema.json
	/usr/bin/python3 "$AMT_TEST_ROOT/tests/peer/validate.py" schema.json "$2"
}

# both NAME ROWS COMMAND...: JSON and CSV of it have so many rows, the same
# columns and, but for numbers and flags, the same values; without an option it
# writes the CSV
both() {
	local name=$1 rows=$2
	shift 2
	"$@" --json >list.json
	"$@" --csv >list.csv
	valid "$name" list.json || return
	[ "$(jq length list.json)" = "$rows" ]
	/usr/bin/python3 - list.json list.csv <<-'END'
		import csv, json, sys
		data = json.load(open(sys.argv[1]))
		rows = list(csv.DictReader(open(sys.argv[2], newline="")))
		assert len(data) == len(rows), (len(data), len(rows))
		word = {True: ("1", "yes"), False: ("0", "no"), None: ("",)}
		for one, row in zip(data, rows):
		    assert list(one) == list(row), row
		    for name, value in one.items():
		        if isinstance(value, str):
		            guard = "'" if value[:1] and value[0] in "=+-@\t\r" else ""
		            assert row[name] == guard + value, (name, row)
		        elif value is None or isinstance(value, bool):
		            assert row[name] in word[value], (name, row)
		        else:
		            assert row[name] == str(value), (name, row)
	END
}

@test "keys, their history and certificates of machines" {
	both keys 8 amt-report --keys
	amt-report --keys | cmp - list.csv
	both keys 8 amt-report --keys -b lab7
	both history 2 amt-report --history LAB7001B
	both drift 0 amt-report --drift
	both runs 0 amt-report --runs
	uuid=7ab70000-0000-4000-8000-000000000001
	sqlite3 site/site.db "INSERT INTO issued VALUES ('$(printf '%064d' 7)', '$uuid', '0A', '/CN=a,b', '/CN=Lab', 0, 86400, NULL, '')"
	both certificates 1 amt-report --certificates
	amt-report --certificates --json -o list2.json
	cmp list.json list2.json
	[ "$(stat -c %a list2.json)" = 600 ]
}

@test "conflicts and what settled them" {
	sed '/^@end/d; s/pc-0001/pc-0100/; s/oob.csv/other.csv/; s/machines.csv/other.csv/' "$samples/store/lab7.map" |
		sed -n '1p; /pc-0100/p' >more.map
	printf '@end\t1\t0\n' >>more.map
	store-load -d site more.map
	amt-map --conflicts --json >list.json
	valid conflicts list.json
	[ "$(jq length list.json)" -ge 2 ]
	both conflicts "$(jq length list.json)" amt-map --conflicts
	both settled 0 amt-map --settled
	amt-map --why '=1+1' --set 7ab70000-0000-4000-8000-000000000001 pc-0001.lab7.example.com
	both settled 1 amt-map --settled
	amt-map --settled | cmp - list.csv
	[ "$(jq -r '.[0].why' list.json)" = =1+1 ]
	grep -F ",'=1+1," list.csv
	run -64 --separate-stderr amt-map --csv --undo 1
	run -64 --separate-stderr amt-map --json "$samples/map/oob.csv"
}

@test "sticks and their records" {
	both sticks 0 amt-sticks --list
	amt-sticks -b desk -g -n 3 -o desk.img 2>/dev/null
	both sticks 1 amt-sticks --list
	amt-sticks --list | cmp - list.csv
	[ "$(jq -c '.[0] | [.records, .taken]' list.json)" = '[3,0]' ]
	both records 3 amt-sticks --records
}

@test "reasons" {
	both reasons "$(amt-explain | wc -l)" amt-explain
	both reasons 2 amt-explain map-none key-unknown
}

@test "passwords only when asked, private, exact, and as their schema says" {
	store-plan -d site -p site/profile.xml -t 100 | sed '1,/^@end/d' >jobs
	job=$(sed -n 2p jobs | cut -f 1)
	uuid=$(sed -n 2p jobs | cut -f 2)
	admin=$(sed -n 2p jobs | cut -f 9)
	{
		printf '@results/2\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware\trealm\n'
		for milestone in reached admin-set committed verified; do
			printf '%s\t%s\t2026-11-22T14:20:01Z\t%s\t\t\t9.1.40\t\n' "$job" "$uuid" "$milestone"
		done
		printf '@end\t4\t0\n'
	} | store-load -d site
	umask 000
	amt-report --json --passwords admin.json --mebx-passwords mebx.json
	[ "$(stat -c %a admin.json mebx.json | xargs)" = "600 600" ]
	valid admin-passwords admin.json
	valid mebx-passwords mebx.json
	[ "$(jq -c 'map([.uuid, .password])' admin.json)" = "[[\"$uuid\",\"$admin\"]]" ]
	amt-report --csv --passwords admin.csv
	amt-report --passwords old.csv
	cmp admin.csv old.csv
	for list in --keys --drift --certificates "--history LAB7001B"; do
		# shellcheck disable=SC2086 # words
		run ! grep -qF -e "$admin" <(amt-report $list --json; amt-report $list --csv)
	done
	run -64 --separate-stderr amt-report --json
	[[ "$stderr" = "amt-report: --json is for lists and passwords; "* ]]
	run -64 --separate-stderr amt-report --csv pc-0001
}

@test "what a spreadsheet would run as a formula is made harmless in every list, but no password" {
	n=2
	{
		printf '@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n'
		for begin in = + - @ '\t' $'\r'; do
			printf '%s\t%s\t%s\t2026-11-20\t50\t%s\n' "7ab70000-0000-4000-8000-00000000010$n" \
				"pc-010$n.example.com" "s$n" "${begin}cmd|' /C calc'!A0"
			n=$((n + 1))
		done
		printf '@end\t6\t0\n'
	} | store-load -d site
	store-dump -d site -k map --csv >map.csv
	/usr/bin/python3 - map.csv <<-'END'
		import csv, sys
		rows = list(csv.DictReader(open(sys.argv[1], newline="")))
		seen = [row["from"] for row in rows if "calc" in row["from"]]
		assert [s[:2] for s in seen] == ["'=", "'+", "'-", "'@", "'\t", "'\r"], seen
	END
	{
		printf '@passwords/1\tuuid\tfqdn\tadmin\tmebx\n'
		printf '7ab70000-0000-4000-8000-000000000001\t=x.example.com\t=Pass,w0rd\t-Mebx1234\n@end\t1\t0\n'
	} | report -P admin.csv -M mebx.csv
	[ "$(tail -n 1 admin.csv)" = "7ab70000-0000-4000-8000-000000000001,'=x.example.com,\"=Pass,w0rd\"" ]
	[ "$(tail -n 1 mebx.csv)" = "7ab70000-0000-4000-8000-000000000001,'=x.example.com,-Mebx1234" ]
}
