# site.sh - what the amt-* programs share: the site, its settings, its lock.
# Sourced, not run; $libexec is set by then.
# shellcheck shell=sh disable=SC2034,SC2154

# Who has closed standard output gets one that cannot be written, as each program
# gives itself: the shell would end over a copy of it, in words of its own.
[ -h /proc/self/fd/1 ] || exec 1</dev/null
PATH=$libexec:$PATH
export PATH
umask 077
unset AMT_PIPE AMT_USAGE GETOPT_COMPATIBLE
site=${AMT_SITE:-/var/lib/amtbatch}
me=${0##*/}
output_folder=''
# Never the environment's: what is removed at the end, how long a part may take, and
# whether this file was read to its end.
litter='' pipe_limit='' hurry='' whole=''

# How every script ends.  The shell's own trouble, such as no room for a process,
# is 2 to it; its own message comes first, and this says what it means.  A script
# that cannot be read to its end goes on in its first line, which is no success
# either: so each of them says exit where it means it.
ending() {
	[ -z "${litter-}" ] || rm -rf "$litter"
	case $1 in
	2 | 12[67])
		echo "$me: not finished: run it again" >&2
		exit 71
		;;
	esac
}
trap 'ending $?' EXIT

# say MESSAGE...: who has to end in time does not wait for a reader who stands
# still.
say() {
	if [ -n "${hurry-}" ]; then
		timeout --foreground -s KILL 0.1 printf '%s\n' "$me: $*" >&2 || :
	else
		echo "$me: $*" >&2
	fi
}

# die STATUS MESSAGE...: statuses are those of sysexits(3)
die() {
	status=$1
	shift
	say "$@"
	exit "$status"
}

# usage [WHY]: what is missing, or too much
usage() {
	[ $# = 0 ] || echo "$me: $*" >&2
	echo "usage: $me $synopsis" >&2
	exit 64
}

help() {
	echo "usage: $me $synopsis"
	# Made of the page, with a line for each option.
	[ ! -r "$libexec/../../share/amtbatch/help/$me" ] ||
		cat -- "$libexec/../../share/amtbatch/help/$me"
	echo
	echo "See $me(1)."
	exit 0
}

# The words --help, -h and --version, before getopt sees them.
first_word() {
	[ -n "${whole-}" ] || die 74 "$libexec/site.sh: not read to its end"
	# Of wrong options that only a part of a pipe can know.
	AMT_USAGE="$me $synopsis"
	export AMT_USAGE
	case ${1-} in
	--help | -h) help ;;
	--version)
		version=$(store-load --version)
		echo "$me ${version#* }"
		exit 0
		;;
	esac
}

# options SPEC WORD...: reads the words by the script's SPEC, which has a word for
# each option:
#
#	b:batch         -b VALUE sets batch
#	n,dry-run=dry   -n or --dry-run sets dry to -n, the first of its names
#	P:+ports        -P VALUE adds both to ports, as often as it is given
#	usb:%serials    the same, with the value alone
#
# What is added is in quotes, for eval; so is $operands, and $words, which has
# the options too.
options() {
	spec="$1 h,help=helped" short='' long='' operands='' helped=''
	shift
	for option in $spec; do
		option_name "$option"
	done
	words=$(getopt -n "$me" -o "$short" -l "$long" -- "$@") || {
		[ $? = 1 ] && usage
		die 71 "the options cannot be read"
	}
	eval "set -- $words"
	while [ "$1" != -- ]; do
		option_find "$1"
		case $option in
		"$names":*)
			option_set "${option#"$names":}" "$2"
			shift
			;;
		*) option_set "${option#"$names"=}" ;;
		esac
		shift
	done
	shift
	[ -z "$helped" ] || help
	for word; do
		quote "$word"
		operands="$operands $quoted"
	done
	# It begins operands of rm, realpath and others.
	case $site in -*) site=./$site ;; esac
}

# option_name OPTION: its names, for getopt
option_name() {
	left=${1%%[:=]*}, takes=''
	[ "${1#"${left%,}":}" = "$1" ] || takes=:
	while [ -n "$left" ]; do
		name=${left%%,*} left=${left#*,}
		case $name in
		?) short=$short$name$takes ;;
		*) long=${long:+$long,}$name$takes ;;
		esac
	done
}

# option_find WORD: the one of $spec that it is, and its names
option_find() {
	name=${1#-}
	for option in $spec; do
		names=${option%%[:=]*}
		case ,$names, in *",${name#-},"*) return ;; esac
	done
}

