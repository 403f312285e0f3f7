#ifndef READ_FILE_H
#define READ_FILE_H

/*
 * read_file - a whole file of less than cap bytes, for cmocka tests; include it
 * after cmocka.h and stdio.h.
 */
static inline size_t
read_file(const char *dir, const char *name, uint8_t *to, size_t cap)
{
	char path[4300];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("%s cannot be opened", path);
	n = fread(to, 1, cap, f);
	assert_true(n < cap);
	(void)fclose(f);
	return n;
}

#endif
