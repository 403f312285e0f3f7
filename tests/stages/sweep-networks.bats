# Families of settings against the simulated fleet: trusted roots, remote
# access, 802.1X, WiFi and the audit log, as a profile asks for them.

# shellcheck disable=SC2154 # sweep.bash sets them
bats_require_minimum_version 1.5.0

load sweep.bash

# setting name item value: one more line of the profile.
setting() { printf 'fleet\t%s\t%s\t%s\n' "$@" >>profile.tsv; }

# Everything, of the releases that PSK set-up has.
profile() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj '/CN=MPS root' \
		-days 30 -outform DER -out root.der 2>/dev/null
	: >profile.tsv
	setting trusted-root-certificate corp "$(base64 -w 0 root.der)"
	setting trusted-root-others '' remove
	setting audit-events '' 'security kvm'
	setting audit-storage '' roll-over
	setting mps-host one mps.example.com
	setting mps-user one 'us<&er'
	setting mps-password one 'P4ss"<&>word'
	setting mps-root one corp
	setting mps-others '' remove
	setting mps-policy-trigger hourly periodic
	setting mps-policy-seconds hourly 3600
	setting mps-policy-trigger ask user
	setting mps-policy-lifetime ask 300
	setting mps-policy-others '' remove
	setting mps-user-interface '' both
	setting wired-802.1x '' on
	setting wired-802.1x-eap '' peapv0-mschapv2
	setting wired-802.1x-user '' user
	setting wired-802.1x-password '' 'W1red<&>pw'
	setting wired-802.1x-root '' corp
	setting wifi-link '' on
	setting wifi-ssid office 'Net & <Co>'
	setting wifi-security office wpa2-psk
	setting wifi-priority office 1
	setting wifi-psk office 'Secret<&>key'
	setting wifi-ssid corp Corp
	setting wifi-security corp wpa2-802.1x
	setting wifi-priority corp 2
	setting wifi-eap corp peapv0-mschapv2
	setting wifi-user corp user
	setting wifi-password corp 'W1fi<&>pw'
	setting wifi-root corp corp
	setting wifi-others '' remove
	setting wifi-sync '' on
}

known=mps-password=one,wifi-psk=office,wifi-password=corp,wired-802.1x-password=,wired-802.1x-eap=,wired-802.1x-user=

# jobs attempt known: of each machine, with the profile.
jobs() {
	fleet_jobs "$1"
	sed '1,/^@jobs/d' jobs.tsv >rows.tsv
	{
		printf '@settings/1\tprofile\tsetting\titem\tvalue\n'
		cat profile.tsv
		printf '@end\t%d\t0\n@jobs/5\t%b\tchains\ttls\tknown\tleaf\n' "$(wc -l <profile.tsv)" "$columns"
		awk -v OFS='\t' -v known="$2" '/^@/ { print; next } { print $0, "", "", known, "" }' rows.tsv
	} >jobs.tsv
}

# Nine releases, whose first commit is refused: they stay in setup.
nine() {
	local faults=()
	for _ in {1..9}; do
		faults+=(-F "return=CommitChanges:1:1")
	done
	profile
	start_fleet -n 9 "${faults[@]}" --
}

# found milestone setting: how often sweep 1 says so.
found() { grep -cP "^([^\t]*\t){3}$1\t.*\t$2\t" results.1 || :; }

run_sweep() {
	run -0 --separate-stderr sweep -t 100 -P "$tls" -p "$plain" jobs.tsv
	printf '%s\n' "$output" >"results.$1"
}

# counts: what each machine keeps, once the fleet has ended.
counts() {
	finals >/dev/null
	awk -F '\t' '
		function of(uuid, class) { return n[uuid, class] + 0 }
		$4 == "has" {
			split($5, word, " ")
			uuids[$3]
			if (!(($3, word[1], word[2]) in seen) && word[1] != "AMT_PublicKeyCertificate" || $5 ~ /TrustedRootCertficate true/)
				n[$3, word[1]]++
			seen[$3, word[1], word[2]]
		}
		END {
			for (u in uuids)
				printf "%s root, %s, %s, %s\n", of(u, "AMT_PublicKeyCertificate"),
				    of(u, "AMT_ManagementPresenceRemoteSAP") ? of(u, "AMT_ManagementPresenceRemoteSAP") " server" : "none",
				    of(u, "AMT_RemoteAccessPolicyRule") ? of(u, "AMT_RemoteAccessPolicyRule") " policies" : "none",
				    of(u, "CIM_WiFiEndpointSettings") ? of(u, "CIM_WiFiEndpointSettings") " profiles" : "no radio"
		}' journal
}

# wrote: the classes and methods that the fleet was written to by sweep $1.
wrote() {
	tail -n "+$(($(wc -l <"journal.$(($1 - 1))") + 1))" "journal.$1" | awk -F '\t' '$4 == "write" { print $5 }'
}

# A machine in setup may have been unconfigured since, whatever it took before.
@test "all of it is applied, and a second set-up writes again what has a secret, and no more" {
	nine
	cp journal journal.0
	jobs 1 ''
	run_sweep 1
	[ "$(awk -F '\t' '$4 == "failed" && $6 ~ /^commit:/' results.1 | wc -l)" = 9 ]
	cp journal journal.1
	wrote 1 | grep -q AddTrustedRootCertificate
	for setting in trusted-root-certificate wired-802.1x; do
		[ "$(found changed "$setting")" = 9 ]
	done
	for setting in mps-host audit-events; do # from 4.0 on
		[ "$(found changed "$setting")" = 8 ]
	done
	# 3.2 and 5.2 are desktops without a radio
	[ "$(found changed wifi-ssid)" = 14 ]
	[ "$(found lacks wifi-ssid)" = 2 ]
	[ "$(found differs '.*')" = 0 ]
	jobs 2 "$known"
	run_sweep 2
	[ "$(ends 4 | sort | uniq -c | tr -s ' ')" = ' 9 verified' ]
	cp journal journal.2
	wrote 2 >second
	secret='ManagementPresenceRemoteSAP.Delete|RemoteAccessPolicyRule.Delete|8021XProfile.Put'
	secret+='|RemoteAccessService.Add[A-Za-z]*|WiFiPortConfigurationService.UpdateWiFiSettings'
	run ! grep -vE "^AMT_(TimeSynchronizationService.SetHighAccuracyTimeSynch|SetupAndConfigurationService.CommitChanges|$secret) " second
	[ "$(grep -c CommitChanges second)" = 9 ]
	[ "$(grep -c UpdateWiFiSettings second)" -gt 0 ]
	[ "$(grep -c AddMpServer second)" = 8 ]
	counts >keeps
	[ "$(wc -l <keeps)" = 9 ]
	run ! grep -vxE '1 root, (1 server, 2 policies, (2 profiles|no radio)|none, none, no radio)' keeps
}

# What may be cut: requests 8 to 107 of a machine's, each before and after it
# took effect: the same sweep finishes it, and nothing is there twice.
@test "a connection that is cut at any request leaves nothing out and nothing twice" {
	local faults=()
	for n in {8..107}; do
		faults+=(-F "drop-before=$n,once" -F "drop-after=$n,once")
	done
	profile
	start_fleet -n 200 "${faults[@]}" --
	jobs 1 ''
	run_sweep 1
	[ "$(ends 4 | sort | uniq -c | tr -s ' ')" = ' 200 verified' ]
	counts >keeps
	[ "$(wc -l <keeps)" = 200 ]
	run ! grep -vxE '1 root, (1 server, 2 policies, (2 profiles|no radio)|none, none, no radio)' keeps
}
