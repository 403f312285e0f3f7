# How the scripts of bin/ read their options: site.sh's way, and no other.
bats_require_minimum_version 1.5.0
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	cat >script <<-'EOS'
		#!/bin/sh
		set -eu
		libexec=$AMT_LIBEXEC
		. "$libexec/site.sh"
		synopsis='[-n]'
		batch='' dry='' ports='' serials='' columns=''
		first_word "$@"
		options 'b:batch n,dry-run=dry P:+ports p:+ports usb:%serials q=+ports columns:+columns' "$@"
		printf '%s\n' "batch=$batch" "dry=$dry"
		eval "set -- $ports"
		printf 'port:%s\n' "$@"
		eval "set -- $serials"
		printf 'serial:%s\n' "$@"
		eval "set -- $operands"
		printf 'operand:%s\n' "$@"
		eval "set -- $words"
		printf 'word:%s\n' "$@"
		exit 0
	EOS
	chmod +x script
}

@test "what was typed arrives as it was typed, quotes, blanks and all" {
	touch port:1
	run -0 --separate-stderr ./script 'a b' --dry-run -b "it's" -P 1 -p '$(touch owned)' \
		--usb "'" --usb= -q -- -n '*' ''
	[ "$stderr" = "" ]
	printf '%s\n' "batch=it's" dry=-n port:-P port:1 port:-p 'port:$(touch owned)' port:-q \
		"serial:'" serial: 'operand:a b' operand:-n 'operand:*' operand: >want
	head -n 13 <<<"$output" | diff - want
	[ ! -e owned ]
	# Run once more with its words, as site_lock does, it is the same.
	mapfile -t again < <(sed -n 's/^word://p' <<<"$output")
	run -0 ./script "${again[@]}"
	head -n 13 <<<"$output" | diff - want
}

@test "a site whose name begins with a dash is a site" {
	amt-init -d -site >/dev/null
	for command in amt-sweep amt-report "amt-import -b lab7" "amt-map --conflicts"; do
		# shellcheck disable=SC2086 # words
		run -0 $command -d -site <"$AMT_TEST_ROOT/samples/keys/plain.csv"
	done
	AMT_SITE=-site run -0 --separate-stderr amt-sweep
	[ "$stderr" = "" ]
	[ ! -e -site/sweep.results ]
}

@test "the last of two counts, a name may be cut short, and nothing is nothing" {
	run -0 ./script -b one -bb2 --dry --col a=b
	[ "${lines[0]}${lines[1]}" = batch=b2dry=-n ]
	run -0 ./script
	[ "${lines[0]},${lines[1]},${lines[2]}" = "batch=,dry=,port:" ]
	run -0 ./script -n
	[ "${lines[1]}" = dry=-n ]
	run -64 ./script -x
	[ "${lines[0]}" = "script: invalid option -- 'x'" ]
	run -64 ./script -b
	[ "${lines[0]}" = "script: option requires an argument -- 'b'" ]
	[ "${lines[1]}" = "usage: script [-n]" ]
}

@test "scripts fit two screens, and read options and records in no way of their own" {
	cd "$AMT_TEST_ROOT/bin"
	for script in *[a-z]; do
		[[ "$script" != *.md ]] || continue
		if [ "$script" != site.sh ] && [ "$(wc -l <"$script")" -gt 125 ]; then
			echo "$script has $(wc -l <"$script") lines"
			false
		fi
	done
	# getopt(1) is called in one place, and a stream's tabs are a C program's.
	[ "$(grep -lw 'getopts\?' -- *[a-z] | xargs)" = site.sh ]
	run ! grep -nE 'IFS=|\\t|while read|\bcut -|\bawk\b' -- *[a-z]
	# A pipe's status is pipe_end's: no other way has descriptor 8.
	for script in *[a-z]; do
		[ "$(grep -c '8>&1' "$script")" -le "$(grep -cE 'pipe_(end|stored) ' "$script")" ] ||
			{ echo "$script"; false; }
	done
}

@test "an option whose value is empty is not taken for none" {
	run -64 --separate-stderr ./script -b ''
	[[ "$stderr" = "script: -b: its value is empty"$'\n'"usage: script"* ]]
	site_here
	run -64 --separate-stderr amt-report --passwords ''
	[[ "$stderr" = "amt-report: --passwords: its value is empty"* ]]
	run -64 --separate-stderr amt-sweep -t 5 -o ''
	[[ "$stderr" = "amt-sweep: -o: its value is empty"* ]]
}

@test "the machines of a sweep at once are 1 to 60000" {
	site_here
	for machines in 0 08 60001 many -1 1.5 99999999999999999999; do
		run -64 --separate-stderr amt-sweep -t 5 -j "$machines"
		[ "$stderr" = "amt-sweep: -j: not a number of machines (got \"$machines\", expected 1 to 60000)" ]
		run -64 --separate-stderr amt-unprovision -j "$machines" pc-1
		[ "$stderr" = "amt-unprovision: -j: not a number of machines (got \"$machines\", expected 1 to 60000)" ]
	done
}

@test "the time of a sweep is 5 seconds to a day, and nothing that the shell makes of it" {
	site_here
	for seconds in 4 08 010 +7 ' 5' '5 ' 0x10 86401 9223372036854775 9000000000000000000 $'\e[31m5'; do
		run -64 --separate-stderr amt-sweep -t "$seconds"
		[[ "$stderr" = "amt-sweep: -t: not a number of seconds (got "*", expected 5 to 86400)" ]]
		run -64 --separate-stderr amt-unprovision -t "$seconds" pc-1
		[[ "$stderr" = "amt-unprovision: -t: not a number of seconds (got "*", expected 5 to 86400)" ]]
	done
}
