#include "cert/certresults.h"

#include <stdio.h>

void
certresults_show(const struct certcheck *c)
{
	for (unsigned i = 0; i < NCERTTESTS; i++) {
		const struct certcheck_result *r = &c->results[i];

		if (r->grade == CERTGRADE_NONE)
			continue;
		(void)printf("%s %s: %s\n", certcheck_grade_name(r->grade),
		    certcheck_test_name(i), r->why);
		if (r->advice[0] != '\0')
			(void)printf("     what to do: %s\n", r->advice);
	}
}
