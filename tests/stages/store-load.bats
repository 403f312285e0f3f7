bats_require_minimum_version 1.5.0

setup_file() {
	store-init -d "$BATS_FILE_TMPDIR/empty"
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site=$BATS_TEST_TMPDIR/site
	tmp=$BATS_TEST_TMPDIR
	cp -a "$BATS_FILE_TMPDIR/empty" "$site"
}

load() {
	store-load -v -d "$site" "$@"
}

# What the store has of a kind, without header and @end.
rows() {
	store-dump -d "$site" --reveal -k "$1" | grep -v '^@'
}

sql() {
	sqlite3 "$site/site.db" "$@"
}

# Lines to a stream with header and @end: kind, columns of its first sample.
stream() {
	local n
	n=$(cat)
	head -n 1 "store/lab7.$1"
	printf '%s\n' "$n"
	printf '@end\t%s\t0\n' "$(printf '%s\n' "$n" | wc -l)"
}

# --- keys ----------------------------------------------------------------

@test "a bundle goes in as it is" {
	run -0 --separate-stderr load store/lab7.keys
	[ "$output" = "" ]
	[ "$stderr" = "store-load: store/lab7.keys: keys: 8 new, 0 already there" ]
	[ "$(rows keys)" = "$(grep -v '^@' store/lab7.keys)" ]
}

# slowly FILE: the whole of it, but not at once
slowly() {
	head -n 3 "$1"
	sleep 2.4
	tail -n +4 "$1"
}

@test "on a terminal an import of over two seconds says how far it is" {
	run -0 script -qec "store-load -d $site" /dev/null < <(slowly store/lab7.keys)
	[[ "$output" = *"store-load: <stdin>: "*" records read"* ]]
}

@test "in a pipe nothing is said of how far it is" {
	run -0 --separate-stderr store-load -d "$site" < <(slowly store/lab7.keys)
	[ "$output$stderr" = "" ]
}

@test "without -v a good import is silent" {
	run -0 --separate-stderr store-load -d "$site" store/lab7.keys
	[ "$output$stderr" = "" ]
}

@test "the same bundle twice changes nothing and says so" {
	load store/lab7.keys
	before=$(sql 'SELECT * FROM keys' | sha256sum)
	run -0 --separate-stderr load store/lab7.keys
	[ "$stderr" = "store-load: store/lab7.keys: keys: 0 new, 8 already there" ]
	[ "$(sql 'SELECT * FROM keys' | sha256sum)" = "$before" ]
	[ "$(sql 'SELECT count(*) FROM key_history')" = 0 ]
}

@test "secrets are not readable in the files of the site" {
	load store/lab7.keys
	run ! grep -aq -e SEC3RETJ -e Lab7-Mebx "$site"/site.db*
}

