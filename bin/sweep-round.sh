# sweep-round.sh - one round of amt-sweep: plan, sweep, load.  Sourced, not run.
# shellcheck shell=sh disable=SC2034,SC2154,SC2120

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

# why_early NAME:STATUS...: the part that was the cause, for the report
why_early() {
	cut='it ended early (a part could not be started, or was killed)'
	for own; do
		case $own in
		*:0 | *:141) ;;
		sign-run:75) cut='its time ran out with machines left' && return ;;
		*) cut="it ended early ($own)" && return ;;
		esac
	done
}

# What a sweep writes down for the next one, in case that both it and its loader
# are killed.  Not in the spool: that may be the listener's user's, and results
# are believed.
journal=$site/sweep.results

# Loading it twice changes nothing.
load_journal() {
	[ -e "$journal" ] || return 0
	limited $((end + reserve / 2)) store-load -c -d "$site" "$journal" && own=0 || own=$?
	case $own in
	0) rm -f "$journal" ;;
	65)
		mv -f "$journal" "$journal.bad" || die 73 "$journal: cannot be put aside"
		say "$journal.bad has results that are not of this site's jobs"
		;;
	*)
		say "$journal has results that are not in the store yet; nothing is planned before they are"
		return "$own"
		;;
	esac
}

# One round: plan, sweep (which sign-run becomes), load.  only: words for
# store-plan, of what else it is to plan.  Sets worked: was there something to do, and is
# there time for more?
# shellcheck disable=SC2086 # timing is words
round() {
	eval "set -- $ports"
	worked=''
	! too_late || return 0
	seconds_left
	load_journal || {
		status=$?
		cut=${cut:-results of a sweep before could not be loaded}
		return 0
	}
	pipe_limited
	ended=$({
		pipe_first store-plan --take-over -d "$site" \
			-p "$site/profile.xml" -t "$left" -m "$MAP_DAYS" $timing \
			${SIGNER:+-x "$SIGNER"} ${again:+--again "$again"} \
			${only:---stream -n 2000} ${follow:+--follow} |
			pipe_next sign-run -d "$site" ${SIGNER:+-x "$SIGNER"} \
				-s "$SIGNER_SECONDS" -j "$SIGNER_AT_ONCE" -c "$CA_DAYS" \
				"$libexec/sweep" -S 3 -t "$left" -j "$flight" -n "$MAX_PER_SUBNET" ${verbose:+-i 60} \
				-c "$DEVICE_CERTIFICATE" -o "$journal" "$@" |
			pipe_next store-load -d "$site" >&2
	} 8>&1 9>&9) || :
	pipe_limit=''
	if pipe_end 3 $ended; then
		# More than a header and an end: results.
		[ "$(wc -l <"$journal")" -le 2 ] || worked=yes
		rm -f "$journal"
		return
	else
		came=$?
	fi
	[ "$status" != 0 ] || status=$came
	[ -n "$cut" ] || why_early $ended
}
