/*
 * replay - runs a fuzz target once over each file named, without libFuzzer:
 * how make check goes through the corpus with any compiler and sanitizer.
 */
#include <err.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
replay(const char *name)
{
	FILE *f = fopen(name, "rb");
	uint8_t *all;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		err(1, "%s", name);
	rewind(f);
	/* Exactly as long as the input: a sanitizer guards its end. */
	all = malloc((size_t)size + (size == 0));
	if (all == NULL || fread(all, 1, (size_t)size, f) != (size_t)size)
		err(1, "%s", name);
	(void)LLVMFuzzerTestOneInput(all, (size_t)size);
	free(all);
	(void)fclose(f);
}

int
main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		(void)printf("%s\n", argv[i]);
		(void)fflush(stdout);
		replay(argv[i]);
	}
	return 0;
}
