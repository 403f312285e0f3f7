#include "keys/keysxml_write.h"

static void
put_value(struct writer *w, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '&')
			writer_text(w, "&amp;");
		else if (c == '<')
			writer_text(w, "&lt;");
		else if (c == '>')
			writer_text(w, "&gt;");
		else if (c == '"')
			writer_text(w, "&quot;");
		else if (c == '\t')
			writer_text(w, "&#9;"); /* or readers see a blank */
		else if (c == '\n')
			writer_text(w, "&#10;");
		else if (c == '\r')
			writer_text(w, "&#13;");
		else if (c < 0x20)
			writer_text(w, "\xef\xbf\xbd"); /* XML 1.0, 2.2 */
		else
			writer_u8(w, c);
	}
}

static void
put_attribute(struct writer *w, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	writer_u8(w, ' ');
	writer_text(w, name);
	writer_text(w, "=\"");
	put_value(w, value);
	writer_u8(w, '"');
}

void
keysxml_put_head(struct writer *w, const char *batch)
{
	writer_text(w,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<keys version=\"1\"");
	put_attribute(w, "batch", batch);
	writer_text(w, ">\n");
}

void
keysxml_put_key(struct writer *w, const struct keyrow_text *k)
{
	writer_text(w, " <key");
	put_attribute(w, "pid", k->pid);
	put_attribute(w, "pps", k->pps);
	put_attribute(w, "current-password", k->mebx_now);
	put_attribute(w, "new-password", k->mebx_next);
	put_attribute(w, "note", k->note);
	writer_text(w, "/>\n");
}

void
keysxml_put_tail(struct writer *w)
{
	writer_text(w, "</keys>\n");
}
