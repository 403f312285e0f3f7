#ifndef KEYSXML_WRITE_H
#define KEYSXML_WRITE_H

/*
 * keysxml_write - a key list as XML; keysxml(5).  keysxml.h reads it.
 *
 *	<?xml version="1.0" encoding="UTF-8"?>
 *	<keys version="1" batch="lab7">
 *	 <key pid="0000037M" pps="NKLD..." current-password="admin"
 *	  new-password="..." note="serial=..."/>
 *	</keys>
 *
 * UTF-8, one key a line (broken above only for the comment), no namespace.
 * PID and PPS without dashes; a password that is not known (current) or not
 * set (new) and a note that there is not have no attribute.  Characters that
 *XML has no way to say stand as U+FFFD.
 */
#include "keys/keyrow.h"
#include "base/writer.h"

/* No key's line is longer: 359 characters, each six bytes at the worst. */
#define KEYSXML_LINE_MAX 4096

/* In this order, any number of keys; strings are UTF-8.  writer_done tells
 * whether it all fitted. */
void keysxml_put_head(struct writer *w, const char *batch);
void keysxml_put_key(struct writer *w, const struct keyrow_text *k);
void keysxml_put_tail(struct writer *w);

#endif
