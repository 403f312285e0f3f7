#include "amt/wsman.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wsman_text.h"

static struct message reply;
static struct fault fault;
static uint8_t out[65536];

static void
decode(const char *text)
{
	message_free(&reply);
	if (wsman_decode(&reply, text, strlen(text), &fault) != 0)
		fail_msg("line %zu: %s", fault.at, fault.why);
}

static int
teardown(void **state)
{
	(void)state;
	message_free(&reply);
	return 0;
}

static struct writer
writer(size_t cap)
{
	memset(out, 0, sizeof(out));
	return (struct writer){ .base = out, .cap = cap };
}

#define ASK(action, uri, selectors)                                            \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>"                           \
	"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""      \
	" xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""        \
	" xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\">"         \
	"<s:Header><a:Action>" action "</a:Action><a:To>/wsman</a:To>"         \
	"<w:ResourceURI>" uri "</w:ResourceURI>"                               \
	"<a:MessageID>42</a:MessageID><a:ReplyTo><a:Address>"                  \
	"http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"      \
	"</a:Address></a:ReplyTo>"                                             \
	"<w:OperationTimeout>PT60S</w:OperationTimeout>" selectors             \
	"</s:Header><s:Body>"
#define ASKED "</s:Body></s:Envelope>"
#define CIM "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Lamp"

static void
requests_have_the_shape_every_client_sends(void **state)
{
	const struct message_pair key = { .name = "Instance\"ID",
		.value = "a<b" };
	const struct message_to lamp = { "AMT_Lamp", 42, &key, 1 };
	const struct message_to cim = { "CIM_Lamp", 42, NULL, 0 };
	struct writer w = writer(sizeof(out));

	(void)state;
	wsman_get(&w, &lamp);
	assert_string_equal((char *)out,
	    ASK("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", LAMP,
	        "<w:SelectorSet><w:Selector Name=\"Instance&quot;ID\">a&lt;b"
	        "</w:Selector></w:SelectorSet>") ASKED);
	w = writer(sizeof(out));
	wsman_enumerate(&w, &cim);
	assert_string_equal((char *)out,
	    ASK(WSMAN_ENUMERATION "/Enumerate", CIM,
	        "") "<n:Enumerate xmlns:n=\"" WSMAN_ENUMERATION "\"/>" ASKED);
	w = writer(sizeof(out));
	wsman_pull(&w, &cim, "1&2");
	assert_string_equal((char *)out,
	    ASK(WSMAN_ENUMERATION "/Pull", CIM,
	        "") "<n:Pull xmlns:n=\"" WSMAN_ENUMERATION "\">"
	            "<n:EnumerationContext>1&amp;2</n:EnumerationContext>"
	            "<n:MaxElements>999</n:MaxElements><n:MaxCharacters>99999"
	            "</n:MaxCharacters></n:Pull>" ASKED);
	w = writer(sizeof(out));
	wsman_call(&w, &cim, "Off", NULL, 0);
	assert_string_equal((char *)out,
	    ASK(CIM "/Off", CIM, "") "<r:Off_INPUT xmlns:r=\"" CIM
	                             "\"></r:Off_INPUT>" ASKED);
	assert_int_equal(writer_done(&w), 0);
}

static void
every_value_comes_back_as_it_was(void **state)
{
	static const char value[] = "]]>&amp;<x> \"'\t\r\n\xc3\xbc \xf0\x9f\x98"
	                            "\x80";
	const struct message_pair params[] = { { .name = "First",
		                                   .value = value },
		{ .name = "Second", .value = "" } };
	const struct message_to to = { "IPS_Lamp", 0, NULL, 0 };
	struct writer w = writer(sizeof(out));

	(void)state;
	wsman_call(&w, &to, "Set", params, 2);
	decode((char *)out);
	assert_string_equal(reply.class, "Set_INPUT");
	assert_string_equal(reply.action,
	    "http://intel.com/wbem/wscim/1/ips-schema/1/IPS_Lamp/Set");
	assert_string_equal(reply.items->value, value);
	assert_string_equal(reply.items->name, "First");
	assert_string_equal(reply.items->next->value, "");
	assert_non_null(strstr((char *)out, "<a:MessageID>0</a:MessageID>"));
}

static void
what_xml_cannot_carry_makes_the_writer_full(void **state)
{
	static const char *const bad[] = { "a\x01", "\x7f\xff", "\xed\xa0\x80",
		"\x1b[m" };
	const struct message_to to = { "AMT_Lamp", 1, NULL, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct message_pair param = { .name = "P",
			.value = bad[i] };
		struct writer w = writer(sizeof(out));

		wsman_call(&w, &to, "Set", &param, 1);
		assert_int_equal(writer_done(&w), -1);
	}
}

