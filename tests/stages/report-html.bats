#!/usr/bin/env bats
# once
bats_require_minimum_version 1.5.0
# report.html, read by tidy and in headless Chromium.  Pictures of it are in
# build/.../shots afterwards.

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	export SOURCE_DATE_EPOCH=1795357200   # 2026-11-22 14:20 UTC
	samples=$PWD/report
	shots=$AMT_TEST_BUILD/shots
	mkdir -p "$shots"
	cd "$BATS_TEST_TMPDIR"
}

batches=$'@batches/1\tbatch\tnew\tissued\tconsumed\tseen\tused\trevoked\n@end\t0\t0'

# browse [OPTION ...] ORDER...: report.html in a browser; each order is a line
browse() {
	local options=()
	while [[ $1 == -* ]]; do
		options+=("$1")
		shift
	done
	printf '%s\n' "$@" |
		timeout 120 python3 "$AMT_TEST_ROOT/tests/peer/browse.py" "${options[@]}" "file://$PWD/report.html"
}

# machines N: a stream of N machines
machines() {
	head -n 1 "$samples/devices.tsv"
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			state = i % 10 == 0 ? "refused\tKEY-UNKNOWN" : i % 7 == 0 ? "delayed\tCONNECT-TIMEOUT" : "verified\t"
			set_up = state ~ /verified/ ? sprintf("2026-11-%02dT10:00:00Z", 1 + i % 22) : ""
			printf "%08x-0000-4000-8000-0002b3000000\tpc-%d.example.com\t10.0.%d.%d\t%s\tLABK%04X\t%s\t\t1\t\t9.1.40\t" \
				"2026-11-20T08:00:00Z\t2026-11-22T13:00:00Z\t%s\t%d\t\n",
				i, i, i / 250, i % 250, i % 3 == 0 ? "lab8" : "lab7", i, state, set_up, i
		}
		printf "@end\t%d\t0\n", n
	}'
	echo $'@batches/1\tbatch\tnew\tissued\tconsumed\tseen\tused\trevoked'
	printf 'lab%d\t9\t2\t0\t4\t8\t0\n' 7 8
	echo $'@end\t2\t0'
}

@test "the page is valid HTML, with no machine, one, the sample's and 300" {
	for n in 0 1 300; do
		machines "$n" >"$n.tsv"
		report -o . "$n.tsv"
		run -0 --separate-stderr tidy -q -e report.html
		[ -z "$stderr" ]
		browse 'js document.title' "shot $shots/report-$n.png" >title
		grep -qx "\"amtbatch: $((n - n / 10 - n / 7 + n / 70)) of $n machines set up\"" title
	done
	report -o . "$samples/devices.tsv"
	run -0 --separate-stderr tidy -q -e report.html
	[ -z "$stderr" ]
}

