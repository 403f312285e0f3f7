# Stores of every version that ever landed; upgrade-commands.bats runs every
# command on each of them.
# tests/corpus/stores/make made them, by the programs of their day: where landed
# steps were changed in place once, there are several of one version.  7-was-N are
# stores of version N that the programs of version 7 upgraded.
# slow
load upgrade

step() {
	awk -v n="$1" '/^-- step/ { on = $3 == n } on' "$AMT_TEST_ROOT/stages/store/schema.sql"
}

last_step() {
	grep -c '^-- step' "$AMT_TEST_ROOT/stages/store/schema.sql"
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
		[ "$(grep damaged err)" = "" ]
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
