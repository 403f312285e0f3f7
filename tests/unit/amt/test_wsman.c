#include "amt/wsman.h"
#include "amt/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http_body.h"
#include "wsman_text.h"

static struct message reply;
static struct fault fault;

static void
decode(const char *text)
{
	message_free(&reply);
	if (wsman_decode(&reply, text, strlen(text), &fault) != 0)
		fail_msg("line %zu: %s", fault.at, fault.why);
}

static void
refused(const char *text, size_t line, const char *why)
{
	message_free(&reply);
	assert_int_equal(wsman_decode(&reply, text, strlen(text), &fault), -1);
	assert_int_equal(fault.at, line);
	assert_non_null(strstr(fault.why, why));
}

static int
teardown(void **state)
{
	(void)state;
	message_free(&reply);
	return 0;
}

static void
an_instance_gives_its_properties_in_order(void **state)
{
	const struct message_node *n;
	uint32_t v;

	(void)state;
	decode(HEAD "<g:AMT_Lamp><g:Colour>red</g:Colour><g:Colour>a &amp; "
	            "&lt;b&gt; &#65;<![CDATA[<&>]]></g:Colour>"
	            "<g:Empty/><g:Nil xsi:nil=\"true\"/><g:Watts> 12\n"
	            "</g:Watts></g:AMT_Lamp>" TAIL);
	assert_string_equal(reply.class, "AMT_Lamp");
	assert_string_equal(reply.ns, LAMP);
	assert_string_equal(reply.action, "urn:act");
	assert_string_equal(reply.relates_to, "7");
	assert_false(reply.returned);
	n = message_find(reply.items, "Colour");
	assert_string_equal(n->value, "red");
	assert_string_equal(n->next->name, "Colour");
	assert_string_equal(n->next->value, "a & <b> A<&>");
	assert_string_equal(message_value(reply.items, "Empty"), "");
	assert_true(message_find(reply.items, "Nil")->nil);
	assert_false(message_find(reply.items, "Empty")->nil);
	assert_int_equal(message_number(&v, reply.items, "Watts"), 0);
	assert_int_equal(v, 12);
	assert_int_equal(message_number(&v, reply.items, "Colour"), -1);
	assert_null(message_value(reply.items, "Shape"));
}

static void
prefixes_do_not_matter_but_namespaces_do(void **state)
{
	(void)state;
	decode("<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'>"
	       "<Body><Off_OUTPUT xmlns='urn:x'><ReturnValue>4294967295"
	       "</ReturnValue></Off_OUTPUT></Body></Envelope>");
	assert_string_equal(reply.class, "Off_OUTPUT");
	assert_true(reply.returned);
	assert_int_equal(reply.return_value, UINT32_MAX);
	refused("<Envelope><Body/></Envelope>", 1, "not a SOAP 1.2 envelope");
	refused("<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>"
	        "<Body/></Envelope>",
	    1, "not a SOAP 1.2 envelope");
}

static void
a_pull_gives_instances_and_whether_it_is_done(void **state)
{
	(void)state;
	decode(HEAD "<n:PullResponse><n:Items><g:AMT_Lamp><g:Id>1</g:Id>"
	            "</g:AMT_Lamp><g:AMT_Lamp><g:Id>2</g:Id></g:AMT_Lamp>"
	            "</n:Items><n:EnumerationContext> 17-A </n:"
	            "EnumerationContext></n:PullResponse>" TAIL);
	assert_string_equal(reply.context, "17-A");
	assert_false(reply.end);
	assert_string_equal(message_value(reply.items->first, "Id"), "1");
	assert_string_equal(message_value(reply.items->next->first, "Id"), "2");
	decode(HEAD "<n:PullResponse><n:Items/><n:EndOfSequence/>"
	            "</n:PullResponse>" TAIL);
	assert_true(reply.end);
	assert_null(reply.items);
	/* DSP0226 8.2.3: an optimised enumeration brings its items along */
	decode(HEAD "<n:EnumerateResponse><n:EnumerationContext/><c:Items>"
	            "<g:AMT_Lamp/></c:Items><c:EndOfSequence/>"
	            "</n:EnumerateResponse>" TAIL);
	assert_true(reply.end);
	assert_string_equal(reply.items->name, "AMT_Lamp");
}

