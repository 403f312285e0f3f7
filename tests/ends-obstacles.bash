# What tests/ends puts in the way of a sweep.  An obstacle NAME has up to three
# functions: site_NAME changes the site and its fleet before it begins, begin_NAME
# starts what runs beside it, stopped by obstacles_end.  Each draws from RANDOM.
# shellcheck shell=bash disable=SC2034,SC2154

all_kinds=(silent mute-http drip dead names signer held locked full-pipe slow-reader
	stopped disk-full slow-disk many follow flood)

# These need the same thing, or hide one another.
kinds_clash() {
	case " $1  $2 " in
	*" many "*" slow-disk "* | *" slow-disk "*" many "*) return 0 ;;
	*" many "*" flood "* | *" flood "*" many "*) return 0 ;;
	# strace would wait for the reader, and all whom it traces for strace.
	*" full-pipe "*" slow-disk "* | *" slow-disk "*" full-pipe "*) return 0 ;;
	*" stopped "*" slow-disk "* | *" slow-disk "*" stopped "*) return 0 ;;
	*" locked "*" flood "* | *" flood "*" locked "* | *" locked "*" held "* | *" held "*" locked "*) return 0 ;;
	*" full-pipe "*" slow-reader "* | *" slow-reader "*" full-pipe "*) return 0 ;;
	esac
	[ "$1" = "$2" ]
}

# Sets kind: one, or two of them.
kind_choose() {
	local may other
	read -ra may <<<"${AMT_ENDS-${all_kinds[*]}}"
	kind=${may[RANDOM % ${#may[@]}]}
	[ $((RANDOM % 2)) = 0 ] || return 0
	other=${may[RANDOM % ${#may[@]}]}
	kinds_clash "$kind" "$other" || kind="$kind $other"
	kind=$(tr ' ' '\n' <<<"$kind" | sort | paste -sd ' ')
}

has() {
	[[ " $kind " = *" $1 "* ]]
}

# A copy of a site, with its hellos.
site_make() {
	local as=small
	if has many; then
		machines=2000 judging=120 as=big
	fi
	template "$as" "$machines"
	cp -a "$dir/$as" "$dir/run"
	cd "$dir/run" || return
	BATS_TEST_TMPDIR=$PWD
	export AMT_SITE=$PWD/site
	has follow || hellos fleet/fleet.tsv | store-load -d site
	printf 'SWEEP_SECONDS=60\n' >>site/site.conf
}

obstacles_make() {
	local name
	for name in $kind; do
		! declare -F "site_$name" >/dev/null || "site_$name"
		declare -F "begin_$name" >/dev/null || eval "begin_$name() { :; }"
	done
}

# faulty WORD: a part of the machines gets it, from one to all of them
faulty() {
	local part=$((1 + RANDOM % 4))
	awk -F'\t' -v OFS='\t' -v part="$part" -v word="$1" '
		NR > 1 && NR % 4 < part { $8 = $8 == "" ? word : $8 "," word }
		{ print }' fleet/fleet.tsv >faulty
	mv faulty fleet/fleet.tsv
}

# holder COMMAND...: runs beside the sweep, until its end
holder() {
	"$@" </dev/null >/dev/null 2>&1 &
	holders+=($!)
}

nap() {
	sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}

site_silent() { faulty hang-tls; }
site_mute-http() { faulty "hang-http=$((RANDOM % 12))"; }
site_drip() { faulty "slow-body=$((50 + RANDOM % 500))"; }
site_dead() { faulty hang-connect; }

# --- programs of the site ----------------------------------------------------

# program NAME: one that does not do as it should
program() {
	local body
	case $((RANDOM % 6)) in
	0) body='exec sleep 600' ;;
	1) body='trap "" TERM INT HUP; while :; do sleep 1; done' ;;
	2) body='sleep 600 & exit 0' ;;
	3) body='setsid sleep 600 & exit 0' ;;
	4) body='exec yes' ;;
	5) body='(trap "" TERM HUP; setsid sleep 600) & exec sleep 600' ;;
	esac
	printf '#!/bin/sh\n%s\n' "$body" >"$1"
	chmod 755 "$1"
}

site_names() {
	program names
	printf 'PROPS=%s\nPROPS_SECONDS=60\n' "$PWD/names" >>site/site.conf
	# Whom the program is asked for.
	awk -F'\t' 'NR % 3 == 0 { print $2 }' fleet/fleet.tsv >unnamed
	cp fleet/oob.csv fleet/location.csv .
	sed "s/.*/DELETE FROM map WHERE uuid = '&';/" unnamed | sql
	eval 'gone_fn() { amt-map oob.csv location.csv 2>/dev/null; }'
}

site_signer() {
	program signer
	printf 'SIGNER=%s\nSIGNER_SECONDS=%s\nSIGNER_AT_ONCE=%s\n' "$PWD/signer" \
		$((1 + RANDOM % 60)) $((1 + RANDOM % 10)) >>site/site.conf
	sed -i "s|</profile>|<certificate>signer</certificate><tls>server</tls></profile>|" site/profile.xml
}

# --- the store and the disk --------------------------------------------------

# Another program has it: from a moment on, for a while or for good.
store_hold() {
	nap "$2"
	exec sqlite3 -cmd '.timeout 20000' site/site.db "$1; UPDATE meta SET value = value; SELECT 1;" ".system exec sleep $3"
}

moments() {
	from=$((RANDOM % 2 * (RANDOM % 5000))) long=$((RANDOM % 2 ? 60 : 1 + RANDOM % 5))
}

begin_held() {
	local from long
	moments
	holder store_hold 'BEGIN IMMEDIATE' "$from" "$long"
	[ "$from" != 0 ] || nap 300
}

