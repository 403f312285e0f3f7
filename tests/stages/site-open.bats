bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
	unset AMT_SITE
}

# What the shell has of a setting.
value() {
	(eval "$(site-open -d "$site")" && eval "printf '%s\n' \"\$$1\"")
}

# The conf with these lines more.
conf() {
	cp site/site.conf "$site/site.conf"
	printf '%s\n' "$@" >>"$site/site.conf"
}

@test "a new site has each setting, and nobody's environment" {
	PROPS=/tmp/evil IN_FLIGHT=1 run -0 --separate-stderr site-open -d "$site"
	[ "$stderr" = "" ]
	[ "${#lines[@]}" = 24 ]
	[[ "$output" = *"PROPS=''"* ]]
	[[ "$output" = *"IN_FLIGHT='64'"* ]]
	[[ "$output" = *"MAP_DAYS='180'"* ]]
}

@test "text of site.conf is data: nothing of it runs" {
	conf "SITE_NAME='a'\"'\"'; touch $BATS_TEST_TMPDIR/ran; \$(touch $BATS_TEST_TMPDIR/ran) \`touch $BATS_TEST_TMPDIR/ran\`'"
	[[ "$(value SITE_NAME)" == "a'; touch"*'$(touch '* ]]
	[ ! -e "$BATS_TEST_TMPDIR/ran" ]
	conf "touch $BATS_TEST_TMPDIR/ran"
	run -78 --separate-stderr site-open -d "$site"
	[ "$output" = "" ]
	[ ! -e "$BATS_TEST_TMPDIR/ran" ]
}

@test "\$site is the site as it was named" {
	conf 'SITE_CERT=$site/certs/a.pem SITE_KEY="${site}/certs/a key"'
	[ "$(value SITE_CERT)" = "$site/certs/a.pem" ]
	[ "$(value SITE_KEY)" = "$site/certs/a key" ]
}

@test "what is wrong is named by file and line, in the command's name, with 78" {
	n=$(($(wc -l <site/site.conf) + 1))
	conf 'SWEEP_SECOND=5'
	run -78 --separate-stderr site-open -a amt-sweep -d "$site"
	[ "$stderr" = "amt-sweep: $site/site.conf:$n: there is no setting of that name (got \"SWEEP_SECOND\"; site(5) has them all)" ]
	conf '' 'SWEEP_SECONDS=4'
	run -78 --separate-stderr site-open -d "$site"
	[ "$stderr" = "site-open: $site/site.conf:$((n + 1)): SWEEP_SECONDS is not a number in its range (got \"4\", expected 5 to 86400)" ]
	conf 'LISTEN=0.0.0.0:9971; id'
	run -78 --separate-stderr site-open -d "$site"
	[[ "$stderr" = "site-open: $site/site.conf:$n: ; stands outside of quotes"* ]]
}

@test "a site.conf that is too large is bad settings too" {
	head -c 70000 /dev/zero | tr '\0' '#' >>"$site/site.conf"
	run -78 --separate-stderr site-open -d "$site"
	[ "$stderr" = "site-open: $site/site.conf: larger than 65536 bytes" ]
}

@test "every command says so before anything is done" {
	n=$(($(wc -l <site/site.conf) + 1))
	conf 'IN_FLIGHT=many'
	before=$(cd "$site" && find . -type f -exec sha256sum {} + | sort)
	for command in "amt-sweep -t 5" "amt-report" "amt-hello -t 1 -l 127.0.0.1:0" "amt-import -b a" \
		"amt-map --conflicts" "amt-export -b a --format zip -o $BATS_TEST_TMPDIR/x.zip" "amt-sticks --list"; do
		# shellcheck disable=SC2086 # words
		run -78 --separate-stderr $command -d "$site"
		[ "$stderr" = "${command%% *}: $site/site.conf:$n: IN_FLIGHT is not a number in its range (got \"many\", expected 1 to 60000)" ]
	done </dev/null
	[ "$(cd "$site" && find . -type f -exec sha256sum {} + | sort)" = "$before" ]
	[ ! -e "$site/sweep.lock" ]
}

@test "a site.conf that others may write is refused" {
	for mode in 664 646; do
		chmod $mode "$site/site.conf"
		run -78 --separate-stderr site-open -d "$site"
		[ "$stderr" = "site-open: $site/site.conf: others may write it (mode $mode): take that right away, chmod go-w" ]
	done
	chmod 644 "$site/site.conf"
	chmod 777 "$site"
	run -78 --separate-stderr site-open -d "$site"
	[ "$stderr" = "site-open: $site: everybody may write in the site's folder (mode 777): chmod o-w $site" ]
}

