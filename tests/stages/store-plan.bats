# slow
bats_require_minimum_version 1.5.0

# An empty site, and one with what lab7 has, to be copied.
setup_file() {
	clock 15:00:00
	store-init -d "$BATS_FILE_TMPDIR/empty"
	cp -a "$BATS_FILE_TMPDIR/empty" "$BATS_FILE_TMPDIR/lab7"
	store-load -d "$BATS_FILE_TMPDIR/lab7" store/lab7.keys store/lab7.map store/lab7.hello
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site=$BATS_TEST_TMPDIR/site
	tmp=$BATS_TEST_TMPDIR
	cp -a "$BATS_FILE_TMPDIR/empty" "$site"
	clock 15:00:00
}

# The time of day on 2026-11-22 for every program that is started after it.
clock() {
	SOURCE_DATE_EPOCH=$(date -ud "2026-11-22T${1}Z" +%s)
	export SOURCE_DATE_EPOCH
}

load() {
	store-load -d "$site" "$@"
}

# In place of the empty site: before anything else.
lab7() {
	cp -a "$BATS_FILE_TMPDIR/lab7/." "$site"
}

# The jobs of a plan, without the settings stream before them.
plan() (
	set -o pipefail
	store-plan -d "$site" -p "$site/profile.xml" -t 60 "$@" |
		sed '1,/^@end/d'
)

# Column NAME of the jobs in FILE, one a line.
column() {
	awk -F '\t' -v name="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) n = i - 1 }
		/^[^@]/ { print $n }' "$2"
}

# One machine's columns NAME... as the report sees it: machine 1 to 9.
device() {
	local uuid=7ab70000-0000-4000-8000-00000000000$1
	shift
	store-dump -d "$site" | awk -F '\t' -v uuid="$uuid" -v names="$*" '
		# The header has the kind before the columns.
		NR == 1 { for (i = 2; i <= NF; i++) at[$i] = i - 1 }
		$1 == uuid {
			n = split(names, name, " ")
			for (i = 1; i <= n; i++)
				printf("%s%s", (i > 1 ? "|" : ""), $(at[name[i]]))
			print ""
		}'
}

# A hello of machine N: hello N TIME [version creds_set retries pid [address]]
hello() {
	{
		head -n 1 store/lab7.hello
		printf '2026-11-22T%sZ\t%s\t7ab70000-0000-4000-8000-00000000000%s\t%s\t%s\t%s\t%s\t%s\tport 9971\n' \
			"$2" "${7:-127.7.0.$1}" "$1" "${3:-2}" "${4:-0}" "${5:-0}" \
			"${6-LAB700$1$(printf 'XBCDEFGHIJ' | cut -c $(($1 + 1)))}" \
			"$([ "${3:-2}" = 2 ] || echo sha256:0102)"
		printf '@end\t1\t0\n'
	} | load
}

# Results of machine N: result N JOB TIME milestone [reason [detail [firmware [realm]]]]
result() {
	local uuid=7ab70000-0000-4000-8000-00000000000$1
	{
		printf '@results/2\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware\trealm\n'
		printf '%s.%s\t%s\t2026-11-22T%sZ\t%s\t%s\t%s\t%s\t%s\n' "$uuid" "$2" "$uuid" \
			"$3" "$4" "${5-}" "${6-}" "${7-}" "${8-}"
		printf '@end\t1\t0\n'
	} | load
}

sql() {
	sqlite3 "$site/site.db" "$@"
}

# --- jobs ----------------------------------------------------------------

@test "a machine with hello, key and name becomes a job" {
	lab7
	run -0 --separate-stderr plan
	[ "$stderr" = "" ]
	echo "$output" >"$tmp/jobs"
	head -n 1 "$tmp/jobs" | grep -q '^@jobs/7'
	[ "$(tail -n 1 "$tmp/jobs")" = $'@end\t4\t0' ]
	sed -n 2p "$tmp/jobs" | cut -f 9 >"$tmp/password"
	[ "$(sed -n 2p "$tmp/jobs" | cut -f 1-8,10-)" = \
		$'7ab70000-0000-4000-8000-000000000001.1\t7ab70000-0000-4000-8000-000000000001\tpc-0001.lab7.example.com\t127.7.0.1\tpsk\tLAB7001B\tSEC3RETJ01MUADEMUPFJORLLAB76XYZF\tLab7-Mebx-1,admin\t\tstandard\t1\t2026-11-22T15:01:00Z\tset-up\t\t\t\t\t\t\t\t' ]
	[ "$(wc -c <"$tmp/password")" = 17 ]
	[ "$(device 1 state reason attempts)" = "planned||1" ]
}

@test "no two machines get one password, and none is readable in the store" {
	lab7
	plan >"$tmp/jobs"
	[ "$(column admin_next "$tmp/jobs" | sort -u | wc -l)" = 4 ]
	run ! grep -aqF -f <(column admin_next "$tmp/jobs") "$site"/site.db
}

@test "an empty site plans nothing" {
	run -0 --separate-stderr plan -v
	[ "${lines[1]}" = $'@end\t0\t0' ]
	[ "$stderr" = "store-plan: $site: 0 planned, 0 cannot be" ]
}

@test "a job is leased to one run until its time is over" {
	lab7
	plan >"$tmp/first"
	clock 15:00:59
	plan >"$tmp/second"
	[ "$(column job "$tmp/second")" = "" ]
	[ "$(device 1 state reason)" = "planned|" ]
	clock 15:01:00
	[ "$(device 1 state reason)" = "planned|RUN-CUT" ]
	plan >"$tmp/third"
	[ "$(column job "$tmp/third" | head -n 1)" = 7ab70000-0000-4000-8000-000000000001.2 ]
	[ "$(column attempt "$tmp/third" | sort -u)" = 2 ]
}

@test "two plans at once lease no machine twice" {
	lab7
	for i in 1 2 3 4; do
		plan >"$tmp/jobs.$i" &
	done
	wait
	cat "$tmp"/jobs.? | grep '^7ab' | cut -f 2 >"$tmp/uuids"
	[ "$(wc -l <"$tmp/uuids")" = 4 ]
	[ "$(sort -u "$tmp/uuids" | wc -l)" = 4 ]
}

@test "who knows that no run is alive takes its jobs over" {
	lab7
	plan >"$tmp/first"
	plan --take-over >"$tmp/second"
	[ "$(column attempt "$tmp/second" | xargs)" = "2 2 2 2" ]
	[ "$(sql "SELECT count(*) FROM jobs WHERE reason = 'RUN-CUT'")" = 4 ]
}

