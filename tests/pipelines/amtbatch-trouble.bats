#!/usr/bin/env bats
# amtbatch-trouble(7): from what somebody sees to a code, its cause, its remedy.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	page=$AMT_TEST_ROOT/bin/amtbatch-trouble.7
}

# rows: symptom, code, cause and remedy of each row of the page, between tabs
rows() {
	awk '/^\.Ss "At the PC"/ { exit }
		/^\.It "/ { symptom = $0; sub(/^\.It "/, "", symptom); sub(/"$/, "", symptom); inside = 0; next }
		/^\.It Li / { if (inside) print row; row = symptom "\t" $3 "\t"; gap = ""; inside = 1; next }
		/^\.El/ && inside { print row; inside = 0; next }
		/^\.br/ && inside { next }
		inside { if (sub(/^\\\(-> /, "")) { row = row "\t"; gap = "" }
			row = row gap $0; gap = " " }' "$page"
}

@test "each row of the page has all cells, and they are what amt-explain says" {
	rows >rows
	[ "$(wc -l <rows)" -ge 130 ]
	while IFS=$'\t' read -r symptom code cause remedy; do
		[[ -n "$symptom" && -n "$cause" && -n "$remedy" ]] || { echo "$symptom: $code: a cell is empty"; false; }
		said=$(amt-explain "$code" | sed '1d;$d' | tr '\n' ' ' | sed 's/   */ /g; s/^ //; s/ $//')
		[ "$cause -> $remedy" = "$said" ] || { echo "$symptom: $code: the page has \"$cause -> $remedy\", amt-explain says \"$said\""; false; }
	done <rows
}

@test "each symptom leads to a code, and none is there twice" {
	rows | cut -f 1 | sort -u >led
	sed '/^\.Ss "At the PC"/,$d' "$page" | sed -n 's/^\.It "\(.*\)"$/\1/p' | sort | diff led -
	[ "$(rows | cut -f 1,2 | sort | uniq -d)" = "" ]
}

@test "each code that asks somebody to do something is led to by a symptom" {
	rows | cut -f 2 | sort -u >led
	amt-explain | cut -d ' ' -f 1 | while read -r code; do
		amt-explain "$code" | tail -n 1 | grep -qx '  No action needed\.' || echo "$code"
	done | sort >asked
	[ "$(wc -l <asked)" -ge 100 ]
	[ "$(comm -13 led asked)" = "" ] || { echo "amtbatch-trouble.7 has no symptom for: $(comm -13 led asked | xargs)"; false; }
}

# What setup servers of old and the tools of today were asked about most.
@test "what people saw and reported leads to the code of its cause" {
	while IFS='|' read -r words codes; do
		rows | grep -iE "^[^	]*($words)" | cut -f 2 >led || { echo "no symptom has: $words"; false; }
		for code in $codes; do
			grep -qx "$code" led || { echo "$words: does not lead to $code"; false; }
		done
	done <<-'END'
		missing from the report|HELLO-NONE DNS-NONE
		No mapping for the PID|KEY-UNKNOWN KEY-USED
		list was growing|LISTENER-SILENT LISTENER-TROUBLE
		No machine appears|LISTENER-NONE PORT-CLOSED DNS-NONE
		never gets its name|MAP-NONE MAP-AMBIGUOUS MAP-STALE
		All of them wait|CONF-INVALID SWEEP-LATE
		program that gives names|PROPS-EXIT PROPS-TIMEOUT
		address has changed|WINDOW-CLOSED CONNECT-TIMEOUT
		Setup with a certificate fails|CERT-REFUSED CERT-NAME CERT-NO-ROOT
		exported with its key|SITE-CERT-NONE
		not authorised|SITE-DENIED
		no connection, no site|SITE-NONE STORE-LOCKED
		installation fails|SITE-OWNER
		ignores the USB stick|HELLO-NONE KEY-UNKNOWN
		server has a new name|DNS-OTHER
		Two databases|STORE-FOREIGN KEY-FILE-OTHER
		until somebody activates it|HELLO-NONE
		set up already|ALREADY-SET-UP STATE-UNEXPECTED
		with older machines and not with newer|CERT-SHA1 CERT-KEY-SIZE
		overwrite each other|UUID-BAD UUID-SHARED
		wrong name, or none|MAP-CHANGED
		KVM or redirection|DRIFT
		TLS handshake|TLS-FAILED
		by half|VERIFY-FAILED
	END
}

@test "what to look at on the PC is in the page" {
	sed -n '/^\.Ss "At the PC"/,$p' "$page" >client
	for what in 'ipconfig /all' 'option 15' 'nslookup ProvisionServer' '9971' 'system-uuid' 'tcpdump' 'MEBx'; do
		grep -qF "$what" client || { echo "lacks $what"; false; }
	done
}
