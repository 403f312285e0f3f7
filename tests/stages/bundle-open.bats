#!/usr/bin/env bats
# Containers made by zip, 7z, bsdtar and tar, and what hostile ones come to.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
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

@test "a container in a container opens, one more is refused" {
	zip -q inner.zip keys.csv
	7z a -bso0 inner.7z keys.csv
	tar -czf outer.tgz inner.zip inner.7z
	member=inner.7z/keys.csv opens outer.tgz
	member=inner.zip/keys.csv opens outer.tgz
	zip -q third.zip outer.tgz
	run -65 --separate-stderr bash -c 'bundle-open third.zip >third.tar'
	[[ "$stderr" = "bundle-open: third.zip: outer.tgz/inner.zip: container in a container in a container"* ]]
	run ! grep -q @end third.tar
}

@test "zip with ZipCrypto and with AES takes its password from a descriptor" {
	# Of all passwords one in 256 fits the one byte that ZipCrypto compares; the
	# file is made anew then, and has other random bytes.
	for _ in 1 2 3 4; do
		rm -f crypto.zip
		zip -qP secret crypto.zip keys.csv
		! bundle-open -p 3 crypto.zip 3<<<wrong 2>&1 >out | grep -q 'Incorrect passphrase' || break
	done
	7z a -bso0 -tzip -psecret -mem=AES256 aes.zip keys.csv
	for file in crypto.zip aes.zip; do
		bundle-open -p 3 $file 3<<<secret | tar -xO keys.csv | cmp - keys.csv
		run -65 bash -c "bundle-open -p 3 $file 3<<<wrong | cat >out; exit \${PIPESTATUS[0]}"
		[[ "$output" = "bundle-open: $file: keys.csv: Incorrect passphrase" ]]
	done
}

# refused FILE WHY: whole, in 64 MB, and nothing is taken for complete
refused() {
	local peak
	run -65 bash -c "command time -o peak -f %M bundle-open '$1' 2>&1 >out"
	[[ "$output" = "bundle-open: $1: "*"$2"* ]]
	run ! grep -q @end out
	peak=$(tail -n 1 peak)
	[[ "$AMT_TEST_BUILD" = *asan* ]] || [ "$peak" -le 65536 ]
}

@test "hostile names and links are refused by name" {
	ln -s /etc/passwd link.csv
	tar -cf link.tar keys.csv link.csv
	refused link.tar "link.csv: is a symbolic link"
	ln keys.csv hard.csv
	tar -cf hard.tar keys.csv hard.csv
	refused hard.tar "is a link"
	tar -cf slip.tar --transform 's,^keys,a/../../keys,' keys.csv
	refused slip.tar 'a/../../keys.csv: name has ".."'
	tar -cPf root.tar --transform 's,^keys,/tmp/keys,' keys.csv
	refused root.tar "/tmp/keys.csv: name is an absolute path"
	zip -q slip.zip keys.csv
	sed -i 's,keys.csv,../k.csv,g' slip.zip
	refused slip.zip 'name has ".."'
	mkfifo pipe
	tar -cf pipe.tar pipe
	refused pipe.tar "pipe: is no file"
	tar -cf long.tar --transform "s,^keys,$(printf 'x%.0s' {1..252})," keys.csv
	refused long.tar "name is longer than 255 bytes"
}

@test "bombs, too many members and cut containers are refused" {
	head -c 30000000 /dev/zero >zeros
	zip -q bomb.zip zeros
	refused bomb.zip "zeros: unpacks to more than 100 times its size"
	zip -q nested.zip bomb.zip
	refused nested.zip "unpacks to more than 100 times its size"
	tar -cJf bomb.tar.xz zeros
	refused bomb.tar.xz "unpacks to more than 100 times its size"
	mkdir many
	(cd many && touch {1..1001})
	tar -cf many.tar many
	refused many.tar "more than 1000 members"
	for kind in zip 7z tar tar.gz tar.xz; do
		bsdtar -a -cf whole.$kind keys.csv a/more.csv
		head -c $(($(stat -c %s whole.$kind) * 2 / 5)) whole.$kind >cut.$kind
		refused cut.$kind ""
	done
}

@test "what asks for gigabytes to be unpacked is refused, the strongest usual settings are not" {
	[[ "$AMT_TEST_BUILD" != *asan* ]] || skip "the sanitizer maps more than the limit"
	tar -cf keys.tar keys.csv
	xz --lzma2=preset=0,dict=1GiB -c keys.tar >greedy.tar.xz
	refused greedy.tar.xz "memory"
	7z a -bso0 -mx=9 ultra.7z keys.csv
	opens ultra.7z
	xz -9e -k keys.tar
	opens keys.tar.xz
	zstd -q --ultra -22 --long=27 keys.tar
	opens keys.tar.zst
}

@test "no file is opened but the one named" {
	[[ "$AMT_TEST_BUILD" != *asan* ]] || skip "the sanitizer opens files of its own"
	strace -o trace true 2>/dev/null || skip "strace cannot run here"
	zip -q zip.zip keys.csv a/more.csv
	strace -f -e trace=open,openat,creat,mkdir,rename -o trace bundle-open zip.zip >out
	# O_PATH opens no file: confine names it to the kernel.
	grep -v O_PATH trace | sed -n '/"zip.zip"/,$p' >after
	[ "$(grep -cE '^[0-9]+ +(open|openat|creat|mkdir|rename)\(' after)" = 1 ]
	run ! grep -E 'O_(CREAT|WRONLY)' trace
}

@test "an empty input and an output that cannot be written are errors" {
	run -65 --separate-stderr bash -c ': | bundle-open >out'
	[ "$stderr" = "bundle-open: <stdin>: there is no file in it" ]
	run -74 bash -c 'bundle-open keys.csv >/dev/full'
}

@test "the end of what several runs wrote is written alone, once all was complete" {
	run -0 bash -c '{ bundle-open -c keys.csv; bundle-open -e; } | tar -ti'
	[ "$output" = $'keys.csv\n@end' ]
	run -64 bundle-open -e keys.csv
	run -64 bundle-open -ce
}
