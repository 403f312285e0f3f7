# The simulated fleet: unprovisioning, the audit log that may prevent it, and
# flash that was written too often.

# shellcheck disable=SC2034 # client.bash reads what is set here
# once
bats_require_minimum_version 1.5.0

load "$AMT_TEST_ROOT/tests/peer/client.bash"
load "$AMT_TEST_ROOT/tests/ports.bash"

log=AMT_AuditLog
policy=AMT_AuditPolicyRule

# begin FIRMWARE [FAULT]: a device that is set up, with a user.
begin() {
	firmware=$1 fleet "state=2${2:+,$2}" >fleet.tsv
	peer "${@:3}"
	set_names pc-1 lab.example.com >/dev/null
	realm=$(value DigestRealm)
	add_user desk 3
}

# add_user NAME REALM: his password is his name.
add_user() {
	call $users AddUserAclEntryEx "<r:DigestUsername>$1</r:DigestUsername>
		<r:DigestPassword>$(printf '%s:%s:%s' "$1" "$realm" "$1" | openssl md5 -binary | base64)</r:DigestPassword>
		<r:AccessPermission>2</r:AccessPermission><r:Realms>$2</r:Realms>" | post >/dev/null
	[ "$(value ReturnValue)" = 0 ]
}

# does CLASS METHOD [PARAMETERS]: its return value.
does() {
	call "$@" | post >/dev/null
	value ReturnValue
}

mode() { printf '<r:ProvisioningMode>%s</r:ProvisioningMode>' "$1"; }

users_now() { has | grep -c DigestUsername; }

@test "a partial unprovisioning keeps the administrator, the names and the realm" {
	begin 9.5.1.1 '' --plain-setup
	[ "$(users_now)" = 3 ]
	[ "$(does $setup PartialUnprovision)" = 0 ]
	wait_event unprovisioned
	[ "$(events unprovisioned)" = partial ]
	[ "$(events state)" = 1 ]
	get AMT_GeneralSettings | post >/dev/null
	[ "$(value HostName).$(value DomainName) $(value DigestRealm)" = "pc-1.lab.example.com $realm" ]
	call $users EnumerateUserAclEntries '<r:StartIndex>1</r:StartIndex>' | post >/dev/null
	[ "$(value TotalCount)" = 2 ]
	[ "$(value Handles)" -gt 100 ]
	[ "$(does $setup CommitChanges)" = 2057 ]
	[ "$(events commit-refused)" = clock ]
	[ "$(does $setup PartialUnprovision)" = 16 ]
}

@test "a partial unprovisioning ends the connection and says hello again" {
	free_port
	socat -u TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork OPEN:hellos,creat,append &
	pids+=($!)
	begin 9.5.1.1 '' -s "127.0.0.1:$port" --restart 200
	[ -z "$(events hello-sent)" ]
	call $setup PartialUnprovision | post --next "http://127.1.0.1:$plain/" >/dev/null || :
	wait_event hello-sent
	[ "$(events hello-sent)" = 0 ]
	# credentials set, version 2
	[ "$(head -c 4 hellos | xxd -p)" = 01000200 ]
	closed "http://127.1.0.1:$plain/wsman"
	openssl s_client -connect "127.1.0.1:$tls" -psk_identity LAB70001 -psk "$key" -tls1 \
		-cipher PSK-AES128-CBC-SHA:@SECLEVEL=0 </dev/null >psk.out 2>&1 || :
	grep -q 'Cipher is PSK-AES128-CBC-SHA' psk.out
}

@test "a full unprovisioning forgets all but the MEBx password, and closes" {
	begin 9.5.1.1 suffix=lab.example.com
	[ "$(does $setup SetMEBxPassword '<r:Password>Mebx!Pw01</r:Password>')" = 0 ]
	[ "$(does $setup Unprovision "$(mode 2)")" = 36 ]
	[ "$(does $setup Unprovision "$(mode 1)")" = 0 ]
	[ "$(events state)" = 0 ]
	closed "http://127.1.0.1:$plain/wsman"
	closed "http://127.1.0.1:$tls/"
	kill "${pids[0]}"
	wait "${pids[0]}" || :
	pids=()
	[ "$(events has | grep -c desk)" = 0 ]
	[[ $(events final) == "state=0 host= domain= "* ]]
	[[ $(events final) != *"realm=$realm"* ]]
}

@test "a device that goes into setup again has the factory's password and a new realm" {
	begin 9.5.1.1 back --plain-setup
	[ "$(does $setup Unprovision "$(mode 1)")" = 0 ]
	get AMT_GeneralSettings | code | grep -x 401
	password="admin"
	get AMT_GeneralSettings | post >/dev/null
	[ "$(value HostName)" = '' ]
	[ "$(value DigestRealm)" != "$realm" ]
	[ "$(does $users GetAdminAclEntryStatus)" = 0 ]
	[ "$(value IsDefault)" = true ]
}

@test "an answer that never comes leaves it unprovisioned" {
	begin 9.5.1.1 lost-unprovision
	call $setup PartialUnprovision | post || lost=$?
	[ "$lost" = 52 ] || [ "$lost" = 56 ]
	[ "$(events unprovisioned)" = partial ]
}