@test "a site.conf of somebody whom the site does not belong to is refused" {
	[ "$(id -u)" = 0 ] || skip "only root gives files away"
	chown 4242 "$site/site.conf"
	run -78 --separate-stderr site-open -d "$site"
	[ "$stderr" = "site-open: $site/site.conf: belongs to user number 4242, whom the site does not belong to" ]
	chown 4242 "$site"
	run -0 site-open -d "$site"
}

@test "a site.conf that is a link, a FIFO or a device is refused, and nobody waits" {
	cp "$site/site.conf" "$BATS_TEST_TMPDIR/elsewhere"
	for what in "ln -s $BATS_TEST_TMPDIR/elsewhere" mkfifo mkdir; do
		rm -rf "$site/site.conf"
		# shellcheck disable=SC2086 # words
		$what "$site/site.conf"
		run -78 --separate-stderr timeout 10 site-open -d "$site"
		[[ "$stderr" =~ ^"site-open: $site/site.conf: is a "(symbolic\ link|FIFO|folder) ]]
	done
}

@test "a site.conf that is missing: what to do is said, and helps" {
	rm "$site/site.conf"
	run -78 --separate-stderr amt-report -d "$site"
	[ "$stderr" = "amt-report: $site/site.conf: the site's settings are missing: put them back from a backup, or make the usual ones with: amt-init -d $site --missing" ]
	amt-init -d "$site" --missing
	amt-report -d "$site" 2>/dev/null || [ $? = 65 ]
	cmp "$site/site.conf" site/site.conf
}

@test "folders are made, below the site and without links" {
	run -0 site-open -d "$site" spool certs/partners a/b
	[ -d "$site/spool" ] && [ -d "$site/a/b" ]
	[ "$(stat -c %a "$site/spool")" = 700 ]
	mkdir "$BATS_TEST_TMPDIR/there"
	ln -s "$BATS_TEST_TMPDIR/there" "$site/c"
	run -73 --separate-stderr site-open -d "$site" c/d
	[ "$stderr" = "site-open: $site/c/d: is a symbolic link, and none is followed in a site" ]
	[ ! -e "$BATS_TEST_TMPDIR/there/d" ]
}

@test "the man page has each setting with its range and its usual value" {
	page=$(mandoc -Tascii "$AMT_TEST_ROOT/formats/plan/site.5" | col -bx | tr -s ' \n' ' ')
	while IFS=$'\t' read -r name range usual; do
		[[ "$page" =~ \ ${name}[\ ,] ]]
		part=${page#* "$name"}
		[ -n "$range" ]
		[[ "${part%%Usual*}" = *"$range"* ]]
		part=${part#*Usual }
		[[ "$part" = "${usual:-}"* ]]
	done < <(site-open --ranges)
	[ "$(site-open --ranges | wc -l)" = 24 ]
}

@test "each version that a site may name is one that sticks are made of" {
	for version in $(site-open --ranges | sed -n 's/^STICK_VERSION	\([^	]*\)	.*/\1/p' | sed 's/ or / /g'); do
		run -0 setupbin-make -V "$version" --help
		run setupbin-make -V "$version" </dev/null
		[[ "$output" != *"unknown version"* ]]
	done
}

@test "wrong usage is told" {
	run -64 site-open
	run -64 site-open --ranges -d "$site"
	run -66 site-open -d "$site/none"
}

@test "a folder for output is made wherever it is, but not through a link of the site" {
	cd "$BATS_TEST_TMPDIR"
	mkdir there
	ln -s there link
	run -0 site-open -d "$site" -o a/b/c
	run -0 site-open -d "$site" -o link/d/
	run -0 site-open -d "$site" -o "$site/web/e"
	[ -d a/b/c ] && [ -d there/d ] && [ -d "$site/web/e" ]
	ln -s "$PWD/there" "$site/lnk"
	run -73 --separate-stderr site-open -d "$site" -o "$site/lnk/x"
	[ "$stderr" = "site-open: $site/lnk/x: cannot create: is a symbolic link, and none is followed in a site" ]
	[ ! -e there/x ]
	# nor by way of a link that comes from elsewhere
	ln -s "$site" way
	run -73 site-open -d "$site" -o way/lnk/x
	ln -s "$site/web" web
	ln -s "$PWD/there" "$site/web/lnk"
	run -73 site-open -d "$site" -o web/lnk/x
	[ ! -e there/x ]
	touch file
	run -73 --separate-stderr site-open -d "$site" -o file/x
	[ "$stderr" = "site-open: file/x: cannot create: Not a directory" ]
}
