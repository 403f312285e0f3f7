# shellcheck shell=bash disable=SC2119,SC2120,SC2154 # the tests set site and tmp, and plan with options
# keep - what the tests of machines that are set up share: one such machine in a
# site of its own, plans with its jobs, and results of them.
load store

uuid=7ab70000-0000-4000-8000-000000000001

clock() {
	SOURCE_DATE_EPOCH=$(date -ud "$1" +%s)
	export SOURCE_DATE_EPOCH
}

later() {
	SOURCE_DATE_EPOCH=$((SOURCE_DATE_EPOCH + $1))
}

# SETTINGS, in the one profile of the site
profile() {
	printf '<profile name="a">%s</profile>\n' "$1" >"$site/profile.xml"
	chmod 600 "$site/profile.xml"
}

plan() {
	store-plan -d "$site" -p "$site/profile.xml" -t 60 "$@" >"$tmp/plan"
	sed '1,/^@end/d' "$tmp/plan" >"$tmp/jobs"
}

# NAME... of the jobs, a line each
columns() {
	awk -F '\t' -v names="$*" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i - 1; n = split(names, name, " ") }
		/^[^@]/ { for (i = 1; i <= n; i++) printf("%s%s", $(at[name[i]]), i < n ? "|" : "\n") }' "$tmp/jobs"
}

# JOB MILESTONE REASON COLUMN=VALUE...: results, now; a list of milestones with
# commas has those columns in each.
result() {
	local job=$uuid.$1 milestones=$2 reason=$3
	shift 2
	[ $# = 0 ] || shift
	tr ',' '\n' <<<"$milestones" | awk -v "job=$job" -v "uuid=$uuid" -v "reason=$reason" -v "given=$(printf '%s\n' "$@")" \
		-v "at=$(date -ud "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" '
		BEGIN {
			OFS = "\t"
			columns = "job uuid at milestone reason detail firmware realm tls chain device_cert device_kind rom setting item wanted found"
			n = split(columns, name, " ")
			gsub(" ", "\t", columns)
			print "@results/4", columns
			m = split(given, pair, "\n")
			for (i = 1; i <= m; i++) value[substr(pair[i], 1, index(pair[i], "=") - 1)] = substr(pair[i], index(pair[i], "=") + 1)
		}
		{
			value["job"] = job; value["uuid"] = uuid; value["at"] = at
			value["milestone"] = $0; value["reason"] = reason
			for (i = 1; i <= n; i++) printf("%s%s", value[name[i]], i < n ? "\t" : "\n")
		}
		END { print "@end", NR, 0 }' >"$tmp/results"
	store-load -d "$site" "$tmp/results"
}

# keep_heard [SETTINGS]: one machine whose job is to set it up with these, at 15:00
keep_heard() {
	store_setup
	clock 2026-11-22T15:00:00Z
	for kind in map hello; do
		awk -v "uuid=$uuid" 'NR == 1 || index($0, uuid)' "store/lab7.$kind"
		printf '@end\t1\t0\n'
	done >"$tmp/machine"
	store-load -d "$site" store/lab7.keys
	sed '/^@end/q' "$tmp/machine" | store-load -d "$site"
	sed '1,/^@end/d' "$tmp/machine" | store-load -d "$site"
	profile "${1-<ping>on</ping>}"
	plan
	[ "$(columns wish auth)" = "set-up|psk" ]
}

# keep_setup [SETTINGS]: one machine that was set up with these at 15:00; made by the
# first test of a file that wants it, and copied by the others
keep_setup() {
	local made=$BATS_FILE_TMPDIR/keep${1//[!a-z0-9]/_}
	if [ -d "$made" ]; then
		tmp=$BATS_TEST_TMPDIR
		site=$tmp/site
		cp -a "$made/." "$tmp"
		clock 2026-11-22T15:00:00Z
		return
	fi
	keep_heard "$@"
	result 1 reached '' realm=Digest:0123 firmware=9.5.61
	for step in clock-set admin-set committed verified; do result 1 "$step"; done
	[ "$(sql 'SELECT state FROM machines')" = verified ]
	cp -a "$tmp" "$made"
}
