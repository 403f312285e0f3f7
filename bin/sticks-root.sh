# sticks-root.sh - amt-sticks makes sticks with the site's own root.  Sourced, not
# run.
# shellcheck shell=sh disable=SC2034,SC2154

# root_stick: records with the hash of the site's own root in place of keys; each
# has a key of its own all the same, for the MEBx password that it sets.
# Without a count or a list one record is for all machines.
root_stick() {
	extra=$(cert-stick -d "$site" -a "$me" ${sha1:+"$sha1"} ${suffix:+--suffix "$suffix"}) || exit
	extra="--without-psk $extra"
	make=-g
	[ -n "$count$list" ] || {
		count=1 any=--any
		extra="--keep $extra"
	}
	# SHA-256 came with version 3 of the setup.bin; for SHA-1, 2 is enough.
	case $sha1$STICK_VERSION in
	--sha11) STICK_VERSION=2 ;;
	1* | 2*) STICK_VERSION=3 ;;
	esac
}
