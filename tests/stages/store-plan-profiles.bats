# shellcheck shell=bash disable=SC2154
# Several profiles: each job names its machine's, and brings its settings.
bats_require_minimum_version 1.5.0
load store

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	store_setup
	SOURCE_DATE_EPOCH=$(date -ud 2026-11-22T15:00:00Z +%s)
	export SOURCE_DATE_EPOCH
	store-load -d "$site" store/lab7.keys store/lab7.map store/lab7.hello
}

# The profile of standard input, for every plan from here on.
profile_is() {
	cat >"$site/profile.xml"
	chmod 600 "$site/profile.xml"
}

plan() {
	store-plan -d "$site" -p "$site/profile.xml" -t 60 "$@" >"$tmp/plan"
	sed -n '1,/^@end/p' "$tmp/plan" >"$tmp/settings"
	sed '1,/^@end/d' "$tmp/plan" >"$tmp/jobs"
}

# NAME... of the jobs, a line each, sorted
columns() {
	awk -F '\t' -v names="$*" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i - 1; n = split(names, name, " ") }
		/^[^@]/ { for (i = 1; i <= n; i++) printf("%s%s", $(at[name[i]]), i < n ? "|" : "\n") }' "$tmp/jobs" | sort
}

reasons() {
	sql "SELECT DISTINCT reason FROM machines WHERE reason LIKE 'PROFILE%'"
}

@test "each job names the profile of its machine, and only those have settings" {
	first=$(plan_first)
	profile_is <<-END
		<profiles>
		  <rule profile="one" uuid="$first"/>
		  <rule profile="never" fqdn="nothing.*"/>
		  <rule profile="rest"/>
		  <profile name="never"><ping>off</ping></profile>
		  <profile name="one"><ping>on</ping></profile>
		  <profile name="rest"><rmcp-ping>on</rmcp-ping></profile>
		</profiles>
	END
	plan
	[ "$(columns uuid profile | grep -c "^$first|one$")" = 1 ]
	[ "$(columns uuid profile | grep -v "^$first|" | cut -d '|' -f 2 | sort -u)" = rest ]
	[ "$(grep -v '^@' "$tmp/settings" | cut -f 1 | sort -u | tr '\n' ' ')" = "one rest " ]
	grep -qx $'one\tping\t\ton' "$tmp/settings"
	grep -qx $'rest\trmcp-ping\t\ton' "$tmp/settings"
	[ "$(sql "SELECT count(DISTINCT profile) FROM jobs")" = 2 ]
}

# The UUID of a machine that is planned with the profile of a new site, by a plan
# on a copy.
plan_first() {
	cp -r "$site" "$tmp/copy"
	store-plan -d "$tmp/copy" -p site/profile.xml -t 60 | sed '1,/^@end/d' |
		awk -F '\t' '/^[^@]/ { print $2; exit }'
}

@test "a machine that no rule fits waits for a person, until one does" {
	profile_is <<<'<profiles><rule profile="a" fqdn="nothing.*"/><profile name="a"/></profiles>'
	plan
	[ "$(columns job)" = "" ]
	[ "$(reasons)" = PROFILE-NONE ]
	first=$(plan_first)
	[[ "$(sql "SELECT detail FROM machines WHERE uuid = '$first'")" == *".example.com, address 127."*", batch lab7" ]]
	profile_is <<<'<profiles><rule profile="a" batch="lab7"/><profile name="a"/></profiles>'
	plan
	[ "$(columns profile | sort -u)" = a ]
	[ "$(reasons)" = "" ]
}

@test "a release that the profile refuses waits for a person, and another gets its job" {
	first=$(plan_first)
	profile_is <<-'END'
		<profile name="a">
		  <unsupported>refuse</unsupported>
		  <mps name="m"><host>mps.example.com</host></mps>
		  <mps-policy name="p"><trigger>alert</trigger><from>outside</from></mps-policy>
		</profile>
	END
	sql "UPDATE machines SET firmware = '9.5.3' WHERE uuid = '$first'"
	plan
	[ "$(columns uuid | grep -c "$first")" = 0 ]
	[ -n "$(columns uuid)" ]
	[ "$(sql "SELECT reason, detail FROM machines WHERE uuid = '$first'")" = \
		"PROFILE-UNSUPPORTED|AMT 9.5.3, profile a: mps-policy-from needs AMT 11.6 or later" ]
	sed -i s/refuse/warn/ "$site/profile.xml"
	plan --take-over
	columns uuid | grep -q "$first"
}

