bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site=$BATS_TEST_TMPDIR/site
}

@test "a site has its store, key, settings and profile, each for whom it concerns" {
	run -0 --separate-stderr store-init -d "$site"
	[ "$output$stderr" = "" ]
	run -0 stat -c '%n %a' "$site"/*
	[ "$output" = "$site/certs 700
$site/profile.xml 600
$site/reports 700
$site/site.conf 644
$site/site.db 600
$site/site.key 600
$site/sticks 700" ]
	[ "$(stat -c %s "$site/site.key")" = 32 ]
	cmp "$site/site.conf" site/site.conf
	cmp "$site/profile.xml" site/profile.xml
	sh -n "$site/site.conf"
}

@test "two sites have two keys" {
	store-init -d "$site"
	store-init -d "$site.2"
	run ! cmp -s "$site/site.key" "$site.2/site.key"
}

@test "an empty folder becomes a site" {
	mkdir "$site"
	run -0 store-init -d "$site"
}

@test "a folder with anything in it is left alone" {
	mkdir "$site"
	echo mine >"$site/.notes"
	run -73 --separate-stderr store-init -d "$site"
	[ "$stderr" = "store-init: $site: not empty (it has .notes); a site is made in a folder of its own" ]
	[ "$(ls -A "$site")" = .notes ]
}

@test "a site is never made over another" {
	store-init -d "$site"
	before=$(cat "$site"/site.* | sha256sum)
	run -73 store-init -d "$site"
	[ "$(cat "$site"/site.* | sha256sum)" = "$before" ]
}

@test "a full disk leaves nothing behind" {
	run -74 --separate-stderr bash -c "ulimit -f 40; store-init -d '$site'"
	[[ "$stderr" = "store-init: $site/site.db: "*"nothing unfinished was kept" ]]
	[ ! -e "$site" ]
}

@test "a full disk leaves an empty folder as it was" {
	mkdir "$site"
	run -74 bash -c "ulimit -f 40; store-init -d '$site'"
	[ "$(ls -A "$site")" = "" ]
}

@test "a folder that cannot be made is named" {
	run -73 --separate-stderr store-init -d "$BATS_TEST_TMPDIR/no/site"
	[ "$stderr" = "store-init: $BATS_TEST_TMPDIR/no/site: No such file or directory" ]
}

@test "without -d it says how it is used" {
	run -64 --separate-stderr store-init
	[ "$stderr" = "usage: store-init -d site" ]
}
