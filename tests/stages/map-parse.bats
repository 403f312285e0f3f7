#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

header=$'@map/2\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\tmodel\tserial'
U1=6513270e-269e-4d37-b2a7-4de452e6b438

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795000000 # 2026-11-18
}

@test "one file with UUID and FQDN becomes a map" {
	run -0 --separate-stderr map-parse map/one.csv
	[ "$stderr" = "" ]
	[ "${lines[0]}" = "$header" ]
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tone.csv\t2026-11-18\t50\tmap/one.csv:2\t\t' ]
	[ "${lines[5]}" = $'@end\t4\t0' ]
}

@test "the same file from stdin says so" {
	run -0 --separate-stderr map-parse <map/one.csv
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\t<stdin>\t2026-11-18\t50\t<stdin>:2\t\t' ]
	run -0 --separate-stderr map-parse -s inventory - <map/one.csv
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tinventory\t2026-11-18\t50\t<stdin>:2\t\t' ]
}

@test "two files are joined by their resource, in either order, to the same map" {
	run -0 --separate-stderr map-parse map/oob.csv map/location.csv
	[ "$stderr" = "" ]
	[ "${#lines[@]}" = 14 ]
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tlocation.csv\t2026-11-18\t50\tmap/location.csv:4\t\t' ]
	[ "${lines[13]}" = $'@end\t12\t0' ]
	first=$output
	run -0 --separate-stderr map-parse map/location.csv map/oob.csv
	[ "$output" = "$first" ]
}

