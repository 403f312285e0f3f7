# Names that outputs are written to, and what is there already.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
	amt-import -b lab7 "$AMT_TEST_BUILD/samples/keys/plain.csv" 2>/dev/null
	amt-sticks -b lab7 -n 2 -o stick.img >/dev/null
	mkfifo fifo
	echo precious >victim
	ln -s victim link
	ln -s none dangling
}

# each_place COMMAND...: with a name of each kind that is no file, or leads to
# one: it fails with 73 and says why, and all of them stay.
each_place() {
	for place in fifo link dangling device; do
		if [ "$place" = device ]; then
			[ "$(id -u)" = 0 ] && mknod device c 1 7 2>/dev/null || continue
		fi
		run -73 --separate-stderr timeout 20 "${@//PLACE/$place}"
		[[ "$stderr" == *"$place"*" is a "*"which is not replaced: "* ]] ||
			[[ "$stderr" == *"$place: is there already"* ]] ||
			[[ "$stderr" == *"$place: not a regular file"* ]]
		[ -p fifo ]
		[ -L link ]
		[ -L dangling ]
		[ ! -e none ]
		[ "$(cat victim)" = precious ]
		if [ "$place" = device ]; then
			[ -c device ]
			rm device
		fi
	done
	rm -f out
}

@test "passwords and key lists replace files only" {
	each_place amt-report --passwords PLACE
	each_place amt-report --mebx-passwords PLACE
	each_place amt-report --keys -o PLACE
	each_place amt-report --history 0000-037M -o PLACE
	echo old >file
	amt-report --keys -o file
	grep -q '^pid,batch' file
	[ "$(stat -c %a file)" = 600 ]
	run -73 --separate-stderr amt-report --keys -o site
	[ "$stderr" = "store-dump: site: Is a directory" ]
}

@test "reports replace files only" {
	mkdir reports
	for name in report.txt report.csv report.json report.html health.json; do
		mkfifo "reports/$name"
		run -73 --separate-stderr timeout 20 amt-report -o reports
		[[ "$stderr" == *"reports/$name: cannot create, nothing changed: is a device, a pipe or a socket, which is not replaced: name a file"* ]]
		[ -p "reports/$name" ]
		rm "reports/$name"
	done
	amt-report -o reports
}

@test "labels, images, exports and receipts replace files only" {
	each_place amt-sticks --labels PLACE
	each_place amt-sticks -b lab7 -n 1 -o PLACE
	each_place amt-export -b lab7 -n 1 --format csv -o PLACE
	for place in link dangling fifo; do
		ln -sf "$place" receipt.txt
		run -73 --separate-stderr amt-import --receipt receipt -b lab8 "$AMT_TEST_BUILD/samples/keys/plain.csv"
		[ -L receipt.txt ]
	done
	each_place amt-cert request --cn prov.example.com -o PLACE
	each_place amt-cert root --cn root --name prov.example.com -o PLACE
	each_place fatimage-make -o PLACE "$AMT_TEST_BUILD/samples/stick/v2.bin"
	each_place sh -c 'stick-wipe -o PLACE <stick.img'
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 1')" = 2 ]
}

@test "standard output stays a way out" {
	run -0 amt-report --keys
	[[ "${lines[0]}" == pid,batch,* ]]
	store-dump -d site -k devices -k batches -k callers -k strangers | report -o - | grep -q .
	stick-wipe <stick.img | cmp - <(stick-wipe -o wiped.img <stick.img && cat wiped.img)
	fatimage-make "$AMT_TEST_BUILD/samples/stick/v2.bin" | stick-dump >/dev/null
}

