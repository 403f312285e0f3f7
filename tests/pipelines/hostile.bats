#!/usr/bin/env bats
# What a stranger may send in place of a key list, each through the whole
# import: refused with its place, by little work and memory, nothing stored,
# no file opened that the sender chose.
# serial: it measures time, or needs the processors
load common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	printf 'not for reading\n' >treasure
	make_containers
	make_lists
	amt-init -d site >/dev/null
	sqlite3 site/site.db .dump >before
}

make_containers() {
	printf 'pid,pps\n' >keys.csv
	head -c 30000000 /dev/zero >zeros
	zip -q bomb.zip zeros
	zip -q nested.zip bomb.zip
	7z a -bso0 bomb.7z zeros
	tar -cJf bomb.tar.xz zeros
	tar --zstd -cf bomb.tar.zst zeros
	tar -cjf bomb.tar.bz2 zeros
	rm zeros
	tar -cf slip.tar --transform 's,^keys,../../keys,' keys.csv 2>/dev/null
	zip -q slip.zip keys.csv
	sed -i 's,keys.csv,../k.csv,g' slip.zip
	tar -cPf root.tar --transform "s,^keys,$PWD/planted," keys.csv
	ln -s "$PWD/treasure" link.csv
	tar -cf link.tar keys.csv link.csv
	mkfifo pipe
	tar -cf pipe.tar pipe
	for kind in zip 7z tar tar.gz; do
		bsdtar -a -cf whole.$kind keys.csv
		head -c $(($(stat -c %s whole.$kind) * 2 / 5)) whole.$kind >cut.$kind
	done
	rm -f whole.* link.csv pipe
}

make_lists() {
	local entity
	printf '<!DOCTYPE k [<!ENTITY x SYSTEM "file://%s/treasure">]>\n<keys><key pid="&x;"/></keys>\n' \
		"$PWD" >external.xml
	printf '<!DOCTYPE k SYSTEM "%s/treasure">\n<keys/>\n' "$PWD" >dtd.xml
	{
		printf '<!DOCTYPE k [<!ENTITY a "aaaaaaaaaa">\n'
		entity=a
		for next in b c d e f g h i; do
			printf '<!ENTITY %s "' $next
			printf "&$entity;%.0s" {1..10}
			printf '">\n'
			entity=$next
		done
		printf ']>\n<keys><key pid="&i;"/></keys>\n'
	} >laughs.xml
	{
		printf '<!DOCTYPE k [<!ENTITY a "'
		head -c 100000 /dev/zero | tr '\0' a
		printf '">]>\n<keys>'
		printf '<key pid="&a;"/>%.0s' {1..1000}
		printf '</keys>\n'
	} >quadratic.xml
	{
		printf '<keys><key'
		seq -f ' a%.0f="1"' 200000 | tr -d '\n'
		printf '/></keys>\n'
	} >attributes.xml
	{
		printf '<keys>'
		printf '<a>%.0s' {1..50000}
	} >deep.xml
	printf 'pid,pps\n0000-037M,\0\0\0\n' >nul.csv
	printf '<keys>\0</keys>' >nul.xml
	printf 'pid,pps\n' | iconv -t UTF-16 >utf16.csv
	printf '<?xml version="1.0" encoding="UTF-16"?><keys/>' | iconv -t UTF-16 >utf16.xml
	head -c 3000 /dev/urandom >noise
	: >empty
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_FILE_TMPDIR" || return
}

# limited COMMAND...: no process of it works longer than a second; its peak,
# the largest of its processes, goes to the file peak.  Sanitizers are slower
# and larger than either limit.
limited() {
	if [[ "$AMT_TEST_BUILD" = *asan* ]]; then
		timeout 60 "$@"
		return
	fi
	(
		ulimit -t 1
		exec env time -q -o peak -f %M timeout 60 "$@"
	)
}

# refused FILE: whole, with a message that names it; the store as it was.
refused() {
	echo "$1"
	run -65 limited amt-import -d site -b lab7 "$1"
	[[ "$output" =~ (bundle-open|keys-parse|cms-open):\ ($1|"<stdin>"):.* ]]
	[[ "$AMT_TEST_BUILD" = *asan* ]] || [ "$(cat peak)" -le 65536 ]
	sqlite3 site/site.db .dump | cmp - before
}

@test "bombs, climbing names, links and cut containers leave the store as it was" {
	for file in bomb.* nested.zip slip.* root.tar link.tar pipe.tar cut.*; do
		refused "$file"
	done
	[ ! -e planted.csv ]
}

@test "XML that grows, reads other files or never ends leaves the store as it was" {
	for file in external.xml dtd.xml laughs.xml quadratic.xml attributes.xml deep.xml nul.xml utf16.xml; do
		refused "$file"
		run ! grep -q "not for reading" <<<"$output"
	done
}

@test "what is no list leaves the store as it was" {
	for file in nul.csv utf16.csv noise empty; do
		refused "$file"
	done
}

@test "a line of 1 GB is refused early, as CSV and as XML" {
	for head in 'pid,pps\n' '<keys><key pid="'; do
		# shellcheck disable=SC2016,SC2059 # $1 belongs to the inner shell
		run -65 limited bash -c 'set -o pipefail
			{ printf "$1"; head -c 1G /dev/zero | tr "\0" a; } 2>/dev/null |
			{ amt-import -d site -b lab7; status=$?; exit $status; }' _ "$head"
		[[ "$output" = *"keys-parse: <stdin>:"* ]]
		sqlite3 site/site.db .dump | cmp - before
	done
}

@test "an import opens and makes no file that the sender named" {
	[[ "$AMT_TEST_BUILD" != *asan* ]] || skip "the sanitizer opens files of its own"
	strace -o trace true 2>/dev/null || skip "strace cannot run here"
	for file in slip.tar root.tar link.tar external.xml dtd.xml; do
		strace -f -e trace=open,openat,creat,mkdir,link,symlink,rename,connect \
			-o trace amt-import -d site -b lab7 "$file" >out 2>&1 || true
		grep -q 'site/site.db"' trace
		run ! grep -E 'treasure|planted|connect\(' trace
		# Written: the store, and passwords are asked on the terminal.
		run ! grep -vE '/dev/null|"/dev/tty"|[/"]site\.db' <(grep -E 'O_(CREAT|WRONLY|RDWR)|mkdir\(|link\(|rename\(' trace)
	done
}
