# Machines that are set up with a certificate, from the chain in a file to the
# report, judged by the machines.
# sanitized

load common
load mixed

# shellcheck disable=SC2154 # peer_start sets the ports

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

teardown() {
	children_end
}

@test "a mixed fleet of AMT 2.2 to 21 is set up, by key and by certificate" {
	site_of_mixed 46
	fleet_says_hello
	run -0 --separate-stderr amt-sweep -t 100 -j 32 -P "$tls" -p "$plain"
	[ "$output$stderr" = "" ]
	store-dump -d site -k devices --csv >devices.csv
	[ "$(state_count verified)" = $((46 - $(soap_only | wc -l))) ]
	diff <(soap_only) <(grep VERSION-UNSUPPORTED devices.csv | cut -d, -f1 | sort)
	peer_end

	[ "$(committed_uuids | uniq -c | awk '$1 != 1' | wc -l)" = 0 ]
	# those that have only SOAP of their own know no WS-Management
	grep -vFf <(soap_only) journal.tsv >judged
	mv judged journal.tsv
	run ! grep complaint journal.tsv
	store-dump -d site -k devices --csv | tail -n +2 | grep ',verified,' | cut -d, -f1,2 | sort >named
	awk -F'\t' '$4 == "names" { split($5, n, " "); print $3 "," n[1] "." n[2] }' journal.tsv | sort >told
	diff named told

	# what the machines have is in the store, the MEBx password of those that
	# commit only with a new one too
	passwords_match
	amt-report --mebx-passwords mebx.csv
	awk -F'\t' '$4 == "mebx-set" { print $3 "," $5 }' journal.tsv | sort >told
	[ -s told ]
	[ "$(comm -13 <(tr -d '\r' <mebx.csv | cut -d, -f1,3 | sort) told)" = "" ]
	# nobody is asked twice
	[ "$(store-dump -d site -k results | grep -c VERSION-UNSUPPORTED)" = "$(soap_only | wc -l)" ]
}

@test "a site that wants on-die certificates gives no secret to machines without a genuine one" {
	site_of_mixed 12
	sed -i 's/^DEVICE_CERTIFICATE=.*/DEVICE_CERTIFICATE=on-die/' site/site.conf
	fleet_says_hello
	run -0 --separate-stderr amt-sweep -t 60 -j 32 -P "$tls" -p "$plain"
	store-dump -d site -k devices --csv >devices.csv
	peer_end
	awk -F'\t' '$8 ~ /(^|,)pki(,|$)/ { print $2 }' fleet/fleet.tsv | sort >certified
	[ "$(wc -l <certified)" -ge 4 ]
	diff certified <(grep DEVICE-NOT-GENUINE devices.csv | cut -d, -f1 | sort)
	# judged by the machines: no request, not even our certificate
	run ! grep -E '	(request|admin-set|mebx-set|auth-ok|auth-bad|cert-ok|cert-refused)	' \
		<(grep -Ff certified journal.tsv)
	[ "$(state_count verified)" -ge 1 ]
}
