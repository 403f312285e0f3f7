# shellcheck shell=bash disable=SC2154 # run sets stderr
# sweep when time matters: machines that hang, runs and leases that end.
# timed
bats_require_minimum_version 1.5.0

load sweep

# Whether it listens cannot be asked.
start_full() {
	mute -f "$port" 3>&- &
	children+=($!)
	sleep 0.3
}

@test "a machine that takes no connection is CONNECT-TIMEOUT after ten seconds" {
	free_port
	start_full
	one_job
	run -0 --separate-stderr sweep -t 60 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = CONNECT-TIMEOUT ]
	[[ $(ends 6) == *'nothing for 10.0 s'* ]]
}

@test "fifty machines that hang end with the run, each with its true reason" {
	free_port
	start mute "$port"
	for i in {1..50}; do
		job "127.7.0.$i"
	done
	jobs_end
	SECONDS=0
	run -0 --separate-stderr sweep -t 10 -P "$port" -p 1 jobs.tsv
	[ "$SECONDS" -le 11 ]
	[ "$(ends 5 | sort | uniq -c | tr -s ' ')" = ' 50 TLS-TIMEOUT' ]
	[ "$(ends 6 | grep -Ec 'nothing for (9|10)\.[0-9] s')" = 50 ]
	[ "$(ends 1 | sort -u | wc -l)" = 50 ]
	[ "${lines[-1]}" = $'@end\t50\t0' ]
}

@test "machines that were not begun when time ran out are named, with status 75" {
	free_port
	start mute "$port"
	for i in {1..5}; do
		job "127.7.0.$i"
	done
	jobs_end
	run -75 --separate-stderr sweep -t 4 -j 2 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5 | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = ' 3 RUN-TIME-UP; 2 TLS-TIMEOUT;' ]
	[ "$(ends 6 | grep -c '^not begun$')" = 3 ]
}

@test "SIGTERM ends the run at once, every machine with a result" {
	free_port
	start mute "$port"
	for i in {1..5}; do
		job "127.7.0.$i"
	done
	jobs_end
	SECONDS=0
	sweep -t 60 -j 2 -P "$port" jobs.tsv >out 3>&- &
	sleep 1
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" = 75 ]
	[ "$SECONDS" -le 3 ]
	output=$(cat out)
	[ "$(ends 5 | sort | uniq -c | tr -s ' ')" = ' 5 RUN-CUT' ]
	[ "$(tail -n 1 out)" = $'@end\t5\t0' ]
}

@test "a lease that is over, or ends soon, is not overstayed" {
	free_port
	start mute "$port"
	job 127.7.0.1 "$pid" "$pps" Adm1n!pw 2020-01-01T00:00:00Z
	job 127.7.0.2 "$pid" "$pps" Adm1n!pw "$(date -u -d '+2 seconds' +%FT%TZ)"
	jobs_end
	SECONDS=0
	run -75 --separate-stderr sweep -t 30 -P "$port" jobs.tsv
	[ "$SECONDS" -le 4 ]
	[ "$(ends 5 | sort -u)" = RUN-TIME-UP ]
}

@test "jobs that do not end within the run's time run nothing" {
	SECONDS=0
	run -75 --separate-stderr sweep -t 1 < <(cat jobs.tsv; sleep 5)
	[ "$SECONDS" -le 3 ]
	[[ $stderr == *'time is up before the last job was read' ]]
}

@test "a result line is out as soon as it is known" {
	free_port
	start mute "$port"
	job 127.0.0.1
	printf '%s\n' "$(tail -n 1 jobs.tsv | sed 's/\t127.0.0.1\t/\t::1\t/')" >>jobs.tsv
	# shellcheck disable=SC2034 # jobs_end does
	rows=2
	jobs_end
	# nothing listens on ::1, the other one hangs
	sweep -t 5 -P "$port" jobs.tsv >out 3>&- &
	sleep 1.5
	grep -q CONNECT out
	wait $!
}

@test "a reader that stands still cannot hold the run longer than a second" {
	free_port
	for _ in {1..2000}; do
		job 127.7.0.1
	done
	jobs_end
	SECONDS=0
	run bash -c "{ sweep -t 2 -P $port jobs.tsv; echo \$? >status; } | sleep 4"
	[ "$(cat status)" = 142 ] # SIGALRM
}

@test "a machine that waits gives its place to another" {
	# a second from commit to verification each, one place for all
	start_fleet -n 8 --
	SECONDS=0
	run -0 --separate-stderr sweep -t 30 -j 1 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 4 | sort | uniq -c | tr -s ' ')" = ' 8 verified' ]
	[ "$SECONDS" -le 4 ]
}
