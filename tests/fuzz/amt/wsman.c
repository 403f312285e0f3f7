/* wsman: what decodes can be put back, and reads the same again. */
#include "amt/wsman.h"
#include "amt/tree.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
same(const struct message_node *a, const struct message_node *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (strcmp(a->name, b->name) != 0 || strcmp(a->ns, b->ns) != 0)
			abort();
		if (strcmp(a->value, b->value) != 0)
			abort();
		same(a->first, b->first);
	}
	if (a != b)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[4 * TREE_SIZE_MAX];
	const struct message_to to = { "AMT_Any", 1, NULL, 0 };
	struct writer w = { .base = out, .cap = sizeof(out) };
	struct message r, again;
	struct fault f = { 0 };

	if (wsman_decode(&r, (const char *)data, size, &f) != 0) {
		if (f.why[0] == '\0')
			abort();
		return 0;
	}
	wsman_put(&w, &to, r.items, NULL, 0);
	/* Deeper or larger than a reply may be only by what Put adds. */
	if (writer_done(&w) == 0 &&
	    wsman_decode(&again, (const char *)out, w.len, &f) == 0) {
		if (!r.fault.set && r.items != NULL && !again.fault.set &&
		    again.ns[0] != '\0' && strcmp(again.class, "AMT_Any") == 0)
			same(r.items, again.items);
		message_free(&again);
	}
	message_free(&r);
	return 0;
}
