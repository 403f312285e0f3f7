# The simulated fleet: users besides the administrator.

# shellcheck disable=SC2034 # client.bash reads what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"

# digest NAME PASSWORD: the parameters that name a digest user.
digest() {
	[ -n "${realm-}" ] || ha1 x >/dev/null
	realm=${realm:-$(value DigestRealm)}
	printf '<r:DigestUsername>%s</r:DigestUsername><r:DigestPassword>%s</r:DigestPassword>' "$1" \
		"$(printf '%s:%s:%s' "$1" "$realm" "$2" | openssl md5 -binary | base64)"
}

# may ACCESS REALM...: the others.
may() {
	printf '<r:AccessPermission>%s</r:AccessPermission>' "$1"
	shift
	[ $# = 0 ] || printf '<r:Realms>%s</r:Realms>' "$@"
}

# does METHOD PARAMETERS: its return value.
does() {
	call $users "$1" "$2" | post >/dev/null
	value ReturnValue
}

handles() {
	does EnumerateUserAclEntries "<r:StartIndex>${1:-1}</r:StartIndex>" >/dev/null
	xmllint --xpath "//*[local-name()='Handles']/text()" reply | xargs
}

# as NAME PASSWORD: the status that a Get of the general settings has.
as() {
	get AMT_GeneralSettings |
		curl -sS -m 10 --digest -u "$1:$2" -o reply -w '%{http_code}' \
			-H 'Content-Type: application/soap+xml' --data-binary @- \
			"http://127.1.0.1:$plain/wsman"
}

begin() {
	fleet "${1-}" >fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings | post >/dev/null
	realm=$(value DigestRealm)
}

@test "a new device has two accounts of the system, which stay" {
	begin
	list=$(handles)
	[ "$(value TotalCount) $(value HandlesCount)" = "2 2" ]
	for handle in $list; do
		does GetUserAclEntryEx "<r:Handle>$handle</r:Handle>"
		[[ $(value DigestUsername) == '$$'* ]]
		[ "$(value AccessPermission)" = 0 ]
		[ "$(does RemoveUserAclEntry "<r:Handle>$handle</r:Handle>")" = 16 ]
		[ "$(does UpdateUserAclEntryEx "<r:Handle>$handle</r:Handle>$(digest sam x)$(may 1 3)")" = 16 ]
	done
	# shellcheck disable=SC2016 # $$ is the name
	[ "$(value DigestUsername)$(does GetUserAclEntryEx "<r:Handle>$handle</r:Handle>")$(value DigestUsername)" = '0$$uns' ]
	[ "$(value Realms)" = 16 ]
	[ "$(does SetAclEnabledState "<r:Handle>$handle</r:Handle><r:Enabled>false</r:Enabled>")" = 0 ]
	does GetAclEnabledState "<r:Handle>$handle</r:Handle>"
	[ "$(value Enabled)" = false ]
	[ "$(handles)" = "$list" ]
}

@test "a user is added, read, changed and removed" {
	begin
	[ "$(does AddUserAclEntryEx "$(digest desk 'Desk&<1>')$(may 1 2 13)")" = 0 ]
	handle=$(value Handle)
	does GetUserAclEntryEx "<r:Handle>$handle</r:Handle>"
	[ "$(value DigestUsername) $(value AccessPermission)" = "desk 1" ]
	[ "$(xmllint --xpath "//*[local-name()='Realms']/text()" reply | xargs)" = "2 13" ]
	run ! grep -i password reply
	[ "$(as desk 'Desk&<1>')" = 200 ]
	[ "$(as desk wrong)" = 401 ]
	[ "$(does UpdateUserAclEntryEx "<r:Handle>$handle</r:Handle>$(digest desk new)$(may 2 3)")" = 0 ]
	[ "$(as desk 'Desk&<1>')" = 401 ]
	[ "$(as desk new)" = 200 ]
	[ "$(does RemoveUserAclEntry "<r:Handle>$handle</r:Handle>")" = 0 ]
	[ "$(as desk new)" = 401 ]
	[ "$(does RemoveUserAclEntry "<r:Handle>$handle</r:Handle>")" = 2053 ]
	[ "$(does AddUserAclEntryEx "$(digest desk new)$(may 1 3)")" = 0 ]
	[ "$(value Handle)" != "$handle" ]
	events write | grep -c AclEntry | grep -x 5
	run ! grep -E 'write.*(Enumerate|Get)' journal
}

@test "a user who is disabled or local does not log in" {
	begin
	[ "$(does AddUserAclEntryEx "$(digest here pw)$(may 0 3)")" = 0 ]
	[ "$(as here pw)" = 401 ]
	[ "$(does AddUserAclEntryEx "$(digest far pw)$(may 1 3)")" = 0 ]
	handle=$(value Handle)
	[ "$(as far pw)" = 200 ]
	does SetAclEnabledState "<r:Handle>$handle</r:Handle><r:Enabled>false</r:Enabled>"
	[ "$(as far pw)" = 401 ]
}

@test "a Kerberos user is a SID" {
	begin
	sid=AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAA9AEAAA==
	[ "$(does AddUserAclEntryEx "<r:KerberosUserSid>$sid</r:KerberosUserSid>$(may 2 3)")" = 0 ]
	does GetUserAclEntryEx "<r:Handle>$(value Handle)</r:Handle>"
	[ "$(value KerberosUserSid)" = $sid ]
	run ! grep DigestUsername reply
	[ "$(does AddUserAclEntryEx "<r:KerberosUserSid>$sid</r:KerberosUserSid>$(may 2 3)")" = 2058 ]
	[ "$(does AddUserAclEntryEx "<r:KerberosUserSid>QUJD</r:KerberosUserSid>$(may 2 3)")" = 36 ]
	[ "$(does AddUserAclEntryEx "$(digest both pw)<r:KerberosUserSid>$sid</r:KerberosUserSid>$(may 2 3)")" = 36 ]
}

@test "what is wrong with a user has the number of the class reference" {
	begin
	for name in '' '$$mine' 'a:b' 'a"b' 'a,b' longerthansixteen; do
		[ "$(does AddUserAclEntryEx "$(digest "$name" pw)$(may 1 3)")" = 12 ]
	done
	[ "$(does AddUserAclEntryEx "<r:DigestUsername>hex</r:DigestUsername><r:DigestPassword>00112233445566778899aabbccddeeff</r:DigestPassword>$(may 1 3)")" = 2054 ]
	[ "$(does AddUserAclEntryEx "$(digest a pw)$(may 3 3)")" = 36 ]
	[ "$(does AddUserAclEntryEx "$(digest a pw)$(may 1 0)")" = 2055 ]
	[ "$(does AddUserAclEntryEx "$(digest a pw)$(may 1 22)")" = 2055 ]
	[ "$(does AddUserAclEntryEx "$(digest admin pw)$(may 1 3)")" = 2058 ]
	[ "$(does AddUserAclEntryEx "$(digest a pw)$(may 1 3)")" = 0 ]
	[ "$(does AddUserAclEntryEx "$(digest a pw)$(may 1 3)")" = 2058 ]
	[ "$(does EnumerateUserAclEntries '<r:StartIndex>4</r:StartIndex>')" = 35 ]
	[ "$(does GetUserAclEntryEx '<r:Handle>999</r:Handle>')" = 2053 ]
	call $users AddUserAclEntryEx "$(may 1 3)$(digest b pw)" | post >/dev/null
	grep -q SchemaValidationError reply
}

# realms FIRMWARE: of the first numbers, and those that not every release has, the
# ones that a device of it knows.
realms() {
	printf 'address\tuuid\tpid\tpps\tpassword\tcreds_set\tfirmware\tfault\n' >fleet.tsv
	firmware=$1 fleet users=99 | tail -n 1 >>fleet.tsv
	peer --plain-setup
	get AMT_GeneralSettings | post >/dev/null
	realm=$(value DigestRealm)
	local n known=
	for n in {0..2} {16..25}; do
		[ "$(does AddUserAclEntryEx "$(digest "u$n" pw)$(may 1 "$n")")" != 0 ] ||
			known+="$n "
	done
	kill "${pids[-1]}"
	wait "${pids[-1]}" || :
	unset 'pids[-1]'
	echo "$known"
}

@test "realms come and go with the release" {
	most='2 16'
	[ "$(realms 3.2.1.1)" = "$most 17 18 19 24 " ]
	[ "$(realms 5.1.2.3)" = "$most 17 18 19 20 21 23 24 " ]
	[ "$(realms 17.0.0.1)" = "$most 17 18 19 20 21 24 " ]
	[ "$(realms 18.0.0.1)" = "$most 19 20 21 24 " ]
}

@test "the administrator has a name that no user has, and may have another" {
	begin
	[ "$(does AddUserAclEntryEx "$(digest desk pw)$(may 1 3)")" = 0 ]
	hash=$(printf '%s:%s:New!Pw01' root "$realm" | openssl md5 -binary | base64)
	[ "$(does SetAdminAclEntryEx "<r:Username>desk</r:Username><r:DigestPassword>$hash</r:DigestPassword>")" = 2058 ]
	# shellcheck disable=SC2016 # $$ is the name
	[ "$(does SetAdminAclEntryEx '<r:Username>$$root</r:Username>'"<r:DigestPassword>$hash</r:DigestPassword>")" = 36 ]
	[ "$(does SetAdminAclEntryEx "<r:Username>root</r:Username><r:DigestPassword>$hash</r:DigestPassword>")" = 0 ]
	[ "$(as root 'New!Pw01')" = 200 ]
	[ "$(as admin "$password")" = 401 ]
	[ "$(as desk pw)" = 200 ]
}

@test "a full list says 23, and a long one takes several answers" {
	begin users=6
	for n in 1 2 3 4 5 6; do
		[ "$(does AddUserAclEntryEx "$(digest "u$n" pw)$(may 1 3)")" = 0 ]
	done
	[ "$(does AddUserAclEntryEx "$(digest u7 pw)$(may 1 3)")" = 23 ]
	first=$(handles)
	[ "$(value TotalCount) $(value HandlesCount)" = "8 5" ]
	rest=$(handles 6)
	[ "$(value TotalCount) $(value HandlesCount)" = "8 3" ]
	[ "$(printf '%s\n' $first $rest | sort -u | wc -l)" = 8 ]
}

@test "a user may what his realms say" {
	begin
	[ "$(does AddUserAclEntryEx "$(digest info pw)$(may 1 13)")" = 0 ]
	[ "$(does AddUserAclEntryEx "$(digest none pw)$(may 1)")" = 0 ]
	[ "$(as info pw)" = 200 ]
	[ "$(as none pw)" = 400 ]
	grep -q e:AccessDenied reply
	call $users GetAdminAclEntry | curl -sS --digest -u info:pw -o reply \
		-H 'Content-Type: application/soap+xml' --data-binary @- "http://127.1.0.1:$plain/wsman"
	grep -q e:AccessDenied reply
}

@test "a change of users ends the logins of open connections" {
	firmware=9.5.1.1 begin
	call $users AddUserAclEntryEx "$(digest u pw)$(may 1 3)" >add
	get AMT_GeneralSettings >get
	bare <get
	curl -sS -H "$(auth "$nonce" 00000001)" -H 'Content-Type: application/soap+xml' \
		-w '%{http_code} ' -o reply --data-binary @add "http://127.1.0.1:$plain/wsman" \
		--next -sS -H 'Content-Type: application/soap+xml' -w '%{http_code}' -o reply \
		--data-binary @get "http://127.1.0.1:$plain/wsman" >codes
	[ "$(cat codes)" = "200 401" ]
}

@test "what a device keeps is told on request and at the end" {
	begin
	[ "$(does AddUserAclEntryEx "$(digest desk 'x y')$(may 1 2 13)")" = 0 ]
	has >now
	number=$(sed -n 's/^user \([0-9]*\) DigestUsername desk$/\1/p' now)
	grep -x "user $number Realms 13" now
	grep -x "user $number DigestPassword $(printf '%s:%s:x y' desk "$realm" | openssl md5 -binary | base64)" now
	[ "$(grep -c DigestUsername now)" = 3 ]
	kill "${pids[0]}"
	wait "${pids[0]}" || :
	pids=()
	events has | tail -n "$(wc -l <now)" | cmp - now
}

@test "with --state devices know what they knew when they are started again" {
	fleet '' >fleet.tsv
	peer --plain-setup --state state
	set_clock
	set_names pc-1 lab.example.com >/dev/null
	realm=$(value DigestRealm)
	[ "$(does AddUserAclEntryEx "$(digest desk $'a\tb')$(may 1 2 13)")" = 0 ]
	list=$(handles)
	set_admin "$(ha1 'New!Pw01')"
	kill "${pids[0]}"
	wait "${pids[0]}" || :
	pids=()
	peer --plain-setup --state state
	password='New!Pw01'
	get AMT_GeneralSettings | post >/dev/null
	[ "$(value HostName)" = pc-1 ]
	[ "$(handles)" = "$list" ]
	[ "$(as desk $'a\tb')" = 200 ]
	[ "$(does AddUserAclEntryEx "$(digest other pw)$(may 1 13)")" = 0 ]
	[ "$(value Handle)" = 4 ]
	kill "${pids[0]}"
	wait "${pids[0]}" || :
	pids=()
	[[ $(events final | tail -n 1) == *" clock-set=1 "* ]]
	[ "$(grep -c DigestUsername state)" = 4 ]
	[ "$(awk -F'\t' '$2 == "user" && $3 > 0 { print $3 }' state | sort -u | wc -l)" = 4 ]
	echo nonsense >>state
	run -65 --separate-stderr amtpeer -f fleet.tsv -t 1 -P 0 -p 0 --state state
	# shellcheck disable=SC2154 # run sets it
	[[ $stderr == "amtpeer: state:"*": no line of a state" ]]
}
