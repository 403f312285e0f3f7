load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	site_here
}

@test "the stick walk of the README runs as it stands" {
	unset AMT_SITE
	sed -n '/<!-- stick walk -->/,/<!-- end of walk -->/s/^    //p' "$AMT_TEST_ROOT/README.md" >walk.sh
	[ "$(grep -c '^amt-sticks' walk.sh)" = 3 ]
	bash -eu walk.sh >walk.out 2>&1 || { cat walk.out; false; }
	[ "$(grep -c '^not taken: ' walk.out)" = 100 ] # by --collect and by --wipe
	[ "$(grep -c 'SETUP.BIN overwritten and read back' walk.out)" = 1 ]
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 1')" = 50 ]
	[ "$(grep -c '<section class="card">' labels.html)" = 1 ]
}

@test "the stick walk in samples runs as it stands" {
	unset AMT_SITE
	cp "$AMT_TEST_ROOT/samples/walks/sticks.sh" walk.sh
	[ "$(grep -c '^amt-sticks' walk.sh)" -ge 5 ]
	bash -eu walk.sh >walk.out 2>&1 || { cat walk.out; false; }
	[ "$(grep -c '^not taken: ' walk.out)" = 104 ]
	grep -q 'not taken: record 2, PID ....-...., for pc-0002' walk.out
	grep -q 'new MEBx password  *\*\*\*\*\*\*\*\*$' walk.out
	grep -q '^stick,record,pid,machine,' walk.out
	[ "$(grep -c ',pc-0002,' walk.out)" = 1 ]
	[ "$(grep -c 'SETUP.BIN overwritten and read back' walk.out)" = 4 ]
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 1')" = 52 ]
	[ "$(grep -c '<section class="card">' labels.html)" = 3 ]
}

