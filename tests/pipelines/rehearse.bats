# amt-sweep --rehearse: the night before the night, and nothing of it is left.
bats_require_minimum_version 1.5.0
load common
load mixed

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

teardown() { [ -z "${top-}" ] || rm -rf "$top"; }

# Every file and folder of the site, with its content.
site_sum() { (cd site && find . | sort && find . -type f -exec sha256sum {} + | sort); }

@test "a rehearsal says who would be set up, who not and why, and how long it takes" {
	run -0 --separate-stderr amt-sweep -d site -t 100 --rehearse --latency 0
	[ -z "$stderr" ] || { echo "$stderr"; false; }
	[ "${lines[0]}" = "A sweep would set up 5 machines now.  3 it would not:" ] || { echo "$output"; false; }
	grep -q '^ *1  MAP-NONE: ' <<<"$output"
	grep -q '^ *1  KEY-UNKNOWN: ' <<<"$output"
	grep -qE '^The whole queue takes about [0-9]+ seconds?, .*: 5 set up, 0 ms a reply, 64 at once\.$' <<<"$output"
	site_sum | diff before -
	run pgrep -f "$PWD/site/rehearsal"
	[ "$status" = 1 ]
}

@test "with faults fewer are set up, the same ones each time, and the reasons are those of the faults" {
	run -0 amt-sweep -d site -t 20 --rehearse --latency 0 --faults 100%
	[ "${lines[0]}" = "About 100% of the simulated machines have a fault." ]
	[[ "${lines[1]}" != "A sweep would set up 5 "* ]] || { echo "$output"; false; }
	grep -qE '^ +[0-9]+  (CONNECT|TLS|HTTP|LOGIN)-' <<<"$output" || { echo "$output"; false; }
	site_sum | diff before -
}

