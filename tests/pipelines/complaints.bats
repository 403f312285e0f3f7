# What a file of many bad rows may write: a hundred sentences a kind of cause, a
# thousand in a receipt, and how many more there were.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
}

# bad_list ROWS: a list of which no row is good
bad_list() {
	echo 'pid,pps,current password,new password'
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "%07d,x,a,b\n", i }'
}

# The most that everything in the site and its temporary files had, in kB.
watch_size() {
	local most=0 now
	while [ ! -e ended ]; do
		now=$(du -sk site tmp | awk '{ n += $1 } END { print n }')
		[ "$now" -le "$most" ] || most=$now
		sleep 0.05
	done
	echo "$most" >most
}

@test "a small zip of a million bad rows says a hundred of them, and how many more" {
	bad_list 1000000 >list.csv
	zip -q list.zip list.csv
	[ "$(stat -c %s list.zip)" -lt 4000000 ]
	run -65 --separate-stderr amt-import -b lab7 list.zip
	[ "${#stderr}" -lt 20000 ]
	[[ "$stderr" == *"keys-parse: list.zip:list.csv: and 999900 more like it: PID has the wrong length "* ]]
	[ "$(grep -c 'PID has the wrong length' <<<"$stderr")" = 101 ]
}

@test "an open quote in a long list writes no more" {
	{
		printf 'pid,pps,current password,new password\n"'
		awk 'BEGIN { for (i = 0; i < 900000; i++) print "AAAABBBB,PPS,admin,x" }'
	} >list.csv
	[ "$(stat -c %s list.csv)" -gt 18000000 ]
	run -65 --separate-stderr amt-import -b lab7 list.csv
	[ "${#stderr}" -lt 40000 ]
	[[ "$stderr" == *"list.csv:2: row is longer than 65536 bytes"* ]]
	[[ "$stderr" == *"list.csv: and "*" more like it: "* ]]
}

@test "a receipt and its temporary files are bounded, and say how many more" {
	mkdir tmp
	bad_list 200000 >list.csv
	watch_size &
	watcher=$!
	TMPDIR=$PWD/tmp run -65 --separate-stderr amt-import -b lab7 --receipt receipt list.csv
	touch ended
	wait "$watcher"
	[ "$(cat most)" -lt 4096 ]
	[ "$(stat -c %s receipt.txt)" -lt 300000 ]
	grep -q '200000 refused' receipt.txt
	[ "$(grep -c '^  no PID ' receipt.txt)" = 1001 ]
	grep -q '^  no PID .*list.csv: and 199000 more like it: PID has the wrong length' receipt.txt
	[ "$(jq .counts.refused receipt.json)" = 200000 ]
	[ "$(jq '.refused | length' receipt.json)" = 1001 ]
	[ "$(jq '.refused[1000].more' receipt.json)" = 199000 ]
}

@test "other programs that read lists are bounded as well" {
	bad_list 100000 >list.csv
	sed 's/^pid,pps/UUID,FQDN/' list.csv >map.csv
	sed 1d list.csv | cut -d , -f 1 >pids
	for command in "map-parse map.csv" "keys-revoke pids"; do
		$command >out 2>err && own=0 || own=$?
		[ "$own" = 65 ]
		[ "$(wc -l <err)" -le 210 ]
		grep -q ' more like it: ' err
	done
}

@test "a value as long as a line is cut in the message" {
	{
		printf 'UUID,FQDN\n'
		printf '00000000-0000-4000-8000-000000000001,%060000d.example.com\n' 0
	} >map.csv
	run -65 --separate-stderr map-parse map.csv
	[ "${#stderr}" -lt 1000 ]
}
