# What make check says: counts of files that ran side by side, why tests were
# skipped and what would run them, and how to run one that failed.

# once
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	mkdir -p tree/tests/stages build/release/tests
	cp "$AMT_TEST_ROOT/tests/run" tree/tests/run
}

# file NAME TEXT: a bats file; %test is one of its tests, not of this file
file() {
	printf '%s\n' "$2" | sed 's/^%test/@test/' >"tree/tests/stages/$1.bats"
}

# A bats below bats knows nothing of the one above.
tests_run_of() {
	env -u BATS_TEST_TMPDIR -u BATS_RUN_TMPDIR -u BATS_SUITE_TMPDIR -u BATS_ROOT_PID \
		-u BATS_TEST_NUMBER -u BATS_TEST_FILTER tree/tests/run "$@" 3>&-
}

tests_run() {
	tests_run_of build/release "$@"
}

@test "the last line counts every file, and the lines before it say why tests were skipped" {
	for n in 1 2 3 4 5; do
		file "f$n" '%test "good" { true; }
%test "vectors" { skip "no AMT_VECTORS"; }'
	done
	file root '# serial
%test "root" { skip "not root"; }'
	run -0 tests_run tree/tests/stages/*.bats
	[ "${lines[-1]}" = "5 passed, 0 failed, 6 skipped" ]
	[ "$(grep -c '^skipped ' <<<"$output")" = 2 ]
	grep -qx 'skipped 5: no AMT_VECTORS - to run: put the vectors into ../shared/vectors' <<<"$output"
	grep -q '^skipped 1: not root - to run: run make check as root' <<<"$output"
}

@test "a test that fails comes with the command that runs it alone" {
	file good '%test "good" { true; }'
	file bad '%test "bad" { false; }'
	run -1 tests_run tree/tests/stages/*.bats
	[ "${lines[-1]}" = "1 passed, 1 failed" ]
	grep -qx 'alone: make check TESTS=tests/stages/bad.bats' <<<"$output"
}

@test "who runs less than it planned, or nothing, has failed" {
	mkdir -p build/release/tests/unit/some
	for n in silent:'exit 0' short:'echo 1..2; echo ok 1 - one' whole:'echo 1..1; echo ok 1 - one'; do
		printf '#!/bin/sh\n%s\n' "${n#*:}" >"build/release/tests/unit/some/${n%%:*}"
		chmod +x "build/release/tests/unit/some/${n%%:*}"
	done
	run -1 tests_run silent short whole
	[ "${lines[-1]}" = "2 passed, 2 failed" ]
	[ "$(grep -c 'ran other tests than it planned, or none$' <<<"$output")" = 2 ]
	file empty '# no test'
	run -1 tests_run tree/tests/stages/empty.bats
	[ "${lines[-1]}" = "0 passed, 1 failed" ]
	run -1 tests_run 'tree/tests/stages/no-*.bats' whole
	[ "${lines[-1]}" = "1 passed, 1 failed" ]
	mkdir -p tree/tests/fuzz/none
	run -1 tests_run "$PWD/tree/tests/fuzz/none" whole
	[ "${lines[-1]}" = "1 passed, 1 failed" ]
}

@test "a file that runs alone names the line where [[ ]] failed" {
	file bad 'setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T
}
%test "bad" {
	x=1
	[[ $x == 2 ]]
	x=3
}'
	unset AMT_TEST_TRACE
	run -1 tests_run tree/tests/stages/bad.bats
	grep -q 'bad\.bats, line 6)' <<<"$output"
}

@test "slow files begin first, timed ones come after the others, serial ones at the end" {
	for kind in serial timed fast slow; do
		file "$kind" "# $kind
%test one { echo $kind >>$PWD/order; }"
	done
	AMT_TEST_JOBS=1 run -0 tests_run tree/tests/stages/{serial,timed,fast,slow}.bats
	[ "$(xargs <order)" = "slow fast timed serial" ]
}

@test "the seconds of each file are told, by the clock and of processor time" {
	file wait '%test one { sleep 1.2; }'
	run -0 tests_run tree/tests/stages/wait.bats
	awk '$1 >= 1.2 && $2 < $1 && $3 ~ /wait.bats$/ && NF == 3 { n++ } END { exit n != 1 }' build/release/tests/log/seconds
}

@test "files run side by side, serial ones alone and last" {
	for n in 1 2; do
		file "f$n" "%test one { touch $PWD/in$n; for _ in \$(seq 100); do [ ! -e $PWD/in$((3 - n)) ] || return 0; sleep 0.1; done; false; }"
	done
	file alone "# serial
%test last { [ -e $PWD/in1 ] && [ -e $PWD/in2 ]; }"
	AMT_TEST_JOBS=2 run -0 tests_run tree/tests/stages/*.bats
	[ "${lines[-1]}" = "3 passed, 0 failed" ]
}

@test "leaks are searched for by the file with a program's name, and where a file says so" {
	mkdir -p tree/tests/pipelines tree/stages/some
	touch tree/stages/some/program.1
	ask='%test "asked" { [ "${ASAN_OPTIONS##*:}" = "detect_leaks='
	file program "$ask"'1" ]; }'
	file program-more "$ask"'0" ]; }'
	for n in plain sanitized; do
		want=0
		[ $n = plain ] || want=1
		file $n "# $n
$ask$want\" ]; }"
		mv tree/tests/stages/$n.bats tree/tests/pipelines
	done
	ASAN_OPTIONS=detect_leaks=1 run -0 tests_run tree/tests/{stages,pipelines}/*.bats
	[ "${lines[-1]}" = "4 passed, 0 failed" ]
}

@test "a whole run with sanitizers takes what it would find more in, and says how many it did not" {
	mkdir -p tree/tests/{pipelines,unit,fuzz,model,layers} build/{asan,release}/tests/fuzz/some tree/tests/corpus/echo
	touch tree/tests/fuzz/echo.c tree/tests/corpus/echo/one
	ln -s "$(type -P true)" build/asan/tests/fuzz/some/echo
	ln -s "$(type -P true)" build/release/tests/fuzz/some/echo
	ln -s "$(type -P true)" tree/tests/layers/check
	file stage '%test "one" { true; }'
	file plain '%test "two" { false; }'
	file said '# sanitized
%test "three" { true; }'
	mv tree/tests/stages/{plain,said}.bats tree/tests/pipelines
	file once '# once: it has nothing of ours
%test "four" { true; }'
	run -0 tests_run_of build/asan
	[ "${lines[-1]}" = "3 passed, 0 failed" ] # a fuzz target among them
	grep -q '^not with sanitizers: 3 files .*: make V=asan check TESTS=tests/pipelines$' <<<"$output"
	run -1 tests_run_of build/release
	[ "${lines[-1]}" = "5 passed, 1 failed" ] # layers among them
	! grep '^not with sanitizers' <<<"$output"
	run -1 tests_run_of build/asan tree/tests/pipelines
	[ "${lines[-1]}" = "1 passed, 1 failed" ]
}