@test "planning again uses the password that was planned before, and tries it first" {
	lab7
	plan >"$tmp/first"
	plan --take-over >"$tmp/second"
	plan --take-over >"$tmp/third"
	[ "$(column admin_next "$tmp/first")" = "$(column admin_next "$tmp/third")" ]
	[ "$(column admin_now "$tmp/third" | head -n 1)" = \
		"$(column admin_next "$tmp/first" | head -n 1),Lab7-Mebx-1,admin" ]
	[ "$(sql 'SELECT count(*) FROM secrets')" = 4 ]
}

@test "the window that closes first goes first" {
	load store/lab7.keys store/lab7.map
	hello 1 14:00:00
	hello 2 14:30:00 2 0 13 # asking for four hours by then
	hello 3 13:30:00
	hello 4 14:10:00 2 0 7
	plan >"$tmp/jobs"
	[ "$(column fqdn "$tmp/jobs" | cut -c 7 | xargs)" = "2 3 4 1" ]
}

@test "-n takes so many, and the next plan the rest" {
	lab7
	plan -n 3 >"$tmp/first"
	plan -n 3 >"$tmp/second"
	[ "$(column job "$tmp/first" | wc -l)" = 3 ]
	[ "$(column job "$tmp/second" | wc -l)" = 1 ]
}

@test "the passwords are committed before a job is written" {
	lab7
	run -74 bash -c "store-plan -d '$site' -p '$site/profile.xml' -t 60 >/dev/full"
	[ "$(sql 'SELECT count(*) FROM secrets')" = 4 ]
}

@test "the profile says fixed passwords and what to switch" {
	lab7
	sed -e 's,<admin-password>.*,<admin-password><fixed>Fixed-Adm1n</fixed></admin-password>,' \
		-e 's,<mebx-password>.*,<mebx-password><fixed>Fixed-Mebx1</fixed></mebx-password>,' \
		-e 's,<rmcp-ping>keep,<rmcp-ping>off,' "$site/profile.xml" >"$tmp/profile.xml"
	store-plan -d "$site" -p "$tmp/profile.xml" -t 60 >"$tmp/jobs"
	[ "$(sed '1,/^@jobs/d' "$tmp/jobs" | cut -f 9-11 | sed -n 1p)" = $'Fixed-Adm1n\tFixed-Mebx1\tstandard' ]
	[ "$(sed -n 1p "$tmp/jobs")" = $'@settings/1\tprofile\tsetting\titem\tvalue' ]
	[ "$(grep $'^standard\t' "$tmp/jobs" | grep ping)" = $'standard\tping\t\ton\nstandard\trmcp-ping\t\toff' ]
}

@test "a fixed password that was changed takes effect, the one planned before stays a candidate" {
	lab7
	plan >"$tmp/first"
	sed 's,<admin-password>.*,<admin-password><fixed>Fixed-Adm1n</fixed></admin-password>,' \
		"$site/profile.xml" >"$tmp/profile.xml"
	plan --take-over -p "$tmp/profile.xml" >"$tmp/second"
	[ "$(column admin_next "$tmp/second" | sort -u)" = Fixed-Adm1n ]
	[[ "$(column admin_now "$tmp/second" | head -n 1)" = "$(column admin_next "$tmp/first" | head -n 1),"* ]]
}

@test "a fixed password that was planned is no random one" {
	lab7
	sed 's,<admin-password>.*,<admin-password><fixed>Fixed-Adm1n</fixed></admin-password>,' \
		"$site/profile.xml" >"$tmp/profile.xml"
	plan -p "$tmp/profile.xml" >"$tmp/first"
	plan --take-over >"$tmp/second"
	[ "$(column admin_next "$tmp/second" | grep -c Fixed-Adm1n)" = 0 ]
	[ "$(column admin_next "$tmp/second" | sort -u | wc -l)" = 4 ]
	[[ "$(column admin_now "$tmp/second" | head -n 1)" = Fixed-Adm1n* ]]
	# These are kept.
	plan --take-over >"$tmp/third"
	[ "$(column admin_next "$tmp/third")" = "$(column admin_next "$tmp/second")" ]
}

@test "a profile with a mistake stops it before anything is leased" {
	lab7
	sed 's/<ping>on/<ping>maybe/' "$site/profile.xml" >"$tmp/profile.xml"
	run -78 --separate-stderr store-plan -d "$site" -p "$tmp/profile.xml" -t 60
	[[ "$stderr" = "store-plan: $tmp/profile.xml:"[0-9]*": "* ]]
	[ "$(sql 'SELECT count(*) FROM jobs')" = 0 ]
	run -66 --separate-stderr store-plan -d "$site" -p "$tmp/none.xml" -t 60
	[[ "$stderr" = "store-plan: $tmp/none.xml: the profile is missing: "* ]]
}

# --- reasons -------------------------------------------------------------

# One machine alone has this reason; the other three are planned.
only() {
	plan >"$tmp/jobs"
	[ "$(device "$1" state reason attempts)" = "refused|$2|0" ]
	[ "$(device "$1" detail)" = "$3" ]
	run ! grep -q "$(printf '^7ab70000-0000-4000-8000-%012d' "$1")" "$tmp/jobs"
	[ "$(column job "$tmp/jobs" | wc -l)" = "${4:-3}" ]
}

@test "UUID-BAD" {
	lab7
	sed -n '1p;2{s/7ab70000-0000-4000-8000-000000000001/00000000-0000-0000-0000-000000000000/;s/LAB7001B/LAB7005F/;p}' \
		store/lab7.hello >"$tmp/zero"
	printf '@end\t1\t0\n' >>"$tmp/zero"
	load "$tmp/zero"
	plan >"$tmp/jobs"
	[ "$(column job "$tmp/jobs" | wc -l)" = 4 ]
	store-dump -d "$site" | grep -q $'^00000000-0000-.*\trefused\tUUID-BAD\tall zero: .* (port 9971)\t'
}

@test "CERT-NONE" {
	lab7
	hello 5 14:50:00 3 0 0 ''
	only 5 CERT-NONE "hello version 3 (port 9971) lists no root" 4
}

@test "a version 3 hello hides no PID of the same machine, before or after it" {
	load store/lab7.keys store/lab7.map
	hello 1 14:50:00 3 0 0 ''
	hello 1 14:51:00
	hello 2 14:50:00
	hello 2 14:51:00 3 0 0 ''
	plan >"$tmp/jobs"
	[ "$(column pid "$tmp/jobs" | sort | xargs)" = "LAB7001B LAB7002C" ]
	[ "$(column wish "$tmp/jobs" | sort -u)" = set-up ]
}

