# shellcheck shell=bash disable=SC2154 # run sets status, output and stderr
# "-o -" in every command and program that has -o: standard output, or refused
# with the reason, and never a file of that name.
load common
load ../stages/certs
load ../stages/usb

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	samples=$AMT_TEST_BUILD/samples
	amt-init -d site >/dev/null
	keys-make -b lab7 -n 3 | store-load -d site
	cp "$samples/stick/v2.bin" .
	noise stick.img 6M
	fatimage-make -s 5 -o image v2.bin
	dd if=image of=stick.img conv=notrunc status=none
	store-dump -d site -k keys -r >keys
	handed >handed
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	samples=$AMT_TEST_BUILD/samples
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$BATS_FILE_TMPDIR"/* .
	export AMT_SITE=$PWD/site
	shown=uuid,fqdn,port,tls,user,password,left_out
}

handed() {
	printf '@handover/1\tuuid\tfqdn\tfirmware\tstate\treason\tover_tls\tleaf\tadmin\n'
	printf '10000001-0000-4000-8000-000000000000\tpc-1.example.com\t16.1.25\tverified\t\t1\t\tSecret-1\n@end\t1\t0\n'
}

# goes FIRST COMMAND...: there alone, beginning with the line FIRST, and the
# command's own words elsewhere
goes() {
	local first=$1 got
	shift
	"$@" -o - >out 2>err 3<<<secret || { echo "$*: $?"; cat err; return 1; }
	got=$(head -n 1 out | tr -d '\0')
	# shellcheck disable=SC2053 # a pattern
	[[ "$got" == $first && -s out && ! -e - ]] || { echo "$*: $got"; return 1; }
	! grep -aE '^what to do|left out: [0-9]|^root "|^CA "' out || return
	seen_add "$@"
}

# never REASON COMMAND...: neither there nor into a file
never() {
	local reason=$1
	shift
	"$@" -o - >out 2>err </dev/null && status=0 || status=$?
	[ "$status" = 64 ] && [ ! -s out ] && [ ! -e - ] && grep -qF -- "$reason" err ||
		{ echo "$*: $status"; cat err; return 1; }
	seen_add "$@"
}

# word COMMAND...: what -o has is no file's name
word() {
	"$@" -o - >out 2>err && [ ! -e - ] || { echo "$*"; cat err; return 1; }
	seen_add "$@"
}

seen_add() {
	case $1 in env) shift 2 ;; with) shift 3 ;; esac
	echo "$1" >>seen
}

to_stdout() {
	local pem='-----BEGIN'
	key root-A 2048
	root root-A "House root" sha256
	cert-ca -d site add root-A.key root-A.pem >/dev/null
	goes "$pem X509 CRL-----" cert-crl -d site
	goes "$pem X509 CRL-----" amt-cert crl
	key leaf 2048
	issue console leaf root-A sha256 /CN=console.example.com 700 \
		extendedKeyUsage=clientAuth,2.16.840.1.113741.1.2.1
	cert-console -d site add leaf.key console.pem root-A.pem >/dev/null
	goes '*' cert-console -d site export -p 3
	openssl pkcs12 -in out -passin pass:secret -nodes 2>/dev/null | grep -q 'BEGIN PRIVATE KEY'
	goes "$pem CERTIFICATE-----" cert-ca -d site export
	cmp out root-A.pem
	goes "$pem CERTIFICATE REQUEST-----" cert-request -d site --cn prov.example.com
	goes "$pem CERTIFICATE-----" cert-root -d site --cn "Lab root" --name prov.example.com
	grep -q '^root "Lab root": new' err

	goes '*' fatimage-make -s 5 v2.bin
	fatimage-read out | cmp - v2.bin
	goes '*' with stick.img -- usb-read
	fatimage-read out | cmp - v2.bin
	goes '*' stick-wipe <image
	[ "$(stat -c %s out)" = "$(stat -c %s image)" ]
	goes '<!DOCTYPE html>' stick-labels "$samples/stick/sticks.tsv"

	goes 'PK*' keys-pack keys
	goes "@devices/*" store-dump -d site
	goes "$shown" handover -t csv handed
	grep -qx 'standard output: 1 machines; left out: 0' err
	[ "$(grep -c Secret-1 out)" = 1 ]
	goes "$shown" amt-handover --to csv
	goes '*' report "$samples/report/devices.tsv"
	goes 'amtbatch report, *' amt-report
	[ ! -e site/reports/report.txt ]
	goes "pid,*" amt-report --keys
	goes "# HELP *" env AMT_SITE=site sh -c 'amt-check --server 127.0.0.1:1 --prometheus "$@" || [ $? -le 2 ]' amt-check
	echo amt-check >>seen
}

refused() {
	never "a backup is a folder" amt-backup
	never "a backup is a folder" site-backup -d site
	never "this makes a folder" site-open -d site
	never "the reports go to a folder" amt-sweep
	never "results go there in any case" sweep -t 5
	never "a receipt is several files" receipt -b lab7 -s x "$samples/receipt/lab7.findings"
	never "once their file is in place" amt-export -b lab7 -n 1 --format zip
	never "once their image is in place" amt-sticks -b lab7 -n 1
	never "not an absolute path" store-sticks -d site -b lab7 -n 1 -p site/profile.xml
	[ "$(sql 'SELECT count(*) FROM keys WHERE state = 0')" = 3 ]
}

@test "-o - is standard output, or refused with the reason, and never a file" {
	to_stdout
	refused
	word keys-make -b lab7 -n 1
	word keys-parse -b lab7 "$samples/keys/lab7.csv"
	word sweep-summary "$samples/report/devices.tsv"
	# Each that has -o, by its own help.
	(cd "$AMT_TEST_BUILD/share/amtbatch/help" && grep -lE '^  (.*, )?-o ' -- *) >have
	sort -u seen | grep -vx sh | diff have -
}

# refuses COMMAND: with a terminal for standard output
refuses() {
	run script -qec "$*" /dev/null </dev/null
	[ "$status" != 0 ] && [[ "$output" = *"terminal"* && ! -e - ]] || { echo "$*"; return 1; }
}

@test "what is secret or binary does not go to a terminal" {
	refuses handover -t csv -o - handed
	[[ "$output" != *Secret-1* ]]
	refuses amt-handover --to csv -o -
	refuses site-backup -d site -k -
	refuses amt-report --passwords -
	refuses keys-pack -o - keys
	refuses fatimage-make -o - v2.bin
	refuses "stick-wipe -o - <image"
	refuses usb-read -o -
	# To a pipe they go, and nothing else with them.
	[ "$(amt-backup --key - | cmp - site/site.key && echo same)" = same ]
	[ "$(amt-report --passwords -)" = "uuid,fqdn,password" ]
	run -64 report -P - -M - </dev/null
	run -64 amt-report --passwords - -o -
}
