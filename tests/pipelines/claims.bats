# Who says that he is which machine, from where, before, while and after the
# machine itself does: judged by what the strangers were sent, by the machines,
# and by what the store and the report say.

load common

teardown() {
	children_end
}

# cell N COLUMN: of the fleet's machine N
cell() {
	sed -n "$(($1 + 1))p" fleet/fleet.tsv | cut -f "$2"
}

uuid() { cell "$1" 2; }
pid() { cell "$1" 3; }

# say UUID PID ADDRESS [VERSION]: one hello of just now
say() {
	printf '%s\t%s\t%s\t%s\t1\t%s\t%s\t\tport 9971\n' "$(date -u +%FT%TZ)" \
		"$3" "$1" "${4:-2}" "$((said++))" "$2"
}

# Lines on stdin into the store, as a stream.
tell() {
	{
		printf '@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom\n'
		cat
	} >stream
	printf '@end\t%s\t0\n' "$(($(wc -l <stream) - 1))" >>stream
	store-load -d site stream
}

# The true hello of machine N.
itself() {
	say "$(uuid "$1")" "$(pid "$1")" "$(cell "$1" 1)"
}

# forge KIND N: what a stranger says of machine N
forge() {
	case $1 in
	elsewhere) say "$(uuid "$2")" "$(pid "$2")" 127.66.0.1 ;;
	unknown-pid) say "$(uuid "$2")" "NONE000$(($2 % 10))" 127.66.0.2 ;;
	others-pid) say "$(uuid "$2")" "$(pid 20)" 127.66.0.3 ;;
	version-3) say "$(uuid "$2")" '' 127.66.0.4 3 ;;
	other-uuid) say "$(uuid 24)" "$(pid "$2")" 127.66.0.5 ;;
	made-up-uuid) say "00000000-0000-4000-8000-0000000000$((10 + $2))" "$(pid "$2")" 127.66.0.6 ;;
	wrong-key) say "$(uuid "$2")" "$(pid "$2")" "127.66.2.$2" ;;
	esac
}

kinds='elsewhere unknown-pid others-pid version-3 other-uuid made-up-uuid wrong-key'

# forged before|after: each kind of one machine; of machine 15 all of them
forged() {
	local n=1 kind
	[ "$1" = before ] || n=2
	for kind in $kinds; do
		forge "$kind" $n
		forge "$kind" 15
		n=$((n + 2))
	done
}

# Starts machines and strangers.  Second boards: at 127.66.1.N with the keys of
# machines 21 to 23, which are in nobody's hands otherwise.
strangers_start() {
	: >>strangers.log
	peer_start
	"$AMT_TEST_ROOT/tests/peer/stranger.py" strangers.log "$tls" "$plain" 127.66.0.{1..6} 3>&- &
	children+=($!)
	for _ in {1..100}; do
		[ "$(grep -c listening strangers.log)" -lt 12 ] || break
		sleep 0.05
	done
}

board() { # N ADDRESS UUID PID PPS PASSWORD [FAULT]
	printf '%s\t%s\t%s\t%s\t%s\t1\t5.2.57.1035\t%s\n' "$@" "" | head -n 1 |
		cut -f 1-8 >>fleet/fleet.tsv
}

site_of_strangers() {
	site_of_lists 24
	# Machines 21 to 24 are not there; their keys and names are.
	cp fleet/fleet.tsv all.tsv
	for n in 1 2 13 14 15; do
		board "127.66.2.$n" "$(uuid $n)" "$(pid $n)" "$(cell 23 4)" "$(cell $n 5)" wrong-pps
	done
	board 127.66.1.16 "$(uuid 16)" "$(pid 21)" "$(cell 21 4)" "$(cell 21 5)"
	board 127.66.1.17 "$(uuid 17)" "$(pid 22)" "$(cell 22 4)" "$(cell 22 5)"
	board 127.66.1.18 "$(uuid 23)" "$(pid 18)" "$(cell 18 4)" "$(cell 18 5)"
}

# What strangers got: the beginning of a handshake at most.
strangers_got_nothing() {
	run ! grep -P '\tplain\t(?!b.listening)' strangers.log
	run ! grep -e POST -e Authorization -e Digest -e admin strangers.log
	run ! grep -P '^[0-9]+\t127\.66\.2\.[0-9]+\t[^\t]*\t(request|challenge|commit)' journal.tsv
}

# What came of machine N: its state and reason.
became() {
	store-dump -d site -k devices | awk -F'\t' -v u="$(uuid "$1")" '$1 == u { print $6 "|" $7 }'
}

true_ones='1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 17 19 20'

