# shellcheck shell=bash disable=SC2154 # bats and common.bash set them
# What the tests share in which a hello is somebody else's: a fleet, strangers,
# and what came of it.
load common

teardown() {
	children_end
}

# cell N COLUMN: of the fleet's machine N
#
# This and say are asked hundreds of times: bash does it without a process.
cell() {
	local line
	mapfile -t -s "$1" -n 1 line <fleet/fleet.tsv
	# A tab would count as a space, of which several are one.
	IFS=$'\x1f' read -ra line <<<"${line//$'\t'/$'\x1f'}"
	echo "${line[$2 - 1]}"
}

uuid() { cell "$1" 2; }
pid() { cell "$1" 3; }

# say UUID PID ADDRESS [VERSION]: one hello of just now
say() {
	local TZ=UTC0
	printf '%(%FT%TZ)T\t%s\t%s\t%s\t1\t%s\t%s\t\tport 9971\n' -1 \
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
	for _ in {1..600}; do
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
