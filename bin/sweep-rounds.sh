# sweep-rounds.sh - the rounds of one amt-sweep.  Sourced, not run.
# shellcheck shell=sh disable=SC2034,SC2154

# Is there enough for another round?
time_is_left() {
	seconds_left
	[ "$left" -ge 4 ] && [ "$left" -gt $((seconds / 10)) ]
}

# Changes when anything was committed to the store.
store_stamp() {
	stat -c '%s %.9Y' -- "$site/site.db" "$site/site.db-wal" 2>/dev/null || :
}

# Who says that he is a machine and is contradicted is asked to prove it first:
# then another round sets him up, in the time that is left.
[ -n "$unloaded" ] || round
for number in 2 3 4; do
	# Proved in the first, set up in the second: no more after that.
	[ "$number" = 2 ] || again=''
	if [ -z "$worked" ] || [ -n "$cut$check" ]; then break; fi
	time_is_left || break
	round
done

# Whoever says hello meanwhile joins: then the store changes.  It is looked at all
# the same now and then, for those whose time to be tried again has come and for
# whoever came in the moment when a round ended.
stamp='' looks=0 again=''
while [ -n "$follow" ] && [ -z "$cut" ] && time_is_left; do
	looks=$((looks + 1))
	if [ -n "$worked" ] || [ "$(store_stamp)" != "$stamp" ] || [ "$looks" -ge 15 ]; then
		round
		stamp=$(store_stamp) looks=0
	else
		sleep 1
	fi
done
