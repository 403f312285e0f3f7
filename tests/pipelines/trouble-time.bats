# A run among machines that hang ends in time.
# timed

load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

teardown() {
	children_end
}

@test "fifty machines that hang: ends within 11 seconds with fifty true reasons" {
	site_of_fleet 50 -F 'hang-tls*20' -F 'hang-connect*15' -F 'hang-http=0*15'
	peer_start
	start=$(date +%s%N)
	run amt-sweep -t 10 -P "$tls" -p "$plain"
	took=$((($(date +%s%N) - start) / 1000000))
	echo "took $took ms"
	[ "$took" -le 11000 ]
	[ "$(reason_count TLS-TIMEOUT)" = 20 ]
	[ "$(reason_count CONNECT-TIMEOUT)" = 15 ]
	[ "$(reason_count HTTP-TIMEOUT)" = 15 ]
	[ "$(wc -l <site/reports/report.csv)" = 51 ]
}
