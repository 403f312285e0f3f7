#ifndef STAGE_H
#define STAGE_H

/*
 * stage - what every program of stages/ does alike: options, the inputs named
 * on its command line, refusals with their place, the exit status, and giving
 * up what it does not need.
 *
 *	stage_begin("[-b batch] [file ...]", MAY_READ_FILES | EMITS_SECRETS);
 *	while ((ch = stage_getopt(argc, argv, "b:", NULL)) != -1) ...
 *	stage_confine();
 *	stage_each_input(argc, argv, parse_one, &arg);
 *	return stage_end();
 */
#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stage_may {
	MAY_READ_FILES = 1,     /* the operands, and stage_reads */
	MAY_WRITE_FILES = 2,    /* stage_makes and stage_changes */
	MAY_USE_STORE = 4,      /* a site: stage_uses_folder */
	MAY_LISTEN = 8,         /* accept connections, on ports open by then */
	MAY_CONNECT = 16,       /* stage_connects */
	EMITS_SECRETS = 32,     /* stdout carries secrets */
	MAY_USE_USB = 64,       /* sysfs, and devices that are open by then */
	MAY_RUN_PROGRAMS = 128, /* a program that the site names */
	BECOMES_PROGRAM = 256,  /* passes its environment on to ours */
	USES_SECRETS = 512,     /* it reads them, and writes none to stdout */
	MAY_USE_UDP = 1024,     /* beside MAY_CONNECT */
	MAY_ASK = 2048,         /* the terminal, without showing the answer */
};

/* Rows with secrets: their memory is nobody else's. */
#define HAS_SECRETS (EMITS_SECRETS | USES_SECRETS | MAY_USE_STORE)

/*
 * First call of main.  usage: the options and operands, without the name.
 * Takes away core files, and from the environment what libraries obey.
 */
void stage_begin(const char *usage, unsigned may);

/* Adds to the may of stage_begin what an option asks for. */
void stage_may_also(unsigned may);

/*
 * getopt_long with --help and -h (stdout, exits 0), --version, --verbose and -v
 * taken care of; longopts (may be NULL, ends with a zero entry) are the
 * program's own and answer their val.  Unknown options end in stage_usage.
 */
int stage_getopt(int argc, char *argv[], const char *opts,
    const struct option *longopts);

/*
 * What the row allows by name, before stage_confine; NULL allows nothing.  The
 * operands need no mention when the row has MAY_READ_FILES.
 */
void stage_reads(const char *path);
void stage_reads_folder(const char *path); /* with all that is in it */
void stage_changes(const char *path);      /* a file that is there */
void stage_makes(const char *path);        /* a new file, or a new one of it;
                                              "-": none (outfile.h) */
void stage_makes_in(const char *folder);   /* the same, several */
void stage_uses_folder(
    const char *folder); /* the same, and reads them: a site */
void stage_makes_folders(const char *folder); /* in it */
void stage_connects(uint16_t port);

_Noreturn void stage_usage(void); /* to stderr, 64 */
bool stage_verbose(void);
const char *stage_name(void);

/* Messages come from a command of bin/ that runs this for a part of its own
 * work. */
void stage_speak_as(char *name);

/*
 * A decimal option argument in min..max; ends the program with 64 and a
 * message that names the option otherwise.
 */
uint64_t stage_number(const char *option, const char *arg, uint64_t min,
    uint64_t max);

/*
 * Gives up everything that the may of stage_begin does not list.  After the
 * options, before the first byte of input.  Calling stage_end or
 * stage_each_input without it is our own mistake.
 */
void stage_confine(void);

/* Files and ports alone, for who starts a thread before stage_confine. */
void stage_confine_files(void);

/*
 * Calls fn for each operand after optind, or once for stdin as "<stdin>" when
 * there is none ("-" is stdin too).  An input that cannot be opened ends the
 * program with 66: what was read before it must not look complete.
 */
typedef void stage_input_fn(int fd, const char *name, void *arg);
void stage_each_input(int argc, char *argv[], stage_input_fn *fn, void *arg);

/*
 * Refuses one record: "keys-parse: oem.csv:14: why" on stderr, and counts it.
 * Of each kind and input a hundred are said, and at the end how many more there
 * were (complaints.h); all are counted.  So with stage_say, without -v.
 * at is the line or byte offset; 0 leaves it out.  name may already carry its
 * own place ("oem.csv:14") with at 0.
 */
void stage_refuse(const char *name, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
uint64_t stage_refused(void);

/* The same of a key: pid as far as it can be read, else "". */
void stage_refuse_key(const char *pid, const char *name, size_t at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Called with each refusal, and with whole for what ends in stage_fail; place
 * is "oem.csv:14".  Beside the message, not in its place.  n is 1, or how many
 * more there were like it, which nobody was called for (complaints.h). */
typedef void stage_heard_fn(bool whole, const char *pid, const char *place,
    const char *why, uint64_t n);
void stage_listen(stage_heard_fn *fn);

/* Says how many more there were of each kind that was said too often.  At the
 * program's end it is done anyway. */
void stage_tell_rest(void);

/*
 * Takes note that a program before us in the pipeline refused n records: the
 * last one's status then tells a script that something was left out.
 */
void stage_refused_before(uint64_t n);

/* Says it the same way without counting: warnings, -v lines. */
void stage_say(const char *name, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A line of its own on stderr, without a place: how far it is. */
void stage_note(const char *text);

/*
 * What the messages from here on end with on stderr, and there alone: advice
 * for who runs the program, which has no place in a receipt for somebody else.
 * Borrowed.
 */
void stage_advise(const char *text);

/* Says it the same way and ends the program with status. */
_Noreturn void stage_fail(int status, const char *name, size_t at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * In a pipe of bin/ one part's end ends the others, and only the first one's
 * cause is worth a line: the others end with STAGE_GONE, the status of who was
 * killed by SIGPIPE, and without a word.  Elsewhere nobody else may say it.
 */
#define STAGE_GONE 141

/*
 * The input ended before its end.  True when whoever wrote fd says why: then
 * stage_fail is silent from here on and the status is STAGE_GONE.
 */
bool stage_input_cut(int fd);

/* status, or STAGE_GONE after that; for ends other than stage_end's. */
int stage_status(int status);

/* Ends the program as errno has it: nobody reads name, or it cannot be written.
 */
_Noreturn void stage_output_failed(const char *name);

/*
 * What takes over two seconds shows how far it is: call it often.  On a
 * terminal only (stderr), as a line that the next message takes away; see
 * progress.h.
 */
void stage_progress(const char *name, uint64_t n, const char *what);

/* Last call of main: flushes and checks stdout (74 when it fails); 65 if
 * anything was refused, here or before us, else 0. */
int stage_end(void);

/*
 * Ends the program with 64 when stdout is a terminal and reveal is false:
 * for whoever is about to write secrets.
 */
void stage_guard_secrets(bool reveal);

#endif
