# Stores of every version that ever landed, and every command on each of them.
# tests/corpus/stores/make made them, by the programs of their day: where landed
# steps were changed in place once, there are several of one version.  7-was-N are
# stores of version N that the programs of version 7 upgraded.
load common

setup() {
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

step() {
	awk -v n="$1" '/^-- step/ { on = $3 == n } on' "$AMT_TEST_ROOT/stages/store/schema.sql"
}

last_step() {
	grep -c '^-- step' "$AMT_TEST_ROOT/stages/store/schema.sql"
}

# did STATUS COMMAND...: ends so, and nothing of SQLite is heard
did() {
	local want=$1
	shift
	"$@" >out 2>err && own=0 || own=$?
	[ "$own" = "$want" ] && ! grep -qiE 'sqlite|no such (table|column)' out err || {
		echo "$store: $*: $own (expected $want)"
		tail -n 5 err
		return 1
	}
}

@test "no landed step of the schema has changed: each has its checksum" {
	for n in $(seq "$(last_step)"); do
		sum=$(printf "%s\n" "$(step "$n")" | sha256sum)
		grep -qx "$n ${sum%% *}" "$corpus/steps.sha256" || {
			echo "step $n: not as it landed; add a step instead (a new one: add \"$n ${sum%% *}\" to steps.sha256)"
			return 1
		}
	done
}

@test "a store of every version is here" {
	for n in $(seq 2 "$(last_step)"); do
		grep -qx "PRAGMA user_version = $n;" "$corpus"/*/site.sql || {
			echo "none of version $n: tests/corpus/stores/make build/release $n"
			return 1
		}
	done
}

@test "each becomes what a new one is, with all its rows" {
	store-init -d new
	sqlite3 new/site.db .schema | sort >wanted
	sqlite3 new/site.db 'SELECT name, type, tbl_name FROM sqlite_master ORDER BY 1' >wanted.names
	for store in $(stores); do
		old_site "$store"
		counts >before
		did 0 store-dump -d site -k batches
		sql .schema | sort >has
		diff wanted has || { echo "$store: other tables" && return 1; }
		sql 'SELECT name, type, tbl_name FROM sqlite_master ORDER BY 1' | diff wanted.names -
		counts >after
		# What steps 8 and later make of old rows is theirs; meta has one row more.
		grep -v '^meta ' before | grep -vxFf after >lost || :
		[ ! -s lost ] || { echo "$store: $(cat lost)" && return 1; }
		[ "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')" = ok ]
		# Once is enough.
		[ "$(sql "SELECT value FROM meta WHERE name = 'schema'")" = "$(last_step)" ]
	done
}

@test "their secrets are still those of the lists, and the passwords planned then" {
	for store in $(stores); do
		old_site "$store"
		[ "$(counts | grep '^keys ')" != "keys 0" ] || continue
		did 0 store-issue -r -d site -b lab7 -n 3 -g -s all -p site/profile.xml ||
			did 73 store-issue -r -d site -b lab7 -n 3 -s all -p site/profile.xml
		new=$(sql "SELECT count(*) FROM keys WHERE batch = 'pool' AND state = 0 AND stick IS NULL")
		did 0 store-issue -r -d site -b pool -n "$new" -s pool -p site/profile.xml
		grep -v '^@' out | cut -f 1-3 | tr '\t' , >issued
		[ "$(wc -l <issued)" = "$new" ]
		cut -d , -f 1-3 "$fleet/pool.csv" | grep -cxFf - issued | grep -qx "$new"
		did 0 amt-report --passwords passwords.csv
		! grep -q damaged err
		[ "$(($(wc -l <passwords.csv) - 1))" = "$(sql "SELECT count(DISTINCT uuid) FROM secrets WHERE kind = 'admin' AND set_at > 0")" ] || {
			echo "$store: other passwords than planned" && return 1
		}
		rm passwords.csv
	done
}

@test "keys that were in the order of their PIDs go back to that of their list" {
	for store in 2-stirred 3-three-secrets 4-without-rowid 7-was-4; do
		old_site "$store"
		did 0 store-dump -d site -k batches
		sql "SELECT pid FROM keys WHERE batch = 'pool' ORDER BY rowid" >order
		tail -n +2 "$fleet/pool.csv" | cut -d , -f 1 | diff - order
	done
}

@test "a table that somebody else changed is named, and the store stays as it is" {
	old_site 4-without-rowid
	sql "ALTER TABLE keys ADD COLUMN mine TEXT"
	sql .dump | sha256sum >before
	run -78 --separate-stderr store-dump -d site -k batches
	[[ $stderr == *"site/site.db: table keys has an unknown column \"mine\"; "*"nothing changed" ]]
	sql .dump | sha256sum | diff before -
}

@test "a table of one's own stays" {
	old_site 4-without-rowid
	sql "CREATE TABLE mine (a); INSERT INTO mine VALUES (1); CREATE INDEX mine_too ON keys (place)"
	run -0 store-dump -d site -k batches
	[ "$(sql 'SELECT a FROM mine')" = 1 ]
}

# A fleet that the names, keys and addresses of the stores belong to.
fleet_start() {
	mkdir fleet
	cp "$fleet/fleet.tsv" fleet
	peer_start
	awk -F'\t' 'BEGIN { print "UUID,FQDN" }
		NR > 1 { print $2 ",pc-" NR - 1 ".lab.example.com" }' fleet/fleet.tsv >list.csv
	hellos fleet/fleet.tsv >all.hello
	# As bytes on a wire: those of machine 5.
	sed -n 6p fleet/fleet.tsv | {
		IFS=$'\t' read -r address uuid pid _
		hex=${uuid//-/}
		printf '0000%s00000000%s%s\n' 0200 \
			"$(sed -E 's/^(..)(..)(..)(..)(..)(..)(..)(..)/\4\3\2\1\6\5\8\7/' <<<"$hex")" \
			"$(printf %s "$pid" | xxd -p)" | xxd -r -p >hello.bin
		echo "$address" >hello.address
	}
}

lists() {
	local kind
	for kind in keys map keystates history batches devices sticks records settlements \
		passwords unnamed lookups hello results; do
		did 0 store-dump -r -d site -k "$kind" "$@"
	done
	did 0 amt-map --conflicts
	did 0 amt-map --conflicts --json
	did 0 amt-map --settled
	did 0 amt-sticks --list
	did 0 amt-sticks --list --json
	did 0 amt-sticks --records
	did 0 amt-report --keys
	mkdir reports
	did 0 amt-report -o reports
	rm -r reports
}

every_command() {
	lists --csv
	did 0 amt-import -b lab7 "$fleet/keys.csv"
	did 0 amt-import -b pool "$fleet/pool.csv"
	did 0 amt-report --keys -b pool -o keys.csv
	did 0 amt-report --history 000057UP
	did 0 amt-map list.csv
	did 0 amt-map --set "$(sed -n 3p fleet/fleet.tsv | cut -f 2)" pc-2.lab.example.com
	did 0 amt-map --prefer list.csv
	did 0 amt-map --undo "$(sql 'SELECT max(id) FROM settlements')"
	did 0 amt-hello --import -a "$(cat hello.address)" hello.bin
	mkdir reports
	did 0 amt-sweep -t 30 -P "$tls" -p "$plain" -o reports
	sql "SELECT uuid FROM machines WHERE state = 'verified'" >verified
	grep -qx "$(sed -n 6p fleet/fleet.tsv | cut -f 2)" verified || {
		echo "$store: machine 5 is not set up"
		store-dump -d site -k devices
		return 1
	}
	did 0 amt-sticks -b pool -n 1 -o stick.img
	did 0 amt-sticks --collect stick.img
	did 0 amt-export -b pool -n 1 --format csv -o partner.csv
	did 0 amt-import --revoke "$(tail -n 1 "$fleet/pool.csv" | cut -d , -f 1)"
	rm -r stick.img partner.csv keys.csv reports
	lists --json
}

@test "every command runs on each" {
	fleet_start
	for store in $(stores); do
		old_site "$store"
		every_command
		kill "$peer" && wait "$peer" || :
		peer_start
	done
}
