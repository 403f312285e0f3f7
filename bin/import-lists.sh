# import-lists.sh - the pipe of amt-import: lists out of their seals and
# containers, read, into the store.  Sourced, not run.
# shellcheck shell=sh disable=SC2034,SC2154

# open_one FILE: without seal and container, to descriptor 7.
open_one() {
	n=$((n + 1))
	at=${found:+$found/$(printf %04d "$n")}
	opened=$({
		pipe_first cms-open ${expired:+-e} ${unsigned:+-u} -s "$site/certs/partners" \
			${BUNDLE_KEY:+-k "$BUNDLE_KEY" -c "$BUNDLE_CERT"} \
			${key_password:+-p "$key_password"} ${found:+-F "$at.1"} -- "$1" |
			pipe_next bundle-open -c -n "$1" ${zip_password:+-p "$zip_password"} \
				${found:+-F "$at.2"} >&7
	} 8>&1) || :
	# shellcheck disable=SC2086 # words
	pipe_end 2 $opened
}

# What follows the last says that all came whole: when one fails, the stream
# has no end and nothing is stored.
open_all() {
	n=0
	for file; do
		open_one "$file" || return
	done
	bundle-open -e
}

# import_lists FILE...: into the store.  $ended has how its parts ended.
import_lists() {
	ended=$({
		pipe_first open_all "$@" 7>&1 |
			pipe_next keys-parse -b "$batch" ${found:+-F "$found/parse"} |
			pipe_next store-load -v ${dry:+-n} -d "$site" ${found:+-F "$found/store"} >&2
	} 8>&1) || :
	# shellcheck disable=SC2086 # words
	pipe_end 3 $ended
}
