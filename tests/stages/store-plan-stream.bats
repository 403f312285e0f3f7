# Plan after plan for a sweep that goes on meanwhile.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$AMT_TEST_BUILD/samples" || return
	site=$BATS_TEST_TMPDIR/site
	out=$BATS_TEST_TMPDIR/out
	clock 15:00:00
	store-init -d "$site"
	store-load -d "$site" store/lab7.keys store/lab7.map store/lab7.hello
	planner=''
}

teardown() {
	[ -z "$planner" ] || kill "$planner" 2>/dev/null || :
}

# The time of day on 2026-11-22 for every program that is started after it.
clock() {
	SOURCE_DATE_EPOCH=$(date -ud "2026-11-22T${1}Z" +%s)
	export SOURCE_DATE_EPOCH
}

plan() {
	store-plan -d "$site" -p "$site/profile.xml" -t 60 "$@"
}

# Jobs in what standard input has.
jobs_in() {
	grep -oE '^7ab7[-0-9a-f]*\.[0-9]+' || :
}

# One of the machines has no name.
nameless() {
	sqlite3 "$site/site.db" "DELETE FROM map WHERE uuid LIKE '%0003'"
}

# until_jobs COUNT: so many are in $out
until_jobs() {
	for _ in {1..200}; do
		[ "$(jobs_in <"$out" | wc -l)" -lt "$1" ] || return 0
		sleep 0.1
	done
	cat "$out"
	return 1
}

# The planner is in the background; the file is there before it is read.
follow() {
	: >"$out"
	plan --follow "$@" >>"$out" 3>&- &
	planner=$!
}

@test "plans of so many jobs each have all jobs once, each in a complete stream, and the settings once" {
	nameless
	plan --stream -v -n 1 >"$out" 2>"$BATS_TEST_TMPDIR/said.streamed"
	jobs_in <"$out" >streamed
	[ "$(wc -l <streamed)" -ge 3 ]
	[ "$(sort -u streamed | wc -l)" = "$(wc -l <streamed)" ]
	[ "$(grep -c ^@settings "$out")" = 1 ]
	[ "$(grep -c ^@jobs "$out")" -ge "$(wc -l <streamed)" ]
	[ "$(grep -c ^@jobs "$out")" = "$(($(grep -c ^@end "$out") - 1))" ]
	# The same as in one plan, in its order.
	rm -r "$site"
	store-init -d "$site"
	store-load -d "$site" store/lab7.keys store/lab7.map store/lab7.hello
	nameless
	plan -v 2>"$BATS_TEST_TMPDIR/said" | jobs_in >once
	sort once >a
	sort streamed | cmp - a
	# Who cannot be is counted once.
	grep -q ' 1 cannot be' "$BATS_TEST_TMPDIR/said"
	cmp "$BATS_TEST_TMPDIR/said" "$BATS_TEST_TMPDIR/said.streamed"
	# They are leased.
	[ -z "$(plan --stream -n 1 | jobs_in)" ]
}

@test "--follow plans a machine that says hello meanwhile, and ends with its reader" {
	rm -r "$site"
	store-init -d "$site"
	store-load -d "$site" store/lab7.keys store/lab7.map
	awk -F '\t' '/^@end/ { print "@end\t" n "\t0"; next } /^@/ || $3 !~ /0001$/ { print; n += !/^@/ }' store/lab7.hello |
		store-load -d "$site"
	follow
	until_jobs 1
	before=$(jobs_in <"$out" | wc -l)
	run ! grep -q '^7ab70000-0000-4000-8000-000000000001\.' "$out"
	store-load -d "$site" store/lab7.hello
	until_jobs $((before + 1))
	grep -q '^7ab70000-0000-4000-8000-000000000001\.' "$out"
	# Another profile is for another run of it.
	touch -d '2026-01-01' "$site/profile.xml"
	for _ in {1..100}; do
		kill -0 "$planner" 2>/dev/null || break
		sleep 0.1
	done
	wait "$planner"
	planner=''
	SECONDS=0
	plan --follow | head -n 1 >/dev/null
	[ "$SECONDS" -le 20 ]
}

@test "--follow: a certificate that is added meanwhile is in the jobs of the next plan" {
	rm -r "$site"
	store-init -d "$site"
	store-load -d "$site" store/lab7.keys store/lab7.map
	awk -F '\t' '/^@end/ { print "@end\t" n "\t0"; next } /^@/ || $3 !~ /0001$/ { print; n += !/^@/ }' store/lab7.hello |
		store-load -d "$site"
	follow
	until_jobs 1
	before=$(jobs_in <"$out" | wc -l)
	run ! grep -q ^@chains "$out"
	cert-ca -d "$site" make --cn "Lab CA" -o "$BATS_TEST_TMPDIR/ca.pem" >/dev/null
	cert-console -d "$site" make --cn sweep.lab.example.com >/dev/null
	store-load -d "$site" store/lab7.hello
	until_jobs $((before + 1))
	name=$(awk -F '\t' 'before ~ /^@chains/ { print $1 } { before = $0 }' "$out")
	[ -n "$name" ]
	grep '^7ab70000-0000-4000-8000-000000000001\.' "$out" | grep -qF "$name"
}

@test "a machine that hung last time is the last of a plan" {
	plan | jobs_in >first
	[ "$(wc -l <first)" -ge 3 ]
	one=$(head -n 1 first)
	sqlite3 "$site/site.db" "
		UPDATE jobs SET ended_at = planned_at, reason = 'CONNECT-TIMEOUT' WHERE job = '$one';
		UPDATE jobs SET ended_at = planned_at, reason = 'RUN-CUT' WHERE job <> '$one';
		UPDATE callers SET failed = heard, failed_at = $SOURCE_DATE_EPOCH - 900, failures = 1, not_before = 1,
			reason = 'CONNECT-TIMEOUT' WHERE uuid = '${one%.*}'"
	plan | jobs_in >second
	[ "$(sort first | cut -d . -f 1)" = "$(sort second | cut -d . -f 1)" ]
	[ "$(tail -n 1 second)" = "${one%.*}.2" ]
}

@test "what looks at all machines, or takes them back, is one plan" {
	for option in --check --dry-run; do
		run -64 plan --stream "$option"
	done
}
