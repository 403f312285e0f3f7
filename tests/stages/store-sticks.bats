load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
	store-load -d "$site" store/lab7.keys
}

plan() {
	store-sticks -d "$site" -p "$site/profile.xml" "$@"
}

@test "eight keys on three sticks: who has which, before any image is there" {
	run -0 --separate-stderr plan -b lab7 -m 3 -o "$tmp/lab7.img"
	[ "$stderr" = "" ]
	[ "$output" = "@sticks/1	stick	batch	records	taken	image	made	collected
LAB7-1	lab7	3	0	$tmp/lab7-1.img		
LAB7-2	lab7	3	0	$tmp/lab7-2.img		
LAB7-3	lab7	2	0	$tmp/lab7-3.img		
@end	3	0" ]
	[ "$(batches)" = $'lab7\t8\t0\t0\t0\t0\t0' ]
	[ "$(store-dump -d "$site" -k records | grep -v '^@' | cut -f 1-3 | sed -n '1p;4p;8p')" = \
		$'LAB7-1\t1\tLAB7001B\nLAB7-2\t1\tLAB7004E\nLAB7-3\t2\t'"$(sql "SELECT pid FROM keys ORDER BY rowid DESC LIMIT 1")" ]
	# Nobody else gets them.
	run -65 --separate-stderr plan -b lab7 -n 1 -o "$tmp/other.img"
	[[ "$stderr" = *"batch lab7 has 0 unused keys (asked for 1)"* ]]
}

@test "a new batch has the name of a batch, as keys-make wants it" {
	run -64 --separate-stderr plan -b 'desk;2' -g -n 1 -o "$tmp/desk.img"
	[[ "$stderr" == "store-sticks: -b: not a batch's name (got \"desk;2\", "* ]]
	[ "$(sql "SELECT count(*) FROM keys WHERE batch = 'desk;2'")" = 0 ]
}

@test "a stick's keys come as often as they are asked for, the same each time" {
	plan -b lab7 -m 5 -o "$tmp/lab7.img" >/dev/null
	store-sticks -d "$site" -k LAB7-2 >"$tmp/1"
	store-sticks -d "$site" -k LAB7-2 >"$tmp/2"
	cmp "$tmp/1" "$tmp/2"
	[ "$(tail -n 1 "$tmp/1")" = $'@end\t3\t0' ]
	setupbin-make "$tmp/1" | setupbin-dump >"$tmp/3"
	[ "$(cut -f 1-4 "$tmp/3" | grep -v '^@')" = "$(cut -f 1-4 "$tmp/1" | grep -v '^@')" ]
	# Every key has a new MEBx password by now.
	[ -z "$(grep -v '^@' "$tmp/1" | cut -f 4 | grep -x '' || true)" ]
	run -65 --separate-stderr store-sticks -d "$site" -k LAB7-3
	[ "$stderr" = "store-sticks: $site: no stick \"LAB7-3\"" ]
	run -64 script -qec "store-sticks -d '$site' -k LAB7-2" /dev/null
}

@test "images that are there are issued, those that are not are free, their number too" {
	plan -b lab7 -n 4 -m 2 -o "$tmp/lab7.img" >/dev/null
	echo image >"$tmp/lab7-1.img"
	run -0 store-settle -d "$site"
	[ "$output" = "$tmp/lab7-1.img: stick LAB7-1, 2 keys of batch lab7, each good for one machine" ]
	[ "$(batches)" = $'lab7\t6\t2\t0\t0\t0\t0' ]
	[ "$(sql 'SELECT name, made > 0 FROM sticks')" = "LAB7-1|1" ]
	[ "$(sql 'SELECT count(*) FROM stick_records')" = 2 ]
	[ "$(sql 'SELECT DISTINCT cause FROM key_history')" = "stick LAB7-1, lab7-1.img" ]
	[ "$(sql "SELECT count(*) FROM keys WHERE stick = 'LAB7-1'")" = 2 ]
	run -65 --separate-stderr store-sticks -d "$site" -k LAB7-1
	[ "$stderr" = "store-sticks: $site: stick LAB7-1 is made; a second one like it would give keys to two machines each (its image was $tmp/lab7-1.img)" ]
	plan -b lab7 -n 1 -o "$tmp/next.img" | grep -q $'^LAB7-2\tlab7\t1\t0\t'"$tmp/next.img"
}

@test "new keys are made for sticks, and are gone with them" {
	plan -b new -n 5 -g -m 2 -o "$tmp/" >"$tmp/plan"
	[ "$(cut -f 5 "$tmp/plan" | sed -n 2,4p)" = "$tmp/new-1.img
$tmp/new-2.img
$tmp/new-3.img" ]
	[ "$(sql "SELECT count(*) FROM keys WHERE batch = 'new'")" = 5 ]
	echo image >"$tmp/new-2.img"
	store-settle -d "$site" >/dev/null
	[ "$(sql "SELECT count(*), min(state), min(stick) FROM keys WHERE batch = 'new'")" = "2|1|NEW-2" ]
}

@test "sticks of batches that begin alike are numbered together" {
	plan -b summer-2026-lab7 -n 2 -m 1 -g -o "$tmp/a.img" | cut -f 1 | grep -qx SUMMER--2
	plan -b summer-2026-lab8 -n 1 -g -o "$tmp/b.img" | grep -q $'^SUMMER--3\tsummer-2026-lab8'
}

@test "a file in the way stops all of it" {
	echo keys >"$tmp/lab7-2.img"
	run -73 --separate-stderr plan -b lab7 -m 4 -o "$tmp/lab7.img"
	[ "$stderr" = "store-sticks: $tmp/lab7-2.img: is there already; it may hold keys, so it is not replaced" ]
	[ "$(sql 'SELECT count(*) FROM sticks')" = 0 ]
	[ "$(sql 'SELECT count(*) FROM keys WHERE stick IS NOT NULL')" = 0 ]
	run -64 plan -b lab7 -o lab7.img
	run -64 plan -b lab7 -g -o "$tmp/x.img"
	run -64 plan -b lab7 -m 0 -o "$tmp/x.img"
}

@test "a damaged key is skipped and named" {
	sql "UPDATE keys SET sealed = zeroblob(60) WHERE pid = 'LAB7001B'"
	run -65 --separate-stderr plan -b lab7 -o "$tmp/lab7.img"
	[ "$stderr" = "store-sticks: $site/site.db: KEY-DAMAGED: a secret of PID LAB7001B does not open; skipped" ]
	[ "$(sql 'SELECT count(*) FROM stick_records')" = 7 ]
}

@test "a list of machines: a key each, in its order, with its password" {
	printf 'machine,new-mebx-password,host-name\n' >"$tmp/machines.csv"
	printf 'pc-%04d,%s,pc-%04d\n' 1 random 1 2 'Lab7!Given' 2 3 '' 3 >>"$tmp/machines.csv"
	run -0 --separate-stderr plan -b new -g -c "$tmp/machines.csv" -m 2 -o "$tmp/new.img"
	[ "$(store-dump -d "$site" -k records | grep -v '^@' | cut -f 1,2,4)" = \
		$'NEW-1\t1\tpc-0001\nNEW-1\t2\tpc-0002\nNEW-2\t1\tpc-0003' ]
	[ "$(store-sticks -d "$site" -k NEW-1 | sed -n 3p | cut -f 4)" = 'Lab7!Given' ]
	[ "$(store-sticks -d "$site" -k NEW-1 | sed -n 2p | cut -f 4 | tr -d '\n' | wc -c)" -ge 8 ]
	store-sticks -d "$site" -k NEW-2 | setupbin-make -V 2.1 --csv "$tmp/machines.csv" --first 3 |
		setupbin-dump -t | grep -q 'host name  *pc-0003'
	run -64 plan -b new -g -n 3 -c "$tmp/machines.csv" -o "$tmp/x.img"
}

@test "a row that is wrong, or wants another password than its key, takes no key" {
	printf 'machine,new-mebx-password\npc-0001,Lab7!Given\n' >"$tmp/machines.csv"
	run -65 --separate-stderr plan -b lab7 -c "$tmp/machines.csv" -o "$tmp/lab7.img"
	[[ "$stderr" = "store-sticks: $tmp/machines.csv:2: its key (PID LAB7001B) came with another new MEBx password; "*"nothing was taken" ]]
	printf 'machine,nosuch\npc-0001,1\n' >"$tmp/machines.csv"
	run -65 plan -b lab7 -c "$tmp/machines.csv" -o "$tmp/lab7.img"
	printf 'machine,dhcp\npc-0001,maybe\n' >"$tmp/machines.csv"
	run -65 plan -b lab7 -c "$tmp/machines.csv" -o "$tmp/lab7.img"
	[ "$(sql 'SELECT count(*) FROM keys WHERE stick IS NOT NULL')" = 0 ]
}

@test "of several profiles the one that is named gives the password" {
	cat >"$tmp/profile.xml" <<-'END'
		<profiles>
		  <rule profile="one"/>
		  <profile name="one"/>
		  <profile name="two"><mebx-password><fixed>Fixed-Mebx2</fixed></mebx-password></profile>
		</profiles>
	END
	chmod 600 "$tmp/profile.xml"
	run -78 --separate-stderr store-sticks -d "$site" -p "$tmp/profile.xml" -b new -g -n 2 -o "$tmp/new.img"
	[[ "$stderr" = *"different MEBx passwords: say which one with --profile" ]]
	store-sticks -d "$site" -p "$tmp/profile.xml" --profile two -b new -g -n 2 -o "$tmp/new.img"
	[ "$(store-sticks -d "$site" -k NEW-1 | grep -v ^@ | cut -f 4 | sort -u)" = Fixed-Mebx2 ]
}
