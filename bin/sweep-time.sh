# sweep-time.sh - how long the parts of a sweep may take.  Sourced, not run.
# shellcheck shell=sh disable=SC2034,SC2154

# Milliseconds by a clock that nobody sets.
uptime_now() {
	read -r up _ </proc/uptime
	echo "${up%.*}${up#*.}0"
}

# time_begin SECONDS: from now on, and some of them for the report.  Until end
# machines are worked on; over is when all has to be.  No part waits longer than
# that for another program that writes to the store.
time_begin() {
	reserve=$((1000 + $1 * 1000 / 60)) hurry=yes
	over=$(($(uptime_now) + $1 * 1000))
	end=$((over - reserve))
	AMT_LOCK_UNTIL=$end
	export AMT_LOCK_UNTIL
}

# seconds_left: until end, the nearest number of them, at least 1; as $left.
seconds_left() {
	left=$(((end - $(uptime_now) + 500) / 1000))
	[ "$left" -ge 1 ] || left=1
}

# Is it over?  Who begins gets more than a second, whatever is left.
too_late() {
	[ "$(uptime_now)" -ge "$end" ] || return 1
	cut=${cut:-its time ran out with machines left}
	[ "$status" != 0 ] || status=75
}

# limit_until MOMENT [LEAST]: until then, or this many milliseconds, 300 as a rule;
# as $limit
limit_until() {
	limit_ms=$(($1 - $(uptime_now)))
	[ "$limit_ms" -ge "${2:-300}" ] || limit_ms=${2:-300}
	limit=$((limit_ms / 1000)).$(printf %03d $((limit_ms % 1000)))
}

# limited MOMENT COMMAND...: is killed when it has not ended by then, whatever it
# waits for: a disk, or who reads its messages.
limited() {
	limit_until "$1"
	shift
	own=0
	timeout --foreground -s KILL "$limit" "$@" || own=$?
	case $own in
	124) own=75 ;; # it ended just then
	125) own=71 ;; # timeout could not begin it
	137)
		say "$1 was killed"
		own=70
		;;
	esac
	return "$own"
}

# pipe_limited: a part of a pipe that hangs, or is stopped, is killed when it has
# used half of the time that is for the report; never before it had a second.
pipe_limited() {
	limit_until $((end + reserve / 2)) $((left * 1000 + 500))
	pipe_limit=$limit
}
