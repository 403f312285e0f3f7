# site-restore: what amt-backup.bats does not show.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	store-init -d site
	mkdir copy new
	site-backup -d site -o copy -k key
}

@test "a site is there, with its key last" {
	run -0 --separate-stderr site-restore -d new -k key copy
	[ "$output$stderr" = "" ]
	cmp new/site.key site/site.key
	[ "$(diff -r copy new)" = "Only in new: key-copied
Only in new: site.key" ]
	store-dump -d new -k devices
}

@test "a store that is newer, or no store of a site, is not taken" {
	sqlite3 copy/site.db 'PRAGMA user_version = 999'
	run -78 site-restore -d new -k key copy
	[[ "$output" = *"copy/site.db: is of a newer version of amtbatch (got 999"* ]]
	[ ! -e new/site.key ]
	rm -r new/* copy/site.db
	sqlite3 copy/site.db 'CREATE TABLE t (a)'
	run -65 site-restore -d new -k key copy
	[[ "$output" = *"is not the store of a site" ]]
	[ ! -e new/site.key ]
}

@test "what is there is not replaced, and a key of another length is refused" {
	echo other >new/site.conf
	run -73 site-restore -d new -k key copy
	[ "$(cat new/site.conf)" = other ]
	rm -r new/*
	head -c 31 key >short
	chmod 600 short
	run -78 site-restore -d new -k short copy
	[ "$(ls -A new)" = "" ]
	run -64 site-restore -d new copy
}
