#!/usr/bin/env bats
# Exports of programs that people have, with made-up values.
bats_require_minimum_version 1.5.0

U1=6513270e-269e-4d37-b2a7-4de452e6b438
U2=d23f0824-128b-4f33-8c5c-7fd0a6a3a450
N1=pc-0001.lab7.example.com
N2=pc-0002.lab7.example.com
# P@ssw0rd and Adm1n!Pw as ConfigMgr has them: UTF-16 in Base64.
secrets='P@ssw0rd|Adm1n|UABAAHMA|QQBkAG0A|00730073|6d0031'

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795000000 # 2026-11-18
}

# pairs: what came out, as "uuid fqdn" a line.
pairs() {
	sed -n '/^@/!p' <<<"$output" | cut -f 1,2 --output-delimiter=' '
}

hides_secrets() {
	if grep -iE "$secrets" <<<"$output$stderr"; then return 1; fi
}

@test "ConfigMgr's own list with passwords of eight characters is read, and shows none" {
	run -0 --separate-stderr map-parse -v map/exports/configmgr-oob.csv
	[ "$(pairs)" = "$U1 $N1
$U2 $N2
9531985d-5d9d-49f8-9818-e811892f902b pc-0003.lab7.example.com" ]
	[[ "$stderr" = *'warning: passwords are not read from an inventory (column 5, column 6)'* ]]
	hides_secrets
}

@test "without a GUID no password of it is taken for one" {
	run -65 --separate-stderr map-parse -v map/exports/configmgr-oob-no-guid.csv
	[ "$(pairs)" = "" ]
	[[ "$stderr" = "map-parse: map/exports/configmgr-oob-no-guid.csv:1: row has no UUID
map-parse: map/exports/configmgr-oob-no-guid.csv:2: row has no UUID"* ]]
	hides_secrets
}

@test "a first row of it without a GUID is no header, whose names would be shown" {
	cd "$BATS_TEST_TMPDIR"
	{ echo "PC-0001,oldname.lab7.example.com,,,UABAAHMAcwB3ADAAcgBkAA==,P@ssw0rd"
	echo "PC-0002,$N2,$U2,,UABAAHMAcwB3ADAAcgBkAA==,P@ssw0rd"
	} >c.csv
	run -65 --separate-stderr map-parse -v c.csv
	[ "$(pairs)" = "$U2 $N2" ]
	[[ "$stderr" = "map-parse: c.csv:1: row has no UUID"* ]]
	hides_secrets
}

@test "a password in the place of a name or a UUID is refused without being shown" {
	cd "$BATS_TEST_TMPDIR"
	{ cat "$AMT_TEST_BUILD/samples/map/exports/configmgr-oob.csv"
	echo "PC-0004,P@ssw0rd,$U1,,P@ssw0rd,x"
	echo "PC-0005,pc-0005.lab7.example.com,UABAAHMAcwB3ADAAcgBkAA==,,,P@ssw0rd"
	echo "PC-0006,PC-0006,36f675cc-81e7-4ef5-a8e2-5d940ed90475,,P@ssw0rd"
	} >c.csv
	run -65 --separate-stderr map-parse -v c.csv
	[ "$(pairs | wc -l)" = 3 ]
	[[ "$stderr" = "map-parse: c.csv:4: column 2 is not a name that a host may have (not shown: this file has passwords)
map-parse: c.csv:5: UUID has the wrong length (got 24, expected 32 or 36)
map-parse: c.csv:6: column 2 is a host's name without its domain (see --domain)"* ]]
	hides_secrets
	# Also where the caller names that column.
	run -65 --separate-stderr map-parse -v --columns uuid=5,fqdn=2 c.csv
	[ "$(pairs)" = "" ]
	hides_secrets
}

@test "below a header no column is found by what may be a password" {
	cd "$BATS_TEST_TMPDIR"
	printf 'FQDN,Zusatz\n%s,UABAAHMAcwB3ADAAcgBkAA==\n%s,QQBkAG0AMQBuACEAUAB3AA==\n' $N1 $N2 >a.csv
	run -65 --separate-stderr map-parse -v a.csv
	[[ "$stderr" = "map-parse: a.csv:1: not a map (got columns for: name; "* ]]
	hides_secrets
}

@test "ConfigMgr's list of computers to import is read: name, GUID, MAC" {
	run -0 --separate-stderr map-parse --domain lab7.example.com map/exports/configmgr-import.csv
	[ "$(pairs)" = "$U1 $N1
$U2 $N2" ]
}

@test "ConfigMgr's views give host and domain, not the domain as everybody's name" {
	run -0 --separate-stderr map-parse map/exports/configmgr-view.csv
	[ "$(pairs)" = "$U1 $N1
$U2 pc-0002.lab8.example.com" ]
	# The resource domain is NetBIOS's, and a full domain is no name.
	cd "$BATS_TEST_TMPDIR"
	printf 'Full_Domain_Name0,SMBIOS_GUID0\nlab7.example.com,%s\n' $U1 >a.csv
	run -65 --separate-stderr map-parse a.csv
	[[ "$stderr" = "map-parse: a.csv:1: not a map (got columns for: UUID; "* ]]
}

@test "sqlcmd's dashes, NULL and count of rows are no rows" {
	run -0 --separate-stderr map-parse -v --domain lab7.example.com map/exports/sqlcmd.csv
	[ "$(pairs)" = "$U1 $N1
$U2 $N2" ]
	[[ "$stderr" = *"sqlcmd.csv: rows: 2; refused: 0"* ]]
}

@test "in wmic's and CIM's CSV the model is no host" {
	run -0 --separate-stderr map-parse --domain lab7.example.com map/exports/wmic.csv
	[ "$(pairs)" = "$U1 $N1
$U2 $N2" ]
	run -65 --separate-stderr map-parse --domain lab7.example.com map/exports/cim.csv
	[ "$(pairs)" = "$U1 $N1" ]
	[ "$stderr" = "map-parse: map/exports/cim.csv:4: row has no name" ]
}

@test "wmic's file in UTF-16 is read, also with its mark below empty lines" {
	cd "$BATS_TEST_TMPDIR"
	for lead in '' '\r\n' '\r\n\r\n'; do
		{ printf "$lead\\xff\\xfe"
		printf 'Node,UUID\r\r\nPC-0001,%s\r\r\n' $U1 | iconv -t utf-16le
		} >wmic.csv
		run -0 --separate-stderr map-parse --domain lab7.example.com wmic.csv
		[ "$(pairs)" = "$U1 $N1" ]
	done
	[[ "${lines[1]}" = *$'\twmic.csv:5\t'* ]]
	{ printf '\r\n' | iconv -t utf-16le
	printf '\xff\xfe'
	printf 'Node,UUID\r\nPC-0001,%s\r\n' $U1 | iconv -t utf-16le
	} >wmic.csv
	run -0 --separate-stderr map-parse --domain lab7.example.com wmic.csv
	[ "$(pairs)" = "$U1 $N1" ]
}

@test "GUIDs of something else are not taken for the system's, and are named" {
	run -65 --separate-stderr map-parse map/exports/intune.csv
	[ "$stderr" = 'map-parse: map/exports/intune.csv:1: not a map (got columns for: name; expected two of UUID, resource and name; --columns says which is which; the GUIDs of "Device ID", "Azure AD Device ID" are not taken for it)' ]
	run -65 --separate-stderr map-parse map/exports/machineguid.csv
	[[ "$stderr" = *'; the GUIDs of "MachineGuid" are not taken for it)' ]]
	cd "$BATS_TEST_TMPDIR"
	for name in objectGUID MachineGuid 'Azure AD Device ID' 'Intune Device ID' \
		'SMS Unique Identifier' SMSID azureADDeviceId id 'Tenant Id' \
		'Agent GUID' 'Disk GUID' 'BitLocker Recovery Key ID' ClientGUID \
		'Domain GUID' 'User GUID' 'Instance UUID'; do
		printf 'FQDN,%s\n%s,%s\n%s,%s\n' "$name" $N1 $U1 $N2 $U2 >a.csv
		run -65 --separate-stderr map-parse a.csv
		[[ "$stderr" = *"a.csv:1: not a map"*"\"$name\""* ]]
		# Whoever knows better says so.
		run -0 --separate-stderr map-parse --columns uuid="$name" a.csv
		[ "$(pairs)" = "$U1 $N1
$U2 $N2" ]
	done
}

@test "full names of something else are not taken for the machine's" {
	cd "$BATS_TEST_TMPDIR"
	for name in 'Logon Server' 'Last User' 'Site Server' 'DNS Zone' 'Domain Controller' 'Web Site' 'Vendor URL'; do
		printf 'UUID,%s\n%s,%s\n%s,%s\n' "$name" $U1 dc1.example.com $U2 dc2.example.com >a.csv
		run -65 --separate-stderr map-parse a.csv
		[[ "$stderr" = *"a.csv:1: not a map (got columns for: UUID;"* ]]
	done
}

@test "exports of Lansweeper, OCS, GLPI and the directory are read" {
	run -0 --separate-stderr map-parse --domain lab7.example.com map/exports/lansweeper.csv
	[ "$(pairs)" = "$U1 $N1
$U2 $N2" ]
	for name in ocs glpi directory; do
		run -0 --separate-stderr map-parse --domain lab7.example.com map/exports/$name.csv
		[ "$(pairs)" = "$U1 $N1" ]
	done
}

@test "of two columns for the host the one with full names is the name" {
	cd "$BATS_TEST_TMPDIR"
	printf 'Name,Host Name,UUID\nPC-0001,%s,%s\nPC-0002,%s,%s\n' $N1 $U1 $N2 $U2 >pdq.csv
	run -0 --separate-stderr map-parse pdq.csv
	[ "$(pairs)" = "$U1 $N1
$U2 $N2" ]
	printf 'Name,Host Name,UUID\nPC-0001,PC-0002,%s\n' $U1 >two.csv
	run -65 --separate-stderr map-parse two.csv
	[ "$stderr" = 'map-parse: two.csv:1: two columns mean the same ("Name" and "Host Name"); remove or rename one' ]
}

@test "one name for several UUIDs is said in the dry run" {
	cp map/exports/models.csv "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	run -0 --separate-stderr amt-map -n --domain lab7.example.com models.csv
	[[ "$stderr" = *"map: warning: names that several UUIDs have: 1 (such as exampledesk-7.lab7.example.com); are these models or domains? --columns says which column has the machine's name"* ]]
	run -0 --separate-stderr amt-map -n --domain lab7.example.com \
		"$AMT_TEST_BUILD/samples/map/exports/wmic.csv"
	[[ "$stderr" != *"several UUIDs"* ]]
}

@test "values that a spreadsheet protects and a mark below an empty line are read" {
	for name in protected late-mark; do
		run -0 --separate-stderr map-parse map/exports/$name.csv
		[ "$(pairs)" = "$U1 $N1" ]
	done
	[ "$(cut -f 6 <<<"${lines[1]}")" = map/exports/late-mark.csv:3 ]
}

@test "a key list with protected PIDs is read, too" {
	cd "$BATS_TEST_TMPDIR"
	head -n 1 "$AMT_TEST_BUILD/samples/keys/lab7.csv" >plain.csv
	sed -n 2,3p "$AMT_TEST_BUILD/samples/keys/lab7.csv" >>plain.csv
	# The first value of each row.
	sed '2,$s/^\([^,]*\)/="\1"/' plain.csv >protected.csv
	[ "$(grep -c '^="' protected.csv)" = 2 ]
	run -0 --separate-stderr keys-parse -r -b lab7 protected.csv
	protected=$(cut -f 2,3 <<<"$output")
	run -0 --separate-stderr keys-parse -r -b lab7 plain.csv
	[ "$(cut -f 2,3 <<<"$output")" = "$protected" ]
}

@test "CRLF within quotes belongs to its field, and lines are counted" {
	cd "$BATS_TEST_TMPDIR"
	printf 'Remark,UUID,FQDN\r\n"two\r\nlines",%s,%s\r\n"a ""b""",%s,%s\r\n' $U1 $N1 $U2 $N2 >a.csv
	run -0 --separate-stderr map-parse a.csv
	[ "$(cut -f 2,6 <<<"$output" | sed -n 2,3p)" = "$N1"$'\ta.csv:2\n'"$N2"$'\ta.csv:4' ]
}
