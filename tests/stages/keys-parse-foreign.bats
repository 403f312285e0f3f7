# Lists as others write them: what is taken, and what no list hides behind.
bats_require_minimum_version 1.5.0

pid=0000-037M
pps=NKLD-G5DC-RRNQ-E9YZ-ZIJL-7LFL-VJED-69XJ

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# The keys of standard output without @lines: pid, passwords, state and note.
keys() {
	sed '/^@/d' <<<"$output" | cut -f 1,3,4,7,8
}

@test "a setup.bin's passwords are held to the MEBx's rules, record by record" {
	printf 'pid,pps,new password\n%s,%s,P@ssw0rd\nABCDEFG8,%s,Good-w0rd\n' \
		$pid $pps $pps >two.csv
	keys-parse -b lab7 two.csv | setupbin-make >good.bin
	LC_ALL=C sed 's/P@ssw0rd/password/' good.bin >weak.bin
	run -0 keys-parse -b lab7 good.bin
	run -65 --separate-stderr keys-parse -b lab7 weak.bin
	[[ "$stderr" == "keys-parse: weak.bin:512: record 1: PID 0000037M: new MEBx password "* ]]
	[ "$(keys)" = $'ABCDEFG8\tadmin\tGood-w0rd\tnew\t' ]
	[ -n "$AMT_VECTORS" ] || return 0
	run -65 --separate-stderr keys-parse -b lab7 "$AMT_VECTORS/setupbin/v2-utf8-password.bin"
	[[ "$stderr" == *"new MEBx password has a character that is not printable ASCII" ]]
}
