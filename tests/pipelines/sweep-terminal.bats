# shellcheck shell=bash disable=SC2034,SC2154
# On a terminal a sweep shows how far it is in one line, never longer than the
# terminal is wide, and ends with a summary; elsewhere there is not one sign of it.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export TERM=xterm
}

teardown() {
	children_end
}

# Twenty that are set up, ten that hang: over two seconds.
fleet_that_hangs() {
	site_of_fleet 30 -F 'hang-http=0*10'
	peer_start
}

# on_terminal COLUMNS COMMAND: what it shows there, in screen
on_terminal() {
	script -qefc "stty cols $1; $2" /dev/null </dev/null >screen
}

# Each state of the line that is drawn, without its codes.
drawn() {
	tr '\r' '\n' <screen | grep $'\033\\[K$' | sed $'s/\033\\[K$//' | grep .
}

sweep="amt-sweep -t 9 -j 32"

@test "a line says how far it is, and a summary what came of it" {
	fleet_that_hangs
	on_terminal 200 "$sweep -P $tls -p $plain" || true
	drawn >lines
	grep -qE '^[0-9]+ of 30 done( \([0-9]+ failed, [0-9]+ [A-Z-]+\))?, [0-9]+ in flight(, [0-9.]+/s)?, 0:0[0-9] (left|until the time is up)(, [0-9]+ wait to be asked again)?(, [0-9]+ to begin)?$' lines
	run ! grep -vE '^[0-9]+ of 30 done' lines
	# The line is gone before the summary.
	sed $'s/.*\r\033\\[K//; s/\r$//' screen | tail -n 8 >summary
	cat summary
	grep -qx 'Set up now: 20.  Of 30 machines 20 are set up, 10 are tried again.' summary
	grep -qE '^ +10  (HTTP-TIMEOUT|RUN-TIME-UP): ' summary
	grep -qx "Report: $PWD/site/reports/report.html, report.txt" summary
	grep -q '^Next: ' summary
	# Nothing secret.
	amt-report --passwords p.csv
	cut -d, -f3 p.csv | tr -d '\r' | tail -n +2 | grep . >secrets
	run ! grep -Ff secrets screen
}

@test "a narrow terminal, and one that is resized: no line is longer than it" {
	fleet_that_hangs
	on_terminal 200 "(sleep 4; stty cols 20 <&2) & $sweep -P $tls -p $plain 3>&-" || true
	drawn >lines
	[ "$(awk 'length > 20' lines | wc -l)" -ge 1 ]
	[ "$(awk 'length == 19' lines | wc -l)" -ge 1 ]
	awk 'length == 19 { narrow = 1 } narrow && length > 19 { bad = 1 } END { exit bad }' lines
	[[ "$(tail -n 1 lines)" == *... ]] || [ "$(tail -n 1 lines | wc -c)" -le 20 ]
}

@test "on a dumb terminal, in a pipe and in a file there is none of it" {
	fleet_that_hangs
	# shellcheck disable=SC2086 # words
	run $sweep -P "$tls" -p "$plain" </dev/null
	[ "$output" = "" ] || [ "$output" = "sweep: time ran out" ]
	TERM=dumb on_terminal 80 "$sweep -P $tls -p $plain" || true
	run -1 grep $'\033' screen
	grep 'Of 30 machines' screen
}

@test "with -v a line at the end of each round, in a file too" {
	site_of_fleet 3
	peer_start
	sweep_all -v >out 2>&1
	grep -qE '^sweep: 3 of 3 done, 0 in flight, [0-9.]+/s, [0-9]+:[0-9]{2} (left|until the time is up)$' out
	run -1 grep -e $'\r' -e $'\033' out
}

@test "sweep -i says it every so many seconds" {
	fleet_that_hangs
	store-plan -d site -p site/profile.xml -t 20 >jobs
	sweep -i 1 -t 6 -P "$tls" -p "$plain" <jobs 2>said >/dev/null || true
	[ "$(grep -c '^sweep: [0-9]* of 30 done' said)" -ge 4 ]
	run -1 grep -e $'\r' -e $'\033' said
}

@test "a file's name with control and wide characters is harmless on the line" {
	export LC_ALL=C.UTF-8 # in C every byte of another alphabet is a question mark
	site_here
	keys-make -b lab7 -n 3000 | awk -F'\t' -v OFS=, 'BEGIN { print "pid,pps" } /^[^@]/ { print $1, $2 }' >plain.csv
	name=$'k\033]0;owned\007\xe2\x80\xae\xe9\x9b\xbb\xe8\x85\xa6'
	mkfifo "$name"
	{ head -n 1500 plain.csv; sleep 2.5; tail -n +1501 plain.csv; } >"$name" &
	children=($!)
	keys-parse -b lab7 plain.csv >keys
	mkfifo "s$name"
	{ head -n 1500 keys; sleep 2.5; tail -n +1501 keys; } >"s$name" &
	children+=($!)
	on_terminal 200 "store-load -d site \$'s$name'"
	grep -q $'\rstore-load: sk?\\]0;owned??\xe9\x9b\xbb\xe8\x85\xa6: [0-9]* records read' screen
	run -1 grep -e $'\007' -e $'\xe2\x80\xae' <(tr '\r' '\n' <screen | grep 'records read')
}
