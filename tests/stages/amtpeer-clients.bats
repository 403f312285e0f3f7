# The simulated fleet, set up by management programs that others wrote: the AMT
# stack of MeshCentral (which is MeshCommander's), and Python's requests.

# shellcheck disable=SC2034 # client.bash reads what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"

# The machine's own account of a set-up by one of them; $1 is all that it
# complains about.
set_up_once() {
	# shellcheck disable=SC2154 # run sets output
	local told=$output
	wait_event commit
	kill "${pids[0]}"
	wait "${pids[0]}" || :
	pids=()
	[ "$(events complaint | sort -u)" = "${1-}" ]
	grep -x "realm: $(events final | sed -n 's/.* realm=\(Digest:[0-9A-F]*\).*/\1/p')" <<<"$told"
	[ "$(events names | tail -n 1)" = "pc-1 lab.example.com" ]
	[[ "$(events final)" == *"state=2 host=pc-1 domain=lab.example.com"*"clock-set=1 commits=1 admin-sets=1 "* ]]
}

# The hash of the password that the machine has now is the one of $1.
has_password() {
	local realm
	realm=$(events final | sed -n 's/.* realm=\(Digest:[0-9A-F]*\).*/\1/p')
	[[ "$(events final)" == *" ha1=$(printf 'admin:%s:%s' "$realm" "$1" |
		openssl md5 -r | cut -c-32) "* ]]
}

@test "MeshCentral's stack sets a machine up, leaving empty properties out" {
	folder=$AMT_TEST_BUILD/meshcentral
	"$AMT_TEST_ROOT/tests/peer/meshcentral" "$folder" 2>why ||
		skip "$(tail -n 1 why)"
	fleet '' >fleet.tsv
	peer --plain-setup
	run -0 node "$AMT_TEST_ROOT/tests/peer/meshcentral.js" "$folder" \
		127.1.0.1 "$plain" "$password" 'Mesh!Pw0'
	grep -x 'names: pc-1 lab.example.com' <<<"$output"
	grep -x 'uuid: 0403020106050807090a0b0c0d0e0f01' <<<"$output"
	grep -x 'firmware: 5.2.57' <<<"$output"
	for call in uuid clock-read clock-set admin commit; do
		grep -x "$call: 0" <<<"$output"
	done
	# it sends none, and firmware takes its requests
	set_up_once 'Content-Type is missing'
	has_password 'Mesh!Pw0'
}

@test "Python's requests set a machine up, sending what changes" {
	fleet '' >fleet.tsv
	peer --plain-setup
	run -0 /usr/bin/python3 "$AMT_TEST_ROOT/tests/peer/requests_client.py" \
		"http://127.1.0.1:$plain/wsman" "$password" 'Pyth0n!Pw'
	grep -x 'names: pc-1 lab.example.com' <<<"$output"
	grep -x 'uuid: 0403020106050807090A0B0C0D0E0F01' <<<"$output"
	for call in GetLowAccuracyTimeSynch SetHighAccuracyTimeSynch SetAdminAclEntryEx CommitChanges; do
		grep -x "$call: 0" <<<"$output"
	done
	set_up_once
	has_password 'Pyth0n!Pw'
}

@test "MeshCentral's stack changes the settings of a machine" {
	folder=$AMT_TEST_BUILD/meshcentral
	"$AMT_TEST_ROOT/tests/peer/meshcentral" "$folder" 2>why ||
		skip "$(tail -n 1 why)"
	firmware=12.0.85.1919 fleet state=2 >fleet.tsv
	peer
	run -0 node "$AMT_TEST_ROOT/tests/peer/meshcentral-profile.js" "$folder" \
		127.1.0.1 "$plain" "$password"
	# shellcheck disable=SC2016 # $$ is of the names
	diff - <(echo "$output") <<-'END'
	user: $$OsAdmin 0 24
	user: $$uns 0 16
	user: desk 2 3
	redirection: 32769 true
	kvm: 6
	screen: true
	consent: 0
	web: 3
	power: Desktop: ON in S0
	port: 1,14,224
	domains: lab.example,office.example
	kerberos: EXAMPLE.COM 0
	log: 16
	END
	wait_event unprovisioned
	[ "$(events complaint | sort -u)" = 'Content-Type is missing' ]
	[ "$(events write | grep -vcE ' (ok|0)$')" = 0 ]
}