@test "KEY-UNKNOWN, healed by importing the list" {
	load store/lab7.map store/lab7.hello
	sed -e '/LAB7001B/d' -e 's/^@end.*/@end\t7\t0/' store/lab7.keys | load
	only 1 KEY-UNKNOWN "PID LAB7001B (port 9971)"
	load store/lab7.keys
	plan >"$tmp/jobs"
	[ "$(column uuid "$tmp/jobs")" = 7ab70000-0000-4000-8000-000000000001 ]
}

@test "KEY-USED by another machine" {
	lab7
	plan -n 1 >/dev/null
	result 1 1 15:00:10 verified
	hello 5 14:50:00 2 0 0 LAB7001B
	only 5 KEY-USED "PID LAB7001B set up 7ab70000-0000-4000-8000-000000000001" 3
}

@test "a hello with the used key of another machine does not hide a machine's own" {
	lab7
	plan -n 1 >/dev/null
	result 1 1 15:00:10 verified
	hello 2 14:50:00 2 0 0 LAB7001B
	plan >"$tmp/jobs"
	[ "$(column pid "$tmp/jobs" | xargs)" = "LAB7002C LAB7003D LAB7004E" ]
}

@test "KEY-REVOKED" {
	lab7
	sed -e '/LAB7001B/s/\tnew\t/\trevoked\t/' store/lab7.keys | load
	only 1 KEY-REVOKED "PID LAB7001B"
}

# What the proofs of a plan say: proofs FILE, as "machine address pid" each.
proofs() {
	awk -F '\t' '$14 == "prove" { print substr($2, 36) " " $4 " " $6 }' "$1" | sort
}

# Machine N's proof of the plan in FILE at ADDRESS ends with: milestone...
proof() {
	local job
	job=$(awk -F '\t' -v n="$1" -v at="$3" \
		'substr($2, 36) == n && $4 == at && $14 == "prove" { print $1 }' "$2")
	result "$1" "${job##*.}" "${@:4}"
}

