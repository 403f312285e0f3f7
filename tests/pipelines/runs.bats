# shellcheck shell=bash disable=SC2034,SC2154
# What amt-sweep came to is kept, run by run.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

runs() {
	amt-report --runs | tr -d '\r' | cut -d , -f "$1"
}

@test "each sweep has a row, in the reports that it writes too" {
	site_of_fleet 3
	peer_start
	sweep_all
	[ "$(runs 1,4-)" = "run,planned,done,failed,put_off,visits,drift,status,why
1,3,3,0,0,0,0,0," ]
	[ "$(runs 2,3 | tail -n 1 | grep -c '^20..-..-..T..:..:..Z,20..-..-..T..:..:..Z$')" = 1 ]
	sed -i 's|<ping>on</ping>|<ping>off</ping>|' site/profile.xml
	sweep_all --check
	[ "$(runs 4-10 | tail -n 1)" = 0,0,0,0,3,3,0 ]
	sweep_all
	[ "$(runs 4-10 | tail -n 1)" = 0,0,0,0,3,3,0 ]
	# Reports and other commands are no runs.
	amt-report
	[ "$(runs 1 | wc -l)" = 4 ]
	amt-report --runs -o list.csv
	diff list.csv <(amt-report --runs)
}

@test "a sweep that is killed is in it once the next has begun, with its results" {
	site_of_fleet 6
	peer_start -D 300
	setsid amt-sweep -t 90 -j 2 -P "$tls" -p "$plain" 3>&- &
	sweep=$!
	for _ in {1..300}; do
		! grep -qs $'\tverified\t' site/sweep.results || break
		sleep 0.1
	done
	kill -9 -- "-$sweep"
	wait "$sweep" || true
	[ "$(runs 3-11 | tail -n 1)" = ,,,,,,,, ]
	done_then=$(grep -c $'\tverified\t' site/sweep.results)
	sweep_all
	[ "$(runs 4-11 | sed -n 2p)" = "6,$done_then,0,$((6 - done_then)),0,0,,it was killed" ]
	[ "$(state_count verified)" = 6 ]
	[ "$(runs 4 | sed -n 3p)" -le $((6 - done_then)) ]
}

@test "a history that cannot be written keeps no machine from being set up" {
	site_of_fleet 1
	peer_start
	sql "CREATE TRIGGER no_history BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'none'); END"
	run ! --separate-stderr sweep_all
	[[ $stderr = *"store-run: "* ]]
	[ "$(state_count verified)" = 1 ]
}

@test "RUN_DAYS says how long, and wrong words are refused" {
	site_here
	amt-sweep -t 5
	sql "UPDATE runs SET began_at = began_at - 8 * 86400, ended_at = began_at - 8 * 86400"
	sed -i 's/^RUN_DAYS=.*/RUN_DAYS=9/' site/site.conf
	amt-sweep -t 5
	[ "$(runs 1 | wc -l)" = 3 ]
	sed -i 's/^RUN_DAYS=.*/RUN_DAYS=7/' site/site.conf
	amt-sweep -t 5
	[ "$(runs 1 | paste -sd ' ')" = "run 2 3" ]
	sed -i 's/^RUN_DAYS=.*/RUN_DAYS=0/' site/site.conf
	run -78 --separate-stderr amt-sweep -t 5
	[[ $stderr = *"RUN_DAYS is not a number in its range (got \"0\", expected 1 to 36500)"* ]]
	sed -i '/^RUN_DAYS=/d' site/site.conf
	for other in --keys --drift --certificates "--history LAB7001B" "--passwords x.csv" pc-1; do
		# shellcheck disable=SC2086 # words
		run -64 amt-report --runs $other
	done
}
