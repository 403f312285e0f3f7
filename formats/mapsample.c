#include "mapsample.h"

#include <stdint.h>
#include <string.h>

#include "hostname.h"
#include "text.h"
#include "uuid.h"

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

/* Base64 without its padding looks too much like a word. */
static bool
is_uuid(const char *text)
{
	uint8_t uuid[UUID_LEN];
	size_t len = strlen(text);

	return len > 22 && uuid_spell(uuid, text, len, NULL) == 0;
}

static bool
is_name(const char *text)
{
	char fqdn[DOMAIN_TEXT];

	return hostname_read(fqdn, text, strlen(text), NULL, NULL, NULL) == 0;
}

/* 00:11:22:33:44:55, with dashes or without anything between. */
static bool
is_mac(const char *text)
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
mapsample_headless(const struct mapsample *s)
{
	for (size_t i = 0; s->nrows != 0 && i < s->row[0].nfields; i++)
		if (is_uuid(s->row[0].field[i]))
			return true;
	return false;
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
		c->nuuids += is_uuid(text);
		c->nnames += is_name(text);
		c->nmacs += is_mac(text);
	}
	c->distinct = c->distinct && c->nagain == 0;
}
