# slow
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
}

issued() {
	sql "SELECT count(*) FROM keys WHERE state = 1"
}

@test "the partner's walk in samples runs as it stands" {
	unset AMT_SITE
	walks=$AMT_TEST_ROOT/samples/walks
	rm -r site
	amt-init -d site >/dev/null
	cp "$AMT_TEST_BUILD/samples/store/lab7.keys" .
	cp "$AMT_TEST_BUILD/samples/keys/plain.csv" .
	store-load -d site lab7.keys
	# Who has taken the other walk before has lab7's keys on sticks.
	bash -eu "$walks/sticks.sh" >sticks.out 2>&1 || { cat sticks.out; false; }
	before=$(issued)
	bash -eu "$walks/partner.sh" >walk.out 2>&1 || { cat walk.out; false; }
	[ "$(tail -n 3 walk.out)" = $'oem9.p7m: OK\ntaken\n3' ]
	[ "$(store-dump -d site -k batches | grep -c ^oem9)" = 1 ]
	[ "$(($(issued) - before))" = 50 ]
	[ "$(tail -n +2 lab9/keys.csv | wc -l)" = 50 ]
	# What the partner has, another site takes.
	amt-init -d other >/dev/null
	amt-import -d other -b lab9 lab9/keys.csv
	[ "$(store-dump -d other -k keys --reveal | grep -v '^@' | cut -f 1,2,4)" = \
		"$(store-dump -d site -k keys --reveal | awk -F '\t' '$5 == "lab9"' | cut -f 1,2,4)" ]
}

@test "another site takes the file as it is, and trusts nobody it does not know" {
	for who in here there; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout $who.key -out $who.pem -subj "/CN=$who" 2>/dev/null
	done
	amt-export -b lab7 -n 40 -g --to there.pem --sign here.pem --key here.key -o lab7.p7m >/dev/null
	amt-init -d other >/dev/null
	printf 'BUNDLE_KEY=%s\nBUNDLE_CERT=%s\n' "$PWD/there.key" "$PWD/there.pem" >>other/site.conf
	run ! amt-import -d other -b lab7 lab7.p7m
	[ "$(sqlite3 other/site.db 'SELECT count(*) FROM keys')" = 0 ]
	cp here.pem other/certs/partners/
	amt-import -d other -b lab7 lab7.p7m
	[ "$(store-dump -d other -k keys --reveal | grep -v '^@' | cut -f 1-4)" = \
		"$(store-dump -d site -k keys --reveal | grep -v '^@' | cut -f 1-4)" ]
}

@test "with a site certificate what goes to a partner is signed unless somebody else signs" {
	for who in partner site other; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout $who.key -out $who.pem -subj "/CN=$who" 2>/dev/null
	done
	printf 'SITE_CERT=%s\nSITE_KEY=%s\n' "$PWD/site.pem" "$PWD/site.key" >>site/site.conf
	amt-export -b lab7 -n 3 -g --to partner.pem -o 1.p7m >/dev/null
	amt-export -b lab7 -n 3 -g --to partner.pem --sign other.pem --key other.key -o 2.p7m >/dev/null
	for n in 1 2; do
		openssl cms -decrypt -binary -inform DER -in $n.p7m -recip partner.pem -inkey partner.key -out $n.p7s
	done
	openssl cms -verify -binary -inform DER -in 1.p7s -CAfile site.pem -out 1.zip
	openssl cms -verify -binary -inform DER -in 2.p7s -CAfile other.pem -out 2.zip
	# What is asked for in clear stays so.
	amt-export -b lab7 -n 3 -g --format csv -o 3.csv >/dev/null
	grep -q '^pid,pps' 3.csv
}

@test "who the keys are for is said before they are issued, and a CA gets none" {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout root.key -out root.pem -subj "/CN=root" 2>/dev/null
	openssl req -new -newkey rsa:2048 -nodes -keyout sub.key -subj /CN=sub 2>/dev/null |
		openssl x509 -req -CA root.pem -CAkey root.key -set_serial 2 -days 2 -extfile <(echo basicConstraints=critical,CA:TRUE) -out sub.pem 2>/dev/null
	run -65 --separate-stderr amt-export -b lab7 -n 3 -g --to sub.pem -o out.p7m
	[[ "$stderr" = *"sub.pem: /CN=sub: is a CA's certificate"*"not made, no key issued; see above" ]]
	[ ! -e out.p7m ]
	[ "$(issued)" = 0 ]
	cat root.pem sub.pem >both.pem
	run -65 amt-export -b lab7 -n 3 -g --to both.pem -o out.p7m
	sha256=$(openssl x509 -in root.pem -noout -fingerprint -sha256 | sed 's/.*=//')
	run -0 --separate-stderr amt-export -b lab7 -n 3 -g --to root.pem --fingerprint "$sha256" -o out.p7m
	[ "$stderr" = "keys-pack: root.pem: encrypts for /CN=root, SHA-256 $sha256" ]
	[ "$(issued)" = 3 ]
}

@test "new keys come in every format, and a name is good once" {
	for format in zip csv xml setup.bin sheet; do
		run -0 --separate-stderr amt-export -b lab7 -n 3 -g --format $format -o "out.$format"
		[ "$output" = "$PWD/out.$format: 3 keys of batch lab7, issued" ]
		[ "$stderr" = "" ]
	done
	[ "$(issued)" = 15 ]
	run -73 --separate-stderr amt-export -b lab7 -n 3 -g --format zip -o out.zip
	[ "$(issued)" = 15 ]
	[ "$(stat -c %a out.csv)" = 600 ]
}

