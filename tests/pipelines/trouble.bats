# A run that is killed, hung, doubled or has nowhere to write.

load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

teardown() {
	children_end
}

@test "killed at ten random moments and run again: set up once, with a known password" {
	site_of_fleet 80
	peer_start -D 150
	killed=0
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		amt-sweep -t 30 -j 20 -P "$tls" -p "$plain" 3>&- &
		script=$!
		for _ in {1..100}; do
			victim=$(descendant "$script" sweep)
			[ -z "$victim" ] || break
			sleep 0.02
		done
		sleep "$((RANDOM % 2)).$((RANDOM % 10))"
		! kill -9 "$victim" 2>/dev/null || killed=$((killed + 1))
		wait "$script" || :
		due
	done
	echo "$killed sweeps were killed at work"
	[ "$killed" -ge 5 ]
	for _ in 1 2 3; do
		amt-sweep -t 40 -P "$tls" -p "$plain"
		[ "$(state_count verified)" != 80 ] || break
		due
	done
	[ "$(state_count verified)" = 80 ]
	peer_end
	[ "$(committed_uuids | wc -l)" = 80 ]
	[ "$(committed_uuids | uniq -d | wc -l)" = 0 ]
	passwords_match
}

# descendant PID NAME: the process of that name below that one
descendant() {
	local child
	for child in $(pgrep -P "$1"); do
		if [ "$(cat /proc/"$child"/comm 2>/dev/null)" = "$2" ]; then
			echo "$child"
		fi
		descendant "$child" "$2"
	done
}

# Leases and back-off end now: what waiting does, without the waiting.
due() {
	sqlite3 site/site.db 'UPDATE machines SET lease = 1 WHERE lease IS NOT NULL; UPDATE callers SET not_before = 1 WHERE not_before IS NOT NULL'
}

@test "a second sweep at once says so and does nothing" {
	site_of_fleet 4 -F 'hang-tls*4'
	peer_start
	amt-sweep -t 6 -P "$tls" -p "$plain" 3>&- &
	children+=($!)
	for _ in {1..200}; do
		! grep -qs ":$(stat -c %i site/sweep.lock 2>/dev/null) " /proc/locks || break
		sleep 0.05
	done
	run -75 amt-sweep -t 6 -P "$tls" -p "$plain"
	[[ $output == *"another sweep is running"* ]]
}

@test "an unwritable report folder is told, and the machines are still recorded" {
	site_of_fleet 3
	peer_start
	echo "in the way" >reports
	run -73 amt-sweep -t 20 -o reports -P "$tls" -p "$plain"
	[[ $output == *reports* ]]
	[ "$(cat reports)" = "in the way" ]
	[ "$(state_count verified)" = 3 ]
}

@test "a run that is cut short writes its report and says so in it" {
	site_of_fleet 30
	peer_start -D 900
	run -75 amt-sweep -t 6 -j 4 -P "$tls" -p "$plain"
	grep -q 'cut short' site/reports/report.txt
	jq -e .cut_short site/reports/report.json
	[ "$(grep -c "^[0-9a-f]\{8\}-" site/reports/report.csv)" = 30 ]
	tail -n 1 site/reports/report.csv | grep -q cut-short
	[ "$(reason_count RUN-TIME-UP)" -gt 0 ]
}
