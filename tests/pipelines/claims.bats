# Who says that he is which machine, from where, before, while and after the
# machine itself does: judged by what the strangers were sent, by the machines,
# and by what the store and the report say.
# slow

load claims

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
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
	for _ in 1 2; do
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
