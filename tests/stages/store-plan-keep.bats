# shellcheck shell=bash disable=SC2154
# Machines that are set up: which of them a plan has jobs for and why, what a
# job has, and what its results make of the next plan.
# slow
bats_require_minimum_version 1.5.0
load keep

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	keep_setup
}

# SETTING MILESTONE FOUND JOB
found() {
	result "$4" "$2" '' "setting=$1" wanted=on "found=$3"
}

findings() {
	sql "SELECT setting, item, kind, wanted, found FROM findings ORDER BY setting, item, kind"
}

@test "a machine that is as its profile says has no job, until the profile changes" {
	plan
	[ "$(columns job)" = "" ]
	profile '<ping>off</ping>'
	plan
	[ "$(columns job wish auth pid pps address fqdn profile realm)" = \
		"$uuid.2|keep|managed|||127.7.0.1|pc-0001.lab7.example.com|a|Digest:0123" ]
	# The password that it has, and the same to be set.
	[ "$(columns admin_now)" = "$(store-dump -d "$site" -k passwords -r | awk -F '\t' '/^[^@]/ { print $3 }')" ]
	[ "$(columns admin_next)" = "$(columns admin_now)" ]
	# A run has it.
	plan
	[ "$(columns job)" = "" ]
	result 2 in-order '' tls=1.1 "device_cert=$(printf "%064d" 7)"
	plan
	[ "$(columns job)" = "" ]
	profile '<ping>on</ping>'
	plan
	[ "$(columns job tls leaf)" = "$uuid.3|1.1|$(printf "%064d" 7)" ]
}

@test "a check is for every machine that is set up, due or not, and for no other" {
	sed '2,$s/000000000001/000000000002/; 2,$s/LAB7001B/LAB7002C/; 2,$s/127.7.0.1/127.7.0.2/' "$tmp/machine" |
		sed '1,/^@end/d' | store-load -d "$site"
	plan --check
	[ "$(columns job wish)" = "$uuid.2|check" ]
	result 2 in-order
	# What was to be applied is so still; nothing was.
	profile '<ping>off</ping>'
	plan --check
	result 3 in-order
	plan -n 1 --check
	[ "$(columns job)" = "$uuid.4" ]
	result 4 in-order
	[ "$(sql "SELECT count(*) FROM kept WHERE verified_at = $SOURCE_DATE_EPOCH")" = 1 ]
	plan
	[ "$(columns job wish)" = "$uuid.5|keep" ]
}

@test "a random password of the profile's age is replaced, and the new one is tried until it is seen twice" {
	profile '<ping>on</ping><password-days>10</password-days>'
	plan
	result 2 in-order
	first=$(columns admin_next)
	plan
	[ "$(columns job)" = "" ]
	later $((10 * 86400))
	plan
	second=$(columns admin_next)
	[ "$(columns admin_now)" = "$first" ]
	[ "$second" != "$first" ]
	# What was not seen to be taken may be: it stays the one to set.
	result 3 failed HTTP-TIMEOUT
	later 86400
	plan
	[ "$(columns admin_now)" = "$second,$first" ]
	[ "$(columns admin_next)" = "$second" ]
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin'")" = 2 ]
	result 4 in-order
	profile '<ping>off</ping><password-days>10</password-days>'
	plan
	[ "$(columns admin_now)" = "$second,$first" ]
	result 5 in-order
	profile '<ping>on</ping><password-days>10</password-days>'
	plan
	[ "$(columns admin_now)" = "$second" ]
	# In history all the same.
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin'")" = 2 ]
}

