# The whole way from a key list to set-up machines, judged by the machines.
# sanitized

load common

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

teardown() {
	children_end
}

@test "forty machines are set up, and the devices have what the store says" {
	site_of_fleet 40 -F '@factory*5' -F 'coupled*2'
	peer_start
	run -0 --separate-stderr amt-sweep -t 60 -P "$tls" -p "$plain"
	[ "$output$stderr" = "" ]
	[ "$(state_count verified)" = 40 ]
	peer_end

	# Each device: in state 2, committed once, clock set, named as mapped.
	awk -F'\t' '$4 == "final"' journal.tsv >final
	[ "$(wc -l <final)" = 40 ]
	[ "$(committed_uuids | uniq -c | awk '$1 != 1' | wc -l)" = 0 ]
	run ! grep complaint journal.tsv
	store-dump -d site -k devices --csv | tail -n +2 | cut -d, -f1,2 |
		sort >named
	awk -F'\t' '$4 == "names" { split($5, n, " "); print $3 "," n[1] "." n[2] }' \
		journal.tsv | sort >told
	diff named told

	passwords_match
}

@test "a second sweep leaves what is set up alone" {
	site_of_fleet 5
	peer_start
	amt-sweep -t 20 -P "$tls" -p "$plain"
	n=$(grep -c request journal.tsv)
	amt-sweep -t 20 -P "$tls" -p "$plain"
	[ "$(grep -c request journal.tsv)" = "$n" ]
	[ "$(state_count verified)" = 5 ]
}

@test "the reports name every machine once, with its reason and remedy" {
	site_of_fleet 12 -F @no-key -F @no-map -F @two-names -F hang-tls \
		-F auth-refuse -F wrong-pps
	peer_start
	amt-sweep -t 40 -P "$tls" -p "$plain"
	[ "$(state_count verified)" = 6 ]
	head -n 1 site/reports/report.csv | cmp - <(head -n 1 "$AMT_TEST_ROOT/samples/report/report.csv")
	[ "$(wc -l <site/reports/report.csv)" = 13 ]
	for code in KEY-UNKNOWN MAP-NONE MAP-AMBIGUOUS TLS-TIMEOUT \
		LOGIN-REFUSED TLS-KEY-REFUSED; do
		[ "$(grep -c ",$code," site/reports/report.csv)" = 1 ]
		[ "$(reason_count $code)" = 1 ]
		amt-explain $code
	done
	jq -e '.machines | length == 12' site/reports/report.json
	grep -q MAP-AMBIGUOUS site/reports/report.txt
}

@test "hellos over TCP, from the machines to a set-up fleet" {
	site_of_lists 30
	amt-hello -l 127.0.0.1:0 -t 60 -v 2>listening 3>&- &
	hello=$!
	children+=("$hello")
	for _ in {1..100}; do
		port=$(sed -n 's/.*127\.0\.0\.1:\([1-9][0-9]*\).*/\1/p' listening | head -n 1)
		[ -z "$port" ] || break
		sleep 0.05
	done
	peer_start -s "127.0.0.1:$port"
	for _ in {1..100}; do
		[ "$(state_count heard)" != 30 ] || break
		sleep 0.1
	done
	kill -TERM "$hello"
	wait "$hello"
	amt-sweep -t 30 -P "$tls" -p "$plain"
	[ "$(state_count verified)" = 30 ]
}

@test "a stick has the keys that the store marks as issued" {
	site_of_lists 30
	amt-sticks -b lab7 -n 20 -o lab7.img
	[ "$(stat -c %a lab7.img)" = 600 ]
	fatimage-read lab7.img | setupbin-dump | awk -F'\t' '!/^@/ { print $1 }' | sort >on-stick
	store-dump -d site -k keys | awk -F'\t' '$7 == "issued" { print $1 }' | sort >issued
	[ "$(wc -l <on-stick)" = 20 ]
	diff on-stick issued
	# Another stick gets other keys, and none beyond the last.
	run -73 amt-sticks -b lab7 -n 20 -o other.img
	[ ! -e other.img ]
	amt-sticks -b lab7 -n 10 -o other.img
	run -73 amt-sticks -b lab7 -n 1 -o lab7.img
	[[ $output == *"is there already"* ]]
}

@test "an image that cannot be made costs no key" {
	site_of_lists 10
	run -73 amt-sticks -b lab7 -n 10 -o no/such/folder.img
	[ "$(store-dump -d site -k keys | awk -F'\t' '$7 == "new"' | wc -l)" = 10 ]
}

@test "a file that is not there is told in one line, before anything is begun" {
	site_of_lists 3
	run -66 amt-import -b lab7 fleet/keys.csv nosuch.csv
	[ "$output" = "amt-import: nosuch.csv: no such file, or not readable" ]
	run -66 amt-map fleet
	[ "$output" = "amt-map: fleet: is a folder" ]
}
