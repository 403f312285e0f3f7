bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	tmp=$BATS_TEST_TMPDIR
	export SOURCE_DATE_EPOCH=1795359600 # 2026-11-22T15:00:00Z
}

uuid() {
	echo "7ab70000-0000-4000-8000-00000000000$1"
}

# unnamed N[=ASKED]...: a stream of machines, heard at 14:00
unnamed() {
	local one
	printf '@unnamed/1\tuuid\taddress\tversion\tstirred\tasked\n'
	for one; do
		printf '%s\t192.0.2.%s\t2\t2026-11-22T14:00:00Z\t%s\n' "$(uuid "${one%%=*}")" "${one%%=*}" \
			"$(case $one in *=*) echo "2026-11-22T${one#*=}Z" ;; esac)"
	done
	printf '@end\t%s\t0\n' $#
}

# program: the script on stdin becomes $program
program() {
	program=$tmp/program
	{
		echo '#!/bin/bash'
		cat
	} >"$program"
	chmod 755 "$program"
}

ask() {
	props-run -x "$program" "$@"
}

# The rows of one kind in $output.
rows() {
	awk -v kind="$1" '/^@/ { inside = index($0, "@" kind "/") == 1; next } inside' <<<"$output"
}

@test "the sample gets the question and its answers become entries of the map" {
	unnamed 1 2 3 >"$tmp/in"
	run -0 --separate-stderr props-run -x "$PWD/props/name-of-machine" "$tmp/in"
	[ "$stderr" = "" ]
	[ "$(rows map)" = "$(uuid 1)	pc-0001.lab7.example.com	props	2026-11-22	50	$PWD/props/name-of-machine		
$(uuid 2)	pc-0002.lab7.example.com	props	2026-11-22	50	$PWD/props/name-of-machine		" ]
	[ "$(rows lookups)" = "$(uuid 3)	2026-11-22T15:00:00Z	PROPS-NO-NAME	UUID $(uuid 3)" ]
	[ "${lines[-1]}" = $'@end\t1\t0' ]
}

@test "the question has uuid, address and version, and nothing else is handed over" {
	program <<-'END'
		cat >"${0%/*}/question"
		env >"${0%/*}/env"
		pwd >"${0%/*}/pwd"
		ls -l /proc/self/fd | grep -c -e '->' >"${0%/*}/fds"
		grep -e NoNewPrivs -e '^Seccomp:' /proc/self/status >"${0%/*}/status"
		ulimit -c -n -d -f >"${0%/*}/limits"
	END
	unnamed 1 >"$tmp/in"
	SECRET=x ask "$tmp/in" 7<"$tmp/in" >/dev/null
	[ "$(cat "$tmp/question")" = "uuid=$(uuid 1)
address=192.0.2.1
version=2" ]
	[ "$(cut -d = -f 1 "$tmp/env" | sort | xargs)" = "HOME LANG PATH PWD SHLVL _" ]
	[ "$(cat "$tmp/pwd")" = / ]
	[ "$(cat "$tmp/fds")" = 4 ] # its three and the folder it lists
	grep -q 'NoNewPrivs:.1' "$tmp/status"
	grep -q 'core file size.* 0$' "$tmp/limits"
	grep -q 'open files.* 256$' "$tmp/limits"
}

@test "each failure has its own reason, and the others still get their names" {
	program <<-'END'
		read -r line
		case $line in
		*1) echo fqdn=pc-1.example.com ;;
		*2) echo 'no such machine' >&2; exit 3 ;;
		*3) kill -SEGV $$ ;;
		*4) yes fqdn=pc-4.example.com ;;
		*5) echo fqdn=pc-5 ;;
		*6) echo name=pc-6.example.com ;;
		*7) echo fqdn=pc-7.example.com; printf 'ou=%0256d\n' 0 ;;
		*8) echo fqdn=pc-8.example.com; echo profile=kiosk ;;
		*9) ;;
		esac
	END
	unnamed 1 2 3 4 5 6 7 8 9 >"$tmp/in"
	run -0 --separate-stderr ask -p site/profile.xml "$tmp/in"
	[ "$(rows map | cut -f 2)" = pc-1.example.com ]
	[ "$(rows lookups | cut -f 3 | xargs)" = "PROPS-EXIT PROPS-EXIT PROPS-LONG PROPS-ANSWER PROPS-KEY PROPS-OU PROPS-PROFILE PROPS-NO-NAME" ]
	[ "$(rows lookups | sed -n 1p | cut -f 4)" = "status 3, and it said: no such machine" ]
	[ "$(rows lookups | sed -n 2p | cut -f 4)" = "ended by signal 11" ]
	[ "$(rows lookups | sed -n 3p | cut -f 4)" = "more than 4096 bytes" ]
	[ "$(rows lookups | sed -n 6p | cut -f 4)" = 'line 2: ou is longer than 255 bytes (got "'"$(printf %060d 0)..."'")' ]
	[ "$(rows lookups | sed -n 7p | cut -f 4)" = "profile kiosk; the site's is standard" ]
	run -0 --separate-stderr ask -v "$tmp/in"
	[ "$(grep -c '^props-run: 7ab7.*: PROPS-' <<<"$stderr")" = 8 ]
}

