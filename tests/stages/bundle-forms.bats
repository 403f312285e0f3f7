#!/usr/bin/env bats
# Containers that do not begin as zip, 7z or tar do, and a name of our own.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	keys=$PWD/keys/lab7.csv
	cd "$BATS_TEST_TMPDIR" || return
	cp "$keys" keys.csv
	zip -q zip.zip keys.csv
}

# stub FORMAT [ARG]: a zip behind the start of a program, and with right offsets
stub() {
	# shellcheck disable=SC2059 # the caller's format
	{ printf "$@"; cat zip.zip; } >stub.exe
	cp stub.exe right.exe
	zip -qA right.exe
}

# opens FILE: its keys.csv comes out as it went in, and nothing else
opens() {
	bundle-open "$@" >out.tar
	[ "$(tar -tf out.tar)" = $'keys.csv\n@end' ]
	tar -xOf out.tar keys.csv | cmp - keys.csv
}

@test "a zip behind something else opens, whatever that is" {
	for start in 'MZ%062d' '#!/bin/sh\nexec unzip it\n' '\x7fELF%060d' 'some text\r\n'; do
		stub "$start" 0
		opens stub.exe
		opens right.exe
	done
	zip -qz zip.zip <<<'made by the partner'
	stub 'text\n'
	opens stub.exe
}

@test "a zip behind a program opens from a pipe" {
	stub 'MZ%060d\0\0' 0
	opens -n stub.exe < <(cat stub.exe)
	opens -n right.exe < <(cat right.exe)
	stub '#!/bin/sh\nexit\n'
	opens -n stub.exe < <(cat stub.exe)
	stub '\x7fELF%060d' 0
	opens -n stub.exe < <(cat stub.exe)
}

@test "a program with no zip behind it is one file, as before" {
	printf '#!/bin/sh\nexit\n' >exit.sh
	bundle-open exit.sh | tar -xO exit.sh | cmp - exit.sh
	bundle-open -n exit.sh < <(cat exit.sh) | tar -xO exit.sh | cmp - exit.sh
	{ cat zip.zip; echo more; } >zip.txt
	sed -i '1s/^/x/' zip.txt
	bundle-open zip.txt | tar -xO zip.txt | cmp - zip.txt
}

@test "a tar and a file in .Z open, from a file, a pipe and a container" {
	bsdtar -cZf keys.tar.Z keys.csv
	opens keys.tar.Z
	opens -n keys.tar.Z < <(cat keys.tar.Z)
	tar -cf v7.tar --format v7 keys.csv
	bsdtar -cZf v7.tar.Z --format raw v7.tar
	opens v7.tar.Z
	bsdtar -cZf keys.csv.Z --format raw keys.csv
	bundle-open keys.csv.Z | tar -xO keys.csv.Z | cmp - keys.csv
	zip -q outer.zip keys.tar.Z
	bundle-open outer.zip | tar -xO keys.tar.Z/keys.csv | cmp - keys.csv
}

@test "a .tar.Z that was cut off is refused, also between members, and one in another .Z" {
	bsdtar -cf keys.tar keys.csv
	head -c $((512 + ($(stat -c %s keys.csv) + 511) / 512 * 512)) keys.tar >cut.tar
	bsdtar -cZf cut.tar.Z --format raw cut.tar
	run -65 --separate-stderr bash -c 'bundle-open cut.tar.Z >out'
	[ "$stderr" = "bundle-open: cut.tar.Z: tar is cut off (no two blocks of zeros at its end)" ]
	bsdtar -cZf keys.tar.Z keys.csv
	bsdtar -cZf twice.Z --format raw keys.tar.Z
	run -65 --separate-stderr bash -c 'bundle-open twice.Z >out'
	[ "$stderr" = "bundle-open: twice.Z: compressed more than once" ]
}

@test "a member or a file of the name @end is refused by its name" {
	cp keys.csv @end
	zip -q end.zip keys.csv @end
	why="name marks the end of a bundle: rename it"
	run -65 --separate-stderr bash -c 'bundle-open end.zip >out'
	[ "$stderr" = "bundle-open: end.zip: @end: $why" ]
	run -65 --separate-stderr bash -c 'bundle-open @end >out'
	[ "$stderr" = "bundle-open: @end: $why" ]
	zip -q inner.zip end.zip
	bundle-open inner.zip | tar -xO end.zip/@end | cmp - keys.csv
}

# Of a zip one byte tells whether a password is right: for this one "wrong" is,
# though it was made with another.
@test "a wrong password that a zip takes for right is not called damage alone" {
	base64 -d >p.zip <<-END
	UEsDBAoACQAAAJs+fV3G90hMEAAAAAQAAAAJAAAAcGxhaW4uY3N26wWL+c0vEwdg3GFdi0RL81BL
	BwjG90hMEAAAAAQAAABQSwECHgMKAAkAAACbPn1dxvdITBAAAAAEAAAACQAAAAAAAAABAAAApIEA
	AAAAcGxhaW4uY3N2UEsFBgAAAAABAAEANwAAAEcAAAAAAA==
	END
	run -65 bundle-open -p 4 p.zip 4<<<wrong
	[[ "$output" == *"p.zip: plain.csv: wrong password, or damaged (ZIP bad CRC"* ]]
	run -65 bundle-open -p 4 p.zip 4<<<other
	[[ "$output" == *"p.zip: plain.csv: Incorrect passphrase"* ]]
	bundle-open -p 4 p.zip 4<<<'for zip' | tar -xO plain.csv | grep -qx '1;2'
}
