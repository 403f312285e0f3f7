# shellcheck shell=bash disable=SC2034,SC2154
# A set-up with every setting, a certificate of the site's own CA and TLS, whose connection is cut
# at a writing request, before or after the machine has done it: finished by this sweep or the
# next one, and nothing is there twice.  sweep-networks.bats cuts each request of PSK set-ups.
# slow
bats_require_minimum_version 1.5.0
load common
load mixed
load settings

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

# site_of_everything MACHINES [FLEETGEN OPTION...]: switched on
site_of_everything() {
	site_of_certified "$@"
	amt-cert ca make --cn 'Lab CA' >/dev/null
	everything | sed 's|<certificate>device|<certificate>local|' >site/profile.xml
	fleet_says_hello --state state.tsv -t 280
}

# The numbers of the requests that write, and of those between that are about the
# certificate, of a machine that nothing happens to.
writing_requests() {
	awk -F'\t' '
		$4 == "request" { n++ }
		$4 == "request" && $5 ~ /GenerateKeyPair|PKCS10|AddCertificate|TLSCredentialContext/ || $4 == "write" { at[n] }
		END { for (n in at) print n }' journal.tsv | sort -n
}

# How many values of what each machine keeps; a line for each machine, numbers of one kind
# in a row.
counts() {
	awk -F'\t' '
		$4 == "" || $2 == "machine" || $2 == "general" { next }
		{ n[$1, $2 " " $4]++; machine[$1]; kind[$2 " " $4] }
		END {
			for (k in kind)
				for (m in machine)
					print k, n[m, k] + 0
		}' state.tsv | sort | uniq -c | awk -v "n=$1" '{ $1 = $1 == n ? "all" : $1 } 1'
}

# cut HOW: a machine for each of the requests
cut_machines() {
	local faults=() n
	BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/one
	mkdir "$BATS_TEST_TMPDIR"
	site_of_everything 1
	sweep_silent
	[ "$(state_count verified)" = 1 ]
	peer_end
	children_end
	children=()
	writing_requests >requests
	counts 1 >../counts
	BATS_TEST_TMPDIR=${BATS_TEST_TMPDIR%/one}
	while read -r n; do
		faults+=(-F "$1=$n,once")
	done <requests
	machines=$(wc -l <requests)
	[ "$machines" -ge 36 ]
	site_of_everything "$machines" "${faults[@]}"
	run amt-sweep -t 200 -j 32 -P "$tls" -p "$plain"
	[ "$(state_count verified)" = "$machines" ] || run amt-sweep -t 60 -j 32 -P "$tls" -p "$plain"
	store-dump -d site -k devices --csv | grep -v ',verified,' >left || :
	peer_end
	# each was cut
	[ "$(awk -F'\t' '$4 ~ /^dropped/' journal.tsv | cut -f 2 | sort -u | wc -l)" = "$machines" ]
	[ "$(wc -l <left)" = 1 ] || cat left
	[ "$(state_count verified)" = "$machines" ]
	[ "$(committed_uuids | uniq -d)" = "" ]
	counts "$machines" >have
	diff counts have
}

@test "a set-up that is cut before a writing request is finished, with nothing twice" {
	cut_machines drop-before
}

@test "a set-up that is cut after a writing request is finished, with nothing twice" {
	cut_machines drop-after
}

# when EVENT ADDRESS: its first one, in ms
when() {
	awk -F'\t' -v "event=$1" -v "address=$2" '$4 == event && $2 == address { print $1; exit }' journal.tsv
}

@test "a machine that makes its key for long keeps no other one waiting" {
	site_of_certified 2 -F keygen=6000
	amt-cert ca make --cn 'Lab CA' >/dev/null
	echo '<profile name="keys"><certificate>local</certificate><tls>server</tls></profile>' >site/profile.xml
	fleet_says_hello
	run -0 --separate-stderr amt-sweep -t 60 -j 1 -P "$tls" -p "$plain"
	[ "$output$stderr" = "" ]
	[ "$(state_count verified)" = 2 ]
	# with one place in flight the second was set up while the first made its key
	busy=$(awk -F'\t' '$2 == "127.1.0.1" && $5 == "AMT_PublicKeyManagementService.GenerateKeyPair 2082" { print $1; exit }' journal.tsv)
	[ "$busy" -lt "$(when commit 127.1.0.2)" ]
	[ "$(when commit 127.1.0.2)" -lt "$(when commit 127.1.0.1)" ]
}
