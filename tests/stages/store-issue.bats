load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
	store-load -d "$site" store/lab7.keys
}

issue() {
	store-issue -d "$site" -p "$site/profile.xml" "$@"
}

@test "keys of a batch are taken for a stick and marked so" {
	run -0 --separate-stderr issue -b lab7 -n 2 -s red
	[ "$stderr" = "" ]
	[ "$output" = "$(sed -n 1,3p store/lab7.keys | sed 's/\tnew\t/\tissued\t/')
@end	2	0" ]
	[ "$(batches)" = $'lab7\t6\t2\t0\t0\t0\t0' ]
	[ "$(sql 'SELECT pid, state, cause FROM key_history')" = "LAB7001B|1|stick red
LAB7002C|1|stick red" ]
}

@test "no key is issued twice" {
	issue -b lab7 -n 3 -s red >"$tmp/red"
	issue -b lab7 -n 5 -s blue >"$tmp/blue"
	[ "$(cat "$tmp/red" "$tmp/blue" | grep -v ^@ | cut -f 1 | sort -u | wc -l)" = 8 ]
	[ "$(batches)" = $'lab7\t0\t8\t0\t0\t0\t0' ]
}

@test "a key without a next MEBx password gets one of its own, and the store knows it" {
	issue -b lab7 -n 8 -s red >"$tmp/red"
	[ "$(grep -v ^@ "$tmp/red" | cut -f 4 | sort -u | wc -l)" = 8 ]
	run ! grep -q '^LAB7007H	[^	]*	[^	]*		' "$tmp/red"
	[ "$(store-dump -d "$site" -k keys --reveal)" = "$(cat "$tmp/red")" ]
}

@test "a profile with a fixed MEBx password gives that" {
	sed 's,<mebx-password>.*,<mebx-password><fixed>Fixed-Mebx1</fixed></mebx-password>,' \
		"$site/profile.xml" >"$tmp/profile.xml"
	store-issue -d "$site" -p "$tmp/profile.xml" -b lab7 -n 8 -s red >"$tmp/red"
	[ "$(grep -v ^@ "$tmp/red" | cut -f 4 | tail -n 3 | xargs)" = \
		"Lab7-Mebx-6 Fixed-Mebx1 Fixed-Mebx1" ]
}

@test "too few are left: it says how many and marks none" {
	issue -b lab7 -n 5 -s red >/dev/null
	run -65 --separate-stderr issue -b lab7 -n 4 -s blue
	[ "$output" = "" ]
	[ "$stderr" = "store-issue: $site: batch lab7 has 3 unused keys (asked for 4); none was taken: ask for fewer, import more, or make new ones with -g" ]
	[ "$(batches)" = $'lab7\t3\t5\t0\t0\t0\t0' ]
}

@test "a batch that nobody imported is named" {
	run -65 --separate-stderr issue -b lab8 -n 4 -s blue
	[ "$stderr" = "store-issue: $site: no key of a batch \"lab8\" is in the store; import its list, or make keys with -g" ]
}

@test "-g makes keys that pass every check, for a batch of any name" {
	issue -b new -n 50 -g -s red >"$tmp/red"
	[ "$(batches)" = "lab7	8	0	0	0	0	0
new	0	50	0	0	0	0" ]
	[ "$(grep -v ^@ "$tmp/red" | cut -f 1,2 | sort -u | wc -l)" = 50 ]
	[ "$(grep -v ^@ "$tmp/red" | cut -f 3,5- | sort -u)" = $'admin\tnew\tmade here\tissued\t\tmade for red' ]
	# Another site takes them, check characters and all.
	store-init -d "$tmp/other"
	run -0 --separate-stderr store-load -v -d "$tmp/other" "$tmp/red"
	[[ "$stderr" = *"keys: 50 new, 0 already there" ]]
}

@test "-g leaves the unused keys of the batch alone" {
	issue -b lab7 -n 2 -g -s red >/dev/null
	[ "$(batches)" = $'lab7\t8\t2\t0\t0\t0\t0' ]
}

@test "the keys are marked before the first is written" {
	run -74 bash -c "store-issue -d '$site' -p '$site/profile.xml' -b lab7 -n 2 -s red >/dev/full"
	[ "$(batches)" = $'lab7\t6\t2\t0\t0\t0\t0' ]
}

@test "keys of a stick that never came to be are unused again" {
	issue -b lab7 -n 3 -s red >/dev/null
	issue -b lab7 -n 1 -s blue >/dev/null
	sed -e '/LAB7001B/s/\tnew\t/\tconsumed\t/' store/lab7.keys | store-load -d "$site"
	run -0 --separate-stderr store-issue -v -d "$site" --return red
	[ "$output" = "" ]
	[ "$stderr" = "store-issue: $site: 2 keys of stick red are unused again" ]
	[ "$(batches)" = $'lab7\t6\t1\t1\t0\t0\t0' ]
	[ "$(sql "SELECT cause FROM key_history WHERE state = 0")" = "back from stick red
back from stick red" ]
	run -0 --separate-stderr store-issue -d "$site" --return red
	[ "$output$stderr" = "" ]
}

@test "a stick's name is good for one stick" {
	issue -b lab7 -n 1 -s red >/dev/null
	run -65 --separate-stderr issue -b lab7 -n 1 -s red
	[[ "$stderr" = *'keys were issued to a stick "red" before; give this one another name' ]]
	[ "$(batches)" = $'lab7\t7\t1\t0\t0\t0\t0' ]
}

@test "a damaged key is skipped and named" {
	sql "UPDATE keys SET sealed = zeroblob(60) WHERE pid = 'LAB7001B'"
	run -65 --separate-stderr issue -b lab7 -n 7 -s red
	[ "$stderr" = "store-issue: $site/site.db: KEY-DAMAGED: a secret of PID LAB7001B does not open; skipped" ]
	[ "$(grep -vc '^@' <<<"$output")" = 7 ]
	[ "$(sql "SELECT state FROM keys WHERE pid = 'LAB7001B'")" = 0 ]
}

@test "two sticks at once get different keys" {
	for i in 1 2 3 4; do
		issue -b lab7 -n 2 -s "stick$i" >"$tmp/$i" &
	done
	wait
	[ "$(cat "$tmp"/[1-4] | grep -v ^@ | cut -f 1 | sort -u | wc -l)" = 8 ]
}

@test "keys are not written to a terminal" {
	run -64 script -qec "store-issue -d '$site' -p '$site/profile.xml' -b lab7 -n 1 -s red" /dev/null
	[ "$(batches)" = $'lab7\t8\t0\t0\t0\t0\t0' ]
}

@test "wrong usage is told" {
	run -64 issue -b lab7 -n 0 -s red
	run -64 issue -b lab7 -n 1
	run -64 store-issue -d "$site" -b lab7 -n 1 -s red
}

@test "keys leave in the order of their list, not in that of their PIDs" {
	# Random PIDs: that all of them are sorted by chance is as good as impossible.
	keys-make -r -b list -n 60 | awk -F'\t' -v OFS='\t' '!/^[@]/ { $8 = sprintf("serial=SN-%04d", ++n) } 1' >"$tmp/list"
	store-load -d "$site" "$tmp/list"
	grep -v '^@' "$tmp/list" | cut -f 1 >"$tmp/pids"
	run ! sort -c "$tmp/pids"
	{
		store-issue -r -d "$site" -b list -n 20 -s one -p site/profile.xml
		store-issue -r -d "$site" -b list -n 40 -s two -p site/profile.xml
	} | grep -v '^@' | cut -f 1 | diff "$tmp/pids" -
	# A later list comes after it.
	keys-make -r -b list -n 5 >"$tmp/more"
	store-load -d "$site" "$tmp/list" "$tmp/more"
	store-issue -r -d "$site" -b list -n 5 -s three -p site/profile.xml | grep -v '^@' | cut -f 1 |
		diff <(grep -v '^@' "$tmp/more" | cut -f 1) -
}

@test "of several profiles the one that is named gives the password, and none by chance" {
	cat >"$tmp/profile.xml" <<-'END'
		<profiles>
		  <rule profile="one"/>
		  <profile name="one"><mebx-password><fixed>Fixed-Mebx1</fixed></mebx-password></profile>
		  <profile name="two"><mebx-password><fixed>Fixed-Mebx2</fixed></mebx-password></profile>
		</profiles>
	END
	chmod 600 "$tmp/profile.xml"
	run -78 --separate-stderr store-issue -d "$site" -p "$tmp/profile.xml" -b lab7 -n 8 -s red
	[ "$stderr" = "store-issue: $tmp/profile.xml: profiles one and two have different MEBx passwords: say which one with --profile" ]
	run -78 --separate-stderr store-issue -d "$site" -p "$tmp/profile.xml" --profile three -b lab7 -n 8 -s red
	[ "$stderr" = "store-issue: $tmp/profile.xml: no profile has the name \"three\"" ]
	[ "$(batches)" = $'lab7\t8\t0\t0\t0\t0\t0' ]
	store-issue -d "$site" -p "$tmp/profile.xml" --profile two -b lab7 -n 8 -s red >"$tmp/red"
	[ "$(grep -v ^@ "$tmp/red" | cut -f 4 | tail -n 1)" = Fixed-Mebx2 ]
}