@test "one PID under two UUIDs: both are asked, and the one that proves it is set up" {
	lab7
	hello 5 14:50:00 2 0 0 LAB7001B
	plan >"$tmp/first"
	[ "$(proofs "$tmp/first")" = "1 127.7.0.1 LAB7001B
5 127.7.0.5 LAB7001B" ]
	[ "$(column wish "$tmp/first" | xargs)" = "set-up set-up set-up prove prove" ]
	proof 1 "$tmp/first" 127.7.0.1 15:00:10 proved
	proof 5 "$tmp/first" 127.7.0.5 15:00:11 failed TLS-KEY-REFUSED
	plan >"$tmp/second"
	[ "$(column uuid "$tmp/second")" = 7ab70000-0000-4000-8000-000000000001 ]
	[ "$(column wish "$tmp/second")" = set-up ]
	[ "$(device 5 state reason detail)" = \
		"refused|HELLO-UNPROVEN|PID LAB7001B was proved by 7ab70000-0000-4000-8000-000000000001; at 127.7.0.5: TLS-KEY-REFUSED" ]
}

@test "KEY-SHARED: a key that proves two UUIDs sets up neither" {
	lab7
	hello 5 14:50:00 2 0 0 LAB7001B
	plan >"$tmp/first"
	proof 1 "$tmp/first" 127.7.0.1 15:00:10 proved
	proof 5 "$tmp/first" 127.7.0.5 15:00:11 proved
	plan >"$tmp/second"
	[ "$(column job "$tmp/second")" = "" ]
	[ "$(device 1 state reason detail)" = "refused|KEY-SHARED|PID LAB7001B proves this UUID at 127.7.0.1, and also UUID 7ab70000-0000-4000-8000-000000000005" ]
	[ "$(device 5 state reason)" = "refused|KEY-SHARED" ]
}

@test "KEY-SHARED: what is proved where a machine was that may be set up does not free its key" {
	lab7
	plan >"$tmp/first"
	result 1 1 15:00:01 reached '' '' 9.1.40 Digest:01
	result 1 1 15:00:03 admin-set
	# Its commit was not seen; its twin comes to its address.
	clock 15:10:00
	hello 5 15:09:00 2 0 0 LAB7001B 127.7.0.1
	plan --take-over >"$tmp/second"
	proof 5 "$tmp/second" 127.7.0.1 15:10:10 proved
	clock 15:11:00
	plan --take-over >"$tmp/third"
	[ "$(device 5 state reason)" = "refused|KEY-SHARED" ]
	# Its board was given another key, which its own UUID proves.
	hello 1 15:11:00 2 0 0 LAB7005F 127.7.9.9
	plan --take-over >"$tmp/fourth"
	proof 1 "$tmp/fourth" 127.7.9.9 15:11:10 proved
	clock 15:12:00
	plan --take-over >"$tmp/fifth"
	[ "$(device 5 state)" = planned ]
}

@test "the PID of a machine under UUIDs that nobody expects does not hold it up" {
	lab7
	for n in 7 8 9; do
		hello $n 14:50:00 2 0 0 LAB7001B
	done
	plan >"$tmp/jobs"
	[ "$(column wish "$tmp/jobs" | uniq -c | xargs)" = "4 set-up" ]
	[ "$(device 7 reason)" = MAP-NONE ]
}

@test "two boards with one UUID prove it with two keys: UUID-SHARED, neither is touched" {
	lab7
	hello 1 14:50:00 2 0 0 LAB7005F 127.7.9.9
	plan >"$tmp/first"
	[ "$(proofs "$tmp/first")" = "1 127.7.0.1 LAB7001B
1 127.7.9.9 LAB7005F" ]
	proof 1 "$tmp/first" 127.7.0.1 15:00:10 proved
	proof 1 "$tmp/first" 127.7.9.9 15:00:11 proved
	plan >"$tmp/second"
	[ "$(column job "$tmp/second")" = "" ]
	[ "$(device 1 state reason)" = "refused|UUID-SHARED" ]
	[[ "$(device 1 detail)" = *"PID LAB7001B at 127.7.0.1"*"PID LAB7005F at 127.7.9.9"* ||
		"$(device 1 detail)" = *"PID LAB7005F at 127.7.9.9"*"PID LAB7001B at 127.7.0.1"* ]]
	# The remedy, when it is one board that got another key.
	printf 'LAB7001B\t\t\t\t\trevoked\trevoked\t\tby hand\n' >"$tmp/row"
	{ head -n 1 store/lab7.keys; cat "$tmp/row"; printf '@end\t1\t0\n'; } | load
	plan >"$tmp/third"
	[ "$(column pid "$tmp/third")" = LAB7005F ]
	[ "$(column wish "$tmp/third")" = set-up ]
}

@test "UUID-SHARED is over when one of the boards proves a UUID of its own at its address" {
	lab7
	hello 1 14:50:00 2 0 0 LAB7005F 127.7.9.9
	plan >"$tmp/first"
	proof 1 "$tmp/first" 127.7.0.1 15:00:10 proved
	proof 1 "$tmp/first" 127.7.9.9 15:00:11 proved
	plan >/dev/null
	[ "$(device 1 state reason)" = "refused|UUID-SHARED" ]
	# The maker's tool wrote it.
	clock 15:10:00
	hello 5 15:09:00 2 0 0 LAB7005F 127.7.9.9
	plan >"$tmp/second"
	proof 5 "$tmp/second" 127.7.9.9 15:10:10 proved
	plan --take-over >"$tmp/third"
	[ "$(awk -F '\t' '$14 == "set-up" { print substr($2, 36) " " $6 }' "$tmp/third" | grep '^[15]' | sort)" = "1 LAB7001B
5 LAB7005F" ]
}

@test "KEY-SHARED is over when one of the machines proves a key of its own at its address" {
	lab7
	hello 5 14:50:00 2 0 0 LAB7001B
	plan >"$tmp/first"
	proof 1 "$tmp/first" 127.7.0.1 15:00:10 proved
	proof 5 "$tmp/first" 127.7.0.5 15:00:11 proved
	plan >/dev/null
	[ "$(device 5 state reason)" = "refused|KEY-SHARED" ]
	clock 15:10:00
	hello 5 15:09:00 2 0 0 LAB7005F
	plan >"$tmp/second"
	# What is asked for a proof stays refused until then.
	[ "$(proofs "$tmp/second")" = "5 127.7.0.5 LAB7005F" ]
	[ "$(device 5 state reason)" = "refused|KEY-SHARED" ]
	proof 5 "$tmp/second" 127.7.0.5 15:10:10 proved
	plan --take-over >"$tmp/third"
	[ "$(awk -F '\t' '$14 == "set-up" { print substr($2, 36) " " $6 }' "$tmp/third" | grep '^[15]' | sort)" = "1 LAB7001B
5 LAB7005F" ]
}

@test "hundreds of PIDs that nobody knows, before the machine's own: it is set up" {
	lab7
	{
		head -n 1 store/lab7.hello
		for n in {1000..1599}; do
			printf '2026-11-22T14:40:00Z\t127.66.0.9\t7ab70000-0000-4000-8000-000000000005\t2\t0\t0\tNONE%s\t\tport 9971\n' $n
		done
		printf '@end\t600\t0\n'
	} | load
	hello 5 14:50:00 2 0 0 LAB7005F
	plan >"$tmp/jobs"
	grep -q $'\t127.7.0.5\tpsk\tLAB7005F\t' "$tmp/jobs"
}

@test "one that failed too often for a proof is asked again when it says hello anew" {
	lab7
	hello 1 14:50:00 2 0 9 LAB7001B 127.7.9.9
	sql "UPDATE callers SET failures = 12, failed = 1000, failed_at = 1, not_before = 1, \
		reason = 'CONNECT-TIMEOUT' WHERE uuid LIKE '%01'"
	plan >"$tmp/first"
	[ "$(proofs "$tmp/first")" = "" ]
	sql "UPDATE callers SET failed = heard WHERE uuid LIKE '%01'"
	hello 1 14:55:00
	plan >"$tmp/second"
	[ "$(proofs "$tmp/second")" = "1 127.7.0.1 LAB7001B" ]
}

@test "one key proves one UUID at two addresses: the newest counts, two at once are refused" {
	lab7
	hello 1 14:50:00 2 0 0 LAB7001B 127.7.9.9
	plan >"$tmp/first"
	proof 1 "$tmp/first" 127.7.0.1 15:00:10 proved
	proof 1 "$tmp/first" 127.7.9.9 15:00:11 failed CONNECT-TIMEOUT
	plan >"$tmp/second"
	[ "$(column address "$tmp/second")" = 127.7.0.1 ]
	result 1 3 15:00:20 failed CONNECT-TIMEOUT
	clock 15:05:00
	plan >"$tmp/third"
	[ "$(column address "$tmp/third" | grep -E '^127.7.(0.1|9.9)$')" = 127.7.0.1 ]
	result 1 4 15:05:10 failed CONNECT-TIMEOUT
	clock 15:06:00
	plan >"$tmp/fourth"
	[ "$(proofs "$tmp/fourth")" = "1 127.7.9.9 LAB7001B" ]
	proof 1 "$tmp/fourth" 127.7.9.9 15:06:10 proved
	plan >"$tmp/fifth"
	[ "$(column address "$tmp/fifth" | head -n 1)" = 127.7.9.9 ]
	[ "$(column wish "$tmp/fifth" | head -n 1)" = set-up ]

	hello 2 14:50:00 2 0 0 LAB7002C 127.7.9.8
	plan --take-over >"$tmp/sixth"
	proof 2 "$tmp/sixth" 127.7.0.2 15:06:20 proved
	proof 2 "$tmp/sixth" 127.7.9.8 15:06:20 proved
	plan >"$tmp/seventh"
	[ "$(device 2 state reason)" = "refused|UUID-SHARED" ]
}

@test "a machine that fell silent long ago shares no key" {
	lab7
	hello 6 08:00:00 2 0 0 LAB7001B # a board that was replaced
	plan >"$tmp/jobs"
	[ "$(column job "$tmp/jobs" | wc -l)" = 4 ]
}

@test "KEY-DAMAGED" {
	lab7
	sql "UPDATE keys SET sealed = zeroblob(60) WHERE pid = 'LAB7001B'"
	only 1 KEY-DAMAGED "PID LAB7001B"
}

@test "MAP-NONE, healed by the inventory" {
	load store/lab7.keys store/lab7.hello
	sed -e 2d -e 's/^@end.*/@end\t5\t0/' store/lab7.map | load
	only 1 MAP-NONE "UUID 7ab70000-0000-4000-8000-000000000001"
	load store/lab7.map
	plan >"$tmp/jobs"
	[ "$(column fqdn "$tmp/jobs")" = pc-0001.lab7.example.com ]
}

# One more entry: entry N name source trust
entry() {
	{
		head -n 1 store/lab7.map
		printf '7ab70000-0000-4000-8000-00000000000%s\t%s\t%s\t\t%s\t%s:7\n' "$1" "$2" "$3" "$4" "$3"
		printf '@end\t1\t0\n'
	} | load
}

@test "MAP-AMBIGUOUS, healed by the corrected export" {
	lab7
	entry 1 pc-x.example.com other.csv 50
	only 1 MAP-AMBIGUOUS "pc-0001.lab7.example.com (machines.csv:2) or pc-x.example.com (other.csv:7)"
	entry 1 pc-0001.lab7.example.com other.csv 50
	plan >"$tmp/jobs"
	[ "$(column fqdn "$tmp/jobs")" = pc-0001.lab7.example.com ]
}

@test "a more trusted source decides" {
	lab7
	entry 1 pc-x.example.com better.csv 90
	plan >"$tmp/jobs"
	[ "$(column fqdn "$tmp/jobs" | head -n 1)" = pc-x.example.com ]
}

@test "MAP-SHARED names the other UUID" {
	lab7
	entry 6 pc-0001.lab7.example.com other.csv 50
	entry 6 pc-0001.lab7.example.com machines.csv 50 2>/dev/null
	entry 1 pc-0001.lab7.example.com first.csv 50
	plan >"$tmp/jobs"
	[ "$(device 1 reason)" = MAP-SHARED ]
	[[ "$(device 1 detail)" = "pc-0001.lab7.example.com (first.csv:7) is the name of 7ab70000-0000-4000-8000-000000000006 too ("* ]]
}

@test "a retry count, a window and a schedule say when a machine stops listening" {
	lab7
	hello 1 15:00:00 2 0 14 # asking for 4 h 55 min: 65 minutes are left
	[ "$(device 1 hellos closes)" = "2|2026-11-22T16:05:00Z" ]
	hello 5 15:00:00 3 0 14 ''
	[ "$(device 5 closes)" = 2026-11-23T10:05:00Z ]
	clock 16:04:59
	plan >"$tmp/jobs"
	[ "$(column job "$tmp/jobs" | wc -l)" = 4 ]
	clock 16:06:00
	plan --take-over >"$tmp/jobs"
	[ "$(device 1 reason)" = WINDOW-CLOSED ]
	plan --take-over -w 7 >"$tmp/jobs"
	[ "$(device 1 reason)" = "" ]
	plan --take-over -R 5x60,12x300,5x3600 >"$tmp/jobs"
	[ "$(device 1 reason)" = "" ]
	[ "$(store-dump -d "$site" -R 5x60,12x300,5x3600 --csv | sed -n 2p | cut -d , -f 16)" = 2026-11-22T20:10:00Z ]
	run -64 --separate-stderr plan -R 5x60,5
	[ "$stderr" = "store-plan: -R: character 6: not a schedule of hellos (expected count x seconds, such as 5x60,5x600,5x3600)" ]
	run -64 --separate-stderr plan -w 0
}

@test "WINDOW-CLOSED after so many hours, opened by the next hello" {
	lab7
	clock 20:01:00
	only 1 WINDOW-CLOSED "last hello 2026-11-22T14:01:00Z, it listened until about 2026-11-22T20:01:00Z"
	clock 20:01:45
	hello 1 20:01:30
	plan >"$tmp/jobs"
	[ "$(column uuid "$tmp/jobs")" = 7ab70000-0000-4000-8000-000000000001 ]
}

@test "a machine that took a password may be committed: it is looked for after its window" {
	lab7
	plan >"$tmp/jobs"
	result 1 1 15:00:01 reached '' '' 9.1.40 Digest:01
	result 1 1 15:00:03 admin-set
	clock 20:01:45
	plan >"$tmp/jobs"
	[ "$(column uuid "$tmp/jobs" | head -n 1)" = 7ab70000-0000-4000-8000-000000000001 ]
	[ "$(column realm "$tmp/jobs" | head -n 1)" = Digest:01 ]
	# And again, as long as it takes.
	result 1 2 20:02:00 failed CONNECT-TIMEOUT
	clock 20:02:50
	plan >"$tmp/jobs"
	run -1 grep 000000000001 "$tmp/jobs"
	[ "$(device 1 state reason)" = "delayed|CONNECT-TIMEOUT" ]
	clock 23:30:00
	plan >"$tmp/jobs"
	[ "$(column job "$tmp/jobs")" = 7ab70000-0000-4000-8000-000000000001.3 ]
}

@test "WINDOW-CLOSED of a machine that its key proved and that took nothing" {
	lab7
	plan >"$tmp/jobs"
	result 1 1 15:00:01 reached '' '' 9.1.40 Digest:01
	result 1 1 15:00:03 failed HTTP-STATUS 'HTTP status 500'
	clock 20:01:45
	plan >"$tmp/jobs"
	run -1 grep 000000000001 "$tmp/jobs"
	[ "$(device 1 state reason)" = "refused|WINDOW-CLOSED" ]
	hello 1 20:01:40 2 0 0
	plan --take-over >"$tmp/jobs"
	[ "$(device 1 state reason)" = "planned|" ]
}

@test "-w says how long a window is" {
	lab7
	clock 20:10:00
	run -0 --separate-stderr plan -v -w 7
	[ "$stderr" = "store-plan: $site: 4 planned, 0 cannot be" ]
}

@test "AUTH-NO-PASSWORD, healed by a list with passwords" {
	load store/lab7.map
	sed 's/Lab7-Mebx-1//' store/lab7.keys >"$tmp/keys"
	load "$tmp/keys" store/lab7.hello
	hello 1 14:50:00 2 1 0
	only 1 AUTH-NO-PASSWORD "the hello says that a password was set; the key list has none for PID LAB7001B"
	load store/lab7.keys
	plan >"$tmp/jobs"
	[ "$(column admin_now "$tmp/jobs")" = Lab7-Mebx-1 ]
}

# --- what a sweep said ---------------------------------------------------

@test "milestones lead to a machine that is set up, its key used, its password known" {
	lab7
	plan >"$tmp/jobs"
	result 1 1 15:00:01 reached '' '' 9.1.40
	[ "$(device 1 state firmware)" = "reached|9.1.40" ]
	result 1 1 15:00:02 clock-set
	run -0 store-dump -d "$site" -k passwords
	[ "${#lines[@]}" = 2 ]
	result 1 1 15:00:03 admin-set
	[ "$(device 1 state)" = configured ]
	result 1 1 15:00:04 named
	result 1 1 15:00:05 committed
	[ "$(device 1 state)" = committed ]
	result 1 1 15:00:06 verified
	[ "$(device 1 state reason set_up attempts)" = "verified||2026-11-22T15:00:06Z|1" ]
	run -0 store-dump -d "$site" -k passwords --reveal
	[ "${lines[1]}" = "7ab70000-0000-4000-8000-000000000001	pc-0001.lab7.example.com	$(column admin_next "$tmp/jobs" | head -n 1)	Lab7-Mebx-1" ]
	run -0 store-dump -d "$site" -k batches
	[ "${lines[1]}" = $'lab7\t4\t0\t0\t3\t1\t0' ]
	[ "$(sql "SELECT cause FROM key_history WHERE state = 4")" = "set up 7ab70000-0000-4000-8000-000000000001" ]
}

@test "a machine that is verified stays so, whatever its job says after that" {
	lab7
	plan >"$tmp/jobs"
	result 1 1 15:01:00 verified "" "" 5.2.0
	device 1 state reason set_up >"$tmp/before"
	run -65 --separate-stderr result 1 1 15:02:00 failed TLS-CLOSED "cut off"
	[[ $stderr == *"<stdin>:2: job 7ab70000-0000-4000-8000-000000000001.1 failed (TLS-CLOSED), but it has verified its machine already"* ]]
	result 1 1 15:00:30 committed
	result 1 1 15:00:20 admin-set
	result 1 1 15:00:10 reached
	device 1 state reason set_up | cmp - "$tmp/before"
	# Said is said: it is in the journal, and loading it again is no news.
	[ "$(sql "SELECT count(*) FROM results WHERE milestone = 'failed'")" = 1 ]
	result 1 1 15:02:00 failed TLS-CLOSED "cut off"
}

@test "a result that comes late, its job long given up, still tells that the machine is set up" {
	lab7
	plan >"$tmp/jobs"
	result 1 1 15:00:30 failed CONNECT-TIMEOUT
	[ "$(device 1 state)" = delayed ]
	result 1 1 15:00:20 reached
	[ "$(device 1 state)" = delayed ]
	result 1 1 15:01:00 committed
	[ "$(device 1 state)" = committed ]
	result 1 1 15:01:10 verified
	[ "$(device 1 state)" = verified ]
}

@test "a machine that is set up is left alone" {
	lab7
	plan >/dev/null
	for n in 1 2 3 4; do
		result $n 1 15:00:10 verified
	done
	clock 15:30:00
	run -0 --separate-stderr plan -v
	[ "$stderr" = "store-plan: $site: 0 planned, 0 cannot be" ]
}

@test "a failure dated in the future is no reason to wait: the clock was set back" {
	lab7
	plan >/dev/null
	clock 20:00:11
	result 1 1 20:00:10 failed CONNECT-REFUSED
	clock 19:59:40 # two clocks may be a minute apart
	plan >"$tmp/jobs"
	run ! grep -q '^7ab70000-0000-4000-8000-000000000001' "$tmp/jobs"
	clock 15:05:00
	plan >"$tmp/jobs"
	[ "$(column uuid "$tmp/jobs" | head -n 1)" = 7ab70000-0000-4000-8000-000000000001 ]
}

@test "a machine set up before the clock was set back says hello again and is asked" {
	lab7
	plan >/dev/null
	clock 20:00:11
	result 1 1 20:00:10 verified
	hello 1 19:50:00 2 0 1 # late, and older
	plan >"$tmp/jobs"
	[ "$(proofs "$tmp/jobs")" = "" ]
	clock 15:05:00
	hello 1 15:04:50
	plan --take-over >"$tmp/jobs"
	[ "$(proofs "$tmp/jobs")" = "1 127.7.0.1 LAB7001B" ]
	[ "$(device 1 state)" = verified ]
	proof 1 "$tmp/jobs" 127.7.0.1 15:05:01 proved
	[ "$(device 1 state)" = heard ]
}

@test "the same results twice change nothing" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 failed CONNECT-REFUSED
	before=$(sql 'SELECT * FROM machines')
	result 1 1 15:00:10 failed CONNECT-REFUSED
	[ "$(sql 'SELECT * FROM machines')" = "$before" ]
	[ "$(store-dump -d "$site" -k results | wc -l)" = 3 ]
}

@test "a proof and its realm are taken, and change no state yet" {
	lab7
	plan >/dev/null
	before=$(sql 'SELECT * FROM machines')
	result 1 1 15:00:10 proved '' '' '' Digest:A3829B3827DE4D33D4449B366831FD01
	[ "$(sql 'SELECT * FROM machines')" = "$before" ]
	[ "$(sql 'SELECT milestone FROM results')" = proved ]
}

@test "a failure that passes waits a minute, then two, up to an hour" {
	lab7
	now=15:00:00
	for want in 60 120 240 480 960 1920 3600 3600; do
		clock "$now"
		hello 1 "$now" 2 0 $((++retries))
		plan >"$tmp/jobs"
		n=$(column job "$tmp/jobs" | grep 01\\. | cut -d . -f 2)
		result 1 "$n" "$now" failed CONNECT-TIMEOUT "no answer in 5 s"
		after=$((SOURCE_DATE_EPOCH + want))
		[ "$(device 1 state reason detail not_before)" = \
			"delayed|CONNECT-TIMEOUT|no answer in 5 s|$(date -ud @$after +%FT%TZ)" ]
		clock "$(date -ud @$((after - 1)) +%T)"
		plan >"$tmp/jobs"
		run ! grep -q '^7ab70000-0000-4000-8000-000000000001' "$tmp/jobs"
		now=$(date -ud @$after +%T)
	done
	[ "$(device 1 attempts)" = 8 ]
}

@test "a hello from elsewhere during a setup: what the old address answered does not count" {
	lab7
	plan >"$tmp/first"
	hello 1 15:00:10 2 0 1 LAB7001B 127.7.9.9
	[ "$(device 1 state address)" = "planned|127.7.0.1" ]
	result 1 1 15:00:30 failed UUID-MISMATCH
	[ "$(device 1 state reason)" = "heard|QUEUED" ]
	clock 15:00:31
	plan >"$tmp/second"
	[ "$(column job "$tmp/second")" = 7ab70000-0000-4000-8000-000000000001.2 ]
	[ "$(column address "$tmp/second")" = 127.7.9.9 ]
}

@test "a hello with another PID during a setup is tried with that one" {
	lab7
	plan >"$tmp/first"
	hello 1 15:00:10 2 0 0 LAB7005F
	result 1 1 15:00:30 failed TLS-KEY-REFUSED
	clock 15:00:31
	plan >"$tmp/second"
	[ "$(column pid "$tmp/second")" = LAB7005F ]
}

@test "a hello repeated during a setup changes nothing" {
	lab7
	plan >"$tmp/first"
	hello 1 15:00:10 2 0 1
	result 1 1 15:00:30 failed UUID-MISMATCH
	[ "$(device 1 state reason hellos)" = "refused|UUID-MISMATCH|2" ]
	clock 15:00:31
	plan >"$tmp/second"
	[ "$(column job "$tmp/second")" = "" ]
}

@test "a machine that is set up and moves before its result is there stays set up" {
	lab7
	plan >"$tmp/first"
	hello 1 15:00:10 2 0 1 LAB7001B 127.7.9.9
	result 1 1 15:00:30 verified
	[ "$(device 1 state address)" = "verified|127.7.0.1" ]
}

@test "a machine that was started again does not wait out its back-off" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 failed CONNECT-TIMEOUT
	clock 15:00:30
	hello 1 15:00:20 2 0 0 LAB7001B 127.7.0.99
	plan >"$tmp/jobs"
	[ "$(column address "$tmp/jobs")" = 127.7.0.99 ]
}

@test "time that ran out costs no waiting" {
	lab7
	plan >/dev/null
	result 1 1 15:00:50 failed RUN-TIME-UP
	[ "$(device 1 state reason)" = "planned|RUN-TIME-UP" ]
	plan >"$tmp/jobs"
	[ "$(column uuid "$tmp/jobs")" = 7ab70000-0000-4000-8000-000000000001 ]
}

@test "what needs action is not retried automatically" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 failed AUTH-REFUSED "2 passwords refused"
	[ "$(device 1 state reason detail not_before)" = "refused|AUTH-REFUSED|2 passwords refused|" ]
	clock 15:30:00
	hello 1 15:10:00 2 0 1 # the series goes on, nobody was there
	plan >"$tmp/jobs"
	run ! grep -q '^7ab70000-0000-4000-8000-000000000001' "$tmp/jobs"
	[ "$(device 1 state reason)" = "refused|AUTH-REFUSED" ]
}

@test "refused logins are tried again three times, and then need action" {
	lab7
	now=15:00:00
	for want in delayed delayed delayed refused; do
		clock "$now"
		hello 1 "$now" 2 0 $((++retries))
		plan >"$tmp/jobs"
		n=$(column job "$tmp/jobs" | grep 01\\. | cut -d . -f 2)
		result 1 "$n" "$now" failed LOGIN-REFUSED "passwords refused: 2"
		[ "$(device 1 state)" = "$want" ]
		now=$(date -ud @$((SOURCE_DATE_EPOCH + 300)) +%T)
	done
	[ "$(device 1 state reason detail not_before)" = "refused|AUTH-REFUSED|passwords refused: 2|" ]
	# the journal keeps what the sweep said
	[ "$(sql "SELECT count(*) FROM results WHERE reason = 'LOGIN-REFUSED'")" = 4 ]
	# other failures in between do not count
	now=$(date -ud @$((SOURCE_DATE_EPOCH + 300)) +%T)
	clock "$now"
	hello 2 "$now" 2 0 1
	plan >"$tmp/jobs"
	n=$(column job "$tmp/jobs" | grep 02\\. | cut -d . -f 2)
	for _ in 1 2 3 4; do
		result 2 "$n" "$now" failed CONNECT-TIMEOUT
		now=$(date -ud @$((SOURCE_DATE_EPOCH + 3600)) +%T)
		clock "$now"
		hello 2 "$now" 2 0 1
		plan >"$tmp/jobs"
		n=$(column job "$tmp/jobs" | grep 02\\. | cut -d . -f 2)
	done
	result 2 "$n" "$now" failed LOGIN-REFUSED
	[ "$(device 2 state reason)" = "delayed|LOGIN-REFUSED" ]
}

@test "a machine that was started again is tried again" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 failed AUTH-REFUSED
	clock 15:00:40
	hello 1 15:00:20 2 0 0
	plan >"$tmp/jobs"
	[ "$(column uuid "$tmp/jobs")" = 7ab70000-0000-4000-8000-000000000001 ]
}

