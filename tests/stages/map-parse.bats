#!/usr/bin/env bats
bats_require_minimum_version 1.5.0

header=$'@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom'
U1=6513270e-269e-4d37-b2a7-4de452e6b438

setup() {
	export SOURCE_DATE_EPOCH=1795000000 # 2026-11-18
}

@test "one file with UUID and FQDN becomes a map" {
	run -0 --separate-stderr map-parse map/one.csv
	[ "$stderr" = "" ]
	[ "${lines[0]}" = "$header" ]
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tone.csv\t2026-11-18\t50\tmap/one.csv:2' ]
	[ "${lines[5]}" = $'@end\t4\t0' ]
}

@test "the same file from stdin says so" {
	run -0 --separate-stderr map-parse <map/one.csv
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\t<stdin>\t2026-11-18\t50\t<stdin>:2' ]
	run -0 --separate-stderr map-parse -s inventory - <map/one.csv
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tinventory\t2026-11-18\t50\t<stdin>:2' ]
}

@test "two files are joined by their resource, in either order, to the same map" {
	run -0 --separate-stderr map-parse map/oob.csv map/location.csv
	[ "$stderr" = "" ]
	[ "${#lines[@]}" = 14 ]
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tlocation.csv\t2026-11-18\t50\tmap/location.csv:4' ]
	[ "${lines[13]}" = $'@end\t12\t0' ]
	first=$output
	run -0 --separate-stderr map-parse map/location.csv map/oob.csv
	[ "$output" = "$first" ]
}

@test "-v says what was understood" {
	run -0 --separate-stderr map-parse -v map/oob.csv map/location.csv
	[ "$stderr" = 'map-parse: map/oob.csv: UUID from "UUID", resource from "_ResourceGuid"; rows: 12; refused: 0
map-parse: map/oob.csv: columns ignored: "AMT Version"
map-parse: map/location.csv: resource from "_ResourceGuid", name from "FQDN"; rows: 12; refused: 0
map-parse: map/location.csv: columns ignored: "Site"
map-parse: map: UUIDs with a name by way of the resource: 12; without: 0; said twice: 0; names whose resource has no UUID: 0' ]
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
	[ "${lines[1]}" = "$U1"$'\tpc-0001.lab7.example.com\tlocation-part.csv\t2026-11-18\t50\tmap/location-part.csv:2' ]
	[ "${lines[2]}" = "$U1"$'\tpc-0077.lab7.example.com\tlocation-part.csv\t2026-11-18\t50\tmap/location-part.csv:12' ]
	[ "${lines[12]}" = $'@end\t11\t2' ]
}

@test "half a map alone ends the run without @end" {
	run -65 --separate-stderr map-parse map/oob.csv
	[ "$stderr" = "map-parse: map/oob.csv:1: not a whole map (got columns for: UUID, resource; expected UUID and name, or a second file, with resource in both)" ]
	[ "$output" = "$header" ]
}

@test "two halves of the same kind end the run without @end" {
	run -65 --separate-stderr map-parse map/oob.csv map/oob.csv
	[ "$stderr" = "map-parse: map/oob.csv:1: cannot be joined with map/oob.csv (got columns for: UUID, resource; and for: UUID, resource; expected UUID and resource in one, resource and name in the other)" ]
	[ "$output" = "$header" ]
}

@test "a file that is no map ends the run without @end" {
	run -65 --separate-stderr map-parse map/oob.csv map/resource-only.csv
	[ "$stderr" = "map-parse: map/resource-only.csv:1: not a map (got columns for: resource; expected two of UUID, resource and name)" ]
	[ "$output" = "$header" ]
	run -65 --separate-stderr map-parse keys/lab7.csv
	[ "$stderr" = "map-parse: keys/lab7.csv:1: not a map (got columns for: none of them; expected two of UUID, resource and name)" ]
}

@test "BOM, semicolons, CRLF and quoted line ends are read, lines counted" {
	run -0 --separate-stderr map-parse map/excel.csv
	[ "$stderr" = "" ]
	[ "$(cut -f 6 <<<"$output" | sed -n 2,3p)" = $'map/excel.csv:2\nmap/excel.csv:4' ]
	[ "${lines[3]}" = $'@end\t2\t0' ]
}

@test "a row in Latin-1 is refused with its field, the next one is read" {
	run -65 --separate-stderr map-parse map/latin1.csv
	[ "$stderr" = "map-parse: map/latin1.csv:2: field 2 is not UTF-8 (byte 2 of it; is this Latin-1?)" ]
	[ "${lines[2]}" = $'@end\t1\t1' ]
}

@test "UTF-16 ends the run without @end" {
	run -65 --separate-stderr map-parse keys/utf16.csv
	[ "$stderr" = 'map-parse: keys/utf16.csv:1: file is UTF-16 (got its byte order mark, expected UTF-8; save it as "CSV UTF-8")' ]
	[ "$output" = "$header" ]
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
	[ "$stderr" = "usage: map-parse [-v] [-s source] [file [file]]" ]
}
