#!/usr/bin/env bats
# Kinds of file that people give in place of what is read, and what they are
# told: the same table for every reader.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	samples=$AMT_TEST_BUILD/samples
	AMT_SITE=$BATS_TEST_TMPDIR/site
	export AMT_SITE
}

# office NAME: a zip as Office writes it.
office() {
	mkdir -p parts/xl parts/_rels
	echo '<?xml version="1.0"?><Types/>' >'parts/[Content_Types].xml'
	echo '<?xml version="1.0"?><workbook/>' >parts/xl/workbook.xml
	(cd parts && zip -q -X - '[Content_Types].xml' xl/workbook.xml) >"$1"
}

opendocument() {
	mkdir -p odf
	printf application/vnd.oasis.opendocument.spreadsheet >odf/mimetype
	echo '<?xml version="1.0"?><x/>' >odf/content.xml
	(cd odf && zip -q -X -0 - mimetype content.xml) >"$1"
}

# kinds: files of each kind below in this folder, and what is said of them.
kinds() {
	office list.xlsx
	opendocument list.ods
	printf '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1%0504d' 0 >list.xls
	printf '%%PDF-1.7\n' >list.pdf
	printf '[\n  {"uuid": "x"}\n]\n' >list.json
	printf '\n<!DOCTYPE html><table></table>\n' >list.html
	printf 'Rar!\x1a\7\1\0abc' >list.rar
	printf 'MSCF\0\0\0\0abc' >list.cab
	printf '\x85\1\x0c\3\1\2\3\4\5\6\7\10\4\0\xa5\xa5' >list.gpg
	printf -- '-----BEGIN PGP MESSAGE-----\n\nabc\n' >list.asc
	printf 'Received: from a.example\r\nFrom: a@a.example\r\nSubject: keys\r\nMIME-Version: 1.0\r\n\r\nabc\r\n' >list.eml
	printf '\x89PNG\r\n\x1a\nabc' >list.png
	cat >said <<-'END'
		list.xlsx: is an Office document (.xlsx): open it and save the table as CSV UTF-8
		list.ods: is an OpenDocument file (.ods): open it and save the table as CSV UTF-8
		list.xls: is an Office document (.xls, .doc, .msg): open it and save the table as CSV UTF-8
		list.pdf: is a PDF: ask whoever sent it for the list as CSV
		list.json: is JSON: export the same as CSV
		list.html: is a web page (HTML): open it and save the table as CSV UTF-8
		list.rar: is packed (.rar): unpack it, and give the file that is in it
		list.cab: is packed (.cab): unpack it, and give the file that is in it (cabextract)
		list.gpg: is encrypted or signed with OpenPGP: decrypt it with gpg --decrypt, and give what comes out
		list.asc: is encrypted or signed with OpenPGP: decrypt it with gpg --decrypt, and give what comes out
		list.eml: is a mail: save its attachment, and give that file
		list.png: is a picture: ask whoever sent it for the list as CSV
	END
}

@test "an inventory in another kind of file is named with what to do" {
	kinds
	while IFS= read -r line; do
		run -65 --separate-stderr amt-map -n "${line%%: *}"
		[ "$stderr" = "map-parse: $line" ]
	done <said
	for pack in gzip bzip2 xz zstd; do
		$pack -c "$samples/map/one.csv" >packed
		run -65 --separate-stderr amt-map -n packed
		[ "$stderr" = "map-parse: packed: is compressed ($pack): unpack it, and give the file that is in it" ]
	done
	zip -q -X - -j "$samples/map/one.csv" >packed
	run -65 --separate-stderr amt-map -n packed
	[ "$stderr" = "map-parse: packed: is a zip: unpack it, and give the file that is in it" ]
	# A row may begin with a UUID in braces.
	printf '{6513270e-269e-4d37-b2a7-4de452e6b438},pc-0001.lab7.example.com\n' >braces.csv
	run -0 amt-map -n braces.csv
}

@test "a key list in another kind of file is named with what to do, and nothing is stored" {
	kinds
	amt-init >/dev/null
	while IFS= read -r line; do
		run -65 --separate-stderr amt-import -b lab7 "${line%%: *}"
		# cms-open names a mail, with what is attached to it.
		case $line in
		list.eml*) [[ "$stderr" = *"cms-open: list.eml: is a mail: save "* ]] ;;
		*) [[ "$stderr" = *"keys-parse: $line"* ]] ;;
		esac
	done <said
	echo '{"devices": []}' >list.json
	run -65 --separate-stderr amt-import -b lab7 list.json
	[[ "$stderr" = *"keys-parse: list.json: is JSON: export the same as CSV"* ]]
	[ "$(store-dump -d site -k keys | grep -c LAB7)" = 0 ]
	# What is packed in a way that we know is opened; in it, each is named.
	zip -q -X outer.zip list.xlsx list.rar
	run -65 --separate-stderr amt-import -b lab7 outer.zip
	[[ "$stderr" = *"outer.zip:list.xlsx: notice: skipped: an Office document (.xlsx): open it and save the table as CSV UTF-8"* ]]
	[[ "$stderr" = *"outer.zip:list.rar: notice: skipped: packed (.rar): unpack it, and give the file that is in it"* ]]
}

