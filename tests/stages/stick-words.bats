bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
}

# plan NAME:RECORDS:IMAGE ...
plan() {
	printf '@sticks/1\tstick\tbatch\trecords\ttaken\timage\tmade\tcollected\n'
	local stick
	for stick; do
		IFS=: read -r name records image <<<"$stick"
		printf '%s\tlab7\t%s\t0\t%s\t\t\n' "$name" "$records" "$image"
	done
	printf '@end\t%d\t0\n' $#
}

@test "each stick is five words for the shell, whatever its image is called" {
	plan LAB7-1:1000:"/a/it's \$(touch owned) \`x\`.img" LAB7-2:7:'/a/tab\there' >plan
	run -0 --separate-stderr stick-words <plan
	[ "$stderr" = "" ]
	eval "set -- $output"
	[ $# = 10 ]
	[ "$1,$2,$3,$4,$5" = "LAB7-1,1000,1,/a/it's \$(touch owned) \`x\`.img," ]
	[ "$6,$7,$8,${10}" = "LAB7-2,7,1001," ]
	[ "$9" = $'/a/tab\there' ]
	[ ! -e owned ]
	# The same for the shell that the scripts have.
	dash -c "set -- $output"' && [ $# = 10 ] && [ "$3$8" = 11001 ]'
}

@test "each stick of a plan has a stick on USB, or none has" {
	plan LAB7-1:4:/a.img LAB7-2:3:/b.img >plan
	run -0 stick-words RED1 "BL'UE" <plan
	eval "set -- $output"
	[ "$5,${10}" = "RED1,BL'UE" ]
	run -64 --separate-stderr stick-words -a amt-sticks RED1 <plan
	[ "$output" = "" ]
	[ "$stderr" = "amt-sticks: 2 sticks are needed, 1 were named with --usb; no key issued" ]
	run -64 stick-words A B C <plan
}

@test "a plan that is cut, of another kind or has no number is no word" {
	plan LAB7-1:4:/a.img LAB7-2:3:/b.img >plan
	head -n 2 plan >cut
	run -65 --separate-stderr stick-words <cut
	[ "$output" = "" ]
	run -65 --separate-stderr stick-words </dev/null
	[ "$output" = "" ]
	run -65 --separate-stderr stick-words <"$AMT_TEST_ROOT/samples/store/lab7.keys"
	[ "$output" = "" ]
	for records in '' 0 x 4x -1 18446744073709551616; do
		plan "LAB7-1:$records:/a.img" >plan
		run -65 --separate-stderr stick-words <plan
		[ "$output" = "" ]
		[[ "$stderr" = *"not a number of records (got \"$records\")" ]]
	done
	plan LAB7-1:4:/a.img >plan
	run -74 bash -c 'stick-words <plan >/dev/full'
	run -64 stick-words -x
}