static void
a_request_that_does_not_fit_is_known(void **state)
{
	const struct message_to to = { "AMT_Lamp", 1, NULL, 0 };
	struct writer w = writer(sizeof(out));
	size_t need;

	(void)state;
	wsman_get(&w, &to);
	need = w.len;
	for (size_t cap = 0; cap < need; cap++) {
		w = writer(cap);
		wsman_get(&w, &to);
		assert_int_equal(writer_done(&w), -1);
		assert_int_equal(out[cap], 0);
	}
	w = writer(need);
	wsman_get(&w, &to);
	assert_int_equal(writer_done(&w), 0);
}

static void
a_put_sends_back_all_it_does_not_change(void **state)
{
	const struct message_pair changes[] = {
		{ .name = "Zone", .value = "z" },
		{ .name = "Colour", .value = "<new>" },
		{ .name = "Bulb", .value = "b" }, { .name = "Aaa", .value = "" }
	};
	const struct message_to to = { "AMT_Lamp", 42, NULL, 0 };
	struct writer w = writer(sizeof(out));

	(void)state;
	decode(HEAD "<g:AMT_Lamp><g:Base>a &amp; b</g:Base><g:Base>2</g:Base>"
	            "<g:Colour>old</g:Colour><g:Made xsi:nil=\"true\"/>"
	            "<g:Owner><b:Address>x</b:Address><c:Selector Name=\"N\">"
	            "v</c:Selector></g:Owner></g:AMT_Lamp>" TAIL);
	wsman_put(&w, &to, reply.items, changes, 4);
	assert_string_equal((char *)out,
	    ASK("http://schemas.xmlsoap.org/ws/2004/09/transfer/Put", LAMP,
	        "") "<r:AMT_Lamp xmlns:r=\"" LAMP "\"><r:Aaa></r:Aaa>"
	            "<r:Base>a &amp; b</r:Base><r:Base>2</r:Base>"
	            "<r:Bulb>b</r:Bulb><r:Colour>&lt;new&gt;</r:Colour>"
	            "<r:Made xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-"
	            "instance\" xsi:nil=\"true\"></r:Made><r:Owner>"
	            "<x:Address xmlns:x=\"" WSMAN_ADDRESSING "\">x</x:Address>"
	            "<x:Selector xmlns:x=\"" WSMAN_WSMAN "\" Name=\"N\">v"
	            "</x:Selector></r:Owner><r:Zone>z</r:Zone></"
	            "r:AMT_Lamp>" ASKED);
}

#define KEY_REF                                                                \
	"<a:Address>" WSMAN_ADDRESSING                                         \
	"/role/anonymous</a:Address><a:ReferenceParameters><w:ResourceURI>"    \
	"http://intel.com/wbem/wscim/1/amt-schema/1/AMT_Key</w:ResourceURI>"   \
	"<w:SelectorSet><w:Selector Name=\"InstanceID\">k&amp;1</w:Selector>"  \
	"</w:SelectorSet></a:ReferenceParameters>"

static void
a_parameter_may_be_a_reference_or_an_instance(void **state)
{
	const struct message_pair id = { .name = "InstanceID", .value = "k&1" };
	const struct message_ref key = { .class = "AMT_Key",
		.selectors = &id,
		.nselectors = 1 };
	const struct message_pair parts[] = {
		{ .name = "SSID", .value = "<x>" }, { .name = "Gone" }
	};
	const struct message_pair params[] = { { .name = "KeyPair",
		                                   .ref = &key },
		{ .name = "Input",
		    .class = "CIM_Lamp",
		    .parts = parts,
		    .nparts = 2 } };
	const struct message_pair by = { .name = "Of", .ref = &key };
	const struct message_to to = { "AMT_Lamp", 42, &by, 1 };
	struct writer w = writer(sizeof(out));

	(void)state;
	wsman_call(&w, &to, "Set", params, 2);
	assert_string_equal((char *)out,
	    ASK(LAMP "/Set", LAMP,
	        "<w:SelectorSet><w:Selector Name=\"Of\">"
	        "<a:EndpointReference>" KEY_REF "</a:EndpointReference>"
	        "</w:Selector></w:SelectorSet>") "<r:Set_INPUT "
	                                         "xmlns:r=\"" LAMP
	                                         "\"><r:KeyPair>" KEY_REF
	                                         "</r:KeyPair><r:Input "
	                                         "xmlns:q=\"" CIM
	                                         "\"><q:SSID>&lt;x&gt;"
	                                         "</q:SSID></r:Input>"
	                                         "</r:Set_INPUT>" ASKED);
}

