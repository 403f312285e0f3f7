# amt-backup: a site that is in use, its key apart, and the way back.
bats_require_minimum_version 1.5.0
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
	amt-import -b lab7 "$AMT_TEST_BUILD/samples/keys/lab7.csv" 2>/dev/null
	mkdir apart
}

# secrets SITE: every key of it with its secrets in clear
secrets() {
	sqlite3 "$1/site.db" 'SELECT pid FROM keys ORDER BY pid'
	store-issue -d "$1" -b lab7 -p "$1/profile.xml" -x "$PWD/nothing" | grep -v '^@'
}

@test "what is restored is the site: store, key, settings, profile, certificates" {
	echo SWEEP_SECONDS=77 >>site/site.conf
	chmod 640 site/site.conf
	echo '<!-- ours -->' >>site/profile.xml
	echo partner >site/certs/partners/oem.pem
	echo ours >site/certs/own.key
	amt-cert root --cn "Lab root" --name prov.lab7.example.com >/dev/null
	run -0 amt-backup -o backup --key apart/site.key
	[ "$output" = "" ]
	run -0 amt-backup --restore backup --key apart/site.key -d new
	for file in site.conf profile.xml site.key certs/partners/oem.pem certs/own.key; do
		cmp "site/$file" "new/$file"
		[ "$(stat -c %a "site/$file")" = "$(stat -c %a "new/$file")" ]
	done
	diff <(sqlite3 site/site.db .dump | sort) <(sqlite3 new/site.db .dump | sort)
	secrets site >in-clear
	secrets new | diff in-clear -
	[ "$(wc -l <in-clear)" = 128 ]
	diff <(amt-cert list) <(amt-cert list -d new)
	amt-sweep -d new -t 5
}

@test "the key is not in the folder, each is its owner's alone, and no deleted secret goes along" {
	sqlite3 site/site.db "PRAGMA secure_delete = OFF; CREATE TABLE t (x);
		INSERT INTO t VALUES (printf('gone-%s', hex(zeroblob(2000)))); DROP TABLE t;"
	grep -qa gone-0000 site/site.db
	run -0 amt-backup -o backup --key apart/site.key
	[ "$(find backup -type f | sort | xargs)" = "backup/profile.xml backup/site.conf backup/site.db" ]
	[ "$(stat -c %a backup backup/site.db backup/profile.xml apart/site.key | xargs)" = "700 600 600 600" ]
	run ! grep -qa gone-0000 backup/site.db
	# In hex: the key has any bytes, a newline among them.
	xxd -p -c 0 backup/site.db >all.hex
	run ! grep -qF "$(head -c 8 site/site.key | xxd -p)" all.hex
	xxd -p -c 0 apart/site.key | grep -qF "$(head -c 8 site/site.key | xxd -p)"
	# The key into the folder is no place apart.
	run -64 amt-backup -o other --key other/site.key
	[ ! -e other ]
}

@test "a site that is being written to gives one state of it" {
	touch more
	while [ -e more ]; do
		amt-import -b "b$RANDOM" <(keys-make -b x -n 50 2>/dev/null) >/dev/null 2>&1 || :
		sqlite3 -cmd '.timeout 20000' site/site.db \
			"CREATE TABLE IF NOT EXISTS twice (a, b); INSERT INTO twice VALUES (1, 1);"
	done 3>&- &
	writer=$!
	for n in 1 2 3 4 5; do
		amt-backup -o "backup$n" || { rm more; wait $writer; false; }
		[ "$(sqlite3 "backup$n/site.db" 'PRAGMA integrity_check')" = ok ]
		sleep 0.2
	done
	rm more
	wait "$writer"
	[ "$(sqlite3 backup1/site.db "SELECT count(*) FROM sqlite_schema")" -gt 20 ]
	[ "$(sqlite3 backup5/site.db 'SELECT count(*) > 0 FROM twice')" = 1 ]
}

