# Root and the user whom a site belongs to work on it by turns.
load common

owner=4242 group=4343

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	[ "$(id -u)" = 0 ] || skip "needs root and a second user"
	command -v setpriv >/dev/null || skip "needs setpriv"
	# A folder that others may pass: the user has to get there.
	top=$(mktemp -d /tmp/site-owners.XXXXXX)
	chmod 755 "$top"
	cd "$top"
	export AMT_SITE=$top/site HOME=$top
	unset SUDO_USER
	install -m 644 "$AMT_TEST_BUILD/samples/keys/plain.csv" keys.csv
	mkdir site
	chmod 700 site
	chown $owner:$group site
	install -d -o $owner -g $group out
}

teardown() {
	[ -z "${top-}" ] || rm -rf "$top"
}

user() {
	setpriv --reuid=$owner --regid=$group --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}

# Everything below the site is the user's.
all_owned() {
	[ "$(find site ! \( -uid $owner -gid $group \))" = "" ]
}

# All that both of them do; $1 is whose turn it is.
everything() {
	local n=$1
	shift
	"$@" amt-import -b "lab$n" keys.csv
	"$@" amt-map --conflicts >/dev/null
	"$@" timeout 60 amt-hello -l 127.0.0.1:0 -t 1
	"$@" amt-export -b "lab$n" -n 1 --format csv -o "out/keys$n.csv"
	"$@" amt-sticks -b "new$n" -g -n 2
	"$@" amt-sticks --collect "site/sticks/new$n-1.img"
	"$@" amt-sweep -t 5
	"$@" amt-report
}

root() {
	"$@"
}

@test "what root makes is the site owner's, and both work by turns" {
	amt-init
	all_owned
	everything 1 root
	all_owned
	sed -i 's/^\(00\)/\1/' keys.csv
	for who in user root user; do
		$who amt-report
		$who amt-sweep -t 5
		$who timeout 60 amt-hello -l 127.0.0.1:0 -t 1
		$who amt-sticks -b "b$who" -g -n 1 -o "out/$who.$RANDOM.img"
		all_owned
	done
}

@test "the other way: the user begins, root goes on, the user again" {
	user amt-init
	everything 1 user
	rm -f site/sticks/*
	everything 2 root || [ $? = 65 ]
	all_owned
	user amt-sweep -t 5
	user amt-report
	user amt-sticks -b b -g -n 1 -o out/c.img
}

@test "the log of a store that root was killed over is the owner's" {
	user amt-init
	amt-import -b lab1 keys.csv
	sqlite3 site/site.db 'PRAGMA wal_autocheckpoint = 0; BEGIN; CREATE TABLE t (a); COMMIT;' '.shell kill -9 $PPID' || true
	all_owned
	user amt-sticks --list
}

@test "a folder and a lock that root left before are given back" {
	user amt-init
	mkdir -m 700 site/spool
	touch site/sweep.lock site/export.lock
	chmod 600 site/*.lock
	chown 0:0 site/spool site/*.lock
	amt-sweep -t 5
	timeout 60 amt-hello -l 127.0.0.1:0 -t 1
	amt-sticks -b b -g -n 1 -o out/a.img
	all_owned
	user timeout 60 amt-hello -l 127.0.0.1:0 -t 1
	user amt-sweep -t 5
}

@test "text of the user's site.conf does not run as root" {
	user amt-init
	# shellcheck disable=SC2016 # it is text
	user sh -c 'echo "touch $1/ran; id >$1/ran" >>site/site.conf' sh "$top"
	run -78 --separate-stderr amt-report
	[[ "$stderr" = "amt-report: $AMT_SITE/site.conf:"*": not an assignment (got \"touch\""* ]]
	[ ! -e ran ]
}

@test "the program that the user's site names runs as the user" {
	user amt-init
	printf '#!/bin/sh\nid -u >%s/out/ran\necho fqdn=pc-1.lab7.example.com\n' "$top" >props
	chmod 755 props
	echo "PROPS=$top/props" >>site/site.conf
	amt-import -b lab7 keys.csv
	sed "s/2026-11-22T14:0.:00Z/$(date -u +%FT%TZ)/" "$AMT_TEST_BUILD/samples/store/lab7.hello" | store-load -d site
	amt-sweep -t 20 -P 1 -p 1
	[ "$(cat out/ran)" = $owner ]
	all_owned
}

@test "what root makes elsewhere is root's" {
	user amt-init
	amt-report --keys -o keys.txt
	amt-report -o reports
	[ "$(stat -c %u keys.txt reports/report.txt | uniq)" = 0 ]
}

@test "a service user keeps the spool that amt-hello -u gave to it" {
	chown 0:0 site
	amt-init
	id nobody >/dev/null 2>&1 || skip "there is no user nobody"
	timeout 60 amt-hello -l 127.0.0.1:0 -t 1 -u nobody
	[ "$(stat -c %U site/spool)" = nobody ]
	amt-sweep -t 5
	[ "$(stat -c %U site/spool)" = nobody ]
	timeout 60 amt-hello -l 127.0.0.1:0 -t 1 -u nobody
}

@test "a user who may not enter a site gets that as the reason" {
	user amt-init >/dev/null
	run -66 setpriv --reuid=4244 --regid=4244 --clear-groups amt-report
	[ "$output" = "amt-report: $AMT_SITE: permission denied; run amt-report as the owner of the site, or as root" ]
}

@test "folders for output that root makes below the site are the owner's, by any way" {
	user amt-init
	amt-report -o site/web/lab7
	ln -s "$PWD/site/reports" www
	amt-report -o www
	amt-report -o www/lab7
	amt-sweep -t 5 -o site/swept
	all_owned
	user amt-report -o site/web/lab7
	user amt-sweep -t 5 -o site/swept
}

@test "a file of root's with a second name in the user's site is not written, nor given away" {
	user amt-init
	echo precious >victim
	chmod 600 victim
	for name in sweep.lock site.db-wal site.db-shm site.db-journal spool/listener site.conf; do
		user mkdir -p site/spool
		mv "site/$name" kept 2>/dev/null || :
		ln victim "site/$name"
		run amt-sweep -t 5
		[[ "$output" = *"$name: has another name elsewhere (a hard link)"* ]]
		[ "$(stat -c %u:%g:%a victim) $(cat victim)" = "0:0:600 precious" ]
		rm "site/$name"
		mv kept "site/$name" 2>/dev/null || :
	done
	# a copy by links, as some backups are, is no harm
	cp -al site copy
	amt-sweep -t 5
	user amt-sweep -t 5
}
