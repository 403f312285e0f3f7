# shellcheck shell=bash disable=SC2034 # the tests read what is set
# Ports for servers that cannot be given port 0.

# free_port: sets $port to one that nobody has, below those that connections are
# given, and that no other test of this run gets: whoever gave a port back and asks
# for it again may find it taken.
free_port() {
	local file=${AMT_TEST_BUILD:-$build}/tests/port lock hex
	for _ in {1..1000}; do
		exec {lock}>>"$file"
		flock "$lock"
		port=$(cat "$file")
		# Two builds that are tested at once begin apart.
		port=$((${port:-16000 + RANDOM % 16000} + 1))
		[ "$port" -lt 32000 ] || port=16001
		echo "$port" >"$file"
		exec {lock}>&-
		printf -v hex ': [0-9A-F]*:%04X ' "$port"
		grep -qs "$hex" /proc/net/{tcp,tcp6,udp,udp6} || return 0
	done
	return 1
}
