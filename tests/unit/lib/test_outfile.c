#include "lib/outfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/sitefile.h"

static char dir[64]; /* a fresh folder for each test */
static char path[128];

static int
make_folder(void **state)
{
	(void)state;
	(void)strcpy(dir, "/tmp/test_outfile.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/report", dir);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

/* How many names the folder has. */
static size_t
names(void)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n - 2; /* . and .. */
}

static void
put(const char *text, mode_t mode)
{
	struct outfile o;

	assert_int_equal(outfile_open(&o, path, mode), 0);
	(void)fputs(text, o.f);
	assert_int_equal(outfile_commit(&o), 0);
}

static void
expect(const char *text)
{
	char got[64];
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	(void)fclose(f);
	assert_string_equal(got, text);
}

static void
a_commit_makes_the_file_and_a_second_one_replaces_it(void **state)
{
	(void)state;
	put("first, and longer", 0644);
	expect("first, and longer");
	put("second", 0644);
	expect("second");
	assert_int_equal(names(), 1);
}

static void
nothing_is_seen_before_the_commit_and_nothing_after_abandoning(void **state)
{
	struct outfile o;

	(void)state;
	assert_int_equal(outfile_open(&o, path, 0644), 0);
	(void)fputs("half", o.f);
	(void)fflush(o.f);
	assert_int_equal(names(), 0);
	outfile_abandon(&o);
	assert_int_equal(names(), 0);
	outfile_abandon(&o); /* twice is once */
	put("old", 0644);
	assert_int_equal(outfile_open(&o, path, 0644), 0);
	(void)fputs("new", o.f);
	outfile_abandon(&o);
	expect("old");
}

static void
a_killed_program_leaves_nothing_behind(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	put("old", 0644);
	pid = fork();
	if (pid == 0) {
		struct outfile o;

		if (outfile_open(&o, path, 0644) == 0) {
			(void)fputs("half", o.f);
			(void)fflush(o.f);
			(void)raise(SIGKILL);
		}
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	expect("old");
	assert_int_equal(names(), 1);
}

static void
the_mode_is_the_one_asked_for_whatever_the_umask(void **state)
{
	static const mode_t modes[] = { 0600, 0640, 0644, 0666 };
	mode_t keep = umask(0027);
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put("x", modes[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, modes[i]);
	}
	(void)umask(keep);
}

static void
a_secret_file_is_private_before_its_first_byte(void **state)
{
	mode_t keep = umask(0);
	struct outfile o;
	struct stat st;

	(void)state;
	assert_int_equal(outfile_open(&o, path, 0600), 0);
	assert_int_equal(fstat(fileno(o.f), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	outfile_abandon(&o);
	(void)umask(keep);
}

static void
a_folder_that_is_not_there_or_no_folder_is_named_by_errno(void **state)
{
	char below[160];
	struct outfile o;

	(void)state;
	(void)snprintf(below, sizeof(below), "%s/none/report", dir);
	assert_int_equal(outfile_open(&o, below, 0644), -1);
	assert_int_equal(errno, ENOENT);
	assert_null(o.f);
	outfile_abandon(&o);
	put("a file", 0644);
	(void)snprintf(below, sizeof(below), "%s/report", path);
	assert_int_equal(outfile_open(&o, below, 0644), -1);
	assert_int_equal(errno, ENOTDIR);
}

static void
a_name_that_is_too_long_is_refused_and_not_cut(void **state)
{
	static char name[PATH_MAX * 2];
	struct outfile o;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	assert_int_equal(outfile_open(&o, name, 0644), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

static void
a_disk_that_is_full_leaves_the_old_file(void **state)
{
	struct outfile o;

	(void)state;
	put("old", 0644);
	assert_int_equal(outfile_open(&o, path, 0644), 0);
	(void)fclose(o.f);
	o.f = fopen("/dev/full", "w");
	assert_non_null(o.f);
	(void)fputs("new", o.f);
	assert_int_equal(outfile_commit(&o), -1);
	assert_int_equal(errno, ENOSPC);
	assert_null(o.f);
	expect("old");
	assert_int_equal(names(), 1);
}

static void
a_folder_in_the_way_stays_and_nothing_else_does(void **state)
{
	struct outfile o;

	(void)state;
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(outfile_open(&o, path, 0644), 0);
	(void)fputs("new", o.f);
	assert_int_equal(outfile_commit(&o), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(names(), 1);
	assert_int_equal(rmdir(path), 0);
}

static void
a_name_without_a_folder_is_made_where_we_are(void **state)
{
	char keep[PATH_MAX];
	struct outfile o;

	(void)state;
	assert_non_null(getcwd(keep, sizeof(keep)));
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(outfile_open(&o, "report", 0644), 0);
	(void)fputs("here", o.f);
	assert_int_equal(outfile_commit(&o), 0);
	assert_int_equal(chdir(keep), 0);
	expect("here");
}

static void
what_exists_once_takes_the_place_of_nothing(void **state)
{
	struct outfile o;

	(void)state;
	assert_int_equal(outfile_open(&o, path, 0600), 0);
	(void)fputs("first", o.f);
	assert_int_equal(outfile_commit_new(&o), 0);
	assert_int_equal(outfile_open(&o, path, 0600), 0);
	(void)fputs("second", o.f);
	assert_int_equal(outfile_commit_new(&o), -1);
	assert_int_equal(errno, EEXIST);
	expect("first");
	assert_int_equal(names(), 1);
}

/* What is closed after a failure may fail too: that is not why. */
static void
closing_keeps_the_reason_of_a_failure(void **state)
{
	struct outfile o;

	(void)state;
	assert_int_equal(outfile_open(&o, path, 0600), 0);
	assert_int_equal(close(o.dir), 0);
	errno = EDOM;
	outfile_abandon(&o);
	assert_int_equal(errno, EDOM);
	assert_int_equal(sitefile_close(-1), -1);
	assert_int_equal(errno, EDOM);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_commit_makes_the_file_and_a_second_one_replaces_it),
		TEST(
		    nothing_is_seen_before_the_commit_and_nothing_after_abandoning),
		TEST(a_killed_program_leaves_nothing_behind),
		TEST(the_mode_is_the_one_asked_for_whatever_the_umask),
		TEST(a_secret_file_is_private_before_its_first_byte),
		TEST(a_folder_that_is_not_there_or_no_folder_is_named_by_errno),
		TEST(a_name_that_is_too_long_is_refused_and_not_cut),
		TEST(a_disk_that_is_full_leaves_the_old_file),
		TEST(a_folder_in_the_way_stays_and_nothing_else_does),
		TEST(a_name_without_a_folder_is_made_where_we_are),
		TEST(what_exists_once_takes_the_place_of_nothing),
		TEST(closing_keeps_the_reason_of_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
