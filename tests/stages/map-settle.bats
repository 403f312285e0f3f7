bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site=$BATS_TEST_TMPDIR/site
	tmp=$BATS_TEST_TMPDIR
	export SOURCE_DATE_EPOCH=1795359600 # 2026-11-22T15:00:00Z
	store-init -d "$site"
	store-load -d "$site" store/lab7.keys store/lab7.hello
}

# map SOURCE DAY TRUST N=NAME...: entries of a source
map() {
	local source=$1 day=$2 trust=$3 pair n=1
	shift 3
	{
		head -n 1 store/lab7.map
		for pair; do
			printf '7ab70000-0000-4000-8000-00000000000%s\t%s.example.com\t%s\t%s\t%s\t%s:%s\n' \
				"${pair%%=*}" "${pair#*=}" "$source" "$day" "$trust" "$source" $((++n))
		done
		printf '@end\t%s\t0\n' $#
	} | store-load -d "$site"
}

settle() {
	map-settle -d "$site" --by anna "$@"
}

uuid() {
	echo "7ab70000-0000-4000-8000-00000000000$1"
}

# planned: "N=NAME ..." of the jobs; what was planned before is taken over
planned() {
	store-plan -d "$site" -p "$site/profile.xml" -t 60 --take-over -m 30 "$@" |
		awk -F '\t' '/^[^@]/ && NF > 4 { sub(".*0", "", $2); sub(".example.com", "", $3); print $2 "=" $3 }' |
		sort | xargs
}

# reasons: "N=CODE ..." of those heard that cannot be planned
reasons() {
	store-dump -d "$site" | awk -F '\t' '$6 == "refused" || ($6 == "verified" && $7 != "") {
		sub(".*0", "", $1); print $1 "=" $7 }' | xargs
}

show() {
	conflicts-show -d "$site" -m 30
}

