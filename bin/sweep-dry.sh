# sweep-dry.sh - amt-sweep --dry-run: what a sweep would do now.  Sourced, not run.
# shellcheck shell=sh disable=SC2154

[ -z "$seconds$flight$reports$ports$follow$verbose" ] ||
	usage "--dry-run asks no machine and writes no report: without -t, -j, -o, -v, --follow, -P and -p"
site_open

# Does a sweep hold its lock?  This is looked up and not tried: one that begins
# now would be told that another runs.
sweep_runs() {
	inode=$(stat -c %i -- "$site/sweep.lock" 2>/dev/null) || return 1
	grep -q "FLOCK .*:$inode " /proc/locks
}

# What a sweep has before it plans, and we cannot have without writing.
[ ! -e "$site/sweep.results" ] ||
	echo "$me: the last sweep was killed or runs still: its results that are not in the store yet are left out" >&2
for file in "$site"/spool/*.hello; do
	[ -e "$file" ] || continue
	echo "$me: hellos in $site/spool that are not in the store yet are left out" >&2
	break
done
[ -z "$PROPS" ] ||
	echo "$me: PROPS was not asked for names: a sweep may name more machines" >&2

over=--take-over
if sweep_runs; then
	echo "$me: a sweep is running: what it works on is left out" >&2
	over=
fi
# shellcheck disable=SC2086 # words
listed store-plan --dry-run $csv $json $over -d "$site" -p "$site/profile.xml" \
	-t "$SWEEP_SECONDS" -m "$MAP_DAYS" ${SIGNER:+-x "$SIGNER"} $timing ${again:+--again "$again"} $check
