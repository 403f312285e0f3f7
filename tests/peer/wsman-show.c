/*
 * wsman-show - prints what wsman_decode makes of one reply, for a test that
 * holds it against what xmllint sees.
 *
 *	wsman-show file ...
 *
 * For each file its name; class, namespace, Action and RelatesTo, one a line;
 * then each element below the class, a blank a level, with its text.
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <sysexits.h>

#include "http_body.h"
#include "amt/wsman.h"
#include "amt/tree.h"

static void
show(const struct message_node *n, int depth)
{
	for (; n != NULL; n = n->next) {
		const char *from = n->value;
		size_t len;

		while (isspace((unsigned char)*from))
			from++;
		len = strlen(from);
		while (len > 0 && isspace((unsigned char)from[len - 1]))
			len--;
		(void)printf("%*s%s\t%.*s\n", depth, "", n->name, (int)len,
		    from);
		show(n->first, depth + 1);
	}
}

static void
show_file(const char *name)
{
	static char buf[TREE_SIZE_MAX + 2];
	struct message r;
	struct fault f;
	FILE *in = fopen(name, "rb");
	size_t len;
	long body;

	if (in == NULL)
		err(EX_NOINPUT, "%s", name);
	len = fread(buf, 1, sizeof(buf) - 1, in);
	(void)fclose(in);
	buf[len] = '\0';
	body = http_body(buf, len);
	if (body < 0)
		errx(EX_DATAERR, "%s: broken HTTP framing", name);
	if (wsman_decode(&r, buf, (size_t)body, &f) != 0)
		errx(EX_DATAERR, "%s:%zu: %s", name, f.at, f.why);
	(void)printf("%s\n%s\n%s\n%s\n%s\n", name, r.class, r.ns, r.action,
	    r.relates_to);
	show(r.items, 0);
	message_free(&r);
}

int
main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		show_file(argv[i]);
	return 0;
}
