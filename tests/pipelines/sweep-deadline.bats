# shellcheck shell=bash disable=SC2034,SC2154
# -t is kept whatever happens, and the report is written within it; what a killed
# sweep had is taken over at once; machines that say hello meanwhile join.
# timed
load claims

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

# sweep_timed SECONDS [OPTION...]: amt-sweep with $took, in milliseconds, and
# $status; what it said is in said
sweep_timed() {
	local start
	start=$(date +%s%N)
	status=0
	amt-sweep -t "$1" -P "${tls:-9}" -p "${plain:-9}" "${@:2}" >said 2>&1 || status=$?
	took=$((($(date +%s%N) - start) / 1000000))
	echo "took $took ms, status $status"
	cat said
}

# store_held HOW SECONDS: another program has the store
store_held() {
	rm -f held
	sqlite3 site/site.db "$1; UPDATE meta SET value = value; SELECT 1;" ".system touch held; sleep $2" 3>&- &
	children+=($!)
	for _ in {1..100}; do
		[ ! -e held ] || break
		sleep 0.05
	done
}

@test "another program writes to the store all the time: it ends in time, and reports" {
	site_of_fleet 3
	store_held 'BEGIN IMMEDIATE' 20
	sweep_timed 5
	[ "$status" = 75 ]
	[ "$took" -le 6000 ]
	grep -q 'another program has been writing to the store for too long; run this again' said
	grep -q 'cut short' site/reports/report.txt
	[ "$(wc -l <site/reports/report.csv)" -ge 4 ]
}

@test "and when nobody can even read the store: it ends in time, the reports stay" {
	site_of_fleet 3
	amt-report
	cp site/reports/report.txt before
	sqlite3 site/site.db 'PRAGMA journal_mode = DELETE' >/dev/null
	store_held 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE' 20
	sweep_timed 5
	[ "$status" = 75 ]
	[ "$took" -le 6000 ]
	cmp before site/reports/report.txt
}

@test "a store that is held until the last moment: what machines took is not lost" {
	site_of_fleet 3
	peer_start
	(
		for _ in {1..200}; do
			[ ! -s site/sweep.results ] || break
			sleep 0.02
		done
		store_held 'BEGIN IMMEDIATE' 9
	) 3>&- &
	children+=($!)
	sweep_timed 6
	[ "$took" -le 7000 ]
	sleep 9
	sweep_timed 20
	[ "$status" = 0 ]
	[ "$(state_count verified)" = 3 ]
	peer_end
	passwords_match
}

@test "who takes in the results stands still: it is ended in time, and nothing is lost" {
	site_of_fleet 6
	peer_start
	(
		for _ in {1..400}; do
			pid=$(pgrep -f "^store-load -d $PWD/site\$" | head -n 1) || true
			[ -z "$pid" ] || break
			sleep 0.01
		done
		kill -STOP "$pid"
	) 3>&- &
	children+=($!)
	sweep_timed 6
	[ "$took" -le 7000 ]
	grep -q 'store-load was killed' said
	grep -q 'cut short' site/reports/report.txt
	sweep_timed 30
	[ "$status" = 0 ]
	[ "$(state_count verified)" = 6 ]
	peer_end
	[ "$(committed_uuids | uniq -d)" = "" ]
	passwords_match
}

@test "nobody reads what it says, and not a byte more fits: it ends in time, and reports" {
	site_of_fleet 2
	peer_start
	mkfifo said
	exec 6<>said
	dd if=/dev/zero of=said bs=4096 oflag=nonblock 2>/dev/null || true
	dd if=/dev/zero of=said bs=1 oflag=nonblock 2>/dev/null || true
	start=$(date +%s%N)
	timeout -s KILL 20 amt-sweep -v -t 5 -P "$tls" -p "$plain" >said 2>&1 || status=$?
	took=$((($(date +%s%N) - start) / 1000000))
	exec 6>&-
	echo "took $took ms, status $status"
	[ "$status" = 70 ]
	[ "$took" -le 6000 ]
	grep -q 'cut short' site/reports/report.txt
}

@test "a program for names that hangs, and devices that do" {
	site_of_fleet 4 -F 'hang-http=0*2' -F 'hang-tls*2'
	peer_start
	sql "DELETE FROM map WHERE uuid = '$(uuid 1)'"
	printf '#!/bin/sh\nsleep 60\n' >names
	chmod 755 names
	{
		echo "PROPS=$PWD/names"
		echo PROPS_SECONDS=60
	} >>site/site.conf
	sweep_timed 9
	[ "$took" -le 10000 ]
	[ "$(wc -l <site/reports/report.csv)" -ge 5 ]
}

@test "a second sweep ends with one sentence; a killed one's machines are taken over at once" {
	site_of_fleet 2 -F 'hang-http=0*2'
	peer_start
	setsid amt-sweep -t 300 -P "$tls" -p "$plain" 3>&- >/dev/null 2>&1 &
	first=$!
	for _ in {1..200}; do
		[ "$(state_count planned)$(state_count reached)" = 00 ] || break
		sleep 0.05
	done
	sweep_timed 5
	[ "$status" = 75 ]
	[ "$took" -le 2000 ]
	[ "$(cat said)" = "amt-sweep: $PWD/site: another sweep is running; nothing done" ]

	# All of it, as at a power cut; its lease would last for minutes.
	kill -9 -- "-$first"
	[ "$(sql "SELECT count(*) FROM machines WHERE lease > unixepoch() + 200")" = 2 ]
	sed -i 's/hang-http=0//' fleet/fleet.tsv
	peer_end
	peer_start
	sweep_timed 30
	[ "$status" = 0 ]
	[ "$(state_count verified)" = 2 ]
}

@test "with --follow machines that say hello during the sweep are set up by it" {
	site_of_lists 4
	{ itself 1 && itself 2; } | tell
	peer_start
	(
		for _ in {1..200}; do
			[ "$(state_count verified)" != 2 ] || break
			sleep 0.1
		done
		itself 3 | tell
		sleep 3
		itself 4 | tell
	) 3>&- &
	children+=($!)
	sweep_timed 30 --follow
	[ "$status" = 0 ]
	[ "$took" -le 31000 ]
	[ "$took" -ge 20000 ]
	[ "$(state_count verified)" = 4 ]
	grep -c verified site/reports/report.csv
}
