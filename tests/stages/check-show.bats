# shellcheck shell=bash disable=SC2154
# check-show: how findings become a verdict.
load check

@test "a warning is 1, a failure 2, and the worst of both comes first" {
	run -1 --separate-stderr check-show <(printf '%s\n' $'@checks/1\tcheck\tgrade\tcode\tfound' \
		$'map\twarn\tMAP-EMPTY\tno machine' $'disk\tpass\t\t7 MB free' $'@end\t2\t0')
	[ "$output" = "WARNING: MAP-EMPTY | fail=0 warn=1 pass=1
warn  MAP-EMPTY
      no machine
      -> Read an export of your inventory with amt-map.
pass  disk: 7 MB free" ]
	run -2 --separate-stderr check-show <(printf '%s\n' $'@checks/1\tcheck\tgrade\tcode\tfound' \
		$'map\twarn\tMAP-EMPTY\tno machine' $'store\tfail\tSTORE-DAMAGED\ttorn' $'@end\t2\t0')
	[ "${lines[0]}" = "CRITICAL: STORE-DAMAGED, MAP-EMPTY | fail=1 warn=1 pass=0" ]
	[ "${lines[1]}" = "fail  STORE-DAMAGED" ]
}

@test "what is cut off, empty or unknown is 3, and what there is of it is shown" {
	check-site -d site | sed '/^@end/,$d' >./cut
	run -3 --separate-stderr check-show cut
	[[ "${lines[0]}" = "UNKNOWN: "*"; the check did not come to its end | "* ]]
	[[ "$output" == *"pass  store: "* ]]
	[[ "$stderr" == *" "* ]]
	run -3 check-show </dev/null
	run -3 --separate-stderr check-show <(printf '%s\n' $'@checks/1\tcheck\tgrade\tcode\tfound' \
		$'map\twarn\tMAP-FULL\tno machine' $'@end\t1\t0')
	[[ "$stderr" == *"no finding that is known here"* ]]
	run -3 check-show <(printf '%s\n' $'@checks/1\tcheck\tgrade\tcode\tfound' \
		$'map\tpass\tMAP-EMPTY\tno machine' $'@end\t1\t0')
	run -3 check-show <(printf '@checks/1\tcheck\tgrade\tcode\tfound\n@end\t0\t0\n')
}
