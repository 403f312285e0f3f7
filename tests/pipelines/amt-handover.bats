# amt-handover: machines that a sweep has set up, read by MeshCentral itself.
# slow
bats_require_minimum_version 1.5.0
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

teardown() {
	children_end
}

# Twelve machines set up, one that was never heard.
swept() {
	site_of_fleet 12
	peer_start
	amt-sweep -t 60 -P "$tls" -p "$plain"
	[ "$(state_count verified)" = 12 ]
	echo '20000009-0000-4000-8000-000000000009,never.example.com' |
		sed '1i uuid,fqdn' >more.csv
	amt-map -s more more.csv 2>/dev/null
}

# The code of MeshCentral that reads an imported file, with nothing around it:
# what it would put into its database, a line each.
mesh_reads() {
	node - "$1" "$2" <<-'END'
		const fs = require("fs");
		const [source, file] = process.argv.slice(2);
		const text = fs.readFileSync(source, "utf8");
		const at = text.indexOf("case 'importamtdevices': {");
		if (at < 0) throw "no importamtdevices";
		let depth = 0, i = text.indexOf("{", at);
		const from = i;
		do { depth += text[i] == "{" ? 1 : text[i] == "}" ? -1 : 0; i++; } while (depth > 0);
		const kept = [];
		const parent = { meshes: { "mesh//g": { _id: "mesh//g", mtype: 1 } }, crypto: require("crypto"),
			GetMeshRights: () => 0xffffffff, CloneSafeNode: (n) => n, CreateMeshDispatchTargets: () => [],
			parent: { DispatchEvent: () => 0 } };
		const read = new Function("command", "parent", "domain", "db", "user", "obj", "MESHRIGHT_EDITMESH", "nodeid",
			"switch (1) { case 1: " + text.slice(from, i) + " }");
		read({ meshid: "mesh//g", amtdevices: JSON.parse(fs.readFileSync(file, "utf8")) }, parent, { id: "" },
			{ Set: (d) => kept.push(d) }, { _id: "u", name: "u" }, {}, 1, "n");
		for (const d of kept)
			console.log([d.name, d.host, d.intelamt.user, d.intelamt.pass, d.intelamt.tls || 0].join("|"));
	END
}

@test "MeshCentral reads both files of Mesh: each machine with its password, and no other" {
	mesh=$AMT_TEST_BUILD/../meshcentral-import
	mkdir -p "$mesh"
	[ -s "$mesh/meshuser.js" ] || {
		command -v npm >/dev/null || skip "no npm"
		(cd "$mesh" && timeout 300 npm pack --silent --ignore-scripts meshcentral@1.1.55 >/dev/null 2>&1 &&
			tar -xzf meshcentral-*.tgz --strip-components=1 package/meshuser.js) ||
			skip "no network for npm's meshcentral"
		rm -f "$mesh"/meshcentral-*.tgz
	}
	swept
	amt-report --passwords passwords.csv
	awk -F, 'NR > 1 { print $2 }' passwords.csv | sort >names
	[ "$(wc -l <names)" = 12 ]
	for to in meshcentral meshcommander; do
		run -0 --separate-stderr amt-handover --to $to -o $to.json
		[[ "$output" = "$to.json: 12 machines; left out: 1" ]]
		[[ "$stderr" = *"never.example.com: left out: HELLO-NONE" ]]
		mesh_reads "$mesh/meshuser.js" $to.json >read
		cut -d '|' -f 1 read | sort | diff names -
		[ "$(grep -c '|admin|' read)" = 12 ]
		# The same passwords as amt-report's, by a reader of its own.
		python3 - passwords.csv read <<-'END'
			import csv, sys
			want = {r["fqdn"]: r["password"] for r in csv.DictReader(open(sys.argv[1]))}
			for line in open(sys.argv[2]):
			    name, host, user, password = line.rstrip("\n").split("|")[0:3] + ["|".join(line.rstrip("\n").split("|")[3:-1])]
			    assert want.pop(name) == password and host == name, name
			assert not want
		END
	done
}

@test "only when asked: --to and -o are needed, a reference lets no password out" {
	site_here
	run -64 amt-handover -o out
	[[ "$output" = "amt-handover: --to is missing"* ]]
	run -64 amt-handover --to csv
	run -64 amt-handover --to excel -o out
	[[ "$output" = *'got "excel", expected'* ]]
	[ ! -e out ]
	run -0 amt-handover --to csv -o out
	[ "$output" = "out: 0 machines; left out: 0" ]
	[ "$(stat -c %a out)" = 600 ]
	run -66 amt-handover -d nowhere --to csv -o out
}

@test "TLS is what the machine was last seen with; an unprovisioned one is left out" {
	swept
	amt-handover --to csv -o out 2>/dev/null
	uuid=$(awk -F, 'NR == 2 { print $1 }' out)
	other=$(awk -F, 'NR == 3 { print $1 }' out)
	sql "INSERT INTO kept (uuid, tls, leaf) VALUES ('$uuid', '1.2', 'aa')
		ON CONFLICT DO UPDATE SET tls = '1.2', leaf = 'aa';
		INSERT INTO kept (uuid, unprovisioned_at) VALUES ('$other', 1)
		ON CONFLICT DO UPDATE SET unprovisioned_at = 1;"
	run -0 amt-handover --to csv -o out
	grep -q "^$uuid,[^,]*,16993,yes,admin,..*,$" out
	grep -q "^$other,[^,]*,,,,,unprovisioned$" out
	run -0 amt-handover --to csv --reference 'vault:%u' -o refs
	[ "$(grep -c ',vault:' refs)" = 11 ]
}

@test "who is left out has the name and the reason of the report" {
	site_of_fleet 4
	peer_start
	# Refused when it is planned, without two names, and never heard.
	awk -F '\t' 'NR == 2 { print $3 }' fleet/fleet.tsv >revoke
	amt-import --revoke revoke
	awk -F '\t' 'NR == 3 { print "uuid,fqdn\n" $2 ",other.example.com" }' fleet/fleet.tsv >more.csv
	echo '20000009-0000-4000-8000-000000000009,never.example.com' >>more.csv
	amt-map -s more more.csv 2>/dev/null || :
	amt-sweep -t 60 -P "$tls" -p "$plain" || :
	amt-handover --to csv -o out.csv 2>/dev/null
	handed=$(awk -F , '$7 != "" && NR > 1 { print $1 "," $2 "," $7 }' out.csv)
	reported=$(awk -F , 'NR > 1 && $6 != "verified" { print $1 "," $2 "," $7 }' site/reports/report.csv | sort)
	echo "$reported"
	[ "$(wc -l <<<"$reported")" = 3 ]
	[ "$handed" = "$reported" ]
}
