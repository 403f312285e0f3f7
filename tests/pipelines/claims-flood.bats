# Strangers who say that they are machines, while hellos never end or the run is
# killed again and again.
# slow

load claims

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

# Of twenty machines, from anywhere, twenty a second for two minutes at most.
forge_all() {
	local n u=('') p=('')
	for n in {1..20}; do
		u+=("$(uuid $n)")
		p+=("$(pid $n)")
	done
	printf '@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom\n'
	for _ in {1..480}; do
		for _ in 1 2 3 4 5; do
			n=$((RANDOM % 20 + 1))
			say "${u[n]}" "${p[n]}" "127.$((70 + RANDOM % 50)).$((RANDOM % 250)).$((RANDOM % 250 + 1))" || return
		done
		sleep 0.2
	done
}

@test "twenty forged hellos a second: all are set up, and stay so" {
	site_of_lists 20
	# shellcheck disable=SC2034 # say counts in it
	said=0
	peer_start
	mkfifo flood
	forge_all >flood 3>&- &
	children+=($!)
	store-load -d site <flood 3>&- &
	children+=($!)
	sleep 4
	for n in {1..20}; do itself $n; done | tell
	most=0
	for _ in 1 2 3 4 5 6; do
		amt-sweep -t 10 -P "$tls" -p "$plain" || [ $? = 75 ]
		now=$(state_count verified)
		echo "$now set up"
		[ "$now" -ge "$most" ]
		most=$now
		sleep 3
		sql 'UPDATE callers SET not_before = 1 WHERE not_before IS NOT NULL'
	done
	[ "$most" = 20 ]
	[ "$(sql 'SELECT count(*) FROM callers')" -ge 300 ]
}

@test "the whole run killed at random moments, results and all: each is set up once, and forgers get nothing" {
	site_of_strangers
	strangers_start
	forged before | tell
	for n in {1..15} 17 19 20; do itself "$n"; done | tell
	forged after | tell
	for _ in 1 2 3 4 5 6 7 8; do
		setsid amt-sweep -t 30 -j 8 -P "$tls" -p "$plain" 3>&- 2>/dev/null &
		run_pid=$!
		sleep "0.$((RANDOM % 9 + 1))"
		# Every process of it: script, plan, sweep and loader.
		kill -9 -- -"$run_pid" 2>/dev/null || :
		wait "$run_pid" || :
		sql 'UPDATE callers SET not_before = 1 WHERE not_before IS NOT NULL'
	done
	for _ in 1 2 3; do
		amt-sweep -t 60 -P "$tls" -p "$plain"
		! all_set_up || break
		sql 'UPDATE callers SET not_before = 1 WHERE not_before IS NOT NULL'
	done
	all_set_up
	[ ! -e site/sweep.results ]
	strangers_got_nothing
	peer_end
	[ "$(committed_uuids | uniq -d | wc -l)" = 0 ]
	passwords_are_theirs
}
