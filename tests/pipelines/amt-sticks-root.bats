# Sticks with the site's own root, for machines that are set up with its
# certificate.
load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
}

# records IMAGE: each as text, without the offsets
records() {
	fatimage-read "$1" | setupbin-dump -t --reveal | sed -n 's/^ *[0-9]* *\([0-9/]*\)  *\(.*\)/\1 \2/p' | grep '^[12]/'
}

# hash FILE DIGEST
hash() {
	openssl x509 -in "$1" -outform der | openssl dgst -"$2" | sed 's/.*= //'
}

@test "an own root made, and its hash and suffix on a stick for any number of machines" {
	amt-cert root --cn "Lab root" --name prov.lab7.example.com -o root.pem >/dev/null
	run -0 --separate-stderr amt-sticks --root -o root.img --labels labels.html
	[ "$stderr" = "" ]
	[ "$output" = "$PWD/root.img: stick ROOT-1, one record for any number of machines" ]
	[ "$(stat -c %a root.img)" = 600 ]
	password=$(store-dump -d site -k keys -r | awk -F'\t' '!/^@/ { print $4 }')
	[ -n "$password" ]
	diff - <(records root.img) <<-END
		1/1 current MEBx password            admin
		1/2 new MEBx password                $password
		1/3 manageability selection          1 (AMT)
		2/3 PKI DNS suffix                   lab7.example.com
		2/8 add certificate hash             sha256:$(hash root.pem sha256) "Lab root"
	END
	run -0 setupbin-lint <(fatimage-read root.img)
	[ "$output" = "" ]
	fatimage-read root.img | setupbin-dump -t | grep -q 'file flags *1 (records are kept'
	fatimage-read root.img | setupbin-dump -t | grep -q 'version 3\.0$'
	grep -q '<b>1 record, for any number of machines</b>' labels.html
	run -0 amt-sticks --records
	[[ "${lines[1]}" == ROOT-1,1,*",any number of machines,issued,"* ]]
}

@test "it comes back and is wiped without a question: no key is lost with it" {
	amt-cert root --cn "Lab root" --name prov.lab7.example.com >/dev/null
	amt-sticks --root -o root.img >/dev/null
	run -0 --separate-stderr amt-sticks --collect root.img
	[[ "$output" == "ROOT-1: 1 records, 0 taken by machines (0 new), 0 not taken" ]]
	run -0 amt-sticks --wipe root.img </dev/null
	[[ "$output" == *"SETUP.BIN overwritten and read back"* ]]
	run ! grep -qa "Lab root" root.img
}

@test "with a count or a list each record is one machine's, with a password of its own" {
	amt-cert root --cn "Lab root" --name prov.lab7.example.com -o root.pem >/dev/null
	run -0 --separate-stderr amt-sticks --root -n 3 -b desk -o desk.img
	[ "$output" = "$PWD/desk.img: stick DESK-1, 3 keys of batch desk, each good for one machine" ]
	records desk.img >got
	[ "$(grep -c "sha256:$(hash root.pem sha256)" got)" = 3 ]
	[ "$(sed -n 's/^1\/2 //p' got | sort -u | wc -l)" = 3 ]
	fatimage-read desk.img | setupbin-dump -t | grep -q 'file flags *0 '
	run ! grep -q '^2/[12] ' got
	bios -n 1 desk.img >/dev/null
	run -0 amt-sticks --collect desk.img
	[[ "$output" == *"DESK-1: 3 records, 1 taken by machines (1 new), 2 not taken" ]]

	printf 'machine,new-mebx-password,host-name\npc-1,random,pc-1\npc-2,Lab7!Every,pc-2\npc-3,,pc-3\n' >list.csv
	run -0 --separate-stderr amt-sticks --root -c list.csv -m 2 -o list.img
	[ "$stderr" = "" ]
	records list-1.img >got
	records list-2.img >>got
	[ "$(sed -n 's/^2\/11 host name *//p' got | paste -sd ' ')" = "pc-1 pc-2 pc-3" ]
	[ "$(sed -n 's/^1\/2 new MEBx password *//p' got | sed -n 2p)" = 'Lab7!Every' ]
	[ "$(grep -c '^2/8 ' got)" = 3 ]
	run -0 amt-sticks --records
	[ "$(grep -c ',pc-[123],issued,' <<<"$output")" = 3 ]
}