@test "in client control mode there is no partial way, and consent is fixed" {
	begin 9.5.1.1 client-mode
	get $setup | post >/dev/null
	[ "$(value ProvisioningMode)" = 4 ]
	[ "$(does $setup PartialUnprovision)" = 16 ]
	[ "$(does $setup SetMEBxPassword '<r:Password>Mebx!Pw01</r:Password>')" = 16 ]
	base=http://intel.com/wbem/wscim/1/ips-schema/1
	get IPS_HostBasedSetupService | post >/dev/null
	[ "$(value CurrentControlMode)" = 1 ]
	put IPS_OptInService 's|Required>1|Required>0|'
	grep -q AccessDenied reply
	[ "$(does $setup Unprovision "$(mode 1)")" = 0 ]
}

@test "before 6.0 there are modes besides the one" {
	begin 9.5.1.1
	[ "$(does $setup Unprovision "$(mode 0)")" = 36 ]
	begin 5.2.1.1
	[ "$(does $setup Unprovision "$(mode 0)")" = 0 ]
}

@test "the audit log is read in the captured forms" {
	[ -n "${AMT_VECTORS-}" ] || skip "no shared vectors"
	begin 14.0.1.1
	[ "$(does $log RequestStateChange '<r:RequestedState>2</r:RequestedState>')" = 0 ]
	envelope $amt $log $enumeration/Enumerate "<n:Enumerate xmlns:n=\"$enumeration\"/>" | post >/dev/null
	context=$(value EnumerationContext)
	envelope $amt $log $enumeration/Pull "<n:Pull xmlns:n=\"$enumeration\">
		<n:EnumerationContext>$context</n:EnumerationContext></n:Pull>" | post >/dev/null
	numbers='s/\(Records\|Free\)>[0-9]*</\1></; s/Datetime>[0-9TZ:-]*</Datetime></'
	diff <(form "$AMT_VECTORS/wsman/responses/go-wsman-messages/amt/auditlog/pull.xml" | sed "$numbers") \
		<(form reply | sed "$numbers")
	get $policy | post >/dev/null
	diff <(grep -oE '<g:[A-Za-z]+>[^<]*' "$AMT_VECTORS/wsman/responses/malformed/mps.AMT_AuditPolicyRule.GetResponse.xml") \
		<(grep -oE '<g:[A-Za-z]+>[^<]*' reply | grep -v AMT_AuditPolicyRule'>')
	echo "# vectors: 2" >&3
}

event() {
	printf '<r:Enable>%s</r:Enable><r:AuditedAppID>%s</r:AuditedAppID><r:EventID>%s</r:EventID><r:PolicyType>%s</r:PolicyType>' "$@"
}

# level APP EVENT: the policy's type for it, "" when it is not logged.
level() {
	get $policy | post >/dev/null
	paste -d' ' <(grep -oE 'EventID>[0-9]+' reply) <(grep -oE 'PolicyType>[0-9]+' reply) |
		sed -n "s/^EventID>$(($1 * 65536 + $2)) PolicyType>//p"
}

@test "a policy logs single events, and many at once or none" {
	begin 9.5.1.1
	[ "$(level 22 3)" = '' ]
	[ "$(does $policy SetAuditPolicy "$(event true 22 3 1)")" = 0 ]
	[ "$(level 22 3)" = 1 ]
	[ "$(does $policy SetAuditPolicy "$(event true 22 3 0)")" = 0 ]
	[ "$(level 22 3)" = 0 ]
	[ "$(does $policy SetAuditPolicy "$(event false 22 3 0)")" = 0 ]
	[ "$(level 22 3)" = '' ]
	[ "$(does $policy SetAuditPolicy "$(event true 31 3 0)")" = 36 ]
	[ "$(does $policy SetAuditPolicy "$(event true 22 3 2)")" = 36 ]
	two='<r:Enable>true</r:Enable><r:Enable>true</r:Enable><r:AuditedAppID>22</r:AuditedAppID><r:AuditedAppID>23</r:AuditedAppID>'
	two+='<r:EventID>1</r:EventID><r:EventID>2</r:EventID>'
	[ "$(does $policy SetAuditPolicyBulk "$two<r:PolicyType>0</r:PolicyType>")" = 36 ]
	[ "$(level 22 1)" = '' ]
	[ "$(does $policy SetAuditPolicyBulk "$two<r:PolicyType>0</r:PolicyType><r:PolicyType>1</r:PolicyType>")" = 0 ]
	[ "$(level 22 1) $(level 23 2)" = "0 1" ]
}