all_set_up() {
	local n
	for n in $true_ones; do
		[ "$(became "$n" | cut -d '|' -f 1)" = verified ] || {
			echo "machine $n: $(became "$n")"
			return 1
		}
	done
}

# The store's password of each machine that is set up is the one it took.
passwords_are_theirs() {
	local n password ha1 realm line
	amt-report --passwords passwords.csv
	for n in $true_ones; do
		password=$(grep "^$(uuid "$n")," passwords.csv | tr -d '\r' | cut -d , -f 3)
		line=$(awk -F'\t' -v at="$(cell "$n" 1)" '$4 == "final" && $2 == at { l = $5 } END { print l }' journal.tsv)
		realm=$(sed 's/.*realm=\([^ ]*\).*/\1/' <<<"$line")
		ha1=$(printf 'admin:%s:%s' "$realm" "$password" | md5sum)
		grep -q "ha1=${ha1%% *}" <<<"$line" || {
			echo "machine $n has another password: $line"
			return 1
		}
	done
}

@test "whoever else says that he is a machine, before or after it: each is set up once, in one run" {
	site_of_strangers
	strangers_start
	forged before | tell
	for n in {1..20}; do itself $n; done | tell
	say "$(uuid 16)" "$(pid 21)" 127.66.1.16 | tell
	say "$(uuid 23)" "$(pid 18)" 127.66.1.18 | tell
	forged after | tell
	amt-sweep -t 60 -P "$tls" -p "$plain"
	all_set_up
	[ "$(became 16)" = "refused|UUID-SHARED" ]
	[ "$(became 18)" = "refused|KEY-SHARED" ]
	[ "$(became 23)" = "refused|KEY-SHARED" ]
	strangers_got_nothing
	[ "$(committed_uuids | wc -l)" = 18 ]
	[ "$(committed_uuids | uniq -d | wc -l)" = 0 ]
	run ! grep -P '\t127\.(66\.1\.1[68])\t.*\t(admin-set|names|commit)\t' journal.tsv
	# A person is told who.
	grep -q '^HELLOS NOT PROVED' site/reports/report.txt
	for n in 1 2 3 4 5 6 7 8 13 14 15; do
		jq -e --arg u "$(uuid $n)" '.unproven | map(select(.uuid == $u and .reason == "HELLO-UNPROVEN")) | length > 0' site/reports/report.json
	done
	[ "$(sql "SELECT count(*) FROM keys WHERE used_by IS NOT NULL")" = 18 ]
	peer_end
	passwords_are_theirs
}

@test "whoever says that he is a machine that is set up: it stays so, until it proves another thing" {
	site_of_strangers
	strangers_start
	for n in {1..15} 17 19 20; do itself $n; done | tell
	amt-sweep -t 60 -P "$tls" -p "$plain"
	all_set_up
	before=$(sql "SELECT uuid, set_up, life, fqdn FROM machines ORDER BY uuid")
	for _ in 1 2 3; do
		for n in $true_ones; do
			for kind in $kinds; do forge "$kind" $n; done
		done | tell
		say "$(uuid 17)" "$(pid 22)" 127.66.1.17 | tell
		amt-sweep -t 60 -P "$tls" -p "$plain"
		all_set_up
		[ "$(sql "SELECT uuid, set_up, life, fqdn FROM machines WHERE state = 'verified' ORDER BY uuid")" = "$before" ]
		sql 'UPDATE callers SET not_before = 1 WHERE not_before IS NOT NULL'
	done
	strangers_got_nothing
	# Another board under the UUID of one: left alone, and told.
	[ "$(became 17)" = "verified|UUID-SHARED" ]
	grep -q '^SET UP, UUID USED BY ANOTHER BOARD (1)$' site/reports/report.txt
	grep -q "PID $(pid 22) at" site/reports/report.txt
	run ! grep -P '\t127\.66\.1\.17\t.*\t(admin-set|names|commit)\t' journal.tsv
	peer_end
	passwords_are_theirs

	# All of them were reset; one says so, and one only seems to.
	mv journal.tsv journal.1
	strangers_start
	itself 19 | tell
	forge elsewhere 20 | tell
	amt-sweep -t 60 -P "$tls" -p "$plain"
	[ "$(sql "SELECT life, state FROM machines WHERE uuid = '$(uuid 19)'")" = "2|verified" ]
	[ "$(sql "SELECT life, state FROM machines WHERE uuid = '$(uuid 20)'")" = "1|verified" ]
	[ "$(committed_uuids)" = "$(uuid 19)" ]
	strangers_got_nothing
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
