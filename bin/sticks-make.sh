# sticks-make.sh - amt-sticks makes sticks.  Sourced, not run.
# shellcheck shell=sh disable=SC2034,SC2154,SC2317,SC2119,SC2120

# plan_sticks: reserves the keys of all of them; the sticks as words.
plan_sticks() {
	eval "set -- $serials"
	{ ended=$({
		pipe_first store-sticks -d "$site" -p "$site/profile.xml" -b "$batch" \
			${count:+-n "$count"} ${any:+"$any"} ${list:+-c "$list"} ${make:+-g} ${max:+-m "$max"} \
			${profile:+--profile "$profile"} -o "$path" |
			pipe_next stick-words -a "$me" -- "$@" >&7
	} 8>&1) || :; } 7>&1
	# shellcheck disable=SC2086 # words
	pipe_end 2 $ended
}

# each_stick COMMAND: with $name, $records, $row, $image and $serial of each
# stick of the plan; $row is the machine of its first record.
each_stick() {
	each=$1
	eval "set -- $plan"
	while [ $# != 0 ]; do
		name=$1 records=$2 row=$3 image=$4 serial=$5
		shift 5
		"$each" || return
	done
}

# What went wrong first has its status; refused keys are sticks not made.
failed_by() {
	[ "$1" != 65 ] || return 73
	return "$1"
}

# setup_bin [OPTION ...]: of the stick $name, to descriptor 7
setup_bin() {
	eval "set -- $extra $sets \"\$@\""
	ended=$({
		pipe_first store-sticks -d "$site" -k "$name" </dev/null |
			pipe_next setupbin-make -V "$STICK_VERSION" -s "$name" "$@" \
				${list:+--csv "$list" --first "$row"} >&7
	} 8>&1) || :
	# shellcheck disable=SC2086 # words
	pipe_end 2 $ended
}

explain_stick() {
	echo "$name: $records records, $image"
	setup_bin --explain ${reveal:+"$reveal"} 7>&1
}

write_stick() {
	{ ended=$({
		pipe_first setup_bin 7>&1 |
			pipe_next fatimage-make ${mbr:+-m} ${fat:+-F "$fat"} \
				${size:+-s "$size"} -l "$name" -o "$image" >&7
	} 8>&1) || :; } 7>&1
	# shellcheck disable=SC2086 # words
	pipe_end 2 $ended || { failed=$?; return 1; }
	sticks="$sticks --stick $name" # a name has no blanks
}

# What fails here changes no key: the image is there, and usb-write can be
# tried again.
copy_stick() {
	usb-write -s "$serial" ${yes:+--yes} "$image" <&3 ||
		die 74 "$image: not on its stick; the image is there: usb-write -s SERIAL $image"
	echo "$name: written to $serial, and read back"
}

# image_path: of $out, which may be a folder, for store-sticks
image_path() {
	if [ -d "$out" ]; then
		path=$(realpath -e -- "$out")/ && return
	fi
	path=$(whole_path "$out") || die 73 "$out: its folder is not there"
	{ [ ! -e "$path" ] && [ ! -L "$path" ]; } ||
		die 73 "$out: is there already; it may hold keys, so it is not replaced"
}

# explain_plan: what will be planted; unless one agrees to it, that is all.
explain_plan() {
	each_stick explain_stick || {
		failed=$?
		store-settle -d "$site"
		failed_by "$failed" || die $? "nothing written, no key issued; see above"
	}
	agreed 'Write this?' || {
		store-settle -d "$site"
		die 0 "nothing written, no key issued"
	}
}

make_sticks() {
	: "${out:=$site/sticks}"
	image_path
	lock
	# Reserved: nobody else gets these keys, and nobody has them yet.
	plan=$(plan_sticks) || {
		failed=$?
		store-settle -d "$site"
		[ "$failed" != 2 ] || exit 2 # the shell has said why
		failed_by "$failed" || die $? "no stick made; see above"
	}
	sticks=''
	[ -z "$explain" ] || explain_plan
	# From here on each key is issued when its image is there.
	trap : TERM INT HUP
	failed='' unlabelled=''
	each_stick write_stick || : "${failed:=1}"
	store-settle -d "$site"
	[ -z "$labels" ] || [ -z "$sticks" ] || print_labels ||
		unlabelled="; no labels either: amt-sticks --labels makes them"
	[ -z "$failed" ] || failed_by "$failed" || die $? \
		"not all sticks made, no key without its image; see above$unlabelled"
	[ -z "$serials" ] || each_stick copy_stick 3<&0
	[ -z "$unlabelled" ] ||
		die 73 "the sticks are made, their labels are not: amt-sticks --labels makes them"
}