@test "a key list with a password tries a refused machine again" {
	load store/lab7.map store/lab7.hello
	sed 's/Lab7-Mebx-1//' store/lab7.keys >"$tmp/keys"
	load "$tmp/keys"
	plan >/dev/null
	result 1 1 15:00:10 failed AUTH-REFUSED
	clock 15:00:40
	load store/lab7.keys
	plan >"$tmp/jobs"
	[[ "$(column admin_now "$tmp/jobs")" = *,Lab7-Mebx-1,admin ]]
}

@test "another name in the inventory tries a refused machine again" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 failed ALREADY-SET-UP
	clock 15:00:40
	entry 1 pc-1001.lab7.example.com machines.csv 50
	plan >"$tmp/jobs"
	[ "$(column fqdn "$tmp/jobs")" = pc-1001.lab7.example.com ]
}

@test "a machine that is set up and proves that it is in setup again is set up anew, its old password first" {
	lab7
	plan >"$tmp/first"
	result 1 1 15:00:10 verified
	clock 16:00:00
	hello 1 15:59:00 2 1 0
	[ "$(device 1 state reason attempts)" = "verified||1" ]
	plan >"$tmp/asked"
	[ "$(proofs "$tmp/asked")" = "1 127.7.0.1 LAB7001B" ]
	[ "$(device 1 state reason attempts)" = "verified||1" ]
	proof 1 "$tmp/asked" 127.7.0.1 16:00:01 proved
	[ "$(device 1 state reason attempts)" = "heard|QUEUED|0" ]
	plan >"$tmp/second"
	old=$(column admin_next "$tmp/first" | head -n 1)
	grep '01\.3' "$tmp/second" >"$tmp/again"
	[ "$(cut -f 8 "$tmp/again")" = "$old,Lab7-Mebx-1" ]
	[ "$(cut -f 9 "$tmp/again")" != "$old" ]
	[ "$(cut -f 12 "$tmp/again")" = 1 ]
	# Until the new one is there, the old one is what it has.
	[[ "$(store-dump -d "$site" -k passwords --reveal)" = *"$old"* ]]
	[ "$(sql 'SELECT count(*) FROM secrets WHERE uuid LIKE "%1"')" = 2 ]
}

