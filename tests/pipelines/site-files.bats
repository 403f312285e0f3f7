# What is in a site's folder that is not what it should be: links, FIFOs,
# files of others.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
	echo precious >victim
	chmod 600 victim
	amt-import -b lab7 "$AMT_TEST_BUILD/samples/keys/plain.csv" 2>/dev/null
}

teardown() {
	[ "$(cat victim)" = precious ]
}

@test "a lock that is a link empties nothing, and a FIFO is waited for by nobody" {
	for lock in sweep export; do
		ln -sf ../victim site/$lock.lock
	done
	run -78 --separate-stderr amt-sweep -t 5
	[ "$stderr" = "amt-sweep: $AMT_SITE/sweep.lock: is a symbolic link, and none is followed in a site" ]
	run -78 --separate-stderr amt-export -b lab7 -n 1 --format csv -o keys.csv
	[ "$stderr" = "amt-export: $AMT_SITE/export.lock: is a symbolic link, and none is followed in a site" ]
	run -78 amt-sticks -b lab7 -n 1 -o stick.img
	rm site/*.lock
	mkfifo site/sweep.lock site/export.lock
	run -78 timeout 20 amt-sweep -t 5
	run -78 timeout 20 amt-sticks -b lab7 -n 1 -o stick.img
	[ "$(sql 'SELECT count(*) FROM keys WHERE state != 0')" = 0 ]
}

@test "a link in the place of the listener's heartbeat shows nothing, a FIFO stops nobody" {
	mkdir site/spool
	ln -s ../../victim site/spool/listener
	run -0 --separate-stderr amt-report
	[ "$stderr" = "report: $AMT_SITE/spool/listener: is a symbolic link, and none is followed in a site" ]
	run ! grep -rq precious site/reports
	rm site/spool/listener
	mkfifo site/spool/listener
	run -0 --separate-stderr timeout 20 amt-report
	[ "$stderr" = "report: $AMT_SITE/spool/listener: is a FIFO, not a file" ]
	run -0 --separate-stderr timeout 20 amt-sweep -t 5
	[[ "$stderr" = *"report: $AMT_SITE/spool/listener: is a FIFO, not a file"* ]]
}

@test "the listener writes over no link" {
	mkdir site/spool
	ln -s ../../victim site/spool/listener
	run -0 timeout 20 amt-hello -l 127.0.0.1:0 -t 1
	[ ! -L site/spool/listener ]
	grep -q '^@listener/1' site/spool/listener
}

@test "folders of a site that are links are not used" {
	mkdir elsewhere
	for folder in reports spool sticks; do
		rm -rf "site/$folder"
		ln -s ../elsewhere "site/$folder"
	done
	rm -rf site/certs/partners
	ln -s ../../elsewhere site/certs/partners
	run -73 --separate-stderr amt-report
	[ "$stderr" = "amt-report: $AMT_SITE/reports: is a symbolic link, and none is followed in a site" ]
	run -73 amt-sweep -t 5
	run -73 timeout 20 amt-hello -l 127.0.0.1:0 -t 1
	run -73 amt-sticks -b lab7 -n 1
	run -73 amt-import -b lab8 "$AMT_TEST_BUILD/samples/keys/plain.csv"
	[ "$(ls -A elsewhere)" = "" ]
	# who names another folder is not kept from it
	mkdir web
	ln -s web there
	amt-report -o there
	[ -s web/report.txt ]
}

@test "the store, its log and its key are files, and ours" {
	for name in site.db site.key; do
		mv "site/$name" kept
		ln -s ../kept "site/$name"
		run ! --separate-stderr amt-report
		[[ "$stderr" = "store-dump: $AMT_SITE/$name: is a symbolic link, and none is followed in a site"* ]]
		rm "site/$name"
		mkfifo "site/$name"
		run ! --separate-stderr timeout 20 amt-report
		[[ "$stderr" = "store-dump: $AMT_SITE/$name: is a FIFO, not a file"* ]]
		rm "site/$name"
		mv kept "site/$name"
	done
	for name in site.db-wal site.db-shm site.db-journal; do
		mkfifo "site/$name"
		run -66 --separate-stderr timeout 20 amt-sticks --list
		[ "$stderr" = "store-dump: $AMT_SITE/$name: is a FIFO, not a file" ]
		rm "site/$name"
		ln -s ../victim "site/$name"
		run -66 amt-sticks --list
		rm "site/$name"
	done
	amt-sticks --list
}

@test "the profile and partners' certificates are no links, and others may not write them" {
	amt-sweep -t 5
	mv site/profile.xml kept
	ln -s ../kept site/profile.xml
	run -66 --separate-stderr amt-sweep -t 5
	[[ "$stderr" = *"store-plan: $AMT_SITE/profile.xml: is a symbolic link, and none is followed in a site"* ]]
	rm site/profile.xml
	cp kept site/profile.xml
	chmod 666 site/profile.xml
	run -66 --separate-stderr amt-sweep -t 5
	[[ "$stderr" = *"store-plan: $AMT_SITE/profile.xml: others may write it (mode 666)"* ]]
	ln -s ../../../victim site/certs/partners/a.pem
	run -78 --separate-stderr amt-import -b lab8 "$AMT_TEST_BUILD/samples/keys/plain.csv"
	[[ "$stderr" = *"cms-open: $AMT_SITE/certs/partners/a.pem: is a symbolic link"* ]]
	rm site/certs/partners/a.pem
	mkfifo site/certs/partners/a.pem
	run -78 --separate-stderr timeout 20 amt-import -b lab8 "$AMT_TEST_BUILD/samples/keys/plain.csv"
	[[ "$stderr" = *"cms-open: $AMT_SITE/certs/partners/a.pem: is a FIFO, not a file"* ]]
}

@test "an image in the site that is a link is not wiped through" {
	amt-sticks -b lab7 -n 1 -o stick.img
	cp stick.img victim.img
	ln -s ../../victim.img site/sticks/a.img
	run -66 --separate-stderr stick-wipe site/sticks/a.img
	[[ "$stderr" = *"site/sticks/a.img: is a symbolic link, and none is followed in a site" ]]
	cmp stick.img victim.img
	# by whatever spelling of the path
	(cd site/sticks && run -66 stick-wipe ./a.img)
	run -66 stick-wipe "$PWD/site/../site/sticks/a.img"
	cmp stick.img victim.img
	# outside of the site it is the person's own matter
	ln -s victim.img b.img
	stick-wipe b.img
	run ! cmp -s stick.img victim.img
}

@test "a spool file of a stranger is put aside" {
	[ "$(id -u)" = 0 ] || skip "only root gives files away"
	mkdir site/spool
	printf '@hello/1\n' >site/spool/a.hello
	chown 4242 site/spool/a.hello
	run -65 --separate-stderr store-load -d site -s site/spool
	[[ "$stderr" = "store-load: site/spool/a.hello: belongs to user number 4242, whom neither the spool nor the site belongs to"* ]]
	[ -e site/spool/a.hello.bad ]
}
