# shellcheck shell=bash disable=SC2154 # run sets output
# sweep against our simulated fleet: a profile with consoles, power, users,
# Kerberos and environment detection, on releases from 3.2 on.
bats_require_minimum_version 1.5.0

load sweep

# What a profile asks for, in the table's order.
wishes='shared-fqdn||off
ddns||on
ddns-interval||60
power-package||on-s0
web-ui||off
kvm||on
sol||on
ider||off
rfb-password||Vnc-P4ss
rfb-port||on
user-consent||all
user-password|helpdesk|Help-De5k!
user-realms|helpdesk|redirection audit-log
user-sid|group|S-1-5-21-1-2-3-1104
user-access|group|both
user-realms|group|pt-administration
user-others||remove
kerberos||on
kerberos-realm||EXAMPLE.COM
kerberos-passphrase||only a sample
kerberos-salt||EXAMPLE.COMhostpc
environment-domains||example.com'

# In place of the one of sweep.bash: all of them.
settings() {
	local n=2 setting item value
	printf '@settings/1\tprofile\tsetting\titem\tvalue\n'
	printf '%s\tping\t\t%s\n%s\trmcp-ping\t\t%s\n' "$1" "$2" "$1" "$3"
	while IFS='|' read -r setting item value; do
		printf '%s\t%s\t%s\t%s\n' "$1" "$setting" "$item" "$value"
		n=$((n + 1))
	done <<<"$wishes"
	printf '@end\t%d\t0\n' "$n"
}

# set_up FIRMWARE: one machine of it, that is met and verified.
set_up() {
	rm -rf fleet ready journal earlier.tsv
	start_fleet -n 1 -w "$1" -- "${@:2}"
	sweep -t 60 -P "$tls" -p "$plain" jobs.tsv >results.tsv
	output=$(<results.tsv)
	if [ "$(ends 4)" != verified ]; then
		cat results.tsv >&2
		return 1
	fi
	! grep -q 'Help-De5k\|Vnc-P4ss\|only a sample' results.tsv
}

# What the device says that it has, once it has ended: CLASS PROPERTY VALUE.
has() {
	kill "${children[0]}"
	wait "${children[0]}" || :
	children=()
	awk -F '\t' '$4 == "has" { print $5 }' journal | sed 's/^\([^ ]*\) [0-9]* /\1 /' >has
}

@test "a device of 9.5 has all that the profile says" {
	set_up 9.5.15.1730
	has
	for line in \
		'AMT_RedirectionService EnabledState 32770' \
		'AMT_RedirectionService ListenerEnabled true' \
		'CIM_KVMRedirectionSAP EnabledState 6' \
		'AMT_WebUIService EnabledState 3' \
		'IPS_KVMRedirectionSettingData RFBPassword Vnc-P4ss' \
		'IPS_KVMRedirectionSettingData Is5900PortEnabled true' \
		'IPS_OptInService OptInRequired 4294967295' \
		'user DigestUsername helpdesk' \
		'user KerberosUserSid AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUAQAAA==' \
		'user DigestUsername $$uns' \
		'AMT_KerberosSettingData KrbEnabled true' \
		'AMT_KerberosSettingData RealmName EXAMPLE.COM' \
		'AMT_KerberosSettingData Passphrase only a sample' \
		'AMT_EnvironmentDetectionSettingData DetectionStrings example.com'; do
		grep -qxF "$line" has || {
			echo "lacks: $line" >&2
			cat has >&2
			return 1
		}
	done
	[ "$(grep -c '^user Handle ' has)" = 4 ]
	run ! grep -q complaint journal
}

@test "a device of 3.2 gets what it has, and the rest is no failure" {
	set_up 3.2.20.1046
	has
	grep -qxF 'AMT_RedirectionService EnabledState 32770' has
	grep -qxF 'user DigestUsername helpdesk' has
	grep -qxF 'AMT_EnvironmentDetectionSettingData DetectionStrings example.com' has
	run ! grep -q 'KrbEnabled true' has
	run ! grep -q '^user Realms 20$' has
	run ! grep -q complaint journal
}
