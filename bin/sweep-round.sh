# sweep-round.sh - one round of amt-sweep: plan, sweep, load.  Sourced, not run.
# shellcheck shell=sh disable=SC2034,SC2154,SC2120

# shellcheck source=bin/sweep-time.sh
. "$libexec/sweep-time.sh"

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
