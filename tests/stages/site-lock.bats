bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	mkdir site
}

@test "the command runs with the lock, and knows it" {
	# shellcheck disable=SC2016 # for the inner shell
	run -7 site-lock -d site -n a.lock sh -c '[ "$AMT_LOCKED" = $$ ] && ! flock -n site/a.lock true && exit 7'
	flock -n site/a.lock true
	[ "$(stat -c '%a %s' site/a.lock)" = "600 0" ]
}

@test "who comes second waits as long as it is told, then ends with 75 in the command's name" {
	exec 5>site/a.lock
	flock 5
	run -75 --separate-stderr site-lock -d site -a amt-sweep -n a.lock -m "another sweep is running" true
	[ "$stderr" = "amt-sweep: site: another sweep is running" ]
	begun=$SECONDS
	run -75 site-lock -d site -n a.lock -w 1 true
	[ $((SECONDS - begun)) -le 5 ]
	(sleep 0.5 && flock -u 5) &
	run -0 site-lock -d site -n a.lock -w 10 true
	wait
}

@test "what a link points to stays as it is" {
	echo precious >victim
	ln -s ../victim site/a.lock
	run -78 --separate-stderr site-lock -d site -n a.lock true
	[ "$stderr" = "site-lock: site/a.lock: is a symbolic link, and none is followed in a site" ]
	[ "$(cat victim)" = precious ]
	ln -sf ../none site/a.lock
	run -78 site-lock -d site -n a.lock true
	[ ! -e none ]
}

@test "a FIFO, a folder and a stranger's file are no lock, and nobody waits" {
	mkfifo site/a.lock
	run -78 --separate-stderr timeout 10 site-lock -d site -n a.lock true
	[ "$stderr" = "site-lock: site/a.lock: is a FIFO, not a file" ]
	mkdir site/b.lock
	run -78 site-lock -d site -n b.lock true
	[ "$(id -u)" = 0 ] || skip "only root gives files away"
	touch site/c.lock
	chown 4242 site/c.lock
	run -78 --separate-stderr site-lock -d site -n c.lock true
	[ "$stderr" = "site-lock: site/c.lock: belongs to user number 4242, whom the site does not belong to" ]
}

@test "root's lock is the site owner's, and one that root left is given back" {
	[ "$(id -u)" = 0 ] || skip "needs root and a second user"
	touch site/old.lock
	chmod 600 site/old.lock
	chown 4242:4343 site
	site-lock -d site -n new.lock true
	site-lock -d site -n old.lock true
	[ "$(stat -c %u:%g site/new.lock site/old.lock | uniq)" = 4242:4343 ]
}

@test "a name is one of the site's folder, and a command is needed" {
	run -64 site-lock -d site -n ../a.lock true
	run -64 site-lock -d site -n a.lock
	run -66 site-lock -d none -n a.lock true
	run -69 site-lock -d site -n a.lock no-such-command
}