@test "a PID with another PPS is a conflict that names both origins, the others go in" {
	load store/lab7.keys
	sed -e 's/01MU/01NV/' -e 's/keys.csv:/again.csv:/' \
		-e 's/LAB7002C/LAB7009J/' store/lab7.keys >"$tmp/again"
	run -65 --separate-stderr load "$tmp/again"
	[ "$stderr" = "store-load: again.csv:2: PID LAB7001B has another PPS than in keys.csv:2; the store keeps that one
store-load: $tmp/again: keys: 1 new, 6 already there, 1 refused" ]
	[[ "$(rows keys)" = *"LAB7001B	SEC3RETJ01MU"* ]]
	[[ "$(rows keys)" = *"LAB7009J	"* ]]
}

@test "a PID with another password is a conflict too, and no password is shown" {
	load store/lab7.keys
	sed -e 's/Lab7-Mebx-3/Other-Mebx-3/' store/lab7.keys >"$tmp/again"
	run -65 --separate-stderr load "$tmp/again"
	[[ "$stderr" = *"keys.csv:4: PID LAB7003D has another next MEBx password than in keys.csv:4"* ]]
	[[ "$stderr" != *Mebx-3* ]]
}

@test "two records with one PID in one bundle: the first stays" {
	{
		grep LAB7001B store/lab7.keys
		grep LAB7001B store/lab7.keys | sed -e 's/01MU/01NV/' -e 's/:2$/:3/'
	} | stream keys >"$tmp/twice"
	run -65 --separate-stderr load "$tmp/twice"
	[[ "$stderr" = *"keys.csv:3: PID LAB7001B has another PPS than in keys.csv:2"* ]]
	[[ "$(rows keys)" = *01MU* ]]
}

@test "a second list may add what the first did not know" {
	load store/lab7.keys
	sed -e '/LAB7007H/s/admin\t/admin\tLater-Mebx-7/' store/lab7.keys >"$tmp/more"
	run -0 --separate-stderr load "$tmp/more"
	[[ "$stderr" = *"keys: 0 new, 7 already there, 1 changed" ]]
	[[ "$(rows keys)" = *"admin	Later-Mebx-7	lab7"* ]]
}

@test "a large bundle goes in alone, and while another program has the store open" {
	keys-make -b lab7 -n 20000 >"$tmp/many"
	load "$tmp/many"
	[ "$(sql 'PRAGMA journal_mode')" = wal ]
	sql 'DELETE FROM keys'
	coproc sqlite3 "$tmp/site/site.db" 3>&-
	echo 'SELECT count(*) FROM keys;' >&"${COPROC[1]}"
	read -r n <&"${COPROC[0]}"
	[ "$n" = 0 ]
	run -0 --separate-stderr load "$tmp/many"
	echo 'SELECT count(*) FROM keys;' >&"${COPROC[1]}"
	read -r n <&"${COPROC[0]}"
	[ "$n" = 20000 ]
	echo .quit >&"${COPROC[1]}"
	wait "$COPROC_PID"
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
}

@test "a cut stream commits nothing, wherever it is cut" {
	size=$(stat -c %s store/lab7.keys)
	for n in 1 40 100 $((size / 2)) $((size - 10)) $((size - 1)); do
		head -c "$n" store/lab7.keys >"$tmp/cut"
		run -65 --separate-stderr load "$tmp/cut"
		[[ "$stderr" = *"kept"* ]]
		[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
	done
}

@test "a stream with a record missing commits nothing" {
	sed 4d store/lab7.keys >"$tmp/short"
	run -65 --separate-stderr load "$tmp/short"
	[[ "$stderr" = *"records are missing (got 7, @end says 8)"* ]]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
}

@test "input without any stream is not taken for success" {
	run -65 --separate-stderr load </dev/null
	[ "$stderr" = "store-load: <stdin>: no stream in it (expected a line such as @keys/2)" ]
}

@test "an empty stream is good" {
	head -n 1 store/lab7.keys >"$tmp/empty"
	printf '@end\t0\t0\n' >>"$tmp/empty"
	run -0 --separate-stderr load "$tmp/empty"
	[[ "$stderr" = *"keys: 0 new, 0 already there" ]]
}

@test "one bad record among good: it is named by its origin, the others go in" {
	sed 's/LAB7002C/LAB7002X/' store/lab7.keys >"$tmp/bad"
	run -65 --separate-stderr load "$tmp/bad"
	[[ "$stderr" = "store-load: keys.csv:3: "* ]]
	[ "$(sql 'SELECT count(*) FROM keys')" = 7 ]
}

@test "what a program before refused shows in the status" {
	sed 's/^@end.*/@end\t8\t2/' store/lab7.keys >"$tmp/some"
	run -65 load "$tmp/some"
	[ "$(sql 'SELECT count(*) FROM keys')" = 8 ]
}

@test "a stick that was read back moves its keys on, never back" {
	load store/lab7.keys
	grep LAB7001B store/lab7.keys | sed 's/\tnew\t.*/\tconsumed\t\tstick:512/' |
		stream keys >"$tmp/back"
	run -0 --separate-stderr load "$tmp/back"
	[[ "$stderr" = *"keys: 0 new, 0 already there, 1 changed" ]]
	[[ "$(rows keys)" = *"LAB7001B"*"	consumed		keys.csv:2"* ]]
	[ "$(sql "SELECT pid, state, cause FROM key_history")" = "LAB7001B|2|stick:512" ]
	load store/lab7.keys
	[[ "$(rows keys)" = *"LAB7001B"*"	consumed		keys.csv:2"* ]]
}

@test "a record that was wiped on the stick still tells that its key was consumed" {
	load store/lab7.keys
	printf 'LAB7001B\t\t\t\t\tstick\tconsumed\t\tstick:512\nLAB7009J\t\t\t\t\tstick\tconsumed\t\tstick:1024\n' |
		stream keys >"$tmp/back"
	run -65 --separate-stderr load "$tmp/back"
	[[ "$stderr" = "store-load: stick:1024: PID LAB7009J is not in the store and comes without a PPS"* ]]
	[[ "$(rows keys)" = *"LAB7001B"*"	consumed		keys.csv:2"* ]]
}

@test "keys imported under another batch stay in theirs, with a word" {
	load store/lab7.keys
	sed 's/\tlab7\t/\tlab8\t/' store/lab7.keys >"$tmp/again"
	run -0 --separate-stderr load "$tmp/again"
	[[ "$stderr" = *"8 keys are in the store under another batch and stay there"* ]]
	[[ "$(rows batches)" = "lab7	8"* ]]
}

# --- map -----------------------------------------------------------------

@test "a map goes in as it is, and twice changes nothing" {
	run -0 --separate-stderr load store/lab7.map
	[ "$stderr" = "store-load: store/lab7.map: map: 6 new, 0 already there" ]
	[ "$(rows map | cut -f 1-6)" = "$(grep -v '^@' store/lab7.map)" ]
	run -0 --separate-stderr load store/lab7.map
	[ "$stderr" = "store-load: store/lab7.map: map: 0 new, 6 already there" ]
}

@test "a corrected export replaces its own older name and says which" {
	load store/lab7.map
	sed -n 2p store/lab7.map | sed -e 's/pc-0001/pc-1001/' -e 's/csv:2/csv:9/' |
		stream map >"$tmp/new"
	run -0 --separate-stderr load "$tmp/new"
	[ "$stderr" = "store-load: machines.csv:9: 7ab70000-0000-4000-8000-000000000001 is pc-1001.lab7.example.com; the older entry 7ab70000-0000-4000-8000-000000000001 = pc-0001.lab7.example.com (machines.csv:2) goes
store-load: $tmp/new: map: 1 new, 0 already there, 1 changed" ]
	[ "$(rows map | wc -l)" = 6 ]
	[[ "$(rows map)" != *pc-0001* ]]
}

@test "a name given to another machine leaves the first" {
	load store/lab7.map
	sed -n 2p store/lab7.map | sed 's/0001\t/0009\t/' | stream map >"$tmp/new"
	run -0 --separate-stderr load "$tmp/new"
	[[ "$stderr" = *"000000000001 = pc-0001.lab7.example.com (machines.csv:2) goes"* ]]
	[ "$(rows map | grep -c pc-0001)" = 1 ]
	[[ "$(rows map)" = *"000000000009	pc-0001"* ]]
}

@test "another source contradicts and both stay" {
	load store/lab7.map
	sed -n 2p store/lab7.map | sed -e 's/pc-0001/pc-1001/' -e 's/machines/other/g' |
		stream map >"$tmp/new"
	run -0 --separate-stderr load "$tmp/new"
	[ "$(rows map | wc -l)" = 7 ]
}

# map2 MODEL SERIAL DAY: the first machine's entry with these, as a stream
map2() {
	printf '@map/2\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\tmodel\tserial\n%s\t%s\t%s\n@end\t1\t0\n' \
		"$(sed -n 2p store/lab7.map | sed "s/2026-11-20/$3/")" "$1" "$2"
}

@test "a machine's model and serial number are kept, and a map without them takes none away" {
	load store/lab7.map
	[ "$(rows map | cut -f 7,8 | sort -u)" = $'\t' ]
	map2 "ExampleDesk 7" 5CG0001 2026-11-20 | load
	[ "$(rows map | sed -n 1p | cut -f 1,7,8)" = $'7ab70000-0000-4000-8000-000000000001\tExampleDesk 7\t5CG0001' ]
	load store/lab7.map # without
	[ "$(rows map | sed -n 1p | cut -f 7,8)" = $'ExampleDesk 7\t5CG0001' ]
	map2 "ExampleDesk 8" "Default string" 2026-11-21 | load
	[ "$(rows map | sed -n 1p | cut -f 7,8)" = $'ExampleDesk 8\t5CG0001' ]
	map2 "ExampleDesk 6" 5CG0006 2026-11-19 | load # older
	[ "$(rows map | sed -n 1p | cut -f 7,8)" = $'ExampleDesk 8\t5CG0001' ]
	[ "$(sql "SELECT model || ',' || serial FROM claims WHERE uuid LIKE '%-8000-000000000001'")" = "ExampleDesk 8,5CG0001" ]
}

@test "of an entry that is given twice in a first map, the newest model counts" {
	{
		map2 "ExampleDesk 7" 5CG0001 2026-11-20 | grep -v ^@end
		map2 "ExampleDesk 8" "" 2026-11-21 | sed -n 2p
		printf '@end\t2\t0\n'
	} | load
	[ "$(rows map | cut -f 7,8)" = $'ExampleDesk 8\t5CG0001' ]
}

@test "a map that is ambiguous in itself keeps both names" {
	sed -n '2p;2s/pc-0001/pc-1001/p' store/lab7.map | stream map >"$tmp/new"
	run -0 load "$tmp/new"
	[ "$(rows map | wc -l)" = 2 ]
}

@test "an older export does not bring back what a newer one corrected" {
	load store/lab7.map
	sed -n 2p store/lab7.map |
		sed -e 's/pc-0001/pc-1001/' -e 's/2026-11-20/2026-11-19/' -e 's/csv:2/csv:9/' |
		stream map >"$tmp/old"
	run -0 --separate-stderr load "$tmp/old"
	[ "$stderr" = "store-load: machines.csv:9: 7ab70000-0000-4000-8000-000000000001 = pc-1001.lab7.example.com is of 2026-11-19; the newer entry 7ab70000-0000-4000-8000-000000000001 = pc-0001.lab7.example.com of 2026-11-20 stays
store-load: $tmp/old: map: 0 new, 1 already there" ]
	[ "$(rows map | cut -f 1-6)" = "$(grep -v '^@' store/lab7.map)" ]
	# the name, for another machine
	sed -n 2p store/lab7.map | sed -e 's/0001\t/0009\t/' -e 's/2026-11-20/2026-11-19/' |
		stream map | load 2>/dev/null
	# the same, only older
	sed -n 2p store/lab7.map | sed -e 's/2026-11-20/2026-11-19/' | stream map | load
	[ "$(rows map | cut -f 1-6)" = "$(grep -v '^@' store/lab7.map)" ]
}

@test "an entry without a day is of today, one with nonsense for a day is refused" {
	{
		sed -n 2p store/lab7.map | sed 's/2026-11-20//'
		sed -n 3p store/lab7.map | sed 's/2026-11-20/2026-13-20/'
		sed -n 4p store/lab7.map | sed 's/2026-11-20/yesterday/'
	} | stream map >"$tmp/days"
	SOURCE_DATE_EPOCH=1795359600 run -65 --separate-stderr load "$tmp/days"
	[ "${stderr_lines[0]}" = "store-load: machines.csv:3: seen is not a day (expected such as 2026-11-22)" ]
	[[ "${stderr_lines[1]}" = "store-load: machines.csv:4: seen is not a day"* ]]
	[ "$(rows map | cut -f 4)" = 2026-11-22 ]
}

@test "a large map goes in whole, its names found by index, the newest of doubles kept" {
	awk 'BEGIN {
		OFS = "\t"
		for (i = 1; i <= 20001; i++)
			print sprintf("%08x-0000-4000-8000-%012x", i * 40503 % 4294967296, i), \
				sprintf("pc-%05d.lab7.example.com", i), "big", "2026-11-20", 50, "big:" i
		print sprintf("%08x-0000-4000-8000-%012x", 7 * 40503, 7), \
			"pc-00007.lab7.example.com", "big", "2026-11-21", 50, "big:20002"
	}' | stream map >"$tmp/big"
	run -0 --separate-stderr load "$tmp/big"
	[ "$stderr" = "store-load: $tmp/big: map: 20001 new, 1 already there" ]
	[ "$(sql 'SELECT count(*) FROM map')" = 20001 ]
	[ "$(sql "SELECT seen FROM map WHERE fqdn = 'pc-00007.lab7.example.com'")" = 2026-11-21 ]
	[[ "$(sql "EXPLAIN QUERY PLAN SELECT * FROM map WHERE fqdn = 'a'")" = *map_fqdn* ]]
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
	# Another source is beside it, the same one again is compared.
	sed 's/	big	/	other	/' "$tmp/big" >"$tmp/other"
	run -0 --separate-stderr load "$tmp/other"
	[[ "$stderr" = *"20001 new, 1 already there" ]]
	run -0 --separate-stderr load "$tmp/big"
	[[ "$stderr" = *"0 new, 20002 already there" ]]
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
}

@test "a cut map commits nothing" {
	head -n 4 store/lab7.map >"$tmp/cut"
	run -65 --separate-stderr load "$tmp/cut"
	[[ "$stderr" = *"nothing of this map stream was kept"* ]]
	[ "$(rows map)" = "" ]
}

@test "a UUID that names no machine is refused by its origin" {
	sed 's/7ab70000-0000-4000-8000-000000000002/00000000-0000-0000-0000-000000000000/' \
		store/lab7.map >"$tmp/zero"
	run -65 --separate-stderr load "$tmp/zero"
	[[ "$stderr" = "store-load: machines.csv:3: UUID 00000000-0000-0000-0000-000000000000 names no machine: "* ]]
	[ "$(rows map | wc -l)" = 5 ]
}

# --- hello ---------------------------------------------------------------

@test "a hello makes a machine and marks its key seen" {
	load store/lab7.keys store/lab7.hello
	[ "$(rows hello)" = "$(grep -v '^@' store/lab7.hello)" ]
	[[ "$(rows devices)" = "7ab70000-0000-4000-8000-000000000001		127.7.0.1	lab7	LAB7001B	heard	QUEUED		0"* ]]
	[ "$(rows batches)" = "lab7	4	0	0	4	0	0" ]
	[ "$(sql "SELECT cause FROM key_history LIMIT 1")" = "hello of 7ab70000-0000-4000-8000-000000000001 from 127.7.0.1" ]
}

@test "a key that comes after its hello is seen at once" {
	load store/lab7.hello
	load store/lab7.keys
	[ "$(rows batches)" = "lab7	4	0	0	4	0	0" ]
}

@test "a hello from elsewhere is another claim, and overwrites no address" {
	load store/lab7.hello
	sed -n 2p store/lab7.hello | sed -e 's/T14:01/T15:01/' -e 's/127.7.0.1/127.7.0.201/' |
		stream hello >"$tmp/new"
	sed -n 2p store/lab7.hello | sed -e 's/T14:01/T13:01/' -e 's/127.7.0.1/127.7.0.101/' |
		stream hello >"$tmp/old"
	load "$tmp/new" "$tmp/old"
	[ "$(sql "SELECT address, hellos FROM callers WHERE pid = 'LAB7001B' ORDER BY arrived" | xargs)" = \
		"127.7.0.1|1 127.7.0.201|1 127.7.0.101|1" ]
	# The report still counts them all, and shows the first.
	[[ "$(rows devices | head -n 1)" = *"	127.7.0.1	"*"	2026-11-22T13:01:00Z	2026-11-22T14:01:00Z		3	"* ]]
}

@test "of one caller the newest hello counts, whatever the order of arrival" {
	load store/lab7.hello
	for at in 'T15:01 4' 'T13:01 0'; do
		sed -n 2p store/lab7.hello | sed -e "s/T14:01/${at% *}/" -e "s/2	0	0	LAB/2	0	${at#* }	LAB/" |
			stream hello | load
	done
	[ "$(sql "SELECT hellos, retries, last_heard - first_heard FROM callers
		WHERE pid = 'LAB7001B'")" = "3|4|7200" ]
}

@test "a hello of a clock that was wrong is not newer than one of now" {
	load store/lab7.hello # 14:01
	sed -n 2p store/lab7.hello | sed -e 's/T14:01/T13:01/' -e 's/2	0	0	LAB/2	0	1	LAB/' |
		stream hello >"$tmp/now"
	# one minute may be between two clocks, not more
	SOURCE_DATE_EPOCH=$(date -ud 2026-11-22T13:01:30Z +%s) load "$tmp/now"
	[ "$(sql "SELECT retries, hellos FROM callers WHERE pid = 'LAB7001B'")" = "1|2" ]
	sed -n 2p store/lab7.hello | sed -e 's/T14:01/T13:00/' -e 's/2	0	0	LAB/2	0	2	LAB/' |
		stream hello >"$tmp/older"
	SOURCE_DATE_EPOCH=$(date -ud 2026-11-22T13:01:30Z +%s) load "$tmp/older"
	[ "$(sql "SELECT retries, hellos FROM callers WHERE pid = 'LAB7001B'")" = "1|3" ]
}

@test "a link-local address comes with its link" {
	sed 's/127.7.0.1\t/fe80::1%2\t/; s/127.7.0.2\t/fe80::1%eth0\t/; s/127.7.0.3\t/127.7.0.3%2\t/' store/lab7.hello >"$tmp/link"
	run -65 --separate-stderr load "$tmp/link"
	[ "$(grep -c 'hello without an address' <<<"$stderr")" = 2 ]
	[ "$(sql "SELECT count(*) FROM callers WHERE address = 'fe80::1%2'")" = 1 ]
}

@test "the same hellos twice count once" {
	load store/lab7.hello
	run -0 --separate-stderr load store/lab7.hello
	[ "$stderr" = "store-load: store/lab7.hello: hello: 0 new, 4 already there" ]
	[ "$(sql "SELECT max(hellos) FROM callers")" = 1 ]
}

@test "a hello without an address is refused, the next one taken" {
	sed 's/127.7.0.1\t/\t/; s/127.7.0.2\t/pc-2\t/' store/lab7.hello >"$tmp/bad"
	run -65 --separate-stderr load "$tmp/bad"
	[ "$(grep -c 'port 9971: hello without an address' <<<"$stderr")" = 2 ]
	[ "$(rows hello | wc -l)" = 2 ]
}

@test "a version 3 hello keeps its hash list, one row for many hellos" {
	for i in 1 2 3; do
		printf '2026-11-22T14:0%s:00Z\t127.7.0.9\t7ab70000-0000-4000-8000-000000000009\t3\t0\t%s\t\tsha256:0102,sha1:03\tport 9971\n' $i $i
	done | stream hello >"$tmp/v3"
	load "$tmp/v3"
	[ "$(sql 'SELECT count(*) FROM hash_lists')" = 1 ]
	[ "$(rows hello | grep -c 'sha256:0102,sha1:03')" = 3 ]
}

# hellos SEED ORDER: 300 of six machines, by and by (sort) or not (shuf)
hellos() {
	awk -v seed="$1" 'BEGIN {
		srand(seed)
		split("LAB7001B LAB7002C LAB7003D NONE0001", pid, " ")
		for (i = 0; i < 300; i++) {
			three = rand() < 0.2
			printf "2026-11-22T15:%02d:%02dZ\t127.7.0.%d\t7ab70000-0000-4000-8000-%012d\t%d\t%d\t%d\t%s\t%s\tport %d\n",
				rand() * 60, rand() * 60, rand() * 3, rand() * 6, three ? 3 : 2,
				rand() < 0.5, rand() * 4, three ? "" : pid[int(rand() * 4) + 1],
				three ? "sha256:0" int(rand() * 4) : "", i
		}
	}' | $2
}

@test "hellos that come together tell what they tell one by one" {
	load store/lab7.keys store/lab7.hello
	sql "UPDATE machines SET state = 'verified', attempts = 1, set_up = 1 WHERE uuid < '7ab70000-0000-4000-8000-000000000003'"
	for how in "1 sort" "2 sort" "3 shuf"; do
		# shellcheck disable=SC2086 # words
		hellos $how >"$tmp/some"
		rm -rf "$tmp"/{whole,single,spool}
		mkdir "$tmp/spool"
		cp -r "$site" "$tmp/whole"
		cp -r "$site" "$tmp/single"
		stream hello <"$tmp/some" >"$tmp/all"
		awk -v head="$(head -n 1 store/lab7.hello)" -v spool="$tmp/spool/" '{
			file = spool 1000 + NR ".hello"
			printf "%s\n%s\n@end\t1\t0\n", head, $0 >file
			close(file)
		}' "$tmp/some"
		store-load -d "$tmp/whole" "$tmp/all"
		store-load -d "$tmp/single" -s "$tmp/spool"
		for one in whole single; do
			sqlite3 "$tmp/$one/site.db" "SELECT * FROM machines" "SELECT * FROM callers" "SELECT * FROM counters" "SELECT * FROM hellos" "SELECT pid, state FROM keys" \
				"SELECT pid, state, at, cause FROM key_history ORDER BY id" "SELECT * FROM hash_lists" >"$tmp/$one.txt"
		done
		diff "$tmp/whole.txt" "$tmp/single.txt"
		[ "$(sqlite3 "$tmp/whole/site.db" "SELECT count(*) > 290 FROM hellos")" = 1 ]
		[ "$(sqlite3 "$tmp/whole/site.db" "SELECT max(life) FROM machines")" = 1 ]
		[ "$(sqlite3 "$tmp/whole/site.db" "SELECT count(*) FROM machines WHERE state = 'verified'")" = 2 ]
	done
}

# made_up N UUID PID: hellos, where %d is their number
made_up() {
	awk -v n="$1" -v uuid="$2" -v pid="$3" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "2026-11-22T14:00:00Z\t10.0.%d.%d\t" uuid "\t2\t0\t0\t" pid "\t\tport 9971\n",
				i / 250, i % 250 + 1, uuid ~ /%/ ? i : pid ~ /%/ ? i : "", i
	}' | stream hello
}

