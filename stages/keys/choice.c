#include "keys/choice.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

unsigned
choice_ask(unsigned n)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	unsigned long which = 0;
	char answer[16], *end = answer;
	ssize_t len;

	if (tty == -1)
		return 0;
	(void)dprintf(tty, "Which one, 1 to %u? ", n);
	len = read(tty, answer, sizeof(answer) - 1);
	(void)close(tty);
	if (len <= 0)
		return 0;
	answer[len] = '\0';
	if (answer[0] >= '1' && answer[0] <= '9')
		which = strtoul(answer, &end, 10);
	return which != 0 && which <= n && *end == '\n' ? (unsigned)which : 0;
}
