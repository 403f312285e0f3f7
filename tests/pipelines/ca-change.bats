# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
# Another CA of the site takes the place of the one before: each machine has a certificate of it
# within a week, on its own day, and until then both are good.
bats_require_minimum_version 1.5.0
load "$AMT_TEST_ROOT/tests/stages/certs.bash" # before common, which has other hellos
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
}

teardown() {
	children_end
}

# part UUID: seconds of the week after which it is its turn (FNV-1a, as due.c has it)
part() {
	local h=2166136261 i
	for ((i = 0; i < ${#1}; i++)); do
		h=$((((h ^ $(printf %d "'${1:i:1}")) * 16777619) & 0xffffffff))
	done
	echo $((h % 4096 * 7 * 86400 / 4096))
}

# trusts FILE ADDRESS NAME: does who has the roots of FILE let the machine be what it says, at the time of amtbatch?
trusts() {
	openssl s_client -connect "$2:$tls" -CAfile "$1" -verify_hostname "$3" -attime "$SOURCE_DATE_EPOCH" \
		-verify_return_error -brief </dev/null 2>/dev/null
}

# serve: a line for each machine in the order of their turns, with the CA that alone has to be trusted
serve() {
	while read -r _ uuid address name; do
		for ca in old new; do ! trusts $ca.pem "$address" "$name" || echo "$uuid $ca"; done
		trusts both.pem "$address" "$name" || echo "$uuid: refused"
	done <turns
}

# list N CA: the Nth of the lists is of that CA, and no certificate is on it
list() {
	awk -v "at=$1" '/BEGIN X509 CRL/ { n++ } n == at' lists.crl >one.crl
	openssl crl -in one.crl -CAfile "$2.pem" -verify -noout 2>&1 | grep -q 'verify OK'
	run ! grep 'Serial Number:' <(openssl crl -in one.crl -noout -text)
}

@test "another CA: each machine on its own day of a week, both are trusted meanwhile, and then nothing is written" {
	site_of_fleet 3 -a 127.49.0.1 -w 12.0.68.1606
	peer_start
	printf '<profile name="a"><certificate>local</certificate><tls>server</tls></profile>\n' >site/profile.xml
	key old 2048
	root old "Old machines" sha256
	amt-cert ca add old.key old.pem >/dev/null
	sweep_all
	first=$(date +%s)
	export SOURCE_DATE_EPOCH=$first
	amt-cert ca make --new --cn "New machines" -o new.pem >/dev/null
	cat old.pem new.pem >both.pem
	while IFS='|' read -r uuid address name; do
		echo "$(part "$uuid") $uuid $address $name"
	done < <(sql "SELECT m.uuid, l.address, m.fqdn FROM machines m JOIN callers l ON l.id = m.holder
		WHERE m.state = 'verified'") | sort -n >turns
	[ "$(wc -l <turns)" = 3 ]
	[ "$(serve | cut -d ' ' -f 2 | xargs)" = "old old old" ]

	# Just now it is the turn of the second one.
	SOURCE_DATE_EPOCH=$((first + $(sed -n '2s/ .*//p' turns)))
	sweep_all
	[ "$(serve | cut -d ' ' -f 2 | xargs)" = "new new old" ]
	# The lists of both, that of the present CA first.
	amt-cert crl -o lists.crl
	list 1 new
	list 2 old

	SOURCE_DATE_EPOCH=$((first + 7 * 86400))
	sweep_all
	[ "$(serve | cut -d ' ' -f 2 | xargs)" = "new new new" ]
	[ "$(sql "SELECT count(*) FROM issued")" = 6 ]
	at=$(lines)
	sweep_all
	run -0 --separate-stderr sweep_all --check
	[ "$stderr" = "" ]
	tail -n "+$((at + 1))" journal.tsv >after
	grep -q '	request	' after
	run ! grep -E '	(write|commit)	' after
	[ "$(sql "SELECT count(*) FROM issued")" = 6 ]
	# Their clocks are those of today.
	[ "$(sql "SELECT count(*) FROM findings WHERE kind = 'differs' AND setting <> 'clock'")" = 0 ]
	[ "$(sql "SELECT count(*) FROM kept WHERE reason <> ''")" = 0 ]
}
