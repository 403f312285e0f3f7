#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

@test "a code gives cause, remedy and who has to act, in any case of letters" {
	run -0 --separate-stderr reason-explain key-unknown
	[ "$output" = "KEY-UNKNOWN
  The PID in its hello is not in the store.
  -> Import the key list with this PID (amt-import); amt-sweep then picks it
     up automatically.
  Action needed." ]
	[ -z "$stderr" ]
}

@test "without a code all are listed, one a line" {
	run -0 --separate-stderr reason-explain
	[ "${#lines[@]}" -gt 30 ]
	[ "$(printf '%s\n' "${lines[@]}" | grep -vc '^[A-Z][A-Z0-9-]* *[A-Z].*\.$')" = 0 ]
}

@test "an unknown code among good ones is named with the nearest one" {
	run -65 --separate-stderr reason-explain KEY-UNKNWN MAP-NONE
	[ "$stderr" = "reason-explain: KEY-UNKNWN: no such reason (did you mean KEY-UNKNOWN?)" ]
	[ "${lines[0]}" = MAP-NONE ]
}

@test "nonsense and the empty code get no hint" {
	run -65 --separate-stderr reason-explain xyzzy-plugh ""
	[ "${stderr_lines[0]}" = "reason-explain: xyzzy-plugh: no such reason (without a code, all are listed)" ]
	[ "${#stderr_lines[@]}" = 2 ]
	[ -z "$output" ]
}

@test "an unwritable stdout is 74, wrong usage is 64" {
	run -74 --separate-stderr sh -c 'reason-explain >/dev/full'
	run -64 --separate-stderr reason-explain -x
}

@test "a code of amt-check is explained too, and the nearest of both tables is named" {
	run -0 --separate-stderr reason-explain store-newer map-empty
	[ "$output" = "STORE-NEWER
  The store was made by a newer version of amtbatch.
  -> Install that version here.
  A failure in amt-check.
MAP-EMPTY
  The map is empty, so no machine can get a name.
  -> Read an export of your inventory with amt-map.
  A warning of amt-check." ]
	run -65 --separate-stderr reason-explain MAP-EMTY KEY-UNKNWN
	[ "${stderr_lines[0]}" = "reason-explain: MAP-EMTY: no such reason (did you mean MAP-EMPTY?)" ]
	[ "${stderr_lines[1]}" = "reason-explain: KEY-UNKNWN: no such reason (did you mean KEY-UNKNOWN?)" ]
}

@test "reason(5) and check(5) have every code with its cause and remedy" {
	page=$(cat "$AMT_TEST_ROOT"/formats/base/reason.5 "$AMT_TEST_ROOT"/formats/check/check.5 | tr '\n' ' ')
	n=0
	for code in $(reason-explain | awk '{ print $1 }'); do
		text=$(reason-explain "$code" | sed '1d;$d' | tr '\n' ' ' |
			sed 's/  -> / /; s/   */ /g; s/^ //; s/ $//')
		[[ $page = *".It Li $code $text "* ]] || {
			echo "reason.5 lacks: .It Li $code $text"
			return 1
		}
		n=$((n + 1))
	done
	[ "$n" = "$(cat "$AMT_TEST_ROOT"/formats/base/reason.5 "$AMT_TEST_ROOT"/formats/check/check.5 | grep -c '^\.It Li')" ]
}

@test "amt-explain is the same under the name people know" {
	[ "$(amt-explain QUEUED)" = "$(reason-explain QUEUED)" ]
	run -0 --separate-stderr amt-explain --help
	[[ ${lines[0]} = "usage: amt-explain"* ]]
}
