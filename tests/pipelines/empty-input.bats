# Nothing on stdin is what a program leaves that was killed or could not begin.
# Nobody takes it for a list or a stream without records.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	export AMT_SITE=$PWD/site
	amt-init >/dev/null
}

# Each program, and how it reads stdin; "-" those that never do.
programs() {
	cat <<-'END'
		amtpeer -f - -t 5 -P 0 -p 0
		bundle-open
		cert-add -d site
		cert-ca -d site add -
		cert-check
		cert-console -d site add -
		cert-crl -
		cert-list -
		cert-plan -
		cert-request -
		cert-root -
		cert-stick -
		check-dhcp
		check-net
		check-show
		check-site -
		cms-open -u
		conflicts-show -
		dns-lookup -t 5
		fatimage-make -o image
		fatimage-read
		handover -t csv -o out
		hello-dump
		hello-keep -
		hello-listen -
		hello-send -f - 127.0.0.1:9
		keys-make -
		keys-pack --format csv -o pack
		keys-parse -b lab7
		keys-revoke
		machine-find -
		machine-show
		map-parse
		map-settle -
		profile-check
		profile-schema -
		profile-show -
		props-run -x /bin/true
		reason-explain -
		receipt -b lab7 -s site -o receipt -
		report -o .
		report-metrics
		report-schema -
		setupbin-dump
		setupbin-lint
		setupbin-make
		sign-run -
		site-backup -
		site-complete -
		site-lock -
		site-open -
		site-restore -
		socket-bind -
		stick-dump
		stick-labels -o labels
		stick-wipe
		stick-words -
		store-collect -d site
		store-dump -
		store-init -
		store-issue -
		store-load -d site
		store-plan -
		store-rehearse -
		store-run -
		store-settle -
		store-sticks -
		sweep -t 5
		sweep-summary
		unprovision-show -
		usb-list -
		usb-read -
		usb-write -s NONE --yes
		amt-backup -
		amt-cert -
		amt-check -
		amt-explain -
		amt-export -
		amt-handover -
		amt-hello --import -
		amt-import -b lab7
		amt-init -
		amt-map
		amt-profile check -
		amt-report -
		amt-sticks --collect -
		amt-sweep -
		amt-unprovision -
	END
}

# refuses COMMAND...: with a sentence, and not by 64 of wrong usage
refuses() {
	"$@" >out 2>err && own=0 || own=$?
	case $own in
	0 | 64 | 70 | 12[67] | 139) ;;
	*)
		# setupbin-lint's sentences are its output.
		[ "${1##*/}" != setupbin-lint ] || cat out >>err
		! grep -q '[a-z] [a-z]' err || return 0
		;;
	esac
	echo "$*: $own, $(head -n 3 err)"
	return 1
}

content() {
	sql .dump | sha256sum
	find . -type f ! -name 'site.db*' ! -name '*.lock' ! -name health.json ! -name out ! -name err ! -name before | sort
}

@test "the table has every program and script" {
	{
		find "$AMT_LIBEXEC" -type f ! -name '*.sh' -printf '%f\n'
		find "$AMT_TEST_BUILD/bin" -type f -printf '%f\n'
	} | sort >all
	programs | cut -d ' ' -f 1 | sort | diff all -
}

@test "every program that reads stdin refuses it when it is empty, and changes nothing" {
	bad=0
	content >before
	while read -r program args; do
		[ "$args" != - ] || [ "$program" = amt-sticks ] || continue
		# shellcheck disable=SC2086 # words
		refuses "$program" $args </dev/null || bad=1
		# shellcheck disable=SC2086 # words
		: | refuses "$program" $args || bad=1
	done < <(programs)
	content | diff before - || bad=1
	[ "$bad" = 0 ]
}

@test "a named file that is empty is refused as well" {
	bad=0
	: >empty
	for command in "dns-lookup -t 5" "hello-send 127.0.0.1:9 -f" keys-revoke "props-run -x /bin/true" \
		"store-collect -d site" "keys-pack --format csv -o pack" "stick-labels -o labels" "report -o ." \
		"amt-import -b lab7" amt-map "amt-import --revoke" \
		"amt-sticks --collect" "amt-sticks --wipe --yes" "amt-hello --import"; do
		# shellcheck disable=SC2086 # words
		refuses $command empty || bad=1
	done
	[ "$bad" = 0 ]
}

@test "a stick is not wiped when what it tells was not read: its reader is killed, or cannot begin" {
	keys-make -b lab7 -n 300 | store-load -d site
	amt-sticks -b lab7 -n 300 -o lab7.img >/dev/null
	bios -n 300 lab7.img >/dev/null
	cp lab7.img same.img
	mkdir here
	for reader in 'kill -9 $$' 'exit 0' 'exec /nowhere'; do
		cp -r "$AMT_LIBEXEC/." here
		printf '#!/bin/sh\n%s\n' "$reader" >reader
		chmod +x reader
		cp reader here/stick-dump
		AMT_LIBEXEC=$PWD/here run ! amt-sticks --wipe --yes lab7.img
		[[ "$output" == *" "* ]]
		cmp lab7.img same.img
		[ "$(sql 'SELECT count(*) FROM keys WHERE state = 2')" = 0 ]
	done
	run -0 amt-sticks --wipe lab7.img
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 2')" = 300 ]
}
