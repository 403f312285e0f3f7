# What the scripts say: one cause, one sentence, and what the manuals promise.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	samples=$AMT_TEST_BUILD/samples
	site_here
}

@test "a key file that is wrong has the manual's status, and one sentence for the cause" {
	amt-import -b lab7 "$samples/keys/plain.csv" 2>/dev/null
	head -c 32 /dev/urandom >site/site.key
	for command in "amt-report --passwords got" "amt-sticks -b lab7 -n 1 -o got" \
		"amt-export -b lab7 -n 1 --format csv -o got" "amt-sweep -t 5"; do
		# shellcheck disable=SC2086 # words
		run -78 --separate-stderr $command
		[ "$(grep -c 'site.key' <<<"$stderr")" = 1 ] || { echo "$command: $stderr"; false; }
		[ "$(wc -l <<<"$stderr")" -le 2 ] || { echo "$command: $stderr"; false; }
		[ ! -e got ]
	done
}

@test "after the cause no part of a pipe complains of what follows from it" {
	printf 'rubbish' >bad.zip
	printf 'PK\003\004rubbish' >cut.zip
	for file in bad.zip cut.zip nofile; do
		run --separate-stderr amt-import -b lab7 "$file"
		[ "$status" = 65 ] || [ "$status" = 66 ]
		[[ "$stderr" != *"stream is cut"* && "$stderr" != *"was kept"* ]]
		[[ "$stderr" != *"roken pipe"* && "$stderr" != *"cut off (no member"* ]]
	done
	# Also where SIGPIPE is ignored, as systemd has it.
	(trap '' PIPE && run amt-import -b 'lab 7' "$samples/keys/plain.csv" && [[ "$output" != *"roken pipe"* ]])
}

@test "a store that cannot be read is one cause: its reader says it, and the command what it means" {
	amt-report >/dev/null
	head -c 40960 /dev/urandom >site/site.db
	rm -f site/site.db-*
	for command in "amt-report pc-1" "amt-handover --to csv -o got" "amt-report" "amt-map --conflicts" \
		"amt-report --keys" "amt-export -b lab7 -n 1 --format csv -o got"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr $command
		[ "$status" -ge 65 ] || { echo "$command: $status"; false; }
		[ "$(grep -c 'site\.db' <<<"$stderr")" = 1 ] || { echo "$command: $stderr"; false; }
		[ "$(wc -l <<<"$stderr")" -le 2 ] || { echo "$command: $stderr"; false; }
		[[ "$stderr" != *stream* && "$stderr" != *incomplete* ]] || { echo "$command: $stderr"; false; }
		[ ! -e got ]
	done
}

@test "a reader that has seen enough is no failure of a list" {
	amt-import -b lab7 "$samples/keys/plain.csv" 2>/dev/null
	store-load -d site "$samples/store/lab7.map"
	for command in "amt-report --keys" "amt-report --batch lab7" "amt-report --runs" amt-explain "amt-report 7ab70000-0000-4000-8000-000000000001" "amt-sticks --list" \
		"amt-map --settled" "amt-map --conflicts" "amt-sweep --dry-run" "amt-profile show --for 7ab70000-0000-4000-8000-000000000001" \
		"amt-profile schema" "amt-check --skip dns" "amt-check --prometheus --skip dns"; do
		# The reader is gone before anything is written.
		mkfifo pipe
		sleep 600 <pipe 3>&- &
		exec 4>pipe
		kill $! && wait $! || true
		rm pipe
		# shellcheck disable=SC2086 # words
		$command >&4 4>&- 2>said || { echo "$command: $? $(cat said)"; false; }
		exec 4>&-
		[ ! -s said ] || { echo "$command: $(cat said)"; false; }
	done
	# What went wrong for another reason is still a failure.
	run -66 --separate-stderr amt-report --keys -d nowhere
	run -74 sh -c 'amt-report --keys >/dev/full'
}

@test "the summary of a sweep speaks of one machine, and of two" {
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	awk -F '\t' '/^@devices/ { print; left = 1; next } left && !seen[$6]++ && ($6 ~ /^(verified|refused|delayed|expected)$/) { print; n++ }
		/^@end/ { print "@end\t" n "\t0"; exit }' "$samples/report/devices.tsv" >four
	sweep-summary -b 1795300000 four >said
	grep -qx 'Set up now: 1.  Of 4 machines 1 is set up, 1 needs action, 1 is tried again, 1 has not said hello yet.' said
	{ sed -n '1p; /\tverified\t/p' four && printf '@end\t1\t0\n'; } >one
	sweep-summary -b 1795300000 one | grep -qx 'Set up now: 1.  Of 1 machine 1 is set up.'
	sweep-summary -b 1795300000 "$samples/report/devices.tsv" |
		grep -qx 'Set up now: 2.  Of 21 machines 3 are set up, 8 need action, 8 are tried again, 2 have not said hello yet.'
}

@test "wrong options of a part of a pipe print the usage of what was typed" {
	run -64 amt-hello --import -Z "$samples/hello/psk.bin"
	[[ "$output" = *"usage: amt-hello "* && "$output" != *"usage: hello-dump"* ]]
	run -64 amt-explain -x
	[[ "$output" = "amt-explain: "*"usage: amt-explain "* && "$output" != *reason-explain* ]]
	run -65 amt-explain NO-SUCH
	[[ "$output" = "amt-explain: NO-SUCH: no such reason"* ]]
	run -64 hello-dump -Z
	[[ "$output" = *"usage: hello-dump "* ]]
}

