# The commands and options of a man page (mdoc): for --help, or as a table for
# completion.
#
#	awk -f options.awk PAGE.1
#	awk -v table=1 -f options.awk PAGE.1
#	-d site<TAB>The site's folder
#
# An option is a .It Fl of DESCRIPTION, a command a .It Cm; what is said of it is
# its first sentence, of the next one that has a sentence.  Lists within an item
# are values, and not options.

# words of a macro line from field i on, as text
function plain(i,   text, word, glue) {
	text = ""
	glue = ""
	for (; i <= n; i++) {
		word = f[i]
		if (word == "Ns") {
			glue = ""
			continue
		}
		if (word == "Fl") {
			# A second Fl, or a dash, makes it two dashes.
			text = text glue "-"
			glue = ""
			if (f[i + 1] !~ /^(Ns|[A-Z][a-z]|[.,:;)|])$/ || f[i + 1] == "Fl")
				continue
			glue = " "
			continue
		}
		if (word == "Xr") {
			text = text glue f[i + 1] "(" f[i + 2] ")"
			i += 2
			glue = " "
			continue
		}
		if (word == "Nm" && (i == n || f[i + 1] ~ /^[.,:;)]$/))
			word = name
		else if (word ~ /^(Ar|Pa|Li|Cm|Ev|Sy|Em|Dv|Ic|Nm|Op|No|Sq|Ql)$/)
			continue
		else if (word == "Dq" || word == "Pq") {
			return text glue (word == "Dq" ? "\"" : "(") inner(i + 1) \
			    (word == "Dq" ? "\"" : ")") closing
		}
		if (word ~ /^[.,:;)]$/)
			glue = ""
		text = text glue word
		glue = " "
	}
	return text
}

# The rest without closing punctuation, which goes behind the quote.
function inner(i) {
	closing = ""
	while (n > i && f[n] ~ /^[.,:;]$/)
		closing = f[n--] closing
	return plain(i)
}

# Items without a sentence have the next one's.
function finish(   i) {
	sub(/[.:;,]$/, "", said)
	if (said != "" || ending) {
		for (i = 1; i <= nwaiting; i++)
			put_item(waiting[i], said)
		nwaiting = 0
	}
	item = said = ""
	done = 0
}

function put_item(what, about) {
	if (table) {
		print what "\t" about
		return
	}
	if (!any++)
		print ""
	print wrapped(sprintf("  %-24s %s", what, about))
}

# Lines of a wide terminal; what does not fit is below the rest of its sentence.
function wrapped(line,   lines, i) {
	while (length(line) > WIDTH) {
		for (i = WIDTH + 1; i > INDENT && substr(line, i, 1) != " "; i--)
			;
		if (i <= INDENT)
			break
		lines = lines substr(line, 1, i - 1) "\n"
		line = sprintf("%*s%s", INDENT, "", substr(line, i + 1))
	}
	return lines line
}

BEGIN { WIDTH = 132; INDENT = 27 }
{ gsub(/\\&|\\e/, "") }
/^\.Nm [a-z]/ && name == "" { name = $2 }
/^\.Sh/ { ending = 1; finish(); ending = 0; here = /DESCRIPTION/ }
!here { next }
/^\.Bl/ { depth++; if (said != "") done = 1; next }
/^\.El/ { depth--; if (depth < level) { ending = 1; finish(); ending = 0; level = 0 } next }
/^\.It (Fl|Cm)/ && (level == 0 || depth <= level) {
	finish()
	n = split($0, f, " ")
	level = depth
	item = plain(2)
	gsub(/ \| /, "|", item)
	waiting[++nwaiting] = item
	next
}
/^\.It/ && depth <= level { finish(); next }
item == "" || done { next }
/^\.(Pp|Bd|Ss|Dl)/ { if (said != "") done = 1; next }
{
	if (/^\./) {
		sub(/^\./, "")
		n = split($0, f, " ")
		text = plain(1)
	} else
		text = $0
	said = said (said == "" || text ~ /^[.,:;)]/ ? "" : " ") text
	# A sentence ends at the end of a line.
	if (text ~ /[.;]$/)
		done = 1
}
END { ending = 1; finish() }
