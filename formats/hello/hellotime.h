#ifndef HELLOTIME_H
#define HELLOTIME_H

/*
 * hellotime - how much longer a machine listens, from its last hello.
 *
 * A machine repeats its hello by a schedule and closes its network interface
 * some hours after the first one of the series; the retry count in a hello
 * tells how long ago that was.  Sources disagree about both (hello(5)), so
 * both are settings of a site, and what comes out is a hint: it orders the
 * work and tells when a person has to go there.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* How long a machine listens after the first hello of a series: Intel's blog
 * on the PSK hello; Altiris and HP manuals for PKI. */
#define HELLOTIME_PSK_HOURS 6
#define HELLOTIME_PKI_HOURS 24
#define HELLOTIME_HOURS_MAX 255 /* Intel's guide, "at most" */
/* Five a minute apart, five ten minutes apart, the rest an hour apart:
 * Intel's Chinese blog on AMT PSK, 2009. */
#define HELLOTIME_SCHEDULE "5x60,5x600,5x3600"
#define HELLOTIME_STEPS 8

struct hellotime {
	unsigned psk_hours, pki_hours;
	size_t nsteps; /* 1 - HELLOTIME_STEPS */
	struct {
		uint32_t count;   /* pauses of this length; 1 - 10,000 */
		uint32_t seconds; /* 1 - 86,400 */
	} step[HELLOTIME_STEPS];
};

/* The windows and the schedule above. */
void hellotime_usual(struct hellotime *t);

/*
 * The schedule from text as above: pauses between hellos, count x seconds;
 * the last step goes on for ever.  0, or -1 with *f filled (at is the offset)
 * and *t as it was.
 */
int hellotime_parse(struct hellotime *t, const char *text, struct fault *f);

/* Seconds between the first hello of a series and the one with this retry
 * count. */
int64_t hellotime_elapsed(const struct hellotime *t, uint32_t retries);

/* Hours after the first hello in which a machine of this hello version
 * listens. */
unsigned hellotime_window(const struct hellotime *t, unsigned version);

/*
 * When the machine that sent this hello stops listening, in seconds since
 * 1970.  Never before it was due to send the next one: a hello shows that the
 * machine listens, whatever its count is.
 */
int64_t hellotime_closes(const struct hellotime *t, unsigned version,
    int64_t received, uint32_t retries);

#endif
