#include "check/checkout.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "lib/stream.h"

#define FOUND_MAX 1024

static struct stream_out out;

void
checkout_begin(void)
{
	stream_begin(&out, &kind_checks, false);
}

static void __attribute__((format(printf, 4, 0)))
checkout_write(enum checkpart what, enum checkgrade grade, const char *code,
    const char *fmt, va_list ap)
{
	char text[FOUND_MAX], shown[FOUND_MAX];
	const char *fields[CHECKS_NCOLUMNS] = {
		[CHECKS_CHECK] = check_name(what),
		[CHECKS_GRADE] = checkgrade_name(grade),
		[CHECKS_CODE] = code,
		[CHECKS_FOUND] = text,
	};

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	if (text_utf8(text, strlen(text), NULL) == -1) {
		text_show(shown, sizeof(shown), text, strlen(text));
		fields[CHECKS_FOUND] = shown;
	}
	stream_write(&out, fields);
}

void
checkout_passed(enum checkpart what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	checkout_write(what, CHECKGRADE_PASS, "", fmt, ap);
	va_end(ap);
}

void
checkout_found(enum checkcode_id id, const char *fmt, ...)
{
	const struct checkcode *c = checkcode_get(id);
	va_list ap;

	va_start(ap, fmt);
	checkout_write(c->check, c->grade, c->code, fmt, ap);
	va_end(ap);
}

void
checkout_again(const struct record *r)
{
	stream_write(&out, (const char *const *)r->field);
}

void
checkout_end(void)
{
	stream_end(&out, 0);
}

void
checkout_age(char to[CHECKOUT_AGE], int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" },
		{ 1, "s" } };
	size_t i = 0;
	int n;

	if (seconds < 0)
		seconds = 0;
	while (i < 3 && seconds < units[i].seconds)
		i++;
	n = snprintf(to, CHECKOUT_AGE, "%" PRId64 " %s",
	    seconds / units[i].seconds, units[i].name);
	seconds %= units[i].seconds;
	if (i < 3 && seconds >= units[i + 1].seconds)
		(void)snprintf(to + n, CHECKOUT_AGE - (size_t)n,
		    " %" PRId64 " %s", seconds / units[i + 1].seconds,
		    units[i + 1].name);
}