@test "results that are not in the store yet stay where they are, and count in the rehearsal" {
	store-dump -d site -k results | head -n 1 >site/sweep.results
	site_sum >before
	# In the copy they are loaded, and no round more is planned than a sweep plans:
	# the second one finds nothing.
	mkdir libexec
	ln -s "$AMT_LIBEXEC"/* libexec
	rm libexec/store-plan
	printf '#!/bin/sh\necho >>%s/plans\nexec %s/store-plan "$@"\n' "$PWD" "$AMT_LIBEXEC" >libexec/store-plan
	chmod +x libexec/store-plan
	AMT_LIBEXEC=$PWD/libexec run -0 amt-sweep -d site -t 100 --rehearse --latency 0 --faults 50%
	site_sum | diff before -
	[ "$(wc -l <plans)" = 2 ] || { cat plans; echo "$output"; false; }
}

@test "without time for one machine, how long it takes is not known" {
	run amt-sweep -d site -t 5 --rehearse --latency 3000
	[[ "$output" == *"No machine was set up, so it is not known how long the whole queue takes; give more time with -t."* ]] || { echo "$output"; false; }
	site_sum | diff before -
}

@test "whoever says hello for a machine takes it out of none: with an unknown PID, another machine's, or roots" {
	other=$(awk -F '\t' 'NR == 7 { print $3 }' "$BATS_FILE_TMPDIR/real.tsv")
	awk -F '\t' -v other="$other" 'BEGIN { OFS = "\t" } NR == 1 { print }
		NR == 6 { $1 = "192.0.2.98"; $3 = other; print }
		NR == 8 { $1 = "192.0.2.99"; $3 = "NOBODY00"; print }' "$BATS_FILE_TMPDIR/real.tsv" >forged.tsv
	hellos forged.tsv | store-load -d site
	{
		printf '@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom\n'
		printf '%s\t192.0.2.97\t%s\t3\t0\t0\t\tsha256:%064d\tport 9971\n@end\t1\t0\n' "$(date -u +%FT%TZ)" \
			"$(awk -F '\t' 'NR == 9 { print $2 }' "$BATS_FILE_TMPDIR/real.tsv")" 1
	} | store-load -d site
	run -0 amt-sweep -d site -t 100 --rehearse --latency 0
	[[ "${lines[0]}" = "A sweep would set up 5 machines now."* ]] || { echo "$output"; false; }
}

@test "machines that know the root of the site's certificate are set up by it, another is not" {
	rm -rf site fleet
	amt-init -d site >/dev/null
	fleetgen -n 3 -d lab.example.com -w 14.1.60.1756 -o fleet
	amt-map -d site fleet/oob.csv fleet/location.csv >/dev/null 2>&1
	certificate_make
	amt-cert add -d site -p 3 prov.pfx 3< <(echo secret) >/dev/null
	{
		printf '@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom\n'
		awk -F '\t' -v at="$(date -u +%FT%TZ)" -v root="$(openssl x509 -in root.pem -outform DER | sha256sum | cut -d ' ' -f 1)" '
			NR > 1 { printf "%s\t192.0.2.%d\t%s\t3\t0\t0\t\tsha256:%s\tport 9971\n", at, NR, $2, NR < 4 ? root : sprintf("%064d", 1) }
			END { print "@end\t3\t0" }' fleet/fleet.tsv
	} | store-load -d site
	site_sum >before
	run -0 amt-sweep -d site -t 100 --rehearse --latency 0
	[ "${lines[0]}" = "A sweep would set up 2 machines now.  1 it would not:" ] || { echo "$output"; false; }
	grep -q '^ *1  CERT-NO-ROOT: ' <<<"$output" || { echo "$output"; false; }
	grep -q ': 2 set up, 0 ms a reply' <<<"$output" || { echo "$output"; false; }
	site_sum | diff before -
}

@test "a site of somebody else is refused: he could put a folder of his own in its place" {
	[ "$(id -u)" = 0 ] || skip "not root"
	chown nobody site
	run -77 --separate-stderr amt-sweep -d site --rehearse
	[[ "$stderr" = "amt-sweep: $PWD/site belongs to nobody: "* ]] || [[ "$stderr" = "amt-sweep: site belongs to nobody: "* ]]
}

@test "the owner of a site, who is nobody much, rehearses it, with faults too" {
	[ "$(id -u)" = 0 ] || skip "not root"
	command -v setpriv >/dev/null || skip "no setpriv"
	# A folder that others may pass: the user has to get there.
	top=$(mktemp -d /tmp/rehearse.XXXXXX)
	chmod 755 "$top"
	cp -a site "$top" && cd "$top" && chown -R nobody site
	as_nobody() { setpriv --reuid=nobody --clear-groups --inh-caps=-all --bounding-set=-all "$@"; }
	run -0 as_nobody amt-sweep -d site -t 100 --rehearse --latency 0
	[ "${lines[0]}" = "A sweep would set up 5 machines now.  3 it would not:" ] || { echo "$output"; false; }
	# Some hang for longer than this.
	run as_nobody amt-sweep -d site -t 8 --rehearse --latency 0 --faults 100%
	[ "$status" = 0 ] || [ "$status" = 75 ]
	[[ "$output" = *"About 100% of the simulated machines have a fault."* ]]
	[ "$(as_nobody find site -name 'rehearsal.*')" = "" ]
	chmod 770 site
	run -77 --separate-stderr as_nobody amt-sweep -d site --rehearse
	[[ "$stderr" = *": others than its owner may write there; no copy of its key is made in it" ]]
}

@test "by way of a link, with a name that no machine has, and with machines that end" {
	ln -s site link
	run -0 amt-sweep -d link -t 100 --rehearse --latency 0
	[ "${lines[0]}" = "A sweep would set up 5 machines now.  3 it would not:" ]
	run -65 amt-sweep -d site --rehearse --again nosuch
	run -70 --separate-stderr bash -c 'amt-sweep -d site -t 20 --rehearse --latency 2000 &
		for _ in {1..200}; do
			for peer in $(pgrep -P $! -x amtpeer); do kill -9 "$peer" && break 2; done
			sleep 0.05
		done
		wait $!'
	[[ "$stderr" = *"the simulated machines "* ]] || { echo "$stderr"; false; }
	site_sum | diff before -
}

@test "an empty site has nothing to rehearse, and says what is missing" {
	amt-init -d empty >/dev/null
	run -69 --separate-stderr amt-sweep -d empty --rehearse
	[[ "$stderr" = *"amt-sweep: no machine that was heard has a key or asks for a certificate; wait for hellos, or see amt-sweep --dry-run" ]]
}

@test "a rehearsal that is killed harms nothing, and the next one removes what it left" {
	amt-sweep -d site -t 60 --rehearse --latency 3000 >/dev/null 2>&1 3>&- &
	killed=$!
	for _ in {1..600}; do
		[ ! -s "$(echo site/rehearsal.*/ports)" ] || break
		sleep 0.05
	done
	folder=$(echo site/rehearsal.*)
	[ -s "$folder/ports" ]
	[ "$(stat -c %a "$folder")" = 700 ]
	kill -9 "$killed"
	wait "$killed" || true
	# Its parts end when the machines do.
	for _ in {1..600}; do
		! flock -n "$folder" true || break
		sleep 0.1
	done
	site_sum | grep -v rehearsal | diff before -
	# What only has such a name is somebody's own.
	mkdir site/rehearsal.notes
	echo mine >site/rehearsal.notes/list
	site_sum | grep -v "$folder\|${folder#site/}" >before
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
	run -64 --separate-stderr amt-sweep -d site --rehearse -t 86400
	[[ "$stderr" = *"expected 5 to 86000 for a rehearsal"* ]]
	site_sum | diff before -
}