@test "made-up hellos are capped, and what a map or a key expects is not crowded out" {
	load store/lab7.keys store/lab7.map store/lab7.hello
	made_up 13000 '00000000-0000-4000-8000-%012d' 'NONE%07d' >"$tmp/strangers"
	made_up 2000 '00000001-0000-4000-8000-%012d' LAB7001B >"$tmp/pid"
	awk 'BEGIN { for (i = 1; i <= 2000; i++) printf "2026-11-22T14:00:00Z\t10.1.%d.%d\t7ab70000-0000-4000-8000-000000000001\t2\t0\t0\tLAB7001B\t\tport 9971\n", i / 250, i % 250 + 1 }' |
		stream hello >"$tmp/uuid"
	load "$tmp/strangers" "$tmp/pid" "$tmp/uuid"
	n=$(sql "SELECT count(*) FROM callers WHERE pid LIKE 'NONE%'")
	[ "$n" -ge 9900 ] && [ "$n" -le 11000 ]
	[ "$(sql "SELECT count(*) FROM callers WHERE pid = 'LAB7001B' AND uuid LIKE '00000001%'")" -le 64 ]
	[ "$(sql "SELECT count(*) FROM callers WHERE uuid LIKE '7ab70000%1'")" -le 64 ]
	[ "$(sql "SELECT count(*) FROM callers WHERE address LIKE '127.7.0.%'")" = 4 ]
	[ "$(sql 'SELECT count(*) FROM machines')" -le 11100 ]
	[ "$(sql 'SELECT count(*) FROM hellos')" = "$(sql 'SELECT count(*) FROM callers')" ]
	[ "$(rows strangers)" = "$(sql 'SELECT count(*) FROM callers')	$((17004 - $(sql 'SELECT count(*) FROM callers')))" ]
}