@test "a hello from before it was set up changes nothing" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 verified
	hello 1 15:00:05 2 0 1
	[ "$(device 1 state)" = verified ]
}

@test "a machine that is set up stays so, whoever says hello, until its key proves another thing" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 verified
	clock 15:10:00
	hello 1 15:09:00                              # itself, or who can spoof it
	hello 1 15:09:01 2 0 0 LAB7001B 127.7.9.9     # from elsewhere
	hello 1 15:09:02 2 0 0 LAB7005F 127.7.9.9     # another key
	hello 1 15:09:03 2 0 0 NONE0001 127.7.9.9     # no key of ours
	hello 1 15:09:04 3 0 0 '' 127.7.9.9           # no PID
	hello 5 15:09:05 2 0 0 LAB7001B 127.7.9.9     # its key as another machine
	for _ in 1 2 3 4 5 6 7 8; do
		plan --take-over >"$tmp/jobs"
		grep ^7ab7 "$tmp/jobs" | cut -f 2,14 | grep 001 >"$tmp/asked"
		[ "$(cut -f 2 "$tmp/asked" | sort -u)" = prove ]
		[ "$(device 1 state reason address pid set_up)" = \
			"verified|||127.7.0.1|LAB7001B|2026-11-22T15:00:10Z" ] ||
			[ "$(device 1 state reason address pid set_up)" = \
				"verified||127.7.0.1|LAB7001B|2026-11-22T15:00:10Z" ]
	done
	[ "$(proofs "$tmp/jobs")" = "1 127.7.0.1 LAB7001B
1 127.7.9.9 LAB7001B
1 127.7.9.9 LAB7005F" ]
	[ "$(sql "SELECT life FROM machines WHERE uuid LIKE '%1'")" = 1 ]
	[ "$(device 5 reason)" = KEY-USED ]
}

