#compdef -P amt-*
# Completion of the amt-* commands for zsh: commands and options with what they
# do, as --help lists them, choices, folders and files, and the codes of
# amt-explain.

local help=/usr/local/share/amtbatch/help/${service:t}
local line left takes option about
local -a known actions
local -A values

[[ -r $help ]] || { _files; return }
while IFS= read -r line; do
	[[ $line = '  '[^\ ]* ]] || continue
	line=${line#  }
	left=${line%%  *}
	about=${${line#"$left"}##[ ]##}
	takes=
	[[ $left != *' '* || ${left##* } = -* ]] || takes=${left##* }
	for option in ${=left//,/ }; do
		case $option in
		(-*)
			known+=("$option:$about")
			values[$option]=$takes
			;;
		("$left") actions+=("$option:$about") ;;
		esac
	done
done <$help

takes=${values[${words[CURRENT-1]}]-}
case $takes in
(site|dir|folder) _files -/ ;;
(?*'|'?*) compadd -- ${(s:|:)takes} ;;
(?*) _files ;;
(*)
	if [[ $PREFIX = -* ]]; then
		_describe -o option known
	elif (( CURRENT == 2 && $#actions )); then
		_describe command actions
	elif [[ ${service:t} = amt-explain ]]; then
		compadd -- ${(f)"$($words[1] 2>/dev/null | grep -oE '^[A-Z][A-Z-]+[A-Z]')"}
	else
		_files
	fi
	;;
esac