@test "only callers that may have to go are counted for the next look through all" {
	counted() { sql "SELECT n FROM counters WHERE name = 'callers'"; }
	load store/lab7.keys store/lab7.map store/lab7.hello
	base=$(counted)
	# a name, and a key that nobody else claims
	for i in 1 2 3 4 5; do echo "7ab70000-0000-4000-9000-00000000000$i,pc-90$i.lab7.example.com"; done |
		sed '1i uuid,fqdn' >"$tmp/names.csv"
	map-parse "$tmp/names.csv" 2>/dev/null | store-load -d "$site"
	made_up 5 '7ab70000-0000-4000-9000-%012d' 'NONE%07d' >"$tmp/expected"
	load "$tmp/expected"
	[ "$(counted)" = "$base" ]
	# neither name nor key; one name again from elsewhere; one PID again
	made_up 3 '00000000-0000-4000-8000-%012d' 'FREE%07d' >"$tmp/strangers"
	made_up 1 '7ab70000-0000-4000-9000-%012d' 'OTHR%07d' >"$tmp/uuid"
	made_up 1 '7ab70000-0000-4000-8000-%012d' 'NONE0000002' >"$tmp/pid"
	load "$tmp/strangers" "$tmp/uuid" "$tmp/pid"
	[ "$(counted)" = $((base + 5)) ]
}

