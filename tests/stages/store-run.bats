# The history of amt-sweep: what each run came to.
load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200 # 2026-11-22 14:20 UTC
	store_setup
	cp site/profile.xml "$tmp/"
	for kind in keys map hello; do
		store-load -d "$site" <"store/lab7.$kind"
	done
}

runs() {
	store-dump -d "$site" -k runs | grep -v '^@'
}

# result N MILESTONE [REASON]: of the Nth job that was planned
result() {
	awk -F'\t' -v n="$1" -v milestone="$2" -v reason="${3-}" '
	/^@/ { jobs = /^@jobs/; next }
	jobs && ++m == n {
		print "@results/1\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware"
		print $1 "\t" $2 "\t2026-11-22T14:21:00Z\t" milestone "\t" reason "\t\t9.1.40"
		print "@end\t1\t0"
	}' "$tmp/jobs" | store-load -d "$site"
}

plan() {
	store-plan --take-over -d "$site" -p "$tmp/profile.xml" -t 300 >"$tmp/jobs"
}

@test "a run counts each of its machines once: set up, failed or put off" {
	store-run -d "$site" -b
	# Nothing is known of it yet.
	[ "$(runs)" = $'1\t2026-11-22T14:20:00Z\t\t\t\t\t\t\t\t\t' ]
	plan
	result 1 reached
	result 1 verified
	result 2 failed CONNECT-TIMEOUT
	result 3 failed RUN-TIME-UP
	SOURCE_DATE_EPOCH=1795357290 store-run -d "$site" -e 75 -c 'its time ran out'
	[ "$(runs)" = $'1\t2026-11-22T14:20:00Z\t2026-11-22T14:21:30Z\t4\t1\t1\t2\t0\t0\t75\tits time ran out' ]
	# Jobs of before are not counted again.
	store-run -d "$site" -b
	store-run -d "$site" -e 0
	[ "$(runs | tail -n 1 | cut -f 1,4-)" = $'2\t0\t0\t0\t0\t0\t0\t0\t' ]
}

@test "a run that was killed is ended by the next, at its last result and without a status" {
	store-run -d "$site" -b
	plan
	result 1 verified
	result 2 failed AUTH-REFUSED
	SOURCE_DATE_EPOCH=1795360800 store-run -d "$site" -b
	[ "$(runs)" = $'1\t2026-11-22T14:20:00Z\t2026-11-22T14:21:00Z\t4\t1\t1\t2\t0\t0\t\tit was killed
2\t2026-11-22T15:20:00Z\t\t\t\t\t\t\t\t\t' ]
	# One that came to nothing ends where it began, whatever the clock did.
	SOURCE_DATE_EPOCH=1795350000 store-run -d "$site" -b
	[ "$(runs | sed -n 2p | cut -f 2-4)" = $'2026-11-22T15:20:00Z\t2026-11-22T15:20:00Z\t0' ]
	[ "$(sql 'SELECT count(*) FROM runs WHERE ended_at IS NULL')" = 1 ]
}

@test "visits are counted apart, and those that found a difference" {
	sql "INSERT INTO jobs SELECT 'a.' || value, 'a' || (value % 3), 1, CASE value WHEN 1 THEN 'check' ELSE 'keep' END,
		1, '', '', '', '', NULL, NULL, 999, 0, 0, 0, '', 0, '' FROM generate_series(1, 5);
		INSERT INTO results SELECT 'a.' || column1, 0, column2, '', '', '', '', '', '', '', '', '', column3, '', '', ''
		FROM (VALUES (1, 'in-order', ''), (2, 'differs', 'ping'), (2, 'differs', 'kvm'), (5, 'changed', 'ping'))"
	sql "INSERT INTO runs (began_at, arrivals) VALUES (1795357200, 5)"
	store-run -d "$site" -e 0
	[ "$(runs | cut -f 4-)" = $'0\t0\t0\t0\t3\t1\t0\t' ]
}

@test "runs of long ago go when one begins" {
	sql "INSERT INTO runs (began_at, arrivals, ended_at) VALUES
		(1795357200 - 400 * 86400 - 1, 0, 1), (1795357200 - 400 * 86400, 0, 1), (1795357200 - 86401, 0, 1)"
	store-run -d "$site" -b
	[ "$(runs | cut -f 1 | paste -sd ' ')" = "2 3 4" ]
	store-run -d "$site" -b -k 1
	[ "$(runs | cut -f 1 | paste -sd ' ')" = "4 5" ]
}

@test "wrong words are refused with what is expected" {
	run -65 --separate-stderr store-run -d "$site" -e 0
	[ "$stderr" = "store-run: $site: no run has begun" ]
	run -64 store-run -d "$site"
	run -64 store-run -d "$site" -b -e 0
	run -64 store-run -d "$site" -b -c why
	run -64 store-run -d "$site" -e 0 -k 7
	run -64 store-run -b
	run -64 --separate-stderr store-run -d "$site" -e 256
	[[ $stderr = *"0 to 255"* ]]
	run -64 --separate-stderr store-run -d "$site" -b -k 0
	[[ $stderr = *"1 to 36500"* ]]
	run -64 --separate-stderr store-run -d "$site" -e 0 -c "$(printf '%257s' x)"
	run -64 --separate-stderr store-run -d "$site" -e 0 -c $'\xff'
	run -66 store-run -d "$tmp/nowhere" -b
	[ "$(runs)" = "" ]
}

@test "a run for a machine that is not there is none, and ends none" {
	store-run -d "$site" -b
	before=$(runs)
	run -65 --separate-stderr store-run -d "$site" -b --again nobody
	[ "$stderr" = 'store-run: --again: no machine that was heard has this name, UUID or serial number (got "nobody")' ]
	first=7ab70000-0000-4000-8000-000000000001 second=7ab70000-0000-4000-8000-000000000002
	sql "UPDATE machines SET fqdn = 'twin.lab' || substr(uuid, -1) || '.example.com', state = 'verified' WHERE uuid IN ('$first', '$second')"
	run -65 --separate-stderr store-run -d "$site" -b --again TWIN
	[ "$stderr" = "store-run: --again: 2 machines have this name, give the UUID ($first, $second) (got \"TWIN\")" ]
	# Whichever of them is set up: the other may be the one that was reset.
	sql "UPDATE machines SET state = 'unprovisioned' WHERE uuid = '$first'"
	run -65 --separate-stderr store-run -d "$site" -b --again twin
	[ "$stderr" = "store-run: --again: 2 machines have this name, give the UUID ($first, $second) (got \"twin\")" ]
	[ "$(runs)" = "$before" ]
	store-run -d "$site" -b --again 7AB70000-0000-4000-8000-000000000001
	[ "$(runs | wc -l)" = 2 ]
	run -64 store-run -d "$site" -e 0 --again nobody
}

@test "a run that was killed did not live as long as what amt-unprovision did after it" {
	store-run -d "$site" -b
	plan
	result 1 reached
	job=$(sql 'SELECT job FROM results')
	result 2 reached
	sql "UPDATE results SET at = 1795360000 WHERE job <> '$job'"
	sql "UPDATE jobs SET wish = 'unprovision-full' WHERE job IN (SELECT job FROM results WHERE job <> '$job')"
	[ "$(sql 'SELECT count(*) FROM results WHERE at = 1795360000')" = 1 ]
	SOURCE_DATE_EPOCH=1795360800 store-run -d "$site" -b
	[ "$(runs | head -n 1 | cut -f 3)" = 2026-11-22T14:21:00Z ]
}