@test "lists of machines and of PIDs in another kind of file are named, too" {
	kinds
	amt-init >/dev/null
	while IFS= read -r line; do
		run -65 --separate-stderr keys-revoke "${line%%: *}"
		[ "$stderr" = "keys-revoke: $line" ]
		run -65 --separate-stderr setupbin-make --csv "${line%%: *}" "$samples/stick/keys.tsv"
		[[ "$stderr" = "setupbin-make: $line"* ]]
	done <said
}

@test "a capture in another form is named with what to do" {
	printf 'snoop\0\0\0\0\0\0\2\0\0\0\4' >a.snoop
	run -65 --separate-stderr hello-dump a.snoop
	[ "$stderr" = "hello-dump: a.snoop: is a capture of snoop: convert it with editcap -F pcap" ]
	printf 'GMBU\0\2\1\0' >a.cap
	run -65 --separate-stderr hello-dump a.cap
	[ "$stderr" = "hello-dump: a.cap: is a capture of Network Monitor: convert it with editcap -F pcap" ]
	head -c 200000 /dev/urandom | bzip2 >large.bz2
	run -65 --separate-stderr hello-dump large.bz2
	[ "$stderr" = "hello-dump: large.bz2: is compressed (bzip2): unpack it, and give the file that is in it" ]
	run -0 --separate-stderr hello-dump "$samples/hello/psk.bin"
}

# put_at FILE OFFSET TEXT: TEXT as printf reads it.
put_at() {
	printf '%b' "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "a stick that is exFAT or NTFS is named with what to do, alone and in a partition" {
	for fs in exFAT NTFS; do
		case $fs in
		exFAT) start='\xeb\x76\x90EXFAT   ' ;;
		*) start='\xeb\x52\x90NTFS    ' ;;
		esac
		head -c 1048576 /dev/zero >alone.img
		put_at alone.img 0 "$start"
		put_at alone.img 510 '\x55\xaa'
		run -65 --separate-stderr fatimage-read alone.img
		[ "$stderr" = "fatimage-read: alone.img: is $fs: the firmware reads FAT only: format the stick as FAT32 (mkfs.fat) and copy setup.bin to it" ]
		head -c 1048576 /dev/zero >part.img
		put_at part.img 450 '\x07'
		put_at part.img 454 '\x08\0\0\0\x00\x04\0\0'
		put_at part.img 510 '\x55\xaa'
		put_at part.img 4096 "$start"
		for program in fatimage-read stick-dump; do
			run -65 --separate-stderr $program part.img
			[[ "$stderr" = "$program: part.img: is $fs: the firmware reads FAT only: "*" (it has MBR: $fs)" ]]
			run -65 --separate-stderr $program <part.img
			[[ "$stderr" = "$program: <stdin>: is $fs: "* ]]
		done
	done
	printf 'QFI\xfb\0\0\0\3%01024d' 0 >stick.qcow2
	run -65 --separate-stderr fatimage-read stick.qcow2
	[ "$stderr" = "fatimage-read: stick.qcow2: is a virtual machine's disk: convert it with qemu-img convert -O raw" ]
}

@test "a stick whose setup.bin has another name says what the firmware wants" {
	for name in 'setup (1).bin' setup.bin.bin 'Copy of setup.bin'; do
		rm -f stick.img
		mkfs.fat -F 16 -s 1 -C stick.img 8192 >/dev/null
		mcopy -i stick.img "$samples/stick/v2.bin" "::$name"
		run -65 --separate-stderr fatimage-read stick.img
		[[ "$stderr" = *"no SETUP.BIN in the root folder, only \"$name\": the firmware wants exactly setup.bin, so rename it on the stick" ]]
	done
	mcopy -i stick.img "$samples/stick/v2.bin" ::setup.bin
	run -0 fatimage-read stick.img
}

@test "a sealed list in Base64 without the lines of PEM is read" {
	amt-init >/dev/null
	openssl req -x509 -newkey rsa:2048 -nodes -keyout oem.key -out oem.pem -days 30 \
		-subj /CN=oem.example -addext keyUsage=digitalSignature 2>/dev/null
	cp oem.pem site/certs/partners/
	openssl cms -sign -in "$samples/keys/lab7.csv" -binary -nodetach -signer oem.pem \
		-inkey oem.key -outform DER -out list.p7m
	run -0 --separate-stderr amt-import -n -b lab7 list.p7m
	expected=${stderr//list.p7m/list.b64}
	base64 list.p7m >list.b64
	run -0 --separate-stderr amt-import -n -b lab7 list.b64
	[ "$stderr" = "$expected" ]
	base64 -w 0 list.p7m >list.b64 # one line, as some programs write it
	run -0 --separate-stderr amt-import -n -b lab7 list.b64
	[ "$stderr" = "$expected" ]
	head -c 1000 list.b64 >cut.b64
	run -65 --separate-stderr amt-import -n -b lab7 cut.b64
	[[ "$stderr" = *"cms-open: cut.b64: "* ]]
}
