#!/usr/bin/env bats
# Containers made by zip, 7z, bsdtar and tar, and what hostile ones come to.
bats_require_minimum_version 1.5.0

setup() {
	keys=$PWD/keys/lab7.csv
	cd "$BATS_TEST_TMPDIR" || return
	cp "$keys" keys.csv
	mkdir a
	printf 'pid,pps\n' >a/more.csv
}

# opens FILE [OPTION...]: its keys.csv comes out as it went in, from the file
# and from a pipe
opens() {
	local file=$1
	shift
	bundle-open "$@" "$file" | tar -xO "${member:-keys.csv}" | cmp - keys.csv
	cat "$file" | bundle-open -n "$file" "$@" | tar -xO "${member:-keys.csv}" | cmp - keys.csv
}

@test "a plain file is one member named after it" {
	opens keys.csv
	run -0 --separate-stderr bash -c 'bundle-open keys.csv | tar -t'
	[ "$output" = $'keys.csv\n@end' ]
}

@test "zip, 7z, and tar in every compression open, from a file and a pipe" {
	zip -q zip.zip keys.csv a/more.csv
	7z a -bso0 7z.7z keys.csv a/more.csv
	7z a -bso0 -tzip 7z.zip keys.csv
	7z a -bso0 -mx=9 -m0=ppmd ppmd.7z keys.csv
	bsdtar -a -cf bsdtar.zip keys.csv
	bsdtar -a -cf bsdtar.7z keys.csv
	bsdtar -cf pax.tar --format pax keys.csv a
	bsdtar -czf bsdtar.tgz --format ustar keys.csv
	tar -cf gnu.tar keys.csv a
	tar -czf tar.gz keys.csv
	tar -cjf tar.bz2 keys.csv
	tar -cJf tar.xz keys.csv
	tar --zstd -cf tar.zst keys.csv
	for file in zip.zip 7z.7z 7z.zip ppmd.7z bsdtar.zip bsdtar.7z pax.tar \
		bsdtar.tgz gnu.tar tar.gz tar.bz2 tar.xz tar.zst; do
		echo "$file"
		opens "$file"
	done
}