@test "another key that proves the UUID of a machine that is set up: it is told, and left alone" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 verified
	clock 15:10:00
	hello 1 15:09:02 2 0 0 LAB7005F 127.7.9.9
	plan >"$tmp/asked"
	proof 1 "$tmp/asked" 127.7.9.9 15:10:01 proved
	[ "$(device 1 state address pid)" = "verified|127.7.0.1|LAB7001B" ]
	plan >"$tmp/jobs"
	[ "$(proofs "$tmp/jobs")" = "" ]
	[ "$(device 1 state reason detail)" = \
		"verified|UUID-SHARED|PID LAB7001B at 127.7.0.1 is set up; PID LAB7005F at 127.7.9.9 proves this UUID too" ]
	# It is the same board: the old key is revoked, the new one asked again.
	{ head -n 1 store/lab7.keys; printf 'LAB7001B\t\t\t\t\trevoked\trevoked\t\tby hand\n@end\t1\t0\n'; } | load
	plan >"$tmp/asked"
	[ "$(proofs "$tmp/asked")" = "1 127.7.9.9 LAB7005F" ]
	proof 1 "$tmp/asked" 127.7.9.9 15:10:02 proved
	[ "$(device 1 state reason)" = "heard|QUEUED" ]
	plan >"$tmp/jobs"
	[ "$(column pid "$tmp/jobs" | xargs)" = "LAB7005F" ]
	[ "$(column wish "$tmp/jobs")" = set-up ]
}

