# shellcheck shell=bash disable=SC2154
# Which profile a machine gets, by which rule, and what is in it.
bats_require_minimum_version 1.5.0
load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
	store-load -d "$site" store/lab7.keys store/lab7.map store/lab7.hello
	cat >"$tmp/rules.xml" <<-'END'
		<profiles>
		  <rule profile="new" release="11-"/>
		  <rule profile="lab" batch="lab7" subnet="127.7.0.0/24"/>
		  <rule profile="rest" fqdn="*.example.com"/>
		  <profile name="rest"/>
		  <profile name="new"><ping>off</ping></profile>
		  <profile name="lab">
		    <admin-password><fixed>Summer*2031</fixed></admin-password>
		    <one-time-password>Secret#1x</one-time-password>
		    <ping>on</ping>
		    <rmcp-ping>keep</rmcp-ping>
		  </profile>
		</profiles>
	END
	chmod 600 "$tmp/rules.xml"
}

show() {
	profile-show -d "$site" -p "$tmp/rules.xml" "$@"
}

uuid=7ab70000-0000-4000-8000-000000000001

@test "a machine's rule, profile and values are shown, and no secret" {
	name=$(awk -F '\t' -v u=$uuid '$1 == u { print $2 }' store/lab7.map)
	run -0 --separate-stderr show --for $uuid
	[ "$stderr" = "" ]
	[[ "$output" == *"machine                    $uuid
name                       $name
address                    127.7.0.1
release                    not known
batch                      lab7
rule                       line 3: subnet=\"127.7.0.0/24\" batch=\"lab7\"
or                         line 2: profile new if its release is 11-
profile                    lab"* ]]
	grep -qx 'host  *'"${name%%.*}" <<<"$output"
	grep -qx 'admin-password  *\*\*\* (fixed)' <<<"$output"
	grep -qx 'one-time-password  *\*\*\*' <<<"$output"
	grep -qx 'ping  *on' <<<"$output"
	[ "$(grep -c 'rmcp-ping\|Summer\|Secret' <<<"$output")" = 0 ]
	# By its name, and by the first label of it, it is the same machine.
	[ "$(show --for "$name")" = "$output" ]
	[ "$(show --for "${name%%.*}")" = "$output" ]
}

@test "with a release the rules for it count" {
	run -0 show --for $uuid --firmware 12.0
	grep -qx 'rule  *line 2: release="11-"' <<<"$output"
	grep -qx 'profile  *new' <<<"$output"
	sqlite3 "$site/site.db" "UPDATE machines SET firmware = '11.8.50' WHERE uuid = '$uuid'"
	run -0 show --for $uuid
	grep -qx 'release  *11.8.50' <<<"$output"
	grep -qx 'profile  *new' <<<"$output"
	run -0 show --for $uuid --firmware 9.5
	grep -qx 'profile  *lab' <<<"$output"
	run -64 show --for $uuid --firmware new
}

@test "everything that a profile can have is shown, what a release lacks is marked" {
	cp site/profile-all.xml "$tmp/rules.xml"
	chmod 600 "$tmp/rules.xml"
	run -0 show --for pc-1.example.com --firmware 9.5
	[ "$(grep -c 'sample\|Rfb!\|desk-7\|BEGIN' <<<"$output")" = 0 ]
	grep -qx 'user "helpdesk" password  *\*\*\*' <<<"$output"
	grep -qx 'user "helpdesk" access  *network' <<<"$output"
	grep -qE '^trusted-root "lab7" certificate SHA-256 [0-9a-f]{64}$' <<<"$output"
	grep -qx 'mps-policy "nightly" from  *outside   (left out: needs AMT 11.6 or later)' <<<"$output"
	[ "$(grep -c 'left out' <<<"$output")" = 1 ]
}

@test "a name that no machine has yet is tried as it is" {
	run -0 --separate-stderr show --for PC-99.example.com
	grep -qx 'profile  *rest' <<<"$output"
	[ "$stderr" = "profile-show: --for: note: neither was it heard nor is it in the inventory" ]
	run -65 --separate-stderr show --for pc-99
	[[ "$stderr" == *'no machine has this UUID or name (got "pc-99"'* ]]
}

@test "a machine that no rule fits gets nothing" {
	run -65 --separate-stderr show --for pc-99.example.org
	[[ "$output" == *"not set up: PROFILE-NONE, as $tmp/rules.xml has no rule that fits"* ]]
}

@test "what the site's own program said counts: the place, and before all rules the profile" {
	told() {
		printf '@lookups/1\tuuid\tat\treason\tdetail\n%s\t%s\t\t%s\n@end\t1\t0\n' \
			"$uuid" "$1" "$2" | store-load -d "$site"
	}
	sed -i '2i<rule profile="new" ou="*,OU=Lab,*"/>' "$tmp/rules.xml"
	told 2026-11-22T15:00:00Z 'ou=OU=Bench,OU=Lab,DC=example\n'
	run -0 show --for $uuid
	grep -qx 'ou  *OU=Bench,OU=Lab,DC=example' <<<"$output"
	grep -qx 'rule  *line 2: ou="\*,OU=Lab,\*"' <<<"$output"
	told 2026-11-22T16:00:00Z 'profile=rest\nou=OU=Bench,OU=Lab,DC=example\n'
	run -0 show --for $uuid
	grep -qx 'profile  *rest' <<<"$output"
	[ "$(grep -c '^rule' <<<"$output")" = 0 ]
	told 2026-11-22T17:00:00Z 'profile=gone\n'
	run -65 show --for $uuid
	[[ "$output" == *"not set up: PROFILE-NONE, as $tmp/rules.xml has no profile gone"* ]]
	run -65 told 2026-11-22T17:00:00Z 'profile'
}

@test "a name that two machines have is not one" {
	printf '@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n%s\n%s\n@end\t2\t0\n' \
		$'7ab70000-0000-4000-8000-00000000000a\ttwin.a.example.com\tx\t2026-11-22\t50\tx:1' \
		$'7ab70000-0000-4000-8000-00000000000b\ttwin.b.example.com\tx\t2026-11-22\t50\tx:2' |
		store-load -d "$site"
	run -65 --separate-stderr show --for twin
	[[ "$stderr" == *'2 machines have this name, give its UUID (got "twin")' ]]
	run -0 show --for twin.b.example.com
	grep -qx 'name  *twin.b.example.com' <<<"$output"
}