@test "a suffix that machines take for the name, and where the server is" {
	amt-cert root --cn "Lab root" --name prov.lab7.local >/dev/null
	amt-sticks --root --set provisioning-server-address=192.0.2.10 --set 2/4=server.lab7.local -o root.img
	records root.img >got
	grep -qx '2/3 PKI DNS suffix *prov.lab7.local' got
	grep -qx '2/17 provisioning server address *192.0.2.10' got
	grep -qx '2/4 configuration server FQDN *server.lab7.local' got
}

@test "of certificates for several domains one is to be named" {
	amt-cert root --cn "Lab root" --name prov.lab7.example.com >/dev/null
	amt-cert root --cn "Other root" --name prov.lab8.example.org -o other.pem >/dev/null
	run -65 --separate-stderr amt-sticks --root -o root.img
	[[ "$stderr" == "amt-sticks: $AMT_SITE: its certificates are for several domains (lab"*"): say which one the machines are to have (--suffix)" ]]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
	amt-sticks --root --suffix Lab8.example.org -o root.img
	records root.img >got
	[ "$(grep -c '^2/8 ' got)" = 1 ]
	grep -q "sha256:$(hash other.pem sha256)" got
	grep -qx '2/3 PKI DNS suffix *lab8.example.org' got
	run -65 --separate-stderr amt-sticks --root --suffix lab9.example.net -o none.img
	[[ "$stderr" == *": no certificate under an own root is for lab9.example.net: make one with amt-cert root --name" ]]
	[ ! -e none.img ]
}

@test "without an own root nothing is made and no key is issued" {
	run -65 --separate-stderr amt-sticks --root -o root.img
	[ "$stderr" = "amt-sticks: $AMT_SITE: no certificate under an own root: make one with amt-cert root, or add yours with amt-cert add" ]
	[ ! -e root.img ]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
	run -64 amt-sticks -b lab7 -g -n 1 --sha1 -o root.img
	run -64 amt-sticks -b lab7 -g -n 1 --suffix lab7.example.com -o root.img
	[ ! -e root.img ]
}

@test "a root of another CA goes onto sticks as well, a public one does not" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 4000 -subj "/CN=Company's root" 2>/dev/null
	amt-cert request --cn prov.lab7.example.com -o prov.csr >/dev/null
	openssl x509 -req -in prov.csr -CA ca.pem -CAkey ca.key -set_serial 7 -sha256 -days 400 -copy_extensions copyall \
		-out prov.pem 2>/dev/null
	amt-cert add prov.pem ca.pem >/dev/null
	amt-sticks --root -o root.img
	records root.img >got
	grep -qx "2/8 add certificate hash *sha256:$(hash ca.pem sha256) \"Companys root\"" got
}

@test "--sha1 is for machines before AMT 6: version 2, and own hashes allowed first" {
	amt-cert root --cn "Lab root" --name prov.lab7.example.org -o root.pem >/dev/null
	amt-sticks --root --sha1 -o root.img
	records root.img >got
	grep -q "^2/8 .*sha1:$(hash root.pem sha1) \"Lab root\"" got
	grep -q '^2/7 .*1 (enabled)$' got
	# AMT 3.2 to 4 do not shorten names under org
	grep -qx '2/3 PKI DNS suffix *prov.lab7.example.org' got
	fatimage-read root.img | setupbin-dump -t | grep -q 'version 2\.0$'
	run -0 setupbin-lint <(fatimage-read root.img)
	[ "$(grep -c ': advice stick-fat16: ' <<<"$output")" = "${#lines[@]}" ]
}

@test "explain shows the hash and writes nothing" {
	amt-cert root --cn "Lab root" --name prov.lab7.example.com -o root.pem >/dev/null
	run -0 --separate-stderr amt-sticks --root --explain -o root.img </dev/null
	[ "$stderr" = "amt-sticks: nothing written, no key issued" ]
	[[ "$output" == *"new MEBx password                ********"* ]]
	[[ "$output" == *"sha256:$(hash root.pem sha256)"* ]]
	[ ! -e root.img ]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
}
