#ifndef OPTION_H
#define OPTION_H

/*
 * option - option arguments that several programs take.  Each ends the
 * program with 64 and a message that names the option when arg is not legal.
 */
#include "hello/hellotime.h"
#include "plan/siteconf.h"

/* A batch's name: 1 to 64 letters, digits, dots, dashes and underscores, the
 * first a letter or digit, as it also becomes part of file names. */
const char *option_batch(const char *option, const char *arg);

/* Free text: UTF-8 of 1 to 255 bytes without control characters. */
const char *option_text(const char *option, const char *arg);

/*
 * -w and -W: hours of the PSK and the PKI window; -R: the schedule of hellos.
 */
void option_hellotime(struct hellotime *t, int option, const char *arg);

/* A value that is a setting of the site too, one of its choices. */
const char *option_choice(enum siteconf_id id, const char *option,
    const char *arg);

/* A number that is a setting of the site too, in the range of that one. */
uint64_t option_setting(enum siteconf_id id, const char *option,
    const char *arg);

#endif
