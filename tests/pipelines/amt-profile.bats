# shellcheck shell=bash disable=SC2154,SC2034
# What machines get, as a user checks it and looks at it.
load common

teardown() {
	children_end
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	children=()
	site_here
}

@test "a new site's profile is checked, shown for a machine, and fits its schema" {
	run -0 amt-profile check site/profile.xml
	[ "$output" = "site/profile.xml: profile standard" ]
	printf 'uuid,fqdn\n7ab70000-0000-4000-8000-000000000001,pc-0123.lab7.example.com\n' >map.csv
	amt-map map.csv 2>/dev/null
	run -0 --separate-stderr amt-profile show --for pc-0123
	grep -qx 'name  *pc-0123.lab7.example.com' <<<"$output"
	grep -qx 'profile  *standard' <<<"$output"
	amt-profile schema >profile.rng
	xmllint --noout --relaxng profile.rng site/profile.xml
}

@test "a reader that has seen enough is no failure" {
	exec 4> >(true)
	wait $!
	status=0
	amt-profile check site/profile.xml >&4 2>err || status=$?
	exec 4>&-
	[ "$status" = 0 ] && [ ! -s err ]
}

@test "another file than the site's can be tried, and mistakes have their line" {
	(umask 077 && printf '<profile name="other">\n<ping>on</ping></profile>' >other.xml)
	run -0 amt-profile show --for pc-1.example.com other.xml
	grep -qx 'profile  *other' <<<"$output"
	printf '<profile name="other">\n<ping>perhaps</ping></profile>' >other.xml
	run -65 --separate-stderr amt-profile check other.xml
	[[ "$stderr" == *'other.xml:2: <ping>: got "perhaps"'* ]]
	run -78 --separate-stderr amt-profile show --for pc-1.example.com other.xml
	[[ "$stderr" == *'other.xml:2: <ping>: got "perhaps"'* ]]
}

@test "what is missing is said" {
	run -64 --separate-stderr amt-profile
	[[ "${stderr_lines[0]}" == "amt-profile: what to do is missing (expected check, show or schema)" ]]
	run -64 --separate-stderr amt-profile mend
	[[ "${stderr_lines[0]}" == "amt-profile: no such command: mend"* ]]
	run -64 --separate-stderr amt-profile check
	[[ "${stderr_lines[0]}" == *"a file is missing, such as $AMT_SITE/profile.xml" ]]
	run -64 --separate-stderr amt-profile show
	[[ "${stderr_lines[0]}" == *"--for is missing"* ]]
	run -66 amt-profile check none.xml
}

@test "sticks and exports take the profile that is named" {
	cat >site/profile.xml <<-'END'
		<profiles>
		  <rule profile="one"/>
		  <profile name="one"/>
		  <profile name="two"><mebx-password><fixed>Fixed-Mebx2</fixed></mebx-password></profile>
		</profiles>
	END
	check-site -d site | grep -q $'\tprofile.xml: 2 profiles, assigned by 1 rule$'
	run -78 --separate-stderr amt-export -b new -g -n 2 --format csv -o keys.csv
	[[ "$stderr" = *"say which one with --profile"* ]]
	amt-export -b new -g -n 2 --format csv --profile two -o keys.csv
	[ "$(grep -c Fixed-Mebx2 keys.csv)" = 2 ]
	run -78 amt-sticks -b desk -g -n 2 -o desk.img
	[ ! -e desk.img ]
	amt-sticks -b desk -g -n 2 --profile two -o desk.img
	[ "$(fatimage-read desk.img | setupbin-dump --reveal -t | grep -c Fixed-Mebx2)" = 2 ]
}

@test "a release that its profile refuses is not touched, and set up once the profile takes it" {
	rm -rf site
	site_of_fleet 3
	cp site/profile.xml plain.xml
	cat >site/profile.xml <<-'END'
		<profiles>
		  <rule profile="new" release="11-"/>
		  <rule profile="strict"/>
		  <profile name="new"/>
		  <profile name="strict">
		    <unsupported>refuse</unsupported>
		    <mps name="m"><host>mps.example.com</host></mps>
		    <mps-policy name="p"><trigger>alert</trigger><from>outside</from></mps-policy>
		  </profile>
		</profiles>
	END
	peer_start
	amt-sweep -t 30 -P "$tls" -p "$plain"
	[ "$(reason_count PROFILE-UNSUPPORTED)" = 3 ]
	grep -q 'PROFILE-UNSUPPORTED' site/reports/report.txt
	# Now that the release is known, the plan says it.
	amt-sweep -t 30 -P "$tls" -p "$plain"
	[ "$(reason_count PROFILE-UNSUPPORTED)" = 3 ]
	store-dump -d site -k devices | grep -q 'AMT 3.2.20, profile strict: mps-host needs AMT 4.0 or later, and 2 more'
	name=pc-0002
	run -65 amt-profile show --for "$name"
	[[ "$output" == *"not set up: PROFILE-UNSUPPORTED, as "* ]]
	[ "$(committed_uuids | wc -l)" = 0 ]
	cp plain.xml site/profile.xml
	amt-sweep -t 30 -P "$tls" -p "$plain"
	[ "$(state_count verified)" = 3 ]
	peer_end
	passwords_match
}