# option_set VARIABLE [VALUE]: as the spec's + and % say
option_set() {
	word=--${names%%,*}
	[ "${#word}" -gt 3 ] || word=${word#-}
	case $1 in
	[+%]*)
		[ $# = 1 ] || quote "$2"
		[ "${1#%}" != "$1" ] || quoted=$word${2+ $quoted}
		eval "${1#?}=\"\${${1#?}} \$quoted\""
		;;
	*)
		# Of a variable that was not set, as a rule: to do without the
		# option would be what nobody asked for.
		[ -n "${2-$word}" ] || usage "$word: its value is empty"
		eval "$1=\${2-\$word}"
		;;
	esac
}

# quote WORD: in quotes for eval, as $quoted
quote() {
	left=$1 quoted=
	while [ "${left#*\'}" != "$left" ]; do
		quoted=$quoted${left%%\'*}"'\\''"
		left=${left#*\'}
	done
	quoted="'$quoted$left'"
}

# no_stdout FILE WHY: ends the script when -o names standard output, where it
# cannot write
no_stdout() {
	[ "$1" != - ] ||
		die 64 "-o: \"-\" is standard output: $2 (./- is a file of that name)"
}

# no_operands: the site's folder without its -d, as a rule
no_operands() {
	[ -z "$operands" ] ||
		usage "only options are taken (got${operands}, expected -d before the site's folder)"
}

# site_open [FOLDER ...]: the settings of the site as variables, each of them
# whether site.conf has it or not; and these folders of it are made, and
# $output_folder, which may lie anywhere.  site.conf is data:
# site-open reads it, and what it says here is safe to evaluate.
site_open() {
	[ -e "$site/site.db" ] || case $(LC_ALL=C stat -- "$site/site.db" 2>&1) in
	*": Permission denied")
		die 66 "$site: permission denied; run $me as the owner of the site, or as root"
		;;
	*) die 66 "$site: no site here; make one with: amt-init -d $site" ;;
	esac
	settings=$(site-open -d "$site" -a "$me" \
		${output_folder:+-o "$output_folder"} -- "$@") || exit
	eval "$settings"
	# How long machines listen, for store-plan and store-dump: words.
	timing="-w $PSK_WINDOW_HOURS -W $PKI_WINDOW_HOURS -R $HELLO_SCHEDULE"
	# What lies below it is opened without following a link.
	AMT_SITE=$site
	export AMT_SITE
}

# site_lock NAME SECONDS MESSAGE: this command once more, from its options on,
# with that lock of the site as descriptor 9; or the message and 75.
site_lock() {
	[ "${AMT_LOCKED-}" != $$ ] || return 0
	set -- -d "$site" -a "$me" -n "$1" -w "$2" -m "$3"
	eval "exec site-lock \"\$@\" \"\$0\" $words"
}

# number_fits VALUE LEAST MOST: as the shell can calculate with it: to it 010 is
# 8, and 08 is no number.
number_fits() {
	case $1 in '' | 0* | *[!0-9]* | ??????*) return 1 ;; esac
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

# seconds_fit VALUE: 5 seconds to a day
seconds_fit() {
	number_fits "$1" 5 86400
}

# flight_fits VALUE: machines at once, as in site.conf; or the script ends
flight_fits() {
	number_fits "$1" 1 60000 ||
		die 64 "-j: not a number of machines (got \"$1\", expected 1 to 60000)"
}

# Named files, before anything is begun: one line says it all.
readable() {
	for file; do
		{ [ "$file" = - ] || [ -r "$file" ]; } ||
			die 66 "$file: no such file, or not readable"
		[ ! -d "$file" ] || die 66 "$file: is a folder"
	done
}

# Pipes.  The shell knows the status of a pipe's last part only, so each part
# says its own on descriptor 8, a good one too: who says nothing was not begun,
# or was killed.  Only the first part may complain of its input (AMT_PIPE): what
# the others would say of theirs follows from an end that was said before.
#
#	ended=$({
#		pipe_first store-dump -d "$site" |
#			pipe_next report -o "$reports" >&2
#	} 8>&1) || :
#	pipe_end 2 $ended || die $? "nothing published"
#
# The last part's output is a descriptor's, for it would be taken for a status.
pipe_first() {
	AMT_PIPE=${AMT_PIPE:-first}
	pipe_part "$@"
}

pipe_next() {
	AMT_PIPE=next
	pipe_part "$@"
}

pipe_part() {
	export AMT_PIPE
	part=$1
	# Not longer than this, whatever it waits for.
	[ -z "${pipe_limit-}" ] ||
		set -- timeout --foreground -s KILL "$pipe_limit" "$@"
	"$@" 8>&- && own=0 || own=$?
	case $own in
	124) [ "$1" = "$part" ] || own=75 ;; # it ended just when its time did
	125) [ "$1" = "$part" ] || own=71 ;; # timeout could not begin it
	141) ;; # its reader ended
	12[89] | 1[3-9]?) say "$part was killed" ;;
	esac
	echo "$part:$own" >&8
	return "$own"
}