@test "a cut journal keeps what came" {
	head -n 3 store/lab7.hello >"$tmp/cut"
	run -65 --separate-stderr load "$tmp/cut"
	[[ "$stderr" = *"stream is cut: it has no @end line"*"what came of this hello stream was kept"* ]]
	[ "$(rows hello | wc -l)" = 2 ]
}

@test "a journal is committed while its stream goes on" {
	mkfifo "$tmp/pipe"
	store-load -d "$site" <"$tmp/pipe" &
	exec 5>"$tmp/pipe"
	head -n 3 store/lab7.hello >&5
	for _ in $(seq 300); do
		[ "$(rows hello | wc -l)" != 2 ] || break
		sleep 0.1
	done
	[ "$(rows hello | wc -l)" = 2 ]
	tail -n +4 store/lab7.hello >&5
	exec 5>&-
	wait $!
	[ "$(rows hello | wc -l)" = 4 ]
}

@test "kill -9 keeps what a journal had committed" {
	mkfifo "$tmp/pipe"
	store-load -d "$site" <"$tmp/pipe" &
	exec 5>"$tmp/pipe"
	head -n 4 store/lab7.hello >&5
	for _ in $(seq 300); do
		[ "$(rows hello | wc -l)" != 3 ] || break
		sleep 0.1
	done
	kill -9 $!
	exec 5>&-
	wait $! || true
	[ "$(rows hello | wc -l)" = 3 ]
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
}

