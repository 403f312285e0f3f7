#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

int
fault_set(struct fault *f, size_t at, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return -1;
	f->at = at;
	va_start(ap, fmt);
	(void)vsnprintf(f->why, sizeof(f->why), fmt, ap);
	va_end(ap);
	return -1;
}
