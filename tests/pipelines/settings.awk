# Changes what machines know, in a state file of amtpeer: those lines of settings.cases
# that are of round ROUND.  Which of them met something, of which machine, goes to DONE.
# awk -v round=1 -v done=FILE -f settings.awk fleet.tsv settings.cases state.tsv state.tsv
BEGIN { FS = OFS = "\t" }

FILENAME == ARGV[1] {
	split($7, v, ".")
	release[$1] = v[1] * 100 + v[2]
	next
}

FILENAME == ARGV[2] {
	split($0, c, "|")
	if (c[1] != round || c[5] == ".")
		next
	n++
	split(c[4], v, "-")
	from[n] = v[1]; to[n] = v[2] == "" ? 9999 : v[2]
	at[n] = FNR; class[n] = c[5]; where[n] = c[6]; property[n] = c[7]; value[n] = c[8]
	next
}

# Says only that the machine has the class.
FNR == 1 { pass++ }
$4 == "" {
	if (pass == 2)
		print
	next
}

# First the instances that a line is about.
pass == 1 {
	for (i = 1; i <= n; i++)
		if ($2 == class[i] && release[$1] >= from[i] && release[$1] <= to[i] &&
		    (where[i] == "" || where[i] == $4 "=" $5))
			fits[i, $1, $3]
	next
}

function changed(i) {
	if (!((i, $1) in said))
		print at[i], $1 >done
	said[i, $1]
}

# A line of the instance that is added: with another number and other properties.
function added(i,	k, j, v, w, text) {
	k = split(value[i], v, ";")
	text = $5
	for (j = 1; j <= k; j++) {
		w = index(v[j], "=")
		if (substr(v[j], 1, w - 1) == $4)
			text = substr(v[j], w + 1)
	}
	print $1, $2, 100000 + $3, $4, text
}

{
	line = $0
	for (i = 1; i <= n; i++) {
		if ($2 != class[i] || !((i, $1, $3) in fits))
			continue
		if (property[i] == "-" || property[i] == "+") {
			changed(i)
			if (property[i] == "+")
				added(i)
			else
				line = ""
		} else if ($4 == property[i] && value[i] ~ /^~/) {
			if (index($5, substr(value[i], 2)) == 1) {
				changed(i)
				line = ""
			}
		} else if ($4 == property[i] && value[i] ~ /^\//) {
			changed(i)
			split(value[i], v, "/")
			k = index($5, v[2])
			line = $1 OFS $2 OFS $3 OFS $4 OFS substr($5, 1, k - 1) v[3] substr($5, k + length(v[2]))
		} else if ($4 == property[i]) {
			changed(i)
			line = ""
			if (!((i, $1, $3) in did))
				line = $1 OFS $2 OFS $3 OFS $4 OFS value[i]
			did[i, $1, $3] # of a list, one value in place of all
		}
	}
	if (line != "")
		print line
}