@test "SIGTERM ends a journal that is quiet, with what came" {
	mkfifo "$tmp/pipe"
	store-load -d "$site" <"$tmp/pipe" 2>"$tmp/err" &
	loader=$!
	exec 5>"$tmp/pipe"
	head -n 3 store/lab7.hello >&5
	for _ in $(seq 300); do
		[ "$(rows hello | wc -l)" != 2 ] || break
		sleep 0.1
	done
	kill -TERM $loader
	ended=0
	wait $loader || ended=$?
	[ "$ended" = 75 ]
	exec 5>&-
	[[ "$(cat "$tmp/err")" = *"ended by a signal before the stream was; what came is kept" ]]
	[ "$(rows hello | wc -l)" = 2 ]
}

# --- the site ------------------------------------------------------------

@test "several streams in one input and several inputs" {
	cat store/lab7.keys store/lab7.map >"$tmp/both"
	run -0 --separate-stderr load "$tmp/both" - <store/lab7.hello
	[[ "$stderr" = *"keys: 8 new"*"map: 6 new"*"hello: 4 new"* ]]
}

@test "a stream that is not for loading is refused" {
	store-dump -d "$site" -k devices >"$tmp/devices"
	run -65 --separate-stderr load "$tmp/devices"
	[[ "$stderr" = *"wrong kind of stream (got @devices, expected @keys, @map, @hello, @results or @lookups)" ]]
}