static void
a_fault_names_its_subcode_by_namespace(void **state)
{
	(void)state;
	decode(HEAD "<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode>"
	            "<a:Value xmlns:e=\"urn:other\"> e:AccessDenied "
	            "</a:Value></a:Subcode></a:Code><a:Reason><a:Text "
	            "xml:lang=\"en-US\">No.</a:Text></a:Reason><a:Detail>"
	            "<c:FaultDetail>urn:d</c:FaultDetail></a:Detail>"
	            "</a:Fault>" TAIL);
	assert_true(reply.fault.set);
	assert_string_equal(reply.fault.code, "Sender");
	assert_string_equal(reply.fault.subcode, "AccessDenied");
	assert_string_equal(reply.fault.subcode_ns, "urn:other");
	assert_string_equal(reply.fault.reason, "No.");
	assert_string_equal(reply.fault.detail, "urn:d");
	decode(HEAD "<a:Fault/>" TAIL);
	assert_true(reply.fault.set);
	assert_string_equal(reply.fault.subcode, "");
	assert_string_equal(reply.fault.subcode_ns, "");
	/* a property of this name is no fault */
	decode(HEAD "<g:Fault><g:Code>1</g:Code></g:Fault>" TAIL);
	assert_false(reply.fault.set);
}

static void
a_reference_keeps_its_selectors(void **state)
{
	const struct message_node *n;

	(void)state;
	decode(HEAD "<g:X_OUTPUT><g:Made><b:Address>to</b:Address>"
	            "<b:ReferenceParameters><c:SelectorSet><c:Selector "
	            "Name=\"&amp;#38;&#38;ID\">one</c:Selector></c:SelectorSet>"
	            "</b:ReferenceParameters></g:Made></g:X_OUTPUT>" TAIL);
	n = message_find(reply.items, "Made");
	assert_string_equal(n->value, "");
	n = message_find(n->first, "ReferenceParameters")->first->first;
	assert_string_equal(n->key, "&#38;&ID");
	assert_string_equal(n->value, "one");
	assert_string_equal(n->ns, WSMAN_WSMAN);
}

static void
an_empty_body_is_a_reply_and_no_body_is_none(void **state)
{
	(void)state;
	decode(HEAD TAIL);
	assert_string_equal(reply.class, "");
	assert_null(reply.items);
	refused("<a:Envelope xmlns:a=\"http://www.w3.org/2003/05/"
	        "soap-envelope\"></a:Envelope>",
	    1, "no Body");
	refused(HEAD "<g:X_OUTPUT><g:ReturnValue>x</g:ReturnValue>"
	             "</g:X_OUTPUT>" TAIL,
	    1, "ReturnValue is not a number");
}

static void
what_could_load_or_expand_is_refused_with_its_line(void **state)
{
	(void)state;
	refused("<!DOCTYPE x>\n" HEAD TAIL, 1, "DOCTYPE");
	refused("<?xml version=\"1.0\"?>\n<!DOCTYPE x [\n<!ENTITY a \"b\">]>"
	        "<x>&a;</x>",
	    2, "DOCTYPE");
	refused("\n<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>", 2,
	    "DOCTYPE");
	refused("<x>\n\n&a;</x>", 3, "Entity 'a' not defined");
	refused("<x>\n<y:z/></x>", 2, "Namespace prefix y");
	refused("<html><body>Log on failed.</html>", 1, "not well-formed");
	refused("", 1, "not well-formed");
	refused("<x>\xff</x>", 1, "not well-formed");
	refused(HEAD TAIL "\nmore", 4, "Extra content");
}

static void
nothing_but_exactly_len_bytes_is_read(void **state)
{
	static const char text[] = HEAD "<g:AMT_Lamp/>" TAIL;

	(void)state;
	message_free(&reply);
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		char *tight = malloc(n + 1);

		memcpy(tight, text, n);
		tight = realloc(tight, n == 0 ? 1 : n);
		assert_int_equal(wsman_decode(&reply, tight, n, &fault), -1);
		assert_in_range(fault.at, 1, 3);
		free(tight);
	}
	assert_int_equal(wsman_decode(&reply, text, 10, NULL), -1);
}

/* An envelope with count lamps inside one another or beside each other. */
static char *
lamps(size_t count, bool nested, size_t pad)
{
	char *text = calloc(1, sizeof(HEAD TAIL) + count * 30 + pad);

	strcpy(text, HEAD);
	if (nested) {
		for (size_t i = 0; i < count; i++)
			strcat(text, "<g:L>");
		for (size_t i = 0; i < count; i++)
			strcat(text, "</g:L>");
	} else {
		char *at = text + strlen(text);

		at = stpcpy(at, "<g:X>");
		for (size_t i = 0; i < count; i++)
			at = stpcpy(at, "<g:L/>");
		(void)stpcpy(at, "</g:X>");
	}
	strcat(text, TAIL);
	if (pad > strlen(text)) {
		size_t len = strlen(text);

		memset(text + len, '\n', pad - len);
	}
	return text;
}

