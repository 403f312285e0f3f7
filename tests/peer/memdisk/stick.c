#include "stick.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const fault_names[NFAULTS] = { "gone", "stall", "stallcbw",
	"stallcsw", "short", "residue", "tag", "signature", "phase", "hang",
	"zerocsw" };

struct stick sticks[STICKS_MAX];
size_t nsticks;

static void
take_fault(struct stick *s, const char *word)
{
	for (size_t i = 0; i < NFAULTS; i++) {
		size_t n = strlen(fault_names[i]);
		char *end;

		if (strncmp(word, fault_names[i], n) != 0 || word[n] != ':')
			continue;
		s->faults[i].from = strtoul(word + n + 1, &end, 10);
		s->faults[i].to =
		    *end == '+' ? (unsigned long)-1 : s->faults[i].from;
		return;
	}
	errx(2, "unknown word: %s", word);
}

static bool
take_flag(struct stick *s, const char *word)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = { { "fixed", &s->fixed }, { "protected", &s->protected },
		{ "noserial", &s->noserial }, { "nomedium", &s->nomedium },
		{ "nolba", &s->nolba } };

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(word, flags[i].name) == 0)
			return *flags[i].flag = true;
	return false;
}

static void
take_word(struct stick *s, const char *word)
{
	const char *value = strchr(word, '=');

	if (take_flag(s, word))
		return;
	if (value == NULL) {
		take_fault(s, word);
		return;
	}
	value++;
	if (strncmp(word, "serial=", 7) == 0)
		s->serial = value;
	else if (strncmp(word, "log=", 4) == 0)
		s->log = value;
	else if (strncmp(word, "block=", 6) == 0)
		s->block = (uint32_t)strtoul(value, NULL, 10);
	else if (strncmp(word, "capacity=", 9) == 0)
		s->capacity = strtoull(value, NULL, 10);
	else if (strncmp(word, "port=", 5) == 0)
		s->port = (int)strtol(value, NULL, 10);
	else if (strncmp(word, "attention=", 10) == 0)
		s->attention = strtoul(value, NULL, 10);
	else if (strncmp(word, "starting=", 9) == 0)
		s->starting = strtoul(value, NULL, 10);
	else if (strncmp(word, "ioerror=", 8) == 0)
		s->ioerror = strtoll(value, NULL, 10);
	else if (strncmp(word, "flip=", 5) == 0)
		s->flip = strtoll(value, NULL, 10);
	else
		errx(2, "unknown word: %s", word);
}

void
stick_add(char *text)
{
	struct stick *s = &sticks[nsticks];
	struct stat st;
	char *word;

	if (nsticks == STICKS_MAX)
		errx(2, "too many sticks");
	*s = (struct stick){ .path = strsep(&text, ","),
		.serial = "0123456789AB",
		.block = 512,
		.port = (int)nsticks + 1,
		.ioerror = -1,
		.flip = -1,
		.driver = true };
	while ((word = strsep(&text, ",")) != NULL)
		take_word(s, word);
	s->fd = open(s->path, O_RDWR | O_CLOEXEC);
	if (s->fd == -1 || fstat(s->fd, &st) == -1)
		err(2, "%s", s->path);
	s->nblocks = (uint64_t)st.st_size / s->block;
	if (s->capacity == 0)
		s->capacity = s->nblocks;
	s->completed = g_queue_new();
	nsticks++;
}

bool
stick_fails(const struct stick *s, enum fault_kind kind)
{
	const struct when *w = &s->faults[kind];

	return w->from != 0 && s->ncommands >= w->from && s->ncommands <= w->to;
}
