/* What is accepted is a name, a profile or nothing, and said again it is the
 * same; what is not has one of the reasons and says why. */
#include "map/props.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
say_again(const struct props *p)
{
	char text[DOMAIN_TEXT + PROPS_TOLD_MAX + 96], told[PROPS_TOLD_MAX];
	struct props again;
	struct fault f;
	size_t len = props_told(told, p);
	int n = snprintf(text, sizeof(text), "%s%s%s%s",
	    p->fqdn[0] != '\0' ? "fqdn=" : "", p->fqdn,
	    p->fqdn[0] != '\0' ? "\n" : "", told);

	if (strlen(told) != len)
		abort();
	if (n < 0 || props_decode(&again, text, (size_t)n, &f) != REASON_NONE ||
	    strcmp(again.fqdn, p->fqdn) != 0 ||
	    strcmp(again.profile, p->profile) != 0 ||
	    strcmp(again.ou, p->ou) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = { 0 };
	struct props p;

	switch (props_decode(&p, (const char *)data, size, &f)) {
	case REASON_NONE:
		say_again(&p);
		break;
	case REASON_PROPS_LONG:
		if (size <= PROPS_ANSWER_MAX)
			abort();
		break;
	case REASON_PROPS_ANSWER:
	case REASON_PROPS_KEY:
	case REASON_PROPS_OU:
	case REASON_PROPS_PROFILE:
		if (f.at == 0 || f.why[0] == '\0')
			abort();
		break;
	default:
		abort();
	}
	return 0;
}
