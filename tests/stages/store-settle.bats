load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
	store-load -d "$site" store/lab7.keys
}

reserve() { # FILE OPTION...
	local file=$1
	shift
	store-issue -d "$site" -p "$site/profile.xml" -b lab7 -x "$tmp/$file" "$@"
}

@test "reserved keys are not issued, and nobody else gets them" {
	reserve one -n 3 >"$tmp/1.tsv"
	[ "$(batches)" = $'lab7\t8\t0\t0\t0\t0\t0' ]
	reserve two >"$tmp/2.tsv"
	[ "$(tail -n 1 "$tmp/2.tsv")" = $'@end\t5\t0' ]
	[ "$(cat "$tmp/1.tsv" "$tmp/2.tsv" | grep -v ^@ | cut -f 1 | sort -u | wc -l)" = 8 ]
	run -65 --separate-stderr store-issue -d "$site" -p "$site/profile.xml" -b lab7 -n 1 -s red
	[[ "$stderr" = *"batch lab7 has 0 unused keys (asked for 1)"* ]]
	run -65 --separate-stderr reserve three
	[[ "$stderr" = *"batch lab7 has 0 unused keys"* ]]
	# Who asked for all of them did not ask for one.
	[[ "$stderr" != *"asked for"* ]]
}

@test "the file is there: its keys are issued, with the cause" {
	reserve one -n 3 >"$tmp/one"
	run -0 --separate-stderr store-settle -d "$site"
	[ "$output" = "$tmp/one: 3 keys of batch lab7, issued" ]
	[ "$(batches)" = $'lab7\t5\t3\t0\t0\t0\t0' ]
	[ "$(sql 'SELECT count(*), state, cause FROM key_history')" = "3|1|export 1, one" ]
	# Once.
	run -0 --separate-stderr store-settle -d "$site"
	[ "$output$stderr" = "" ]
	rm "$tmp/one"
	store-settle -d "$site"
	[ "$(batches)" = $'lab7\t5\t3\t0\t0\t0\t0' ]
}

@test "nothing is told as issued that could not be written" {
	reserve one -g -n 300 >"$tmp/one"
	full() {
		trap '' XFSZ
		ulimit -f 40
		store-settle -d "$site"
	}
	run -74 --separate-stderr full
	[ "$output" = "" ]
	run -0 --separate-stderr store-settle -d "$site"
	[ "$output" = "$tmp/one: 300 keys of batch lab7, issued" ]
}

@test "the file is not there: its keys are unused again, made ones are gone" {
	reserve one -n 3 >/dev/null
	reserve two -n 4 -g >/dev/null
	[ "$(batches)" = $'lab7\t12\t0\t0\t0\t0\t0' ]
	run -0 --separate-stderr store-settle -v -d "$site"
	[ "$output" = "" ]
	[ "$stderr" = "store-settle: $tmp/one: not there; the keys of batch lab7 are unused again
store-settle: $tmp/two: not there; the keys of batch lab7 are unused again" ]
	[ "$(batches)" = $'lab7\t8\t0\t0\t0\t0\t0' ]
	[ "$(sql 'SELECT count(*) FROM keys WHERE stick IS NOT NULL')" = 0 ]
	[ "$(sql 'SELECT count(*) FROM key_history')" = 0 ]
}

@test "a key that a machine announced meanwhile keeps its state" {
	reserve one -n 3 >"$tmp/one"
	sql "UPDATE keys SET state = 3 WHERE pid = 'LAB7001B'"
	run -0 store-settle -d "$site"
	[ "$output" = "$tmp/one: 2 keys of batch lab7, issued" ]
	[ "$(batches)" = $'lab7\t5\t2\t0\t1\t0\t0' ]
}

@test "a folder that is gone frees no key" {
	mkdir "$tmp/stick"
	reserve stick/one -n 3 >/dev/null
	rmdir "$tmp/stick"
	run -75 --separate-stderr store-settle -d "$site"
	[[ "$stderr" = *"$tmp/stick: the folder of an export that was cut short"* ]]
	[ "$(sql 'SELECT count(*) FROM keys WHERE stick IS NOT NULL')" = 3 ]
	mkdir "$tmp/stick"
	store-settle -d "$site"
	[ "$(sql 'SELECT count(*) FROM keys WHERE stick IS NOT NULL')" = 0 ]
}

@test "a path that is not absolute is refused" {
	run -64 --separate-stderr store-issue -d "$site" -p "$site/profile.xml" -b lab7 -x one
	[ "$stderr" = 'store-issue: -x: not an absolute path (got "one")' ]
}
