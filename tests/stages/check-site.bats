# shellcheck shell=bash disable=SC2030,SC2031,SC2034,SC2154
# check-site: each finding of check(5) about a site is provoked, and what is in
# order passes.
load check

@test "no site, or none that one may look at" {
	found SITE-NONE check-site -d nowhere
	[ "$found" = "nowhere: No such file or directory" ]
	mkdir empty
	found SITE-NONE check-site -d empty
	found SITE-NONE check-site -d site/site.conf
	[ "$(id -u)" = 0 ] || skip "this is root's test"
	chmod 755 . site
	as_nobody() {
		setpriv --reuid nobody --regid nogroup --clear-groups "$@"
	}
	found SITE-DENIED as_nobody "$(command -v check-site)" -d site
	[ "$found" = "site/site.db: Permission denied" ]
	chmod 700 site
	found SITE-DENIED as_nobody "$(command -v check-site)" -d site
	run -2 amt-check -d nowhere
	[ "${lines[0]}" = "CRITICAL: SITE-NONE | fail=1 warn=0 pass=0" ]
}

@test "a folder that all may write, files of others, and rights that others have" {
	passes site check-site -d site
	[ "$found" = "pass: site belongs to $(id -un)" ]
	chmod 777 site
	found SITE-OPEN check-site -d site
	[ "$found" = "site has mode 777 (expected 775)" ]
	chmod 755 site
	chmod 644 site/site.db
	found SITE-MODE check-site -d site
	[ "$found" = "site/site.db has mode 644: chmod 640 site/site.db" ]
	chmod 600 site/site.db
	chmod 660 site/profile.xml
	found SITE-MODE check-site -d site
	[ "$found" = "site/profile.xml has mode 660: chmod 640 site/profile.xml" ]
	chmod 600 site/profile.xml
	passes site check-site -d site
	[ "$(id -u)" = 0 ] || skip "this is root's test"
	chown -R nobody site
	passes site check-site -d site
	[ "$found" = "pass: site belongs to nobody" ]
	chown root site/site.conf
	found SITE-OWNER check-site -d site
	[ "$found" = "site/site.conf belongs to root, the site to nobody: chown nobody site/site.conf" ]
	# The listener's user has its spool.
	chown nobody site/site.conf
	mkdir -p site/spool
	chown daemon site/spool
	passes site check-site -d site
}

@test "settings that are missing, not to be trusted or wrong, and an unknown one by its name" {
	passes conf check-site -d site
	echo 'SWEEP_SECOND=300' >>site/site.conf
	n=$(wc -l <site/site.conf)
	found CONF-INVALID check-site -d site
	[ "$found" = "site/site.conf:$n: there is no setting of that name (got \"SWEEP_SECOND\"; site(5) has them all)" ]
	# The others are looked at all the same, but for the ports.
	expected 1
	run -2 amt-check --server 127.0.0.1:1
	[[ "${lines[0]}" = "CRITICAL: CONF-INVALID, "* ]]
	[[ "$output" == *"pass  store: "* && "$output" != *PORT-* && "$output" != *DNS-* ]]
	printf 'PROPS_SECONDS=0\n' >site/site.conf
	found CONF-INVALID check-site -d site
	[[ "$found" = "site/site.conf:1: PROPS_SECONDS is not a number in its range"* ]]
	chmod 666 site/site.conf
	found CONF-REFUSED check-site -d site
	ln -sf /dev/null site/site.conf
	found CONF-REFUSED check-site -d site
	rm site/site.conf
	found CONF-MISSING check-site -d site
}

@test "a profile that is missing, not to be trusted or wrong" {
	passes profile check-site -d site
	sed -i 's/<profile/<profil/' site/profile.xml
	found PROFILE-INVALID check-site -d site
	[[ "$found" = site/profile.xml:*": "* ]]
	head -c 1100000 /dev/zero >site/profile.xml
	found PROFILE-REFUSED check-site -d site
	[ "$found" = "site/profile.xml: larger than 1048576 bytes" ]
	rm site/profile.xml
	mkfifo site/profile.xml
	found PROFILE-REFUSED check-site -d site
	rm site/profile.xml
	found PROFILE-MISSING check-site -d site
}

# with ELEMENT, in the profile of the site
with() {
	sed "s|</profile>|$1</profile>|" profile >site/profile.xml
}

