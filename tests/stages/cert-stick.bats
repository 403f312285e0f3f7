# shellcheck shell=bash disable=SC2154,SC2030,SC2031
# The words for setupbin-make; what sticks have of them is in amt-sticks-root.bats.
bats_require_minimum_version 1.5.0
load certs

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	site=$BATS_TEST_TMPDIR/site
	store-init -d "$site"
}

@test "the words are a shell's, whatever the root is called" {
	cert-root -d "$site" --cn "x' \$(touch owned) \`id\` ü" --name prov.lab7.example.com -o root.pem >/dev/null
	run -0 --separate-stderr cert-stick -d "$site"
	[ "$stderr" = "" ]
	eval "set -- $output"
	[ $# = 6 ]
	[ "$1 $2 $3 $4 $5" = "--set 1/3=1 --set 2/3=lab7.example.com --set" ]
	[ "$6" = "2/8=$(sum root.pem) x \$(touch owned) \`id\` " ]
	[ ! -e owned ]
}

@test "what is expired, and what is damaged, is no root for a stick" {
	export SOURCE_DATE_EPOCH=1800000000
	cert-root -d "$site" --cn "Lab root" --name prov.lab7.example.com --days 10 >/dev/null
	cert-stick -d "$site"
	SOURCE_DATE_EPOCH=1801000000 run -65 --separate-stderr cert-stick -d "$site" -a someone
	[ "$stderr" = "someone: $site: no certificate under an own root: make one with amt-cert root, or add yours with amt-cert add" ]
	sqlite3 "$site/site.db" "UPDATE certificates SET sealed = zeroblob(800) WHERE server_key IS NULL"
	run -65 --separate-stderr cert-stick -d "$site"
	[[ "$stderr" == *"certificates that are damaged: 1; put the site back"* ]]
	[ "$output" = "" ]
}

@test "three roots fit, a fourth does not" {
	for n in 1 2 3; do
		cert-root -d "$site" --cn "Root $n" --name prov.lab7.example.com >/dev/null
	done
	run -0 cert-stick -d "$site"
	[ "$(grep -o "2/8=sha256:[0-9a-f]* Root [123]'" <<<"$output" | wc -l)" = 3 ]
	cert-root -d "$site" --cn "Root 4" --name prov.lab7.example.com >/dev/null
	run -65 --separate-stderr cert-stick -d "$site"
	[[ "$stderr" == *": more own roots than a machine has places for (expected at most 3)"* ]]
	run -64 cert-stick -d "$site" --suffix lab7
	run -64 cert-stick
}
