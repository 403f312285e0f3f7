# site.sh - what the amt-* programs share: the site, its settings, its lock.
# Sourced, not run; $libexec is set by then.
# shellcheck shell=sh disable=SC2034,SC2154

PATH=$libexec:$PATH
export PATH
umask 077
site=${AMT_SITE:-/var/lib/amtbatch}
me=${0##*/}

# die STATUS MESSAGE...: statuses are those of sysexits(3)
die() {
	status=$1
	shift
	echo "$me: $*" >&2
	exit "$status"
}

usage() {
	echo "usage: $me $synopsis" >&2
	exit 64
}

help() {
	echo "usage: $me $synopsis"
	echo
	echo "See $me(1)."
	exit 0
}

# The words --help and --version, before getopts sees them.
first_word() {
	case ${1-} in
	--help) help ;;
	--version) store-load --version | sed "s/^store-load/$me/" && exit 0 ;;
	esac
}

# Settings of the site: site.conf is commented sh assignments.
site_open() {
	[ -e "$site/site.db" ] ||
		die 66 "$site: no site here; make one with: amt-init -d $site"
	# shellcheck source=/dev/null
	. "$site/site.conf" || die 78 "$site/site.conf: not readable"
	# How old the map may be, for store-plan.
	case ${MAP_DAYS:-0} in
	*[!0-9]*) die 78 "$site/site.conf: MAP_DAYS is not a number of days" ;;
	esac
	# 0 would let every program end before it answers.
	case ${PROPS_SECONDS:-180} in
	'' | *[!0-9]* | 0*)
		die 78 "$site/site.conf: PROPS_SECONDS is not a number of seconds from 1 on"
		;;
	esac
	# How long machines listen, for store-plan and store-dump: words.
	timing="-w ${PSK_WINDOW_HOURS:-6} -W ${PKI_WINDOW_HOURS:-24}"
	timing="$timing${HELLO_SCHEDULE:+ -R $HELLO_SCHEDULE}"
}

# Named files, before anything is begun: one line says it all.
readable() {
	for file; do
		{ [ "$file" = - ] || [ -r "$file" ]; } ||
			die 66 "$file: no such file, or not readable"
		[ ! -d "$file" ] || die 66 "$file: is a folder"
	done
}

# tell COMMAND...: writes the command's status to descriptor 8, when it is not
# 0: a pipeline has the status of its last command only.
tell() {
	"$@" && return
	set -- $?
	echo "$1" >&8
	return "$1"
}

# root_of STATUS...: of those told, that of what went wrong first.  65 is also
# that of a reader who got nothing; 141, that of a writer whose reader ended.
root_of() {
	refused=0
	for told; do
		case $told in
		65) refused=65 ;;
		141) ;;
		12[89] | 1[3-9]?) return 70 ;; # killed
		*) return "$told" ;;
		esac
	done
	return $refused
}

# Descriptors for passwords that are ours: 8 and 7 of pipelines, 9 of the lock.
spare_fd() {
	for fd; do
		case $fd in
		[789]) die 64 "file descriptors 7 to 9 are in use here (got $fd, expected 3 to 6)" ;;
		esac
	done
}