@test "a profile that wants certificates, and nobody who issues them" {
	cp site/profile.xml profile
	passes profile check-site -d site
	name=${found#pass: profile.xml: profile }
	with '<certificate>local</certificate>'
	found CA-NONE check-site -d site
	[ "$found" = "profile $name" ]
	cert-ca -d site make --cn Lab >/dev/null
	run ! found CA-NONE check-site -d site
	with '<certificate>signer</certificate>'
	run ! found CA-NONE check-site -d site
	found SIGNER-NONE check-site -d site
	# As amt-sweep has it.
	program=$PWD/sign
	sed -i '/^SIGNER=/d' site/site.conf
	echo "SIGNER=$program" >>site/site.conf
	found SIGNER-UNUSABLE check-site -d site
	[[ "$found" = "$program: No such file or directory (profile "* ]]
	mkdir "$program"
	found SIGNER-UNUSABLE check-site -d site
	rmdir "$program"
	echo '#!/bin/sh' >"$program"
	found SIGNER-UNUSABLE check-site -d site
	[[ "$found" = "$program: Permission denied (profile "* ]]
	chmod +x "$program"
	check-site -d site >checks
	run ! grep -E 'SIGNER|CA-NONE' checks
	rm "$program"
	with '<certificate>device</certificate>'
	check-site -d site >checks
	run ! grep -E 'SIGNER|CA-NONE' checks
}

@test "a disk that is full or nearly so" {
	unshare -Urm true 2>/dev/null || skip "no namespaces of one's own here (unshare -Urm)"
	passes disk check-site -d site
	mkdir small
	on_disk() {
		unshare -Urm sh -c 'mount -t tmpfs -o size='"$1"' small small && cp -a site small &&
			check-site -d small/site' 2>&1
	}
	found DISK-LOW on_disk 100m
	[[ "$found" =~ ^(9|10)[0-9]" MB free (expected 256 MB)"$ ]]
	found DISK-FULL on_disk 20m
	passes disk on_disk 400m
}

@test "a clock that nothing keeps right" {
	strace -o trace true 2>/dev/null || skip "strace cannot run here"
	clock=5 found CLOCK-UNSYNCED in_time check-site -d site
	passes clock in_time check-site -d site
}

@test "a key file that was never copied, and one that took the place of a copied one" {
	found KEY-COPY-NONE check-site -d site
	[ "$found" = "site/site.key has no copy that amt-backup has made" ]
	amt-backup -o copy
	found KEY-COPY-NONE check-site -d site
	amt-backup --key kept.key
	passes key-file check-site -d site
	[ "$found" = "pass: site.key is the store's, and nobody else's to read" ]
	[ "$(stat -c %a site/key-copied)" = 600 ]
	[ "$(wc -c <site/key-copied)" = 65 ]
	# The note says nothing of the key, and is that of this key alone.
	run ! grep -qF "$(xxd -p -c 64 site/site.key)" site/key-copied
	amt-init -d other >/dev/null
	cp site/key-copied other/key-copied
	found KEY-COPY-NONE check-site -d other
	# Who restores a site has a copy.
	amt-backup -d fresh --restore copy --key kept.key
	passes key-file check-site -d fresh
	[ "$(wc -l <<<"$found")" = 1 ]
}

@test "a key file that is missing, open to others, of another length or another site" {
	passes key-file check-site -d site
	chmod 640 site/site.key
	found KEY-FILE-OPEN check-site -d site
	[ "$found" = "site/site.key has mode 640 (expected 600)" ]
	chmod 600 site/site.key
	amt-init -d other >/dev/null
	cp site/site.key own.key
	cp other/site.key site/site.key
	found KEY-FILE-OTHER check-site -d site
	# What the key does not open is not looked at.
	run ! grep -q '^keys' checks
	head -c 31 own.key >site/site.key
	found KEY-FILE-REFUSED check-site -d site
	[ "$found" = "site/site.key: got 31 bytes (expected 32)" ]
	rm site/site.key
	found KEY-FILE-MISSING check-site -d site
	grep -q '^store	pass' checks
}

@test "a store that is missing, a link, no store, older or newer, and it stays as it is" {
	passes store check-site -d site
	last=$(sql 'PRAGMA user_version')
	sql 'PRAGMA user_version = 99' >/dev/null
	found STORE-NEWER check-site -d site
	[ "$found" = "its version is 99 (this program knows up to $last)" ]
	sql "PRAGMA user_version = $((last - 1)); UPDATE meta SET value = $((last - 1)) WHERE name = 'schema'"
	found STORE-OLDER check-site -d site
	[ "$found" = "its version is $((last - 1)) (this program's is $last)" ]
	[ "$(sql 'PRAGMA user_version')" = $((last - 1)) ]
	mv site/site.db kept.db
	sqlite3 site/site.db 'CREATE TABLE t (a); PRAGMA user_version = 3'
	chmod 600 site/site.db
	found STORE-FOREIGN check-site -d site
	rm site/site.db
	ln -s "$PWD/kept.db" site/site.db
	found STORE-REFUSED check-site -d site
	rm site/site.db
	found STORE-MISSING check-site -d site
}

@test "a store whose file is damaged: in its middle, and from its first byte" {
	keys-make -b lab7 -n 3000 | store-load -d site
	sql 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	cp site/site.db kept.db
	[ "$(stat -c %s kept.db)" -gt 300000 ]
	dd if=/dev/urandom of=site/site.db bs=4096 seek=20 count=30 conv=notrunc 2>/dev/null
	found STORE-DAMAGED check-site -d site
	[[ "$found" = "site/site.db: "*" fault"*", first: "* || "$found" = "site/site.db: "* ]]
	rm -f site/site.db-*
	cp kept.db site/site.db
	dd if=/dev/urandom of=site/site.db bs=4096 count=1 conv=notrunc 2>/dev/null
	found STORE-DAMAGED check-site -d site
	[ "$found" = "site/site.db: file is not a database" ]
	# The stream is complete, and so is the verdict.
	run -2 amt-check --server 127.0.0.1:1
	[[ "$output" == *STORE-DAMAGED* && "$output" != *"did not come to its end"* ]]
}

@test "a store that another program does not give back" {
	mkfifo hold
	sqlite3 -cmd '.timeout 20000' site/site.db <hold >held 2>&1 3>&- &
	children+=($!)
	exec 5>hold
	echo "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET value = value; SELECT 'it has it';" >&5
	for _ in {1..200}; do
		! grep -qx 'it has it' held || break
		sleep 0.05
	done
	AMT_LOCK_SECONDS=0 found STORE-LOCKED check-site -d site
	exec 5>&-
}

@test "a listener that never ran, has ended, was killed, or has trouble" {
	found LISTENER-NONE check-site -d site
	[ "$found" = "there is no site/spool yet" ]
	mkdir site/spool
	found LISTENER-NONE check-site -d site
	[ "$found" = "no listener has left a heartbeat" ]
	echo nonsense >site/spool/listener
	found LISTENER-NONE check-site -d site
	[ "$found" = "its heartbeat cannot be read" ]
	heartbeat listening "$(now)"
	passes listener check-site -d site
	[[ "$found" = "pass: it listens since 2026-11-20T00:00:00Z; at 20"*"Z it had taken 7 hellos" ]]
	heartbeat listening "$(now)" "No space left on device"
	found LISTENER-TROUBLE check-site -d site
	[ "$found" = "No space left on device; 3 hellos wait" ]
	heartbeat listening 2026-11-29T10:00:00Z
	SOURCE_DATE_EPOCH=$(date -d 2026-11-29T14:03:00Z +%s) found LISTENER-SILENT check-site -d site
	[ "$found" = "its last sign of life is 4 h 3 min old (2026-11-29T10:00:00Z)" ]
	SOURCE_DATE_EPOCH=$(date -d 2026-11-29T10:01:00Z +%s) passes listener check-site -d site
	heartbeat ended 2026-11-29T10:00:00Z
	SOURCE_DATE_EPOCH=$(date -d 2026-11-29T10:00:05Z +%s) found LISTENER-ENDED check-site -d site
	[ "$found" = "it ended 5 s ago (2026-11-29T10:00:00Z)" ]
}

@test "amt-hello as it is: alive, then ended" {
	amt-hello -l 127.0.0.1:0 -t 60 -v >hello.log 2>&1 3>&- &
	children+=($!)
	for _ in {1..200}; do
		[ ! -s site/spool/listener ] || break
		sleep 0.05
	done
	passes listener check-site -d site
	passes spool check-site -d site
	port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' hello.log | head -n 1)
	check-site -d site >before
	passes port check-net -l "127.0.0.1:$port" before
	kill "${children[0]}"
	wait "${children[0]}" || true
	found LISTENER-ENDED check-site -d site
	found PORT-CLOSED check-net -l "127.0.0.1:$port" before
	[ "$found" = "127.0.0.1:$port: Connection refused" ]
}

@test "hellos that nobody loads" {
	heartbeat listening "$(now)"
	passes spool check-site -d site
	echo x >site/spool/one.hello
	passes spool check-site -d site
	touch -d '2 hours ago' site/spool/one.hello
	found SPOOL-WAITING check-site -d site
	[ "$found" = "1 file, the oldest from 2 h ago" ]
}

@test "folders that killed rehearsals left, and no others" {
	mkdir -p site/rehearsal.none site/rehearsal.held site/rehearsal.left
	touch site/rehearsal.held/.amtbatch-rehearsal
	exec {held}<site/rehearsal.held
	flock -n $held
	run ! found REHEARSAL-LEFT check-site -d site
	touch site/rehearsal.left/.amtbatch-rehearsal
	found REHEARSAL-LEFT check-site -d site
	[ "$found" = "site/rehearsal.left" ]
	exec {held}<&-
	found REHEARSAL-LEFT check-site -d site
	[ "$found" = "site/rehearsal.held and 1 more" ]
}

@test "too few keys for the machines that are expected" {
	expected 8
	found KEYS-NONE check-site -d site
	keys-make -b lab7 -n 5 | store-load -d site
	keys-make -b desk -n 2 | store-load -d site
	found KEYS-SHORT check-site -d site
	[ "$found" = "8 machines of the map have not been heard, 7 keys are left for them (desk 2 of 2, lab7 5 of 5)" ]
	keys-make -b more -n 1 | store-load -d site
	passes keys check-site -d site
	# A key that is revoked is not left.
	store-dump -d site -k keystates | awk -F'\t' '$2 == "more" { print $1 }' >revoke
	amt-import --revoke revoke >/dev/null
	found KEYS-SHORT check-site -d site
	[[ "$found" == *"7 keys are left for them (desk 2 of 2, lab7 5 of 5, more 0 of 1)" ]]
	# With a certificate they need none.
	cert-add -d site "$certs"/{leaf.key,leaf-oid.pem,above.pem} >/dev/null
	passes keys check-site -d site
}

@test "certificates: none where machines ask for one, damaged, ended, ending, not good" {
	passes cert check-site -d site
	[ "$found" = "pass: no certificate, and no machine that asks for one" ]
	names pc-1.example.com
	hellos "$(sum "$certs/root-A.pem")"
	found SITE-CERT-NONE check-site -d site
	[ "$found" = "1 machine asks for it" ]
	cert-add -d site "$certs"/{leaf.key,leaf-oid.pem,above.pem} >/dev/null
	passes cert check-site -d site
	[ "$found" = "pass: /CN=prov.example.com is valid until $(date -u -d "$(openssl x509 -in "$certs/leaf-oid.pem" -noout -enddate | cut -d = -f 2)" +%F)" ]
	found SITE-CERT-ENDED env SOURCE_DATE_EPOCH="$(($(date +%s) + 900 * 86400))" check-site -d site
	found SITE-CERT-ENDING env SOURCE_DATE_EPOCH="$(($(date +%s) + 790 * 86400))" check-site -d site
	[[ "$found" = "/CN=prov.example.com expires soon ("*")" ]]
	sql "UPDATE server_keys SET sealed = zeroblob(100)"
	found SITE-CERT-DAMAGED check-site -d site
	[ "$found" = "the private key of /CN=prov.example.com does not open" ]
	sql "UPDATE certificates SET sealed = zeroblob(100)"
	found SITE-CERT-DAMAGED check-site -d site
	[[ "$found" == *"certificates of the store cannot be read" ]]
}

@test "a certificate whose name fits no domain of the map" {
	cert-add -d site "$certs"/{leaf.key,leaf-oid.pem,above.pem} >/dev/null
	passes cert check-site -d site
	names pc-1.lab.example.org pc-2.example.net
	found SITE-CERT-DOMAIN check-site -d site
	[ "$found" = "prov.example.com fits no domain of the map" ]
	grep -q $'^cert\tpass\t\t/CN=prov.example.com is valid' checks
	grep -qx $'name\tprov.example.com' checks
	[ "$(grep -c '^zone' checks)" = 2 ]
	names pc-1.lab.example.org pc-3.lab7.example.com
	passes cert check-site -d site
	[ "$(wc -l <<<"$found")" = 1 ]
}

# mutual ROOT [MORE]: a profile that wants mutual TLS, with this file among its trusted roots
mutual() {
	with "<trusted-root name=\"house\"><certificate>$(openssl x509 -in "$1" -outform DER | base64 -w 0)</certificate></trusted-root><certificate>local</certificate><tls>mutual</tls>${2-}"
}

@test "mutual TLS and the console's certificate: none, ended, ending, of another name or root" {
	cp site/profile.xml profile
	cert-ca -d site make --cn Lab -o ca.pem >/dev/null
	mutual ca.pem
	found CONSOLE-CERT-NONE check-site -d site
	[[ "$found" = "profile "* ]]
	cert-console -d site make --cn sweep.lab.example.com >/dev/null
	passes cert check-site -d site
	[[ "$found" == *"pass: the console's, sweep.lab.example.com, is valid until "* ]]
	# A setup server's is another matter.
	run ! grep SITE-CERT checks
	grep -qF 'no certificate, and no machine' checks
	later() {
		env SOURCE_DATE_EPOCH="$(($(date +%s) + $1 * 86400))" check-site -d site
	}
	later 1060 >checks
	run ! grep CONSOLE-CERT checks
	found CONSOLE-CERT-ENDING later 1070
	[[ "$found" = "sweep.lab.example.com is valid until "* ]]
	found CONSOLE-CERT-ENDED later 1100
	[[ "$found" = "sweep.lab.example.com: it is no longer valid ("* ]]
	mutual ca.pem '<tls-names>example.net lab.example.com</tls-names>'
	passes cert check-site -d site
	mutual ca.pem '<tls-names>example.net</tls-names>'
	found CONSOLE-CERT-NAME check-site -d site
	[[ "$found" = "sweep.lab.example.com is in none of example.net (profile "* ]]
	mutual "$certs/root-A.pem"
	found CONSOLE-CERT-ROOT check-site -d site
	[[ "$found" = "sweep.lab.example.com, whose root is /CN=Lab (profile "* ]]
	# Who does not ask for it has no finding.
	with '<certificate>local</certificate><tls>server</tls>'
	later 1100 >checks
	run ! grep CONSOLE-CERT checks
	mutual ca.pem
	sql "UPDATE server_keys SET sealed = zeroblob(100)"
	found CONSOLE-CERT-NONE check-site -d site
	[[ "$found" = "it or its key is damaged; profile "* ]]
}

@test "a console's certificate of the same key, and a CA with its key, are no setup server's and hide none" {
	(cd "$certs" && issue console leaf inter-1 sha256 /CN=sweep.example.com 1800 \
		extendedKeyUsage=clientAuth,2.16.840.1.113741.1.2.1)
	cert-ca -d site add "$certs"/{inter-1.key,above.pem} >/dev/null
	cert-console -d site add "$certs"/{leaf.key,console.pem,above.pem} >/dev/null
	passes cert check-site -d site
	[ "$found" = "pass: no certificate, and no machine that asks for one" ]
	cert-add -d site "$certs"/{leaf.key,leaf-oid.pem,above.pem} >/dev/null
	passes cert check-site -d site
	[[ "$found" = "pass: /CN=prov.example.com is valid until "* ]]
	run ! grep SITE-KEYS-NONE checks
}

@test "a certificate whose chain has a hole is not good" {
	cert-add -d site "$certs"/{leaf.key,leaf-oid.pem,above.pem} >/dev/null
	passes cert check-site -d site
	# Its root is no longer there.
	root=$(openssl x509 -in "$certs/root-A.pem" -outform der | sha256sum | cut -d ' ' -f 1)
	sql "DELETE FROM certificates WHERE print = '$root'"
	found SITE-CERT-REFUSED check-site -d site
}

@test "a map that is empty, and one that contradicts itself" {
	found MAP-EMPTY check-site -d site
	names pc-1.example.com pc-2.example.com
	passes map check-site -d site
	[ "$found" = "pass: 2 machines, no conflict" ]
	names pc-1.example.com pc-1.example.com
	found MAP-CONFLICTS check-site -d site
	amt-map --conflicts >conflicts || true
	[ "$found" = "2 conflicts among 2 machines" ] || [ "$found" = "1 conflict among 2 machines" ]
}

@test "machines that no sweep takes" {
	names pc-1.example.com pc-2.example.com
	passes sweep check-site -d site
	[ "$found" = "pass: 0 machines wait; no sweep yet" ]
	hellos "" ""
	passes sweep check-site -d site
	[ "$found" = "pass: 2 machines wait; no sweep yet" ]
	SOURCE_DATE_EPOCH=$(($(date +%s) + 7300)) found SWEEP-LATE check-site -d site
	[[ "$found" = "2 machines wait, the first for 2 h "*" min; no sweep yet" ]]
	# A plan has looked at them: their key is not known.
	store-plan -d site -p site/profile.xml -t 60 >/dev/null
	SOURCE_DATE_EPOCH=$(($(date +%s) + 7300)) passes sweep check-site -d site
	[ "$found" = "pass: 0 machines wait; no sweep yet" ]
}

@test "names that are no UTF-8 do not break the stream" {
	mv site $'si\xffte'
	check-site -d $'si\xffte' >checks
	iconv -f utf-8 -t utf-8 checks >/dev/null
	grep -qF 'si\\xffte belongs to' checks || { cat -A checks; false; }
}

# Last: what the tests before have provoked.
