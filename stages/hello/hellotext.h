#ifndef HELLOTEXT_H
#define HELLOTEXT_H

/*
 * hellotext - a hello for people, a line a field, to stdout.
 */
#include "hello/hello.h"
#include "hello/hellotime.h"

struct hellotext {
	const char *address; /* "" unknown */
	int64_t received;    /* < 0: unknown */
	const struct hellotime *timing;
};

void hellotext_print(const struct hellotext *t, const char *from,
    const struct hello *h);

#endif