@test "two sources, two names: held back, shown, and settled by preferring one" {
	map oob.csv 2026-11-20 50 1=pc-1 2=pc-2
	map cm.csv 2026-11-21 50 1=pc-9 2=pc-2
	[ "$(planned)" = "2=pc-2" ]
	[ "$(reasons)" = "1=MAP-AMBIGUOUS 3=MAP-NONE 4=MAP-NONE" ]
	run -0 --separate-stderr show
	[ "$output" = "1. MAP-AMBIGUOUS $(uuid 1)
  * pc-1.example.com  oob.csv 2026-11-20 trust 50 (oob.csv:2) - refused
  * pc-9.example.com  cm.csv 2026-11-21 trust 50 (cm.csv:2) - refused
  -> amt-map --prefer SOURCE, or amt-map --set $(uuid 1) NAME

1 conflict" ]
	run -0 --separate-stderr settle --prefer cm.csv
	[ "$output" = "settlement 1: cm.csv takes precedence over other sources" ]
	[ "$(planned)" = "1=pc-9 2=pc-2" ]
	[ "$(show)" = "0 conflicts" ]
	# the last one preferred goes first
	settle --prefer oob.csv
	[ "$(planned)" = "1=pc-1 2=pc-2" ]
	settle --undo 2
	[ "$(planned)" = "1=pc-9 2=pc-2" ]
	settle --undo 1
	[ "$(planned)" = "2=pc-2" ]
}

@test "a name set by hand takes precedence over all, until it is undone" {
	map oob.csv 2026-11-20 50 1=pc-1
	map cm.csv 2026-11-20 50 1=pc-9
	run -0 --separate-stderr settle --why 'label on the case' \
		--set '{7AB70000-0000-4000-8000-000000000001}' PC-5.example.com.
	[ "$output" = "settlement 1: $(uuid 1) is pc-5.example.com" ]
	[ "$(planned)" = "1=pc-5" ]
	settle --prefer cm.csv
	[ "$(planned)" = "1=pc-5" ]
	settle --set "$(uuid 1)" pc-6.example.com
	[ "$(planned)" = "1=pc-6" ]
	settle --undo 3
	[ "$(planned)" = "1=pc-9" ]
	run -0 store-dump -d "$site" -k settlements
	[ "${lines[1]}" = $'1\t2026-11-22T15:00:00Z\tanna\tlabel on the case\t7ab70000-0000-4000-8000-000000000001\tpc-5.example.com\t\t2026-11-22T15:00:00Z\tsettlement 3' ]
	[ "${lines[3]}" = $'3\t2026-11-22T15:00:00Z\tanna\t\t7ab70000-0000-4000-8000-000000000001\tpc-6.example.com\t\t2026-11-22T15:00:00Z\tanna' ]
}

@test "what is set by hand is spelled as in an export" {
	run -0 --separate-stderr settle --set 'AAC3egAAAECAAAAAAAAAAQ==' 'büro1.example.com'
	[ "$output" = "settlement 1: $(uuid 1) is xn--bro1-0ra.example.com" ]
	run -64 --separate-stderr settle --set "$(uuid 1)" $'pc\xc2\xa01.example.com'
	[ "$stderr" = "map-settle: --set: name has a no-break space (U+00A0, bytes c2 a0) as character 3" ]
}

@test "one name for two machines: neither gets it, then the one it is set for" {
	map oob.csv 2026-11-20 50 1=pc-1
	map cm.csv 2026-11-20 50 2=pc-1 3=pc-3
	[ "$(planned)" = "3=pc-3" ]
	[ "$(reasons)" = "1=MAP-SHARED 2=MAP-SHARED 4=MAP-NONE" ]
	run -0 --separate-stderr show
	[ "$output" = "1. MAP-SHARED pc-1.example.com
  * $(uuid 1)  oob.csv 2026-11-20 trust 50 (oob.csv:2) - refused
  * $(uuid 2)  cm.csv 2026-11-20 trust 50 (cm.csv:2) - refused
  -> amt-map --set UUID pc-1.example.com, and another name for the other

1 conflict" ]
	settle --set "$(uuid 2)" pc-1.example.com
	[ "$(planned)" = "2=pc-1 3=pc-3" ]
	[ "$(reasons)" = "1=MAP-SHARED 4=MAP-NONE" ]
	settle --set "$(uuid 1)" pc-8.example.com
	[ "$(planned)" = "1=pc-8 2=pc-1 3=pc-3" ]
	[ "$(show)" = "0 conflicts" ]
	# by hand it is never given twice
	run -65 --separate-stderr settle --set "$(uuid 1)" pc-1.example.com
	[ "$stderr" = "map-settle: pc-1.example.com: is set for another machine by settlement 1; undo that first" ]
}

@test "what DNS says names a machine only when nothing better does" {
	map dns 2026-11-22 10 1=pc-x 2=pc-y
	map oob.csv 2026-11-20 50 1=pc-1
	[ "$(planned)" = "1=pc-1 2=pc-y" ]
	[ "$(show)" = "0 conflicts" ]
	map oob.csv 2026-11-20 50 3=pc-y
	[ "$(planned)" = "1=pc-1 3=pc-y" ]
	[ "$(reasons)" = "2=MAP-SHARED 4=MAP-NONE" ]
}

@test "an old entry waits; a new export, a confirmation or a hand heals it" {
	map oob.csv 2026-10-22 50 1=pc-1 2=pc-2 3=pc-3 4=pc-4
	[ "$(planned)" = "" ]
	[ "$(reasons)" = "1=MAP-STALE 2=MAP-STALE 3=MAP-STALE 4=MAP-STALE" ]
	run -0 store-dump -d "$site"
	[[ "$output" = *$'MAP-STALE\tpc-1.example.com (oob.csv:2) is of 2026-10-22\t'* ]]
	map oob.csv 2026-10-23 50 1=pc-1 # thirty days to the day
	map dns 2026-11-22 10 2=pc-2 3=pc-x
	settle --set "$(uuid 4)" pc-4.example.com
	[ "$(planned)" = "1=pc-1 2=pc-2 4=pc-4" ]
	[ "$(reasons)" = "3=MAP-STALE" ]
	[ "$(planned -m 0)" = "1=pc-1 2=pc-2 3=pc-3 4=pc-4" ]
}

@test "what a newer export of the source does not mention any more grows old" {
	map oob.csv 2026-10-01 50 1=pc-1 2=pc-2
	map oob.csv 2026-11-20 50 2=pc-2
	[ "$(planned)" = "2=pc-2" ]
	[ "$(reasons)" = "1=MAP-STALE 3=MAP-NONE 4=MAP-NONE" ]
	# its name is free for the machine that the new export gives it to
	map oob.csv 2026-11-21 50 3=pc-1 2>/dev/null
	[ "$(planned)" = "2=pc-2 3=pc-1" ]
}

@test "every spelling of a UUID and a name is one machine and one name" {
	printf 'UUID,FQDN\n7AB70000-0000-4000-8000-000000000001,PC-1.Example.COM\n{7ab70000-0000-4000-8000-000000000001},pc-1.example.com.\n' >"$tmp/a.csv"
	printf 'UUID;FQDN\n7ab70000000040008000000000000001;pc-1.EXAMPLE.com\n' >"$tmp/b.csv"
	map-parse "$tmp/a.csv" | store-load -d "$site"
	map-parse "$tmp/b.csv" | store-load -d "$site"
	[ "$(planned)" = "1=pc-1" ]
	[ "$(show)" = "0 conflicts" ]
}

@test "a UUID that many boards share is listed and cannot be given a name" {
	sed -n '1p;2{s/7ab70000-0000-4000-8000-000000000001/03000200-0400-0500-0006-000700080009/;s/LAB7001B/LAB7005F/;p}' \
		store/lab7.hello >"$tmp/shared"
	printf '@end\t1\t0\n' >>"$tmp/shared"
	store-load -d "$site" "$tmp/shared"
	map oob.csv 2026-11-20 50 1=pc-1 2=pc-2 3=pc-3 4=pc-4
	# in the map from before it was known to be shared
	sqlite3 "$site/site.db" "UPDATE map SET uuid = '03000200-0400-0500-0006-000700080009' WHERE fqdn = 'pc-4.example.com'"
	sqlite3 "$site/site.db" "INSERT INTO map VALUES ('03000200-0400-0500-0006-000700080009', 'pc-3.example.com', 'x.csv', '', 50, 'x.csv:2', '', '')"
	# it is in nobody's way
	[ "$(planned)" = "1=pc-1 2=pc-2 3=pc-3" ]
	run -0 --separate-stderr conflicts-show -d "$site" --csv
	[ "${lines[0]}" = number,reason,uuid,fqdn,source,seen,trust,counts,state,from ]
	[ "$(grep -c UUID-BAD <<<"$output")" = 3 ]
	[[ "$output" = *",UUID-BAD,03000200-0400-0500-0006-000700080009,,hello,,,no,refused,port 9971"* ]]
	run -65 --separate-stderr settle --set 03000200-0400-0500-0006-000700080009 pc-4.example.com
	[[ "$stderr" = "map-settle: 03000200-0400-0500-0006-000700080009: names no machine and cannot be given a name: "* ]]
}

# verified N MILESTONE: as a sweep would say of its first job, whose machine has a
# digest realm
verified() {
	printf '@results/2\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware\trealm\n' >"$tmp/results"
	printf '%s.1\t%s\t2026-11-22T15:00:10Z\t%s\t\t\t\t%s\n' "$(uuid "$1")" "$(uuid "$1")" reached Digest:0123 \
		"$(uuid "$1")" "$(uuid "$1")" "$2" '' >>"$tmp/results"
	printf '@end\t2\t0\n' >>"$tmp/results"
	store-load -d "$site" "$tmp/results"
}

@test "a name that changed after the setup is reported and not applied" {
	map oob.csv 2026-11-20 50 1=pc-1 2=pc-2
	[ "$(planned)" = "1=pc-1 2=pc-2" ]
	verified 1 verified
	verified 2 verified
	map oob.csv 2026-11-21 50 1=pc-9 2>/dev/null
	[ "$(planned)" = "" ]
	[ "$(reasons)" = "1=MAP-CHANGED 3=MAP-NONE 4=MAP-NONE" ]
	store-dump -d "$site" -k devices -k batches | report >"$tmp/report"
	grep -q '^SET UP, SINCE RENAMED (1)' "$tmp/report"
	grep -q 'set up as pc-1.example.com; now it is pc-9.example.com' "$tmp/report"
	run -0 --separate-stderr show
	[ "$output" = "1. MAP-CHANGED $(uuid 1)
  * pc-1.example.com  setup - verified
  * pc-9.example.com  oob.csv 2026-11-21 trust 50 (oob.csv:2) - verified
  -> if the machine is right: amt-map --set $(uuid 1) pc-1.example.com

1 conflict" ]
	# the machine is right
	settle --set "$(uuid 1)" pc-1.example.com
	[ "$(planned)" = "" ]
	[ "$(reasons)" = "3=MAP-NONE 4=MAP-NONE" ]
	# or the inventory was
	settle --undo 1
	map oob.csv 2026-11-22 50 1=pc-1 2>/dev/null
	[ "$(planned)" = "" ]
	[ "$(reasons)" = "3=MAP-NONE 4=MAP-NONE" ]
}

@test "a machine that took its setup is verified under the name that it took" {
	map oob.csv 2026-11-20 50 1=pc-1
	[ "$(planned)" = "1=pc-1" ]
	verified 1 committed
	map oob.csv 2026-11-21 50 1=pc-9 2>/dev/null
	map cm.csv 2026-11-21 50 1=pc-7
	[ "$(planned)" = "1=pc-1" ]
}

@test "wrong settlements are refused and change nothing" {
	map oob.csv 2026-11-20 50 1=pc-1
	run -65 --separate-stderr settle --prefer none.csv
	[ "$stderr" = "map-settle: none.csv: no entry of the map has this source; amt-map --conflicts lists the sources that differ" ]
	run -65 --separate-stderr settle --undo 1
	[[ "$stderr" = "map-settle: --undo: no settlement of this number is in force (got 1; amt-map --settled lists them)"* ]]
	run -64 --separate-stderr settle --set "$(uuid 1)" 'pc 1'
	run -64 --separate-stderr settle --set 7ab7 pc-1.example.com
	run -64 --separate-stderr settle --set "$(uuid 1)"
	run -64 --separate-stderr settle --prefer oob.csv --undo 1
	run -64 --separate-stderr map-settle -d "$site" --prefer oob.csv
	run -66 --separate-stderr map-settle -d "$tmp/none" --by anna --prefer oob.csv
	[ "$(store-dump -d "$site" -k settlements | wc -l)" = 2 ]
	run -0 --separate-stderr settle --set "$(uuid 9)" pc-9.example.com
	[ "$stderr" = "map-settle: $(uuid 9): warning: no source and no hello has this UUID so far" ]
	store-dump -d "$site" | grep -q "^$(uuid 9)	pc-9.example.com	.*	expected	HELLO-NONE	set by anna"
}

@test "amt-map settles, with the name of who did it" {
	printf 'UUID,FQDN\n%s,pc-1.example.com\n' "$(uuid 1)" >"$tmp/a.csv"
	printf 'UUID,FQDN\n%s,pc-9.example.com\n' "$(uuid 1)" >"$tmp/b.csv"
	amt-map -d "$site" "$tmp/a.csv" 2>/dev/null
	amt-map -d "$site" "$tmp/b.csv" 2>/dev/null
	run -0 amt-map -d "$site" --conflicts
	[ "${lines[-1]}" = "1 conflict" ]
	SUDO_USER=berta run -0 amt-map -d "$site" --why 'newer export' --prefer b.csv
	[ "$output" = "settlement 1: b.csv takes precedence over other sources" ]
	[ "$(amt-map -d "$site" --conflicts)" = "0 conflicts" ]
	[ "$(amt-map -d "$site" --conflicts --csv | wc -l)" = 1 ]
	run -0 amt-map -d "$site" --settled
	[ "${lines[1]}" = "1,2026-11-22T15:00:00Z,berta,newer export,,,b.csv,," ]
	run -0 amt-map -d "$site" --undo 1
	run -0 amt-map -d "$site" --set "$(uuid 1)" pc-3.example.com
	[ "$(planned)" = "1=pc-3" ]
	run -64 amt-map -d "$site" --set "$(uuid 1)"
	run -64 amt-map -d "$site" --csv
	run -64 amt-map -d "$site" --conflicts --settled
}
