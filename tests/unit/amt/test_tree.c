#include "amt/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct message_store *
parse(const char *text, struct fault *f)
{
	return tree_parse(text, strlen(text), f);
}

static void
elements_keep_their_order_namespace_and_text(void **state)
{
	struct message_store *st;
	const struct message_node *n;
	struct fault f;

	(void)state;
	st = parse("<a xmlns='urn:x' xmlns:y='urn:y'>\n <b> 1 &amp; 2 </b>"
	           "<y:c Name='k&amp;'/><![CDATA[]]></a>",
	    &f);
	assert_non_null(st);
	n = tree_root(st);
	assert_string_equal(n->name, "a");
	assert_string_equal(n->ns, "urn:x");
	assert_string_equal(n->value, "");
	n = n->first;
	assert_string_equal(n->name, "b");
	assert_string_equal(n->value, " 1 & 2 ");
	assert_string_equal(tree_trimmed(st, n), "1 & 2");
	n = n->next;
	assert_string_equal(n->ns, "urn:y");
	assert_string_equal(n->key, "k&");
	assert_null(n->next);
	assert_string_equal(tree_trimmed(st, NULL), "");
	tree_free(st);
}

static void
what_is_no_document_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text;
		size_t line;
	} bad[] = {
		{ "", 1 },
		{ "text", 1 },
		{ "<a>\n<b></a>", 2 },
		{ "<a/>\n<b/>", 2 },
		{ "<!DOCTYPE a><a/>", 1 },
		{ "<a>\n&none;</a>", 2 },
		{ "<a>\n<y:b/></a>", 2 },
	};
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = (struct fault){ 0 };
		assert_null(parse(bad[i].text, &f));
		assert_int_equal(f.at, bad[i].line);
		assert_true(f.why[0] != '\0');
	}
}

static void
depth_and_size_end_at_their_ceilings(void **state)
{
	char text[TREE_DEPTH_MAX * 8 + 16];
	char *large = calloc(1, TREE_SIZE_MAX + 2);
	struct message_store *st;
	struct fault f;

	(void)state;
	for (size_t depth = TREE_DEPTH_MAX; depth <= TREE_DEPTH_MAX + 1;
	     depth++) {
		text[0] = '\0';
		for (size_t i = 0; i < depth; i++)
			strcat(text, "<a>");
		for (size_t i = 0; i < depth; i++)
			strcat(text, "</a>");
		st = parse(text, &f);
		assert_int_equal(st != NULL, depth == TREE_DEPTH_MAX);
		tree_free(st);
	}
	memset(large, ' ', TREE_SIZE_MAX + 1);
	memcpy(large, "<a>", 3);
	memcpy(large + TREE_SIZE_MAX - 4, "</a>", 4);
	st = tree_parse(large, TREE_SIZE_MAX, &f);
	assert_non_null(st);
	tree_free(st);
	assert_null(tree_parse(large, TREE_SIZE_MAX + 1, &f));
	free(large);
}

/* n attributes; a value may have what ends a tag. */
static struct message_store *
parse_attributes(size_t n, struct fault *f)
{
	static char text[TREE_SIZE_MAX];
	size_t len = (size_t)sprintf(text, "<a><b c='>'/><b");

	for (size_t i = 0; i < n; i++)
		len += (size_t)sprintf(text + len, " a%zu='%s'", i,
		    i % 2 == 0 ? ">" : "");
	len += (size_t)sprintf(text + len, "/><b d=''/></a>");
	return tree_parse(text, len, f);
}

static void
attributes_end_at_their_ceiling(void **state)
{
	struct message_store *st;
	struct fault f;

	(void)state;
	st = parse_attributes(TREE_ATTRIBUTES_MAX, &f);
	assert_non_null(st);
	tree_free(st);
	assert_null(parse_attributes(TREE_ATTRIBUTES_MAX + 1, &f));
	assert_string_equal(f.why, "more than 256 attributes in a tag");
	assert_null(parse_attributes(20000, &f));
}

static void
so_do_those_of_all_tags(void **state)
{
	static const char piece[] = "<b a='' b='' c='' d=''/>";
	char *text = malloc(TREE_SIZE_MAX);
	struct message_store *st;
	struct fault f;

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		strcpy(text, "<a>");
		for (size_t n = 0; n < TREE_ATTRIBUTES_ALL / 4 + more; n++)
			strcat(text, piece);
		strcat(text, "</a>");
		st = parse(text, &f);
		assert_int_equal(st != NULL, more == 0);
		tree_free(st);
	}
	assert_string_equal(f.why, "more than 8192 attributes");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_keep_their_order_namespace_and_text),
		cmocka_unit_test(what_is_no_document_is_refused_with_its_line),
		cmocka_unit_test(depth_and_size_end_at_their_ceilings),
		cmocka_unit_test(attributes_end_at_their_ceiling),
		cmocka_unit_test(so_do_those_of_all_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