@test "without a partner nothing is written in clear by mistake" {
	run -64 --separate-stderr amt-export -b lab7 -n 3 -g -o out.zip
	[[ "$stderr" = *"name the partner with --to, or say --format zip"* ]]
	[ ! -e out.zip ]
}

@test "an export that fails issues nothing and keeps nothing" {
	run -66 --separate-stderr amt-export -b lab7 -n 3 -g --to missing.pem -o out.p7m
	[[ "$stderr" = *"out.p7m: not made, no key issued; see above" ]]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
	mkdir full
	run -73 amt-export -b lab7 -n 3 -g --format zip -o full/no/out.zip
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
	run -65 amt-export -b lab7 --format zip -o out.zip
	[ ! -e out.zip ]
}

@test "the status of an export is that of what went wrong first" {
	run -64 amt-export -b lab7 -g -n 0 --format zip -o out.zip
	[[ "${lines[0]}" = 'store-issue: -n: not in range (got "0", expected 1 to 100000)' ]]
	run -64 amt-export -b lab7 -g -n 3 --format pdf -o out.zip
	run -65 amt-export -b lab7 -n 3 --format zip -o out.zip
	sed -i 's/minimal/maximal/; s/<profile/<other/' site/profile.xml
	run -78 amt-export -b lab7 -g -n 3 --format zip -o out.zip
	[ ! -e out.zip ]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
}

@test "a password does not come by a descriptor that the export uses itself" {
	run -64 amt-export -b lab7 -g -n 3 --format zip --passphrase-fd 9 -o out.zip 9</dev/null
	[ "$output" = "amt-export: file descriptors 7 to 9 are in use here (got 9, expected 3 to 6)" ]
}

@test "the passphrase may come by descriptor 0" {
	openssl req -x509 -newkey rsa:2048 -passout pass:open-it -days 2 -keyout lock.key -out sign.pem -subj /CN=sign 2>/dev/null
	amt-export -b lab7 -g -n 3 --sign sign.pem --key lock.key --passphrase-fd 0 -o out.p7s <<<open-it
	openssl cms -verify -binary -inform DER -in out.p7s -CAfile sign.pem -out out.zip 2>/dev/null
	[ "$(issued)" = 3 ]
	run -65 amt-export -b lab7 -g -n 3 --sign sign.pem --passphrase-fd 0 --key lock.key -o other.p7s <<<wrong
	[ ! -e other.p7s ]
}

@test "two exports at once, and no key is in both" {
	keys-make -b lab7 -n 400 | store-load -d site
	amt-export -b lab7 -n 200 --format csv -o 1.csv >/dev/null &
	amt-export -b lab7 -n 200 --format csv -o 2.csv >/dev/null
	wait $!
	[ "$(tail -qn +2 1.csv 2.csv | cut -d , -f 1 | sort -u | wc -l)" = 400 ]
	[ "$(issued)" = 400 ]
}

# Every key that is issued is in a file, every key of a file is issued or
# reserved, and none is in two.
consistent() {
	find . -name '*.csv' -exec tail -qn +2 {} + | cut -d , -f 1 | sort >in-files
	[ "$(sort -u in-files | wc -l)" = "$(wc -l <in-files)" ]
	sql "SELECT pid FROM keys WHERE state = 1 ORDER BY pid" >in-store
	[ -z "$(comm -13 in-files in-store)" ]
	sql "SELECT pid FROM keys WHERE state = 1 OR stick IS NOT NULL ORDER BY pid" >taken
	[ -z "$(comm -23 in-files taken)" ]
}

@test "kill -9 at any moment: no key issued without its file, none handed out twice" {
	keys-make -b lab7 -n 3000 | store-load -d site
	# AMT_KILLS=100 make check TESTS=... for the long one.
	for ((i = 0; i < ${AMT_KILLS:-6}; i++)); do
		setsid amt-export -b lab7 -n 20 --format csv -o "$i.csv" >/dev/null 2>&1 3>&- &
		sleep "0.$(printf %03d $((RANDOM % ${AMT_KILL_MS:-120})))"
		kill -9 -- -$! 2>/dev/null || true
		wait $! 2>/dev/null || true
		consistent
	done
	# The next run settles what was left.
	amt-export -b lab7 -n 20 --format csv -o last.csv >/dev/null 2>&1
	consistent
	cmp in-files in-store
	[ "$(sql 'SELECT count(*) FROM keys WHERE stick IS NOT NULL AND state = 0')" = 0 ]
	[ "$(sql 'SELECT count(*) FROM exports WHERE ended IS NULL')" = 0 ]
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
	[ -z "$(find . -name '.*csv*')" ]
}

@test "long options take their value after = too, and a folder that is not there is one line" {
	cd "$BATS_TEST_TMPDIR"
	amt-init -d equal >/dev/null
	run -0 amt-export -d equal -b new -g -n 2 --format=csv -o =.csv
	[ "$(wc -l <=.csv)" = 3 ]
	run -64 amt-export -d equal -b new -g -n 2 --cbc=yes --format=zip -o other
	run -73 --separate-stderr amt-export -d equal -b new --format=csv -o no/such/file
	[ "$stderr" = "amt-export: no/such/file: its folder is not there" ]
}
