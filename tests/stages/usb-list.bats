load usb

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	usb_setup
	truncate -s 32M stick.img
}

@test "a stick is one line: serial, size, blocks, names, what it holds" {
	run -0 --separate-stderr with stick.img,log=log -- usb-list
	[ "$output" = $'0123456789AB\t33.5 MB\t512\trw\tExample Memdisk\tempty\tready' ]
	[ -z "$stderr" ]
	[ "$(logged driver)" = yes ]
	[ "$(logged written)" = 0 ]
}

@test "JSON has the same and more" {
	with stick.img,serial='A"B' -- usb-list --json >list.json
	[ "$(jq -r '.[0] | [.name, .serial, .port, .vendor_id, .product_id, .speed, .size, .block, .removable, .write_protected, .layout, .refused] | @tsv' list.json)" = \
		$'A"B\tA"B\t@1-1\t1234\t5678\t480\t33554432\t512\ttrue\tfalse\tempty\t' ]
	report-schema usb-list >schema.json
	/usr/bin/python3 "$AMT_TEST_ROOT/tests/peer/validate.py" schema.json list.json
	# No stick is an empty list.
	[ "$(with -- usb-list --json | jq -c .)" = '[]' ]
}

@test "CSV has the columns of the JSON" {
	with stick.img,serial==AB -- usb-list --csv >list.csv
	with stick.img,serial==AB -- usb-list --json >list.json
	[ "$(head -n 1 list.csv)" = "$(jq -r '.[0] | keys_unsorted | join(",")' list.json)" ]
	[ "$(tail -n +2 list.csv)" = \
		"'=AB,'=AB,'@1-1,Example,Memdisk,1234,5678,480,,33554432,512,yes,no,empty,," ]
	[ "$(with -- usb-list --csv | wc -l)" = 1 ]
}

@test "no stick is said, and no mistake" {
	run -0 --separate-stderr with -- usb-list
	[ -z "$output" ]
	[ "$stderr" = "usb-list: no stick: none is plugged in" ]
}

@test "what a stick holds is told in short" {
	mkfs.fat -F 16 stick.img >/dev/null
	run -0 with stick.img -- usb-list
	[[ "$output" == *$'\tFAT16\tready' ]]
	truncate -s 0 stick.img
	truncate -s 40M stick.img
	printf 'label: dos\nstart=2048, size=4096, type=83\nstart=8192, type=b\n' | sfdisk -q stick.img
	mkfs.fat -F 32 -s 1 --offset 8192 stick.img $((35 << 10)) >/dev/null 2>&1
	run -0 with stick.img -- usb-list
	[[ "$output" == *$'\tMBR: Linux, FAT32\tready' ]]
	echo 'label: gpt' | sfdisk -q stick.img
	run -0 with stick.img -- usb-list
	[[ "$output" == *$'\tGPT\tready' ]]
}

@test "several sticks are listed by name, each with why it would be refused" {
	for i in a b c d; do truncate -s 32M $i.img; done
	run -0 with a.img,serial=D,fixed b.img,serial=C,protected \
		c.img,serial=B,nomedium d.img,noserial,capacity=134217729 -- usb-list
	cat >want <<-'END'
		@1-4	68.7 GB	512	rw	Example Memdisk	empty	refused: it is larger than 64 GB
		B	?	0	rw	Example Memdisk	?	refused: no medium (sense 2/3a/00)
		C	33.5 MB	512	ro	Example Memdisk	empty	refused: it is write protected
		D	33.5 MB	512	rw	Example Memdisk	empty	refused: it is not removable
	END
	# A stick without a serial of USB's may have one of SCSI's.
	diff <(sed 's/^@1-4/0123456789AB/' want | sort) <(sort <<<"$output")
	run -0 with d.img,capacity=134217729 -- usb-list --large
	[[ "$output" == *ready ]]
	run -0 with d.img,capacity=134217728 -- usb-list
	[[ "$output" == *$'\t68.7 GB\t'*ready ]]
}

@test "sticks that start slowly, want attention or trip over commands are listed" {
	for words in attention=1 attention=6 starting=2 stall:1 stall:3 stallcsw:1 \
		stallcsw:2 stallcbw:1 stallcbw:4 tag:2 signature:3 phase:2 short:1 zerocsw:1; do
		run -0 with "stick.img,log=log,$words" -- usb-list
		[[ "$output" == *ready ]]
		[ "$(logged driver)" = yes ]
	done
}

@test "a stick that never makes sense is refused and given back" {
	for words in tag:1+ signature:1+ phase:1+ stallcbw:1+ short:1+; do
		run -0 with "stick.img,log=log,$words" -- usb-list
		[[ "$output" == *"refused: it breaks the protocol: "* ]]
		[ "$(logged driver)" = yes ]
	done
	run -0 with stick.img,gone:2 -- usb-list
	[[ "$output" == *"refused: unplugged" ]]
	run -0 with stick.img,log=log,hang:1+ -- usb-list -t 1
	[[ "$output" == *"refused: no answer in time" ]]
	[ "$(logged driver)" = yes ]
}

@test "blocks of 4,096 bytes and more than 2 TiB are counted" {
	run -0 with stick.img,block=4096 -- usb-list
	[[ "$output" == *$'\t33.5 MB\t4096\t'* ]]
	run -0 with stick.img,capacity=8589934592 -- usb-list --large
	[[ "$output" == *$'\t4.3 TB\t512\t'*ready ]]
}

@test "names cannot play tricks on a terminal" {
	run -0 with "stick.img,serial=$(printf 'a\033[2Jb')" -- usb-list
	[[ "$output" == 'a\x1b[2Jb'$'\t'* ]]
}

@test "an output that fails and wrong usage are told" {
	run -74 --separate-stderr with stick.img,log=log -- sh -c 'usb-list >/dev/full'
	[ "$stderr" = "usb-list: standard output: No space left on device" ]
	[ "$(logged driver)" = yes ]
	run -64 usb-list -x
	run -64 usb-list stick.img
	run -64 usb-list -t 0
	run -64 usb-list -t 601
}
