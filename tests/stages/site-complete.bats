bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
	sqlite3 "$site/site.db" '.backup '"$BATS_TEST_TMPDIR/copy.db"
}

@test "a store and its key become a site again" {
	mkdir "$site.2"
	cp "$BATS_TEST_TMPDIR/copy.db" "$site.2/site.db"
	cp "$site/site.key" "$site.2"
	run -0 --separate-stderr site-complete -d "$site.2"
	[ "$stderr" = "" ]
	[ "$output" = "$site.2/site.conf: made
$site.2/profile.xml: made
$site.2/reports: made
$site.2/sticks: made
$site.2/certs: made
$site.2/certs/partners: made" ]
	cmp "$site.2/site.conf" site/site.conf
	cmp "$site.2/profile.xml" site/profile.xml
	[ "$(stat -c %a "$site.2/profile.xml")" = 600 ]
	amt-sweep -d "$site.2" -t 5
}

@test "what is there stays" {
	echo IN_FLIGHT=3 >"$site/site.conf"
	rm "$site/profile.xml"
	run -0 site-complete -d "$site"
	[ "$output" = "$site/profile.xml: made" ]
	[ "$(cat "$site/site.conf")" = IN_FLIGHT=3 ]
	run -0 site-complete -d "$site"
	[ "$output" = "" ]
}

@test "without its store or its key it is no site" {
	rm "$site/site.key"
	run -66 --separate-stderr site-complete -d "$site"
	[ "$stderr" = "site-complete: $site/site.key: is missing, and only a backup has it" ]
	run -66 site-complete -d "$site/none"
	run -64 site-complete
}

@test "a full disk leaves nothing half made" {
	rm "$site/site.conf" "$site/profile.xml"
	run -74 bash -c "ulimit -f 1; site-complete -d '$site'"
	[ ! -e "$site/site.conf" ]
	[ ! -e "$site/profile.xml" ]
}