@test "a masked dump cannot be taken for keys" {
	load store/lab7.keys
	store-dump -d "$site" -k keys >"$tmp/masked"
	run -65 --separate-stderr load "$tmp/masked"
	[[ "$stderr" = *"8 refused"* ]]
}

@test "a missing key file, another site's and a damaged row are three things" {
	load store/lab7.keys
	mv "$site/site.key" "$tmp/right.key"
	run -78 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"site.key: the site's key file is missing; "* ]]
	store-init -d "$tmp/other"
	cp "$tmp/other/site.key" "$site/site.key"
	run -78 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"site.key: the key file of another site; "* ]]
	cp "$tmp/right.key" "$site/site.key"
	sql "UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE
		pid = 'LAB7002C') WHERE pid = 'LAB7001B'"
	run -65 --separate-stderr store-dump -d "$site" -k keys
	[ "$stderr" = "store-dump: $site/site.db: KEY-DAMAGED: a secret of PID LAB7001B does not open" ]
	[ "$(grep -vc '^@' <<<"$output")" = 7 ]
}

@test "a damaged row is healed by importing its list again" {
	load store/lab7.keys
	sql "UPDATE keys SET sealed = zeroblob(60) WHERE pid = 'LAB7001B'"
	run -0 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"keys.csv:2: PID LAB7001B did not open in the store and is repaired"* ]]
	[ "$(rows keys)" = "$(grep -v '^@' store/lab7.keys)" ]
}

@test "a damaged key is not healed by a stick that lost its PPS" {
	load store/lab7.keys
	sql "UPDATE keys SET sealed = zeroblob(60) WHERE pid = 'LAB7001B'"
	awk -F'\t' -v OFS='\t' '$1 == "LAB7001B" { $2 = ""; print }' store/lab7.keys | stream keys >"$tmp/stick"
	run -0 --separate-stderr load "$tmp/stick"
	[[ "$stderr" != *"whole again"* ]]
	run -65 --separate-stderr store-dump -d "$site" -k keys
	[[ "$stderr" = *"KEY-DAMAGED: a secret of PID LAB7001B does not open" ]]
}

@test "a PPS with dashes is stored without them" {
	awk -F'\t' -v OFS='\t' '$1 == "LAB7001B" { gsub(/..../, "&-", $2); sub(/-$/, "", $2); $2 = tolower($2); print }' \
		store/lab7.keys | stream keys >"$tmp/dashed"
	load "$tmp/dashed"
	[ "$(rows keys)" = "$(grep '^LAB7001B' store/lab7.keys)" ]
}

@test "a key file that others can read is refused with the command that mends it" {
	chmod 644 "$site/site.key"
	run -78 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"others may use the site's key file (mode 644); run: chmod 600 $site/site.key" ]]
	chmod 600 "$site/site.key"
	truncate -s 31 "$site/site.key"
	run -78 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"not a site's key file (got 31 bytes, expected 32)" ]]
}

@test "no site, an empty file and a foreign database are told apart" {
	run -66 --separate-stderr store-load -d "$tmp/none" store/lab7.keys
	[ "$stderr" = "store-load: $tmp/none/site.db: No such file or directory" ]
	: >"$site/site.db"
	run -66 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"site.db: not a store; make one with store-init" ]]
	head -c 4096 /dev/zero | tr '\0' x >"$site/site.db"
	run -74 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"the file is damaged"*"put it back from a backup" ]]
}

@test "a store of a newer version is refused" {
	sql 'PRAGMA user_version = 99'
	run -78 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"site.db: made by a newer amtbatch (store version 99, this program knows up to "*"); install that one" ]]
}

@test "a store of version 1 is brought up to date and keeps what it has" {
	load store/lab7.keys
	sql .schema | sort >"$tmp/schema"
	# The same site as the first version would have left it.
	cp "$site/site.key" "$tmp/key"
	sql '.dump keys meta' | sed -n "/^INSERT/{ /INTO keys/s/,'');\$/);/; p; }" >"$tmp/rows"
	rm "$site"/site.db*
	sed '/^-- step 2/,$d' "$AMT_TEST_ROOT/stages/store/schema.sql" | sqlite3 "$site/site.db"
	sqlite3 "$site/site.db" <"$tmp/rows"
	sql 'PRAGMA user_version = 1'
	[ "$(sql .schema | sort)" != "$(cat "$tmp/schema")" ]
	run -0 --separate-stderr load store/lab7.keys
	[[ "$stderr" = *"keys: 0 new, 8 already there" ]]
	[ "$(sql .schema | sort)" = "$(cat "$tmp/schema")" ]
	[ "$(rows keys)" = "$(grep -v '^@' store/lab7.keys)" ]
}

# held: until another has the store
held() {
	for _ in {1..600}; do
		[ ! -e "$tmp/held" ] || return 0
		sleep 0.05
	done
	return 1
}

@test "another writer is waited for" {
	printf '%s\n' 'BEGIN IMMEDIATE;' ".system touch $tmp/held; sleep 1" 'COMMIT;' |
		sqlite3 "$site/site.db" &
	held
	run -0 load store/lab7.keys
	wait
	[ "$(sql 'SELECT count(*) FROM keys')" = 8 ]
}

