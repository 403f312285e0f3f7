#include "lib/random.h"

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>
#include <sysexits.h>

void
random_bytes(void *to, size_t len)
{
	uint8_t *p = to;

	while (len != 0) {
		ssize_t n = getrandom(p, len, 0);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_OSERR, "getrandom");
		p += n;
		len -= (size_t)n;
	}
}

void
random_password(char to[PASSWORD_MADE + 1])
{
	uint8_t random[PASSWORD_RANDOM];

	do
		random_bytes(random, sizeof(random));
	while (password_generate(to, random, sizeof(random)) == 0);
	explicit_bzero(random, sizeof(random));
}

void
random_pidpps(char pid[PID_LEN + 1], char pps[PPS_LEN + 1])
{
	uint8_t random[PIDPPS_RANDOM];

	do
		random_bytes(random, sizeof(random));
	while (pidpps_generate(pid, pps, random, sizeof(random)) == 0);
	explicit_bzero(random, sizeof(random));
}