@test "the log has its state, policy of storage, lock and key" {
	begin 12.0.1.1
	get $log | post >/dev/null
	[ "$(value EnabledState) $(value AuditState)" = "3 17" ]
	[ "$(does $log SetSigningKeyMaterial '<r:SigningMechanismType>1</r:SigningMechanismType><r:SigningKey>QUJD</r:SigningKey><r:LengthOfCertificates>3</r:LengthOfCertificates><r:Certificates>QUJD</r:Certificates>')" = 0 ]
	[ "$(does $log RequestStateChange '<r:RequestedState>2</r:RequestedState>')" = 0 ]
	get $log | post >/dev/null
	[ "$(value EnabledState) $(value AuditState)" = "2 0" ]
	[ "$(does $log SetSigningKeyMaterial '<r:SigningMechanismType>1</r:SigningMechanismType><r:SigningKey>QUJD</r:SigningKey><r:LengthOfCertificates>3</r:LengthOfCertificates><r:Certificates>QUJD</r:Certificates>')" = 16 ]
	put $log 's|StoragePolicy>1|StoragePolicy>2|'
	grep -q InvalidRepresentation reply
	# MinDaysToKeep stands between the others in the alphabet
	put $log 's|StoragePolicy>1|StoragePolicy>2|; s|<g:Name>|<g:MinDaysToKeep>30</g:MinDaysToKeep>&|; s|<g:TimeOfLastRecord>.*</g:TimeOfLastRecord>||'
	[ "$(value StoragePolicy) $(value MinDaysToKeep)" = "2 30" ]
	[ "$(does $log SetAuditLock '<r:LockTimeoutInSeconds>301</r:LockTimeoutInSeconds><r:Flag>0</r:Flag>')" = 36 ]
	[ "$(does $log SetAuditLock '<r:LockTimeoutInSeconds>300</r:LockTimeoutInSeconds><r:Flag>0</r:Flag>')" = 0 ]
	handle=$(value Handle)
	get $log | post >/dev/null
	[ "$(value AuditState)" = 2 ]
	[ "$(does $log SetAuditLock '<r:LockTimeoutInSeconds>0</r:LockTimeoutInSeconds><r:Flag>2</r:Flag>')" = 2053 ]
	[ "$(does $log SetAuditLock "<r:LockTimeoutInSeconds>0</r:LockTimeoutInSeconds><r:Flag>2</r:Flag><r:Handle>$handle</r:Handle>")" = 0 ]
	get $log | post >/dev/null
	[ "$(value AuditState)" = 0 ]
}

@test "before 12.0 a log that is on prevents unprovisioning, until the auditor allows it" {
	begin 11.6.1.1
	[ "$(does $log RequestStateChange '<r:RequestedState>2</r:RequestedState>')" = 0 ]
	[ "$(does $setup GetUnprovisionBlockingComponents)" = 0 ]
	[ "$(value Component)" = 1 ]
	[ "$(does $setup PartialUnprovision)" = 2076 ]
	[ "$(does $setup Unprovision "$(mode 1)")" = 2076 ]
	[ "$(does $log SetAuditLock '<r:LockTimeoutInSeconds>60</r:LockTimeoutInSeconds><r:Flag>1</r:Flag>')" = 0 ]
	[ "$(does $setup PartialUnprovision)" = 0 ]
	begin 12.0.1.1
	[ "$(does $log RequestStateChange '<r:RequestedState>2</r:RequestedState>')" = 0 ]
	[ "$(does $setup Unprovision "$(mode 1)")" = 0 ]
	begin 3.2.1.1
	get $log | post >/dev/null
	grep -q DestinationUnreachable reply
}

@test "once there is an auditor, the administrator is none" {
	begin 12.0.1.1
	add_user audit 20
	call $log RequestStateChange '<r:RequestedState>2</r:RequestedState>' | post >/dev/null
	grep -q e:AccessDenied reply
	get $log | post >/dev/null
	[ "$(value EnabledState)" = 3 ]
	call $log RequestStateChange '<r:RequestedState>2</r:RequestedState>' |
		curl -sS --digest -u audit:audit -o reply -H 'Content-Type: application/soap+xml' \
			--data-binary @- "http://127.1.0.1:$plain/wsman"
	[ "$(value ReturnValue)" = 0 ]
}

@test "worn flash refuses each writing request, and reads on" {
	begin 9.5.1.1 wear=3
	# the names and the user were two of them
	put AMT_GeneralSettings 's|HostName>pc-1|HostName>pc-2|'
	[ "$(value HostName)" = pc-2 ]
	put AMT_GeneralSettings 's|HostName>pc-2|HostName>pc-3|'
	grep -q QuotaLimit reply
	[ "$(does AMT_WebUIService RequestStateChange '<r:RequestedState>3</r:RequestedState>')" = 38 ]
	[ "$(does $setup CommitChanges)" = 38 ]
	get AMT_GeneralSettings | post >/dev/null
	[ "$(value HostName)" = pc-2 ]
	[ "$(events write | tail -n 3 | xargs)" = 'AMT_GeneralSettings.Put QuotaLimit AMT_WebUIService.RequestStateChange 38 AMT_SetupAndConfigurationService.CommitChanges 38' ]
	begin 9.5.1.1 wear=2,wear-life=1
	[ "$(does AMT_WebUIService RequestStateChange '<r:RequestedState>3</r:RequestedState>')" = 38 ]
	sleep 1.2
	[ "$(does AMT_WebUIService RequestStateChange '<r:RequestedState>3</r:RequestedState>')" = 0 ]
}