@test "the address of the caller and the batch of its key are conditions" {
	first=$(plan_first)
	address=$(sql "SELECT address FROM callers WHERE uuid = '$first'" | head -n 1)
	profile_is <<-END
		<profiles>
		  <rule profile="here" subnet="$address/32" batch="lab7"/>
		  <rule profile="there" batch="lab8"/>
		  <rule profile="rest" subnet="0.0.0.0/0"/>
		  <profile name="here"/><profile name="there"/><profile name="rest"/>
		</profiles>
	END
	plan
	[ "$(columns address profile | grep -c '|here$')" = 1 ]
	columns address profile | grep -qx "$address|here"
	[ "$(columns profile | sort -u | tr '\n' ' ')" = "here rest " ]
}

@test "the model is a condition, where the inventory has it" {
	first=$(plan_first)
	profile_is <<-END
		<profiles>
		  <rule profile="tower" model="exampletower *"/>
		  <rule profile="rest"/>
		  <profile name="tower"/><profile name="rest"/>
		</profiles>
	END
	{
		printf '@map/2\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\tmodel\tserial\n'
		grep "^$first" store/lab7.map | sed 's/$/\tExampleTower 3\tSN-1/'
		# Of less trust it does not count.
		grep "^$first" store/lab7.map | sed 's/\tmachines.csv\t/\told.csv\t/; s/\t50\t/\t10\t/; s/$/\tExampleDesk 7\t/'
		printf '@end\t2\t0\n'
	} | store-load -d "$site"
	plan
	columns uuid profile | grep -qx "$first|tower"
	[ "$(columns profile | grep -c '^tower$')" = 1 ]
	[ "$(columns profile | sort -u | tr '\n' ' ')" = "rest tower " ]
	run -0 profile-show -d "$site" -p "$site/profile.xml" --for "$first"
	grep -qx 'model  *ExampleTower 3' <<<"$output"
	grep -qx 'rule  *line 2: model="exampletower \*"' <<<"$output"
}

@test "each profile has its own passwords: fixed, derived from the UUID, random" {
	first=$(plan_first)
	profile_is <<-END
		<profiles>
		  <rule profile="derived" uuid="$first"/>
		  <rule profile="fixed"/>
		  <profile name="fixed"><admin-password><fixed>Summer*2031</fixed></admin-password></profile>
		  <profile name="derived">
		    <admin-password><derived>correct horse battery staple</derived></admin-password>
		    <mebx-password><derived>correct horse battery staple</derived></mebx-password>
		  </profile>
		</profiles>
	END
	plan
	[ "$(columns profile admin_next mebx_next | grep ^fixed | sort -u)" = "fixed|Summer*2031|" ]
	[ "$(columns profile admin_next mebx_next | grep ^derived)" = \
		"derived|$(derived admin-password "$first")|$(derived mebx-password "$first")" ]
	# A plan that was lost is made again with the same ones.
	before=$(columns admin_next)
	export SOURCE_DATE_EPOCH=$((SOURCE_DATE_EPOCH + 120))
	plan
	[ "$(columns admin_next)" = "$before" ]
	[ "$(sql "SELECT count(*) FROM secrets WHERE uuid = '$first'")" = 2 ]
}

# derived WHAT UUID: by openssl and the formula of profile(5)
derived() {
	printf '%s %s' "$1" "$2" |
		openssl mac -digest SHA256 -macopt 'key:correct horse battery staple' HMAC |
		sed 's/..../&\n/g' | awk '
		BEGIN {
			set[1] = "ABCDEFGHJKLMNPQRSTUVWX"; set[2] = "abcdefghijkmnopqrstuvwx"
			set[3] = "23456789"; set[4] = "!$%"
		}
		NF {
			n = 0
			for (i = 1; i <= 4; i++)
				n = n * 16 + index("123456789ABCDEF", substr($1, i, 1))
			chars = NR <= 4 ? set[NR] : set[1] set[2] set[3] set[4]
			printf("%s", substr(chars, n % length(chars) + 1, 1))
		}'
}
