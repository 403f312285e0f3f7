# shellcheck shell=bash disable=SC2154
# Is a profile.xml right, and what of it does a release lack?
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	cp "$AMT_TEST_BUILD"/samples/site/profile*.xml .
}

@test "a profile that is right is named" {
	run -0 --separate-stderr profile-check profile.xml
	[ "$output" = "profile.xml: profile standard" ]
	[ "$stderr" = "" ]
	run -0 profile-check <profile.xml
	[ "$output" = "<stdin>: profile standard" ]
}

@test "a mistake is named by line and element, and the next file is read" {
	printf '<profile name="a">\n\n<ping>yes</ping></profile>' >bad.xml
	run -65 --separate-stderr profile-check bad.xml profile.xml
	[ "$stderr" = 'profile-check: bad.xml:3: <ping>: got "yes", expected keep, off or on' ]
	[ "$output" = "profile.xml: profile standard" ]
	printf '<profile name="a">\n<rmcp-pong>on</rmcp-pong></profile>' >bad.xml
	run -65 --separate-stderr profile-check bad.xml
	[ "$stderr" = 'profile-check: bad.xml:2: unknown element <rmcp-pong> in <profile> (did you mean <rmcp-ping>?)' ]
}

@test "no password is shown" {
	echo '<profile name="a"><admin-password><fixed>short#4</fixed></admin-password></profile>' >bad.xml
	run -65 profile-check bad.xml
	[[ "$output" == *"bad.xml:1: <admin-password>: password is shorter than 8 characters" ]]
	echo '<profile name="a"><mebx-password><derived>short#4</derived></mebx-password></profile>' >bad.xml
	run -65 profile-check bad.xml
	[[ "$output" == *"bad.xml:1: <mebx-password>: the master text is not 16 to 128 bytes long" ]]
}

@test "rules that no machine comes to and profiles that no rule names are warned of" {
	cat >rules.xml <<-'END'
		<profiles>
		  <rule profile="a" fqdn="*.lab"/>
		  <rule profile="a"/>
		  <rule profile="b" batch="lab7"/>
		  <profile name="a"/>
		  <profile name="b"/>
		  <profile name="c"/>
		</profiles>
	END
	run -1 --separate-stderr profile-check rules.xml
	[ "$output" = "rules.xml: 3 profiles, 3 rules" ]
	[ "$stderr" = "profile-check: rules.xml:4: warning: no machine comes to this rule: that of line 3 fits every machine
profile-check: rules.xml: warning: no rule names the profile c" ]
}

@test "what a release lacks is listed with its line, and what happens then" {
	run -0 profile-check --firmware 9.5 profile.xml
	cat >lacks.xml <<-'END'
		<profile name="lab">
		  <kvm>on</kvm>
		  <mps name="m">
		    <host>mps.example.com</host>
		    <port>4433</port>
		  </mps>
		  <mps-policy name="p">
		    <trigger>alert</trigger>
		    <from>outside</from>
		  </mps-policy>
		</profile>
	END
	run -1 --separate-stderr profile-check --firmware 9.5 lacks.xml
	[ "$output" = "lacks.xml: profile lab" ]
	[ "$stderr" = 'profile-check: lacks.xml:9: warning: profile lab: <from> of mps-policy "p" needs AMT 11.6 or later: AMT 9.5 gets all but this' ]
	run -1 --separate-stderr profile-check --firmware 3.2 lacks.xml
	[ "$(cut -d : -f 3,6,7 <<<"$stderr")" = "2: <kvm> needs AMT 6.0 or later: AMT 3.2 gets all but this
4: <mps name=\"m\"> needs AMT 4.0 or later: AMT 3.2 gets all but this
8: <mps-policy name=\"p\"> needs AMT 4.0 or later: AMT 3.2 gets all but this
9: <from> of mps-policy \"p\" needs AMT 11.6 or later: AMT 3.2 gets all but this" ]
	run -0 profile-check --firmware 12 lacks.xml
	sed -i '1a<unsupported>refuse</unsupported>' lacks.xml
	run -65 --separate-stderr profile-check --firmware 9.5 lacks.xml
	[ "$stderr" = 'profile-check: lacks.xml:10: profile lab: <from> of mps-policy "p" needs AMT 11.6 or later: machines with AMT 9.5 are refused (PROFILE-UNSUPPORTED)' ]
}

@test "the largest sample is right, and only the newest settings are lacking in old releases" {
	run -0 profile-check profile-all.xml
	[ "$output" = "profile-all.xml: 4 profiles, 7 rules" ]
	run -1 --separate-stderr profile-check --firmware 3.2 profile-all.xml
	old=${#stderr_lines[@]}
	run -1 --separate-stderr profile-check --firmware 9.5 profile-all.xml
	[ "$old" -gt 10 ]
	[ "${#stderr_lines[@]}" -lt 5 ]
}

@test "what is not right is asked of nobody: no release, no file, nothing" {
	run -64 --separate-stderr profile-check --firmware new profile.xml
	[ "$stderr" = 'profile-check: --firmware: is no AMT release (got "new", expected one like 16.1)' ]
	run -66 profile-check none.xml
	run -65 profile-check </dev/null
	[[ "$output" == *"<stdin>:1: not XML (is the file empty, cut off or of another kind?)" ]]
}
