# sweep-rehearse.sh - amt-sweep --rehearse: the same plan and sweep, on a copy of
# the site, with simulated machines.  Sourced, not run.
# shellcheck shell=sh disable=SC2034,SC2154

[ -z "$dry$csv$json$follow$check$reports$ports" ] ||
	usage "--rehearse is a sweep of simulated machines: without --dry-run, --check, --follow, -o, -P and -p"
faults=${faults:-0%}
latency=${latency:-150}
[ "$faults" = 0% ] || { [ "${faults%\%}" != "$faults" ] && number_fits "${faults%\%}" 1 100; } ||
	die 64 "--faults: not a part of the machines (got \"$faults\", expected 0% to 100%)"
[ "$latency" = 0 ] || number_fits "$latency" 1 60000 ||
	die 64 "--latency: not a number of milliseconds (got \"$latency\", expected 0 to 60000)"
site_open
seconds=${seconds:-$SWEEP_SECONDS}
flight=${flight:-$IN_FLIGHT}
seconds_fit "$seconds" ||
	die 64 "-t: not a number of seconds (got \"$seconds\", expected 5 to 86400)"
flight_fits "$flight"
. "$libexec/sweep-round.sh"
time_begin "$seconds"

[ -z "$PROPS" ] ||
	echo "$me: PROPS is not asked in a rehearsal: a sweep may name more machines" >&2
[ -z "$SIGNER" ] ||
	echo "$me: SIGNER is not run in a rehearsal: machines that wait for its certificates are not set up in it" >&2

# One that was killed left its folder; every part of one that goes on holds it.
for left in "$site"/rehearsal.*; do
	if [ ! -d "$left" ] || [ -L "$left" ] || [ -e "/proc/${left##*.}" ]; then continue; fi
	! flock -n "$left" true || rm -rf "$left"
done
copy=$site/rehearsal.$$
mkdir -m 700 "$copy" || die 73 "$copy: cannot be made"
litter=$copy
exec 9<"$copy"
flock -n 9 || die 75 "$copy: is in use"
trap 'exit 75' TERM INT HUP
site-backup -d "$site" -o "$copy" >&2 || exit
cp "$site/site.key" "$copy/site.key" || exit 74
site=$copy
site_open reports
PROPS='' SIGNER=''

# They end with this shell, however it ends.
store-rehearse -d "$site" -f "${faults%\%}" 9<&- |
	amtpeer -f - -t $((seconds + 5)) -P 0 -p 0 -D "$latency" -r "$copy/ports" --with-parent 9<&- &
peers=$!
until [ -s "$copy/ports" ]; do
	kill -0 "$peers" 2>/dev/null || die 69 "no simulated machines: none that was heard has a key or asks for a certificate"
	[ "$(uptime_now)" -lt "$end" ] || die 75 "the simulated machines did not begin in time"
	sleep 0.1
done
read -r tls plain <"$copy/ports"
ports="-P $tls -p $plain --loopback"

rehearse=--rehearse only="--rehearse --stream -n 2000" began=$(date +%s)
cut='' status=0 begun='' worked='' unloaded=''
store-run -d "$site" -b -k "$RUN_DAYS" || exit
begun_ms=$(uptime_now)
. "$libexec/sweep-rounds.sh"
took=$(($(uptime_now) - begun_ms))
kill "$peers" 2>/dev/null || :
wait "$peers" 2>/dev/null || :
# shellcheck disable=SC2086 # timing is words
store-dump -d "$site" -k devices $timing |
	sweep-summary -b "$began" -r "$took" -j "$flight" -l "$latency" ${cut:+-c "$cut"} || status=$?
exit "$status"