@test "the policy allows the built-in script and style, by their sums, and nothing else" {
	report -o . "$samples/devices.tsv"
	policy=$(sed -n 's/.*Content-Security-Policy" content="\([^"]*\)".*/\1/p' report.html)
	for element in script style; do
		sum=$(python3 -c 'import re, sys, hashlib, base64
page = open("report.html", encoding="utf-8").read()
inside, = re.findall("<%s>(.*?)</%s>" % (sys.argv[1], sys.argv[1]), page, re.S)
print(base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode())' $element)
		[[ $policy == *"$element-src 'sha256-$sum';"* ]]
	done
	[[ $policy == "default-src 'none'; "* ]]
	run ! grep -q unsafe <<<"$policy"
	# nothing is fetched, and no attribute is a style or a script
	run ! grep -qiE '(src|href|action)="?(https?:|//)|@import|url\(|<[^>]* (style|on[a-z]+)=' report.html
}

@test "the table searches, filters and sorts, and the address keeps what was asked" {
	machines 300 >300.tsv
	report -o . 300.tsv
	said='js document.querySelector(".said").textContent'
	first='js document.querySelector("#view tbody button").textContent'
	browse "$said" "$first" 'js document.querySelectorAll("#view tbody tr").length' \
		'type #search PC-21 unknown' "$said" "$first" \
		'click .tools > button' 'pick #filter-batch lab8' "$said" \
		'pick #filter-status action' "$said" 'js location.hash' \
		'click #view thead th:nth-child(2) button' 'click #view thead th:nth-child(2) button' "$first" \
		'js [...document.querySelectorAll("#view thead th")].map(th => th.ariaSort)' >said
	diff said - <<-'END'
		"300 machines"
		"pc-1.example.com"
		100
		"1 of 300 machines"
		"pc-210.example.com"
		"100 of 300 machines"
		"10 of 300 machines"
		"#status=action+needed&batch=lab8"
		"pc-300.example.com"
		["none", "descending", "none", "none", "none", "none", "none", "none"]
	END
}

@test "pages follow each other, and totals, reasons and batches lead to their machines" {
	machines 300 >300.tsv
	report -o . 300.tsv
	said='js document.querySelector(".said").textContent'
	page='js document.querySelector(".pages span").textContent'
	browse "$page" 'click .pages button:last-child' 'click .pages button:last-child' "$page" \
		'js document.querySelector(".pages button:last-child").disabled' \
		'js document.querySelector("#view tbody tr:last-child button").textContent' \
		'click .reason[data-reason=KEY-UNKNOWN] .link' "$said" \
		'click tr[data-batch=lab7] .link' "$said" 'click .card.g-retrying .link' "$said" >said
	diff said - <<-'END'
		"1–100"
		"201–300"
		true
		"pc-300.example.com"
		"30 of 300 machines"
		"200 of 300 machines"
		"38 of 300 machines"
	END
}

@test "a machine opens by keyboard, with its remedy, its times and all that is known" {
	report -o . "$samples/devices.tsv"
	browse 'key /' 'js document.activeElement.id' 'key pc-0011' \
		'js (document.querySelector("#view tbody .open").focus(), document.activeElement.textContent)' \
		'js document.activeElement.ariaExpanded' 'key {Enter}' 'js document.activeElement.ariaExpanded' \
		'js document.querySelector(".part .remedy").textContent.startsWith("Retried automatically.")' \
		'js [...document.querySelectorAll(".part li")].map(li => li.textContent)' \
		'js document.querySelector(".part dl").innerText.includes("no answer on port 16993 in 5 s")' \
		'key {Enter}' 'js document.querySelector(".part")' >said
	diff said - <<-'END'
		"search"
		"pc-0011.example.com"
		"false"
		"true"
		true
		["2026-11-22 08:11 First heard", "2026-11-22 13:11 Last heard", "2026-11-22 14:24 Not before", "2026-11-22 17:16 Window closes"]
		true
		null
	END
}

@test "what strangers call themselves is text, and reaches no other cell" {
	names=('<script>document.title="x"</script>' '</noscript><img src=x onerror=alert(1)>' "\"'><svg onload=alert(2)>"
		'&lt;b&gt; &amp;amp;' $'pc\xE2\x80\xAEexe.moc' '<tr><td>' '<tbody>')
	{
		head -n 1 "$samples/devices.tsv"
		for i in "${!names[@]}"; do
			printf '2000000%d-0000-4000-8000-0002b3000000\t%s\t127.9.0.%d\t%s\t%s\trefused\tKEY-UNKNOWN\t%s\t1\t\t%s\t\t\t\t1\t\n' \
				"$i" "${names[i]}" "$i" "${names[i]}" "${names[i]}" "${names[i]}" "${names[i]}"
		done
		printf '@end\t%d\t0\n%s\n' "${#names[@]}" "${batches%$'\n'*}"
		printf '%s\t1\t0\t0\t0\t0\t0\n' "${names[@]}"
		printf '@end\t%d\t0\n' "${#names[@]}"
	} >hostile.tsv
	report -o . hostile.tsv
	browse 'js document.title' 'js document.querySelectorAll("img, script:not(:last-child), b:not(#overview *)").length' \
		'js [...document.querySelectorAll("#view tbody tr")].flatMap(tr => [tr.cells[0].innerText, tr.cells[2].innerText])' \
		'js [...document.querySelectorAll("tr[data-batch] th")].map(th => th.textContent).sort()' \
		'js getComputedStyle(document.querySelector("#view td")).unicodeBidi' \
		'click tr[data-batch^="<script"] .link' 'js document.querySelector(".said").textContent' \
		"shot $shots/report-hostile.png" >said
	[ "$(sed -n 1p said)" = '"amtbatch: 0 of 7 machines set up"' ]
	[ "$(sed -n 2p said)" = 0 ]
	shown=("${names[@]//$'\xE2\x80\xAE'/?}")
	[ "$(sed -n 3p said | jq -r '.[]' | sort)" = "$(printf '%s\n' "${shown[@]}" "${shown[@]}" | sort)" ]
	[ "$(sed -n 4p said | jq -r '.[]' | sort)" = "$(printf '%s\n' "${shown[@]}" | sort)" ]
	[ "$(sed -n 5p said)" = '"isolate"' ]
	[ "$(sed -n 6p said)" = '"1 of 7 machines"' ]
}

@test "without scripts every machine is in the page, with the columns of the JSON" {
	report -o . "$samples/devices.tsv"
	browse --no-script "shot $shots/report-no-script.png" >/dev/null
	python3 - <<-'END' >page
		import re, html
		page = open("report.html", encoding="utf-8").read()
		table = re.search("<noscript>(.*?)</noscript>", page, re.S).group(1)
		names = re.findall('data-name="([a-z_]+)"', table)
		print(" ".join(names))
		for line in table.split("<tbody>\n")[1].split("\n"):
		    if line.startswith("<tr><td>"):
		        print("\t".join(html.unescape(v) for v in line[8:].split("<td>")))
	END
	jq -r '.machines[0] | del(.remedy) | keys_unsorted | join(" ")' report.json >json
	jq -r '.machines[] | del(.remedy) | [.[] | if . == null then "" else tostring end] | join("\t")' report.json >>json
	diff page json
	[ "$(wc -l <page)" = 22 ]
	# what is to be done is there once, with the reason
	[ "$(grep -c 'Import the key list with this PID' report.html)" = 1 ]
}

@test "what is wrong with the report itself is said before anything else" {
	sed 's/^@end\t21\t0/@end\t21\t5/' "$samples/devices.tsv" >refused.tsv
	run -65 report -o . -c "its time <ran> out" -l no-listener refused.tsv
	grep -n '^<p class="notice">The sweep was cut short: its time &lt;ran&gt; out; ' report.html
	grep '^<p class="notice">5 of the store' report.html
	grep '<p class="notice">NO HELLOS ARE RECEIVED: ' report.html
	browse 'js document.querySelectorAll("main > .notice").length' >said
	[ "$(cat said)" = 3 ]
}

@test "days, batches and windows have their figures" {
	report -o . "$samples/devices.tsv"
	tr -d '\n' <report.html >line
	grep -q '<th scope="row">2026-11-22</th><td>2</td></tr><tr><th scope="row">2026-11-20</th><td>1</td>' line
	grep -q '<rect [^>]*><title>2026-11-20: 1</title></rect>' line
	right='.getBoundingClientRect().right'
	browse "js [...document.querySelectorAll('svg.chart text')].filter(t => t$right > t.ownerSVGElement$right).length" >said
	[ "$(cat said)" = 0 ] # no day is cut off at the edge
	grep -qE 'Stop listening within 2 hours <span>1</span>.*15:30 UTC.*Have stopped listening <span>1</span>.*14:02 UTC' line
	browse 'js [...document.querySelector("tr[data-batch=lab7]").cells].map(c => c.textContent)' \
		'js document.querySelector("tr[data-batch=lab7] svg").getAttribute("aria-label")' >said
	jq -r '[.machines[] | select(.batch == "lab7")] |
		[length, (map(select(.status != "not seen")) | length), (map(select(.status == "set up")) | length),
		(map(select(.status == "action needed")) | length)] | @tsv' report.json >counted
	[ "$(head -n 1 said | jq -r '.[2:6] | @tsv')" = "$(cat counted)" ]
	sed -n 2p said | grep -q '^"set up 3, action needed'
}

@test "certificates of machines that end within 30 days are listed, the first first" {
	{
		cat "$samples/devices.tsv"
		printf '@certificates/1\tuuid\tfqdn\tserial\tsubject\tissuer\tissued_at\tuntil\tfingerprint\tstate\trevoked_at\n'
		while read -r name until state; do
			printf '10000001-0000-4000-8000-0002b3000001\t%s\t0A\t/CN=%s\t/CN=<Lab>\t2025-12-01T00:00:00Z\t%s\tcafe\t%s\t\n' \
				"$name" "$name" "$until" "$state"
		done <<-'END'
			pc-1 2026-12-22T14:20:00Z in-use
			pc-2 2026-12-22T14:20:01Z in-use
			pc-3 2026-11-01T00:00:00Z issued
			pc-4 2026-11-30T00:00:00Z revoked
			pc-5 2026-11-30T00:00:00Z replaced
			pc-6 2026-11-30T00:00:00Z in-use
		END
		printf '@end\t6\t0\n'
	} >certificates.tsv
	report -o . certificates.tsv
	run -0 --separate-stderr tidy -q -e report.html
	[ -z "$stderr" ]
	browse 'js [...document.querySelectorAll("#certificates tbody tr")].map(tr => tr.innerText)' \
		'js document.querySelector("#certificates p").textContent' "shot $shots/report-certificates.png" >said
	[ "$(sed -n 1p said | jq -r '.[]')" = $'pc-3\t2026-11-01 00:00 UTC has ended\t/CN=<Lab>
pc-6\t2026-11-30 00:00 UTC\t/CN=<Lab>
pc-1\t2026-12-22 14:20 UTC\t/CN=<Lab>' ]
	sed -n 2p said | grep -q '^"3 of 4 end within 30 days'
	sed 's/2026-12-22T14:20:00Z/soon/' certificates.tsv >bad.tsv
	run -65 --separate-stderr report -o . bad.tsv
	[ "$stderr" = "report: bad.tsv:$(grep -n 'soon' bad.tsv | cut -d: -f1): certificate without an end" ]
}

@test "the page is dark where that is wished, and printed with all machines that fit" {
	machines 300 >300.tsv
	report -o . 300.tsv
	browse --dark "shot $shots/report-dark.png" 'js getComputedStyle(document.body).backgroundColor' \
		'pick #filter-batch lab7' 'js (dispatchEvent(new Event("beforeprint")), document.querySelectorAll("#view tbody tr").length)' \
		'js (dispatchEvent(new Event("afterprint")), document.querySelectorAll("#view tbody tr").length)' \
		"pdf $shots/report.pdf" >said
	diff said - <<-'END'
		"rgb(21, 24, 27)"
		200
		100
	END
	head -c 5 "$shots/report.pdf" | grep -q '%PDF'
	browse --size=400x800 "shot $shots/report-narrow.png" \
		'js document.documentElement.scrollWidth <= innerWidth' >said
	[ "$(cat said)" = true ]
}

# runs: 40 sweeps, one a day before today's; the last week is better
runs() {
	printf '@runs/1\trun\tbegan\tended\tplanned\tdone\tfailed\tput_off\tvisits\tdrift\tstatus\twhy\n'
	for ((day = 39; day >= 0; day--)); do
		at=$(date -u -d "@$((SOURCE_DATE_EPOCH - day * 86400 - 60))" +%Y-%m-%dT%H:%M:%SZ)
		done=$((day < 7 ? 9 : 5))
		printf '%d\t%s\t%s\t12\t%d\t%d\t2\t3\t1\t0\t%s\n' $((40 - day)) "$at" "$at" $done $((10 - done)) \
			"$([ $day != 2 ] || echo '<b onclick="x()">cut&amp;</b>')"
		printf '%d\t%s\t%s\t0\t0\t0\t0\t0\t0\t0\t\n' $((140 - day)) "$at" "$at"
	done
	printf '99\t%s\t\t\t\t\t\t\t\t\t\n@end\t81\t0\n' "$at"
}

@test "sweeps have a picture and figures, and the page says whether it gets better" {
	machines 300 >all.tsv
	runs >>all.tsv
	report -o . all.tsv
	run -0 --separate-stderr tidy -q -e report.html
	[ -z "$stderr" ]
	browse 'js document.querySelector(".trend").textContent' \
		'js document.querySelectorAll("#runs svg rect").length' \
		'js document.querySelector("#runs svg").ariaLabel' \
		'js getComputedStyle(document.querySelector("#runs rect.g-action-needed")).fill != getComputedStyle(document.querySelector("#runs rect.g-set-up")).fill' \
		'js [...document.querySelectorAll("#runs tbody tr")].length' \
		'js document.querySelectorAll("#runs tbody tr")[2].querySelectorAll("td").forEach(td => td.before(" ")) || document.querySelectorAll("#runs tbody tr")[2].textContent.trim().split(/\s+/).slice(3).join(" ")' \
		'js document.querySelector("#runs b")' "shot $shots/report-runs.png" >said
	diff said - <<-'END'
		"It is getting better. In the last 7 days 63 of 70 tries set up their machine (90 %), in the 7 days before 35 of 70 (50 %)."
		90
		"Machines of each of the last 30 sweeps: 178 set up, 122 failed; the figures are below"
		true
		30
		"12 9 1 2 3 1 <b onclick=\"x()\">cut&amp;</b>"
		null
	END
}

@test "a sweep that came to more than it was given stays within its picture" {
	machines 3 >all.tsv
	at=$(date -u -d "@$((SOURCE_DATE_EPOCH - 60))" +%Y-%m-%dT%H:%M:%SZ)
	printf '@runs/1\trun\tbegan\tended\tplanned\tdone\tfailed\tput_off\tvisits\tdrift\tstatus\twhy\n' >>all.tsv
	printf '1\t%s\t%s\t1\t50\t50\t50\t0\t0\t0\t\n@end\t1\t0\n' "$at" "$at" >>all.tsv
	report -o . all.tsv
	# From below; the line they stand on is at 130.
	[ "$(sed -n '/id="runs"/,$s/^<rect class="g-\([a-z-]*\)".* y="\([0-9]*\)".* height="\([0-9]*\)".*/\1 \2 \3/p' report.html | paste -sd ,)" = "set-up 90 40,action-needed 50 40,not-seen 10 40" ]
}
