#include "stick/setupbin_common.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "stick/setupbin_csv.h"
#include "stick/setupbin_root.h"
#include "stick/setupbin_vars.h"
#include "lib/source.h"
#include "lib/stage.h"

void
setupbin_common_set(struct setupbin_record *common, char *arg)
{
	char *value = strchr(arg, '=');
	const struct setupbin_var *v;
	struct fault f;

	if (value == NULL)
		errx(EX_USAGE, "--set: no = in it (expected NAME=VALUE)");
	*value++ = '\0';
	v = setupbin_var_named(arg);
	if (v == NULL)
		errx(EX_USAGE,
		    "--set: no variable is named so (got \"%s\"; --list has "
		    "their names)",
		    arg);
	if (v->secret || setupbin_var_is(v, SETUPBIN_PID))
		errx(EX_USAGE, "--set: %s is no setting of all machines%s",
		    v->name,
		    v->secret ? ", and arguments are seen by everybody: give "
		                "it in a list"
		              : "");
	if (!v->repeats &&
	    setupbin_record_find(common, v->module, v->id) != NULL)
		errx(EX_USAGE, "--set: %s is set twice", v->name);
	if (setupbin_csv_put(common, v, value, &f) == -1)
		errx(EX_USAGE, "--set: %s", f.why);
}

/* The file of "sha256:root.pem", and the type of hash when that is given. */
static const char *
root_file(const char *arg, unsigned *type)
{
	for (unsigned t = 1; setupbin_var_digest(t) != NULL; t++) {
		size_t n = strlen(setupbin_var_digest(t)->name);

		if (strncmp(arg, setupbin_var_digest(t)->name, n) == 0 &&
		    arg[n] == ':') {
			*type = t;
			return arg + n + 1;
		}
	}
	return arg;
}

const char *
setupbin_common_root_file(const char *arg)
{
	unsigned type;

	return root_file(arg, &type);
}

void
setupbin_common_root(struct setupbin_record *common,
    const struct setupbin_header *h, const char *arg)
{
	unsigned type = h->major >= 3 ? 2 : 1;
	uint8_t value[SETUPBIN_VAR_MAX], *pem;
	size_t len, pem_len;
	struct fault f;
	int fd;

	arg = root_file(arg, &type);
	if (h->major < setupbin_var_digest(type)->since_major)
		errx(EX_USAGE,
		    "--root: %s hashes came with version %u (this file is "
		    "%u.%u)",
		    setupbin_var_digest(type)->name,
		    setupbin_var_digest(type)->since_major, h->major, h->minor);
	fd = open(arg, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		err(EX_NOINPUT, "%s", arg);
	source_read(fd, arg, SETUPBIN_ROOT_PEM_MAX, &pem, &pem_len);
	(void)close(fd);
	if (setupbin_root_value(value, &len, type, pem, pem_len, &f) == -1)
		stage_fail(EX_DATAERR, arg, 0, "%s", f.why);
	free(pem);
	if (setupbin_record_add(common, 2, 8, value, len, &f) == -1)
		stage_fail(EX_USAGE, arg, 0, "%s", f.why);
}

void
setupbin_common_try(const struct setupbin_record *common,
    const struct setupbin_header *h)
{
	uint8_t chunk[SETUPBIN_CHUNK];
	struct fault f;

	if (setupbin_record_encode(chunk, common, h, &f) == -1)
		errx(EX_USAGE, "%s", f.why);
}