@test "the site's own profile may be named" {
	program <<<'echo fqdn=pc-1.example.com; echo profile=standard'
	unnamed 1 >"$tmp/in"
	run -0 --separate-stderr ask -p site/profile.xml "$tmp/in"
	[ "$(rows map | cut -f 2)" = pc-1.example.com ]
	run -0 --separate-stderr ask "$tmp/in"
	[ "$(rows lookups | cut -f 3,4)" = $'PROPS-PROFILE\tprofile standard; the site\'s is not known' ]
}

@test "what it says besides the name is kept, for the rules of profile.xml" {
	program <<<'echo fqdn=pc-1.example.com; echo "ou=OU=PCs,DC=example"; echo profile=lab'
	unnamed 1 >"$tmp/in"
	(umask 077 && echo '<profiles><rule profile="lab"/><profile name="a"/><profile name="lab"/></profiles>' >"$tmp/two.xml")
	run -0 --separate-stderr ask -p "$tmp/two.xml" "$tmp/in"
	[ "$(rows map | cut -f 2)" = pc-1.example.com ]
	[ "$(rows lookups | cut -f 3,4)" = $'\tprofile=lab\\nou=OU=PCs,DC=example\\n' ]
	program <<<'echo fqdn=pc-1.example.com; echo profile=kiosk'
	run -0 --separate-stderr ask -p "$tmp/two.xml" "$tmp/in"
	[ "$(rows lookups | cut -f 3,4)" = $'PROPS-PROFILE\tprofile kiosk; the site has a and 1 more' ]
}

@test "a program that is not there is told for each machine" {
	unnamed 1 2 >"$tmp/in"
	run -0 --separate-stderr props-run -x "$tmp/none" "$tmp/in"
	[ "$(rows lookups | cut -f 3,4 | uniq)" = $'PROPS-MISSING\t'"$tmp/none: No such file or directory" ]
	[ "$(rows lookups | wc -l)" = 2 ]
	echo text >"$tmp/text"
	run -0 --separate-stderr props-run -x "$tmp/text" "$tmp/in"
	[[ "$(rows lookups | cut -f 4)" = *"Permission denied"* ]]
}

# True once nobody runs with the marker in its command line.
gone() {
	for _ in {1..100}; do
		pgrep -f "$1" >/dev/null || return 0
		sleep 0.05
	done
	return 1
}

@test "a program that hangs is ended in time, with all that it started" {
	marker=4242$BASHPID
	program <<-END
		sleep $marker &
		setsid sleep $marker &
		trap '' TERM
		sleep $marker
	END
	unnamed 1 2 3 >"$tmp/in"
	start=$SECONDS
	run -0 --separate-stderr ask -s 1 "$tmp/in"
	[ $((SECONDS - start)) -le 30 ]
	[ "$(rows lookups | cut -f 3,4 | uniq)" = $'PROPS-TIMEOUT\tno answer in 1 s' ]
	[ "$(rows lookups | wc -l)" = 3 ]
	gone "sleep $marker"
}

@test "what it leaves behind holds nobody up and is ended" {
	marker=4343$BASHPID
	program <<<"sleep $marker & echo fqdn=pc-1.example.com"
	unnamed 1 >"$tmp/in"
	start=$SECONDS
	run -0 --separate-stderr ask -s 60 "$tmp/in"
	[ $((SECONDS - start)) -le 30 ]
	[ "$(rows map | cut -f 2)" = pc-1.example.com ]
	gone "sleep $marker"
}

@test "when time for all is up nobody is blamed, and those left are counted" {
	program <<<'sleep 60'
	unnamed 1 2 3 >"$tmp/in"
	run -75 --separate-stderr ask -t 1 -j 2 "$tmp/in"
	[ "$(rows map)$(rows lookups)" = "" ]
	[ "$stderr" = "props-run: props: time is up with 3 machines left" ]
}

