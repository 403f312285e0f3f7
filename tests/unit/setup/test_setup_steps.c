#include "setup/setup_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"

static struct setup s;
static const struct message_node *took_items;

static enum setup_next
took(struct setup *unused, struct message *r)
{
	(void)unused;
	took_items = r->items;
	return SETUP_ASK;
}

/* It knows what 16 means, and what a fault of another class means. */
static bool
refused(struct setup *unused, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)unused;
	*next = SETUP_ASK;
	return no->fault == NULL ? no->code == 16
	                         : strcmp(no->fault->subcode, "Own") == 0;
}

static const struct setup_step call = { .name = "call",
	.class = "AMT_Lamp",
	.method = "Shine",
	.expect = EXPECT_RETURN,
	.took = took,
	.refused = refused };
static const struct setup_step get = { .name = "get",
	.class = "AMT_Lamp",
	.expect = EXPECT_INSTANCE,
	.took = took };
static const struct setup_step look = { .name = "look",
	.class = "AMT_Lamp",
	.expect = EXPECT_INSTANCE,
	.own_pace = true,
	.took = took };

static int
begin(void **state)
{
	(void)state;
	s = (struct setup){ .rules = { .dialect = &setup_wsman }, .id = 7 };
	(void)setup_enter(&s, &call);
	return 0;
}

static struct message
answer(const char *class)
{
	struct message r;

	message_clear(&r);
	r.class = class;
	return r;
}

static void
an_answer_fits_by_message_kind_and_return_value(void **state)
{
	static const struct {
		const struct setup_step *step;
		const char *class, *relates_to;
		bool returned;
		const char *why; /* NULL: it fits */
	} rows[] = {
		{ &call, "Shine_OUTPUT", "7", true, NULL },
		{ &call, "Shine_OUTPUT", "", true, NULL },
		{ &call, "Shine_OUTPUT", "8", true,
		    "answer to another message (got RelatesTo 8, expected 7)" },
		{ &call, "Shine", "7", true,
		    "answer of another kind (got Shine, expected "
		    "Shine_OUTPUT)" },
		{ &call, "Shine_OUTPUT", "7", false,
		    "Shine answered without a ReturnValue" },
		{ &get, "AMT_Lamp", "7", false, NULL },
		{ &get, "AMT_Fan", "7", false,
		    "answer of another kind (got AMT_Fan, expected "
		    "AMT_Lamp)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct message r = answer(rows[i].class);

		(void)setup_enter(&s, rows[i].step);
		r.relates_to = rows[i].relates_to;
		r.returned = rows[i].returned;
		assert_int_equal(setup_fits(&s, &r), rows[i].why == NULL);
		if (rows[i].why != NULL)
			assert_non_null(strstr(s.why.detail, rows[i].why));
	}
	/* a fault has no kind of its own */
	(void)setup_enter(&s, &call);
	struct message r = answer("Fault");

	r.fault.set = true;
	assert_true(setup_fits(&s, &r));
}

static void
a_good_answer_goes_to_its_step(void **state)
{
	static const struct message_node item = { .name = "x" };
	struct message r = answer("Shine_OUTPUT");

	(void)state;
	r.returned = true;
	r.items = &item;
	assert_int_equal(setup_answered(&s, &r), SETUP_ASK);
	assert_ptr_equal(took_items, &item);
}

static void
codes_are_waited_for_told_or_left_to_their_step(void **state)
{
	static const struct {
		uint32_t code;
		enum setup_next next;
		enum reason_id reason;
	} rows[] = {
		{ 2, SETUP_WAIT, REASON_NONE },
		{ 0x2f, SETUP_WAIT, REASON_NONE },
		{ 0x30, SETUP_WAIT, REASON_NONE },
		{ 0x31, SETUP_WAIT, REASON_NONE },
		{ 0x80d, SETUP_WAIT, REASON_NONE },
		{ 0x822, SETUP_WAIT, REASON_NONE },
		{ 0x26, SETUP_END, REASON_FLASH_LIMIT },
		{ 16, SETUP_ASK, REASON_NONE }, /* the step's own */
		{ 1, SETUP_END, REASON_RETURN_CODE },
		{ 0x809, SETUP_END, REASON_RETURN_CODE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct message r = answer("Shine_OUTPUT");

		(void)begin(state);
		r.returned = true;
		r.return_value = rows[i].code;
		assert_int_equal(setup_answered(&s, &r), rows[i].next);
		assert_int_equal(s.end.reason, rows[i].reason);
	}
	/* of a step that calls nothing it is a property like others */
	struct message r = answer("AMT_Lamp");

	(void)begin(state);
	(void)setup_enter(&s, &get);
	r.returned = true;
	r.return_value = 1;
	assert_int_equal(setup_answered(&s, &r), SETUP_ASK);
}

static void
faults_are_waited_for_told_or_left_to_their_step(void **state)
{
	static const struct {
		const struct setup_step *step;
		const char *subcode, *ns;
		enum setup_next next;
	} rows[] = {
		{ &call, "EndpointUnavailable", WSMAN_ADDRESSING, SETUP_WAIT },
		{ &call, "EndpointUnavailable", "urn:other", SETUP_END },
		{ &look, "EndpointUnavailable", WSMAN_ADDRESSING, SETUP_END },
		{ &call, "Own", "", SETUP_ASK },
		{ &get, "Own", "", SETUP_END },
		{ &call, "AccessDenied", "", SETUP_END },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct message r = answer("Fault");

		(void)begin(state);
		(void)setup_enter(&s, rows[i].step);
		r.fault = (struct message_fault){ .set = true,
			.code = "Sender",
			.subcode = rows[i].subcode,
			.subcode_ns = rows[i].ns,
			.reason = "No.",
			.detail = "" };
		assert_int_equal(setup_answered(&s, &r), rows[i].next);
		if (rows[i].next == SETUP_END)
			assert_int_equal(s.end.reason, REASON_SOAP_FAULT);
	}
	assert_string_equal(s.end.detail, "call: AccessDenied: No.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    an_answer_fits_by_message_kind_and_return_value, begin),
		cmocka_unit_test_setup(a_good_answer_goes_to_its_step, begin),
		cmocka_unit_test_setup(
		    codes_are_waited_for_told_or_left_to_their_step, begin),
		cmocka_unit_test_setup(
		    faults_are_waited_for_told_or_left_to_their_step, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