@test "a folder or a key that is there stays as it is" {
	mkdir backup
	echo other >apart/site.key
	run -73 amt-backup -o backup
	[ "$output" = "amt-backup: backup: is there already" ]
	run -73 amt-backup --key apart/site.key
	[ "$(cat apart/site.key)" = other ]
	run -73 amt-backup -o nowhere/backup
	run -64 amt-backup
	amt-backup -o good --key key
	run -73 amt-backup --restore good --key key
	[[ "$output" = "amt-backup: $AMT_SITE: is not empty"* ]]
	[ -s site/site.conf ]
	run -64 amt-backup --restore good -d new
	[ ! -e new ]
}

@test "the key of another site, a damaged store, none at all: nothing is restored" {
	amt-backup -o backup --key apart/site.key
	amt-init -d second >/dev/null
	amt-backup -d second --key apart/second.key
	run -78 amt-backup --restore backup --key apart/second.key -d new
	[[ "$output" = *"apart/second.key: is the key of another site"*"amt-backup: new: not restored" ]]
	[ ! -e new ]
	cp -a backup damaged
	printf 'x%.0s' {1..4000} | dd of=damaged/site.db bs=1 seek=5000 conv=notrunc 2>/dev/null
	mkdir new
	run amt-backup --restore damaged --key apart/site.key -d new
	[ "$status" = 65 ] || [ "$status" = 74 ]
	[ -d new ] && [ "$(ls -A new)" = "" ]
	mkdir nothing
	run -66 amt-backup --restore nothing --key apart/site.key -d new
	chmod 644 apart/site.key
	run -78 amt-backup --restore backup --key apart/site.key -d new
	[[ "$output" = *"apart/site.key: "*"chmod"* ]]
	[ "$(ls -A new)" = "" ]
}

@test "no link of the site is followed, and a backup that fails or is killed has no folder" {
	ln -s /etc/shadow site/certs/partners/oem.pem
	run -66 amt-backup -o backup
	[[ "$output" = *"partners/oem.pem: is a symbolic link"* ]]
	rm site/certs/partners/oem.pem
	[ "$(find . -maxdepth 1 -name 'backup*')" = "" ]
	mkfifo site/certs/pipe
	run -66 timeout 20 amt-backup -o backup
	[ "$(find . -maxdepth 1 -name 'backup*')" = "" ]
	rm site/certs/pipe
	sqlite3 site/site.db 'CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(30000000));'
	(
		ulimit -f 8000
		run amt-backup -o backup
		[ "$status" = 74 ]
	)
	[ "$(find . -maxdepth 1 -name 'backup*')" = "" ]
	amt-backup -o backup
}

# As when the machine is shut down, or a terminal is closed.
@test "a backup that a signal ends leaves nothing of the site behind" {
	mkdir programs
	ln -s "$AMT_LIBEXEC"/* programs
	rm programs/site-backup
	printf '#!/bin/sh\n"%s/site-backup" "$@" && touch copied && sleep 2\n' "$AMT_LIBEXEC" >programs/site-backup
	chmod +x programs/site-backup
	for signal in HUP TERM; do
		rm -f copied
		AMT_LIBEXEC=$PWD/programs setsid amt-backup -o backup 2>said 3>&- &
		for _ in {1..600}; do
			[ ! -e copied ] || break
			sleep 0.05
		done
		[ -e copied ]
		ls backup.*/site.db
		kill "-$signal" -- "-$!"
		status=0
		wait $! || status=$?
		[ "$status" = 75 ]
		grep -qx "amt-backup: not backed up" said
		[ "$(find . -maxdepth 1 -name 'backup*')" = "" ]
	done
}

@test "what root restores into a folder of the service user is the user's" {
	[ "$(id -u)" = 0 ] || skip "needs root and a second user"
	echo partner >site/certs/partners/oem.pem
	amt-backup -o backup --key apart/site.key
	install -d -m 700 -o 4242 -g 4343 new
	amt-backup --restore backup --key apart/site.key -d new
	[ "$(find new ! \( -uid 4242 -gid 4343 \))" = "" ]
	[ -s new/certs/partners/oem.pem ]
}
