# shellcheck shell=bash disable=SC2034,SC2154 # bats and common.bash use them
# What the tests of old stores share.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	corpus=$AMT_TEST_ROOT/tests/corpus/stores
	fleet=$corpus/fleet
	# shellcheck disable=SC2034 # common.bash uses it
	children=()
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	children_end
}

stores() {
	find "$corpus" -mindepth 2 -name site.sql -printf '%h\n' | xargs -n 1 basename | sort
}

# old_site STORE: in ./site
old_site() {
	rm -rf site
	mkdir -m 700 site site/certs site/reports site/sticks site/spool
	sed "s:/var/lib/amtbatch:$PWD/site:g" "$corpus/$1/site.sql" | sqlite3 site/site.db
	(umask 077 && xxd -r -p "$corpus/$1/site.key.hex" site/site.key)
	chmod 600 site/site.db
	for f in site.conf profile.xml; do
		cp "$AMT_TEST_ROOT/samples/site/$f" site
		[ ! -e "$corpus/$1/$f" ] || cp "$corpus/$1/$f" site
	done
	export AMT_SITE=$PWD/site
}

# The number of rows in each table of an old store.
counts() {
	sql "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name" |
		while read -r t; do echo "$t $(sql "SELECT count(*) FROM $t")"; done
}

# did STATUS COMMAND...: ends so, and nothing of SQLite is heard
did() {
	local want=$1
	shift
	"$@" >out 2>err && own=0 || own=$?
	# shellcheck disable=SC2015 # what is said is for either
	[ "$own" = "$want" ] && ! grep -qiE 'sqlite|no such (table|column)' out err || {
		echo "$store: $*: $own (expected $want)"
		tail -n 5 err
		return 1
	}
}
