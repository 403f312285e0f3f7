#include "map/dmitext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DUMP(uuid)                                                             \
	"# dmidecode 3.4\nSMBIOS 2.7 present.\n\n"                             \
	"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n"            \
	"\tManufacturer: Example\n\tUUID: " uuid "\n\tSKU Number: x\n\n"       \
	"Handle 0x0002, DMI type 2, 15 bytes\nBase Board Information\n"        \
	"\tUUID: not this\n\n"

static char said[1024];

static void
note(void *arg, const struct dmitext_machine *m)
{
	size_t len = strlen(said);

	(void)arg;
	(void)snprintf(said + len, sizeof(said) - len, "%s=%s;", m->uuid,
	    m->name);
}

/* All that is said of a text that comes step bytes at a time. */
static int
read_text(const char *text, size_t step, struct fault *f)
{
	struct dmitext *d = dmitext_new(note, NULL);
	size_t len = strlen(text);
	int ok = 0;

	said[0] = '\0';
	for (size_t at = 0; ok == 0 && at < len; at += step)
		ok = dmitext_feed(d, text + at,
		    len - at < step ? len - at : step, f);
	if (ok == 0)
		ok = dmitext_end(d, f);
	dmitext_free(d);
	return ok;
}

static void
machines_are_told_apart_with_their_names(void **state)
{
	static const struct {
		const char *text, *said;
	} texts[] = {
		{ "", "" },
		{ DUMP("u1"), "u1=;" },
		{ "Hostname: pc1\n" DUMP("u1") "Hostname: pc2\n" DUMP("u2"),
		    "u1=pc1;u2=pc2;" },
		{ "FQDN: pc1.a.b\n\n" DUMP("u1") DUMP("u2"),
		    "u1=pc1.a.b;u2=;" },
		/* the more precise name counts */
		{ "==> dmi/x.txt <==\nHostname: pc1\nFQDN: pc1.a.b\n" DUMP(
		      "u1"),
		    "u1=pc1.a.b;" },
		{ "FQDN: pc1.a.b\nHostname: PC1\n" DUMP("u1"), "u1=pc1.a.b;" },
		/* of two machines the first has no dump */
		{ "FQDN: pc1.a.b\nHostname: pc2\n" DUMP("u2"),
		    "=pc1.a.b;u2=pc2;" },
		{ "==> a.txt <==\n==> b.txt <==\n" DUMP("u2"), "=a;u2=b;" },
		{ "==> a/ <==\n" DUMP("u1"), "u1=;" },
		{ "==> a/pc1.a.b.txt <==\n" DUMP(
		      "u1") "\n==> a/pc2.a.b.TXT <==\n" DUMP("u2"),
		    "u1=pc1.a.b;u2=pc2.a.b;" },
		{ "pc1 | CHANGED | rc=0 >>\n" DUMP(
		      "u1") "pc2 | FAILED | rc=1 >>\nno\n",
		    "u1=pc1;=pc2;" },
		/* -q and -t print no first line */
		{ "System Information\n\tUUID: u1\n\nSystem Information\n"
		  "\tUUID: u2\n",
		    "u1=;u2=;" },
		{ "Hostname: pc1\r\nSystem Information\r\n\tUUID: u1\r\n",
		    "u1=pc1;" },
		{ "# dmidecode 3.4\n/dev/mem: Permission denied\n", "=;" },
		/* The first UUID counts. */
		{ "System Information\n\tUUID: u1\n\tUUID: u2\n", "u1=;" },
	};
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t step = 1; step < 200; step += 23) {
			assert_int_equal(read_text(texts[i].text, step, &f), 0);
			assert_string_equal(said, texts[i].said);
		}
}

static void
note_about(void *arg, const struct dmitext_machine *m)
{
	size_t len = strlen(said);

	(void)arg;
	(void)snprintf(said + len, sizeof(said) - len, "%s=%s,%s;", m->uuid,
	    m->model, m->serial);
}

static void
model_and_serial_number_are_those_of_the_system(void **state)
{
	static const char text[] = "# dmidecode 3.4\nBase Board Information\n"
	                           "\tProduct Name: board\n"
	                           "\tSerial Number: B1\n\n"
	                           "System Information\n"
	                           "\tProduct Name: OptiPlex 7090 \n"
	                           "\tSerial Number: 5CG0001\n\tUUID: u1\n\n"
	                           "Chassis Information\n"
	                           "\tSerial Number: C1\n\n"
	                           "# dmidecode 3.4\nSystem Information\n"
	                           "\tUUID: u2\n";
	struct dmitext *d = dmitext_new(note_about, NULL);
	struct fault f;

	(void)state;
	said[0] = '\0';
	assert_int_equal(dmitext_feed(d, text, strlen(text), &f), 0);
	assert_int_equal(dmitext_end(d, &f), 0);
	dmitext_free(d);
	assert_string_equal(said, "u1=OptiPlex 7090,5CG0001;u2=,;");
}

static void
a_name_below_a_dump_without_one_ends_it(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(read_text(DUMP("u1") "Hostname: pc1\n" DUMP(
	                               "u2") "Hostname: pc2\n",
	                     1000, &f),
	    -1);
	assert_int_equal(f.at, 14);
	assert_string_equal(f.why,
	    "\"pc1\" is below a dump without a name: it may belong to that "
	    "one or to the next (expected each machine's name above its "
	    "dump)");
	assert_int_equal(read_text(DUMP("u1") "==> x <==\n", 1000, &f), -1);
}

static void
a_nul_and_an_endless_line_do_no_harm(void **state)
{
	static char line[5000];
	struct dmitext *d = dmitext_new(note, NULL);
	struct fault f;

	(void)state;
	memset(line, 'x', sizeof(line));
	said[0] = '\0';
	assert_int_equal(dmitext_feed(d, line, sizeof(line), &f), 0);
	assert_int_equal(dmitext_feed(d, "\nHostname: ", 11, &f), 0);
	assert_int_equal(dmitext_feed(d, line, sizeof(line), &f), 0);
	assert_int_equal(dmitext_feed(d, "\n", 1, &f), 0);
	assert_int_equal(dmitext_feed(d, "\0", 1, &f), -1);
	assert_int_equal(f.at, 3);
	dmitext_free(d);
}

static void
dmidecode_is_known_by_its_first_lines(void **state)
{
	static const struct {
		const char *text;
		bool looks;
	} texts[] = {
		{ DUMP("u1"), true },
		{ "Hostname: x\n# dmidecode 3.4\n", true },
		{ "System Information\n", true },
		{ "System Information\r\n", true },
		{ "x\nSystem Information", true },
		{ "System Information,UUID\n", false },
		{ "UUID,FQDN\nx,# dmidecode \n", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(dmitext_looks(texts[i].text,
		                     strlen(texts[i].text)),
		    texts[i].looks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_are_told_apart_with_their_names),
		cmocka_unit_test(
		    model_and_serial_number_are_those_of_the_system),
		cmocka_unit_test(a_name_below_a_dump_without_one_ends_it),
		cmocka_unit_test(a_nul_and_an_endless_line_do_no_harm),
		cmocka_unit_test(dmidecode_is_known_by_its_first_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
