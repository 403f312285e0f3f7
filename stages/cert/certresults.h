#ifndef CERTRESULTS_H
#define CERTRESULTS_H

/* certresults - what each test of a certificate came to, a line each. */
#include "amt/certcheck.h"

/* On standard output: grade, test and why, and below it what to do. */
void certresults_show(const struct certcheck *c);

#endif
