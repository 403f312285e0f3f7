/*
 * site-open - looks at a site before a command works on it: its settings are
 * read and checked, and come out as assignments for the command's shell; the
 * folders that it needs are there.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "plan/siteconf.h"
#include "lib/outfile.h"
#include "lib/sitefile.h"
#include "lib/source.h"
#include "lib/stage.h"

enum { OPT_RANGES = 256 };

/* Whoever may put files there may take ours away. */
static void
check_folder(const char *site)
{
	struct stat st;

	if (stat(site, &st) == -1)
		err(EX_NOINPUT, "%s", site);
	if ((st.st_mode & S_IWOTH) != 0)
		errx(EX_CONFIG,
		    "%s: everybody may write in the site's folder (mode %03o): "
		    "chmod o-w %s",
		    site, (unsigned)(st.st_mode & 0777), site);
}

/* Before stage_confine: no other file of the site is this program's to read. */
static int
open_settings(char path[PATH_MAX], const char *site)
{
	int fd;

	if (snprintf(path, PATH_MAX, "%s/site.conf", site) >= PATH_MAX)
		errx(EX_USAGE, "-d: path is too long");
	fd = sitefile_open(path, O_RDONLY, SITEFILE_STRICT | SITEFILE_TRUSTED);
	if (fd == -1 && errno == ENOENT)
		errx(EX_CONFIG,
		    "%s: the site's settings are missing: put them back from a "
		    "backup, or make the usual ones with: amt-init -d %s "
		    "--missing",
		    path, site);
	if (fd == -1)
		errx(EX_CONFIG, "%s: %s", path, sitefile_why());
	return fd;
}

/* Closes fd. */
static void
read_settings(struct siteconf *c, const char *site, int fd, const char *path)
{
	struct fault f;
	uint8_t *text;
	struct stat st;
	size_t len;

	/* To source_read that were bad input, 65; here it is bad settings. */
	if (fstat(fd, &st) == 0 && st.st_size > SITECONF_MAX)
		errx(EX_CONFIG, "%s: larger than %d bytes", path, SITECONF_MAX);
	source_read(fd, path, SITECONF_MAX, &text, &len);
	close(fd);
	if (siteconf_decode(c, (const char *)text, len, site, &f) == -1)
		stage_fail(EX_CONFIG, path, f.at, "%s", f.why);
	free(text);
}

static void
put_settings(const struct siteconf *c)
{
	char line[SITECONF_LINE];

	for (enum siteconf_id i = 0; i < SITECONF_NSETTINGS; i++) {
		size_t n = siteconf_line(line, sizeof(line), c, i);

		(void)fwrite(line, 1, n, stdout);
	}
}

static void
put_ranges(void)
{
	for (enum siteconf_id i = 0; i < SITECONF_NSETTINGS; i++) {
		const struct siteconf_setting *s = siteconf_setting(i);
		char range[SITECONF_RANGE];

		siteconf_range(range, s);
		(void)printf("%s\t%s\t%s\n", s->name, range, s->usual);
	}
}

static void
make_folders(const char *site, char **names)
{
	for (; *names != NULL; names++) {
		int fd = sitefile_make_folder(site, *names);

		if (fd == -1)
			errx(EX_CANTCREAT, "%s/%s: %s", site, *names,
			    sitefile_why());
		close(fd);
	}
}

/* Before stage_confine: it may be anywhere. */
static void
make_output_folder(const char *path)
{
	int fd = path[0] != '\0' ? sitefile_make_path(path) : -1;

	if (fd != -1)
		close(fd);
	else if (path[0] != '\0')
		errx(EX_CANTCREAT, "%s: cannot create: %s", path,
		    sitefile_why());
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "ranges", no_argument, NULL, OPT_RANGES },
		{ NULL, 0, NULL, 0 },
	};
	const char *site = "", *output = "";
	struct siteconf c;
	char path[PATH_MAX];
	bool ranges = false;
	int ch, fd;

	stage_begin("-d site [-a name] [-o folder] [folder ...]\n"
	            "       site-open --ranges",
	    MAY_WRITE_FILES);
	while ((ch = stage_getopt(argc, argv, "a:d:o:", longopts)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		case 'd':
			site = optarg;
			break;
		case 'o':
			output =
			    outfile_no_stdout(optarg, "this makes a folder");
			break;
		case OPT_RANGES:
			ranges = true;
			break;
		default:
			stage_usage();
		}
	if (ranges ? site[0] != '\0' || optind != argc : site[0] == '\0')
		stage_usage();
	if (ranges) {
		stage_confine();
		put_ranges();
		return stage_end();
	}
	sitefile_site(site);
	check_folder(site);
	fd = open_settings(path, site);
	make_output_folder(output);
	stage_makes_folders(site);
	stage_confine();
	read_settings(&c, site, fd, path);
	make_folders(site, argv + optind);
	put_settings(&c);
	return stage_end();
}