@test "-v says what was understood, with three examples" {
	run -0 --separate-stderr map-parse -v map/oob.csv map/location.csv
	[ "$stderr" = 'map-parse: map/oob.csv: UTF-8, separated by commas; UUID from "UUID", resource from "_ResourceGuid"
map-parse: map/oob.csv: rows: 12; refused: 0
map-parse: map/oob.csv: columns ignored: "AMT Version"
map-parse: map/location.csv: UTF-8, separated by commas; resource from "_ResourceGuid", name from "FQDN"
map-parse: map/location.csv: rows: 12; refused: 0
map-parse: map/location.csv: columns ignored: "Site"
map-parse: map: UUIDs with a name by way of the resource: 12; without: 0; given twice: 0; names whose resource has no UUID: 0
map-parse: map: byte order of the UUIDs: as written (7 show it, 5 could be either)
map-parse: map: for example: 6513270e-269e-4d37-b2a7-4de452e6b438 is pc-0001.lab7.example.com
map-parse: map: for example: d23f0824-128b-4f33-8c5c-7fd0a6a3a450 is pc-0002.lab7.example.com
map-parse: map: for example: 9531985d-5d9d-49f8-9818-e811892f902b is pc-0003.lab7.example.com' ]
}

@test "host name and domain make the name" {
	run -0 --separate-stderr map-parse map/host-domain.csv
	[ "$(cut -f 1,2 <<<"${lines[1]}")" = "$U1"$'\tpc-0001.lab7.example.com' ]
	[ "${lines[5]}" = $'@end\t4\t0' ]
}

@test "a Guid column beside a name is the resource when the other file has the UUID" {
	for files in "map/vcomputer.csv map/oob.csv" "map/oob.csv map/vcomputer.csv"; do
		run -0 --separate-stderr map-parse $files
		[ "$(cut -f 1,2 <<<"${lines[1]}")" = "$U1"$'\tpc-0001.lab7.example.com' ]
		[ "${lines[13]}" = $'@end\t12\t0' ]
	done
}

@test "every bad row is named by file and line, two names for one UUID both come out" {
	run -65 --separate-stderr map-parse map/bad.csv
	[ "$stderr" = "map-parse: map/bad.csv:3: UUID has the wrong length (got 35, expected 32 or 36)
map-parse: map/bad.csv:4: \"pc_0003.lab7.example.com\": name has a character that no host name has (got 0x5f \"_\" as character 3)
map-parse: map/bad.csv:5: UUID 00000000-0000-0000-0000-000000000000 names no machine: all zero: the board's UUID was never written
map-parse: map/bad.csv:6: row has no name
map-parse: map/bad.csv:7: row has no UUID
map-parse: map/bad.csv:8: row has the wrong number of fields (got 3, expected 2)
map-parse: map/bad.csv:11: \"192.0.2.7\": name ends in digits only (is this an address?)" ]
	[ "$(cut -f 2,6 <<<"$output" | sed 1d)" = $'pc-0001.lab7.example.com\tmap/bad.csv:2\npc-0099.lab7.example.com\tmap/bad.csv:10\npc-0009.lab7.example.com\tmap/bad.csv:12\n3' ]
	[ "${lines[4]}" = $'@end\t3\t7' ]
}

@test "a UUID whose resource has no name is refused with its own place" {
	run -65 --separate-stderr map-parse map/oob.csv map/location-part.csv
	[ "$stderr" = "map-parse: map/oob.csv:12: UUID 8e81973e-0bec-47b0-b898-d190f9ebdacc: its resource has no name in map/location-part.csv
map-parse: map/oob.csv:13: UUID 6b4cb242-4a23-4596-a217-beaddbc496cb: its resource has no name in map/location-part.csv" ]
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tlocation-part.csv\t2026-11-18\t50\tmap/location-part.csv:2\t\t' ]
	[ "${lines[2]}" = "$U1"$'\tpc-0077.lab7.example.com\tlocation-part.csv\t2026-11-18\t50\tmap/location-part.csv:12\t\t' ]
	[ "${lines[12]}" = $'@end\t11\t2' ]
}

@test "model and serial number come with the machine, from either of two files" {
	for files in "map/serial-uuid.csv map/serial-name.csv" "map/serial-name.csv map/serial-uuid.csv"; do
		run -0 --separate-stderr map-parse -v --domain lab7.example.com $files
		[ "$(cut -f 2,7,8 <<<"${lines[1]}")" = $'pc-0001.lab7.example.com\tExampleDesk 7\t5CG0001' ]
		[[ "$stderr" = *', model from "Model", serial from "Serial No"'* ]]
	done
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' uuid,fqdn,tag,kind $U1,pc-1.example.com,SN-1,Desk >other.csv
	run -0 --separate-stderr map-parse --columns serial=tag,model=4 other.csv
	[ "$(cut -f 7,8 <<<"${lines[1]}")" = $'Desk\tSN-1' ]
	printf '%s\n' Node,IdentifyingNumber,Name,UUID,Vendor pc-1.example.com,SN-1,Desk,$U1,Example >wmic.csv
	run -0 --separate-stderr map-parse wmic.csv
	[ "$(cut -f 2,7,8 <<<"${lines[1]}")" = $'pc-1.example.com\tDesk\tSN-1' ]
}

@test "half a map alone ends the run without @end" {
	run -65 --separate-stderr map-parse map/oob.csv
	[ "$stderr" = "map-parse: map/oob.csv:1: not a whole map (got columns for: UUID, resource; expected UUID and name, or a second file, with resource in both; --columns says which is which)" ]
	[ "$output" = "$header" ]
}

@test "two halves of the same kind end the run without @end" {
	run -65 --separate-stderr map-parse map/oob.csv map/oob.csv
	[ "$stderr" = "map-parse: map/oob.csv:1: cannot be joined with map/oob.csv (got columns for: UUID, resource; and for: UUID, resource; expected UUID and resource in one, resource and name in the other; --columns says which is which)" ]
	[ "$output" = "$header" ]
}

@test "a file that is no map ends the run without @end" {
	run -65 --separate-stderr map-parse map/oob.csv map/resource-only.csv
	[ "$stderr" = "map-parse: map/resource-only.csv:1: not a map (got columns for: resource; expected two of UUID, resource and name; --columns says which is which)" ]
	[ "$output" = "$header" ]
	run -65 --separate-stderr map-parse keys/lab7.csv
	[ "$stderr" = "map-parse: keys/lab7.csv:1: not a map (got columns for: none of them; expected two of UUID, resource and name; --columns says which is which)" ]
}

@test "BOM, semicolons, CRLF and quoted line ends are read, lines counted" {
	run -0 --separate-stderr map-parse map/excel.csv
	[ "$stderr" = "" ]
	[ "$(cut -f 6 <<<"$output" | sed -n 2,3p)" = $'map/excel.csv:2\nmap/excel.csv:4' ]
	[ "${lines[3]}" = $'@end\t2\t0' ]
}

@test "a row in Latin-1 is refused with its field, the next one is read" {
	run -65 --separate-stderr map-parse map/latin1.csv
	[ "$stderr" = "map-parse: map/latin1.csv:2: field 2 is not UTF-8 (byte 2 of it; is this Latin-1? save it as UTF-8)" ]
	[ "${lines[2]}" = $'@end\t1\t1' ]
}

@test "UTF-16 with its mark is read, and names beyond ASCII are written as IDNA has them" {
	run -0 --separate-stderr map-parse -v map/utf16.csv
	[ "$(cut -f 2,6 <<<"$output" | sed 1d)" = $'pc-0001.lab7.example.com\tmap/utf16.csv:2\nxn--bro2-0ra.lab7.example.com\tmap/utf16.csv:3\n2' ]
	[[ "$stderr" = *'map/utf16.csv: UTF-16LE, separated by tabs; UUID from "UUID", name from "FQDN"'* ]]
	[[ "$stderr" = *"names beyond ASCII, written as IDNA has them: 1 (such as xn--bro2-0ra.lab7.example.com)"* ]]
	tail -c +3 map/utf16.csv >"$BATS_TEST_TMPDIR/bare.csv"
	run -65 --separate-stderr map-parse "$BATS_TEST_TMPDIR/bare.csv"
	[[ "$stderr" = *"file has a NUL byte in its first line (is this UTF-16? expected UTF-8)" ]]
	run -0 --separate-stderr map-parse --encoding utf-16le "$BATS_TEST_TMPDIR/bare.csv"
	[ "${lines[3]}" = $'@end\t2\t0' ]
}

@test "UTF-16 cut in the middle of a character is warned of" {
	head -c 251 map/utf16.csv >"$BATS_TEST_TMPDIR/cut.csv"
	run -65 --separate-stderr map-parse "$BATS_TEST_TMPDIR/cut.csv"
	[[ "$stderr" = *"warning: characters that do not exist in UTF-16LE: 1" ]]
	[ "${lines[2]}" = $'@end\t1\t1' ]
}

@test "Latin-1 and windows-1252 are read when they are named" {
	for name in latin-1 windows-1252; do
		run -0 --separate-stderr map-parse --encoding $name map/latin1.csv
		[ "$stderr" = "" ]
		[ "${lines[3]}" = $'@end\t2\t0' ]
	done
	run -64 --separate-stderr map-parse --encoding ebcdic map/latin1.csv
	[ "$stderr" = 'map-parse: --encoding: not known (got "ebcdic", expected utf-8, utf-16le, utf-16be, latin-1 or windows-1252)' ]
}

@test "columns without usual names are found by their values" {
	run -0 --separate-stderr map-parse -v map/values.csv
	[[ "$stderr" = *'UTF-8, separated by semicolons; UUID from "Kennung" (by its values), name from "Rechner" (by its values)'* ]]
	[ "$(cut -f 1,2 <<<"${lines[1]}")" = "$U1"$'\tpc-0001.lab7.example.com' ]
}

@test "--columns says which column is what, by name or number" {
	run -0 --separate-stderr map-parse -v --columns uuid=1,fqdn=rechner map/values.csv
	[[ "$stderr" = *'UUID from "Kennung" (as told), name from "Rechner" (as told)'* ]]
	[ "${lines[3]}" = $'@end\t2\t0' ]
	run -65 --separate-stderr map-parse --columns uuid=GUID map/values.csv
	[ "$stderr" = 'map-parse: map/values.csv:1: no column "GUID", which --columns names' ]
	[ "$output" = "$header" ]
	run -64 --separate-stderr map-parse --columns uuid map/values.csv
	[ "$stderr" = 'map-parse: --columns: not a column (got "uuid", expected what=column, with uuid, fqdn, host, domain, key, model or serial for what)' ]
}

@test "two files are joined on whatever column both have, of any name and in either order" {
	for files in "map/serial-uuid.csv map/serial-name.csv" "map/serial-name.csv map/serial-uuid.csv"; do
		run -0 --separate-stderr map-parse -v $files
		[[ "$stderr" = *'resource from "Serial No" (in both files)'* ]]
		[ "$(cut -f 1,2 <<<"${lines[1]}")" = "$U1"$'\tpc-0001.lab7.example.com' ]
		[ "${lines[3]}" = $'@end\t2\t0' ]
	done
}

@test "the host's name beside the UUID does not keep the other file's full name out" {
	printf 'ResourceID,Name,SMBIOS GUID\n7,PC-0001,%s\n' "$U1" >"$BATS_TEST_TMPDIR/a.csv"
	printf 'ResourceID,FQDN\n7,pc-0001.lab7.example.com\n' >"$BATS_TEST_TMPDIR/b.csv"
	cd "$BATS_TEST_TMPDIR"
	for files in "a.csv b.csv" "b.csv a.csv"; do
		run -0 --separate-stderr map-parse --domain example.org $files
		[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tb.csv\t2026-11-18\t50\tb.csv:2\t\t' ]
		[ "${lines[2]}" = $'@end\t1\t0' ]
	done
}

@test "full names that two joined files give a machine come out both" {
	printf 'ResourceID,FQDN,UUID\n7,pc-0001.lab7.example.com,%s\n' "$U1" >"$BATS_TEST_TMPDIR/a.csv"
	printf 'ResourceID,FQDN\n7,pc-0009.lab7.example.com\n' >"$BATS_TEST_TMPDIR/b.csv"
	cd "$BATS_TEST_TMPDIR"
	run -0 --separate-stderr map-parse a.csv b.csv
	[ "$(cut -f 1,2,6 <<<"$output" | sed 1d)" = "$U1"$'\tpc-0001.lab7.example.com\ta.csv:2
'"$U1"$'\tpc-0009.lab7.example.com\tb.csv:2
@end\t2' ]
}

@test "a column of domains is not taken for names" {
	printf 'Rechner,DNS-Zone,UUID\npc1,lab7.example.com,%s\npc2,lab7.example.com,%s\n' \
		"$U1" d23f0824-128b-4f33-8c5c-7fd0a6a3a450 >"$BATS_TEST_TMPDIR/zone.csv"
	run -65 --separate-stderr map-parse "$BATS_TEST_TMPDIR/zone.csv"
	[[ "$stderr" = *"/zone.csv:1: not a map (got columns for: UUID; expected two of UUID, resource and name; --columns says which is which)" ]]
	run -0 --separate-stderr map-parse --columns host=Rechner,domain=DNS-Zone "$BATS_TEST_TMPDIR/zone.csv"
	[ "$(cut -f 2 <<<"${lines[2]}")" = pc2.lab7.example.com ]
}

@test "two files are joined on columns of different names, each named with --columns" {
	sed 's/Serial_No/Tag/' map/serial-name.csv >"$BATS_TEST_TMPDIR/tag.csv"
	run -65 --separate-stderr map-parse map/serial-uuid.csv "$BATS_TEST_TMPDIR/tag.csv"
	[ "$output" = "$header" ]
	run -0 --separate-stderr map-parse --columns "key=serial no" --columns key=tag map/serial-uuid.csv "$BATS_TEST_TMPDIR/tag.csv"
	[ "${lines[3]}" = $'@end\t2\t0' ]
}

@test "the rows of ConfigMgr have no header, and their passwords are neither read nor shown" {
	run -0 --separate-stderr map-parse -v map/configmgr.csv
	[ "$(cut -f 1,2 <<<"${lines[1]}")" = "$U1"$'\tpc-0001.lab7.example.com' ]
	[ "${lines[4]}" = $'@end\t3\t0' ]
	[[ "$stderr" = *'commas, no header row; UUID from column 3 (by its values), name from column 2 (by its values), host from column 1 (by its values)'* ]]
	[[ "$stderr" = *'warning: passwords are not read from an inventory (column 5, column 6)'* ]]
	[[ "$output$stderr" != *P@ssw0rd* ]]
	[[ "$output$stderr" != *Adm1n* ]]
}

@test "a wrong row among those of ConfigMgr shows no password either" {
	printf 'PC-0001,pc_1,%s,,P@ssw0rd,Adm1n!Pass\nPC-2,pc2.a.b,17,,P@ssw0rd,Adm1n!Pass,more\nPC-3,pc3.a.b,17,,P@ssw0rd\n' $U1 >"$BATS_TEST_TMPDIR/c.csv"
	run -65 --separate-stderr map-parse --columns uuid=3,fqdn=2 "$BATS_TEST_TMPDIR/c.csv"
	[ "$(wc -l <<<"$stderr")" = 4 ]
	[[ "$stderr" != *P@ssw0rd* ]]
	[[ "$stderr" != *Adm1n* ]]
}

@test "text of dmidecode gives UUIDs, the lines above it names" {
	run -65 --separate-stderr map-parse -v --domain lab7.example.com map/dmidecode.txt
	[ "$(cut -f 1,2,6 <<<"${lines[1]}")" = "$U1"$'\tpc-0001.lab7.example.com\tmap/dmidecode.txt:11' ]
	[ "$(cut -f 2,8 <<<"${lines[2]}")" = $'pc-0002.lab7.example.com\t5CG0002' ]
	[ "${lines[3]}" = $'@end\t2\t1' ]
	[[ "$stderr" = "map-parse: map/dmidecode.txt:37: UUID is \"Not Settable\": the board has none, and none can be written"* ]]
	[[ "$stderr" = *"map/dmidecode.txt: UTF-8, text of dmidecode; machines: 3; refused: 1"* ]]
	[[ "$stderr" = *"names completed by --domain: 1"* ]]
}

@test "tail's headings name the machines of many dumps" {
	cd "$BATS_TEST_TMPDIR"
	mkdir dmi
	for n in 1 2; do
		printf '# dmidecode 3.4\n\nSystem Information\n\tUUID: 6513270e-269e-4d37-b2a7-4de452e6b43%s\n' $n >dmi/pc-000$n.lab7.example.com.txt
	done
	run -0 --separate-stderr bash -c 'tail -n +1 dmi/*.txt | map-parse'
	[ "$(cut -f 1,2 <<<"$output" | sed 1d)" = $'6513270e-269e-4d37-b2a7-4de452e6b431\tpc-0001.lab7.example.com\n6513270e-269e-4d37-b2a7-4de452e6b432\tpc-0002.lab7.example.com\n@end\t2' ]
}

@test "dmidecode's words for a board without a UUID are said as what they mean" {
	cd "$BATS_TEST_TMPDIR"
	printf 'UUID,FQDN\nNot Settable,pc1.a.example\n not present ,pc2.a.example\nSystem.Byte[],pc3.a.example\n%s,pc4.a.example\n' "$U1" >words.csv
	run -65 --separate-stderr map-parse words.csv
	[ "$stderr" = 'map-parse: words.csv:2: UUID is "Not Settable": the board has none, and none can be written
map-parse: words.csv:3: UUID is "Not Present": the board has none yet, but one can be written (see uuid(5))
map-parse: words.csv:4: UUID is "System.Byte[]": PowerShell wrote the type of the value, not the value; export it as [guid]' ]
	[ "${lines[1]%%$'\t'*}" = "$U1" ]
}

@test "UUIDs that public inventories know as shared are refused, in either byte order" {
	cd "$BATS_TEST_TMPDIR"
	printf 'UUID,FQDN\n%s,pc1.a.example\n%s,pc2.a.example\n%s,pc3.a.example\n' \
		12345678-1234-5678-90AB-CDDEEFAABBCC 4C4C4544-0000-1010-8010-C4C04F313233 \
		78563412-3412-7856-90AB-CDDEEFAABBCC >shared.csv
	run -65 --separate-stderr map-parse shared.csv
	[ "$stderr" = "map-parse: shared.csv:2: UUID 12345678-1234-5678-90ab-cddeefaabbcc names no machine: a board maker's default, on many machines
map-parse: shared.csv:3: UUID 4c4c4544-0000-1010-8010-c4c04f313233 names no machine: a Dell board without a service tag of its own
map-parse: shared.csv:4: UUID 78563412-3412-7856-90ab-cddeefaabbcc names no machine: a board maker's default, on many machines" ]
}

@test "names below their dumps end the run: nobody can tell whose they are" {
	run -65 --separate-stderr map-parse map/dmidecode-below.txt
	[ "$stderr" = 'map-parse: map/dmidecode-below.txt:13: "pc-0001.lab7.example.com" is below a dump without a name: it may belong to that one or to the next (expected each machine'"'"'s name above its dump)' ]
	[ "$output" = "$header" ]
}

@test "names of hosts get the domain that is given, full ones keep theirs" {
	run -65 --separate-stderr map-parse map/hosts.csv
	[[ "$stderr" = 'map-parse: map/hosts.csv:2: "PC-0001": name has no domain'* ]]
	run -0 --separate-stderr map-parse --domain Lab7.example.com map/hosts.csv
	[ "$(cut -f 2 <<<"$output" | sed 1d)" = $'pc-0001.lab7.example.com\npc-0002.other.example.com\nxn--bro3-0ra.lab7.example.com\n3' ]
	run -64 --separate-stderr map-parse --domain lab7 map/hosts.csv
	[ "$stderr" = "map-parse: --domain: name has no domain (expected a full name such as pc1.example.com)" ]
}

@test "UUIDs of every spelling are one" {
	run -0 --separate-stderr map-parse map/spellings.csv
	[ "$(cut -f 1,2 <<<"$output" | sed 1d)" = "$(map-parse map/one.csv | cut -f 1,2 | sed 1d)" ]
}

@test "UUIDs that must be byte-swapped are read so, and it is said" {
	run -0 --separate-stderr map-parse -v map/swapped.csv
	[ "$(cut -f 1,2 <<<"${lines[1]}")" = "$U1"$'\tpc-0001.lab7.example.com' ]
	[[ "$stderr" = *"byte order of the UUIDs: swapped (1 show it, 2 could be either); 0e271365-9e26-374d-b2a7-4de452e6b438 is read as $U1; a machine's hello settles it"* ]]
}

@test "UUIDs of both orders are taken as written, and it is said" {
	{ cat map/swapped.csv; tail -n 2 map/one.csv | cut -d, -f 2,3; } >"$BATS_TEST_TMPDIR/mixed.csv"
	run -0 --separate-stderr map-parse -v "$BATS_TEST_TMPDIR/mixed.csv"
	[ "$(cut -f 1 <<<"${lines[1]}")" = 0e271365-9e26-374d-b2a7-4de452e6b438 ]
	[[ "$stderr" = *"byte order of the UUIDs: taken as written (2 show it, 1 look swapped, 2 could be either); a machine's hello settles it"* ]]
}

@test "what cannot be seen in a name or UUID is shown by its number and bytes, and what to do" {
	run -65 --separate-stderr map-parse -v map/shown.csv
	[ "$(head -n 6 <<<"$stderr")" = 'map-parse: map/shown.csv:2: UUID 03000200-0400-0500-0006-000700080009 names no machine: a board maker'"'"'s default, on many machines
map-parse: map/shown.csv:3: "pc-0002.lab7.example.com\xc2\xa0": name has a no-break space (U+00A0, bytes c2 a0) as character 25
map-parse: map/shown.csv:4: "pc\xe2\x80\x8b-0003.lab7.example.com": name has a zero width space (U+200B, bytes e2 80 8b) as character 3
map-parse: map/shown.csv:5: "pc\xe2\x80\x930004.lab7.example.com": name has a dash (U+2013, bytes e2 80 93) as character 3
map-parse: map/shown.csv:6: UUID has a character that is not ASCII (got byte 0xc2 at character 37)
map-parse: map/shown.csv:7: "pc-0006": name has no domain (expected a full name such as pc1.example.com)' ]
	[ "$(tail -n 4 <<<"$stderr")" = "map-parse: to do: 1 UUIDs that cannot be read: correct them, or name the right column with --columns uuid=...
map-parse: to do: 1 UUIDs that many boards share: have the maker's tool write one, see uuid(5)
map-parse: to do: 1 names without a domain: give it with --domain
map-parse: to do: 3 names that no host can have: correct them, or name the right column with --columns fqdn=..." ]
}

@test "an empty file and a header row alone end the run without @end" {
	run -65 --separate-stderr map-parse map/empty.csv
	[ "$stderr" = "map-parse: map/empty.csv: file is empty" ]
	[ "$output" = "$header" ]
	run -65 --separate-stderr map-parse map/oob.csv map/header-only.csv
	[ "$stderr" = "map-parse: map/header-only.csv: no rows below the header row" ]
	[ "$output" = "$header" ]
}

@test "an export cut off within a row is warned of, also where the row still looks whole" {
	head -c 180 map/one.csv >"$BATS_TEST_TMPDIR/cut.csv"
	head -c 210 map/one.csv >"$BATS_TEST_TMPDIR/later.csv"
	cd "$BATS_TEST_TMPDIR"
	run -65 --separate-stderr map-parse cut.csv
	[ "$stderr" = "map-parse: cut.csv:4: row has the wrong number of fields (got 2, expected 3)
map-parse: cut.csv: warning: the last line has no line end; was the file cut off?" ]
	[ "${lines[3]}" = $'@end\t2\t1' ]
	run -0 --separate-stderr map-parse later.csv
	[ "$stderr" = "map-parse: later.csv: warning: the last line has no line end; was the file cut off?" ]
	[ "$(cut -f 2 <<<"${lines[3]}")" = pc-0003.lab ]
}

@test "a file that is not there ends the run without @end" {
	run -66 --separate-stderr map-parse map/oob.csv map/none.csv
	[ "$stderr" = "map-parse: map/none.csv: No such file or directory" ]
	[[ "$output" != *@end* ]]
}

@test "unwritable output ends with 74" {
	run -74 --separate-stderr bash -c 'map-parse map/one.csv >/dev/full'
	[ "$stderr" = "map-parse: standard output: No space left on device" ]
}

@test "no more than two files are taken" {
	run -64 --separate-stderr map-parse map/one.csv map/one.csv map/one.csv
	[ "$stderr" = "usage: map-parse [-v] [--columns what=column,...] [--domain domain] [--encoding name] [-s source] [file [file]]" ]
}
