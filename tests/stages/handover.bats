# handover: the files that other consoles read, by what they read.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	machines >in
}

# Passwords with all that a format could take for its own.
odd='a"b\c{{d}}' comma='=1,2;#: x'

# row STATE REASON TLS NAME PASSWORD
row() {
	n=$((n + 1))
	local escaped=${5//\\/\\\\}
	printf '1000000%d-0000-4000-8000-000000000000\t%s\t16.1.25\t%s\t%s\t%s\t%s\t%s\n' \
		$n "$4" "$1" "$2" "$3" "$(printf %064d 7)" "$escaped"
}

machines() {
	local n=0
	printf '@handover/1\tuuid\tfqdn\tfirmware\tstate\treason\tover_tls\tleaf\tadmin\n'
	row verified '' 1 pc-1.example.com "$odd"
	row verified '' 0 pc-2.example.com "$comma"
	row refused KEY-UNKNOWN '' pc-3.example.com Secret-3
	row verified '' 1 '' Secret-4
	row verified '' 1 pc-5.example.com ''
	row unprovisioned '' 1 pc-6.example.com Secret-6
	printf '@end\t6\t0\n'
}

# left_out: what every file says of the four
left_out() {
	printf '%s\n' KEY-UNKNOWN 'has no name' 'its password is not known for certain' unprovisioned
}

made() {
	run -0 --separate-stderr handover -t "$1" -o out in
	[ "$output" = "out: 2 machines; left out: 4" ]
	[ "$(stat -c %a out)" = 600 ]
	[ "$(sed -n 's/.*: left out: //p' <<<"$stderr")" = "$(left_out)" ]
	# Nobody's password that cannot be used there.
	run ! grep -q Secret- out
}

@test "meshcentral: an array of devices, and what is no device to it" {
	made meshcentral
	[ "$(jq -r '.[] | select(.fqdn) | [.fqdn, .uuid[:8], .version, .username, .password, .tls] | @json' out)" = \
		"$(jq -nc --arg odd "$odd" --arg comma "$comma" '
			["pc-1.example.com", "10000001", "16.1.25", "admin", $odd, true],
			["pc-2.example.com", "10000002", "16.1.25", "admin", $comma, false]')" ]
	[ "$(jq -r '.[] | select(.fqdn | not) | .left_out' out)" = "$(left_out)" ]
}

@test "meshcommander: its list of computers" {
	made meshcommander
	[ "$(jq -r .webappversion out)" = 0.9.0 ]
	[ "$(jq -c '.computers[] | [.name, .host, .user, .pass, .tls]' out)" = \
		"$(jq -nc --arg odd "$odd" --arg comma "$comma" '
			["pc-1.example.com", "pc-1.example.com", "admin", $odd, 1],
			["pc-2.example.com", "pc-2.example.com", "admin", $comma, 0]')" ]
	[ "$(jq -r '.left_out[].left_out' out)" = "$(left_out)" ]
}

@test "dmt: what the console takes for each device" {
	made dmt
	[ "$(jq -c '.devices[] | [.guid[:8], .hostname, .username, .password, .useTLS, .tags, .certHash]' out)" = \
		"$(jq -nc --arg odd "$odd" --arg comma "$comma" --arg hash "$(printf %064d 7)" '
			["10000001", "pc-1.example.com", "admin", $odd, true, [], $hash],
			["10000002", "pc-2.example.com", "admin", $comma, false, [], $hash]')" ]
	[ "$(jq -r '.left_out[].left_out' out)" = "$(left_out)" ]
}

@test "ansible: an inventory, whose passwords are no templates" {
	made ansible
	python3 -c 'import yaml' 2>/dev/null || skip "no python3-yaml"
	python3 - out >got <<-'END'
		import sys, yaml
		yaml.SafeLoader.add_constructor("!unsafe", lambda l, n: "unsafe " + l.construct_scalar(n))
		for name, v in yaml.safe_load(open(sys.argv[1]))["all"]["children"]["amt"]["hosts"].items():
		    print(name, v["ansible_host"], v["amt_user"], v["amt_tls"], v["amt_port"], v["amt_password"], sep="|")
	END
	diff got - <<-END
		pc-1.example.com|pc-1.example.com|admin|True|16993|unsafe $odd
		pc-2.example.com|pc-2.example.com|admin|False|16992|$comma
	END
	[ "$(sed -nE 's/^# 1000000[^ ]+ (pc[^:]*: )?//p' out)" = "$(left_out)" ]
}

@test "csv: passwords exactly as they are" {
	made csv
	python3 - out >got <<-'END'
		import csv, sys
		for row in csv.reader(open(sys.argv[1])):
		    print(*row[1:], sep="|")
	END
	diff got - <<-END
		fqdn|port|tls|user|password|left_out
		pc-1.example.com|16993|yes|admin|$odd|
		pc-2.example.com|16992|no|admin|$comma|
		pc-3.example.com|||||KEY-UNKNOWN
		|||||has no name
		pc-5.example.com|||||its password is not known for certain
		pc-6.example.com|||||unprovisioned
	END
}

@test "a reference in place of passwords, also of those that are not known" {
	run -0 --separate-stderr handover -t csv -o out --reference 'vault:%n/%u%' in
	[[ "$output" = "out: 3 machines; left out: 3" ]]
	grep -q ',vault:pc-5.example.com/10000005-0000-4000-8000-000000000000%,$' out
	run ! grep -qF -e "$odd" -e Secret out
}

@test "no machine at all is a file that can be read" {
	sed -n '1p' in >none
	printf '@end\t0\t0\n' >>none
	for format in meshcentral meshcommander dmt; do
		run -0 handover -t $format -o out none
		jq -e . out
	done
	run -0 handover -t csv -o out none
	[ "$(wc -l <out)" = 1 ]
}

@test "a stream that is cut or of another kind, a wrong format: no file" {
	sed '$d' in | head -n 3 >cut
	run -65 handover -t csv -o out cut
	run -65 handover -t csv -o out <<<$'@passwords/1\tuuid\tfqdn\tadmin\tmebx\n@end\t0\t0'
	[[ "$output" = *"not a stream of @handover"* ]]
	run -64 handover -t excel -o out in
	[[ "$output" = 'handover: no such format (got "excel", expected meshcentral, meshcommander, ansible, dmt or csv'* ]]
	run -64 handover -t csv in
	run -73 handover -t csv -o nowhere/out in
	[ ! -e out ]
	ln -s /dev/null link
	run -73 handover -t csv -o link in
}