static void
the_ceilings_hold_to_the_element(void **state)
{
	/* Envelope and Body lie above; Envelope, Header with two, Body and X
	 * are beside. */
	const size_t deep = TREE_DEPTH_MAX - 2, wide = TREE_NODES_MAX - 6;
	char *text;

	(void)state;
	text = lamps(deep, true, 0);
	decode(text);
	free(text);
	text = lamps(deep + 1, true, 0);
	refused(text, 3, "nested more than 20 deep");
	free(text);
	text = lamps(wide, false, 0);
	decode(text);
	free(text);
	text = lamps(wide + 1, false, 0);
	refused(text, 3, "more than 8192 elements");
	free(text);
	text = lamps(1, false, TREE_SIZE_MAX);
	decode(text);
	free(text);
	text = lamps(1, false, TREE_SIZE_MAX + 1);
	refused(text, 0, "reply too large (got 262145 bytes");
	free(text);
}

static void
more_namespaces_than_anyone_needs_are_refused(void **state)
{
	char text[8192] = "<x";

	(void)state;
	for (int i = 0; i <= TREE_SCOPES_MAX; i++)
		(void)snprintf(text + strlen(text), 32, " xmlns:p%d='urn:p'",
		    i);
	strcat(text, "/>");
	refused(text, 1, "more than 64 namespaces");
}

/* --- the shared vectors -------------------------------------------------- */

static int nvectors, nbad;

/* Holds for every message a device sent, whatever it is about. */
static void
check_vector(const char *path, bool malformed, const char *buf, size_t len)
{
	int rc;

	message_free(&reply);
	rc = wsman_decode(&reply, buf, len, &fault);
	if (malformed) {
		if (rc == 0 || fault.at == 0 || *fault.why == '\0') {
			print_error("%s is not refused with a line\n", path);
			nbad++;
		}
	} else if (rc != 0) {
		print_error("%s:%zu: %s\n", path, fault.at, fault.why);
		nbad++;
	} else if (*reply.action == '\0' || strchr(reply.action, ' ') != NULL ||
	    (*reply.class != '\0' && *reply.ns == '\0') ||
	    (strstr(path, "/pull.xml") != NULL &&
	        strcmp(reply.class, "PullResponse") != 0) ||
	    (strstr(path, "/enumerate.xml") != NULL &&
	        *reply.context == '\0') ||
	    (strstr(path, "/get.xml") != NULL && reply.items == NULL) ||
	    (strstr(path, "rv0") != NULL &&
	        (!reply.returned || reply.return_value != 0)) ||
	    (strstr(path, "/fault.") != NULL &&
	        (!reply.fault.set ||
	            strstr(path, reply.fault.subcode) == NULL))) {
		print_error("%s: class %s, action %s, returned %d\n", path,
		    reply.class, reply.action, reply.returned);
		nbad++;
	}
}

static int
visit(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	/* the web server's own pages */
	bool malformed = strstr(path, "/malformed/") != NULL ||
	    strstr(path, "http.response40") != NULL;
	char *buf;
	FILE *f;
	long len;

	(void)ftw;
	if (kind != FTW_F || strstr(path, "MANIFEST") != NULL)
		return 0;
	buf = calloc(1, (size_t)st->st_size + 1);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fread(buf, 1, (size_t)st->st_size, f), st->st_size);
	(void)fclose(f);
	len = http_body(buf, (size_t)st->st_size);
	assert_true(len >= 0);
	check_vector(path, malformed, buf, (size_t)len);
	free(buf);
	nvectors++;
	return 0;
}

static void
every_recorded_response_decodes_or_is_refused(void **state)
{
	const char *vectors = getenv("AMT_VECTORS");
	char path[4096];

	(void)state;
	if (vectors == NULL || *vectors == '\0') {
		print_message("# AMT_VECTORS is empty\n");
		skip();
	}
	(void)snprintf(path, sizeof(path), "%s/wsman/responses", vectors);
	assert_int_equal(nftw(path, visit, 16, FTW_PHYS), 0);
	print_message("# vectors: %d\n", nvectors);
	assert_true(nvectors > 200);
	assert_int_equal(nbad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_instance_gives_its_properties_in_order),
		cmocka_unit_test(prefixes_do_not_matter_but_namespaces_do),
		cmocka_unit_test(a_pull_gives_instances_and_whether_it_is_done),
		cmocka_unit_test(a_fault_names_its_subcode_by_namespace),
		cmocka_unit_test(a_reference_keeps_its_selectors),
		cmocka_unit_test(an_empty_body_is_a_reply_and_no_body_is_none),
		cmocka_unit_test(
		    what_could_load_or_expand_is_refused_with_its_line),
		cmocka_unit_test(nothing_but_exactly_len_bytes_is_read),
		cmocka_unit_test(the_ceilings_hold_to_the_element),
		cmocka_unit_test(more_namespaces_than_anyone_needs_are_refused),
		cmocka_unit_test(every_recorded_response_decodes_or_is_refused),
	};

	/* reply starts out as message_free leaves it */
	message_free(&reply);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
