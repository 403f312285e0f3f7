# shellcheck shell=bash disable=SC2154
# Machines whose last job failed: what has to change on the server so that they
# are planned again at once.
bats_require_minimum_version 1.5.0
load keep

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

# A signer program, and settings, older than any failure.
begin() {
	signer=$BATS_TEST_TMPDIR/signer
	printf '#!/bin/sh\nexit 1\n' >"$signer"
	touch -d 2026-11-01T00:00:00Z "$signer" "$site/site.conf"
}

# changed FILE: as of now by the clock of the tests
changed() {
	touch -d "@$SOURCE_DATE_EPOCH" "$1"
}

# planned [OPTION]...: is there a job?
planned() {
	plan "$@"
	[ "$(columns job)" != "" ]
}

@test "a set-up machine that got no certificate is tried again after an hour, or once something has changed" {
	keep_setup
	begin
	profile '<certificate>signer</certificate>'
	planned -x "$signer"
	result 2 failed SIGNER-REFUSED
	later 3599
	run ! planned -x "$signer"
	later 1
	planned -x "$signer"
	result 3 failed SIGNER-REFUSED
	# The program was corrected.
	later 60
	run ! planned -x "$signer"
	changed "$signer"
	later 1
	run ! planned -x "$signer"
	later 539 # ten minutes after it failed
	run ! planned
	planned -x "$signer"
	result 4 failed SIGNER-MISSING
	later 60
	run ! planned -x "$signer"
	# Another program is named, or longer waited for.
	changed "$site/site.conf"
	later 1
	planned -x "$signer"
	result 5 failed SIGNER-ANSWER
	later 60
	run ! planned -x "$signer"
	# A CA was made.
	cert-ca -d "$site" make --cn Lab >/dev/null
	later 1
	planned -x "$signer"
	result 6 failed SIGNER-PERIOD
	later 60
	run ! planned -x "$signer"
	profile '<certificate>local</certificate>'
	planned -x "$signer"
}

@test "a set-up machine whose failure comes from the profile waits a day, or until that has changed" {
	keep_setup '<ping>on</ping>'
	later $((40 * 86400))
	planned
	result 2 failed DOMAIN-OUTSIDE
	later 86399
	run ! planned
	profile '<ping>off</ping>'
	planned
	# Once.
	result 3 failed DOMAIN-OUTSIDE
	later 60
	run ! planned
	# What is at the machine is no matter of the profile.
	later 86400
	planned
	result 4 failed AUTH-REFUSED
	profile '<ping>on</ping>'
	later 60
	run ! planned
}

@test "a new machine whose failure comes from the profile is planned again once that has changed" {
	keep_heard '<ping>on</ping>'
	later 60 # its key came before
	result 1 failed DOMAIN-OUTSIDE
	later 7200
	run ! planned
	profile '<ping>off</ping>'
	planned
	[ "$(columns wish)" = set-up ]
	for reason in MEBX-REFUSED OTP-WRONG; do
		n=$((${n-1} + 1))
		result $n failed $reason
		later 60
		run ! planned
		profile "<ping>$([ $n = 2 ] && echo on || echo off)</ping>"
		planned
	done
	result 4 failed AUTH-REFUSED
	later 60
	profile '<sol>on</sol>'
	run ! planned
}

@test "a new machine is planned again once a rule gives it another profile" {
	keep_heard '<ping>on</ping>'
	later 60 # its key came before
	result 1 failed DOMAIN-OUTSIDE
	printf '<profiles>%s<profile name="b"><ping>on</ping></profile><profile name="a"><ping>on</ping></profile></profiles>\n' \
		'<rule profile="a"/>' >"$site/profile.xml"
	later 60
	run ! planned
	sed -i 's/rule profile="a"/rule profile="b"/' "$site/profile.xml"
	planned
	[ "$(columns profile)" = b ]
}

@test "a new machine that got no certificate is planned again once its signer was corrected" {
	keep_heard '<certificate>signer</certificate>'
	begin
	later 60 # its key came before
	result 1 failed SIGNER-REFUSED
	later 60
	run ! planned -x "$signer"
	changed "$signer"
	run ! planned -x "$signer"
	later 540 # ten minutes after it failed
	planned -x "$signer"
}

@test "a device that is not genuine is asked again once site.conf was changed" {
	keep_heard
	begin
	later 60 # its key came before
	result 1 failed DEVICE-NOT-GENUINE
	later 60
	run ! planned
	changed "$site/site.conf"
	planned
}
