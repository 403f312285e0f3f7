load setupbin

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

# GRADE RULE of each finding, in order.
rules() {
	sed -E 's/^[^ ]*: ([a-z]+ [a-z0-9-]+): .*/\1/' <<<"$output" | tr '\n' ';'
}

@test "what setupbin-make writes has no error, only advice" {
	for v in 1 2 2.1 3 4; do
		setupbin-make -V $v stick/keys.tsv >"$BATS_TEST_TMPDIR/out"
		run -0 --separate-stderr setupbin-lint "$BATS_TEST_TMPDIR/out"
		[ -z "$stderr" ]
		[[ "$output" != *" error "* && "$output" != *" warning "* ]]
	done
	setupbin-make --pki --keep --csv stick/pki.csv --root stick/root.pem --set pki-dns-suffix=example.com |
		setupbin-lint --amt 12 --vendor lenovo >"$BATS_TEST_TMPDIR/out"
	[ ! -s "$BATS_TEST_TMPDIR/out" ]
}

@test "a finding has its offset, grade, rule, reason and source" {
	patched 16 0000 36 0000
	run -65 --separate-stderr setupbin-lint "$BATS_TEST_TMPDIR/patched.bin"
	[ -z "$stderr" ]
	[ "${lines[0]}" = "$BATS_TEST_TMPDIR/patched.bin:16: error header-chunks: header chunk count is 0 (expected 1): some machines ignore such a file [MeshCommander issue 110]" ]
	[ "$(rules)" = "error header-chunks;error record-chunks;advice stick-fat16;" ]
}

@test "machines of AMT 11 take no PID and PPS" {
	run -65 setupbin-lint --amt 11 stick/v2.bin
	[ "$(rules)" = "advice stick-fat16;error psk-amt;error psk-amt;" ]
	run -65 setupbin-lint --amt 16.1 stick/v2.bin
	run -0 setupbin-lint --amt 10 stick/v2.bin
	run -65 setupbin-lint --amt 2.6 stick/v2.bin
	[ "$(rules)" = "error version-amt;advice stick-fat16;" ]
	run -0 setupbin-lint --amt 3.2 stick/v1.bin
	[ "$(rules)" = "warning version-1-old;advice stick-fat16;" ]
}

@test "vendors have rules of their own" {
	run -0 setupbin-lint --vendor Dell stick/v2.bin
	[ "$(rules)" = "advice stick-fat16;warning dell-password;" ]
	[[ "$output" == *":1560: warning dell-password: "* ]]
	run -0 setupbin-lint --vendor hp stick/v2.bin
	[ "$(rules)" = "advice stick-fat16;advice hp-stick;" ]
}

@test "no secret is shown" {
	# One new password too simple, one PPS with a wrong check character.
	patched 1072 61616161616161 1637 57
	run -65 setupbin-lint --vendor hp "$BATS_TEST_TMPDIR/patched.bin"
	[[ "$output" != *Lab7!* && "$output" != *Before* && "$output" != *7V3C* ]]
}

@test "a file that is cut, too long or no setup.bin is an error, and the next file is read" {
	head -c 1000 stick/v2.bin >"$BATS_TEST_TMPDIR/cut"
	cat stick/v2.bin stick/v1.bin >"$BATS_TEST_TMPDIR/long"
	head -c 4096 /dev/zero >"$BATS_TEST_TMPDIR/zero"
	run -65 --separate-stderr setupbin-lint "$BATS_TEST_TMPDIR/cut" "$BATS_TEST_TMPDIR/long" \
		"$BATS_TEST_TMPDIR/zero" /dev/null stick/v1.bin
	[ -z "$stderr" ]
	[ "$(rules)" = "advice stick-fat16;error file-size;advice stick-fat16;error file-size;error file-type;error file-size;advice stick-fat16;" ]
	[[ "${lines[1]}" == "$BATS_TEST_TMPDIR/cut:1000: "* ]]
	[[ "${lines[3]}" == "$BATS_TEST_TMPDIR/long:2048: "* ]]
}

@test "of one rule ten findings are shown, and the rest is counted" {
	keys-make -b lab -n 50 2>/dev/null | awk -F '\t' -v OFS='\t' '/^[^@]/ { $4 = "Lab7!One" } 1' |
		setupbin-make >"$BATS_TEST_TMPDIR/many"
	run -65 setupbin-lint --amt 11 "$BATS_TEST_TMPDIR/many"
	[ "${#lines[@]}" = 12 ]
	[ "${lines[11]}" = "$BATS_TEST_TMPDIR/many: error psk-amt: 40 more (-v shows them)" ]
	run -65 setupbin-lint --amt 11 -v "$BATS_TEST_TMPDIR/many"
	[ "${#lines[@]}" = 51 ]
}

@test "every vector gets the findings that it was made for" {
	[ -n "$AMT_VECTORS" ] || skip "no AMT_VECTORS"
	n=0
	for file in "$AMT_VECTORS"/setupbin/*.bin; do
		run setupbin-lint "$file"
		case $(basename "$file" .bin) in
		v1-dashed-psk) want="65 error value;error value;warning psk-dashes;" ;;
		v1-module2-only) want="65 error first;" ;;
		v2-modlist-reversed) want="0 advice module-order;" ;;
		v2-empty-record) want="0 warning empty;" ;;
		v2-nearly-full) want="0 warning domain;warning domain;" ;;
		v2-max-suffix) want="0 warning domain;" ;; # 255 characters: no DNS name has them
		v2-no-records) want="0 warning no-records;" ;;
		v2-utf8-password) want="65 error value;error password;" ;;
		v21-network) want="0 advice value-name;" ;;
		v4-acu-default) want="0 advice after-advised;warning manual;" ;;
		v4-all-variables) want="65 error psk-keep;advice psk-version;advice after-advised;warning keep-many;" ;;
		v4-mixed-3) want="0 advice psk-version;advice psk-version;warning counters;" ;;
		v4-no-module-list) want="0 warning header-bytes;advice after-advised;warning manual;warning module-list;warning module-list;" ;;
		v4-zero-chunk-counts) want="65 error header-chunks;error record-chunks;" ;;
		*) want="0 " ;;
		esac
		got=$(rules)
		got=${got//advice stick-fat16;/}
		[ "$status ${got#;}" = "$want" ] || {
			echo "$file: $status $got, not $want"
			false
		}
		n=$((n + 1))
	done
	[ $n = 27 ]
	echo "# vectors: $n" >&3
}

@test "the rules are listed with their sources" {
	run -0 setupbin-lint --list
	[ "${lines[3]}" = "header-chunks  error   the chunk count of the header is 1; a Lenovo M700 ignores a file with 0 [MeshCommander issue 110]" ]
	[[ "$output" == *"psk-amt        error   AMT 11 on: "* ]]
	[ "$(grep -c '\]$' <<<"$output")" = "${#lines[@]}" ]
}

@test "an unwritable output, a missing file and wrong usage are told" {
	run -74 --separate-stderr bash -c 'setupbin-lint stick/v2.bin >/dev/full'
	[ "$stderr" = "setupbin-lint: standard output: No space left on device" ]
	run -66 setupbin-lint no-such-file
	run -64 setupbin-lint --amt x stick/v2.bin
	run -64 setupbin-lint --amt 11.0.1 stick/v2.bin
	run -64 setupbin-lint --amt 11. stick/v2.bin
	run -64 setupbin-lint --vendor acme stick/v2.bin
	run -64 setupbin-lint -q
}
