# A machine that a job has given a password, while the profile gets another.
load keep

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	keep_heard '<admin-password><fixed>Another*2031</fixed></admin-password>'
	[ "$(columns admin_next)" = 'Another*2031' ]
}

@test "one that may have committed with it is set up with it, then it gets the other" {
	result 1 reached '' realm=Digest:0123 firmware=9.5.61
	# Its sweep was killed: what became of the commit, nobody saw.
	later 60
	profile '<admin-password><fixed>Another*2032</fixed></admin-password>'
	plan --take-over
	[ "$(columns wish admin_next)" = 'set-up|Another*2031' ]
	# Again, and with a profile that wants random ones.
	result 2 failed CONNECT-TIMEOUT
	later 86400
	profile '<admin-password><random/></admin-password>'
	sql "UPDATE callers SET last_heard = $SOURCE_DATE_EPOCH"
	plan
	[ "$(columns wish admin_next)" = 'set-up|Another*2031' ]
	profile '<admin-password><fixed>Another*2032</fixed></admin-password>'
	plan --take-over
	[ "$(columns wish admin_next)" = 'set-up|Another*2031' ]
	result 4 reached '' realm=Digest:0123
	result 4 admin-set,committed,verified
	plan
	[ "$(columns wish admin_now admin_next)" = 'keep|Another*2031|Another*2032' ]
	result 5 admin-set,in-order
	plan
	[ "$(columns wish)" = '' ]
}

@test "one that the profile has again is no reason for another visit" {
	result 1 reached '' realm=Digest:0123 firmware=9.5.61
	profile '<admin-password><fixed>Another*2032</fixed></admin-password>'
	plan --take-over
	profile '<admin-password><fixed>Another*2031</fixed></admin-password>'
	plan --take-over
	result 3 reached '' realm=Digest:0123
	result 3 admin-set,committed,verified
	plan
	[ "$(columns wish)" = '' ]
}

@test "one that was not reached gets the other at once" {
	result 1 failed CONNECT-TIMEOUT
	later 86400
	profile '<admin-password><fixed>Another*2032</fixed></admin-password>'
	sql "UPDATE callers SET last_heard = $SOURCE_DATE_EPOCH"
	plan
	[ "$(columns wish admin_next)" = 'set-up|Another*2032' ]
}
