# A key's whole life: each change of its state, with its time and cause.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

teardown() {
	children_end
}

# The states of a key's history, and its causes, one line a change.
states() {
	amt-report --history "$1" | tail -n +2 | cut -d , -f 3 | xargs
}

# Bytes at an offset of a file.
patch() {
	xxd -r -p <<<"$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "new, issued, consumed, seen and used: every change has its time and cause, and the machine its key" {
	at=$(date +%s)
	export SOURCE_DATE_EPOCH=$((at - 400))
	site_of_lists 3
	SOURCE_DATE_EPOCH=$((at - 300)) amt-sticks -b lab7 -n 1 -o lab7.img >/dev/null
	pid=$(amt-report --keys | grep ,issued, | cut -d , -f 1)
	[ "$(wc -w <<<"$pid")" = 1 ]

	# The machine takes its record: its flag says valid.
	fatimage-read lab7.img >setup.bin
	patch setup.bin 32 01
	patch setup.bin 516 00
	setupbin-dump setup.bin >back.keys
	grep -q "^$pid.*consumed" back.keys
	SOURCE_DATE_EPOCH=$((at - 200)) store-load -d site back.keys

	# It says hello, and is set up.
	SOURCE_DATE_EPOCH=$at
	hellos fleet/fleet.tsv >all
	{
		head -n 1 all
		grep "	$pid	" all
		printf '@end\t1\t0\n'
	} >one.hello
	store-load -d site one.hello
	[ "$(states "$pid")" = "new issued consumed seen" ]
	unset SOURCE_DATE_EPOCH
	peer_start
	amt-sweep -t 30 -P "$tls" -p "$plain"
	peer_end
	[ "$(states "$pid")" = "new issued consumed seen used" ]

	uuid=$(grep "	$pid	" all | cut -f 3)
	amt-report --history "$pid" >history
	sed 1d history | cut -d , -f 2 >times
	sort -c times
	[ "$(sed -n '3,4p' history | cut -d , -f 2 | xargs)" = \
		"$(date -u -d "@$((at - 300))" +%FT%TZ) $(date -u -d "@$((at - 200))" +%FT%TZ)" ]
	grep -q ',new,.*keys.csv:' history
	grep -q ',issued,.*lab7.img' history
	grep -q ',consumed,.*setup.bin:record 1' history
	grep -q ",seen,hello of $uuid from 127" history
	grep -q ",used,set up $uuid" history

	# The list of all keys has the newest change, and whose key it became.
	[ "$(amt-report --keys | grep "^$pid," | cut -d , -f 5)" = used ]
	[ "$(amt-report --keys | grep "^$pid," | cut -d , -f 8)" = "$uuid" ]
	[ "$(amt-report --keys | grep -c ',new,')" = 2 ]
	[ "$(amt-report --keys | grep -v "^$pid," | grep -c "$uuid")" = 0 ]

	# Nothing goes back: the list, the stick and the hello again.
	amt-import -b lab7 fleet/keys.csv 2>/dev/null
	store-load -d site back.keys one.hello
	[ "$(states "$pid")" = "new issued consumed seen used" ]

	# Revoked from there, and from new.
	other=$(amt-report --keys | grep ,new, | head -n 1 | cut -d , -f 1)
	amt-import --revoke -c 'board returned' "$pid" "$other" 2>/dev/null
	[ "$(states "$pid")" = "new issued consumed seen used revoked" ]
	[ "$(states "$other")" = "new revoked" ]
	amt-report --history "$other" | grep -q ',revoked,board returned$'
	[ "$(amt-report --keys | grep "^$pid," | cut -d , -f 8)" = "$uuid" ]
}
