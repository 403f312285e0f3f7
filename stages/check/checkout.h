#ifndef CHECKOUT_H
#define CHECKOUT_H

/*
 * checkout - the findings of a check on standard output: the stream @checks.
 *
 *	checkout_begin();
 *	checkout_passed(CHECK_MAP, "%d machines", n);
 *	checkout_found(CHECKCODE_MAP_EMPTY, "no machine");
 *	checkout_end();
 *
 * What is found may come from a stranger's file: what is no UTF-8 is shown as
 * \xHH.
 */
#include "base/record.h"
#include "check/checkcode.h"

void checkout_begin(void);
void checkout_passed(enum checkpart what, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void checkout_found(enum checkcode_id id, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A record that came in, as it came. */
void checkout_again(const struct record *r);
void checkout_end(void);

/* 2 h 5 min, 45 s: for people. */
#define CHECKOUT_AGE 48
void checkout_age(char to[CHECKOUT_AGE], int64_t seconds);

#endif