@test "a host name in a list says which setting a stick needs for it" {
	printf 'machine,new-mebx-password,host-name,dhcp\npc-0001,random,pc-0001,enabled\n' >list.csv
	run -73 amt-sticks -b x -g -c list.csv -o x.img
	[[ "$output" = *"host name is known from version 2.1 on (this file is 2.0)"*"STICK_VERSION in the site.conf"* ]]
	sed -i 's/^STICK_VERSION=2$/STICK_VERSION=2.1/' site/site.conf
	amt-sticks -b x -g -c list.csv -o x.img
}

@test "a stick that came back with nothing taken is listed as collected" {
	amt-sticks -b x -g -n 2 -o x.img >/dev/null
	[[ "$(amt-sticks --list | tail -n 1)" = *, ]] || [[ "$(amt-sticks --list | tail -n 1)" = *,$'\r' ]]
	amt-sticks --collect x.img >/dev/null 2>&1
	[ "$(sql 'SELECT collected > 0 FROM sticks')" = 1 ]
	sql 'UPDATE sticks SET collected = 1000'
	amt-sticks --collect x.img >/dev/null 2>&1
	[ "$(sql 'SELECT collected FROM sticks')" = 1000 ]
}

@test "--return of a stick that never was is refused" {
	run -65 store-issue -d site --return NOSUCH
	[ "$output" = 'store-issue: site: no key was ever issued to a stick "NOSUCH"' ]
}

@test "the first example of the README puts no OEM key on a stick" {
	amt-import -b lab7 "$samples/keys/plain.csv" 2>/dev/null
	line=$(sed -n 's/^    \(amt-sticks -d site -b [^#]*\).*/\1/p' "$AMT_TEST_ROOT/README.md" | head -n 1)
	[ -n "$line" ]
	eval "$line" >/dev/null
	[ "$(sql "SELECT count(*) FROM keys WHERE batch = 'lab7' AND state <> 0")" = 0 ]
}

@test "the manual's folder for a web server can be read by its group" {
	[ "$(id -u)" = 0 ] || skip "not root"
	line=$(sed -n 's/^\.Dl \(install -d -g www-data .*\)/\1/p' "$AMT_TEST_ROOT/bin/amt-report.1")
	[ -n "$line" ]
	line=${line/www-data/nogroup}
	eval "${line/\/srv\/www\/amt/web}"
	amt-report -o web
	[ "$(stat -c '%a %G' web/report.csv)" = "640 nogroup" ]
}

@test "the manual's line for cron runs with the PATH of cron" {
	make -s -C "$AMT_TEST_ROOT" V="$(basename "$AMT_TEST_BUILD")" \
		B="$AMT_TEST_BUILD" DESTDIR="$PWD/root" install >/dev/null
	line=$(sed -n 's/^\.Dl \*\/10 \* \* \* \* //p' "$AMT_TEST_ROOT/bin/amt-sweep.1")
	[[ "$line" = /usr/local/bin/amt-sweep\ * ]]
	line=${line/-t 540/-t 5}
	env -i PATH=/usr/bin:/bin HOME=/ SHELL=/bin/sh \
		/bin/sh -c "$PWD/root${line/\/srv\/amt/$PWD/site}"
	[ -s site/reports/report.txt ]
}

@test "usage says what was missing or too much" {
	while IFS='|' read -r words why; do
		# shellcheck disable=SC2086 # words
		run -64 $words
		[ "${lines[0]}" = "${words%% *}: $why" ]
		[[ "${lines[1]}" = "usage: ${words%% *} "* ]]
	done <<-'EOF'
		amt-init site|only options are taken (got 'site', expected -d before the site's folder)
		amt-sweep -t 20 site|only options are taken (got 'site', expected -d before the site's folder)
		amt-import keys.csv|-b is missing: the name of the batch that these keys belong to
		amt-import -b lab7 -c lost keys.csv|-c is for --revoke
		amt-export -o lab7.p7m|-b is missing: the batch whose keys are wanted
		amt-export -b lab7|-o is missing: the file to make
		amt-export -b lab7 -g -o lab7.p7m|-g needs -n: how many keys?
		amt-sticks -g -o lab7.img|-b is missing: the batch whose keys go on sticks
		amt-map a.csv b.csv c.csv|two files at most (got 3)
		amt-report --drift -b lab7|--batch is for reports and --keys
		amt-report --keys --since today|--since is for reports
		amt-hello -Z|invalid option -- 'Z'
		amt-hello -t|option requires an argument -- 't'
	EOF
}

@test "what is no key list at all has one reason, and no notice about its signature" {
	printf '\211PNG\r\n\032\n' >list.png
	run -65 amt-import -b lab7 list.png
	[ "${lines[0]}" = "keys-parse: list.png: is a picture: ask whoever sent it for the list as CSV" ]
	[ "${lines[1]}" = "amt-import: nothing was stored" ]
	[ "${#lines[@]}" = 2 ]
}

@test "a list with another separator is told so, whatever kind it is" {
	sed 's/,/|/g' "$samples/keys/plain.csv" >keys.csv
	printf 'machine name|UUID\npc1.a.example|6513270e-269e-4d37-b2a7-4de452e6b438\n' >map.csv
	printf 'machine|new-mebx-password\npc-0001|random\n' >machines.csv
	says='; separate fields by commas, semicolons or tabs (got "|")'
	run -65 amt-import -b lab7 keys.csv
	[[ "$output" = *"not a key list "*"$says"* ]]
	run -65 amt-map -n map.csv
	[[ "$output" = *"not a map "*"$says"* ]]
	run -73 amt-sticks -b lab7 -g -c machines.csv -o lab7.img
	[[ "$output" = *"no variable is named "*"$says"* ]]
}
