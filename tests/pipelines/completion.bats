# Completion in bash and zsh, as installed.
bats_require_minimum_version 1.5.0

setup_file() {
	export ROOT=$BATS_FILE_TMPDIR/root
	make -s -C "$AMT_TEST_ROOT" V="$(basename "$AMT_TEST_BUILD")" B="$AMT_TEST_BUILD" \
		"PREFIX=$ROOT" install >/dev/null
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR"
	mkdir folder
	touch file
}

# bash_offers WORD...: what bash offers for the last word, one a line; "default"
# or "dirnames" where it is to look for files or folders itself
bash_offers() {
	# shellcheck disable=SC2016 # for the bash inside
	bash --norc -c '
		. "$1/share/bash-completion/completions/$2"
		compopt() { echo "$2"; }
		PATH=$1/bin:$PATH
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		[ "$(complete -p "$1")" = "complete -F _amtbatch $1" ] || exit
		_amtbatch "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$ROOT" "$@" | grep . | sort | paste -sd ' '
}

@test "bash offers options, commands, choices, codes, folders and files" {
	[ "$(bash_offers amt-report --pa)" = --passwords ]
	[ "$(bash_offers amt-report -)" = "--batch --certificates --csv --drift --help --history --json --keys --mebx-passwords --passwords --runs --since --version -b -d -o" ]
	[ "$(bash_offers amt-cert '')" = "add ca check console crl list plan request root" ]
	[ "$(bash_offers amt-cert request --bits '')" = "2048 3072" ]
	[ "$(bash_offers amt-cert request --o)" = "--organization --ou" ]
	[ "$(bash_offers amt-sweep -d '')" = dirnames ]
	[ "$(bash_offers amt-import '')" = default ]
	[ "$(bash_offers amt-import -n '')" = default ]
	[[ " $(bash_offers amt-explain WINDOW) " = *" WINDOW-CLOSED "* ]]
}

@test "each command of ours has its completion in bash" {
	for command in "$ROOT"/bin/*; do
		[ "$(bash_offers "${command##*/}" --hel)" = --help ] || { echo "$command"; false; }
	done
}

# zsh_shows KEYS: the screen of a zsh in which these were typed, and Tab
zsh_shows() {
	# shellcheck disable=SC2016 # for the zsh inside
	zsh -f -c '
		zmodload zsh/zpty
		zpty z "env PS1=%% TERM=dumb COLUMNS=200 PATH=$1/bin:$PATH zsh -f -i"
		zpty -w z "fpath=($1/share/zsh/site-functions \$fpath); autoload -U compinit"
		zpty -w z "compinit -u -d $PWD/dump; setopt nolistbeep; bindkey ^I complete-word"
		zpty -w z "LISTMAX=1000; echo rea\"\"dy"
		line=; until [[ $line = *ready* ]]; do zpty -r z line || exit; done
		zpty -w -n z "$2"$'"'\\t'"'
		all=; for i in {1..60}; do
			while zpty -r -t z line; do all+=$line; done
			[[ $all != *$3* ]] || break
			sleep 0.1
		done
		print -r -- $all
		zpty -d z' zsh "$ROOT" "$1" "$2"
}

@test "zsh offers options with what they do, commands, codes and folders" {
	command -v zsh >/dev/null || skip "no zsh"
	run -0 zsh_shows 'amt-report --m' mebx-passwords
	[[ "$output" = *--mebx-passwords* ]]
	run -0 zsh_shows 'amt-cert ' "public CAs"
	[[ "$output" = *plan*"Before a certificate is bought"* ]]
	run -0 zsh_shows 'amt-cert request --bits 2' 2048
	[[ "$output" = *2048* ]]
	run -0 zsh_shows 'amt-explain WINDOW-C' WINDOW-CLOSED
	[[ "$output" = *WINDOW-CLOSED* ]]
	run -0 zsh_shows 'amt-sweep -d fo' folder/
	[[ "$output" = *folder/* ]]
}
