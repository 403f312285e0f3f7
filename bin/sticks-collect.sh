# sticks-collect.sh - amt-sticks collects sticks that came back, and wipes them.
# Sourced, not run.
# shellcheck shell=sh disable=SC2034,SC2154,SC2317,SC2119,SC2120

# Of a stick on USB $serial is its serial number, of an image it is empty and
# $image its path.

# What is on it, to descriptor 7; a damaged image is said by stick-dump, one that
# could not be read by usb-read.
dump_stick() {
	if [ -z "$serial" ]; then
		stick-dump -- "$image" >&7
		return
	fi
	ended=$({
		pipe_first usb-read -s "$serial" |
			pipe_next stick-dump >&7
	} 8>&1) || :
	# shellcheck disable=SC2086 # words
	pipe_end 2 $ended
}

collect_stick() {
	eval "set -- $sticks"
	[ "$what" = --collect ] || set -- "$@" -w
	{ ended=$({
		pipe_first dump_stick 7>&1 |
			pipe_next store-collect -d "$site" "$@" ${form:+"$form"} >&7
	} 8>&1) || :; } 7>&1
	# shellcheck disable=SC2086 # words
	pipe_end 2 $ended
}

# Machines did not take all of its keys: they are on no other stick.
may_lose() {
	agreed "$1: keys on it were not taken. Wipe it all the same?" || {
		echo "$me: $1: not wiped, keys on it were not taken; --yes wipes it all the same" >&2
		return 75
	}
}

# A stick on USB is written again without its keys.
wipe_usb() {
	litter=$site/sticks/.wiped.$$.img
	trap 'exit 74' HUP INT TERM # dash runs no EXIT trap then
	ended=$({
		pipe_first usb-read -s "$serial" | pipe_next stick-wipe -o "$litter" >&2
	} 8>&1) || :
	# shellcheck disable=SC2086 # words
	pipe_end 2 $ended &&
		usb-write --keep -s "$serial" ${yes:+--yes} "$litter" &&
		echo "$me: $serial: SETUP.BIN overwritten and read back" >&2 ||
		return 74
}

# collect_one SERIAL IMAGE: the status of what went wrong
collect_one() {
	serial=$1 image=$2 left=''
	collect_stick || {
		left=$?
		[ "$left" = 10 ] || return "$left"
	}
	[ "$what" = --wipe ] || return 0
	# What it told is in the store: now it may go.
	[ -z "$left" ] || may_lose "$serial$image" || return
	if [ -n "$serial" ]; then
		wipe_usb
	else
		stick-wipe -v -- "$image"
	fi
}

# collect_sticks IMAGE...: and those of $serials
collect_sticks() {
	status=0
	for image; do
		collect_one '' "$image" || status=$?
	done
	eval "set -- $serials"
	for serial; do
		collect_one "$serial" '' || status=$?
	done
	exit "$status"
}
