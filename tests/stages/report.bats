#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	samples=$PWD/report
	cd "$BATS_TEST_TMPDIR"
	dir=reports
	mkdir "$dir"
}

@test "the sample's machines give exactly the three expected files" {
	run -0 --separate-stderr report -o "$dir" "$samples/devices.tsv"
	[ -z "$output" ] && [ -z "$stderr" ]
	cmp "$dir/report.txt" "$samples/report.txt"
	cmp "$dir/report.csv" "$samples/report.csv"
	cmp "$dir/report.json" "$samples/report.json"
}

@test "without a folder the text goes to stdout and nothing else is written" {
	report "$samples/devices.tsv" >text
	cmp text "$samples/report.txt"
	report -o - <"$samples/devices.tsv" | cmp - text
	[ "$(ls "$dir")" = "" ]
}

@test "the CSV has the columns that the page promises, and one row a machine" {
	report -o "$dir" "$samples/devices.tsv"
	page=$(mandoc -Tascii "$AMT_TEST_ROOT/stages/report/report.1" | col -bx | tr -d ' \n')
	names=$(head -n 1 "$dir/report.csv")
	[[ "$page" == *"withthecolumns${names%,*}and${names##*,},quotedas"* ]]
	[ "$(wc -l <"$dir/report.csv")" = 22 ]
}

@test "the JSON is well-formed and agrees with the CSV, row by row" {
	report -o "$dir" "$samples/devices.tsv"
	jq -e '.totals.machines == 21 and (.machines | length) == 21' "$dir/report.json"
	jq -r '.machines[] | [.uuid, .state, .reason, .attempts] | map(tostring) | join(" ")' \
		"$dir/report.json" >json
	tail -n +2 "$dir/report.csv" | sed 's/"[^"]*"\(,[0-9]\)/remedy\1/; s/"[^"]*"".*"""*,127/name,127/' |
		awk -F, '{ print $1, $6, $7, $9 }' >csv
	diff json csv
}

@test "the JSON has numbers as numbers, of machines and of callers" {
	report -o "$dir" "$samples/devices.tsv"
	[ "$(jq -c '.machines[0] | [.attempts, .hellos, .set_up, .closes]' "$dir/report.json")" = \
		'[1,12,"2026-11-22T13:10:07Z",""]' ]
	[ "$(jq -c '.unproven[0] | [.version, .hellos, .tries, .pid]' "$dir/report.json")" = '[2,240,3,"LAB70101"]' ]
}

@test "how far batches, profiles and releases are is in all files alike" {
	awk -F '\t' -v OFS='\t' '/^@devices/ { sub("/2", "/4"); print $0, "tls", "chain", "device_cert", "device_kind", "roots", "profile"; left = 1; next }
		/^@end/ { left = 0 }
		left { print $0, "", "", "", "", "", $11 ~ /^9/ ? "=desk" : $11 ~ /^6/ ? "<i>kiosk" : "" ; next } { print }' \
		"$samples/devices.tsv" >profiles.tsv
	report -o "$dir" profiles.tsv
	cat >expected <<-'END'
		by,name,machines,heard,set_up,action_needed,retrying,waiting,not_seen,unprovisioned
		all,,21,19,3,8,3,5,2,0
		batch,"building B, floor 2",0,0,0,0,0,0,0,0
		batch,lab7,16,16,3,5,3,5,0,0
		batch,,5,3,0,3,0,0,2,0
		profile,<i>kiosk,2,2,0,0,0,2,0,0
		profile,'=desk,2,2,2,0,0,0,0,0
		profile,,17,15,1,8,3,3,2,0
		release,5.2,1,1,0,0,1,0,0,0
		release,6.2,2,2,0,0,0,2,0,0
		release,7.1,1,1,0,0,0,1,0,0
		release,8.1,1,1,1,0,0,0,0,0
		release,9.1,2,2,2,0,0,0,0,0
		release,,14,12,0,8,2,2,2,0
	END
	diff expected "$dir/totals.csv"
	jq -r '[.by_batch, .by_profile, .by_release][][] | [to_entries[] | if .key == "batch" or .key == "profile" or .key == "release" then .key, .value else .value end] | join(",")' \
		"$dir/report.json" | diff - <(tail -n +3 expected | tr -d "\"'" )
	sed -n '/^PROFILES$/,/^KEYS$/p' "$dir/report.txt" | diff - <(
		printf '%s\n' PROFILES '' \
			'    profile                   machines     heard    set up  action needed' \
			'    <i>kiosk                         2         2         0              0' \
			'    =desk                            2         2         2              0' \
			'    no profile yet                  17        15         1              8' '' '' \
			'RELEASES OF AMT' '' \
			'    release                   machines     heard    set up  action needed' \
			'    5.2                              1         1         0              0' \
			'    6.2                              2         2         0              0' \
			'    7.1                              1         1         0              0' \
			'    8.1                              1         1         1              0' \
			'    9.1                              2         2         2              0' \
			'    not known yet                   14        12         0              8' '' '' KEYS
	)
	grep -q '<tr><th scope="row"><bdi>&lt;i&gt;kiosk</bdi></th><td class="wide"><svg .*</svg></td><td>2</td><td>2</td><td>0</td><td>0</td></tr>' "$dir/report.html"
	[ "$(sed -n '/id="releases"/,/<\/section>/p' "$dir/report.html" | grep -c '<th scope="row">')" = 6 ]
}

