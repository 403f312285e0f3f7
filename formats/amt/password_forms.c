#include "amt/password_forms.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* Each byte as the letter of that number, in UTF-8. */
static void
bytes_as_letters(char *to, const char *from)
{
	for (; *from != '\0'; from++) {
		uint8_t c = (uint8_t)*from;

		if (c >= 0x80) {
			*to++ = (char)(0xc0 | c >> 6);
			c = (uint8_t)(0x80 | (c & 0x3f));
		}
		*to++ = (char)c;
	}
	*to = '\0';
}

/* Letters up to U+00FF as one byte each; false when there are others. */
static bool
letters_as_bytes(char *to, const char *from)
{
	for (; *from != '\0'; from++) {
		uint8_t c = (uint8_t)*from;

		if (c >= 0x80) {
			if (c != 0xc2 && c != 0xc3)
				return false;
			c = (uint8_t)((c & 3) << 6 | (*++from & 0x3f));
		}
		*to++ = (char)c;
	}
	*to = '\0';
	return true;
}

void
password_forms_begin(struct password_forms *p, const char *password)
{
	size_t len = password != NULL ? strlen(password) : 0;
	bool ascii = true;

	memset(p, 0, sizeof(*p));
	if (len == 0 || len > CREDENTIAL_PASSWORD_MAX) {
		p->form[p->n++] = NULL;
		p->form[p->n++] = p->text[1];
		return;
	}
	memcpy(p->text[0], password, len);
	p->form[p->n++] = p->text[0];
	for (size_t i = 0; i < len; i++)
		ascii = ascii && (uint8_t)password[i] < 0x80;
	if (ascii)
		return;
	bytes_as_letters(p->text[1], password);
	p->form[p->n++] = p->text[1];
	if (text_utf8(password, len, NULL) == 0 &&
	    letters_as_bytes(p->text[2], password))
		p->form[p->n++] = p->text[2];
}

void
password_forms_end(struct password_forms *p)
{
	explicit_bzero(p, sizeof(*p));
}
