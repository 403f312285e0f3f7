# amt-sweep --rehearse: the night before the night, and nothing of it is left.
bats_require_minimum_version 1.5.0
load common

# Eight machines that have said hello, once for all tests: one that no list names,
# one whose key was imported nowhere, one whose release is refused, five good ones.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	fleetgen -n 8 -o fleet -F @no-map -F @no-key -w 9.0.31.1487
	amt-init -d site >/dev/null
	amt-import -d site -b lab fleet/keys.csv 2>/dev/null
	amt-map -d site fleet/oob.csv fleet/location.csv >/dev/null 2>&1
	awk -F '\t' 'BEGIN { OFS = "\t" } NR > 1 { $1 = "192.0.2." NR } { print }' fleet/fleet.tsv >real.tsv
	hellos real.tsv | store-load -d site
	sqlite3 site/site.db "UPDATE machines SET firmware = '3.0.1.1000' WHERE uuid = '$(awk 'NR == 4 { print $2 }' fleet/fleet.tsv)';
		PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cp -a "$BATS_FILE_TMPDIR/site" "$BATS_FILE_TMPDIR/fleet" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
	site_sum >before
}

# Every file and folder of the site, with its content.
site_sum() { (cd site && find . | sort && find . -type f -exec sha256sum {} + | sort); }

@test "a rehearsal says who would be set up, who not and why, and how long it takes" {
	run -0 --separate-stderr amt-sweep -d site -t 100 --rehearse --latency 0
	[ -z "$stderr" ] || { echo "$stderr"; false; }
	[ "${lines[0]}" = "A sweep would set up 5 machines now, and not 3." ] || { echo "$output"; false; }
	grep -q '^ *1  MAP-NONE: ' <<<"$output"
	grep -q '^ *1  KEY-UNKNOWN: ' <<<"$output"
	grep -qE '^The whole queue takes about [0-9]+ seconds, .*: [56] of them, 0 ms a reply, 64 at once\.$' <<<"$output"
	site_sum | diff before -
	run pgrep -f "$PWD/site/rehearsal"
	[ "$status" = 1 ]
}

@test "with faults fewer are set up, the same ones each time, and the reasons are those of the faults" {
	run -0 amt-sweep -d site -t 20 --rehearse --latency 0 --faults 100%
	[[ "${lines[0]}" != "A sweep would set up 5 "* ]] || { echo "$output"; false; }
	grep -qE '^ +[0-9]+  (CONNECT|TLS|HTTP|LOGIN)-' <<<"$output" || { echo "$output"; false; }
	site_sum | diff before -
}

@test "a rehearsal that is killed harms nothing, and the next one removes what it left" {
	amt-sweep -d site -t 60 --rehearse --latency 3000 >/dev/null 2>&1 3>&- &
	killed=$!
	for _ in {1..600}; do
		[ ! -s "site/rehearsal.$killed/ports" ] || break
		sleep 0.05
	done
	[ -s "site/rehearsal.$killed/ports" ]
	[ "$(stat -c %a "site/rehearsal.$killed")" = 700 ]
	kill -9 "$killed"
	wait "$killed" || true
	# Its parts end when the machines do.
	for _ in {1..600}; do
		! flock -n "site/rehearsal.$killed" true || break
		sleep 0.1
	done
	site_sum | grep -v rehearsal | diff before -
	run -0 amt-sweep -d site -t 100 --rehearse --latency 0
	site_sum | diff before -
}

@test "a sweep with --loopback opens no connection to another address" {
	[ "$(id -u)" = 0 ] && [ "$(basename "$AMT_TEST_BUILD")" = release ] || skip "for root, and a release build"
	sed 's/127\.0\.0\./192.0.2./g' "$AMT_TEST_BUILD/samples/jobs/lab7.tsv" >jobs.tsv
	jobs=jobs.tsv
	unshare -n strace -f -e trace=connect -o far sweep -t 5 "$jobs" >/dev/null || true
	grep -q 'connect(.*AF_INET' far
	unshare -n strace -f -e trace=connect -o near sweep -t 5 --loopback "$jobs" >/dev/null || true
	run ! grep 'connect(.*AF_INET' near
}

@test "what a rehearsal cannot have is refused" {
	run -64 --separate-stderr amt-sweep -d site --rehearse --faults 5
	[ "$stderr" = 'amt-sweep: --faults: not a part of the machines (got "5", expected 0% to 100%)' ]
	run -64 --separate-stderr amt-sweep -d site --rehearse --latency x
	[[ "$stderr" = *"--latency: not a number of milliseconds"* ]]
	run -64 --separate-stderr amt-sweep -d site --latency 5
	[[ "$stderr" = "amt-sweep: --faults and --latency are for --rehearse"* ]]
	run -64 --separate-stderr amt-sweep -d site --rehearse --follow
	site_sum | diff before -
}