@test "many run at once" {
	# each waits until four have begun
	program <<-'END'
		cat >/dev/null
		touch "${0%/*}/begun.$$"
		for _ in {1..600}; do
			set -- "${0%/*}"/begun.*
			[ $# -lt 4 ] || break
			sleep 0.05
		done
		[ $# -ge 4 ] && echo "fqdn=pc-$$.example.com"
	END
	unnamed 1 2 3 4 >"$tmp/in"
	run -0 --separate-stderr ask -j 4 -s 60 "$tmp/in"
	[ "$(rows map | wc -l)" = 4 ]
}

@test "who was asked for lately waits, unless it was started again since" {
	program <<<'echo fqdn=pc-1.example.com'
	# heard at 14:00; it is 15:00
	unnamed 1=13:59:59 2=14:30:00 3=14:00:00 4=16:00:00 5 >"$tmp/in"
	run -0 --separate-stderr ask "$tmp/in"
	[ "$(rows map | cut -f 1 | cut -c 36 | xargs)" = "1 3 4 5" ]
	run -0 --separate-stderr ask -a 1800 "$tmp/in"
	[ "$(rows map | wc -l)" = 5 ]
}

@test "a UUID that is shared is not asked for, a bad record is refused alone" {
	program <<<'echo fqdn=pc-1.example.com'
	{
		unnamed 1 2 | sed -e '2s/^[^\t]*/03000200-0400-0500-0006-000700080009/' -e '3,$d'
		printf 'x\t192.0.2.3\t2\t\t\n'
		unnamed 1 4 | sed '1,2d;s/^@end.*/@end\t3\t0/'
	} >"$tmp/in"
	run -65 --separate-stderr ask "$tmp/in"
	[ "$(rows map | cut -f 1)" = "$(uuid 4)" ]
	[[ "$stderr" = "props-run: $tmp/in:3: "* ]]
	unnamed 1 2 | head -n 2 >"$tmp/cut"
	run -65 --separate-stderr ask "$tmp/cut"
	[ "$output" = "" ]
	run -65 --separate-stderr ask store/lab7.map
	[[ "$stderr" = "props-run: store/lab7.map:1: wrong kind of stream (got @map, expected @unnamed)" ]]
	[ "$(unnamed | ask | grep -c $'^@end\t0\t0')" = 2 ]
}

@test "0 seconds, a relative path and a program that everybody may change are refused" {
	program <<<'echo fqdn=pc-1.example.com'
	unnamed 1 >"$tmp/in"
	run -64 --separate-stderr ask -s 0 "$tmp/in"
	[[ "$stderr" = 'props-run: -s: not in range (got "0", expected 1 to 3600)' ]]
	run -64 --separate-stderr props-run -x program "$tmp/in"
	run -64 --separate-stderr props-run "$tmp/in"
	chmod o+w "$program"
	run -78 --separate-stderr ask "$tmp/in"
	[[ "$stderr" = "props-run: $program: everybody may change this program; "* ]]
	chmod o-w "$program"
	run -66 --separate-stderr ask "$tmp/none"
	run -66 --separate-stderr ask -p "$tmp/none" "$tmp/in"
	run -74 bash -c "props-run -x '$program' '$tmp/in' >/dev/full"
}

@test "a sweep asks before it plans, and tells why a name is missing" {
	amt-init -d "$tmp/site" >/dev/null
	unset SOURCE_DATE_EPOCH
	store-load -d "$tmp/site" store/lab7.keys
	sed "s/2026-11-22T14:0.:00Z/$(date -u +%FT%TZ)/" store/lab7.hello | store-load -d "$tmp/site"
	cp props/* "$tmp"
	printf '\nPROPS=%s\n' "$tmp/name-of-machine" >>"$tmp/site/site.conf"
	run -0 --separate-stderr amt-sweep -d "$tmp/site" -t 20 -P 1 -p 1
	[ "$stderr" = "" ]
	run -0 store-dump -d "$tmp/site" -k devices
	[[ "${lines[1]}" = "$(uuid 1)	pc-0001.lab7.example.com	"*"	CONNECT-REFUSED	"* ]]
	[[ "${lines[2]}" = "$(uuid 2)	pc-0002.lab7.example.com	"*"	CONNECT-REFUSED	"* ]]
	[[ "${lines[3]}" = "$(uuid 3)		"*"	refused	PROPS-NO-NAME	UUID $(uuid 3)	"* ]]
	# not asked for again within the hour
	printf '#!/bin/sh\nexit 1\n' >"$tmp/name-of-machine"
	amt-sweep -d "$tmp/site" -t 20 -P 1 -p 1
	store-dump -d "$tmp/site" -k devices | grep -q "^$(uuid 3).*PROPS-NO-NAME"
	# the inventory names it
	store-load -d "$tmp/site" store/lab7.map 2>/dev/null
	amt-sweep -d "$tmp/site" -t 20 -P 1 -p 1
	run ! grep -q PROPS- <(store-dump -d "$tmp/site" -k devices)
	# 0 is refused before anything is done
	echo PROPS_SECONDS=0 >>"$tmp/site/site.conf"
	run -78 --separate-stderr amt-sweep -d "$tmp/site" -t 20
	[ "$stderr" = "amt-sweep: $tmp/site/site.conf:$(wc -l <"$tmp/site/site.conf"): PROPS_SECONDS is not a number in its range (got \"0\", expected 1 to 3600)" ]
}
