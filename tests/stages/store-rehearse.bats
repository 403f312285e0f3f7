# The machines that were heard, as a fleet for amtpeer.
bats_require_minimum_version 1.5.0

# A site with two keys.
setup_file() {
	store-init -d "$BATS_FILE_TMPDIR/site"
	keys-make -b lab7 -n 2 | store-load -d "$BATS_FILE_TMPDIR/site"
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$BATS_FILE_TMPDIR/site" .
	mapfile -t pids < <(sqlite3 site/site.db 'SELECT pid FROM keys ORDER BY place')
	lines=()
}

# said N SECOND VERSION PID [HASHES]: machine N, from an address of that second
said() {
	lines+=("2026-11-22T14:20:0$2Z"$'\t'"10.0.$1.$2"$'\t'"7ab70000-0000-4000-8000-00000000000$1"$'\t'"$3"$'\t0\t0\t'"$4"$'\t'"${5-}"$'\tport 9971')
}

heard() {
	{
		printf '@hello/1\treceived\taddress\tuuid\tversion\tcreds_set\tretries\tpid\thashes\tfrom\n'
		printf '%s\n' "${lines[@]}"
		printf '@end\t%s\t0\n' ${#lines[@]}
	} | store-load -d site
}

@test "each machine has its key, its roots and an address of its own; one whose key is unknown is left out" {
	said 1 1 2 "${pids[0]}"
	said 2 1 2 NOBODY00
	said 3 1 3 '' sha256:1111111111111111111111111111111111111111111111111111111111111111,sha1:2222222222222222222222222222222222222222
	heard
	store-rehearse -d site >fleet.tsv
	[ "$(wc -l <fleet.tsv)" = 3 ]
	awk -F '\t' '$2 ~ /0001$/ && $3 == "'"${pids[0]}"'" && length($4) >= 32 && $7 ~ /^9\.0\./ { n++ }
		$2 ~ /0003$/ && $7 ~ /^11\.8\./ && $8 ~ /^pki,.*,roots=1+[+]2+$/ { n++ }
		END { exit n != 2 }' fleet.tsv
	[ "$(cut -f 1 fleet.tsv | grep -c '^127\.')" = 2 ]
	[ "$(cut -f 1 fleet.tsv | sort -u | wc -l)" = 3 ]
}

@test "a newer hello with a PID that no list has does not count" {
	said 1 1 2 "${pids[0]}"
	said 1 2 2 NOBODY00
	heard
	[ "$(store-rehearse -d site | cut -f 3 | tail -n 1)" = "${pids[0]}" ]
}

@test "amtpeer takes the machine of the longest hello" {
	said 1 1 3 '' "$(awk 'BEGIN { for (i = 1; i <= 255; i++) printf "%ssha256:%064x", i == 1 ? "" : ",", i }')"
	heard
	store-rehearse -d site >fleet.tsv
	[ "$(grep -o + fleet.tsv | wc -l)" -ge 20 ]
	amtpeer -f fleet.tsv -t 1 -P 0 -p 0 -r ports
	[ -s ports ]
}

@test "of the machines that part has a fault, the same ones each time" {
	for n in 1 2 3 4 5 6 7 8 9; do said $n 1 3 ''; done
	heard
	# shellcheck disable=SC2317 # run calls it
	faults() { store-rehearse -d site -f "$1" | tail -n +2 | cut -f 8 | grep -cE ',(hang-connect|close-tls|auth-refuse|hang-http=4|html|lost-commit)$'; }
	[ "$(faults 100)" = 9 ]
	run -1 faults 0
	[ "$output" = 0 ]
	[ "$(faults 60)" -gt 0 ] && [ "$(faults 60)" -lt 9 ]
	[ "$(store-rehearse -d site -f 60)" = "$(store-rehearse -d site -f 60)" ]
}

@test "secrets do not go to a terminal, nor half of them anywhere" {
	said 1 1 2 "${pids[0]}"
	heard
	run -64 script -qec "store-rehearse -d site" /dev/null
	[[ "$output" != *"${pids[0]}"* ]]
	run -74 --separate-stderr bash -c 'store-rehearse -d site >/dev/full'
	[[ "$stderr" = "store-rehearse: "* ]]
	run -66 store-rehearse -d none
	run -64 store-rehearse -d site -f 101
	run -64 store-rehearse
}