@test "another writer that does not end is named, and nothing is changed" {
	mkfifo "$tmp/pipe"
	sqlite3 "$site/site.db" <"$tmp/pipe" &
	exec 5>"$tmp/pipe"
	printf '%s\n' 'BEGIN IMMEDIATE;' ".system touch $tmp/held" >&5
	held
	AMT_LOCK_SECONDS=1 run -75 --separate-stderr load store/lab7.keys
	exec 5>&-
	wait
	[[ "$stderr" = *"another program has been writing to the store for too long; run this again" ]]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
}

# A bundle large enough that it spills out of memory.
large() {
	awk -v n="$1" 'BEGIN {
		a = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		for (i = 0; i < 256; i++) ord[sprintf("%c", i)] = i
		pps = "SEC3RETJ01MUADEMUPFJORLLAB76XYZF"
		for (i = 0; i < n; i++) {
			# Scattered, as PIDs are.
			p = sprintf("%07d", (i * 7919) % 10000000)
			s = 0
			for (j = 1; j <= 7; j++) s += ord[substr(p, j, 1)]
			print p substr(a, s % 36 + 1, 1) "\t" pps "\tadmin\tLab7-Mebx-" i "\tbig\tbig.csv\tnew\t\tbig.csv:" i + 2
		}
	}' | stream keys
}

@test "new keys among known ones are told apart, wherever they stand" {
	large 300 >"$tmp/all"
	awk 'NR == 1 || /^@end/ || NR % 3 == 0' "$tmp/all" | sed 's/^@end.*/@end\t100\t0/' >"$tmp/third"
	load "$tmp/third"
	before=$(sql 'SELECT sealed FROM keys ORDER BY pid' | sha256sum)
	run -0 --separate-stderr load "$tmp/all"
	[ "$stderr" = "store-load: $tmp/all: keys: 200 new, 100 already there" ]
	[ "$(sql 'SELECT count(*) FROM keys')" = 300 ]
	[ "$(rows keys | cut -f 1-4 | sort)" = "$(grep -v '^@' "$tmp/all" | cut -f 1-4 | sort)" ]
}

@test "a full disk during an import: a clear message and nothing half-written" {
	load store/lab7.keys
	large 20000 >"$tmp/large"
	run -74 --separate-stderr bash -c "ulimit -f 2000; store-load -d '$site' '$tmp/large'"
	[[ "$stderr" = "store-load: $site/site.db: "*"; nothing unfinished was kept" ]]
	[ "$(rows keys)" = "$(grep -v '^@' store/lab7.keys)" ]
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
	run -0 load "$tmp/large"
	[ "$(sql 'SELECT count(*) FROM keys')" = 20008 ]
}

@test "kill -9 in an import leaves all or nothing" {
	large 30000 >"$tmp/large"
	for wait in 0.05 0.15 0.25 0.35 0.5 0.7; do
		store-load -d "$site" "$tmp/large" &
		sleep $wait
		kill -9 $! 2>/dev/null || true
		wait $! || true
		n=$(sql 'SELECT count(*) FROM keys')
		echo "after $wait s: $n"
		[ "$n" = 0 ] || [ "$n" = 30000 ]
		[ "$(sql 'PRAGMA integrity_check')" = ok ]
	done
	run -0 store-load -d "$site" "$tmp/large"
	[ "$(sql 'SELECT count(*) FROM keys')" = 30000 ]
}

@test "nothing is left in the folder but the site's own files" {
	load store/lab7.keys store/lab7.map store/lab7.hello
	[ "$(ls -A "$site" | xargs)" = "certs profile.xml reports site.conf site.db site.key sticks" ]
}

@test "a note goes in, and one that comes later fills a gap but replaces none" {
	sed '/LAB7001B/s/\tnew\t/\tnew\tserial=SN-1/' store/lab7.keys >"$tmp/noted"
	load "$tmp/noted"
	sed -e '/LAB7001B/s/\tnew\t/\tnew\tserial=SN-9/' \
		-e '/LAB7002C/s/\tnew\t/\tnew\tserial=SN-2/' store/lab7.keys >"$tmp/more"
	run -0 --separate-stderr load "$tmp/more"
	[[ "$stderr" = *"keys: 0 new, 7 already there, 1 changed" ]]
	[ "$(rows keys | head -n 2 | cut -f 8 | xargs)" = "serial=SN-1 serial=SN-2" ]
}

@test "lists of hashes that strangers make up do not stay" {
	awk -v at="$(date -u +%FT%TZ)" 'BEGIN {
		print "@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom"
		for (i = 1; i <= 26000; i++)
			printf "%s\t127.%d.%d.1\t00000000-0000-4000-8000-%012d\t3\t0\t0\t\tsha1:%040d\tport 9971\n",
				at, i / 250, i % 250, i, i
		print "@end\t26000\t0" }' >"$tmp/lists"
	store-load -d "$site" "$tmp/lists"
	# twice what callers have, and a thousand
	[ "$(sql "SELECT count(*) BETWEEN 10000 AND 23000 FROM hash_lists WHERE hashes NOT LIKE 'dropped %'")" = 1 ]
	[ "$(sql "SELECT count(*) FROM callers JOIN hash_lists h ON h.id = hash_list WHERE hashes LIKE 'sha1:%'")" = \
		"$(sql 'SELECT count(*) FROM callers')" ]
	[ "$(sql "SELECT count(*) FROM hellos JOIN hash_lists h ON h.id = hash_list WHERE hashes LIKE 'dropped%'")" = 0 ]
	# and one that was dropped can come again
	load "$tmp/lists"
	[ "$(sql 'PRAGMA foreign_key_check')" = "" ]
}