# In a /dev of its own: a program that fails here takes no real device away.
@test "no device of the system is replaced, whatever root asks for" {
	[ "$(id -u)" = 0 ] || skip "only root could"
	unshare -m true 2>/dev/null || skip "needs a mount namespace"
	cat >inside <<-'END'
		set -e
		mount -t tmpfs -o mode=755 tmpfs /dev
		mknod -m 666 /dev/full c 1 7
		mknod -m 666 /dev/null c 1 3
		ln -s /proc/self/fd/1 /dev/stdout
		for device in /dev/full /dev/null /dev/stdout; do
			before=$(stat -c '%F %t %T %i' $device)
			for option in --passwords "--keys -o"; do
				status=0
				amt-report $option $device || status=$?
				[ "$status" = 73 ]
			done
			status=0
			amt-sticks --labels $device || status=$?
			[ "$status" = 73 ]
			[ "$(stat -c '%F %t %T %i' $device)" = "$before" ]
			echo "$device stays"
		done
	END
	run -0 --separate-stderr unshare -m --propagation private sh inside
	[ "$output" = "/dev/full stays
/dev/null stays
/dev/stdout stays" ]
}

@test "CDPATH does not lead an export elsewhere" {
	mkdir -p sub other/sub
	CDPATH=$PWD/other amt-export -b lab7 -n 1 --format csv -o sub/keys.csv
	CDPATH=$PWD/other amt-sticks -b new -g -n 1 -o sub
	[ -s sub/keys.csv ] && [ -s sub/new-1.img ]
	[ "$(ls -A other/sub)" = "" ]
	# A folder may be called as an option, or as the way back.
	mkdir -- -
	amt-export -b new -g -n 1 --format csv -o -/keys.csv
	[ -s -/keys.csv ]
	amt-export -b new -g -n 1 --format csv -o -keys.csv
	[ -s ./-keys.csv ]
}

@test "in a folder that was removed nothing is made in the root instead" {
	mkdir gone
	cd gone
	rmdir ../gone
	name=amtbatch-test-$$.img
	run -73 amt-export -b lab7 -n 1 --format csv -o "$name"
	[[ "$output" = *"amt-export: $name: its folder is not there" ]]
	run -73 amt-sticks -b new -g -n 1 -o "$name"
	[[ "$output" = *"amt-sticks: $name: its folder is not there" ]]
	[ ! -e "/$name" ]
	cd "$BATS_TEST_TMPDIR"
	[ "$(sql "SELECT count(*) FROM keys WHERE stick IS NULL")" = 1 ]
}

@test "a site that cannot be reached from a removed folder is said, and no crash" {
	mkdir gone
	cd gone
	rmdir ../gone
	run -66 --separate-stderr store-dump -d ../site -k devices
	[ "$stderr" = "store-dump: ../site: No such file or directory" ]
}

@test "what is said never goes into a file that has a closed descriptor's number" {
	amt-report --passwords plain
	for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
		rm -rf fresh
		run -0 sh -c "store-init -d fresh $closed"
		amt-init -d fresh --missing
		cmp fresh/site.conf site/site.conf
		amt-report -d fresh
		run -0 sh -c "report -V $closed </dev/null || exit 0"
	done
	run -0 --separate-stderr sh -c 'amt-report --passwords out <&-'
	[ "$stderr" = "" ]
	cmp plain out
	run -0 --separate-stderr sh -c 'store-dump -d site -k keystates --csv -o out >&-'
	amt-report --keys -o kept
	cmp kept out
	run -73 --separate-stderr sh -c 'amt-cert ca make --cn Lab -o - >&-'
	[ "$stderr" = "cert-ca: -: standard output is closed" ]
	# Commands end over it in words of the programs, not of the shell.
	for command in 'amt-report -o -' 'amt-report --keys' 'amt-handover --to csv -o -'; do
		run --separate-stderr sh -c "$command >&-"
		[[ "$status" != 0 && "$stderr" != *"/amt-"* && "$stderr" != *" not set"* ]] || { echo "$command: $status $stderr"; false; }
	done
}

@test "a site whose next steps cannot be written is made, and that is 74" {
	run -74 --separate-stderr sh -c 'amt-init -d fresh >/dev/full'
	[[ "$stderr" = *"amt-init: fresh: is ready, but what to do next could not be written" ]]
	amt-report -d fresh
}
