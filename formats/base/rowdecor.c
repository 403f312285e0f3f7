#include "base/rowdecor.h"

#include <string.h>

bool
rowdecor_preamble(const char *s, size_t len, char *separator)
{
	bool quoted = len >= 7 && s[0] == '"';
	size_t at = quoted ? 1 : 0;

	*separator = '\0';
	if (len >= 6 && memcmp(s, "#TYPE ", 6) == 0)
		return true;
	if (len < at + 6 || memcmp(s + at, "sep=", 4) != 0 ||
	    strchr(",;\t", s[at + 4]) == NULL || s[at + 4] == '\0' ||
	    strchr(quoted ? "\"" : "\r\n", s[at + 5]) == NULL)
		return false;
	*separator = s[at + 4];
	return true;
}

char
rowdecor_separator(const char *s, size_t len)
{
	static const char marks[] = ",;\t";
	size_t count[3] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		const char *mark = s[i] != '\0' ? strchr(marks, s[i]) : NULL;

		if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && mark != NULL)
			count[mark - marks]++;
	}
	for (size_t i = 1; i < 3; i++)
		if (count[i] > count[best])
			best = i;
	return marks[best];
}

const char *
rowdecor_foreign(const struct row *row)
{
	if (row->nfields != 1 || strchr(row->field[0], '|') == NULL)
		return "";
	return "; separate fields by commas, semicolons or tabs (got \"|\")";
}

bool
rowdecor_dashes(const struct row *row)
{
	for (size_t i = 0; i < row->nfields; i++) {
		const char *s = row->field[i];

		if (strlen(s) < 2 || strspn(s, "-") != strlen(s))
			return false;
	}
	return row->nfields != 0;
}

bool
rowdecor_count(const struct row *row)
{
	const char *s = row->field[0];
	size_t ndigits, len;

	if (row->nfields != 1 || s[0] != '(')
		return false;
	len = strlen(s);
	ndigits = strspn(s + 1, "0123456789");
	return ndigits != 0 && s[1 + ndigits] == ' ' && s[len - 1] == ')';
}

void
rowdecor_unprotect(char *line, size_t len, char separator, bool quoted)
{
	bool starts = !quoted;

	for (size_t i = 0; i < len; i++) {
		if (starts && line[i] == '=' && i + 1 < len &&
		    line[i + 1] == '"')
			line[i] = ' ';
		if (line[i] == '"')
			quoted = !quoted;
		if (line[i] == separator)
			starts = !quoted;
		else if (line[i] != ' ')
			starts = false;
	}
}

const char *
rowdecor_bare(const char *s, size_t *len)
{
	if (*len < 3 || memcmp(s, "=\"", 2) != 0 || s[*len - 1] != '"')
		return s;
	*len -= 3;
	return s + 2;
}
