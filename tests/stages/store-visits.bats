# shellcheck shell=bash disable=SC2154,SC2314
# Visits to machines that are set up, as store-plan plans them and store-load
# hears of them.
bats_require_minimum_version 1.5.0
load store

one=7ab70000-0000-4000-8000-000000000001

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
	clock 15:00:00
	store-load -d "$site" store/lab7.keys store/lab7.map store/lab7.hello
	profile '<admin-password><fixed>Set*up*2026</fixed></admin-password>'
	plan
	result 1 15:00:10 reached '' 9.5.61 Digest:1
	result 1 15:00:11 admin-set
	result 1 15:00:12 committed
	result 1 15:00:13 verified
	[ "$(of_one state)" = verified ]
}

# The time of day on 2026-11-22 for every program that is started after it.
clock() {
	SOURCE_DATE_EPOCH=$(date -ud "2026-11-22T${1}Z" +%s)
	export SOURCE_DATE_EPOCH
}

# profile ELEMENTS...: what every machine gets, for every plan from here on
profile() {
	printf '<profile name="lab7">%s</profile>\n' "$*" >"$site/profile.xml"
	chmod 600 "$site/profile.xml"
}

# Jobs of machine 1 in $tmp/jobs; all others are with another run.
plan() {
	store-plan -d "$site" -p "$site/profile.xml" -t 60 "$@" | sed '1,/^@end/d' >"$tmp/jobs"
}

# of_job NAME...: columns of machine 1's
of_job() {
	awk -F '\t' -v uuid="$one" -v names="$*" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i - 1 }
		$2 == uuid {
			n = split(names, name, " ")
			for (i = 1; i <= n; i++)
				printf("%s%s", $(at[name[i]]), i < n ? "|" : "\n")
		}' "$tmp/jobs"
}

of_one() {
	sql "SELECT $1 FROM machines WHERE uuid = '$one'"
}

# result N TIME MILESTONE [REASON [FIRMWARE [REALM [TLS [DEVICE_CERT [SETTING [ITEM]]]]]]]:
# of job N of machine 1
result() {
	{
		printf '@results/4\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware\trealm\ttls\tchain'
		printf '\tdevice_cert\tdevice_kind\trom\tsetting\titem\twanted\tfound\n'
		printf '%s.%s\t%s\t2026-11-22T%sZ\t%s\t%s\t\t%s\t%s\t%s\t\t%s\t\t\t%s\t%s\t\t\n' "$one" "$1" "$one" \
			"$2" "$3" "${4-}" "${5-}" "${6-}" "${7-}" "${8-}" "${9-}" "${10-}"
		printf '@end\t1\t0\n'
	} | store-load -d "$site"
}

@test "a profile with another password at each visit that fails never loses the one that is set" {
	n=1
	for hour in 16 17 18 19 20; do
		clock "$hour:00:00"
		profile "<admin-password><fixed>Other*pw*$hour</fixed></admin-password>"
		plan
		n=$((n + 1))
		[ "$(of_job job wish)" = "$one.$n|keep" ]
		[[ ",$(of_job admin_now)," == *",Set*up*2026,"* ]]
		[ "$(of_job admin_now | tr ',' '\n' | sort | uniq -d)" = "" ]
		result "$n" "$hour:00:30" failed HTTP-TIMEOUT
		sql "UPDATE kept SET not_before = NULL"
	done
	# What may have been sent is what is tried, and set first; the profile's
	# own is next.
	clock 21:00:00
	plan
	[ "$(of_job admin_now)" = "Other*pw*17,Other*pw*16,Set*up*2026" ]
	[ "$(of_job admin_next)" = "Other*pw*17" ]
	result 7 21:00:30 in-order
	clock 21:01:00
	plan
	[ "$(of_job wish admin_next)" = "keep|Other*pw*20" ]
	result 8 21:01:30 in-order
	clock 21:02:00
	plan
	[ "$(of_job job)" = "" ]
}

@test "a machine that may have got a password is visited, also when the profile has the old one again" {
	clock 16:00:00
	profile '<admin-password><fixed>Other*pw*16</fixed></admin-password>'
	plan
	result 2 16:00:30 failed HTTP-TIMEOUT
	sql "UPDATE kept SET not_before = NULL"
	profile '<admin-password><fixed>Set*up*2026</fixed></admin-password>'
	clock 17:00:00
	plan
	[ "$(of_job wish admin_now admin_next)" = "keep|Other*pw*16,Set*up*2026|Set*up*2026" ]
	result 3 17:00:30 in-order
	clock 17:01:00
	plan
	[ "$(of_job job)" = "" ]
}

@test "a certificate that a machine showed goes with its next visit, and nothing else does" {
	leaf=$(printf 'ab%.0s' {1..32})
	clock 16:00:00
	plan --check
	result 2 16:00:30 in-order '' 9.5.61 '' 1.2 "$leaf"
	clock 16:01:00
	plan --check
	[ "$(of_job tls leaf)" = "1.2|$leaf" ]
	for bad in ab "${leaf^^}" "${leaf}ab" "${leaf/a/x}"; do
		run -65 --separate-stderr result 3 16:01:30 in-order '' 9.5.61 '' 1.2 "$bad"
		[[ $stderr == *"device_cert is not a SHA-256 (got \"${bad:0:60}"* ]]
	done
	[ "$(sql "SELECT leaf FROM kept WHERE uuid = '$one'")" = "$leaf" ]
}

@test "secrets that a machine has are named with their entries, commas and all" {
	profile '<admin-password><fixed>Set*up*2026</fixed></admin-password>
		<wifi name="a,b"><ssid>x</ssid><security>wpa2-psk</security><encryption>ccmp</encryption>
		<priority>1</priority><psk>only a sample key</psk></wifi>'
	clock 16:00:00
	plan
	[ "$(of_job wish known)" = "keep|" ]
	result 2 16:00:30 sent '' 9.5.61 '' '' '' wifi-psk 'a,b'
	result 2 16:00:30 in-order
	clock 16:01:00
	plan --check
	[ "$(of_job known)" = "wifi-psk=a%2Cb" ]
	# A sweep takes the job.
	store-plan -d "$site" -p "$site/profile.xml" -t 60 --check --take-over >"$tmp/all"
	run -0 --separate-stderr sweep -t 1 -P 1 -p 1 "$tmp/all"
	[ "$stderr" = "" ]
}

@test "whoever answers in place of a machine names no release for it" {
	clock 16:00:00
	plan --check
	result 2 16:00:30 failed REALM-CHANGED 2.0.1
	[ "$(of_one firmware)" = 9.5.61 ]
	clock 16:01:00
	plan --check
	result 3 16:01:30 reached '' 9.5.62
	[ "$(of_one firmware)" = 9.5.62 ]
	# A stranger says to be it, and is asked to prove that.
	clock 16:02:00
	{
		head -n 1 store/lab7.hello
		printf '2026-11-22T16:02:00Z\t127.9.9.9\t%s\t3\t0\t0\t\tsha256:0102\tport 9971\n' "$one"
		printf '@end\t1\t0\n'
	} | store-load -d "$site"
	sql "INSERT INTO jobs (job, uuid, life, wish, attempt, fqdn, address, pid, profile, planned, planned_at, not_after)
		SELECT uuid || '.9', uuid, life, 'prove', 1, fqdn, '127.9.9.9', '', 'lab7', 9, 0, 0 FROM machines WHERE uuid = '$one'"
	result 9 16:02:30 failed TLS-FAILED 2.0.1
	[ "$(of_one firmware)" = 9.5.62 ]
}
