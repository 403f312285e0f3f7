# What kill-sweep, kill-rotation and kill-sign share: amt-sweep over a fleet of AMT 2.2 to 21
# in a folder of its own, and kills of it or of one of its parts.  Whoever sources
# this has root and build, and a function moment: "moment SCRIPT" waits until the
# kill of a sweep is to come.  kill_kinds may be others.
# shellcheck shell=bash disable=SC2034,SC2154

export PATH=$build/bin:$build/libexec/amtbatch:$build/tests/peer:$PATH
export AMT_LIBEXEC=$build/libexec/amtbatch AMT_LOCK_SECONDS=20
dir=$(mktemp -d)
# Of common.bash.
children=() tls='' plain=''
running='' victim='' status=0 n=0 late=0
declare -A killed=()
# Each as often as it is here.
kill_kinds=(group group store-plan sweep store-load shell)
trap 'ending' EXIT
bats_require_minimum_version() { :; }
# shellcheck source=/dev/null
. "$root/tests/pipelines/common.bash"
# shellcheck source=/dev/null
. "$root/tests/pipelines/mixed.bash"

ending() {
	[ -z "$running" ] || kill -9 -- "-$running" 2>/dev/null || true
	children_end
	rm -rf "$dir"
}

# Alone in its process group when it is the whole of a background job.
sweep_begin() {
	exec setsid amt-sweep -t 90 -j 32 -P "$tls" -p "$plain" >said 2>&1 </dev/null
}

# running SCRIPT: has it not ended?
running() {
	jobs -rp | grep -qx "$1"
}

# part_wait SCRIPT NAME: the process of the script's that has this name, once
# there is one.
part_wait() {
	local pid
	for _ in {1..500}; do
		pid=$(pgrep -s "$1" -x "$2" | head -n 1) || true
		[ -z "$pid" ] || break
		running "$1" || break
		sleep 0.01
	done
	echo "$pid"
}

nap() {
	sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}

# kill_once: one sweep and its kill; sets victim to its kind, or to late
kill_once() {
	local script pid=''
	victim=${kill_kinds[RANDOM % ${#kill_kinds[@]}]}
	sweep_begin &
	script=$! running=$!
	case $victim in
	group) moment "$script" && pid=-$script ;;
	shell) moment "$script" && pid=$script ;;
	store-plan)
		pid=$(part_wait "$script" "$victim")
		nap $((RANDOM % 150))
		;;
	*)
		moment "$script"
		pid=$(pgrep -s "$script" -x "$victim" | head -n 1) || true
		;;
	esac
	{ [ -n "$pid" ] && kill -9 -- "$pid" 2>/dev/null; } || victim=late
	wait "$script" 2>/dev/null || true
	# Parts of a script that was killed may end their work.
	for _ in {1..1400}; do
		pgrep -s "$script" >/dev/null || break
		sleep 0.05
	done
	running=''
}

# Counts the kill of kill_once.
kill_count() {
	if [ "$victim" = late ]; then
		late=$((late + 1))
	else
		n=$((n + 1))
		killed[$victim]=$((${killed[$victim]-0} + 1))
	fi
}

# group 3, sweep 2 ...
killed_parts() {
	local parts='' part
	for part in "${!killed[@]}"; do
		parts="$parts, $part ${killed[$part]}"
	done
	echo "${parts#, }"
}

# judged WHAT: sets status; 0 when all of it is as it must be.  In no condition,
# where bash forgets set -e.
judged() {
	set +e
	(set -x; "$1") >judged.log 2>&1
	status=$?
	set -e
}
