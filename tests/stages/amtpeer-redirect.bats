# The simulated fleet: redirection, KVM, user consent and the web page.

# shellcheck disable=SC2034 # client.bash reads what is set here
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"

redirection=AMT_RedirectionService

@test "redirection is read in the captured form" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	captured=$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/redirectionservice/get.xml
	fleet '' >fleet.tsv
	peer --plain-setup
	put $redirection 's|<g:ListenerEnabled>false|<g:ListenerEnabled>true|'
	get $redirection | post >/dev/null
	same_form "$captured"
	echo "# vectors: 1" >&3
}

@test "redirection keeps what a Put and a request of state say" {
	fleet '' >fleet.tsv
	peer --plain-setup
	call $redirection RequestStateChange '<r:RequestedState>32769</r:RequestedState>' | post
	[ "$(value ReturnValue)" = 0 ]
	put $redirection 's|<g:ListenerEnabled>false|<g:ListenerEnabled>true|'
	[ "$(value ListenerEnabled)" = true ]
	get $redirection | post >/dev/null
	[ "$(value EnabledState) $(value ListenerEnabled)" = "32769 true" ]
	call $redirection RequestStateChange '<r:RequestedState>2</r:RequestedState>' | post
	[ "$(value ReturnValue)" = 5 ]
	put $redirection 's|<g:EnabledState>32769|<g:EnabledState>7|'
	grep -q InvalidRepresentation reply
	put $redirection 's|<g:ElementName>|&x|'
	grep -q InvalidRepresentation reply
	put $redirection 's|<g:ListenerEnabled>[a-z]*</g:ListenerEnabled>||'
	grep -q InvalidRepresentation reply
	[ "$(events complaint | wc -l)" = 3 ]
	diff - <(events write) <<-END
	$redirection.RequestStateChange 0
	$redirection.Put ok
	$redirection.RequestStateChange 5
	$redirection.Put InvalidRepresentation
	$redirection.Put InvalidRepresentation
	$redirection.Put InvalidRepresentation
	END
}
