# Completion of the amt-* commands for bash: commands and options, as --help
# lists them, choices, folders and files, and the codes of amt-explain.
# shellcheck shell=bash

# Sets words to what the lines of the help begin with: options, one a line, each
# with what it takes; and commands.
_amtbatch_words() {
	local line option takes
	words=()
	while IFS= read -r line; do
		case $line in '  '[!\ ]*) ;; *) continue ;; esac
		line=${line#  }
		line=${line%%  *}
		takes=${line##* }
		case $takes in -*) takes='' ;; esac
		for option in ${line//,/ }; do
			case $option in
			-*) words+=("$option $takes") ;;
			"$line") words+=("$option ") ;;
			esac
		done
	done <"$1"
}

_amtbatch() {
	local command=${1##*/} cur=$2 prev=$3 help word takes='' options=() commands=() words
	help=/usr/local/share/amtbatch/help/$command
	COMPREPLY=()
	[ -r "$help" ] || return
	_amtbatch_words "$help"
	for word in "${words[@]}"; do
		case $word in
		-*) options+=("${word% *}") ;;
		*) commands+=("${word% }") ;;
		esac
		case $word in "$prev "*) takes=${word#"$prev "} ;; esac
	done
	case $prev in -*) ;; *) takes='' ;; esac
	case $takes in
	site | dir | folder)
		compopt -o dirnames
		return
		;;
	?*\|*)
		mapfile -t COMPREPLY < <(compgen -W "${takes//|/ }" -- "$cur")
		return
		;;
	?*)
		compopt -o default
		return
		;;
	esac
	case $cur in
	-*) mapfile -t COMPREPLY < <(compgen -W "${options[*]} --help --version" -- "$cur") ;;
	*)
		if [ "$COMP_CWORD" = 1 ] && [ "${#commands[@]}" != 0 ]; then
			mapfile -t COMPREPLY < <(compgen -W "${commands[*]}" -- "$cur")
		elif [ "$command" = amt-explain ]; then
			mapfile -t COMPREPLY < <(compgen -W "$("$1" 2>/dev/null |
				grep -oE '^[A-Z][A-Z-]+[A-Z]')" -- "$cur")
		else
			compopt -o default
		fi
		;;
	esac
}

for _amtbatch_command in /usr/local/share/amtbatch/help/amt-*; do
	complete -F _amtbatch "${_amtbatch_command##*/}"
done
unset _amtbatch_command