# pipe_end PARTS NAME:STATUS...: the status of what went wrong first, 0 when all
# of them ended well.  Refused records, 65, are good news beside any other; 141
# is that of a part which ended because another did.
pipe_end() {
	missing=$1 worst=0
	shift
	missing=$((missing - $#))
	for own; do
		case ${own##*:} in
		0) ;;
		65 | 141) [ "$worst" = 65 ] || worst=${own##*:} ;;
		12[6-9] | 1[3-9]?) return 70 ;; # killed, or not there
		*) return "${own##*:}" ;;
		esac
	done
	[ "$missing" = 0 ] || return 71
	# Within a part, the reader that ended is that part's.
	[ "$worst" != 141 ] || [ -n "${AMT_PIPE-}" ] || {
		# Who was first ended well, and wrote nothing: nobody said why.
		[ "${1##*:}" != 0 ] || say "${1%:*} wrote nothing"
		return 70
	}
	return "$worst"
}

# pipe_did NAME NAME:STATUS...: did this part do its work?  65 is that it left
# something out.
pipe_did() {
	did=$1
	shift
	case " $* " in
	*" $did:0 "* | *" $did:65 "*) return 0 ;;
	esac
	return 1
}

# pipe_stored PARTS WHAT: what came of the pipe whose parts ended as $ended has
# it, and whose last is store-load; unless all went well the script ends here.
pipe_stored() {
	# shellcheck disable=SC2086 # words
	pipe_end "$1" $ended || pipe_failed $? "$2"
}

# pipe_failed STATUS WHAT: ends with the status, and says WHAT unless the good
# records are in the store.
pipe_failed() {
	# shellcheck disable=SC2086 # words
	! pipe_did store-load $ended || exit "$1"
	case $1 in 7[01]) die "$1" "not finished: run it again" ;; esac
	die "$@"
}

# Lists.  A reader that has seen enough, as head has, is no failure.
#
# listed COMMAND...: its output is the script's, and so is its status.
listed() {
	"$@" && exit || status=$?
	[ "$status" = 141 ] || exit "$status"
	exit 0
}

# pipe_seen NAME:STATUS...: did the pipe end because its reader did?  Also who
# gets no input ends with 141, but not while its output is a pipe's and the part
# before it ended well.
pipe_seen() {
	[ -p /proc/self/fd/1 ] || return 1
	for own; do
		case $own in
		*:0 | *:141) ;;
		*) return 1 ;;
		esac
	done
	case $own in *:141) ;; *) return 1 ;; esac
}

# What reports are made from.
report_kinds='-k devices -k batches -k callers -k strangers -k certificates -k runs'

# write_reports FOLDER [OPTION ...]: the reports of the site; $ended has how its
# two parts ended.  A stream that was cut has no @end, and nothing is published
# of it.
write_reports() {
	folder=$1
	shift
	# shellcheck disable=SC2086 # timing is words
	ended=$({
		pipe_first store-dump -d "$site" $report_kinds $timing |
			pipe_next report -o "$folder" -l "$site/spool/listener" "$@" >&2
	} 8>&1) || :
	# shellcheck disable=SC2086 # words
	pipe_end 2 $ended
}

# report_here [OPTION ...]: its text, on standard output.
report_here() {
	# shellcheck disable=SC2086 # timing is words
	{ ended=$({
		pipe_first store-dump -d "$site" $report_kinds $timing 7>&- |
			pipe_next report -l "$site/spool/listener" "$@" >&7 7>&-
	} 8>&1) || :; } 7>&1
	# shellcheck disable=SC2086 # words
	pipe_seen $ended || pipe_end 2 $ended
}

# whole_path FILE: where it is to be made, from the root; nothing unless its
# folder is there.  Not by cd and pwd: CDPATH leads cd elsewhere, and in a
# folder that was removed pwd is empty, so that FILE were made in the root.
whole_path() {
	in_folder=$(dirname -- "$1" && echo /) && in_folder=$(realpath -e -- "${in_folder%??}") || return
	echo "${in_folder%/}/$(basename -- "$1")"
} 2>/dev/null

# Descriptors for passwords that are ours: 8 and 7 of pipelines, 9 of the lock.
spare_fd() {
	for fd; do
		case $fd in
		[789]) die 64 "file descriptors 7 to 9 are in use here (got $fd, expected 3 to 6)" ;;
		esac
	done
}

# stdin_copy FD...: opens standard input once more, on a descriptor from 3 to 6
# other than these, and sets copy to its number.  In a pipe that is the pipe.
stdin_copy() {
	for copy in 6 5 4 3; do
		case " $* " in
		*" $copy "*) ;;
		*) break ;;
		esac
	done
	eval "exec $copy<&0"
}

# The last line, for first_word.
whole=yes
