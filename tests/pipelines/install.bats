# What a user has after make install.

bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
}

@test "an installed copy works from its own place, with a page for each program" {
	cd "$BATS_TEST_TMPDIR"
	make -s -C "$AMT_TEST_ROOT" V="$(basename "$AMT_TEST_BUILD")" \
		B="$AMT_TEST_BUILD" DESTDIR="$PWD/root" PREFIX=/usr install >/dev/null
	# Nothing of the build folder is on its way.
	export PATH=$PWD/root/usr/bin:/usr/bin:/bin
	unset AMT_LIBEXEC
	run -0 amt-init -d site
	run -0 amt-import -d site -b lab7 "$AMT_TEST_BUILD/samples/keys/lab7.csv"
	run -0 amt-sweep -d site -t 5
	[ -s site/reports/report.txt ]
	for program in root/usr/bin/* root/usr/libexec/amtbatch/*; do
		name=$(basename "$program")
		[[ "$name" != *.sh ]] || continue
		[ -s "root/usr/share/man/man1/$name.1" ]
		run -0 "$program" --help
		[[ $output == "usage: $name"* ]]
		run -0 "$program" --version
		[[ $output == "$name (amtbatch) "* ]]
	done
	[ -s root/usr/share/man/man7/amtbatch.7 ]
	[ -s root/usr/share/man/man5/kinds.5 ]
	for name in report $(root/usr/libexec/amtbatch/report-schema --list); do
		jq -e .title "root/usr/share/amtbatch/schema/$name.json"
	done
}

@test "each file that an example takes from the samples is installed" {
	cd "$BATS_TEST_TMPDIR"
	make -s -C "$AMT_TEST_ROOT" V="$(basename "$AMT_TEST_BUILD")" \
		B="$AMT_TEST_BUILD" DESTDIR="$PWD/root" PREFIX=/usr install >/dev/null
	samples=root/usr/share/amtbatch/samples
	named=0
	for page in "$AMT_TEST_ROOT"/bin/*.1 "$AMT_TEST_ROOT"/stages/*/*.1; do
		grep -q '^\.Pa samples [:,]' "$page" || continue
		for file in $(sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" |
			grep -oE '(^|[ <])(hello|jobs|keys|map|receipt|report|stick|store)/[^ *]+\.[a-z0-9]+' |
			tr -d ' <'); do
			[ -s "$samples/$file" ] || { echo "$page: $file"; false; }
			named=$((named + 1))
		done
	done
	[ "$named" -gt 40 ]
}
