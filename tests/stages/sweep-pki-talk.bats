# shellcheck shell=bash disable=SC2154 # run sets stderr
# The conversation over a certificate (setup(5)), with our simulated devices:
# what the documents say of releases and of half-done machines.
# slow
bats_require_minimum_version 1.5.0

load sweep
load certs
load pki

setup_file() {
	pki_certs
}

# jobs_for N: one for each device
jobs_for() {
	pki_jobs
	for ((n = 1; n <= $1; n++)); do pki_job "127.1.0.$n"; done
	jobs_end
}

# count MACHINE EVENT: how often it met that
count() {
	awk -F '\t' -v a="127.1.0.$1" -v e="$2" '$2 == a && $4 == e' journal | wc -l
}

@test "what a release does of its own, or what was left half-done, keeps no machine from its setup" {
	devices=(
		"6.1.1.1045 login=digest"
		"9.5.61.3012 admin-live"
		"19.0.5.2050"
		"20.0.5.1000"
		"21.0.1.1000 admin-live"
		"16.1.30.2307 lost-commit"
		"14.1.60.1756 lost-commit"
		"19.0.5.2050 halfway"
		"11.8.50.3425 return=CommitChanges:2057:1"
		"11.8.50.3425 close-admin,login=digest"
		"7.1.20.1119 return=ExtendProvisioningPeriod:1"
	)
	start_devices "${devices[@]}"
	jobs_for ${#devices[@]}
	run -0 --separate-stderr sweep -t 90 -P "$tls" -p "$plain" jobs.tsv
	for ((n = 1; n <= ${#devices[@]}; n++)); do
		echo "$n ${devices[n - 1]}: $(seen "$n" milestone) $(seen "$n" reason) $(seen "$n" detail)"
		[ "$(seen "$n" milestone)" = verified ]
		[ "$(count "$n" commit)" = 1 ]
	done
	# by its realm the next run finds what this one had committed
	[ "$(awk -F '\t' '$4 == "admin-set" && $8 ~ /^Digest:/' <<<"$output" | wc -l)" = ${#devices[@]} ]
	# a login is answered with the planned password first, then the factory's
	[ "$(count 1 auth-bad)" = 1 ]
	# without a MEBx password 19 and later do not commit
	for n in 3 4 5 8; do
		[ "$(count "$n" commit-refused) $(count "$n" mebx-set)" = "1 1" ]
		[[ $(seen "$n" detail) == *"wanted a MEBx password"* ]]
	done
	for n in 1 2 6 7; do [ "$(count "$n" mebx-set)" = 0 ]; done
	[[ $output$stderr != *'Next!pw1'* ]]
}

@test "who is no machine in its setup gets no password, and the reason says why" {
	cases=(
		"16.1.30.2307 state=2|CERT-NOT-ASKED"
		"14.1.60.1756 state=0|STATE-UNEXPECTED"
		"14.1.60.1756 uuid=99999999-0506-0708-090a-0b0c0d0e0f03|UUID-MISMATCH"
		"2.2.20.1000|VERSION-UNSUPPORTED"
		"3.1.3.1000 login=digest|VERSION-UNSUPPORTED"
		"16.1.30.2307 downgrade|TLS-DOWNGRADED"
	)
	start_devices "${cases[@]%|*}"
	jobs_for ${#cases[@]}
	run -0 --separate-stderr sweep -t 60 -P "$tls" -p "$plain" jobs.tsv
	for ((n = 1; n <= ${#cases[@]}; n++)); do
		echo "$n ${cases[n - 1]}: $(seen "$n" reason) $(seen "$n" detail): $(happened "$n" | xargs)"
		[ "$(seen "$n" reason)" = "${cases[n - 1]#*|}" ]
		[ "$(happened "$n" | grep -E '^(auth-bad|admin-set|mebx-set|names|commit)$')" = "" ]
	done
	! happened 1 | grep -x request
}
