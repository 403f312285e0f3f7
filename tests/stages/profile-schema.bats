# shellcheck shell=bash disable=SC2154
# The schema of profile.xml, as other checkers of RELAX NG take it.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	tmp=$BATS_TEST_TMPDIR
	profile-schema >"$tmp/profile.rng"
}

valid() {
	xmllint --noout --relaxng "$tmp/profile.rng" "$@" 2>"$tmp/err"
}

@test "xmllint accepts with it what profile-check accepts" {
	for file in site/profile*.xml; do
		valid "$file" || { cat "$tmp/err"; return 1; }
		run -0 profile-check "$file"
	done
	[ "$(find site -name 'profile*.xml' | wc -l)" -gt 1 ]
}

@test "xmllint refuses with it what profile-check refuses" {
	local n=0
	while read -r xml; do
		echo "$xml" >"$tmp/bad.xml"
		! valid "$tmp/bad.xml" || { echo "valid: $xml"; return 1; }
		grep -q 'fails to validate' "$tmp/err"
		run -65 profile-check "$tmp/bad.xml"
		n=$((n + 1))
	done <<-'END'
		<profile/>
		<machine/>
		<profile name="a" more="b"/>
		<profile name="a">text</profile>
		<profile name="a"><pong>on</pong></profile>
		<profile name="a"><ping>yes</ping></profile>
		<profile name="a"><ping/></profile>
		<profile name="a"><ping on="1">on</ping></profile>
		<profile name="a"><ping>on</ping><ping>on</ping></profile>
		<profile name="a"><ping><on/></ping></profile>
		<profile name="a"><admin-password>Winter#42</admin-password></profile>
		<profile name="a"><admin-password><keep/></admin-password></profile>
		<profile name="a"><mebx-password><keep/><random/></mebx-password></profile>
		<profile name="a"><unsupported>never</unsupported></profile>
		<profile name="a"><password-days>0</password-days></profile>
		<profile name="a"><password-days>soon</password-days></profile>
		<profile xmlns="urn:x" name="a"/>
		<profiles/>
		<profiles><profile name="a"/></profiles>
		<profiles><rule profile="a"/></profiles>
		<profiles><rule profile="a" vendor="x"/><profile name="a"/></profiles>
		<profiles><rule/><profile name="a"/></profiles>
	END
	[ "$n" = 22 ]
}

@test "no message of a checker shows a password" {
	echo '<profile name="a"><admin-password><fixed>Winter#42<x/></fixed></admin-password></profile>' >"$tmp/bad.xml"
	run ! valid "$tmp/bad.xml"
	run ! grep -q Winter "$tmp/err"
	echo '<profile name="a"><one-time-password>Winter#42<x/></one-time-password></profile>' >"$tmp/bad.xml"
	run ! valid "$tmp/bad.xml"
	run ! grep -q Winter "$tmp/err"
}

@test "nothing but the schema is printed, and what cannot be written is said" {
	run -64 profile-schema more
	run -74 --separate-stderr sh -c 'profile-schema >/dev/full'
	[[ "$stderr" == "profile-schema: "*"No space left on device" ]]
}