@test "a realm that a key proved goes with later jobs there, and nowhere else" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 reached '' '' '' Digest:01
	result 1 1 15:00:10 committed
	result 1 1 15:00:20 failed VERIFY-UNREACHED
	hello 1 15:00:30 2 0 0 LAB7001B 127.7.9.9
	clock 15:05:00
	plan >"$tmp/jobs"
	[ "$(column address "$tmp/jobs" | head -n 1)" = 127.7.0.1 ]
	[ "$(column realm "$tmp/jobs" | head -n 1)" = Digest:01 ]
	result 1 2 15:05:20 failed VERIFY-UNREACHED
	plan >"$tmp/jobs"
	[ "$(column address "$tmp/jobs")" = 127.7.9.9 ]
	[ "$(column wish "$tmp/jobs")" = prove ]
	[ "$(column realm "$tmp/jobs")" = "" ]
	[ "$(device 1 state reason)" = "delayed|VERIFY-UNREACHED" ]
}

@test "a result that comes after the machine's next hello leaves it set up, and it is asked" {
	lab7
	plan >/dev/null
	hello 1 15:10:00 2 1 0
	result 1 1 15:00:10 verified
	[ "$(device 1 state set_up)" = "verified|2026-11-22T15:00:10Z" ]
	clock 15:10:01
	plan >"$tmp/jobs"
	[ "$(proofs "$tmp/jobs")" = "1 127.7.0.1 LAB7001B" ]
}

@test "a committed machine is verified whatever its window" {
	lab7
	plan >/dev/null
	result 1 1 15:00:10 committed
	result 1 1 15:00:20 failed VERIFY-UNREACHED
	clock 22:00:00
	plan >"$tmp/jobs"
	[ "$(column uuid "$tmp/jobs")" = 7ab70000-0000-4000-8000-000000000001 ]
}

@test "the result of an older job tells the password but moves nothing" {
	lab7
	plan >"$tmp/first"
	plan --take-over >"$tmp/second"
	result 1 1 15:00:10 admin-set
	result 1 1 15:00:11 failed HTTP-CLOSED
	[ "$(device 1 state reason)" = "planned|" ]
	[ "$(sql 'SELECT count(*) FROM secrets WHERE set_at IS NOT NULL')" = 1 ]
}

@test "results that are not ours are refused one by one" {
	lab7
	plan >/dev/null
	run -65 --separate-stderr result 1 7 15:00:10 verified
	[[ "$stderr" = *":2: no such job in this site"* ]]
	run -65 --separate-stderr result 1 1 15:00:10 dreamt
	[[ "$stderr" = *':2: unknown milestone "dreamt"' ]]
	run -65 --separate-stderr result 1 1 15:00:10 failed NO-SUCH
	[[ "$stderr" = *":2: result without a known reason" ]]
	[ "$(device 1 state)" = planned ]
}

@test "jobs are not written to a terminal" {
	lab7
	run -64 script -qec "store-plan -d '$site' -p '$site/profile.xml' -t 60" /dev/null
	[[ "$output" = *"--reveal"* ]]
	[ "$(sql 'SELECT count(*) FROM jobs')" = 0 ]
}

@test "wrong usage is told" {
	run -64 store-plan -d "$site" -p "$site/profile.xml"
	run -64 store-plan -d "$site" -p "$site/profile.xml" -t 0
	run -64 store-plan -d "$site" -p "$site/profile.xml" -t 60 more
}
