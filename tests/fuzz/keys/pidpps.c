/* What is accepted is canonical after one reading, and what is refused leaves
 * nothing; random bytes make only pairs that can be read. */
#include "keys/pidpps.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
promise(int kept)
{
	if (!kept)
		abort();
}

static void
read_pid(const char *text, size_t len)
{
	char pid[PID_LEN + 1], again[PID_LEN + 1], dashed[PID_DASHED];
	struct fault f;

	if (pid_parse(pid, text, len, &f) == -1) {
		promise(f.why[0] != '\0' && f.at <= len && pid[0] == '\0');
		return;
	}
	pid_format(dashed, pid);
	promise(pid_parse(again, dashed, strlen(dashed), &f) == 0);
	promise(strcmp(pid, again) == 0 && strlen(pid) == PID_LEN);
}

static void
read_pps(const char *text, size_t len)
{
	char pps[PPS_LEN + 1], again[PPS_LEN + 1], dashed[PPS_DASHED];
	struct fault f;

	if (pps_parse(pps, text, len, &f) == -1) {
		promise(f.why[0] != '\0' && f.at <= len && pps[0] == '\0');
		return;
	}
	pps_format(dashed, pps);
	promise(pps_parse(again, dashed, strlen(dashed), &f) == 0);
	promise(strcmp(pps, again) == 0 && strlen(pps) == PPS_LEN);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char pid[PID_LEN + 1], pps[PPS_LEN + 1], again[PPS_LEN + 1];
	struct fault f;

	read_pid((const char *)data, size);
	read_pps((const char *)data, size);
	if (pidpps_generate(pid, pps, data, size) != 0) {
		promise(pid_parse(again, pid, PID_LEN, &f) == 0);
		promise(pps_parse(again, pps, PPS_LEN, &f) == 0);
	}
	return 0;
}