@test "2,500 keys: three sticks of a thousand at most, numbered and labelled" {
	keys-make -b lab7 -n 2500 | store-load -d site
	run -0 --separate-stderr amt-sticks -b lab7
	[ -z "$stderr" ]
	[ "$(sed 's/.*: stick/stick/' <<<"$output")" = "stick LAB7-1, 1000 keys of batch lab7, each good for one machine
stick LAB7-2, 1000 keys of batch lab7, each good for one machine
stick LAB7-3, 500 keys of batch lab7, each good for one machine" ]
	[ "$(cd site/sticks && ls)" = "lab7-1.img
lab7-2.img
lab7-3.img" ]
	for n in 1 2 3; do
		[ "$(stat -c %a site/sticks/lab7-$n.img)" = 600 ]
		run -0 mdir -i site/sticks/lab7-$n.img ::
		[[ "$output" == *"is LAB7-$n "* ]]
	done
	# In the order in which the store has them, no key twice.
	for n in 1 2 3; do fatimage-read site/sticks/lab7-$n.img | setupbin-dump --reveal; done |
		grep -v '^@' | cut -f 1,2 >on-sticks
	[ "$(cut -f 1 on-sticks | sort -u | wc -l)" = 2500 ]
	store-dump -d site -k records | grep -v '^@' | cut -f 3 | diff - <(cut -f 1 on-sticks)
	run -0 amt-sticks --list
	[[ "${lines[3]}" == "LAB7-3,lab7,500,0,$PWD/site/sticks/lab7-3.img,20"* ]]
}

@test "explain shows every value and writes nothing, unless one says yes" {
	run -0 --separate-stderr amt-sticks -b lab7 -g -n 2 --explain -o lab7.img </dev/null
	[ "$stderr" = "amt-sticks: nothing written, no key issued" ]
	[ "$(grep -c 'new MEBx password  *\*\*\*\*\*\*\*\*$' <<<"$output")" = 2 ]
	[ "$(grep -c ' PPS  *\*\*\*\*\*\*\*\*$' <<<"$output")" = 2 ]
	[ ! -e lab7.img ]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
	[ "$(sql 'SELECT count(*) FROM sticks')" = 0 ]
	amt-sticks -b lab7 -g -n 2 --explain --reveal --yes -o lab7.img >told
	# What it told is what the stick has.
	fatimage-read lab7.img | setupbin-dump --reveal | grep -v '^@' >on-stick
	awk '/ PPS / { print $NF }' told | diff - <(cut -f 2 on-stick)
	awk '/ new MEBx password / { print $NF }' told | diff - <(cut -f 4 on-stick)
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 1')" = 2 ]
	# Asked on a terminal.
	run -0 script -qec "amt-sticks -b lab7 -g -n 2 --explain -o no.img" /dev/null <<<n
	[ ! -e no.img ]
	run -0 script -qec "amt-sticks -b lab7 -g -n 2 --explain -o yes.img" /dev/null <<<y
	[ -e yes.img ]
	[ "$(sql 'SELECT count(*) FROM keys')" = 4 ]
}

@test "explain says which machine each record is for, and what a machine could not take" {
	printf 'machine,new-mebx-password,host-name\n' >list.csv
	for i in 1 2 3; do printf 'pc-%d.example.com,random,pc-%d\n' $i $i; done >>list.csv
	echo STICK_VERSION=2.1 >>site/site.conf
	run -0 --separate-stderr amt-sticks -b lab7 -g -c list.csv -m 2 --explain -o lab7.img </dev/null
	[ "$(grep -oE '^LAB7-[12]|for pc.*|record [0-9]|pc-[0-9]$' <<<"$output" | paste -sd' ')" = \
		"LAB7-1 LAB7-1 for pc-1.example.com record 1 pc-1 for pc-2.example.com record 2 pc-2 LAB7-2 LAB7-2 for pc-3.example.com record 1 pc-3" ]
	echo STICK_VERSION=2 >>site/site.conf
	run -73 --separate-stderr amt-sticks -b lab7 -g -c list.csv --explain -o lab7.img </dev/null
	[[ "$stderr" == *"list.csv:2: host name is known from version 2.1 on"* ]]
	[[ "$stderr" == *"amt-sticks: nothing written, no key issued; see above" ]]
	[ "$(sql 'SELECT count(*) FROM sticks')" = 0 ]
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
}

@test "machines that have a key on a stick already are told when they get another" {
	printf 'machine\npc-1.example.com\npc-2.example.com\npc-3.example.com\n' >list.csv
	run -0 amt-sticks -b lab7 -g -c list.csv -m 2 -o first.img
	[[ "$output" != *warning* ]]
	printf 'machine\npc-9.example.com\npc-3.example.com\npc-2.example.com\n' >list.csv
	run -0 amt-sticks -b lab7 -g -c list.csv -o again.img
	[[ "${lines[0]}" == *"list.csv: warning: machines of it have a record on a stick already (2, the first pc-2.example.com in record 2 of LAB7-1), and get another key" ]]
	printf 'machine\npc-8.example.com\n' >list.csv
	run -0 amt-sticks -b lab7 -g -c list.csv -o other.img
	[[ "$output" != *warning* ]]
}

@test "wrong options are wrong usage, and labels that cannot be written are told" {
	run -64 amt-sticks -b lab7 -g -n 0
	run -64 amt-sticks -b lab7 -g -n 1 -F 12
	run -64 amt-sticks -b lab7 -g -n 1 -s 3
	[[ "$output" == *"amt-sticks: not all sticks made, no key without its image; see above" ]]
	run -64 amt-sticks --collect --usb ''
	[ "$(sql 'SELECT count(*) FROM keys')" = 0 ]
	run -73 --separate-stderr amt-sticks -b lab7 -g -n 1 -o no/lab7.img
	[ "$stderr" = "amt-sticks: no/lab7.img: its folder is not there" ]
	run -73 --separate-stderr amt-sticks -b lab7 -g -n 1 --labels no/labels.html -o lab7.img
	[[ "$stderr" == *"amt-sticks: the sticks are made, their labels are not: amt-sticks --labels makes them" ]]
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 1')" = 1 ]
	amt-sticks --labels labels.html
}

@test "machines of a list go over several sticks, each record to its machine" {
	{
		echo machine,new-mebx-password,host-name,dhcp
		for i in {1..7}; do echo "pc-000$i.example.com,random,pc-000$i,enabled"; done
	} >machines.csv
	sed -i 's/^STICK_VERSION=.*/STICK_VERSION=2.1/' site/site.conf
	amt-sticks -b lab7 -g -c machines.csv -m 3 --labels labels.html -o lab7.img >/dev/null
	for n in 1 2 3; do
		fatimage-read lab7-$n.img | setupbin-dump -t | awk '/ host name / { print $NF }'
	done | diff - <(seq -f 'pc-%04g' 7)
	grep -q '<tr><td>3</td><td>pc-0006.example.com</td>' labels.html
	# Once more for one of them, at any later time.
	amt-sticks --labels again.html --stick lab7-3
	[ "$(grep -c '<section class="card">' again.html)" = 1 ]
	grep -q '<h2>LAB7-3</h2>' again.html
	run -65 amt-sticks --labels none.html --stick LAB7-4
	[ ! -e none.html ]
	bios -n 2 lab7-2.img >/dev/null
	run -0 --separate-stderr amt-sticks --collect --csv lab7-2.img
	[[ "${lines[1]}" == LAB7-2,3,*,pc-0006.example.com,issued, ]]
	[ "$(sql "SELECT count(*) FROM key_history WHERE cause LIKE 'stick LAB7-2, record 2 for pc-0005.example.com, read back'")" = 1 ]
}

@test "a stick that cannot be written costs no key" {
	keys-make -b lab7 -n 10 | store-load -d site
	run -64 --separate-stderr amt-sticks -b lab7 -s 3 -o lab7.img
	[[ "$stderr" == *"not all sticks made, no key without its image"* ]]
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 0 AND stick IS NULL')" = 10 ]
	run -73 amt-sticks -b lab7 -n 11 -o lab7.img
	run -64 amt-sticks -b lab7 -n 1 --collect lab7.img
	run -64 amt-sticks -b
	run -64 amt-sticks
	run -66 amt-sticks --collect nosuch.img
	run -66 amt-sticks -d nosuch --list
}

@test "an export and sticks at once, and no key is in both" {
	keys-make -b lab7 -n 40 | store-load -d site
	amt-sticks -b lab7 -n 20 -m 5 -o lab7.img >/dev/null &
	amt-export -b lab7 -n 20 --format csv -o lab7.csv >/dev/null
	wait $!
	{
		for n in 1 2 3 4; do fatimage-read lab7-$n.img | setupbin-dump | grep -v '^@' | cut -f 1; done
		tail -n +2 lab7.csv | cut -d , -f 1
	} | sort -u >given
	[ "$(wc -l <given)" = 40 ]
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 1')" = 40 ]
}

# Every key that is issued is on an image, every key of an image is issued or
# reserved, and none is on two.
consistent() {
	for image in *.img; do
		[ ! -e "$image" ] || fatimage-read "$image" | setupbin-dump | grep -v '^@' | cut -f 1
	done | sort >on-images
	[ "$(sort -u on-images | wc -l)" = "$(wc -l <on-images)" ]
	sql "SELECT pid FROM keys WHERE state = 1 ORDER BY pid" >in-store
	[ -z "$(comm -13 on-images in-store)" ]
	sql "SELECT pid FROM keys WHERE state = 1 OR stick IS NOT NULL ORDER BY pid" >taken
	[ -z "$(comm -23 on-images taken)" ]
}

@test "kill -9 at any moment: no key issued without its image, none on two sticks" {
	keys-make -b lab7 -n 3000 | store-load -d site
	# AMT_KILLS=100 make check TESTS=... for the long one.
	for ((i = 0; i < ${AMT_KILLS:-6}; i++)); do
		setsid amt-sticks -b lab7 -n 20 -m 4 -o "$i.img" >/dev/null 2>&1 3>&- &
		sleep "0.$(printf %03d $((RANDOM % ${AMT_KILL_MS:-200})))"
		kill -9 -- -$! 2>/dev/null || true
		wait $! 2>/dev/null || true
		consistent
	done
	# The next run settles what was left.
	amt-sticks -b lab7 -n 20 -m 4 -o last.img >/dev/null 2>&1
	consistent
	cmp on-images in-store
	[ "$(sql 'SELECT count(*) FROM keys WHERE stick IS NOT NULL AND state = 0')" = 0 ]
	[ "$(sql 'SELECT count(*) FROM exports WHERE ended IS NULL')" = 0 ]
	[ "$(sql 'SELECT count(*) FROM sticks WHERE made IS NULL')" = 0 ]
	[ "$(sql 'SELECT count(*) FROM stick_records WHERE stick NOT IN (SELECT name FROM sticks)')" = 0 ]
	# What was killed can be collected, too.
	amt-sticks --collect ./*.img >/dev/null
}
