#include "map/mapsample.h"

#include <stdint.h>
#include <string.h>

#include "base/hostname.h"
#include "base/text.h"
#include "base/uuid.h"

bool
mapsample_take(struct mapsample *s, const struct row *row)
{
	struct row *to = &s->row[s->nrows];
	size_t len = s->len;

	if (s->nrows == MAPSAMPLE_ROWS)
		return false;
	*to = (struct row){ .line = row->line, .nfields = row->nfields };
	for (size_t i = 0; i < row->nfields; i++) {
		size_t n = strlen(row->field[i]) + 1;

		if (n > MAPSAMPLE_TEXT - len)
			return false;
		memcpy(s->text + len, row->field[i], n);
		to->field[i] = s->text + len;
		len += n;
	}
	s->len = len;
	s->nrows++;
	return true;
}

/* Digits, that is, in any spelling of them. */
bool
mapsample_uuid(const char *text)
{
	uint8_t uuid[UUID_LEN];

	return uuid_spell_digits(uuid, text, strlen(text), NULL) == 0;
}

/* Without its padding it looks too much like a word. */
static bool
is_base64(const char *text)
{
	uint8_t uuid[UUID_LEN];
	size_t len = strlen(text);

	return len > 22 && !mapsample_uuid(text) &&
	    uuid_spell(uuid, text, len, NULL) == 0;
}

static bool
is_name(const char *text)
{
	char fqdn[DOMAIN_TEXT];

	return hostname_read(fqdn, text, strlen(text), NULL, NULL, NULL) == 0;
}

/* 00:11:22:33:44:55, with dashes or without anything between. */
bool
mapsample_mac(const char *text)
{
	size_t ndigits = 0;

	for (; *text != '\0'; text++) {
		char c = text_lower(*text);

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
			ndigits++;
		else if ((c != ':' && c != '-' && c != '.') || ndigits % 2 != 0)
			return false;
	}
	return ndigits == 12;
}

bool
mapsample_host_and_name(const struct row *row)
{
	size_t n = row->nfields >= 2 ? strlen(row->field[0]) : 0;

	if (n == 0 || strchr(row->field[0], '.') != NULL ||
	    !is_name(row->field[1]) || row->field[1][n] != '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (text_lower(row->field[0][i]) !=
		    text_lower(row->field[1][i]))
			return false;
	return true;
}

bool
mapsample_headless(const struct mapsample *s)
{
	const struct row *first = &s->row[0];

	for (size_t i = 0; s->nrows != 0 && i < first->nfields; i++)
		if (mapsample_uuid(first->field[i]) ||
		    mapsample_mac(first->field[i]))
			return true;
	return s->nrows != 0 && mapsample_host_and_name(first);
}

static bool
came_before(const struct mapsample *s, size_t first, size_t row, size_t at)
{
	for (size_t i = first; i < row; i++)
		if (at < s->row[i].nfields &&
		    strcmp(s->row[i].field[at], s->row[row].field[at]) == 0)
			return true;
	return false;
}

void
mapsample_look(struct mapsample_column *c, const struct mapsample *s,
    size_t first, size_t at)
{
	*c = (struct mapsample_column){ .distinct = s->nrows > first };
	for (size_t i = first; i < s->nrows; i++) {
		const char *text =
		    at < s->row[i].nfields ? s->row[i].field[at] : "";

		if (*text == '\0') {
			c->distinct = false;
			continue;
		}
		c->nfilled++;
		c->nagain += came_before(s, first, i, at);
		c->nuuids += mapsample_uuid(text);
		c->nbase64 += is_base64(text);
		c->nnames += is_name(text);
		c->nmacs += mapsample_mac(text);
	}
	c->distinct = c->distinct && c->nagain == 0;
}