@test "where the profile comes to want random passwords, the one that it had is replaced" {
	first=$(columns admin_next)
	profile '<admin-password><fixed>Another*2031</fixed></admin-password>'
	plan
	result 2 admin-set,in-order
	profile '<admin-password><random/></admin-password>'
	plan
	[ "$(columns admin_now)" = "Another*2031,$first" ]
	[ "$(columns admin_next)" != 'Another*2031' ]
	[ "$(columns admin_next)" != "$first" ]
	# Once.
	second=$(columns admin_next)
	result 3 failed HTTP-TIMEOUT
	later 86400
	plan
	[ "$(columns admin_next)" = "$second" ]
	result 4 in-order
	[ "$(sql "SELECT origin FROM secrets WHERE kind = 'admin' ORDER BY id")" = "random
profile
random" ]
}

# The password that is handed over.
handed_over() {
	store-dump -d "$site" -k passwords -r | awk -F '\t' '/^[^@]/ { print $3 }'
}

@test "the password that a machine took last is handed over, whatever became of the job" {
	profile '<admin-password><fixed>Another*2031</fixed></admin-password>'
	plan
	result 2 admin-set
	[ "$(handed_over)" = 'Another*2031' ]
	result 2 failed HTTP-TIMEOUT
	later 86400
	# One that nobody has seen it take is not claimed.
	profile '<admin-password><fixed>Another*2032</fixed></admin-password>'
	plan
	[ "$(columns admin_next)" = 'Another*2032' ]
	result 3 failed CONNECT-TIMEOUT
	[ "$(handed_over)" = 'Another*2031' ]
	later 86400
	plan --check
	# It opens: of several, that is how it is known.
	result 4 admin-set
	[ "$(handed_over)" = 'Another*2032' ]
}

@test "a check plans no password" {
	profile '<admin-password><fixed>Another*2031</fixed></admin-password>'
	plan --check
	[ "$(columns admin_next)" = "$(columns admin_now)" ]
	[ "$(columns admin_next)" != 'Another*2031' ]
	[ "$(sql "SELECT count(*) FROM secrets WHERE kind = 'admin'")" = 1 ]
	result 2 failed DRIFT
	plan
	[ "$(columns admin_next)" = 'Another*2031' ]
}

# NAME, in the inventory from now on
renamed() {
	sed '2,$s/pc-0001/'"$1"'/; 2,$s/2026-11-20/2026-11-22/; /^@end/q' "$tmp/machine" | store-load -d "$site"
}

@test "another name of the inventory is followed where the profile says so" {
	renamed pc-9001
	plan
	[ "$(columns job)" = "" ]
	[ "$(sql 'SELECT reason, fqdn FROM machines')" = 'MAP-CHANGED|pc-0001.lab7.example.com' ]
	profile '<ping>on</ping><follow-name>on</follow-name>'
	plan
	[ "$(columns job fqdn)" = "$uuid.2|pc-9001.lab7.example.com" ]
	[ "$(sql 'SELECT fqdn FROM machines')" = pc-0001.lab7.example.com ]
	result 2 in-order
	[ "$(sql 'SELECT fqdn FROM machines')" = pc-9001.lab7.example.com ]
	plan
	[ "$(columns job)" = "" ]
	[ "$(sql 'SELECT reason FROM machines')" = "" ]
	# The next name alone is a reason, too.
	renamed pc-9002
	plan
	[ "$(columns job fqdn)" = "$uuid.3|pc-9002.lab7.example.com" ]
}

@test "a machine that failed is not followed to its new name" {
	renamed pc-9001
	profile '<ping>on</ping><follow-name>on</follow-name>'
	plan
	result 2 failed HTTP-TIMEOUT
	[ "$(sql 'SELECT fqdn FROM machines')" = pc-0001.lab7.example.com ]
}

@test "what a check finds in one second is kept, setting by setting, until it is put right" {
	plan --check
	found ping differs false 2
	found rmcp-ping differs false 2
	result 2 differs '' setting=user-access item=helpdesk wanted=network found=local
	result 2 differs '' setting=user-access item=nobody wanted=network found=local
	found kvm lacks '' 2
	[ "$(sql "SELECT count(*) FROM results WHERE job = '$uuid.2' AND milestone = 'differs'")" = 4 ]
	[ "$(findings)" = "kvm||lacks|on|
ping||differs|on|false
rmcp-ping||differs|on|false
user-access|helpdesk|differs|network|local
user-access|nobody|differs|network|local" ]
	result 2 failed DRIFT
	[ "$(sql 'SELECT state, reason FROM machines')" = 'verified|' ]
	# Its profile is as it was: it is due for what was found, at once.
	plan
	[ "$(columns job wish)" = "$uuid.3|keep" ]
	found ping changed false 3
	result 3 changed '' setting=user-access item=helpdesk wanted=network found=local
	[ "$(findings | grep -c differs)" = 2 ]
	found kvm lacks '' 3
	result 3 in-order
	[ "$(findings)" = "kvm||lacks|on|" ]
	plan
	[ "$(columns job)" = "" ]
}

@test "since when a machine differs stays, and what it does not any more goes" {
	plan --check
	found ping differs false 2
	found rmcp-ping differs false 2
	result 2 failed DRIFT
	since=$SOURCE_DATE_EPOCH
	later 7200
	plan --check
	found ping differs false 3
	result 3 failed DRIFT
	[ "$(sql 'SELECT setting, since, seen_at FROM findings')" = "ping|$since|$SOURCE_DATE_EPOCH" ]
}

@test "a difference is no failure of a check; one that a job could not put right is its failure" {
	plan --check
	found ping differs false 2
	found rmcp-ping differs false 2
	result 2 failed DRIFT
	[ "$(sql 'SELECT failures, reason, not_before IS NULL FROM kept')" = '0||1' ]
	plan
	[ "$(columns job attempt)" = "$uuid.3|1" ]
	found ping differs false 3
	result 3 failed DRIFT detail=refused
	[ "$(sql "SELECT failures, reason, detail, not_before > $SOURCE_DATE_EPOCH FROM kept")" = '1|DRIFT|refused|1' ]
	# All was compared: what it did not find is over.
	[ "$(findings)" = "ping||differs|on|false" ]
	[ "$(sql 'SELECT checked_at FROM kept')" = "$SOURCE_DATE_EPOCH" ]
	plan
	[ "$(columns job)" = "" ]
	later 86400
	plan
	[ "$(columns job attempt)" = "$uuid.4|2" ]
	result 4 in-order
	[ "$(sql 'SELECT failures, reason, detail, not_before IS NULL FROM kept')" = '0|||1' ]
	[ "$(findings)" = "" ]
}

@test "time that is up is no failure" {
	profile '<ping>off</ping>'
	plan
	result 2 failed RUN-TIME-UP
	[ "$(sql 'SELECT failures, reason FROM kept')" = '0|' ]
	plan
	[ "$(columns job attempt commit)" = "$uuid.3|1|" ]
}

@test "what a visit may have written and not committed is committed by the next, until all was compared" {
	profile '<ping>off</ping>'
	plan
	result 2 reached
	# It was killed, and its lease has ended.
	later 86400
	plan
	[ "$(columns job commit)" = "$uuid.3|yes" ]
	result 3 reached
	result 3 failed CONNECT-TIMEOUT
	later 86400
	plan --check
	[ "$(columns job wish commit)" = "$uuid.4|check|" ]
	result 4 reached
	later 60
	# To look at it commits nothing.
	result 4 in-order
	later 86400
	plan
	[ "$(columns job commit)" = "$uuid.5|yes" ]
	result 5 reached
	later 60
	result 5 in-order
	profile '<ping>on</ping>'
	later 60
	plan
	[ "$(columns job commit)" = "$uuid.6|" ]
	# What keeps mutual TLS from being turned on is found after all else.
	result 6 reached
	found tls differs server 6
	result 6 failed CONSOLE-NONE
	later 86400
	plan
	[ "$(columns job commit)" = "$uuid.7|" ]
	# A certificate that is refused on the way may be.
	result 7 reached
	result 7 failed CONSOLE-REFUSED
	later 86400
	plan
	[ "$(columns job commit)" = "$uuid.8|yes" ]
	result 8 reached
	later 60
	result 8 in-order
	later 60
	plan
	[ "$(columns job)" = "" ]
	# It may have got what the profile had then, which is as it was by now.
	profile '<ping>off</ping>'
	plan
	[ "$(columns job)" = "$uuid.9" ]
	result 9 reached
	profile '<ping>on</ping>'
	later 86400
	plan
	[ "$(columns job commit)" = "$uuid.10|yes" ]
}

# PASSWORD VNC [MORE]: a profile with secrets that nothing reads back
secrets() {
	profile "${3-}<user name=\"helpdesk\"><password>$1</password><access>network</access><realms>redirection</realms></user><rfb-password>$2</rfb-password>"
}

@test "a secret is named as known while it is the one that was accepted last" {
	secrets Help-De5k Vnc-P4ss
	plan
	[ "$(columns job known)" = "$uuid.2|" ]
	result 2 sent '' setting=user-password item=helpdesk
	# Not all of them were, when it was cut off.
	result 2 failed HTTP-CLOSED
	later 86400
	plan
	[ "$(columns job known)" = "$uuid.3|user-password=helpdesk" ]
	result 3 sent '' setting=rfb-password
	result 3 in-order
	secrets Help-De5k Vnc-P5ss
	plan
	[ "$(columns known)" = user-password=helpdesk ]
	# It failed before that was sent.
	result 4 failed HTTP-TIMEOUT
	later 86400
	secrets Help-De5k Vnc-P4ss '<ping>off</ping>'
	plan
	[ "$(columns known | tr ',' '\n' | sort | tr '\n' ' ')" = 'rfb-password= user-password=helpdesk ' ]
	result 5 in-order
	# No secret is in the store but sealed, and no open job would send one.
	run ! grep -aq 'Help-De5k\|Vnc-P[45]ss' "$site"/site.db*
	[ "$(sql 'SELECT count(*) FROM sent_planned')" = 0 ]
	[ "$(sql 'SELECT count(*), count(DISTINCT hash) FROM sent')" = '2|2' ]
}

@test "what a job would have sent is over with it, however it ended" {
	secrets Help-De5k Vnc-P4ss
	plan
	[ "$(sql 'SELECT count(*) FROM sent_planned')" = 2 ]
	result 2 failed RUN-TIME-UP
	[ "$(sql 'SELECT count(*) FROM sent_planned')" = 0 ]
}

@test "a machine that no rule fits any more is left alone, with the reason, until one does" {
	printf '<profiles><rule profile="a" fqdn="nothing.*"/><profile name="a"/></profiles>\n' >"$site/profile.xml"
	plan
	[ "$(columns job)" = "" ]
	[ "$(sql 'SELECT reason, detail FROM kept')" = 'PROFILE-NONE|pc-0001.lab7.example.com, address 127.7.0.1, batch lab7' ]
	[ "$(sql 'SELECT state, reason FROM machines')" = 'verified|' ]
	profile '<ping>on</ping>'
	plan
	[ "$(columns job)" = "" ]
	[ "$(sql 'SELECT reason, detail FROM kept')" = '|' ]
}

@test "nothing is sent to a machine whose digest realm was not recorded" {
	sql "UPDATE callers SET realm = ''"
	profile '<ping>off</ping>'
	plan
	[ "$(columns job)" = "" ]
	[ "$(sql 'SELECT reason FROM kept')" = REALM-UNKNOWN ]
	plan --check
	[ "$(columns job)" = "" ]
	sql "UPDATE callers SET realm = 'Digest:0123'"
	plan
	[ "$(columns job wish)" = "$uuid.2|keep" ]
	[ "$(sql 'SELECT reason FROM kept')" = "" ]
}

@test "a machine whose passwords do not open in the store has no job, with the reason" {
	sql "UPDATE secrets SET sealed = zeroblob(length(sealed))"
	profile '<ping>off</ping>'
	plan
	[ "$(columns job)" = "" ]
	[ "$(sql 'SELECT reason FROM kept')" = KEY-DAMAGED ]
}

@test "a machine that a job unprovisioned is no longer kept, until it is set up anew" {
	profile '<ping>off</ping>'
	plan
	# That a machine was, says no job that keeps.
	result 2 unprovisioned
	[ "$(sql "SELECT ended_at IS NULL FROM jobs WHERE job = '$uuid.2'")" = 1 ]
	sql "UPDATE jobs SET wish = 'unprovision' WHERE job = '$uuid.2'"
	later 1
	result 2 unprovisioned
	[ "$(sql "SELECT reason FROM jobs WHERE job = '$uuid.2' AND ended_at = $SOURCE_DATE_EPOCH")" = "" ]
	plan
	[ "$(columns job)" = "" ]
	sed '1,/^@end/d; s/2026-11-22T14:01:00Z/2026-11-22T15:00:00Z/' "$tmp/machine" | store-load -d "$site"
	plan
	[ "$(columns job wish)" = "$uuid.3|prove" ]
	result 3 proved '' realm=Digest:4567
	plan
	[ "$(columns job wish)" = "$uuid.4|set-up" ]
	result 4 reached '' realm=Digest:4567
	result 4 admin-set,committed,verified
	profile '<ping>on</ping>'
	plan
	[ "$(columns job wish realm)" = "$uuid.5|keep|Digest:4567" ]
}

@test "in a new life of a machine, what was known of the old one is not" {
	secrets Help-De5k Vnc-P4ss
	plan
	result 2 sent '' setting=user-password item=helpdesk
	found ping differs false 2
	result 2 in-order
	later 3600
	sed '1,/^@end/d; s/2026-11-22T14:01:00Z/2026-11-22T16:00:00Z/' "$tmp/machine" | store-load -d "$site"
	plan
	[ "$(columns job wish)" = "$uuid.3|prove" ]
	result 3 proved '' realm=Digest:4567
	[ "$(sql "SELECT (SELECT count(*) FROM kept), (SELECT count(*) FROM findings), (SELECT count(*) FROM sent)")" = '0|0|0' ]
}
