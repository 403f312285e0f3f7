# shellcheck shell=bash disable=SC2154
# Visits to machines that are set up, as store-plan plans them and store-load
# hears of them: passwords that a machine may have, and what others say of it.
bats_require_minimum_version 1.5.0
load keep

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	keep_setup '<admin-password><fixed>Set*up*2026</fixed></admin-password>'
}

@test "a profile with another password at each visit that fails never loses the one that is set" {
	n=1
	for hour in 16 17 18 19 20; do
		clock "2026-11-22T$hour:00:00Z"
		profile "<admin-password><fixed>Other*pw*$hour</fixed></admin-password>"
		plan
		n=$((n + 1))
		[ "$(columns job wish)" = "$uuid.$n|keep" ]
		[[ ",$(columns admin_now)," == *",Set*up*2026,"* ]]
		[ "$(columns admin_now | tr ',' '\n' | sort | uniq -d)" = "" ]
		result "$n" failed HTTP-TIMEOUT
		sql "UPDATE kept SET not_before = NULL"
	done
	# What may have been sent is what is tried, and set first; the profile's
	# own is next.
	clock 2026-11-22T21:00:00Z
	plan
	[ "$(columns admin_now)" = "Other*pw*17,Other*pw*16,Set*up*2026" ]
	[ "$(columns admin_next)" = "Other*pw*17" ]
	result 7 in-order
	clock 2026-11-22T21:01:00Z
	plan
	[ "$(columns wish admin_next)" = "keep|Other*pw*20" ]
	result 8 in-order
	clock 2026-11-22T21:02:00Z
	plan
	[ "$(columns job)" = "" ]
}

@test "a machine that may have got a password is visited, also when the profile has the old one again" {
	clock 2026-11-22T16:00:00Z
	profile '<admin-password><fixed>Other*pw*16</fixed></admin-password>'
	plan
	result 2 failed HTTP-TIMEOUT
	sql "UPDATE kept SET not_before = NULL"
	profile '<admin-password><fixed>Set*up*2026</fixed></admin-password>'
	clock 2026-11-22T17:00:00Z
	plan
	[ "$(columns wish admin_now admin_next)" = "keep|Other*pw*16,Set*up*2026|Set*up*2026" ]
	result 3 in-order
	clock 2026-11-22T17:01:00Z
	plan
	[ "$(columns job)" = "" ]
}

@test "a certificate that a machine showed goes with its next visit, and nothing else does" {
	leaf=$(printf 'ab%.0s' {1..32})
	clock 2026-11-22T16:00:00Z
	plan --check
	result 2 in-order '' firmware=9.5.61 tls=1.2 "device_cert=$leaf"
	clock 2026-11-22T16:01:00Z
	plan --check
	[ "$(columns tls leaf)" = "1.2|$leaf" ]
	for bad in ab "${leaf^^}" "${leaf}ab" "${leaf/a/x}"; do
		run -65 --separate-stderr result 3 in-order '' firmware=9.5.61 tls=1.2 "device_cert=$bad"
		[[ $stderr == *"device_cert is not a SHA-256 (got \"${bad:0:60}"* ]]
	done
	[ "$(sql "SELECT leaf FROM kept WHERE uuid = '$uuid'")" = "$leaf" ]
}

@test "secrets that a machine has are named with their entries, commas and all" {
	profile '<admin-password><fixed>Set*up*2026</fixed></admin-password>
		<wifi name="a,b"><ssid>x</ssid><security>wpa2-psk</security><encryption>ccmp</encryption>
		<priority>1</priority><psk>only a sample key</psk></wifi>'
	clock 2026-11-22T16:00:00Z
	plan
	[ "$(columns wish known)" = "keep|" ]
	result 2 sent '' firmware=9.5.61 setting=wifi-psk 'item=a,b'
	result 2 in-order
	clock 2026-11-22T16:01:00Z
	plan --check
	[ "$(columns known)" = "wifi-psk=a%2Cb" ]
	# A sweep takes the job.
	store-plan -d "$site" -p "$site/profile.xml" -t 60 --check --take-over >"$tmp/all"
	run -0 --separate-stderr sweep -t 1 -P 1 -p 1 "$tmp/all"
	[ "$stderr" = "" ]
}

@test "whoever answers in place of a machine names no release for it" {
	clock 2026-11-22T16:00:00Z
	plan --check
	result 2 failed REALM-CHANGED firmware=2.0.1
	[ "$(sql "SELECT firmware FROM machines")" = 9.5.61 ]
	clock 2026-11-22T16:01:00Z
	plan --check
	result 3 reached '' firmware=9.5.62
	[ "$(sql "SELECT firmware FROM machines")" = 9.5.62 ]
	# A stranger says to be it, and is asked to prove that.
	clock 2026-11-22T16:02:00Z
	{
		head -n 1 store/lab7.hello
		printf '2026-11-22T16:02:00Z\t127.9.9.9\t%s\t3\t0\t0\t\tsha256:0102\tport 9971\n' "$uuid"
		printf '@end\t1\t0\n'
	} | store-load -d "$site"
	sql "INSERT INTO jobs (job, uuid, life, wish, attempt, fqdn, address, pid, profile, planned, planned_at, not_after)
		SELECT uuid || '.9', uuid, life, 'prove', 1, fqdn, '127.9.9.9', '', 'lab7', 9, 0, 0 FROM machines WHERE uuid = '$uuid'"
	result 9 failed TLS-FAILED firmware=2.0.1
	[ "$(sql "SELECT firmware FROM machines")" = 9.5.62 ]
}
