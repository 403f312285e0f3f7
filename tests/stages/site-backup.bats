# site-backup: what amt-backup.bats does not show.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	store-init -d site
	mkdir copy
}

@test "the copy is checked as it lies there, and nothing is replaced" {
	run -0 --separate-stderr site-backup -d site -o copy -k key
	[ "$output$stderr" = "" ]
	[ "$(ls copy | xargs)" = "certs profile.xml site.conf site.db" ]
	[ "$(stat -c %a:%s key)" = 600:32 ]
	run -73 site-backup -d site -o copy
	[[ "$output" = "site-backup: copy/site.conf: "* ]]
	run -73 site-backup -d site -k key
}

@test "results that are not in the store yet go along, reports and hellos do not" {
	echo results >site/sweep.results
	mkdir -p site/spool
	touch site/reports/report.txt site/spool/one
	site-backup -d site -o copy
	cmp copy/sweep.results site/sweep.results
	[ ! -e copy/reports ] && [ ! -e copy/spool ]
}

@test "without a site, a key or a place to write to, no copy is made" {
	run -64 site-backup -d site
	run -64 site-backup -o copy
	run -66 site-backup -d nowhere -o copy
	mv site/site.key away
	run -78 site-backup -d site -o copy
	[ "$(ls -A copy)" = "" ]
}