@test "windows that close soon or have closed are listed, whatever else a machine needs" {
	report "$samples/devices.tsv" >text
	grep -A 3 '^STOP LISTENING WITHIN 2 HOURS (1)$' text | grep '^    2026-11-22 15:30 UTC  127.1.0.16 '
	grep -A 7 '^WINDOW CLOSED (1)$' text | tr '\n' ' ' | grep -- '-> Unplug it from mains .*2026-11-22 14:02 UTC  127.1.0.17 '
	# the second in which it closes, and the first that is not soon any more
	SOURCE_DATE_EPOCH=1795361400 report "$samples/devices.tsv" | grep '^WINDOW CLOSED (2)$'
	run ! grep -q LISTENING < <(SOURCE_DATE_EPOCH=1795348919 report "$samples/devices.tsv")
}

@test "hellos that nobody proved are listed with where, what, when and what was met" {
	report -o "$dir" "$samples/devices.tsv"
	[ "$(jq -r '.unproven[] | [.address, .pid, .hellos, .tries, .reason] | join(" ")' "$dir/report.json")" = \
		"127.1.9.9 LAB70101 240 3 HELLO-UNPROVEN
127.1.9.10  1 0 HELLO-UNPROVEN" ]
	[ "$(jq .dropped_callers "$dir/report.json")" = 990000 ]
	grep '^HELLOS NOT PROVED (2)$' "$dir/report.txt"
	grep -A 2 '^    127\.1\.9\.9 .*  PID LAB70101$' "$dir/report.txt" >one
	grep '240 hellos, last 2026-11-22 13:59 UTC, tried 3 times' one
	grep 'CONNECT-REFUSED: 127.1.9.9 port 16993' one
	grep '^990000 senders of hellos ' "$dir/report.txt"
	# They are no machines.
	run ! grep -e LAB70101 -e 127.1.9.9 "$dir/report.csv"
}

@test "every line of the text fits into 80 columns" {
	report "$samples/devices.tsv" | LC_ALL=C.UTF-8 awk 'length > 80 { exit 1 }'
}

@test "a name that a spreadsheet would run is made harmless in the CSV alone" {
	report -o "$dir" "$samples/devices.tsv"
	grep -F "\"'=HYPERLINK(\"\"http" "$dir/report.csv"
	[ "$(jq -r '.machines[19].fqdn' "$dir/report.json")" = '=HYPERLINK("http://192.0.2.1/")' ]
}

@test "control characters in a machine's words never reach the terminal or break the JSON" {
	sed 's/alert bad_record_mac/a\\nb\x1b[31mred\xc2\x9b\x01"\\\\/' "$samples/devices.tsv" >odd.tsv
	report -o "$dir" odd.tsv
	grep -F 'a?b?[31mred??"\' "$dir/report.txt"
	run ! grep -P '[\x00-\x08\x0b-\x1f]' "$dir/report.txt"
	jq -e '.machines[17].detail == "a\nb\u001b[31mred\u009b\u0001\"\\"' "$dir/report.json"
}

@test "a run that was cut short is marked in all three, with why and when" {
	report -o "$dir" -c "its time ran out with machines left" "$samples/devices.tsv"
	tr '\n' ' ' <"$dir/report.txt" | grep -F \
		"The sweep was cut short: its time ran out with machines left; this report is what was known at 2026-11-22 14:20 UTC."
	[ "$(jq -r '.cut_short, .why' "$dir/report.json")" = $'true\nits time ran out with machines left' ]
	[ "$(wc -l <"$dir/report.csv")" = 23 ]
	tail -n 1 "$dir/report.csv" | grep '^,,,,,cut-short,,The sweep was cut short: .*,,,,,,,*$'
	[ "$(jq -r .status "$dir/health.json")" = "cut short" ]
}

@test "a stream that is cut off publishes its health and leaves the old reports" {
	report -o "$dir" "$samples/devices.tsv"
	cp "$dir/report.csv" old.csv
	head -n 9 "$samples/devices.tsv" >cut.tsv
	run -65 --separate-stderr report -o "$dir" cut.tsv
	[ "${stderr_lines[0]}" = "report: cut.tsv:9: stream is cut: it has no @end line" ]
	[ "${stderr_lines[1]}" = "report: nothing published: the input is incomplete" ]
	cmp old.csv "$dir/report.csv"
	[ "$(jq -r .status "$dir/health.json")" = failed ]
	[ "$(ls -A "$dir" | wc -l)" = 6 ]
}

@test "the batches missing, the batches cut, and nothing at all fail alike" {
	sed '/@batches/,$d' "$samples/devices.tsv" >one.tsv
	run -65 --separate-stderr report -o "$dir" one.tsv
	[ "${stderr_lines[0]}" = "report: input: no @batches stream came" ]
	head -n -1 "$samples/devices.tsv" >two.tsv
	run -65 --separate-stderr report -o "$dir" two.tsv
	run -65 --separate-stderr report -o "$dir" /dev/null
	[ "${stderr_lines[0]}" = "report: input: no @devices stream came" ]
	[ "$(ls -A "$dir")" = health.json ]
}

@test "a bad record among good ones is named, counted and said in the report" {
	sed '/pc-0006/s/heard/herd/; /pc-0011/s/CONNECT-TIMEOUT/CONNECT-TIME/; /pc-0012/s/CONNECT-TIMEOUT//' \
		"$samples/devices.tsv" >bad.tsv
	run -65 --separate-stderr report -o "$dir" bad.tsv
	[ "${stderr_lines[0]}" = 'report: bad.tsv:7: unknown state of a machine (got "herd")' ]
	[ "${stderr_lines[1]}" = 'report: bad.tsv:12: unknown reason (got "CONNECT-TIME")' ]
	[ "${stderr_lines[2]}" = 'report: bad.tsv:13: machine is delayed without a reason' ]
	[ "$(jq '.totals.machines, .refused_records' "$dir/report.json")" = $'18\n3' ]
	grep "^3 of the store's records could not be read" "$dir/report.txt"
}

@test "what earlier programs refused is said in the report" {
	sed 's/^@end\t21\t0/@end\t21\t5/' "$samples/devices.tsv" >refused.tsv
	run -65 --separate-stderr report -o "$dir" refused.tsv
	grep "^5 of the store's records" "$dir/report.txt"
}

@test "a site without machines gives empty, whole reports" {
	head -n 1 "$samples/devices.tsv" >empty.tsv
	printf '@end\t0\t0\n@batches/1\tbatch\tnew\tissued\tconsumed\tseen\tused\trevoked\n@end\t0\t0\n' >>empty.tsv
	report -o "$dir" empty.tsv
	grep '^ *0  machines in all$' "$dir/report.txt"
	[ "$(wc -l <"$dir/report.csv")" = 1 ]
	jq -e '.machines == [] and .batches == []' "$dir/report.json"
}

@test "a folder that cannot be written is 73 and leaves no half report" {
	run -73 --separate-stderr report -o "none" "$samples/devices.tsv"
	[ "$stderr" = "report: none/report.csv: cannot create, nothing changed: No such file or directory" ]
	[ ! -e "none" ]
}

@test "a disk that is full in mid-report changes nothing" {
	report -o "$dir" "$samples/devices.tsv"
	cp "$dir/report.csv" old.csv
	sed 's/pc-0001/pc-9999/' "$samples/devices.tsv" >new.tsv
	run -74 --separate-stderr sh -c "trap '' XFSZ; ulimit -f 4; exec report -o '$dir' new.tsv"
	[[ $stderr = *"cannot write, nothing changed"* ]]
	cmp old.csv "$dir/report.csv"
	run ! grep -r pc-9999 "$dir"
	[ "$(ls -A "$dir" | wc -l)" = 6 ]
}

@test "an unwritable stdout is 74" {
	run -74 --separate-stderr sh -c 'report "$1" >/dev/full' - "$samples/devices.tsv"
	[[ $stderr = "report: standard output"* ]]
}

@test "an input that is not there is 66, wrong usage is 64" {
	run -66 --separate-stderr report nowhere.tsv
	[[ $stderr = "report: nowhere.tsv:"* ]]
	run -64 --separate-stderr report -x
	run -64 --separate-stderr report -c $'caf\xe9' "$samples/devices.tsv"
}

@test "a list of a thousand machines is cut in the text and whole in the CSV" {
	{
		head -n 1 "$samples/devices.tsv"
		for i in $(seq 1000); do
			printf '%08x-0000-4000-8000-0002b3000000\t\t127.2.%d.%d\t\tXTRA001A\trefused\tKEY-UNKNOWN\t\t0\t\t\t\t\t\t0\t\n' \
				"$i" $((i / 256)) $((i % 256))
		done
		printf '@end\t1000\t0\n'
		sed -n '/@batches/,/@end/p' "$samples/devices.tsv"
	} >many.tsv
	report -o "$dir" many.tsv
	grep -F '... and 960 more: see report.csv' "$dir/report.txt"
	[ "$(wc -l <"$dir/report.txt")" -lt 70 ]
	[ "$(grep -c KEY-UNKNOWN "$dir/report.csv")" = 1000 ]
}

@test "passwords go to their own files, mode 0600, exactly as they are" {
	umask 000
	run -0 --separate-stderr report -P "$dir/admin.csv" -M "$dir/mebx.csv" "$samples/passwords.tsv"
	[ -z "$output" ] && [ -z "$stderr" ]
	[ "$(stat -c %a "$dir/admin.csv" "$dir/mebx.csv")" = $'600\n600' ]
	[ "$(cat "$dir/admin.csv")" = 'uuid,fqdn,password
10000001-0000-4000-8000-0002b3000001,pc-0001.example.com,Grey-Boat=417
10000002-0000-4000-8000-0002b3000002,pc-0002.example.com,=1+Abcdefg' ]
	[ "$(cat "$dir/mebx.csv")" = 'uuid,fqdn,mebx_password
10000002-0000-4000-8000-0002b3000002,pc-0002.example.com,Moss$Lake 52
10000003-0000-4000-8000-0002b3000003,pc-0003.example.com,"Two""Q:9uote,s"' ]
}

@test "a cut stream of passwords leaves the old file as it was" {
	echo old >"$dir/admin.csv"
	head -n 2 "$samples/passwords.tsv" >cut.tsv
	run -65 --separate-stderr report -P "$dir/admin.csv" cut.tsv
	[ "$(cat "$dir/admin.csv")" = old ]
	[[ $stderr != *Grey* ]]
	run -65 --separate-stderr report -P "$dir/admin.csv" "$samples/devices.tsv"
	[ "${stderr_lines[0]}" = "report: input: no @passwords stream came" ]
	run -73 --separate-stderr report -P "$dir/none/admin.csv" "$samples/passwords.tsv"
}

@test "--help and --version answer on stdout" {
	run -0 --separate-stderr report --help
	[[ ${lines[0]} = "usage: report "* ]]
	run -0 --separate-stderr report --version
	[[ $output = "report (amtbatch) "* ]]
}

# devices ROW...: a stream of machines with certificates; a row is name, state,
# reason, detail, kind of certificate and roots
devices() {
	local n=0 row
	printf '@devices/3\tuuid\tfqdn\taddress\tbatch\tpid\tstate\treason\tdetail\tattempts\tnot_before\tfirmware\tfirst_heard\tlast_heard\tset_up\thellos\tcloses\ttls\tchain\tdevice_cert\tdevice_kind\troots\n'
	for row; do
		n=$((n + 1))
		IFS='|' read -r name state reason detail kind roots <<<"$row"
		printf '30000000-0000-4000-8000-00000000000%s\t%s\t127.3.0.%s\t\t\t%s\t%s\t%s\t1\t\t16.1.25\t\t\t\t1\t\t1.2\t\tcafe%s\t%s\t%s\n' \
			"$n" "$name" "$n" "$state" "$reason" "$detail" "$n" "$kind" "$roots"
	done
	printf '@end\t%s\t0\n@batches/1\tbatch\tnew\tissued\tconsumed\tseen\tused\trevoked\n@end\t0\t0\n' "$n"
}

@test "the roots that a machine knows are there where none is common" {
	long="Go Daddy G2, $(printf 'Some Certificate Authority %s, ' {1..12})2 of no known CA"
	devices "pc-1|refused|CERT-NO-ROOT|it does not list Lab Root||$long" \
		"pc-2|refused|CERT-NAME|prov.example.net fits nothing||Entrust G2" >devices.tsv
	report -o "$dir" devices.tsv
	tr -s ' \n' ' ' <"$dir/report.txt" >text
	grep -qF "it does not list Lab Root It knows the roots of: $long." text
	run ! grep -q 'Entrust' "$dir/report.txt"
	[ "$(jq -r '.machines[1].roots' "$dir/report.json")" = "Entrust G2" ]
	# once is enough
	devices "pc-1|refused|CERT-NONE|hello version 3 lists Entrust G2, 1 of no known CA||Entrust G2, 1 of no known CA" >devices.tsv
	report -o "$dir" devices.tsv
	[ "$(grep -c Entrust "$dir/report.txt")" = 1 ]
}

@test "certificates of machines are counted, and what none should show is listed" {
	devices "pc-1|verified||set up|on-die|" "pc-2|verified||set up|on-die|" "pc-3|verified||set up|self-signed|" \
		"pc-4|refused|DEVICE-NOT-GENUINE|a chain of 2|other|" "pc-5|verified||set up|on-die-broken|" >devices.tsv
	report -o "$dir" devices.tsv
	sed -n '/^CERTIFICATES OF MACHINES (5)/,/^SET UP LAST/p' "$dir/report.txt" >list
	grep -q '^      2  on-die ' list
	grep -q '^      1  self-signed ' list
	[ "$(grep -A 1 '^    127' list | tr -s ' \n-' ' ')" = " 127.3.0.5 pc 5 SHA 256 cafe5 127.3.0.4 pc 4 SHA 256 cafe4 " ]
	[ "$(jq -r '.machines[4].device_kind' "$dir/report.json")" = on-die-broken ]
}

@test "a machine that is set up and asks for setup again is listed with its remedy" {
	devices "pc-1|verified|SETUP-AGAIN|hello version 3 from 127.3.0.9||" >devices.tsv
	report -o "$dir" devices.tsv
	sed -n '/^SET UP, ASKS FOR SETUP AGAIN (1)/,/^SET UP LAST/p' "$dir/report.txt" | tr -s ' \n' ' ' >text
	grep -qF 'SETUP-AGAIN (1)' text
	grep -qF 'run amt-sweep --again with its UUID' text
	grep -qF 'hello version 3 from 127.3.0.9' text
}
