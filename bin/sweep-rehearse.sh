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
number_fits "$seconds" 5 86000 ||
	die 64 "-t: not a number of seconds (got \"$seconds\", expected 5 to 86000 for a rehearsal)"
flight_fits "$flight"
. "$libexec/sweep-round.sh"
time_begin "$seconds"
# By its own path: SQLite makes no copy by way of a link.
site=$(realpath -- "$site") || exit 66

[ -z "$PROPS" ] ||
	echo "$me: PROPS is not asked in a rehearsal: a sweep may name more machines" >&2
[ -z "$SIGNER" ] ||
	echo "$me: SIGNER is not run in a rehearsal: machines that wait for its certificates are not set up in it" >&2

[ "$DEVICE_CERTIFICATE" != on-die ] ||
	echo "$me: DEVICE_CERTIFICATE=on-die is record in a rehearsal: no simulated machine has a certificate of Intel's" >&2

# Whoever may rename what is in the site could put another folder in its place.
owner=$(stat -c %u -- "$site/.") || exit 66
[ "$owner" = "$(id -u)" ] ||
	die 77 "$site belongs to $(stat -c %U -- "$site/."): a rehearsal is begun as that user"
[ -z "$(find "$site/." -maxdepth 0 -perm /022)" ] ||
	die 77 "$site: others than its owner may write there; no copy of its key is made in it"

# One that was killed left its folder; every part of one that goes on holds it.
# Only what has our mark is ours to remove.
for left in "$site"/rehearsal.*; do
	if [ -L "$left" ] || [ ! -f "$left/.amtbatch-rehearsal" ]; then continue; fi
	! flock -n "$left" true || rm -rf "$left"
done
# Before there is a folder: dash runs no EXIT trap for a signal that has none.
trap 'exit 75' TERM INT HUP PIPE QUIT
litter=$(mktemp -d -- "$site/rehearsal.XXXXXX") || die 73 "$site: no folder for a copy can be made in it"
folder=$litter copy=$litter/site
exec 9<"$folder"
flock -n 9 || die 75 "$folder: is in use"
{ : >"$folder/.amtbatch-rehearsal" && mkdir "$copy"; } || die 74 "$folder: cannot be written"
# With the results that a killed sweep left, which are then loaded into the copy.
site-backup -d "$site" -o "$copy" >&2 || exit
cp "$site/site.key" "$copy/site.key" || exit 74
site=$copy journal=$copy/sweep.results
site_open reports
PROPS='' SIGNER='' MAX_PER_SUBNET=0 DEVICE_CERTIFICATE=record
store-rehearse -d "$site" >/dev/null || exit
[ "$(store-rehearse -d "$site" | wc -l)" -gt 1 ] ||
	die 69 "no machine that was heard has a key or asks for a certificate; wait for hellos, or see amt-sweep --dry-run"
store-run -d "$site" -b -k "$RUN_DAYS" ${again:+--again "$again"} || exit

# They end with this shell, however it ends.
store-rehearse -d "$site" -f "${faults%\%}" 9<&- |
	amtpeer -f - -t $((seconds + 5)) -P 0 -p 0 -D "$latency" -r "$folder/ports" --with-parent 9<&- &
peers=$!
until [ -s "$folder/ports" ]; do
	kill -0 "$peers" 2>/dev/null || die 70 "the simulated machines did not begin"
	[ "$(uptime_now)" -lt "$end" ] || die 75 "the simulated machines did not begin in time"
	sleep 0.1
done
read -r tls plain <"$folder/ports"
{ number_fits "$tls" 1 65535 && number_fits "$plain" 1 65535; } || die 70 "$folder/ports: not two ports"
ports="-P $tls -p $plain --loopback"

rehearse=--rehearse only="--rehearse --stream -n 2000" began=$(date +%s)
cut='' status=0 begun='' worked='' unloaded=''
begun_ms=$(uptime_now)
. "$libexec/sweep-rounds.sh"
took=$(($(uptime_now) - begun_ms))
kill "$peers" 2>/dev/null || die 70 "the simulated machines ended before the rehearsal did"
wait "$peers" 2>/dev/null || :
[ "$faults" = 0% ] || echo "About $faults of the simulated machines have a fault."
# shellcheck disable=SC2086 # timing is words
store-dump -d "$site" -k devices $timing |
	sweep-summary -b "$began" -r "$took" -j "$flight" -l "$latency" ${cut:+-c "$cut"} || status=$?
exit "$status"
