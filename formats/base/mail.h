#ifndef MAIL_H
#define MAIL_H

/*
 * mail - is a file a mail as programs save it (.eml), and what hangs on it?
 * Sources: RFC 5322 (header fields), RFC 2045 and 2183 (types and names of
 * parts); the "From " line of mailbox files is RFC 4155's.
 *
 * Only looks at the bytes given, which may be the beginning alone.
 */
#include <stdbool.h>
#include <stddef.h>

/* Header fields, two or more of them such as mails have. */
bool mail_is(const void *buf, size_t len);

/* Does its own Content-Type, not that of a part, say word (ASCII)? */
bool mail_has_type(const void *buf, size_t len, const char *word);

/*
 * The names of its attached files, printable, with ", " between them, as far
 * as they fit.  How many there are; 0 leaves to empty.
 */
size_t mail_attachments(char *to, size_t cap, const void *buf, size_t len);

#endif
