#include "amt/message.h"

#include <string.h>

#include "amt/tree.h"
#include "base/text.h"

void
message_clear(struct message *r)
{
	*r = (struct message){ .action = "",
		.relates_to = "",
		.class = "",
		.ns = "",
		.context = "",
		.fault = { .code = "",
		    .subcode = "",
		    .subcode_ns = "",
		    .reason = "",
		    .detail = "" } };
}

void
message_free(struct message *r)
{
	tree_free(r->store);
	message_clear(r);
}

const struct message_node *
message_find(const struct message_node *items, const char *name)
{
	while (items != NULL && strcmp(items->name, name) != 0)
		items = items->next;
	return items;
}

const char *
message_value(const struct message_node *items, const char *name)
{
	const struct message_node *n = message_find(items, name);

	return n == NULL ? NULL : n->value;
}

int
message_number(uint32_t *n, const struct message_node *items, const char *name)
{
	const char *s = message_value(items, name);
	char digits[16];
	uint64_t v;
	size_t len;

	if (s == NULL)
		return -1;
	s += strspn(s, " \t\r\n");
	len = strcspn(s, " \t\r\n");
	if (len >= sizeof(digits) ||
	    s[len + strspn(s + len, " \t\r\n")] != '\0')
		return -1;
	memcpy(digits, s, len);
	digits[len] = '\0';
	if (text_number(&v, digits, UINT32_MAX) != 0)
		return -1;
	*n = (uint32_t)v;
	return 0;
}
