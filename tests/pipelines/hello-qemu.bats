# The clock of a machine is set while amt-hello takes hellos there, in QEMU: the
# one that the tests run on is not theirs to set.
# slow
load qemu.bash

setup_file() {
	qemu_begin || return
	[ -z "$QEMU_SKIP" ] || return 0
	qemu_initrd qemu-clock.init "$AMT_TEST_BUILD"/bin/amt-{init,hello,report} \
		"$AMT_LIBEXEC"/{site.sh,store-init,store-load,store-dump,socket-bind} \
		"$AMT_LIBEXEC"/{hello-keep,hello-listen,hello-send,report} \
		"$AMT_LIBEXEC"/site-{complete,lock,open} \
		"$AMT_TEST_BUILD/tests/peer/hellopeer" \
		"$(command -v setpriv)" "$(command -v dash)" \
		"$(command -v env)" "$(command -v getopt)"
	qemu_run
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	qemu_setup
}

# The part went well; the last line has this address and so many hellos.
last_is() {
	echo "$output"
	[ "$status" = 0 ]
	[[ "$(tail -n 1 <<<"$output")" == "$1 "*" $2" ]]
}

# dated_between PART: machine 1 of $output was first heard in the seconds that
# the guest's clock went through while its hello was taken.
dated_between() {
	local heard from to
	heard=$(awk '$1 == "127.3.0.1" { print $2 }' <<<"$output")
	part "$1"
	read -r from to <<<"$output"
	echo "$from $heard $to"
	[[ ! "$heard" < "$from" && ! "$heard" > "$to" ]]
}

@test "the machine went all the way" {
	[ -z "$(cat qemu)" ] || cat qemu >&3
	grep -q '^== end' said
}

# A hello from elsewhere is counted, and moves no machine: it is a claim.
@test "hellos after the clock was set back are counted, and the address stays the first one" {
	part begin
	last_is 127.3.0.1 1
	part back
	last_is 127.3.0.2 1
	[[ "$output" == "127.3.0.1 2026-11-21T12:"*" 2"* ]]
	dated_between backbetween
	part log
	grep -qE '^hello-listen: clock: was set back by 86[0-9]{3} seconds; hellos are dated by it$' <<<"$output"
}

@test "so it does when the clock goes forward again, far back, far ahead and to its time" {
	part forward
	last_is 127.3.0.2 2
	[[ "$output" == "127.3.0.1 "*" 3"* ]]
	part far
	last_is 127.3.0.4 1
	[[ "$output" == "127.3.0.1 "*" 4"* ]]
	dated_between farbetween
	part ahead
	last_is 127.3.0.4 2
	[[ "$output" == "127.3.0.1 "*" 5"* ]]
	part settled
	last_is 127.3.0.4 3
	[[ "$output" == "127.3.0.1 "*" 6"* ]]
}

@test "a clock set back by half a minute is waited for: what comes last is the newest" {
	part small
	last_is 127.3.0.7 2
	[ "$(head -n 1 <<<"$output" | cut -d ' ' -f 2)" = "$(tail -n 1 <<<"$output" | cut -d ' ' -f 3)" ]
	part log
	run ! grep -q 'set back by [0-9]\{1,2\} seconds' <<<"$output"
}

@test "hellos that wait in the spool are taken as they came, whatever their dates" {
	part both
	last_is 127.3.0.9 2
	[ "$(grep -c '\.hello$' <<<"$output")" = 2 ]
}

@test "every hello that was acknowledged is in the store, and the spool is empty" {
	part stopped
	[ "$status" = 0 ]
	part log
	sed -n 's/^hello-listen: \([0-9.:]*\): hello of \([0-9a-f-]*\), .*/\1 \2/p' <<<"$output" | sort >acknowledged
	grep -q '^hello-listen: 15 hellos taken, 3 connections refused$' <<<"$output"
	[ "$(grep -c 'store-load: .*: hello: 1 new, 0 already there' <<<"$output")" = 15 ]
	run ! grep -qE 'restart|starting another one|put aside' <<<"$output"
	part hellos
	awk -F'\t' '!/^@/ { print $9, $3 }' <<<"$output" | sort | diff acknowledged -
	[ "$(wc -l <acknowledged)" = 15 ]
	part spool
	[ "$output" = listener ]
}

@test "a caller that says nothing has its ten seconds, whatever the clock does" {
	part idle
	echo "$output"
	[ "$status" = 0 ]
	for name in back forward far; do
		ms=$(sed -n "s/^$name: 1 dropped within \([0-9]*\) ms$/\1/p" <<<"$output")
		[ "$ms" -ge 9000 ]
	done
}

@test "the reports tell that hellos are taken, and then that they are not" {
	part report
	echo "$output"
	[ "$status" = 0 ]
	[[ "${output//$'\n'/ }" == "Hellos have been received since 2026-11-22 12:00 UTC: 15 so far, the last one at"* ]]
	[ "$(tail -n 1 <<<"$output" | jq -r .listener)" = listening ]
	part ended
	[[ "${output//$'\n'/ }" == "NO HELLOS ARE RECEIVED: amt-hello was ended "* ]]
	[ "$(tail -n 1 <<<"$output" | jq -r .listener)" = ended ]
}

@test "-t is kept by a listener that takes over after the clock was set" {
	for way in back forward; do
		part "limit$way"
		echo "$way: $output"
		[ "$status" = 0 ]
		[ "$output" -ge 2 ]
	done
}