static void
an_instance_is_made_and_removed(void **state)
{
	const struct message_pair key = { .name = "Name", .value = "a<b" };
	const struct message_ref of = { .class = "AMT_Lamp",
		.selectors = &key,
		.nselectors = 1 };
	const struct message_pair parts[] = { { .name = "Of", .ref = &of },
		{ .name = "Colour", .value = "\xc3\xbc&" } };
	const struct message_to lamp = { "AMT_Lamp", 42, NULL, 0 };
	const struct message_to one = { "AMT_Lamp", 42, &key, 1 };
	struct writer w = writer(sizeof(out));

	(void)state;
	wsman_create(&w, &lamp, parts, 2);
	assert_string_equal((char *)out,
	    ASK("http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", LAMP,
	        "") "<r:AMT_Lamp xmlns:r=\"" LAMP
	            "\"><r:Of><a:Address>" WSMAN_ADDRESSING
	            "/role/anonymous</a:Address><a:ReferenceParameters>"
	            "<w:ResourceURI>" LAMP "</w:ResourceURI><w:SelectorSet>"
	            "<w:Selector Name=\"Name\">a&lt;b</w:Selector>"
	            "</w:SelectorSet></a:ReferenceParameters></r:Of>"
	            "<r:Colour>\xc3\xbc&amp;</r:Colour></r:AMT_Lamp>" ASKED);
	w = writer(sizeof(out));
	wsman_delete(&w, &one);
	assert_string_equal((char *)out,
	    ASK("http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete", LAMP,
	        "<w:SelectorSet><w:Selector Name=\"Name\">a&lt;b"
	        "</w:Selector></w:SelectorSet>") ASKED);
	assert_int_equal(writer_done(&w), 0);
}

static void
a_property_may_be_dropped_or_become_a_list(void **state)
{
	const struct message_pair changes[] = { { .name = "Base" },
		{ .name = "Colour", .value = "a" },
		{ .name = "Colour", .value = "b" } };
	const struct message_to to = { "AMT_Lamp", 42, NULL, 0 };
	struct writer w = writer(sizeof(out));

	(void)state;
	decode(
	    HEAD "<g:AMT_Lamp><g:Base>1</g:Base><g:Base>2</g:Base>"
	         "<g:Colour>x</g:Colour><g:Colour>y</g:Colour>"
	         "<g:Colour>z</g:Colour><g:Zone>q</g:Zone></g:AMT_Lamp>" TAIL);
	wsman_put(&w, &to, reply.items, changes, 3);
	assert_string_equal((char *)out,
	    ASK("http://schemas.xmlsoap.org/ws/2004/09/transfer/Put", LAMP,
	        "") "<r:AMT_Lamp xmlns:r=\"" LAMP
	            "\"><r:Colour>a</r:Colour><r:Colour>b</r:Colour>"
	            "<r:Zone>q</r:Zone></r:AMT_Lamp>" ASKED);
}

/* Whatever order they are given in; a list keeps its own. */
static void
new_properties_are_in_the_order_of_their_names(void **state)
{
	const struct message_to to = { "AMT_Lamp", 42, NULL, 0 };
	const struct message_pair changes[] = {
		{ .name = "Zone", .value = "9" },
		{ .name = "Dim", .value = "4" },
		{ .name = "Kind", .value = "b" },
		{ .name = "Bulb", .value = "2" },
		{ .name = "Kind", .value = "a" },
		{ .name = "Aaa", .value = "1" },
	};
	struct writer w = writer(sizeof(out));

	(void)state;
	decode(HEAD "<g:AMT_Lamp><g:Colour>3</g:Colour><g:Lamp>7</g:Lamp>"
	            "</g:AMT_Lamp>" TAIL);
	wsman_put(&w, &to, reply.items, changes, 6);
	assert_string_equal((char *)out,
	    ASK("http://schemas.xmlsoap.org/ws/2004/09/transfer/Put", LAMP,
	        "") "<r:AMT_Lamp xmlns:r=\"" LAMP
	            "\"><r:Aaa>1</r:Aaa><r:Bulb>2</r:Bulb><r:Colour>3"
	            "</r:Colour><r:Dim>4</r:Dim><r:Kind>b</r:Kind><r:Kind>a"
	            "</r:Kind><r:Lamp>7</r:Lamp><r:Zone>9</r:Zone></"
	            "r:AMT_Lamp>" ASKED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_have_the_shape_every_client_sends),
		cmocka_unit_test(every_value_comes_back_as_it_was),
		cmocka_unit_test(what_xml_cannot_carry_makes_the_writer_full),
		cmocka_unit_test(a_request_that_does_not_fit_is_known),
		cmocka_unit_test(a_put_sends_back_all_it_does_not_change),
		cmocka_unit_test(a_parameter_may_be_a_reference_or_an_instance),
		cmocka_unit_test(an_instance_is_made_and_removed),
		cmocka_unit_test(a_property_may_be_dropped_or_become_a_list),
		cmocka_unit_test(
		    new_properties_are_in_the_order_of_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