# Nobody can even read.
begin_locked() {
	local from long
	moments
	[ "$((from / 1000 + long))" -lt $((seconds - 2)) ] || report_due=no
	sql 'PRAGMA journal_mode = DELETE' >/dev/null
	holder store_hold 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE' "$from" "$long"
	[ "$from" != 0 ] || nap 300
}

# A small disk that is full from the beginning, or from some moment on.
disk_fill() {
	nap "$1"
	dd if=/dev/zero of=site/ballast bs=4096 || :
	truncate -s "-$2" site/ballast
}

site_disk-full() {
	report_due=no
	mv site site.was
	mkdir site
	mount -t tmpfs -o size=$((machines * 4 + 8192))k tmpfs site
	cp -a site.was/. site
	chmod 700 site
	if [ $((RANDOM % 2)) = 0 ]; then
		disk_fill 0 $((4096 * (RANDOM % 20))) 2>/dev/null
	fi
	eval 'gone_fn() { rm -f site/ballast; }'
}

begin_disk-full() {
	[ -e site/ballast ] || holder disk_fill $((RANDOM % 4000)) $((4096 * (RANDOM % 20)))
}

# Each write that has to be on the disk takes its time.
begin_slow-disk() {
	local delay=$((20 + RANDOM % 400))
	# The end takes 17 of them, and gets a second.
	[ "$delay" -lt 40 ] || report_due=no
	around=(strace -f -qq -o /dev/null --seccomp-bpf -e "trace=fsync,fdatasync"
		-e "inject=fsync,fdatasync:delay_exit=${delay}ms")
	strace -f -qq -o /dev/null --seccomp-bpf -e trace=fsync -e inject=fsync:delay_exit=1ms true 2>/dev/null || around=()
}

# --- who reads ----------------------------------------------------------------

# Nobody reads, and not a byte fits.
begin_full-pipe() {
	mkfifo full
	exec 6<>full
	dd if=/dev/zero of=full bs=4096 oflag=nonblock 2>/dev/null || :
	dd if=/dev/zero of=full bs=1 oflag=nonblock 2>/dev/null || :
	output=full
	options+=(-v)
}

read_slowly() {
	while sleep 0.5; do
		dd bs=16 count=1
	done <slow
}

begin_slow-reader() {
	mkfifo slow
	exec 5<>slow
	output=slow
	options+=(-v)
	holder read_slowly
}

# --- what stands still --------------------------------------------------------

stop_names=(site-open site-lock store-dump store-run store-load store-plan sign-run sweep report props-run)

# In the place of a program, at its N-th start: stands still before it is itself.
stopped_first() {
	local name real=$build/libexec/amtbatch
	mkdir libexec
	ln -s "$real"/* libexec
	rm "libexec/$1"
	cat >"libexec/$1" <<-END
		#!/bin/sh
		n=\$(cat "$PWD/started" 2>/dev/null || echo 0)
		echo \$((n + 1)) >"$PWD/started"
		if [ "\$n" = $2 ]; then
			echo \$\$ >"$PWD/stopped"
			kill -STOP \$\$
		fi
		exec "$real/$1" "\$@"
	END
	chmod 755 "libexec/$1"
	export AMT_LIBEXEC=$PWD/libexec
}

# stop_later SESSION NAME MS AGAIN: at this moment, until AGAIN seconds later
stop_later() {
	local pid try
	nap "$3"
	for try in {1..300}; do
		pid=$(pgrep -s "$1" -x "$2" | head -n 1) || :
		[ -z "$pid" ] || break
		sleep 0.01
	done
	[ -n "$pid" ] || return 0
	kill -STOP "$pid"
	sleep "$4"
	kill -CONT "$pid"
}

goes_on_later() {
	local try
	for try in {1..2000}; do
		[ ! -s stopped ] || break
		sleep 0.02
	done
	sleep "$1"
	kill -CONT "$(cat stopped)"
}

begin_stopped() {
	local name=${stop_names[RANDOM % ${#stop_names[@]}]} again=$((RANDOM % 2 ? 60 : 1 + RANDOM % 3))
	stop_what=$name stop_again=$again stop_at=$((RANDOM % 4000))
	case $name in report | store-dump) report_due=no ;; esac
	if [ $((RANDOM % 2)) = 0 ]; then
		stopped_first "$name" $((RANDOM % 3))
		[ "$again" = 60 ] || holder goes_on_later "$again"
	else
		eval 'begun_fn() { holder stop_later "$1" "$stop_what" "$stop_at" "$stop_again"; }'
	fi
}

# --- hellos -------------------------------------------------------------------

# They come one by one.
hellos_come() {
	local n
	for ((n = 2; n <= $(wc -l <fleet/fleet.tsv); n++)); do
		hellos <(sed -n "1p; ${n}p" fleet/fleet.tsv) | "$build/libexec/amtbatch/store-load" -d site
		sleep 0.1
	done
}

begin_follow() {
	options+=(--follow)
	holder hellos_come
}

# From machines that nobody knows, thousands a second.
begin_flood() {
	local port='' try
	fleetgen -n 2000 -o flooding -a 127.61.0.1 -S $((RANDOM + 10))
	amt-hello -v -l 127.0.0.1:0 -t 60 2>hello.log &
	listener=$!
	for try in {1..200}; do
		port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' hello.log | head -n 1)
		[ -z "$port" ] || break
		sleep 0.05
	done
	holder amtpeer -f flooding/fleet.tsv -t 60 -P 0 -p 0 -s "127.0.0.1:$port" -R 1 --rate 2000
	sleep 0.5
}
